//! `solvency audit open`: what a beacon draws of a custodian's day, handed over and audited. Part of the rehearsal's test.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::daily_work::{edit, read};
use crate::runner::{Run, names, run};

const HOUR: u64 = 3_600;
const VENUES: [&str; 3] = ["a", "b", "c"];
const OPEN: &str = "audit open --config custodian/solvency.toml --beacon beacon.json";

/// The day's first hour, in Unix seconds: rounds are hourly, and prices came every two hours.
fn zero(days: &Path) -> u64 {
    read(&days.join("registry.json"))["round"]["zero"].as_u64().unwrap()
}

/// A beacon over intervals of hours, with a change.
fn beacon(days: &Path, intervals: &[(u64, u64)], rounds: u64, change: impl FnOnce(&mut Value)) {
    let zero = zero(days);
    let at = |hour: u64| zero + hour * HOUR;
    let spans = intervals.iter().map(|(from, until)| json!({ "from": at(*from), "until": at(*until) }));
    let account = read(&days.join("bundle-a.json"))["coverage"]["statement"]["account"].clone();
    let mut beacon = json!({
        "format": "solvency-beacon/1",
        "name": "a public beacon",
        "account": account,
        "value": format!("0x{}", "5a".repeat(32)),
        "publishedAt": at(intervals.last().unwrap().1),
        "intervals": spans.collect::<Vec<_>>(),
        "rounds": rounds,
        "leaves": 2,
    });
    change(&mut beacon);
    std::fs::write(days.join("beacon.json"), beacon.to_string()).unwrap();
}

/// The hours that have a price round.
fn priced() -> Vec<(u64, u64)> {
    (0..12).map(|tick| (2 * tick, 2 * tick + 1)).collect()
}

/// What `audit open` wrote, as the lines of an auditor's command, each bundle received half a minute into its round.
fn handed_over(days: &Path, out: &str) -> (Vec<String>, Vec<PathBuf>) {
    let zero = zero(days);
    let received = |name: String| {
        let round: u64 = name.split('-').next().unwrap().parse().unwrap();
        format!(" --bundle {out}/bundles/{name}@{}", zero + round * HOUR + 30)
    };
    let openings = days.join(out).join("openings");
    let bundles = names(&days.join(out).join("bundles")).into_iter().map(received).collect();
    (bundles, names(&openings).into_iter().map(|name| openings.join(name)).collect())
}

/// The auditor's findings, but development keys and the like, and the line of the beacon.
fn audited(days: &Path, out: &str, code: i32) -> (Vec<String>, Value) {
    let (bundles, openings) = handed_over(days, out);
    let mut line =
        format!("audit pack --beacon beacon.json --out pack --json --at {}", zero(days) + 24 * HOUR);
    VENUES.iter().for_each(|venue| line.push_str(&format!(" --trust trust-{venue}.json")));
    line.push_str(&bundles.concat());
    openings.iter().for_each(|path| line.push_str(&format!(" --opening {}", path.display())));
    let answer = run(days, &line).expect(code).json();
    let pack = read(&days.join("pack/audit.json"));
    std::fs::remove_dir_all(days.join("pack")).unwrap();
    let severe = |finding: &&Value| finding["severity"] != "warning" && finding["severity"] != "note";
    let findings = answer["findings"].as_array().unwrap().iter().filter(severe);
    let codes = findings.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect();
    (codes, pack["continuity"][0].clone())
}

/// What a beacon draws of the day is there, an auditor accepts it, and misses what is taken away or altered.
pub(crate) fn what_a_beacon_draws_is_handed_over_and_audited(days: &Path) {
    let before = names(days);
    let status = || run(days, "store status --config custodian/solvency.toml --json").expect(0).json();
    let store = status();
    beacon(days, &priced(), 12, |_| {});
    let given = run(days, &format!("{OPEN} --out sample --json")).expect(0).json();
    assert_eq!((&given["complete"], &given["missing"]), (&json!(true), &json!([])));
    assert_eq!((&given["population"], given["rounds"].as_array().unwrap().len()), (&json!(12), 12));
    let (bundles, openings) = handed_over(days, "sample");
    assert!(bundles.len() >= 36 && given["bundles"].as_array().unwrap().len() == bundles.len(), "{given}");
    // One book of sixteen vaults: its two leaves, whichever rounds are drawn.
    assert_eq!((openings.len(), given["openings"].as_array().unwrap().len()), (2, 2));
    assert_eq!(status(), store, "nothing is noted in the store");
    for_their_owner_only(&days.join("sample"));

    let (findings, line) = audited(days, "sample", 0);
    assert_eq!(findings, Vec::<String>::new());
    assert_eq!((&line["rounds"], &line["missingRounds"]), (&given["rounds"], &json!([])));
    assert_eq!((&line["leaves"], &line["missingLeaves"]), (&json!(72), &json!(0)));

    // The auditor finds what is altered, and what is not there: one leaf, in each round for each venue; a round's is told once.
    let (one, amount) = openings.iter().find_map(|path| Some((path, first_amount(path)?))).unwrap();
    let whole = std::fs::read_to_string(one).unwrap();
    let amount = format!("\"amount\": {amount}");
    edit(one, |text| text.replacen(&amount, &format!("{amount}1"), 1));
    let (findings, line) = audited(days, "sample", 1);
    assert_eq!(findings.iter().filter(|code| *code == "opening_wrong").count(), 1);
    assert_eq!((findings.len(), &line["missingLeaves"]), (13, &json!(36)), "{findings:?}");
    std::fs::remove_file(one).unwrap();
    let (findings, line) = audited(days, "sample", 1);
    assert_eq!((findings, &line["missingLeaves"]), (vec!["opening_missing".to_owned(); 12], &json!(36)));
    std::fs::write(one, &whole).unwrap();
    let bundle = days.join("sample/bundles").join(&names(&days.join("sample/bundles"))[0]);
    std::fs::remove_file(bundle).unwrap();
    let (findings, line) = audited(days, "sample", 1);
    assert!(findings.contains(&"sample_missing".to_owned()), "{findings:?}");
    assert_eq!(line["missingRounds"].as_array().unwrap().len(), 1);
    std::fs::remove_dir_all(days.join("sample")).unwrap();

    // Without references the leaves lead to the root as well; one venue alone is shown its own bundles.
    beacon(days, &priced(), 5, |_| {});
    let line = format!("{OPEN} --out sample --no-references --venue b --venue b --json");
    let given = run(days, &line).expect(0).json();
    let drawn: std::collections::BTreeSet<u64> =
        given["bundles"].as_array().unwrap().iter().map(|one| one["round"].as_u64().unwrap()).collect();
    assert_eq!((json!(drawn), drawn.len()), (given["rounds"].clone(), 5));
    assert!(given["bundles"].as_array().unwrap().iter().all(|one| one["venue"] == "b"));
    for opening in handed_over(days, "sample").1 {
        let opening = read(&opening);
        assert!(opening["vaults"].as_array().unwrap().iter().all(|vault| vault["reference"].is_null()));
    }
    std::fs::remove_dir_all(days.join("sample")).unwrap();
    std::fs::remove_file(days.join("beacon.json")).unwrap();
    assert_eq!(names(days), before);
}

/// An amount of an opening.
fn first_amount(opening: &Path) -> Option<u64> {
    let opening = read(opening);
    let vaults = opening["vaults"].as_array()?;
    let positions = vaults.iter().flat_map(|vault| vault["positions"].as_array().into_iter().flatten());
    positions.filter_map(|position| position["amount"].as_u64()).find(|amount| *amount > 0)
}

#[cfg(unix)]
fn for_their_owner_only(sample: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(sample), 0o700);
    for folder in ["bundles", "openings"] {
        let folder = sample.join(folder);
        for name in names(&folder) {
            assert_eq!(mode(&folder.join(&name)), 0o600, "{name}");
        }
    }
}

#[cfg(not(unix))]
fn for_their_owner_only(_: &Path) {}

/// Rounds without a bundle, bundles that are altered, lost or were shown to nobody: told one by one.
pub(crate) fn what_cannot_be_given_is_told(days: &Path) {
    let before = names(days);
    let open = |code: i32| run(days, &format!("{OPEN} --out sample --json")).expect(code);
    let missing = |run: &Run| run.json()["missing"].as_array().unwrap().clone();
    let again = || std::fs::remove_dir_all(days.join("sample")).unwrap();

    // Of the whole day every other round has no prices.
    beacon(days, &[(0, 24)], 24, |_| {});
    let given = open(1);
    let all = missing(&given);
    assert_eq!((all.len(), &given.json()["complete"]), (36, &json!(false)));
    assert!(all.iter().all(|one| one["kind"] == "bundle" && one["round"].as_u64().unwrap() % 2 == 1));
    let lines: Vec<&str> = given.stderr.lines().filter(|line| line.starts_with("warning: round ")).collect();
    assert!(lines.len() == 36 && lines[0].contains("round 1, venue a: no bundle of this round"), "{lines:?}");
    assert_eq!(names(&days.join("sample/openings")).len(), 2);
    again();

    beacon(days, &[(4, 5)], 1, |_| {});
    let kept = days.join("custodian/state/bundles/epoch-0");
    let of = |venue: &str| {
        let is = |name: &&String| name.starts_with("4-") && name.ends_with(&format!("-{venue}.json"));
        kept.join(names(&kept).iter().find(is).unwrap())
    };
    let (path, whole) = (of("b"), std::fs::read(of("b")).unwrap());
    std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    let all = missing(&open(1));
    assert!(
        all.len() == 1 && all[0]["venue"] == "b" && all[0]["why"].to_string().contains("altered"),
        "{all:?}"
    );
    again();
    std::fs::remove_file(&path).unwrap();
    let all = missing(&open(1));
    assert!(all.len() == 1 && all[0]["why"].to_string().contains("none is kept"), "{all:?}");
    again();
    std::fs::write(&path, &whole).unwrap();

    // A bundle of a run that was cut off before its transaction: the store's log does not name it.
    let unpublished = [&whole[..], b"\n"].concat();
    let digest: String = sha256(&unpublished);
    std::fs::write(kept.join(format!("4-{digest}-b.json")), unpublished).unwrap();
    open(0);
    assert!(!names(&days.join("sample/bundles")).contains(&"4-2-b.json".to_owned()));
    again();
    // Nothing at all: no directory.
    beacon(days, &[(5, 6)], 1, |_| {});
    assert_eq!((missing(&open(1)).len(), &open(1).json()["out"]), (3, &Value::Null));
    std::fs::remove_file(kept.join(format!("4-{digest}-b.json"))).unwrap();
    std::fs::remove_file(days.join("beacon.json")).unwrap();
    assert_eq!(names(days), before);
}

fn sha256(bytes: &[u8]) -> String {
    solvency_audit::sha256(bytes).to_string()[2..].to_owned()
}

/// A beacon that draws nothing here is refused with what to do about it, and nothing is left behind.
pub(crate) fn a_beacon_that_draws_nothing_is_refused(days: &Path) {
    let zero = zero(days);
    let refused = |at: u64, parts: &[&str]| {
        let before = names(days);
        let run = run(days, &format!("{OPEN} --out sample --at {at}")).expect_error(parts);
        assert!(run.stderr.contains("beacon.json") && run.stderr.contains("hint: "), "{}", run.stderr);
        assert_eq!(names(days), before);
    };
    let end = zero + 24 * HOUR;
    beacon(days, &[(0, 24)], 2, |_| {});
    refused(end - 1, &["the intervals end at", "when that is past"]);
    beacon(days, &[(0, 24)], 2, |beacon| beacon["publishedAt"] = json!(end + 1));
    refused(end, &["said to become public at", "when that is past"]);
    beacon(days, &[(0, 24)], 2, |beacon| beacon["publishedAt"] = json!(end - 1));
    refused(end, &["could be known", "nobody knows before"]);
    beacon(days, &[(0, 24)], 25, |_| {});
    refused(end, &["25 rounds to draw of 24"]);
    beacon(days, &[(0, 24)], 2, |beacon| beacon["intervals"][0]["from"] = json!(zero + 1));
    refused(end, &["interval 0", "price rounds begin at"]);
    beacon(days, &[(0, 24)], 2, |beacon| beacon["account"] = json!(format!("0x{}", "11".repeat(32))));
    refused(end, &["of account 0x1111", "the configuration's is"]);
    for (said, change) in [
        ("unknown field", (|beacon| beacon["extra"] = json!(1)) as fn(&mut Value)),
        ("missing field", |beacon| drop(beacon.as_object_mut().unwrap().remove("leaves"))),
        ("solvency-beacon/1", |beacon| beacon["format"] = json!("solvency-beacon/2")),
        ("not a beacon", |beacon| beacon["value"] = json!("0x5A")),
        ("at most 65536", |beacon| beacon["name"] = json!("x".repeat(65_536))),
    ] {
        beacon(days, &[(0, 24)], 2, change);
        let text = std::fs::read_to_string(days.join("beacon.json")).unwrap();
        // One byte more than is read is enough to be told so.
        let bound = text.len().min(65_537);
        std::fs::write(days.join("beacon.json"), &text[..bound]).unwrap();
        refused(end, &[said]);
    }
    beacon(days, &[(0, 24)], 2, |_| {});
    let whole = std::fs::read(days.join("beacon.json")).unwrap();
    for broken in [&whole[..whole.len() - 1], b"", &[&whole[..], b"x"].concat(), b"[]", b"\xff"] {
        std::fs::write(days.join("beacon.json"), broken).unwrap();
        refused(end, &["not a beacon"]);
    }
    std::fs::write(days.join("beacon.json"), whole).unwrap();
    run(days, &format!("{OPEN} --out sample --venue d")).expect_error(&["no venue \"d\"", "a, b, c"]);
    run(days, &format!("{OPEN} --out custodian")).expect_error(&["custodian", "name a new directory"]);
    run(days, "audit open --beacon nothing.json --config custodian/solvency.toml --out sample")
        .expect_error(&["nothing.json"]);
    std::fs::remove_file(days.join("beacon.json")).unwrap();
    assert!(!days.join("sample").exists());
}

/// What is forgotten can't be opened any more, and its bundles are gone as well.
pub(crate) fn what_is_forgotten_is_not_handed_over(days: &Path) {
    let config = days.join("custodian/solvency.toml");
    let kept = days.join("custodian/state/bundles");
    assert_eq!(names(&kept), ["epoch-0"]);
    run(days, "store forget --before 0 --config custodian/solvency.toml").expect(0);
    assert_eq!(names(&kept), ["epoch-0"]);
    run(days, "store forget --before 1 --config custodian/solvency.toml").expect(0);
    assert_eq!(names(&kept), Vec::<String>::new());
    beacon(days, &[(4, 5)], 1, |_| {});
    let told = run(days, &format!("{OPEN} --out sample --json")).expect(1);
    assert_eq!(told.json()["missing"].as_array().unwrap().len(), 3);
    assert!(config.exists() && !days.join("sample").exists());
}

//! `solvency log` and `solvency audit`: one history, witnessed; two histories, found.

use std::path::Path;

use serde_json::{Value, json};

use crate::daily_work::{edit, read, round};
use crate::runner::run;
use crate::store_files::Other;

const PROVE: &str = "prove --config custodian/solvency.toml --json";
const LOG: &str = "log/0";

/// Part of the demo's test: the account gets a log, a witness cosigns it, a venue asks for it.
pub(crate) fn a_witnessed_log_is_kept_and_asked_for(demo: &Path) {
    let config = demo.join("custodian/solvency.toml");
    run(demo, "log append --config custodian/solvency.toml").expect_error(&["no [log]", "hint"]);
    edit(&config, |text| {
        text + "[log]\ndirectory = \"../log\"\nkey = \"log.key\"\nsalts = \"salts.key\"\nbinding = \"../log-key.json\"\n\
                witness_keys = [\"../witness-key.json\"]\n"
    });
    run(demo, PROVE).expect_error(&["salts.key"]);
    run(demo, "log new --config custodian/solvency.toml").expect(0);
    run(demo, "log new --config custodian/solvency.toml").expect_error(&["log-key.json exists"]);
    let witness_key = "log witness-key --registry registry.json --name witness.example --key witness-1/log.key \
                       --out witness-key.json --signer";
    run(demo, &format!("{witness_key} oracle-1/oracle.key")).expect_error(&["is no witness of the registry"]);
    run(demo, &format!("{witness_key} witness-1/witness.key")).expect(0);

    // Nothing was witnessed yet: who asks for it refuses, who does not accepts.
    run(demo, PROVE).expect(0);
    trust(demo, "--history-max-age 3600");
    assert_eq!(verdict(demo)["reason"], "history_missing");
    let checkpoint = cosigned(demo, 0);
    assert_eq!((&checkpoint["size"], &checkpoint["cosignatures"]), (&json!(1), &json!(1)));
    let made = run(demo, PROVE).expect(0).json();
    assert_eq!(made["coverages"], json!([]), "the proof stays, the bundle gets the history");
    let verdict = verdict(demo);
    assert_eq!(
        (&verdict["verdict"], &verdict["history"]["size"]),
        (&json!("accept"), &json!(1)),
        "{verdict}"
    );
    assert!(!verdict["notShown"].to_string().contains("no_log_history"), "{verdict}");

    let at = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let audited = |more: &str| {
        let bundle = format!("--trust trust-a.json --bundle bundle-a.json@{at} --at {}", at + 5);
        run(demo, &format!("audit pack {bundle} --log {LOG} --out audited --json {more}")).expect(0);
        let line = read(&demo.join("audited/audit.json"))["logs"][0].clone();
        std::fs::remove_dir_all(demo.join("audited")).unwrap();
        line
    };
    for more in ["", "--witness-key witness-key.json"] {
        let line = audited(more);
        let signed = &line["signatures"][1];
        assert_eq!((&line["label"], &signed["state"]), (&json!("attested_by"), &json!("cosigned")), "{line}");
        assert_eq!(line["asOf"], signed["time"]);
    }

    let verify = |more: &str| {
        run(
            demo,
            &format!(
                "log verify {LOG} --registry registry.json --log-key log-key.json --epoch 0 --json {more}"
            ),
        )
    };
    assert_eq!(verify("--bundle bundle-a.json").expect(0).json()["comparedWithBundle"], true);
    run(demo, &format!("log verify {LOG} --registry registry.json --log-key log-key.json --epoch 1"))
        .expect(1);
    for (file, how) in [("checkpoint", "cut"), ("tile/0/000.p/1", "flipped"), ("tile/entries/000.p/1", "cut")]
    {
        let path = demo.join(LOG).join(file);
        let whole = std::fs::read(&path).unwrap();
        let mut broken = whole.clone();
        match how {
            "cut" => broken.truncate(whole.len() - 1),
            _ => broken[0] ^= 1,
        }
        std::fs::write(&path, broken).unwrap();
        let refused = verify("").expect(1).json();
        assert_eq!(refused["verified"], false, "{file}");
        std::fs::write(path, whole).unwrap();
    }
}

/// After another allocation: the same witness goes on, and neither forks nor shrinks.
pub(crate) fn a_longer_history_is_witnessed_and_no_other(demo: &Path) {
    trust(demo, "--history-max-age 3600");
    assert_eq!(
        verdict(demo)["reason"],
        "history_missing",
        "the checkpoint of one allocation is not one of two"
    );
    let checkpoint = cosigned(demo, 1);
    assert_eq!(checkpoint["size"], 2);
    run(demo, PROVE).expect(0);
    assert_eq!(verdict(demo)["history"]["size"], 2);
    // A witness is asked as if it knew nothing: it remembers.
    let line = "log checkpoint --config custodian/solvency.toml --request request.txt --known 0 --json";
    run(demo, line).expect(0);
    let refused = run(demo, &witness("request.txt", "again.txt")).expect(1).json();
    assert_eq!((&refused["cosigned"], &refused["status"]), (&json!(false), &json!(409)), "{refused}");
    assert!(!demo.join("again.txt").exists());
    std::fs::write(demo.join("request.txt"), "old x\n").unwrap();
    run(demo, &witness("request.txt", "again.txt")).expect_error(&["request.txt"]);
    std::fs::remove_file(demo.join("request.txt")).unwrap();
}

/// With an old store put back and what was published removed, the custodian would sign another history: the log refuses, and so
/// does the witness. What two venues then hold is evidence.
pub(crate) fn a_second_history_is_found(demo: &Path, old: Other) {
    let config = demo.join("custodian/solvency.toml");
    let (with_log, kept) = (std::fs::read_to_string(&config).unwrap(), demo.join("kept"));
    std::fs::create_dir(&kept).unwrap();
    for bundle in ["bundle-a.json", "bundle-b.json", "bundle-c.json"] {
        std::fs::rename(demo.join(bundle), kept.join(bundle)).unwrap();
    }
    old.while_there(|| {
        // Without a release, and so with the pledge of before: another second allocation.
        edit(&config, |text| text.replace("\"BTC/cold\" = \"140.25\"", "\"BTC/cold\" = \"141.25\""));
        run(demo, PROVE).expect_error(&["has 2 entries, the store's chain 1", "equivocation"]);
        edit(&config, |text| text[..text.find("[log]").unwrap()].to_owned());
        run(demo, PROVE).expect(0);
        let found = run(demo, "audit equivocation bundle-a.json kept/bundle-a.json --registry registry.json --out evidence --json")
            .expect(1)
            .json();
        assert!(found["found"].as_u64() >= Some(1), "{found}");
        let custodian = read(&demo.join("trust-a.json"))["counterparty"]["custodian"].as_str().unwrap().to_owned();
        let check = |more: &str| {
            run(demo, &format!("audit evidence evidence/evidence-1.json --registry registry.json --json {more}"))
        };
        let finding = check(&format!("--custodian {custodian}")).expect(0).json();
        assert_eq!((&finding["proves"], &finding["finding"]["kind"]), (&json!(true), &json!("allocations")), "{finding}");
        assert_eq!(check("").expect(1).json()["proves"], false, "nobody is named");
        edit(&demo.join("evidence/evidence-1.json"), |text| text.replacen("\"sequence\": 1", "\"sequence\": 2", 1));
        assert_eq!(check(&format!("--custodian {custodian}")).expect(1).json()["proves"], false);
        // Logged elsewhere with the same key, it is a fork, and the two folders show it.
        let elsewhere = with_log.replace("\"../log\"", "\"../log-other\"");
        std::fs::write(&config, elsewhere.replace("\"BTC/cold\" = \"140.25\"", "\"BTC/cold\" = \"141.25\"")).unwrap();
        run(demo, "log append --config custodian/solvency.toml").expect(0);
        a_fork_is_written_as_evidence(demo, &custodian);
    });
    std::fs::write(config, with_log).unwrap();
    for bundle in ["bundle-a.json", "bundle-b.json", "bundle-c.json"] {
        std::fs::rename(kept.join(bundle), demo.join(bundle)).unwrap();
    }
    for folder in ["kept", "evidence", "forked", "log-other"] {
        std::fs::remove_dir_all(demo.join(folder)).unwrap();
    }
    let same =
        "audit equivocation bundle-a.json bundle-b.json --registry registry.json --out evidence --json";
    assert_eq!(run(demo, same).expect(0).json()["found"], 0, "one history, shown to two venues");
    assert!(!demo.join("evidence").exists());
}

fn a_fork_is_written_as_evidence(demo: &Path, custodian: &str) {
    let fork = |first: &str, second: &str| {
        let line = format!(
            "audit fork {first} {second} --log-key log-key.json --registry registry.json --epoch 0 --witness-key witness-key.json \
             --out forked --json"
        );
        run(demo, &line)
    };
    assert_eq!(fork(LOG, LOG).expect(0).json()["fork"], false);
    assert!(!demo.join("forked").exists());
    let found = fork(LOG, "log-other/0").expect(1).json();
    assert_eq!((&found["fork"], &found["what"]), (&json!(true), &json!("two trees of size 2")), "{found}");
    // The witness cosigned one of them alone.
    assert_eq!(found["evidence"].as_array().unwrap().len(), 1, "{found}");
    let check = |more: &str| {
        run(demo, &format!("audit evidence forked/evidence-1.json --registry registry.json --json {more}"))
    };
    let finding = check(&format!("--custodian {custodian}")).expect(0).json();
    assert_eq!(
        (&finding["proves"], &finding["finding"]["kind"]),
        (&json!(true), &json!("logFork")),
        "{finding}"
    );
    assert_eq!(check("").expect(1).json()["proves"], false, "nobody is named");
}

/// The log of the rounds: each coverage once, dated by a witness, opened to an auditor, and not gone on with by an old store.
pub(crate) fn the_rounds_are_logged_and_dated(demo: &Path) {
    let config = demo.join("custodian/solvency.toml");
    let append = || run(demo, "log append --rounds --config custodian/solvency.toml --json");
    append().expect_error(&["no [log.rounds]", "hint"]);
    let rounds = "[log.rounds]\ndirectory = \"../log/rounds\"\nkey = \"rounds.key\"\nsalts = \"rounds-salts.key\"\n\
                  binding = \"../rounds-key.json\"\n";
    edit(&config, |text| text + &rounds.replace("rounds.key", "log.key"));
    run(demo, PROVE).expect_error(&["key of [log.rounds] is that of [log]"]);
    edit(&config, |text| {
        text.replace(
            "key = \"log.key\"\nsalts = \"rounds-salts.key\"",
            "key = \"rounds.key\"\nsalts = \"rounds-salts.key\"",
        )
    });
    // A log that can't be written holds up no venue.
    round(demo);
    run(demo, PROVE).expect_error(&["rounds-salts.key"]);
    assert_eq!(read(&demo.join("bundle-c.json"))["round"], read(&demo.join("round.json")));
    run(demo, "log new --rounds --config custodian/solvency.toml").expect(0);
    run(demo, "log new --rounds --config custodian/solvency.toml").expect_error(&["rounds-key.json exists"]);
    // What was covered before is appended by the next run; a run without anything new adds nothing.
    assert_eq!(run(demo, PROVE).expect(0).json()["coverages"], json!([]));
    assert_eq!(append().expect(0).json()["size"], 3);
    let before = crate::store_files::copy(demo);

    // A witness is asked, and answers after the log went on.
    let checkpoint = "log checkpoint --rounds --config custodian/solvency.toml --json";
    run(demo, &format!("{checkpoint} --request request.txt")).expect(0);
    round(demo);
    run(demo, PROVE).expect(0);
    let line = witness("request.txt", "line.txt").replace("log-key.json", "rounds-key.json");
    run(demo, &line).expect(0);
    let shown = run(demo, &format!("{checkpoint} --cosignature line.txt --witness-key witness-key.json"))
        .expect(0)
        .json();
    assert_eq!((&shown["size"], &shown["cosignatures"]), (&json!(6), &json!(0)), "{shown}");
    let kept = std::fs::read_to_string(demo.join("log/rounds/0/checkpoints/3")).unwrap();
    assert!(kept.contains("\n3\n") && kept.contains("\u{2014} witness.example "), "{kept}");
    let verify =
        "log verify log/rounds/0 --registry registry.json --log-key rounds-key.json --epoch 0 --json";
    assert_eq!(run(demo, verify).expect(0).json()["size"], 6);

    let number = read(&demo.join("bundle-a.json"))["round"]["round"]["round"].as_u64().unwrap();
    let open = |more: &str| {
        run(demo, &format!("log open --config custodian/solvency.toml --round {number} --json {more}"))
    };
    open("--venue nobody --out openings").expect_error(&["\"nobody\" is no venue"]);
    run(demo, "log open --config custodian/solvency.toml --round 7 --out openings")
        .expect_error(&["nothing of round 7"]);
    let opened = open("--venue a --out openings").expect(0).json();
    open("--out openings").expect_error(&["openings exists"]);
    let names = opened["openings"].as_array().unwrap();
    assert!(!names.is_empty() && names.iter().all(|name| name.as_str().unwrap().contains("-a-")), "{opened}");
    let last = demo.join("openings").join(names.last().unwrap().as_str().unwrap());
    let opening = read(&last);
    let bundle = read(&demo.join("bundle-a.json"));
    assert_eq!((&opening["format"], &opening["index"]), (&json!("solvency-round-opening/1"), &json!(3)));
    assert_eq!(opening["account"], bundle["coverage"]["statement"]["account"]);

    // An old store would make other entries in their place.
    let old = before.while_there(|| {
        run(demo, PROVE)
            .expect_error(&["log of the rounds of epoch 0 has 6 entries, the store 3", "equivocation"]);
    });
    drop(old);
    run(demo, PROVE).expect(0);
    std::fs::remove_dir_all(demo.join("openings")).unwrap();
    for file in ["request.txt", "line.txt", "custodian/other.store"] {
        std::fs::remove_file(demo.join(file)).unwrap();
    }
}

/// In the epoch of the killed runs: each coverage stands in the log once, and its opening leads there.
pub(crate) fn killed_runs_log_each_coverage_once(demo: &Path, now: u64) {
    let verify =
        "log verify log/rounds/1 --registry registry.json --log-key rounds-key.json --epoch 1 --json";
    assert_eq!(run(demo, verify).expect(0).json()["size"], 3, "each venue once");
    let number = read(&demo.join("bundle-b.json"))["round"]["round"]["round"].as_u64().unwrap();
    let line = format!(
        "log open --config custodian/solvency.toml --round {number} --at {now} --out openings --json"
    );
    let opened = run(demo, &line).expect(0).json();
    assert_eq!(opened["openings"].as_array().unwrap().len(), 3, "{opened}");
    std::fs::remove_dir_all(demo.join("openings")).unwrap();
    what_a_beacon_draws_comes_with_its_commitments(demo, now);
    // The epoch before is still there for its witnesses; one that never was is not.
    let checkpoint = format!("log checkpoint --rounds --config custodian/solvency.toml --at {now} --json");
    let before = run(demo, &format!("{checkpoint} --epoch 0")).expect(0).json();
    assert!(before["origin"].as_str().unwrap().ends_with("/rounds/0"), "{before}");
    run(demo, &format!("{checkpoint} --epoch 7")).expect_error(&["no rounds of epoch 7"]);
}

/// Asks the witness, and adds its line.
fn cosigned(demo: &Path, known: u64) -> Value {
    let checkpoint = "log checkpoint --config custodian/solvency.toml --json";
    run(demo, &format!("{checkpoint} --request request.txt --known {known}")).expect(0);
    run(demo, &witness("request.txt", "line.txt")).expect(0);
    let shown = run(demo, &format!("{checkpoint} --cosignature line.txt --witness-key witness-key.json"))
        .expect(0)
        .json();
    for file in ["request.txt", "line.txt"] {
        std::fs::remove_file(demo.join(file)).unwrap();
    }
    shown
}

fn witness(request: &str, out: &str) -> String {
    format!(
        "log witness --registry registry.json --state witness-1/state --key witness-1/log.key --log log-key.json \
         --request {request} --out {out} --json"
    )
}

/// Venue a's trust file once more.
fn trust(demo: &Path, more: &str) {
    let trust = read(&demo.join("trust-a.json"));
    let line = format!(
        "trust --registry registry.json --policy venue-a/policy.json --claim venue-a/claim.json --key venue-a/venue.key \
         --custodian {} --log-origin {} --keys keys --accept-development-keys --max-round-lag 24 --out trust-a.json {more}",
        trust["counterparty"]["custodian"].as_str().unwrap(),
        trust["counterparty"]["logOrigin"].as_str().unwrap(),
    );
    run(demo, &line).expect(0);
}

fn verdict(demo: &Path) -> Value {
    serde_json::from_str(&run(demo, "verify bundle-a.json --trust trust-a.json --json").stdout).unwrap()
}

/// The round of the killed runs is drawn: bundles, leaves and entries of the log are handed over together. No witness has cosigned.
fn what_a_beacon_draws_comes_with_its_commitments(demo: &Path, now: u64) {
    let bundle = read(&demo.join("bundle-b.json"));
    let schedule = read(&demo.join("registry.json"))["round"].clone();
    let (zero, seconds) = (schedule["zero"].as_u64().unwrap(), schedule["seconds"].as_u64().unwrap());
    let from = zero + (now - zero) / seconds * seconds;
    let beacon = json!({
        "format": "solvency-beacon/1", "name": "a public beacon", "value": format!("0x{}", "5a".repeat(32)),
        "account": bundle["coverage"]["statement"]["account"], "publishedAt": from + seconds,
        "intervals": [{ "from": from, "until": from + seconds }], "rounds": 1, "leaves": 1,
    });
    std::fs::write(demo.join("beacon.json"), beacon.to_string()).unwrap();
    let at = from + seconds;
    let line = format!(
        "audit open --config custodian/solvency.toml --beacon beacon.json --out sample --at {at} --json"
    );
    let given = run(demo, &line).expect(0).json();
    let files = |list: &str| -> Vec<String> {
        let list = given[list].as_array().unwrap();
        list.iter().map(|one| one["file"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((files("bundles").len(), files("commitments").len()), (3, 3), "{given}");
    let mut line = format!(
        "audit pack --trust trust-b.json --trust trust-c.json --beacon beacon.json --rounds-log log/rounds/1 \
         --rounds-key rounds-key.json --out pack --json --at {at}"
    );
    let venues = |name: &&String| !name.ends_with("-a.json");
    for file in files("bundles").iter().filter(venues) {
        line.push_str(&format!(" --bundle sample/{file}@{now}"));
    }
    for file in files("openings") {
        line.push_str(&format!(" --opening sample/{file}"));
    }
    for file in files("commitments").iter().filter(venues) {
        line.push_str(&format!(" --round-opening sample/{file}"));
    }
    let answer = run(demo, &line).expect(1).json();
    let codes: Vec<&str> = (answer["findings"].as_array().unwrap().iter())
        .map(|finding| finding["code"].as_str().unwrap())
        .collect();
    let count = |code: &str| codes.iter().filter(|found| **found == code).count();
    assert_eq!((count("commitment_missing"), count("commitment_wrong")), (2, 0), "{answer}");
    assert_eq!((count("sample_missing"), count("opening_missing")), (0, 0), "{answer}");
    let pack = read(&demo.join("pack/audit.json"));
    assert_eq!(pack["roundsLogs"][0]["opened"], json!(2), "{}", pack["roundsLogs"]);
    for folder in ["sample", "pack"] {
        std::fs::remove_dir_all(demo.join(folder)).unwrap();
    }
    std::fs::remove_file(demo.join("beacon.json")).unwrap();
}

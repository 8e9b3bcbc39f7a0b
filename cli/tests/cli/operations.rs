//! Faults of a custodian's day: broken inputs, killed runs, full disks, old copies. Parts of the demo's test.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use solvency_audit::sha256;
use solvency_prover::signer::Signer;
use solvency_verifier::bundle::SignedRound;
use solvency_verifier::encoding::Domain;
use solvency_verifier::registry::Registry;
use solvency_verifier::statement::BookAttestation;

use crate::daily_work::{edit, read, round};
use crate::runner::{names, run};
use crate::store_files::{self, Other};

const PROVE: &str = "prove --config custodian/solvency.toml --json";
const BUNDLES: [&str; 3] = ["bundle-a.json", "bundle-b.json", "bundle-c.json"];

/// What the store and the bundles are.
fn state(demo: &Path) -> (Value, Vec<Vec<u8>>) {
    let status = run(demo, "store status --config custodian/solvency.toml --json").expect(0).json();
    (status, BUNDLES.iter().map(|bundle| std::fs::read(demo.join(bundle)).unwrap()).collect())
}

pub(crate) fn broken_inputs_change_nothing(demo: &Path) {
    let before = state(demo);
    for file in [
        "registry.json",
        "round.json",
        "venue-b/policy.json",
        "venue-b/claim.json",
        "venue-b/claim-opening.json",
        "custodian/custodian.key",
        "custodian/solvency.toml",
        "custodian/store.key",
    ] {
        let path = demo.join(file);
        let whole = std::fs::read(&path).unwrap();
        let text = String::from_utf8(whole.clone()).unwrap();
        let name = Path::new(file).file_name().unwrap().to_str().unwrap();
        let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let is_key = file.ends_with("store.key");
        for (how, broken) in [
            ("empty", Vec::new()),
            ("cut", whole[..whole.len() / 2].to_vec()),
            (
                "doubled",
                if is_key { text.replace('A', "AA").into_bytes() } else { [&whole[..], &whole].concat() },
            ),
            ("UTF-16", utf_16),
            ("another encoding", [&whole[..], b"\"\xe9\""].concat()),
            ("a list", b"[]".to_vec()),
        ] {
            std::fs::write(&path, broken).unwrap();
            let failed = run(demo, PROVE).expect(2);
            let said = if is_key { "key file" } else { name };
            assert!(failed.stderr.contains(said), "{file} {how}: {}", failed.stderr);
            std::fs::write(&path, &whole).unwrap();
        }
        std::fs::remove_file(&path).unwrap();
        run(demo, PROVE).expect_error(&[name]);
        std::fs::write(&path, &whole).unwrap();
    }
    let path = demo.join("round.json");
    let whole = std::fs::read(&path).unwrap();
    let long = [&whole[..], &vec![b' '; (64 << 20) + 1]].concat();
    std::fs::write(&path, long).unwrap();
    run(demo, PROVE).expect_error(&["round.json", "bytes"]);
    std::fs::write(&path, whole).unwrap();
    assert!(state(demo) == before, "{:?}", state(demo).0);
}

pub(crate) fn two_commands_do_not_share_a_store(demo: &Path) {
    let open = store_files::open(demo);
    run(demo, PROVE).expect_error(&["the store is in use", "hint"]);
    run(demo, "store new --config custodian/solvency.toml").expect_error(&["there is a file already"]);
    // Who has to wait for a moment only, waits.
    let waiting = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| run(demo, PROVE));
        std::thread::sleep(Duration::from_millis(300));
        drop(open);
        waiting.join().unwrap()
    });
    assert_eq!(waiting.expect(0).json()["coverages"], json!([]));
}

pub(crate) fn an_old_store_is_not_gone_on_with(demo: &Path, old: Other) -> Other {
    let bundle = std::fs::read(demo.join("bundle-a.json")).unwrap();
    let old = old.while_there(|| {
        run(demo, PROVE).expect_error(&["is not the store's, which has 1 allocations", "equivocation"]);
    });
    // Nor is a store without records, made anew in its place.
    let path = demo.join("custodian/state/custodian.store");
    std::fs::rename(&path, demo.join("custodian/aside.store")).unwrap();
    run(demo, PROVE).expect_error(&["there is no store", "equivocation"]);
    run(demo, "store new --config custodian/solvency.toml").expect(0);
    run(demo, PROVE).expect_error(&["which has 0 allocations"]);
    std::fs::rename(demo.join("custodian/aside.store"), path).unwrap();
    assert_eq!(std::fs::read(demo.join("bundle-a.json")).unwrap(), bundle);
    run(demo, PROVE).expect(0);
    old
}

#[cfg(unix)]
pub(crate) fn a_full_disk_loses_nothing(demo: &Path) {
    round(demo);
    let before = state(demo);
    // No file may grow: every write of the store fails, as on a full disk.
    let line = format!("trap '' XFSZ; ulimit -f 0; exec {} --quiet {PROVE}", env!("CARGO_BIN_EXE_solvency"));
    let full = Command::new("sh").args(["-c", &line]).current_dir(demo).output().unwrap();
    let said = String::from_utf8(full.stderr).unwrap();
    assert_eq!(full.status.code(), Some(2), "{said}");
    assert!(said.contains("error:") && said.contains("custodian.store") || said.contains("store:"), "{said}");
    assert!(state(demo) == before);
    let made = run(demo, PROVE).expect(0).json();
    assert_eq!(made["coverages"], json!(["a", "b", "c"]));
}

#[cfg(not(unix))]
pub(crate) fn a_full_disk_loses_nothing(_: &Path) {}

pub(crate) fn what_cannot_be_published_waits(demo: &Path) {
    round(demo);
    let path = demo.join("bundle-b.json");
    let old = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    // A directory in the way of a file.
    std::fs::create_dir(&path).unwrap();
    let failed = run(demo, PROVE).expect_error(&["not published", "bundle-b.json", "hint"]);
    assert!(failed.json()["error"].as_str().unwrap().contains("not published"));
    let (status, _) =
        (run(demo, "store status --config custodian/solvency.toml --json").expect(0).json(), ());
    assert!(status["waiting"][0].as_str().unwrap().ends_with("bundle-b.json"), "{status}");
    for venue in ["a", "c"] {
        let bundle = read(&demo.join(format!("bundle-{venue}.json")));
        assert_eq!(bundle["round"], read(&demo.join("round.json")), "the other venues are served");
    }
    // Nor does it hold them up at the next round.
    round(demo);
    run(demo, PROVE).expect_error(&["not published", "bundle-b.json"]);
    assert_eq!(read(&demo.join("bundle-c.json"))["round"], read(&demo.join("round.json")));
    std::fs::remove_dir(&path).unwrap();
    std::fs::write(&path, old).unwrap();
    let made = run(demo, PROVE).expect(0).json();
    assert_eq!(made["coverages"], json!([]), "what was proven is written, not proven again");
    assert_eq!(read(&path)["round"], read(&demo.join("round.json")));
}

/// What auditors may ask for is kept; where it can't be, no venue waits for it.
pub(crate) fn what_cannot_be_kept_holds_up_no_venue(demo: &Path) {
    let (kept, aside) = (demo.join("custodian/state/bundles"), demo.join("custodian/state/aside"));
    let is_kept = |venue: &str| {
        let digest = sha256(&std::fs::read(demo.join(format!("bundle-{venue}.json"))).unwrap()).to_string();
        let end = format!("-{}-{venue}.json", &digest[2..]);
        names(&kept.join("epoch-0")).iter().any(|name| name.ends_with(&end))
    };
    assert!(["a", "b", "c"].iter().all(|venue| is_kept(venue)));
    std::fs::rename(&kept, &aside).unwrap();
    std::fs::write(&kept, "a file in the way of a directory").unwrap();
    round(demo);
    run(demo, PROVE).expect_error(&["a bundle is not kept", "hint", "audit open"]);
    for bundle in BUNDLES {
        assert_eq!(read(&demo.join(bundle))["round"], read(&demo.join("round.json")), "{bundle}");
    }
    std::fs::remove_file(&kept).unwrap();
    std::fs::rename(&aside, &kept).unwrap();
    assert!(!is_kept("a"));
    // It is tried again while the bundle is the one to show.
    let made = run(demo, PROVE).expect(0).json();
    assert_eq!(made["coverages"], json!([]));
    assert!(["a", "b", "c"].iter().all(|venue| is_kept(venue)));
}

pub(crate) fn a_price_round_must_be_one_that_a_verifier_could_take(demo: &Path) {
    let path = demo.join("round.json");
    let whole = std::fs::read(&path).unwrap();
    let signed: Value = serde_json::from_slice(&whole).unwrap();
    let at = signed["round"]["time"].as_u64().unwrap();
    let prove = |now: u64| run(demo, &format!("{PROVE} --at {now}"));
    prove(at - 31).expect_error(&["observed 31 s from now", "clock"]);
    prove(at - 30).expect(0);
    type Change = fn(&mut Value);
    let cases: [(&str, Change); 3] = [
        ("2 signers, 3 are needed", |round| {
            round["signatures"].as_array_mut().unwrap().pop();
        }),
        ("signature", |round| round["round"]["prices"][0] = json!(1)),
        ("signed", |round| {
            let first = round["signatures"][0].clone();
            round["signatures"][1] = first;
        }),
    ];
    for (said, change) in cases {
        let mut changed = signed.clone();
        change(&mut changed);
        std::fs::write(&path, changed.to_string()).unwrap();
        let failed = run(demo, PROVE).expect_error(&["round.json", "solvency round"]);
        assert!(failed.stderr.contains(said) || failed.stderr.contains("sign"), "{}", failed.stderr);
    }
    // Signed by enough, and still not for a verifier.
    let resigned = |change: fn(&mut SignedRound)| {
        let mut round: SignedRound = serde_json::from_slice(&whole).unwrap();
        change(&mut round);
        let oracles = [2, 3, 4].map(|oracle| signer(demo, &format!("oracle-{oracle}/oracle.key")));
        let sign = |oracle: &Signer| oracle.sign_as_member(&round.round, &domain(demo)).unwrap();
        round.signatures = oracles.iter().map(sign).collect();
        std::fs::write(&path, serde_json::to_vec(&round).unwrap()).unwrap();
        run(demo, PROVE)
    };
    resigned(|round| round.round.round += 1).expect_error(&["round.json", "which is not in round"]);
    resigned(|round| round.round.prices[0] += 1)
        .expect_error(&["another valuation of its policy", "evidence"]);
    resigned(|round| round.round.valuations.clear()).expect_error(&["has 0 valuations of its policy"]);
    std::fs::write(&path, &whole).unwrap();
    run(demo, PROVE).expect(0);
}

fn signer(demo: &Path, file: &str) -> Signer {
    Signer::load(&demo.join(file)).unwrap()
}

fn domain(demo: &Path) -> Domain {
    let registry: Registry = serde_json::from_value(read(&demo.join("registry.json"))).unwrap();
    Domain::of_registry(&registry.digest())
}

/// An attestation with another nonce, signed by the demo's attestors.
fn another_book(demo: &Path, path: &Path) -> Vec<u8> {
    let mut document = read(path);
    document["attestation"]["nonce"] = json!("0x00000000000000000000000000000007");
    let attestation: BookAttestation = serde_json::from_value(document["attestation"].clone()).unwrap();
    let sign = |attestor: u8| {
        let signer = signer(demo, &format!("attestor-{attestor}/attestor.key"));
        signer.sign_as_member(&attestation, &domain(demo)).unwrap()
    };
    document["signatures"] = serde_json::to_value([sign(1), sign(2)]).unwrap();
    document.to_string().into_bytes()
}

/// A second book with its quorum stops everything; one venue's ended claim stops that venue.
pub(crate) fn one_book_an_epoch_and_one_venue_for_itself(demo: &Path) {
    let path = demo.join("custodian/state/epoch-0/attestation.json");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, another_book(demo, &path)).unwrap();
    run(demo, PROVE).expect_error(&["attestors signed a second book of epoch 0", "equivocation"]);
    std::fs::write(path, whole).unwrap();

    let files = ["venue-c/claim.json", "venue-c/claim-opening.json"].map(|file| demo.join(file));
    let wholes = files.each_ref().map(|file| std::fs::read(file).unwrap());
    let claim = read(&files[0])["claim"].clone();
    let line = format!(
        "claim new --registry registry.json --policy venue-c/policy.json --key venue-c/venue.key --account {} \
         --liability-book {} --requirement 1 --number 7 --valid-for 10 --out ended --at {}",
        claim["account"].as_str().unwrap(),
        claim["liabilityBook"].as_str().unwrap(),
        claim["issuedAt"].as_u64().unwrap() - 10,
    );
    run(demo, &line).expect(0);
    for file in &files {
        std::fs::copy(demo.join("ended").join(file.file_name().unwrap()), file).unwrap();
    }
    round(demo);
    run(demo, PROVE).expect_error(&["venue c: the claim ended at", "hint"]);
    for (venue, served) in [("a", true), ("b", true), ("c", false)] {
        let bundle = read(&demo.join(format!("bundle-{venue}.json")));
        assert_eq!(bundle["round"] == read(&demo.join("round.json")), served, "venue {venue}");
    }
    for (file, whole) in files.iter().zip(wholes) {
        std::fs::write(file, whole).unwrap();
    }
    std::fs::remove_dir_all(demo.join("ended")).unwrap();
    run(demo, PROVE).expect(0);
}

/// An external signer that drops the connection, answers with half a signature, or with another one's.
#[cfg(unix)]
fn a_signer_that_dies_signs_nothing(demo: &Path, now: u64) {
    let path = demo.join("custodian/custodian.key");
    let whole = std::fs::read(&path).unwrap();
    let address =
        run(demo, "signer address custodian/custodian.key --json").expect(0).json()["address"].clone();
    for (how, script) in [
        ("dies", "exit 3"),
        ("says nothing", "true"),
        ("hangs up", "read line; kill -9 $$"),
        ("half an answer", "cat > /dev/null; printf 0x00"),
    ] {
        let file = json!({ "format": "solvency-external-signer/1", "address": address, "command": ["sh", "-c", script] });
        std::fs::write(&path, file.to_string()).unwrap();
        let failed = run(demo, &format!("{PROVE} --at {now}")).expect(2);
        assert!(failed.stderr.contains("sh") && failed.stderr.contains("error"), "{how}: {}", failed.stderr);
        let store = store_files::open(demo);
        assert!(store.sequence(1, solvency_store::Kind::Allocation).unwrap().is_empty(), "{how}");
    }
    std::fs::write(path, whole).unwrap();
}

#[cfg(not(unix))]
fn a_signer_that_dies_signs_nothing(_: &Path, _: u64) {}

/// The next epoch, from its beginning, with a run that is killed again and again.
pub(crate) fn killed_runs_lose_nothing(demo: &Path) {
    for oracle in 1..=4 {
        edit(&demo.join(format!("oracle-{oracle}/prices.json")), |text| {
            text.replace("\"1.23\"", "\"172.23\"")
        });
    }
    let registry = read(&demo.join("registry.json"));
    let begins = registry["epoch"]["zero"].as_u64().unwrap() + registry["epoch"]["seconds"].as_u64().unwrap();
    let now = begins + 10;
    run(demo, &format!("book commit --config custodian/solvency.toml --at {now}")).expect(0);
    for attestor in 1..=2 {
        let line = format!(
            "attest --book custodian/state/epoch-1/book.json --attestation custodian/state/epoch-1/attestation.json \
             --registry registry.json --key attestor-{attestor}/attestor.key"
        );
        run(demo, &line).expect(0);
    }
    let mut line = format!("round --registry registry.json --out round.json --at {now}");
    for number in 1..=4 {
        line.push_str(&format!(" --observation oracle-{number}/prices.json"));
    }
    for number in 1..=3 {
        line.push_str(&format!(" --key oracle-{number}/oracle.key"));
    }
    let without_policies = line.clone();
    for venue in ["a", "b", "c"] {
        line.push_str(&format!(" --policy venue-{venue}/policy.json"));
    }
    run(demo, &line).expect(0);

    let path = demo.join("custodian/state/epoch-1/attestation.json");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, another_book(demo, &path)).unwrap();
    run(demo, &format!("{PROVE} --at {now}")).expect_error(&["not of a book that was committed here"]);
    std::fs::write(path, whole).unwrap();
    a_signer_that_dies_signs_nothing(demo, now);
    let (mut allocations, mut finished) = (0, false);
    for attempt in 0u64..40 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_solvency"))
            .current_dir(demo)
            .args(PROVE.split_whitespace().chain(["--quiet", "--at", &now.to_string()]))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(5 + attempt * 12));
        finished |= matches!(child.try_wait(), Ok(Some(status)) if status.success());
        let _ = child.kill();
        let _ = child.wait();
        let store = store_files::open(demo);
        let kept = store.sequence(1, solvency_store::Kind::Allocation).unwrap().len();
        assert!(kept >= allocations, "an allocation was lost");
        allocations = kept;
        for bundle in BUNDLES {
            read(&demo.join(bundle));
        }
        if finished {
            break;
        }
    }
    run(demo, &format!("{PROVE} --at {now}")).expect(0);
    let status = run(demo, "store status --config custodian/solvency.toml --json").expect(0).json();
    assert_eq!((&status["waiting"], &status["epochs"][1]["allocations"]), (&json!([]), &json!(1)));
    let chain = &read(&demo.join("bundle-c.json"))["allocations"];
    assert_eq!(chain.as_array().unwrap().len(), 1, "one history of the epoch");
    for venue in ["b", "c"] {
        let line = format!("verify bundle-{venue}.json --trust trust-{venue}.json --at {now}");
        run(demo, &line).expect(0);
    }
    crate::log::killed_runs_log_each_coverage_once(demo, now);
    run(demo, &without_policies).expect(0);
    run(demo, &format!("{PROVE} --at {now}")).expect_error(&["has 0 valuations of its policy", "--policy"]);
    // Old epochs go when they are told to.
    let forget =
        run(demo, "store forget --before 1 --config custodian/solvency.toml --json").expect(0).json();
    assert_eq!(forget["forgotten"], json!([0]));
}

pub(crate) fn the_clock_does_not_go_back_behind_an_epoch(demo: &Path) {
    run(demo, PROVE).expect_error(&["the clock stands in epoch 0", "records of epoch 1", "hint"]);
}

#[test]
fn a_store_gets_another_opener_and_no_command_asks_without_a_terminal() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    crate::bad_input::custodian(at);
    let config = at.join("solvency.toml");
    let with_key = std::fs::read_to_string(&config).unwrap();
    let with = |line: &str| with_key.replace("store_key = \"store.key\"\n", line);
    std::fs::write(at.join("passphrase.txt"), "correct horse\n").unwrap();
    std::fs::write(at.join("new.toml"), with("store_passphrase = \"passphrase.txt\"\n")).unwrap();
    run(at, "store rekey --opener-of new.toml").expect(0);
    run(at, "store status").expect_error(&["opened with a passphrase", "give the passphrase instead"]);
    std::fs::copy(at.join("new.toml"), &config).unwrap();
    assert_eq!(run(at, "store status --json").expect(0).json()["epochs"], json!([]));
    std::fs::write(at.join("passphrase.txt"), "correct\nhorse\n").unwrap();
    run(at, "store status").expect_error(&["passphrase.txt", "more than one line"]);
    std::fs::write(at.join("passphrase.txt"), "wrong horse").unwrap();
    let wrong = run(at, "store status").expect_error(&["wrong passphrase", "hint"]);
    assert!(!wrong.stderr.contains("wrong horse"), "{}", wrong.stderr);
    std::fs::write(&config, with("")).unwrap();
    run(at, "store status").expect_error(&["without a terminal", "store_key"]);
}

#[test]
fn a_book_that_nobody_signed_does_not_stay_in_the_clear() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    crate::bad_input::custodian(at);
    let handed = |epoch: u64| at.join(format!("state/epoch-{epoch}/book.json"));
    let first = run(at, "book commit --at 1767300000 --json").expect(0).json()["epoch"].as_u64().unwrap();
    // Nobody has signed: it may be committed again, and the first one is not lost.
    run(at, "book commit --at 1767300001").expect(0);
    let status = run(at, "store status --json").expect(0).json();
    assert_eq!((&status["epochs"][0]["books"], &status["epochs"][0]["signed"]), (&json!(2), &json!(false)));
    assert!(handed(first).exists());
    // A file for attestors that was lost is written again.
    std::fs::remove_file(at.join(format!("state/epoch-{first}/attestation.json"))).unwrap();
    run(at, "prove --at 1767300002").expect_error(&["0 signers"]);
    assert!(at.join(format!("state/epoch-{first}/attestation.json")).exists());
    let registry = read(&at.join("registry.json"));
    let later = 1_767_300_000 + registry["epoch"]["seconds"].as_u64().unwrap();
    run(at, &format!("book commit --at {later}")).expect(0);
    assert!(!handed(first).exists() && handed(first + 1).exists());
}

//! `solvency log` and `solvency audit`: one history, witnessed; two histories, found.

use std::path::Path;

use serde_json::{Value, json};

use crate::daily_work::{edit, read};
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

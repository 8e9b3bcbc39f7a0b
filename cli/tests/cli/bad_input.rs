//! Unreadable input: exit code 2, what and where, what to do, and nothing left behind.

use std::path::Path;

use serde_json::{Value, json};

use crate::runner::{names, run, solvency};

/// A change of a JSON document.
type Change = fn(&mut Value);

fn workspace(path: &str) -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/..").to_owned() + "/" + path
}

/// A custodian's directory made of the fixtures, without proofs.
pub(crate) fn custodian(at: &Path) {
    for (from, to) in [
        ("fixtures/registry.json", "registry.json"),
        ("fixtures/vaults/fireblocks.json", "vaults.json"),
        ("fixtures/vaults/mapping.toml", "mapping.toml"),
    ] {
        std::fs::copy(workspace(from), at.join(to)).unwrap();
    }
    run(at, "signer new custodian.key").expect(0);
    let config = "registry = \"registry.json\"\nsigning_key = \"custodian.key\"\nkeys = \"keys\"\nstate = \"state\"\n\
                  store_key = \"store.key\"\naccount = \"0x00000000000000000000000000000000000000000000000000000000000000aa\"\nlog_origin = \"log\"\n\
                  round = \"round.json\"\n[book]\nexport = \"vaults.json\"\nformat = \"fireblocks\"\n\
                  mapping = \"mapping.toml\"\nlock_seconds = 86400\n";
    std::fs::write(at.join("solvency.toml"), config).unwrap();
    run(at, "store new").expect(0);
}

/// That nothing was committed or handed over.
fn nothing_is_kept(at: &Path) {
    assert_eq!(names(&at.join("state")), ["custodian.store"]);
    assert_eq!(run(at, "store status --json").expect(0).json()["epochs"], json!([]));
}

const AT: &str = "--at 1767300000";

fn edit_export(at: &Path, change: impl FnOnce(&mut Value)) {
    let path = at.join("vaults.json");
    let mut export: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut export);
    std::fs::write(path, export.to_string()).unwrap();
}

#[test]
fn a_good_export_is_committed_and_a_bad_one_leaves_nothing() {
    let cases: &[(&str, Change)] = &[
        ("decimals", |e| {
            e["accounts"][1]["assets"][0]["total"] = json!("352.500000001");
            e["accounts"][1]["assets"][0]["available"] = json!("350.000000001");
        }),
        ("352.5", |e| e["accounts"][1]["assets"][0]["total"] = json!(352.5)),
        ("-1", |e| e["accounts"][1]["assets"][0]["available"] = json!("-1")),
        ("total", |e| e["accounts"][1]["assets"][0]["available"] = json!("349")),
        ("DOGE", |e| e["accounts"][1]["assets"][0]["id"] = json!("DOGE")),
        ("99999999999999999999", |e| {
            e["accounts"][1]["assets"][0]["total"] = json!("99999999999999999999");
            e["accounts"][1]["assets"][0]["available"] = json!("99999999999999999999");
            e["accounts"][1]["assets"][0]["pending"] = json!("0");
        }),
        ("accounts", |e| {
            let first = e["accounts"][0].clone();
            e["accounts"].as_array_mut().unwrap().push(first);
        }),
    ];
    for (part, change) in cases {
        let dir = tempfile::tempdir().unwrap();
        custodian(dir.path());
        let before = names(dir.path());
        edit_export(dir.path(), change);
        let failed =
            run(dir.path(), &format!("book commit {AT}")).expect_error(&["vaults.json", part, "hint"]);
        assert!(failed.stdout.is_empty(), "{}", failed.stdout);
        assert_eq!(names(dir.path()), before, "{part}");
        nothing_is_kept(dir.path());
    }
    let dir = tempfile::tempdir().unwrap();
    custodian(dir.path());
    let made = run(dir.path(), &format!("book commit {AT} --json")).expect(0).json();
    assert_eq!(made["shape"], "holdings-16/1");
}

#[test]
fn an_export_without_balances_makes_no_book() {
    let dir = tempfile::tempdir().unwrap();
    custodian(dir.path());
    edit_export(dir.path(), |export| export["accounts"] = json!([]));
    run(dir.path(), &format!("book commit {AT}")).expect_error(&["vaults.json"]);
    nothing_is_kept(dir.path());
}

#[test]
fn configurations_are_read_strictly() {
    for (part, from, to) in [
        ("unknown field", "log_origin", "log_orign"),
        ("account", "00aa\"", "00AA\""),
        ("registry.json", "registry = \"registry.json\"", "registry = \"missing/registry.json\""),
        ("form of vault export", "\"fireblocks\"", "\"firebricks\""),
        ("expected", "lock_seconds = 86400", "lock_seconds = 86400.5"),
        ("one opener", "store_key", "store_passphrase = \"p\"\nstore_key"),
        ("nonzero", "lock_seconds = 86400", "lock_seconds = 86400\n[watch]\nschedule = 0"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        custodian(dir.path());
        let path = dir.path().join("solvency.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(&path, text.replace(from, to)).unwrap();
        run(dir.path(), &format!("book commit {AT}")).expect_error(&[part]);
        std::fs::write(path, text).unwrap();
        nothing_is_kept(dir.path());
    }
}

#[test]
fn proofs_wait_for_attestors() {
    let dir = tempfile::tempdir().unwrap();
    custodian(dir.path());
    run(dir.path(), &format!("prove {AT}")).expect_error(&["has no book yet", "solvency book commit"]);
    run(dir.path(), &format!("book commit {AT}")).expect(0);
    run(dir.path(), &format!("prove {AT}")).expect_error(&["0 signers, 2 are needed", "solvency attest"]);
}

#[test]
fn an_attestor_that_is_none_or_sees_another_book_does_not_sign() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    custodian(at);
    run(at, "signer new attestor.key").expect(0);
    run(at, "signer new stranger.key").expect(0);
    let address = run(at, "signer address attestor.key --json").expect(0).json();
    let path = at.join("registry.json");
    let mut registry: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    registry["attestors"]["members"][0] = address["address"].clone();
    std::fs::write(&path, registry.to_string()).unwrap();
    run(at, &format!("book commit {AT}")).expect(0);
    let epoch = names(&at.join("state")).remove(1);
    let attest = |key: &str, view: &str| {
        run(
            at,
            &format!(
                "attest --book state/{epoch}/book.json --attestation state/{epoch}/attestation.json --registry registry.json \
             --mapping mapping.toml --view {view} --key {key} --json"
            ),
        )
    };
    attest("stranger.key", "vaults.json").expect_error(&["is not an attestor"]);
    std::fs::copy(at.join("vaults.json"), at.join("honest.json")).unwrap();
    edit_export(at, |export| {
        for field in ["total", "available"] {
            export["accounts"][0]["assets"][0][field] = json!("400.24999999");
        }
    });
    let refused = attest("attestor.key", "vaults.json").expect(1).json();
    assert_eq!(refused["signed"], false);
    assert!(refused["differences"][0].as_str().unwrap().contains("400.25"));
    attest("attestor.key", "honest.json").expect(0);
    attest("attestor.key", "honest.json").expect_error(&["has signed already"]);
}

#[test]
fn a_trust_file_that_cannot_be_read_is_bad_usage_and_a_missing_bundle_too() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    std::fs::write(at.join("bundle.json"), "{}").unwrap();
    std::fs::write(at.join("trust.json"), "{\"format\": 1.5}").unwrap();
    run(at, "verify bundle.json --trust missing.json").expect_error(&["missing.json"]);
    let run_json =
        run(at, "verify bundle.json --trust trust.json --json").expect_error(&["trust.json", "hint"]);
    assert!(run_json.json()["error"].as_str().unwrap().contains("trust.json"));
    solvency(at, ["verify"]).expect(2);
    solvency(at, ["no-such-command"]).expect(2);
}

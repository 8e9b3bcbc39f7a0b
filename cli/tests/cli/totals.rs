//! `solvency totals`: a custodian's accounts together, an auditor's word on them, and venues that ask for it.

use std::path::Path;

use serde_json::{Value, json};

use crate::broken_files::{Reader, each_names_what_it_cannot_read};
use crate::daily_work::{edit, read};
use crate::runner::run;

/// A change of a JSON document.
type Change = fn(&mut Value);

const CONFIG: &str = "custodian/solvency.toml";
const CERTIFY: &str = "totals certify --trust trust-a.json --key auditor.key --reserves reserves.json --json";

const READERS: [Reader<'static>; 4] = [
    (
        "totals share --config custodian/solvency.toml --out out.json",
        &["custodian/solvency.toml", "registry.json"],
    ),
    (
        "totals new --config custodian/solvency.toml --share share.json --out out.json --opening out-2.json",
        &["custodian/solvency.toml", "registry.json", "share.json"],
    ),
    (
        "totals certify --totals totals.json --opening opening.json --reserves reserves.json --trust trust-a.json \
         --key auditor.key --out out.json",
        &["totals.json", "opening.json", "reserves.json", "trust-a.json", "auditor.key"],
    ),
    (
        "verify bundle-a.json --trust trust-t.json --totals certified.json",
        &["trust-t.json", "certified.json"],
    ),
];

/// Part of the demo's test: totals of one account are certified and asked for; then the same vaults stand in a second account's book, which
/// attestors sign, and the reserves are too small for both.
pub(crate) fn an_auditor_certifies_what_venues_ask_for(demo: &Path) {
    run(demo, "signer new auditor.key").expect(0);
    let auditor = run(demo, "signer address auditor.key --json").expect(0).json()["address"].clone();
    let auditor = auditor.as_str().unwrap();
    let files = [
        "auditor.key",
        "share.json",
        "share-2.json",
        "totals.json",
        "opening.json",
        "certified.json",
        "reserves.json",
        "trust-t.json",
        "custodian/solvency-2.toml",
    ];

    let share =
        run(demo, &format!("totals share --config {CONFIG} --out share.json --json")).expect(0).json();
    assert_eq!(share["shards"], 1);
    let new = format!("totals new --config {CONFIG} --out totals.json --opening opening.json --json");
    let made = run(demo, &format!("{new} --share share.json")).expect(0).json();
    assert_eq!((&made["accounts"], &made["shards"], &made["nodes"]), (&json!(1), &json!(1), &json!(1)));
    secrets_are_the_owners(demo);
    reserves(demo, 1);

    let certify = format!("{CERTIFY} --totals totals.json --opening opening.json --out certified.json");
    let certified = run(demo, &certify).expect(0).json();
    assert_eq!((&certified["certified"], &certified["digest"]), (&json!(true), &made["digest"]));

    // Nobody has seen the reserves of a time to come.
    edit(&demo.join("reserves.json"), |text| text.replacen("\"asOf\":", "\"asOf\":9", 1));
    let early = run(demo, &certify).expect(1).json();
    assert!(early["reason"].as_str().unwrap().contains("now is"), "{early}");
    reserves(demo, 1);

    asked_for(demo, auditor);
    let verify = "verify bundle-a.json --trust trust-t.json --json";
    let verdict = run(demo, verify).expect(1).json();
    assert_eq!((&verdict["rule"], &verdict["reason"]), (&json!("U1"), &json!("totals_missing")));
    let verdict = run(demo, &format!("{verify} --totals totals.json")).expect(1).json();
    assert_eq!((&verdict["rule"], &verdict["reason"]), (&json!("U2"), &json!("totals_not_certified")));
    let verdict = run(demo, &format!("{verify} --totals certified.json")).expect(0).json();
    assert_eq!(verdict["totals"]["digest"], made["digest"]);
    assert_eq!((&verdict["totals"]["shards"], &verdict["totals"]["auditor"]), (&json!(1), &json!(auditor)));
    // Necessary, not sufficient: what attestors signed is still said to be no more than that.
    assert!(verdict["notShown"].as_array().unwrap().contains(&json!("attested_not_proven")));

    altered_totals_are_not_attached(demo, verify);
    each_names_what_it_cannot_read(demo, &READERS);
    a_vault_in_two_books_is_seen_where_reserves_are_tight(demo, &new, &certify);

    for file in files {
        std::fs::remove_file(demo.join(file)).unwrap();
    }
    std::fs::remove_dir_all(demo.join("custodian/state-2")).unwrap();
}

#[cfg(unix)]
fn secrets_are_the_owners(demo: &Path) {
    use std::os::unix::fs::PermissionsExt;
    for secret in ["share.json", "opening.json"] {
        let mode = std::fs::metadata(demo.join(secret)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{secret}");
    }
}

#[cfg(not(unix))]
fn secrets_are_the_owners(_: &Path) {}

/// Reserves of so many times what the opening says, found now.
fn reserves(demo: &Path, times: u64) {
    let (opening, totals) = (read(&demo.join("opening.json")), read(&demo.join("totals.json")));
    let entries = opening["entries"].as_array().unwrap().iter().map(|entry| entry.as_u64().unwrap());
    let slots: Vec<Value> = entries
        .enumerate()
        .filter(|(_, amount)| *amount > 0)
        .map(|(slot, amount)| json!({ "slot": slot, "amount": amount * times }))
        .collect();
    let reserves = json!({
        "format": "solvency-reserves/1", "custodian": totals["custodian"], "asOf": totals["madeAt"], "slots": slots,
    });
    std::fs::write(demo.join("reserves.json"), reserves.to_string()).unwrap();
}

/// Venue a's trust file, written anew with the question for totals.
fn asked_for(demo: &Path, auditor: &str) {
    let trust = read(&demo.join("trust-a.json"));
    let counterparty = &trust["counterparty"];
    let (custodian, origin) =
        (counterparty["custodian"].as_str().unwrap(), counterparty["logOrigin"].as_str().unwrap());
    let line = format!(
        "trust --registry registry.json --policy venue-a/policy.json --claim venue-a/claim.json --key venue-a/venue.key \
         --custodian {custodian} --log-origin {origin} --keys keys --accept-development-keys --max-round-lag 24 --out trust-t.json"
    );
    let bad = format!("{line} --totals-auditor 0x12 --totals-max-age 60");
    run(demo, &bad).expect_error(&["--totals-auditor"]);
    let nobody = format!("{line} --totals-auditor 0x{} --totals-max-age 60", "00".repeat(20));
    run(demo, &nobody).expect_error(&["zero address"]);
    run(demo, &format!("{line} --totals-auditor {auditor}")).expect(2);
    run(demo, &format!("{line} --totals-auditor {auditor} --totals-max-age 0")).expect(2);
    run(demo, &format!("{line} --totals-auditor {auditor} --totals-max-age 86400")).expect(0);
}

/// What is altered is no reason to accept anything: unreadable input, not a verdict.
fn altered_totals_are_not_attached(demo: &Path, verify: &str) {
    let original = read(&demo.join("certified.json"));
    let changes: [(&str, Change); 4] = [
        ("custodian:", |totals| totals["madeAt"] = json!(1)),
        ("the certificate:", |totals| totals["certificate"]["certificate"]["reservesAsOf"] = json!(1)),
        ("does not verify", |totals| {
            totals["nodes"][0]["proof"] = totals["sources"][0]["holdings"]["proof"].clone()
        }),
        ("unknown field", |totals| totals["more"] = json!(1)),
    ];
    for (expected, change) in changes {
        let mut totals = original.clone();
        change(&mut totals);
        std::fs::write(demo.join("changed.json"), totals.to_string()).unwrap();
        run(demo, &format!("{verify} --totals changed.json")).expect_error(&["changed.json", expected]);
    }
    std::fs::remove_file(demo.join("changed.json")).unwrap();
    run(demo, &format!("{verify} --totals nowhere.json")).expect_error(&["nowhere.json"]);
}

/// The custodian commits to the same vaults once more, for another account; the attestors do not compare.
fn a_vault_in_two_books_is_seen_where_reserves_are_tight(demo: &Path, new: &str, certify: &str) {
    let twice = format!("{new} --share share.json --share share.json");
    run(demo, &twice).expect_error(&["stands in an earlier share", "share.json"]);

    let account = read(&demo.join("trust-a.json"))["counterparty"]["account"].as_str().unwrap().to_owned();
    let other = format!("0x{}", "22".repeat(32));
    std::fs::copy(demo.join(CONFIG), demo.join("custodian/solvency-2.toml")).unwrap();
    edit(&demo.join("custodian/solvency-2.toml"), |text| {
        text.replace(&account, &other).replace("state = \"state\"", "state = \"state-2\"")
    });
    let config = "--config custodian/solvency-2.toml";
    run(demo, &format!("store new {config}")).expect(0);
    run(demo, &format!("totals share {config} --out share-2.json"))
        .expect_error(&["no attested book", "hint"]);
    run(demo, &format!("book commit {config}")).expect(0);
    let epoch = crate::runner::names(&demo.join("custodian/state-2"))
        .into_iter()
        .find(|name| name.starts_with("epoch-"))
        .unwrap();
    for attestor in [1, 2] {
        let line = format!(
            "attest --book custodian/state-2/{epoch}/book.json --attestation custodian/state-2/{epoch}/attestation.json \
             --registry registry.json --view custodian/vaults.json --mapping custodian/mapping.toml \
             --key attestor-{attestor}/attestor.key"
        );
        run(demo, &line).expect(0);
    }
    run(demo, &format!("prove holdings {config}")).expect(0);
    run(demo, &format!("totals share {config} --out share-2.json")).expect(0);
    let made = run(demo, &format!("{new} --share share.json --share share-2.json")).expect(0).json();
    assert_eq!((&made["accounts"], &made["shards"]), (&json!(2), &json!(2)));
    // The reserves are still those of one account.
    let refused = run(demo, certify).expect(1).json();
    assert_eq!(refused["certified"], json!(false));
    assert!(refused["reason"].as_str().unwrap().contains("the reserves"), "{refused}");
    // Where there is room for both, no sum shows it.
    reserves(demo, 1);
    assert_eq!(run(demo, certify).expect(0).json()["shards"], json!(2));
}

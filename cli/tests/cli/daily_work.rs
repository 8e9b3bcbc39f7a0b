//! The demo, and then the days after it: what changes is proven, what does not is kept.

use std::path::Path;

use serde_json::{Value, json};

use crate::runner::{names, run};
use crate::{broken_files, log, operations, store_files, totals, venue};

/// A change of a JSON document.
type Change = fn(&mut Value);

pub(crate) fn edit(path: &Path, change: impl FnOnce(String) -> String) {
    let text = std::fs::read_to_string(path).unwrap();
    std::fs::write(path, change(text)).unwrap();
}

pub(crate) fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// One demo for all that follows: it is the slow part.
#[test]
fn the_demo_and_the_work_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    run(at, "demo --out demo").expect(0);
    let demo = at.join("demo");

    every_venue_accepts_its_own_bundle_and_no_other(at);
    secrets_are_for_their_owner_only(&demo);
    changed_bundles_are_refused(&demo);
    nothing_is_made_twice(&demo);
    #[cfg(unix)]
    venue::a_venue_serves_its_position(&demo);
    venue::an_auditor_takes_it_apart(&demo);
    totals::an_auditor_certifies_what_venues_ask_for(&demo);
    operations::broken_inputs_change_nothing(&demo);
    operations::two_commands_do_not_share_a_store(&demo);
    operations::one_book_an_epoch_and_one_venue_for_itself(&demo);
    a_new_round_needs_new_coverage_only(&demo);
    #[cfg(unix)]
    {
        crate::watch::a_watch_follows_its_inputs_until_it_is_ended(&demo);
        crate::watch::a_watch_keeps_its_schedule_and_goes_on_with_no_old_store(&demo);
    }
    broken_files::each_command_names_what_it_cannot_read(&demo);
    log::a_witnessed_log_is_kept_and_asked_for(&demo);
    log::the_rounds_are_logged_and_dated(&demo);
    let before = store_files::copy(&demo);
    a_larger_pledge_needs_the_venues_release(&demo);
    log::a_longer_history_is_witnessed_and_no_other(&demo);
    let before = operations::an_old_store_is_not_gone_on_with(&demo, before);
    log::a_second_history_is_found(&demo, before);
    operations::a_full_disk_loses_nothing(&demo);
    operations::what_cannot_be_published_waits(&demo);
    operations::what_cannot_be_kept_holds_up_no_venue(&demo);
    operations::a_price_round_must_be_one_that_a_verifier_could_take(&demo);
    a_pledge_that_does_not_cover_is_not_proven(&demo);
    crate::interop::proofs_go_out_and_come_back(&demo);
    crate::interop::assignments_go_out_once(&demo);
    the_demo_overwrites_nothing(at);
    operations::killed_runs_lose_nothing(&demo);
    operations::the_clock_does_not_go_back_behind_an_epoch(&demo);
}

fn every_venue_accepts_its_own_bundle_and_no_other(at: &Path) {
    for venue in ["a", "b", "c"] {
        for trust in ["a", "b", "c"] {
            let line = format!("verify demo/bundle-{venue}.json --trust demo/trust-{trust}.json --json");
            let verdict = run(at, &line).expect(if venue == trust { 0 } else { 1 }).json();
            if venue == trust {
                assert_eq!(verdict["verdict"], "accept");
                assert_eq!(verdict["developmentKeys"].as_array().unwrap().len(), 3);
                let not_shown = json!(["no_log_history", "attested_not_proven", "development_key"]);
                assert_eq!(verdict["notShown"], not_shown);
            } else {
                assert_eq!((&verdict["verdict"], &verdict["rule"]), (&json!("reject"), &json!("C1")));
            }
        }
    }
    let late =
        run(at, "verify demo/bundle-a.json --trust demo/trust-a.json --at 4000000000 --json").expect(1);
    assert_eq!(late.json()["verdict"], "reject");
}

#[cfg(unix)]
fn secrets_are_for_their_owner_only(demo: &Path) {
    use std::os::unix::fs::PermissionsExt;
    for secret in [
        "custodian/custodian.key",
        "custodian/state/custodian.store",
        "custodian/store.key",
        "venue-a/claim-opening.json",
        "venue-a/releaser-1.key",
        "oracle-1/oracle.key",
    ] {
        let mode = std::fs::metadata(demo.join(secret)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{secret}");
    }
    // What attestors needed in the clear is gone once they have signed.
    assert_eq!(names(&demo.join("custodian/state/epoch-0")), ["attestation.json"]);
}

#[cfg(not(unix))]
fn secrets_are_for_their_owner_only(_: &Path) {}

fn changed_bundles_are_refused(demo: &Path) {
    let original = std::fs::read_to_string(demo.join("bundle-a.json")).unwrap();
    let cases: &[(&str, Change)] = &[
        ("malformed_bundle", |bundle| bundle["extra"] = json!(1)),
        ("malformed_bundle", |bundle| {
            bundle.as_object_mut().unwrap().remove("tagSalt");
        }),
        ("pledge_tag", |bundle| bundle["tagSalt"] = json!("0x00000000000000000000000000000000")),
        ("claim_altered", |bundle| bundle["claim"]["claim"]["expiry"] = json!(4_000_000_000u64)),
    ];
    for (expected, change) in cases {
        let mut bundle: Value = serde_json::from_str(&original).unwrap();
        change(&mut bundle);
        std::fs::write(demo.join("changed.json"), bundle.to_string()).unwrap();
        let verdict = run(demo, "verify changed.json --trust trust-a.json --json").expect(1).json();
        assert_eq!(verdict["reason"], *expected);
    }
    std::fs::write(demo.join("changed.json"), format!("{original} x")).unwrap();
    let verdict = run(demo, "verify changed.json --trust trust-a.json --json").expect(1).json();
    assert_eq!(verdict["reason"], "malformed_bundle");
    std::fs::remove_file(demo.join("changed.json")).unwrap();
}

fn nothing_is_made_twice(demo: &Path) {
    let before = std::fs::read(demo.join("bundle-a.json")).unwrap();
    let made = run(demo, "prove --config custodian/solvency.toml --json").expect(0).json();
    assert_eq!((&made["holdings"], &made["allocations"]), (&json!(0), &json!(0)));
    assert_eq!(made["coverages"], json!([]));
    assert_eq!(std::fs::read(demo.join("bundle-a.json")).unwrap(), before);
    let agree = run(demo, "book reconcile --config custodian/solvency.toml --json").expect(0).json();
    assert_eq!(agree["differences"], json!([]));
    run(demo, "book commit --config custodian/solvency.toml").expect_error(&["signed book already", "hint"]);
}

pub(crate) fn round(demo: &Path) {
    let mut line = String::from("round --registry registry.json --out round.json");
    for oracle in 1..=4 {
        line.push_str(&format!(" --observation oracle-{oracle}/prices.json"));
    }
    for venue in ["a", "b", "c"] {
        line.push_str(&format!(" --policy venue-{venue}/policy.json"));
    }
    for oracle in 2..=4 {
        line.push_str(&format!(" --key oracle-{oracle}/oracle.key"));
    }
    run(demo, &line).expect(0);
}

fn a_new_round_needs_new_coverage_only(demo: &Path) {
    edit(&demo.join("oracle-1/prices.json"), |text| text.replace("115770", "115000"));
    edit(&demo.join("oracle-2/prices.json"), |text| text.replace("115770", "115100"));
    round(demo);

    // Proving never makes a key of its own.
    let config = demo.join("custodian/solvency.toml");
    edit(&config, |text| text.replace("keys = \"../keys\"", "keys = \"../no-keys\""));
    run(demo, "prove --config custodian/solvency.toml").expect_error(&["no proving key for coverage-flat"]);
    assert!(!demo.join("no-keys").exists());
    edit(&config, |text| text.replace("keys = \"../no-keys\"", "keys = \"../keys\""));

    let made = run(demo, "prove --config custodian/solvency.toml --json").expect(0).json();
    assert_eq!((&made["holdings"], &made["allocations"]), (&json!(0), &json!(0)));
    assert_eq!(made["coverages"], json!(["a", "b", "c"]));
    let bundle = read(&demo.join("bundle-a.json"));
    // The lower of the two in the middle of 115,000 and 115,100 and twice 115,770.
    assert_eq!(bundle["round"]["round"]["prices"][0], json!(115_100_000_000_000_000u64));
    for venue in ["a", "b", "c"] {
        run(demo, &format!("verify bundle-{venue}.json --trust trust-{venue}.json")).expect(0);
    }
}

fn a_larger_pledge_needs_the_venues_release(demo: &Path) {
    run(demo, "keys dev repledge-3x4 --keys keys").expect(0);
    let trust = read(&demo.join("trust-a.json"));
    let claim = read(&demo.join("venue-a/claim.json"));
    let config = demo.join("custodian/solvency.toml");
    let old_bundle = std::fs::read(demo.join("bundle-a.json")).unwrap();

    // The venue calls for more; the custodian answers with a larger pledge.
    let line = format!(
        "claim new --registry registry.json --policy venue-a/policy.json --key venue-a/venue.key --account {} \
         --liability-book {} --requirement 13000000 --number 2 --out venue-a",
        claim["claim"]["account"].as_str().unwrap(),
        claim["claim"]["liabilityBook"].as_str().unwrap(),
    );
    run(demo, &line).expect(0);
    edit(&config, |text| text.replace("\"BTC/cold\" = \"120.5\"", "\"BTC/cold\" = \"140.25\""));
    run(demo, "prove --config custodian/solvency.toml")
        .expect_error(&["only the venue can release it", "hint"]);

    run(
        demo,
        "claim release --bundle bundle-a.json --registry registry.json --key venue-a/releaser-2.key --out release.json",
    )
    .expect_error(&["the pledge is released by"]);
    run(
        demo,
        "claim release --bundle bundle-a.json --registry registry.json --key venue-a/releaser-1.key --out release.json",
    )
    .expect(0);
    edit(&config, |text| {
        text.replace(
            "bundle = \"../bundle-a.json\"",
            "bundle = \"../bundle-a.json\"\nrelease = \"../release.json\"",
        )
    });
    let made = run(demo, "prove --config custodian/solvency.toml --json").expect(0).json();
    assert_eq!((&made["allocations"], &made["coverages"]), (&json!(1), &json!(["a"])));

    // The venue's trust file has to name the new claim and the key of the new shape.
    let early = run(demo, "verify bundle-a.json --trust trust-a.json --json").expect(1).json();
    assert_eq!(early["reason"], "key_not_pinned");
    let line = format!(
        "trust --registry registry.json --policy venue-a/policy.json --claim venue-a/claim.json --key venue-a/venue.key \
         --custodian {} --log-origin {} --keys keys --accept-development-keys --max-round-lag 24 --out trust-a.json",
        trust["counterparty"]["custodian"].as_str().unwrap(),
        trust["counterparty"]["logOrigin"].as_str().unwrap(),
    );
    run(demo, &line).expect(0);
    let verdict = run(demo, "verify bundle-a.json --trust trust-a.json --json").expect(0).json();
    assert_eq!((&verdict["sequence"], &verdict["claim"]), (&json!(1), &json!(2)));

    // The other venues see one more allocation and accept as before.
    run(demo, "keys list --keys keys").expect(0);
    let others = run(demo, "verify bundle-b.json --trust trust-b.json --json").expect(1).json();
    assert_eq!(others["reason"], "key_not_pinned", "venue b has not pinned the re-pledge key yet");

    // The bundle that venue a accepted before does not pass for the new claim.
    std::fs::write(demo.join("old.json"), old_bundle).unwrap();
    let old = run(demo, "verify old.json --trust trust-a.json --json").expect(1).json();
    assert_eq!(old["reason"], "claim_superseded");
}

fn a_pledge_that_does_not_cover_is_not_proven(demo: &Path) {
    for oracle in 1..=4 {
        let path = demo.join(format!("oracle-{oracle}/prices.json"));
        edit(&path, |text| text.replace("\"172.23\"", "\"1.23\""));
    }
    round(demo);
    let made = run(demo, "prove --config custodian/solvency.toml --json").expect(1).json();
    let short = made["notCovered"].as_array().unwrap();
    assert!(short.iter().any(|line| line.as_str().unwrap().contains("venue c")), "{short:?}");
}

fn the_demo_overwrites_nothing(at: &Path) {
    let before = names(&at.join("demo"));
    run(at, "demo --out demo").expect_error(&["exists and is not empty", "hint"]);
    assert_eq!(names(&at.join("demo")), before);
}

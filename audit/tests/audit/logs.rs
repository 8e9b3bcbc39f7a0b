//! Folders of logs against chains, checkpoints and each other.

use std::path::Path;

use solvency_audit::{Audit, Code, Report};
use solvency_log::Log;
use solvency_verifier::encoding::Bytes32;
use solvency_verifier::trust::HistoryRequirement;

use crate::audit_of;
use crate::world::{NOON, Special, World, json};

/// Findings but that no witness cosigned: these logs have none (`witnesses.rs`).
fn kinds(report: &Report) -> Vec<Code> {
    crate::kinds(report).into_iter().filter(|code| *code != Code::CosignaturesFew).collect()
}

fn with_log<'a>(links: usize, salts: &'static str, log: &'a Path) -> Special<'a> {
    Special { links, salts, log: Some(log), ..Special::default() }
}

fn add(world: &World, audit: &mut Audit, name: &str, at: u64, special: &Special<'_>) {
    audit.add_bundle(name, at + 30, &json(&world.special(at, special)));
}

fn line_is_whole(report: &Report) -> bool {
    report.pack().logs.iter().all(|line| line.whole)
}

#[test]
fn a_whole_log_of_the_chain_is_verified_under_the_custodians_key() {
    let (world, root) = (World::new(), tempfile::tempdir().unwrap());
    let mut audit = audit_of(&world, &[]);
    add(&world, &mut audit, "one", NOON, &with_log(1, "main", root.path()));
    add(&world, &mut audit, "two", NOON + 60, &with_log(2, "main", root.path()));
    audit.add_log("log", &root.path().join("3"));
    let report = audit.run();
    assert_eq!(kinds(&report), []);
    let line = &report.pack().logs[0];
    assert_eq!((line.size, line.compared, line.key_from), (Some(2), 2, Some("custodian")));
    assert_eq!(line.origin.as_deref(), Some("log.example/custodian/account-1/3"));
}

#[test]
fn a_log_is_not_verified_without_a_key_or_where_a_byte_is_wrong() {
    let (world, root) = (World::new(), tempfile::tempdir().unwrap());
    let bundle = json(&world.special(NOON, &with_log(1, "main", root.path())));
    let dir = root.path().join("3");
    let mut audit = audit_of(&world, &[NOON]);
    audit.add_log("log", &dir);
    let report = audit.run();
    assert_eq!(kinds(&report), [Code::LogUnverifiable], "no bundle has the key");
    assert!(!report.accepted() && !line_is_whole(&report));

    let run = || {
        let mut audit = audit_of(&world, &[]);
        audit.add_bundle("one", NOON + 30, &bundle);
        audit.add_log("log", &dir);
        audit.run()
    };
    assert_eq!(kinds(&run()), []);
    let tile = dir.join("tile/entries/000.p/1");
    let mut bytes = std::fs::read(&tile).unwrap();
    bytes[10] ^= 1;
    std::fs::write(&tile, &bytes).unwrap();
    assert_eq!(kinds(&run()), [Code::LogUnverifiable]);
    std::fs::remove_file(&tile).unwrap();
    assert_eq!(kinds(&run()), [Code::LogUnverifiable]);
    std::fs::write(dir.join("checkpoint"), "not a note").unwrap();
    assert_eq!(kinds(&run()), [Code::LogUnverifiable]);
    std::fs::remove_file(dir.join("checkpoint")).unwrap();
    assert_eq!(kinds(&run()), [Code::InputUnreadable]);
}

#[test]
fn another_key_than_the_pinned_one_does_not_verify_a_log() {
    let (mut world, root) = (World::new(), tempfile::tempdir().unwrap());
    let bundle = json(&world.special(NOON, &with_log(1, "main", root.path())));
    let public = Bytes32(*world.log_secret().verifier_key().public());
    let mut run = |key: Bytes32| {
        world.trust.history = Some(HistoryRequirement { max_age: 600, log_key: Some(key) });
        let mut audit = audit_of(&world, &[]);
        audit.add_bundle("one", NOON + 30, &bundle);
        audit.add_log("log", &root.path().join("3"));
        audit.run()
    };
    // The bundles here have no witnesses, so that such a trust file takes none of them; the log is verified all the same.
    let report = run(public);
    assert!(line_is_whole(&report));
    assert_eq!(report.pack().logs[0].key_from, Some("trust file"));
    let other = ed25519_dalek::SigningKey::from_bytes(&[6; 32]);
    let report = run(Bytes32(*other.verifying_key().as_bytes()));
    assert!(kinds(&report).contains(&Code::LogUnverifiable));
}

#[test]
fn a_log_of_another_account_is_not_verified() {
    let (world, root) = (World::new(), tempfile::tempdir().unwrap());
    let mut log = Log::open(root.path(), "log.example/somebody", 3).unwrap();
    let _ = log.append(0, &Bytes32([1; 32])).unwrap();
    let secret = solvency_log::SecretKey::from_seed(
        "log.example/somebody",
        solvency_verifier::log::KeyKind::Note,
        &[5; 32],
    );
    log.sign_checkpoint(&secret.unwrap()).unwrap();
    let mut audit = audit_of(&world, &[NOON]);
    audit.add_log("log", &root.path().join("3"));
    assert_eq!(kinds(&audit.run()), [Code::LogUnverifiable]);
}

#[test]
fn a_log_with_other_entries_than_the_chain_is_a_fork_that_its_key_signed() {
    let (world, root, other) = (World::new(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut audit = audit_of(&world, &[]);
    add(&world, &mut audit, "one", NOON, &with_log(1, "main", root.path()));
    let _ = world.special(NOON, &with_log(2, "other", other.path()));
    audit.add_log("log", &other.path().join("3"));
    let report = audit.run();
    assert_eq!(kinds(&report), [Code::LogFork, Code::LogDiffers, Code::LogAhead]);

    // The other way round: the folder is the shorter one.
    let (root, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut audit = audit_of(&world, &[]);
    add(&world, &mut audit, "two", NOON, &with_log(2, "main", root.path()));
    let _ = world.special(NOON, &with_log(1, "other", other.path()));
    audit.add_log("log", &other.path().join("3"));
    assert_eq!(kinds(&audit.run()), [Code::LogFork, Code::LogDiffers, Code::LogBehind]);
}

#[test]
fn two_copies_of_a_log_and_two_bundles_show_a_fork() {
    let (world, root, other) = (World::new(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut audit = audit_of(&world, &[]);
    add(&world, &mut audit, "one", NOON, &with_log(2, "main", root.path()));
    let second = world.special(NOON + 60, &with_log(2, "other", other.path()));
    audit.add_log("ours", &root.path().join("3"));
    audit.add_log("theirs", &other.path().join("3"));
    let report = audit.run();
    let forks: Vec<&str> = report
        .pack()
        .findings
        .iter()
        .filter(|found| found.code == Code::LogFork)
        .map(|found| found.about.as_str())
        .collect();
    assert_eq!(forks, ["ours and theirs", "theirs and one"]);

    // Without any folder: two checkpoints of one size in bundles.
    let mut audit = audit_of(&world, &[]);
    add(&world, &mut audit, "one", NOON, &with_log(2, "main", root.path()));
    audit.add_bundle("two", NOON + 90, &json(&second));
    let report = audit.run();
    assert_eq!(kinds(&report), [Code::LogFork]);
    assert_eq!(report.pack().findings[0].about, "one and two");
}

#[test]
fn a_log_that_is_longer_or_shorter_than_the_chains_is_told() {
    let (world, root, copy) = (World::new(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut audit = audit_of(&world, &[]);
    add(&world, &mut audit, "one", NOON, &with_log(1, "main", root.path()));
    let _ = world.special(NOON, &with_log(2, "main", root.path()));
    audit.add_log("log", &root.path().join("3"));
    let report = audit.run();
    assert_eq!(kinds(&report), [Code::LogAhead]);
    assert!(report.accepted());

    let mut audit = audit_of(&world, &[]);
    add(&world, &mut audit, "two", NOON, &with_log(2, "main", root.path()));
    let _ = world.special(NOON, &with_log(1, "main", copy.path()));
    audit.add_log("copy", &copy.path().join("3"));
    assert_eq!(kinds(&audit.run()), [Code::LogBehind]);
}

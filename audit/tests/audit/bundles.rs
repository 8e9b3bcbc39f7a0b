//! Bundles that are refused, contradict each other, or leave a gap; inputs that can't be read.

use solvency_audit::{
    Audit, AuditError, CEREMONY_FORMAT, CeremonyRecord, Code, Contribution, Interval, PowersOfTau, Severity,
    ZKey,
};
use solvency_verifier::bundle::{Bundle, MAX_BUNDLE_BYTES};
use solvency_verifier::encoding::Bytes32;
use solvency_verifier::evidence::find;
use solvency_verifier::groth16::Origin;
use solvency_verifier::trust::Seen;

use crate::world::{NOON, Special, World, json, key, sign};
use crate::{audit_of, kinds, what};

/// The acceptance rule and code for which the one altered bundle is refused.
fn refused(alter: impl FnOnce(&mut Bundle)) -> (String, String) {
    let world = World::new();
    let mut bundle = world.bundle(NOON);
    alter(&mut bundle);
    let mut audit = audit_of(&world, &[]);
    audit.add_bundle("altered", NOON + 30, &json(&bundle));
    let report = audit.run();
    assert!(!report.accepted());
    assert_eq!(kinds(&report), [Code::BundleRefused, Code::NothingAccepted]);
    let finding = report.pack().findings[0].clone();
    let line = &report.pack().bundles[0];
    assert_eq!(
        (line.accepted, line.rule.as_ref(), &line.code),
        (false, Some(&finding.rule), &finding.reason)
    );
    assert!(line.figures.is_empty());
    (finding.rule, finding.reason.unwrap())
}

#[test]
fn a_tampered_bundle_is_refused_for_its_rule() {
    let is = |got: (String, String), rule: &str, code: &str| {
        assert_eq!((got.0.as_str(), got.1.as_str()), (rule, code))
    };
    is(
        refused(|bundle| bundle.coverage.proof = bundle.books[0].holdings[0].proof.clone()),
        "Z1",
        "proof_rejected",
    );
    is(
        refused(|bundle| bundle.allocations[0].signature = bundle.claim.signature),
        "A0",
        "custodian_signature",
    );
    is(refused(|bundle| bundle.books[0].signatures.truncate(1)), "B1", "attestors");
    is(refused(|bundle| bundle.round.signatures.truncate(2)), "V1", "oracles");
    is(refused(|bundle| bundle.coverage.statement.claim = Bytes32::ZERO), "C2", "coverage_link");
    is(refused(|bundle| bundle.claim.claim.policy = Bytes32::ZERO), "C1", "claim_audience");
}

#[test]
fn a_development_key_that_is_not_named_and_an_expired_key_are_refused() {
    let mut world = World::with_origin(Origin::Development);
    world.trust.accepted_development_keys.clear();
    let report = audit_of(&world, &[NOON]).run();
    assert_eq!(kinds(&report), [Code::BundleRefused, Code::NothingAccepted]);
    assert_eq!(report.pack().findings[0].rule, "K2");

    // The key ends with the second bundle's time: the first was taken under it, the second is not.
    let mut world = World::new();
    world.trust.keys[0].not_after = NOON + 90;
    let report = audit_of(&world, &[NOON, NOON + 60]).run();
    assert_eq!(kinds(&report), [Code::BundleRefused]);
    assert_eq!(report.pack().findings[0].reason.as_deref(), Some("key_expired"));
    assert_eq!(report.pack().bundles.iter().map(|line| line.accepted).collect::<Vec<_>>(), [true, false]);
    let ended = report.pack().findings.iter().filter(|finding| finding.code == Code::KeyEnded);
    assert!(ended.clone().count() == 4 && ended.clone().all(|finding| finding.severity == Severity::Note));
    world.trust.keys[0].not_after = NOON + 91;
    assert_eq!(kinds(&audit_of(&world, &[NOON, NOON + 60]).run()), []);
}

#[test]
fn a_bundle_received_in_the_wrong_order_is_refused_by_r1() {
    let world = World::new();
    let (earlier, later) = (world.bundle(NOON), world.bundle(NOON + 60));
    let mut audit = audit_of(&world, &[]);
    audit.add_bundle("a", NOON + 61, &json(&later));
    audit.add_bundle("b", NOON + 62, &json(&earlier));
    let report = audit.run();
    assert_eq!(kinds(&report), [Code::BundleRefused]);
    assert_eq!(report.pack().findings[0].reason.as_deref(), Some("round_replayed"));

    let long = world.special(NOON, &Special { links: 2, ..Special::default() });
    let mut audit = audit_of(&world, &[NOON + 60]);
    audit.add_bundle("a", NOON + 30, &json(&long));
    let report = audit.run();
    assert_eq!(report.pack().findings[0].reason.as_deref(), Some("chain_rolled_back"));
}

#[test]
fn a_claim_that_went_back_is_refused() {
    let world = World::new();
    let mut audit = audit_of(&world, &[NOON]);
    let old = world.special(NOON + 60, &Special { claim: 1, ..Special::default() });
    audit.add_bundle("old", NOON + 90, &json(&old));
    let report = audit.run();
    assert_eq!(report.pack().findings[0].rule, "C1");
    let mut audit = audit_of(&world, &[]);
    let ahead = world.special(NOON, &Special { claim: 3, ..Special::default() });
    audit.add_bundle("ahead", NOON + 30, &json(&ahead));
    assert_eq!(audit.run().pack().findings[0].rule, "C1");
}

#[test]
fn what_the_trust_file_has_seen_must_be_in_the_chains() {
    let mut world = World::new();
    let digest = world.digest(&world.bundle(NOON).allocations[0].proven.statement);
    world.trust.seen = Some(Seen { epoch: 3, sequence: 0, allocation: digest, round: 1 });
    assert_eq!(kinds(&audit_of(&world, &[NOON]).run()), []);
    world.trust.seen = Some(Seen { epoch: 3, sequence: 0, allocation: Bytes32([1; 32]), round: 1 });
    let report = audit_of(&world, &[NOON]).run();
    assert_eq!(kinds(&report), [Code::RolledBack]);
    assert_eq!(report.pack().findings[0].rule, "R1");
    assert!(!report.accepted());
}

#[test]
fn a_gap_in_coverage_is_a_breach_and_its_ends_are_exact() {
    let world = World::new();
    let first = audit_of(&world, &[NOON]).run();
    let until = first.pack().bundles[0].acceptance.as_ref().unwrap().until;
    let gaps = |at: u64| {
        let mut audit = audit_of(&world, &[NOON]);
        audit.add_bundle("next", at, &json(&world.bundle(at)));
        let report = audit.run();
        assert_eq!(report.pack().bundles.iter().filter(|line| line.accepted).count(), 2);
        assert_eq!(what(&report, Code::CoverageGap).len(), report.pack().timelines[0].gaps.len());
        (report.accepted(), report.pack().timelines[0].gaps.clone())
    };
    assert_eq!(gaps(until), (true, vec![]));
    assert_eq!(gaps(until + 1), (false, vec![Interval { from: until, until: until + 1 }]));

    let mut audit = audit_of(&world, &[NOON]);
    audit.set_period(NOON + 29, NOON + 31).unwrap();
    let report = audit.run();
    assert_eq!(kinds(&report), [Code::CoverageGap]);
    assert_eq!(report.pack().timelines[0].gaps, [Interval { from: NOON + 29, until: NOON + 30 }]);
}

#[test]
fn a_period_is_of_the_past_and_not_empty() {
    let world = World::new();
    let mut audit = Audit::new("trust", &world.trust_bytes(), NOON).unwrap();
    assert!(matches!(audit.set_period(5, 5), Err(AuditError::Period { .. })));
    assert!(matches!(audit.set_period(5, NOON + 1), Err(AuditError::Period { .. })));
    assert!(audit.set_period(5, NOON).is_ok());
}

#[test]
fn a_valuation_that_differs_is_a_breach_of_the_oracles() {
    let world = World::new();
    let wrong = Special { signed_valuation: |digest| *digest = Default::default(), ..Special::default() };
    let mut bundle = world.special(NOON, &wrong);
    let audit = |bundle: &Bundle| {
        let mut audit = audit_of(&world, &[]);
        audit.add_bundle("wrong", NOON + 30, &json(bundle));
        audit.run()
    };
    let report = audit(&bundle);
    assert_eq!(kinds(&report), [Code::ValuationDiffers, Code::BundleRefused, Code::NothingAccepted]);
    let table = &report.pack().valuations[0];
    assert_ne!(table.signed, Some(table.recomputed));
    let refusal = report.pack().findings.iter().find(|finding| finding.code == Code::BundleRefused).unwrap();
    assert_eq!((refusal.rule.as_str(), refusal.reason.as_deref()), ("V3", Some("valuation_signed_wrong")));
    // Without a quorum it is nobody's.
    bundle.round.signatures.pop();
    assert_eq!(kinds(&audit(&bundle)), [Code::BundleRefused, Code::NothingAccepted]);
}

#[test]
fn two_histories_are_found_in_bundles_in_a_counterpart_and_in_evidence() {
    let world = World::new();
    let branch = |at: u64, branch: &'static str| {
        world.special(at, &Special { links: 2, branch, ..Special::default() })
    };
    let (one, other) = (branch(NOON, "one"), branch(NOON + 60, "other"));

    let mut audit = audit_of(&world, &[]);
    audit.add_bundle("one", NOON + 30, &json(&one));
    audit.add_bundle("other", NOON + 90, &json(&other));
    let report = audit.run();
    assert_eq!(kinds(&report), [Code::Equivocation, Code::BundleRefused]);

    // The fork is between the first and the third; the second is the beginning of both.
    let mut audit = audit_of(&world, &[NOON + 60]);
    audit.add_bundle("one", NOON + 30, &json(&one));
    audit.add_bundle("three", NOON + 150, &json(&branch(NOON + 120, "other")));
    assert!(kinds(&audit.run()).contains(&Code::Equivocation));

    let mut audit = audit_of(&world, &[]);
    audit.add_bundle("one", NOON + 30, &json(&one));
    audit.add_counterpart("theirs", &json(&other));
    let report = audit.run();
    assert_eq!(kinds(&report), [Code::Equivocation]);
    assert_eq!(report.pack().findings[0].about, "one and theirs");

    let evidence = find(&one, &other, &world.trust.registry);
    let mut audit = audit_of(&world, &[NOON]);
    audit.add_evidence("evidence", &json(&evidence[0]));
    assert_eq!(kinds(&audit.run()), [Code::Equivocation]);

    let mut unsigned = serde_json::to_value(&evidence[0]).unwrap();
    unsigned["shown"]["second"] = unsigned["shown"]["first"].clone();
    let mut audit = audit_of(&world, &[NOON]);
    audit.add_evidence("same", &json(&unsigned));
    let report = audit.run();
    assert_eq!(kinds(&report), [Code::EvidenceUnfounded]);
    assert!(!report.accepted());

    let mut audit = audit_of(&world, &[NOON]);
    audit.add_counterpart("theirs", &json(&one));
    assert_eq!(kinds(&audit.run()), [], "a longer chain is no contradiction");
}

#[test]
fn a_custodian_that_nobody_named_is_not_accused() {
    let world = World::new();
    let mut other = world.special(NOON, &Special { links: 2, branch: "other", ..Special::default() });
    let stranger = key("venue-b");
    for allocation in &mut other.allocations {
        allocation.proven.statement.custodian = crate::world::address(&stranger);
        allocation.signature = sign(&stranger, &world.digest(&allocation.proven.statement));
    }
    let mut audit = audit_of(&world, &[NOON]);
    audit.add_counterpart("theirs", &json(&other));
    assert_eq!(kinds(&audit.run()), []);
}

#[test]
fn what_cannot_be_read_fails_closed_at_every_length() {
    let world = World::new();
    let document = json(&world.bundle(NOON));
    let read = |bytes: &[u8]| {
        let mut audit = audit_of(&world, &[NOON]);
        audit.add_bundle("cut", NOON + 90, bytes);
        audit.run()
    };
    for length in (0..document.len()).step_by(1_999).chain([document.len() - 1]) {
        let report = read(&document[..length]);
        assert_eq!(kinds(&report), [Code::InputUnreadable], "{length}");
        assert!(!report.accepted());
        let line = report.pack().bundles.iter().find(|line| line.name == "cut").unwrap();
        assert_eq!((line.accepted, line.rule.as_deref()), (false, Some("P1")));
    }
    let mut trailing = document.clone();
    trailing.push(b'x');
    assert_eq!(kinds(&read(&trailing)), [Code::InputUnreadable]);
    assert_eq!(kinds(&read(&vec![b' '; MAX_BUNDLE_BYTES + 1])), [Code::InputTooLong]);
    assert_eq!(kinds(&read(&vec![b' '; MAX_BUNDLE_BYTES])), [Code::InputUnreadable]);
}

#[test]
fn every_other_input_that_cannot_be_read_fails_closed_too() {
    let world = World::new();
    let adds: [fn(&mut Audit, &[u8]); 5] = [
        |audit, bytes| audit.add_counterpart("x", bytes),
        |audit, bytes| audit.add_evidence("x", bytes),
        |audit, bytes| audit.add_opening("x", bytes),
        |audit, bytes| audit.add_beacon("x", bytes),
        |audit, bytes| audit.add_ceremony("x", bytes),
    ];
    for add in adds {
        for (bytes, code) in
            [(b"{}".to_vec(), Code::InputUnreadable), (vec![b' '; MAX_BUNDLE_BYTES + 1], Code::InputTooLong)]
        {
            let mut audit = audit_of(&world, &[NOON]);
            add(&mut audit, &bytes);
            let report = audit.run();
            assert_eq!(kinds(&report), [code]);
            assert!(!report.accepted());
            assert!(
                report
                    .pack()
                    .inputs
                    .iter()
                    .any(|input| input.name == "x" && input.bytes == bytes.len() as u64)
            );
        }
    }
}

#[test]
fn names_and_bytes_that_stand_twice_are_told() {
    let world = World::new();
    let mut audit = audit_of(&world, &[NOON]);
    audit.add_bundle("again", NOON + 30, &json(&world.bundle(NOON)));
    let report = audit.run();
    assert_eq!(kinds(&report), [Code::InputRepeated]);
    assert!(report.accepted(), "the same bytes twice change nothing");

    let mut audit = audit_of(&world, &[NOON]);
    audit.add_bundle("bundle-00.json", NOON + 90, &json(&world.bundle(NOON + 60)));
    let report = audit.run();
    assert_eq!(kinds(&report), [Code::InputNamedTwice]);
    assert!(!report.accepted());
    let mut audit = audit_of(&world, &[NOON]);
    audit.add_bundle("trust.json", NOON + 90, &json(&world.bundle(NOON + 60)));
    assert_eq!(kinds(&audit.run()), [Code::InputNamedTwice]);
}

#[test]
fn more_inputs_than_are_read_fail_closed() {
    let world = World::new();
    for (count, expected) in
        [(64, vec![Code::InputUnreadable]), (65, vec![Code::InputUnreadable, Code::TooManyInputs])]
    {
        let mut audit = audit_of(&world, &[NOON]);
        (0..count).for_each(|index| audit.add_beacon(&format!("beacon {index}"), b"{}"));
        assert_eq!(kinds(&audit.run()), expected);
    }
}

#[test]
fn a_bundle_of_the_future_is_not_judged() {
    let world = World::new();
    for (now, expected) in
        [(NOON + 30, vec![]), (NOON + 29, vec![Code::ReceivedInFuture, Code::NothingAccepted])]
    {
        let mut audit = Audit::new("trust", &world.trust_bytes(), now).unwrap();
        audit.add_bundle("b", NOON + 30, &json(&world.bundle(NOON)));
        assert_eq!(kinds(&audit.run()), expected);
    }
}

#[test]
fn a_trust_file_that_cannot_be_read_is_an_error() {
    let world = World::new();
    let trust = world.trust_bytes();
    assert!(matches!(Audit::new("t", &trust[..trust.len() - 1], 0), Err(AuditError::Trust { .. })));
    let long = vec![b' '; solvency_audit::MAX_TRUST_BYTES + 1];
    assert!(matches!(Audit::new("t", &long, 0), Err(AuditError::TrustTooLong { .. })));
    let mut audit = Audit::new("t", &trust, 0).unwrap();
    assert!(matches!(audit.add_trust("u", &trust), Err(AuditError::SameVenue { .. })));
    let mut other = World::new();
    other.trust.registry.version += 1;
    other.trust.policy.registry = other.registry();
    assert!(matches!(audit.add_trust("u", &other.trust_bytes()), Err(AuditError::OtherRegistry { .. })));
    for book in 0..63u8 {
        other.trust.clone_from(&world.trust);
        other.trust.keys.clear();
        other.trust.audience.liability_book = Bytes32([book; 32]);
        audit.add_trust(&format!("{book}"), &other.trust_bytes()).unwrap();
    }
    other.trust.audience.liability_book = Bytes32([0xff; 32]);
    assert!(matches!(audit.add_trust("u", &other.trust_bytes()), Err(AuditError::TooMany { allowed: 64 })));
}

#[test]
fn a_ceremonys_manifest_is_compared_with_its_key() {
    let world = World::new();
    let pinned = &world.trust.keys[0];
    let Origin::Ceremony { transcript } = pinned.key.origin() else { panic!() };
    let record = CeremonyRecord {
        format: CEREMONY_FORMAT.into(),
        shape: pinned.shape,
        matrices: *pinned.key.matrices(),
        constraints: 1,
        wires: 1,
        domain: 1,
        powers_of_tau: PowersOfTau {
            blake2b: "00".into(),
            power: 1,
            known: None,
            contributions: 1,
            for_tests: false,
        },
        zkey: ZKey { blake2b: "00".into(), bytes: 1, circuit: "00".into() },
        contributions: vec![Contribution { number: 1, name: "<b>".into(), hash: "00".into(), beacon: None }],
        transcript,
        verifying_key: pinned.id,
    };
    let audit = |record: &CeremonyRecord| {
        let mut audit = audit_of(&world, &[NOON]);
        audit.add_ceremony("manifest", &json(record));
        audit.run()
    };
    let report = audit(&record);
    assert_eq!(kinds(&report), []);
    let line = report.pack().keys.iter().find(|line| line.id == pinned.id).unwrap();
    assert_eq!(
        (line.participants, line.transcript, line.transcript_verified),
        (Some(1), Some(transcript), false)
    );

    // The transcript, verified by the caller, says more of this key and of no other.
    let mut verified = audit_of(&world, &[NOON]);
    verified.add_verified_transcript("key.zkey", &json(&record));
    let report = verified.run();
    assert_eq!(kinds(&report), []);
    for line in &report.pack().keys {
        assert_eq!(line.transcript_verified, line.id == pinned.id);
        let said = format!("{:?}", line.label).contains("the transcript was verified here");
        assert_eq!(said, line.id == pinned.id, "{:?}", line.label);
    }
    let mut refused = audit_of(&world, &[NOON]);
    refused.add_refused_transcript("key.zkey", "contribution 2");
    let report = refused.run();
    assert_eq!(kinds(&report), [Code::CeremonyDiffers]);
    assert!(what(&report, Code::CeremonyDiffers)[0].contains("contribution 2"));
    let mut other = record.clone();
    other.verifying_key = solvency_verifier::groth16::KeyId(Bytes32([1; 32]));
    let mut unpinned = audit_of(&world, &[NOON]);
    unpinned.add_verified_transcript("key.zkey", &json(&other));
    let report = unpinned.run();
    assert_eq!(kinds(&report), [Code::CeremonyDiffers]);
    assert!(report.pack().keys.iter().all(|line| !line.transcript_verified));
    let alterations: [fn(&mut CeremonyRecord); 5] = [
        |record| record.transcript = Bytes32([1; 32]),
        |record| record.matrices = Bytes32([1; 32]),
        |record| record.shape = solvency_verifier::Shape::CoverageTiered,
        |record| record.contributions.clear(),
        |record| record.verifying_key = solvency_verifier::groth16::KeyId(Bytes32([1; 32])),
    ];
    for alter in alterations {
        let mut altered = record.clone();
        alter(&mut altered);
        let report = audit(&altered);
        assert_eq!(kinds(&report), [Code::CeremonyDiffers]);
        assert!(report.pack().keys.iter().all(|line| line.participants.is_none()));
    }
}

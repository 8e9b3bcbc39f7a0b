//! Audits that find nothing, what their figures rest on, and that the same inputs give the same bytes.

use solvency_audit::{Audit, Code, Label};
use solvency_verifier::bundle::Bundle;
use solvency_verifier::groth16::Origin;

use crate::world::{DAY, NOON, Special, World, json};
use crate::{audit_of, kinds, what};

/// Rounds of three epochs.
fn days() -> Vec<u64> {
    (0..3).flat_map(|day| [0, 60, 120].map(|second| NOON + day * DAY + second)).collect()
}

#[test]
fn many_bundles_of_several_epochs_are_accepted_in_their_order() {
    let world = World::new();
    let mut audit = audit_of(&world, &days());
    audit.set_period(NOON + 30, NOON + 180).unwrap();
    let report = audit.run();
    assert_eq!(kinds(&report), [], "{:?}", report.pack().findings);
    assert!(report.accepted());
    let pack = report.pack();
    assert!(pack.bundles.iter().all(|line| line.accepted));
    let epochs: Vec<u64> = pack.bundles.iter().map(|line| line.acceptance.as_ref().unwrap().epoch).collect();
    assert_eq!(epochs, [3, 3, 3, 4, 4, 4, 5, 5, 5]);
    assert_eq!((pack.valuations.len(), pack.timelines[0].gaps.len()), (9, 0));
    assert!(
        pack.valuations.iter().all(|table| table.signed == Some(table.recomputed) && table.assets.len() == 5)
    );
    assert_eq!(pack.keys.iter().map(|key| key.proofs).sum::<u64>(), 9 * 4);
}

#[test]
fn the_order_of_adding_changes_nothing_and_now_does() {
    let world = World::new();
    let report = |reverse: bool, now: u64| {
        let mut audit = Audit::new("trust.json", &world.trust_bytes(), now).unwrap();
        let mut bundles: Vec<(usize, u64)> = days().into_iter().enumerate().collect();
        if reverse {
            bundles.reverse();
        }
        for (index, at) in bundles {
            audit.add_bundle(&format!("{index}"), at + 30, &json(&world.bundle(at)));
        }
        audit.run()
    };
    let (one, other, later) =
        (report(false, NOON + 9 * DAY), report(true, NOON + 9 * DAY), report(true, NOON + 10 * DAY));
    assert_eq!(one.to_json(), other.to_json());
    assert_eq!(one.to_html(), other.to_html());
    assert_ne!(one.to_json(), later.to_json());
}

#[test]
fn each_figure_says_on_what_it_rests() {
    let world = World::new();
    let report = audit_of(&world, &[NOON]).run();
    let figures = &report.pack().bundles[0].figures;
    let label = |start: &str| &figures.iter().find(|figure| figure.name.starts_with(start)).unwrap().label;
    assert_eq!(label("the pledge is worth"), &Label::Proved { by: "coverage proof".into() });
    assert_eq!(label("no unit"), &Label::Proved { by: "allocation proofs".into() });
    assert_eq!(label("what the chain spends"), &Label::Proved { by: "holdings proofs".into() });
    let signers = |start: &str| match label(start) {
        Label::AttestedBy { role, signers } => (*role, signers.len()),
        other => panic!("{start}: {other:?}"),
    };
    assert_eq!(signers("the vaults of the book"), ("attestors", 2));
    assert_eq!(signers("prices of the round"), ("oracles", 3));
    assert_eq!(signers("requirement and releaser"), ("venue", 1));
    assert!(matches!(label("there is no other chain"), Label::NotChecked { .. }));
    let json: serde_json::Value = serde_json::from_str(report.to_json()).unwrap();
    let labels: Vec<&str> = json["bundles"][0]["figures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|figure| figure["label"].as_str().unwrap())
        .collect();
    assert!(["proved", "attested_by", "not_checked"].iter().all(|label| labels.contains(label)));
    let whole = json["figures"].as_array().unwrap();
    assert!(whole.iter().any(|figure| figure["label"] == "assumed"));
}

#[test]
fn under_a_development_key_nothing_is_called_proved() {
    let world = World::with_origin(Origin::Development);
    let report = audit_of(&world, &[NOON]).run();
    assert!(report.accepted(), "a trust file may name development keys");
    assert_eq!(kinds(&report), [Code::DevelopmentKey]);
    assert_eq!(what(&report, Code::DevelopmentKey).len(), 3);
    let figures = &report.pack().bundles[0].figures;
    let assumed = figures.iter().filter(|figure| matches!(figure.label, Label::Assumed { .. })).count();
    assert_eq!(assumed, 3);
    assert!(report.pack().keys.iter().all(|key| key.origin == "development" && key.transcript.is_none()));
}

#[test]
fn claims_move_on_up_to_the_trust_files() {
    let world = World::new();
    let mut audit = audit_of(&world, &[]);
    for (index, claim) in [1, 1, 2].into_iter().enumerate() {
        let at = NOON + 60 * index as u64;
        let bundle = world.special(at, &Special { claim, ..Special::default() });
        audit.add_bundle(&format!("{index}"), at + 30, &json(&bundle));
    }
    assert_eq!(kinds(&audit.run()), []);
}

#[test]
fn several_venues_are_judged_each_by_its_own_trust_file() {
    let world = World::new();
    let mut other = World::new();
    other.trust.audience.liability_book = solvency_verifier::Bytes32([0x55; 32]);
    let mut audit = audit_of(&world, &[NOON]);
    audit.add_trust("other.json", &other.trust_bytes()).unwrap();
    let report = audit.run();
    assert_eq!(kinds(&report), [Code::NothingAccepted]);
    assert_eq!(report.pack().findings[0].about, "other.json");
    assert_eq!(report.pack().timelines.len(), 2);
}

#[test]
fn a_bundle_that_was_read_is_the_one_that_was_made() {
    let bundle = World::new().bundle(NOON);
    assert!(Bundle::from_json(&json(&bundle)).is_ok());
}

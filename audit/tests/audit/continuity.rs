//! What a beacon asks for, and what is missing.

use solvency_audit::{BEACON_FORMAT, Beacon, Code, Interval, Report};
use solvency_verifier::Bytes32;

use crate::world::{NOON, World, json};
use crate::{audit_of, kinds, what};

/// Ten rounds from noon on, of which `rounds` are drawn.
fn beacon(world: &World, rounds: u64, leaves: u64) -> Beacon {
    Beacon {
        format: BEACON_FORMAT.into(),
        name: "a public beacon".into(),
        account: world.trust.counterparty.account,
        value: Bytes32([4; 32]),
        published_at: NOON + 600,
        intervals: vec![Interval { from: NOON, until: NOON + 600 }],
        rounds,
        leaves,
    }
}

fn run(world: &World, times: &[u64], beacon: &Beacon, openings: &[(u32, usize)]) -> Report {
    let mut audit = audit_of(world, times);
    audit.add_beacon("beacon", &json(beacon));
    for (shard, leaf) in openings {
        audit.add_opening(&format!("{shard}/{leaf}"), &json(&world.opening(NOON, *shard, *leaf)));
    }
    audit.run()
}

fn rounds() -> Vec<u64> {
    (0..10).map(|round| NOON + 60 * round).collect()
}

#[test]
fn with_a_bundle_of_each_round_and_all_leaves_nothing_is_missing() {
    let world = World::new();
    let all = [(0, 0), (0, 1), (1, 0), (1, 1)];
    let report = run(&world, &rounds(), &beacon(&world, 3, 2), &all);
    assert_eq!(kinds(&report), []);
    let line = &report.pack().continuity[0];
    assert_eq!((line.population, line.rounds.len(), line.leaves, line.missing_leaves), (10, 3, 6, 0));
}

#[test]
fn a_sampled_round_without_a_bundle_is_a_breach_and_another_round_is_not() {
    let world = World::new();
    let beacon = beacon(&world, 3, 0);
    let schedule = world.trust.registry.round;
    let drawn = beacon.sampled_rounds(&world.registry(), &schedule, NOON + 600).unwrap();
    for time in rounds() {
        let others: Vec<u64> = rounds().into_iter().filter(|other| *other != time).collect();
        let report = run(&world, &others, &beacon, &[]);
        let round = schedule.number_at(time).unwrap();
        if drawn.contains(&round) {
            assert_eq!(kinds(&report), [Code::SampleMissing]);
            assert_eq!(report.pack().continuity[0].missing_rounds, [round]);
            assert!(what(&report, Code::SampleMissing)[0].contains(&format!("round {round} ")));
        } else {
            assert_eq!(kinds(&report), []);
        }
    }
}

#[test]
fn a_bundle_that_is_not_accepted_does_not_count() {
    let world = World::new();
    let mut audit = audit_of(&world, &rounds()[..9]);
    let late = world.bundle(NOON + 540);
    // Received when its round is too old.
    audit.add_bundle("late", NOON + 2_000, &json(&late));
    audit.add_beacon("beacon", &json(&beacon(&world, 10, 0)));
    let report = audit.run();
    assert_eq!(what(&report, Code::SampleMissing).len(), 1);
    assert!(kinds(&report).contains(&Code::BundleRefused));
}

#[test]
fn a_sampled_leaf_without_a_right_opening_is_a_breach() {
    let world = World::new();
    let all = [(0, 0), (0, 1), (1, 0), (1, 1)];
    for left_out in all {
        let others: Vec<_> = all.into_iter().filter(|place| *place != left_out).collect();
        let report = run(&world, &rounds(), &beacon(&world, 1, 4), &others);
        assert_eq!(kinds(&report), [Code::OpeningMissing], "{left_out:?}");
        assert_eq!(what(&report, Code::OpeningMissing).len(), 1);
        let (shard, leaf) = left_out;
        assert!(what(&report, Code::OpeningMissing)[0].contains(&format!("leaf {leaf} of shard {shard} ")));
    }
    // A wrong one is none.
    let mut wrong = world.opening(NOON, 0, 0);
    wrong.blinding = Default::default();
    let mut audit = audit_of(&world, &rounds());
    audit.add_beacon("beacon", &json(&beacon(&world, 1, 4)));
    audit.add_opening("wrong", &json(&wrong));
    for (shard, leaf) in &all[1..] {
        audit.add_opening(&format!("{shard}/{leaf}"), &json(&world.opening(NOON, *shard, *leaf)));
    }
    assert_eq!(kinds(&audit.run()), [Code::OpeningWrong, Code::OpeningMissing]);
}

#[test]
fn a_beacon_that_was_known_or_that_samples_nothing_here_is_told() {
    let world = World::new();
    let mut early = beacon(&world, 1, 0);
    early.published_at -= 1;
    assert_eq!(kinds(&run(&world, &rounds(), &early, &[])), [Code::BeaconEarly]);
    let mut other = beacon(&world, 1, 0);
    other.account = Bytes32([1; 32]);
    assert_eq!(kinds(&run(&world, &rounds(), &other, &[])), [Code::BeaconUnplaced]);
    let mut part = beacon(&world, 1, 0);
    part.intervals[0].from += 1;
    assert_eq!(kinds(&run(&world, &rounds(), &part, &[])), [Code::BeaconUnplaced]);
    assert_eq!(kinds(&run(&world, &rounds(), &beacon(&world, 11, 0), &[])), [Code::BeaconUnplaced]);
}

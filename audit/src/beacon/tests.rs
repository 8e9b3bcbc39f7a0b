use super::*;
use proptest::prelude::*;

const SCHEDULE: Schedule = Schedule { zero: 1_000, seconds: 60 };
const REGISTRY: Bytes32 = Bytes32([9; 32]);

fn beacon() -> Beacon {
    let interval =
        |first: u64, count: u64| Interval { from: 1_000 + 60 * first, until: 1_000 + 60 * (first + count) };
    Beacon {
        format: BEACON_FORMAT.into(),
        name: "example".into(),
        account: Bytes32([1; 32]),
        value: Bytes32([2; 32]),
        published_at: 100_000,
        intervals: vec![interval(10, 5), interval(100, 7)],
        rounds: 12,
        leaves: 3,
    }
}

fn drawn(beacon: &Beacon) -> Result<Vec<u64>, BeaconError> {
    beacon.sampled_rounds(&REGISTRY, &SCHEDULE, 200_000)
}

#[test]
fn all_rounds_are_drawn_where_as_many_are_asked_for() {
    let all: Vec<u64> = (10..15).chain(100..107).collect();
    assert_eq!(drawn(&beacon()), Ok(all));
    assert_eq!(beacon().population(&SCHEDULE), Ok(12));
}

#[test]
fn value_plan_registry_and_account_decide_what_is_drawn() {
    let few = Beacon { rounds: 4, intervals: vec![Interval { from: 1_000, until: 61_000 }], ..beacon() };
    let first = drawn(&few).unwrap();
    assert_eq!((first.len(), drawn(&few)), (4, Ok(first.clone())));
    let others = [
        Beacon { value: Bytes32([3; 32]), ..few.clone() },
        Beacon { account: Bytes32([3; 32]), ..few.clone() },
        Beacon { leaves: 4, ..few.clone() },
        Beacon {
            intervals: vec![Interval { from: 1_000, until: 61_060 }],
            published_at: 100_000,
            ..few.clone()
        },
    ];
    for other in others {
        assert_ne!(drawn(&other).unwrap(), first);
    }
    assert_ne!(few.sampled_rounds(&Bytes32([8; 32]), &SCHEDULE, 200_000).unwrap(), first);
    assert_eq!(drawn(&Beacon { name: "another".into(), ..few }).unwrap(), first);
}

/// Computed apart from this code, with Python's hashlib.
#[test]
fn the_derivation_has_its_vector() {
    let beacon = Beacon { rounds: 4, intervals: vec![Interval { from: 1_000, until: 61_000 }], ..beacon() };
    assert_eq!(drawn(&beacon), Ok(vec![189, 523, 879, 925]));
    assert_eq!(beacon.sampled_leaves(&REGISTRY, 77, 29), vec![8, 22, 23]);
}

#[test]
fn leaves_differ_between_rounds_and_never_exceed_what_there_is() {
    let beacon = beacon();
    let leaves = |round, of| beacon.sampled_leaves(&REGISTRY, round, of);
    assert_eq!(leaves(1, 2), vec![0, 1]);
    assert_eq!(leaves(1, 0), Vec::<u64>::new());
    assert_ne!(leaves(1, 1_000), leaves(2, 1_000));
    assert_eq!(leaves(1, 1_000).len(), 3);
}

#[test]
fn what_cannot_be_sampled_is_refused() {
    let refused = |alter: fn(&mut Beacon)| {
        let mut beacon = beacon();
        alter(&mut beacon);
        drawn(&beacon).unwrap_err()
    };
    assert_eq!(refused(|beacon| beacon.intervals.clear()), BeaconError::Intervals { got: 0 });
    let many = |beacon: &mut Beacon| {
        beacon.intervals = vec![Interval { from: 1_000, until: 1_060 }; MAX_INTERVALS + 1]
    };
    assert_eq!(refused(many), BeaconError::Intervals { got: MAX_INTERVALS + 1 });
    assert_eq!(refused(|beacon| beacon.intervals[1].from += 1), BeaconError::Interval { index: 1 });
    assert_eq!(refused(|beacon| beacon.intervals[1].until -= 1), BeaconError::Interval { index: 1 });
    assert_eq!(refused(|beacon| beacon.intervals[0].from = 940), BeaconError::Interval { index: 0 });
    assert_eq!(refused(|beacon| beacon.intervals.reverse()), BeaconError::Interval { index: 1 });
    assert_eq!(
        refused(|beacon| beacon.intervals[1].until = beacon.intervals[1].from),
        BeaconError::Interval { index: 1 }
    );
    assert_eq!(refused(|beacon| beacon.rounds = 0), BeaconError::Samples { got: 3, rounds: 12, allowed: 12 });
    assert_eq!(
        refused(|beacon| beacon.rounds = 13),
        BeaconError::Samples { got: 13, rounds: 12, allowed: 12 }
    );
    assert!(matches!(refused(|beacon| beacon.leaves = MAX_SAMPLES + 1), BeaconError::Samples { .. }));
    assert!(matches!(refused(|beacon| beacon.published_at = 200_001), BeaconError::NotPublished { .. }));
    // The last interval ends at 7,420.
    assert!(matches!(refused(|beacon| beacon.published_at = 7_419), BeaconError::Early { until: 7_420, .. }));
    assert!(drawn(&Beacon { published_at: 7_420, ..beacon() }).is_ok());
    let beacon = Beacon { published_at: 7_420, ..beacon() };
    assert!(beacon.sampled_rounds(&REGISTRY, &SCHEDULE, 7_420).is_ok());
    assert_eq!(
        beacon.sampled_rounds(&REGISTRY, &SCHEDULE, 7_419),
        Err(BeaconError::NotPast { until: 7_420, now: 7_419 })
    );
}

#[test]
fn the_incomplete_run_at_the_end_is_dropped() {
    let bound = 3 << 62;
    assert_eq!(reduce(bound - 1, bound), Some(bound - 1));
    assert_eq!(reduce(bound, bound), None);
    assert_eq!(reduce(u64::MAX, 1 << 63), Some((1 << 63) - 1));
    assert_eq!(reduce(u64::MAX, 10), None);
    assert_eq!(reduce(u64::MAX - 6, 10), Some(9));
    assert_eq!(reduce(5, 0), None);
}

#[test]
fn the_chances_are_those_of_the_specification() {
    let percent = |short, samples| escape(1_440, short, samples).unwrap() as f64 / ONE as f64 * 100.0;
    for (short, samples, expected) in
        [(1, 64, 95.6), (14, 64, 52.8), (29, 128, 6.54), (72, 128, 0.103), (144, 16, 18.4)]
    {
        let got = percent(short, samples);
        assert!((got - expected).abs() < expected * 0.005, "{short} {samples}: {got}");
    }
    assert_eq!(escape(10, 0, 5), Some(ONE));
    assert_eq!(escape(10, 10, 1), Some(0));
    assert_eq!(escape(10, 5, 6), Some(0));
    assert_eq!(escape(10, 11, 1), None);
    assert_eq!(escape(10, 1, 11), None);
    assert_eq!(escape(u64::MAX, 1, MAX_SAMPLES + 1), None);
    assert_eq!(escape(2, 1, 1), Some(ONE / 2));
    assert_eq!(escape(3, 2, 1), Some(333_333_333_333_333_334), "rounded up");
}

proptest! {
    #[test]
    fn drawing_without_repetition_never_misses_more_than_with(
        population in 1u64..5_000, short in 0u64..5_000, samples in 0u64..200,
    ) {
        prop_assume!(short <= population && samples <= population);
        let mut with = u128::from(ONE);
        for _ in 0..samples {
            with = (with * u128::from(population - short)).div_ceil(u128::from(population));
        }
        prop_assert!(u128::from(escape(population, short, samples).unwrap()) <= with);
    }
}

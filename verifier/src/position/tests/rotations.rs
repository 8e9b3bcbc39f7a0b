//! Trust files that take over, overlap, and come back.

use super::*;

fn rotate(position: &mut Position, to: Counted, until: u64, now: u64) -> Result<Standing, RotationRefused> {
    position.advance(now);
    position.rotate_to(to, None, until)
}

#[test]
fn two_trust_files_count_until_the_old_ones_end_and_then_the_new_one_alone() {
    let mut position = covered();
    let old = |position: &Position, round| {
        let under = Counted { ..trust(0, claim(1)) };
        Accepted { trust: under.trust, claim: under.claim, ..accepted(position, round, 1_300) }
    };
    let standing = rotate(&mut position, trust(2, claim(1)), 1_150, 1_100).unwrap();
    assert_eq!(standing.state, State::Covered { until: 1_150 });
    let bundle = old(&position, 101);
    assert_eq!(position.clone().accepted(&bundle, 1_149).unwrap().state, State::Covered { until: 1_150 });
    let ended = position.clone().accepted(&bundle, 1_150);
    assert_eq!(ended, Err(NotCounted::TrustEnded { until: 1_150, now: 1_150 }));
    let bundle = accepted(&position, 101, 1_290);
    assert_eq!(position.accepted(&bundle, 1_149).unwrap().state, State::Covered { until: 1_290 });
    // What was seen under the one was seen under the other: they are of one registry.
    let bundle = old(&position, 101);
    assert_eq!(position.accepted(&bundle, 1_149), Err(NotCounted::RoundReplayed { got: 101, seen: 101 }));
    assert_eq!(at(&position, 1_151).0, State::Covered { until: 1_290 });
}

#[test]
fn a_new_policy_brings_a_claim_that_is_answered_by_the_overlaps_end() {
    let mut position = covered();
    let _ = rotate(&mut position, trust(3, claim(2)), 1_190, 1_100).unwrap();
    // The old claim under the old policy goes on until the end of the overlap.
    let old = Accepted { trust: bytes(b't', 0), claim: claim(1), ..accepted(&position, 101, 1_300) };
    assert_eq!(position.accepted(&old, 1_189).unwrap().state, State::Covered { until: 1_190 });
    assert!(matches!(at(&position, 1_190).0, State::Breached { since: 1_190, .. }));
    let new = accepted(&position, 102, 1_300);
    assert_eq!(position.clone().accepted(&new, 1_189).unwrap().state, State::Covered { until: 1_300 });
    // A third claim is of the new policy, so the old trust file can't be satisfied any more.
    let _ = position.claimed(claim(3), 1_189).unwrap();
    assert_eq!(position.accepted(&old, 1_189), Err(NotCounted::TrustEnded { until: 1_189, now: 1_189 }));
    // A short overlap leaves the time to answer.
    let mut position = covered();
    let _ = rotate(&mut position, trust(3, claim(2)), 1_110, 1_100).unwrap();
    assert_eq!(at(&position, 1_139).0, State::Grace { until: 1_140 });
}

#[test]
fn a_claim_during_a_rotation_of_keys_holds_for_both() {
    let mut position = covered();
    let _ = rotate(&mut position, trust(2, claim(1)), 1_180, 1_100).unwrap();
    let _ = position.claimed(claim(2), 1_100).unwrap();
    let old = Accepted { trust: bytes(b't', 0), ..accepted(&position, 101, 1_300) };
    assert_eq!(position.accepted(&old, 1_101).unwrap().state, State::Covered { until: 1_180 });
}

#[test]
fn marks_of_a_registry_are_never_forgotten() {
    let mut position = covered();
    let replay = accepted(&Position { marks: super::position().marks, ..position.clone() }, 100, 1_200);
    let _ = rotate(&mut position, trust(1, claim(2)), 0, 1_100).unwrap();
    assert!(matches!(position.standing().state, State::Grace { .. }));
    // Another registry has its own numbers.
    let first = accepted(&position, 3, 1_300);
    assert_eq!(position.accepted(&first, 1_101).unwrap().state, State::Covered { until: 1_300 });
    let _ = rotate(&mut position, trust(0, claim(3)), 0, 1_102).unwrap();
    let replay = Accepted { claim: claim(3), ..replay };
    assert_eq!(position.accepted(&replay, 1_103), Err(NotCounted::RoundReplayed { got: 100, seen: 100 }));
}

#[test]
fn going_back_to_a_trust_file_revives_nothing() {
    let mut position = covered();
    let _ = rotate(&mut position, trust(2, claim(1)), 1_110, 1_100).unwrap();
    assert!(matches!(position.observe(1_120).state, State::Grace { until: 1_160 }));
    let _ = rotate(&mut position, trust(0, claim(1)), 1_150, 1_121).unwrap();
    assert!(matches!(position.standing().state, State::Grace { until: 1_160 }));
    // The oldest of three ends at once.
    let mut position = covered();
    let _ = rotate(&mut position, trust(2, claim(1)), 1_180, 1_100).unwrap();
    let standing = rotate(&mut position, trust(3, claim(2)), 1_180, 1_110).unwrap();
    assert_eq!(standing.state, State::Grace { until: 1_160 });
}

#[test]
fn a_rotation_is_refused_for_the_right_reason() {
    let mut position = covered();
    let _ = position.claimed(claim(4), 1_050).unwrap();
    let refused = |to: Counted, until| rotate(&mut position.clone(), to, until, 1_100).unwrap_err();
    assert_eq!(refused(trust(0, claim(5)), 0), RotationRefused::Same { trust: bytes(b't', 0) });
    assert!(matches!(refused(trust(2, claim(3)), 0), RotationRefused::Claim { .. }));
    let altered = LatestClaim { digest: bytes(b'x', 4), ..claim(4) };
    assert!(matches!(refused(trust(2, altered), 0), RotationRefused::Claim { .. }));
    let longest = 1_100 + MAX_BAND;
    assert!(rotate(&mut position.clone(), trust(2, claim(4)), longest, 1_100).is_ok());
    let overlap = RotationRefused::Overlap { until: longest + 1, now: 1_100 };
    assert_eq!(refused(trust(2, claim(4)), longest + 1), overlap);
    let mut full = position.clone();
    for number in 1..MAX_REGISTRIES as u64 {
        let to = Counted { registry: bytes(b'R', number), trust: bytes(b'T', number), ..trust(1, claim(4)) };
        let _ = rotate(&mut full, to, 0, 1_100).unwrap();
    }
    assert_eq!(rotate(&mut full, trust(1, claim(4)), 0, 1_100), Err(RotationRefused::TooManyRegistries));
    assert!(rotate(&mut full, trust(0, claim(4)), 0, 1_100).is_ok());
}

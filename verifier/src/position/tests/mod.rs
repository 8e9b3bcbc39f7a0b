//! The machine over summaries of bundles, without proofs. With proofs: `tests/position`.

mod bands;
mod file;
mod model;
mod rotations;
mod sequences;

use alloc::vec;

use super::*;
use crate::accept::Reason;

pub(super) const BANDS: Bands = Bands { warn: 30, restrict: 10, grace: 50, answer: 40, max_age: 200 };
/// When [`position`] is opened.
pub(super) const START: u64 = 1_000;

pub(super) fn bytes(kind: u8, number: u64) -> Bytes32 {
    let mut bytes = [kind; 32];
    bytes[24..].copy_from_slice(&number.to_be_bytes());
    Bytes32(bytes)
}

pub(super) fn claim(number: u64) -> LatestClaim {
    LatestClaim { number, digest: bytes(b'c', number) }
}

/// Trust files 0, 2 and 3 are of one registry, 0 and 2 of one policy.
pub(super) fn trust(index: u64, claim: LatestClaim) -> Counted {
    let terms = if index == 2 { 0 } else { index };
    Counted { trust: bytes(b't', index), registry: bytes(b'r', index % 2), terms: bytes(b'm', terms), claim }
}

pub(super) fn parties() -> Parties {
    Parties {
        venue: bytes(b'v', 0),
        liability_book: bytes(b'l', 0),
        custodian: Address([7; 20]),
        account: bytes(b'a', 0),
        log_origin: "log".into(),
    }
}

/// Never covered, claim 1 called at [`START`].
pub(super) fn position() -> Position {
    let current = trust(0, claim(1));
    Position {
        format: POSITION_FORMAT.into(),
        parties: parties(),
        bands: BANDS,
        clock: START,
        marks: vec![Marks { registry: current.registry, seen: None }],
        current,
        previous: None,
        calls: vec![Call { claim: 1, by: START + BANDS.answer }],
        coverage: None,
        notice: None,
        evidence: vec![],
        resolved: vec![],
        refused: Refusals::default(),
    }
}

/// Accepted under the current trust file, against the marks that stand, for the latest claim; round `n` begins at `10·n`.
pub(super) fn accepted(position: &Position, round: u64, until: u64) -> Accepted {
    let Counted { trust, registry, claim, .. } = position.current.clone();
    let against = position.seen(&registry).cloned();
    let shows = Seen { epoch: 5, sequence: 0, allocation: bytes(b'0', 0), round };
    let judged_at = position.clock;
    Accepted {
        parties: parties(),
        trust,
        registry,
        against,
        judged_at,
        shows,
        round_begins: 10 * round,
        claim,
        until,
    }
}

/// A position that is covered until 1,200.
fn covered() -> Position {
    let mut position = position();
    let bundle = accepted(&position, 100, 1_200);
    let standing = position.accepted(&bundle, START).unwrap();
    assert_eq!(standing.state, State::Covered { until: 1_200 });
    position
}

fn at(position: &Position, now: u64) -> (State, Action) {
    let Standing { at, state, action } = position.clone().observe(now);
    assert_eq!(at, now);
    (state, action)
}

#[test]
fn each_band_begins_at_its_second() {
    let position = covered();
    let inside = State::Covered { until: 1_200 };
    let grace = State::Grace { until: 1_250 };
    for (now, state, action) in [
        (1_169, &inside, Action::None),
        (1_170, &inside, Action::Warn),
        (1_189, &inside, Action::Warn),
        (1_190, &inside, Action::Restrict),
        (1_199, &inside, Action::Restrict),
        (1_200, &grace, Action::Restrict),
        (1_249, &grace, Action::Restrict),
        (1_250, &State::Expired, Action::Liquidate),
        (u64::MAX, &State::Expired, Action::Liquidate),
    ] {
        assert_eq!(at(&position, now), (state.clone(), action), "{now}");
    }
    let mut times = vec![];
    let mut walking = position.clone();
    while let Some(time) = walking.next_change() {
        times.push(time);
        let _ = walking.observe(time);
    }
    assert_eq!(times, [1_170, 1_190, 1_200, 1_250]);
}

#[test]
fn an_acceptance_counts_for_its_age_at_most() {
    let mut position = position();
    let bundle = accepted(&position, 100, 10_000);
    let standing = position.accepted(&bundle, START).unwrap();
    assert_eq!(standing.state, State::Covered { until: START + BANDS.max_age });
}

#[test]
fn what_never_was_covered_is_restricted_and_a_breach_when_its_claim_is_overdue() {
    let position = position();
    assert_eq!(at(&position, START), (State::Expired, Action::Restrict));
    assert_eq!(at(&position, START + 39), (State::Expired, Action::Restrict));
    let cause = Cause::Unanswered { claim: 1 };
    assert_eq!(at(&position, START + 40), (State::Breached { since: START + 40, cause }, Action::Liquidate));
}

#[test]
fn a_claim_ends_the_coverage_of_an_older_requirement_and_must_be_answered_in_time() {
    let mut position = covered();
    let before = accepted(&position, 101, 1_300);
    let standing = position.claimed(claim(2), 1_100).unwrap();
    assert_eq!((standing.state, standing.action), (State::Grace { until: 1_140 }, Action::Restrict));
    assert!(matches!(position.accepted(&before, 1_101), Err(NotCounted::OtherClaim { .. })));
    let other = LatestClaim { digest: bytes(b'c', 9), ..claim(2) };
    let altered = Accepted { claim: other, ..accepted(&position, 101, 1_300) };
    assert!(matches!(position.accepted(&altered, 1_101), Err(NotCounted::OtherClaim { .. })));
    for number in [1, 2] {
        let refused = position.claimed(claim(number), 1_101);
        assert_eq!(refused, Err(ClaimRefused::NotNewer { got: number, latest: 2 }));
    }
    // A third claim gives no more time to answer.
    let _ = position.claimed(claim(3), 1_130).unwrap();
    assert!(matches!(at(&position, 1_139).0, State::Grace { until: 1_140 }));
    let breached = at(&position, 1_140);
    assert!(matches!(breached, (State::Breached { since: 1_140, .. }, Action::Liquidate)));
    // An answer after the deadline ends the breach.
    let _ = position.observe(1_150);
    let answer = accepted(&position, 101, 1_300);
    assert_eq!(position.accepted(&answer, 1_150).unwrap().state, State::Covered { until: 1_300 });
    assert_eq!(at(&position, 1_299).0, State::Covered { until: 1_300 });
}

#[test]
fn a_notice_is_cured_by_prices_of_later_rounds_alone() {
    let mut position = covered();
    let standing = position.noticed(1_105);
    let breached = State::Breached { since: 1_105, cause: Cause::Notice };
    assert_eq!((standing.state, standing.action), (breached.clone(), Action::Liquidate));
    // Round 110 began at 1,100.
    let bundle = accepted(&position, 110, 1_300);
    assert_eq!(position.accepted(&bundle, 1_106).unwrap().state, breached);
    let bundle = accepted(&position, 111, 1_300);
    assert_eq!(position.accepted(&bundle, 1_111).unwrap().state, State::Covered { until: 1_300 });

    // A round that begins in the second of the notice may hold prices of before.
    let mut position = covered();
    let _ = position.noticed(1_110);
    let bundle = accepted(&position, 111, 1_300);
    assert!(matches!(position.accepted(&bundle, 1_112).unwrap().state, State::Breached { .. }));
}

#[test]
fn a_refused_bundle_is_counted_as_such_and_changes_nothing() {
    let mut position = covered();
    let before = position.clone();
    position.rejected(&Reason::EmptyChain {}, 1_001);
    assert_eq!(
        *position.refusals(),
        Refusals { count: 1, last: Some("empty_chain".into()), at: Some(1_001) }
    );
    assert_eq!(position.standing().state, before.standing().state);
    position.refused = before.refused.clone();
    position.clock = before.clock;
    assert_eq!(position, before);
}

/// Each reason for which an accepted bundle does not count, at its limit and one past it.
#[test]
fn what_does_not_count_says_why() {
    let mut base = covered();
    let seen = Seen { epoch: 5, sequence: 3, allocation: bytes(b'0', 3), round: 100 };
    base.marks[0].seen = Some(seen.clone());
    let bundle = || Accepted { shows: Seen { round: 101, ..seen.clone() }, ..accepted(&base, 101, 1_300) };
    let answer = |bundle: &Accepted, now| base.clone().accepted(bundle, now);
    assert!(answer(&bundle(), 1_299).is_ok());
    assert_eq!(answer(&bundle(), 1_300), Err(NotCounted::Over { until: 1_300, now: 1_300 }));
    let late = Accepted { judged_at: 1_300, ..bundle() };
    assert_eq!(answer(&late, 1_299), Err(NotCounted::Over { until: 1_300, now: 1_300 }));

    let shows = |shows: Seen| Accepted { shows, ..bundle() };
    let next = Seen { round: 101, ..seen.clone() };
    let replayed = Err(NotCounted::RoundReplayed { got: 100, seen: 100 });
    assert_eq!(answer(&shows(seen.clone()), 1_100), replayed);
    let earlier = answer(&shows(Seen { epoch: 4, sequence: 9, ..next.clone() }), 1_100);
    assert_eq!(earlier, Err(NotCounted::EpochRolledBack { got: 4, seen: 5 }));
    let shorter = answer(&shows(Seen { sequence: 2, ..next.clone() }), 1_100);
    assert!(matches!(shorter, Err(NotCounted::ChainRolledBack { sequence: 2, seen: 3, .. })));
    let other = answer(&shows(Seen { allocation: bytes(b'1', 3), ..next.clone() }), 1_100);
    assert!(matches!(other, Err(NotCounted::ChainRolledBack { sequence: 3, seen: 3, .. })));
    let longer = shows(Seen { sequence: 4, allocation: bytes(b'0', 4), ..next.clone() });
    assert!(answer(&longer, 1_100).is_ok());
    for against in [None, Some(Seen { round: 99, ..seen.clone() })] {
        let moved = Accepted { against, ..longer.clone() };
        assert_eq!(answer(&moved, 1_100), Err(NotCounted::MarksMoved));
    }
    // Another epoch has another chain, which begins anew; whatever it was judged against.
    let fresh = Seen { epoch: 6, sequence: 0, allocation: bytes(b'0', 60), round: 101 };
    assert!(answer(&Accepted { against: None, ..shows(fresh) }, 1_100).is_ok());

    let stranger = Accepted { trust: bytes(b't', 9), ..bundle() };
    assert_eq!(answer(&stranger, 1_100), Err(NotCounted::TrustUnknown { trust: bytes(b't', 9) }));
    for change in [
        (|parties| parties.venue = bytes(b'v', 1)) as fn(&mut Parties),
        |parties| parties.liability_book = bytes(b'l', 1),
        |parties| parties.custodian = Address([8; 20]),
        |parties| parties.account = bytes(b'a', 1),
        |parties| parties.log_origin.push('x'),
    ] {
        let mut other = bundle();
        change(&mut other.parties);
        assert_eq!(answer(&other, 1_100), Err(NotCounted::OtherPosition));
    }
}

#[test]
fn a_clock_that_goes_back_revives_nothing_and_a_person_restarts_it() {
    let mut position = covered();
    assert_eq!(position.observe(1_250).state, State::Expired);
    assert_eq!(position.observe(1_100), position.standing());
    assert_eq!(position.clock(), 1_250);
    let stale = Accepted { judged_at: 1_100, ..accepted(&position, 101, 1_250) };
    assert_eq!(position.accepted(&stale, 1_100), Err(NotCounted::Over { until: 1_250, now: 1_250 }));

    let mut position = covered();
    let _ = position.claimed(claim(2), 1_000_000).unwrap();
    let answer = accepted(&position, 101, 1_000_200);
    let _ = position.accepted(&answer, 1_000_000).unwrap();
    let standing = position.restart_clock(1_100);
    assert_eq!((standing.at, standing.state), (1_100, State::Grace { until: 1_150 }));
    assert!(matches!(
        position.accepted(&answer, 1_101),
        Err(NotCounted::Over { .. } | NotCounted::RoundReplayed { .. })
    ));
    // A notice that was given in the wrong future was given now at the latest.
    let mut position = covered();
    let _ = position.noticed(1_000_000);
    let breached = State::Breached { since: 1_100, cause: Cause::Notice };
    assert_eq!(position.restart_clock(1_100).state, breached);
    let bundle = accepted(&position, 111, 1_300);
    assert_eq!(position.accepted(&bundle, 1_112).unwrap().state, State::Covered { until: 1_300 });
    // A call that was made in the wrong future runs for its time from now.
    let mut position = covered();
    let _ = position.claimed(claim(2), 1_000_000).unwrap();
    let _ = position.restart_clock(1_100);
    assert!(matches!(at(&position, 1_140).0, State::Breached { since: 1_140, .. }));
}

fn open(number: u64, role: Role) -> OpenEvidence {
    OpenEvidence { id: bytes(b'e', number), role, since: START }
}

#[test]
fn evidence_stays_until_each_piece_is_resolved_and_does_not_come_again() {
    let mut position = covered();
    position.keep_evidence(open(1, Role::Custodian)).unwrap();
    position.keep_evidence(open(2, Role::Oracles)).unwrap();
    let both = State::Equivocated { evidence: vec![bytes(b'e', 1), bytes(b'e', 2)] };
    assert_eq!(at(&position, START), (both, Action::Liquidate));
    let known = EvidenceRefused::Known { id: bytes(b'e', 1) };
    assert_eq!(position.keep_evidence(open(1, Role::Custodian)), Err(known));
    // New coverage is counted beneath and changes no state.
    let bundle = accepted(&position, 101, 1_190);
    assert!(matches!(position.accepted(&bundle, 1_010).unwrap().state, State::Equivocated { .. }));
    let unknown = NotResolved::Unknown { id: bytes(b'e', 3) };
    assert_eq!(position.resolve(&bytes(b'e', 3), 1_010), Err(unknown));
    // Against oracles: restricted, or what is due without it.
    let _ = position.resolve(&bytes(b'e', 1), 1_010).unwrap();
    let one = State::Equivocated { evidence: vec![bytes(b'e', 2)] };
    assert_eq!(at(&position, 1_011), (one.clone(), Action::Restrict));
    assert_eq!(at(&position, 1_300), (one, Action::Liquidate));
    let standing = position.resolve(&bytes(b'e', 2), 1_010).unwrap();
    assert_eq!((standing.state, standing.action), (State::Covered { until: 1_190 }, Action::None));
    let resolved = EvidenceRefused::Resolved { id: bytes(b'e', 1) };
    assert_eq!(position.keep_evidence(open(1, Role::Custodian)), Err(resolved));
}

#[test]
fn evidence_is_bounded_and_fails_closed() {
    let mut position = covered();
    for number in 0..MAX_OPEN as u64 {
        position.keep_evidence(open(number, Role::Venue)).unwrap();
    }
    assert_eq!(position.keep_evidence(open(99, Role::Venue)), Err(EvidenceRefused::TooMany));
    position.resolved = (0..MAX_RESOLVED as u64).map(|number| bytes(b'f', number)).collect();
    assert_eq!(position.resolve(&bytes(b'e', 0), 1_001), Err(NotResolved::TooMany));
    assert!(matches!(position.standing().state, State::Equivocated { .. }));
    position.resolved.pop();
    assert!(position.resolve(&bytes(b'e', 0), 1_001).is_ok());
}

#[test]
fn bands_that_contradict_each_other_are_refused() {
    let check = |change: fn(&mut Bands)| {
        let mut bands = BANDS;
        change(&mut bands);
        bands.check()
    };
    assert_eq!(check(|_| ()), Ok(()));
    assert_eq!(check(|b| b.restrict = 30), Ok(()));
    assert_eq!(check(|b| b.restrict = 31), Err(BandError::WarnAfterRestrict { warn: 30, restrict: 31 }));
    assert_eq!(check(|b| b.answer = 1), Ok(()));
    assert_eq!(check(|b| b.answer = 0), Err(BandError::NoAnswer));
    assert_eq!(check(|b| b.max_age = 31), Ok(()));
    assert_eq!(check(|b| b.max_age = 30), Err(BandError::AlwaysWarning { max_age: 30, warn: 30 }));
    assert_eq!(check(|b| b.grace = MAX_BAND), Ok(()));
    for (band, change) in [
        ("warn", (|b| b.warn = MAX_BAND + 1) as fn(&mut Bands)),
        ("restrict", |b| b.restrict = MAX_BAND + 1),
        ("grace", |b| b.grace = MAX_BAND + 1),
        ("answer", |b| b.answer = MAX_BAND + 1),
        ("maxAge", |b| b.max_age = MAX_BAND + 1),
    ] {
        assert_eq!(check(change), Err(BandError::TooLong { band, got: MAX_BAND + 1 }));
    }
}

#[test]
fn times_at_the_end_of_the_range_do_not_overflow() {
    let mut position = position();
    let _ = position.observe(u64::MAX - 1);
    let bundle = accepted(&position, 100, u64::MAX);
    assert_eq!(position.accepted(&bundle, u64::MAX - 1).unwrap().state, State::Covered { until: u64::MAX });
    let _ = position.claimed(claim(2), u64::MAX).unwrap();
    let _ = position.noticed(u64::MAX);
    assert_eq!(position.next_change(), None);
    assert!(position.rotate_to(trust(2, claim(2)), None, u64::MAX).is_ok());
}

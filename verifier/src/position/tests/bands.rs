//! Changes of bands: what runs is not lengthened, and nothing is breached in the past.

use super::*;

fn changed(position: &Position, now: u64, change: fn(&mut Bands)) -> Position {
    let (mut position, mut bands) = (position.clone(), *position.bands());
    change(&mut bands);
    let standing = position.change_bands(bands, now).unwrap();
    assert_eq!((standing.at, *position.bands()), (now, bands));
    position
}

#[test]
fn a_longer_age_revives_nothing_and_counts_for_what_comes() {
    let mut position = position();
    let bundle = accepted(&position, 100, 10_000);
    let _ = position.accepted(&bundle, START).unwrap();
    let end = START + BANDS.max_age;
    for now in [START, end - 1, end, end + BANDS.grace] {
        let longer = changed(&position, now, |bands| bands.max_age = 5_000);
        assert_eq!(at(&longer, end + 100), at(&position, end + 100), "{now}");
        assert_eq!(longer.standing(), position.clone().observe(now), "{now}");
    }
    let mut longer = changed(&position, end, |bands| bands.max_age = 5_000);
    let bundle = accepted(&longer, 120, 10_000);
    assert_eq!(longer.accepted(&bundle, end).unwrap().state, State::Covered { until: end + 5_000 });
}

#[test]
fn a_shorter_age_ends_what_is_older_now_and_its_grace_begins() {
    let mut position = position();
    let bundle = accepted(&position, 100, 10_000);
    let _ = position.accepted(&bundle, START).unwrap();
    let shorten: fn(&mut Bands) = |bands| bands.max_age = 100;
    let until = |until| (State::Covered { until }, Action::None);
    assert_eq!(at(&changed(&position, 1_050, shorten), 1_050), until(1_100));
    assert_eq!(changed(&position, 1_099, shorten).standing().state, State::Covered { until: 1_100 });
    for now in [1_100, 1_101, 1_150] {
        let shorter = changed(&position, now, shorten);
        let grace = (State::Grace { until: now + BANDS.grace }, Action::Restrict);
        assert_eq!(at(&shorter, now), grace, "{now}");
        assert_eq!(at(&shorter, now + BANDS.grace), (State::Expired, Action::Liquidate));
        // Longer again gives nothing back.
        let again = changed(&shorter, now + 1, |bands| bands.max_age = 200);
        assert_eq!(at(&again, now + 1), (State::Grace { until: now + BANDS.grace }, Action::Restrict));
    }
    // What had ended before is not moved.
    let shorter = changed(&position, 1_210, shorten);
    assert_eq!(at(&shorter, 1_210), (State::Grace { until: 1_250 }, Action::Restrict));
}

#[test]
fn grace_that_runs_is_shortened_and_never_lengthened() {
    let position = covered();
    for now in [1_100, 1_200, 1_249, 1_250] {
        let longer = changed(&position, now, |bands| bands.grace = 500);
        assert_eq!(at(&longer, 1_249.max(now)), at(&position, 1_249.max(now)), "{now}");
        assert_eq!(at(&longer, 1_250), (State::Expired, Action::Liquidate), "{now}");
        let again = changed(&changed(&position, now, |bands| bands.grace = 0), now, |bands| bands.grace = 50);
        assert_eq!(at(&again, 1_250), (State::Expired, Action::Liquidate), "{now}");
    }
    let shorter = changed(&position, 1_210, |bands| bands.grace = 20);
    assert_eq!(at(&shorter, 1_219), (State::Grace { until: 1_220 }, Action::Restrict));
    assert_eq!(at(&shorter, 1_220), (State::Expired, Action::Liquidate));
    assert_eq!(shorter.next_change(), Some(1_220));
    let none = changed(&position, 1_210, |bands| bands.grace = 0);
    assert_eq!(none.standing().state, State::Expired);
    // A longer one is for what comes.
    let mut longer = changed(&position, 1_200, |bands| bands.grace = 500);
    let bundle = accepted(&longer, 110, 1_300);
    let _ = longer.accepted(&bundle, 1_200).unwrap();
    assert_eq!(at(&longer, 1_799).0, State::Grace { until: 1_800 });
}

#[test]
fn calls_keep_their_deadline_and_breaches_stay() {
    let mut position = covered();
    let _ = position.claimed(claim(2), 1_100).unwrap();
    for answer in [1, 10, 1_000] {
        let mut other = position.clone();
        let _ = other.change_bands(Bands { answer, ..BANDS }, 1_120).unwrap();
        assert!(!matches!(at(&other, 1_139).0, State::Breached { .. }), "{answer}");
        assert!(matches!(at(&other, 1_140).0, State::Breached { since: 1_140, .. }), "{answer}");
        let mut late = position.clone();
        let _ = late.change_bands(Bands { answer, ..BANDS }, 1_140).unwrap();
        assert!(matches!(late.standing().state, State::Breached { since: 1_140, .. }), "{answer}");
        // Another claim is to be answered in the new time, or in the old where that is earlier.
        let _ = other.claimed(claim(3), 1_120).unwrap();
        let by = 1_140.min(1_120 + answer);
        assert!(matches!(at(&other, by).0, State::Breached { since, .. } if since == by), "{answer}");
        assert!(!matches!(at(&other, by - 1).0, State::Breached { .. }), "{answer}");
    }
}

#[test]
fn what_is_due_while_covered_is_by_the_new_bands_at_once() {
    let position = covered();
    assert_eq!(at(&position, 1_180).1, Action::Warn);
    let narrow = changed(&position, 1_100, |bands| (bands.warn, bands.restrict) = (15, 5));
    let wide = changed(&position, 1_100, |bands| (bands.warn, bands.restrict) = (80, 60));
    assert_eq!((at(&narrow, 1_184).1, at(&narrow, 1_185).1), (Action::None, Action::Warn));
    assert_eq!((at(&wide, 1_119).1, at(&wide, 1_120).1), (Action::None, Action::Warn));
    assert_eq!((at(&wide, 1_139).1, at(&wide, 1_140).1), (Action::Warn, Action::Restrict));
    assert_eq!(at(&narrow, 1_199).0, State::Covered { until: 1_200 });
}

#[test]
fn bands_out_of_bounds_change_nothing_but_the_clock() {
    let position = covered();
    let mut other = position.clone();
    let refused = other.change_bands(Bands { answer: 0, grace: 1, ..BANDS }, 1_010);
    assert_eq!(refused, Err(BandError::NoAnswer));
    assert_eq!(other, Position { clock: 1_010, ..position });
    // A clock that is behind does not move it back: what is old by the machine's time ends then.
    let _ = other.observe(1_150);
    let standing = other.change_bands(Bands { max_age: 100, ..BANDS }, 1_020).unwrap();
    assert_eq!((standing.at, standing.state), (1_150, State::Grace { until: 1_200 }));
}

/// A clock that ran ahead let a coverage grow old beyond the bands; set back, it is of no greater age than they give.
#[test]
fn a_clock_that_is_set_back_leaves_a_position_that_can_be_read() {
    let mut position = position();
    let bundle = accepted(&position, 100, 10_000);
    let _ = position.accepted(&bundle, START).unwrap();
    let _ = position.change_bands(Bands { max_age: 40, ..BANDS }, 1_150).unwrap();
    let standing = position.restart_clock(1_020);
    assert_eq!(standing.state, State::Grace { until: 1_070 });
    let document = serde_json::to_vec(&position).unwrap();
    assert_eq!(Position::from_json(&document), Ok(position));
}

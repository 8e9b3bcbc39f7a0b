//! Arbitrary sequences of events, each step against the model.

use alloc::{collections::BTreeSet, vec, vec::Vec};

use proptest::prelude::*;

use super::model::{Chain, Entry, Model};
use super::*;

const ROUND: u64 = 20;
const EPOCH: u64 = 300;

#[derive(Clone, Debug)]
enum Event {
    /// A bundle is judged under a trust file, against the marks that stand, and waits to be handed in.
    Judge {
        under: u64,
        epoch_off: i64,
        branch: u64,
        length: u64,
        round_off: i64,
        window: u64,
    },
    /// The last one that was judged is handed in.
    Deliver,
    /// Something that was judged is handed in: late, or again.
    HandIn {
        which: usize,
    },
    Claim {
        step: u64,
    },
    Notice,
    Observe,
    Rotate {
        to: u64,
        overlap: u64,
        fresh: bool,
    },
    /// Perhaps out of bounds.
    Bands {
        bands: Bands,
    },
    Evidence {
        id: u64,
        role: Role,
    },
    Resolve {
        id: u64,
    },
    Reject,
}

fn event() -> impl Strategy<Value = Event> {
    let role =
        prop_oneof![Just(Role::Custodian), Just(Role::Attestors), Just(Role::Oracles), Just(Role::Venue)];
    let epoch_off = prop_oneof![8 => Just(0), 1 => Just(-1i64), 1 => Just(1)];
    prop_oneof![
        12 => (0..10u64, epoch_off, 0..2u64, 1..5u64, -1..=2i64, 1..150u64).prop_map(
            |(under, epoch_off, branch, length, round_off, window)| Event::Judge {
                under,
                epoch_off,
                branch,
                length,
                round_off,
                window,
            }
        ),
        10 => Just(Event::Deliver),
        4 => any::<proptest::sample::Index>().prop_map(|index| Event::HandIn { which: index.index(64) }),
        2 => (0..3u64).prop_map(|step| Event::Claim { step }),
        1 => Just(Event::Notice),
        4 => Just(Event::Observe),
        2 => (0..4u64, 0..150u64, any::<bool>())
            .prop_map(|(to, overlap, fresh)| Event::Rotate { to, overlap, fresh }),
        2 => bands().prop_map(|bands| Event::Bands { bands }),
        1 => (0..4u64, role).prop_map(|(id, role)| Event::Evidence { id, role }),
        1 => (0..4u64).prop_map(|id| Event::Resolve { id }),
        1 => Just(Event::Reject),
    ]
}

/// Shorter and longer ones, and some that are out of bounds.
fn bands() -> impl Strategy<Value = Bands> {
    (0..25u64, 0..25u64, 0..100u64, 0..80u64, 0..250u64).prop_map(|(restrict, more, grace, answer, age)| {
        let warn = restrict + more;
        Bands { warn, restrict, grace, answer, max_age: warn + age }
    })
}

/// Mostly small steps, some back, some far.
fn step() -> impl Strategy<Value = i64> {
    prop_oneof![6 => 0..15i64, 2 => 0..60i64, 1 => -100..0i64, 1 => 0..400i64]
}

fn named(standing: &Standing) -> (&'static str, u64, Action) {
    let (name, time) = match &standing.state {
        State::Covered { until } => ("covered", *until),
        State::Grace { .. } => ("grace", 0),
        State::Expired => ("expired", 0),
        State::Breached { since, .. } => ("breached", *since),
        State::Equivocated { .. } => ("equivocated", 0),
    };
    (name, time, standing.action)
}

fn severity(standing: &Standing) -> (u8, Action) {
    let state = match standing.state {
        State::Covered { .. } => 0,
        State::Grace { .. } => 1,
        State::Expired => 2,
        State::Breached { .. } => 3,
        State::Equivocated { .. } => 4,
    };
    (state, standing.action)
}

/// All but the clock and the counter of refusals.
fn kept(position: &Position) -> Position {
    Position { clock: 0, refused: Refusals::default(), ..position.clone() }
}

struct Run {
    position: Position,
    model: Model,
    judged: Vec<(Accepted, Chain, u64)>,
    handed_in: BTreeSet<usize>,
    /// How often something counted: a run in which nothing ever does shows little.
    counted: usize,
}

impl Run {
    fn new() -> Self {
        Run {
            position: position(),
            model: Model::new(),
            judged: vec![],
            handed_in: BTreeSet::new(),
            counted: 0,
        }
    }

    fn happen(&mut self, event: &Event, now: u64) {
        let before = self.position.clone();
        self.model.clock = self.model.clock.max(now);
        match event {
            Event::Judge { .. } => self.judge(event, now),
            Event::HandIn { which } if !self.judged.is_empty() => {
                self.hand_in(which % self.judged.len(), now)
            }
            Event::Deliver if !self.judged.is_empty() => self.hand_in(self.judged.len() - 1, now),
            Event::Deliver | Event::HandIn { .. } | Event::Observe => drop(self.position.observe(now)),
            Event::Claim { step } => self.claim(*step, now),
            Event::Notice => {
                drop(self.position.noticed(now));
                self.model.history.push(Entry::Notice { at: self.model.clock });
            }
            Event::Rotate { to, overlap, fresh } => self.rotate(*to, *overlap, *fresh, now),
            Event::Bands { bands } => self.change_bands(*bands, now),
            Event::Evidence { id, role } => {
                drop(self.position.observe(now));
                let answer = self.position.keep_evidence(open(*id, *role));
                let new =
                    !self.model.resolved.contains(id) && self.model.open.iter().all(|(known, _)| known != id);
                assert_eq!(answer.is_ok(), new);
                if new {
                    self.model.open.push((*id, *role));
                }
            }
            Event::Resolve { id } => {
                let known = self.model.open.iter().any(|(open, _)| open == id);
                assert_eq!(self.position.resolve(&bytes(b'e', *id), now).is_ok(), known);
                self.model.open.retain(|(open, _)| open != id);
                if known {
                    self.model.resolved.insert(*id);
                }
            }
            Event::Reject => {
                self.position.rejected(&Reason::EmptyChain {}, now);
                assert_eq!(kept(&self.position), kept(&before));
            }
        }
        self.check(&before);
    }

    /// What `accept` would do: R1 against the marks that stand, the latest claim under the trust file, a window that is open.
    fn judge(&mut self, event: &Event, now: u64) {
        let Event::Judge { under, epoch_off, branch, length, round_off, window } = *event else { return };
        drop(self.position.observe(now));
        let clock = self.model.clock;
        // Mostly the current one.
        let under = if under < 4 { under } else { self.model.current.0 };
        let Some(claim) = self.model.claim_under(under).cloned() else { return };
        let epoch = (clock / EPOCH).saturating_add_signed(epoch_off);
        let round = (clock / ROUND).saturating_add_signed(round_off);
        let chain = Chain { registry: under % 2, epoch, branch, length };
        let registry = bytes(b'r', chain.registry);
        let against = self.position.seen(&registry).cloned();
        if let Some(seen) = &against {
            let rolled_back = epoch < seen.epoch || (epoch == seen.epoch && !chain.contains(seen));
            if rolled_back || round <= seen.round {
                return;
            }
        }
        let sequence = length - 1;
        let accepted = Accepted {
            parties: parties(),
            trust: bytes(b't', under),
            registry,
            against,
            judged_at: clock,
            shows: Seen { epoch, sequence, allocation: chain.allocation(sequence), round },
            round_begins: round * ROUND,
            claim,
            until: clock + window,
        };
        self.judged.push((accepted, chain, under));
    }

    fn hand_in(&mut self, which: usize, now: u64) {
        let (accepted, chain, under) = self.judged[which].clone();
        let before = self.position.clone();
        let model = &self.model;
        let counts = model.claim_under(under) == Some(&accepted.claim)
            && model.clock < accepted.until
            && model.is_forward(&accepted, &chain)
            && model.knows(&accepted, &chain);
        let answer = self.position.accepted(&accepted, now);
        assert_eq!(answer.is_ok(), counts, "{answer:?}");
        if counts {
            assert!(!self.handed_in.contains(&which), "it counted before");
            self.handed_in.insert(which);
            self.counted += 1;
            self.model.history.push(Entry::Counted {
                accepted: accepted.into(),
                chain,
                at: self.model.clock,
                index: under,
            });
        } else {
            assert_eq!(kept(&self.position), kept(&before));
            assert_eq!(self.position.refused.count, before.refused.count + 1);
        }
    }

    fn claim(&mut self, step: u64, now: u64) {
        let number = self.model.current.1.number + step;
        let answer = self.position.claimed(claim(number), now);
        assert_eq!(answer.is_ok(), step > 0);
        if step > 0 {
            let (clock, answer) = (self.model.clock, self.model.bands().answer);
            self.model.history.push(Entry::Claim { number, by: clock + answer, ended: Some(clock) });
            let current = self.model.current.0;
            if let Some((index, earlier, until)) = &mut self.model.previous {
                if trust(*index, claim(0)).terms == trust(current, claim(0)).terms {
                    *earlier = claim(number);
                } else {
                    *until = clock.min(*until);
                }
            }
            self.model.current.1 = claim(number);
        }
    }

    /// Improves no state, moves no end to later, and no deadline at all.
    fn change_bands(&mut self, bands: Bands, now: u64) {
        let before = self.position.observe(now);
        let calls = self.position.calls.clone();
        let answer = self.position.change_bands(bands, now);
        assert_eq!(answer.is_ok(), bands.check().is_ok());
        assert_eq!(self.position.calls, calls);
        let after = self.position.standing();
        if answer.is_ok() {
            self.model.history.push(Entry::Bands { bands, at: self.model.clock });
            assert!(severity(&after).0 >= severity(&before).0);
            match (&before.state, &after.state) {
                (State::Covered { until: was }, State::Covered { until: is })
                | (State::Grace { until: was }, State::Grace { until: is }) => assert!(is <= was),
                _ => {}
            }
        } else {
            assert_eq!(after, before);
        }
    }

    fn rotate(&mut self, to: u64, overlap: u64, fresh: bool, now: u64) {
        drop(self.position.observe(now));
        let clock = self.model.clock;
        let latest = self.model.current.1.number;
        let number = latest + u64::from(fresh);
        let answer = self.position.rotate_to(trust(to, claim(number)), None, clock + overlap);
        let (from, earlier) = self.model.current.clone();
        assert_eq!(answer.is_ok(), to != from);
        if to != from {
            let until = clock + overlap;
            self.model.history.push(Entry::Rotation { from, at: clock, until });
            if fresh {
                self.model.history.push(Entry::Claim {
                    number,
                    by: until.max(clock + self.model.bands().answer),
                    ended: None,
                });
            }
            self.model.previous = Some((from, earlier, until));
            self.model.current = (to, claim(number));
        }
    }

    fn check(&self, before: &Position) {
        let (position, model) = (&self.position, &self.model);
        let standing = position.standing();
        assert_eq!(position.clock(), model.clock);
        assert_eq!(named(&standing), model.standing());

        // The newest counted statement's window contains now, under a trust file that counts.
        if let State::Covered { .. } = standing.state {
            let (accepted, ..) = model.coverage().unwrap();
            let now = position.clock();
            assert!(accepted.judged_at <= now && now < accepted.until);
            let under = self.judged.iter().find(|(judged, ..)| judged == accepted).unwrap().2;
            assert_eq!(model.claim_under(under), Some(&accepted.claim));
            let newest = model.counted_of(under % 2).map(|(counted, _)| counted.shows.round).max();
            assert_eq!(newest, Some(accepted.shows.round));
        }

        // Marks only move forward.
        for marks in &before.marks {
            let Some(old) = &marks.seen else { continue };
            let new = position.seen(&marks.registry).unwrap();
            assert!(new.round >= old.round && (new.epoch, new.sequence) >= (old.epoch, old.sequence));
        }
        assert!(position.claim().number >= before.claim().number);
        for open in &before.evidence {
            let resolved = position.resolved.contains(&open.id);
            assert!(resolved != position.evidence.contains(open));
        }

        // A service that stops here goes on from here.
        let document = serde_json::to_vec(position).unwrap();
        assert_eq!(Position::from_json(&document).as_ref(), Ok(position));
        self.check_time();
    }

    /// Time alone degrades, only when it was foretold, and never goes back.
    fn check_time(&self) {
        let mut position = self.position.clone();
        let mut last = position.standing();
        let back = position.clone().observe(position.clock().saturating_sub(500));
        assert_eq!(back, last);
        for _ in 0..6 {
            let Some(next) = position.next_change() else {
                let end = position.observe(u64::MAX);
                assert_eq!((end.state, end.action), (last.state, last.action));
                break;
            };
            let just_before = position.observe(next - 1);
            assert_eq!((just_before.state, just_before.action), (last.state.clone(), last.action));
            let then = position.observe(next);
            assert!((&then.state, then.action) != (&last.state, last.action));
            assert!(severity(&then) >= severity(&last) && then.action >= last.action);
            last = then;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_events_makes_stale_or_replayed_statements_count(
        events in proptest::collection::vec((event(), step()), 1..80)
    ) {
        let mut run = Run::new();
        let mut now = START;
        for (event, step) in &events {
            now = now.saturating_add_signed(*step);
            run.happen(event, now);
        }
    }
}

/// The sequences above are not ones in which hardly anything happens.
#[test]
fn sequences_reach_every_state() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let strategy = proptest::collection::vec((event(), step()), 80);
    let mut counted = 0;
    let mut states = BTreeSet::new();
    for _ in 0..40 {
        let events = strategy.new_tree(&mut runner).unwrap().current();
        let mut run = Run::new();
        let mut now = START;
        for (event, step) in &events {
            now = now.saturating_add_signed(*step);
            run.happen(event, now);
            let (state, _, action) = named(&run.position.standing());
            states.insert((state, action));
        }
        counted += run.counted;
    }
    assert!(counted > 100, "{counted}");
    assert!(states.len() >= 9, "{states:?}");
}

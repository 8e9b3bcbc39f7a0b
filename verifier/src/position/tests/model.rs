//! A model of a position that keeps the whole history and computes everything from it.

use alloc::{boxed::Box, collections::BTreeSet, vec, vec::Vec};

use super::*;

/// A bundle: where its chain stands. Chains of an epoch part at allocation 2.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain {
    pub(super) registry: u64,
    pub(super) epoch: u64,
    pub(super) branch: u64,
    pub(super) length: u64,
}

impl Chain {
    pub(super) fn allocation(&self, sequence: u64) -> Bytes32 {
        let branch = if sequence < 2 { 0 } else { self.branch };
        bytes(b'0', ((self.registry * 1_000 + self.epoch) * 10 + branch) * 100 + sequence)
    }

    pub(super) fn contains(&self, seen: &Seen) -> bool {
        seen.sequence < self.length && self.allocation(seen.sequence) == seen.allocation
    }
}

/// What happened to coverage, in order.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    Counted {
        accepted: Box<Accepted>,
        chain: Chain,
        at: u64,
        index: u64,
    },
    /// Called; where it did not come with a rotation, coverage ended then.
    Claim {
        number: u64,
        by: u64,
        ended: Option<u64>,
    },
    Notice {
        at: u64,
    },
    /// Other bands hold from a time on.
    Bands {
        bands: Bands,
        at: u64,
    },
    /// The current trust file became the one before, until a time.
    Rotation {
        from: u64,
        at: u64,
        until: u64,
    },
}

pub(super) struct Model {
    pub(super) clock: u64,
    pub(super) history: Vec<Entry>,
    pub(super) current: (u64, LatestClaim),
    pub(super) previous: Option<(u64, LatestClaim, u64)>,
    pub(super) open: Vec<(u64, Role)>,
    pub(super) resolved: BTreeSet<u64>,
}

impl Model {
    pub(super) fn new() -> Self {
        Model {
            clock: START,
            history: vec![Entry::Claim { number: 1, by: START + BANDS.answer, ended: None }],
            current: (0, claim(1)),
            previous: None,
            open: vec![],
            resolved: BTreeSet::new(),
        }
    }

    /// The claim under a trust file, if it counts.
    pub(super) fn claim_under(&self, trust: u64) -> Option<&LatestClaim> {
        match &self.previous {
            _ if self.current.0 == trust => Some(&self.current.1),
            Some((index, claim, until)) if *index == trust && self.clock < *until => Some(claim),
            _ => None,
        }
    }

    pub(super) fn counted_of(&self, registry: u64) -> impl Iterator<Item = (&Accepted, &Chain)> {
        self.history.iter().filter_map(move |entry| match entry {
            Entry::Counted { accepted, chain, .. } if chain.registry == registry => {
                Some((&**accepted, chain))
            }
            _ => None,
        })
    }

    /// Newer than everything of its registry, and its chain contains all that was counted of its epoch.
    ///
    /// Whether the machine can know the latter depends on what the bundle was judged against; see `knows`.
    pub(super) fn is_forward(&self, accepted: &Accepted, chain: &Chain) -> bool {
        self.counted_of(chain.registry).all(|(earlier, _)| {
            let (new, old) = (&accepted.shows, &earlier.shows);
            new.epoch >= old.epoch
                && new.round > old.round
                && (new.epoch != old.epoch || (new.sequence >= old.sequence && chain.contains(old)))
        })
    }

    /// The machine sees the chain's end alone: a longer chain has to be judged against the last marks.
    pub(super) fn knows(&self, accepted: &Accepted, chain: &Chain) -> bool {
        let last = self.counted_of(chain.registry).last().map(|(last, _)| last.shows.clone());
        match last {
            Some(last) if last.epoch == accepted.shows.epoch => {
                last.sequence == accepted.shows.sequence || accepted.against.as_ref() == Some(&last)
            }
            _ => true,
        }
    }

    /// The bands that held when this entry was made.
    fn bands_at(&self, place: usize) -> Bands {
        let earlier = self.history[..place].iter().rev().find_map(|entry| match entry {
            Entry::Bands { bands, .. } => Some(*bands),
            _ => None,
        });
        earlier.unwrap_or(BANDS)
    }

    pub(super) fn bands(&self) -> Bands {
        self.bands_at(self.history.len())
    }

    /// The last counted bundle, the first second at which it weighs nothing, and its seconds of grace.
    pub(super) fn coverage(&self) -> Option<(&Accepted, u64, u64)> {
        let last = self.history.iter().rposition(|entry| matches!(entry, Entry::Counted { .. }))?;
        let Entry::Counted { accepted, at, index, .. } = &self.history[last] else { return None };
        let Bands { max_age, mut grace, .. } = self.bands_at(last);
        let mut end = accepted.until.min(at + max_age);
        // Under the one before already when it was counted: its end is the last rotation's.
        for entry in self.history[..last].iter().rev() {
            if let Entry::Rotation { from, until, .. } = entry {
                if from == index && self.current_at(last) != *index {
                    end = end.min(*until);
                }
                break;
            }
        }
        for entry in self.history.iter().skip(last + 1) {
            match entry {
                Entry::Notice { at } => end = end.min(*at),
                Entry::Bands { bands, at: changed } => {
                    end = end.min((at + bands.max_age).max(*changed));
                    grace = grace.min(bands.grace);
                }
                Entry::Claim { ended: Some(at), .. } => end = end.min(*at),
                Entry::Rotation { from, until, .. } if from == index => end = end.min(*until),
                Entry::Rotation { at, .. } => end = end.min(*at),
                _ => {}
            }
        }
        Some((accepted, end, grace))
    }

    /// The current trust file when this entry was made.
    fn current_at(&self, place: usize) -> u64 {
        let later = self.history[place..].iter().find_map(|entry| match entry {
            Entry::Rotation { from, .. } => Some(*from),
            _ => None,
        });
        later.unwrap_or(self.current.0)
    }

    /// The earliest unanswered deadline or uncured notice that has passed.
    fn breach(&self) -> Option<u64> {
        let mut since = None;
        for (place, entry) in self.history.iter().enumerate() {
            let later = || {
                self.history[place..].iter().filter_map(|entry| match entry {
                    Entry::Counted { accepted, .. } => Some(accepted),
                    _ => None,
                })
            };
            let breach = match entry {
                Entry::Claim { number, by, .. } if *by <= self.clock => {
                    (!later().any(|accepted| accepted.claim.number >= *number)).then_some(*by)
                }
                // A later notice takes the place of an earlier one.
                Entry::Notice { at } if !self.noticed_after(place) => {
                    (!later().any(|accepted| accepted.round_begins > *at)).then_some(*at)
                }
                _ => None,
            };
            since = since.into_iter().chain(breach).min();
        }
        since
    }

    fn noticed_after(&self, place: usize) -> bool {
        self.history[place + 1..].iter().any(|entry| matches!(entry, Entry::Notice { .. }))
    }

    /// State without the details that the model does not compute, and action.
    pub(super) fn standing(&self) -> (&'static str, u64, Action) {
        let (name, time, action) = if let Some(since) = self.breach() {
            ("breached", since, Action::Liquidate)
        } else {
            let Bands { warn, restrict, .. } = self.bands();
            match self.coverage() {
                None => ("expired", 0, Action::Restrict),
                Some((_, end, _)) if self.clock + warn < end => ("covered", end, Action::None),
                Some((_, end, _)) if self.clock + restrict < end => ("covered", end, Action::Warn),
                Some((_, end, _)) if self.clock < end => ("covered", end, Action::Restrict),
                Some((_, end, grace)) if self.clock < end + grace => ("grace", 0, Action::Restrict),
                Some(_) => ("expired", 0, Action::Liquidate),
            }
        };
        if self.open.is_empty() {
            return (name, time, action);
        }
        let grave = self.open.iter().any(|(_, role)| *role == Role::Custodian);
        let least = if grave { Action::Liquidate } else { Action::Restrict };
        ("equivocated", 0, action.max(least))
    }
}

//! Which rounds and leaves a beacon asks for, and how likely it misses a shortage (spec/audit.md, "Continuity").
//!
//! It shows nothing of what lies between samples. That value and plan were named before the intervals ended is assumed.

use serde::{Deserialize, Serialize};
use solvency_verifier::bundle::Bundle;
use solvency_verifier::encoding::{Bytes32, tagged_sha256};
use solvency_verifier::registry::Schedule;

use crate::samples::{LeafPlace, leaves};
use crate::strict::{Unread, read, sha256};

/// The format that this version reads.
pub const BEACON_FORMAT: &str = "solvency-beacon/1";
/// Longest beacon that is read, in bytes.
pub const MAX_BEACON_BYTES: usize = 64 << 10;
/// Most samples of a beacon.
pub const MAX_SAMPLES: u64 = 4096;
/// Most intervals of a beacon.
pub const MAX_INTERVALS: usize = 366;

/// A span of the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Interval {
    /// Beginning, in Unix seconds.
    pub from: u64,
    /// Exclusive end, in Unix seconds.
    pub until: u64,
}

/// A public value and what it is to sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Beacon {
    /// [`BEACON_FORMAT`].
    pub format: String,
    /// Where the value comes from, as it was named beforehand.
    pub name: String,
    /// Tag of the account.
    pub account: Bytes32,
    /// The value.
    pub value: Bytes32,
    /// When the value became public, in Unix seconds.
    pub published_at: u64,
    /// The intervals, disjoint and in order, made of whole price rounds.
    pub intervals: Vec<Interval>,
    /// Rounds to draw.
    pub rounds: u64,
    /// Leaves to draw from the books of each drawn round.
    pub leaves: u64,
}

/// Why a document is no beacon, or a beacon samples nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BeaconError {
    /// Longer than [`MAX_BEACON_BYTES`].
    #[error("{got} bytes, at most {allowed} are read of a beacon")]
    TooLong {
        /// Bytes of the document.
        got: usize,
        /// Bytes allowed.
        allowed: usize,
    },
    /// Not the strict form, or of another format.
    #[error("not a beacon: {0}")]
    Form(String),
    /// No interval, or an interval that is empty, out of order, or not of whole rounds.
    #[error("interval {index} is empty, not after the one before, or not made of whole price rounds")]
    Interval {
        /// Zero-based.
        index: usize,
    },
    /// Too many intervals or none.
    #[error("{got} intervals, from 1 to {MAX_INTERVALS} are read")]
    Intervals {
        /// Intervals.
        got: usize,
    },
    /// More samples than rounds or than are read, or none.
    #[error("{got} rounds to draw of {rounds}; from 1 to {allowed} can be drawn")]
    Samples {
        /// Asked for.
        got: u64,
        /// Rounds in the intervals.
        rounds: u64,
        /// Most.
        allowed: u64,
    },
    /// An interval that is not over.
    #[error("the intervals end at {until}, now is {now}")]
    NotPast {
        /// Their end.
        until: u64,
        /// The audit's time.
        now: u64,
    },
    /// A value that is not public yet.
    #[error("the value is said to become public at {published_at}, now is {now}")]
    NotPublished {
        /// When it becomes public.
        published_at: u64,
        /// The audit's time.
        now: u64,
    },
    /// The value was public before the intervals ended: what it would draw could be known.
    #[error(
        "the value was public at {published_at}, before the intervals ended at {until}: what it draws could be known"
    )]
    Early {
        /// When it became public.
        published_at: u64,
        /// End of the intervals.
        until: u64,
    },
}

/// Draws numbers below a bound from a hash in counter mode; each number at most once.
struct Draw {
    tag: &'static str,
    seed: Vec<u8>,
    counter: u64,
}

impl Draw {
    fn word(&mut self) -> u64 {
        let digest = tagged_sha256(self.tag, &[&self.seed, &self.counter.to_be_bytes()]);
        self.counter = self.counter.saturating_add(1);
        digest.0.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
    }

    /// `wanted` distinct numbers below `bound`, in the order in which they were drawn. `wanted` is at most `bound`.
    fn distinct(&mut self, wanted: u64, bound: u64) -> Vec<u64> {
        let mut seen = std::collections::BTreeSet::new();
        let mut drawn = Vec::new();
        while (drawn.len() as u64) < wanted.min(bound) {
            if let Some(number) = reduce(self.word(), bound)
                && seen.insert(number)
            {
                drawn.push(number);
            }
        }
        drawn
    }
}

/// A uniform number below `bound` of a uniform word, or nothing where the word is in the last, incomplete run.
fn reduce(word: u64, bound: u64) -> Option<u64> {
    let runs = (1u128 << 64).checked_div(u128::from(bound))?;
    (u128::from(word) < runs * u128::from(bound)).then(|| word.checked_rem(bound)).flatten()
}

impl Beacon {
    /// Reads the strict form.
    ///
    /// # Errors
    /// [`BeaconError::TooLong`], [`BeaconError::Form`].
    pub fn from_json(document: &[u8]) -> Result<Self, BeaconError> {
        Self::read(document).map_err(|unread| match unread {
            Unread::TooLong { got, allowed } => BeaconError::TooLong { got, allowed },
            Unread::Form(what) => BeaconError::Form(what),
        })
    }

    pub(crate) fn read(document: &[u8]) -> Result<Self, Unread> {
        let beacon: Beacon = read(document, MAX_BEACON_BYTES)?;
        if beacon.format == BEACON_FORMAT {
            Ok(beacon)
        } else {
            Err(Unread::Form(format!("format is {:?}, expected {BEACON_FORMAT:?}", beacon.format)))
        }
    }

    /// End of the last interval.
    pub fn until(&self) -> u64 {
        self.intervals.last().map_or(0, |interval| interval.until)
    }

    fn seed(&self, registry: &Bytes32) -> Vec<u8> {
        let mut plan = Vec::new();
        let spans = self.intervals.iter().flat_map(|interval| [interval.from, interval.until]);
        spans.chain([self.rounds, self.leaves]).for_each(|number| plan.extend(number.to_be_bytes()));
        [registry.0, self.account.0, self.value.0, sha256(&plan).0].concat()
    }

    /// The numbers of the first round and of rounds, for each interval.
    fn spans(&self, schedule: &Schedule) -> Result<Vec<(u64, u64)>, BeaconError> {
        let got = self.intervals.len();
        if got == 0 || got > MAX_INTERVALS {
            return Err(BeaconError::Intervals { got });
        }
        let mut least = 0;
        let mut spans = Vec::new();
        for (index, Interval { from, until }) in self.intervals.iter().copied().enumerate() {
            let span = || {
                let (first, after) = (schedule.number_at(from)?, schedule.number_at(until)?);
                let whole = schedule.interval(first)?.0 == from && schedule.interval(after)?.0 == until;
                (whole && from >= least && from < until).then_some((first, after.checked_sub(first)?))
            };
            spans.push(span().ok_or(BeaconError::Interval { index })?);
            least = until;
        }
        Ok(spans)
    }

    /// How many rounds the intervals have.
    ///
    /// # Errors
    /// [`BeaconError::Interval`], [`BeaconError::Intervals`].
    pub fn population(&self, schedule: &Schedule) -> Result<u64, BeaconError> {
        Ok(self.spans(schedule)?.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count)))
    }

    /// The rounds that are drawn, increasing.
    ///
    /// # Errors
    /// [`BeaconError`] where the intervals or counts can't be sampled at `now`.
    pub fn sampled_rounds(
        &self,
        registry: &Bytes32,
        schedule: &Schedule,
        now: u64,
    ) -> Result<Vec<u64>, BeaconError> {
        let spans = self.spans(schedule)?;
        let rounds = self.population(schedule)?;
        let allowed = rounds.min(MAX_SAMPLES);
        if self.rounds == 0 || self.rounds > allowed || self.leaves > MAX_SAMPLES {
            let got = self.rounds.max(self.leaves);
            return Err(BeaconError::Samples { got, rounds, allowed });
        }
        let until = self.until();
        if until > now {
            return Err(BeaconError::NotPast { until, now });
        }
        if self.published_at > now {
            return Err(BeaconError::NotPublished { published_at: self.published_at, now });
        }
        if self.published_at < until {
            return Err(BeaconError::Early { published_at: self.published_at, until });
        }
        let mut draw = Draw { tag: "solvency.v1.audit.rounds", seed: self.seed(registry), counter: 0 };
        let mut drawn: Vec<u64> = draw
            .distinct(self.rounds, rounds)
            .into_iter()
            .filter_map(|mut number| {
                spans.iter().find_map(|(first, count)| {
                    if number < *count {
                        return first.checked_add(number);
                    }
                    number = number.saturating_sub(*count);
                    None
                })
            })
            .collect();
        drawn.sort_unstable();
        Ok(drawn)
    }

    /// The leaves that are drawn for a round, of so many, increasing.
    pub fn sampled_leaves(&self, registry: &Bytes32, round: u64, leaves: u64) -> Vec<u64> {
        let mut seed = self.seed(registry);
        seed.extend(round.to_be_bytes());
        let mut draw = Draw { tag: "solvency.v1.audit.leaves", seed, counter: 0 };
        let mut drawn = draw.distinct(self.leaves.min(MAX_SAMPLES), leaves);
        drawn.sort_unstable();
        drawn
    }

    /// The leaves that are drawn from the books of a bundle of a drawn round: of these an opening is owed.
    pub fn owed_leaves(&self, registry: &Bytes32, round: u64, bundle: &Bundle) -> Vec<LeafPlace> {
        let places = leaves(registry, bundle);
        let drawn = self.sampled_leaves(registry, round, places.len() as u64);
        let place = |drawn| places.get(usize::try_from(drawn).ok()?).copied();
        drawn.into_iter().filter_map(place).collect()
    }
}

/// One, in the unit of [`escape`].
pub const ONE: u64 = 1_000_000_000_000_000_000;

/// The chance that `samples` distinct draws of `population` rounds miss all of `short` ones, in 10^-18, each of its steps rounded up:
/// `Π_{i<s} (N − m − i)/(N − i)`. `None` where more are short or drawn than there are, or more drawn than [`MAX_SAMPLES`].
pub fn escape(population: u64, short: u64, samples: u64) -> Option<u64> {
    if short > population || samples > population || samples > MAX_SAMPLES {
        return None;
    }
    if samples > population.saturating_sub(short) {
        return Some(0);
    }
    // At most 10^18 < 2^60, times a number below 2^64.
    let mut chance = u128::from(ONE);
    for drawn in 0..samples {
        let (left, whole) =
            (population.checked_sub(short)?.checked_sub(drawn)?, population.checked_sub(drawn)?);
        chance = (chance * u128::from(left)).div_ceil(u128::from(whole));
    }
    u64::try_from(chance).ok()
}

#[cfg(test)]
mod tests;

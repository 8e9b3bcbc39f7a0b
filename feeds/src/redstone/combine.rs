//! From what each signer said to one price of a feed: the newest time with a quorum, the median, and the spread around it.

use std::collections::BTreeMap;

use super::Spoken;
use crate::reading::{Reading, Taken};
use crate::{FeedError, Problem, Published, Reason, RedStoneSource, Side, SourceKind};

/// Exponent of signed values.
const EXPONENT: i32 = -8;

/// Combines what was said of each feed over all files.
pub(crate) fn combine(
    spoken: Vec<Spoken>,
    source: &RedStoneSource,
    side: Side,
    taken: &mut Taken,
) -> Result<(), FeedError> {
    let mut by_feed: BTreeMap<String, BTreeMap<u64, Vec<Spoken>>> = BTreeMap::new();
    for one in spoken {
        let times = by_feed.entry(one.feed.clone()).or_default();
        add(times.entry(one.time_ms).or_default(), one, taken)?;
    }
    for (feed, times) in by_feed {
        combine_feed(feed, times, source, side, taken)?;
    }
    Ok(())
}

/// Adds a signer; the same signer again says the same (in another file: in one, reading has refused it).
fn add(heard: &mut Vec<Spoken>, one: Spoken, taken: &mut Taken) -> Result<(), FeedError> {
    match heard.iter().find(|earlier| earlier.signer == one.signer) {
        None => heard.push(one),
        Some(earlier) if earlier.value == one.value => {
            taken.leave_out(&one.file, SourceKind::RedStone, one.feed, Reason::Repeated);
        }
        Some(earlier) => {
            let place = format!("feed {}, signer {}", one.feed, one.signer);
            let problem =
                Problem::Conflict { feed: one.feed, time_ms: one.time_ms, other: earlier.file.clone() };
            return Err(FeedError::new(&one.file, place, problem));
        }
    }
    Ok(())
}

fn combine_feed(
    feed: String,
    times: BTreeMap<u64, Vec<Spoken>>,
    source: &RedStoneSource,
    side: Side,
    taken: &mut Taken,
) -> Result<(), FeedError> {
    let most = times.values().map(Vec::len).max().unwrap_or(0);
    let mut counted: Option<Reading> = None;
    let mut first_file = String::new();
    for (time_ms, heard) in times.into_iter().rev() {
        let file = heard.first().map(|one| one.file.clone()).unwrap_or_default();
        if first_file.is_empty() {
            first_file.clone_from(&file);
        }
        if counted.is_some() {
            taken.leave_out(&file, SourceKind::RedStone, feed.clone(), Reason::Older);
        } else if heard.len() < source.threshold {
            taken.leave_out(&file, SourceKind::RedStone, feed.clone(), Reason::TooFewSigners);
        } else {
            let published = median(&heard, side);
            let signers = heard.iter().map(|one| one.signer).collect();
            counted = Some(Reading { feed: feed.clone(), file, time_ms, published, signers });
        }
    }
    match counted {
        Some(reading) => {
            taken.readings.push(reading);
            Ok(())
        }
        None => {
            let problem = Problem::QuorumMissed { got: most, needed: source.threshold };
            Err(FeedError::new(&first_file, format!("feed {feed}"), problem))
        }
    }
}

/// The median, of an even number the lower for collateral and the upper for debts; the confidence is the largest distance from it.
fn median(heard: &[Spoken], side: Side) -> Published {
    let mut values: Vec<u64> = heard.iter().map(|one| one.value).collect();
    values.sort_unstable();
    let middle = match side {
        Side::Collateral => values.len().saturating_sub(1) / 2,
        Side::Debt => values.len() / 2,
    };
    let price = values.get(middle).copied().unwrap_or(0);
    let distance = |value: Option<&u64>| value.map_or(0, |value| value.abs_diff(price));
    let confidence = distance(values.first()).max(distance(values.last()));
    Published { price, confidence, exponent: EXPONENT }
}

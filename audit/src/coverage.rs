//! When a venue was covered (spec/audit.md, step 8).
//!
//! The times at which bundles were received are somebody's record; nothing here shows that they are right.

use serde::Serialize;
use solvency_verifier::encoding::Bytes32;

use crate::beacon::Interval;

/// Coverage of one venue over the audited period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Timeline {
    /// Name of the trust file.
    pub name: String,
    /// The venue.
    pub venue: Bytes32,
    /// Its liability book.
    pub liability_book: Bytes32,
    /// The account.
    pub account: Bytes32,
    /// Beginning of the period.
    pub from: u64,
    /// Its exclusive end.
    pub until: u64,
    /// Where an accepted bundle covers it; disjoint, increasing.
    pub covered: Vec<Interval>,
    /// What is left.
    pub gaps: Vec<Interval>,
    /// When bundles were received that were not accepted.
    pub refused: Vec<u64>,
}

/// The union of intervals within a period, and what it leaves.
pub(crate) fn cover(spans: &[Interval], period: Interval) -> (Vec<Interval>, Vec<Interval>) {
    let clipped = spans
        .iter()
        .map(|span| Interval { from: span.from.max(period.from), until: span.until.min(period.until) });
    let mut spans: Vec<Interval> = clipped.filter(|span| span.from < span.until).collect();
    spans.sort_by_key(|span| (span.from, span.until));
    let mut covered: Vec<Interval> = Vec::new();
    for span in spans {
        match covered.last_mut() {
            Some(last) if span.from <= last.until => last.until = last.until.max(span.until),
            _ => covered.push(span),
        }
    }
    let mut gaps = Vec::new();
    let mut at = period.from;
    for span in &covered {
        if at < span.from {
            gaps.push(Interval { from: at, until: span.from });
        }
        at = span.until;
    }
    if at < period.until {
        gaps.push(Interval { from: at, until: period.until });
    }
    (covered, gaps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(pairs: &[(u64, u64)]) -> Vec<Interval> {
        pairs.iter().map(|(from, until)| Interval { from: *from, until: *until }).collect()
    }

    #[test]
    fn ends_are_exclusive_and_what_meets_is_one() {
        let period = Interval { from: 10, until: 50 };
        let (covered, gaps) = cover(&spans(&[(30, 40), (10, 20), (20, 25), (12, 18)]), period);
        assert_eq!(covered, spans(&[(10, 25), (30, 40)]));
        assert_eq!(gaps, spans(&[(25, 30), (40, 50)]));
        assert_eq!(cover(&spans(&[(0, 60)]), period), (spans(&[(10, 50)]), spans(&[])));
        assert_eq!(cover(&spans(&[(0, 49)]), period).1, spans(&[(49, 50)]));
        assert_eq!(cover(&spans(&[(11, 50)]), period).1, spans(&[(10, 11)]));
        assert_eq!(cover(&spans(&[(50, 60), (0, 10)]), period), (spans(&[]), spans(&[(10, 50)])));
        assert_eq!(cover(&[], Interval { from: 5, until: 5 }), (spans(&[]), spans(&[])));
    }
}

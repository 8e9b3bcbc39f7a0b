//! Tiers by size as venues publish them: a concave, piecewise linear value of the gross value (spec/valuation.md, V6–V8).
//!
//! A schedule is one venue's figure for one asset. It does not see that other venues may have to sell the same asset at once.

use alloc::vec::Vec;

use super::Row;
use super::table::BOUND_BITS;
use crate::TIERS;
use crate::policy::{Cents, PPM, Tier};

/// Largest bound of a tier and largest gross value of an asset: 2^47 − 1 cents, 1,407,374,883,553.27 quote units.
pub const MAX_BOUND: u64 = (1 << BOUND_BITS) - 1;

/// Why tiers are no schedule. Tiers are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TierError {
    /// No tier at all.
    #[error("no tiers; a schedule has at least one, from 0")]
    Empty,
    /// A tier that does not begin where the one before ends, or the first not at 0.
    #[error("tier {tier} begins at {got}, expected {expected}: tiers meet, and the first begins at 0")]
    Gap {
        /// The tier.
        tier: usize,
        /// Its lower bound.
        got: Cents,
        /// The bound needed.
        expected: Cents,
    },
    /// A tier of no length, or one that ends before it begins.
    #[error("tier {tier} ends at {to}, not after its beginning {from}")]
    NoLength {
        /// The tier.
        tier: usize,
        /// Its lower bound.
        from: Cents,
        /// Its upper bound.
        to: Cents,
    },
    /// An upper bound that a table can't hold.
    #[error("tier {tier} ends at {got}, at most {allowed} is allowed")]
    Bound {
        /// The tier.
        tier: usize,
        /// Its upper bound.
        got: Cents,
        /// [`MAX_BOUND`].
        allowed: Cents,
    },
    /// A rate above 100 %.
    #[error("tier {tier} keeps {got} ppm, at most {PPM} is allowed")]
    Rate {
        /// The tier.
        tier: usize,
        /// Its rate, in ppm.
        got: u32,
    },
    /// A rate above the one before: the schedule would not be concave, and a wrong row could overstate.
    #[error(
        "tier {tier} keeps {got} ppm, more than the {previous} ppm of the tier before; rates may only fall"
    )]
    Rising {
        /// The tier.
        tier: usize,
        /// Its rate, in ppm.
        got: u32,
        /// The rate before, in ppm.
        previous: u32,
    },
    /// More rows than a table has.
    #[error(
        "{got} rows after joining tiers of equal rate and adding the last row of rate 0, at most {TIERS} are allowed"
    )]
    TooMany {
        /// Rows needed.
        got: usize,
    },
}

/// A valid schedule: rows that meet, cover `[0, 2^47 − 1]` cents and whose rates only fall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierSchedule {
    rows: [Row; TIERS],
    used: usize,
}

impl TierSchedule {
    /// Checks tiers (V6) and makes their rows (V7).
    ///
    /// Neighbours of equal rate become one row; a last row of rate 0 reaches from the last tier to the largest bound. A schedule that needs
    /// more than 12 rows is refused rather than cut: a policy never values otherwise than it reads. (The longest of the 483
    /// published assets needs 10.)
    ///
    /// # Errors
    /// [`TierError`].
    pub fn new(tiers: &[Tier]) -> Result<Self, TierError> {
        check(tiers)?;
        let mut pieces: Vec<Tier> = Vec::new();
        for tier in tiers {
            join(&mut pieces, *tier);
        }
        if let Some(last) = tiers.last().filter(|last| last.to.0 < MAX_BOUND) {
            join(&mut pieces, Tier { from: last.to, to: Cents(MAX_BOUND), rate: 0 });
        }
        Self::from_pieces(&pieces)
    }

    /// One rate for every size, up to the largest bound: a market haircut in a tiered policy.
    pub fn flat(haircut: u32) -> Self {
        let rate = PPM.saturating_sub(haircut);
        let row = Row { low: 0, width: MAX_BOUND, rate, cumulative: 0 };
        Self { rows: [row; TIERS], used: 1 }
    }

    fn from_pieces(pieces: &[Tier]) -> Result<Self, TierError> {
        if pieces.len() > TIERS {
            return Err(TierError::TooMany { got: pieces.len() });
        }
        let mut rows = [Row::default(); TIERS];
        let mut row = Row::default();
        // In 10^-8 quote units: at most 10^6·2^47 < 2^67. Summed exactly and rounded down once for each row.
        let mut cumulative = 0u128;
        for (place, piece) in rows.iter_mut().zip(pieces) {
            let width = piece.to.0.saturating_sub(piece.from.0);
            let cents = u64::try_from(cumulative / u128::from(PPM)).unwrap_or_default();
            row = Row { low: piece.from.0, width, rate: piece.rate, cumulative: cents };
            cumulative = cumulative.saturating_add(u128::from(width) * u128::from(piece.rate));
            *place = row;
        }
        // Places that are left repeat the last row: choosing one of them is choosing that row.
        rows.iter_mut().skip(pieces.len()).for_each(|place| *place = row);
        Ok(Self { rows, used: pieces.len() })
    }

    /// The twelve rows of the table; those beyond [`Self::used`] repeat the last one.
    pub fn rows(&self) -> &[Row; TIERS] {
        &self.rows
    }

    /// How many rows differ.
    pub fn used(&self) -> usize {
        self.used
    }

    /// What is kept of a gross value in whole cents, in 10^-8 quote units, below 2^68; `None` above [`MAX_BOUND`] (V8).
    pub fn tier_value(&self, cents: u64) -> Option<u128> {
        row_at(&self.rows, cents).map(|(_, row)| row.value(cents))
    }
}

/// The first row with `low ≤ cents ≤ low + width`.
///
/// At a bound two rows qualify; the first one is worth more by what rounding took from `cumulative`, less than a cent.
pub(super) fn row_at(rows: &[Row; TIERS], cents: u64) -> Option<(usize, &Row)> {
    let holds = |row: &Row| row.low <= cents && cents <= row.low.saturating_add(row.width);
    rows.iter().enumerate().find(|(_, row)| holds(row))
}

impl Row {
    /// `cumulative·10^6 + rate·x` with `x = cents − low`, in 10^-8 quote units. Meaningful only within the row.
    pub(super) fn value(&self, cents: u64) -> u128 {
        let x = u128::from(cents.saturating_sub(self.low));
        u128::from(self.cumulative) * u128::from(PPM) + u128::from(self.rate) * x
    }
}

fn check(tiers: &[Tier]) -> Result<(), TierError> {
    if tiers.is_empty() {
        return Err(TierError::Empty);
    }
    let (mut expected, mut previous) = (Cents(0), PPM);
    for (index, Tier { from, to, rate }) in tiers.iter().enumerate() {
        let (from, to, got) = (*from, *to, *rate);
        let tier = index.saturating_add(1);
        if from != expected {
            return Err(TierError::Gap { tier, got: from, expected });
        }
        if to <= from {
            return Err(TierError::NoLength { tier, from, to });
        }
        if to.0 > MAX_BOUND {
            return Err(TierError::Bound { tier, got: to, allowed: Cents(MAX_BOUND) });
        }
        if got > PPM {
            return Err(TierError::Rate { tier, got });
        }
        if got > previous {
            return Err(TierError::Rising { tier, got, previous });
        }
        (expected, previous) = (to, got);
    }
    Ok(())
}

fn join(pieces: &mut Vec<Tier>, tier: Tier) {
    match pieces.last_mut() {
        Some(last) if last.rate == tier.rate => last.to = tier.to,
        _ => pieces.push(tier),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    fn tier(from: u64, to: u64, rate: u32) -> Tier {
        Tier { from: Cents(from), to: Cents(to), rate }
    }

    #[test]
    fn v7_the_last_row_has_rate_zero_and_reaches_the_largest_bound() {
        let schedule = TierSchedule::new(&[tier(0, 1_000, 900_000), tier(1_000, 3_000, 500_000)]).unwrap();
        assert_eq!(schedule.used(), 3);
        let rows = schedule.rows();
        assert_eq!(rows[0], Row { low: 0, width: 1_000, rate: 900_000, cumulative: 0 });
        assert_eq!(rows[1], Row { low: 1_000, width: 2_000, rate: 500_000, cumulative: 900 });
        assert_eq!(rows[2], Row { low: 3_000, width: MAX_BOUND - 3_000, rate: 0, cumulative: 1_900 });
        assert!(rows[3..].iter().all(|row| row == &rows[2]));
    }

    #[test]
    fn v7_neighbours_of_equal_rate_are_one_row() {
        let tiers = [tier(0, 10, PPM), tier(10, 20, PPM), tier(20, 30, 0), tier(30, MAX_BOUND, 0)];
        let schedule = TierSchedule::new(&tiers).unwrap();
        assert_eq!(schedule.used(), 2);
        assert_eq!(schedule.rows()[1], Row { low: 20, width: MAX_BOUND - 20, rate: 0, cumulative: 20 });
        assert_eq!(TierSchedule::new(&[tier(0, MAX_BOUND, 950_000)]).unwrap(), TierSchedule::flat(50_000));
    }

    #[test]
    fn v7_twelve_rows_fit_and_thirteen_are_refused() {
        let tiers = |n: u64| -> Vec<Tier> { (0..n).map(|i| tier(i, i + 1, 900_000 - i as u32)).collect() };
        assert_eq!(TierSchedule::new(&tiers(11)).unwrap().used(), TIERS);
        assert_eq!(TierSchedule::new(&tiers(12)), Err(TierError::TooMany { got: 13 }));
    }

    #[test]
    fn v6_each_defect_has_its_error() {
        let refused = |tiers: Vec<Tier>| TierSchedule::new(&tiers).unwrap_err();
        assert_eq!(refused(vec![]), TierError::Empty);
        assert!(matches!(refused(vec![tier(1, 2, 0)]), TierError::Gap { tier: 1, .. }));
        assert!(matches!(refused(vec![tier(0, 2, 9), tier(3, 4, 8)]), TierError::Gap { tier: 2, .. }));
        assert!(matches!(refused(vec![tier(0, 2, 9), tier(1, 4, 8)]), TierError::Gap { tier: 2, .. }));
        assert!(matches!(refused(vec![tier(0, 0, 0)]), TierError::NoLength { tier: 1, .. }));
        assert_eq!(MAX_BOUND, 140_737_488_355_327);
        assert!(TierSchedule::new(&[tier(0, MAX_BOUND, 1)]).is_ok());
        assert!(matches!(refused(vec![tier(0, MAX_BOUND + 1, 1)]), TierError::Bound { tier: 1, .. }));
        assert!(TierSchedule::new(&[tier(0, 1, PPM)]).is_ok());
        assert_eq!(refused(vec![tier(0, 1, PPM + 1)]), TierError::Rate { tier: 1, got: PPM + 1 });
        assert_eq!(
            refused(vec![tier(0, 1, 7), tier(1, 2, 8)]),
            TierError::Rising { tier: 2, got: 8, previous: 7 }
        );
    }

    #[test]
    fn v8_at_a_bound_both_rows_agree_up_to_a_cent() {
        let schedule = TierSchedule::new(&[tier(0, 3, 333_333), tier(3, 9, 111_111)]).unwrap();
        assert_eq!(schedule.rows()[1].cumulative, 0, "0.999999 cents round down");
        assert_eq!(schedule.tier_value(3), Some(999_999));
        assert_eq!(schedule.rows()[1].value(3), 0);
        assert!(schedule.tier_value(MAX_BOUND).is_some());
        assert_eq!(schedule.tier_value(MAX_BOUND + 1), None);
    }

    prop_compose! {
        fn arbitrary_tiers()(
            steps in prop::collection::vec((1u64..1_000_000_000, 0u32..=PPM), 1..=11),
        ) -> Vec<Tier> {
            let mut rates: Vec<u32> = steps.iter().map(|step| step.1).collect();
            rates.sort_unstable_by(|a, b| b.cmp(a));
            let mut from = 0;
            steps.iter().zip(rates).map(|((width, _), rate)| {
                let tier = tier(from, from + width, rate);
                from += width;
                tier
            }).collect()
        }
    }

    proptest! {
        #[test]
        fn v8_rounds_down_by_less_than_a_cent_and_no_other_row_understates(
            tiers in arbitrary_tiers(), cents in 0u64..20_000_000_000,
        ) {
            let schedule = TierSchedule::new(&tiers).unwrap();
            let exact: u128 = tiers
                .iter()
                .map(|t| u128::from(cents.clamp(t.from.0, t.to.0) - t.from.0) * u128::from(t.rate))
                .sum();
            let value = schedule.tier_value(cents).unwrap();
            prop_assert!(value <= exact && exact - value < u128::from(PPM));
            // Which is why both bounds must be checked: another row's line lies above, never below by more than rounding.
            for row in schedule.rows().iter().filter(|row| row.low <= cents) {
                prop_assert!(row.value(cents) + u128::from(PPM) > exact);
            }
        }

        #[test]
        fn any_tiers_are_answered(tiers in prop::collection::vec((any::<u64>(), any::<u64>(), any::<u32>()), 0..20)) {
            let tiers: Vec<Tier> = tiers.into_iter().map(|(a, b, c)| tier(a, b, c)).collect();
            let _ = TierSchedule::new(&tiers);
        }
    }
}

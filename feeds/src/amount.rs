//! Prices as integers of 10^-12 quote units, and the rounding of each side (spec/prices.md, Arithmetic).
//!
//! Collateral rounds down, debts round up, a confidence is never made smaller.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use solvency_verifier::decimal::{format_decimal, parse_decimal};
use solvency_verifier::valuation::PRICE_DECIMALS;

use crate::Problem;

/// Lowest exponent of a source.
pub(crate) const MIN_EXPONENT: i32 = -18;
/// Highest exponent of a source.
pub(crate) const MAX_EXPONENT: i32 = 6;
/// Decimals of the multiplier `k`.
pub(crate) const MULTIPLIER_DECIMALS: u32 = 6;
const MULTIPLIER_UNIT: u128 = 1_000_000;

/// Whose prices are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Assets: low prices are safe.
    Collateral,
    /// Debts: high prices are safe.
    Debt,
}

/// A price or a confidence, in 10^-12 quote units. Its text is a decimal number of at most 12 decimals in its one form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(pub u64);

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_decimal(u128::from(self.0), PRICE_DECIMALS))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let amount = Amount(parse_decimal(&text, PRICE_DECIMALS).map_err(de::Error::custom)?);
        let form = amount.to_string();
        if form == text {
            Ok(amount)
        } else {
            Err(de::Error::custom(format!("{text:?} is written {form:?}, without zeros at its end")))
        }
    }
}

/// What a source published: `price·10^exponent ± confidence·10^exponent` quote units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Published {
    /// The price.
    pub price: u64,
    /// How far it may be off.
    pub confidence: u64,
    /// Power of ten of both.
    pub exponent: i32,
}

impl Published {
    /// Price and confidence in 10^-12 quote units: the price rounded to the side's safe direction, the confidence up.
    ///
    /// # Errors
    /// [`Problem::Exponent`], [`Problem::Overflow`], [`Problem::NotPositive`] where nothing of the price is left.
    pub fn scaled(&self, side: Side) -> Result<(Amount, Amount), Problem> {
        if !(MIN_EXPONENT..=MAX_EXPONENT).contains(&self.exponent) {
            return Err(Problem::Exponent(self.exponent));
        }
        let up = side == Side::Debt;
        let price = scale(self.price, self.exponent, up).ok_or(Problem::Overflow("the price"))?;
        let confidence =
            scale(self.confidence, self.exponent, true).ok_or(Problem::Overflow("the confidence"))?;
        if price == 0 {
            let exponent = self.exponent;
            return Err(Problem::NotPositive(format!(
                "{}e{exponent}, which is 0 in units of 10^-12",
                self.price
            )));
        }
        Ok((Amount(price), Amount(confidence)))
    }
}

/// `value·10^(exponent + 12)`, rounded down or up; `None` where 64 bits do not hold it.
fn scale(value: u64, exponent: i32, up: bool) -> Option<u64> {
    let shift = exponent.checked_add(i32::try_from(PRICE_DECIMALS).ok()?)?;
    let power = 10u128.checked_pow(shift.unsigned_abs())?;
    let value = u128::from(value);
    let scaled = match (shift < 0, up) {
        (false, _) => value.checked_mul(power)?,
        (true, false) => value.checked_div(power)?,
        (true, true) => value.div_ceil(power),
    };
    u64::try_from(scaled).ok()
}

/// The confidence in millionths of the price, rounded up.
pub(crate) fn confidence_ppm(price: Amount, confidence: Amount) -> u128 {
    let millionths = u128::from(confidence.0).saturating_mul(1_000_000);
    if price.0 == 0 { u128::MAX } else { millionths.div_ceil(u128::from(price.0)) }
}

/// Refuses a confidence of more than `allowed_ppm` millionths of the price. Exactly as many pass.
pub(crate) fn check_width(price: Amount, confidence: Amount, allowed_ppm: u64) -> Result<(), Problem> {
    if confidence_ppm(price, confidence) > u128::from(allowed_ppm) {
        return Err(Problem::TooWide { price, confidence, allowed_ppm });
    }
    Ok(())
}

/// Collateral: `price − ⌈k·confidence⌉`; debts: `price + ⌈k·confidence⌉`. `multiplier` is k in 10^-6.
pub(crate) fn adjusted(
    price: Amount,
    confidence: Amount,
    multiplier: u64,
    side: Side,
) -> Result<Amount, Problem> {
    // At most 2^64·2^64.
    let product = u128::from(confidence.0).saturating_mul(u128::from(multiplier));
    let distance = u64::try_from(product.div_ceil(MULTIPLIER_UNIT)).ok();
    match side {
        Side::Collateral => distance
            .and_then(|distance| price.0.checked_sub(distance))
            .filter(|left| *left > 0)
            .map(Amount)
            .ok_or(Problem::Uncovered { price, confidence }),
        Side::Debt => distance
            .and_then(|distance| price.0.checked_add(distance))
            .map(Amount)
            .ok_or(Problem::Overflow("the price with k times the confidence")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const UNIT: u64 = 1_000_000_000_000;

    fn published(price: u64, confidence: u64, exponent: i32) -> Published {
        Published { price, confidence, exponent }
    }

    #[test]
    fn twelve_decimals_are_exact_and_finer_ones_round_to_the_safe_side() {
        let exact = published(6_812_345, 21, -2);
        let both = Ok((Amount(68_123_450_000_000_000), Amount(210_000_000_000)));
        assert_eq!(exact.scaled(Side::Collateral), both);
        assert_eq!(exact.scaled(Side::Debt), both);
        let finer = published(1_999, 1_001, -15);
        assert_eq!(finer.scaled(Side::Collateral), Ok((Amount(1), Amount(2))));
        assert_eq!(finer.scaled(Side::Debt), Ok((Amount(2), Amount(2))));
        let on_the_unit = published(2_000, 1_000, -15);
        assert_eq!(on_the_unit.scaled(Side::Collateral), Ok((Amount(2), Amount(1))));
        assert_eq!(on_the_unit.scaled(Side::Debt), Ok((Amount(2), Amount(1))));
    }

    #[test]
    fn bounds_of_exponent_and_size() {
        assert!(matches!(published(999_999, 0, -18).scaled(Side::Collateral), Err(Problem::NotPositive(_))));
        assert_eq!(published(999_999, 0, -18).scaled(Side::Debt), Ok((Amount(1), Amount(0))));
        assert_eq!(published(1_000_000, 0, -18).scaled(Side::Collateral), Ok((Amount(1), Amount(0))));
        assert_eq!(published(1_000_000, 0, -19).scaled(Side::Debt), Err(Problem::Exponent(-19)));
        assert_eq!(published(18, 0, 6).scaled(Side::Debt), Ok((Amount(18_000_000 * UNIT), Amount(0))));
        assert_eq!(published(19, 0, 6).scaled(Side::Debt), Err(Problem::Overflow("the price")));
        assert_eq!(published(1, 19, 6).scaled(Side::Debt), Err(Problem::Overflow("the confidence")));
        assert_eq!(published(1, 0, 7).scaled(Side::Debt), Err(Problem::Exponent(7)));
        assert_eq!(
            published(u64::MAX, u64::MAX, -12).scaled(Side::Debt),
            Ok((Amount(u64::MAX), Amount(u64::MAX)))
        );
    }

    #[test]
    fn the_adjusted_price_rounds_against_its_side() {
        // k = 1.5 and a confidence of 3: 4.5, so 5 off.
        assert_eq!(adjusted(Amount(100), Amount(3), 1_500_000, Side::Collateral), Ok(Amount(95)));
        assert_eq!(adjusted(Amount(100), Amount(3), 1_500_000, Side::Debt), Ok(Amount(105)));
        assert_eq!(adjusted(Amount(100), Amount(2), 1_500_000, Side::Collateral), Ok(Amount(97)));
        assert_eq!(adjusted(Amount(100), Amount(1), 1, Side::Collateral), Ok(Amount(99)));
        assert_eq!(adjusted(Amount(100), Amount(0), 1, Side::Collateral), Ok(Amount(100)));
    }

    #[test]
    fn collateral_keeps_at_least_one_unit_and_debts_fit() {
        let uncovered =
            |price, confidence| Problem::Uncovered { price: Amount(price), confidence: Amount(confidence) };
        assert_eq!(adjusted(Amount(7), Amount(3), 2_000_000, Side::Collateral), Ok(Amount(1)));
        assert_eq!(adjusted(Amount(6), Amount(3), 2_000_000, Side::Collateral), Err(uncovered(6, 3)));
        assert_eq!(adjusted(Amount(5), Amount(3), 2_000_000, Side::Collateral), Err(uncovered(5, 3)));
        let far = adjusted(Amount(5), Amount(u64::MAX), 100_000_000, Side::Collateral);
        assert_eq!(far, Err(uncovered(5, u64::MAX)));
        assert_eq!(adjusted(Amount(u64::MAX - 6), Amount(3), 2_000_000, Side::Debt), Ok(Amount(u64::MAX)));
        let over = Err(Problem::Overflow("the price with k times the confidence"));
        assert_eq!(adjusted(Amount(u64::MAX - 5), Amount(3), 2_000_000, Side::Debt), over);
        assert_eq!(adjusted(Amount(1), Amount(u64::MAX), 100_000_000, Side::Debt), over);
    }

    #[test]
    fn the_widest_confidence_passes_and_one_unit_more_does_not() {
        assert_eq!(check_width(Amount(1_000_000), Amount(20_000), 20_000), Ok(()));
        assert!(matches!(
            check_width(Amount(1_000_000), Amount(20_001), 20_000),
            Err(Problem::TooWide { .. })
        ));
        assert!(matches!(check_width(Amount(999_999), Amount(20_000), 20_000), Err(Problem::TooWide { .. })));
        assert_eq!(check_width(Amount(5), Amount(0), 0), Ok(()));
        assert!(matches!(check_width(Amount(u64::MAX), Amount(1), 0), Err(Problem::TooWide { .. })));
    }

    #[test]
    fn an_amount_has_one_text() {
        let read = |text: &str| serde_json::from_str::<Amount>(&format!("{text:?}"));
        assert_eq!(read("0.9998").unwrap(), Amount(999_800_000_000));
        for text in ["0.99980", "1.0", "01", "-1", "1e3", "", "0.0000000000001", "18446744.073709551616"] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(serde_json::from_str::<Amount>("1").is_err());
    }

    proptest! {
        #[test]
        fn what_counts_is_never_on_the_wrong_side(
            price in 1u64.., confidence: u64, exponent in MIN_EXPONENT..=MAX_EXPONENT, multiplier in 0u64..=100_000_000
        ) {
            let published = published(price, confidence, exponent);
            if let (Ok((low, _)), Ok((high, wide))) = (published.scaled(Side::Collateral), published.scaled(Side::Debt)) {
                prop_assert!(low <= high && high.0 - low.0 <= 1);
                if let Ok(counts) = adjusted(low, wide, multiplier, Side::Collateral) {
                    let gap = u128::from(low.0 - counts.0) * MULTIPLIER_UNIT;
                    let exact = u128::from(wide.0) * u128::from(multiplier);
                    prop_assert!(gap >= exact && gap - exact < MULTIPLIER_UNIT);
                }
                if let Ok(counts) = adjusted(high, wide, multiplier, Side::Debt) {
                    let gap = u128::from(counts.0 - high.0) * MULTIPLIER_UNIT;
                    prop_assert!(gap >= u128::from(wide.0) * u128::from(multiplier));
                }
            }
        }
    }
}

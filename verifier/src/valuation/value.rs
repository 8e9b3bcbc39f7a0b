//! Values at the circuit's scale, 10^-27 quote units, which need more than 128 bits.
//!
//! The field only serves as wide integers here: every value is below 2^155 (spec/numbers.md), so nothing ever wraps.

use alloc::format;
use core::fmt;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, PrimeField};
use serde::{Serialize, Serializer};

use crate::policy::PPM;

/// From 10^-12 to 10^-27 quote units.
const TEN_POW_15: u128 = 1_000_000_000_000_000;

/// Decimals of a [`Value`].
pub const VALUE_DECIMALS: usize = 27;

/// A value that is not negative, in 10^-27 quote units, below 2^156. Written as exact decimal text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value(Fr);

impl Value {
    /// Nothing.
    pub const ZERO: Value = Value(Fr::ZERO);

    /// `a·b·c` in 10^-27 quote units; the factors' bounds are the caller's to know.
    pub(super) fn product(a: u128, b: u128, c: u128) -> Self {
        Value(Fr::from(a) * Fr::from(b) * Fr::from(c))
    }

    pub(super) fn plus(self, other: Value) -> Self {
        Value(self.0 + other.0)
    }

    /// `None` where the difference is negative.
    pub(super) fn minus(self, other: Value) -> Option<Self> {
        (self >= other).then(|| Value(self.0 - other.0))
    }

    /// What a pledge must be worth: θ (ppm) of a requirement in 10^-6 quote units. Below 2^147.
    pub fn required(requirement: u64, theta: u32) -> Self {
        Self::product(u128::from(requirement), u128::from(theta), TEN_POW_15)
    }

    /// The difference from another value, and whether that one is larger.
    pub fn distance(self, other: Value) -> (Value, bool) {
        match self.minus(other) {
            Some(difference) => (difference, false),
            None => (Value(other.0 - self.0), true),
        }
    }

    /// This value in ppm of another one, rounded down, at most 2^63 − 1; `None` of nothing.
    pub fn ppm_of(self, whole: Value) -> Option<u64> {
        if whole == Value::ZERO {
            return None;
        }
        // 2^156 · 2^20 and 2^156 · 2^63 are below the modulus: comparing them is comparing integers.
        let scaled = self.0 * Fr::from(u64::from(PPM));
        let fits = |ppm: u64| whole.0 * Fr::from(ppm) <= scaled;
        let ppm =
            (0..63).rev().fold(0u64, |ppm, bit| if fits(ppm | 1 << bit) { ppm | 1 << bit } else { ppm });
        Some(ppm)
    }

    /// Whole cents, rounded down; `None` where they exceed 64 bits.
    pub(super) fn cents(self) -> Option<u64> {
        let digits = format!("{}", self.0.into_bigint());
        let kept = digits.len().saturating_sub(VALUE_DECIMALS - 2);
        match digits.get(..kept)? {
            "" => Some(0),
            cents => cents.parse().ok(),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:0>width$}", format!("{}", self.0.into_bigint()), width = VALUE_DECIMALS + 1);
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(VALUE_DECIMALS));
        f.write_str(whole)?;
        match fraction.trim_end_matches('0') {
            "" => Ok(()),
            fraction => write!(f, ".{fraction}"),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    const TEN_POW_27: u128 = 10u128.pow(27);

    #[test]
    fn is_written_exactly() {
        assert_eq!(Value::ZERO.to_string(), "0");
        assert_eq!(Value::product(1, 1, 1).to_string(), "0.000000000000000000000000001");
        assert_eq!(Value::product(TEN_POW_27, 3, 1).to_string(), "3");
        assert_eq!(Value::product(TEN_POW_27, 25, 10).to_string(), "250");
        let value = Value::product(TEN_POW_27 / 100, 12_345, 1);
        assert_eq!((value.to_string().as_str(), format!("{value:?}").as_str()), ("123.45", "123.45"));
    }

    #[test]
    fn what_is_required_is_theta_of_the_requirement() {
        assert_eq!(Value::required(12_500_000_000_000, 1_100_000).to_string(), "13750000");
        assert_eq!(Value::required(1, 1_000_001).to_string(), "0.000001000001");
        assert_eq!(Value::required(0, 1_000_000), Value::ZERO);
        let most = Value::required(u64::MAX, u32::MAX);
        assert_eq!(most.to_string(), "79228162495817593.515539431425");
    }

    #[test]
    fn parts_per_million_round_down_at_the_threshold() {
        let whole = Value::product(1_000_000, 1, 1);
        assert_eq!(Value::product(1_250_000, 1, 1).ppm_of(whole), Some(1_250_000));
        let whole = Value::product(3, 1, 1);
        assert_eq!(Value::product(2, 1, 1).ppm_of(whole), Some(666_666));
        assert_eq!(Value::product(3, 1, 1).ppm_of(whole), Some(1_000_000));
        assert_eq!(Value::ZERO.ppm_of(whole), Some(0));
        assert_eq!(whole.ppm_of(Value::ZERO), None);
        let large = Value::product(u128::MAX >> 1, 1 << 28, 1);
        assert_eq!(large.ppm_of(large), Some(1_000_000));
        assert_eq!(large.ppm_of(Value::product(1, 1, 1)), Some(u64::MAX >> 1));
    }

    #[test]
    fn a_distance_has_a_direction() {
        let (small, large) = (Value::product(2, 1, 1), Value::product(5, 1, 1));
        assert_eq!(large.distance(small), (Value::product(3, 1, 1), false));
        assert_eq!(small.distance(large), (Value::product(3, 1, 1), true));
        assert_eq!(small.distance(small), (Value::ZERO, false));
    }

    #[test]
    fn cents_round_down() {
        assert_eq!(Value::product(TEN_POW_27 / 1_000, 19, 1).cents(), Some(1));
        assert_eq!(Value::product(TEN_POW_27 / 1_000, 9, 1).cents(), Some(0));
        assert_eq!(Value::product(TEN_POW_27 / 100, u128::from(u64::MAX), 1).cents(), Some(u64::MAX));
        assert_eq!(Value::product(TEN_POW_27 / 100, 1 << 64, 1).cents(), None);
    }
}

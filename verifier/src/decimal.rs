//! Decimal numbers as text, read into scaled integers: never through a floating-point number.

use alloc::string::{String, ToString};

/// Why a text is not a decimal number of the wanted scale.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not digits with at most one point between digits.
    #[error(
        "{text:?} is not a decimal number: digits, and a point only between digits; no sign, exponent or leading zero"
    )]
    Form {
        /// What was found.
        text: String,
    },
    /// More decimals than the scale has.
    #[error("{text} has {got} decimals, at most {allowed} are allowed")]
    TooManyDecimals {
        /// What was found.
        text: String,
        /// Decimals found, trailing zeros not counted.
        got: usize,
        /// Decimals allowed.
        allowed: u32,
    },
    /// The scaled integer needs more than 64 bits.
    #[error("{text} with {decimals} decimals does not fit 64 bits")]
    Overflow {
        /// What was found.
        text: String,
        /// The scale.
        decimals: u32,
    },
}

/// Splits a strict decimal text into whole and fractional digits.
fn digits(text: &str) -> Result<(&str, &str), DecimalError> {
    let form = || DecimalError::Form { text: text.to_string() };
    let (whole, fraction) = match text.split_once('.') {
        Some((_, "")) => return Err(form()),
        Some(parts) => parts,
        None => (text, ""),
    };
    let all_digits = whole.bytes().chain(fraction.bytes()).all(|c| c.is_ascii_digit());
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if whole.is_empty() || !all_digits || leading_zero || text.len() > 64 {
        Err(form())
    } else {
        Ok((whole, fraction))
    }
}

/// Reads a decimal text as an integer of `10^-decimals`, exactly. Trailing zeros beyond the scale are allowed.
///
/// # Errors
/// [`DecimalError`]: form, a non-zero digit beyond the scale, overflow.
pub fn parse_decimal(text: &str, decimals: u32) -> Result<u64, DecimalError> {
    let (_, fraction) = digits(text)?;
    let significant = fraction.trim_end_matches('0').len();
    if u32::try_from(significant).map_or(true, |got| got > decimals) {
        return Err(DecimalError::TooManyDecimals {
            text: text.to_string(),
            got: significant,
            allowed: decimals,
        });
    }
    parse_decimal_down(text, decimals)
}

/// As [`parse_decimal`], but digits beyond the scale are dropped: rounds down.
///
/// # Errors
/// [`DecimalError`]: form, overflow.
pub fn parse_decimal_down(text: &str, decimals: u32) -> Result<u64, DecimalError> {
    let (whole, fraction) = digits(text)?;
    let overflow = || DecimalError::Overflow { text: text.to_string(), decimals };
    let kept = fraction.bytes().chain(core::iter::repeat(b'0')).take(decimals as usize);
    whole
        .bytes()
        .chain(kept)
        .try_fold(0u64, |value, digit| {
            value.checked_mul(10)?.checked_add(u64::from(digit.wrapping_sub(b'0')))
        })
        .ok_or_else(overflow)
}

/// Writes an integer of `10^-decimals` as decimal text without trailing zeros.
pub fn format_decimal(value: u128, decimals: u32) -> String {
    let Some(unit) = 10u128.checked_pow(decimals) else { return value.to_string() };
    let (whole, fraction) = (value / unit, value % unit);
    if fraction == 0 {
        return whole.to_string();
    }
    let padded = alloc::format!("{fraction:0width$}", width = decimals as usize);
    alloc::format!("{whole}.{}", padded.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_last_allowed_decimal_is_read_and_one_more_is_refused() {
        assert_eq!(parse_decimal("1.00000001", 8), Ok(100_000_001));
        assert_eq!(parse_decimal("1.000000010000", 8), Ok(100_000_001));
        assert_eq!(
            parse_decimal("1.000000001", 8),
            Err(DecimalError::TooManyDecimals { text: "1.000000001".into(), got: 9, allowed: 8 })
        );
        assert_eq!(parse_decimal_down("1.000000019", 8), Ok(100_000_001));
        assert_eq!(parse_decimal("18446744073709551615", 0), Ok(u64::MAX));
        assert!(matches!(parse_decimal("18446744073709551616", 0), Err(DecimalError::Overflow { .. })));
        assert!(matches!(parse_decimal("1844674407370955161.6", 1), Ok(u64::MAX) | Err(_)));
    }

    #[test]
    fn only_plain_decimal_text_is_read() {
        for text in [
            "", ".", "1.", ".5", "-1", "+1", "1e3", "01", "00", "1,5", " 1", "1 ", "0x1", "1.2.3", "١", "NaN",
        ] {
            assert!(matches!(parse_decimal(text, 8), Err(DecimalError::Form { .. })), "{text:?}");
        }
        assert_eq!(parse_decimal("0", 8), Ok(0));
        assert_eq!(parse_decimal("0.5", 1), Ok(5));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value: u64, decimals in 0u32..=12) {
            prop_assert_eq!(parse_decimal(&format_decimal(u128::from(value), decimals), decimals), Ok(value));
        }

        #[test]
        fn any_text_is_answered(text in ".{0,40}", decimals in 0u32..=20) {
            let _ = parse_decimal(&text, decimals);
            let _ = parse_decimal_down(&text, decimals);
        }
    }
}

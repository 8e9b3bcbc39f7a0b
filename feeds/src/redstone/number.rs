//! The integer of 10^-8 that a signer makes of a number: what JavaScript's `Number(text).toFixed(8)` gives, without a floating-point
//! number.
//!
//! Source: ECMA-262, `Number.prototype.toFixed` (the integer `n` for which `n / 10^8 − x` is as close to 0 as possible, of two the larger);
//! IEEE 754, round to nearest, ties to even.

/// Decimals of a signed value.
pub(crate) const VALUE_DECIMALS: u32 = 8;
/// As many digits as a 64-bit floating-point number needs at most.
const MAX_DIGITS: usize = 17;
/// Most decimals, so that all of the arithmetic stays below 2^128.
const MAX_DECIMALS: i32 = 22;
/// Bits of the significand.
const SIGNIFICAND_BITS: u32 = 53;
/// Longest text.
const MAX_TEXT: usize = 40;

/// A decimal number, `digits·10^-decimals`.
struct Decimal {
    digits: u64,
    decimals: i32,
}

/// Reads digits with at most one point and an exponent, all as JSON has them. Zeros in front and at the end are no digits.
fn parse(text: &str) -> Option<Decimal> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (text, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (mantissa, ""),
    };
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    let all_digits = whole.bytes().chain(fraction.bytes()).all(|c| c.is_ascii_digit());
    if whole.is_empty() || leading_zero || !all_digits {
        return None;
    }
    let mut digits = format!("{whole}{fraction}");
    let mut decimals = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
    while digits.ends_with('0') && digits.len() > 1 {
        digits.pop();
        decimals = decimals.checked_sub(1)?;
    }
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return Some(Decimal { digits: 0, decimals: 0 });
    }
    if significant.len() > MAX_DIGITS || decimals > MAX_DECIMALS {
        return None;
    }
    Some(Decimal { digits: significant.parse().ok()?, decimals })
}

fn parse_exponent(text: &str) -> Option<i32> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || digits.len() > 3 || !digits.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let value: i32 = digits.parse().ok()?;
    Some(if negative { value.checked_neg()? } else { value })
}

impl Decimal {
    /// Numerator and denominator, the denominator a power of ten.
    fn fraction(&self) -> Option<(u128, u128)> {
        let power = 10u128.checked_pow(self.decimals.unsigned_abs())?;
        let digits = u128::from(self.digits);
        if self.decimals < 0 { Some((digits.checked_mul(power)?, 1)) } else { Some((digits, power)) }
    }
}

/// The integer of 10^-8 that is signed for a JSON number, in its text: by way of the nearest 64-bit floating-point number.
///
/// `None` where the text is no number of at most 17 digits and 22 decimals, or is negative, or 2^53 and above.
pub fn signed_value(text: &str) -> Option<u128> {
    let (numerator, denominator) = parse(text)?.fraction()?;
    if numerator == 0 {
        return Some(0);
    }
    if numerator >= denominator.checked_mul(1 << SIGNIFICAND_BITS)? {
        return None;
    }
    // The shift at which the number has 53 bits before the point: numerator·2^shift / denominator in [2^52, 2^53).
    let least = denominator.checked_mul(1 << SIGNIFICAND_BITS.checked_sub(1)?)?;
    let mut shift = 0u32;
    let mut scaled = numerator;
    while scaled < least {
        scaled = scaled.checked_mul(2)?;
        shift = shift.checked_add(1)?;
    }
    let significand = div_even(scaled, denominator);
    // The floating-point number is significand / 2^shift. Its integer of 10^-8, half up:
    // ⌊(2·significand·10^8 + 2^shift) / 2^(shift + 1)⌋.
    let unit = 10u128.checked_pow(VALUE_DECIMALS)?;
    let double = significand.checked_mul(unit)?.checked_mul(2)?;
    let half = 1u128.checked_shl(shift)?;
    double.checked_add(half)?.checked_shr(shift.checked_add(1)?)
}

/// The integer of 10^-8 that is signed for a JSON text: half up, as decimal.js rounds.
pub(crate) fn signed_text_value(text: &str) -> Option<u128> {
    let (numerator, denominator) = parse(text)?.fraction()?;
    if numerator >= denominator.checked_mul(1 << SIGNIFICAND_BITS)? {
        return None;
    }
    let scaled = numerator.checked_mul(10u128.checked_pow(VALUE_DECIMALS)?)?;
    scaled.checked_mul(2)?.checked_add(denominator)?.checked_div(denominator.checked_mul(2)?)
}

/// Nearest integer, of two the even one.
fn div_even(numerator: u128, denominator: u128) -> u128 {
    let (quotient, rest) = (numerator / denominator, numerator % denominator);
    let up = match rest.cmp(&denominator.saturating_sub(rest)) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => quotient % 2 == 1,
    };
    quotient.saturating_add(u128::from(up))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_that_signers_signed() {
        // The packages of fixtures/feeds/redstone.json, whose signatures fit these only.
        assert_eq!(signed_value("1.03280834076226"), Some(103_280_834));
        assert_eq!(signed_value("1.0328031316988517"), Some(103_280_313));
    }

    #[test]
    fn ties_follow_the_floating_point_number() {
        // The nearest floating-point number is 1.00000000499999999…, and goes down where the text would go up.
        assert_eq!(signed_value("1.000000005"), Some(100_000_000));
        assert_eq!(signed_value("0.5"), Some(50_000_000));
        // Between two floating-point numbers, the even one.
        assert_eq!(signed_value("4503599627370496.5"), Some(450_359_962_737_049_600_000_000));
        assert_eq!(signed_value("4503599627370497.5"), Some(450_359_962_737_049_800_000_000));
        assert_eq!(signed_value("1.005e-8"), Some(1));
        assert_eq!(signed_value("0.001953125"), Some(195_313), "an exact tie goes up");
        assert_eq!(signed_text_value("1.000000005"), Some(100_000_001));
        assert_eq!(signed_text_value("1.0000000049999999"), Some(100_000_000));
    }

    #[test]
    fn notations_and_bounds() {
        assert_eq!(signed_value("0"), Some(0));
        assert_eq!(signed_value("0.0"), Some(0));
        assert_eq!(signed_value("1e-7"), Some(10));
        assert_eq!(signed_value("1.5E+2"), Some(15_000_000_000));
        assert_eq!(signed_value("150"), Some(15_000_000_000));
        assert_eq!(signed_value("1e-22"), Some(0));
        assert_eq!(signed_value("1e-23"), None);
        assert_eq!(signed_value("9007199254740991"), Some(900_719_925_474_099_100_000_000));
        assert_eq!(signed_value("9007199254740992"), None);
        assert_eq!(signed_value("12345678.901234567"), Some(js("12345678.901234567")));
        assert_eq!(signed_value("12345678.9012345678"), None);
        for text in [
            "", "-1", "+1", "1.", ".5", "01", "1e", "1e-", "1e1000", "e5", "1.2.3", "NaN", "0x1", "1 ",
            "1e99",
        ] {
            assert_eq!(signed_value(text), None, "{text}");
            assert_eq!(signed_text_value(text), None, "{text}");
        }
    }

    /// The same with the machine's own floating-point numbers, whose exact decimal expansion is printed and rounded by hand.
    fn js(text: &str) -> u128 {
        let number: f64 = text.parse().unwrap();
        let exact = format!("{number:.120}");
        let (whole, fraction) = exact.split_once('.').unwrap();
        let kept: u128 = format!("{whole}{}", &fraction[..8]).parse().unwrap();
        kept + u128::from(fraction.as_bytes()[8] >= b'5')
    }

    proptest! {
        #[test]
        fn any_number_is_rounded_as_javascript_does(digits in 0u64..100_000_000_000_000_000, decimals in 0usize..=22) {
            let padded = format!("{digits:0width$}", width = decimals + 1);
            let (whole, fraction) = padded.split_at(padded.len() - decimals);
            let text = if decimals == 0 { whole.to_string() } else { format!("{whole}.{fraction}") };
            match signed_value(&text) {
                Some(value) => prop_assert_eq!(value, js(&text)),
                None => prop_assert!(text.parse::<f64>().unwrap() >= 9_007_199_254_740_991.0),
            }
        }

        #[test]
        fn ties_too(digits in 0u64..1_000_000_000, exponent in proptest::bool::ANY) {
            let number = format!("{}.{:08}5", digits / 100_000_000, digits % 100_000_000);
            let text = if exponent { format!("{number}e0") } else { number };
            prop_assert_eq!(signed_value(&text), Some(js(&text)));
        }

        #[test]
        fn any_text_is_answered(text in ".{0,44}") {
            let _ = (signed_value(&text), signed_text_value(&text));
        }
    }
}

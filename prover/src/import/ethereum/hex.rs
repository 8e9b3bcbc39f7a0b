//! Hexadecimal text as nodes write it: `0x` and digits, in either case.

use alloy_primitives::U256;

use crate::import::ImportError;
use crate::import::ledger::At;

/// The digits behind `0x`.
fn digits<'t>(at: &At<'_>, field: &'static str, text: &'t str) -> Result<&'t str, ImportError> {
    text.strip_prefix("0x")
        .filter(|digits| digits.bytes().all(|c| c.is_ascii_hexdigit()))
        .ok_or_else(|| at.wrong(field, shown(text), "0x and hexadecimal digits are allowed"))
}

/// The beginning of a text that may be long.
fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}

/// Exactly `N` bytes.
pub(super) fn fixed<const N: usize>(
    at: &At<'_>,
    field: &'static str,
    text: &str,
) -> Result<[u8; N], ImportError> {
    let mut bytes = [0; N];
    hex::decode_to_slice(digits(at, field, text)?, &mut bytes)
        .map_err(|_| at.wrong(field, shown(text), "it has another number of digits"))?;
    Ok(bytes)
}

/// At most `allowed` bytes.
pub(super) fn bytes(
    at: &At<'_>,
    field: &'static str,
    text: &str,
    allowed: usize,
) -> Result<Vec<u8>, ImportError> {
    let digits = digits(at, field, text)?;
    if digits.len() > allowed.saturating_mul(2) {
        return Err(at.wrong(field, shown(text), "it is longer than any such field can be"));
    }
    hex::decode(digits).map_err(|_| at.wrong(field, shown(text), "an even number of digits is needed"))
}

/// A number of at most 256 bits without leading zeros.
pub(super) fn quantity(at: &At<'_>, field: &'static str, text: &str) -> Result<U256, ImportError> {
    let number = digits(at, field, text)?;
    if number.is_empty() || (number.len() > 1 && number.starts_with('0')) {
        return Err(at.wrong(field, shown(text), "a quantity has no leading zeros, and at least one digit"));
    }
    number_of(at, field, text, number)
}

/// As [`quantity`], at most 64 bits.
pub(super) fn quantity64(at: &At<'_>, field: &'static str, text: &str) -> Result<u64, ImportError> {
    quantity(at, field, text)?
        .try_into()
        .map_err(|_| at.wrong(field, shown(text), "at most 64 bits are allowed"))
}

/// 32 bytes, with or without leading zeros: nodes write storage keys in both ways.
pub(super) fn padded(at: &At<'_>, field: &'static str, text: &str) -> Result<[u8; 32], ImportError> {
    Ok(number_of(at, field, text, digits(at, field, text)?)?.to_be_bytes())
}

/// A storage slot: decimal digits, or `0x` and hexadecimal ones.
pub(super) fn slot(at: &At<'_>, field: &'static str, text: &str) -> Result<U256, ImportError> {
    if text.starts_with("0x") {
        return padded(at, field, text).map(U256::from_be_bytes);
    }
    let decimal = !text.is_empty() && text.len() <= 78 && text.bytes().all(|c| c.is_ascii_digit());
    decimal.then(|| U256::from_str_radix(text, 10).ok()).flatten().ok_or_else(|| {
        at.wrong(field, shown(text), "a number of at most 256 bits is needed, decimal or 0x and hexadecimal")
    })
}

fn number_of(at: &At<'_>, field: &'static str, text: &str, number: &str) -> Result<U256, ImportError> {
    if number.is_empty() || number.len() > 64 {
        return Err(at.wrong(field, shown(text), "from 1 to 64 digits are allowed"));
    }
    U256::from_str_radix(number, 16).map_err(|_| at.wrong(field, shown(text), "it is no number"))
}

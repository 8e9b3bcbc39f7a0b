//! Fixed-size byte strings whose only text form is `0x` and lower-case hexadecimal digits.
//!
//! One text form for each value: a bundle can't be altered without changing what it means.

use alloc::{string::String, vec, vec::Vec};
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Why a text is not the canonical hexadecimal form of a byte string.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// The text does not begin with `0x`.
    #[error("expected hexadecimal digits after 0x")]
    Prefix,
    /// The number of digits differs from what is required.
    #[error("got {got} hexadecimal digits, expected {expected}")]
    Length {
        /// Digits found.
        got: usize,
        /// Digits required.
        expected: usize,
    },
    /// A character that is not one of `0-9a-f`.
    #[error("character {at} is not one of 0-9a-f")]
    Digit {
        /// Zero-based position after `0x`.
        at: usize,
    },
}

fn decode_into(text: &str, out: &mut [u8]) -> Result<(), HexError> {
    let digits = text.strip_prefix("0x").ok_or(HexError::Prefix)?;
    if let Some(at) = digits.bytes().position(|c| !matches!(c, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(HexError::Digit { at });
    }
    let expected = out.len().saturating_mul(2);
    if digits.len() != expected {
        return Err(HexError::Length { got: digits.len(), expected });
    }
    hex::decode_to_slice(digits, out).map_err(|_| HexError::Length { got: digits.len(), expected })
}

/// Reads `0x…` of any even length.
///
/// # Errors
/// [`HexError`] where the text is not canonical.
pub fn bytes_from_hex(text: &str) -> Result<Vec<u8>, HexError> {
    let digits = text.len().saturating_sub(2);
    if digits % 2 == 1 {
        return Err(HexError::Length { got: digits, expected: digits.saturating_add(1) });
    }
    let mut out = vec![0u8; digits / 2];
    decode_into(text, &mut out)?;
    Ok(out)
}

/// The canonical text form: `0x` and lower-case digits.
pub fn hex_string(bytes: &[u8]) -> String {
    let mut text = String::from("0x");
    text.push_str(&hex::encode(bytes));
    text
}

macro_rules! byte_string {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// All bytes zero.
            pub const ZERO: Self = Self([0; $len]);

            /// Reads the canonical text form.
            ///
            /// # Errors
            /// [`HexError`] where the text is not `0x` and exactly the right number of lower-case digits.
            pub fn from_hex(text: &str) -> Result<Self, HexError> {
                let mut bytes = [0u8; $len];
                decode_into(text, &mut bytes)?;
                Ok(Self(bytes))
            }

            /// True where every byte is zero.
            pub fn is_zero(&self) -> bool {
                self.0.iter().all(|b| *b == 0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex_string(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&hex_string(&self.0))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::from_hex(&text).map_err(de::Error::custom)
            }
        }
    };
}

byte_string!(
    /// 32 bytes: a digest, an identifier, or an EIP-712 `bytes32`.
    Bytes32, 32
);
byte_string!(
    /// A 128-bit nonce or salt; an EIP-712 `bytes16`.
    Bytes16, 16
);
byte_string!(
    /// An Ethereum address: the last 20 bytes of the Keccak-256 of a secp256k1 public key.
    Address, 20
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_text_form_is_read() {
        let ok = "0x00112233445566778899aabbccddeeff00112233";
        assert_eq!(alloc::format!("{}", Address::from_hex(ok).unwrap()), ok);
        assert_eq!(Address::from_hex(&ok[2..]), Err(HexError::Prefix));
        assert_eq!(Address::from_hex(&ok[..40]), Err(HexError::Length { got: 38, expected: 40 }));
        assert_eq!(
            Address::from_hex("0x00112233445566778899AAbbccddeeff00112233"),
            Err(HexError::Digit { at: 20 })
        );
        assert_eq!(bytes_from_hex("0x0"), Err(HexError::Length { got: 1, expected: 2 }));
        assert_eq!(bytes_from_hex(""), Err(HexError::Prefix));
        assert_eq!(bytes_from_hex("é"), Err(HexError::Prefix));
    }
}

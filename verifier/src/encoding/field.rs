//! Elements of the BN254 scalar field, with one 32-byte and one text form each.

use alloc::{format, string::String};
use core::fmt;

use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::bytes::{Bytes32, HexError, hex_string};

/// An element of the BN254 scalar field; written as `0x` and 64 lower-case digits, big-endian, below the modulus.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct FieldElement(pub Fr);

/// Why 32 bytes or a text are not a field element.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// Not canonical hexadecimal.
    #[error(transparent)]
    Hex(#[from] HexError),
    /// The integer is at least the field's modulus; reducing it would give one statement two encodings.
    #[error("{0} is not below the field's modulus")]
    NotInField(Bytes32),
}

impl FieldElement {
    /// Reads 32 big-endian bytes.
    ///
    /// # Errors
    /// [`FieldError::NotInField`] where the integer is not below the modulus.
    pub fn from_be_bytes(bytes: &[u8; 32]) -> Result<Self, FieldError> {
        let element = Fr::from_be_bytes_mod_order(bytes);
        let element = Self(element);
        if element.to_be_bytes() == *bytes {
            Ok(element)
        } else {
            Err(FieldError::NotInField(Bytes32(*bytes)))
        }
    }

    /// The 32 big-endian bytes.
    pub fn to_be_bytes(&self) -> [u8; 32] {
        let mut out = [0u8; 32];
        let bytes = self.0.into_bigint().to_bytes_be();
        for (to, from) in out.iter_mut().rev().zip(bytes.iter().rev()) {
            *to = *from;
        }
        out
    }

    /// The lowest 253 bits of a digest, as a field element: the way in which a digest becomes a public input.
    ///
    /// 2^253 < p, so no two truncated digests coincide in the field.
    pub fn from_truncated_digest(digest: &Bytes32) -> Self {
        let mut bytes = digest.0;
        if let Some(first) = bytes.first_mut() {
            *first &= 0x1f;
        }
        Self(Fr::from_be_bytes_mod_order(&bytes))
    }

    /// Reads the canonical text form.
    ///
    /// # Errors
    /// [`FieldError`] where the text is not canonical or the integer not below the modulus.
    pub fn from_hex(text: &str) -> Result<Self, FieldError> {
        Self::from_be_bytes(&Bytes32::from_hex(text)?.0)
    }
}

impl From<FieldElement> for Bytes32 {
    fn from(element: FieldElement) -> Self {
        Bytes32(element.to_be_bytes())
    }
}

impl fmt::Display for FieldElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex_string(&self.to_be_bytes()))
    }
}

impl fmt::Debug for FieldElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for FieldElement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{self}"))
    }
}

impl<'de> Deserialize<'de> for FieldElement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::{AdditiveGroup, Field};

    #[test]
    fn the_modulus_is_refused_and_one_less_is_read() {
        let largest = FieldElement(-Fr::ONE);
        let text = format!("{largest}");
        assert_eq!(FieldElement::from_hex(&text), Ok(largest));
        let modulus = "0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001";
        assert!(matches!(FieldElement::from_hex(modulus), Err(FieldError::NotInField(_))));
        assert_eq!(FieldElement(Fr::ZERO).to_be_bytes(), [0u8; 32]);
    }

    #[test]
    fn truncation_keeps_253_bits() {
        let all = FieldElement::from_truncated_digest(&Bytes32([0xff; 32]));
        assert_eq!(all.0, Fr::from(2u64).pow([253]) - Fr::ONE);
    }
}

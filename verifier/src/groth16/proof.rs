//! A Groth16 proof and its one byte form.
//!
//! # What the bytes are not
//!
//! They are no name for the proof: `(−A, −B, C)` verifies wherever `(A, B, C)` does, and whoever holds a witness makes as many
//! proofs as they like. Replay protection keys on the statement, never on the proof.

use alloc::{string::String, vec::Vec};

use ark_bn254::{G1Affine, G2Affine};
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::points::{
    G1_BYTES, G2_BYTES, PointError, check_g1, check_g2, read_g1, read_g2, write_g1, write_g2,
};
use crate::encoding::{HexError, bytes_from_hex, hex_string};

/// A proof whose three points were all checked: on their curves, in their subgroups, none at infinity.
///
/// Its byte form is 256 bytes: `A.x A.y B.x₁ B.x₀ B.y₁ B.y₀ C.x C.y`, 32 big-endian bytes each, which is also the order of the
/// words that the EVM's pairing takes. Its text form is `0x` and 512 lower-case digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Proof {
    a: G1Affine,
    b: G2Affine,
    c: G1Affine,
}

/// A point of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofElement {
    /// `A`, in the first group.
    A,
    /// `B`, in the second group.
    B,
    /// `C`, in the first group.
    C,
}

/// Why bytes or points are not a proof. This says nothing about whether any statement is true.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not exactly [`Proof::BYTES`] bytes.
    #[error("a proof has {} bytes, got {got}", Proof::BYTES)]
    Length {
        /// Bytes found.
        got: usize,
    },
    /// Not canonical hexadecimal text.
    #[error(transparent)]
    Hex(#[from] HexError),
    /// One of the points is refused.
    #[error("proof point {element:?}: {error}")]
    Point {
        /// Which point.
        element: ProofElement,
        /// Why.
        error: PointError,
    },
}

impl Proof {
    /// Length of the byte form.
    pub const BYTES: usize = 256;

    /// A proof of these points.
    ///
    /// # Errors
    /// [`ProofError::Point`] for the first point that is at infinity, off its curve or outside its subgroup.
    pub fn new(a: G1Affine, b: G2Affine, c: G1Affine) -> Result<Self, ProofError> {
        let refused = |element| move |error| ProofError::Point { element, error };
        check_g1(&a).map_err(refused(ProofElement::A))?;
        check_g2(&b).map_err(refused(ProofElement::B))?;
        check_g1(&c).map_err(refused(ProofElement::C))?;
        Ok(Self { a, b, c })
    }

    /// Reads the byte form.
    ///
    /// # Errors
    /// [`ProofError`]: another length, or the first point that is refused and why.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ProofError> {
        let wrong_length = ProofError::Length { got: bytes.len() };
        let Some((a, rest)) = bytes.split_first_chunk::<G1_BYTES>() else { return Err(wrong_length) };
        let Some((b, rest)) = rest.split_first_chunk::<G2_BYTES>() else { return Err(wrong_length) };
        let Some((c, [])) = rest.split_first_chunk::<G1_BYTES>() else { return Err(wrong_length) };
        let refused = |element| move |error| ProofError::Point { element, error };
        Ok(Self {
            a: read_g1(a).map_err(refused(ProofElement::A))?,
            b: read_g2(b).map_err(refused(ProofElement::B))?,
            c: read_g1(c).map_err(refused(ProofElement::C))?,
        })
    }

    /// The byte form.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::BYTES);
        write_g1(&self.a, &mut out);
        write_g2(&self.b, &mut out);
        write_g1(&self.c, &mut out);
        out
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// [`ProofError`]: text that is not canonical, or whose bytes are not a proof.
    pub fn from_hex(text: &str) -> Result<Self, ProofError> {
        Self::from_bytes(&bytes_from_hex(text)?)
    }

    /// `A`.
    pub fn a(&self) -> &G1Affine {
        &self.a
    }

    /// `B`.
    pub fn b(&self) -> &G2Affine {
        &self.b
    }

    /// `C`.
    pub fn c(&self) -> &G1Affine {
        &self.c
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proof({})", hex_string(&self.to_bytes()))
    }
}

impl Serialize for Proof {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex_string(&self.to_bytes()))
    }
}

impl<'de> Deserialize<'de> for Proof {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).map_err(de::Error::custom)
    }
}

//! Field elements and points as text, written and read.

use ark_bn254::{Fq, Fq2, Fq6, Fq12, Fr, G1Affine, G2Affine};
use ark_ff::{BigInt, PrimeField};
use serde_json::{Value, json};
use solvency_verifier::groth16::PointError;

use super::document::Node;
use crate::interop::error::{InteropError, Modulus, NumberError};

pub(super) fn g1(point: &G1Affine) -> Value {
    json!([point.x.to_string(), point.y.to_string(), "1"])
}

pub(super) fn g2(point: &G2Affine) -> Value {
    json!([fq2(&point.x), fq2(&point.y), ["1", "0"]])
}

pub(super) fn fq12(element: &Fq12) -> Value {
    json!([fq6(&element.c0), fq6(&element.c1)])
}

fn fq6(element: &Fq6) -> Value {
    json!([fq2(&element.c0), fq2(&element.c1), fq2(&element.c2)])
}

fn fq2(element: &Fq2) -> Value {
    json!([element.c0.to_string(), element.c1.to_string()])
}

/// Affine coordinates; whether they are a point's is for the type that takes them.
pub(super) fn read_g1(node: &Node<'_>) -> Result<G1Affine, InteropError> {
    let [x, y, z] = node.array()?;
    last_coordinate(node, &z, [z.text()?] == ["1"], [z.text()?] == ["0"])?;
    Ok(G1Affine::new_unchecked(decimal(&x)?, decimal(&y)?))
}

/// As [`read_g1`].
pub(super) fn read_g2(node: &Node<'_>) -> Result<G2Affine, InteropError> {
    let [x, y, z] = node.array()?;
    let [z0, z1] = z.array()?;
    let z_text = [z0.text()?, z1.text()?];
    last_coordinate(node, &z, z_text == ["1", "0"], z_text == ["0", "0"])?;
    Ok(G2Affine::new_unchecked(read_fq2(&x)?, read_fq2(&y)?))
}

fn last_coordinate(point: &Node<'_>, z: &Node<'_>, one: bool, zero: bool) -> Result<(), InteropError> {
    if zero {
        return Err(InteropError::Point { place: point.place(), error: PointError::Infinity });
    }
    if one { Ok(()) } else { Err(InteropError::LastCoordinate { place: z.place() }) }
}

pub(super) fn read_fq12(node: &Node<'_>) -> Result<Fq12, InteropError> {
    let [c0, c1] = node.array()?;
    Ok(Fq12::new(read_fq6(&c0)?, read_fq6(&c1)?))
}

fn read_fq6(node: &Node<'_>) -> Result<Fq6, InteropError> {
    let [c0, c1, c2] = node.array()?;
    Ok(Fq6::new(read_fq2(&c0)?, read_fq2(&c1)?, read_fq2(&c2)?))
}

fn read_fq2(node: &Node<'_>) -> Result<Fq2, InteropError> {
    let [c0, c1] = node.array()?;
    Ok(Fq2::new(decimal(&c0)?, decimal(&c1)?))
}

/// A field whose elements stand in documents.
pub(super) trait Field: PrimeField<BigInt = BigInt<4>> {
    const MODULUS_NAME: Modulus;
}

impl Field for Fq {
    const MODULUS_NAME: Modulus = Modulus::Base;
}

impl Field for Fr {
    const MODULUS_NAME: Modulus = Modulus::Scalar;
}

/// A canonical decimal number below the modulus.
pub(super) fn decimal<F: Field>(node: &Node<'_>) -> Result<F, InteropError> {
    parse_decimal(node.text()?).map_err(|error| InteropError::Number { place: node.place(), error })
}

/// 32 big-endian bytes in hexadecimal, below the modulus.
pub(super) fn word<F: Field>(node: &Node<'_>) -> Result<F, InteropError> {
    parse_word(node.text()?).map_err(|error| InteropError::Number { place: node.place(), error })
}

/// arkworks' own reading takes signs and reduces.
fn parse_decimal<F: Field>(text: &str) -> Result<F, NumberError> {
    let digits = text.bytes().all(|digit| digit.is_ascii_digit());
    if text.is_empty() || !digits || (text.len() > 1 && text.starts_with('0')) {
        return Err(NumberError::NotDecimal);
    }
    let not_below = NumberError::NotBelow(F::MODULUS_NAME);
    let mut limbs = [0u64; 4];
    for digit in text.bytes() {
        let mut carry = u128::from(digit - b'0');
        for limb in &mut limbs {
            // (2^64 − 1)·10 + carry < 2^68, so the next carry is below 16.
            let wide = u128::from(*limb) * 10 + carry;
            *limb = wide as u64;
            carry = wide >> 64;
        }
        if carry > 0 {
            return Err(not_below);
        }
    }
    F::from_bigint(BigInt(limbs)).ok_or(not_below)
}

fn parse_word<F: Field>(text: &str) -> Result<F, NumberError> {
    let digits = text.strip_prefix("0x").ok_or(NumberError::NotWord)?;
    let mut bytes = [0u8; 32];
    if digits.bytes().any(|digit| digit.is_ascii_uppercase()) {
        return Err(NumberError::NotWord);
    }
    hex::decode_to_slice(digits, &mut bytes).map_err(|_| NumberError::NotWord)?;
    let mut limbs = [0u64; 4];
    for (limb, bytes) in limbs.iter_mut().rev().zip(bytes.as_chunks::<8>().0) {
        *limb = u64::from_be_bytes(*bytes);
    }
    F::from_bigint(BigInt(limbs)).ok_or(NumberError::NotBelow(F::MODULUS_NAME))
}

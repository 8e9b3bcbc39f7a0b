//! The one byte form of a curve point: affine coordinates, 32 big-endian bytes each; an element of the quadratic
//! extension with its imaginary part first, as in the EVM (EIP-196, EIP-197).
//!
//! Source of the order: EIP-197, <https://eips.ethereum.org/EIPS/eip-197>.

use alloc::vec::Vec;

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField, Zero};

/// Bytes of a point of the first group.
pub(super) const G1_BYTES: usize = 64;
/// Bytes of a point of the second group.
pub(super) const G2_BYTES: usize = 128;

/// Why a point is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointError {
    /// A coordinate's integer is at least the modulus q of the base field.
    #[error("coordinate {coordinate} is not below the base field's modulus")]
    CoordinateNotInField {
        /// Zero-based position of the coordinate among the point's two or four.
        coordinate: usize,
    },
    /// The group's neutral element, which binds nothing.
    #[error("the point is at infinity")]
    Infinity,
    /// The coordinates don't satisfy the curve's equation.
    #[error("the point is not on the curve")]
    OffCurve,
    /// On the curve, but outside the subgroup of prime order r.
    #[error("the point is not in the subgroup of prime order")]
    OutsideSubgroup,
}

/// A point that is neither at infinity nor off the curve nor outside the subgroup.
pub(super) fn check_g1(point: &G1Affine) -> Result<(), PointError> {
    if point.is_zero() {
        return Err(PointError::Infinity);
    }
    // The whole curve over the base field is the subgroup: the cofactor is 1.
    if !point.is_on_curve() {
        return Err(PointError::OffCurve);
    }
    Ok(())
}

/// As [`check_g1`]; the cofactor of the second group is large, so its subgroup is checked.
pub(super) fn check_g2(point: &G2Affine) -> Result<(), PointError> {
    if point.is_zero() {
        return Err(PointError::Infinity);
    }
    if !point.is_on_curve() {
        return Err(PointError::OffCurve);
    }
    if !point.is_in_correct_subgroup_assuming_on_curve() {
        return Err(PointError::OutsideSubgroup);
    }
    Ok(())
}

pub(super) fn read_g1(bytes: &[u8; G1_BYTES]) -> Result<G1Affine, PointError> {
    let (words, _) = bytes.as_chunks::<32>();
    let [x, y] = words else { return Err(PointError::OffCurve) };
    let (x, y) = (coordinate(0, x)?, coordinate(1, y)?);
    if x.is_zero() && y.is_zero() {
        return Err(PointError::Infinity);
    }
    let point = G1Affine::new_unchecked(x, y);
    check_g1(&point).map(|()| point)
}

pub(super) fn read_g2(bytes: &[u8; G2_BYTES]) -> Result<G2Affine, PointError> {
    let (words, _) = bytes.as_chunks::<32>();
    let [x1, x0, y1, y0] = words else { return Err(PointError::OffCurve) };
    let x = Fq2 { c1: coordinate(0, x1)?, c0: coordinate(1, x0)? };
    let y = Fq2 { c1: coordinate(2, y1)?, c0: coordinate(3, y0)? };
    if x.is_zero() && y.is_zero() {
        return Err(PointError::Infinity);
    }
    let point = G2Affine::new_unchecked(x, y);
    check_g2(&point).map(|()| point)
}

pub(super) fn write_g1(point: &G1Affine, out: &mut Vec<u8>) {
    for coordinate in [point.x, point.y] {
        out.extend_from_slice(&coordinate_bytes(coordinate));
    }
}

pub(super) fn write_g2(point: &G2Affine, out: &mut Vec<u8>) {
    for coordinate in [point.x.c1, point.x.c0, point.y.c1, point.y.c0] {
        out.extend_from_slice(&coordinate_bytes(coordinate));
    }
}

fn coordinate(position: usize, bytes: &[u8; 32]) -> Result<Fq, PointError> {
    let element = Fq::from_be_bytes_mod_order(bytes);
    if coordinate_bytes(element) == *bytes {
        Ok(element)
    } else {
        Err(PointError::CoordinateNotInField { coordinate: position })
    }
}

fn coordinate_bytes(element: Fq) -> [u8; 32] {
    let mut out = [0u8; 32];
    for (to, from) in out.iter_mut().zip(element.into_bigint().to_bytes_be()) {
        *to = from;
    }
    out
}

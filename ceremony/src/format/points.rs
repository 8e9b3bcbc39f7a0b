//! Points as files hold them: affine coordinates, little-endian, in Montgomery form (`x·2^256 mod q`); zeros for infinity.

use ark_bn254::{Fq, Fq2, Fr, g1, g2};
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::Affine;
use ark_ff::{BigInt, BigInteger, PrimeField, Zero};
use rayon::prelude::*;

use crate::error::{PointError, Refusal};
use crate::points::Summed;

/// Bytes of a point of G1.
pub(crate) const G1_BYTES: u64 = 64;
/// Bytes of a point of G2.
pub(crate) const G2_BYTES: u64 = 128;
/// Points that a task decodes at least.
const AT_ONCE: usize = 512;

/// A point with its form in files.
pub(crate) trait Encoded: Summed + Send + Sync {
    /// Bytes of a point.
    const BYTES: usize;

    /// Whether the curve has points outside of the subgroup of order r.
    const HAS_COFACTOR: bool;

    /// Reads coordinates below the modulus of a point on the curve, or infinity. The subgroup is not checked.
    fn from_file(bytes: &[u8]) -> Result<Self, PointError>;

    /// Appends the form in files.
    fn append(&self, to: &mut Vec<u8>);

    /// Appends the form that is hashed: coordinates big-endian, the highest first; zeros for infinity.
    fn append_uncompressed(&self, to: &mut Vec<u8>);

    /// Whether a point on the curve is in the subgroup of order r.
    fn is_in_subgroup(&self) -> bool;
}

impl Encoded for Affine<g1::Config> {
    const BYTES: usize = G1_BYTES as usize;
    const HAS_COFACTOR: bool = false;

    fn from_file(bytes: &[u8]) -> Result<Self, PointError> {
        let [x, y] = coordinates(bytes)?;
        if x.is_zero() && y.is_zero() {
            return Ok(Self::zero());
        }
        let point = Self::new_unchecked(x, y);
        if point.is_on_curve() { Ok(point) } else { Err(PointError::NotOnCurve) }
    }

    fn append(&self, to: &mut Vec<u8>) {
        let (x, y) = self.xy().unwrap_or_default();
        [x, y].iter().for_each(|coordinate| append_montgomery(coordinate, to));
    }

    fn append_uncompressed(&self, to: &mut Vec<u8>) {
        let (x, y) = self.xy().unwrap_or_default();
        [x, y].iter().for_each(|coordinate| to.extend(coordinate.into_bigint().to_bytes_be()));
    }

    /// The cofactor is one.
    fn is_in_subgroup(&self) -> bool {
        true
    }
}

impl Encoded for Affine<g2::Config> {
    const BYTES: usize = G2_BYTES as usize;
    const HAS_COFACTOR: bool = true;

    fn from_file(bytes: &[u8]) -> Result<Self, PointError> {
        let [x0, x1, y0, y1] = coordinates(bytes)?;
        if [x0, x1, y0, y1].iter().all(Fq::is_zero) {
            return Ok(Self::zero());
        }
        let point = Self::new_unchecked(Fq2::new(x0, x1), Fq2::new(y0, y1));
        if point.is_on_curve() { Ok(point) } else { Err(PointError::NotOnCurve) }
    }

    fn append(&self, to: &mut Vec<u8>) {
        let (x, y) = self.xy().unwrap_or_default();
        [x.c0, x.c1, y.c0, y.c1].iter().for_each(|coordinate| append_montgomery(coordinate, to));
    }

    fn append_uncompressed(&self, to: &mut Vec<u8>) {
        let (x, y) = self.xy().unwrap_or_default();
        [x.c1, x.c0, y.c1, y.c0]
            .iter()
            .for_each(|coordinate| to.extend(coordinate.into_bigint().to_bytes_be()));
    }

    fn is_in_subgroup(&self) -> bool {
        self.is_in_correct_subgroup_assuming_on_curve()
    }
}

/// The points in some bytes; none may be off its curve, and none of those in `bytes` is checked for its subgroup. `place` and `first` name the first point
/// in an error.
pub(crate) fn decode<P: Encoded>(bytes: &[u8], place: &'static str, first: u64) -> Result<Vec<P>, Refusal> {
    let points = bytes.par_chunks_exact(P::BYTES).with_min_len(AT_ONCE).enumerate().map(|(index, bytes)| {
        P::from_file(bytes).map_err(|error| Refusal::Point { place, index: first + index as u64, error })
    });
    points.collect()
}

/// As [`decode`], and none is infinity.
pub(crate) fn decode_finite<P: Encoded>(
    bytes: &[u8],
    place: &'static str,
    first: u64,
) -> Result<Vec<P>, Refusal> {
    let points = decode(bytes, place, first)?;
    match points.iter().position(P::is_zero) {
        Some(index) => {
            Err(Refusal::Point { place, index: first + index as u64, error: PointError::Infinity })
        }
        None => Ok(points),
    }
}

/// The form of points that is hashed.
pub(crate) fn uncompressed<P: Encoded>(points: &[P]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(points.len() * P::BYTES);
    points.iter().for_each(|point| point.append_uncompressed(&mut bytes));
    bytes
}

/// Coordinates in Montgomery form.
fn coordinates<const N: usize>(bytes: &[u8]) -> Result<[Fq; N], PointError> {
    let mut coordinates = [Fq::zero(); N];
    for (coordinate, bytes) in coordinates.iter_mut().zip(bytes.chunks_exact(32)) {
        let limbs = limbs(bytes);
        if limbs >= Fq::MODULUS {
            return Err(PointError::NotReduced);
        }
        *coordinate = Fq::new_unchecked(limbs);
    }
    Ok(coordinates)
}

/// 32 little-endian bytes as an integer.
fn limbs(bytes: &[u8]) -> BigInt<4> {
    let mut limbs = [0u64; 4];
    for (limb, bytes) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = bytes.iter().rev().fold(0, |limb, byte| limb << 8 | u64::from(*byte));
    }
    BigInt(limbs)
}

fn append_montgomery(coordinate: &Fq, to: &mut Vec<u8>) {
    coordinate.0.0.iter().for_each(|limb| to.extend_from_slice(&limb.to_le_bytes()));
}

/// Whether 32 little-endian bytes are an integer below the scalar field's modulus.
pub(crate) fn is_scalar(bytes: &[u8]) -> bool {
    limbs(bytes) < Fr::MODULUS
}

//! What snarkjs hashes for a point behind the last power of tau.
//!
//! It takes what stands there in the file, the head of the next section, for two coordinates. These are mostly not below the modulus, and its arithmetic, made for integers
//! that are, wraps: the point that comes out depends on each step. The steps are repeated here, with the same integers of 256 bits.
//!
//! Source: wasmcurves 0.2, `_add`, `_sub`, `_mul` of `src/build_f1m.js`; `_addAffine` of `src/build_curve_jacobian_a0.js` (mmadd-2007-bl).

use ark_bn254::{Fq, G1Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInt, BigInteger, Field, PrimeField};

/// `high − low`, where the coordinates of `high` are any integers of 32 little-endian bytes.
pub(super) fn difference(high: [[u8; 32]; 2], low: &G1Affine) -> G1Affine {
    let [x1, y1] = high.map(|bytes| Wrapping::of_bytes(&bytes));
    let (x, y) = low.xy().unwrap_or_default();
    let (x2, y2) = (Wrapping(x.0), Wrapping((-y).0));
    let h = x2.minus(&x1);
    let rise = y2.minus(&y1);
    let i = h.times(&h).twice().twice();
    let j = h.times(&i);
    let r = rise.twice();
    let v = x1.times(&i);
    let x3 = r.times(&r).minus(&j).minus(&v.twice());
    let y3 = v.minus(&x3).times(&r).minus(&y1.times(&j).twice());
    let [x3, y3, z3] = [x3, y3, h.twice()].map(|coordinate| coordinate.reduced());
    let Some(inverse) = z3.inverse() else { return G1Affine::zero() };
    G1Affine::new_unchecked(x3 * inverse.square(), y3 * inverse.square() * inverse)
}

/// An integer of 256 bits that stands for its product with 2^−256 modulo q. Operations expect integers below q and work on any.
struct Wrapping(BigInt<4>);

impl Wrapping {
    fn of_bytes(bytes: &[u8; 32]) -> Self {
        let mut limbs = [0; 4];
        for (limb, bytes) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
            *limb = bytes.iter().rev().fold(0u64, |limb, byte| limb << 8 | u64::from(*byte));
        }
        Self(BigInt(limbs))
    }

    fn minus(&self, other: &Self) -> Self {
        let mut difference = self.0;
        if difference.sub_with_borrow(&other.0) {
            difference.add_with_carry(&Fq::MODULUS);
        }
        Self(difference)
    }

    fn twice(&self) -> Self {
        let mut sum = self.0;
        let carried = sum.add_with_carry(&self.0);
        Self::less_one_modulus(sum, carried)
    }

    /// Montgomery's product: `(a·b + m·q)/2^256` with the m that makes it whole.
    fn times(&self, other: &Self) -> Self {
        let (low, mut high) = self.0.mul(&other.0);
        let m = low.mul_low(&minus_inverse_of_modulus());
        let (_, high_of_m) = m.mul(&Fq::MODULUS);
        let mut carried = high.add_with_carry(&high_of_m);
        // The low halves come to 2^256, or to nothing.
        if !low.is_zero() {
            carried |= high.add_with_carry(&BigInt::one());
        }
        Self::less_one_modulus(high, carried)
    }

    fn less_one_modulus(mut sum: BigInt<4>, carried: bool) -> Self {
        if carried || sum >= Fq::MODULUS {
            sum.sub_with_borrow(&Fq::MODULUS);
        }
        Self(sum)
    }

    fn reduced(&self) -> Fq {
        let mut value = self.0;
        while value >= Fq::MODULUS {
            value.sub_with_borrow(&Fq::MODULUS);
        }
        Fq::new_unchecked(value)
    }
}

/// `−1/q` modulo 2^256, by Newton's iteration: each step doubles the bits that are right, of which an odd number is its own inverse in three.
fn minus_inverse_of_modulus() -> BigInt<4> {
    let mut inverse = Fq::MODULUS;
    for _ in 0..7 {
        let mut factor = BigInt::from(2u64);
        factor.sub_with_borrow(&Fq::MODULUS.mul_low(&inverse));
        inverse = inverse.mul_low(&factor);
    }
    let mut negative = BigInt::zero();
    negative.sub_with_borrow(&inverse);
    negative
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ec::CurveGroup;

    #[test]
    fn differences_of_points_are_those_of_the_group() {
        let low = G1Affine::generator();
        for factor in 2u64..20 {
            let high = (low * ark_bn254::Fr::from(factor)).into_affine();
            let bytes = [high.x, high.y].map(|coordinate| {
                let mut bytes = [0; 32];
                bytes.copy_from_slice(&coordinate.0.to_bytes_le());
                bytes
            });
            assert_eq!(difference(bytes, &low), (high - low.into_group()).into_affine());
        }
    }

    #[test]
    fn the_inverse_is_one() {
        let mut product = minus_inverse_of_modulus().mul_low(&Fq::MODULUS);
        product.add_with_carry(&BigInt::one());
        assert!(product.is_zero());
    }
}

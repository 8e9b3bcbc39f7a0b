//! Affine points in the form that the additions read: packed, aligned, never infinity.

use ark_bn254::{Fq, Fq2, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, BigInt, PrimeField};

/// `2^4`, the ratio of the Montgomery factor of five limbs of 52 bits to that of four limbs of 64 bits.
const RATIO: u64 = 16;

/// A coordinate `x` of the base field as the integer `x·2^260 mod q`, below `q`, in limbs of 64 bits, lowest first.
///
/// `2^260` is the Montgomery factor of the 52-bit lanes. Read as a Montgomery representation with arkworks' factor `2^256`,
/// the same limbs stand for `16·x`, which is how the portable path uses them without conversion.
pub(crate) type PackedFq = [u64; 4];

/// A finite point of G1 in 64 bytes: `x`, then `y`, each as `x·2^260 mod q`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct PackedG1(pub(crate) [PackedFq; 2]);

/// A finite point of G2 in 128 bytes: `x.c0`, `x.c1`, `y.c0`, `y.c1`, each as `x·2^260 mod q`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, align(128))]
pub struct PackedG2(pub(crate) [PackedFq; 4]);

// SAFETY: both are arrays of u64 without padding (64 and 128 bytes, as their alignment); every bit pattern is a value.
unsafe impl bytemuck::Zeroable for PackedG1 {}
// SAFETY: as above.
unsafe impl bytemuck::Pod for PackedG1 {}
// SAFETY: as above.
unsafe impl bytemuck::Zeroable for PackedG2 {}
// SAFETY: as above.
unsafe impl bytemuck::Pod for PackedG2 {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::PackedG1 {}
    impl Sealed for super::PackedG2 {}
}

/// A packed point of one of the two groups.
///
/// Limbs that are no canonical coordinates, as a damaged file may hold, give wrong sums or a panic, never a fault of memory.
pub trait PackedPoint: bytemuck::Pod + Default + PartialEq + Send + Sync + sealed::Sealed {
    /// arkworks' affine form.
    type Affine: AffineRepr<Group = Self::Projective>;
    /// arkworks' projective form.
    type Projective: CurveGroup<Affine = Self::Affine, ScalarField = ark_bn254::Fr>;

    /// Packs a point; infinity has no packed form.
    fn pack(point: &Self::Affine) -> Option<Self>;

    /// The point in arkworks' form.
    fn unpack(&self) -> Self::Affine;

    /// The point on the other side of the x axis.
    #[must_use]
    fn negated(&self) -> Self;

    /// Whether the coordinates are canonical and the point is on the curve. Its subgroup is not checked.
    fn is_on_curve(&self) -> bool;
}

impl PackedPoint for PackedG1 {
    type Affine = G1Affine;
    type Projective = G1Projective;

    fn pack(point: &G1Affine) -> Option<Self> {
        (!point.is_zero()).then(|| Self([pack(&point.x), pack(&point.y)]))
    }

    fn unpack(&self) -> G1Affine {
        let [x, y] = self.0.map(unpack);
        G1Affine::new_unchecked(x, y)
    }

    fn negated(&self) -> Self {
        let [x, y] = self.0;
        Self([x, negate(y)])
    }

    fn is_on_curve(&self) -> bool {
        self.0.iter().all(is_canonical) && {
            let point = self.unpack();
            !point.is_zero() && point.is_on_curve()
        }
    }
}

impl PackedPoint for PackedG2 {
    type Affine = G2Affine;
    type Projective = G2Projective;

    fn pack(point: &G2Affine) -> Option<Self> {
        let coordinates = [point.x.c0, point.x.c1, point.y.c0, point.y.c1];
        (!point.is_zero()).then(|| Self(coordinates.each_ref().map(pack)))
    }

    fn unpack(&self) -> G2Affine {
        let [x0, x1, y0, y1] = self.0.map(unpack);
        G2Affine::new_unchecked(Fq2::new(x0, x1), Fq2::new(y0, y1))
    }

    fn negated(&self) -> Self {
        let [x0, x1, y0, y1] = self.0;
        Self([x0, x1, negate(y0), negate(y1)])
    }

    fn is_on_curve(&self) -> bool {
        self.0.iter().all(is_canonical) && {
            let point = self.unpack();
            !point.is_zero() && point.is_on_curve()
        }
    }
}

pub(crate) fn pack(coordinate: &Fq) -> PackedFq {
    (*coordinate * Fq::from(RATIO)).0.0
}

pub(crate) fn unpack(limbs: PackedFq) -> Fq {
    const INVERSE: Fq =
        ark_ff::MontFp!("12312136615409592312513603231707217237391675025980025810262583815737939742328");
    scaled(limbs) * INVERSE
}

/// The field element `16·x` that packed limbs of `x` are the arkworks form of.
#[inline(always)]
pub(crate) fn scaled(limbs: PackedFq) -> Fq {
    Fq::new_unchecked(BigInt(limbs))
}

fn negate(limbs: PackedFq) -> PackedFq {
    let value = scaled(limbs);
    if value == Fq::ZERO { limbs } else { (-value).0.0 }
}

fn is_canonical(limbs: &PackedFq) -> bool {
    BigInt(*limbs) < Fq::MODULUS
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::{Field, UniformRand};
    use ark_std::test_rng;

    #[test]
    fn the_ratio_is_inverted() {
        assert_eq!(unpack(pack(&Fq::ONE)), Fq::ONE);
        assert_eq!(pack(&Fq::ONE), (Fq::from(2u64).pow([260u64])).into_bigint().0);
    }

    #[test]
    fn points_come_back_and_infinity_has_no_form() {
        let mut rng = test_rng();
        for _ in 0..50 {
            let (g1, g2) = (G1Affine::rand(&mut rng), G2Affine::rand(&mut rng));
            let (p1, p2) = (PackedG1::pack(&g1).unwrap(), PackedG2::pack(&g2).unwrap());
            assert_eq!((p1.unpack(), p2.unpack()), (g1, g2));
            assert_eq!((p1.negated().unpack(), p2.negated().unpack()), (-g1, -g2));
            assert!(p1.is_on_curve() && p2.is_on_curve());
        }
        assert!(PackedG1::pack(&G1Affine::zero()).is_none());
        assert!(PackedG2::pack(&G2Affine::zero()).is_none());
    }

    #[test]
    fn what_is_off_the_curve_or_not_canonical_is_seen() {
        let good = PackedG1::pack(&G1Affine::generator()).unwrap();
        let mut off = good;
        off.0[1][0] ^= 1;
        assert!(!off.is_on_curve());
        let mut large = good;
        large.0[0][3] = u64::MAX;
        assert!(!large.is_on_curve());
        assert!(!PackedG2::default().is_on_curve());
    }
}

//! Coordinates of eight points of G1.

use core::arch::x86_64::{_mm512_load_si512, _mm512_store_si512};

use ark_bn254::Fq;
use ark_ff::Field;

use super::ifma::{Ifma, Modulus, Q, Vector, split, transpose};
use super::{Lanes, NEGATIVE};
use crate::points::{PackedG1, pack, scaled};
use crate::words::{Base, inverse};

pub(super) const THREE_HALVES: Fq =
    ark_ff::MontFp!("10944121435919637611123202872628637544348155578648911831344518947322613104293");

/// One coordinate of eight points of G1.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct IfmaFq(pub(super) Vector<Q>);

impl Lanes for IfmaFq {
    const COUNT: usize = 8;
    type Token = Ifma;
    type Point = PackedG1;

    #[inline(always)]
    fn one(token: Ifma) -> Self {
        Self(Vector::splat(token, Q::ONE))
    }

    #[inline(always)]
    fn splat(token: Ifma, value: &Fq) -> Self {
        Self(Vector::splat(token, split(pack(value))))
    }

    #[inline(always)]
    fn three_halves(token: Ifma) -> Self {
        Self::splat(token, &THREE_HALVES)
    }

    #[inline(always)]
    fn gather(token: Ifma, points: &[PackedG1], indices: &[u32]) -> [Self; 2] {
        let indices: &[u32; 8] = indices.try_into().expect("as many indices as lanes");
        let mut negative = 0u8;
        for (lane, index) in indices.iter().enumerate() {
            negative |= ((index >> 31) as u8) << lane;
        }
        let [i0, i1, i2, i3, i4, i5, i6, i7] = *indices;
        macro_rules! row {
            ($index:ident) => {{
                let point: &PackedG1 = &points[($index & !NEGATIVE) as usize];
                _mm512_load_si512(core::ptr::from_ref(point).cast())
            }};
        }
        // SAFETY: there is a token.
        let words = unsafe {
            transpose([row!(i0), row!(i1), row!(i2), row!(i3), row!(i4), row!(i5), row!(i6), row!(i7)])
        };
        let x = Vector::from_words(token, [words[0], words[1], words[2], words[3]]);
        let y = Vector::from_words(token, [words[4], words[5], words[6], words[7]]);
        [Self(x), Self(y.replaced(negative, &negated(token, &y)))]
    }

    #[inline(always)]
    fn write(coordinates: &[Self; 2], points: &mut [PackedG1]) {
        let [IfmaFq(x), IfmaFq(y)] = coordinates;
        let x = x.reduced_by::<2>().reduced_by::<1>().to_words();
        let y = y.reduced_by::<2>().reduced_by::<1>().to_words();
        // SAFETY: there are vectors; a packed point is 64 bytes, aligned to 64.
        unsafe {
            let rows = transpose([x[0], x[1], x[2], x[3], y[0], y[1], y[2], y[3]]);
            for (point, row) in points.iter_mut().zip(rows) {
                _mm512_store_si512(core::ptr::from_mut(point).cast(), row);
            }
        }
    }

    #[inline(always)]
    fn times(&self, other: &Self) -> Self {
        Self(self.0.times(&other.0))
    }

    #[inline(always)]
    fn squared(&self) -> Self {
        Self(self.0.squared_wide().reduced().carried())
    }

    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        Self(self.0.minus_plus::<3>(&other.0))
    }

    /// With `slope < 3q` its square is below `1.11q`. `difference + 2b` is `a + b + 3q`, below `7q` for `a ≤ q` and `b < 3q`:
    /// plus `7q` the sum is in `(0, 5.11q)`. An `a` above `q` could make it negative; see [`Lanes::abscissa`].
    #[inline(always)]
    fn abscissa(slope: &Self, difference: &Self, b: &Self) -> Self {
        let square = slope.0.squared_wide().reduced();
        let sum = square.minus(&difference.0.loose()).minus(&b.0.loose()).minus(&b.0.loose());
        Self(sum.plus_moduli::<7>().carried().reduced_by::<3>())
    }

    /// The square is below `1.11q`; less `2x < 6q`, plus `6q`, in `(0, 7.11q)`, of which the reductions leave `4q` and `2q`.
    #[inline(always)]
    fn abscissa_of_double(slope: &Self, x: &Self) -> Self {
        let x = x.0.loose();
        let sum = slope.0.squared_wide().reduced().minus(&x).minus(&x);
        Self(sum.plus_moduli::<6>().carried().reduced_by::<4>().reduced_by::<2>())
    }

    /// With `slope < 3q` and a run below `6q` the product is below `1.22q`; less `y < 3q`, plus `3q`, in `(0, 4.22q)`.
    #[inline(always)]
    fn ordinate(slope: &Self, x: &Self, sum: &Self, y: &Self) -> Self {
        let run = x.0.minus_plus::<3>(&sum.0);
        let product = slope.0.times_wide(&run).reduced();
        Self(product.minus(&y.0.loose()).plus_moduli::<3>().carried().reduced_by::<2>())
    }

    #[inline(always)]
    fn select(&self, mask: u8, other: &Self) -> Self {
        Self(other.0.replaced(mask, &self.0))
    }

    #[inline(always)]
    fn zero_lanes(&self) -> u8 {
        self.0.zero_lanes()
    }

    #[inline(always)]
    fn inverse(&self, token: Ifma) -> Option<Self> {
        let inverses = scaled_inverses(self.0.canonical().to_lanes().map(scaled), |product| {
            inverse::<Base>(&product.0.0).map(scaled)
        })?;
        Some(Self(Vector::from_lanes(token, &inverses.map(|inverse| inverse.0.0))))
    }
}

/// `q − y` for `y ≤ q`.
#[inline(always)]
pub(super) fn negated(token: Ifma, y: &Vector<Q>) -> Vector<Q> {
    Vector::splat(token, [0; 5]).minus_plus::<1>(y)
}

/// `16/x` for each `16·x`, with one inversion; none where one is zero.
///
/// Source: Montgomery, "Speeding the Pollard and elliptic curve methods of factorization", 1987, section 10.3.1.
pub(super) fn scaled_inverses<F: Field>(values: [F; 8], inverse: impl Fn(&F) -> Option<F>) -> Option<[F; 8]> {
    let mut before = [F::ONE; 8];
    let mut product = F::ONE;
    for (before, value) in before.iter_mut().zip(&values) {
        *before = product;
        product *= value;
    }
    // The inverse of 16·x is 1/(16·x); 256 times that is 16/x.
    let mut inverse = inverse(&product)?;
    for _ in 0..8 {
        inverse.double_in_place();
    }
    // `inverse` is 256/Π: taking a value off leaves 256 in place.
    let mut inverses = before;
    for (place, value) in inverses.iter_mut().zip(&values).rev() {
        *place *= inverse;
        inverse *= value;
    }
    Some(inverses)
}

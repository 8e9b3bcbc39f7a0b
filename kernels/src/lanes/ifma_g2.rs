//! Coordinates of eight points of G2: `c0 + c1·u` with `u² = −1`.

use core::arch::x86_64::{__m512i, _mm512_load_si512, _mm512_store_si512};

use ark_bn254::{Fq, Fq2};

use super::ifma::{Ifma, Loose, Modulus, Q, Vector, split, transpose};
use super::ifma_g1::{THREE_HALVES, negated, scaled_inverses};
use super::{Lanes, NEGATIVE};
use crate::points::{PackedG2, pack, scaled};
use crate::words::inverse_in_g2;

/// One coordinate of eight points of G2.
#[derive(Clone, Copy)]
pub(crate) struct IfmaFq2 {
    pub(super) c0: Vector<Q>,
    pub(super) c1: Vector<Q>,
}

impl Lanes for IfmaFq2 {
    const COUNT: usize = 8;
    type Token = Ifma;
    type Point = PackedG2;

    #[inline(always)]
    fn one(token: Ifma) -> Self {
        Self { c0: Vector::splat(token, Q::ONE), c1: Vector::splat(token, [0; 5]) }
    }

    #[inline(always)]
    fn splat(token: Ifma, value: &Fq) -> Self {
        Self { c0: Vector::splat(token, split(pack(value))), c1: Vector::splat(token, [0; 5]) }
    }

    #[inline(always)]
    fn three_halves(token: Ifma) -> Self {
        Self::splat(token, &THREE_HALVES)
    }

    #[inline(always)]
    fn gather(token: Ifma, points: &[PackedG2], indices: &[u32]) -> [Self; 2] {
        let indices: &[u32; 8] = indices.try_into().expect("as many indices as lanes");
        let mut negative = 0u8;
        for (lane, index) in indices.iter().enumerate() {
            negative |= ((index >> 31) as u8) << lane;
        }
        let [i0, i1, i2, i3, i4, i5, i6, i7] = *indices;
        let [x0, x1] = coordinate::<0>(token, points, [i0, i1, i2, i3, i4, i5, i6, i7]);
        let [y0, y1] = coordinate::<1>(token, points, [i0, i1, i2, i3, i4, i5, i6, i7]);
        let y0 = y0.replaced(negative, &negated(token, &y0));
        let y1 = y1.replaced(negative, &negated(token, &y1));
        [Self { c0: x0, c1: x1 }, Self { c0: y0, c1: y1 }]
    }

    #[inline(always)]
    fn write(coordinates: &[Self; 2], points: &mut [PackedG2]) {
        for (half, coordinate) in coordinates.iter().enumerate() {
            let c0 = coordinate.c0.reduced_by::<2>().reduced_by::<1>().to_words();
            let c1 = coordinate.c1.reduced_by::<2>().reduced_by::<1>().to_words();
            // SAFETY: there are vectors; a packed point is 128 bytes, aligned to 128, of which `half` counts halves.
            unsafe {
                let rows = transpose([c0[0], c0[1], c0[2], c0[3], c1[0], c1[1], c1[2], c1[3]]);
                for (point, row) in points.iter_mut().zip(rows) {
                    _mm512_store_si512(core::ptr::from_mut(point).cast::<__m512i>().add(half), row);
                }
            }
        }
    }

    /// Karatsuba's three products with two reductions. For factors below `8q` the sums are below `16q`, `c1` is below
    /// `(2·64/84 + 1)·q` and `c0`, shifted by `q`, in `(0.2q, 2.8q)`.
    #[inline(always)]
    fn times(&self, other: &Self) -> Self {
        let [c0, c1] = self.products(other);
        Self { c0: c0.plus_moduli::<1>().carried(), c1: c1.carried() }
    }

    #[inline(always)]
    fn squared(&self) -> Self {
        let [c0, c1] = self.squares();
        Self { c0: c0.carried(), c1: c1.carried() }
    }

    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        Self { c0: self.c0.minus_plus::<3>(&other.c0), c1: self.c1.minus_plus::<3>(&other.c1) }
    }

    /// The parts of the square are in `[0, 1.43q)`; the rest is as in G1.
    #[inline(always)]
    fn abscissa(slope: &Self, difference: &Self, b: &Self) -> Self {
        let [c0, c1] = slope.squares();
        Self { c0: less_both(c0, &difference.c0, &b.c0), c1: less_both(c1, &difference.c1, &b.c1) }
    }

    /// As in G1, but in `(0, 7.43q)` before the reductions.
    #[inline(always)]
    fn abscissa_of_double(slope: &Self, x: &Self) -> Self {
        let [c0, c1] = slope.squares();
        Self { c0: less_twice(c0, &x.c0), c1: less_twice(c1, &x.c1) }
    }

    /// With `slope < 3q` and `x − sum < 6q` the product is in `(−0.3q, 1.5q)`; less `y < 3q`, plus `4q`, in `(0.7q, 5.5q)`.
    #[inline(always)]
    fn ordinate(slope: &Self, x: &Self, sum: &Self, y: &Self) -> Self {
        let [c0, c1] = slope.products(&x.minus(sum));
        Self { c0: less(c0, &y.c0), c1: less(c1, &y.c1) }
    }

    #[inline(always)]
    fn select(&self, mask: u8, other: &Self) -> Self {
        Self { c0: other.c0.replaced(mask, &self.c0), c1: other.c1.replaced(mask, &self.c1) }
    }

    #[inline(always)]
    fn zero_lanes(&self) -> u8 {
        self.c0.zero_lanes() & self.c1.zero_lanes()
    }

    #[inline(always)]
    fn inverse(&self, token: Ifma) -> Option<Self> {
        let c0 = self.c0.canonical().to_lanes().map(scaled);
        let c1 = self.c1.canonical().to_lanes().map(scaled);
        let lanes = [0, 1, 2, 3, 4, 5, 6, 7].map(|lane: usize| Fq2::new(c0[lane], c1[lane]));
        let inverses = scaled_inverses(lanes, |product| {
            let [c0, c1] = inverse_in_g2(&[product.c0.0.0, product.c1.0.0])?.map(scaled);
            Some(Fq2::new(c0, c1))
        })?;
        Some(Self {
            c0: Vector::from_lanes(token, &inverses.map(|inverse| inverse.c0.0.0)),
            c1: Vector::from_lanes(token, &inverses.map(|inverse| inverse.c1.0.0)),
        })
    }
}

impl IfmaFq2 {
    /// The parts of the square, `(c0 + c1)(c0 − c1) + 2·c0·c1·u`: for parts below `3q`, in `[0, 1.43q)`.
    #[inline(always)]
    fn squares(&self) -> [Loose<Q>; 2] {
        let sum = self.c0.plus(&self.c1);
        let c0 = sum.times_wide(&self.c0.minus_plus::<3>(&self.c1)).reduced();
        [c0, self.c0.times_wide(&self.c1).doubled().reduced()]
    }

    /// The parts of `self · other`; the first may be negative.
    #[inline(always)]
    fn products(&self, other: &Self) -> [Loose<Q>; 2] {
        let first = self.c0.times_wide(&other.c0);
        let second = self.c1.times_wide(&other.c1);
        let sums = self.c0.plus(&self.c1).times_wide(&other.c0.plus(&other.c1));
        [first.minus(&second).reduced(), sums.minus(&first).minus(&second).reduced()]
    }
}

/// `square − a − b` for `difference = a − b + 3q`, as in [`IfmaFq2::abscissa`].
#[inline(always)]
fn less_both(square: Loose<Q>, difference: &Vector<Q>, b: &Vector<Q>) -> Vector<Q> {
    let b = b.loose();
    square.minus(&difference.loose()).minus(&b).minus(&b).plus_moduli::<7>().carried().reduced_by::<3>()
}

/// `square − 2·x`, as in [`IfmaFq2::abscissa_of_double`].
#[inline(always)]
fn less_twice(square: Loose<Q>, x: &Vector<Q>) -> Vector<Q> {
    let x = x.loose();
    square.minus(&x).minus(&x).plus_moduli::<6>().carried().reduced_by::<4>().reduced_by::<2>()
}

/// `product − y`, as in [`IfmaFq2::ordinate`].
#[inline(always)]
fn less(product: Loose<Q>, y: &Vector<Q>) -> Vector<Q> {
    product.minus(&y.loose()).plus_moduli::<4>().carried().reduced_by::<3>()
}

/// Both parts of the abscissas (`HALF` 0) or ordinates (1) of eight points.
#[inline(always)]
fn coordinate<const HALF: usize>(token: Ifma, points: &[PackedG2], indices: [u32; 8]) -> [Vector<Q>; 2] {
    macro_rules! row {
        ($index:ident) => {{
            let point: &PackedG2 = &points[($index & !NEGATIVE) as usize];
            _mm512_load_si512(core::ptr::from_ref(point).cast::<__m512i>().add(HALF))
        }};
    }
    let [i0, i1, i2, i3, i4, i5, i6, i7] = indices;
    // SAFETY: there is a token; a packed point is 128 bytes, aligned to 128, of which `HALF` counts halves.
    let words = unsafe {
        transpose([row!(i0), row!(i1), row!(i2), row!(i3), row!(i4), row!(i5), row!(i6), row!(i7)])
    };
    [
        Vector::from_words(token, [words[0], words[1], words[2], words[3]]),
        Vector::from_words(token, [words[4], words[5], words[6], words[7]]),
    ]
}

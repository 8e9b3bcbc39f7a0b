//! Coordinates of one point in words of 64 bits: what serves every processor without AVX512-IFMA.
//!
//! A packed coordinate of `x` is read as the Montgomery form of `16·x` ([`crate::points`]). Sums, differences, slopes and their
//! products with differences keep that factor; only the square of a slope has to be given it.
//!
//! Bounds are tighter than those of the lanes, since `2^256` is but 5.28 times `q`:
//!
//! | value | bound |
//! |---|---|
//! | a coordinate | at most `q` |
//! | a difference | at most `2q` |
//! | a product, of factors at most `2q` | below `2q` |

use ark_bn254::Fq;

use super::{Instructions, Lanes, NEGATIVE, Task};
use crate::points::{PackedG1, PackedG2};
use crate::words::{
    Base, Modulus, Words, canonical, inverse, inverse_in_g2, minus_plus, plus, reduced_by, reduced_plus,
    times, times_wide, wide_minus, wrapping_plus,
};

/// The portable path needs nothing of the processor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Portable;

impl Instructions for Portable {
    #[inline]
    fn run<T: Task>(self, task: T) -> T::Output {
        task.run()
    }
}

/// One coordinate of a point of G1: 16 times it.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct PortableFq(pub(super) Words);

/// One coordinate of a point of G2: 16 times it.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct PortableFq2(pub(super) [Words; 2]);

/// One, as arkworks represents it: `2^256 mod q`.
const ONE: Words = <ark_bn254::Fq as ark_ff::Field>::ONE.0.0;
const ZERO: Words = [0; 4];
const THREE_OVER_32: Fq =
    ark_ff::MontFp!("18468204923114388468770404847560825856087512538970038715393875723606909613492");

impl Lanes for PortableFq {
    const COUNT: usize = 1;
    type Token = Portable;
    type Point = PackedG1;

    #[inline(always)]
    fn one(_: Portable) -> Self {
        Self(ONE)
    }

    #[inline(always)]
    fn splat(_: Portable, value: &Fq) -> Self {
        Self(value.0.0)
    }

    /// The square of `16·x` is 16 times as large as `16·x²`.
    #[inline(always)]
    fn three_halves(_: Portable) -> Self {
        Self(THREE_OVER_32.0.0)
    }

    #[inline(always)]
    fn gather(_: Portable, points: &[PackedG1], indices: &[u32]) -> [Self; 2] {
        let &[index] = indices else { panic!("as many indices as lanes") };
        let PackedG1([x, y]) = &points[(index & !NEGATIVE) as usize];
        [Self(*x), Self(negated_if(index & NEGATIVE != 0, y))]
    }

    #[inline(always)]
    fn write(coordinates: &[Self; 2], points: &mut [PackedG1]) {
        if let Some(point) = points.first_mut() {
            let [Self(x), Self(y)] = coordinates;
            *point = PackedG1([x, y].map(reduced_by::<Base, 1>));
        }
    }

    /// Below `(4/5.28 + 1)·q`.
    #[inline(always)]
    fn times(&self, other: &Self) -> Self {
        Self(times::<Base>(&self.0, &other.0))
    }

    #[inline(always)]
    fn squared(&self) -> Self {
        self.times(self)
    }

    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        Self(minus_plus::<Base, 1>(&self.0, &other.0))
    }

    /// `difference + 2b` is `a + b + q`: less that, plus `3q`, the square below `2q` is in `[0, 4q)`.
    #[inline(always)]
    fn abscissa(slope: &Self, difference: &Self, b: &Self) -> Self {
        let four = four_times(&slope.0);
        Self(less_both(&times::<Base>(&four, &four), &difference.0, &b.0))
    }

    #[inline(always)]
    fn abscissa_of_double(slope: &Self, x: &Self) -> Self {
        Self::abscissa(slope, &x.minus(x), x)
    }

    /// The product is below `2q`; less `y ≤ q`, plus `q`, in `[0, 3q)`.
    #[inline(always)]
    fn ordinate(slope: &Self, x: &Self, sum: &Self, y: &Self) -> Self {
        Self(less(&times::<Base>(&slope.0, &x.minus(sum).0), &y.0))
    }

    #[inline(always)]
    fn select(&self, mask: u8, other: &Self) -> Self {
        if mask & 1 == 1 { *self } else { *other }
    }

    #[inline(always)]
    fn zero_lanes(&self) -> u8 {
        u8::from(canonical::<Base>(&self.0) == ZERO)
    }

    #[inline(always)]
    fn inverse(&self, _: Portable) -> Option<Self> {
        inverse::<Base>(&canonical::<Base>(&self.0)).map(Self)
    }
}

impl Lanes for PortableFq2 {
    const COUNT: usize = 1;
    type Token = Portable;
    type Point = PackedG2;

    #[inline(always)]
    fn one(_: Portable) -> Self {
        Self([ONE, ZERO])
    }

    #[inline(always)]
    fn splat(_: Portable, value: &Fq) -> Self {
        Self([value.0.0, ZERO])
    }

    #[inline(always)]
    fn three_halves(_: Portable) -> Self {
        Self([THREE_OVER_32.0.0, ZERO])
    }

    #[inline(always)]
    fn gather(_: Portable, points: &[PackedG2], indices: &[u32]) -> [Self; 2] {
        let &[index] = indices else { panic!("as many indices as lanes") };
        let PackedG2([x0, x1, y0, y1]) = &points[(index & !NEGATIVE) as usize];
        let negative = index & NEGATIVE != 0;
        [Self([*x0, *x1]), Self([negated_if(negative, y0), negated_if(negative, y1)])]
    }

    #[inline(always)]
    fn write(coordinates: &[Self; 2], points: &mut [PackedG2]) {
        if let Some(point) = points.first_mut() {
            let [Self([x0, x1]), Self([y0, y1])] = coordinates;
            *point = PackedG2([x0, x1, y0, y1].map(reduced_by::<Base, 1>));
        }
    }

    /// Karatsuba's three products with two reductions. For factors at most `2q` all three are below `16q²`, which is below
    /// `2^512`; `c0`, shifted by `q`, is in `(0.2q, 2.8q)` and `c1` below `2.6q`, from which `2q` are taken.
    #[inline(always)]
    fn times(&self, other: &Self) -> Self {
        let ([a0, a1], [b0, b1]) = (&self.0, &other.0);
        let first = times_wide(a0, b0);
        let second = times_wide(a1, b1);
        // What was taken out of a batch of additions has no bounds, and its sums may wrap: nobody reads what comes of it.
        let both = times_wide(&wrapping_plus(a0, a1), &wrapping_plus(b0, b1));
        let c0 = reduced_plus::<Base, 1>(&wide_minus(&first, &second));
        let c1 = reduced_plus::<Base, 0>(&wide_minus(&wide_minus(&both, &first), &second));
        Self([reduced_by::<Base, 2>(&c0), reduced_by::<Base, 2>(&c1)])
    }

    /// `(c0 + c1)(c0 − c1) + 2·c0·c1·u`, all factors at most `2q`.
    #[inline(always)]
    fn squared(&self) -> Self {
        let [c0, c1] = &self.0;
        let first = times::<Base>(&plus(c0, c1), &minus_plus::<Base, 1>(c0, c1));
        Self([first, times::<Base>(&plus(c0, c0), c1)])
    }

    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        let ([a0, a1], [b0, b1]) = (&self.0, &other.0);
        Self([minus_plus::<Base, 1>(a0, b0), minus_plus::<Base, 1>(a1, b1)])
    }

    /// `slope² = (c0 + c1)(c0 − c1) + 2·c0·c1·u`: with both below `2q`, sum and difference below `2q` and `4q`, below `2.6q`, less
    /// `2q` where possible below `2q`; the rest is as in G1.
    #[inline(always)]
    fn abscissa(slope: &Self, difference: &Self, b: &Self) -> Self {
        let [s0, s1] = slope.0.each_ref().map(four_times);
        let sum = reduced_by::<Base, 2>(&plus(&s0, &s1));
        let c0 = times::<Base>(&sum, &minus_plus::<Base, 2>(&s0, &s1));
        let c1 = times::<Base>(&plus(&s0, &s0), &s1);
        let ([d0, d1], [b0, b1]) = (&difference.0, &b.0);
        Self([less_both(&reduced_by::<Base, 2>(&c0), d0, b0), less_both(&reduced_by::<Base, 2>(&c1), d1, b1)])
    }

    #[inline(always)]
    fn abscissa_of_double(slope: &Self, x: &Self) -> Self {
        Self::abscissa(slope, &x.minus(x), x)
    }

    #[inline(always)]
    fn ordinate(slope: &Self, x: &Self, sum: &Self, y: &Self) -> Self {
        let Self([c0, c1]) = slope.times(&x.minus(sum));
        Self([less(&c0, &y.0[0]), less(&c1, &y.0[1])])
    }

    #[inline(always)]
    fn select(&self, mask: u8, other: &Self) -> Self {
        if mask & 1 == 1 { *self } else { *other }
    }

    #[inline(always)]
    fn zero_lanes(&self) -> u8 {
        u8::from(self.0.iter().all(|part| canonical::<Base>(part) == ZERO))
    }

    #[inline(always)]
    fn inverse(&self, _: Portable) -> Option<Self> {
        inverse_in_g2(&self.0.each_ref().map(canonical::<Base>)).map(Self)
    }
}

/// `q − y` where that is asked for, for `y ≤ q`.
#[inline(always)]
fn negated_if(negative: bool, y: &Words) -> Words {
    if negative { minus_plus::<Base, 1>(&ZERO, y) } else { *y }
}

/// `4·slope`, below `2q` as the slope: its square has the factor 16 that is wanting.
#[inline(always)]
fn four_times(slope: &Words) -> Words {
    let two = reduced_by::<Base, 2>(&plus(slope, slope));
    reduced_by::<Base, 2>(&plus(&two, &two))
}

/// `square − a − b` for `difference = a − b + q`, as in [`PortableFq::abscissa`], below `q`.
#[inline(always)]
fn less_both(square: &Words, difference: &Words, b: &Words) -> Words {
    let both = plus(&plus(difference, b), b);
    reduced_by::<Base, 1>(&reduced_by::<Base, 2>(&minus_plus::<Base, 3>(square, &both)))
}

/// `product − y`, as in [`PortableFq::ordinate`], below `q`.
#[inline(always)]
fn less(product: &Words, y: &Words) -> Words {
    reduced_by::<Base, 1>(&reduced_by::<Base, 2>(&minus_plus::<Base, 1>(product, y)))
}

const _: () = assert!(Base::WORDS[3] < 1 << 62, "four moduli fit in 256 bits");

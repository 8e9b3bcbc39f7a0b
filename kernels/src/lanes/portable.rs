//! Coordinates of one point, in arkworks' arithmetic: what serves every processor without AVX512-IFMA.
//!
//! A packed coordinate of `x` is read as the field element `16·x` ([`crate::points`]). Sums, differences, slopes and their
//! products with differences keep that factor; only the square of a slope has to be given it.

use ark_bn254::{Fq, Fq2};
use ark_ff::{AdditiveGroup, Field};

use super::{Instructions, Lanes, NEGATIVE, Task};
use crate::points::{PackedFq, PackedG1, PackedG2, scaled};

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
pub(crate) struct PortableFq(Fq);

/// One coordinate of a point of G2: 16 times it.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct PortableFq2(Fq2);

macro_rules! one_lane {
    ($lanes:ident, $field:ident, $point:ident, $read:expr, $write:expr) => {
        impl Lanes for $lanes {
            const COUNT: usize = 1;
            type Token = Portable;
            type Point = $point;

            #[inline(always)]
            fn one(_: Portable) -> Self {
                Self($field::ONE)
            }

            #[inline(always)]
            fn gather(_: Portable, points: &[$point], indices: &[u32]) -> [Self; 2] {
                let &[index] = indices else { panic!("as many indices as lanes") };
                let [x, y] = $read(&points[(index & !NEGATIVE) as usize]);
                [Self(x), Self(if index & NEGATIVE == 0 { y } else { -y })]
            }

            #[inline(always)]
            fn write(coordinates: &[Self; 2], points: &mut [$point]) {
                if let Some(point) = points.first_mut() {
                    let [Self(x), Self(y)] = coordinates;
                    *point = $write(x, y);
                }
            }

            #[inline(always)]
            fn times(&self, other: &Self) -> Self {
                Self(self.0 * other.0)
            }

            #[inline(always)]
            fn minus(&self, other: &Self) -> Self {
                Self(self.0 - other.0)
            }

            #[inline(always)]
            fn abscissa(slope: &Self, difference: &Self, b: &Self) -> Self {
                let mut four = slope.0;
                four.double_in_place().double_in_place();
                Self(four.square() - difference.0 - b.0.double())
            }

            #[inline(always)]
            fn ordinate(slope: &Self, x: &Self, sum: &Self, y: &Self) -> Self {
                Self(slope.0 * (x.0 - sum.0) - y.0)
            }

            #[inline(always)]
            fn select(&self, mask: u8, other: &Self) -> Self {
                if mask & 1 == 1 { *self } else { *other }
            }

            #[inline(always)]
            fn zero_lanes(&self) -> u8 {
                u8::from(self.0 == $field::ZERO)
            }

            #[inline(always)]
            fn inverse(&self, _: Portable) -> Option<Self> {
                self.0.inverse().map(Self)
            }
        }
    };
}

one_lane!(PortableFq, Fq, PackedG1, read_g1, write_g1);
one_lane!(PortableFq2, Fq2, PackedG2, read_g2, write_g2);

#[inline(always)]
fn read_g1(point: &PackedG1) -> [Fq; 2] {
    let [x, y] = point.0;
    [scaled(x), scaled(y)]
}

#[inline(always)]
fn write_g1(x: &Fq, y: &Fq) -> PackedG1 {
    PackedG1([limbs(x), limbs(y)])
}

#[inline(always)]
fn read_g2(point: &PackedG2) -> [Fq2; 2] {
    let [x0, x1, y0, y1] = point.0;
    [Fq2::new(scaled(x0), scaled(x1)), Fq2::new(scaled(y0), scaled(y1))]
}

#[inline(always)]
fn write_g2(x: &Fq2, y: &Fq2) -> PackedG2 {
    PackedG2([limbs(&x.c0), limbs(&x.c1), limbs(&y.c0), limbs(&y.c1)])
}

#[inline(always)]
fn limbs(value: &Fq) -> PackedFq {
    value.0.0
}

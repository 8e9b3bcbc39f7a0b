//! Several field elements side by side, and the operations of an affine addition on them.
//!
//! The additions of [`crate::additions`] are written once, over [`Lanes`]; each path (AVX512-IFMA, portable) and each group
//! implements it with its own lazily reduced arithmetic. Bounds are stated in multiples of the modulus `q`:
//!
//! | value | bound |
//! |---|---|
//! | a coordinate from a packed point | at most `q` (a negated ordinate of zero is `q`) |
//! | a coordinate of a sum | below `3q` |
//! | a product | below `3q`, of factors below `8q` |
//! | a difference | below `6q` |

#[cfg(target_arch = "x86_64")]
pub(crate) mod ifma;
#[cfg(target_arch = "x86_64")]
mod ifma_g1;
#[cfg(target_arch = "x86_64")]
mod ifma_g2;
mod portable;

#[cfg(target_arch = "x86_64")]
pub(crate) use ifma::Ifma;
#[cfg(target_arch = "x86_64")]
pub(crate) use ifma_g1::IfmaFq;
#[cfg(target_arch = "x86_64")]
pub(crate) use ifma_g2::IfmaFq2;
pub(crate) use portable::{Portable, PortableFq, PortableFq2};

use ark_bn254::Fq;

use crate::points::PackedPoint;

/// Shows that the processor has some instructions.
pub(crate) trait Instructions: Copy + Send + Sync {
    /// Runs a task that is compiled for these instructions.
    fn run<T: Task>(self, task: T) -> T::Output;
}

/// What [`Instructions::run`] runs. Implementations of `run` are `#[inline(always)]`, as is all that they call in inner loops:
/// else it is compiled for the processors that all have in common.
pub(crate) trait Task {
    /// What comes out.
    type Output;

    /// Does it.
    fn run(self) -> Self::Output;
}

/// Set in an index to points: the point's negative is meant.
pub(crate) const NEGATIVE: u32 = 1 << 31;

/// One coordinate of [`Lanes::COUNT`] points.
///
/// All functions are `#[inline(always)]` in the implementations, so that they are compiled with the instruction set of the
/// kernel that calls them.
pub(crate) trait Lanes: Copy + Send + Sync {
    /// Number of lanes, at most 8.
    const COUNT: usize;
    /// Shows that the processor has the instructions; values can only be made with it.
    type Token: Instructions;
    /// The points whose coordinates these are.
    type Point: PackedPoint;

    /// One, in every lane.
    fn one(token: Self::Token) -> Self;

    /// `value` in every lane, as a factor of coordinates.
    fn splat(token: Self::Token, value: &Fq) -> Self;

    /// `3/2`, in every lane, over the factor that [`Self::squared`] has too many.
    fn three_halves(token: Self::Token) -> Self;

    /// The coordinates of points by index, some negated ([`NEGATIVE`]).
    ///
    /// # Panics
    /// Where an index is out of range or there are not [`Self::COUNT`].
    fn gather(token: Self::Token, points: &[Self::Point], indices: &[u32]) -> [Self; 2];

    /// The points of the first lanes, as many as `points` has places, in canonical form.
    fn write(coordinates: &[Self; 2], points: &mut [Self::Point]);

    /// `self · other`, factors below `8q`.
    fn times(&self, other: &Self) -> Self;

    /// `self²`, of a coordinate, times what [`Self::three_halves`] is divided by.
    fn squared(&self) -> Self;

    /// `self − other`, of coordinates.
    fn minus(&self, other: &Self) -> Self;

    /// `slope² − a − b` where `difference = a − b` as [`Self::minus`] gives it, `a` from a packed point and `b` from one or a sum.
    fn abscissa(slope: &Self, difference: &Self, b: &Self) -> Self;

    /// `slope² − 2·x`, of a product and a coordinate.
    fn abscissa_of_double(slope: &Self, x: &Self) -> Self;

    /// `slope·(x − sum) − y`, of a product and coordinates.
    fn ordinate(slope: &Self, x: &Self, sum: &Self, y: &Self) -> Self;

    /// In the lanes of the mask `self`, in the others `other`.
    fn select(&self, mask: u8, other: &Self) -> Self;

    /// The lanes that are zero modulo `q`, of values below `8q`.
    fn zero_lanes(&self) -> u8;

    /// The inverse of each lane, of values below `8q`; none where a lane is zero.
    fn inverse(&self, token: Self::Token) -> Option<Self>;
}

/// Asks the processor for what is at an address, where it can be asked.
#[inline(always)]
pub(crate) fn prefetch_point<P>(points: &[P], index: u32) {
    #[cfg(target_arch = "x86_64")]
    if let Some(point) = points.get((index & !NEGATIVE) as usize) {
        let address = core::ptr::from_ref(point).cast::<i8>();
        // SAFETY: SSE is part of x86-64; a prefetch reads nothing, whatever the address.
        unsafe { core::arch::x86_64::_mm_prefetch::<{ core::arch::x86_64::_MM_HINT_T0 }>(address) };
        if size_of::<P>() > 64 {
            // SAFETY: as above; both halves are within the point.
            unsafe {
                core::arch::x86_64::_mm_prefetch::<{ core::arch::x86_64::_MM_HINT_T0 }>(address.add(64));
            }
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (points, index);
}

#[cfg(test)]
mod tests;

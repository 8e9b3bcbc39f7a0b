//! Many multiples of points, and many sums of multiples, at once: what the set-up of a Groth16 key spends its time on.
//!
//! Points come and go as arkworks' affine points, infinity among them. Additions and doublings are affine, done in lock-step over
//! a thousand points that share each inversion.
//!
//! Points must be on their curve, and those of G2 in its subgroup (all of G1 is): what comes of others means nothing. Equal and
//! opposite points, and multiples that meet each other, are summed rightly wherever they occur.
//!
//! Time depends on the scalars. Multiples by secret scalars are for machines whose timing nobody else observes. Digits of scalars
//! are erased from the buffers that held them.

mod combinations;
mod dispatch;
mod halves;
mod multiples;
mod transform;

use ark_bn254::Fr;
use ark_ec::AffineRepr;

use crate::lanes::Lanes;
use crate::path::Path;
use crate::points::PackedPoint;

pub use combinations::{Combinations, CombinationsError, Term};
pub use dispatch::Point;
pub use transform::Direction;

/// Points in lock-step, at most.
const PLACES: usize = 1024;

/// `scalar_i·point_i`. Uses the threads of the current pool.
///
/// # Panics
/// Where there are not as many scalars as points.
pub fn multiples<A: Point>(path: Path, points: &[A], scalars: &[Fr]) -> Vec<A> {
    assert_eq!(points.len(), scalars.len(), "as many scalars as points");
    A::multiples(path, points, scalars)
}

/// `scalar·point_i`. Uses the threads of the current pool.
pub fn common_multiples<A: Point>(path: Path, points: &[A], scalar: &Fr) -> Vec<A> {
    A::common_multiples(path, points, scalar)
}

/// `Σ coefficient·point` over the terms of each row. Uses the threads of the current pool, and some megabytes for each of them.
///
/// # Panics
/// Where there are other points than so many as the combinations are of.
pub fn combinations<A: Point>(path: Path, points: &[A], combinations: &Combinations<'_>) -> Vec<A> {
    A::combinations(path, points, combinations)
}

/// The Fourier transform `Σ_m ω^(jm)·point_m` in place, in natural order, where `ω` is arkworks' generator of the domain of as many
/// elements; or the one with `1/ω`, which undoes it but for a factor of the number of points. That factor is left to who scales
/// the results anyway. Uses the threads of the current pool.
///
/// # Panics
/// Where the number of points is not a power of two up to `2^28`.
pub fn transform<A: Point>(path: Path, points: &mut [A], direction: Direction) {
    A::transform(path, points, direction);
}

/// `factor·Σ_m ℓ_j(x_m)·point_m` for the Lagrange basis `ℓ_j` of the domain of as many elements, at the elements `x_m = g·ω^m` of
/// its odd coset ([`crate::fft::odd_coset_generator`]): the transpose of taking values from the domain to the coset. Two
/// transforms and a scaling, which has the factor in it. Uses the threads of the current pool.
///
/// # Panics
/// Where the number of points is not a power of two up to `2^27`.
pub fn odd_coset_to_domain<A: Point>(path: Path, points: &[A], factor: &Fr) -> Vec<A> {
    A::odd_coset_to_domain(path, points, factor)
}

/// So many that each thread has its share, in whole vectors.
fn places_together(count: usize) -> usize {
    count.div_ceil(rayon::current_num_threads()).next_multiple_of(8).clamp(8, PLACES)
}

/// In this module the default point, whose coordinates are zero, stands for infinity: it is on neither curve.
fn pack<L: Lanes>(point: &<L::Point as PackedPoint>::Affine) -> L::Point {
    L::Point::pack(point).unwrap_or_default()
}

fn is_infinity<L: Lanes>(point: &L::Point) -> bool {
    *point == L::Point::default()
}

fn unpack<L: Lanes>(point: &L::Point) -> <L::Point as PackedPoint>::Affine {
    if is_infinity::<L>(point) { AffineRepr::zero() } else { point.unpack() }
}

//! What takes the time of a ceremony: many multiples and sums of points.

use ark_bn254::{Fr, g1, g2};
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::Affine;
use ark_ff::Zero;
use rayon::prelude::*;
use solvency_kernels::batch::{Combinations, CombinationsError, Point, combinations};
use solvency_kernels::msm::{Bases, best_window};
use solvency_kernels::{Multiplier, PackedG1, PackedG2, PackedPoint, Path};

use crate::circuit::Columns;

/// The sums of some wires.
pub(crate) fn sums_of_wires<P: Point>(
    path: Path,
    bases: &[P],
    columns: &Columns,
    wires: core::ops::Range<usize>,
) -> Result<Vec<P>, CombinationsError> {
    let starts = &columns.starts[wires.start..=wires.end];
    let first = starts[0];
    let terms = &columns.terms[first as usize..starts[wires.len()] as usize];
    let starts: Vec<u32> = starts.iter().map(|start| start - first).collect();
    let of_wires = Combinations::new(bases.len(), &starts, terms, &columns.coefficients)?;
    Ok(combinations(path, bases, &of_wires))
}

/// `Σ weight·point`. Infinities count nothing.
pub(crate) fn weighted_sum<P: Summed>(path: Path, points: &[P], weights: &[u128]) -> P::Group {
    let scalars: Vec<[u64; 4]> =
        weights.iter().map(|weight| [*weight as u64, (*weight >> 64) as u64, 0, 0]).collect();
    sum_of_multiples(path, points, &scalars)
}

/// `Σ scalar·point`; scalars as integers below 2^254. Infinities count nothing.
pub(crate) fn sum_of_multiples<P: Summed>(path: Path, points: &[P], scalars: &[[u64; 4]]) -> P::Group {
    // Pieces large enough for wide windows, as many as there are threads.
    let piece = points.len().div_ceil(rayon::current_num_threads()).max(1 << 10);
    let sums = points.par_chunks(piece).zip(scalars.par_chunks(piece)).map(|(points, scalars)| {
        let (packed, scalars): (Vec<P::Packed>, Vec<[u64; 4]>) = points
            .iter()
            .zip(scalars)
            .filter_map(|(point, scalar)| Some((P::Packed::pack(point)?, *scalar)))
            .unzip();
        P::sum(&mut Multiplier::new(path), &packed, &scalars)
    });
    sums.sum()
}

/// A group whose sums the kernels make.
pub(crate) trait Summed: AffineRepr<ScalarField = Fr> {
    type Packed: PackedPoint<Affine = Self>;

    fn sum(multiplier: &mut Multiplier, points: &[Self::Packed], scalars: &[[u64; 4]]) -> Self::Group;
}

impl Summed for Affine<g1::Config> {
    type Packed = PackedG1;

    fn sum(multiplier: &mut Multiplier, points: &[PackedG1], scalars: &[[u64; 4]]) -> Self::Group {
        match Bases::new(points, best_window(points.len(), 1), 1) {
            Ok(bases) => multiplier.multiply_g1(&bases, scalars),
            Err(_) => Self::Group::zero(),
        }
    }
}

impl Summed for Affine<g2::Config> {
    type Packed = PackedG2;

    fn sum(multiplier: &mut Multiplier, points: &[PackedG2], scalars: &[[u64; 4]]) -> Self::Group {
        match Bases::new(points, best_window(points.len(), 1), 1) {
            Ok(bases) => multiplier.multiply_g2(&bases, scalars),
            Err(_) => Self::Group::zero(),
        }
    }
}

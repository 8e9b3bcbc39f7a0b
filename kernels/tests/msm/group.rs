//! What the tests of both groups share: points, packed, and sums by arkworks.

use ark_bn254::{Fr, g1, g2};
use ark_ec::short_weierstrass::Projective;
use ark_ec::{CurveGroup, ScalarMul, VariableBaseMSM};
use ark_ff::PrimeField;
use solvency_kernels::msm::{Bases, with_levels};
use solvency_kernels::{Multiplier, PackedG1, PackedG2, PackedPoint, Path};

pub(crate) type G1 = Projective<g1::Config>;
pub(crate) type G2 = Projective<g2::Config>;

/// One of the two groups, as the tests see it.
pub(crate) trait Group:
    CurveGroup<ScalarField = Fr> + VariableBaseMSM + ScalarMul<MulBase = Self::Affine>
{
    /// Its packed points.
    type Packed: PackedPoint<Affine = <Self as CurveGroup>::Affine, Projective = Self>;

    /// `Σ scalar·base`.
    fn multiply(multiplier: &mut Multiplier, bases: &Bases<'_, Self::Packed>, scalars: &[[u64; 4]]) -> Self;

    /// The sum of the points at some indices.
    fn sum_of(multiplier: &mut Multiplier, points: &[Self::Packed], indices: &[u32]) -> Self;
}

impl Group for G1 {
    type Packed = PackedG1;

    fn multiply(multiplier: &mut Multiplier, bases: &Bases<'_, PackedG1>, scalars: &[[u64; 4]]) -> Self {
        multiplier.multiply_g1(bases, scalars)
    }

    fn sum_of(multiplier: &mut Multiplier, points: &[PackedG1], indices: &[u32]) -> Self {
        multiplier.sum_g1(points, indices)
    }
}

impl Group for G2 {
    type Packed = PackedG2;

    fn multiply(multiplier: &mut Multiplier, bases: &Bases<'_, PackedG2>, scalars: &[[u64; 4]]) -> Self {
        multiplier.multiply_g2(bases, scalars)
    }

    fn sum_of(multiplier: &mut Multiplier, points: &[PackedG2], indices: &[u32]) -> Self {
        multiplier.sum_g2(points, indices)
    }
}

/// The paths of this processor; says so where the lanes are not among them.
pub(crate) fn paths() -> Vec<Path> {
    if Path::ifma().is_none() {
        eprintln!("skipped: no AVX512-IFMA; the portable path only");
    }
    Path::all()
}

/// Packs points, none of which is infinity.
pub(crate) fn pack<G: Group>(points: &[G]) -> Vec<G::Packed> {
    G::normalize_batch(points).iter().map(|point| G::Packed::pack(point).expect("bases are finite")).collect()
}

/// Random points.
pub(crate) fn random_points<G: Group>(count: usize, rng: &mut impl ark_std::rand::Rng) -> Vec<G> {
    (0..count).map(|_| G::rand(rng)).collect()
}

/// `P, 2P, 3P, …`: a great many sums of such points are equal to each other.
pub(crate) fn progression<G: Group>(count: usize) -> Vec<G> {
    let mut point = G::zero();
    (0..count)
        .map(|_| {
            point += G::generator();
            point
        })
        .collect()
}

/// Scalars as the crate takes them.
pub(crate) fn integers(scalars: &[Fr]) -> Vec<[u64; 4]> {
    scalars.iter().map(|scalar| scalar.into_bigint().0).collect()
}

/// `Σ scalar·point` by arkworks.
pub(crate) fn expected<G: Group>(points: &[G], scalars: &[Fr]) -> G {
    if points.is_empty() { G::zero() } else { G::msm(&G::normalize_batch(points), scalars).unwrap() }
}

/// Every path, with every shape (a window and a number of levels), must come to arkworks' sum for each row of scalars.
pub(crate) fn check<G: Group>(name: &str, points: &[G], rows: &[Vec<Fr>], shapes: &[(usize, usize)]) {
    let packed = pack(points);
    let expected: Vec<G> = rows.iter().map(|scalars| self::expected(points, scalars)).collect();
    let mut multipliers: Vec<(Path, Multiplier)> =
        paths().into_iter().map(|path| (path, Multiplier::new(path))).collect();
    for &(window, levels) in shapes {
        let points = with_levels(&packed, window, levels);
        let bases = Bases::new(&points, window, levels).unwrap();
        for (row, (scalars, expected)) in rows.iter().zip(&expected).enumerate() {
            let scalars = integers(scalars);
            for (path, multiplier) in &mut multipliers {
                // Used buffers and new ones must not differ: each multiplier goes through all shapes and rows.
                let sum = G::multiply(multiplier, &bases, &scalars);
                assert!(
                    sum == *expected,
                    "{name}: {} points, row {row}, window {window}, {levels} levels, {path}",
                    packed.len()
                );
            }
        }
    }
}

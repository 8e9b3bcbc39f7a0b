//! Many multiples and sums at once against sums by the plainest formulas: every path, both groups.

mod combinations;
mod multiples;
mod transform;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_ff::{AdditiveGroup, BitIteratorBE, PrimeField, UniformRand, Zero};
use ark_std::rand::Rng;
use solvency_kernels::Path;
use solvency_kernels::batch::Point;

/// The paths of this processor; says so where the lanes are not among them.
fn paths() -> Vec<Path> {
    if Path::ifma().is_none() {
        eprintln!("skipped: no AVX512-IFMA; the portable path only");
    }
    Path::all()
}

/// `integer·point` bit by bit, for words from the lowest on. (arkworks' own products split scalars in halves, as what is tested
/// here does.)
fn bit_by_bit<A: Point>(point: &A, words: &[u64]) -> A::Group {
    BitIteratorBE::without_leading_zeros(words)
        .fold(A::Group::ZERO, |sum, bit| if bit { sum.double() + point } else { sum.double() })
}

fn product<A: Point>(point: &A, scalar: &Fr) -> A::Group {
    bit_by_bit(point, &scalar.into_bigint().0)
}

fn random_points<A: Point + UniformRand>(count: usize, rng: &mut impl Rng) -> Vec<A> {
    (0..count).map(|_| A::rand(rng)).collect()
}

/// `P, 2P, 3P, …`.
fn progression<A: Point>(count: usize) -> Vec<A> {
    let mut point = A::Group::ZERO;
    let points: Vec<_> = (0..count)
        .map(|_| {
            point += A::Group::generator();
            point
        })
        .collect();
    A::Group::normalize_batch(&points)
}

fn assert_same<A: Point>(name: &str, path: Path, got: &[A], expected: &[A::Group]) {
    let expected = A::Group::normalize_batch(expected);
    assert_eq!(got.len(), expected.len(), "{name}, {path}");
    if let Some(at) = got.iter().zip(&expected).position(|(got, expected)| got != expected) {
        panic!("{name}, {path}: at {at} of {}: {} instead of {}", got.len(), got[at], expected[at]);
    }
}

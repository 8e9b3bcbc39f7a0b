//! Fourier transforms of points.
//!
//! Stockham's arrangement: every step reads one array and writes another, and both ends are in natural order. In each step but the
//! last half of the values are multiplied by a root of unity, a product of full length; the last steps have few roots, each
//! for many values, which are then multiplied by one scalar.
//!
//! Source: Cochran, Cooley, Favin, Helms, Kaenel, Lang, Maling, Nelson, Rader, Welch, "What is the fast Fourier transform?",
//! Proceedings of the IEEE 55 (1967), which tells of Stockham's.

use ark_bn254::{Fq, Fr};
use ark_ff::{FftField, Field};
use rayon::prelude::*;

use super::multiples::Workspace;
use super::{PLACES, pack, unpack};
use crate::fft::{MAX_DOMAIN_BITS, odd_coset_generator, powers};
use crate::lanes::Lanes;
use crate::points::PackedPoint;

type Affine<L> = <<L as Lanes>::Point as PackedPoint>::Affine;

/// Which way to transform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// By the powers of the domain's generator `ω`.
    Forward,
    /// By the powers of `1/ω`. Not divided by the number of points.
    Backward,
}

/// The transform, in place.
pub(super) fn batch_transform<L: Lanes>(
    token: L::Token,
    beta: &Fq,
    points: &mut [Affine<L>],
    direction: Direction,
) {
    let transform = Transform::<L>::new(token, beta, points.len());
    let transformed = transform.run(points.par_iter().map(pack::<L>).collect(), direction);
    points
        .par_iter_mut()
        .zip(&transformed)
        .for_each(|(point, transformed)| *point = unpack::<L>(transformed));
}

/// `factor·Σ_m ℓ_j(x_m)·point_m`, where `ℓ_j(x_m) = 1/n·Σ_k ω^(−jk)·g^k·ω^(mk)`.
pub(super) fn batch_to_domain<L: Lanes>(
    token: L::Token,
    beta: &Fq,
    points: &[Affine<L>],
    factor: &Fr,
) -> Vec<Affine<L>> {
    let transform = Transform::<L>::new(token, beta, points.len());
    let bits = points.len().trailing_zeros();
    assert!(bits <= MAX_DOMAIN_BITS, "{} points, more than odd cosets have elements", points.len());
    let mut values = transform.run(points.par_iter().map(pack::<L>).collect(), Direction::Forward);
    let factor = *factor * Fr::from(points.len() as u64).inverse().expect("n is below the modulus");
    let mut scale = powers(odd_coset_generator(bits), points.len());
    scale.par_iter_mut().for_each(|power| *power *= factor);
    let together = transform.together();
    values.par_chunks_mut(together).zip(scale.par_chunks(together)).for_each_init(
        || transform.workspace(),
        |workspace, (values, scale)| workspace.multiply_each(values, scale),
    );
    transform.run(values, Direction::Backward).par_iter().map(unpack::<L>).collect()
}

/// Transforms of so many points, a power of two.
struct Transform<'a, L: Lanes> {
    token: L::Token,
    beta: &'a Fq,
    size: usize,
}

impl<'a, L: Lanes> Transform<'a, L> {
    fn new(token: L::Token, beta: &'a Fq, size: usize) -> Self {
        assert!(size.is_power_of_two(), "{size} points; transforms are of a power of two");
        assert!(
            size.trailing_zeros() <= Fr::TWO_ADICITY,
            "{size} points, more than there are roots of unity"
        );
        Self { token, beta, size }
    }

    fn workspace(&self) -> Workspace<L> {
        Workspace::new(self.token, *self.beta)
    }

    /// So many values in lock-step that each thread has its share; a power of two.
    fn together(&self) -> usize {
        (self.size / 2 / rayon::current_num_threads()).clamp(1, PLACES).next_power_of_two()
    }

    fn run(&self, mut from: Vec<L::Point>, direction: Direction) -> Vec<L::Point> {
        let half = self.size / 2;
        let mut root = Fr::get_root_of_unity(self.size as u64).expect("a size that was checked");
        if direction == Direction::Backward {
            root = root.inverse().expect("a root of unity is not zero");
        }
        let roots = powers(root, half);
        let mut to = vec![L::Point::default(); self.size];
        let mut same = 1;
        while same <= half {
            self.step(&from, &mut to, same, &roots);
            core::mem::swap(&mut from, &mut to);
            same *= 2;
        }
        from
    }

    /// One step: for `q = j·same + k` with `k` below `same`, the sum of the values at `q` and `half + q` goes to
    /// `2j·same + k`, and their difference times root `j·same` to `(2j + 1)·same + k`.
    fn step(&self, from: &[L::Point], to: &mut [L::Point], same: usize, roots: &[Fr]) {
        let (low, high) = from.split_at(self.size / 2);
        let together = self.together();
        let butterflies = |workspace: &mut Workspace<L>, first: usize, out: [&mut [L::Point]; 2]| {
            let [sums, products] = out;
            let range = first..first + sums.len();
            workspace.sums_and_differences(&low[range.clone()], &high[range.clone()], sums, products);
            let scalars: Vec<Fr> = range.map(|q| roots[q / same * same]).collect();
            workspace.multiply_each(products, &scalars);
        };
        if same >= together {
            let halves = to.par_chunks_mut(2 * same).enumerate().flat_map(|(root, both)| {
                let (sums, products) = both.split_at_mut(same);
                let out = sums.par_chunks_mut(together).zip(products.par_chunks_mut(together));
                out.enumerate().map(move |(chunk, out)| (root * same + chunk * together, out))
            });
            halves.for_each_init(
                || self.workspace(),
                |workspace, (first, (sums, products))| butterflies(workspace, first, [sums, products]),
            );
        } else {
            to.par_chunks_mut(2 * together).enumerate().for_each_init(
                || {
                    (
                        self.workspace(),
                        vec![L::Point::default(); together],
                        vec![L::Point::default(); together],
                    )
                },
                |(workspace, sums, products), (chunk, to)| {
                    butterflies(workspace, chunk * together, [sums, products]);
                    let parts = sums.chunks(same).zip(products.chunks(same));
                    for (to, (sums, products)) in to.chunks_mut(2 * same).zip(parts) {
                        to[..same].copy_from_slice(sums);
                        to[same..].copy_from_slice(products);
                    }
                },
            );
        }
    }
}

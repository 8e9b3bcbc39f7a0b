//! Sums of multiples of few points: of a key's input points, which are known beforehand, and of proofs' points by short weights.

use alloc::vec::Vec;

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, PrimeField};

/// Bits of a scalar that one addition takes care of.
const TEETH: usize = 8;
/// Distance of these bits: `TEETH·SPACING` bits hold every scalar.
const SPACING: usize = 32;

/// The sums of every choice among `P, 2^32·P, …, 2^224·P`: 255 points, 18 KiB.
///
/// Source: Lim and Lee, "More Flexible Exponentiation with Precomputation", CRYPTO 1994, section 3, with one column of blocks.
#[derive(Clone, Debug)]
pub(super) struct Comb {
    /// The sum of the choice whose bits are `i + 1`.
    sums: Vec<G1Affine>,
}

impl Comb {
    /// Makes the table of a point.
    pub(super) fn new(point: &G1Affine) -> Self {
        let mut sums: Vec<G1Projective> = Vec::with_capacity((1 << TEETH) - 1);
        let mut tooth = point.into_group();
        for _ in 0..TEETH {
            let before = sums.clone();
            sums.push(tooth);
            sums.extend(before.iter().map(|sum| *sum + tooth));
            for _ in 0..SPACING {
                tooth.double_in_place();
            }
        }
        Self { sums: G1Projective::normalize_batch(&sums) }
    }

    /// The sum for the bits `column, column + 32, …` of a scalar; none where all are zero.
    fn at(&self, scalar: &[u64; 4], column: usize) -> Option<&G1Affine> {
        let mut choice = 0usize;
        for (word, bits) in scalar.iter().enumerate() {
            let low = (bits >> column) & 1;
            let high = (bits >> (column + SPACING)) & 1;
            choice |= ((low | high << 1) as usize) << (2 * word);
        }
        self.sums.get(choice.checked_sub(1)?)
    }
}

/// `Σ scalar·point` for points with tables: 32 doublings in all, and at most 32 additions a point.
pub(super) fn multiply<'a>(combs: impl IntoIterator<Item = &'a Comb>, scalars: &[Fr]) -> G1Projective {
    let terms: Vec<_> = combs.into_iter().zip(scalars.iter().map(|scalar| scalar.into_bigint().0)).collect();
    let mut sum = G1Projective::ZERO;
    for column in (0..SPACING).rev() {
        sum.double_in_place();
        for (comb, scalar) in &terms {
            if let Some(point) = comb.at(scalar, column) {
                sum += point;
            }
        }
    }
    sum
}

/// Bits of a weight that one addition takes care of.
const WINDOW: usize = 4;

/// `Σ weight·point`: 128 doublings in all, and some 46 additions a point.
///
/// Source: Straus, "Addition chains of vectors", American Mathematical Monthly 71 (1964).
pub(super) fn weighted_sum(terms: &[(G1Affine, u128)]) -> G1Projective {
    let mut multiples = Vec::new();
    let mut weights = Vec::new();
    for (point, weight) in terms {
        let mut multiple = point.into_group();
        for _ in 1..1 << WINDOW {
            multiples.push(multiple);
            multiple += point;
        }
        weights.push(*weight);
    }
    let multiples = G1Projective::normalize_batch(&multiples);
    let mut sum = G1Projective::ZERO;
    for window in (0..128 / WINDOW).rev() {
        for _ in 0..WINDOW {
            sum.double_in_place();
        }
        for (multiples, weight) in multiples.chunks((1 << WINDOW) - 1).zip(&weights) {
            let digit = (weight >> (WINDOW * window)) as usize & ((1 << WINDOW) - 1);
            if let Some(multiple) = digit.checked_sub(1).and_then(|index| multiples.get(index)) {
                sum += multiple;
            }
        }
    }
    sum
}

/// `weight·point` of each term.
pub(super) fn weighted(terms: &[(G1Affine, u128)]) -> Vec<G1Projective> {
    terms.iter().map(|term| weighted_sum(core::slice::from_ref(term))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::{Field, UniformRand};
    use ark_std::test_rng;

    fn scalars() -> Vec<Fr> {
        let mut scalars: Vec<Fr> = (0..20).map(Fr::from).collect();
        scalars.extend((0..254).map(|bit| Fr::from(2u64).pow([bit])));
        scalars.extend([-Fr::ONE, -Fr::from(2u64)]);
        let mut rng = test_rng();
        scalars.extend((0..20).map(|_| Fr::rand(&mut rng)));
        scalars
    }

    #[test]
    fn a_comb_multiplies_by_every_scalar() {
        let mut rng = test_rng();
        let point = G1Affine::rand(&mut rng);
        let comb = [Comb::new(&point)];
        for scalar in scalars() {
            assert_eq!(multiply(&comb, &[scalar]), point * scalar, "{scalar}");
        }
    }

    #[test]
    fn combs_add_up() {
        let mut rng = test_rng();
        let points: Vec<G1Affine> = (0..14).map(|_| G1Affine::rand(&mut rng)).collect();
        let combs: Vec<Comb> = points.iter().map(Comb::new).collect();
        let scalars: Vec<Fr> = (0..14).map(|_| Fr::rand(&mut rng)).collect();
        let expected: G1Projective = points.iter().zip(&scalars).map(|(point, scalar)| *point * scalar).sum();
        assert_eq!(multiply(&combs, &scalars), expected);
        // Opposite terms cancel.
        let pair = [combs[0].clone(), combs[0].clone()];
        assert_eq!(multiply(&pair, &[scalars[0], -scalars[0]]), G1Projective::ZERO);
        assert_eq!(multiply(&[], &[]), G1Projective::ZERO);
    }

    #[test]
    fn weights_of_every_size_multiply() {
        let mut rng = test_rng();
        let points: Vec<G1Affine> = (0..4).map(|_| G1Affine::rand(&mut rng)).collect();
        for weights in [[1, 2, 15, 16], [u128::MAX, 1 << 127, (1 << 64) - 1, 1 << 64], [0, 0, 0, 7]] {
            let terms: Vec<_> = points.iter().copied().zip(weights).collect();
            let each: Vec<G1Projective> =
                terms.iter().map(|(point, weight)| *point * Fr::from(*weight)).collect();
            assert_eq!(weighted(&terms), each);
            assert_eq!(weighted_sum(&terms), each.iter().sum::<G1Projective>());
        }
    }
}

//! Accelerators of the tests: one that is right, and some that answer nonsense.

use ark_bn254::{Bn254, Fq12, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, pairing::Pairing};
use ark_ff::{AdditiveGroup, Field};
use solvency_verifier::groth16::Accelerator;

/// arkworks' own multiples and loops.
pub(crate) struct Right;

impl Accelerator for Right {
    fn multiples(&self, terms: &[(G1Affine, u128)]) -> Vec<G1Affine> {
        let multiple = |(point, weight): &(G1Affine, u128)| {
            point.mul_bigint([*weight as u64, (*weight >> 64) as u64]).into_affine()
        };
        terms.iter().map(multiple).collect()
    }

    fn miller_loops(&self, pairs: &[(G1Affine, G2Affine)]) -> Fq12 {
        let (p, q): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
        Bn254::multi_miller_loop(p, q).0
    }
}

/// One that gives another number of multiples, or a value that is no pairing's.
#[allow(dead_code)] // not every test binary needs it
pub(crate) struct Nonsense {
    /// How many multiples are missing; all of them are where there are fewer.
    pub(crate) missing: usize,
    /// What the loops give.
    pub(crate) loops: Loops,
}

/// What an accelerator's loops give.
#[derive(Clone, Copy)]
#[allow(dead_code)] // not every test binary needs it
pub(crate) enum Loops {
    /// Zero, which is no pairing's value.
    Zero,
    /// One, as if everything held.
    One,
    /// The product with one pair too many.
    TooMany,
}

impl Accelerator for Nonsense {
    fn multiples(&self, terms: &[(G1Affine, u128)]) -> Vec<G1Affine> {
        let mut multiples = Right.multiples(terms);
        multiples.truncate(terms.len().saturating_sub(self.missing));
        multiples
    }

    fn miller_loops(&self, pairs: &[(G1Affine, G2Affine)]) -> Fq12 {
        match self.loops {
            Loops::Zero => Fq12::ZERO,
            Loops::One => Fq12::ONE,
            Loops::TooMany => {
                let generators = (G1Affine::generator(), G2Affine::generator());
                Right.miller_loops(&[pairs, &[generators]].concat())
            }
        }
    }
}

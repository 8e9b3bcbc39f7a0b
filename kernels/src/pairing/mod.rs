//! Products of Miller loops, and short multiples of points: what a verifier of many Groth16 proofs spends its time on.
//!
//! The final exponentiation is left to arkworks: a product needs one, however many pairs it has.

mod arithmetic;
#[cfg(test)]
mod bounds;
#[cfg(target_arch = "x86_64")]
mod ifma;
mod miller;
mod multiples;
#[cfg(test)]
mod tests;

use ark_bn254::{Bn254, Fq12, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, pairing::Pairing};
use ark_ff::AdditiveGroup;

use crate::path::{Implementation, Path};

/// Miller loops and multiples on one path. The portable one is arkworks'.
///
/// Time depends on the points' number only on the IFMA path, and on what the scalars are on the portable one: they are public.
#[derive(Clone, Copy, Debug)]
pub struct Pairings(Path);

impl Pairings {
    /// Those of a path.
    pub fn new(path: Path) -> Self {
        Self(path)
    }

    /// A value whose final exponentiation is `Π e(P, Q)`; pairs with infinity count as one.
    ///
    /// Points must be on their curve and in the subgroup of order r. For others the value means nothing.
    pub fn miller_loops(&self, pairs: &[(G1Affine, G2Affine)]) -> Fq12 {
        let finite = pairs.iter().filter(|(p, q)| !p.is_zero() && !q.is_zero());
        let finite: Vec<(G1Affine, G2Affine)> = finite.copied().collect();
        match self.0.implementation() {
            #[cfg(target_arch = "x86_64")]
            Implementation::Ifma(token) => ifma::product(token, &finite),
            Implementation::Portable(_) => {
                let (p, q): (Vec<G1Affine>, Vec<G2Affine>) = finite.into_iter().unzip();
                Bn254::multi_miller_loop(p, q).0
            }
        }
    }

    /// `scalar·point` of each term.
    pub fn multiples(&self, terms: &[(G1Affine, u128)]) -> Vec<G1Affine> {
        let products = match self.0.implementation() {
            #[cfg(target_arch = "x86_64")]
            Implementation::Ifma(token) => {
                // The lanes know neither infinity nor zero.
                let is_finite = |(point, scalar): &(G1Affine, u128)| !point.is_zero() && *scalar != 0;
                let finite: Vec<_> = terms.iter().filter(|term| is_finite(term)).copied().collect();
                let mut products = ifma::products(token, &finite).into_iter();
                let product = |term| if is_finite(term) { products.next() } else { None };
                terms.iter().map(product).map(|product| product.unwrap_or(G1Projective::ZERO)).collect()
            }
            Implementation::Portable(_) => terms.iter().map(times).collect::<Vec<_>>(),
        };
        G1Projective::normalize_batch(&products)
    }
}

#[cfg(feature = "verifier")]
impl solvency_verifier::groth16::Accelerator for Pairings {
    fn multiples(&self, terms: &[(G1Affine, u128)]) -> Vec<G1Affine> {
        self.multiples(terms)
    }

    fn miller_loops(&self, pairs: &[(G1Affine, G2Affine)]) -> Fq12 {
        self.miller_loops(pairs)
    }
}

fn times((point, scalar): &(G1Affine, u128)) -> G1Projective {
    point.mul_bigint([*scalar as u64, (*scalar >> 64) as u64])
}

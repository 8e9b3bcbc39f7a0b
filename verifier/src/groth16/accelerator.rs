//! A faster way, from outside of this crate, to compute what verification spends its time on.

use alloc::vec::Vec;

use ark_bn254::{Bn254, Fq12, G1Affine, G2Affine};
use ark_ec::pairing::{MillerLoopOutput, Pairing, PairingOutput};

/// Miller loops and short multiples, for [`Batch::verify_with`](super::Batch::verify_with) and
/// [`verify_with`](super::verify_with).
///
/// # What an accelerator is trusted with
///
/// Everything: one that answers wrongly can make a wrong proof pass. This crate needs none and brings none along; one that
/// uses vector instructions is `solvency_kernels::Pairings`. All points that it is given are on their curve and in the subgroup
/// of order r.
pub trait Accelerator {
    /// `weight·point` of each term, in the terms' order.
    fn multiples(&self, terms: &[(G1Affine, u128)]) -> Vec<G1Affine>;

    /// A value whose final exponentiation is `Π e(P, Q)`, where pairs with infinity count as one.
    fn miller_loops(&self, pairs: &[(G1Affine, G2Affine)]) -> Fq12;
}

/// `Π e(P, Q)`, or nothing where the accelerator's value can't be one's.
pub(super) fn product_of_pairings(
    accelerator: &dyn Accelerator,
    pairs: &[(G1Affine, G2Affine)],
) -> Option<PairingOutput<Bn254>> {
    Bn254::final_exponentiation(MillerLoopOutput(accelerator.miller_loops(pairs)))
}

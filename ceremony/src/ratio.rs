//! Whether pairs of points have the same ratio in both groups: `e(a, y) = e(b, x)` for `b = k·a`, `y = k·x`.

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Zero;
use rayon::prelude::*;

use crate::error::CeremonyError;
use crate::randomness::weights;

/// `b` is to `a` as `y` is to `x`. None of the four may be infinity; those of G2 have to be in the subgroup.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SameRatio {
    pub(crate) a: G1Affine,
    pub(crate) b: G1Affine,
    pub(crate) x: G2Affine,
    pub(crate) y: G2Affine,
}

impl SameRatio {
    fn is_finite(&self) -> bool {
        !(self.a.is_zero() || self.b.is_zero() || self.x.is_zero() || self.y.is_zero())
    }

    pub(crate) fn holds(&self) -> bool {
        self.is_finite() && Bn254::multi_pairing([self.a, -self.b], [self.y, self.x]).is_zero()
    }
}

/// Pairings that share a final exponentiation.
const AT_ONCE: usize = 64;

/// The first claim that does not hold, of many: they are checked together with 128-bit weights, and one by one where that fails.
pub(crate) fn first_wrong(claims: &[SameRatio]) -> Result<Option<usize>, CeremonyError> {
    let weights = weights(claims.len())?;
    let of_pieces = claims.par_chunks(AT_ONCE).zip(weights.par_chunks(AT_ONCE)).enumerate();
    Ok(of_pieces.find_map_first(|(piece, (claims, weights))| {
        if all_hold(claims, weights) {
            return None;
        }
        claims.iter().position(|claim| !claim.holds()).map(|index| piece * AT_ONCE + index)
    }))
}

/// `Π e(w·a, y)·e(−w·b, x) = 1`.
fn all_hold(claims: &[SameRatio], weights: &[u128]) -> bool {
    if !claims.iter().all(SameRatio::is_finite) {
        return false;
    }
    let multiples: Vec<G1Projective> = claims
        .iter()
        .zip(weights)
        .flat_map(|(claim, weight)| {
            let weight = Fr::from(*weight);
            [claim.a * weight, -(claim.b * weight)]
        })
        .collect();
    let first = G1Projective::normalize_batch(&multiples);
    let second = claims.iter().flat_map(|claim| [claim.y, claim.x]);
    Bn254::multi_pairing(first, second).is_zero()
}

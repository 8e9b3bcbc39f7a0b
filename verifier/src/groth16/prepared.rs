//! A verifying key with what every verification under it has in common.

use ark_bn254::{Bn254, G2Projective};
use ark_ec::{
    CurveGroup,
    pairing::{Pairing, PairingOutput},
};

use super::{comb::Comb, key::VerifyingKey, key_id::KeyId, miller::G2Prepared};
use alloc::vec::Vec;

/// A verifying key, its id, `e(α, β)`, `β`, `−γ`, `−δ` with the coefficients of their Miller loops, and tables of `α` and its
/// input points: 18 KiB each.
#[derive(Clone, Debug)]
pub struct PreparedVerifyingKey {
    key: VerifyingKey,
    id: KeyId,
    pub(super) alpha_beta: PairingOutput<Bn254>,
    pub(super) beta: G2Prepared,
    pub(super) minus_gamma: G2Prepared,
    pub(super) minus_delta: G2Prepared,
    /// Of the input points, the constant's first, which is only added where a proof stands alone.
    pub(super) inputs: Vec<Comb>,
    pub(super) alpha: Comb,
}

impl PreparedVerifyingKey {
    /// Prepares a key: one pairing, three sets of coefficients and a table for each public input, a few milliseconds.
    pub fn new(key: VerifyingKey) -> Self {
        let points = key.points();
        let minus = |point| (-G2Projective::from(point)).into_affine().into();
        Self {
            alpha_beta: Bn254::pairing(points.alpha, points.beta),
            beta: points.beta.into(),
            minus_gamma: minus(points.gamma),
            minus_delta: minus(points.delta),
            inputs: points.inputs.iter().map(Comb::new).collect(),
            alpha: Comb::new(&points.alpha),
            id: key.id(),
            key,
        }
    }

    /// The key.
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The key's id.
    pub fn id(&self) -> KeyId {
        self.id
    }
}

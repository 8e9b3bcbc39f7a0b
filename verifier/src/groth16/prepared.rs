//! A verifying key with what every verification under it has in common.

use ark_bn254::{Bn254, G2Projective};
use ark_ec::{
    CurveGroup,
    pairing::{Pairing, PairingOutput},
};

use super::{comb::Comb, key::VerifyingKey, key_id::KeyId};
use alloc::vec::Vec;

type G2Prepared = <Bn254 as Pairing>::G2Prepared;

/// A verifying key, its id, `e(α, β)`, `β`, `−γ`, `−δ` with the coefficients of their Miller loops, and tables of its input
/// points: 16 KiB for each public input.
#[derive(Clone, Debug)]
pub struct PreparedVerifyingKey {
    key: VerifyingKey,
    id: KeyId,
    pub(super) alpha_beta: PairingOutput<Bn254>,
    pub(super) beta: G2Prepared,
    pub(super) minus_gamma: G2Prepared,
    pub(super) minus_delta: G2Prepared,
    /// Of the input points but the constant's, which is only ever added.
    pub(super) inputs: Vec<Comb>,
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
            inputs: points.inputs.iter().skip(1).map(Comb::new).collect(),
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

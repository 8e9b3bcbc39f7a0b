//! A verifying key with what every verification under it has in common.

use ark_bn254::{Bn254, G2Projective};
use ark_ec::{
    CurveGroup,
    pairing::{Pairing, PairingOutput},
};

use super::{key::VerifyingKey, key_id::KeyId};

type G2Prepared = <Bn254 as Pairing>::G2Prepared;

/// A verifying key, its id, `e(α, β)`, and `β`, `−γ`, `−δ` with the coefficients of their Miller loops.
#[derive(Clone, Debug)]
pub struct PreparedVerifyingKey {
    key: VerifyingKey,
    id: KeyId,
    pub(super) alpha_beta: PairingOutput<Bn254>,
    pub(super) beta: G2Prepared,
    pub(super) minus_gamma: G2Prepared,
    pub(super) minus_delta: G2Prepared,
}

impl PreparedVerifyingKey {
    /// Prepares a key: one pairing and three sets of coefficients, about a millisecond.
    pub fn new(key: VerifyingKey) -> Self {
        let points = key.points();
        let minus = |point| (-G2Projective::from(point)).into_affine().into();
        Self {
            alpha_beta: Bn254::pairing(points.alpha, points.beta),
            beta: points.beta.into(),
            minus_gamma: minus(points.gamma),
            minus_delta: minus(points.delta),
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

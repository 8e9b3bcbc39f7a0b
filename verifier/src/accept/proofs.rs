//! K1, K2, Z1: proofs are collected with the inputs that the verifier computed, then verified together.

use alloc::{string::String, string::ToString, vec::Vec};

use super::Reason;
use crate::groth16::{Accelerator, Batch, BatchError, KeyId, Origin, Proof};
use crate::public_inputs::PublicInputs;
use crate::shape::Shape;
use crate::trust::PreparedTrust;

/// The proofs of a bundle, waiting to be verified.
pub(crate) struct Proofs<'a> {
    trust: &'a PreparedTrust,
    batch: Batch<'a>,
    places: Vec<String>,
    development_keys: Vec<KeyId>,
}

impl<'a> Proofs<'a> {
    pub(crate) fn new(trust: &'a PreparedTrust) -> Self {
        Proofs { trust, batch: Batch::new(), places: Vec::new(), development_keys: Vec::new() }
    }

    /// Finds the pinned key and keeps the proof for [`Self::verify`]; answers the key's end.
    pub(crate) fn add(
        &mut self,
        place: String,
        shape: Shape,
        id: &KeyId,
        inputs: &impl PublicInputs,
        proof: &'a Proof,
        now: u64,
    ) -> Result<u64, Reason> {
        let trust = self.trust.trust();
        let pinned = self.trust.key(id).filter(|(pinned, _)| pinned.shape == shape);
        let Some((pinned, prepared)) = pinned else {
            return Err(Reason::KeyNotPinned { place, shape, id: *id });
        };
        if trust.revoked.keys.contains(id) {
            return Err(Reason::KeyRevoked { place, id: *id });
        }
        if now >= pinned.not_after {
            return Err(Reason::KeyExpired { place, id: *id, not_after: pinned.not_after });
        }
        if matches!(pinned.key.origin(), Origin::Development) {
            if !trust.accepted_development_keys.contains(id) {
                return Err(Reason::DevelopmentKey { place, id: *id });
            }
            super::insert_new(&mut self.development_keys, *id);
        }
        if let Err(error) = self.batch.push(prepared, inputs, proof) {
            return Err(Reason::ProofRejected { place, message: error.to_string() });
        }
        self.places.push(place);
        Ok(pinned.not_after)
    }

    /// The development keys among the proofs' keys.
    pub(crate) fn development_keys(&self) -> &[KeyId] {
        &self.development_keys
    }

    /// The proofs, to be verified beside those of other bundles.
    pub(crate) fn batch(&self) -> &Batch<'a> {
        &self.batch
    }

    /// Verifies all proofs.
    pub(crate) fn verify(self, accelerator: Option<&dyn Accelerator>) -> Result<(), Reason> {
        let failed = match self.batch.verify_by(accelerator) {
            Ok(_) => return Ok(()),
            Err(BatchError::Empty) => None,
            Err(BatchError::Rejected { failed }) => {
                failed.first().and_then(|index| self.places.get(*index)).cloned()
            }
        };
        let place = failed.unwrap_or_else(|| String::from("proofs"));
        Err(Reason::ProofRejected { place, message: String::from("the proof does not verify") })
    }
}

//! Verification of one proof.

use alloc::vec::Vec;

use ark_bn254::{Bn254, Fr, G1Affine};
use ark_ec::{CurveGroup, pairing::PairingOutput};

use super::{
    accelerator::{self, Accelerator},
    comb,
    key::Origin,
    key_id::KeyId,
    miller::product_of_pairings,
    prepared::PreparedVerifyingKey,
    proof::Proof,
};
use crate::public_inputs::PublicInputs;
use crate::shape::{Shape, Statement};

/// A proof that was verified: under which key, for which shape. Nothing else makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub struct Verified {
    /// The key that the proof was verified under. Whether it may be trusted is for the caller to say.
    pub key: KeyId,
    /// The key's shape.
    pub shape: Shape,
    /// The key's origin.
    pub origin: Origin,
}

impl Verified {
    pub(super) fn under(key: &PreparedVerifyingKey) -> Self {
        Self { key: key.id(), shape: key.key().shape(), origin: key.key().origin() }
    }
}

/// Why a proof is not accepted for some public inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The public inputs are those of another statement than the key's.
    #[error("public inputs of a {got:?} statement under a key for {shape}")]
    Statement {
        /// The statement that the inputs belong to.
        got: Statement,
        /// The key's shape.
        shape: Shape,
    },
    /// The number of public inputs differs from the key's.
    #[error("{shape} has {expected} public inputs, got {got}")]
    InputCount {
        /// The key's shape.
        shape: Shape,
        /// Inputs given.
        got: usize,
        /// Inputs of the key.
        expected: usize,
    },
    /// The pairing equation doesn't hold: not a proof of these inputs under this key.
    #[error("the proof does not verify for these public inputs under key {key}")]
    Rejected {
        /// The key.
        key: KeyId,
    },
}

/// Verifies `e(A, B) = e(α, β)·e(IC(x), γ)·e(C, δ)` for the public inputs `x`.
///
/// # Errors
/// [`VerifyError`]: inputs of another statement or of another number, or an equation that doesn't hold.
pub fn verify<P: PublicInputs>(
    key: &PreparedVerifyingKey,
    public: &P,
    proof: &Proof,
) -> Result<Verified, VerifyError> {
    let inputs = checked_inputs(key, public)?;
    verify_inputs(key, &inputs, proof)
}

/// As [`verify`], by an accelerator.
///
/// # Errors
/// [`VerifyError`].
pub fn verify_with<P: PublicInputs>(
    key: &PreparedVerifyingKey,
    public: &P,
    proof: &Proof,
    accelerator: &dyn Accelerator,
) -> Result<Verified, VerifyError> {
    let inputs = input_point(key, &checked_inputs(key, public)?);
    let points = key.key().points();
    let pairs = [(*proof.a(), *proof.b()), (inputs, -points.gamma), (*proof.c(), -points.delta)];
    answer(key, accelerator::product_of_pairings(accelerator, &pairs))
}

/// The field elements of public inputs that fit the key. arkworks takes missing inputs for zero and ignores extra ones.
pub(super) fn checked_inputs<P: PublicInputs>(
    key: &PreparedVerifyingKey,
    public: &P,
) -> Result<Vec<Fr>, VerifyError> {
    let shape = key.key().shape();
    if public.statement() != shape.statement() {
        return Err(VerifyError::Statement { got: public.statement(), shape });
    }
    let inputs = public.to_field_elements();
    let expected = key.key().points().inputs.len().saturating_sub(1);
    if inputs.len() == expected {
        Ok(inputs)
    } else {
        Err(VerifyError::InputCount { shape, got: inputs.len(), expected })
    }
}

/// Verifies for inputs whose number was checked.
pub(super) fn verify_inputs(
    key: &PreparedVerifyingKey,
    inputs: &[Fr],
    proof: &Proof,
) -> Result<Verified, VerifyError> {
    let inputs = input_point(key, inputs);
    let pairs =
        [(*proof.a(), &(*proof.b()).into()), (inputs, &key.minus_gamma), (*proof.c(), &key.minus_delta)];
    answer(key, product_of_pairings(pairs))
}

/// `IC(x)`.
fn input_point(key: &PreparedVerifyingKey, inputs: &[Fr]) -> G1Affine {
    let constant = key.key().points().inputs.first().copied().unwrap_or_default();
    (comb::multiply(key.inputs.iter().skip(1), inputs) + constant).into_affine()
}

/// Whether `e(A, B)·e(IC(x), −γ)·e(C, −δ)` is `e(α, β)`.
fn answer(
    key: &PreparedVerifyingKey,
    product: Option<PairingOutput<Bn254>>,
) -> Result<Verified, VerifyError> {
    if product == Some(key.alpha_beta) {
        Ok(Verified::under(key))
    } else {
        Err(VerifyError::Rejected { key: key.id() })
    }
}

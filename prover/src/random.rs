//! Randomness from the operating system, and nothing else.

use ark_bn254::Fr;
use ark_ff::PrimeField;
use solvency_verifier::FieldElement;
use solvency_verifier::encoding::Bytes16;
use zeroize::Zeroizing;

/// The operating system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("no randomness from the operating system: {0}")]
pub struct RandomnessError(#[from] getrandom::Error);

/// Uniform bytes.
///
/// # Errors
/// [`RandomnessError`].
pub fn bytes<const N: usize>() -> Result<Zeroizing<[u8; N]>, RandomnessError> {
    let mut bytes = Zeroizing::new([0u8; N]);
    getrandom::fill(bytes.as_mut())?;
    Ok(bytes)
}

/// A field element from 64 uniform bytes: its bias is below 2^-250.
///
/// # Errors
/// [`RandomnessError`].
pub fn field_element() -> Result<FieldElement, RandomnessError> {
    Ok(FieldElement(Fr::from_be_bytes_mod_order(bytes::<64>()?.as_ref())))
}

/// A 128-bit nonce or salt.
///
/// # Errors
/// [`RandomnessError`].
pub fn nonce() -> Result<Bytes16, RandomnessError> {
    Ok(Bytes16(*bytes::<16>()?))
}

/// A uniform 64-bit integer.
///
/// # Errors
/// [`RandomnessError`].
pub fn u64() -> Result<u64, RandomnessError> {
    Ok(u64::from_be_bytes(*bytes::<8>()?))
}

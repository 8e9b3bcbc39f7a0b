//! Groth16 over BN254: verifying keys, proofs, single and batched verification (spec/keys.md).
//!
//! # What a verified proof does not show
//!
//! It shows that the prover knew a witness for *these* public inputs under *this* key. Whether the public inputs are the
//! ones that a statement implies is for the caller, who computes them; whether the key may be trusted is for whoever pins its id: a key
//! whose set-up was not honest proves anything, and only the most blatant of such keys can be told by looking at them.
//!
//! Source: Groth, "On the Size of Pairing-based Non-interactive Arguments", EUROCRYPT 2016.

mod accelerator;
mod batch;
mod comb;
mod key;
mod key_id;
mod miller;
mod points;
mod prepared;
mod proof;
mod verify;

pub use accelerator::Accelerator;
pub use batch::{Batch, BatchError};
pub use key::{KeyElement, KeyError, Origin, VerifyingKey, VerifyingKeyPoints};
pub use key_id::KeyId;
pub use points::PointError;
pub use prepared::PreparedVerifyingKey;
pub use proof::{Proof, ProofElement, ProofError};
pub use verify::{Verified, VerifyError, verify, verify_with};

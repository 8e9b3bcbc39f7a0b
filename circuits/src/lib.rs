//! The three relations of the protocol as constraint systems over BN254, and their native twins.
//!
//! # What a satisfied circuit does not show
//!
//! That the balances exist, that the prices were real, that the attested book is complete. A circuit shows arithmetic over
//! committed data; see `spec/relations.md` for the numbered checks and `spec/acceptance.md` for what they rest on.
#![forbid(unsafe_code)]

pub mod allocation;
pub mod builder;
mod circuit;
pub mod coverage;
mod failure;
pub mod gadgets;
pub mod holdings;
pub mod poseidon;
#[cfg(test)]
mod testing;
pub mod uniqueness;

pub use circuit::{Witness, assignment, matrices, matrices_hash};
pub use failure::{CheckFailed, WitnessError};

//! Proving and verifying keys as files that are found by id.
//!
//! # What a key's id does not show
//!
//! That its set-up was honest. A development key is marked so; whoever made it can forge.

mod circuit;
mod file;
mod proving_key;
mod store;

pub use crate::groth16::PlainPoints;
pub use circuit::Circuit;
pub use file::KeyFileError;
pub use proving_key::{ProvingKey, SetUpError};
pub use store::{KeyEntry, KeyStore, KeyStoreError};

//! An account's transparency log as files that any web server can host, and a witness (spec/log.md).
//!
//! # What it does not show
//!
//! A log orders salted hashes; it knows nothing of allocations and verifies no proof. A log that was put back from an older copy does not
//! know it: its witnesses do. A witness that forgot what it signed is as good as a dishonest one. What a checkpoint with cosignatures shows
//! is checked in `solvency_verifier::log` and, for bundles, in `solvency_verifier::accept`.
//!
//! Formats: C2SP tlog-tiles, tlog-checkpoint, tlog-cosignature and tlog-witness (<https://c2sp.org>).
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod error;
mod evidence;
mod files;
mod keys;
mod log;
mod request;
mod salts;
mod tiles;
mod tree;
mod verify;
mod witness;

pub use error::LogError;
pub use evidence::{Forked, find_fork};
pub use keys::SecretKey;
pub use log::{Appended, Log};
pub use request::{AddCheckpoint, RequestError};
pub use salts::SaltKey;
pub use verify::{Verified, verify};
pub use witness::{Witness, WitnessError, WitnessedLog};

#[cfg(test)]
mod tests;

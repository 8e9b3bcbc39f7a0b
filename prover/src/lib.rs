//! From vault exports to proofs: import → book → witness → proof → bundle.
//!
//! A proof made here shows arithmetic over what was imported and attested; it does not show that the import was true.

#![deny(unsafe_code)]

pub mod account;
pub mod book;
pub mod chain;
pub mod circom;
pub mod claim;
pub mod files;
mod groth16;
pub mod import;
pub mod interop;
pub mod keys;
pub mod measure;
pub mod opening;
pub mod prove;
pub mod random;
pub mod resident;
pub mod round;
pub mod signer;
pub mod totals;
pub mod witness;

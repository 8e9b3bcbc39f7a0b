//! Accepts or rejects zero-knowledge collateral proofs.
//!
//! # What acceptance does not show
//!
//! A proof shows arithmetic over attested data; it never shows that the data were true. That the balances exist rests on
//! the attestors, that the prices were real on the oracles, and that there is no second history of the account on its
//! log. See `spec/threats.md`.
//!
//! An auditor starts in this crate and may stop here: it holds the claim, the public types and the rules of acceptance.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod accept;
pub mod bundle;
pub mod commitment;
pub mod decimal;
pub mod encoding;
pub mod evidence;
pub mod groth16;
pub mod log;
pub mod policy;
pub mod poseidon;
pub mod position;
mod public_inputs;
pub mod registry;
mod shape;
pub mod statement;
pub mod totals;
pub mod trust;
pub mod valuation;

pub use encoding::{Address, Bytes32, FieldElement};
pub use public_inputs::{AllocationPublic, CoveragePublic, HoldingsPublic, PublicInputs};
pub use shape::{AllocationShape, Shape, SourceKind, Statement};

/// Slots of a balance vector: 16 assets × 4 vault classes; `slot = 4·asset + class`.
pub const SLOTS: usize = 64;
/// Assets of a registry.
pub const ASSETS: usize = 16;
/// Vault classes of a registry.
pub const CLASSES: usize = 4;
/// Tier rows of an asset in `coverage-tiered`.
pub const TIERS: usize = 12;

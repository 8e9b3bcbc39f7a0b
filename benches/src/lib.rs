//! Benchmarks of the workspace, and a comparison of provers on one constraint system.
//!
//! `cargo bench -p solvency-benches` measures every shape; `cargo run --release -p solvency-benches --bin compare` lets the
//! project's prover and its peers prove the same thing.
//!
//! # What the figures do not show
//!
//! How fast a prover is on another machine, or on this one at another hour: compare within one run only.
#![forbid(unsafe_code)]

pub mod ceremony;
pub mod chart;
pub mod comparison;
pub mod contenders;
pub mod keys;
pub mod memory;
pub mod table;
pub mod usage;
pub mod verification;
pub mod workload;
pub mod zkey;

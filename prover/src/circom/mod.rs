//! circom's and snarkjs' binary files: constraint systems (`.r1cs`) and assignments (`.wtns`) (spec/formats.md).
//!
//! # What a file does not show
//!
//! That its rows are a circuit of this project: compare [`solvency_circuits::builder::Matrices::hash`]. Nor does an assignment
//! say of which circuit it is. An assignment holds all secrets of a proof.

mod r1cs;
mod sections;
mod wtns;

pub use r1cs::R1cs;
pub use sections::FormatError;
pub use wtns::Wtns;

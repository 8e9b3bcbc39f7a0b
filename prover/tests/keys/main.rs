//! Keys as files, and proofs made with them.

mod files;
mod proving;
mod snarkjs;
mod tiny;

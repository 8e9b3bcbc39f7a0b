//! Groth16 keys, proofs, verification and batches: honest ones pass, and each refusal happens for its own reason.

mod batch;
mod cross_check;
mod key;
mod proof;
mod trapdoor;
mod verify;

//! Groth16 keys, proofs, verification and batches: honest ones pass, and each refusal happens for its own reason.

#[path = "../support/accelerators.rs"]
mod accelerators;
mod batch;
mod cross_check;
mod key;
mod proof;
#[path = "../support/trapdoor.rs"]
mod trapdoor;
mod verify;

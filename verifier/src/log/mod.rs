//! An account's transparency log, as far as a verifier is concerned: notes, checkpoints, cosignatures, Merkle trees (spec/log.md).
//!
//! What is verified here shows that keys signed a tree head, and which leaves the tree has. That the witnesses behind the keys are honest is
//! not shown; that a bundle's chain is the witnessed one is decided in [`crate::accept`]. The files of a log, and a witness, are in the crate
//! `solvency-log`.
//!
//! Formats: C2SP signed-note, tlog-checkpoint and tlog-cosignature (<https://c2sp.org>), trees of RFC 6962.

mod checkpoint;
mod cosignature;
mod entry;
pub mod fork;
mod key;
mod merkle;
mod note;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use cosignature::{COSIGNATURE_BYTES, Cosignature, MAX_TIME, cosignature_message};
pub use entry::{
    ClaimMark, LogEntry, LogKey, RoundEntry, WitnessKey, epoch_origin, origin_epoch, rounds_origin,
};
pub use key::{KeyError, KeyKind, MAX_KEY_NAME, VerifierKey, check_key_name, key_id};
pub use merkle::{
    EMPTY_ROOT, Hash, MAX_PROOF, ProofError, consistency_proof, leaf_hash, node_hash, root_of,
    verify_consistency, verify_inclusion,
};
pub use note::{MAX_NOTE_BYTES, MAX_SIGNATURES, Note, NoteError, NoteSignature, SignatureLineError};

#[cfg(test)]
mod tests;

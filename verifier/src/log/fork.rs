//! Evidence of two histories: two signed checkpoints of one log that don't fit, for anybody to check.
//!
//! What it proves is about the key. That the key is a custodian's or a witness's is what [`super::LogKey`] and [`super::WitnessKey`] say.

use alloc::string::String;

use super::checkpoint::{Checkpoint, CheckpointError};
use super::cosignature::Cosignature;
use super::key::{KeyKind, VerifierKey};
use super::merkle::{Hash, ProofError, verify_consistency};
use super::note::{Note, NoteError};

/// What a key provably did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fork {
    /// It signed two trees of one size with different roots.
    SameSize {
        /// The log.
        origin: String,
        /// The size.
        size: u64,
    },
    /// It signed a tree, and a larger one of which the first is not the beginning.
    NotAPrefix {
        /// The log.
        origin: String,
        /// The smaller size.
        old: u64,
        /// The larger size.
        size: u64,
    },
    /// A witness signed that a tree is the largest that it saw, after it had seen a larger one.
    WentBack {
        /// The log.
        origin: String,
        /// The size signed later.
        old: u64,
        /// The larger size, signed before.
        size: u64,
    },
}

/// How two checkpoints of different sizes are shown not to fit: the root that the larger tree's beginning has, and the proof of it.
///
/// A consistency proof that merely fails would show nothing, as anybody can write one.
#[derive(Clone, Copy, Debug)]
pub struct Prefix<'a> {
    /// Root of the first leaves of the larger tree, as many as the smaller tree has.
    pub root: Hash,
    /// Consistency proof from that root to the larger checkpoint's.
    pub proof: &'a [Hash],
}

/// Why two notes are no evidence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForkError {
    /// One is not a note, or not signed by the key.
    #[error("note {which}: {error}")]
    Note {
        /// 0 or 1.
        which: usize,
        /// Why.
        error: NoteError,
    },
    /// One is no checkpoint.
    #[error("note {which}: {error}")]
    Checkpoint {
        /// 0 or 1.
        which: usize,
        /// Why.
        error: CheckpointError,
    },
    /// They are of two logs.
    #[error("of two logs, {first:?} and {second:?}")]
    Origins {
        /// Origin of the first.
        first: String,
        /// Origin of the second.
        second: String,
    },
    /// Nothing is wrong with signing both, as far as is shown.
    #[error(
        "nothing shows that the two don't fit; of different sizes, a proof of the larger one's beginning could"
    )]
    NoFork,
    /// The proof of the larger one's beginning does not hold.
    #[error("the beginning of the larger tree: {0}")]
    Proof(#[from] ProofError),
}

/// Checks whether two notes, in any order, prove that the key signed what no honest log or witness signs.
///
/// # Errors
/// [`ForkError`] where they prove nothing.
pub fn check(notes: [&str; 2], key: &VerifierKey, prefix: Option<Prefix<'_>>) -> Result<Fork, ForkError> {
    let [first, second] = notes;
    let (first, second) = (signed(0, first, key)?, signed(1, second, key)?);
    if first.head.origin != second.head.origin {
        return Err(ForkError::Origins { first: first.head.origin, second: second.head.origin });
    }
    let (smaller, larger) =
        if first.head.size <= second.head.size { (first, second) } else { (second, first) };
    let (origin, old, size) = (smaller.head.origin, smaller.head.size, larger.head.size);
    if old == size {
        let forked = smaller.head.root != larger.head.root;
        return if forked { Ok(Fork::SameSize { origin, size }) } else { Err(ForkError::NoFork) };
    }
    if let Some(Prefix { root, proof }) = prefix {
        verify_consistency(old, size, &root, &larger.head.root, proof)?;
        if root != smaller.head.root {
            return Ok(Fork::NotAPrefix { origin, old, size });
        }
    }
    match (smaller.time, larger.time) {
        (Some(later), Some(earlier)) if later > earlier => Ok(Fork::WentBack { origin, old, size }),
        _ => Err(ForkError::NoFork),
    }
}

struct SignedHead {
    head: Checkpoint,
    /// Of a cosignature.
    time: Option<u64>,
}

fn signed(which: usize, note: &str, key: &VerifierKey) -> Result<SignedHead, ForkError> {
    let note = Note::parse(note).map_err(|error| ForkError::Note { which, error })?;
    let time = match key.kind() {
        KeyKind::Note => note.check_signed_by(key).map(|()| None),
        KeyKind::Cosignature => Cosignature::check(&note, key).map(|cosignature| Some(cosignature.time)),
    };
    let time = time.map_err(|error| ForkError::Note { which, error })?;
    let head = Checkpoint::parse(note.text()).map_err(|error| ForkError::Checkpoint { which, error })?;
    Ok(SignedHead { head, time })
}

//! Whether two heads of one log contradict each other: trees that no honest log and no honest witness signs both of.
//!
//! It compares what was signed. Who signed it, and whose the keys are, is for [`crate::evidence`].

use alloc::string::String;
use core::fmt;

use serde::Serialize;

use super::checkpoint::Checkpoint;
use super::merkle::{Hash, ProofError, verify_consistency};

/// How two heads contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Fork {
    /// Two trees of one size with different roots.
    SameSize {
        /// The size.
        size: u64,
    },
    /// A tree, and a larger one of which the first is not the beginning.
    NotAPrefix {
        /// The smaller size.
        old: u64,
        /// The larger size.
        size: u64,
    },
    /// A witness signed that a tree is the largest that it saw, after it had seen a larger one.
    WentBack {
        /// The size signed later.
        old: u64,
        /// The larger size, signed before.
        size: u64,
    },
}

impl fmt::Display for Fork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fork::SameSize { size } => write!(f, "two trees of size {size}"),
            Fork::NotAPrefix { old, size } => {
                write!(f, "a tree of size {old} and one of size {size} that does not begin with it")
            }
            Fork::WentBack { old, size } => write!(f, "a tree of size {old} later than one of size {size}"),
        }
    }
}

/// The head of a tree, as somebody signed it.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The checkpoint.
    pub checkpoint: &'a Checkpoint,
    /// When it was signed, in Unix seconds, by the clock of who did: of a cosignature.
    pub time: Option<u64>,
}

/// How two trees of different sizes are shown not to fit: the root that the larger tree's beginning has, and the proof of it.
///
/// A consistency proof that merely fails would show nothing, as anybody can write one.
#[derive(Clone, Copy, Debug)]
pub struct Prefix<'a> {
    /// Root of the first leaves of the larger tree, as many as the smaller tree has.
    pub root: Hash,
    /// Consistency proof from that root to the larger tree's.
    pub proof: &'a [Hash],
}

/// Why two heads are no contradiction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForkError {
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
        "nothing shows that the two trees don't fit; of different sizes, a proof of the larger one's beginning could"
    )]
    NoFork,
    /// The proof of the larger one's beginning does not hold.
    #[error("the beginning of the larger tree: {0}")]
    Proof(#[from] ProofError),
    /// A beginning beside a contradiction that does not rest on it.
    #[error("the beginning of the larger tree shows nothing here: leave it out")]
    Needless,
}

/// Checks whether two heads, in any order, contradict each other.
///
/// # Errors
/// [`ForkError`] where they do not, as far as is shown.
pub fn check([first, second]: [Head<'_>; 2], prefix: Option<Prefix<'_>>) -> Result<Fork, ForkError> {
    let (one, other) = (first.checkpoint, second.checkpoint);
    if one.origin != other.origin {
        return Err(ForkError::Origins { first: one.origin.clone(), second: other.origin.clone() });
    }
    let (smaller, larger) = if one.size <= other.size { (first, second) } else { (second, first) };
    let (old, size) = (smaller.checkpoint.size, larger.checkpoint.size);
    let shown = if old == size {
        (one.root != other.root).then_some(Fork::SameSize { size })
    } else {
        if let Some(Prefix { root, proof }) = prefix {
            verify_consistency(old, size, &root, &larger.checkpoint.root, proof)?;
            if root != smaller.checkpoint.root {
                return Ok(Fork::NotAPrefix { old, size });
            }
        }
        let went_back = smaller.time.zip(larger.time).is_some_and(|(later, earlier)| later > earlier);
        went_back.then_some(Fork::WentBack { old, size })
    };
    match (shown, prefix) {
        (None, _) => Err(ForkError::NoFork),
        (Some(_), Some(_)) => Err(ForkError::Needless),
        (Some(fork), None) => Ok(fork),
    }
}

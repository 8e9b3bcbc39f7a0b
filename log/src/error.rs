//! Why a log can't be read, written or signed. No error holds a secret.

use std::io;
use std::path::Path;

use solvency_verifier::log::{CheckpointError, KeyError, NoteError, ProofError};

/// Why a log did not do what was asked, or is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file system.
    #[error("{path}: {error}")]
    Io {
        /// File or folder.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// Another process writes to this log, or uses this witness's state.
    #[error("{path}: in use by another process")]
    InUse {
        /// The lock's file.
        path: String,
    },
    /// There is a file already, which is not replaced.
    #[error("{path}: there is a file already")]
    AlreadyExists {
        /// The file.
        path: String,
    },
    /// Longer than anything that belongs there.
    #[error("{path}: {got} bytes, at most {allowed} are read")]
    TooLong {
        /// The file.
        path: String,
        /// Its length.
        got: u64,
        /// What is read.
        allowed: u64,
    },
    /// A file that does not hold what it should.
    #[error("{path}: {what}; restore it from a copy, do not start anew: witnesses refuse a second history")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// A file that a checkpoint needs is not there.
    #[error("{path}: missing")]
    Missing {
        /// The file.
        path: String,
    },
    /// Another entry at an index that has one: a second history.
    #[error("entry {index} is there, with other content: an account has one history in an epoch")]
    Equivocation {
        /// The index.
        index: u64,
    },
    /// An index beyond the next one.
    #[error("entry {index} can't be appended, the next one is {size}")]
    Gap {
        /// The index.
        index: u64,
        /// Entries that are there.
        size: u64,
    },
    /// The checkpoint that is there is not of the beginning of these entries.
    #[error("the checkpoint of size {size} is not of these entries; nothing is signed")]
    Inconsistent {
        /// The checkpoint's size.
        size: u64,
    },
    /// There is no checkpoint yet.
    #[error("there is no checkpoint yet")]
    NoCheckpoint,
    /// A checkpoint of another log.
    #[error("the checkpoint is of {got:?}, expected {expected:?}")]
    Origin {
        /// Origin found.
        got: String,
        /// Origin expected.
        expected: String,
    },
    /// The tree has another root than the checkpoint.
    #[error("the tree of the entries has another root than the checkpoint of size {size}")]
    Root {
        /// The checkpoint's size.
        size: u64,
    },
    /// Another entry than the statement's.
    #[error("entry {index} is not the one expected")]
    Entry {
        /// The index.
        index: u64,
    },
    /// Another number of entries than statements.
    #[error("{got} entries, {expected} expected")]
    Size {
        /// Entries of the log.
        got: u64,
        /// Statements.
        expected: u64,
    },
    /// Leaf or size outside the tree.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// Not a note, or not signed.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Not a checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Not a key, or a name that no key can have.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A file of a secret that is none.
    #[error("{path}: not a file of this kind of secret: {what}")]
    Secret {
        /// The file.
        path: String,
        /// What was found, without any of it.
        what: &'static str,
    },
    /// A secret that others can read.
    #[error("{path}: others can read it; `chmod 600` it, and think about who may have")]
    Readable {
        /// The file.
        path: String,
    },
    /// A key of another kind.
    #[error("the key {name:?} is for {got}, this takes {expected}")]
    Kind {
        /// The key's name.
        name: String,
        /// What it signs.
        got: String,
        /// What is signed here.
        expected: String,
    },
    /// A write failed before; what is on disk has to be read again.
    #[error("an earlier write failed: open the log again")]
    Reopen,
    /// No random numbers.
    #[error("no random numbers: {0}")]
    Random(String),
}

impl LogError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> LogError {
        let path = path.display().to_string();
        move |error| LogError::Io { path, error }
    }

    pub(crate) fn damaged(path: &Path, what: impl Into<String>) -> LogError {
        LogError::Damaged { path: path.display().to_string(), what: what.into() }
    }
}

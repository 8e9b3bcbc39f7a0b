//! From two copies of a log to evidence that somebody can check who has neither.

use std::path::Path;

use solvency_verifier::log::fork::{Fork, ForkError, Prefix, check};
use solvency_verifier::log::{Hash, VerifierKey};

use crate::error::LogError;
use crate::tree::Tree;
use crate::verify::{read_signed, verify};

/// Two signed checkpoints that don't fit, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The notes, the smaller tree's first.
    pub notes: [String; 2],
    /// Of different sizes, the root of the larger tree's beginning and its consistency proof.
    pub beginning: Option<(Hash, Vec<Hash>)>,
    /// What is proven.
    pub fork: Fork,
}

impl Evidence {
    /// Checks the evidence as anybody can, against the log's key.
    ///
    /// # Errors
    /// [`ForkError`] where it proves nothing.
    pub fn check(&self, key: &VerifierKey) -> Result<Fork, ForkError> {
        let [smaller, larger] = &self.notes;
        let prefix = self.beginning.as_ref().map(|(root, proof)| Prefix { root: *root, proof });
        check([smaller, larger], key, prefix)
    }
}

/// Compares two copies of a log, as two people got them, signed by one key. The larger is verified whole; of the smaller only its checkpoint
/// counts. Answers nothing where one is the beginning of the other.
///
/// # Errors
/// [`LogError`] where a checkpoint is not the key's, or the larger copy is not whole: then nothing is shown either way.
pub fn find_fork(one: &Path, other: &Path, key: &VerifierKey) -> Result<Option<Evidence>, LogError> {
    let (first, second) = (read_signed(one, key)?, read_signed(other, key)?);
    let (smaller, larger, dir) =
        if first.1.size <= second.1.size { (first, second, other) } else { (second, first, one) };
    let notes = [smaller.0.to_string(), larger.0.to_string()];
    let beginning = if smaller.1.size == larger.1.size {
        None
    } else {
        verify(dir, key, None)?;
        let (old, size) = (smaller.1.size, larger.1.size);
        let root = Tree { dir, size: old, stored: size }.root()?;
        Some((root, Tree { dir, size, stored: size }.consistency(old)?))
    };
    let prefix = beginning.as_ref().map(|(root, proof)| Prefix { root: *root, proof });
    match check([&notes[0], &notes[1]], key, prefix) {
        Ok(fork) => Ok(Some(Evidence { notes, beginning, fork })),
        Err(ForkError::NoFork) => Ok(None),
        Err(error) => {
            let what = format!("the proof that follows from its tiles does not hold: {error}");
            Err(LogError::damaged(dir, what))
        }
    }
}

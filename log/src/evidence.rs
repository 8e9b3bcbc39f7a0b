//! From two copies of a log to evidence that somebody can check who has neither (spec/evidence.md).

use std::path::Path;

use solvency_verifier::bundle::{SignedLogKey, SignedWitnessKey};
use solvency_verifier::encoding::Bytes32;
use solvency_verifier::evidence::{
    Beginning, CosignedCheckpoint, EVIDENCE_FORMAT, Equivocation, Evidence, SignedCheckpoint,
};
use solvency_verifier::log::fork::{Fork, ForkError, Head, Prefix, check};
use solvency_verifier::log::{Cosignature, Hash, Note, NoteError, VerifierKey};

use crate::error::LogError;
use crate::tree::Tree;
use crate::verify::{read_signed, verify};

/// Two checkpoints that one key signed and that don't fit, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forked {
    /// How they don't fit.
    pub fork: Fork,
    /// The notes as they were found, the smaller tree's first.
    pub notes: [Note; 2],
    /// Of different sizes, what the larger tree begins with.
    pub beginning: Option<Beginning>,
    key: VerifierKey,
}

impl Forked {
    /// A file against the custodian who says that the key is the account's, in the domain of the registry with this digest. Whether it
    /// holds is for [`Evidence::check`].
    ///
    /// # Errors
    /// [`NoteError::NotSigned`].
    pub fn evidence(&self, registry: Bytes32, log_key: &SignedLogKey) -> Result<Evidence, NoteError> {
        let signed = |note: &Note| -> Result<SignedCheckpoint, NoteError> {
            let checkpoint = note.only(&self.key)?.to_string();
            Ok(SignedCheckpoint { checkpoint, log_key: log_key.clone() })
        };
        let [smaller, larger] = &self.notes;
        let (first, second) = (signed(smaller)?, signed(larger)?);
        Ok(file(registry, Equivocation::LogFork { first, second, beginning: self.beginning.clone() }))
    }

    /// A file against a witness whose key, which is given as it was read from its statement, cosigned both; none where it did not.
    pub fn witness_evidence(
        &self,
        registry: Bytes32,
        witness_key: &SignedWitnessKey,
        key: &VerifierKey,
    ) -> Option<Evidence> {
        let cosigned = |note: &Note| {
            let note = note.only(key).ok()?;
            Cosignature::check(&note, key).ok()?;
            Some(CosignedCheckpoint { checkpoint: note.to_string(), witness_key: witness_key.clone() })
        };
        let [smaller, larger] = &self.notes;
        let (first, second) = (cosigned(smaller)?, cosigned(larger)?);
        Some(file(registry, Equivocation::Witness { first, second, beginning: self.beginning.clone() }))
    }
}

fn file(registry: Bytes32, shown: Equivocation) -> Evidence {
    Evidence { format: EVIDENCE_FORMAT.into(), registry, shown }
}

/// Compares two copies of a log, as two people got them, signed by one key. The larger is verified whole; of the smaller only its checkpoint
/// counts. Answers nothing where one is the beginning of the other.
///
/// # Errors
/// [`LogError`] where a checkpoint is not the key's, or the larger copy is not whole: then nothing is shown either way.
pub fn find_fork(one: &Path, other: &Path, key: &VerifierKey) -> Result<Option<Forked>, LogError> {
    let (first, second) = (read_signed(one, key)?, read_signed(other, key)?);
    let (smaller, larger, dir) =
        if first.1.size <= second.1.size { (first, second, other) } else { (second, first, one) };
    let (old, size) = (smaller.1.size, larger.1.size);
    let beginning: Option<(Hash, Vec<Hash>)> = if old == size {
        None
    } else {
        verify(dir, key, None)?;
        let root = Tree { dir, size: old, stored: size }.root()?;
        Some((root, Tree { dir, size, stored: size }.consistency(old)?))
    };
    let prefix = beginning.as_ref().map(|(root, proof)| Prefix { root: *root, proof });
    let heads = [&smaller.1, &larger.1].map(|checkpoint| Head { checkpoint, time: None });
    match check(heads, prefix) {
        Ok(fork) => {
            let beginning = beginning.map(|(root, proof)| Beginning {
                root: Bytes32(root),
                consistency: proof.into_iter().map(Bytes32).collect(),
            });
            Ok(Some(Forked { fork, notes: [smaller.0, larger.0], beginning, key: key.clone() }))
        }
        Err(ForkError::NoFork) => Ok(None),
        Err(error) => {
            let what = format!("the proof that follows from its tiles does not hold: {error}");
            Err(LogError::damaged(dir, what))
        }
    }
}

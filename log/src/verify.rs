//! Whether a log's folder holds what its checkpoint says, to the last byte.
//!
//! That it is the only history is not shown: that is for the witnesses' cosignatures, and for [`crate::find_fork`] of two copies.

use std::path::Path;

use solvency_verifier::encoding::Bytes32;
use solvency_verifier::log::{Checkpoint, Hash, Note, VerifierKey, leaf_hash, root_of};

use crate::error::LogError;
use crate::log::{CHECKPOINT, read_checkpoint};
use crate::tiles::{Row, Tile, WIDTH, hash_tiles};

/// A log that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The checkpoint's note; of its cosignatures nothing is checked.
    pub note: Note,
    /// What it says.
    pub head: Checkpoint,
    /// The entries that it covers.
    pub entries: Vec<Bytes32>,
}

/// Reads a log's folder (the one with `checkpoint` in it): signature, entries and every tile that the checkpoint's size has.
///
/// `key` has the log's origin as its name ([`crate::SecretKey::in_epoch`], `LogKey::verifier_key`). Where statements are given, their digests
/// must be the entries, all of them and no others.
///
/// # Errors
/// [`LogError`], with the file.
pub fn verify(dir: &Path, key: &VerifierKey, statements: Option<&[Bytes32]>) -> Result<Verified, LogError> {
    let (note, head) = read_signed(dir, key)?;
    let mut entries: Vec<[u8; 32]> = Vec::new();
    for index in 0..head.size.div_ceil(WIDTH) {
        if let Some(tile) = Tile::at(Row::Entries, index, head.size) {
            entries.extend(tile.read_published(dir)?);
        }
    }
    let leaves: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    for (tile, hashes) in hash_tiles(&leaves) {
        if tile.read_published(dir)? != hashes {
            let path = dir.join(tile.path());
            return Err(LogError::damaged(&path, "hashes that do not follow from the entries"));
        }
    }
    if root_of(&leaves) != head.root {
        return Err(LogError::Root { size: head.size });
    }
    let entries: Vec<Bytes32> = entries.into_iter().map(Bytes32).collect();
    if let Some(statements) = statements {
        compare(&entries, statements)?;
    }
    Ok(Verified { note, head, entries })
}

/// The checkpoint of a folder, if the key of the origin that is its name signed it.
pub(crate) fn read_signed(dir: &Path, key: &VerifierKey) -> Result<(Note, Checkpoint), LogError> {
    let (note, head) = read_checkpoint(&dir.join(CHECKPOINT))?.ok_or(LogError::NoCheckpoint)?;
    if head.origin != key.name() {
        return Err(LogError::Origin { got: head.origin, expected: key.name().into() });
    }
    note.check_signed_by(key)?;
    Ok((note, head))
}

fn compare(entries: &[Bytes32], statements: &[Bytes32]) -> Result<(), LogError> {
    let (got, expected) = (entries.len() as u64, statements.len() as u64);
    if let Some(index) = entries.iter().zip(statements).position(|(entry, statement)| entry != statement) {
        return Err(LogError::Entry { index: index as u64 });
    }
    if got == expected { Ok(()) } else { Err(LogError::Size { got, expected }) }
}

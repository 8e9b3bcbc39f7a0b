//! A witness's cosignature of a checkpoint, with the time of it (C2SP tlog-cosignature, Ed25519).
//!
//! It says that at this time the checkpoint was the largest consistent tree of the origin that the witness had seen. That the witness is
//! honest it does not show.

use alloc::{format, string::String, vec::Vec};

use super::key::{KeyKind, VerifierKey};
use super::note::{Note, NoteError};

/// Bytes of a cosignature after the key id: the time and an Ed25519 signature.
pub const COSIGNATURE_BYTES: usize = 72;
/// The latest time of a cosignature, in Unix seconds.
pub const MAX_TIME: u64 = (1 << 63) - 1;

/// A cosignature that was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cosignature {
    /// When it was made, by the witness's clock, in Unix seconds.
    pub time: u64,
}

impl Cosignature {
    /// Checks that a key of kind [`KeyKind::Cosignature`] cosigned the note's text.
    ///
    /// # Errors
    /// [`NoteError::NotSigned`], [`NoteError::WrongSignature`].
    pub fn check(note: &Note, key: &VerifierKey) -> Result<Self, NoteError> {
        let signature = note.signature_of(key)?;
        match verified_time(note.text(), key, &signature.bytes) {
            Some(time) => Ok(Cosignature { time }),
            None => Err(NoteError::WrongSignature { key: format!("{key}") }),
        }
    }
}

fn verified_time(text: &str, key: &VerifierKey, bytes: &[u8]) -> Option<u64> {
    let (time, signature) = bytes.split_first_chunk::<8>()?;
    let signature: &[u8; 64] = signature.try_into().ok()?;
    let time = u64::from_be_bytes(*time);
    let message = cosignature_message(time, text);
    let right = key.kind() == KeyKind::Cosignature && time <= MAX_TIME && key.verifies(&message, signature);
    right.then_some(time)
}

/// What a witness signs: a header, the time and the text of the checkpoint's note.
pub fn cosignature_message(time: u64, text: &str) -> Vec<u8> {
    let message: String = format!("cosignature/v1\ntime {time}\n{text}");
    message.into_bytes()
}

//! JSON in its one form: what is read is what would be written, as in the verifier.

use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use solvency_verifier::encoding::{Bytes32, read_strict};

/// Why a document was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// Beyond its bound.
    TooLong { got: usize, allowed: usize },
    /// Not the strict form.
    Form(String),
}

impl Unread {
    pub(crate) fn form(error: impl ToString) -> Self {
        Unread::Form(error.to_string())
    }
}

/// Reads a document of at most `allowed` bytes; refuses it where writing the value again gives another one.
pub(crate) fn read<T: DeserializeOwned + Serialize>(document: &[u8], allowed: usize) -> Result<T, Unread> {
    bounded(document, allowed)?;
    read_strict(document).map_err(Unread::form)
}

pub(crate) fn bounded(document: &[u8], allowed: usize) -> Result<(), Unread> {
    let got = document.len();
    if got > allowed { Err(Unread::TooLong { got, allowed }) } else { Ok(()) }
}

/// SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> Bytes32 {
    Bytes32(Sha256::digest(bytes).into())
}

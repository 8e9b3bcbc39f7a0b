//! The id by which a verifying key is pinned.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::encoding::{Bytes32, HexError};

/// The name of a verifying key: SHA-256 of `"solvency.v1.key"`, padded to 32 bytes, and the key's byte form.
///
/// It binds the points, the shape, the matrices and the origin: what is pinned is a key for a circuit from a set-up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(pub Bytes32);

impl KeyId {
    /// Reads `0x` and 64 lower-case digits.
    ///
    /// # Errors
    /// [`HexError`] where the text is not canonical.
    pub fn from_hex(text: &str) -> Result<Self, HexError> {
        Bytes32::from_hex(text).map(Self)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

//! Salts of a log's entries and marks, from one secret: a run that is repeated after a crash makes the same entry again.
//!
//! Whoever has the secret can test guesses of what any entry is of.

use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use solvency_verifier::encoding::Bytes32;
use zeroize::Zeroizing;

use crate::error::LogError;
use crate::files;

/// The secret: 32 random bytes, of which the file holds the digits.
pub struct SaltKey(Zeroizing<[u8; 32]>);

impl SaltKey {
    /// A new secret in a new file, mode 0600.
    ///
    /// # Errors
    /// [`LogError::AlreadyExists`], [`LogError::Io`], [`LogError::Random`].
    pub fn create(path: &Path) -> Result<Self, LogError> {
        let mut key = Zeroizing::new([0u8; 32]);
        getrandom::fill(key.as_mut()).map_err(|error| LogError::Random(error.to_string()))?;
        let digits = Zeroizing::new(hex::encode(key.as_ref()));
        let text = Zeroizing::new([digits.as_str(), "\n"].concat());
        files::write_secret(path, &text)?;
        Ok(SaltKey(key))
    }

    /// Reads the file.
    ///
    /// # Errors
    /// [`LogError::Readable`], [`LogError::Secret`], [`LogError::Io`].
    pub fn load(path: &Path) -> Result<Self, LogError> {
        let text = files::read_secret(path, 65)?;
        let secret = |what| LogError::Secret { path: path.display().to_string(), what };
        let digits = text.strip_suffix('\n').unwrap_or(&text);
        if digits.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(secret("not 64 lower-case digits"));
        }
        let mut key = Zeroizing::new([0u8; 32]);
        hex::decode_to_slice(digits, key.as_mut()).map_err(|_| secret("not 64 lower-case digits"))?;
        Ok(SaltKey(key))
    }

    /// Salt of an entry of the log of this origin (with the epoch).
    pub fn entry(&self, origin: &str, index: u64) -> Bytes32 {
        self.derive(b"entry", origin, index, 0)
    }

    /// Salt of the mark of an output's claim.
    pub fn mark(&self, origin: &str, index: u64, output: u32) -> Bytes32 {
        self.derive(b"mark", origin, index, output)
    }

    /// What stands in the place of a mark for an unused output: nothing tells it from one.
    pub fn unused(&self, origin: &str, index: u64, output: u32) -> Bytes32 {
        self.derive(b"unused", origin, index, output)
    }

    fn derive(&self, purpose: &[u8], origin: &str, index: u64, output: u32) -> Bytes32 {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(self.0.as_ref()).expect("HMAC takes any key");
        mac.update(b"solvency.v1.log-salt\0");
        mac.update(purpose);
        mac.update(&[0]);
        mac.update(&index.to_be_bytes());
        mac.update(&output.to_be_bytes());
        mac.update(origin.as_bytes());
        Bytes32(mac.finalize().into_bytes().into())
    }
}

impl std::fmt::Debug for SaltKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SaltKey(secret)")
    }
}

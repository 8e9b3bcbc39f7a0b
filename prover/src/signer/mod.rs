//! secp256k1 signing keys: in a file, or behind a command.
//!
//! A key file is the key: whoever reads it signs. Files are written with mode 0600. For production keys the file may instead name a
//! command that signs ([`ExternalSigner`]): the way to a hardware module or a key service.

mod external;

use std::path::Path;

use k256::ecdsa::SigningKey;
use serde::Serialize;
use solvency_verifier::encoding::{Domain, TypedData, bytes_from_hex, hex_string};
use solvency_verifier::statement::{Signature, SignatureError, Signed};
use solvency_verifier::{Address, Bytes32};
use zeroize::{Zeroize, Zeroizing};

pub use external::{ExternalError, ExternalSigner};

use crate::files::{self, FileError};

/// Longest file of a key or an external signer, in bytes.
const MAX_FILE_BYTES: u64 = 16 << 10;

/// A signing key.
pub struct Signer {
    key: Key,
    address: Address,
}

enum Key {
    Here(SigningKey),
    Elsewhere(ExternalSigner),
}

/// Why a signing key can't be had.
#[derive(Debug, thiserror::Error)]
pub enum SignerError {
    /// The file can't be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file's text is not a key.
    #[error(
        "{path}: expected 0x and 64 lower-case hexadecimal digits of a secp256k1 private key, or the JSON of an external signer"
    )]
    Format {
        /// The file.
        path: String,
    },
    /// The command that was to sign did not.
    #[error(transparent)]
    External(#[from] ExternalError),
    /// The key is behind a command, and can't be written to a file.
    #[error("the key is not here: an external signer keeps it")]
    Elsewhere,
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {0}")]
    Randomness(#[from] getrandom::Error),
    /// A fresh signature did not verify.
    #[error("the signature just made does not verify: {0}")]
    SelfCheck(SignatureError),
}

impl Signer {
    /// A fresh key from the operating system's randomness.
    ///
    /// # Errors
    /// [`SignerError::Randomness`].
    pub fn generate() -> Result<Self, SignerError> {
        loop {
            let mut bytes = Zeroizing::new([0u8; 32]);
            getrandom::fill(bytes.as_mut())?;
            if let Some(signer) = Self::from_bytes(&bytes) {
                return Ok(signer);
            }
        }
    }

    /// From a private key; `None` where it is zero or not below the group order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let key = SigningKey::from_slice(bytes).ok()?;
        let digest = Bytes32::ZERO;
        let address = sign_with(&key, &digest).recover(&digest).ok()?;
        Some(Signer { key: Key::Here(key), address })
    }

    /// Reads a key file, or the file of an external signer (spec/encodings.md, External signers).
    ///
    /// # Errors
    /// [`SignerError::File`], [`SignerError::Format`], [`SignerError::External`] where the file is one of an external signer and is
    /// not understood.
    pub fn load(path: &Path) -> Result<Self, SignerError> {
        let format = || SignerError::Format { path: path.display().to_string() };
        let text = Zeroizing::new(files::read_text(path, MAX_FILE_BYTES)?);
        if text.trim_start().starts_with('{') {
            let external = ExternalSigner::parse(path, &text)?;
            return Ok(Signer { address: external.address(), key: Key::Elsewhere(external) });
        }
        let mut bytes = bytes_from_hex(text.trim_end_matches('\n')).map_err(|_| format())?;
        let array = <[u8; 32]>::try_from(bytes.as_slice()).map(Zeroizing::new);
        bytes.zeroize();
        Self::from_bytes(&*array.map_err(|_| format())?).ok_or_else(format)
    }

    /// Writes the key to a new file of mode 0600.
    ///
    /// # Errors
    /// [`SignerError::File`], also where the file exists: a key is never overwritten; [`SignerError::Elsewhere`].
    pub fn save_new(&self, path: &Path) -> Result<(), SignerError> {
        let Key::Here(key) = &self.key else { return Err(SignerError::Elsewhere) };
        let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(key.to_bytes().into());
        let mut text = Zeroizing::new(hex_string(bytes.as_ref()));
        text.push('\n');
        files::write_new_secret(path, text.as_bytes())?;
        Ok(())
    }

    /// The key's Ethereum address.
    pub fn address(&self) -> Address {
        self.address
    }

    /// Signs a statement, and checks the signature before it leaves.
    ///
    /// # Errors
    /// [`SignerError::SelfCheck`] where the signature does not verify, [`SignerError::External`] where a command gives none.
    pub fn sign<S: TypedData + Serialize>(
        &self,
        statement: &S,
        domain: &Domain,
    ) -> Result<Signature, SignerError> {
        let digest = statement.digest(domain);
        let signature = match &self.key {
            Key::Here(key) => sign_with(key, &digest),
            Key::Elsewhere(external) => external.sign(statement, domain)?,
        };
        solvency_verifier::statement::check_signer(&self.address, &signature, &digest)
            .map_err(SignerError::SelfCheck)?;
        Ok(signature)
    }

    /// As [`Self::sign`], with the signer's address beside the signature.
    ///
    /// # Errors
    /// As [`Self::sign`].
    pub fn sign_as_member<S: TypedData + Serialize>(
        &self,
        statement: &S,
        domain: &Domain,
    ) -> Result<Signed, SignerError> {
        Ok(Signed { signer: self.address, signature: self.sign(statement, domain)? })
    }
}

fn sign_with(key: &SigningKey, digest: &Bytes32) -> Signature {
    let (signature, id) = key.sign_prehash_recoverable(&digest.0);
    // k256 makes low-s signatures; `recover` refuses any other.
    Signature::from_parts(&signature.to_bytes().into(), id.is_y_odd())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_read_back_and_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.key");
        let signer = Signer::generate().unwrap();
        signer.save_new(&path).unwrap();
        assert_eq!(Signer::load(&path).unwrap().address(), signer.address());
        assert!(matches!(signer.save_new(&path), Err(SignerError::File(_))));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(dir.path().join("bad.key"), "0x00").unwrap();
        assert!(matches!(Signer::load(&dir.path().join("bad.key")), Err(SignerError::Format { .. })));
    }
}

//! Ed25519 keys of logs and witnesses, one a file: `PRIVATE+KEY+name+hash+base64(type ‖ seed)`, as Go's `sumdb/note` writes them.
//!
//! A file is not encrypted: it is the owner's alone (0600), and it is a log's or a witness's whole authority.

use std::path::Path;

use base64ct::{Base64, Encoding};
use ed25519_dalek::{Signer, SigningKey};
use solvency_verifier::log::{KeyError, KeyKind, NoteSignature, VerifierKey, epoch_origin};
use zeroize::Zeroizing;

use crate::error::LogError;
use crate::files;

const PREFIX: &str = "PRIVATE+KEY+";
/// Longest file: the prefix, a name of 255 bytes, a hash and 44 characters.
const MAX_BYTES: u64 = 512;

/// A log's key (named by the account's `logOrigin`) or a witness's.
pub struct SecretKey {
    verifier: VerifierKey,
    key: SigningKey,
}

impl SecretKey {
    /// A new key from the system's random numbers.
    ///
    /// # Errors
    /// [`LogError::Key`] for a name that no key can have, [`LogError::Random`].
    pub fn generate(name: &str, kind: KeyKind) -> Result<Self, LogError> {
        let mut seed = Zeroizing::new([0u8; 32]);
        getrandom::fill(seed.as_mut()).map_err(|error| LogError::Random(error.to_string()))?;
        Ok(Self::from_seed(name, kind, &seed)?)
    }

    /// The key of a seed.
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn from_seed(name: &str, kind: KeyKind, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let key = SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, kind, key.verifying_key().as_bytes())?;
        Ok(SecretKey { verifier, key })
    }

    /// A new key in a new file, mode 0600.
    ///
    /// # Errors
    /// As [`Self::generate`], and [`LogError::AlreadyExists`], [`LogError::Io`].
    pub fn create(path: &Path, name: &str, kind: KeyKind) -> Result<Self, LogError> {
        let key = Self::generate(name, kind)?;
        let mut bytes = Zeroizing::new([0u8; 33]);
        bytes[0] = kind as u8;
        bytes[1..].copy_from_slice(key.key.as_bytes());
        let encoded = Zeroizing::new(Base64::encode_string(bytes.as_ref()));
        let hash = hex::encode(key.verifier.id());
        let text = Zeroizing::new([PREFIX, name, "+", &hash, "+", &encoded, "\n"].concat());
        files::write_secret(path, &text)?;
        Ok(key)
    }

    /// Reads a key's file.
    ///
    /// # Errors
    /// [`LogError::Readable`] where others can read it, [`LogError::Secret`] where it is no such file, [`LogError::Io`].
    pub fn load(path: &Path) -> Result<Self, LogError> {
        let text = files::read_secret(path, MAX_BYTES)?;
        let secret = |what| LogError::Secret { path: path.display().to_string(), what };
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let rest = text.strip_prefix(PREFIX).ok_or(secret("it does not begin with PRIVATE+KEY+"))?;
        let mut parts = rest.splitn(3, '+');
        let (Some(name), Some(hash), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(secret("not a name, a hash and base64"));
        };
        let mut bytes = Zeroizing::new([0u8; 33]);
        let length = Base64::decode(encoded, bytes.as_mut()).map_err(|_| secret("not base64"))?.len();
        let kind = match bytes[0] {
            0x01 => KeyKind::Note,
            0x04 => KeyKind::Cosignature,
            _ => return Err(secret("a type that is neither 0x01 nor 0x04")),
        };
        let seed = <&[u8; 32]>::try_from(&bytes[1..]).map_err(|_| secret("too short"))?;
        if length != bytes.len() {
            return Err(secret("too short"));
        }
        let key = Self::from_seed(name, kind, seed).map_err(|_| secret("a name that no key can have"))?;
        if hash != hex::encode(key.verifier.id()) {
            return Err(secret("the hash is another key's"));
        }
        Ok(key)
    }

    /// The public key under its own name. A log signs under another name in each epoch: [`Self::in_epoch`].
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.verifier
    }

    /// What verifies the checkpoints of an epoch's log, where this is the key of an account's logs.
    ///
    /// # Errors
    /// [`KeyError::Name`] where the key's name is no `logOrigin`.
    pub fn in_epoch(&self, epoch: u64) -> Result<VerifierKey, KeyError> {
        let origin = epoch_origin(self.verifier.name(), epoch)?;
        VerifierKey::new(&origin, self.verifier.kind(), self.verifier.public())
    }

    /// A signature line of this key, under a name that may differ from its own.
    pub(crate) fn line(&self, signs_as: &VerifierKey, time: Option<u64>, message: &[u8]) -> NoteSignature {
        let signature = self.key.sign(message).to_bytes();
        let time = time.map(u64::to_be_bytes);
        let bytes = [time.as_ref().map_or(&[][..], |time| time), &signature].concat();
        NoteSignature { name: signs_as.name().into(), id: signs_as.id(), bytes }
    }

    pub(crate) fn expect_kind(&self, expected: KeyKind) -> Result<(), LogError> {
        let got = self.verifier.kind();
        if got == expected {
            return Ok(());
        }
        let name = self.verifier.name().into();
        Err(LogError::Kind { name, got: got.to_string(), expected: expected.to_string() })
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecretKey({})", self.verifier)
    }
}

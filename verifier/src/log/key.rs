//! Verifier keys of notes: `name+hash+base64(type ‖ key)`, for Ed25519 (C2SP signed-note, "Verifier keys").
//!
//! A verifier key says which signatures are to be checked with what. Whose key it is, it does not say.

use alloc::string::String;
use core::fmt;

use base64ct::{Base64, Encoding};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

/// Longest name of a key, in bytes.
pub const MAX_KEY_NAME: usize = 255;

/// What a key signs, and the byte by which verifier keys and key ids say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// The text of a note: a log's key.
    Note = 0x01,
    /// A time and the text of a checkpoint: a witness's key.
    Cosignature = 0x04,
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyKind::Note => "Ed25519 (0x01)",
            KeyKind::Cosignature => "Ed25519 cosignature (0x04)",
        })
    }
}

/// Why a text is no verifier key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not three parts with `+` between them.
    #[error("not of the form name+hash+base64")]
    Form,
    /// A name that no signature line can have, or one that is too long.
    #[error(
        "name {0:?} is empty, longer than {MAX_KEY_NAME} bytes, or has a space, a control character or '+'"
    )]
    Name(String),
    /// The last part is not base64 of 33 bytes in its one form.
    #[error("the key is not canonical base64 of a type and 32 bytes")]
    Encoding,
    /// A key of another type.
    #[error("key type {got:#04x}, only 0x01 and 0x04 (Ed25519) are read")]
    Type {
        /// The type's byte.
        got: u8,
    },
    /// The hash beside the key is another one.
    #[error("hash {got:?}, expected {expected}")]
    Hash {
        /// What stands there.
        got: String,
        /// What name and key give.
        expected: String,
    },
    /// Not the canonical encoding of a point of the prime-order subgroup, or the identity.
    #[error("not a public key: not canonical, no point, of small order, or outside the prime-order subgroup")]
    Point,
}

/// An Ed25519 key with the name under which it signs notes.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    kind: KeyKind,
    id: [u8; 4],
    key: VerifyingKey,
}

impl VerifierKey {
    /// A key of this name and kind.
    ///
    /// # Errors
    /// [`KeyError::Name`] and [`KeyError::Point`].
    pub fn new(name: &str, kind: KeyKind, public: &[u8; 32]) -> Result<Self, KeyError> {
        if !check_key_name(name) {
            return Err(KeyError::Name(name.into()));
        }
        let key = VerifyingKey::from_bytes(public).map_err(|_| KeyError::Point)?;
        let point = key.to_edwards();
        let canonical = point.compress().as_bytes() == public;
        if !canonical || key.is_weak() || !point.is_torsion_free() {
            return Err(KeyError::Point);
        }
        Ok(VerifierKey { name: name.into(), kind, id: key_id(name, kind, public), key })
    }

    /// Reads the text form; there is one for each key.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        // Base64 may hold a plus too: the name and the hash end at the first two.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(hash), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Form);
        };
        if !check_key_name(name) {
            return Err(KeyError::Name(name.into()));
        }
        let mut bytes = [0u8; 33];
        let decoded = Base64::decode(encoded, &mut bytes).map_err(|_| KeyError::Encoding)?;
        let (Some((kind, public)), true) = (decoded.split_first(), decoded.len() == 33) else {
            return Err(KeyError::Encoding);
        };
        let kind = match kind {
            0x01 => KeyKind::Note,
            0x04 => KeyKind::Cosignature,
            other => return Err(KeyError::Type { got: *other }),
        };
        let public: &[u8; 32] = public.try_into().map_err(|_| KeyError::Encoding)?;
        let expected = hex::encode(key_id(name, kind, public));
        if hash != expected {
            return Err(KeyError::Hash { got: hash.into(), expected });
        }
        VerifierKey::new(name, kind, public)
    }

    /// The name under which the key signs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the key signs.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The first four bytes of each of its signatures.
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// The public key.
    pub fn public(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Whether these 64 bytes are the key's signature of the message.
    ///
    /// Strict: without cofactor, `s` below the group order, `R` not of small order. So nobody can make another signature from one.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = alloc::vec![self.kind as u8];
        bytes.extend_from_slice(self.public());
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id), Base64::encode_string(&bytes))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether signature lines can have this name: not empty, at most [`MAX_KEY_NAME`] bytes, without spaces, control characters and `+`.
pub fn check_key_name(name: &str) -> bool {
    let allowed = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
    !name.is_empty() && name.len() <= MAX_KEY_NAME && name.chars().all(allowed)
}

/// `SHA-256(name ‖ 0x0A ‖ type ‖ key)[..4]`.
pub fn key_id(name: &str, kind: KeyKind, public: &[u8; 32]) -> [u8; 4] {
    let mut hasher = Sha256::new();
    hasher.update(name.as_bytes());
    hasher.update([b'\n', kind as u8]);
    hasher.update(public);
    let digest: [u8; 32] = hasher.finalize().into();
    let [a, b, c, d, ..] = digest;
    [a, b, c, d]
}

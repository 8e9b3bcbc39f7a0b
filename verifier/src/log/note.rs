//! Notes: a text and signature lines (C2SP signed-note). Reading one shows nothing; [`Note::signature_of`] and what is made of it do.

use alloc::{string::String, vec::Vec};
use core::fmt;

use base64ct::{Base64, Encoding};

use super::key::{KeyKind, VerifierKey, check_key_name};

/// Longest note that is read, in bytes.
pub const MAX_NOTE_BYTES: usize = 64 << 10;
/// Most signature lines of a note that is read.
pub const MAX_SIGNATURES: usize = 100;
/// Most bytes of one signature, with its key id: ML-DSA-44 has 2,420.
const MAX_SIGNATURE_BYTES: usize = 8 << 10;
/// What a signature line begins with: an em dash and a space.
const DASH: &str = "\u{2014} ";

/// A signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// Name of the key.
    pub name: String,
    /// Key id.
    pub id: [u8; 4],
    /// What follows the key id; for Ed25519 64 bytes, for a cosignature 72.
    pub bytes: Vec<u8>,
}

impl NoteSignature {
    /// Whether name and id are this key's.
    pub fn is_of(&self, key: &VerifierKey) -> bool {
        self.name == key.name() && self.id == key.id()
    }

    /// Reads one line, with its newline.
    ///
    /// # Errors
    /// [`SignatureLineError`].
    pub fn parse_line(line: &str) -> Result<Self, SignatureLineError> {
        let rest = line.strip_prefix(DASH).ok_or(SignatureLineError::Dash)?;
        let rest = rest.strip_suffix('\n').ok_or(SignatureLineError::Newline)?;
        let (name, encoded) = rest.split_once(' ').ok_or(SignatureLineError::Form)?;
        if !check_key_name(name) {
            return Err(SignatureLineError::Name);
        }
        if encoded.len() > MAX_SIGNATURE_BYTES * 4 / 3 {
            return Err(SignatureLineError::Encoding);
        }
        let decoded = Base64::decode_vec(encoded).map_err(|_| SignatureLineError::Encoding)?;
        match decoded.split_first_chunk::<4>() {
            Some((id, bytes)) if !bytes.is_empty() => {
                Ok(NoteSignature { name: name.into(), id: *id, bytes: bytes.to_vec() })
            }
            _ => Err(SignatureLineError::Short),
        }
    }
}

/// The line, with its newline.
impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.id, self.bytes.as_slice()].concat();
        writeln!(f, "{DASH}{} {}", self.name, Base64::encode_string(&bytes))
    }
}

/// Why a line is no signature line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureLineError {
    /// It does not begin with an em dash and a space.
    #[error("does not begin with an em dash and a space")]
    Dash,
    /// It does not end with a newline.
    #[error("does not end with a newline")]
    Newline,
    /// Not a name, a space and base64.
    #[error("is not a name, a space and base64")]
    Form,
    /// A name that no key can have.
    #[error("has a name that no key can have")]
    Name,
    /// Not base64 in its one form, or too long.
    #[error("is not canonical base64, or too long")]
    Encoding,
    /// Nothing after the key id.
    #[error("holds no signature after the key id")]
    Short,
}

/// Why a text is no note, or is not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Longer than [`MAX_NOTE_BYTES`].
    #[error("a note of {got} bytes, at most {MAX_NOTE_BYTES} are read")]
    TooLong {
        /// Its length.
        got: usize,
    },
    /// A control character other than the newline.
    #[error("control character at byte {at}")]
    Control {
        /// Where.
        at: usize,
    },
    /// No empty line between text and signatures, or no text before it.
    #[error("no text, an empty line and signatures after it")]
    Form,
    /// No signature or more than [`MAX_SIGNATURES`].
    #[error("{got} signatures, from 1 to {MAX_SIGNATURES} are read")]
    Count {
        /// How many.
        got: usize,
    },
    /// A line that is no signature line.
    #[error("signature line {line} {error}")]
    Line {
        /// Zero-based number among the signature lines.
        line: usize,
        /// Why.
        error: SignatureLineError,
    },
    /// Two lines of one name and key id.
    #[error("two signature lines of {name:?}")]
    Repeated {
        /// The name.
        name: String,
    },
    /// No line of a key.
    #[error("not signed by {key}")]
    NotSigned {
        /// The key.
        key: String,
    },
    /// A line of a key that is not its signature.
    #[error("the signature of {key} is wrong")]
    WrongSignature {
        /// The key.
        key: String,
    },
}

/// A text with its signature lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl Note {
    /// A note of a text, not signed yet.
    ///
    /// # Errors
    /// [`NoteError::Form`], [`NoteError::Control`], [`NoteError::TooLong`] where the text could not be read back.
    pub fn new(text: &str) -> Result<Self, NoteError> {
        check_characters(text)?;
        if !text.ends_with('\n') {
            return Err(NoteError::Form);
        }
        Ok(Note { text: text.into(), signatures: Vec::new() })
    }

    /// Reads the one form of a note.
    ///
    /// # Errors
    /// [`NoteError`], of which [`NoteError::NotSigned`] and [`NoteError::WrongSignature`] are not among them: no signature is checked.
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        check_characters(note)?;
        let empty_line = note.rfind("\n\n").ok_or(NoteError::Form)?;
        let text = note.get(..empty_line.saturating_add(1)).unwrap_or_default();
        let lines = note.get(empty_line.saturating_add(2)..).unwrap_or_default();
        let count = lines.split_inclusive('\n').count();
        if count == 0 || count > MAX_SIGNATURES {
            return Err(NoteError::Count { got: count });
        }
        let mut parsed = Note::new(text)?;
        for (line, text) in lines.split_inclusive('\n').enumerate() {
            let signature =
                NoteSignature::parse_line(text).map_err(|error| NoteError::Line { line, error })?;
            parsed.add(signature)?;
        }
        Ok(parsed)
    }

    /// What is signed: the text with its last newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines, none of them checked.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a line, which is not checked.
    ///
    /// # Errors
    /// [`NoteError::Repeated`] where there is one of this name and id, [`NoteError::Count`] where there are enough.
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), NoteError> {
        let same = |other: &NoteSignature| other.name == signature.name && other.id == signature.id;
        if self.signatures.iter().any(same) {
            return Err(NoteError::Repeated { name: signature.name });
        }
        let got = self.signatures.len().saturating_add(1);
        if got > MAX_SIGNATURES {
            return Err(NoteError::Count { got });
        }
        self.signatures.push(signature);
        Ok(())
    }

    /// Removes the lines for which this holds.
    pub fn remove(&mut self, which: impl Fn(&NoteSignature) -> bool) {
        self.signatures.retain(|signature| !which(signature));
    }

    /// The note with the line of this key alone, which is not checked.
    ///
    /// # Errors
    /// [`NoteError::NotSigned`].
    pub fn only(&self, key: &VerifierKey) -> Result<Note, NoteError> {
        let line = self.signature_of(key)?.clone();
        Ok(Note { text: self.text.clone(), signatures: [line].into() })
    }

    /// The line of a key.
    ///
    /// # Errors
    /// [`NoteError::NotSigned`].
    pub fn signature_of(&self, key: &VerifierKey) -> Result<&NoteSignature, NoteError> {
        let found = self.signatures.iter().find(|signature| signature.is_of(key));
        found.ok_or_else(|| NoteError::NotSigned { key: alloc::format!("{key}") })
    }

    /// Checks that a key of kind [`KeyKind::Note`] signed the text.
    ///
    /// # Errors
    /// [`NoteError::NotSigned`], [`NoteError::WrongSignature`].
    pub fn check_signed_by(&self, key: &VerifierKey) -> Result<(), NoteError> {
        let signature = self.signature_of(key)?;
        let right = key.kind() == KeyKind::Note
            && <&[u8; 64]>::try_from(signature.bytes.as_slice())
                .is_ok_and(|bytes| key.verifies(self.text.as_bytes(), bytes));
        if right { Ok(()) } else { Err(NoteError::WrongSignature { key: alloc::format!("{key}") }) }
    }
}

/// The note as it is read.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| fmt::Display::fmt(signature, f))
    }
}

fn check_characters(text: &str) -> Result<(), NoteError> {
    if text.len() > MAX_NOTE_BYTES {
        return Err(NoteError::TooLong { got: text.len() });
    }
    match text.bytes().position(|byte| byte < 0x20 && byte != b'\n') {
        Some(at) => Err(NoteError::Control { at }),
        None => Ok(()),
    }
}

//! Checkpoints: origin, size and root of a log as the text of a note (C2SP tlog-checkpoint).

use alloc::{string::String, vec::Vec};
use core::fmt;

use base64ct::{Base64, Encoding};

use super::merkle::Hash;

/// The head of a log's tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// Leaves of the tree.
    pub size: u64,
    /// Its root.
    pub root: Hash,
    /// Further lines: signed along, and of no meaning here.
    pub extensions: Vec<String>,
}

/// Why a text is no checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// No newline at the end.
    #[error("the text does not end with a newline")]
    Newline,
    /// Fewer than three lines.
    #[error("fewer than three lines")]
    Lines,
    /// An empty line.
    #[error("line {line} is empty")]
    Empty {
        /// Zero-based number of the line.
        line: usize,
    },
    /// Not a number without leading zeros, or one of more than 63 bits.
    #[error("the size is not a decimal number below 2^63 without leading zeros")]
    Size,
    /// Not base64 of 32 bytes.
    #[error("the root is not canonical base64 of 32 bytes")]
    Root,
}

impl Checkpoint {
    /// Reads the text of a note.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let lines: Vec<&str> = text.strip_suffix('\n').ok_or(CheckpointError::Newline)?.split('\n').collect();
        if let Some(line) = lines.iter().position(|line| line.is_empty()) {
            return Err(CheckpointError::Empty { line });
        }
        let [origin, size, root, extensions @ ..] = lines.as_slice() else {
            return Err(CheckpointError::Lines);
        };
        let size = parse_decimal(size).filter(|size| *size < 1 << 63).ok_or(CheckpointError::Size)?;
        Ok(Checkpoint {
            origin: (*origin).into(),
            size,
            root: parse_hash(root).ok_or(CheckpointError::Root)?,
            extensions: extensions.iter().map(|line| (*line).into()).collect(),
        })
    }
}

/// The text of the note.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, Base64::encode_string(&self.root))?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// A decimal number as it is written: without sign and leading zeros.
pub(super) fn parse_decimal(text: &str) -> Option<u64> {
    let canonical = text == "0" || !text.starts_with('0');
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if canonical && digits { text.parse().ok() } else { None }
}

/// 32 bytes in base64, in their one form.
pub(super) fn parse_hash(text: &str) -> Option<Hash> {
    let mut bytes = [0u8; 32];
    let decoded = Base64::decode(text, &mut bytes).ok()?;
    <[u8; 32]>::try_from(decoded).ok()
}

//! What a witness is asked: the body of `add-checkpoint` (C2SP tlog-witness).

use base64ct::{Base64, Encoding};
use solvency_verifier::log::{Hash, MAX_NOTE_BYTES, MAX_PROOF, Note, NoteError};

/// Longest body: `old` and a number, 63 lines of a hash, a note.
const MAX_BYTES: usize = 32 + MAX_PROOF * 45 + MAX_NOTE_BYTES;

/// A checkpoint with the proof that it goes on from what the witness knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// Size of the tree that the witness has cosigned last; 0 for none.
    pub old: u64,
    /// Consistency proof from that size.
    pub proof: Vec<Hash>,
    /// The checkpoint, signed by the log.
    pub checkpoint: Note,
}

/// Why a body is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Too long.
    #[error("{got} bytes, at most {MAX_BYTES} are read")]
    TooLong {
        /// Its length.
        got: usize,
    },
    /// The first line is not `old` and a number.
    #[error("the first line is not 'old' and a decimal number")]
    Old,
    /// A line of the proof that is no hash.
    #[error("line {line} of the proof is not canonical base64 of 32 bytes")]
    Hash {
        /// Zero-based.
        line: usize,
    },
    /// More hashes than any proof has.
    #[error("more than {MAX_PROOF} lines of proof")]
    Proof,
    /// No empty line after the proof.
    #[error("no empty line after the proof")]
    Form,
    /// No note after it.
    #[error("{0}")]
    Note(#[from] NoteError),
}

impl AddCheckpoint {
    /// Reads a body.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn parse(body: &str) -> Result<Self, RequestError> {
        if body.len() > MAX_BYTES {
            return Err(RequestError::TooLong { got: body.len() });
        }
        let (head, note) = body.split_once("\n\n").ok_or(RequestError::Form)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).ok_or(RequestError::Old)?;
        let number: u64 = old.parse().map_err(|_| RequestError::Old)?;
        if number.to_string() != old {
            return Err(RequestError::Old);
        }
        let mut proof = Vec::new();
        for (line, text) in lines.enumerate() {
            if line >= MAX_PROOF {
                return Err(RequestError::Proof);
            }
            let mut hash = [0; 32];
            let read = Base64::decode(text, &mut hash).map_err(|_| RequestError::Hash { line })?.len();
            if read != hash.len() {
                return Err(RequestError::Hash { line });
            }
            proof.push(hash);
        }
        Ok(AddCheckpoint { old: number, proof, checkpoint: Note::parse(note)? })
    }
}

/// The body.
impl std::fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{}", Base64::encode_string(hash)))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

//! Why a document is not evidence, or shows no contradiction.

use alloc::string::{String, ToString};

use super::{EVIDENCE_FORMAT, Role};
use crate::encoding::{Address, Bytes32, StrictError};
use crate::log::{CheckpointError, KeyError, NoteError, ProofError};
use crate::registry::RegistryError;
use crate::statement::{QuorumError, SignatureError};

/// Why a document is not evidence, or shows no contradiction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// The document is longer than [`super::MAX_EVIDENCE_BYTES`].
    #[error("{got} bytes, at most {allowed} are read")]
    TooLong {
        /// Bytes of the document.
        got: usize,
        /// Bytes allowed.
        allowed: usize,
    },
    /// Not the strict JSON form.
    #[error("line {line}, column {column}: {message}")]
    Json {
        /// One-based line.
        line: usize,
        /// One-based column.
        column: usize,
        /// What was found and what is allowed.
        message: String,
    },
    /// Values that are right, not in the one form in which they are written.
    #[error("{place:?} is not in its one form: an array in place of an object, or a field is missing")]
    Form {
        /// JSON pointer to the first such place; empty for the whole document.
        place: String,
    },
    /// Another format or version.
    #[error("format is {got:?}, expected {EVIDENCE_FORMAT:?}")]
    Format {
        /// The format found.
        got: String,
    },
    /// The registry contradicts itself.
    #[error("{0}")]
    Registry(#[from] RegistryError),
    /// The statements were signed under another registry.
    #[error(
        "the evidence is of registry {got}, checked under {expected}: check it under the registry that it names"
    )]
    OtherRegistry {
        /// Registry that the file names.
        got: Bytes32,
        /// Digest of the given registry.
        expected: Bytes32,
    },
    /// Both are one statement, whatever their signatures or proofs.
    #[error("both are the statement {digest}: signing or proving it again is no contradiction")]
    SameStatement {
        /// The digest.
        digest: Bytes32,
    },
    /// Statements about two things.
    #[error("the statements are about two things: their {field} differ")]
    Unrelated {
        /// What differs.
        field: &'static str,
    },
    /// A signature of somebody else.
    #[error("{place}: {error}")]
    Signature {
        /// Which statement.
        place: &'static str,
        /// Why.
        error: SignatureError,
    },
    /// Another version of the set of signers than the registry's.
    #[error("{place}: version {got} of the signers, the registry has {expected}")]
    SignerSet {
        /// Which statement.
        place: &'static str,
        /// Version found.
        got: u32,
        /// The registry's.
        expected: u32,
    },
    /// The signatures are not a quorum.
    #[error("{place}: {error}")]
    Quorum {
        /// Which statement.
        place: &'static str,
        /// Why.
        error: QuorumError,
    },
    /// The signer is an address that the reader did not name.
    #[error(
        "signed by {got}, which nobody named as {role:?}: anybody can sign such statements; name it only if you know whose it is"
    )]
    NotNamed {
        /// As whom it would have to be named.
        role: Role,
        /// The signer.
        got: Address,
    },
    /// No used source stands in both allocations.
    #[error("no used source stands in both allocations")]
    NothingSharedSpent,
    /// An allocation does not spend the holdings statement beside it.
    #[error("{place}: the allocation does not spend the holdings statement {holdings} beside it")]
    NotSpent {
        /// Which allocation.
        place: &'static str,
        /// Digest of the holdings statement.
        holdings: Bytes32,
    },
    /// A book that was not said to be exclusive.
    #[error("{place}: the book was not attested as exclusive")]
    NotExclusive {
        /// Which statement.
        place: &'static str,
    },
    /// No shard root stands in both books. Several books of an account in an epoch are honest.
    #[error("no shard root stands in both books: an account may have several books in an epoch")]
    NoSharedRoot,
    /// Both books are for one consumer: a book that was attested again.
    #[error("both books are for one custodian, account and log: a book may be attested again")]
    SameConsumer,
    /// No price and no valuation digest has two values.
    #[error("no price and no policy's valuation digest has two values")]
    NoContradiction,
    /// Not a note, or one that the key beside it did not sign.
    #[error("{place}: {error}")]
    Note {
        /// Which checkpoint.
        place: &'static str,
        /// Why.
        error: NoteError,
    },
    /// The note's text is no checkpoint.
    #[error("{place}: {error}")]
    Checkpoint {
        /// Which checkpoint.
        place: &'static str,
        /// Why.
        error: CheckpointError,
    },
    /// A signature line that shows nothing here.
    #[error("{place}: a signature line of {name:?}, whose key is not the one beside the note: leave it out")]
    Line {
        /// Which checkpoint.
        place: &'static str,
        /// Name of the line's key.
        name: String,
    },
    /// The custodian's statement is of another log's key.
    #[error("the checkpoints are of {got:?}, which is no epoch's log of {expected:?}")]
    OtherLog {
        /// Origin of the checkpoints.
        got: String,
        /// Origin of the account's logs, without the epoch.
        expected: String,
    },
    /// A statement about a key that is none.
    #[error("{place}: {error}")]
    Key {
        /// Which checkpoint's.
        place: &'static str,
        /// Why.
        error: KeyError,
    },
    /// A witness's key that does not make cosignatures.
    #[error("{place}: the key signs notes, it makes no cosignatures")]
    NotACosigner {
        /// Which checkpoint's.
        place: &'static str,
    },
    /// A witness that the registry does not have.
    #[error("{got} is no witness of the registry")]
    NotAWitness {
        /// Who says that the keys are its own.
        got: Address,
    },
    /// A cosignature of a time at which the witness does not say that the key is its own.
    #[error("{place}: cosigned at {time}, the key is the witness's from {not_before} on and before {expiry}")]
    OutsideKey {
        /// Which checkpoint.
        place: &'static str,
        /// Time of the cosignature, in Unix seconds.
        time: u64,
        /// First second of the key.
        not_before: u64,
        /// First second after it.
        expiry: u64,
    },
    /// Two trees that fit, as far as is shown.
    #[error("nothing shows that the two trees don't fit: a log may grow, and be signed again")]
    NoFork,
    /// The beginning of the larger tree is not proved.
    #[error("beginning: {error}")]
    Beginning {
        /// Why.
        error: ProofError,
    },
    /// A beginning of the larger tree beside a contradiction that does not rest on it.
    #[error("beginning: it shows nothing here, write null")]
    Needless,
}

impl From<StrictError> for EvidenceError {
    fn from(error: StrictError) -> Self {
        match error {
            StrictError::Json(error) => {
                EvidenceError::Json { line: error.line(), column: error.column(), message: error.to_string() }
            }
            StrictError::Form(place) => EvidenceError::Form { place },
        }
    }
}

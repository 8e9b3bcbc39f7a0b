//! Why totals, or their opening, are refused.

use alloc::string::{String, ToString};

use crate::accept::Reason;
use crate::encoding::{Address, Bytes32, FieldElement, StrictError};
use crate::shape::Shape;
use crate::statement::{QuorumError, SignatureError};

/// Why a document of totals is refused. Places are as in `nodes[3].sources[1]`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TotalsError {
    /// The document is too long.
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
    #[error("format is {got:?}, expected {expected:?}")]
    Format {
        /// The format found.
        got: String,
        /// The format expected.
        expected: &'static str,
    },
    /// Too many parts, or none.
    #[error("{got} {what}, from 1 to {allowed} are read")]
    Count {
        /// Which parts.
        what: &'static str,
        /// How many.
        got: usize,
        /// Most.
        allowed: usize,
    },
    /// Another custodian than the trust file's, or a revoked one.
    #[error("the totals are custodian {got}'s; the trust file has {expected}, or revokes it")]
    Custodian {
        /// The document's.
        got: Address,
        /// The trust file's.
        expected: Address,
    },
    /// The custodian did not sign this.
    #[error("custodian: {0}")]
    Signature(SignatureError),
    /// A source that is of no holdings shape.
    #[error("{place}: {shape} is not a holdings shape")]
    SourceShape {
        /// Where.
        place: String,
        /// Its shape.
        shape: Shape,
    },
    /// A source without ids.
    #[error("{place}: ids [{id_low}, {id_high}) are empty")]
    SourceRange {
        /// Where.
        place: String,
        /// Lowest id.
        id_low: u64,
        /// Exclusive highest id.
        id_high: u64,
    },
    /// A root or commitment that stands in two sources.
    #[error("{place}: its root or commitment stands in an earlier source too")]
    SourceTwice {
        /// Where.
        place: String,
    },
    /// A node of another custodian or epoch.
    #[error("{place}: the node is of another {field}")]
    NodeOf {
        /// Where.
        place: String,
        /// What differs.
        field: &'static str,
    },
    /// A node of a shape that is no allocation's.
    #[error("{place}: {shape} is not an allocation shape")]
    NodeShape {
        /// Where.
        place: String,
        /// Its shape.
        shape: Shape,
    },
    /// Another number of sources than the shape's.
    #[error("{place}: {got} sources, the shape has {expected}")]
    NodeSources {
        /// Where.
        place: String,
        /// Sources.
        got: usize,
        /// Sources of the shape.
        expected: usize,
    },
    /// A source that is not there, or was taken before.
    #[error("{place}: not the zero source, nor a shard or an earlier node's sum that no node has taken")]
    NodeSource {
        /// Where.
        place: String,
    },
    /// A shard or a sum that no node takes.
    #[error("{place}: no node takes it")]
    Left {
        /// Where.
        place: String,
    },
    /// A proof under a key that is not pinned, or one that does not verify.
    #[error("{0}")]
    Proof(Reason),
    /// A certificate of something else, of the wrong order of times, or not signed.
    #[error("the certificate: {message}")]
    Certificate {
        /// What is wrong.
        message: String,
    },
}

/// Why an auditor does not certify. No amount of an account stands in it; [`OpeningError::Short`] has the custodian's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpeningError {
    /// Not read: as a document of totals.
    #[error(transparent)]
    Unread(#[from] TotalsError),
    /// The opening is of other totals.
    #[error("the opening is of totals {got}, these are {expected}")]
    OpeningOf {
        /// The opening's.
        got: Bytes32,
        /// The document's.
        expected: Bytes32,
    },
    /// The reserves are another custodian's.
    #[error("the reserves are custodian {got}'s, the totals {expected}'s")]
    ReservesOf {
        /// The reserves'.
        got: Address,
        /// The totals'.
        expected: Address,
    },
    /// Reserves whose slots are unordered or none.
    #[error("slots[{index}]: slot {slot} is above 63, or not above the one before")]
    ReservesSlot {
        /// Zero-based place.
        index: usize,
        /// The slot.
        slot: u8,
    },
    /// A book of another custodian or epoch, of another attestor set, or that is not exclusive.
    #[error("books[{index}]: wrong {field}")]
    Book {
        /// Zero-based place.
        index: usize,
        /// What is wrong.
        field: &'static str,
    },
    /// A book without a quorum of attestors.
    #[error("books[{index}]: attestors: {error}")]
    Attestors {
        /// Zero-based place.
        index: usize,
        /// What is wrong.
        error: QuorumError,
    },
    /// A source whose book is not there, or has another shard.
    #[error("sources[{index}]: its book is not among the books opened, or has another shard there")]
    NoBook {
        /// Zero-based place among the sources.
        index: usize,
    },
    /// A shard that is not summed.
    #[error("books[{index}]: shard {shard} is not among the sources")]
    ShardLeft {
        /// Zero-based place among the books.
        index: usize,
        /// Zero-based shard.
        shard: usize,
    },
    /// Another number of entries than 64.
    #[error("{got} entries, a total has 64")]
    Entries {
        /// Entries.
        got: usize,
    },
    /// Entries and blinding are not those of the total.
    #[error("the opening is of commitment {got}, the total is {expected}")]
    Opening {
        /// Commitment computed.
        got: FieldElement,
        /// The total.
        expected: FieldElement,
    },
    /// More than there is.
    #[error("slot {slot}: the books hold {total} ledger units together, the reserves {reserve}")]
    Short {
        /// The slot: `4·asset + class`.
        slot: usize,
        /// Sum of the books.
        total: u64,
        /// What was found.
        reserve: u64,
    },
}

impl From<StrictError> for TotalsError {
    fn from(error: StrictError) -> Self {
        match error {
            StrictError::Json(error) => {
                TotalsError::Json { line: error.line(), column: error.column(), message: error.to_string() }
            }
            StrictError::Form(place) => TotalsError::Form { place },
        }
    }
}

//! Why an event is refused.

use alloc::string::String;

use super::{
    BandError, MAX_BAND, MAX_OPEN, MAX_POSITION_BYTES, MAX_REGISTRIES, MAX_RESOLVED, POSITION_FORMAT,
};
use crate::accept::Reason;
use crate::encoding::{Address, Bytes32};
use crate::evidence::EvidenceError;
use crate::trust::LatestClaim;

/// Why an accepted bundle does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCounted {
    /// Another venue's, book's, custodian's, account's or log's.
    #[error("accepted for other parties: it is another position's")]
    OtherPosition,
    /// Accepted under a trust file that does not count.
    #[error("trust file {trust} does not count here: rotate to it first")]
    TrustUnknown {
        /// Its digest.
        trust: Bytes32,
    },
    /// Accepted under the trust file before, whose overlap is over.
    #[error("the trust file counted until {until}, now is {now}: judge under the current one")]
    TrustEnded {
        /// End of the overlap.
        until: u64,
        /// The machine's time.
        now: u64,
    },
    /// Its window is over.
    #[error("accepted until {until}, now is {now}")]
    Over {
        /// The verdict's end.
        until: u64,
        /// The machine's time.
        now: u64,
    },
    /// Coverage of another claim than the latest.
    #[error("coverage of claim {} ({}), the latest is {} ({})", got.number, got.digest, latest.number, latest.digest)]
    OtherClaim {
        /// The claim.
        got: LatestClaim,
        /// The latest under this trust file.
        latest: LatestClaim,
    },
    /// An earlier epoch than was counted.
    #[error("epoch {got}, counted before was {seen}")]
    EpochRolledBack {
        /// The bundle's.
        got: u64,
        /// The last counted one.
        seen: u64,
    },
    /// A chain that ends before the last counted allocation, or in its place with another.
    #[error("the chain ends with {got} at {sequence}, counted before was {expected} at {seen}")]
    ChainRolledBack {
        /// The chain's last allocation.
        got: Bytes32,
        /// Its place.
        sequence: u64,
        /// The last counted allocation.
        expected: Bytes32,
        /// Its place.
        seen: u64,
    },
    /// A longer chain that was judged against other marks: whether it contains the last counted allocation is not known.
    #[error("judged against other marks than those that stand now: judge it again")]
    MarksMoved,
    /// A round that is not later than the last counted one.
    #[error("round {got}, counted before was {seen}")]
    RoundReplayed {
        /// The bundle's.
        got: u64,
        /// The last counted one.
        seen: u64,
    },
}

impl NotCounted {
    /// A name for logs and for the counter of refusals.
    pub fn code(&self) -> &'static str {
        match self {
            NotCounted::OtherPosition => "other_position",
            NotCounted::TrustUnknown { .. } => "trust_unknown",
            NotCounted::TrustEnded { .. } => "trust_ended",
            NotCounted::Over { .. } => "over",
            NotCounted::OtherClaim { .. } => "other_claim",
            NotCounted::EpochRolledBack { .. } => "epoch_rolled_back",
            NotCounted::ChainRolledBack { .. } => "chain_rolled_back",
            NotCounted::MarksMoved => "marks_moved",
            NotCounted::RoundReplayed { .. } => "round_replayed",
        }
    }
}

/// Why a bundle changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A rule of acceptance refused it.
    #[error("{}: {_0}", _0.rule())]
    Rejected(Reason),
    /// It was accepted, and does not count here.
    #[error(transparent)]
    NotCounted(#[from] NotCounted),
}

/// Why a claim is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimRefused {
    /// Claims only move forward.
    #[error("claim {got}, the latest is {latest}: a claim needs a greater number")]
    NotNewer {
        /// Its number.
        got: u64,
        /// The latest number.
        latest: u64,
    },
}

/// Why evidence is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceRefused {
    /// The trust file does not count.
    #[error(transparent)]
    Trust(#[from] NotCounted),
    /// It shows no contradiction.
    #[error(transparent)]
    Check(#[from] EvidenceError),
    /// It is about another account or venue.
    #[error("the evidence is about another account or venue")]
    NotOurs,
    /// Everybody who signed both is revoked: whoever has a leaked key can make such evidence.
    #[error("{signer} is revoked: whoever has the key can make such evidence")]
    Revoked {
        /// One of them.
        signer: Address,
    },
    /// It waits for a person already.
    #[error("evidence {id} waits for a person already")]
    Known {
        /// Its id.
        id: Bytes32,
    },
    /// A person has resolved it.
    #[error("evidence {id} was resolved")]
    Resolved {
        /// Its id.
        id: Bytes32,
    },
    /// [`MAX_OPEN`] wait already: the position is equivocated either way.
    #[error("{MAX_OPEN} pieces of evidence wait already: resolve them first")]
    TooMany,
}

/// Why nothing is resolved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotResolved {
    /// No such evidence is open.
    #[error("no evidence {id} waits here")]
    Unknown {
        /// The id.
        id: Bytes32,
    },
    /// [`MAX_RESOLVED`] were resolved already: this custodian has a position that nobody should keep.
    #[error("{MAX_RESOLVED} pieces of evidence were resolved already: the position stays as it is")]
    TooMany,
}

/// Why a trust file does not become the current one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RotationRefused {
    /// Another venue, book, custodian, account or log.
    #[error("the trust file is for other parties: open another position")]
    OtherPosition,
    /// It is the current one.
    #[error("trust file {trust} is the current one")]
    Same {
        /// Its digest.
        trust: Bytes32,
    },
    /// Its claim is behind, or another one of the same number.
    #[error("its claim is {} ({}), the latest is {} ({})", got.number, got.digest, latest.number, latest.digest)]
    Claim {
        /// The trust file's.
        got: LatestClaim,
        /// The latest.
        latest: LatestClaim,
    },
    /// The old one would count for too long.
    #[error(
        "the old trust file would count until {until}, now is {now}: at most {MAX_BAND} seconds are allowed"
    )]
    Overlap {
        /// End of the old one.
        until: u64,
        /// The machine's time.
        now: u64,
    },
    /// [`MAX_REGISTRIES`] were trusted already.
    #[error("{MAX_REGISTRIES} registries were trusted already: open another position")]
    TooManyRegistries,
}

/// Why a document is not a position.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PositionError {
    /// The document is longer than [`MAX_POSITION_BYTES`].
    #[error("{got} bytes, at most {MAX_POSITION_BYTES} are read")]
    TooLong {
        /// Bytes of the document.
        got: usize,
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
    #[error("format is {got:?}, expected {POSITION_FORMAT:?}")]
    Format {
        /// The format found.
        got: String,
    },
    /// Bands out of bounds.
    #[error("bands: {0}")]
    Bands(#[from] BandError),
    /// The document contradicts itself.
    #[error("{place}: {message}")]
    Contradiction {
        /// Where.
        place: &'static str,
        /// What.
        message: &'static str,
    },
}

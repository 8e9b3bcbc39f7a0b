//! Evidence of equivocation: two signed statements that contradict each other, in a file that anybody can check (spec/evidence.md).
//!
//! It shows that a key signed both. It does not show why, that there is no other evidence, or whose the key is: custodians and venues
//! are addresses that the reader names ([`Named`]).

mod check;
mod find;
mod finding;

use alloc::{string::String, string::ToString};

use serde::{Deserialize, Serialize};

use crate::bundle::{SignedClaim, SignedRound};
use crate::encoding::{Address, Bytes32, StrictError, read_strict};
use crate::registry::RegistryError;
use crate::statement::{
    AllocationStatement, BookAttestation, HoldingsStatement, QuorumError, Signature, SignatureError, Signed,
};

pub use find::find;
pub use finding::{Consumer, Finding, Kind, Proved, RoundDifference, Spent};

/// The format that this version reads and writes.
pub const EVIDENCE_FORMAT: &str = "solvency-evidence/1";
/// Longest file that is read, in bytes.
pub const MAX_EVIDENCE_BYTES: usize = 1 << 20;

/// An allocation as its custodian signed it, without its proof and without releases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SignedAllocation {
    /// What the custodian signed.
    pub statement: AllocationStatement,
    /// The custodian's signature.
    pub signature: Signature,
}

/// A book's attestation as its attestors signed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SignedBook {
    /// What the attestors signed.
    pub attestation: BookAttestation,
    /// Their signatures.
    pub signatures: alloc::vec::Vec<Signed>,
}

/// The statements that contradict each other. Forks of a log will be a further kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
#[non_exhaustive]
pub enum Equivocation {
    /// Two allocations in one place of an account's chain.
    Allocations {
        /// One.
        first: SignedAllocation,
        /// The other.
        second: SignedAllocation,
    },
    /// Two allocations that spend one output, or one holdings statement.
    Spent {
        /// One.
        first: SignedAllocation,
        /// The other.
        second: SignedAllocation,
    },
    /// Two allocations that spend one shard of a book through two holdings statements.
    SpentShard {
        /// One.
        first: SignedAllocation,
        /// The holdings statement that it spends.
        first_holdings: HoldingsStatement,
        /// The other.
        second: SignedAllocation,
        /// The holdings statement that this one spends.
        second_holdings: HoldingsStatement,
    },
    /// One shard root, attested for two consumers in one epoch as exclusive.
    Books {
        /// One.
        first: SignedBook,
        /// The other.
        second: SignedBook,
    },
    /// Two price rounds of one number.
    Rounds {
        /// One.
        first: SignedRound,
        /// The other.
        second: SignedRound,
    },
    /// One price round with two valuation digests of a policy.
    Valuations {
        /// The round.
        round: SignedRound,
    },
    /// Two claims of one number.
    Claims {
        /// One.
        first: SignedClaim,
        /// The other.
        second: SignedClaim,
    },
}

/// A file of evidence. Reading it shows only that it is well-formed: [`Evidence::check`] judges it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Evidence {
    /// [`EVIDENCE_FORMAT`].
    pub format: String,
    /// Digest of the registry in whose domain the statements were signed.
    pub registry: Bytes32,
    /// The statements.
    pub shown: Equivocation,
}

/// Addresses that the reader knows to be a custodian's or a venue's: anybody can sign statements about any account with a key of their own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Named<'a> {
    /// Custodians, by the address with which they sign allocations.
    pub custodians: &'a [Address],
    /// Venues, each with the address with which it signs claims.
    pub venues: &'a [(Bytes32, Address)],
}

/// Whose signature a finding would be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// The account's custodian.
    Custodian,
    /// Attestors of the registry.
    Attestors,
    /// Oracles of the registry.
    Oracles,
    /// A venue.
    Venue,
}

/// Why a document is not evidence, or shows no contradiction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// The document is longer than [`MAX_EVIDENCE_BYTES`].
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
}

impl Evidence {
    pub(crate) fn new(registry: Bytes32, shown: Equivocation) -> Self {
        Evidence { format: EVIDENCE_FORMAT.into(), registry, shown }
    }

    /// Reads the strict JSON form.
    ///
    /// # Errors
    /// [`EvidenceError`] where the document is too long, is not of this format, has unknown, missing or repeated fields, or anything in
    /// it is not in its one canonical form.
    pub fn from_json(document: &[u8]) -> Result<Self, EvidenceError> {
        if document.len() > MAX_EVIDENCE_BYTES {
            return Err(EvidenceError::TooLong { got: document.len(), allowed: MAX_EVIDENCE_BYTES });
        }
        let evidence: Evidence = read_strict(document)?;
        if evidence.format == EVIDENCE_FORMAT {
            Ok(evidence)
        } else {
            Err(EvidenceError::Format { got: evidence.format })
        }
    }
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

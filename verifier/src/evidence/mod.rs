//! Evidence of equivocation: two signed statements that contradict each other, in a file that anybody can check (spec/evidence.md).
//!
//! It shows that a key signed both. It does not show why, that there is no other evidence, or whose the key is: custodians and venues
//! are addresses that the reader names ([`Named`]).

mod check;
mod error;
mod find;
mod find_logs;
mod finding;
mod logs;

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use crate::bundle::{SignedClaim, SignedLogKey, SignedRound, SignedWitnessKey};
use crate::encoding::{Address, Bytes32, read_strict};
use crate::statement::{AllocationStatement, BookAttestation, HoldingsStatement, Signature, Signed};

pub use error::EvidenceError;
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
    pub signatures: Vec<Signed>,
}

/// A checkpoint of an account's log, and the custodian's statement that the key that signed it is the account's.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SignedCheckpoint {
    /// The note, with the line of that key alone.
    pub checkpoint: String,
    /// Whose the key is.
    pub log_key: SignedLogKey,
}

/// A checkpoint that a witness cosigned, and the witness's statement that the key is its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CosignedCheckpoint {
    /// The note, with the line of that key alone.
    pub checkpoint: String,
    /// Whose the key is.
    pub witness_key: SignedWitnessKey,
}

/// What the larger of two trees begins with: [`crate::log::fork::Prefix`] in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Beginning {
    /// Root of its first leaves, as many as the smaller tree has.
    pub root: Bytes32,
    /// Consistency proof from that root to the larger tree's.
    pub consistency: Vec<Bytes32>,
}

/// The statements that contradict each other.
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
    /// Two trees of one log that do not fit.
    LogFork {
        /// One.
        first: SignedCheckpoint,
        /// The other.
        second: SignedCheckpoint,
        /// Of two sizes, what the larger tree begins with.
        beginning: Option<Beginning>,
    },
    /// Two trees of one log that do not fit, or a smaller one after a larger one, cosigned by one witness.
    Witness {
        /// One.
        first: CosignedCheckpoint,
        /// The other.
        second: CosignedCheckpoint,
        /// Of two sizes that do not fit, what the larger tree begins with.
        beginning: Option<Beginning>,
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
    /// A witness of the registry.
    Witness,
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

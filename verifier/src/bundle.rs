//! What a custodian hands to one venue: the account's whole chain of the epoch, the claim, the prices and the coverage.
//!
//! Reading a bundle shows only that it is well-formed. Nothing in it is trusted; [`crate::accept`] judges it.

use alloc::{string::String, string::ToString, vec::Vec};

use serde::{Deserialize, Serialize};

use crate::encoding::{Bytes16, Bytes32, StrictError, read_strict};
use crate::groth16::{KeyId, Proof};
use crate::log::{ClaimMark, LogKey, WitnessKey};
use crate::statement::{
    AllocationStatement, BookAttestation, Claim, CoverageStatement, HoldingsStatement, PriceRound, Release,
    Signature, Signed,
};

/// The format that this version reads and writes.
pub const BUNDLE_FORMAT: &str = "solvency-bundle/1";
/// Longest bundle that is read, in bytes.
pub const MAX_BUNDLE_BYTES: usize = 8 << 20;

/// A statement with the proof of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Proven<S> {
    /// What the proof is about.
    pub statement: S,
    /// Id of the verifying key; the key itself comes from the trust file.
    pub key: KeyId,
    /// The Groth16 proof.
    pub proof: Proof,
}

/// A book: its attestation and one holdings proof for each shard that is used.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Book {
    /// What the attestors signed.
    pub attestation: BookAttestation,
    /// Their signatures.
    pub signatures: Vec<Signed>,
    /// Holdings proofs of the book's shards.
    pub holdings: Vec<Proven<HoldingsStatement>>,
}

/// A release with its signature.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SignedRelease {
    /// What is released.
    pub release: Release,
    /// Signature of the output's releaser.
    pub signature: Signature,
}

/// One allocation of the chain.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Allocation {
    /// The statement and its proof.
    pub proven: Proven<AllocationStatement>,
    /// The custodian's signature.
    pub signature: Signature,
    /// Releases of the pledges that it spends.
    pub releases: Vec<SignedRelease>,
}

/// A claim with its signature.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SignedClaim {
    /// The venue's claim.
    pub claim: Claim,
    /// The venue's signature.
    pub signature: Signature,
}

/// A price round with its signatures.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SignedRound {
    /// The prices.
    pub round: PriceRound,
    /// The oracles' signatures.
    pub signatures: Vec<Signed>,
}

/// A log's key with the custodian's signature.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SignedLogKey {
    /// Which key it is.
    pub statement: LogKey,
    /// The custodian's signature.
    pub signature: Signature,
}

/// A witness's key with the witness's signature.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SignedWitnessKey {
    /// Which key it is.
    pub statement: WitnessKey,
    /// The signature of the registry's member.
    pub signature: Signature,
}

/// What a leaf of the log holds besides the allocation of its sequence.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct LoggedEntry {
    /// Salt of the leaf.
    pub salt: Bytes32,
    /// The marks of the claims, one for each output from 1 on; only their venues can open them.
    pub claims: Vec<Bytes32>,
}

/// The account's log of the epoch: that the chain is all of it (spec/log.md).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct History {
    /// A note: the log's checkpoint, signed by its key and cosigned by each of the witness keys.
    pub checkpoint: String,
    /// The log's key.
    pub log_key: SignedLogKey,
    /// Keys of the witnesses that cosigned.
    pub witness_keys: Vec<SignedWitnessKey>,
    /// One for each allocation.
    pub entries: Vec<LoggedEntry>,
    /// Opens the mark of this bundle's pledge.
    pub claim: ClaimMark,
}

/// Everything that one venue needs to accept one pledge.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Bundle {
    /// [`BUNDLE_FORMAT`].
    pub format: String,
    /// The books whose shards the chain consumes.
    pub books: Vec<Book>,
    /// The account's chain of the epoch, from sequence 0.
    pub allocations: Vec<Allocation>,
    /// The venue's claim.
    pub claim: SignedClaim,
    /// Opens the pledge's tag to the venue and its liability book.
    pub tag_salt: Bytes16,
    /// The prices.
    pub round: SignedRound,
    /// The coverage proof.
    pub coverage: Proven<CoverageStatement>,
    /// The account's log, where the custodian keeps one; left out otherwise, never null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<History>,
}

/// Why a document is not a bundle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// The document is longer than [`MAX_BUNDLE_BYTES`].
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
    #[error("format is {got:?}, expected {BUNDLE_FORMAT:?}")]
    Format {
        /// The format found.
        got: String,
    },
}

impl Bundle {
    /// Reads the strict JSON form.
    ///
    /// # Errors
    /// [`BundleError`] where the document is too long, is not of this format, has unknown, missing or repeated fields, or
    /// anything in it is not in its one canonical form.
    pub fn from_json(document: &[u8]) -> Result<Self, BundleError> {
        if document.len() > MAX_BUNDLE_BYTES {
            return Err(BundleError::TooLong { got: document.len(), allowed: MAX_BUNDLE_BYTES });
        }
        let bundle: Bundle = read_strict(document)?;
        if bundle.format == BUNDLE_FORMAT {
            Ok(bundle)
        } else {
            Err(BundleError::Format { got: bundle.format })
        }
    }
}

impl From<StrictError> for BundleError {
    fn from(error: StrictError) -> Self {
        match error {
            StrictError::Json(error) => {
                BundleError::Json { line: error.line(), column: error.column(), message: error.to_string() }
            }
            StrictError::Form(place) => BundleError::Form { place },
        }
    }
}

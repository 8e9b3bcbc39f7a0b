//! Custody-wide totals: one commitment to the sum of all shards of all accounts' books of an epoch (spec/totals.md).
//!
//! Necessary, not sufficient: that every account is in the document is not shown here, nor that no vault is counted twice where reserves leave
//! room for it. That the total is no more than the reserves is an auditor's word.

mod check;
mod error;
mod opening;
mod statement;

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

pub use error::{OpeningError, TotalsError};
pub use opening::{OPENING_FORMAT, OpenedBook, RESERVES_FORMAT, Reserve, Reserves, TotalsOpening};
pub use statement::{TotalsCertificate, TotalsNode, TotalsSource, TotalsStatement};

use crate::bundle::Proven;
use crate::encoding::{Address, Bytes16, Bytes32, Domain, FieldElement, TypedData, read_strict};
use crate::groth16::KeyId;
use crate::statement::{HoldingsStatement, Signature};

/// The format that this version reads and writes.
pub const TOTALS_FORMAT: &str = "solvency-totals/1";
/// Longest document of totals, and of their opening, that is read, in bytes.
pub const MAX_TOTALS_BYTES: usize = 32 << 20;
/// Most sources, and most nodes.
pub const MAX_SOURCES: usize = 8192;
/// The output of a node that holds the sum; all others are the constant zero pledge.
pub const SUM_OUTPUT: usize = 1;

/// A shard of an account's book with its holdings proof.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SourceShard {
    /// Root of the shard, as attested.
    pub root: FieldElement,
    /// Ids of the shard's vaults are at least this.
    pub id_low: u64,
    /// Ids of the shard's vaults are below this.
    pub id_high: u64,
    /// That `C_T` is the commitment to the shard's sums.
    pub holdings: Proven<HoldingsStatement>,
}

/// A certificate with its auditor's signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SignedCertificate {
    /// What the auditor found.
    pub certificate: TotalsCertificate,
    /// The auditor's signature.
    pub signature: Signature,
}

/// A custodian's totals of an epoch: the same document for every venue.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Totals {
    /// [`TOTALS_FORMAT`].
    pub format: alloc::string::String,
    /// Whose.
    pub custodian: Address,
    /// Epoch of the registry.
    pub epoch: u64,
    /// When they were made, in Unix seconds.
    pub made_at: u64,
    /// The shards.
    pub sources: Vec<SourceShard>,
    /// The tree, children first; the last node's sum is the total.
    pub nodes: Vec<Proven<TotalsNode>>,
    /// Fresh 128-bit value.
    pub nonce: Bytes16,
    /// The custodian's signature of the [`TotalsStatement`].
    pub signature: Signature,
    /// What an auditor found; left out, never null, before one has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<SignedCertificate>,
}

impl Totals {
    /// Reads the strict JSON form; nothing in it is trusted before [`crate::trust::PreparedTrust::attach_totals`].
    ///
    /// # Errors
    /// [`TotalsError::TooLong`], [`TotalsError::Json`], [`TotalsError::Form`], [`TotalsError::Format`].
    pub fn from_json(document: &[u8]) -> Result<Self, TotalsError> {
        if document.len() > MAX_TOTALS_BYTES {
            return Err(TotalsError::TooLong { got: document.len(), allowed: MAX_TOTALS_BYTES });
        }
        let totals: Totals = read_strict(document)?;
        if totals.format == TOTALS_FORMAT {
            Ok(totals)
        } else {
            Err(TotalsError::Format { got: totals.format, expected: TOTALS_FORMAT })
        }
    }

    /// The commitment to the sum of everything: the last node's; none where there is no node.
    pub fn total(&self) -> Option<FieldElement> {
        self.nodes.last().map(|node| node.statement.sum)
    }

    /// What the custodian signs; none where there is no node.
    pub fn statement(&self, domain: &Domain) -> Option<TotalsStatement> {
        let source = |source: &SourceShard| TotalsSource {
            holdings: source.holdings.statement.digest(domain),
            root: source.root,
            id_low: source.id_low,
            id_high: source.id_high,
        };
        Some(TotalsStatement {
            custodian: self.custodian,
            epoch: self.epoch,
            made_at: self.made_at,
            sources: self.sources.iter().map(source).collect(),
            nodes: self.nodes.iter().map(|node| node.statement.digest(domain)).collect(),
            total: self.total()?,
            nonce: self.nonce,
        })
    }
}

/// Totals that passed every rule but those of time: what acceptance asks (U1–U3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedTotals {
    /// Digest of the [`TotalsStatement`].
    pub digest: Bytes32,
    /// Whose.
    pub custodian: Address,
    /// Epoch of the registry.
    pub epoch: u64,
    /// When they were made, in Unix seconds.
    pub made_at: u64,
    /// Commitment to the sum.
    pub total: FieldElement,
    /// Digests of the sources' holdings statements, increasing.
    pub(crate) holdings: Vec<Bytes32>,
    /// The earliest end of the keys of its proofs, in Unix seconds.
    pub(crate) keys_until: u64,
    /// Development keys among them.
    pub(crate) development_keys: Vec<KeyId>,
    /// The certificate, signed by the auditor that it names: whether that is the right one is for acceptance.
    pub certificate: Option<TotalsCertificate>,
}

impl CheckedTotals {
    /// Number of shards that are summed.
    pub fn shards(&self) -> usize {
        self.holdings.len()
    }

    /// Whether the total of this holdings statement is among the sources.
    pub fn holds(&self, holdings: &Bytes32) -> bool {
        self.holdings.binary_search(holdings).is_ok()
    }
}

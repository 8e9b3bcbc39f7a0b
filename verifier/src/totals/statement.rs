//! What a custodian states of its totals, and an auditor of what was opened to it.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::encoding::{Address, Bytes16, Bytes32, FieldElement, TypedData, Words};
use crate::shape::Shape;

/// One node of the tree: its sum is what its sources hold together. Nobody signs it; its proof binds it by the context.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TotalsNode {
    /// Whose.
    pub custodian: Address,
    /// Epoch of the registry.
    pub epoch: u64,
    /// Allocation shape.
    pub shape: Shape,
    /// Commitments of the sources, in the shape's order.
    pub sources: Vec<FieldElement>,
    /// `C_Q` of the sum: output [`super::SUM_OUTPUT`].
    pub sum: FieldElement,
    /// Fresh 128-bit value.
    pub nonce: Bytes16,
}

impl TypedData for TotalsNode {
    const TYPE: &'static str =
        "TotalsNode(address custodian,uint64 epoch,string shape,bytes32[] sources,bytes32 sum,bytes16 nonce)";
    fn encode_data(&self, words: &mut Words) {
        let sources: Vec<Bytes32> = self.sources.iter().map(|source| Bytes32(source.to_be_bytes())).collect();
        words
            .address(&self.custodian)
            .uint(self.epoch)
            .string(&self.shape.id())
            .bytes32s(&sources)
            .field(&self.sum)
            .bytes16(&self.nonce);
    }
}

/// A shard among the sources, as the custodian signs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TotalsSource {
    /// Digest of the holdings statement.
    pub holdings: Bytes32,
    /// Root of the shard.
    pub root: FieldElement,
    /// Ids are at least this.
    pub id_low: u64,
    /// Ids are below this.
    pub id_high: u64,
}

impl TypedData for TotalsSource {
    const TYPE: &'static str = "TotalsSource(bytes32 holdings,bytes32 root,uint64 idLow,uint64 idHigh)";
    fn encode_data(&self, words: &mut Words) {
        words.bytes32(&self.holdings).field(&self.root).uint(self.id_low).uint(self.id_high);
    }
}

/// The custodian's statement that these shards are all of the epoch, and that this is their sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TotalsStatement {
    /// Who signs.
    pub custodian: Address,
    /// Epoch of the registry.
    pub epoch: u64,
    /// When they were made, in Unix seconds.
    pub made_at: u64,
    /// The shards.
    pub sources: Vec<TotalsSource>,
    /// Digests of the nodes.
    pub nodes: Vec<Bytes32>,
    /// Commitment to the sum.
    pub total: FieldElement,
    /// Fresh 128-bit value.
    pub nonce: Bytes16,
}

impl TypedData for TotalsStatement {
    const TYPE: &'static str = "TotalsStatement(address custodian,uint64 epoch,uint64 madeAt,TotalsSource[] sources,bytes32[] nodes,\
bytes32 total,bytes16 nonce)TotalsSource(bytes32 holdings,bytes32 root,uint64 idLow,uint64 idHigh)";
    fn encode_data(&self, words: &mut Words) {
        words
            .address(&self.custodian)
            .uint(self.epoch)
            .uint(self.made_at)
            .structs(&self.sources)
            .bytes32s(&self.nodes)
            .field(&self.total)
            .bytes16(&self.nonce);
    }
}

/// An auditor's word that the total was opened to it and is, slot by slot, no more than the reserves that it found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TotalsCertificate {
    /// Digest of the [`TotalsStatement`].
    pub totals: Bytes32,
    /// The commitment that was opened.
    pub total: FieldElement,
    /// The time of the reserves, in Unix seconds.
    pub reserves_as_of: u64,
    /// When the auditor signed, in Unix seconds.
    pub signed_at: u64,
    /// Who signs.
    pub auditor: Address,
}

impl TypedData for TotalsCertificate {
    const TYPE: &'static str =
        "TotalsCertificate(bytes32 totals,bytes32 total,uint64 reservesAsOf,uint64 signedAt,address auditor)";
    fn encode_data(&self, words: &mut Words) {
        words
            .bytes32(&self.totals)
            .field(&self.total)
            .uint(self.reserves_as_of)
            .uint(self.signed_at)
            .address(&self.auditor);
    }
}

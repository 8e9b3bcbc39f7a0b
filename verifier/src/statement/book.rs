//! What attestors sign about a book of vaults, and the statement of each shard's holdings proof.
//!
//! The signatures show that k attestors saw the openings and said this; not that the vaults hold what they say.

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use crate::encoding::{Address, Bytes16, Bytes32, FieldElement, TypedData, Words};
use crate::shape::Shape;

/// One holdings circuit's worth of vaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Shard {
    /// Poseidon root over the shard's vault leaves.
    pub root: FieldElement,
    /// Ids of the shard's vaults are at least this.
    pub id_low: u64,
    /// Ids of the shard's vaults are below this.
    pub id_high: u64,
}

impl TypedData for Shard {
    const TYPE: &'static str = "Shard(bytes32 root,uint64 idLow,uint64 idHigh)";
    fn encode_data(&self, words: &mut Words) {
        words.field(&self.root).uint(self.id_low).uint(self.id_high);
    }
}

/// The attestors' statement about a custodian's book of one account in one epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BookAttestation {
    /// Who keeps the vaults and signs allocations of them.
    pub custodian: Address,
    /// Tag of the one account that may consume this book.
    pub account: Bytes32,
    /// Holdings shape of every shard.
    pub shape: Shape,
    /// The shards, their id ranges increasing and disjoint.
    pub shards: Vec<Shard>,
    /// Number of shards.
    pub shard_count: u32,
    /// Epoch of the registry.
    pub epoch: u64,
    /// When the balances were read, in Unix seconds.
    pub as_of: u64,
    /// The vaults are locked until this time, in Unix seconds.
    pub locked_until: u64,
    /// The attestation must not be used at or after this time, in Unix seconds.
    pub expiry: u64,
    /// Origin of the one log on which the account's allocations are published.
    pub log_origin: String,
    /// Version of the registry's attestor set.
    pub attestor_set_version: u32,
    /// Digest of what the attestors were shown.
    pub evidence: Bytes32,
    /// No vault id of this book is in another book of the epoch, of this account or any other.
    pub exclusive: bool,
    /// Fresh 128-bit value.
    pub nonce: Bytes16,
}

impl TypedData for BookAttestation {
    const TYPE: &'static str = "BookAttestation(address custodian,bytes32 account,string shape,Shard[] shards,uint32 shardCount,\
uint64 epoch,uint64 asOf,uint64 lockedUntil,uint64 expiry,string logOrigin,uint32 attestorSetVersion,bytes32 evidence,\
bool exclusive,bytes16 nonce)Shard(bytes32 root,uint64 idLow,uint64 idHigh)";
    fn encode_data(&self, words: &mut Words) {
        words
            .address(&self.custodian)
            .bytes32(&self.account)
            .string(&self.shape.id())
            .structs(&self.shards)
            .uint(u64::from(self.shard_count))
            .uint(self.epoch)
            .uint(self.as_of)
            .uint(self.locked_until)
            .uint(self.expiry)
            .string(&self.log_origin)
            .uint(u64::from(self.attestor_set_version))
            .bytes32(&self.evidence)
            .boolean(self.exclusive)
            .bytes16(&self.nonce);
    }
}

/// The statement of one shard's holdings proof: this commitment holds the shard's sums.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct HoldingsStatement {
    /// Digest of the book's attestation.
    pub book: Bytes32,
    /// Zero-based position among the book's shards.
    pub shard: u32,
    /// Holdings shape.
    pub shape: Shape,
    /// `C_T`: commitment to the shard's sums per slot.
    pub total: FieldElement,
    /// Fresh 128-bit value.
    pub nonce: Bytes16,
}

impl TypedData for HoldingsStatement {
    const TYPE: &'static str =
        "HoldingsStatement(bytes32 book,uint32 shard,string shape,bytes32 total,bytes16 nonce)";
    fn encode_data(&self, words: &mut Words) {
        words
            .bytes32(&self.book)
            .uint(u64::from(self.shard))
            .string(&self.shape.id())
            .field(&self.total)
            .bytes16(&self.nonce);
    }
}

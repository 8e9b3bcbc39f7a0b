//! An allocation of an account's collateral, and the release of a pledge.
//!
//! An allocation shows that its sources are distributed once. That the custodian signed no second chain of the same epoch is not shown
//! here: only the account's log can show it.

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::encoding::{Address, Bytes16, Bytes32, FieldElement, TypedData, Words};
use crate::shape::Shape;

/// What a source of an allocation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceUse {
    /// Unused: the constant zero commitment.
    Unused = 0,
    /// The total of a holdings proof.
    Holdings = 1,
    /// Output 0 of an earlier allocation: what the account kept.
    Kept = 2,
    /// A pledge of an earlier allocation, released by its venue.
    Released = 3,
}

impl Serialize for SourceUse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*self as u8)
    }
}

impl<'de> Deserialize<'de> for SourceUse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u8::deserialize(deserializer)? {
            0 => Ok(SourceUse::Unused),
            1 => Ok(SourceUse::Holdings),
            2 => Ok(SourceUse::Kept),
            3 => Ok(SourceUse::Released),
            other => Err(de::Error::custom(alloc::format!(
                "source kind {other} is not one of 0 (unused), 1 (holdings), 2 (kept), 3 (released)"
            ))),
        }
    }
}

/// A source: a commitment and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Source {
    /// What the source is.
    pub kind: SourceUse,
    /// The commitment that is opened.
    pub commitment: FieldElement,
    /// Digest of the HoldingsStatement or AllocationStatement that made the commitment; zero where unused.
    pub origin: Bytes32,
    /// Output of the allocation named by `origin`; zero for holdings and where unused.
    pub index: u32,
    /// Digest of the Release of a released pledge; zero otherwise.
    pub release: Bytes32,
}

impl TypedData for Source {
    const TYPE: &'static str =
        "Source(uint8 kind,bytes32 commitment,bytes32 origin,uint32 index,bytes32 release)";
    fn encode_data(&self, words: &mut Words) {
        words
            .uint(self.kind as u64)
            .field(&self.commitment)
            .bytes32(&self.origin)
            .uint(u64::from(self.index))
            .bytes32(&self.release);
    }
}

/// An output: a pledge, or (output 0) what the account keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Output {
    /// `C_Q`: commitment to the output's vector.
    pub commitment: FieldElement,
    /// Salted tag of venue and liability book; zero for output 0.
    pub tag: Bytes32,
    /// Address whose key releases the pledge; zero for output 0.
    pub releaser: Address,
}

impl TypedData for Output {
    const TYPE: &'static str = "Output(bytes32 commitment,bytes32 tag,address releaser)";
    fn encode_data(&self, words: &mut Words) {
        words.field(&self.commitment).bytes32(&self.tag).address(&self.releaser);
    }
}

/// The custodian's statement of how sources become outputs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AllocationStatement {
    /// Who signs.
    pub custodian: Address,
    /// Tag of the account.
    pub account: Bytes32,
    /// Allocation shape.
    pub shape: Shape,
    /// Epoch of the registry.
    pub epoch: u64,
    /// Position in the account's chain of this epoch, from 0.
    pub sequence: u64,
    /// Digest of the allocation before; zero for the first.
    pub predecessor: Bytes32,
    /// The sources, in the shape's order.
    pub sources: Vec<Source>,
    /// The outputs.
    pub outputs: Vec<Output>,
    /// Valid from this time on, in Unix seconds.
    pub not_before: u64,
    /// Not valid at or after this time, in Unix seconds.
    pub expiry: u64,
    /// Origin of the account's log.
    pub log_origin: String,
    /// Fresh 128-bit value.
    pub nonce: Bytes16,
}

impl TypedData for AllocationStatement {
    const TYPE: &'static str = "AllocationStatement(address custodian,bytes32 account,string shape,uint64 epoch,uint64 sequence,\
bytes32 predecessor,Source[] sources,Output[] outputs,uint64 notBefore,uint64 expiry,string logOrigin,bytes16 nonce)\
Output(bytes32 commitment,bytes32 tag,address releaser)\
Source(uint8 kind,bytes32 commitment,bytes32 origin,uint32 index,bytes32 release)";
    fn encode_data(&self, words: &mut Words) {
        words
            .address(&self.custodian)
            .bytes32(&self.account)
            .string(&self.shape.id())
            .uint(self.epoch)
            .uint(self.sequence)
            .bytes32(&self.predecessor)
            .structs(&self.sources)
            .structs(&self.outputs)
            .uint(self.not_before)
            .uint(self.expiry)
            .string(&self.log_origin)
            .bytes16(&self.nonce);
    }
}

/// A venue's consent that its pledge be spent, signed with the key of the output's releaser address.
///
/// It does not name the venue: the other venues learn that somebody consented, not who.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Release {
    /// Tag of the account.
    pub account: Bytes32,
    /// Epoch of the registry.
    pub epoch: u64,
    /// Digest of the allocation whose output is released.
    pub allocation: Bytes32,
    /// The released output, at least 1.
    pub output: u32,
    /// Commitment of the released output.
    pub commitment: FieldElement,
    /// Commitment that must be among the outputs of the allocation that spends the pledge; zero where the release is unconditional.
    pub replacement: FieldElement,
    /// The spending allocation must begin before this time, in Unix seconds.
    pub expiry: u64,
    /// Fresh 128-bit value.
    pub nonce: Bytes16,
}

impl TypedData for Release {
    const TYPE: &'static str = "Release(bytes32 account,uint64 epoch,bytes32 allocation,uint32 output,bytes32 commitment,\
bytes32 replacement,uint64 expiry,bytes16 nonce)";
    fn encode_data(&self, words: &mut Words) {
        words
            .bytes32(&self.account)
            .uint(self.epoch)
            .bytes32(&self.allocation)
            .uint(u64::from(self.output))
            .field(&self.commitment)
            .field(&self.replacement)
            .uint(self.expiry)
            .bytes16(&self.nonce);
    }
}

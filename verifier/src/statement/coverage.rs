//! The statement of a coverage proof: whose pledge, against which claim, at which prices, for whom and when.
//!
//! A coverage proof alone proves nothing about collateral: the pledge must be in an accepted chain.

use serde::{Deserialize, Serialize};

use crate::encoding::{Address, Bytes16, Bytes32, FieldElement, TypedData, Words};
use crate::shape::Shape;

/// Everything that a coverage proof is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CoverageStatement {
    /// Tag of the account.
    pub account: Bytes32,
    /// Coverage shape.
    pub shape: Shape,
    /// Epoch of the registry.
    pub epoch: u64,
    /// Digest of the allocation in which the pledge stands.
    pub allocation: Bytes32,
    /// The pledge's output, at least 1.
    pub output: u32,
    /// `C_Q`: the pledge's commitment.
    pub pledge: FieldElement,
    /// Digest of the venue's claim.
    pub claim: Bytes32,
    /// Digest of the price round.
    pub round: Bytes32,
    /// Digest of the policy.
    pub policy: Bytes32,
    /// Digest of the valuation table.
    pub valuation: FieldElement,
    /// `C_R`: commitment to the requirement.
    pub requirement: FieldElement,
    /// The venue that the statement is for.
    pub venue: Bytes32,
    /// The liability book that the pledge backs.
    pub liability_book: Bytes32,
    /// Chain of the contract that may act on the pledge; 0 where none may.
    pub chain_id: u64,
    /// The contract that may act on the pledge; zero where none may.
    pub settlement: Address,
    /// Valid from this time on, in Unix seconds.
    pub not_before: u64,
    /// Not valid at or after this time, in Unix seconds.
    pub expiry: u64,
    /// Fresh 128-bit value.
    pub nonce: Bytes16,
}

impl TypedData for CoverageStatement {
    const TYPE: &'static str = "CoverageStatement(bytes32 account,string shape,uint64 epoch,bytes32 allocation,uint32 output,bytes32 pledge,\
bytes32 claim,bytes32 round,bytes32 policy,bytes32 valuation,bytes32 requirement,bytes32 venue,bytes32 liabilityBook,\
uint256 chainId,address settlement,uint64 notBefore,uint64 expiry,bytes16 nonce)";
    fn encode_data(&self, words: &mut Words) {
        words
            .bytes32(&self.account)
            .string(&self.shape.id())
            .uint(self.epoch)
            .bytes32(&self.allocation)
            .uint(u64::from(self.output))
            .field(&self.pledge)
            .bytes32(&self.claim)
            .bytes32(&self.round)
            .bytes32(&self.policy)
            .field(&self.valuation)
            .field(&self.requirement)
            .bytes32(&self.venue)
            .bytes32(&self.liability_book)
            .uint(self.chain_id)
            .address(&self.settlement)
            .uint(self.not_before)
            .uint(self.expiry)
            .bytes16(&self.nonce);
    }
}

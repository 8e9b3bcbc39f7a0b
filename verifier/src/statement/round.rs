//! A numbered round of prices, signed by k of the fixed set of oracles.
//!
//! The signatures show that k oracles agreed on these medians; not that the market traded there.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::encoding::{Bytes32, FieldElement, TypedData, Words};

/// The digest of a policy's valuation table at a round's prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SignedValuation {
    /// Digest of the policy.
    pub policy: Bytes32,
    /// Digest of its valuation table at the round's prices.
    pub digest: FieldElement,
}

impl TypedData for SignedValuation {
    const TYPE: &'static str = "Valuation(bytes32 policy,bytes32 digest)";
    fn encode_data(&self, words: &mut Words) {
        words.bytes32(&self.policy).field(&self.digest);
    }
}

/// Prices of all assets of the registry at one scheduled time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PriceRound {
    /// Version of the registry's oracle set.
    pub oracle_set_version: u32,
    /// Number of the round on the registry's schedule.
    pub round: u64,
    /// When the prices were observed, in Unix seconds; within the round's interval.
    pub time: u64,
    /// Median price of one whole asset, in 10^-12 quote units, in the registry's order of assets.
    pub prices: Vec<u64>,
    /// Valuation digests at these prices, so that a contract need not compute them.
    pub valuations: Vec<SignedValuation>,
}

impl TypedData for PriceRound {
    const TYPE: &'static str = "PriceRound(uint32 oracleSetVersion,uint64 round,uint64 time,uint64[] prices,Valuation[] valuations)\
Valuation(bytes32 policy,bytes32 digest)";
    fn encode_data(&self, words: &mut Words) {
        words
            .uint(u64::from(self.oracle_set_version))
            .uint(self.round)
            .uint(self.time)
            .uints(&self.prices)
            .structs(&self.valuations);
    }
}

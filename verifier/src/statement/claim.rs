//! A venue's margin claim, without its amount.
//!
//! Only the claim's latest number counts, and only the venue knows which that is: it stands in its trust file.

use serde::{Deserialize, Serialize};

use crate::encoding::{Address, Bytes16, Bytes32, FieldElement, TypedData, Words, tagged_sha256};

/// What a venue requires of an account, with the amount behind a commitment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Claim {
    /// The venue.
    pub venue: Bytes32,
    /// The one liability book of the venue that the pledge backs.
    pub liability_book: Bytes32,
    /// Tag of the account.
    pub account: Bytes32,
    /// Tag that the pledge must carry: [`pledge_tag`] of venue, liability book and a salt.
    pub tag: Bytes32,
    /// Increases with each claim on the account.
    pub number: u64,
    /// `C_R`: commitment to the requirement, in 10^-6 quote units, and its salt.
    pub requirement: FieldElement,
    /// Digest of the policy under which collateral is valued.
    pub policy: Bytes32,
    /// Fresh address whose key the venue holds: it alone releases the pledge.
    pub releaser: Address,
    /// When the claim was made, in Unix seconds.
    pub issued_at: u64,
    /// Not valid at or after this time, in Unix seconds.
    pub expiry: u64,
    /// The one chain on which a contract may act on the pledge; 0 where none may.
    pub chain_id: u64,
    /// The one contract that may act on the pledge; zero where none may.
    pub settlement: Address,
    /// Fresh 128-bit value.
    pub nonce: Bytes16,
}

impl TypedData for Claim {
    const TYPE: &'static str = "Claim(bytes32 venue,bytes32 liabilityBook,bytes32 account,bytes32 tag,uint64 number,bytes32 requirement,\
bytes32 policy,address releaser,uint64 issuedAt,uint64 expiry,uint256 chainId,address settlement,bytes16 nonce)";
    fn encode_data(&self, words: &mut Words) {
        words
            .bytes32(&self.venue)
            .bytes32(&self.liability_book)
            .bytes32(&self.account)
            .bytes32(&self.tag)
            .uint(self.number)
            .field(&self.requirement)
            .bytes32(&self.policy)
            .address(&self.releaser)
            .uint(self.issued_at)
            .uint(self.expiry)
            .uint(self.chain_id)
            .address(&self.settlement)
            .bytes16(&self.nonce);
    }
}

/// The tag that stands beside a pledge in an allocation: it says whose the pledge is only to who knows the salt.
pub fn pledge_tag(venue: &Bytes32, liability_book: &Bytes32, salt: &Bytes16) -> Bytes32 {
    let mut padded = [0u8; 32];
    for (to, from) in padded.iter_mut().zip(salt.0) {
        *to = from;
    }
    tagged_sha256("solvency.v1.pledge-tag", &[&venue.0, &liability_book.0, &padded])
}

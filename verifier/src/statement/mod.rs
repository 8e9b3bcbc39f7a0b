//! The statements of the protocol as EIP-712 typed data, and their signatures (spec/encodings.md).
//!
//! A statement here is only well-formed. Whether it may be relied on is decided in [`crate::accept`].

mod allocation;
mod book;
mod claim;
mod coverage;
mod round;
mod signature;

pub use allocation::{AllocationStatement, Output, Release, Source, SourceUse};
pub use book::{BookAttestation, HoldingsStatement, Shard};
pub use claim::{Claim, pledge_tag};
pub use coverage::CoverageStatement;
pub use round::{PriceRound, SignedValuation};
pub use signature::{Quorum, QuorumError, Signature, SignatureError, Signed, check_quorum, check_signer};

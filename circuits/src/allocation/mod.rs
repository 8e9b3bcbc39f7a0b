//! allocation: sources are distributed to outputs, slot by slot, with no unit in two outputs.
//!
//! It does not show that its sources are what they are called: a total's entries are bounded only by the holdings proof that
//! it comes from, and whether a source was spent before is seen only in the account's chain. The numbered checks are in
//! spec/relations.md, the rules that demand those proofs in spec/acceptance.md (L1 to L4).

mod circuit;
mod relation;
mod witness;

pub use relation::check;
pub use witness::{AllocationWitness, BalanceOpening, Opening, OutputBalance, SourceBalance};

#[cfg(test)]
mod tests;

//! holdings: an attested book opens to amounts whose sums per slot are the committed total.
//!
//! It does not show that the vaults exist, that they are locked, or that no other book holds the same ones: attestors sign
//! that. The numbered checks are in spec/relations.md.

mod circuit;
mod relation;
mod witness;

pub use relation::check;
pub use witness::{HoldingsWitness, Opening, VaultOpening};

#[cfg(test)]
mod tests;

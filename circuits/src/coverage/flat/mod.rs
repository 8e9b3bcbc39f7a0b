//! coverage-flat: a haircut for each slot, whatever the size.

mod circuit;
mod relation;
mod witness;

pub use relation::check;
pub use witness::{FlatWitness, Opening};

#[cfg(test)]
mod tests;

/// Bits of `value − θ·R·10^15`: `value < 2^154` (spec/numbers.md).
const EXCESS_BITS: usize = 155;

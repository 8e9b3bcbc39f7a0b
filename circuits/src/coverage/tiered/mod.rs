//! coverage-tiered: twelve tiers for each asset, by its gross value over all classes, and a haircut for each slot.
//!
//! A statement is a lower bound of the value: the prover may state less, never more.

mod circuit;
mod relation;
mod witness;

pub use relation::check;
pub use witness::{Opening, Selection, TieredWitness};

#[cfg(test)]
mod tests;

/// Bits of `value − θ·R·10^15`: `value ≤ 2^136` (spec/numbers.md).
const EXCESS_BITS: usize = 136;
/// Bits of what is left of a gross value below one cent: `10^19 < 2^64`.
const REMAINDER_BITS: usize = 64;
/// From cents to 10^-21 quote units, and from cents·ppm to 10^-27.
const CENT_SCALE: u64 = 10_000_000_000_000_000_000;
/// 100 % in ppm: from cents to cents·ppm.
const PPM: u64 = 1_000_000;

/// Where the parts of a row stand in its element.
mod offset {
    use solvency_verifier::valuation::{RATE_BITS, ROW_FIELD_BITS};

    pub(super) const WIDTH: usize = ROW_FIELD_BITS;
    pub(super) const RATE: usize = WIDTH + ROW_FIELD_BITS;
    pub(super) const CUMULATIVE: usize = RATE + RATE_BITS;
    pub(super) const HAIRCUTS: usize = CUMULATIVE + ROW_FIELD_BITS;
}

//! coverage: a pledge's value after haircuts is at least θ times the committed requirement.
//!
//! It does not show that the valuation table is the right one for a policy and a price round (the verifier recomputes it), nor
//! that the pledge belongs to anybody: a coverage proof alone proves nothing, a verifier accepts the chain. The numbered
//! checks are in spec/relations.md, the scales in spec/numbers.md.

pub mod flat;
mod requirement;
pub mod tiered;

pub use requirement::RequirementOpening;

/// Public input: `C_Q`.
const PLEDGE: usize = 1;
/// Public input: the valuation table's digest.
const VALUATION: usize = 2;
/// Public input: `C_R`.
const REQUIREMENT: usize = 3;
/// Public input: the context, on which there is no row.
const CONTEXT: usize = 4;

/// From 10^-12 (θ in ppm times 10^-6 quote units) to 10^-27 quote units.
const REQUIREMENT_SCALE: u64 = 1_000_000_000_000_000;

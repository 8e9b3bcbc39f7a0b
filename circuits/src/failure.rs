//! Why a relation does not hold, and why a witness is refused.

use solvency_verifier::Shape;

/// A numbered check of spec/relations.md that does not hold. It tells where, and no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{check} does not hold: {part} {index}")]
pub struct CheckFailed {
    /// The check, as in `H3`.
    pub check: &'static str,
    /// What of the opening it is about, as in `slot of position`.
    pub part: &'static str,
    /// Which of these, counted from 0.
    pub index: usize,
}

/// `Ok` where the condition holds, else the check that fails.
pub(crate) fn ensure(
    holds: bool,
    check: &'static str,
    part: &'static str,
    index: usize,
) -> Result<(), CheckFailed> {
    if holds { Ok(()) } else { Err(CheckFailed { check, part, index }) }
}

/// Why there is no assignment for a witness. Every witness that is not refused satisfies its circuit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WitnessError {
    /// The witness is for another statement.
    #[error("the witness is not one for {shape}")]
    OtherStatement {
        /// The shape that was asked for.
        shape: Shape,
    },
    /// Another number of vaults than the shape has; a book is padded before it is attested.
    #[error("{got} vaults in a book of {shape}, which has exactly {needed}")]
    VaultCount {
        /// The shape.
        shape: Shape,
        /// Vaults of the witness.
        got: usize,
        /// Vaults of the shape.
        needed: usize,
    },
    /// Another number of blindings than of leaves.
    #[error("{got} leaf blindings for {needed} leaves")]
    BlindingCount {
        /// Blindings of the witness.
        got: usize,
        /// Leaves of the shape.
        needed: usize,
    },
    /// An id that is not above the one before it.
    #[error("vault {vault}: its id is not above the id of the vault before it")]
    IdNotIncreasing {
        /// Index of the vault.
        vault: usize,
    },
    /// An id outside the shard's range.
    #[error("vault {vault}: id {id} is outside of [{low}, {high})")]
    IdOutOfRange {
        /// Index of the vault.
        vault: usize,
        /// Its id.
        id: u64,
        /// Inclusive lower end.
        low: u64,
        /// Exclusive upper end.
        high: u64,
    },
    /// A slot that no registry has.
    #[error("vault {vault}, position {position}: slot {got}, allowed are 0 to 63")]
    Slot {
        /// Index of the vault.
        vault: usize,
        /// Index of the position.
        position: usize,
        /// The slot.
        got: u8,
    },
    /// Another number of sources than the shape has.
    #[error("{got} sources, {shape} has exactly {needed}")]
    SourceCount {
        /// The shape.
        shape: Shape,
        /// Sources of the witness.
        got: usize,
        /// Sources of the shape.
        needed: usize,
    },
    /// Another number of outputs than the shape has.
    #[error("{got} outputs, {shape} has exactly {needed}")]
    OutputCount {
        /// The shape.
        shape: Shape,
        /// Outputs of the witness.
        got: usize,
        /// Outputs of the shape.
        needed: usize,
    },
    /// An entry of a source that is too wide: 64 bits for an earlier output, 75 for a holdings total.
    #[error("source {source_index}, slot {slot}: the entry is not below 2^{bits}")]
    SourceEntry {
        /// Index of the source.
        source_index: usize,
        /// The slot.
        slot: usize,
        /// Bits of an entry of this kind of source.
        bits: usize,
    },
    /// Sources and outputs of a slot that differ.
    #[error("slot {slot}: the outputs take {} than the sources have", if *.outputs_exceed { "more" } else { "less" })]
    Unbalanced {
        /// The slot.
        slot: usize,
        /// Whether the outputs' sum is the larger one.
        outputs_exceed: bool,
    },
    /// A valuation table with a number beyond its width.
    #[error("the valuation table has a number that is beyond its bounds")]
    Table,
    /// An asset that is worth more than the highest tier's bound, or that lies in no tier.
    #[error("asset {asset}: no tier of the table holds its gross value")]
    NoTier {
        /// The asset.
        asset: usize,
    },
    /// A value below what is asked for.
    #[error("the pledge's value after haircuts is less than θ times the requirement")]
    NotCovered,
    /// Not met in practice: the challenge came to a slot's number, at odds below 2^-247. Fresh blindings make another one.
    #[error("check {check}: the challenge has no inverse; take fresh blindings")]
    Challenge {
        /// The check.
        check: &'static str,
    },
}

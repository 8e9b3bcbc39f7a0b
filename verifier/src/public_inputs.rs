//! Public inputs as types; the order of their field elements is part of the specification (spec/relations.md).

use alloc::{vec, vec::Vec};

use ark_bn254::Fr;

use crate::encoding::FieldElement;
use crate::shape::Statement;

/// Public inputs of a holdings proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldingsPublic {
    /// Root of the attested book shard.
    pub book_root: FieldElement,
    /// `C_T`: commitment to the sums per slot.
    pub total: FieldElement,
    /// Ids of the shard are in `[id_low, id_high)`.
    pub id_low: u64,
    /// Exclusive upper end of the shard's ids.
    pub id_high: u64,
    /// Digest of the whole statement.
    pub context: FieldElement,
}

/// Public inputs of an allocation proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllocationPublic {
    /// Commitment of each source, in the shape's order.
    pub sources: Vec<FieldElement>,
    /// Commitment of each output; output 0 is what the account keeps.
    pub outputs: Vec<FieldElement>,
    /// Digest of the whole statement.
    pub context: FieldElement,
}

/// Public inputs of a coverage proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoveragePublic {
    /// `C_Q`: commitment to the pledge.
    pub pledge: FieldElement,
    /// Digest of the valuation table.
    pub valuation: FieldElement,
    /// `C_R`: commitment to the margin requirement.
    pub requirement: FieldElement,
    /// Digest of the whole statement.
    pub context: FieldElement,
}

/// Typed public inputs of a statement.
pub trait PublicInputs {
    /// The statement that these are the inputs of.
    fn statement(&self) -> Statement;

    /// The field elements in the order of the specification, without the constant one.
    fn to_field_elements(&self) -> Vec<Fr>;
}

impl PublicInputs for HoldingsPublic {
    fn statement(&self) -> Statement {
        Statement::Holdings
    }

    fn to_field_elements(&self) -> Vec<Fr> {
        let range = Fr::from(u128::from(self.id_low) | (u128::from(self.id_high) << 64));
        vec![self.book_root.0, self.total.0, range, self.context.0]
    }
}

impl PublicInputs for AllocationPublic {
    fn statement(&self) -> Statement {
        Statement::Allocation
    }

    fn to_field_elements(&self) -> Vec<Fr> {
        let commitments = self.sources.iter().chain(&self.outputs).chain(core::iter::once(&self.context));
        commitments.map(|element| element.0).collect()
    }
}

impl PublicInputs for CoveragePublic {
    fn statement(&self) -> Statement {
        Statement::Coverage
    }

    fn to_field_elements(&self) -> Vec<Fr> {
        vec![self.pledge.0, self.valuation.0, self.requirement.0, self.context.0]
    }
}

//! From a shape and a witness to matrices and assignments.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use solvency_verifier::{Bytes32, FieldElement, Shape};

use crate::builder::{Assignment, Builder, Matrices};
use crate::coverage::{flat, tiered};
use crate::failure::WitnessError;
use crate::{allocation, holdings};

/// A relation that can be written as rows.
pub(crate) trait Circuit: Sync {
    /// Public inputs, the context among them.
    fn public_inputs(&self) -> usize;

    /// Emits all wires and rows; which ones does not depend on values.
    fn synthesize<const RECORD: bool>(&self, builder: &mut Builder<RECORD>, context: Fr);

    /// The values of all wires.
    fn assign(&self, context: Fr) -> Result<Assignment, WitnessError> {
        let mut builder = Builder::<false>::new(self.public_inputs());
        self.synthesize(&mut builder, context);
        match builder.without_inverse() {
            Some(check) => Err(WitnessError::Challenge { check }),
            None => Ok(builder.finish()),
        }
    }

    /// The rows.
    fn matrices(&self) -> Matrices {
        let mut builder = Builder::<true>::new(self.public_inputs());
        self.synthesize(&mut builder, Fr::ZERO);
        builder.matrices()
    }
}

/// Private inputs of any statement.
pub enum Witness {
    /// Of a holdings proof.
    Holdings(holdings::HoldingsWitness),
    /// Of an allocation proof.
    Allocation(allocation::AllocationWitness),
    /// Of a coverage proof with flat haircuts.
    CoverageFlat(Box<flat::FlatWitness>),
    /// Of a coverage proof with tiers.
    CoverageTiered(Box<tiered::TieredWitness>),
}

/// The matrices of a shape. They take a moment to make (up to half a second): keep them.
pub fn matrices(shape: Shape) -> Matrices {
    match shape {
        Shape::Holdings16 => holdings::Opening::zero(16).matrices(),
        Shape::Holdings256 => holdings::Opening::zero(256).matrices(),
        Shape::Allocation2x4 | Shape::Allocation4x8 | Shape::Repledge3x4 => {
            let sizes = shape.allocation().expect("an allocation shape has sources and outputs");
            allocation::Opening::zero(sizes).matrices()
        }
        Shape::CoverageFlat => flat::Opening::zero().matrices(),
        Shape::CoverageTiered => tiered::Opening::zero().matrices(),
    }
}

/// The hash of a shape's matrices, as it stands in `costs.csv`: known without making them. A test compares all of them.
///
/// # Panics
/// Where the table has no such line, which the test would have noticed.
pub fn matrices_hash(shape: Shape) -> Bytes32 {
    let id = shape.id();
    let mut lines = include_str!("../costs.csv").lines();
    let line = lines.find(|line| line.split(',').next() == Some(&id));
    let hash = line.and_then(|line| line.rsplit(',').next()).and_then(|hash| Bytes32::from_hex(hash).ok());
    hash.expect("every shape is in the table of costs")
}

/// The values of all wires of a shape; they satisfy its matrices.
///
/// # Errors
/// [`WitnessError`] where the witness is for another statement or the relation does not hold for it.
pub fn assignment(
    shape: Shape,
    witness: &Witness,
    context: FieldElement,
) -> Result<Assignment, WitnessError> {
    match (shape, witness) {
        (Shape::Holdings16 | Shape::Holdings256, Witness::Holdings(witness)) => {
            witness.open(shape)?.assign(context.0)
        }
        (Shape::Allocation2x4 | Shape::Allocation4x8 | Shape::Repledge3x4, Witness::Allocation(witness)) => {
            witness.open(shape)?.assign(context.0)
        }
        (Shape::CoverageFlat, Witness::CoverageFlat(witness)) => witness.open()?.assign(context.0),
        (Shape::CoverageTiered, Witness::CoverageTiered(witness)) => witness.open()?.assign(context.0),
        _ => Err(WitnessError::OtherStatement { shape }),
    }
}

//! A shape's matrices with their hash: what set-up, key files and prover need of a circuit.

use ark_bn254::Fr;
use rayon::prelude::*;
use solvency_circuits::builder::{Assignment, Failure, LengthError, Matrices};
use solvency_verifier::{Bytes32, Shape};

/// The matrices of a shape and their hash. Both take a moment to make: keep them.
pub struct Circuit {
    shape: Shape,
    matrices: Matrices,
    hash: Bytes32,
}

impl Circuit {
    /// The circuit of a shape.
    pub fn of(shape: Shape) -> Self {
        Self::new(shape, solvency_circuits::matrices(shape))
    }

    /// Other matrices under the name of a shape, as tests need them; their hash keeps the keys apart.
    pub fn new(shape: Shape, matrices: Matrices) -> Self {
        let hash = matrices.hash();
        Self { shape, matrices, hash }
    }

    /// The shape.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The matrices.
    pub fn matrices(&self) -> &Matrices {
        &self.matrices
    }

    /// Hash of the matrices (spec/keys.md).
    pub fn hash(&self) -> &Bytes32 {
        &self.hash
    }

    /// Bytes that the matrices occupy in memory.
    pub fn bytes(&self) -> u64 {
        let rows = 3 * self.matrices.constraints() * size_of::<Vec<(Fr, usize)>>();
        let terms = self.matrices.non_zeros().iter().sum::<usize>() * size_of::<(Fr, usize)>();
        (rows + terms) as u64
    }

    /// As [`Matrices::first_unsatisfied`], on all cores.
    pub(crate) fn first_unsatisfied(&self, assignment: &Assignment) -> Result<Option<Failure>, LengthError> {
        let wires = assignment.wires();
        if wires.len() != self.matrices.wires {
            return Err(LengthError { wires: self.matrices.wires, got: wires.len() });
        }
        let value = |row: &[(Fr, usize)]| row.iter().map(|(factor, wire)| *factor * wires[*wire]).sum::<Fr>();
        let [a, b, c] = &self.matrices.rows;
        let row = (0..self.matrices.constraints())
            .into_par_iter()
            .find_first(|row| value(&a[*row]) * value(&b[*row]) != value(&c[*row]));
        Ok(row.map(|row| {
            let label = self.matrices.labels[row];
            Failure { row, check: label.check, gadget: label.gadget }
        }))
    }
}

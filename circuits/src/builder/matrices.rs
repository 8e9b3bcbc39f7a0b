//! The matrices of a circuit: `(A·w)∘(B·w) = C·w` for an assignment `w` that begins with one and the public inputs.
//!
//! That an assignment satisfies them shows arithmetic, nothing about where its numbers come from.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInteger, PrimeField};
use sha2::{Digest, Sha256};
use solvency_verifier::Bytes32;

use super::assignment::Assignment;

/// What a row is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// The numbered check of spec/relations.md, as in `H3`.
    pub check: &'static str,
    /// The gadget, as in `range`.
    pub gadget: &'static str,
}

/// The first row that an assignment does not satisfy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("row {row} ({gadget}) of check {check} is not satisfied")]
pub struct Failure {
    /// Index of the row.
    pub row: usize,
    /// The numbered check that the row belongs to.
    pub check: &'static str,
    /// The gadget that the row belongs to.
    pub gadget: &'static str,
}

/// An assignment of another length than the matrices have wires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the assignment has {got} wires, the circuit {wires}")]
pub struct LengthError {
    /// Wires of the circuit.
    pub wires: usize,
    /// Wires of the assignment.
    pub got: usize,
}

/// Rows of one of the three matrices: `(coefficient, wire)` by increasing wire, no coefficient zero.
pub type Rows = Vec<Vec<(Fr, usize)>>;

/// The matrices of one shape.
pub struct Matrices {
    /// A, B and C, in the form that ark-groth16 takes as well.
    pub rows: [Rows; 3],
    /// Public inputs, the wires `1..=public_inputs`; wire 0 is one.
    pub public_inputs: usize,
    /// All wires, the one and the public inputs among them.
    pub wires: usize,
    /// Wires that are 0 or 1 in every satisfying assignment, by construction; increasing.
    pub boolean_wires: Vec<usize>,
    /// Private wires that are inputs; increasing. Those that are not, rows determine ([`crate::uniqueness`]).
    pub inputs: Vec<usize>,
    /// One label for each row.
    pub labels: Vec<Label>,
}

impl Matrices {
    /// Number of rows.
    pub fn constraints(&self) -> usize {
        self.labels.len()
    }

    /// Size of the evaluation domain of Groth16: a row for each constraint, for the one and for each public input.
    pub fn domain(&self) -> usize {
        (self.constraints() + self.public_inputs + 1).next_power_of_two()
    }

    /// Non-zero entries of A, B and C.
    pub fn non_zeros(&self) -> [usize; 3] {
        self.rows.each_ref().map(|rows| rows.iter().map(Vec::len).sum())
    }

    /// The first row that is not satisfied, with the check that it belongs to.
    ///
    /// # Errors
    /// [`LengthError`] where the assignment is for another circuit.
    pub fn first_unsatisfied(&self, assignment: &Assignment) -> Result<Option<Failure>, LengthError> {
        let wires = assignment.wires();
        if wires.len() != self.wires {
            return Err(LengthError { wires: self.wires, got: wires.len() });
        }
        let row = (0..self.constraints()).find(|row| !self.is_satisfied_at(*row, wires));
        Ok(row.map(|row| self.failure(row)))
    }

    /// Whether an assignment of the right length satisfies one row.
    pub(crate) fn is_satisfied_at(&self, row: usize, wires: &[Fr]) -> bool {
        let [a, b, c] = self.rows.each_ref().map(|rows| evaluate(&rows[row], wires));
        a * b == c
    }

    /// The description of a row as a failure.
    pub(crate) fn failure(&self, row: usize) -> Failure {
        let Label { check, gadget } = self.labels[row];
        Failure { row, check, gadget }
    }

    /// SHA-256 of the canonical encoding in spec/keys.md: labels and the lists of boolean wires and inputs are not part of it.
    pub fn hash(&self) -> Bytes32 {
        let mut hasher = Sha256::new();
        let mut domain = [0u8; 32];
        let name = b"solvency.v1.matrices";
        domain[..name.len()].copy_from_slice(name);
        hasher.update(domain);
        let number = |hasher: &mut Sha256, number: usize| hasher.update((number as u64).to_be_bytes());
        for count in [self.public_inputs, self.wires, self.constraints()] {
            number(&mut hasher, count);
        }
        for row in self.rows.iter().flatten() {
            number(&mut hasher, row.len());
            for (coefficient, wire) in row {
                number(&mut hasher, *wire);
                hasher.update(coefficient.into_bigint().to_bytes_be());
            }
        }
        Bytes32(hasher.finalize().into())
    }
}

fn evaluate(row: &[(Fr, usize)], wires: &[Fr]) -> Fr {
    row.iter().fold(Fr::ZERO, |sum, (coefficient, wire)| sum + *coefficient * wires[*wire])
}

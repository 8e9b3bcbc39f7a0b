//! Matrices and an assignment as a circuit for arkworks, row by row.

use ark_bn254::Fr;
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, SynthesisError};
use ark_relations::utils::{linear_combination::LinearCombination, variable::Variable};

use super::{Assignment, Matrices};

/// Replays recorded rows into an arkworks constraint system: for set-up without an assignment, for proving with one.
///
/// It does not check that the assignment satisfies the rows, and neither does ark-groth16 0.6 in release builds: callers do.
#[derive(Clone, Copy)]
pub struct Replay<'a> {
    /// The circuit.
    pub matrices: &'a Matrices,
    /// The values, where there is something to prove.
    pub assignment: Option<&'a Assignment>,
}

impl Replay<'_> {
    fn value(&self, wire: usize) -> Result<Fr, SynthesisError> {
        let wires = self.assignment.ok_or(SynthesisError::AssignmentMissing)?.wires();
        wires.get(wire).copied().ok_or(SynthesisError::AssignmentMissing)
    }

    fn combination(&self, row: &[(Fr, usize)]) -> LinearCombination<Fr> {
        let first_private = self.matrices.public_inputs + 1;
        let variable = |wire: usize| match wire {
            0 => Variable::one(),
            public if public < first_private => Variable::instance(public),
            private => Variable::witness(private - first_private),
        };
        LinearCombination(row.iter().map(|(coefficient, wire)| (*coefficient, variable(*wire))).collect())
    }
}

impl ConstraintSynthesizer<Fr> for Replay<'_> {
    fn generate_constraints(self, system: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let first_private = self.matrices.public_inputs + 1;
        for wire in 1..first_private {
            let _ = system.new_input_variable(|| self.value(wire))?;
        }
        for wire in first_private..self.matrices.wires {
            let _ = system.new_witness_variable(|| self.value(wire))?;
        }
        let [a, b, c] = &self.matrices.rows;
        for ((a, b), c) in a.iter().zip(b).zip(c) {
            system.enforce_r1cs_constraint(
                || self.combination(a),
                || self.combination(b),
                || self.combination(c),
            )?;
        }
        Ok(())
    }
}

//! What set-up and prover need of a circuit: its matrices, and the names of its rows.

use ark_bn254::Fr;
use ark_ff::Zero;
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, Matrix, Result as R1csResult, Variable,
};
use solvency_verifier::{Bytes32, Shape};

/// The rank-1 constraint system `A·z ∘ B·z = C·z` of a shape, `z` being one, the public inputs, and the private variables.
#[derive(Clone, Copy)]
pub struct Circuit<'a> {
    /// The shape.
    pub shape: Shape,
    /// Hash of the matrices.
    pub hash: Bytes32,
    /// `A`, `B`, `C`: rows of coefficients and positions in `z`.
    pub matrices: &'a [Matrix<Fr>; 3],
    /// Number of all variables: the constant one, public inputs, private variables.
    pub variables: usize,
    /// The numbered check (spec/relations.md) that a row belongs to.
    pub check_of_row: &'a (dyn Fn(usize) -> String + Sync),
}

impl Circuit<'_> {
    /// The constant one and the public inputs.
    pub fn instance_variables(&self) -> usize {
        self.shape.public_input_count() + 1
    }

    /// Rows of each matrix.
    pub fn rows(&self) -> usize {
        self.matrices[0].len()
    }

    /// Bytes that the matrices occupy in memory.
    pub fn bytes(&self) -> u64 {
        let row =
            |row: &Vec<(Fr, usize)>| size_of::<Vec<(Fr, usize)>>() + row.len() * size_of::<(Fr, usize)>();
        self.matrices.iter().flatten().map(row).sum::<usize>() as u64
    }

    /// The first row that `assignment` does not satisfy; it must have one value for each variable.
    pub(crate) fn first_unsatisfied(&self, assignment: &[Fr]) -> Option<usize> {
        use rayon::prelude::*;
        let value = |row: &[(Fr, usize)]| row.iter().map(|(c, at)| *c * assignment[*at]).sum::<Fr>();
        let [a, b, c] = self.matrices;
        (0..self.rows())
            .into_par_iter()
            .find_first(|row| !(value(&a[*row]) * value(&b[*row]) - value(&c[*row])).is_zero())
    }
}

/// Feeds finished matrices to arkworks' set-up.
pub struct Replay<'a>(pub Circuit<'a>);

impl ConstraintSynthesizer<Fr> for Replay<'_> {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> R1csResult<()> {
        let circuit = self.0;
        let mut variables = vec![Variable::One];
        for _ in 1..circuit.instance_variables() {
            variables.push(cs.new_input_variable(|| Ok(Fr::zero()))?);
        }
        for _ in circuit.instance_variables()..circuit.variables {
            variables.push(cs.new_witness_variable(|| Ok(Fr::zero()))?);
        }
        let combination = |row: &[(Fr, usize)]| {
            LinearCombination(row.iter().map(|(coefficient, at)| (*coefficient, variables[*at])).collect())
        };
        let [a, b, c] = circuit.matrices;
        for ((a, b), c) in a.iter().zip(b).zip(c) {
            cs.enforce_r1cs_constraint(|| combination(a), || combination(b), || combination(c))?;
        }
        Ok(())
    }
}

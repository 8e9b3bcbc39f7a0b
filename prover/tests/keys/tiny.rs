//! A circuit of three rows with the number of public inputs of `coverage-flat`.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use ark_relations::gr1cs::Matrix;
use ark_std::rand::{SeedableRng, rngs::StdRng};
use solvency_prover::keys::{Circuit, ProvingKey};
use solvency_verifier::{Bytes32, CoveragePublic, FieldElement, Shape};

/// `x₁ = u·v`, `x₂ = u + v`, `u·u = w`; `x₃`, `x₄` are free. Variables: one, x₁ … x₄, u, v, w.
pub(crate) struct Tiny {
    matrices: [Matrix<Fr>; 3],
}

impl Tiny {
    pub(crate) fn new() -> Self {
        let one = Fr::ONE;
        let a = vec![vec![(one, 5)], vec![(one, 5), (one, 6)], vec![(one, 5)]];
        let b = vec![vec![(one, 6)], vec![(one, 0)], vec![(one, 5)]];
        let c = vec![vec![(one, 1)], vec![(one, 2)], vec![(one, 7)]];
        Tiny { matrices: [a, b, c] }
    }

    pub(crate) fn circuit(&self) -> Circuit<'_> {
        Circuit {
            shape: Shape::CoverageFlat,
            hash: Bytes32([3; 32]),
            matrices: &self.matrices,
            variables: 8,
            check_of_row: &|row| ["product", "sum", "square"][row].to_owned(),
        }
    }

    /// A key whose secrets follow from `seed`.
    pub(crate) fn key(&self, seed: u64) -> ProvingKey {
        let mut rng = StdRng::seed_from_u64(seed);
        ProvingKey::generate_development_from(self.circuit(), &mut rng).unwrap()
    }
}

pub(crate) fn assignment() -> Vec<Fr> {
    [1, 42, 13, 11, 12, 6, 7, 36].map(Fr::from).to_vec()
}

pub(crate) fn public(assignment: &[Fr]) -> CoveragePublic {
    let element = |at: usize| FieldElement(assignment.get(at).copied().unwrap_or(Fr::ZERO));
    CoveragePublic { pledge: element(1), valuation: element(2), requirement: element(3), context: element(4) }
}

//! A circuit of three rows with the number of public inputs of `coverage-flat`.

use ark_bn254::Fr;
use ark_std::rand::{SeedableRng, rngs::StdRng};
use solvency_circuits::builder::{Assignment, Builder, Linear, Matrices};
use solvency_prover::keys::{Circuit, ProvingKey};
use solvency_verifier::{CoveragePublic, FieldElement, Shape};

/// Values of the wires after the constant one: four public inputs, then `u`, `v` and `w`.
pub(crate) const HONEST: [u64; 7] = [42, 13, 11, 12, 6, 7, 36];

/// `x₁ = u·v`, `x₂ = u + v`, `u·u = w`; `x₃`, `x₄` are free. `factor` changes the matrices.
fn build(values: [u64; 7], factor: u64) -> (Matrices, Assignment) {
    let values = values.map(Fr::from);
    let mut builder = Builder::<true>::new(4);
    let public: Vec<_> = (1..=4).map(|index| builder.public_input(index, values[index - 1])).collect();
    let [u, v, w] = [4, 5, 6].map(|at| builder.private(values[at]));
    builder.check("product");
    builder.enforce_product("tiny", &u, &v, &public[0]);
    builder.check("sum");
    builder.enforce_product("tiny", &u.plus(&v), &Linear::constant(Fr::from(factor)), &public[1]);
    builder.check("square");
    builder.enforce_product("tiny", &u, &u, &w);
    builder.finish_with_matrices()
}

pub(crate) fn circuit() -> Circuit {
    Circuit::new(Shape::CoverageFlat, build(HONEST, 1).0)
}

/// Other matrices of the same size.
pub(crate) fn other_circuit() -> Circuit {
    Circuit::new(Shape::CoverageFlat, build(HONEST, 2).0)
}

pub(crate) fn assignment(values: [u64; 7]) -> Assignment {
    build(values, 1).1
}

/// A key whose secrets follow from `seed`.
pub(crate) fn key(seed: u64) -> ProvingKey {
    ProvingKey::generate_development_from(&circuit(), 1, &mut StdRng::seed_from_u64(seed)).unwrap()
}

pub(crate) fn public(values: [u64; 7]) -> CoveragePublic {
    let [pledge, valuation, requirement, context, ..] = values.map(|value| FieldElement(Fr::from(value)));
    CoveragePublic { pledge, valuation, requirement, context }
}

//! One proof by ark-groth16 through `Replay`: what satisfies the rows can be proven, and each public input is bound.
//!
//! The set-up here is seeded and worth nothing.

use ark_bn254::{Bn254, Fr};
use ark_ff::Field;
use ark_groth16::{Groth16, prepare_verifying_key};
use ark_std::rand::{SeedableRng, rngs::StdRng};
use solvency_circuits::builder::Replay;
use solvency_circuits::coverage::flat::FlatWitness;
use solvency_circuits::{Witness, assignment, matrices};
use solvency_verifier::valuation::FlatTable;
use solvency_verifier::{ASSETS, FieldElement, SLOTS, Shape};

fn witness() -> Witness {
    Witness::CoverageFlat(Box::new(FlatWitness {
        balances: [5_000_000; SLOTS],
        blinding: Fr::from(1u64),
        table: FlatTable {
            prices: [1_000_000_000_000_000; ASSETS],
            keep: [900_000; SLOTS],
            theta: 1_100_000,
            units: FieldElement(Fr::from(2u64)),
        },
        requirement: 200_000_000,
        salt: Fr::from(3u64),
    }))
}

#[test]
fn every_public_input_of_a_coverage_proof_is_bound() {
    let shape = Shape::CoverageFlat;
    let matrices = matrices(shape);
    let assignment = assignment(shape, &witness(), FieldElement(Fr::from(4u64))).unwrap();
    assert_eq!(matrices.first_unsatisfied(&assignment), Ok(None));

    let mut rng = StdRng::seed_from_u64(7);
    let empty = Replay { matrices: &matrices, assignment: None };
    let key = Groth16::<Bn254>::generate_random_parameters_with_reduction(empty, &mut rng).unwrap();
    let full = Replay { matrices: &matrices, assignment: Some(&assignment) };
    let proof = Groth16::<Bn254>::create_random_proof_with_reduction(full, &key, &mut rng).unwrap();

    let verifying = prepare_verifying_key(&key.vk);
    let public = assignment.public_inputs();
    assert_eq!(public.len(), shape.public_input_count());
    assert_eq!(key.vk.gamma_abc_g1.len(), public.len() + 1);
    assert!(Groth16::<Bn254>::verify_proof(&verifying, &proof, public).unwrap());
    for index in 0..public.len() {
        let mut changed = public.to_vec();
        changed[index] += Fr::ONE;
        assert!(
            !Groth16::<Bn254>::verify_proof(&verifying, &proof, &changed).unwrap(),
            "public input {index}"
        );
    }

    // The same key and matrices without a constraint system: the way that a fast prover goes.
    let (r, s) = (Fr::from(5u64), Fr::from(6u64));
    let rows = matrices.rows.as_slice();
    let direct = Groth16::<Bn254>::create_proof_with_reduction_and_matrices(
        &key,
        r,
        s,
        rows,
        public.len() + 1,
        matrices.constraints(),
        assignment.wires(),
    );
    assert!(Groth16::<Bn254>::verify_proof(&verifying, &direct.unwrap(), public).unwrap());
}

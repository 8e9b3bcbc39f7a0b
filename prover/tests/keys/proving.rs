//! Proving: nothing false is proven, and what is proven verifies.

use ark_bn254::Fr;
use solvency_circuits::builder::{Builder, Failure};
use solvency_prover::keys::{Circuit, ProvingKey};
use solvency_prover::prove::{MemoryReport, ProveError, prove};
use solvency_verifier::Shape;
use solvency_verifier::groth16::{Origin, verify};

use crate::tiny::{HONEST, assignment, circuit, key, other_circuit, public};

#[test]
fn a_satisfied_assignment_is_proven_and_the_key_is_marked_as_development() {
    let key = ProvingKey::generate_development(&circuit()).unwrap();
    assert_eq!(key.verifying().key().origin(), Origin::Development);
    let proof = prove(&key, &circuit(), &assignment(HONEST)).unwrap();
    assert!(verify(key.verifying(), &public(HONEST), &proof).is_ok());
    let mut other = HONEST;
    other[3] += 1;
    assert!(verify(key.verifying(), &public(other), &proof).is_err());
}

#[test]
fn proofs_of_one_assignment_differ() {
    let key = key(1);
    let [one, two] = [(); 2].map(|()| prove(&key, &circuit(), &assignment(HONEST)).unwrap());
    assert_ne!(one, two);
}

/// arkworks 0.6 checks this by a debug assertion only: a release build would make a proof that nobody accepts.
#[test]
fn an_unsatisfied_row_is_named() {
    for (value, row, check) in [(0, 0, "product"), (1, 1, "sum"), (6, 2, "square")] {
        let mut wrong = HONEST;
        wrong[value] += 1;
        let refused = prove(&key(1), &circuit(), &assignment(wrong));
        let expected = Failure { row, check, gadget: "tiny" };
        assert!(
            matches!(refused, Err(ProveError::Unsatisfied(failure)) if failure == expected),
            "{refused:?}"
        );
    }
}

#[test]
fn an_assignment_of_another_circuit_is_refused() {
    let mut builder = Builder::<false>::new(4);
    builder.private(Fr::from(1u64));
    let refused = prove(&key(1), &circuit(), &builder.finish());
    assert!(
        matches!(refused, Err(ProveError::AssignmentLength(error)) if (error.wires, error.got) == (8, 6))
    );
}

#[test]
fn a_key_of_another_circuit_is_refused() {
    let other_shape = Circuit::new(Shape::CoverageTiered, copied_matrices());
    for circuit in [other_circuit(), other_shape] {
        assert!(matches!(prove(&key(1), &circuit, &assignment(HONEST)), Err(ProveError::WrongKey { .. })));
    }
}

/// The tiny circuit's matrices once more.
fn copied_matrices() -> solvency_circuits::builder::Matrices {
    let mut copy = Builder::<true>::new(4).matrices();
    let original = circuit();
    let matrices = original.matrices();
    (copy.rows, copy.wires) = (matrices.rows.clone(), matrices.wires);
    copy.labels = matrices.labels.clone();
    copy
}

#[test]
fn memory_is_reported() {
    let key = key(1);
    let report = MemoryReport::of(&key);
    assert_eq!(report.assignment, 8 * 32);
    // Three rows and five instance rows: a domain of 8.
    assert_eq!(report.working, 32 * (6 * 8 + 2 * 8));
    assert!(report.key > 0 && report.matrices > 0);
    assert_eq!(report.total(), report.key + report.matrices + report.assignment + report.working);
}

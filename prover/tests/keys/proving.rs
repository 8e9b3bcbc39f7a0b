//! Proving: nothing false is proven, and what is proven verifies.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use solvency_prover::keys::{Circuit, ProvingKey};
use solvency_prover::prove::{MemoryReport, ProveError, prove};
use solvency_verifier::groth16::{Origin, verify};
use solvency_verifier::{Bytes32, Shape};

use crate::tiny::{Tiny, assignment, public};

#[test]
fn a_satisfied_assignment_is_proven_and_the_key_is_marked_as_development() {
    let tiny = Tiny::new();
    let key = ProvingKey::generate_development(tiny.circuit()).unwrap();
    assert_eq!(key.verifying().key().origin(), Origin::Development);
    let proof = prove(&key, &tiny.circuit(), &assignment()).unwrap();
    assert!(verify(key.verifying(), &public(&assignment()), &proof).is_ok());
    let mut other = assignment();
    other[4] += Fr::from(1u64);
    assert!(verify(key.verifying(), &public(&other), &proof).is_err());
}

#[test]
fn proofs_of_one_assignment_differ() {
    let (tiny, key) = (Tiny::new(), Tiny::new().key(1));
    let [one, two] = [(); 2].map(|()| prove(&key, &tiny.circuit(), &assignment()).unwrap());
    assert_ne!(one, two);
}

/// arkworks 0.6 checks this by a debug assertion only: a release build would make a proof that nobody accepts.
#[test]
fn an_unsatisfied_row_is_named() {
    let (tiny, key) = (Tiny::new(), Tiny::new().key(1));
    for (variable, row, check) in [(1, 0, "product"), (2, 1, "sum"), (7, 2, "square")] {
        let mut wrong = assignment();
        wrong[variable] += Fr::from(1u64);
        let refused = prove(&key, &tiny.circuit(), &wrong);
        let named =
            matches!(&refused, Err(ProveError::Unsatisfied { check: c, row: r }) if c == check && *r == row);
        assert!(named, "{refused:?}");
    }
}

#[test]
fn an_assignment_of_another_length_is_refused() {
    let (tiny, key) = (Tiny::new(), Tiny::new().key(1));
    for got in [0, 7, 9] {
        let mut wrong = assignment();
        wrong.resize(got, Fr::ZERO);
        let refused = prove(&key, &tiny.circuit(), &wrong);
        assert!(matches!(refused, Err(ProveError::AssignmentLength { got: g, expected: 8 }) if g == got));
    }
}

#[test]
fn an_assignment_begins_with_one() {
    let (tiny, key) = (Tiny::new(), Tiny::new().key(1));
    let mut wrong = assignment();
    wrong[0] = Fr::from(2u64);
    assert!(matches!(prove(&key, &tiny.circuit(), &wrong), Err(ProveError::NoConstantOne)));
}

#[test]
fn a_key_of_another_circuit_is_refused() {
    let (tiny, key) = (Tiny::new(), Tiny::new().key(1));
    let other_hash = Circuit { hash: Bytes32([4; 32]), ..tiny.circuit() };
    let other_shape = Circuit { shape: Shape::CoverageTiered, ..tiny.circuit() };
    for circuit in [other_hash, other_shape] {
        assert!(matches!(prove(&key, &circuit, &assignment()), Err(ProveError::WrongKey { .. })));
    }
    let other_size = Circuit { variables: 9, ..tiny.circuit() };
    assert!(matches!(prove(&key, &other_size, &assignment()), Err(ProveError::KeySize)));
}

#[test]
fn memory_is_reported() {
    let (tiny, key) = (Tiny::new(), Tiny::new().key(1));
    let report = MemoryReport::of(&key, &tiny.circuit());
    assert_eq!(report.assignment, 8 * 32);
    // Three rows and five instance rows: a domain of 8.
    assert_eq!(report.working, 32 * (5 * 8 + 2 * 8));
    assert!(report.key > 0 && report.matrices > 0);
    assert_eq!(report.total(), report.key + report.matrices + report.assignment + report.working);
}

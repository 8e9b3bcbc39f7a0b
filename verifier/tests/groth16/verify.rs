//! One proof: accepted for its public inputs under its key, and for nothing else.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use solvency_verifier::groth16::{Origin, Proof, VerifyError, verify};
use solvency_verifier::{
    AllocationPublic, CoveragePublic, FieldElement, HoldingsPublic, PublicInputs, Shape, Statement,
};

use crate::trapdoor::{Trapdoor, coverage, coverage_trapdoor, prepared, proof_of};

#[test]
fn a_proof_is_accepted_and_the_answer_names_the_key() {
    let trapdoor = coverage_trapdoor();
    let key = prepared(&trapdoor);
    let public = coverage([1, 2, 3, 4]);
    let verified = verify(&key, &public, &proof_of(&trapdoor, &public, 5)).unwrap();
    assert_eq!(
        (verified.key, verified.shape, verified.origin),
        (key.id(), Shape::CoverageFlat, Origin::Development)
    );
}

#[test]
fn every_public_input_is_bound() {
    let trapdoor = coverage_trapdoor();
    let key = prepared(&trapdoor);
    let proof = proof_of(&trapdoor, &coverage([1, 2, 3, 4]), 5);
    for changed in [[0, 2, 3, 4], [1, 1, 3, 4], [1, 2, 2, 4], [1, 2, 3, 3], [2, 1, 3, 4]] {
        assert_eq!(verify(&key, &coverage(changed), &proof), Err(VerifyError::Rejected { key: key.id() }));
    }
}

#[test]
fn another_key_refuses_the_proof() {
    let public = coverage([1, 2, 3, 4]);
    let proof = proof_of(&coverage_trapdoor(), &public, 5);
    let other = prepared(&Trapdoor::new(Shape::CoverageFlat, 99));
    assert_eq!(verify(&other, &public, &proof), Err(VerifyError::Rejected { key: other.id() }));
}

#[test]
fn each_point_of_the_proof_matters() {
    let trapdoor = coverage_trapdoor();
    let key = prepared(&trapdoor);
    let public = coverage([1, 2, 3, 4]);
    let (one, two) = (proof_of(&trapdoor, &public, 5), proof_of(&trapdoor, &public, 6));
    let mixed = [
        Proof::new(*two.a(), *one.b(), *one.c()),
        Proof::new(*one.a(), *two.b(), *one.c()),
        Proof::new(*one.a(), *one.b(), *two.c()),
    ];
    for proof in mixed {
        assert_eq!(verify(&key, &public, &proof.unwrap()), Err(VerifyError::Rejected { key: key.id() }));
    }
}

/// Proof bytes are malleable: nothing may be keyed on them.
#[test]
fn the_proof_with_a_and_b_negated_is_another_proof_of_the_same() {
    let trapdoor = coverage_trapdoor();
    let public = coverage([1, 2, 3, 4]);
    let proof = proof_of(&trapdoor, &public, 5);
    let negated = Proof::new(-*proof.a(), -*proof.b(), *proof.c()).unwrap();
    assert_ne!(proof.to_bytes(), negated.to_bytes());
    assert!(verify(&prepared(&trapdoor), &public, &negated).is_ok());
    let half = Proof::new(-*proof.a(), *proof.b(), *proof.c()).unwrap();
    assert!(verify(&prepared(&trapdoor), &public, &half).is_err());
}

#[test]
fn inputs_of_another_statement_are_refused_even_when_their_number_fits() {
    let trapdoor = coverage_trapdoor();
    let key = prepared(&trapdoor);
    let zero = FieldElement(Fr::ZERO);
    let holdings = HoldingsPublic {
        book_root: zero,
        total: zero,
        id_low: 1,
        id_high: 2,
        context: FieldElement(Fr::ONE),
    };
    let proof = trapdoor.prove(&holdings.to_field_elements(), 5);
    let refused = VerifyError::Statement { got: Statement::Holdings, shape: Shape::CoverageFlat };
    assert_eq!(verify(&key, &holdings, &proof), Err(refused));
}

/// arkworks 0.6 counts missing inputs as zero and ignores extra ones; both are refused here.
#[test]
fn a_wrong_number_of_inputs_is_refused_where_arkworks_accepts_it() {
    let shape = Shape::Allocation2x4;
    let trapdoor = Trapdoor::new(shape, 8);
    let key = solvency_verifier::groth16::VerifyingKey::new(
        shape,
        solvency_verifier::Bytes32([7; 32]),
        Origin::Development,
        trapdoor.points(),
    );
    let key = solvency_verifier::groth16::PreparedVerifyingKey::new(key.unwrap());
    let element = |value: u64| FieldElement(Fr::from(value));
    let honest = AllocationPublic {
        sources: vec![element(1), element(2)],
        outputs: vec![element(3), element(4), element(5), element(6)],
        context: element(0),
    };
    let proof = trapdoor.prove(&honest.to_field_elements(), 5);
    assert!(verify(&key, &honest, &proof).is_ok());

    // The context is zero, so leaving an input out and shifting the rest is the same vector to arkworks.
    let mut fewer = honest.clone();
    fewer.context = fewer.outputs.pop().unwrap();
    let refused = |got| Err(VerifyError::InputCount { shape, got, expected: 7 });
    assert!(crate::cross_check::arkworks_accepts(&trapdoor.points(), &proof, &fewer.to_field_elements()));
    assert_eq!(verify(&key, &fewer, &proof), refused(6));

    let mut more = honest;
    more.outputs.push(more.context);
    more.context = element(1_000_000);
    assert!(crate::cross_check::arkworks_accepts(&trapdoor.points(), &proof, &more.to_field_elements()));
    assert_eq!(verify(&key, &more, &proof), refused(8));
}

/// The inputs of a statement type are always those of the specification, in its order.
#[test]
fn the_order_of_coverage_inputs_is_the_specifications() {
    let CoveragePublic { pledge, valuation, requirement, context } = coverage([1, 2, 3, 4]);
    let elements = coverage([1, 2, 3, 4]).to_field_elements();
    assert_eq!(elements, [pledge.0, valuation.0, requirement.0, context.0]);
}

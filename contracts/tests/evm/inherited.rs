//! A contract that inherits a verifier keeps its own conditions.

use solvency_verifier::Shape;

use crate::abi::{self, Value, number, words};
use crate::chain::{Chain, Outcome};
use crate::test_keys::TestKey;

/// A verifier whose assembly executes `return` ends the whole call, and the caller's later `require` is skipped.
#[test]
fn a_condition_after_the_verification_is_not_skipped() {
    let mut chain = Chain::new();
    let guarded = chain.deploy("GuardedVerifier", &[]);
    let test_key = TestKey::load(Shape::CoverageFlat);
    let mut call = |inputs: &[ark_bn254::Fr], allowed: bool| {
        let inputs =
            inputs.iter().map(|input| solvency_verifier::FieldElement(*input).to_be_bytes()).collect();
        let arguments = vec![
            Value::Words(words(&test_key.proof.to_bytes())),
            Value::Words(inputs),
            Value::Word(number(u64::from(allowed))),
        ];
        chain.call(guarded, abi::call("guarded(uint256[8],uint256[4],bool)", arguments))
    };
    assert_eq!(call(&test_key.inputs, true), Outcome::Returned(number(42).to_vec()));
    assert_eq!(call(&test_key.inputs, false), Outcome::Reverted(abi::error("NotAllowed()", &[])));
    let mut wrong = test_key.inputs.clone();
    wrong[0] += ark_bn254::Fr::from(1u64);
    assert_eq!(call(&wrong, true), Outcome::Returned(number(7).to_vec()));
}

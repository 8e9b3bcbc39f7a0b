//! Keys of which no contract is generated.

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use solvency_prover::interop::{ContractError, ContractKey, verifier_contract};
use solvency_verifier::Bytes32;
use solvency_verifier::groth16::{KeyElement, KeyError, KeyId, Origin, PointError, VerifyingKeyPoints};

use crate::one_input::OneInput;

/// What becomes of the honest key, asked for by name, after a change.
fn changed(change: impl FnOnce(&mut ContractKey)) -> Result<String, ContractError> {
    let mut key = OneInput::new().key;
    change(&mut key);
    verifier_contract(&key, Some(key.id))
}

fn changed_points(change: impl FnOnce(&mut VerifyingKeyPoints)) -> Result<String, ContractError> {
    changed(|key| change(&mut key.points))
}

fn refused(error: KeyError) -> Result<String, ContractError> {
    Err(ContractError::Key(error))
}

const CEREMONY: Origin = Origin::Ceremony { transcript: Bytes32([7; 32]) };

#[test]
fn gamma_equal_or_opposite_to_delta_is_refused() {
    let related = || refused(KeyError::RelatedPoints { first: KeyElement::Gamma, second: KeyElement::Delta });
    assert_eq!(changed_points(|points| points.gamma = points.delta), related());
    assert_eq!(changed_points(|points| points.gamma = -points.delta), related());
    // Nor for who says that it comes from a ceremony.
    let ceremony = changed(|key| (key.origin, key.points.delta) = (CEREMONY, key.points.gamma));
    assert_eq!(ceremony, related());
}

#[test]
fn delta_equal_to_the_generator_is_refused_whatever_the_key_is() {
    let none = || refused(KeyError::NoContribution { element: KeyElement::Delta });
    let generator = G2Affine::generator();
    for delta in [generator, -generator] {
        assert_eq!(changed_points(|points| points.delta = delta), none());
        assert_eq!(changed(|key| (key.origin, key.points.delta) = (CEREMONY, delta)), none());
    }
}

#[test]
fn gamma_equal_to_the_generator_is_for_ceremonies_and_development_keys_that_are_named() {
    for gamma in [G2Affine::generator(), -G2Affine::generator()] {
        let mut key = OneInput::new().key;
        key.points.gamma = gamma;
        assert_eq!(verifier_contract(&key, None), Err(ContractError::GammaIsGenerator));
        assert!(verifier_contract(&key, Some(key.id)).is_ok());
        key.origin = CEREMONY;
        assert!(verifier_contract(&key, None).is_ok());
    }
}

#[test]
fn a_development_key_is_refused_unless_it_is_named() {
    let key = OneInput::new().key;
    assert_eq!(verifier_contract(&key, None), Err(ContractError::DevelopmentKey { key: key.id }));
    let named = KeyId(Bytes32([1; 32]));
    let another = ContractError::AnotherKeyNamed { named, key: key.id };
    assert_eq!(verifier_contract(&key, Some(named)), Err(another));
    let source = verifier_contract(&key, Some(key.id)).unwrap();
    assert!(source.contains("whoever ran it can forge"));
}

#[test]
fn a_ceremony_s_hash_is_in_its_contract() {
    let mut key = OneInput::new().key;
    key.origin = CEREMONY;
    let source = verifier_contract(&key, None).unwrap();
    let constant = format!("bytes32 internal constant CEREMONY = {};", Bytes32([7; 32]));
    assert!(source.contains(&constant) && !source.contains("development"));
    key.origin = Origin::Ceremony { transcript: Bytes32::ZERO };
    assert_eq!(verifier_contract(&key, None), refused(KeyError::Transcript));
}

#[test]
fn every_point_at_infinity_is_refused() {
    let infinity = |element| refused(KeyError::Point { element, error: PointError::Infinity });
    assert_eq!(changed_points(|p| p.alpha = G1Affine::identity()), infinity(KeyElement::Alpha));
    assert_eq!(changed_points(|p| p.beta = G2Affine::identity()), infinity(KeyElement::Beta));
    assert_eq!(changed_points(|p| p.gamma = G2Affine::identity()), infinity(KeyElement::Gamma));
    assert_eq!(changed_points(|p| p.delta = G2Affine::identity()), infinity(KeyElement::Delta));
    for i in 0..2 {
        assert_eq!(changed_points(|p| p.inputs[i] = G1Affine::identity()), infinity(KeyElement::Input(i)));
    }
}

#[test]
fn points_off_the_curve_or_outside_the_subgroup_are_refused() {
    let off = |element| refused(KeyError::Point { element, error: PointError::OffCurve });
    let raised = |point: G1Affine| G1Affine::new_unchecked(point.x, point.y + Fq::from(1u64));
    assert_eq!(changed_points(|p| p.alpha = raised(p.alpha)), off(KeyElement::Alpha));
    for i in 0..2 {
        assert_eq!(changed_points(|p| p.inputs[i] = raised(p.inputs[i])), off(KeyElement::Input(i)));
    }
    let outside = (1u64..)
        .filter_map(|x| G2Affine::get_point_from_x_unchecked(x.into(), false))
        .find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap();
    let subgroup = |element| refused(KeyError::Point { element, error: PointError::OutsideSubgroup });
    assert_eq!(changed_points(|p| p.beta = outside), subgroup(KeyElement::Beta));
    assert_eq!(changed_points(|p| p.gamma = outside), subgroup(KeyElement::Gamma));
    assert_eq!(changed_points(|p| p.delta = outside), subgroup(KeyElement::Delta));
}

#[test]
fn input_points_that_are_equal_or_opposite_are_refused() {
    for sign in [Fr::from(1u64), -Fr::from(1u64)] {
        let twice = changed_points(|p| p.inputs.push((p.inputs[1] * sign).into_affine()));
        assert_eq!(twice, refused(KeyError::InputsNotSeparate { first: 0, second: 1 }));
        let constant = changed_points(|p| p.inputs[1] = (p.inputs[0] * sign).into_affine());
        assert_eq!(constant, Err(ContractError::ConstantNotSeparate { input: 0 }));
    }
}

#[test]
fn a_number_of_inputs_that_no_contract_has_is_refused() {
    for kept in [0, 1] {
        let refused = Err(ContractError::InputCount { got: kept });
        assert_eq!(changed_points(|p| p.inputs.truncate(kept)), refused);
    }
    let with = |count: u64| {
        changed_points(|p| {
            let base = p.inputs[0];
            p.inputs = (1..=count + 1).map(|i| (base * Fr::from(i)).into_affine()).collect();
        })
    };
    assert!(with(256).is_ok());
    assert_eq!(with(257), Err(ContractError::InputCount { got: 258 }));
}

/// The names go into the source.
#[test]
fn names_that_are_more_than_names_are_refused() {
    let long = "A".repeat(65);
    for name in ["", "lower", "1", "A B", "A{}", "A\n", "Ä", long.as_str()] {
        let got = String::from(name);
        assert_eq!(changed(|key| key.name = name.into()), Err(ContractError::Name { got }), "{name:?}");
    }
    let long = "a".repeat(65);
    for circuit in ["", "a b", "a\"", "a\n", "A/1", "{{KEY}}", long.as_str()] {
        let got = String::from(circuit);
        assert_eq!(changed(|key| key.circuit = circuit.into()), Err(ContractError::Circuit { got }));
    }
}

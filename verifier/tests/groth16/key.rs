//! Verifying keys: the byte form is strict, and keys under which anybody can forge are refused.

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::CurveGroup;
use ark_ff::{AdditiveGroup, Field};
use ark_groth16::Groth16;
use proptest::prelude::*;
use solvency_verifier::groth16::{
    KeyElement, KeyError, KeyId, Origin, PointError, VerifyingKey, VerifyingKeyPoints,
};
use solvency_verifier::{Bytes32, Shape};

use crate::trapdoor::{Trapdoor, coverage_key, coverage_trapdoor, g1, g2, outside_subgroup};

const SHAPE: Shape = Shape::CoverageFlat;
/// Where the parts of a `coverage-flat/1` key begin: 12 magic, 1 version, 1 length, 15 shape id.
const MATRICES: usize = 29;
const ORIGIN: usize = MATRICES + 32;
const INPUT_COUNT: usize = ORIGIN + 33;
const ALPHA: usize = INPUT_COUNT + 1;
const BETA: usize = ALPHA + 64;

fn with_points(change: impl FnOnce(&mut VerifyingKeyPoints)) -> Result<VerifyingKey, KeyError> {
    let mut points = coverage_trapdoor().points();
    change(&mut points);
    VerifyingKey::new(SHAPE, Bytes32([7; 32]), Origin::Development, points)
}

fn with_bytes(change: impl FnOnce(&mut Vec<u8>)) -> Result<VerifyingKey, KeyError> {
    let mut bytes = coverage_key(&coverage_trapdoor()).to_bytes();
    change(&mut bytes);
    VerifyingKey::from_bytes(&bytes)
}

fn point_error(element: KeyElement, error: PointError) -> Result<VerifyingKey, KeyError> {
    Err(KeyError::Point { element, error })
}

#[test]
fn every_shape_and_origin_is_read_back() {
    for (seed, shape) in Shape::ALL.into_iter().enumerate() {
        let points = Trapdoor::new(shape, seed as u64).points();
        for origin in [Origin::Development, Origin::Ceremony { transcript: Bytes32([9; 32]) }] {
            let key = VerifyingKey::new(shape, Bytes32([7; 32]), origin, points.clone()).unwrap();
            assert_eq!(VerifyingKey::from_bytes(&key.to_bytes()), Ok(key.clone()));
            let text = serde_json::to_string(&key).unwrap();
            assert_eq!(serde_json::from_str::<VerifyingKey>(&text).unwrap(), key);
        }
    }
}

#[test]
fn the_id_binds_points_shape_matrices_and_origin() {
    let points = coverage_trapdoor().points();
    let id = |shape, matrices, origin, points: &VerifyingKeyPoints| {
        VerifyingKey::new(shape, Bytes32(matrices), origin, points.clone()).unwrap().id()
    };
    let base = id(SHAPE, [7; 32], Origin::Development, &points);
    let mut other_points = points.clone();
    other_points.alpha = g1(Fr::from(5u64));
    let ceremony = |byte| Origin::Ceremony { transcript: Bytes32([byte; 32]) };
    let others = [
        id(Shape::CoverageTiered, [7; 32], Origin::Development, &points),
        id(SHAPE, [8; 32], Origin::Development, &points),
        id(SHAPE, [7; 32], ceremony(1), &points),
        id(SHAPE, [7; 32], ceremony(2), &points),
        id(SHAPE, [7; 32], Origin::Development, &other_points),
    ];
    assert!(others.iter().all(|other| *other != base));
    assert_ne!(others[2], others[3]);
    assert_eq!(KeyId::from_hex(&base.to_string()), Ok(base));
}

#[test]
fn the_byte_form_is_strict() {
    assert_eq!(with_bytes(|bytes| bytes[0] ^= 1), Err(KeyError::Magic));
    assert_eq!(with_bytes(|bytes| bytes[12] = 2), Err(KeyError::Version { got: 2 }));
    let unknown = Err(KeyError::Shape { got: "coverage-flat/2".into() });
    assert_eq!(with_bytes(|bytes| bytes[MATRICES - 1] = b'2'), unknown);
    assert_eq!(with_bytes(|bytes| bytes[ORIGIN] = 2), Err(KeyError::Origin { got: 2 }));
    assert_eq!(with_bytes(|bytes| bytes[ORIGIN] = 1), Err(KeyError::Transcript));
    assert_eq!(with_bytes(|bytes| bytes[ORIGIN + 32] = 1), Err(KeyError::Transcript));
    assert_eq!(with_bytes(|bytes| bytes.push(0)), Err(KeyError::TrailingBytes { extra: 1 }));
    let length = coverage_key(&coverage_trapdoor()).to_bytes().len();
    for kept in 0..length {
        assert_eq!(with_bytes(|bytes| bytes.truncate(kept)), Err(KeyError::Truncated), "{kept} bytes");
    }
}

#[test]
fn a_ceremony_has_a_transcript() {
    let origin = Origin::Ceremony { transcript: Bytes32::ZERO };
    let points = coverage_trapdoor().points();
    assert_eq!(VerifyingKey::new(SHAPE, Bytes32([7; 32]), origin, points), Err(KeyError::Transcript));
}

#[test]
fn the_number_of_input_points_is_the_shapes() {
    let wrong = |got| Err(KeyError::InputCount { shape: SHAPE, got, expected: 5 });
    assert_eq!(with_points(|points| points.inputs.truncate(4)), wrong(4));
    assert_eq!(with_points(|points| points.inputs.push(g1(Fr::from(3u64)))), wrong(6));
    assert_eq!(with_points(|points| points.inputs.clear()), wrong(0));
    assert_eq!(with_bytes(|bytes| bytes[INPUT_COUNT] = 4), wrong(4));
    assert_eq!(with_bytes(|bytes| bytes[INPUT_COUNT] = 6), wrong(6));
}

#[test]
fn no_point_is_at_infinity() {
    let refused = |element| point_error(element, PointError::Infinity);
    assert_eq!(with_points(|p| p.alpha = G1Affine::identity()), refused(KeyElement::Alpha));
    assert_eq!(with_points(|p| p.beta = G2Affine::identity()), refused(KeyElement::Beta));
    assert_eq!(with_points(|p| p.gamma = G2Affine::identity()), refused(KeyElement::Gamma));
    assert_eq!(with_points(|p| p.delta = G2Affine::identity()), refused(KeyElement::Delta));
    for position in 0..5 {
        let input = refused(KeyElement::Input(position));
        assert_eq!(with_points(|p| p.inputs[position] = G1Affine::identity()), input);
    }
    assert_eq!(with_bytes(|bytes| bytes[ALPHA..ALPHA + 64].fill(0)), refused(KeyElement::Alpha));
    assert_eq!(with_bytes(|bytes| bytes[BETA..BETA + 128].fill(0)), refused(KeyElement::Beta));
}

#[test]
fn coordinates_are_below_the_modulus_and_on_the_curve() {
    let too_large =
        |element, coordinate| point_error(element, PointError::CoordinateNotInField { coordinate });
    assert_eq!(with_bytes(|bytes| bytes[ALPHA + 32..][..32].fill(0xff)), too_large(KeyElement::Alpha, 1));
    for coordinate in 0..4 {
        let refused = too_large(KeyElement::Beta, coordinate);
        assert_eq!(with_bytes(|bytes| bytes[BETA + 32 * coordinate..][..32].fill(0xff)), refused);
    }
    let off = |element| point_error(element, PointError::OffCurve);
    assert_eq!(with_bytes(|bytes| bytes[ALPHA + 63] ^= 1), off(KeyElement::Alpha));
    assert_eq!(with_bytes(|bytes| bytes[BETA + 127] ^= 1), off(KeyElement::Beta));
}

#[test]
fn points_of_the_second_group_are_in_the_subgroup() {
    let refused = |element| point_error(element, PointError::OutsideSubgroup);
    assert_eq!(with_points(|p| p.beta = outside_subgroup()), refused(KeyElement::Beta));
    assert_eq!(with_points(|p| p.gamma = outside_subgroup()), refused(KeyElement::Gamma));
    assert_eq!(with_points(|p| p.delta = outside_subgroup()), refused(KeyElement::Delta));
}

/// The verifier contracts of two protocols were drained through `γ = δ`. Each forgery below uses only what is public, and an
/// ordinary verifier accepts it for inputs that nobody proved.
#[test]
fn keys_under_which_anybody_can_forge_are_refused() {
    let inputs = [1u64, 2, 3, 4].map(Fr::from);
    for sign in [Fr::ONE, -Fr::ONE] {
        let mut gamma_delta = coverage_trapdoor();
        gamma_delta.gamma = sign * gamma_delta.delta;
        let points = gamma_delta.points();
        let input = input_point(&points, &inputs);
        let forged = (points.alpha, points.beta, (-input * sign).into_affine());
        assert_forges_and_is_refused(points, &inputs, forged, (KeyElement::Gamma, KeyElement::Delta));

        let mut beta_gamma = coverage_trapdoor();
        beta_gamma.beta = sign * beta_gamma.gamma;
        let points = beta_gamma.points();
        let c = (points.alpha * sign + input_point(&points, &inputs)).into_affine();
        let forged = (c, (points.gamma + points.delta).into_affine(), c);
        assert_forges_and_is_refused(points, &inputs, forged, (KeyElement::Beta, KeyElement::Gamma));

        let mut beta_delta = coverage_trapdoor();
        beta_delta.beta = sign * beta_delta.delta;
        let points = beta_delta.points();
        let input = input_point(&points, &inputs).into_affine();
        let forged = (input, points.gamma, (-(points.alpha * sign)).into_affine());
        assert_forges_and_is_refused(points, &inputs, forged, (KeyElement::Beta, KeyElement::Delta));
    }
}

fn input_point(points: &VerifyingKeyPoints, inputs: &[Fr]) -> ark_bn254::G1Projective {
    let terms = points.inputs[1..].iter().zip(inputs).map(|(point, value)| *point * value);
    points.inputs[0] + terms.sum::<ark_bn254::G1Projective>()
}

fn assert_forges_and_is_refused(
    points: VerifyingKeyPoints,
    inputs: &[Fr],
    (a, b, c): (G1Affine, G2Affine, G1Affine),
    (first, second): (KeyElement, KeyElement),
) {
    let key = crate::cross_check::arkworks_key(&points);
    let forged = ark_groth16::Proof { a, b, c };
    let prepared = ark_groth16::prepare_verifying_key(&key);
    assert!(Groth16::<ark_bn254::Bn254>::verify_proof(&prepared, &forged, inputs).unwrap());
    let refused = VerifyingKey::new(SHAPE, Bytes32([7; 32]), Origin::Development, points);
    assert_eq!(refused, Err(KeyError::RelatedPoints { first, second }));
}

#[test]
fn a_set_up_without_contribution_is_refused() {
    for secret in [Fr::ONE, -Fr::ONE] {
        let refused = |element| Err(KeyError::NoContribution { element });
        assert_eq!(with_points(|p| p.alpha = g1(secret)), refused(KeyElement::Alpha));
        assert_eq!(with_points(|p| p.beta = g2(secret)), refused(KeyElement::Beta));
        assert_eq!(with_points(|p| p.delta = g2(secret)), refused(KeyElement::Delta));
        // Every ceremony's γ is the generator.
        assert!(with_points(|p| p.gamma = g2(secret)).is_ok());
    }
}

#[test]
fn inputs_with_equal_or_opposite_points_are_refused() {
    for sign in [Fr::ONE, -Fr::ONE] {
        let mut trapdoor = coverage_trapdoor();
        trapdoor.inputs[4] = sign * trapdoor.inputs[2];
        // One proof serves for two different vectors of inputs: what is added to one is taken off the other.
        let proof = trapdoor.prove(&[1u64, 2, 3, 4].map(Fr::from), 3);
        let shifted = [Fr::ONE, Fr::from(3u64), Fr::from(3u64), Fr::from(4u64) - sign];
        assert!(crate::cross_check::arkworks_accepts(&trapdoor.points(), &proof, &shifted));
        let refused = with_points(|points| points.inputs = trapdoor.points().inputs);
        assert_eq!(refused, Err(KeyError::InputsNotSeparate { first: 1, second: 3 }));
    }
    assert_eq!(g1(Fr::ZERO), G1Affine::identity());
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..1200)) {
        prop_assert!(VerifyingKey::from_bytes(&bytes).is_err());
    }

    #[test]
    fn a_changed_byte_is_refused_or_gives_another_id(at in any::<prop::sample::Index>(), mask in 1u8..) {
        let key = coverage_key(&coverage_trapdoor());
        let mut bytes = key.to_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= mask;
        if let Ok(changed) = VerifyingKey::from_bytes(&bytes) {
            prop_assert_ne!(changed.id(), key.id());
            prop_assert_eq!(changed.to_bytes(), bytes);
        }
    }
}

//! Proofs: the byte and text forms are strict.

use ark_bn254::{G1Affine, G2Affine};
use proptest::prelude::*;
use solvency_verifier::encoding::HexError;
use solvency_verifier::groth16::{PointError, Proof, ProofElement, ProofError};

use crate::trapdoor::{coverage, coverage_trapdoor, outside_subgroup, proof_of};

fn proof() -> Proof {
    proof_of(&coverage_trapdoor(), &coverage([1, 2, 3, 4]), 5)
}

fn with_bytes(change: impl FnOnce(&mut Vec<u8>)) -> Result<Proof, ProofError> {
    let mut bytes = proof().to_bytes();
    change(&mut bytes);
    Proof::from_bytes(&bytes)
}

fn refused(element: ProofElement, error: PointError) -> Result<Proof, ProofError> {
    Err(ProofError::Point { element, error })
}

#[test]
fn bytes_and_text_are_read_back() {
    let proof = proof();
    assert_eq!(Proof::from_bytes(&proof.to_bytes()), Ok(proof.clone()));
    let text = serde_json::to_string(&proof).unwrap();
    assert_eq!(text.len(), 2 + 2 + 512);
    assert_eq!(format!("{proof:?}"), format!("Proof({})", text.trim_matches('"')));
    assert_eq!(serde_json::from_str::<Proof>(&text).unwrap(), proof);
    let upper = text.trim_matches('"').to_uppercase().replacen("0X", "0x", 1);
    assert!(matches!(Proof::from_hex(&upper), Err(ProofError::Hex(HexError::Digit { .. }))));
}

#[test]
fn another_length_is_refused() {
    assert_eq!(with_bytes(|bytes| bytes.truncate(255)), Err(ProofError::Length { got: 255 }));
    assert_eq!(with_bytes(|bytes| bytes.push(0)), Err(ProofError::Length { got: 257 }));
    assert_eq!(Proof::from_bytes(&[]), Err(ProofError::Length { got: 0 }));
}

#[test]
fn each_coordinate_is_below_the_modulus() {
    let elements = [(0, 2, ProofElement::A), (64, 4, ProofElement::B), (192, 2, ProofElement::C)];
    for (start, coordinates, element) in elements {
        for coordinate in 0..coordinates {
            let at = start + 32 * coordinate;
            let error = PointError::CoordinateNotInField { coordinate };
            assert_eq!(with_bytes(|bytes| bytes[at..at + 32].fill(0xff)), refused(element, error));
        }
    }
}

/// `x + q` names the same point as `x`; taking both would give one proof two byte forms.
#[test]
fn a_coordinate_plus_the_modulus_is_refused() {
    use ark_ff::{BigInteger, PrimeField};
    let mut x = proof().a().x.into_bigint();
    assert!(!x.add_with_carry(&ark_bn254::Fq::MODULUS));
    let error = PointError::CoordinateNotInField { coordinate: 0 };
    let aliased = with_bytes(|bytes| bytes[..32].copy_from_slice(&x.to_bytes_be()));
    assert_eq!(aliased, refused(ProofElement::A, error));
}

#[test]
fn no_point_is_at_infinity() {
    let proof = proof();
    let infinity = |element| refused(element, PointError::Infinity);
    assert_eq!(with_bytes(|bytes| bytes[..64].fill(0)), infinity(ProofElement::A));
    assert_eq!(with_bytes(|bytes| bytes[64..192].fill(0)), infinity(ProofElement::B));
    assert_eq!(with_bytes(|bytes| bytes[192..].fill(0)), infinity(ProofElement::C));
    assert_eq!(Proof::new(G1Affine::identity(), *proof.b(), *proof.c()), infinity(ProofElement::A));
    assert_eq!(Proof::new(*proof.a(), G2Affine::identity(), *proof.c()), infinity(ProofElement::B));
    assert_eq!(Proof::new(*proof.a(), *proof.b(), G1Affine::identity()), infinity(ProofElement::C));
}

#[test]
fn each_point_is_on_its_curve() {
    for (last, element) in [(63, ProofElement::A), (191, ProofElement::B), (255, ProofElement::C)] {
        assert_eq!(with_bytes(|bytes| bytes[last] ^= 1), refused(element, PointError::OffCurve));
    }
}

#[test]
fn b_is_in_the_subgroup() {
    let proof = proof();
    let outside = Proof::new(*proof.a(), outside_subgroup(), *proof.c());
    assert_eq!(outside, refused(ProofElement::B, PointError::OutsideSubgroup));
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Proof::from_bytes(&bytes).is_err());
    }
}

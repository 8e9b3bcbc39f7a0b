//! arkworks' own serialisation, compared with arkworks itself.

use ark_bn254::{Bn254, Fr, G1Affine, G2Affine};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize, Compress, Validate};
use solvency_prover::interop::arkworks::{
    Form, from_ark_key, from_ark_proof, inputs_bytes, key_bytes, proof_bytes, read_inputs, read_key,
    read_proof, to_ark_key, to_ark_proof,
};
use solvency_prover::interop::{ForeignInputs, InteropError};
use solvency_verifier::Shape;
use solvency_verifier::groth16::{KeyElement, KeyError, Origin, PointError, Proof, VerifyingKey};

use crate::fixture::{ArkKey, ArkProof, Fixture, accepts, off_curve, outside_subgroup, refused};

const FORMS: [(Form, Compress); 2] = [(Form::Compressed, Compress::Yes), (Form::Uncompressed, Compress::No)];

fn serialised(value: &impl CanonicalSerialize, compress: Compress) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.serialize_with_mode(&mut bytes, compress).unwrap();
    bytes
}

/// arkworks' proof with one change, as arkworks writes it.
fn changed_proof(compress: Compress, change: impl FnOnce(&mut ArkProof)) -> Result<Proof, InteropError> {
    let mut proof = to_ark_proof(&Fixture::flat().proof);
    change(&mut proof);
    read_proof(&serialised(&proof, compress))
}

/// arkworks' key with one change, as arkworks writes it.
fn changed_key(compress: Compress, change: impl FnOnce(&mut ArkKey)) -> Result<VerifyingKey, InteropError> {
    let fixture = Fixture::flat();
    let mut key = to_ark_key(&fixture.key);
    change(&mut key);
    read_key(&serialised(&key, compress), fixture.shape, fixture.matrices())
}

#[test]
fn both_forms_of_every_shape_come_back_and_are_arkworks_own() {
    for fixture in Fixture::all() {
        let (ark_key, ark_proof) = (to_ark_key(&fixture.key), to_ark_proof(&fixture.proof));
        for (form, compress) in FORMS {
            let bytes = proof_bytes(&fixture.proof, form);
            assert_eq!(bytes, serialised(&ark_proof, compress));
            assert_eq!(
                ArkProof::deserialize_with_mode(&bytes[..], compress, Validate::Yes).unwrap(),
                ark_proof
            );
            let proof = read_proof(&bytes).unwrap();
            let bytes = key_bytes(&fixture.key, form);
            assert_eq!(bytes, serialised(&ark_key, compress));
            assert_eq!(ArkKey::deserialize_with_mode(&bytes[..], compress, Validate::Yes).unwrap(), ark_key);
            let key = read_key(&bytes, fixture.shape, fixture.matrices()).unwrap();
            assert_eq!((&key, &proof), (&fixture.key, &fixture.proof));
            assert_eq!(key.origin(), Origin::Development);
            assert!(accepts(&key, &proof, &fixture.foreign_inputs()));
        }
        let bytes = inputs_bytes(&fixture.inputs);
        for (_, compress) in FORMS {
            assert_eq!(bytes, serialised(&fixture.inputs, compress));
            let inputs = Vec::<Fr>::deserialize_with_mode(&bytes[..], compress, Validate::Yes).unwrap();
            assert_eq!(inputs, fixture.inputs);
        }
        assert_eq!(read_inputs(&bytes, fixture.shape).unwrap(), fixture.foreign_inputs());
    }
}

/// arkworks' verifier accepts what became of our key and proof, and ours what comes back.
#[test]
fn types_are_converted_both_ways() {
    let fixture = Fixture::flat();
    let (key, proof) = (to_ark_key(&fixture.key), to_ark_proof(&fixture.proof));
    let prepared = ark_groth16::prepare_verifying_key(&key);
    assert!(ark_groth16::Groth16::<Bn254>::verify_proof(&prepared, &proof, &fixture.inputs).unwrap());
    assert_eq!(from_ark_proof(&proof).unwrap(), fixture.proof);
    assert_eq!(from_ark_key(&key, fixture.shape, fixture.matrices()).unwrap(), fixture.key);
    let short = ArkKey { gamma_abc_g1: key.gamma_abc_g1[..4].to_vec(), ..key.clone() };
    let refused = from_ark_key(&short, fixture.shape, fixture.matrices());
    assert!(matches!(refused, Err(KeyError::InputCount { got: 4, expected: 5, .. })), "{refused:?}");
    assert!(from_ark_proof(&ArkProof { a: G1Affine::identity(), ..proof }).is_err());
}

#[test]
fn every_other_length_is_refused() {
    let fixture = Fixture::flat();
    let long = [0u8; 1_000];
    for length in (0..long.len()).filter(|length| ![128, 256].contains(length)) {
        let text = format!("proof: {length} bytes, expected 128 or 256");
        refused(read_proof(&long[..length]), &text);
    }
    for length in (0..long.len()).filter(|length| ![392, 776].contains(length)) {
        let text = format!("verifying key: {length} bytes, expected 392 or 776");
        refused(read_key(&long[..length], fixture.shape, fixture.matrices()), &text);
    }
    for length in (0..long.len()).filter(|length| *length != 136) {
        let text = format!("public inputs: {length} bytes, expected 136");
        refused(read_inputs(&long[..length], fixture.shape), &text);
    }
    // Bytes too many or too few behind what is right otherwise.
    for (form, _) in FORMS {
        let (proof, key) = (proof_bytes(&fixture.proof, form), key_bytes(&fixture.key, form));
        for bytes in [[&proof[..], &[0]].concat(), proof[1..].to_vec()] {
            assert!(matches!(read_proof(&bytes), Err(InteropError::Length { .. })));
        }
        let trailing = [&key[..], &[0]].concat();
        let error = read_key(&trailing, fixture.shape, fixture.matrices()).unwrap_err();
        assert!(matches!(error, InteropError::Length { .. }), "{error}");
        let error = read_key(&key, Shape::Allocation2x4, fixture.matrices()).unwrap_err();
        assert!(matches!(error, InteropError::Length { .. }), "{error}");
    }
}

/// A list that says that it has 2^60 items, or one more or less than there are: nothing is taken from memory for it.
#[test]
fn hostile_counts_are_refused() {
    let fixture = Fixture::flat();
    for (form, start) in [(Form::Compressed, 224), (Form::Uncompressed, 448)] {
        for count in [0, 4, 6, 1 << 60, u64::MAX] {
            let mut bytes = key_bytes(&fixture.key, form);
            bytes[start..start + 8].copy_from_slice(&count.to_le_bytes());
            let text = format!("gamma_abc_g1: {count}, expected 5");
            refused(read_key(&bytes, fixture.shape, fixture.matrices()), &text);
        }
    }
    for count in [0, 3, 5, 1 << 60, u64::MAX] {
        let mut bytes = inputs_bytes(&fixture.inputs);
        bytes[..8].copy_from_slice(&count.to_le_bytes());
        let text = format!("public inputs: {count}, expected 4");
        refused(read_inputs(&bytes, fixture.shape), &text);
    }
}

#[test]
fn points_are_checked() {
    let outside = outside_subgroup();
    for (_, compress) in FORMS {
        refused(
            changed_proof(compress, |proof| proof.a = G1Affine::identity()),
            "a: the point is at infinity",
        );
        refused(
            changed_proof(compress, |proof| proof.b = G2Affine::identity()),
            "b: the point is at infinity",
        );
        refused(
            changed_proof(compress, |proof| proof.c = G1Affine::identity()),
            "c: the point is at infinity",
        );
        let text = "b: the point is not in the subgroup of prime order";
        refused(changed_proof(compress, |proof| proof.b = outside), text);
        let text = "the point is not in the subgroup of prime order";
        refused(changed_key(compress, |key| key.beta_g2 = outside), &format!("beta_g2: {text}"));
        refused(changed_key(compress, |key| key.gamma_g2 = outside), &format!("gamma_g2: {text}"));
        refused(changed_key(compress, |key| key.delta_g2 = outside), &format!("delta_g2: {text}"));
        let text = "gamma_abc_g1[2]: the point is at infinity";
        refused(changed_key(compress, |key| key.gamma_abc_g1[2] = G1Affine::identity()), text);
        let related = changed_key(compress, |key| key.gamma_g2 = key.delta_g2).unwrap_err();
        let expected = KeyError::RelatedPoints { first: KeyElement::Gamma, second: KeyElement::Delta };
        assert_eq!(related, InteropError::Key(expected));
    }
    let error = refused(
        changed_proof(Compress::No, |proof| proof.c = off_curve()),
        "c: the point is not on the curve",
    );
    assert!(matches!(error, InteropError::Point { error: PointError::OffCurve, .. }));
    let text = "alpha_g1: the point is not on the curve";
    refused(changed_key(Compress::No, |key| key.alpha_g1 = off_curve()), text);
}

#[test]
fn bytes_of_no_point_are_refused() {
    let fixture = Fixture::flat();
    // Both flags at once, x not below q, and an x that no point has.
    let compressed = proof_bytes(&fixture.proof, Form::Compressed);
    let no_point =
        (0u8..).find(|x| G1Affine::get_point_from_x_unchecked((*x).into(), false).is_none()).unwrap();
    let mut without_point = [0u8; 32];
    without_point[0] = no_point;
    for (place, start) in [("a", 0), ("c", 96)] {
        for x in [[0xff; 32], [&[0xff; 31][..], &[0x3f]].concat().try_into().unwrap(), without_point] {
            let mut bytes = compressed.clone();
            bytes[start..start + 32].copy_from_slice(&x);
            refused(read_proof(&bytes), &format!("{place}: not the bytes of a point"));
        }
    }
    let mut bytes = compressed.clone();
    bytes[32..96].fill(0xff);
    refused(read_proof(&bytes), "b: not the bytes of a point");
    let mut bytes = key_bytes(&fixture.key, Form::Uncompressed);
    bytes[456 + 64..][..32].fill(0xff);
    let read = read_key(&bytes, fixture.shape, fixture.matrices());
    refused(read, "gamma_abc_g1[1]: not the bytes of a point");
}

/// arkworks reads such bytes as the same point: a key would have hundreds of forms.
#[test]
fn a_flag_of_another_sign_is_refused() {
    let fixture = Fixture::flat();
    for last in [63, 191, 255] {
        let mut bytes = proof_bytes(&fixture.proof, Form::Uncompressed);
        bytes[last] ^= 0x80;
        let theirs = ArkProof::deserialize_with_mode(&bytes[..], Compress::No, Validate::Yes).unwrap();
        assert_eq!(theirs, to_ark_proof(&fixture.proof));
        refused(read_proof(&bytes), "proof: a point's flag says another sign than the point has");
    }
    let mut bytes = key_bytes(&fixture.key, Form::Uncompressed);
    *bytes.last_mut().unwrap() ^= 0x80;
    let read = read_key(&bytes, fixture.shape, fixture.matrices());
    refused(read, "verifying key: a point's flag says another sign than the point has");
    // In the compressed form the flag is the sign: it is another point.
    let mut bytes = proof_bytes(&fixture.proof, Form::Compressed);
    bytes[31] ^= 0x80;
    assert_eq!(read_proof(&bytes).unwrap().a().x, fixture.proof.a().x);
    assert_ne!(read_proof(&bytes).unwrap(), fixture.proof);
}

#[test]
fn inputs_are_reduced() {
    let fixture = Fixture::flat();
    let modulus = serialised(&-Fr::from(1u64), Compress::Yes);
    for index in 0..4 {
        let mut bytes = inputs_bytes(&fixture.inputs);
        let input = 8 + 32 * index..8 + 32 * (index + 1);
        bytes[input.clone()].copy_from_slice(&modulus);
        assert!(read_inputs(&bytes, fixture.shape).is_ok());
        // r − 1 is even, so no carry: this is r.
        bytes[input.start] += 1;
        let text = format!("public inputs[{index}]: not below the scalar field's modulus");
        refused(read_inputs(&bytes, fixture.shape), &text);
        bytes[input].fill(0xff);
        refused(read_inputs(&bytes, fixture.shape), &text);
    }
    refused(ForeignInputs::new(fixture.shape, vec![Fr::from(1u64); 3]), "public inputs: 3, expected 4");
    refused(ForeignInputs::new(fixture.shape, vec![Fr::from(1u64); 5]), "public inputs: 5, expected 4");
}

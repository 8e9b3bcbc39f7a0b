//! `verification_key.json`, `proof.json`, `public.json`.

use ark_bn254::{Fq, Fr, G2Affine};
use ark_ff::{AdditiveGroup, PrimeField};
use serde_json::{Value, json};
use solvency_prover::interop::snarkjs::{
    MAX_BYTES, proof_json, public_json, read_proof, read_public, read_verification_key, verification_key_json,
};
use solvency_prover::interop::{ForeignInputs, InteropError, Modulus, NumberError};
use solvency_verifier::Shape;
use solvency_verifier::groth16::{KeyElement, KeyError, Origin, PointError, Proof, VerifyingKey};

use crate::fixture::{Fixture, accepts, off_curve, outside_subgroup, refused};

fn read_key(fixture: &Fixture, document: &Value) -> Result<VerifyingKey, InteropError> {
    read_verification_key(document.to_string().as_bytes(), fixture.shape, fixture.matrices())
}

/// The proof's document with one change.
fn changed_proof(change: impl FnOnce(&mut Value)) -> Result<Proof, InteropError> {
    let mut document = proof_json(&Fixture::flat().proof);
    change(&mut document);
    read_proof(document.to_string().as_bytes())
}

/// The key's document with one change.
fn changed_key(change: impl FnOnce(&mut Value)) -> Result<VerifyingKey, InteropError> {
    let fixture = Fixture::flat();
    let mut document = verification_key_json(&fixture.key);
    change(&mut document);
    read_key(&fixture, &document)
}

/// The list of inputs with one change.
fn changed_public(change: impl FnOnce(&mut Value)) -> Result<ForeignInputs, InteropError> {
    let fixture = Fixture::flat();
    let mut document = public_json(&fixture.inputs);
    change(&mut document);
    read_public(document.to_string().as_bytes(), fixture.shape)
}

fn g2_json(point: &G2Affine) -> Value {
    let pair = |element: ark_bn254::Fq2| [element.c0.to_string(), element.c1.to_string()];
    json!([pair(point.x), pair(point.y), ["1", "0"]])
}

#[test]
fn documents_of_every_shape_come_back() {
    for fixture in Fixture::all() {
        let document = verification_key_json(&fixture.key);
        let key = read_key(&fixture, &document).unwrap();
        assert_eq!(key, fixture.key);
        assert_eq!(key.origin(), Origin::Development);
        let proof = read_proof(proof_json(&fixture.proof).to_string().as_bytes()).unwrap();
        assert_eq!(proof, fixture.proof);
        let public = public_json(&fixture.inputs).to_string();
        let inputs = read_public(public.as_bytes(), fixture.shape).unwrap();
        assert_eq!(inputs, fixture.foreign_inputs());
        assert!(accepts(&key, &proof, &inputs));
        let mut other = fixture.inputs.clone();
        other[0] += Fr::from(1u64);
        assert!(!accepts(&key, &proof, &ForeignInputs::new(fixture.shape, other).unwrap()));
        let pretty = serde_json::to_string_pretty(&document).unwrap();
        assert!(pretty.len() < MAX_BYTES / 5, "{}", pretty.len());
    }
}

#[test]
fn zero_and_the_largest_inputs_come_back() {
    let largest = -Fr::from(1u64);
    let document = public_json(&[Fr::ZERO, largest, largest, Fr::ZERO]);
    assert_eq!(document[0], "0");
    let inputs = read_public(document.to_string().as_bytes(), Shape::CoverageFlat).unwrap();
    assert_eq!(inputs.values(), [Fr::ZERO, largest, largest, Fr::ZERO]);
}

#[test]
fn what_other_tools_leave_out_or_name_otherwise_is_read() {
    for name in ["bn128", "bn254", "altbn128"] {
        assert!(changed_proof(|proof| proof["curve"] = json!(name)).is_ok());
        assert!(changed_key(|key| key["curve"] = json!(name)).is_ok());
    }
    let remove = |document: &mut Value, name: &str| drop(document.as_object_mut().unwrap().remove(name));
    assert!(changed_proof(|proof| remove(proof, "curve")).is_ok());
    assert!(changed_key(|key| remove(key, "curve")).is_ok());
    assert!(changed_key(|key| remove(key, "vk_alphabeta_12")).is_ok());
    for name in ["protocol", "pi_a", "pi_b", "pi_c"] {
        refused(
            changed_proof(|proof| remove(proof, name)),
            &format!("line 1, column {}: missing field `{name}`", without(&proof_text(), name)),
        );
    }
}

fn proof_text() -> Value {
    proof_json(&Fixture::flat().proof)
}

/// The length of a document without a field.
fn without(document: &Value, name: &str) -> usize {
    let mut document = document.clone();
    document.as_object_mut().unwrap().remove(name);
    document.to_string().len()
}

#[test]
fn numbers_have_one_form() {
    let (q, r) = (Fq::MODULUS.to_string(), Fr::MODULUS.to_string());
    let error = refused(
        changed_proof(|proof| proof["pi_b"][1][0] = json!(q)),
        "pi_b[1][0]: not below the base field's modulus",
    );
    assert!(matches!(error, InteropError::Number { error: NumberError::NotBelow(Modulus::Base), .. }));
    refused(changed_public(|public| public[2] = json!(r)), "public[2]: not below the scalar field's modulus");
    // r is below q, and q − 1 is the largest coordinate: neither is refused as a number.
    refused(changed_proof(|proof| proof["pi_a"][0] = json!(r)), "pi_a: the point is not on the curve");
    let largest = (-Fq::from(1u64)).to_string();
    refused(changed_proof(|proof| proof["pi_a"][0] = json!(largest)), "pi_a: the point is not on the curve");
    // 2^256, 2^256 − 1 and a number of a thousand digits.
    let two_256 = "115792089237316195423570985008687907853269984665640564039457584007913129639936";
    let below = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
    for large in [two_256, below, &"9".repeat(1_000)] {
        refused(
            changed_public(|public| public[0] = json!(large)),
            "public[0]: not below the scalar field's modulus",
        );
    }
    for form in ["", "01", "00", "+1", "-1", " 1", "1 ", "1.0", "1e3", "0x1", "१", "1\u{0}"] {
        let error = refused(
            changed_public(|public| public[3] = json!(form)),
            "public[3]: not a decimal number without sign, point, exponent or leading zero",
        );
        assert!(matches!(error, InteropError::Number { error: NumberError::NotDecimal, .. }));
    }
    refused(changed_public(|public| public[3] = json!(1)), "public[3]: expected a string");
    refused(changed_public(|public| public[3] = Value::Null), "public[3]: expected a string");
}

#[test]
fn lists_have_one_length() {
    refused(changed_public(|public| public.as_array_mut().unwrap().truncate(3)), "public: 3, expected 4");
    refused(
        changed_public(|public| public.as_array_mut().unwrap().push(json!("1"))),
        "public: 5, expected 4",
    );
    refused(changed_public(|public| *public = json!({})), "public: expected a list");
    refused(changed_proof(|proof| proof["pi_a"] = json!(["1", "2"])), "pi_a: 2, expected 3");
    refused(changed_proof(|proof| proof["pi_b"][0] = json!(["1"])), "pi_b[0]: 1, expected 2");
    refused(changed_proof(|proof| proof["pi_b"][2] = json!(["1", "0", "0"])), "pi_b[2]: 3, expected 2");
    refused(changed_key(|key| drop(key["IC"].as_array_mut().unwrap().pop())), "IC: 4, expected 5");
    refused(changed_key(|key| key["nPublic"] = json!(5)), "nPublic: 5, expected 4");
    refused(changed_key(|key| key["nPublic"] = json!(u64::MAX)), "nPublic: 18446744073709551615, expected 4");
    for number in [json!("4"), json!(4.0), json!(-4), json!([4])] {
        refused(changed_key(|key| key["nPublic"] = number), "nPublic: expected a number");
    }
    // A key of another number of inputs than the shape's.
    let fixture = Fixture::of(Shape::Allocation2x4);
    let document = verification_key_json(&fixture.key).to_string();
    let other = read_verification_key(document.as_bytes(), Shape::CoverageFlat, fixture.matrices());
    refused(other, "nPublic: 7, expected 4");
}

#[test]
fn points_are_affine_and_checked() {
    let infinity = |error: InteropError| {
        assert!(matches!(error, InteropError::Point { error: PointError::Infinity, .. }), "{error}");
    };
    infinity(refused(
        changed_proof(|proof| proof["pi_c"] = json!(["0", "1", "0"])),
        "pi_c: the point is at infinity",
    ));
    infinity(refused(
        changed_proof(|proof| proof["pi_b"] = json!([["0", "0"], ["1", "0"], ["0", "0"]])),
        "pi_b: the point is at infinity",
    ));
    for last in ["2", "01", ""] {
        refused(
            changed_proof(|proof| proof["pi_a"][2] = json!(last)),
            "pi_a[2]: the last coordinate of a point is one",
        );
    }
    refused(
        changed_proof(|proof| proof["pi_b"][2] = json!(["1", "1"])),
        "pi_b[2]: the last coordinate of a point is one",
    );
    refused(changed_proof(|proof| proof["pi_a"][2] = json!(1)), "pi_a[2]: expected a string");
    refused(
        changed_proof(|proof| proof["pi_a"][1] = json!(off_curve().y.to_string())),
        "pi_a: the point is not on the curve",
    );
    let outside = g2_json(&outside_subgroup());
    refused(
        changed_proof(|proof| proof["pi_b"] = outside.clone()),
        "pi_b: the point is not in the subgroup of prime order",
    );
    // A quadratic element the other way round is that of another point.
    refused(
        changed_proof(|proof| proof["pi_b"][0].as_array_mut().unwrap().reverse()),
        "pi_b: the point is not on the curve",
    );
    for name in ["vk_beta_2", "vk_gamma_2", "vk_delta_2"] {
        refused(
            changed_key(|key| key[name] = outside.clone()),
            &format!("{name}: the point is not in the subgroup of prime order"),
        );
    }
    refused(
        changed_key(|key| key["vk_alpha_1"][1] = json!("3")),
        "vk_alpha_1: the point is not on the curve",
    );
    refused(changed_key(|key| key["IC"][3][0] = json!("3")), "IC[3]: the point is not on the curve");
    refused(changed_key(|key| key["IC"][1] = json!(["0", "1", "0"])), "IC[1]: the point is at infinity");
}

#[test]
fn keys_that_anybody_can_forge_under_are_refused() {
    let error = changed_key(|key| key["vk_gamma_2"] = key["vk_delta_2"].clone()).unwrap_err();
    let expected = KeyError::RelatedPoints { first: KeyElement::Gamma, second: KeyElement::Delta };
    assert_eq!(error, InteropError::Key(expected));
    let error = changed_key(|key| key["IC"][1] = key["IC"][2].clone()).unwrap_err();
    assert_eq!(error, InteropError::Key(KeyError::InputsNotSeparate { first: 0, second: 1 }));
}

#[test]
fn the_pairing_in_a_key_is_that_of_its_points() {
    let other = verification_key_json(&Fixture::of(Shape::CoverageTiered).key);
    let error = changed_key(|key| key["vk_alphabeta_12"] = other["vk_alphabeta_12"].clone());
    assert_eq!(error.unwrap_err(), InteropError::AlphaBeta);
    let text = Fq::MODULUS.to_string();
    refused(
        changed_key(|key| key["vk_alphabeta_12"][1][2][0] = json!(text)),
        "vk_alphabeta_12[1][2][0]: not below the base field's modulus",
    );
    refused(changed_key(|key| key["vk_alphabeta_12"][0] = json!([])), "vk_alphabeta_12[0]: 0, expected 3");
    refused(changed_key(|key| key["vk_alphabeta_12"] = Value::Null), "vk_alphabeta_12: expected a list");
}

#[test]
fn other_systems_and_curves_are_refused() {
    for change in [changed_proof_text, changed_key_text] {
        refused_text(change("protocol", json!("plonk")), "protocol: \"plonk\", expected \"groth16\"");
        refused_text(change("protocol", json!(1)), "protocol: expected a string");
        refused_text(
            change("curve", json!("bls12381")),
            "curve: \"bls12381\" is not BN254 (bn128, bn254 or altbn128)",
        );
        refused_text(change("curve", Value::Null), "curve: expected a string");
    }
}

fn changed_proof_text(name: &str, value: Value) -> String {
    changed_proof(|proof| proof[name] = value).unwrap_err().to_string()
}

fn changed_key_text(name: &str, value: Value) -> String {
    changed_key(|key| key[name] = value).unwrap_err().to_string()
}

#[track_caller]
fn refused_text(error: String, expected: &str) {
    assert_eq!(error, expected);
}

#[test]
fn documents_are_strict_and_bounded() {
    let json_error = |bytes: &[u8], part: &str| {
        let error = read_proof(bytes).unwrap_err();
        assert!(matches!(&error, InteropError::Json { message, .. } if message.contains(part)), "{error}");
    };
    let text = proof_text().to_string();
    json_error(text.replacen('{', "{\"extra\":1,", 1).as_bytes(), "unknown field `extra`");
    json_error(text.replacen('{', "{\"pi_a\":[],", 1).as_bytes(), "duplicate field `pi_a`");
    json_error(text.replacen('{', "{\"curve\":\"bn128\",", 1).as_bytes(), "duplicate field `curve`");
    json_error(format!("{text} {text}").as_bytes(), "trailing characters");
    json_error(b"", "EOF");
    json_error(b"\xff", "expected value");
    json_error(&[&b"{\"protocol\":\""[..], b"\xff\"}"].concat(), "unicode");
    json_error("[".repeat(10_000).as_bytes(), "");
    json_error(format!("{{\"pi_a\":{}", "[".repeat(10_000)).as_bytes(), "recursion limit");
    let longest = format!("{text}{}", " ".repeat(MAX_BYTES - text.len()));
    assert!(read_proof(longest.as_bytes()).is_ok());
    let longer = longest + " ";
    for error in [
        read_proof(longer.as_bytes()).unwrap_err(),
        read_public(longer.as_bytes(), Shape::CoverageFlat).unwrap_err(),
        read_verification_key(longer.as_bytes(), Shape::CoverageFlat, Fixture::flat().matrices())
            .unwrap_err(),
    ] {
        assert_eq!(error, InteropError::TooLong { got: MAX_BYTES + 1, allowed: MAX_BYTES });
    }
    // Where it is: the second line.
    let error = read_public(b"[\n \"1\", ]", Shape::CoverageFlat).unwrap_err();
    assert!(matches!(error, InteropError::Json { line: 2, column: 7 | 8, .. }), "{error}");
}

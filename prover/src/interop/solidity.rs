//! A Solidity contract that verifies proofs under one key.
//!
//! # What the contract does not show
//!
//! It answers for public inputs as it gets them. Which statement they belong to, whether it is still valid and for whom it was
//! made is for the contract that calls it (`contracts/solidity/SolvencyVerifier.sol`).

use std::fmt::Write as _;

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine};
use ark_ff::{BigInteger, PrimeField};
use solvency_verifier::Shape;
use solvency_verifier::groth16::{Origin, VerifyingKey};

/// The generated contract's name, as in `CoverageFlatVerifier`.
pub fn contract_name(shape: Shape) -> String {
    let mut name = String::new();
    for word in shape.name().split('-') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name + "Verifier"
}

/// The source of a contract `<Shape>Verifier` with one function, `verify(uint256[8] proof, uint256[N] inputs)`.
///
/// The key was checked when it was read: no source comes of a key with `γ = δ` or with a point at infinity.
pub fn verifier_contract(key: &VerifyingKey) -> String {
    let count = key.shape().public_input_count();
    TEMPLATE
        .replace("{{CONTRACT}}", &contract_name(key.shape()))
        .replace("{{SHAPE}}", &key.shape().id())
        .replace("{{KEY_ID}}", &key.id().to_string())
        .replace("{{MATRICES}}", &key.matrices().to_string())
        .replace("{{ORIGIN}}", &origin(key.origin()))
        .replace("{{COUNT}}", &count.to_string())
        .replace("{{CONSTANTS}}", &constants(key))
        .replace("{{INPUT_CHECKS}}", &input_checks(count))
        .replace("{{INPUT_TERMS}}", &input_terms(count))
}

const TEMPLATE: &str = include_str!("verifier.sol.template");

fn origin(origin: Origin) -> String {
    match origin {
        Origin::Development => "a development set-up: whoever ran it can forge. Not for production".into(),
        Origin::Ceremony { transcript } => {
            format!("a ceremony whose transcript has the SHA-256 {transcript}")
        }
    }
}

/// α, γ and δ are written with the opposite sign, so that the four pairings multiply to one.
fn constants(key: &VerifyingKey) -> String {
    let points = key.points();
    let mut out = String::new();
    g1_constants(&mut out, "MINUS_ALPHA", &-points.alpha);
    g2_constants(&mut out, "BETA", &points.beta);
    g2_constants(&mut out, "MINUS_GAMMA", &-points.gamma);
    g2_constants(&mut out, "MINUS_DELTA", &-points.delta);
    for (position, point) in points.inputs.iter().enumerate() {
        g1_constants(&mut out, &format!("IC{position}"), point);
    }
    out
}

fn g1_constants(out: &mut String, name: &str, point: &G1Affine) {
    constant(out, &format!("{name}_X"), point.x);
    constant(out, &format!("{name}_Y"), point.y);
}

fn g2_constants(out: &mut String, name: &str, point: &G2Affine) {
    for (axis, Fq2 { c0, c1, .. }) in [("X", point.x), ("Y", point.y)] {
        constant(out, &format!("{name}_{axis}1"), c1);
        constant(out, &format!("{name}_{axis}0"), c0);
    }
}

fn constant(out: &mut String, name: &str, value: Fq) {
    let digits = hex::encode(value.into_bigint().to_bytes_be());
    // Writing to a string does not fail.
    let _ = writeln!(out, "    uint256 private constant {name} = 0x{digits};");
}

fn input_checks(count: usize) -> String {
    (0..count).fold(String::new(), |mut out, i| {
        let _ = writeln!(out, "        if (inputs[{i}] >= R) revert InputNotInField({i});");
        out
    })
}

fn input_terms(count: usize) -> String {
    (0..count).fold(String::new(), |mut out, i| {
        let (point, offset) = (i + 1, 32 * i);
        let _ = writeln!(
            out,
            "            add_term(p, IC{point}_X, IC{point}_Y, calldataload(add(inputs, {offset:#x})))"
        );
        out
    })
}

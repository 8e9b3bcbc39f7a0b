//! snarkjs' `verification_key.json`, `proof.json` and `public.json`: decimal strings, projective points with a last
//! coordinate of one, and elements of the quadratic extension with their real part first.
//!
//! Source: snarkjs 0.7, `src/zkey_export_verificationkey.js` and `src/groth16_prove.js`.

use ark_bn254::{Bn254, Fq2, Fq6, Fq12, Fr, G1Affine, G2Affine};
use ark_ec::pairing::Pairing;
use serde_json::{Value, json};
use solvency_verifier::groth16::{Proof, VerifyingKey};

/// `verification_key.json`.
pub fn verification_key_json(key: &VerifyingKey) -> Value {
    let points = key.points();
    json!({
        "protocol": "groth16",
        "curve": "bn128",
        "nPublic": key.shape().public_input_count(),
        "vk_alpha_1": g1(&points.alpha),
        "vk_beta_2": g2(&points.beta),
        "vk_gamma_2": g2(&points.gamma),
        "vk_delta_2": g2(&points.delta),
        "vk_alphabeta_12": fq12(&Bn254::pairing(points.alpha, points.beta).0),
        "IC": points.inputs.iter().map(g1).collect::<Vec<_>>(),
    })
}

/// `proof.json`.
pub fn proof_json(proof: &Proof) -> Value {
    json!({
        "pi_a": g1(proof.a()),
        "pi_b": g2(proof.b()),
        "pi_c": g1(proof.c()),
        "protocol": "groth16",
        "curve": "bn128",
    })
}

/// `public.json`: the public inputs, without the constant one.
pub fn public_json(inputs: &[Fr]) -> Value {
    inputs.iter().map(Fr::to_string).collect()
}

fn g1(point: &G1Affine) -> Value {
    json!([point.x.to_string(), point.y.to_string(), "1"])
}

fn g2(point: &G2Affine) -> Value {
    json!([fq2(&point.x), fq2(&point.y), ["1", "0"]])
}

fn fq2(element: &Fq2) -> Value {
    json!([element.c0.to_string(), element.c1.to_string()])
}

fn fq6(element: &Fq6) -> Value {
    json!([fq2(&element.c0), fq2(&element.c1), fq2(&element.c2)])
}

fn fq12(element: &Fq12) -> Value {
    json!([fq6(&element.c0), fq6(&element.c1)])
}

//! snarkjs agrees. Needs Node.js and `npm ci --ignore-scripts` in `contracts/`; run with `--features heavy`.
#![cfg(feature = "heavy")]

use std::fs;
use std::path::Path;
use std::process::Command;

use ark_bn254::Fr;
use serde_json::Value;
use solvency_prover::interop::snarkjs::{proof_json, public_json, verification_key_json};
use solvency_prover::prove::prove;
use solvency_verifier::Shape;
use solvency_verifier::groth16::{Proof, VerifyingKey};

use crate::tiny::{HONEST, assignment, circuit, key};

/// `snarkjs groth16 verify` on the three documents.
fn snarkjs_accepts(key: &Value, public: &Value, proof: &Value) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, document: &Value| {
        let path = folder.path().join(name);
        fs::write(&path, document.to_string()).unwrap();
        path
    };
    let cli = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/node_modules/snarkjs/build/cli.cjs");
    assert!(cli.exists(), "run npm ci --ignore-scripts in contracts/");
    let output = Command::new("node")
        .arg(cli)
        .args(["groth16", "verify"])
        .args([write("key.json", key), write("public.json", public), write("proof.json", proof)])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.success(), text.contains("OK!"), "{text}");
    output.status.success()
}

/// `e(α, β)` is in the document for other tools; snarkjs' own pairing must give the same.
fn snarkjs_agrees_on_alpha_beta(key: &Value) {
    let script = "import { buildBn128 } from 'ffjavascript';
        const curve = await buildBn128(true);
        const key = JSON.parse(process.argv[1]);
        const bigints = (v) => Array.isArray(v) ? v.map(bigints) : BigInt(v);
        const e = curve.pairing(curve.G1.fromObject(bigints(key.vk_alpha_1)), curve.G2.fromObject(bigints(key.vk_beta_2)));
        const same = curve.Gt.eq(e, curve.Gt.fromObject(bigints(key.vk_alphabeta_12)));
        process.exit(same ? 0 : 1);";
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts");
    let status = Command::new("node")
        .current_dir(contracts)
        .args(["--input-type=module", "-e", script, &key.to_string()])
        .status()
        .unwrap();
    assert!(status.success(), "vk_alphabeta_12 differs");
}

fn accepted_and_tampered_refused(key: &VerifyingKey, inputs: &[Fr], proof: &Proof) {
    let (key, public, proof) = (verification_key_json(key), public_json(inputs), proof_json(proof));
    assert!(snarkjs_accepts(&key, &public, &proof));
    snarkjs_agrees_on_alpha_beta(&key);
    let mut changed = inputs.to_vec();
    changed[0] += Fr::from(1u64);
    assert!(!snarkjs_accepts(&key, &public_json(&changed), &proof));
    let mut tampered = proof.clone();
    tampered["pi_c"] = tampered["pi_a"].clone();
    assert!(!snarkjs_accepts(&key, &public, &tampered));
}

#[test]
fn heavy_a_proof_of_this_prover_is_accepted_and_a_tampered_one_refused() {
    let (key, assignment) = (key(1), assignment(HONEST));
    let proof = prove(&key, &circuit(), &assignment).unwrap();
    accepted_and_tampered_refused(key.verifying().key(), assignment.public_inputs(), &proof);
}

/// The proofs of every shape that the contracts are tested with.
#[test]
fn heavy_the_fixtures_are_accepted_and_tampered_ones_refused() {
    for shape in Shape::ALL {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../fixtures/onchain/{}.json", shape.name()));
        let fixture: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let key: VerifyingKey = serde_json::from_value(fixture["verifyingKey"].clone()).unwrap();
        let proof: Proof = serde_json::from_value(fixture["proof"].clone()).unwrap();
        let inputs: Vec<solvency_verifier::FieldElement> =
            serde_json::from_value(fixture["inputs"].clone()).unwrap();
        let inputs: Vec<Fr> = inputs.iter().map(|input| input.0).collect();
        accepted_and_tampered_refused(&key, &inputs, &proof);
    }
}

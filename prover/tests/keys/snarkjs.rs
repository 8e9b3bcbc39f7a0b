//! snarkjs agrees. Needs Node.js and `npm ci --ignore-scripts` in `contracts/`; run with `--features heavy`.

use std::fs;
use std::path::Path;
use std::process::Command;

use ark_bn254::Fr;
use serde_json::Value;
use solvency_prover::circom::{R1cs, Wtns};
use solvency_prover::interop::InteropError;
use solvency_prover::interop::snarkjs::{
    calldata_text, proof_json, public_json, read_calldata_text, read_proof, read_public,
    read_verification_key, verification_key_json,
};
use solvency_prover::prove::prove;
use solvency_verifier::Shape;
use solvency_verifier::groth16::{KeyElement, KeyError, PreparedVerifyingKey, Proof, VerifyingKey, verify};

use crate::tiny::{HONEST, assignment, circuit, key, public};

/// Runs snarkjs in a folder: what it printed, and whether it succeeded.
fn snarkjs(folder: &Path, line: &str) -> (String, bool) {
    let cli = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/node_modules/snarkjs/build/cli.cjs");
    assert!(cli.exists(), "run npm ci --ignore-scripts in contracts/");
    let output =
        Command::new("node").current_dir(folder).arg(cli).args(line.split_whitespace()).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.success())
}

/// `snarkjs groth16 verify` on the three documents.
fn snarkjs_accepts(key: &Value, public: &Value, proof: &Value) -> bool {
    let folder = tempfile::tempdir().unwrap();
    for (name, document) in [("key.json", key), ("public.json", public), ("proof.json", proof)] {
        fs::write(folder.path().join(name), document.to_string()).unwrap();
    }
    let (text, accepted) = snarkjs(folder.path(), "groth16 verify key.json public.json proof.json");
    assert_eq!(accepted, text.contains("OK!"), "{text}");
    accepted
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
#[cfg_attr(not(feature = "heavy"), ignore = "needs Node.js: run with the feature `heavy`")]
fn heavy_a_proof_of_this_prover_is_accepted_and_a_tampered_one_refused() {
    let (key, assignment) = (key(1), assignment(HONEST));
    let proof = prove(&key, &circuit(), &assignment).unwrap();
    accepted_and_tampered_refused(key.verifying().key(), assignment.public_inputs(), &proof);
}

/// The proofs of every shape that the contracts are tested with.
#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "needs Node.js: run with the feature `heavy`")]
fn heavy_the_fixtures_are_accepted_and_tampered_ones_refused() {
    for shape in Shape::ALL {
        let (key, proof, inputs) = fixture(shape);
        accepted_and_tampered_refused(&key, &inputs, &proof);
    }
}

/// snarkjs prints the calldata text that is written here, for every shape.
#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "needs Node.js: run with the feature `heavy`")]
fn heavy_snarkjs_prints_the_same_calldata() {
    for shape in Shape::ALL {
        let (_, proof, inputs) = fixture(shape);
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("public.json"), public_json(&inputs).to_string()).unwrap();
        fs::write(folder.path().join("proof.json"), proof_json(&proof).to_string()).unwrap();
        let (text, _) = snarkjs(folder.path(), "zkey export soliditycalldata public.json proof.json");
        assert_eq!(text.trim_end(), calldata_text(&proof, &inputs), "{shape}");
    }
}

/// A set-up, a key and a proof that are all snarkjs' own, of our rows and our assignment: read, verified, and written the same.
#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "needs Node.js: run with the feature `heavy`")]
fn heavy_what_snarkjs_writes_is_read_and_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let assignment = assignment(HONEST);
    fs::write(at("tiny.r1cs"), R1cs::of(circuit().matrices()).unwrap().to_bytes().unwrap()).unwrap();
    fs::write(at("tiny.wtns"), Wtns::of(&assignment).to_bytes().unwrap()).unwrap();
    for line in [
        "powersoftau new bn128 4 0.ptau",
        "powersoftau contribute 0.ptau 1.ptau --name=one -e=one",
        "powersoftau prepare phase2 1.ptau 2.ptau",
        "groth16 setup tiny.r1cs 2.ptau 0.zkey",
        "zkey export verificationkey 0.zkey first.json",
        "zkey contribute 0.zkey 1.zkey --name=one -e=one",
        "zkey export verificationkey 1.zkey verification_key.json",
        "groth16 prove 1.zkey tiny.wtns proof.json public.json",
    ] {
        let (text, succeeded) = snarkjs(folder.path(), line);
        assert!(succeeded, "{line}: {text}");
    }
    let bytes = |name: &str| fs::read(at(name)).unwrap();
    let read_key = |name| read_verification_key(&bytes(name), Shape::CoverageFlat, *circuit().hash());
    // Nobody contributed to the first key: its γ is its δ.
    let related = KeyError::RelatedPoints { first: KeyElement::Gamma, second: KeyElement::Delta };
    assert_eq!(read_key("first.json"), Err(InteropError::Key(related)));
    let key = read_key("verification_key.json").unwrap();
    let proof = read_proof(&bytes("proof.json")).unwrap();
    let inputs = read_public(&bytes("public.json"), Shape::CoverageFlat).unwrap();
    assert_eq!(inputs.values(), assignment.public_inputs());
    let prepared = PreparedVerifyingKey::new(key.clone());
    assert!(verify(&prepared, &inputs, &proof).is_ok());
    assert!(verify(&prepared, &public(HONEST), &proof).is_ok());
    let mut other = HONEST;
    other[3] += 1;
    assert!(verify(&prepared, &public(other), &proof).is_err());

    let (text, _) = snarkjs(folder.path(), "zkey export soliditycalldata public.json proof.json");
    let read = read_calldata_text(text.as_bytes(), Shape::CoverageFlat).unwrap();
    assert_eq!(read, (proof.clone(), inputs.clone()));

    let json = |name: &str| serde_json::from_slice::<Value>(&bytes(name)).unwrap();
    assert_eq!(verification_key_json(&key), json("verification_key.json"));
    assert_eq!(proof_json(&proof), json("proof.json"));
    assert_eq!(public_json(inputs.values()), json("public.json"));
}

fn fixture(shape: Shape) -> (VerifyingKey, Proof, Vec<Fr>) {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../fixtures/onchain/{}.json", shape.name()));
    let fixture: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let inputs: Vec<solvency_verifier::FieldElement> =
        serde_json::from_value(fixture["inputs"].clone()).unwrap();
    (
        serde_json::from_value(fixture["verifyingKey"].clone()).unwrap(),
        serde_json::from_value(fixture["proof"].clone()).unwrap(),
        inputs.iter().map(|input| input.0).collect(),
    )
}

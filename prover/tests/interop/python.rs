//! py_ecc's pairing on our proofs. `SOLVENCY_PYTHON` names a Python that has it, as `.ci/run` does; without that and without py_ecc
//! nothing is tested, and the test says so.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use ark_bn254::Fr;
use serde_json::Value;
use solvency_prover::interop::snarkjs::{proof_json, public_json, verification_key_json};
use solvency_verifier::Shape;

use crate::fixture::Fixture;

/// A Python that has py_ecc.
fn python() -> Option<String> {
    let named = env::var("SOLVENCY_PYTHON").ok();
    let python = named.clone().unwrap_or_else(|| "python3".into());
    let imports = Command::new(&python).args(["-c", "import py_ecc.optimized_bn128"]).output();
    if imports.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    assert!(named.is_none(), "{python} has no py_ecc: pip install -r contracts/interop/requirements.txt");
    eprintln!("SKIPPED: python3 has no py_ecc (pip install -r contracts/interop/requirements.txt)");
    None
}

/// The answer of `groth16.py` on the three documents.
fn answer(python: &str, [key, public, proof]: [&Value; 3]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, document: &Value| {
        let path = folder.path().join(name);
        fs::write(&path, document.to_string()).unwrap();
        path
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/interop/groth16.py");
    let output = Command::new(python)
        .arg(script)
        .args([write("key.json", key), write("public.json", public), write("proof.json", proof)])
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let expected = if stdout.trim() == "accept" { 0 } else { 1 };
    assert_eq!(output.status.code(), Some(expected), "{}", String::from_utf8_lossy(&output.stderr));
    stdout.trim().to_owned()
}

#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "needs Python: run with the feature `heavy`")]
fn heavy_py_ecc_accepts_our_proofs_and_refuses_tampered_ones() {
    let Some(python) = python() else { return };
    for fixture in Fixture::all() {
        let key = verification_key_json(&fixture.key);
        let (public, proof) = (public_json(&fixture.inputs), proof_json(&fixture.proof));
        assert_eq!(answer(&python, [&key, &public, &proof]), "accept", "{}", fixture.shape);
        if fixture.shape != Shape::CoverageFlat {
            continue;
        }
        for index in 0..fixture.inputs.len() {
            let mut changed = fixture.inputs.clone();
            changed[index] += Fr::from(1u64);
            assert_eq!(answer(&python, [&key, &public_json(&changed), &proof]), "reject", "{index}");
        }
        let mut tampered = proof.clone();
        tampered["pi_c"] = proof["pi_a"].clone();
        assert_eq!(answer(&python, [&key, &public, &tampered]), "reject");
        let mut negated = proof.clone();
        let minus = *fixture.proof.a();
        negated["pi_a"][1] = (-minus.y).to_string().into();
        assert_eq!(answer(&python, [&key, &public, &negated]), "reject");
        let other = verification_key_json(&Fixture::of(Shape::CoverageTiered).key);
        assert_eq!(answer(&python, [&other, &public, &proof]), "reject");
    }
}

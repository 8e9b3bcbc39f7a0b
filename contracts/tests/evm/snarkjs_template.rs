//! The contract that snarkjs generates for the same keys: it answers alike, and what it costs is in `contracts/gas-snarkjs.csv`. Needs
//! Node.js and `npm ci --ignore-scripts` in `contracts/`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use ark_bn254::{Fr, G1Affine, G2Affine};
use serde_json::{Value, json};
use solvency_contracts::{Artefact, root};
use solvency_prover::interop::evm::calldata;
use solvency_prover::interop::{ContractKey, contract_name};
use solvency_verifier::Shape;
use solvency_verifier::groth16::Proof;

use crate::abi::{self, number};
use crate::chain::{Chain, FORKS, Outcome};
use crate::one_input::OneInput;
use crate::test_keys::TestKey;

fn g1(point: &G1Affine) -> Value {
    json!([point.x.to_string(), point.y.to_string(), "1"])
}

fn g2(point: &G2Affine) -> Value {
    let pair = |c0: ark_bn254::Fq, c1: ark_bn254::Fq| json!([c0.to_string(), c1.to_string()]);
    json!([pair(point.x.c0, point.x.c1), pair(point.y.c0, point.y.c1), ["1", "0"]])
}

/// Creation code and size of snarkjs' contract for a key.
fn template(key: &ContractKey) -> (Vec<u8>, u64) {
    let points = &key.points;
    let document = json!({
        "nPublic": key.input_count(),
        "vk_alpha_1": g1(&points.alpha),
        "vk_beta_2": g2(&points.beta),
        "vk_gamma_2": g2(&points.gamma),
        "vk_delta_2": g2(&points.delta),
        "IC": points.inputs.iter().map(g1).collect::<Vec<_>>(),
    });
    let mut node = Command::new("node")
        .arg(root().join("interop/snarkjs-template.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    node.stdin.take().unwrap().write_all(document.to_string().as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "run npm ci --ignore-scripts in contracts/");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    (hex::decode(answer["bytecode"].as_str().unwrap()).unwrap(), answer["runtimeBytes"].as_u64().unwrap())
}

fn keys() -> Vec<(String, ContractKey, Proof, Vec<Fr>)> {
    let one_input = OneInput::new();
    let input = Fr::from(7u64);
    let mut keys =
        vec![("OneInputVerifier".into(), one_input.key.clone(), one_input.forge(input), vec![input])];
    for shape in [Shape::CoverageFlat, Shape::Repledge3x4] {
        let test_key = TestKey::load(shape);
        let key = ContractKey::from(&test_key.key);
        keys.push((contract_name(shape), key, test_key.proof.clone(), test_key.inputs.clone()));
    }
    keys
}

#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "needs Node.js: run with the feature `heavy`")]
fn heavy_snarkjs_contract_answers_alike_and_costs_more() {
    let mut table = String::from("inputs,prague,osaka,amsterdam,code_bytes\n");
    for (ours, key, proof, inputs) in keys() {
        let (code, size) = template(&key);
        let signature = format!("verifyProof(uint256[2],uint256[2][2],uint256[2],uint256[{}])", inputs.len());
        let mut call = calldata(&proof, &inputs);
        call[..4].copy_from_slice(&abi::selector(&signature));
        let mut wrong = call.clone();
        wrong[4 + 256 + 31] ^= 1;

        let [prague, osaka, amsterdam] = FORKS.map(|fork| {
            let mut chain = Chain::at(fork);
            let theirs = chain.deploy_code(&code);
            assert_eq!(chain.call(theirs, wrong.clone()), Outcome::Returned(number(0).to_vec()));
            assert_eq!(chain.call(theirs, call.clone()), Outcome::Returned(number(1).to_vec()));
            let gas = chain.last_execution_gas();

            let adapter = chain.deploy(&ours.replace("Verifier", "SnarkjsVerifier"), &[]);
            assert_eq!(chain.call(adapter, wrong.clone()), Outcome::Returned(number(0).to_vec()));
            assert_eq!(chain.call(adapter, call.clone()), Outcome::Returned(number(1).to_vec()));

            let address = chain.deploy(&ours, &[]);
            assert_eq!(chain.call(address, calldata(&proof, &inputs)), Outcome::Returned(vec![]));
            assert!(chain.last_execution_gas() < gas, "{ours}: {} of {gas}", chain.last_execution_gas());
            gas
        });
        assert!((Artefact::load(&ours).unwrap().runtime_bytes as u64) < size, "{ours}");
        writeln!(table, "{},{prague},{osaka},{amsterdam},{size}", inputs.len()).unwrap();
    }
    let path = root().join("gas-snarkjs.csv");
    if std::env::var_os("REGENERATE").is_some() {
        std::fs::write(path, table).unwrap();
    } else {
        assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), table, "set REGENERATE=1");
    }
}

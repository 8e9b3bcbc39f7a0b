//! Keys whose secrets anybody can compute, so that the generated contracts are reproducible and any statement can be "proven".
//!
//! `REGENERATE=1 cargo test -p solvency-contracts` writes the fixtures and the contracts anew; then `node compile.mjs`.

use std::fs;
use std::path::PathBuf;

use ark_bn254::{Fr, G1Projective, G2Projective};
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::{Field, UniformRand};
use ark_std::rand::{SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};
use solvency_contracts::root;
use solvency_prover::export::{contract_name, verifier_contract};
use solvency_verifier::encoding::tagged_sha256;
use solvency_verifier::groth16::{Origin, Proof, VerifyingKey, VerifyingKeyPoints};
use solvency_verifier::{Bytes32, FieldElement, Shape};

const NOTE: &str = "Test key: its secrets are derived from a constant, so anybody can forge. It shows that the contracts \
compute the pairing equation, nothing about any statement.";

/// `fixtures/onchain/<shape>.json`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Fixture {
    note: String,
    shape: Shape,
    verifying_key: VerifyingKey,
    inputs: Vec<FieldElement>,
    proof: Proof,
}

/// A key, its secrets, and one proof.
pub(crate) struct TestKey {
    pub(crate) key: VerifyingKey,
    pub(crate) inputs: Vec<Fr>,
    pub(crate) proof: Proof,
    secrets: Secrets,
}

struct Secrets {
    alpha: Fr,
    beta: Fr,
    gamma: Fr,
    delta: Fr,
}

fn rng(shape: Shape) -> StdRng {
    StdRng::from_seed(tagged_sha256("solvency test key", &[shape.id().as_bytes()]).0)
}

impl Secrets {
    fn draw(rng: &mut StdRng) -> Self {
        Secrets { alpha: Fr::rand(rng), beta: Fr::rand(rng), gamma: Fr::rand(rng), delta: Fr::rand(rng) }
    }
}

fn fixture_path(shape: Shape) -> PathBuf {
    root().join("../fixtures/onchain").join(format!("{}.json", shape.name()))
}

fn contract_path(shape: Shape) -> PathBuf {
    root().join("generated").join(format!("{}.sol", contract_name(shape)))
}

impl TestKey {
    /// The committed key and proof.
    pub(crate) fn load(shape: Shape) -> Self {
        let text = fs::read_to_string(fixture_path(shape)).unwrap();
        let fixture: Fixture = serde_json::from_str(&text).unwrap();
        TestKey {
            key: fixture.verifying_key,
            inputs: fixture.inputs.iter().map(|input| input.0).collect(),
            proof: fixture.proof,
            secrets: Secrets::draw(&mut rng(shape)),
        }
    }

    /// A proof of anything: `C = ((a·b − α·β)·G − γ·IC(x))/δ`.
    pub(crate) fn forge(&self, inputs: &[Fr]) -> Proof {
        let Secrets { alpha, beta, gamma, delta } = self.secrets;
        let (a, b) = (Fr::from(1_234_567u64), Fr::from(7_654_321u64));
        let points = &self.key.points().inputs;
        let terms = points[1..].iter().zip(inputs).map(|(point, value)| *point * value);
        let input = points[0] + terms.sum::<G1Projective>();
        let generator = G1Projective::generator();
        let c = (generator * (a * b - alpha * beta) - input * gamma) * delta.inverse().unwrap();
        let (a, b) = (generator * a, G2Projective::generator() * b);
        Proof::new(a.into_affine(), b.into_affine(), c.into_affine()).unwrap()
    }

    fn make(shape: Shape) -> Self {
        let mut rng = rng(shape);
        let secrets = Secrets::draw(&mut rng);
        let g1 = |scalar: Fr| (G1Projective::generator() * scalar).into_affine();
        let g2 = |scalar: Fr| (G2Projective::generator() * scalar).into_affine();
        let points = VerifyingKeyPoints {
            alpha: g1(secrets.alpha),
            beta: g2(secrets.beta),
            gamma: g2(secrets.gamma),
            delta: g2(secrets.delta),
            inputs: (0..=shape.public_input_count()).map(|_| g1(Fr::rand(&mut rng))).collect(),
        };
        let key = VerifyingKey::new(shape, Bytes32::ZERO, Origin::Development, points).unwrap();
        let inputs: Vec<Fr> = (0..shape.public_input_count()).map(|_| Fr::rand(&mut rng)).collect();
        let unproven = Proof::new(key.points().alpha, key.points().beta, key.points().alpha).unwrap();
        let mut made = TestKey { key, inputs, proof: unproven, secrets };
        made.proof = made.forge(&made.inputs);
        made
    }

    fn fixture(&self) -> String {
        let fixture = Fixture {
            note: NOTE.into(),
            shape: self.key.shape(),
            verifying_key: self.key.clone(),
            inputs: self.inputs.iter().map(|input| FieldElement(*input)).collect(),
            proof: self.proof.clone(),
        };
        serde_json::to_string_pretty(&fixture).unwrap() + "\n"
    }
}

#[test]
fn the_committed_fixtures_and_contracts_are_those_of_the_test_keys() {
    let regenerate = std::env::var_os("REGENERATE").is_some();
    for shape in Shape::ALL {
        let made = TestKey::make(shape);
        for (path, expected) in
            [(fixture_path(shape), made.fixture()), (contract_path(shape), verifier_contract(&made.key))]
        {
            if regenerate {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, expected).unwrap();
            } else {
                let found = fs::read_to_string(&path).unwrap_or_default();
                assert!(found == expected, "{}: differs; set REGENERATE=1", path.display());
            }
        }
    }
}

//! Keys whose secrets anybody can compute, so that the generated contracts are reproducible and any statement can be "proven".
//!
//! The keys are for the real circuits, the committed proofs made by the prover from `witnesses.rs`.
//! `REGENERATE=1 cargo nextest run -p solvency-contracts committed` writes fixtures and contracts anew; then `node compile.mjs`.

use std::fs;
use std::path::{Path, PathBuf};

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::CurveGroup;
use ark_ff::{Field, UniformRand};
use ark_std::rand::rngs::StdRng;
use serde::{Deserialize, Serialize};
use solvency_contracts::{root, test_keys::rng};
use solvency_prover::interop::{ContractKey, contract_name, verifier_contract};
use solvency_prover::keys::{Circuit, ProvingKey};
use solvency_prover::prove::prove;
use solvency_verifier::groth16::{PreparedVerifyingKey, Proof, VerifyingKey, VerifyingKeyPoints, verify};
use solvency_verifier::{FieldElement, PublicInputs, Shape, Statement};

use crate::one_input::OneInput;
use crate::witnesses;

const NOTE: &str = "Test key: its secrets are derived from a constant, so anybody can forge. Public inputs of made-up \
balances; the context is of no statement.";

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

/// Of a set-up.
pub(crate) struct Secrets {
    alpha: Fr,
    beta: Fr,
    gamma: Fr,
    delta: Fr,
    first: G1Projective,
    second: G2Projective,
}

impl Secrets {
    /// In the order in which ark-groth16 draws them for a set-up.
    pub(crate) fn draw(rng: &mut StdRng) -> Self {
        Secrets {
            alpha: Fr::rand(rng),
            beta: Fr::rand(rng),
            gamma: Fr::rand(rng),
            delta: Fr::rand(rng),
            first: G1Projective::rand(rng),
            second: G2Projective::rand(rng),
        }
    }

    /// A key's points with these input points.
    pub(crate) fn points(&self, inputs: Vec<G1Affine>) -> VerifyingKeyPoints {
        VerifyingKeyPoints {
            alpha: (self.first * self.alpha).into_affine(),
            beta: (self.second * self.beta).into_affine(),
            gamma: (self.second * self.gamma).into_affine(),
            delta: (self.second * self.delta).into_affine(),
            inputs,
        }
    }

    /// A proof of anything: `C = ((a·b − α·β)·G − γ·IC(x))/δ`.
    pub(crate) fn forge(&self, points: &[G1Affine], inputs: &[Fr]) -> Proof {
        let (a, b, c) = self.forge_points(Fr::from(1_234_567u64), Fr::from(7_654_321u64), points, inputs);
        Proof::new(a, b, c).unwrap()
    }

    /// As [`Self::forge`], with `A = a·G` and `B = b·H`.
    pub(crate) fn forge_points(
        &self,
        a: Fr,
        b: Fr,
        points: &[G1Affine],
        inputs: &[Fr],
    ) -> (G1Affine, G2Affine, G1Affine) {
        let Secrets { alpha, beta, gamma, delta, first, second } = *self;
        let terms = points[1..].iter().zip(inputs).map(|(point, value)| *point * value);
        let input = points[0] + terms.sum::<G1Projective>();
        let c = (first * (a * b - alpha * beta) - input * gamma) * delta.inverse().unwrap();
        ((first * a).into_affine(), (second * b).into_affine(), c.into_affine())
    }
}

fn fixture_path(shape: Shape) -> PathBuf {
    root().join("../fixtures/onchain").join(format!("{}.json", shape.name()))
}

fn contract_path(contract: &str) -> PathBuf {
    root().join("generated").join(format!("{contract}.sol"))
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

    /// A proof of anything.
    pub(crate) fn forge(&self, inputs: &[Fr]) -> Proof {
        self.secrets.forge(&self.key.points().inputs, inputs)
    }

    /// As [`Self::forge`], with `A = a·G` and `B = b·H`.
    pub(crate) fn forge_with(&self, a: Fr, b: Fr, inputs: &[Fr]) -> Proof {
        let (a, b, c) = self.secrets.forge_points(a, b, &self.key.points().inputs, inputs);
        Proof::new(a, b, c).unwrap()
    }

    /// A set-up of the shape's circuit, and a proof by the prover: the committed one where it is of this key.
    fn make(shape: Shape) -> Self {
        let circuit = Circuit::of(shape);
        let proving = ProvingKey::generate_development_from(&circuit, 1, &mut rng(shape)).unwrap();
        let key = proving.verifying().key().clone();
        if fixture_path(shape).exists() {
            let committed = Self::load(shape);
            if committed.key == key && committed.proof_verifies() {
                return committed;
            }
        }
        let assignment = witnesses::assignment(shape);
        let proof = prove(&proving, &circuit, &assignment).unwrap();
        let inputs = assignment.public_inputs().to_vec();
        TestKey { key, inputs, proof, secrets: Secrets::draw(&mut rng(shape)) }
    }

    /// The equation alone, for inputs of any statement.
    fn proof_verifies(&self) -> bool {
        struct Inputs<'a>(&'a TestKey);
        impl PublicInputs for Inputs<'_> {
            fn statement(&self) -> Statement {
                self.0.key.shape().statement()
            }
            fn to_field_elements(&self) -> Vec<Fr> {
                self.0.inputs.clone()
            }
        }
        verify(&PreparedVerifyingKey::new(self.key.clone()), &Inputs(self), &self.proof).is_ok()
    }

    /// The generated contracts, of a development key that is asked for by name.
    fn contracts(&self) -> String {
        verifier_contract(&ContractKey::from(&self.key), Some(self.key.id())).unwrap()
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

/// Set-up takes seconds for the large shapes: without `REGENERATE` only the smallest one is repeated.
#[test]
fn the_committed_fixtures_and_contracts_are_those_of_the_test_keys() {
    let regenerate = std::env::var_os("REGENERATE").is_some();
    for shape in Shape::ALL {
        let repeated = regenerate || shape == Shape::CoverageFlat;
        let test_key = if repeated { TestKey::make(shape) } else { TestKey::load(shape) };
        committed(&fixture_path(shape), &test_key.fixture());
        committed(&contract_path(&contract_name(shape)), &test_key.contracts());
    }
    let one_input = OneInput::new();
    committed(&contract_path("OneInputVerifier"), &one_input.contracts());
}

fn committed(path: &Path, expected: &str) {
    if fs::read_to_string(path).unwrap_or_default() == expected {
        return; // Not written again either: other tests may be reading it.
    }
    assert!(std::env::var_os("REGENERATE").is_some(), "{}: differs; set REGENERATE=1", path.display());
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, expected).unwrap();
}

#[test]
fn the_test_keys_are_for_the_circuits_as_they_are() {
    for shape in Shape::ALL {
        let test_key = TestKey::load(shape);
        assert_eq!(*test_key.key.matrices(), solvency_circuits::matrices(shape).hash(), "{shape}");
        assert_eq!(test_key.inputs, witnesses::assignment(shape).public_inputs(), "{shape}");
        assert!(test_key.proof_verifies(), "{shape}");
    }
}

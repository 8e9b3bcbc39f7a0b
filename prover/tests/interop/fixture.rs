//! Keys, proofs and public inputs that belong together, and points that are none.

use std::fs;

use ark_bn254::{Bn254, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::UniformRand;
use ark_std::rand::{SeedableRng, rngs::StdRng};
use serde_json::Value;
use solvency_prover::interop::{ForeignInputs, InteropError};
use solvency_verifier::groth16::{PreparedVerifyingKey, Proof, VerifyingKey, verify};
use solvency_verifier::{Bytes32, FieldElement, Shape};

pub(crate) struct Fixture {
    pub(crate) shape: Shape,
    pub(crate) key: VerifyingKey,
    pub(crate) proof: Proof,
    pub(crate) inputs: Vec<Fr>,
}

impl Fixture {
    pub(crate) fn of(shape: Shape) -> Self {
        let path = format!("{}/../fixtures/onchain/{}.json", env!("CARGO_MANIFEST_DIR"), shape.name());
        let document: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let inputs: Vec<FieldElement> = serde_json::from_value(document["inputs"].clone()).unwrap();
        Fixture {
            shape,
            key: serde_json::from_value(document["verifyingKey"].clone()).unwrap(),
            proof: serde_json::from_value(document["proof"].clone()).unwrap(),
            inputs: inputs.iter().map(|input| input.0).collect(),
        }
    }

    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Shape::ALL.into_iter().map(Self::of)
    }

    pub(crate) fn flat() -> Self {
        Self::of(Shape::CoverageFlat)
    }

    pub(crate) fn matrices(&self) -> Bytes32 {
        *self.key.matrices()
    }

    pub(crate) fn foreign_inputs(&self) -> ForeignInputs {
        ForeignInputs::new(self.shape, self.inputs.clone()).unwrap()
    }
}

pub(crate) fn accepts(key: &VerifyingKey, proof: &Proof, inputs: &ForeignInputs) -> bool {
    verify(&PreparedVerifyingKey::new(key.clone()), inputs, proof).is_ok()
}

/// On the curve, outside the subgroup of order r.
pub(crate) fn outside_subgroup() -> G2Affine {
    let mut random = StdRng::seed_from_u64(1);
    loop {
        let x = Fq2::rand(&mut random);
        let point = G2Affine::get_point_from_x_unchecked(x, false);
        if let Some(point) = point.filter(|point| !point.is_in_correct_subgroup_assuming_on_curve()) {
            return point;
        }
    }
}

pub(crate) fn off_curve() -> G1Affine {
    let mut point = G1Affine::generator();
    point.y += point.y;
    point
}

/// arkworks' proof, whose points are not checked.
pub(crate) type ArkProof = ark_groth16::Proof<Bn254>;
/// arkworks' key, likewise.
pub(crate) type ArkKey = ark_groth16::VerifyingKey<Bn254>;

/// The error, and that it says this.
#[track_caller]
pub(crate) fn refused<T: core::fmt::Debug>(result: Result<T, InteropError>, text: &str) -> InteropError {
    let error = result.expect_err(text);
    assert_eq!(error.to_string(), text);
    error
}

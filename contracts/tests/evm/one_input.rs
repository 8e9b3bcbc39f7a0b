//! A key of no circuit, with one public input: for figures that others publish for such keys, and to show that contracts are generated
//! for keys of any circuit.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::CurveGroup;
use ark_ff::UniformRand;
use ark_std::rand::{SeedableRng, rngs::StdRng};
use solvency_prover::interop::{ContractKey, verifier_contract};
use solvency_verifier::encoding::tagged_sha256;
use solvency_verifier::groth16::{KeyId, Origin, Proof};

use crate::test_keys::Secrets;

/// The key's secrets are known to everybody, as are those of all test keys.
pub(crate) struct OneInput {
    pub(crate) key: ContractKey,
    secrets: Secrets,
}

impl OneInput {
    pub(crate) const NAME: &str = "OneInput";

    pub(crate) fn new() -> Self {
        let seed = tagged_sha256("solvency test key", &[b"one-input/1"]);
        let mut rng = StdRng::from_seed(seed.0);
        let secrets = Secrets::draw(&mut rng);
        let inputs: Vec<G1Affine> = (0..2).map(|_| G1Projective::rand(&mut rng).into_affine()).collect();
        let key = ContractKey {
            name: Self::NAME.into(),
            circuit: "one-input/1".into(),
            id: KeyId(seed),
            matrices: tagged_sha256("no matrices", &[]),
            origin: Origin::Development,
            points: secrets.points(inputs),
        };
        OneInput { key, secrets }
    }

    pub(crate) fn contracts(&self) -> String {
        verifier_contract(&self.key, Some(self.key.id)).unwrap()
    }

    /// As [`Self::forge`], with `A = a·G`: the points, because infinity is no proof.
    pub(crate) fn forge_points(&self, a: Fr, input: Fr) -> (G1Affine, G2Affine, G1Affine) {
        self.secrets.forge_points(a, Fr::from(1u64), &self.key.points.inputs, &[input])
    }

    pub(crate) fn forge(&self, input: Fr) -> Proof {
        self.secrets.forge(&self.key.points.inputs, &[input])
    }
}

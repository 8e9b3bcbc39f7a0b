//! snarkjs' documents, read and written by another implementation.

use ark_bn254::{Bn254, Fr};
use solvency_prover::interop::arkworks::{to_ark_key, to_ark_proof};
use solvency_prover::interop::snarkjs::{
    proof_json, public_json, read_proof, read_public, read_verification_key, verification_key_json,
};
use taceo_circom_types::groth16::{Proof, PublicInput, VerificationKey};

use crate::fixture::{ArkKey, ArkProof, Fixture};

#[test]
fn it_reads_what_is_written_here() {
    for fixture in Fixture::all() {
        let proof: Proof<Bn254> = serde_json::from_value(proof_json(&fixture.proof)).unwrap();
        assert_eq!((proof.protocol.as_str(), proof.curve.as_str()), ("groth16", "bn128"));
        assert_eq!(ArkProof::from(proof), to_ark_proof(&fixture.proof));
        let key: VerificationKey<Bn254> =
            serde_json::from_value(verification_key_json(&fixture.key)).unwrap();
        assert_eq!(key.n_public, fixture.inputs.len());
        let points = fixture.key.points();
        let alpha_beta = <Bn254 as ark_ec::pairing::Pairing>::pairing(points.alpha, points.beta).0;
        assert_eq!(key.alpha_beta_gt, alpha_beta);
        assert_eq!(ArkKey::from(key), to_ark_key(&fixture.key));
        let inputs: PublicInput<Fr> = serde_json::from_value(public_json(&fixture.inputs)).unwrap();
        assert_eq!(inputs.0, fixture.inputs);
    }
}

#[test]
fn what_it_writes_is_read_here() {
    for fixture in Fixture::all() {
        let proof = Proof::from(to_ark_proof(&fixture.proof));
        let written = serde_json::to_vec(&proof).unwrap();
        assert_eq!(read_proof(&written).unwrap(), fixture.proof);
        let key: VerificationKey<Bn254> =
            serde_json::from_value(verification_key_json(&fixture.key)).unwrap();
        let written = serde_json::to_vec(&key).unwrap();
        let key = read_verification_key(&written, fixture.shape, fixture.matrices()).unwrap();
        assert_eq!(key, fixture.key);
        let written = serde_json::to_vec(&PublicInput(fixture.inputs.clone())).unwrap();
        assert_eq!(read_public(&written, fixture.shape).unwrap(), fixture.foreign_inputs());
    }
}

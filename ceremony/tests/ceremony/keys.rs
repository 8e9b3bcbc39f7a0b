//! Keys that come out of a ceremony prove and verify, and say where they come from.

use std::io::Cursor;

use ark_bn254::{Bn254, Fr};
use solvency_ceremony::{
    CeremonyError, Finalized, ManifestError, Refusal, Required, RequiredBeacon, Silent, export_zkey,
    finalize, import_zkey,
};
use solvency_prover::keys::{Circuit as ShapeCircuit, ProvingKey, SetUpError};
use solvency_prover::prove::prove;
use solvency_verifier::groth16::{KeyError, Origin, verify};
use solvency_verifier::{CoveragePublic, FieldElement, Shape};
use taceo_circom_types::CheckElement;
use taceo_circom_types::groth16::Zkey;

use crate::small::{
    build, ceremony, check, last, matrices, powers, powers_bytes, refusal, required, shape_circuit,
};

fn finalized_with(key: &[u8], required: &Required, levels: usize) -> Result<Finalized, CeremonyError> {
    let mut powers = powers(powers_bytes());
    finalize(&shape_circuit(), &mut powers, &mut Cursor::new(key), "key", required, levels, &Silent)
}

fn finalized() -> Finalized {
    finalized_with(&last(), &required(), 1).unwrap()
}

fn public() -> CoveragePublic {
    let [pledge, valuation, requirement, context] =
        [42u64, 13, 11, 12].map(|value| FieldElement(Fr::from(value)));
    CoveragePublic { pledge, valuation, requirement, context }
}

/// The prover verifies what it made.
fn proves(key: &ProvingKey) {
    let (_, assignment) = build(1);
    let proof = prove(key, &shape_circuit(), &assignment).unwrap();
    assert!(verify(key.verifying(), &public(), &proof).is_ok());
    let mut other = public();
    other.context = FieldElement(Fr::from(13u64));
    assert!(verify(key.verifying(), &other, &proof).is_err());
}

#[test]
fn the_keys_of_a_ceremony_prove_and_name_their_transcript() {
    for levels in [1, 4] {
        let Finalized { key, manifest } = finalized_with(&last(), &required(), levels).unwrap();
        proves(&key);
        let transcript = check(&last()).unwrap().transcript;
        assert_eq!(key.verifying().key().origin(), Origin::Ceremony { transcript });
        assert_eq!((manifest.transcript, manifest.verifying_key), (transcript, key.id()));
        assert_eq!(manifest.check(key.verifying().key()), Ok(()));
        assert_eq!(manifest.participants(), 3);
        assert!(manifest.powers_of_tau.for_tests);
        assert_eq!(manifest.powers_of_tau.known, None);
        let text = serde_json::to_string(&manifest).unwrap();
        assert_eq!(serde_json::from_str::<solvency_ceremony::Manifest>(&text).unwrap(), manifest);
    }
}

#[test]
fn nothing_comes_out_of_a_transcript_that_is_refused() {
    let key = &ceremony()[0];
    let none = Required { contributions: 0, beacon: RequiredBeacon::None };
    assert_eq!(refusal(finalized_with(key, &none, 1)), Refusal::NoContribution);
    assert_eq!(refusal(finalized_with(&ceremony()[3], &required(), 1)), Refusal::NoBeacon);
}

#[test]
fn a_manifest_of_another_key_is_refused() {
    let Finalized { key, manifest } = finalized();
    let verifying = key.verifying().key();
    let differs = |change: fn(&mut solvency_ceremony::Manifest)| {
        let mut other = manifest.clone();
        change(&mut other);
        other.check(verifying).unwrap_err()
    };
    assert_eq!(differs(|other| other.format.push('0')), ManifestError::Format("solvency.ceremony/10".into()));
    assert_eq!(differs(|other| other.shape = Shape::Holdings16), ManifestError::Differs("shape"));
    assert_eq!(differs(|other| other.matrices.0[0] ^= 1), ManifestError::Differs("hash of the matrices"));
    assert_eq!(differs(|other| other.transcript.0[0] ^= 1), ManifestError::Differs("transcript"));
    assert_eq!(differs(|other| other.verifying_key.0.0[0] ^= 1), ManifestError::Differs("id"));
    let development = ProvingKey::generate_development(&shape_circuit()).unwrap();
    assert_eq!(manifest.check(development.verifying().key()), Err(ManifestError::NoCeremony));
}

#[test]
fn keys_go_to_zkeys_and_back() {
    let key = ProvingKey::generate_development(&shape_circuit()).unwrap();
    let mut bytes = Vec::new();
    export_zkey(&key, &shape_circuit(), &mut bytes).unwrap();
    let back = import_zkey(&shape_circuit(), Cursor::new(&bytes), "key", Origin::Development, 1).unwrap();
    assert_eq!(back.id(), key.id());
    assert_eq!(back.to_points().unwrap(), key.to_points().unwrap());
    proves(&back);
    // A ceremony's key, too.
    let made = finalized();
    let mut bytes = Vec::new();
    export_zkey(&made.key, &shape_circuit(), &mut bytes).unwrap();
    let origin = made.key.verifying().key().origin();
    let back = import_zkey(&shape_circuit(), Cursor::new(&bytes), "key", origin, 1).unwrap();
    assert_eq!(back.id(), made.key.id());
    assert_eq!(back.to_points().unwrap(), made.key.to_points().unwrap());
}

/// Of a ceremony, and of a key that was exported.
#[test]
fn another_implementation_reads_our_zkeys() {
    let made = finalized();
    let mut exported = Vec::new();
    export_zkey(&made.key, &shape_circuit(), &mut exported).unwrap();
    let points = made.key.to_points().unwrap();
    let verifying = made.key.verifying().key().points();
    let circuit = matrices();
    for bytes in [last(), exported] {
        let theirs = Zkey::<Bn254>::from_reader(Cursor::new(bytes), CheckElement::Yes).unwrap();
        assert_eq!((theirs.n_public, 1 << theirs.pow), (circuit.public_inputs, made.key.domain()));
        assert_eq!(theirs.num_constraints, circuit.constraints());
        assert_eq!((theirs.beta_g1, theirs.delta_g1), (points.beta, points.delta));
        assert_eq!((theirs.alpha_g1, theirs.beta_g2), (verifying.alpha, verifying.beta));
        assert_eq!((theirs.gamma_g2, theirs.delta_g2), (verifying.gamma, verifying.delta));
        assert_eq!(theirs.ic, verifying.inputs);
        assert_eq!(theirs.a_query, points.a);
        assert_eq!(theirs.b_g1_query, points.b_first);
        assert_eq!(theirs.b_g2_query, points.b_second);
        assert_eq!(theirs.l_query, points.l);
        assert_eq!(theirs.h_query, points.quotient);
        assert_eq!((&theirs.a_matrix, &theirs.b_matrix), (&circuit.rows[0], &circuit.rows[1]));
    }
}

#[test]
fn keys_for_another_circuit_are_neither_written_nor_read() {
    let key = ProvingKey::generate_development(&shape_circuit()).unwrap();
    let other = ShapeCircuit::new(Shape::CoverageFlat, build(2).0);
    assert!(matches!(export_zkey(&key, &other, &mut Vec::new()), Err(CeremonyError::Circuit(_))));
    let refused = refusal(import_zkey(&other, Cursor::new(last()), "key", Origin::Development, 1));
    assert!(matches!(refused, Refusal::Section { .. }));
    let flat = ShapeCircuit::of(Shape::CoverageFlat);
    let refused = refusal(import_zkey(&flat, Cursor::new(last()), "key", Origin::Development, 1));
    assert_eq!(refused, Refusal::Header { field: "the number of wires", expected: "the circuit" });
}

/// Its γ is δ: snarkjs exports it.
#[test]
fn a_key_without_a_contribution_can_not_be_imported() {
    let refused = import_zkey(&shape_circuit(), Cursor::new(&ceremony()[0]), "key", Origin::Development, 1);
    assert!(matches!(refused, Err(CeremonyError::Key(SetUpError::Key(KeyError::RelatedPoints { .. })))));
}

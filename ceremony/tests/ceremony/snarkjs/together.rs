//! A ceremony of participants with either tool, and proofs of either under its key.

use std::fs::File;
use std::io::Cursor;

use ark_bn254::Fr;
use serde_json::Value;
use solvency_ceremony::{
    Beacon, CeremonyError, Finalized, Name, PowersOfTau, Refusal, Required, RequiredBeacon, Silent,
    apply_beacon, contribute, export_zkey, finalize, new,
};
use solvency_circuits::assignment;
use solvency_prover::circom::Wtns;
use solvency_prover::interop::snarkjs::{
    proof_json, public_json, read_proof, read_public, verification_key_json,
};
use solvency_prover::keys::{Circuit as ShapeCircuit, ProvingKey};
use solvency_prover::measure::sample;
use solvency_prover::prove::prove;
use solvency_verifier::groth16::{Origin, verify};
use solvency_verifier::{FieldElement, Shape};

use super::{Folder, powers_15};

const SHAPE: Shape = Shape::CoverageFlat;

/// Five contributions, two of them made with snarkjs, and a beacon: the last is `6.zkey`.
fn ceremony(folder: &Folder, powers: &mut PowersOfTau<File>, circuit: &ShapeCircuit) {
    let mut key = Vec::new();
    new(&solvency_ceremony::Circuit::of(circuit.matrices()), powers, &mut key, &Silent).unwrap();
    folder.write("0.zkey", &key);
    for (number, name) in (1..).zip(["Anna", "Bob", "Carl", "Dora", "Eve"]) {
        let before = number - 1;
        if ["Bob", "Dora"].contains(&name) {
            let line = format!("zkey contribute {before}.zkey {number}.zkey --name={name} -e=typed");
            folder.snarkjs(&line);
            continue;
        }
        let (old, mut key) = (folder.read(&format!("{before}.zkey")), Vec::new());
        let name = Some(Name::new(name).unwrap());
        let made = contribute(Cursor::new(old), "old", &mut key, name, b"typed", &Silent).unwrap();
        assert_eq!(made.number, number);
        folder.write(&format!("{number}.zkey"), &key);
    }
    let mut key = Vec::new();
    let old = folder.read("5.zkey");
    apply_beacon(Cursor::new(old), "old", &mut key, None, beacon(), &Silent).unwrap();
    folder.write("6.zkey", &key);
}

fn beacon() -> Beacon {
    Beacon::new(vec![0xab; 32], 10).unwrap()
}

#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "needs Node.js: run with the feature `heavy`")]
fn heavy_five_contributors_with_two_tools_make_a_key_for_both() {
    let Some(path) = powers_15() else { return };
    let folder = Folder::new();
    let circuit = ShapeCircuit::of(SHAPE);
    let mut powers = PowersOfTau::open(File::open(&path).unwrap(), "powers").unwrap();
    ceremony(&folder, &mut powers, &circuit);

    let required = Required { contributions: 5, beacon: RequiredBeacon::Named(beacon()) };
    let mut key = Cursor::new(folder.read("6.zkey"));
    let made = finalize(&circuit, &mut powers, &mut key, "key", &required, 1, &Silent);
    let Finalized { key, manifest } = made.unwrap();
    let names: Vec<&str> = manifest.contributions.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Anna", "Bob", "Carl", "Dora", "Eve", ""]);
    assert_eq!(key.verifying().key().origin(), Origin::Ceremony { transcript: manifest.transcript });
    // snarkjs' own test file, which is no published one.
    assert_eq!((manifest.powers_of_tau.known.as_deref(), manifest.powers_of_tau.for_tests), (None, false));

    folder.write_r1cs("circuit.r1cs", circuit.matrices());
    let text = folder.snarkjs(&format!("zkey verify circuit.r1cs {} 6.zkey", path.display()));
    assert!(text.contains("ZKey Ok!"), "{text}");
    let shown: String = text.split_whitespace().collect();
    for contribution in &manifest.contributions {
        assert!(shown.contains(&contribution.hash), "contribution {}: {text}", contribution.number);
    }

    // snarkjs' proof under the key is accepted here.
    let context = FieldElement(Fr::from(7u64));
    let assignment = assignment(SHAPE, &sample(SHAPE), context).unwrap();
    folder.write("a.wtns", &Wtns::of(&assignment).to_bytes().unwrap());
    folder.snarkjs("groth16 prove 6.zkey a.wtns theirs.json public.json");
    let inputs = read_public(&folder.read("public.json"), SHAPE).unwrap();
    assert_eq!(inputs.values(), assignment.public_inputs());
    let theirs = read_proof(&folder.read("theirs.json")).unwrap();
    assert!(verify(key.verifying(), &inputs, &theirs).is_ok());

    // Ours is accepted here, and by snarkjs under the verifying key that it finds in the transcript.
    let ours = prove(&key, &circuit, &assignment).unwrap();
    assert!(verify(key.verifying(), &inputs, &ours).is_ok());
    folder.snarkjs("zkey export verificationkey 6.zkey key.json");
    let accepts = |public: &Value, proof: &Value| {
        folder.write("public.json", public.to_string().as_bytes());
        folder.write("proof.json", proof.to_string().as_bytes());
        let (text, succeeded) = folder.run("groth16 verify key.json public.json proof.json");
        assert_eq!(succeeded, text.contains("OK!"), "{text}");
        succeeded
    };
    let mut public = public_json(inputs.values());
    assert!(accepts(&public, &proof_json(&ours)));
    public[3] = "8".into();
    assert!(!accepts(&public, &proof_json(&ours)));

    // Beacons are not counted.
    let more = Required { contributions: 6, beacon: RequiredBeacon::Any };
    let mut key = Cursor::new(folder.read("6.zkey"));
    let refused = finalize(&circuit, &mut powers, &mut key, "key", &more, 1, &Silent);
    let too_few = Refusal::TooFewContributions { got: 5, required: 6 };
    assert!(matches!(refused, Err(CeremonyError::Refused(refusal)) if refusal == too_few));
}

/// A development key that goes out as a `.zkey`: snarkjs proves with it, we verify, and what we prove with the key snarkjs verifies.
#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "needs Node.js: run with the feature `heavy`")]
fn heavy_snarkjs_proves_with_a_key_that_was_exported() {
    let folder = Folder::new();
    let circuit = ShapeCircuit::of(SHAPE);
    let key = ProvingKey::generate_development(&circuit).unwrap();
    let mut exported = Vec::new();
    export_zkey(&key, &circuit, &mut exported).unwrap();
    folder.write("key.zkey", &exported);
    let context = FieldElement(Fr::from(7u64));
    let assignment = assignment(SHAPE, &sample(SHAPE), context).unwrap();
    folder.write("a.wtns", &Wtns::of(&assignment).to_bytes().unwrap());
    folder.snarkjs("groth16 prove key.zkey a.wtns theirs.json public.json");
    let inputs = read_public(&folder.read("public.json"), SHAPE).unwrap();
    assert_eq!(inputs.values(), assignment.public_inputs());
    let theirs = read_proof(&folder.read("theirs.json")).unwrap();
    assert!(verify(key.verifying(), &inputs, &theirs).is_ok());

    folder.snarkjs("zkey export verificationkey key.zkey key.json");
    let written: Value = serde_json::from_slice(&folder.read("key.json")).unwrap();
    assert_eq!(written, verification_key_json(key.verifying().key()));
    let ours = prove(&key, &circuit, &assignment).unwrap();
    folder.write("ours.json", proof_json(&ours).to_string().as_bytes());
    assert!(folder.snarkjs("groth16 verify key.json public.json ours.json").contains("OK!"));
    // Under another key they do not verify.
    let other = ProvingKey::generate_development(&circuit).unwrap();
    assert!(verify(other.verifying(), &inputs, &theirs).is_err());
}

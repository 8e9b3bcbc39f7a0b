use super::*;
use crate::workload::Size;

struct Case {
    size: Size,
    public_inputs: Vec<Fr>,
    keys: KeyFiles,
    key: VerifyingKey<Bn254>,
    _folder: tempfile::TempDir,
}

fn case() -> Case {
    let folder = tempfile::tempdir().unwrap();
    let size = Size::new(Size::MIN).unwrap();
    let workload = Workload::of(size);
    let keys = KeyFiles::make(folder.path(), &workload).unwrap();
    let key = keys.proving_key().unwrap().vk;
    let public_inputs = workload.assignment.public_inputs().to_vec();
    Case { size, public_inputs, keys, key, _folder: folder }
}

#[test]
fn all_proofs_verify_under_one_key_and_for_one_statement_only() {
    let case = case();
    let inputs = &case.public_inputs;
    for name in [
        Name::Ours,
        Name::OursTables,
        Name::OursPortable,
        Name::Arkworks,
        Name::ArkworksMatrices,
        Name::Taceo,
    ] {
        let mut contender = name.open(Workload::of(case.size), &case.keys).unwrap();
        let proved = contender.prove().unwrap();
        verify(&case.key, inputs, &proved.proof).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut other = inputs.clone();
        other[0] += Fr::from(1u64);
        assert!(matches!(verify(&case.key, &other, &proved.proof), Err(ContenderError::DoesNotVerify)));
    }
}

#[test]
fn a_second_proof_has_other_blinding() {
    let case = case();
    for name in [
        Name::Ours,
        Name::OursTables,
        Name::OursPortable,
        Name::Arkworks,
        Name::ArkworksMatrices,
        Name::Taceo,
    ] {
        let mut contender = name.open(Workload::of(case.size), &case.keys).unwrap();
        assert_ne!(contender.prove().unwrap().proof, contender.prove().unwrap().proof, "{name}");
    }
}

#[test]
fn keys_in_the_folder_are_found_again() {
    let case = case();
    let written = std::fs::metadata(case.keys.coefficients_path()).unwrap().modified().unwrap();
    let again = KeyFiles::make(case.keys.folder(), &Workload::of(case.size)).unwrap();
    assert_eq!(again.proving_key().unwrap().vk, case.key);
    assert_eq!(std::fs::metadata(again.coefficients_path()).unwrap().modified().unwrap(), written);
}

#[test]
fn snarkjs_proves_or_says_why_not() {
    let case = case();
    match Name::Snarkjs.open(Workload::of(case.size), &case.keys) {
        Ok(mut contender) => {
            let proved = contender.prove().unwrap();
            verify(&case.key, &case.public_inputs, &proved.proof).unwrap();
        }
        Err(ContenderError::Unavailable(reason)) => eprintln!("skipped: {reason}"),
        Err(error) => panic!("{error}"),
    }
}

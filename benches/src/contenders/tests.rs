use std::sync::Arc;

use super::*;
use crate::workload::Size;

struct Case {
    workload: Arc<Workload>,
    keys: KeyFiles,
    key: VerifyingKey<Bn254>,
    _folder: tempfile::TempDir,
}

fn case() -> Case {
    let folder = tempfile::tempdir().unwrap();
    let workload = Arc::new(Workload::of(Size::new(Size::MIN).unwrap()));
    let keys = KeyFiles::make(folder.path(), &workload).unwrap();
    let key = keys.proving_key().unwrap().vk;
    Case { workload, keys, key, _folder: folder }
}

#[test]
fn all_proofs_verify_under_one_key_and_for_one_statement_only() {
    let case = case();
    let inputs = case.workload.assignment.public_inputs();
    for name in [Name::Ours, Name::Arkworks, Name::ArkworksMatrices, Name::Taceo] {
        let mut contender = name.open(&case.workload, &case.keys).unwrap();
        let proved = contender.prove().unwrap();
        verify(&case.key, inputs, &proved.proof).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut other = inputs.to_vec();
        other[0] += Fr::from(1u64);
        assert!(matches!(verify(&case.key, &other, &proved.proof), Err(ContenderError::DoesNotVerify)));
    }
}

#[test]
fn a_second_proof_has_other_blinding() {
    let case = case();
    for name in [Name::Ours, Name::Arkworks, Name::ArkworksMatrices, Name::Taceo] {
        let mut contender = name.open(&case.workload, &case.keys).unwrap();
        assert_ne!(contender.prove().unwrap().proof, contender.prove().unwrap().proof, "{name}");
    }
}

#[test]
fn keys_in_the_folder_are_found_again() {
    let case = case();
    let written = std::fs::metadata(&case.keys.coefficients_path()).unwrap().modified().unwrap();
    let again = KeyFiles::make(case.keys.folder(), &case.workload).unwrap();
    assert_eq!(again.proving_key().unwrap().vk, case.key);
    assert_eq!(std::fs::metadata(&again.coefficients_path()).unwrap().modified().unwrap(), written);
}

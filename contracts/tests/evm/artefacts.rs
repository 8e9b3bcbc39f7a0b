//! Artefacts belong to their sources.

use solvency_contracts::{Artefact, ArtefactError, root};

#[test]
fn every_artefact_was_compiled_from_the_sources_that_stand_here() {
    let names = Artefact::names().unwrap();
    assert!(names.len() >= 9, "{names:?}");
    for name in names {
        Artefact::load(&name).unwrap().check_sources().unwrap();
    }
}

#[test]
fn a_changed_source_is_noticed() {
    let mut artefact = Artefact::load("SolvencyVerifier").unwrap();
    assert_eq!(artefact.sources.len(), 3);
    let (path, hash) = artefact.sources.iter_mut().next().unwrap();
    let path = path.clone();
    *hash = "0".repeat(64);
    let stale = artefact.check_sources();
    assert!(matches!(stale, Err(ArtefactError::Stale { source_path, .. }) if source_path == path));
}

#[test]
fn a_changed_package_is_noticed() {
    let mut artefact = Artefact::load("SolvencyVerifier").unwrap();
    let package = "@openzeppelin/contracts".to_string();
    artefact.packages.insert(package.clone(), "5.0.0".to_string());
    let stale = artefact.check_sources();
    assert!(matches!(
        stale,
        Err(ArtefactError::StalePackage { package: named, recorded, .. }) if named == package && recorded == "5.0.0"
    ));
}

#[test]
fn each_contract_has_an_artefact() {
    for folder in ["generated", "solidity", "solidity/test"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap().flatten() {
            let name = entry.file_name().into_string().unwrap();
            let abstracts = ["Proofs", "Statements"];
            let Some(contract) = name.strip_suffix(".sol").filter(|name| !abstracts.contains(name)) else {
                continue;
            };
            Artefact::load(contract).unwrap();
        }
    }
}

//! The proofs of a bundle, with the public inputs that their statements imply.

use ark_bn254::Fr;
use solvency_verifier::bundle::Bundle;
use solvency_verifier::encoding::Domain;
use solvency_verifier::groth16::{KeyId, Proof, VerifyingKey};

use crate::args::BundleProof;
use crate::commands::verify::read_trust;
use crate::custodian::statement_inputs;
use crate::error::{CliError, CliResult};

/// A proof with its key and public inputs.
pub(super) struct Chosen {
    pub(super) key: VerifyingKey,
    pub(super) proof: Proof,
    pub(super) inputs: Vec<Fr>,
}

/// Finds a proof of a bundle, its key in the trust file, and the public inputs that its statement implies.
pub(super) fn choose(choice: &BundleProof) -> CliResult<Chosen> {
    let trust = read_trust(&choice.trust)?;
    let bundle = crate::bundles::read(&choice.bundle)?;
    let domain = Domain::of_registry(&trust.trust().registry.digest());
    let (mut found, mut known) = (None, Vec::new());
    for (place, key, proof, inputs) in proofs(&bundle, &domain) {
        if place == choice.proof {
            found = Some((key, proof, inputs));
        }
        known.push(place);
    }
    let (key, proof, inputs) = found.ok_or_else(|| {
        CliError::new(format!("the bundle has no proof {:?}", choice.proof))
            .hint(format!("it has {}", known.join(", ")))
    })?;
    let pinned = trust.trust().keys.iter().find(|pinned| pinned.id == key);
    let pinned = pinned.ok_or_else(|| CliError::new(format!("key {key} is not in the trust file")))?;
    Ok(Chosen { key: pinned.key.clone(), proof, inputs })
}

/// Every proof of a bundle with its place, key and public inputs.
fn proofs(bundle: &Bundle, domain: &Domain) -> Vec<(String, KeyId, Proof, Vec<Fr>)> {
    let mut found = Vec::new();
    for (index, book) in bundle.books.iter().enumerate() {
        for (position, proven) in book.holdings.iter().enumerate() {
            let statement = &proven.statement;
            let Some(shard) = book.attestation.shards.get(statement.shard as usize) else { continue };
            let place = format!("books[{index}].holdings[{position}]");
            let inputs = statement_inputs::holdings(statement, shard, domain);
            found.push((place, proven.key, proven.proof.clone(), inputs));
        }
    }
    for (index, allocation) in bundle.allocations.iter().enumerate() {
        let proven = &allocation.proven;
        let inputs = statement_inputs::allocation(&proven.statement, domain);
        found.push((format!("allocations[{index}]"), proven.key, proven.proof.clone(), inputs));
    }
    let proven = &bundle.coverage;
    let inputs = statement_inputs::coverage(&proven.statement, domain);
    found.push(("coverage".into(), proven.key, proven.proof.clone(), inputs));
    found
}

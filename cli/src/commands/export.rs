//! `solvency export`: for snarkjs and for contracts.

use ark_bn254::Fr;
use serde_json::json;
use solvency_prover::circom::R1cs;
use solvency_prover::files::{self, Access};
use solvency_prover::interop::{self, evm, snarkjs};
use solvency_verifier::bundle::Bundle;
use solvency_verifier::encoding::{Domain, TypedData, context, hex_string};
use solvency_verifier::groth16::{KeyId, Proof, VerifyingKey};
use solvency_verifier::{AllocationPublic, CoveragePublic, HoldingsPublic, PublicInputs};

use crate::args::{ExportCommand, ProofChoice};
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(command: &ExportCommand, output: &Output) -> CliResult {
    match command {
        ExportCommand::Snarkjs { choice, out } => {
            let chosen = choose(choice)?;
            let documents = [
                ("verification_key.json", snarkjs::verification_key_json(&chosen.key)),
                ("proof.json", snarkjs::proof_json(&chosen.proof)),
                ("public.json", snarkjs::public_json(&chosen.inputs)),
            ];
            for (name, document) in &documents {
                files::write_json(&out.join(name), document, Access::Public)?;
            }
            let names: Vec<&str> = documents.iter().map(|(name, _)| *name).collect();
            output.result(json!({ "directory": out, "files": names }), || {
                let path = |name: &str| out.join(name).display().to_string();
                let (key, public, proof) =
                    (path("verification_key.json"), path("public.json"), path("proof.json"));
                format!("npx snarkjs groth16 verify {key} {public} {proof}")
            });
        }
        ExportCommand::R1cs { shape, out } => {
            let shape = super::keys::shape(shape)?;
            let matrices = solvency_circuits::matrices(shape);
            let r1cs = R1cs::of(&matrices)?;
            files::write_atomically(out, &r1cs.to_bytes()?, Access::Public)?;
            let value = json!({
                "file": out,
                "shape": shape,
                "constraints": r1cs.constraints(),
                "wires": r1cs.wires(),
                "matrices": matrices.hash(),
            });
            output.result(value, || {
                format!("{}: {} constraints, {} wires", out.display(), r1cs.constraints(), r1cs.wires())
            });
        }
        ExportCommand::Solidity { key, out } => {
            let key = super::keys::read_verifying(key)?;
            files::write_atomically(out, interop::verifier_contract(&key).as_bytes(), Access::Public)?;
            let value =
                json!({ "file": out, "contract": interop::contract_name(key.shape()), "key": key.id() });
            output.result(value, || format!("{}: {}", out.display(), interop::contract_name(key.shape())));
        }
        ExportCommand::Calldata { choice } => {
            let chosen = choose(choice)?;
            let calldata = hex_string(&evm::calldata(&chosen.proof, &chosen.inputs));
            output.result(json!({ "calldata": calldata }), || calldata.clone());
        }
    }
    Ok(Outcome::Done)
}

struct Chosen {
    key: VerifyingKey,
    proof: Proof,
    inputs: Vec<Fr>,
}

/// Finds a proof of a bundle, its key in the trust file, and the public inputs that its statement implies.
fn choose(choice: &ProofChoice) -> CliResult<Chosen> {
    let trust = super::verify::read_trust(&choice.trust)?;
    let bundle = Bundle::from_json(&files::read_bytes(&choice.bundle, files::MAX_JSON_BYTES)?)
        .map_err(|error| CliError::new(format!("{}: {error}", choice.bundle.display())))?;
    let domain = Domain::of_registry(&trust.trust().registry.digest());
    let (key, proof, inputs) = proofs(&bundle, &domain)
        .into_iter()
        .find(|(place, ..)| *place == choice.proof)
        .map(|(_, key, proof, inputs)| (key, proof, inputs))
        .ok_or_else(|| {
            let known: Vec<String> = proofs(&bundle, &domain).into_iter().map(|(place, ..)| place).collect();
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
            let public = HoldingsPublic {
                book_root: shard.root,
                total: statement.total,
                id_low: shard.id_low,
                id_high: shard.id_high,
                context: context(statement.shape, &statement.digest(domain)),
            };
            let place = format!("books[{index}].holdings[{position}]");
            found.push((place, proven.key, proven.proof.clone(), public.to_field_elements()));
        }
    }
    for (index, allocation) in bundle.allocations.iter().enumerate() {
        let proven = &allocation.proven;
        let statement = &proven.statement;
        let public = AllocationPublic {
            sources: statement.sources.iter().map(|source| source.commitment).collect(),
            outputs: statement.outputs.iter().map(|output| output.commitment).collect(),
            context: context(statement.shape, &statement.digest(domain)),
        };
        let place = format!("allocations[{index}]");
        found.push((place, proven.key, proven.proof.clone(), public.to_field_elements()));
    }
    let proven = &bundle.coverage;
    let statement = &proven.statement;
    let public = CoveragePublic {
        pledge: statement.pledge,
        valuation: statement.valuation,
        requirement: statement.requirement,
        context: context(statement.shape, &statement.digest(domain)),
    };
    found.push(("coverage".into(), proven.key, proven.proof.clone(), public.to_field_elements()));
    found
}

//! `solvency export`: for snarkjs, circom, arkworks and contracts.

mod bundle;
mod wtns;

use std::path::Path;

use serde_json::{Value, json};
use solvency_prover::circom::R1cs;
use solvency_prover::files::{self, Access};
use solvency_prover::interop::arkworks::{self, Form};
use solvency_prover::interop::{self, ContractError, ContractKey, evm, snarkjs};
use solvency_verifier::encoding::hex_string;
use solvency_verifier::groth16::{KeyId, Origin, VerifyingKey};

use crate::args::{CalldataForm, ExportCommand, KeyForm};
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(command: &ExportCommand, output: &Output) -> CliResult {
    match command {
        ExportCommand::Snarkjs { choice, out } => {
            let chosen = bundle::choose(choice)?;
            let documents = [
                ("verification_key.json", pretty(&snarkjs::verification_key_json(&chosen.key))?),
                ("proof.json", pretty(&snarkjs::proof_json(&chosen.proof))?),
                ("public.json", pretty(&snarkjs::public_json(&chosen.inputs))?),
            ];
            write_all(out, &documents, output, |path| {
                let [key, proof, public] = ["verification_key.json", "proof.json", "public.json"].map(path);
                format!("npx snarkjs groth16 verify {key} {public} {proof}")
            })
        }
        ExportCommand::Arkworks { choice, uncompressed, out } => {
            let chosen = bundle::choose(choice)?;
            let form = if *uncompressed { Form::Uncompressed } else { Form::Compressed };
            let parts = [
                ("verifying_key.bin", arkworks::key_bytes(&chosen.key, form)),
                ("proof.bin", arkworks::proof_bytes(&chosen.proof, form)),
                ("public_inputs.bin", arkworks::inputs_bytes(&chosen.inputs)),
            ];
            write_all(out, &parts, output, |path| {
                format!(
                    "{}: ark_groth16::VerifyingKey<Bn254>\n{}: ark_groth16::Proof<Bn254>\n{}: Vec<Fr>",
                    path("verifying_key.bin"),
                    path("proof.bin"),
                    path("public_inputs.bin")
                )
            })
        }
        ExportCommand::Calldata { choice, form } => {
            let chosen = bundle::choose(choice)?;
            let calldata = match form {
                CalldataForm::Solvency => hex_string(&evm::calldata(&chosen.proof, &chosen.inputs)),
                CalldataForm::Snarkjs => snarkjs::calldata_text(&chosen.proof, &chosen.inputs),
            };
            output.result(json!({ "calldata": calldata }), || calldata.clone());
            Ok(Outcome::Done)
        }
        ExportCommand::Key { key, form, out } => {
            let key = super::keys::read_verifying(key)?;
            let bytes = match form {
                KeyForm::Snarkjs => pretty(&snarkjs::verification_key_json(&key))?,
                KeyForm::Arkworks => arkworks::key_bytes(&key, Form::Compressed),
                KeyForm::ArkworksUncompressed => arkworks::key_bytes(&key, Form::Uncompressed),
            };
            files::write_atomically(out, &bytes, Access::Public)?;
            let value = json!({ "file": out, "shape": key.shape(), "key": key.id() });
            output.result(value, || format!("{}: {}", out.display(), key.shape()));
            Ok(Outcome::Done)
        }
        ExportCommand::Solidity { key, development, out } => {
            solidity(&super::keys::read_verifying(key)?, *development, out, output)
        }
        ExportCommand::R1cs { shape, out } => r1cs(shape, out, output),
        ExportCommand::Wtns(args) => wtns::run(args, output),
    }
}

fn solidity(key: &VerifyingKey, development: Option<KeyId>, out: &Path, output: &Output) -> CliResult {
    let source = interop::verifier_contract(&ContractKey::from(key), development).map_err(|error| {
        let hint = match error {
            ContractError::DevelopmentKey { key } | ContractError::AnotherKeyNamed { key, .. } => {
                format!("for a test: --development {key}; for production hold a ceremony (solvency ceremony)")
            }
            _ => "solvency keys inspect shows the key".into(),
        };
        CliError::new(error).hint(hint)
    })?;
    files::write_atomically(out, source.as_bytes(), Access::Public)?;
    if key.origin() == Origin::Development {
        output.note("contracts of a development key: whoever made it can forge");
    }
    let contracts = [interop::contract_name(key.shape()), interop::batch_contract_name(key.shape())];
    let value = json!({ "file": out, "contracts": contracts, "key": key.id() });
    output.result(value, || format!("{}: {}", out.display(), contracts.join(", ")));
    Ok(Outcome::Done)
}

fn r1cs(shape: &str, out: &Path, output: &Output) -> CliResult {
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
    Ok(Outcome::Done)
}

/// A document as it is written to a file.
fn pretty(document: &Value) -> CliResult<Vec<u8>> {
    Ok(format!("{}\n", serde_json::to_string_pretty(document)?).into_bytes())
}

/// Writes all files of a proof, or none; `text` says what to do with them.
fn write_all(
    out: &Path,
    parts: &[(&str, Vec<u8>)],
    output: &Output,
    text: impl FnOnce(&dyn Fn(&str) -> String) -> String,
) -> CliResult {
    files::write_together(out, parts, Access::Public)?;
    let names: Vec<&str> = parts.iter().map(|(name, _)| *name).collect();
    output.result(json!({ "directory": out, "files": names }), || {
        text(&|name| out.join(name).display().to_string())
    });
    Ok(Outcome::Done)
}

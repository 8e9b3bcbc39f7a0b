//! `solvency import`: proofs and verifying keys of other tools.

use std::path::Path;

use serde_json::{Value, json};
use solvency_prover::files::{self, Access};
use solvency_prover::interop::snarkjs::MAX_BYTES;
use solvency_prover::interop::{ForeignInputs, InteropError, arkworks, evm, snarkjs};
use solvency_verifier::encoding::bytes_from_hex;
use solvency_verifier::groth16::{PreparedVerifyingKey, Proof, VerifyError, verify};
use solvency_verifier::{FieldElement, Shape};

use crate::args::{ImportCommand, ImportKeyArgs, ImportProofArgs, KeyForm, ProofForm};
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(command: &ImportCommand, output: &Output) -> CliResult {
    match command {
        ImportCommand::Proof(args) => proof(args, output),
        ImportCommand::Key(args) => key(args, output),
        ImportCommand::Zkey(args) => super::zkey::import(args, output),
    }
}

fn proof(args: &ImportProofArgs, output: &Output) -> CliResult {
    let key = PreparedVerifyingKey::new(super::keys::read_verifying(&args.key)?);
    let (shape, origin) = (key.key().shape(), super::keys::origin(key.key().origin()));
    let (proof, inputs) = read_proof(args, shape)?;
    let values: Vec<FieldElement> = inputs.values().iter().copied().map(FieldElement).collect();
    let document = json!({ "shape": shape, "key": key.id(), "proof": proof, "publicInputs": values });
    let rejected = match verify(&key, &inputs, &proof) {
        Ok(_) => None,
        Err(rejected @ VerifyError::Rejected { .. }) => Some(rejected),
        Err(error) => return Err(error.into()),
    };
    if let (None, Some(out)) = (&rejected, &args.out) {
        files::write_json(out, &document, Access::Public)?;
    }
    let mut value = document;
    value["verdict"] = json!(if rejected.is_none() { "accept" } else { "reject" });
    value["origin"] = json!(origin);
    value["file"] = rejected.is_none().then_some(&args.out).map_or(Value::Null, |out| json!(out));
    output.result(value, || match &rejected {
        None => format!(
            "ACCEPT for these {} public inputs under the {origin} key {} of {shape}\n\
             this does not show which statement the public inputs belong to",
            values.len(),
            key.id()
        ),
        Some(error) => format!("REJECT\n  {error}"),
    });
    Ok(if rejected.is_none() { Outcome::Done } else { Outcome::Rejected })
}

/// Proof and public inputs, in whatever form they are.
fn read_proof(args: &ImportProofArgs, shape: Shape) -> CliResult<(Proof, ForeignInputs)> {
    let (proof, public) = (&args.proof, args.public.as_deref());
    let with_public = |expected: &str| {
        public.ok_or_else(|| {
            CliError::new("the proof's public inputs are missing")
                .hint(format!("name {expected} with --public"))
        })
    };
    Ok(match args.form {
        ProofForm::Snarkjs => {
            let public = with_public("public.json")?;
            (
                read(proof, "proof.json", snarkjs::read_proof)?,
                read(public, "public.json", |bytes| snarkjs::read_public(bytes, shape))?,
            )
        }
        ProofForm::Arkworks => {
            let public = with_public("the serialised Vec<Fr>")?;
            (
                read(proof, "a serialised proof", arkworks::read_proof)?,
                read(public, "a serialised Vec<Fr>", |bytes| arkworks::read_inputs(bytes, shape))?,
            )
        }
        ProofForm::Calldata => {
            if public.is_some() {
                return Err(CliError::new("calldata holds its own public inputs").hint("leave out --public"));
            }
            read_calldata(proof, shape)?
        }
    })
}

/// Calldata as text: of our contract where it begins with `0x`, as snarkjs prints it otherwise.
fn read_calldata(path: &Path, shape: Shape) -> CliResult<(Proof, ForeignInputs)> {
    let text = files::read_text(path, MAX_BYTES as u64)?;
    let text = text.trim_ascii();
    let named = |error: &dyn std::fmt::Display| {
        CliError::new(format!("{}: {error}", path.display()))
            .hint("calldata is `0x` and digits, as `solvency export calldata` prints it, or what `snarkjs zkey export soliditycalldata` prints")
    };
    if text.starts_with("0x") {
        let bytes = bytes_from_hex(text).map_err(|error| named(&error))?;
        evm::read_calldata(&bytes, shape).map_err(|error| named(&error))
    } else {
        snarkjs::read_calldata_text(text.as_bytes(), shape).map_err(|error| named(&error))
    }
}

fn key(args: &ImportKeyArgs, output: &Output) -> CliResult {
    let shape = super::keys::shape(&args.shape)?;
    let matrices = solvency_circuits::matrices_hash(shape);
    let key = match args.form {
        KeyForm::Snarkjs => read(&args.file, "verification_key.json", |bytes| {
            snarkjs::read_verification_key(bytes, shape, matrices)
        })?,
        KeyForm::Arkworks | KeyForm::ArkworksUncompressed => {
            read(&args.file, "a serialised VerifyingKey<Bn254>", |bytes| {
                arkworks::read_key(bytes, shape, matrices)
            })?
        }
    };
    files::write_atomically(&args.out, &key.to_bytes(), Access::Public)?;
    let origin = super::keys::origin(key.origin());
    let value =
        json!({ "file": args.out, "shape": shape, "id": key.id(), "origin": origin, "matrices": matrices });
    output.result(value, || {
        format!(
            "{shape} {}\n{}\norigin {origin}: the file shows no ceremony, and whoever made the key may be able to forge\n\
             that it was made for the matrices {matrices} is not shown either",
            key.id(),
            args.out.display(),
        )
    });
    Ok(Outcome::Done)
}

/// Reads a file of a form, whose error says which file it is.
fn read<T>(path: &Path, form: &str, parse: impl FnOnce(&[u8]) -> Result<T, InteropError>) -> CliResult<T> {
    let bytes = files::read_bytes(path, MAX_BYTES as u64)?;
    parse(&bytes).map_err(|error| {
        CliError::new(format!("{}: {error}", path.display()))
            .hint(format!("this was read as {form}; spec/formats.md says what that is, --form names others"))
    })
}

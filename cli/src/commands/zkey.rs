//! `solvency export zkey` and `import zkey`: proving keys of snarkjs.

use std::path::Path;

use serde_json::json;
use solvency_ceremony::{CeremonyError, export_zkey, import_zkey};
use solvency_circuits::assignment;
use solvency_prover::keys::{KeyStore, ProvingKey};
use solvency_prover::measure::sample;
use solvency_prover::prove::prove;
use solvency_prover::resident;
use solvency_verifier::FieldElement;
use solvency_verifier::groth16::Origin;

use super::ceremony::{open, refused, write_whole};
use crate::args::ImportZKeyArgs;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

/// Writes a proving key as a `.zkey`.
pub(super) fn export(key: &Path, out: &Path, output: &Output) -> CliResult {
    if key.extension().is_none_or(|extension| extension != "pk") {
        return Err(CliError::new(format!("{} is no proving key", key.display()))
            .hint("name a .pk file; `solvency keys list` shows which there are"));
    }
    let verifying = super::keys::read_verifying(&key.with_extension("vk"))?;
    let circuit = resident::circuit(verifying.shape());
    let proving = ProvingKey::load(key, verifying.id(), circuit.hash())?;
    write_whole(out, |to| export_zkey(&proving, circuit, to))?;
    output.note("the file holds no contributions: the ceremony behind a key is shown by its own last .zkey");
    let value = json!({ "file": out, "shape": verifying.shape(), "key": verifying.id() });
    output.result(value, || format!("{}: {}", out.display(), verifying.shape()));
    Ok(Outcome::Done)
}

/// Makes a development key of a `.zkey`, once a proof under it has verified.
pub(super) fn import(args: &ImportZKeyArgs, output: &Output) -> CliResult {
    let shape = super::keys::shape(&args.shape)?;
    let circuit = resident::circuit(shape);
    let place = args.file.display().to_string();
    let working = output.working(&format!("reading {place}"));
    let key = match import_zkey(circuit, open(&args.file)?, &place, Origin::Development, args.tables.into()) {
        Ok(key) => key,
        Err(CeremonyError::Refused(refusal)) => return Ok(refused(&args.file, &refusal, output)),
        Err(error) => return Err(error.into()),
    };
    // The points may still be another circuit's: one whose rows differ in C alone, for one.
    let assigned = assignment(shape, &sample(shape), FieldElement::default())?;
    prove(&key, circuit, &assigned).map_err(|error| {
        CliError::new(format!("{place}: {error}"))
            .hint(format!("is this a key for another circuit than {shape}?"))
    })?;
    let path = KeyStore::new(&args.keys).save(&key)?;
    drop(working);
    let origin = super::keys::origin(Origin::Development);
    let value = json!({ "shape": shape, "id": key.id(), "origin": origin, "provingKey": path });
    output.result(value, || {
        format!(
            "{shape} {}\n{}\norigin {origin}: `solvency ceremony finalize` makes keys of ceremonies, with all checks",
            key.id(),
            path.display()
        )
    });
    Ok(Outcome::Done)
}

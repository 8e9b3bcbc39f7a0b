//! `solvency keys`: proving and verifying keys.

use std::path::Path;

use serde_json::{Value, json};
use solvency_ceremony::Manifest;
use solvency_prover::files;
use solvency_prover::keys::{KeyEntry, KeyStore};
use solvency_prover::resident;
use solvency_verifier::Shape;
use solvency_verifier::groth16::{Origin, VerifyingKey};

use crate::args::KeysCommand;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(command: &KeysCommand, output: &Output) -> CliResult {
    match command {
        KeysCommand::Dev { shape, keys, tables } => dev(shape, keys, *tables, output),
        KeysCommand::List { keys } => list(keys, output),
        KeysCommand::Inspect { file } => inspect(file, output),
    }
}

/// Reads the name of a shape.
pub(crate) fn shape(name: &str) -> CliResult<Shape> {
    Shape::from_name(name).or_else(|| Shape::from_id(name)).ok_or_else(|| {
        let known: Vec<&str> = Shape::ALL.iter().map(|shape| shape.name()).collect();
        CliError::new(format!("{name:?} is not a shape")).hint(format!("shapes are {}", known.join(", ")))
    })
}

/// The shapes that the command line names, or these where it names none.
pub(crate) fn shapes(names: &[String], otherwise: &[Shape]) -> CliResult<Vec<Shape>> {
    if names.is_empty() {
        return Ok(otherwise.to_vec());
    }
    names.iter().map(|name| shape(name)).collect()
}

fn dev(name: &str, keys: &Path, tables: u8, output: &Output) -> CliResult {
    let shape = shape(name)?;
    let working = output.working(&format!("development set-up of {shape}"));
    let store = KeyStore::new(keys);
    let (id, path) = resident::make_development_key_with_tables(shape, tables.into(), &store)?;
    drop(working);
    let unread = |error| CliError::new(format!("{}: {error}", path.display()));
    let bytes = std::fs::metadata(&path).map_err(unread)?.len();
    output
        .note("this key can be used by its maker to prove anything: verifiers refuse it unless they name it");
    let value = json!({
        "shape": shape,
        "id": id,
        "origin": "development",
        "provingKey": path,
        "tables": tables,
        "bytes": bytes,
    });
    output.result(value, || format!("{shape} {id}\n{} ({:.1} MB)", path.display(), bytes as f64 / 1e6));
    Ok(Outcome::Done)
}

fn list(keys: &Path, output: &Output) -> CliResult {
    let entries = KeyStore::new(keys).list()?;
    let value: Vec<Value> = entries.iter().map(describe_entry).collect();
    output.result(json!({ "keys": value }), || {
        if entries.is_empty() {
            return format!("no keys in {}", keys.display());
        }
        let line = |entry: &KeyEntry| {
            let proves = if entry.proving_key.is_some() { "proves and verifies" } else { "verifies" };
            format!("{} {} {} ({proves})\n", entry.shape(), entry.id, origin(entry.origin()))
        };
        entries.iter().map(line).collect()
    });
    Ok(Outcome::Done)
}

/// Shows and checks one key file.
pub(crate) fn inspect(file: &Path, output: &Output) -> CliResult {
    let verifying = read_verifying(file)?;
    let manifest = read_manifest(file, &verifying)?;
    let mut value = describe(&verifying);
    value["ceremony"] = json!(manifest);
    output.result(value, || {
        let key = format!(
            "shape {}\nid {}\norigin {}\nmatrices {}\npublic inputs {}",
            verifying.shape(),
            verifying.id(),
            origin(verifying.origin()),
            verifying.matrices(),
            verifying.shape().public_input_count(),
        );
        match (&manifest, verifying.origin()) {
            (Some(manifest), _) => format!("{key}\n{}", ceremony(manifest)),
            (None, Origin::Ceremony { transcript }) => {
                format!("{key}\ntranscript {transcript}\nits manifest is not beside it")
            }
            (None, Origin::Development) => key,
        }
    });
    Ok(Outcome::Done)
}

/// The manifest beside a key from a ceremony, which has to be the key's.
fn read_manifest(file: &Path, key: &VerifyingKey) -> CliResult<Option<Manifest>> {
    let path = file.with_extension("ceremony.json");
    if key.origin() == Origin::Development || !path.exists() {
        return Ok(None);
    }
    let manifest: Manifest = files::read_json(&path)?;
    manifest.check(key).map_err(|error| {
        CliError::new(format!("{}: {error}", path.display()))
            .hint("take the manifest that `solvency ceremony finalize` wrote")
    })?;
    Ok(Some(manifest))
}

fn ceremony(manifest: &Manifest) -> String {
    let powers = &manifest.powers_of_tau;
    let known = match (&powers.known, powers.for_tests) {
        (Some(known), _) => known.as_str(),
        (None, true) => "FOR TESTS ONLY",
        (None, false) => "of unknown origin",
    };
    let beacon = manifest.contributions.last().and_then(|last| last.beacon.as_ref());
    let beacon = beacon.map_or_else(
        || "no beacon".to_owned(),
        |beacon| format!("beacon {} hashed 2^{} times", beacon.value, beacon.iterations_log2),
    );
    let names: Vec<String> = manifest
        .contributions
        .iter()
        .map(|contribution| {
            format!("\n  {} {:?} {}", contribution.number, contribution.name, contribution.hash)
        })
        .collect();
    format!(
        "transcript {}\npowers of tau {known}, {} contributions, BLAKE2b-512 {}\n{} contributions, {beacon}{}",
        manifest.transcript,
        powers.contributions,
        powers.blake2b,
        manifest.participants(),
        names.concat(),
    )
}

/// The verifying key of a `.vk` file, or of the `.vk` file beside a `.pk` file, whose contents are then checked against it.
pub(crate) fn read_verifying(file: &Path) -> CliResult<VerifyingKey> {
    let proving = file.extension().is_some_and(|extension| extension == "pk");
    let path = if proving { file.with_extension("vk") } else { file.to_owned() };
    let bytes = files::read_bytes(&path, 1 << 16)?;
    let key = VerifyingKey::from_bytes(&bytes)
        .map_err(|error| CliError::new(format!("{}: {error}", path.display())))?;
    if proving {
        solvency_prover::keys::ProvingKey::load(file, key.id(), key.matrices())?;
    }
    Ok(key)
}

fn describe_entry(entry: &KeyEntry) -> Value {
    let mut value = describe(&entry.key);
    value["provingKey"] = json!(entry.proving_key);
    value
}

fn describe(key: &VerifyingKey) -> Value {
    json!({
        "shape": key.shape(),
        "id": key.id(),
        "origin": origin(key.origin()),
        "matrices": key.matrices(),
        "publicInputs": key.shape().public_input_count(),
    })
}

/// Where a key comes from, in one word.
pub(crate) fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Development => "development",
        Origin::Ceremony { .. } => "ceremony",
    }
}

//! `solvency ceremony`: keys that nobody has to trust.

mod circuit;
mod output_file;
mod progress;
mod ptau;
mod show;

use std::fs::File;
use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

use serde_json::json;
use solvency_ceremony::{
    Beacon, CeremonyError, Manifest, Name, PowersOfTau, Refusal, Required, RequiredBeacon, apply_beacon,
    contribute, finalize, verify, verify_chain,
};
use solvency_prover::files::{self, Access};
use solvency_prover::keys::{Circuit as ShapeCircuit, KeyStore};
use solvency_verifier::Shape;
use zeroize::Zeroizing;

use crate::args::{CeremonyCommand, CircuitChoice, RequiredArgs};
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;
use circuit::Chosen;
use output_file::write_new;
pub(super) use output_file::write_whole;
use progress::Bar;
use show::{contribution_text, contributions_text};

pub(crate) fn run(command: &CeremonyCommand, output: &Output) -> CliResult {
    match command {
        CeremonyCommand::New { circuit, ptau, out } => new(circuit, ptau, out, output),
        CeremonyCommand::Contribute { key, name, out } => {
            let name = name.as_deref().map(Name::new).transpose().map_err(CliError::new)?;
            let bar = Bar::new(output);
            let typed = typed_entropy(output)?;
            let contributed = write_new(out, |to| {
                contribute(open(key)?, &key.display().to_string(), to, name, &typed, &bar)
            })?;
            drop((typed, bar));
            added(out, &contributed, output)
        }
        CeremonyCommand::Beacon { key, value, iterations, name, out } => {
            let name = name.as_deref().map(Name::new).transpose().map_err(CliError::new)?;
            let beacon = beacon(value, *iterations)?;
            let bar = Bar::new(output);
            let contributed = write_new(out, |to| {
                apply_beacon(open(key)?, &key.display().to_string(), to, name, beacon, &bar)
            })?;
            drop(bar);
            added(out, &contributed, output)
        }
        CeremonyCommand::Verify { key, circuit, ptau, required, .. } => {
            check(key, circuit, ptau.as_deref(), required, output)
        }
        CeremonyCommand::Finalize { key, shape, ptau, keys, tables, required } => {
            let shape = crate::commands::keys::shape(shape)?;
            let required = self::required(required)?;
            let bar = Bar::new(output);
            let mut powers = open_powers(ptau)?;
            let circuit = ShapeCircuit::of(shape);
            let place = key.display().to_string();
            let made =
                finalize(&circuit, &mut powers, &mut open(key)?, &place, &required, (*tables).into(), &bar);
            drop(bar);
            let made = match made {
                Ok(made) => made,
                Err(CeremonyError::Refused(refusal)) => return Ok(refused(key, &refusal, output)),
                Err(error) => return Err(error.into()),
            };
            if made.manifest.powers_of_tau.for_tests {
                output.warning(
                    "the powers of tau are for tests: whoever made them can forge proofs under this key",
                );
            } else if made.manifest.powers_of_tau.known.is_none() {
                output
                    .warning("the file of powers of tau is none of the published ones: find out who made it");
            }
            let store = KeyStore::new(keys);
            // Before the keys: a key that is listed has its manifest.
            let manifest = store.manifest_path(made.key.verifying().key());
            let was_there = manifest.exists();
            files::write_json(&manifest, &made.manifest, Access::Public)?;
            let path = store.save(&made.key).inspect_err(|_| {
                if !was_there {
                    let _ = std::fs::remove_file(&manifest);
                }
            })?;
            let value = json!({
                "verdict": "accepted",
                "shape": shape,
                "id": made.key.id(),
                "provingKey": path,
                "manifest": manifest,
                "ceremony": made.manifest,
            });
            output.result(value, || {
                let shown = contributions_text(&made.manifest.contributions);
                format!("{shown}{shape} {}\n{}\n{}", made.key.id(), path.display(), manifest.display())
            });
            Ok(Outcome::Done)
        }
        CeremonyCommand::Ptau(command) => ptau::run(command, output),
    }
}

fn new(circuit: &CircuitChoice, ptau: &Path, out: &Path, output: &Output) -> CliResult {
    let chosen = Chosen::read(circuit)?;
    let bar = Bar::new(output);
    let mut powers = open_powers(ptau)?;
    let hash = write_new(out, |to| solvency_ceremony::new(&chosen.circuit(), &mut powers, to, &bar))?;
    drop(bar);
    output.note("nobody may use this key yet: without a contribution everybody can forge");
    let value = json!({ "file": out, "circuit": hex::encode(hash) });
    output.result(value, || format!("{}\ncircuit {}", out.display(), hex::encode(hash)));
    Ok(Outcome::Done)
}

fn added(out: &Path, contributed: &solvency_ceremony::Contributed, output: &Output) -> CliResult {
    let value = json!({ "file": out, "contribution": contributed });
    output.result(value, || {
        format!(
            "{}\n{}publish this hash, so that everybody can find your contribution",
            out.display(),
            contribution_text(contributed)
        )
    });
    Ok(Outcome::Done)
}

fn check(
    key: &Path,
    circuit: &CircuitChoice,
    ptau: Option<&Path>,
    required: &RequiredArgs,
    output: &Output,
) -> CliResult {
    let required = self::required(required)?;
    let place = key.display().to_string();
    let bar = Bar::new(output);
    let verified = match ptau {
        Some(ptau) => {
            let chosen = Chosen::read(circuit)?;
            let mut powers = open_powers(ptau)?;
            verify(&chosen.circuit(), &mut powers, open(key)?, &place, &required, &bar)
        }
        None => verify_chain(open(key)?, &place, &required, &bar),
    };
    drop(bar);
    let verified = match verified {
        Ok(verified) => verified,
        Err(CeremonyError::Refused(refusal)) => return Ok(refused(key, &refusal, output)),
        Err(error) => return Err(error.into()),
    };
    let checked = if ptau.is_some() {
        "circuit, powers of tau and contributions"
    } else {
        "form and contributions only"
    };
    let value = json!({
        "verdict": "accepted",
        "checked": checked,
        "circuit": verified.circuit,
        "contributions": verified.contributions,
        "transcript": verified.transcript,
    });
    output.result(value, || {
        let shown = contributions_text(&verified.contributions);
        format!("{shown}circuit {}\naccepted: {checked}", verified.circuit)
    });
    Ok(Outcome::Done)
}

/// The manifest of the key that a transcript gives, where all of it holds and somebody contributed.
pub(super) fn made(
    zkey: &Path,
    shape: Shape,
    ptau: &Path,
    output: &Output,
) -> CliResult<Result<Manifest, Refusal>> {
    let bar = Bar::new(output);
    let required = Required { contributions: 1, beacon: RequiredBeacon::None };
    let (circuit, place) = (ShapeCircuit::of(shape), zkey.display().to_string());
    match finalize(&circuit, &mut open_powers(ptau)?, &mut open(zkey)?, &place, &required, 1, &bar) {
        Ok(made) => Ok(Ok(made.manifest)),
        Err(CeremonyError::Refused(refusal)) => Ok(Err(refusal)),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn refused(file: &Path, refusal: &solvency_ceremony::Refusal, output: &Output) -> Outcome {
    let value = json!({ "verdict": "rejected", "file": file, "reason": refusal.to_string() });
    output.result(value, || format!("rejected: {refusal}"));
    Outcome::Rejected
}

pub(super) fn open(path: &Path) -> Result<File, CeremonyError> {
    File::open(path).map_err(|error| CeremonyError::Io { place: path.display().to_string(), error })
}

fn open_powers(path: &Path) -> CliResult<PowersOfTau<File>> {
    Ok(PowersOfTau::open(open(path)?, &path.display().to_string())?)
}

fn required(args: &RequiredArgs) -> CliResult<Required> {
    let beacon = match &args.beacon {
        Some(value) => RequiredBeacon::Named(beacon(value, args.beacon_iterations)?),
        None if args.require_beacon => RequiredBeacon::Any,
        None => RequiredBeacon::None,
    };
    Ok(Required { contributions: args.contributions, beacon })
}

fn beacon(value: &str, iterations: u8) -> CliResult<Beacon> {
    let digits = value.strip_prefix("0x").unwrap_or(value);
    let bytes = hex::decode(digits).map_err(|error| {
        CliError::new(format!("the beacon's value: {error}")).hint("write it in hexadecimal")
    })?;
    Beacon::new(bytes, iterations).map_err(CliError::new)
}

/// A line from standard input, erased when dropped. It is asked for where there is somebody to ask.
fn typed_entropy(output: &Output) -> CliResult<Zeroizing<Vec<u8>>> {
    const MOST: usize = 4096;
    let input = std::io::stdin();
    if input.is_terminal() {
        eprint!("type some random text, then return: ");
        std::io::stderr().flush()?;
    }
    // Room for all that is read: growing would leave copies behind.
    let mut line = Zeroizing::new(Vec::with_capacity(MOST));
    let mut locked = input.lock();
    while line.len() < MOST {
        let available = locked.fill_buf()?;
        let Some(byte) = available.first().copied() else { break };
        locked.consume(1);
        if byte == b'\n' {
            break;
        }
        line.push(byte);
    }
    if line.is_empty() {
        output.note("nothing was typed: the secret comes from the operating system alone");
    }
    Ok(line)
}

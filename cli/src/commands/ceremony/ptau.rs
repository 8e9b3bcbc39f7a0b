//! `solvency ceremony ptau`: powers of tau.

use std::path::Path;

use serde_json::{Value, json};
use solvency_ceremony::{CeremonyError, ptau};

use super::output_file::write_new;
use super::progress::Bar;
use crate::args::PtauCommand;
use crate::error::{CliResult, Outcome};
use crate::output::Output;

pub(super) fn run(command: &PtauCommand, output: &Output) -> CliResult {
    match command {
        PtauCommand::Verify { file } => verify(file, output),
        PtauCommand::Test { power, out } => {
            let bar = Bar::new(output);
            write_new(out, |to| ptau::write_test_file(*power, to, &bar))?;
            drop(bar);
            output.note("these powers of tau are for tests: whoever made them can forge");
            output.result(json!({ "file": out, "power": power }), || out.display().to_string());
            Ok(Outcome::Done)
        }
    }
}

fn verify(file: &Path, output: &Output) -> CliResult {
    let bar = Bar::new(output);
    let mut powers = super::open_powers(file)?;
    let verified = ptau::verify(&mut powers, &bar);
    drop(bar);
    let verified = match verified {
        Ok(verified) => verified,
        Err(CeremonyError::Refused(refusal)) => return Ok(super::refused(file, &refusal, output)),
        Err(error) => return Err(error.into()),
    };
    let known = verified.known.map(|known| known.name);
    let contributions: Vec<Value> = verified
        .contributions
        .iter()
        .map(|(name, beacon)| json!({ "name": name, "beacon": beacon }))
        .collect();
    let value = json!({
        "verdict": "accepted",
        "power": powers.power(),
        "ceremonyPower": powers.ceremony_power(),
        "blake2b": hex::encode(verified.hash),
        "known": known,
        "prepared": verified.prepared,
        "challengeCompared": verified.challenge_compared,
        "contributions": contributions,
    });
    output.result(value, || {
        let names: Vec<&str> = verified.contributions.iter().map(|(name, _)| name.as_str()).collect();
        let known = known.map_or_else(
            || "none of the published files: find out who made it".to_owned(),
            |known| format!("this is {known}"),
        );
        let part = if verified.challenge_compared { "" } else { " (a part of a larger file)" };
        format!(
            "power {}{part}\n{} contributions: {}\nBLAKE2b-512 {}\n{known}\naccepted",
            powers.power(),
            names.len(),
            names.join(", "),
            hex::encode(verified.hash),
        )
    });
    Ok(Outcome::Done)
}

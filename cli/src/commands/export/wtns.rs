//! `solvency export wtns`: the assignment of a proof that the custodian keeps.

use std::io;

use serde_json::json;
use solvency_prover::circom::Wtns;
use solvency_prover::files::{self, FileError};
use solvency_verifier::FieldElement;

use crate::args::WtnsArgs;
use crate::clock;
use crate::custodian::config::Config;
use crate::custodian::kept::Kept;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(super) fn run(args: &WtnsArgs, output: &Output) -> CliResult {
    // Nothing is opened for a file that could not be written.
    if args.out.symlink_metadata().is_ok() {
        return Err(exists(args));
    }
    let config = Config::load(&args.config)?;
    let kept = Kept::open(&config, clock::now(args.at)?, output)?;
    let assigned = kept.assignment(&args.proof)?;
    let inputs: Vec<FieldElement> =
        assigned.assignment.public_inputs().iter().copied().map(FieldElement).collect();
    let wtns = Wtns::of(&assigned.assignment);
    files::write_new_secret(&args.out, &wtns.to_bytes()?).map_err(|error| match error {
        FileError::Io { error, .. } if error.kind() == io::ErrorKind::AlreadyExists => exists(args),
        error => error.into(),
    })?;
    output.warning(&format!(
        "{} holds every secret of the proof, balances among them: delete it when it has served",
        args.out.display()
    ));
    let value = json!({
        "file": args.out,
        "shape": assigned.shape,
        "key": assigned.key,
        "wires": wtns.values().len(),
        "publicInputs": inputs,
    });
    output.result(value, || {
        format!("{}: {} wires of {}", args.out.display(), wtns.values().len(), assigned.shape)
    });
    Ok(Outcome::Done)
}

fn exists(args: &WtnsArgs) -> CliError {
    CliError::new(format!("{} exists", args.out.display()))
        .hint("files of secrets are never overwritten: name another file, or delete this one")
}

//! `solvency signer`: signing keys.

use serde_json::json;
use solvency_prover::signer::Signer;

use crate::args::SignerCommand;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(command: &SignerCommand, output: &Output) -> CliResult {
    let address = match command {
        SignerCommand::New { file } => {
            let signer = Signer::generate()?;
            signer.save_new(file).map_err(|error| {
                CliError::new(error).hint("a signing key is never overwritten: name a new file")
            })?;
            signer.address()
        }
        SignerCommand::Address { file } => Signer::load(file)?.address(),
    };
    output.result(json!({ "address": address }), || address.to_string());
    Ok(Outcome::Done)
}

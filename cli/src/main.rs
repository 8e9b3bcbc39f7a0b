//! `solvency`: prove that private collateral covers margin, and check such proofs.

mod args;
mod bundles;
mod clock;
mod commands;
mod custodian;
mod demo;
mod error;
mod node;
mod output;
mod prices;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};
use crate::error::{CliResult, Outcome};
use crate::output::Output;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::new(cli.json, cli.quiet);
    match run(&cli.command, &output) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Rejected) => ExitCode::from(1),
        Err(error) => {
            output.error(&error);
            ExitCode::from(2)
        }
    }
}

fn run(command: &Command, output: &Output) -> CliResult {
    match command {
        Command::Demo(args) => commands::demo::run(args, output),
        Command::Ceremony(command) => commands::ceremony::run(command, output),
        Command::Circuit(command) => commands::circuit::run(command, output),
        Command::Keys(command) => commands::keys::run(command, output),
        Command::Signer(command) => commands::signer::run(command, output),
        Command::Policy(command) => commands::policy::run(command, output),
        Command::Book(command) => commands::book::run(command, output),
        Command::Attest(args) => commands::attest::run(args, output),
        Command::Claim(command) => commands::claim::run(command, output),
        Command::Prices(command) => commands::prices::run(command, output),
        Command::Round(args) => commands::round::run(args, output),
        Command::Trust(args) => commands::trust::run(args, output),
        Command::Prove(args) => commands::prove::run(args, output),
        Command::Watch(args) => commands::watch::run(args, output),
        Command::Headroom(args) => commands::headroom::run(args, output),
        Command::Store(command) => commands::store::run(command, output),
        Command::Log(command) => commands::log::run(command, output),
        Command::Totals(command) => commands::totals::run(command, output),
        Command::Audit(command) => commands::audit::run(command, output),
        Command::Serve(args) => commands::serve::run(args, output),
        Command::Verify(args) => commands::verify::run(args, output),
        Command::Inspect(args) => commands::inspect::run(args, output),
        Command::Export(command) => commands::export::run(command, output),
        Command::Import(command) => commands::import::run(command, output),
        Command::Bench(args) => commands::bench::run(args, output),
        Command::Completions { shell } => commands::completions::run(*shell),
    }
}

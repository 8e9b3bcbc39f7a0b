//! `solvency completions`: shell completions on stdout.

use clap::CommandFactory;

use crate::args::Cli;
use crate::error::{CliResult, Outcome};

pub(crate) fn run(shell: clap_complete::Shell) -> CliResult {
    clap_complete::generate(shell, &mut Cli::command(), "solvency", &mut std::io::stdout());
    Ok(Outcome::Done)
}

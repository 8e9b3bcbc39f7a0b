//! Measures contributions and verification of a ceremony beside snarkjs, and shows the ratios.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use solvency_benches::ceremony::{Failure, Step, measure, run_alone};
use solvency_benches::workload::Size;

/// Contribute to a key and verify it, with this project and with snarkjs in turns, each in a process of its own.
///
/// Exit codes: 0 done, 1 something fails, 2 bad usage.
#[derive(Parser)]
#[command(name = "ceremony", version, args_conflicts_with_subcommands = true)]
struct Cli {
    /// The domain has two to the power of this elements
    #[arg(long, value_name = "N", default_value = "16")]
    size: Size,
    /// Turns; the fastest counts
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    turns: u32,
    /// Print figures as JSON
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<Internal>,
}

#[derive(Subcommand)]
enum Internal {
    /// Run one step alone
    #[command(hide = true)]
    One {
        #[arg(long)]
        step: Step,
        #[arg(long)]
        files: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<(), Failure> {
    if let Some(Internal::One { step, files }) = &cli.command {
        return run_alone(*step, files);
    }
    let figures = measure(cli.size, cli.turns)?;
    if cli.json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
    } else {
        print!("{figures}");
    }
    Ok(())
}

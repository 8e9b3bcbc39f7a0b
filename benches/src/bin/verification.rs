//! Measures verification in turns on one core, and shows the ratios.

use std::process::ExitCode;

use clap::Parser;
use solvency_benches::verification::measure;

/// Verify single proofs, a chain of three and a batch in turns on one core, and the single proof with ark-groth16 too.
///
/// Exit codes: 0 done, 1 a proof can't be made or does not verify, 2 bad usage.
#[derive(Parser)]
#[command(name = "verification", version)]
struct Cli {
    /// How often each is timed
    #[arg(long, value_name = "N", default_value_t = 21, value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// Proofs of the batch
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    batch: u16,
    /// Print figures as JSON
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let shown = measure(cli.repeat, cli.batch.into()).and_then(|figures| {
        if cli.json { Ok(serde_json::to_string_pretty(&figures)? + "\n") } else { Ok(figures.to_string()) }
    });
    match shown {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

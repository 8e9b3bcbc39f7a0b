//! Lets provers prove the same constraint systems in turns, and shows what it took.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use solvency_benches::chart::svg;
use solvency_benches::comparison::{Plan, compare};
use solvency_benches::contenders::Name;
use solvency_benches::memory::measure;
use solvency_benches::workload::Size;

/// Compare provers on one constraint system: a chain of hashes and 64-bit range checks.
///
/// All get the same rows, witness and set-up, with the key in memory and all cores. They prove in turns, so that what else the
/// machine does hits all alike; still, look at CPU/wall, and compare within one run only. Each prover's first proof is verified
/// with ark-groth16 and not timed. Peak memory is that of one proof in a process of its own.
///
/// Exit codes: 0 done, 1 a prover failed, 2 bad usage or a file that can't be read or written.
#[derive(Parser)]
#[command(name = "compare", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(flatten)]
    compare: CompareArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Args)]
struct CompareArgs {
    /// Sizes, as exponents of two
    #[arg(long, value_name = "EXPONENT,...", value_delimiter = ',', default_value = "12,14,16,18")]
    sizes: Vec<Size>,
    /// Proofs of each prover at each size that are timed
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    repeat: u16,
    /// Who proves; all by default
    #[arg(long, value_name = "PROVER,...", value_delimiter = ',', value_enum, default_values_t = Name::ALL)]
    provers: Vec<Name>,
    /// Keep keys in this folder from one run to the next; whoever can write to it can change what is measured
    #[arg(long, value_name = "FOLDER")]
    keys: Option<PathBuf>,
    /// Write a chart
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Write all figures
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Measure the memory of one prover
    #[command(hide = true)]
    One {
        #[arg(long)]
        prover: Name,
        #[arg(long)]
        size: Size,
        #[arg(long)]
        keys: PathBuf,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Some(Command::One { prover, size, keys }) => one(prover, size, &keys),
        None => run(cli.compare),
    };
    result.unwrap_or_else(|Stop { message, code }| {
        eprintln!("error: {message}");
        ExitCode::from(code)
    })
}

/// What there is to say at the end, and the exit code.
struct Stop {
    message: String,
    code: u8,
}

impl Stop {
    fn prover(error: impl std::error::Error) -> Self {
        Stop { message: error.to_string(), code: 1 }
    }

    fn file(path: &Path, error: impl std::error::Error) -> Self {
        Stop { message: format!("{}: {error}", path.display()), code: 2 }
    }
}

fn run(args: CompareArgs) -> Result<ExitCode, Stop> {
    let plan = plan(args.sizes, args.provers, args.repeat);
    let temporary = tempfile::tempdir().map_err(|error| Stop::file(&std::env::temp_dir(), error))?;
    let keys = args.keys.as_deref().unwrap_or(temporary.path());
    fs::create_dir_all(keys).map_err(|error| Stop::file(keys, error))?;

    let comparison = compare(plan, keys, &|progress| eprintln!("{progress}")).map_err(Stop::prover)?;
    print!("{comparison}");
    let json = || serde_json::to_string_pretty(&comparison).map(|json| json + "\n");
    if let Some(path) = &args.json {
        fs::write(path, json().map_err(Stop::prover)?).map_err(|error| Stop::file(path, error))?;
    }
    if let Some(path) = &args.svg {
        fs::write(path, svg(&comparison)).map_err(|error| Stop::file(path, error))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Sizes from small to large and provers in their order, each once.
fn plan(mut sizes: Vec<Size>, provers: Vec<Name>, repeat: u16) -> Plan {
    sizes.sort_unstable();
    sizes.dedup();
    let provers = Name::ALL.into_iter().filter(|name| provers.contains(name)).collect();
    Plan { sizes, provers, repeat: repeat.into() }
}

fn one(prover: Name, size: Size, keys: &Path) -> Result<ExitCode, Stop> {
    let memory = measure(prover, size, keys).map_err(Stop::prover)?;
    println!("{}", serde_json::to_string(&memory).map_err(Stop::prover)?);
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, ValueEnum};

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
        assert_eq!(Name::value_variants(), Name::ALL);
        for name in Name::ALL {
            assert_eq!(Name::from_str(name.as_str(), false), Ok(name));
        }
    }

    #[test]
    fn sizes_and_provers_are_ordered_and_taken_once() {
        let size = |exponent| Size::new(exponent).unwrap();
        let provers = vec![Name::Taceo, Name::Arkworks, Name::Taceo];
        let plan = plan(vec![size(14), size(12), size(14)], provers, 1);
        assert_eq!(plan.sizes, [size(12), size(14)]);
        assert_eq!(plan.provers, [Name::Arkworks, Name::Taceo]);
    }

    #[test]
    fn bad_usage_is_refused() {
        for arguments in [
            &["--sizes", "9"][..],
            &["--sizes", "21"],
            &["--provers", "gnark"],
            &["--repeat", "0"],
            &["--sizes", ""],
        ] {
            let error = Cli::try_parse_from([&["compare"], arguments].concat()).err().unwrap();
            assert_eq!(error.exit_code(), 2, "{arguments:?}");
        }
    }
}

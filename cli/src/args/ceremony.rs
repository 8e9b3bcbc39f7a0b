//! `solvency ceremony`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub(crate) enum CeremonyCommand {
    /// Begin: the key of a circuit before any contribution, from powers of tau
    New {
        #[command(flatten)]
        circuit: CircuitChoice,
        /// Powers of tau, prepared for phase 2
        #[arg(long)]
        ptau: PathBuf,
        /// File to write; must not exist
        #[arg(long)]
        out: PathBuf,
    },
    /// Contribute: a secret of yours goes into the key and is erased. Type some random text when asked; the system adds its own randomness
    Contribute {
        /// The key so far
        key: PathBuf,
        /// What you are called in the transcript
        #[arg(long)]
        name: Option<String>,
        /// File to write; must not exist
        #[arg(long)]
        out: PathBuf,
    },
    /// End: a contribution from a public random value that was named before it could be known
    Beacon {
        /// The key so far
        key: PathBuf,
        /// The value, in hexadecimal
        #[arg(long)]
        value: String,
        /// It is hashed two to the power of this times
        #[arg(long, default_value_t = 10)]
        iterations: u8,
        /// What the beacon is called in the transcript
        #[arg(long)]
        name: Option<String>,
        /// File to write; must not exist
        #[arg(long)]
        out: PathBuf,
    },
    /// Check a whole transcript against its circuit and its powers of tau
    Verify {
        /// The key
        key: PathBuf,
        #[command(flatten)]
        circuit: CircuitChoice,
        /// Powers of tau
        #[arg(long, required_unless_present = "chain_only")]
        ptau: Option<PathBuf>,
        /// Only form, points and contributions: says nothing of the circuit
        #[arg(long, conflicts_with_all = ["ptau", "shape", "r1cs"])]
        chain_only: bool,
        #[command(flatten)]
        required: RequiredArgs,
    },
    /// Check a whole transcript and make proving key, verifying key and manifest
    Finalize {
        /// The last key of the ceremony
        key: PathBuf,
        /// Shape, as in coverage-flat
        #[arg(long)]
        shape: String,
        /// Powers of tau
        #[arg(long)]
        ptau: PathBuf,
        /// Directory of keys
        #[arg(long, default_value = "keys")]
        keys: PathBuf,
        /// Levels of tables, as in `keys dev`
        #[arg(long, value_name = "LEVELS", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=32))]
        tables: u8,
        #[command(flatten)]
        required: RequiredArgs,
    },
    /// Powers of tau
    #[command(subcommand)]
    Ptau(PtauCommand),
}

#[derive(Subcommand)]
pub(crate) enum PtauCommand {
    /// Check a file of powers of tau in full, and tell whether it is a published one
    Verify {
        /// The file
        file: PathBuf,
    },
    /// Make powers of tau for tests: whoever makes them can forge
    Test {
        /// Domains go up to two to the power of this, 1 to 20
        #[arg(long)]
        power: u32,
        /// File to write; must not exist
        #[arg(long)]
        out: PathBuf,
    },
}

/// A circuit of this program or of circom.
#[derive(Args)]
pub(crate) struct CircuitChoice {
    /// Shape, as in coverage-flat
    #[arg(long, conflicts_with = "r1cs")]
    pub(crate) shape: Option<String>,
    /// Any circuit as a .r1cs file
    #[arg(long)]
    pub(crate) r1cs: Option<PathBuf>,
}

/// What a transcript must have.
#[derive(Args)]
pub(crate) struct RequiredArgs {
    /// At least so many contributions, beacons not counted
    #[arg(long, default_value_t = 1)]
    pub(crate) contributions: usize,
    /// The last contribution has to be a beacon
    #[arg(long)]
    pub(crate) require_beacon: bool,
    /// The last contribution has to be the beacon of this value, in hexadecimal
    #[arg(long, value_name = "VALUE")]
    pub(crate) beacon: Option<String>,
    /// The named beacon is hashed two to the power of this times
    #[arg(long, default_value_t = 10, requires = "beacon")]
    pub(crate) beacon_iterations: u8,
}

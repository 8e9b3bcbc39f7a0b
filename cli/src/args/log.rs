//! `solvency log`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::store::ConfigArgs;

#[derive(Subcommand)]
pub(crate) enum LogCommand {
    /// Custodian: make the log's key and the secret of its salts, and sign that the key is the log's
    New(LogNewArgs),
    /// Custodian: append the epoch's allocations, or coverages, and sign a checkpoint; `prove` and `watch` do so too
    Append(LogAppendArgs),
    /// Custodian: show the checkpoint, make a request for a witness, add a witness's cosignature
    Checkpoint(LogCheckpointArgs),
    /// Custodian: open what the log of the rounds has of a price round, for an auditor
    Open(LogOpenArgs),
    /// Witness: make a key, and sign with the registered one that it is the witness's
    WitnessKey(WitnessKeyArgs),
    /// Witness: cosign a checkpoint, if it goes on from what was cosigned before
    Witness(LogWitnessArgs),
    /// Verify a log's files, and that a bundle's chain is all that they hold
    Verify(LogVerifyArgs),
}

#[derive(Args)]
pub(crate) struct LogNewArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// The log of the account's rounds, `[log.rounds]`, instead of the chain's
    #[arg(long)]
    pub(crate) rounds: bool,
    /// Seconds for which the key is the log's
    #[arg(long, default_value_t = 31_536_000)]
    pub(crate) valid_for: u64,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
}

#[derive(Args)]
pub(crate) struct LogAppendArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// The log of the account's rounds, `[log.rounds]`, instead of the chain's
    #[arg(long)]
    pub(crate) rounds: bool,
}

#[derive(Args)]
pub(crate) struct LogOpenArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// Numbers of the price rounds
    #[arg(long = "round", value_name = "NUMBER", required = true)]
    pub(crate) rounds: Vec<u64>,
    /// Only this venue's, by its name in the configuration; repeatable
    #[arg(long = "venue", value_name = "NAME")]
    pub(crate) venues: Vec<String>,
    /// Directory to make, with one file for each entry
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
}

#[derive(Args)]
pub(crate) struct LogCheckpointArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// The log of the account's rounds, `[log.rounds]`, instead of the chain's
    #[arg(long)]
    pub(crate) rounds: bool,
    /// Epoch of the log of the rounds, instead of the current one: witnesses cosign the one before too
    #[arg(long, requires = "rounds")]
    pub(crate) epoch: Option<u64>,
    /// Write what a witness is asked that knows the log up to --known entries (the body of C2SP's add-checkpoint)
    #[arg(long, value_name = "FILE")]
    pub(crate) request: Option<PathBuf>,
    /// Entries that the witness knows
    #[arg(long, default_value_t = 0, requires = "request")]
    pub(crate) known: u64,
    /// A witness's line, to be added to the checkpoint
    #[arg(long, value_name = "FILE", requires = "witness_key", conflicts_with = "request")]
    pub(crate) cosignature: Option<PathBuf>,
    /// The witness's signed statement of its key
    #[arg(long, value_name = "FILE")]
    pub(crate) witness_key: Option<PathBuf>,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
}

#[derive(Args)]
pub(crate) struct WitnessKeyArgs {
    /// Registry
    #[arg(long)]
    pub(crate) registry: PathBuf,
    /// The registered signing key
    #[arg(long)]
    pub(crate) signer: PathBuf,
    /// Name of the witness, as witness.example
    #[arg(long)]
    pub(crate) name: String,
    /// The new key's file, mode 0600; must not exist
    #[arg(long)]
    pub(crate) key: PathBuf,
    /// The signed statement to write
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// Seconds for which the key is the witness's
    #[arg(long, default_value_t = 7_776_000)]
    pub(crate) valid_for: u64,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
}

#[derive(Args)]
pub(crate) struct LogWitnessArgs {
    /// Registry
    #[arg(long)]
    pub(crate) registry: PathBuf,
    /// Folder of what the witness remembers; must never be lost or go back
    #[arg(long)]
    pub(crate) state: PathBuf,
    /// The witness's key
    #[arg(long)]
    pub(crate) key: PathBuf,
    /// A key that the witness had before this one, as name+hash+base64: what it cosigned with it stays cosigned
    #[arg(long = "former-key", value_name = "VKEY")]
    pub(crate) former_keys: Vec<String>,
    /// The signed log key of each account that is witnessed
    #[arg(long = "log", value_name = "FILE", required = true)]
    pub(crate) logs: Vec<PathBuf>,
    /// The request
    #[arg(long)]
    pub(crate) request: PathBuf,
    /// The cosignature's line to write
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
}

#[derive(Args)]
pub(crate) struct LogVerifyArgs {
    /// The epoch's folder, with `checkpoint` in it
    pub(crate) log: PathBuf,
    /// Registry
    #[arg(long)]
    pub(crate) registry: PathBuf,
    /// The signed log key
    #[arg(long)]
    pub(crate) log_key: PathBuf,
    /// Epoch of the log
    #[arg(long)]
    pub(crate) epoch: u64,
    /// A bundle whose history must be all of the log
    #[arg(long)]
    pub(crate) bundle: Option<PathBuf>,
}

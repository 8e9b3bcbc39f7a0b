//! `solvency log` and `solvency audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::store::ConfigArgs;

#[derive(Subcommand)]
pub(crate) enum LogCommand {
    /// Custodian: make the log's key and the secret of its salts, and sign that the key is the log's
    New(LogNewArgs),
    /// Custodian: append the epoch's allocations and sign a checkpoint; `prove` and `watch` do so too
    Append(ConfigArgs),
    /// Custodian: show the checkpoint, make a request for a witness, add a witness's cosignature
    Checkpoint(LogCheckpointArgs),
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
    /// Seconds for which the key is the log's
    #[arg(long, default_value_t = 31_536_000)]
    pub(crate) valid_for: u64,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
}

#[derive(Args)]
pub(crate) struct LogCheckpointArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
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

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Verify what was published to venues again, offline, and write an evidence pack; exit code 1 where something is refused
    Pack(AuditPackArgs),
    /// Compare two bundles, as two venues got them, and write evidence of every contradiction; exit code 1 where there is one
    Equivocation(EquivocationArgs),
    /// Check a file of evidence, offline; exit code 1 where it proves nothing
    Evidence(EvidenceArgs),
    /// Compare two copies of a log, and write evidence of a fork; exit code 1 where there is one
    Fork(ForkArgs),
}

#[derive(Args)]
pub(crate) struct EquivocationArgs {
    /// A bundle
    pub(crate) first: PathBuf,
    /// Another one
    pub(crate) second: PathBuf,
    /// Registry
    #[arg(long)]
    pub(crate) registry: PathBuf,
    /// Directory for the evidence, one file each; nothing is written where there is none
    #[arg(long)]
    pub(crate) out: PathBuf,
}

#[derive(Args)]
pub(crate) struct EvidenceArgs {
    /// The evidence
    pub(crate) file: PathBuf,
    /// Registry
    #[arg(long)]
    pub(crate) registry: PathBuf,
    /// Address with which a custodian signs, as the reader knows it
    #[arg(long = "custodian", value_name = "ADDRESS")]
    pub(crate) custodians: Vec<String>,
    /// A venue and the address with which it signs, as the reader knows it
    #[arg(long = "venue", value_name = "VENUE=ADDRESS")]
    pub(crate) venues: Vec<String>,
}

#[derive(Args)]
pub(crate) struct ForkArgs {
    /// An epoch's folder
    pub(crate) first: PathBuf,
    /// Another copy of it
    pub(crate) second: PathBuf,
    /// The signed log key
    #[arg(long)]
    pub(crate) log_key: PathBuf,
    /// Registry
    #[arg(long)]
    pub(crate) registry: PathBuf,
    /// Epoch of the log
    #[arg(long)]
    pub(crate) epoch: u64,
    /// Directory for the two notes
    #[arg(long)]
    pub(crate) out: PathBuf,
}

#[derive(Args)]
pub(crate) struct AuditPackArgs {
    /// A venue's trust file; several venues of one registry may be audited together
    #[arg(long, required = true)]
    pub(crate) trust: Vec<PathBuf>,
    /// A bundle and when it was received, in Unix seconds
    #[arg(long = "bundle", value_name = "FILE@SECONDS", value_parser = received)]
    pub(crate) bundles: Vec<(PathBuf, u64)>,
    /// A bundle of the same account that somebody else was shown
    #[arg(long = "counterpart", value_name = "FILE")]
    pub(crate) counterparts: Vec<PathBuf>,
    /// Evidence that somebody handed over
    #[arg(long, value_name = "FILE")]
    pub(crate) evidence: Vec<PathBuf>,
    /// An epoch's log, the folder with `checkpoint` in it
    #[arg(long = "log", value_name = "DIR")]
    pub(crate) logs: Vec<PathBuf>,
    /// A sampled vault's opening
    #[arg(long = "opening", value_name = "FILE")]
    pub(crate) openings: Vec<PathBuf>,
    /// A beacon that says which openings are owed
    #[arg(long = "beacon", value_name = "FILE")]
    pub(crate) beacons: Vec<PathBuf>,
    /// The manifest of a key's ceremony
    #[arg(long = "ceremony", value_name = "FILE")]
    pub(crate) ceremonies: Vec<PathBuf>,
    /// Beginning of the period in which coverage is owed, in Unix seconds; without it, the first bundle's
    #[arg(long, requires = "until")]
    pub(crate) from: Option<u64>,
    /// Its exclusive end
    #[arg(long, requires = "from")]
    pub(crate) until: Option<u64>,
    /// The auditor's signing key
    #[arg(long)]
    pub(crate) key: Option<PathBuf>,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
    /// Directory to make
    #[arg(long)]
    pub(crate) out: PathBuf,
}

fn received(text: &str) -> Result<(PathBuf, u64), String> {
    let (path, time) = text.rsplit_once('@').ok_or("expected FILE@SECONDS, as bundle-a.json@1767300000")?;
    let time = time.parse().map_err(|_| format!("{time:?} is not a time in Unix seconds"))?;
    Ok((path.into(), time))
}

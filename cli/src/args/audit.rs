//! `solvency audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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
    /// An epoch's log of rounds, the folder with `checkpoint` in it; what is in its `checkpoints` is read too
    #[arg(long = "rounds-log", value_name = "DIR")]
    pub(crate) rounds_logs: Vec<PathBuf>,
    /// The custodian's signed key of the logs of rounds
    #[arg(long = "rounds-key", value_name = "FILE")]
    pub(crate) rounds_keys: Vec<PathBuf>,
    /// An earlier checkpoint of a log of rounds, with cosignatures
    #[arg(long = "checkpoint", value_name = "FILE")]
    pub(crate) checkpoints: Vec<PathBuf>,
    /// An opening of an entry of a log of rounds
    #[arg(long = "round-opening", value_name = "FILE")]
    pub(crate) round_openings: Vec<PathBuf>,
    /// A witness's signed statement of its key
    #[arg(long = "witness-key", value_name = "FILE")]
    pub(crate) witness_keys: Vec<PathBuf>,
    /// Ask that every sampled round was committed in a log of rounds before the beacon's value was public
    #[arg(long)]
    pub(crate) commitments: bool,
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

//! `solvency audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use solvency_verifier::{Address, Shape};

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Verify what was published to venues again, offline, and write an evidence pack; exit code 1 where something is refused
    Pack(Box<AuditPackArgs>),
    /// Custodian: hand over what a beacon draws, published bundles of past rounds and openings of their books' leaves; exit code 1 where
    /// something of it is missing
    Open(AuditOpenArgs),
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
    /// A witness's signed key: evidence is written against it too if it cosigned both
    #[arg(long = "witness-key", value_name = "FILE")]
    pub(crate) witness_keys: Vec<PathBuf>,
    /// Directory for the evidence, one file each; nothing is written where there is none
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
    /// A ceremony's last file, from which a pinned key was made: all of it is verified, as by `ceremony verify`
    #[arg(long = "transcript", value_name = "SHAPE=ZKEY", value_parser = transcript, requires = "ptau")]
    pub(crate) transcripts: Vec<(Shape, PathBuf)>,
    /// The powers of tau of the transcripts
    #[arg(long, value_name = "FILE")]
    pub(crate) ptau: Option<PathBuf>,
    /// The custodian's totals of an epoch, certified or not
    #[arg(long = "totals", value_name = "FILE")]
    pub(crate) totals: Vec<PathBuf>,
    /// The opening of totals
    #[arg(long = "totals-opening", value_name = "FILE")]
    pub(crate) totals_openings: Vec<PathBuf>,
    /// Reserves that were found
    #[arg(long = "reserves", value_name = "FILE")]
    pub(crate) reserves: Vec<PathBuf>,
    /// The manifest of a key's ceremony
    #[arg(long = "ceremony", value_name = "FILE")]
    pub(crate) ceremonies: Vec<PathBuf>,
    /// What an oracle observed for a round: its address, a folder with `sources.toml` and its price files, and when it imported them, in
    /// Unix seconds
    #[arg(long = "observation", value_name = "ORACLE=DIR@SECONDS", value_parser = observed)]
    pub(crate) observations: Vec<Observed>,
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
    /// A witness's key as `log witness-key` writes it, for the cosignatures on logs
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

#[derive(Args)]
pub(crate) struct AuditOpenArgs {
    /// The beacon, with the name, value and plan that were agreed: it decides which balances are opened
    #[arg(long, value_name = "FILE")]
    pub(crate) beacon: PathBuf,
    /// The custodian's configuration
    #[arg(long, default_value = "solvency.toml")]
    pub(crate) config: PathBuf,
    /// A venue that is audited; without it, all of the configuration
    #[arg(long = "venue", value_name = "NAME")]
    pub(crate) venues: Vec<String>,
    /// Leave out which vault is which: the auditor then sees amounts that lead to the root, and nowhere to look
    #[arg(long)]
    pub(crate) no_references: bool,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
    /// Directory to make, for its owner alone
    #[arg(long)]
    pub(crate) out: PathBuf,
}

fn received(text: &str) -> Result<(PathBuf, u64), String> {
    let (path, time) = text.rsplit_once('@').ok_or("expected FILE@SECONDS, as bundle-a.json@1767300000")?;
    let time = time.parse().map_err(|_| format!("{time:?} is not a time in Unix seconds"))?;
    Ok((path.into(), time))
}

/// A folder of price files, of whom and when.
#[derive(Clone)]
pub(crate) struct Observed {
    pub(crate) oracle: Address,
    pub(crate) dir: PathBuf,
    pub(crate) at: u64,
}

fn transcript(text: &str) -> Result<(Shape, PathBuf), String> {
    let expected = "expected SHAPE=ZKEY, as coverage-flat=2.zkey";
    let (shape, zkey) = text.split_once('=').ok_or(expected)?;
    let shape = Shape::from_name(shape).ok_or_else(|| format!("{shape:?} is no shape; {expected}"))?;
    Ok((shape, PathBuf::from(zkey)))
}

fn observed(text: &str) -> Result<Observed, String> {
    let expected = "expected ORACLE=DIR@SECONDS, as 0x1234…=observation-1@1767300000";
    let (oracle, rest) = text.split_once('=').ok_or(expected)?;
    let oracle = Address::from_hex(oracle)
        .map_err(|error| format!("{oracle:?} is no address: {error}; {expected}"))?;
    let (dir, at) = received(rest)?;
    Ok(Observed { oracle, dir, at })
}

//! The command line.

mod audit;
mod bench;
mod book;
mod ceremony;
mod interop;
mod log;
mod policy;
mod prices;
mod prove;
mod serve;
mod store;
mod totals;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use audit::{
    AuditCommand, AuditOpenArgs, AuditPackArgs, EquivocationArgs, EvidenceArgs, ForkArgs, Observed,
};
pub(crate) use bench::BenchArgs;
pub(crate) use book::{BookCommand, BookImportArgs};
pub(crate) use ceremony::{CeremonyCommand, CircuitChoice, PtauCommand, RequiredArgs};
pub(crate) use interop::{
    BundleProof, CalldataForm, ExportCommand, ImportCommand, ImportKeyArgs, ImportProofArgs, ImportZKeyArgs,
    KeptProof, KeyForm, ProofForm, WtnsArgs,
};
pub(crate) use log::{
    LogAppendArgs, LogCheckpointArgs, LogCommand, LogNewArgs, LogOpenArgs, LogVerifyArgs, LogWitnessArgs,
    WitnessKeyArgs,
};
pub(crate) use policy::{ExplainArgs, PolicyCommand, PolicyImportArgs, TierColumn, TierFormat};
pub(crate) use prices::{PriceSide, PricesCommand, PricesImportArgs, PricesSignArgs};
pub(crate) use prove::{ProofPart, ProveArgs};
pub(crate) use serve::{OpenPositionArgs, ServeArgs, ServeCommand};
pub(crate) use store::{HeadroomArgs, StoreCommand, WatchArgs};
pub(crate) use totals::{TotalsCertifyArgs, TotalsCommand, TotalsNewArgs, TotalsShareArgs};

/// Prove that private collateral covers margin, and check such proofs.
///
/// A proof shows arithmetic over attested data; it never shows that the data were true.
///
/// Exit codes: 0 accepted or done, 1 rejected, 2 bad usage or unreadable input.
#[derive(Parser)]
#[command(name = "solvency", version, propagate_version = true)]
pub(crate) struct Cli {
    /// Print one JSON object instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// No progress on stderr
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run the whole story offline: custodian, attestors, oracles and three venues
    Demo(DemoArgs),
    /// Proving and verifying keys
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Keys that nobody has to trust: a set-up by many, with snarkjs' files
    #[command(subcommand)]
    Ceremony(CeremonyCommand),
    /// Circuits: show that inputs determine every wire
    #[command(subcommand)]
    Circuit(CircuitCommand),
    /// Signing keys of custodians, attestors, venues and oracles
    #[command(subcommand)]
    Signer(SignerCommand),
    /// Collateral policies: import tier tables, explain a valuation
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// The custodian's book of vaults: import, reconcile, commit
    #[command(subcommand)]
    Book(BookCommand),
    /// Attestor: check a book's openings and co-sign it
    Attest(AttestArgs),
    /// Venue: make a margin claim, or release a pledge
    #[command(subcommand)]
    Claim(ClaimCommand),
    /// Signed prices of Pyth, RedStone or own feeds: check them, and make the prices of one side
    #[command(subcommand)]
    Prices(PricesCommand),
    /// Oracle: make and co-sign a price round
    Round(RoundArgs),
    /// Venue: write down what is trusted
    Trust(TrustArgs),
    /// Make the proofs that are missing or stale, or one of them
    Prove(ProveArgs),
    /// Stay, and prove and publish whenever an input changes, warn before it is too late, write metrics
    Watch(WatchArgs),
    /// Custodian: how far pledges were above what is required, epoch by epoch, as table and chart
    Headroom(HeadroomArgs),
    /// The custodian's encrypted store: make it, look at it, forget old epochs
    #[command(subcommand)]
    Store(StoreCommand),
    /// The account's transparency log: keep it, have it witnessed, verify it
    #[command(subcommand)]
    Log(LogCommand),
    /// All accounts of a custodian together: a committed sum, opened to an auditor and certified, that venues can ask for
    #[command(subcommand)]
    Totals(TotalsCommand),
    /// Auditor: verify everything that was published again, find and check evidence of contradictions; custodian: hand over what a
    /// sample asks for
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Venue: take bundles over HTTP and keep positions
    Serve(ServeArgs),
    /// Verify a bundle against a trust file
    Verify(VerifyArgs),
    /// Show what a bundle, key or trust file says, without judging it
    Inspect(InspectArgs),
    /// Export keys, proofs, circuits and assignments to snarkjs, circom, arkworks, Solidity and calldata
    #[command(subcommand)]
    Export(ExportCommand),
    /// Import proofs and verifying keys of snarkjs, arkworks and contracts
    #[command(subcommand)]
    Import(ImportCommand),
    /// Measure witness, proof and verification on this machine
    Bench(BenchArgs),
    /// Print shell completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Args)]
pub(crate) struct DemoArgs {
    /// Directory to make; must not exist or be empty
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// A day in a position's life on two local chains instead: proofs at ticks, a fall, a margin call, a top-up, a liquidation, and the gas
    /// of every step
    #[arg(long)]
    pub(crate) chain: bool,
    /// So many days of a custodian's operations instead, 1 to 3: import, attest, allocate and watch over recorded prices through a fall and a
    /// recovery; the watch is killed on the way and resumes; a table of epochs and a chart of headroom at the end
    #[arg(long, value_name = "DAYS", conflicts_with = "chain", value_parser = clap::value_parser!(u8).range(1..=3))]
    pub(crate) days: Option<u8>,
    /// The anvil to run; otherwise the one on PATH, or the one that npm installed in contracts/
    #[arg(long, value_name = "FILE", requires = "chain")]
    pub(crate) anvil: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a development key pair for a shape: whoever makes it can forge proofs under it
    Dev {
        /// Shape, as in coverage-flat
        shape: String,
        /// Directory of keys
        #[arg(long, default_value = "keys")]
        keys: PathBuf,
        /// Levels of tables, 1 to 32: multiples of the key's points, with which proofs are made 10 to 25 % faster. Points and file grow
        /// with them: the key of coverage-flat is 1.3 times as large with 2, 3 times with 8. 1 keeps none
        #[arg(long, value_name = "LEVELS", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=32))]
        tables: u8,
    },
    /// List the keys of a directory
    List {
        /// Directory of keys
        #[arg(long, default_value = "keys")]
        keys: PathBuf,
    },
    /// Show and check one key file
    Inspect {
        /// A .pk or .vk file
        file: PathBuf,
    },
}

#[derive(Subcommand)]
pub(crate) enum CircuitCommand {
    /// Show from the matrices alone that inputs determine every other wire; exit code 1 where they don't
    Check {
        /// Shape, as in coverage-flat; all without it
        #[arg(long = "shape")]
        shapes: Vec<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum SignerCommand {
    /// Make a signing key
    New {
        /// File to write, mode 0600; must not exist
        file: PathBuf,
    },
    /// Show the address of a signing key
    Address {
        /// The key file
        file: PathBuf,
    },
}

#[derive(Args)]
pub(crate) struct AttestArgs {
    /// The book's secret openings, as the custodian hands them over
    #[arg(long)]
    pub(crate) book: PathBuf,
    /// The attestation with the signatures so far; the new one is added
    #[arg(long)]
    pub(crate) attestation: PathBuf,
    /// The registry
    #[arg(long)]
    pub(crate) registry: PathBuf,
    /// The attestor's own view of the vaults: an export, or several of one form
    #[arg(long = "view", value_name = "FILE")]
    pub(crate) views: Vec<PathBuf>,
    /// Form of the view, as for `book import --from`; an ethereum form names the block or root that the attestor itself trusts
    #[arg(long, default_value = "fireblocks")]
    pub(crate) view_format: String,
    /// How names of the view become names of the registry (TOML), needed with --view
    #[arg(long)]
    pub(crate) mapping: Option<PathBuf>,
    /// The attestor's signing key
    #[arg(long)]
    pub(crate) key: PathBuf,
}

#[derive(Subcommand)]
pub(crate) enum ClaimCommand {
    /// Make and sign a claim; its opening goes to the custodian
    New(ClaimArgs),
    /// Release a pledge, so that a later allocation may spend it
    Release(ReleaseArgs),
}

#[derive(Args)]
pub(crate) struct ClaimArgs {
    /// Registry
    #[arg(long)]
    pub(crate) registry: PathBuf,
    /// The venue's policy
    #[arg(long)]
    pub(crate) policy: PathBuf,
    /// The venue's signing key
    #[arg(long)]
    pub(crate) key: PathBuf,
    /// Tag of the account
    #[arg(long)]
    pub(crate) account: String,
    /// The liability book
    #[arg(long)]
    pub(crate) liability_book: String,
    /// Requirement in quote units, as 1250000.50
    #[arg(long, required_unless_present = "owed")]
    pub(crate) requirement: Option<String>,
    /// What is owed in an asset, as BTC=12.5: adds its value, rounded up, to the requirement
    #[arg(long, value_name = "ASSET=AMOUNT", requires = "prices")]
    pub(crate) owed: Vec<String>,
    /// Prices for debts, of `solvency prices import --side debt`
    #[arg(long, value_name = "FILE", requires = "owed")]
    pub(crate) prices: Option<PathBuf>,
    /// Number of the claim
    #[arg(long)]
    pub(crate) number: u64,
    /// Seconds until it ends
    #[arg(long, default_value_t = 86_400)]
    pub(crate) valid_for: u64,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
    /// Directory to write claim.json, claim-opening.json and the releaser's key to
    #[arg(long)]
    pub(crate) out: PathBuf,
}

#[derive(Args)]
pub(crate) struct ReleaseArgs {
    /// The bundle in which the pledge was accepted
    #[arg(long)]
    pub(crate) bundle: PathBuf,
    /// Key of the claim's releaser
    #[arg(long)]
    pub(crate) key: PathBuf,
    /// Registry
    #[arg(long)]
    pub(crate) registry: PathBuf,
    /// Commitment of the pledge that must replace it; without it the release is unconditional
    #[arg(long)]
    pub(crate) replacement: Option<String>,
    /// Seconds until the release ends
    #[arg(long, default_value_t = 3_600)]
    pub(crate) valid_for: u64,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
    /// File to write
    #[arg(long)]
    pub(crate) out: PathBuf,
}

#[derive(Args)]
pub(crate) struct TrustArgs {
    /// Registry
    #[arg(long)]
    pub(crate) registry: PathBuf,
    /// The venue's policy
    #[arg(long)]
    pub(crate) policy: PathBuf,
    /// The venue's latest claim
    #[arg(long)]
    pub(crate) claim: PathBuf,
    /// The venue's signing key
    #[arg(long)]
    pub(crate) key: PathBuf,
    /// Address with which the custodian signs
    #[arg(long)]
    pub(crate) custodian: String,
    /// Origin of the account's log
    #[arg(long)]
    pub(crate) log_origin: String,
    /// Directory of verifying keys to pin
    #[arg(long)]
    pub(crate) keys: PathBuf,
    /// Also take the directory's development keys, by name: whoever made them can forge
    #[arg(long)]
    pub(crate) accept_development_keys: bool,
    /// How many rounds behind the current one a price round may be
    #[arg(long, default_value_t = 1)]
    pub(crate) max_round_lag: u64,
    /// How far ahead of this clock a time may lie, in seconds
    #[arg(long, default_value_t = 30)]
    pub(crate) max_clock_skew: u64,
    /// Ask for the account's witnessed log, with cosignatures of less than so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) history_max_age: Option<u64>,
    /// Ask for the custodian's totals, certified by the auditor with this address
    #[arg(long, value_name = "ADDRESS", requires = "totals_max_age")]
    pub(crate) totals_auditor: Option<String>,
    /// Seconds for which the reserves of certified totals count
    #[arg(long, value_name = "SECONDS", requires = "totals_auditor", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) totals_max_age: Option<u64>,
    /// File to write
    #[arg(long)]
    pub(crate) out: PathBuf,
}

#[derive(Args)]
pub(crate) struct RoundArgs {
    /// Registry
    #[arg(long)]
    pub(crate) registry: PathBuf,
    /// Observed price sets, one of each oracle; the median counts
    #[arg(long = "observation", required = true)]
    pub(crate) observations: Vec<PathBuf>,
    /// Policies whose valuation digests are signed along
    #[arg(long = "policy")]
    pub(crate) policies: Vec<PathBuf>,
    /// Signing keys of oracles
    #[arg(long = "key", required = true)]
    pub(crate) keys: Vec<PathBuf>,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
    /// File to write
    #[arg(long)]
    pub(crate) out: PathBuf,
}

#[derive(Args)]
pub(crate) struct VerifyArgs {
    /// The bundle
    pub(crate) bundle: PathBuf,
    /// The venue's trust file
    #[arg(long)]
    pub(crate) trust: PathBuf,
    /// The custodian's certified totals, where the trust file asks for them
    #[arg(long, value_name = "FILE")]
    pub(crate) totals: Option<PathBuf>,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
}

#[derive(Args)]
pub(crate) struct InspectArgs {
    /// A bundle, trust file or key file
    pub(crate) file: PathBuf,
}

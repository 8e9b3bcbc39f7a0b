//! `solvency totals`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::store::ConfigArgs;

#[derive(Subcommand)]
pub(crate) enum TotalsCommand {
    /// Custodian, for each account: what it adds, from the store. The file opens the sums of the account's shards: it is secret
    Share(TotalsShareArgs),
    /// Custodian: prove the sum of all accounts' shards and sign it
    New(TotalsNewArgs),
    /// Auditor: check totals against their books and opening, compare them with reserves, and sign that they are no more
    Certify(TotalsCertifyArgs),
}

#[derive(Args)]
pub(crate) struct TotalsShareArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
    /// File to write, mode 0600
    #[arg(long)]
    pub(crate) out: PathBuf,
}

#[derive(Args)]
pub(crate) struct TotalsNewArgs {
    /// Configuration of any of the accounts: registry, signing key and proving keys are taken from it
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// What an account adds, of `totals share`; one for each account
    #[arg(long = "share", value_name = "FILE", required = true)]
    pub(crate) shares: Vec<PathBuf>,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
    /// Document to write: it opens nothing
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// Opening to write for the auditor, mode 0600
    #[arg(long, value_name = "FILE")]
    pub(crate) opening: PathBuf,
}

#[derive(Args)]
pub(crate) struct TotalsCertifyArgs {
    /// The totals
    #[arg(long)]
    pub(crate) totals: PathBuf,
    /// Their opening
    #[arg(long)]
    pub(crate) opening: PathBuf,
    /// The reserves that were found
    #[arg(long)]
    pub(crate) reserves: PathBuf,
    /// A trust file: registry, custodian and keys are taken from it
    #[arg(long)]
    pub(crate) trust: PathBuf,
    /// The auditor's signing key
    #[arg(long)]
    pub(crate) key: PathBuf,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
    /// Certified document to write
    #[arg(long)]
    pub(crate) out: PathBuf,
}

//! `solvency book`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub(crate) enum BookCommand {
    /// Read vault exports and show what counts, what does not, and why, for each asset
    Import(BookImportArgs),
    /// Compare the export with a committed book
    Reconcile(BookSource),
    /// Commit to the export: write the secret book and the attestation to be signed
    Commit(BookSource),
}

/// Without --from, the configured export is read.
#[derive(Args)]
pub(crate) struct BookImportArgs {
    #[command(flatten)]
    pub(crate) source: BookSource,
    /// Form of the files: fireblocks, copper, bitgo, coinbase:NAME, ceffu, okx:NAME, binance:NAME, csv, ethereum:BLOCKHASH or
    /// ethereum-root:STATEROOT. NAME is the vault where the form names none; BLOCKHASH and STATEROOT are what you trust
    #[arg(long, value_name = "FORM", requires = "registry", requires = "files", conflicts_with_all = ["config", "at"])]
    pub(crate) from: Option<String>,
    /// Exports of that form, read as one; for ethereum:BLOCKHASH one of them is the block
    #[arg(value_name = "FILE", requires = "from")]
    pub(crate) files: Vec<PathBuf>,
    /// The registry
    #[arg(long, requires = "from")]
    pub(crate) registry: Option<PathBuf>,
    /// How names of the source become names of the registry (TOML); a table needs none
    #[arg(long, requires = "from")]
    pub(crate) mapping: Option<PathBuf>,
    /// Write what counts as a table (form csv), mode 0600, so that several sources can be joined
    #[arg(long, value_name = "TABLE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct BookSource {
    /// The custodian's configuration
    #[arg(long, default_value = "solvency.toml")]
    pub(crate) config: PathBuf,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
}

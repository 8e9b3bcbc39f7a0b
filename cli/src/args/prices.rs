//! `solvency prices`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Subcommand)]
pub(crate) enum PricesCommand {
    /// Check signed packages, and write the prices of one side: less or more k times the confidence
    Import(PricesImportArgs),
    /// Sign an own feed, or add a signature to one
    Sign(PricesSignArgs),
}

#[derive(Args)]
pub(crate) struct PricesImportArgs {
    /// Hermes' updates, RedStone's packages or own signed feeds; what each is follows from what stands in it
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Whose signatures count, and which feed is which asset (spec/prices.md)
    #[arg(long)]
    pub(crate) sources: PathBuf,
    /// The registry
    #[arg(long)]
    pub(crate) registry: PathBuf,
    /// What the prices are for
    #[arg(long, value_enum)]
    pub(crate) side: PriceSide,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
    /// Price set to write; without it, the prices are only shown
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
}

/// What prices are for.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum PriceSide {
    /// What is owned: price less k times the confidence
    Collateral,
    /// What is owed: price and k times the confidence
    Debt,
}

#[derive(Args)]
pub(crate) struct PricesSignArgs {
    /// A feed: quote, source, time and prices, alone or as `solvency-feed/1` with the signatures so far
    pub(crate) feed: PathBuf,
    /// The registry
    #[arg(long)]
    pub(crate) registry: PathBuf,
    /// Signing key
    #[arg(long)]
    pub(crate) key: PathBuf,
    /// File to write; may be the one that is read
    #[arg(long)]
    pub(crate) out: PathBuf,
}

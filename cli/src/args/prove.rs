//! `solvency prove`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// One part of the chain.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProofPart {
    /// The sums of the attested book
    Holdings,
    /// The distribution to venues
    Allocation,
    /// The coverage of each venue's claim
    Coverage,
}

#[derive(Args)]
pub(crate) struct ProveArgs {
    /// Only this part and what it needs
    #[arg(value_enum)]
    pub(crate) part: Option<ProofPart>,
    /// The custodian's configuration
    #[arg(long, default_value = "solvency.toml")]
    pub(crate) config: PathBuf,
    /// Clock, in Unix seconds, instead of now
    #[arg(long)]
    pub(crate) at: Option<u64>,
}

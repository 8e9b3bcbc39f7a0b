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
    /// Stay, look at the inputs every so many seconds (1 without a number), and make what is missing or stale whenever one changes; one line
    /// on stdout for each run that made something
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "1", value_parser = interval, conflicts_with = "at")]
    pub(crate) watch: Option<f64>,
}

/// Seconds between two looks.
fn interval(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if (0.01..=3_600.0).contains(&seconds) { Ok(seconds) } else { Err("from 0.01 to 3600 seconds".into()) }
}

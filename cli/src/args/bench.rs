//! `solvency bench`.

use clap::Args;
use clap::builder::RangedU64ValueParser;

#[derive(Args)]
pub(crate) struct BenchArgs {
    /// Shapes to measure; all without it, coverage-flat with --throughput
    #[arg(long = "shape", conflicts_with = "estimate")]
    pub(crate) shapes: Vec<String>,
    /// Repetitions of each measurement
    #[arg(long, default_value_t = 3, conflicts_with = "throughput", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) repeat: u32,
    /// Also estimate an epoch of this many vaults
    #[arg(long, conflicts_with = "throughput")]
    pub(crate) vaults: Option<u64>,
    /// Measure how many accounts are proven with each price, by one resident prover
    #[arg(long)]
    pub(crate) throughput: bool,
    /// Numbers of accounts for --throughput [default: 1,10,100,1000,10000], or one number for --estimate
    #[arg(long, value_delimiter = ',', value_name = "ACCOUNTS")]
    pub(crate) accounts: Vec<u64>,
    /// Longest measurement of --throughput, in seconds: numbers of accounts that would take longer are estimated
    #[arg(long, default_value_t = 60, requires = "throughput", value_parser = RangedU64ValueParser::<u64>::new().range(1..=86_400))]
    pub(crate) seconds: u64,
    /// Estimate the hardware for --vaults and --accounts
    #[arg(long, conflicts_with = "throughput", requires = "vaults", requires = "accounts")]
    pub(crate) estimate: bool,
    /// Venues that each account is pledged to, for --estimate
    #[arg(long, default_value_t = 1, requires = "estimate")]
    pub(crate) venues: u64,
    /// Seconds within which all are to be proven after a price, for --estimate
    #[arg(long, default_value_t = 60, requires = "estimate")]
    pub(crate) seconds_per_tick: u64,
}

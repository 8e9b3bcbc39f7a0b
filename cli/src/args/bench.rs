//! `solvency bench`.

use clap::Args;

#[derive(Args)]
pub(crate) struct BenchArgs {
    /// Shapes to measure; all without it
    #[arg(long = "shape")]
    pub(crate) shapes: Vec<String>,
    /// Repetitions of each measurement
    #[arg(long, default_value_t = 3)]
    pub(crate) repeat: u32,
    /// Also estimate an epoch of this many vaults
    #[arg(long)]
    pub(crate) vaults: Option<u64>,
}

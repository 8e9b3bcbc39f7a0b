//! `solvency store`, `solvency watch` and `solvency headroom`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub(crate) enum StoreCommand {
    /// Make the configured store, and its key file where that is named and not there
    New(ConfigArgs),
    /// Show what is kept and what was published, epoch by epoch
    Status(ConfigArgs),
    /// Forget old epochs: their books, openings and proofs
    Forget(ForgetArgs),
    /// Change what opens the store
    Rekey(RekeyArgs),
}

impl StoreCommand {
    /// The configuration that names the store.
    pub(crate) fn config(&self) -> &Path {
        match self {
            StoreCommand::New(args) | StoreCommand::Status(args) => &args.config,
            StoreCommand::Forget(args) => &args.config.config,
            StoreCommand::Rekey(args) => &args.config.config,
        }
    }
}

#[derive(Args)]
pub(crate) struct ConfigArgs {
    /// The custodian's configuration
    #[arg(long, default_value = "solvency.toml")]
    pub(crate) config: PathBuf,
}

#[derive(Args)]
pub(crate) struct ForgetArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// The first epoch that stays
    #[arg(long, value_name = "EPOCH")]
    pub(crate) before: u64,
}

#[derive(Args)]
pub(crate) struct RekeyArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// A configuration that names the new key file or passphrase
    #[arg(long, value_name = "CONFIG")]
    pub(crate) opener_of: PathBuf,
}

#[derive(Args)]
pub(crate) struct WatchArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// Seconds between two looks at the inputs
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = interval)]
    pub(crate) poll: f64,
    /// For rehearsals: a file with the time, in Unix seconds, in place of the system's clock
    #[arg(long, value_name = "FILE")]
    pub(crate) clock: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct HeadroomArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// Write a chart as well, mode 0600
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
}

/// Seconds between two looks.
fn interval(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if (0.01..=3_600.0).contains(&seconds) { Ok(seconds) } else { Err("from 0.01 to 3600 seconds".into()) }
}

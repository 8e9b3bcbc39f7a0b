//! `solvency serve`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Args)]
pub(crate) struct ServeArgs {
    /// The service's configuration (TOML, spec/service.md)
    #[arg(long, default_value = "serve.toml", global = true)]
    pub(crate) config: PathBuf,
    #[command(subcommand)]
    pub(crate) command: Option<ServeCommand>,
}

#[derive(Subcommand)]
pub(crate) enum ServeCommand {
    /// Open the position of an account, once, before the service starts
    Open(OpenPositionArgs),
}

#[derive(Args)]
pub(crate) struct OpenPositionArgs {
    /// Its name in the configuration
    pub(crate) name: String,
}

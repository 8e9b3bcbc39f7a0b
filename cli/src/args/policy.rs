//! `solvency policy`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Column of the published tier table.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum TierColumn {
    /// collateral_vip_loan_ratio_tiers
    VipLoan,
    /// collateral_margin_ratio_tiers
    Margin,
    /// collateral_portfolio_margin_ratio_tiers
    PortfolioMargin,
}

/// Published form of a tier table.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum TierFormat {
    /// The published CSV with `[low-high:percent, …]` columns
    Csv,
    /// OKX discount-rate JSON
    Okx,
    /// Binance collateral-rate JSON
    Binance,
}

#[derive(Subcommand)]
pub(crate) enum PolicyCommand {
    /// Replace the tiers of a policy by those of a published table
    Import(PolicyImportArgs),
    /// Explain a valuation line by line
    Explain(ExplainArgs),
}

#[derive(Args)]
pub(crate) struct PolicyImportArgs {
    /// Policy to start from (tiered)
    #[arg(long)]
    pub(crate) policy: PathBuf,
    /// Registry of the policy
    #[arg(long)]
    pub(crate) registry: PathBuf,
    /// The published table
    #[arg(long)]
    pub(crate) table: PathBuf,
    /// Its form
    #[arg(long, value_enum, default_value = "csv")]
    pub(crate) format: TierFormat,
    /// Column of the CSV form
    #[arg(long, value_enum, default_value = "margin")]
    pub(crate) column: TierColumn,
    /// Prices, to convert tiers that are given in asset amounts
    #[arg(long)]
    pub(crate) prices: Option<PathBuf>,
    /// Policy to write
    #[arg(long)]
    pub(crate) out: PathBuf,
}

#[derive(Args)]
pub(crate) struct ExplainArgs {
    /// The policy
    #[arg(long)]
    pub(crate) policy: PathBuf,
    /// Its registry
    #[arg(long)]
    pub(crate) registry: PathBuf,
    /// Price set
    #[arg(long)]
    pub(crate) prices: PathBuf,
    /// Balance in one slot, as BTC/cold=750; may be given often
    #[arg(long = "balance", required = true)]
    pub(crate) balances: Vec<String>,
}

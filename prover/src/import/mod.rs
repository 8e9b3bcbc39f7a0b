//! Strict readers of what users and venues hand over: vault exports, published tier tables, prices.
//!
//! A file that is read shows what its author wrote; not that the balances exist or that the tiers are in force.
//!
//! Our own formats refuse unknown fields. Formats of others (custodians, venues) may grow fields at any time, as their documentation
//! says; there unknown fields are passed over, and every field that counts must be there, once, as text.

mod binance_balance;
mod binance_rate;
mod bitgo;
mod ceffu;
mod coinbase;
mod copper;
mod error;
mod ethereum;
mod fireblocks;
mod form;
mod ledger;
mod mapping;
mod okx_balance;
mod okx_discount;
mod prices;
mod tier_csv;
mod tier_table;
mod vault_csv;
mod vaults;

pub use binance_rate::binance_rate;
pub use error::{Document, ImportError, Problem};
pub use form::{TrustedState, VAULT_FORMS, VaultForm, read_vaults, vaults};
pub use mapping::{EthereumMapping, Mapping, StorageLayout, TokenStorage};
pub use okx_discount::okx_discount;
pub use prices::{PRICES_FORMAT, PriceEntry, PriceSet, PriceSide};
pub use tier_csv::{TierColumn, tier_csv};
pub use tier_table::{PublishedTiers, TierTable};
pub use vault_csv::vault_csv_text;
pub use vaults::{AssetSummary, ImportedVault, LeftOut, ProvenBlock, Reason, VaultExport};

/// Longest file that is imported, in bytes.
pub const MAX_IMPORT_BYTES: u64 = 64 << 20;
/// Most assets of a published table and most prices of a set.
pub const MAX_ENTRIES: usize = 10_000;

#[cfg(test)]
mod tests;

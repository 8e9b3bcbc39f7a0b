//! What an import takes and what it leaves out: the same for every form.
//!
//! An export shows what the custody system says. That the vaults hold it is what attestors look at.

use serde::Serialize;

/// A vault's balances that count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportedVault {
    /// The vault's name at its source; its id in a book is derived from it.
    pub reference: String,
    /// Class of the registry.
    pub class: String,
    /// Symbol of the registry and amount in ledger units; symbols differ, amounts are not 0.
    pub positions: Vec<(String, u64)>,
}

/// Why an amount does not count.
///
/// `spec/imports.md` says for each form which fields have which reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// On its way in.
    Pending,
    /// On its way out.
    Locked,
    /// Frozen.
    Frozen,
    /// Held for orders or withdrawals.
    Reserved,
    /// Staked, or on its way back from it.
    Staked,
    /// Lent to a venue, whose positions it backs.
    Delegated,
    /// Held elsewhere, which the source only repeats.
    External,
    /// Margin of the venue's own positions.
    Margin,
    /// Profit that is not realised.
    Unrealised,
    /// Not available, for a reason that the source doesn't give.
    Unavailable,
    /// The asset is ignored.
    IgnoredAsset,
    /// The vault is ignored.
    IgnoredVault,
    /// Less than one ledger unit.
    Rounded,
}

/// An amount that does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// Why.
    pub reason: Reason,
    /// How much, as decimal text.
    pub amount: String,
}

/// What was taken and left out of a source asset, over all vaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetSummary {
    /// The source's name for the asset.
    pub source: String,
    /// The registry's symbol; none where the asset is ignored.
    pub symbol: Option<String>,
    /// What counts, as decimal text.
    pub taken: String,
    /// What does not, by reason.
    pub left_out: Vec<LeftOut>,
}

/// The block whose state balances were proven against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProvenBlock {
    /// Number.
    pub number: u64,
    /// Hash, as it is trusted.
    pub hash: String,
    /// Time, in Unix seconds.
    pub timestamp: u64,
}

/// The balances that count, vault by vault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VaultExport {
    /// Vaults with a balance that counts, in the source's order; references differ.
    pub vaults: Vec<ImportedVault>,
    /// One line for each source asset.
    pub summary: Vec<AssetSummary>,
    /// Where balances were proven against a block's state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<ProvenBlock>,
}

//! How names of a source become names of the registry.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// How names of the source become names of the registry. What is neither mapped nor ignored is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// Source asset to symbol of the registry; several source assets may be one asset.
    pub assets: BTreeMap<String, String>,
    /// Vault to class of the registry.
    pub classes: BTreeMap<String, String>,
    /// Class of vaults that `classes` does not name.
    pub default_class: Option<String>,
    /// Source assets that are left out.
    pub ignored_assets: BTreeSet<String>,
    /// Vaults that are left out.
    pub ignored_vaults: BTreeSet<String>,
    /// Source assets of which parts below one ledger unit are dropped instead of refused.
    pub round_down: BTreeSet<String>,
    /// Decimals of the base unit of source assets that are counted in it, at most 18: satoshi are 10^-8 BTC.
    pub base_decimals: BTreeMap<String, u32>,
    /// Addresses and tokens that proven Ethereum balances may be of.
    pub ethereum: EthereumMapping,
}

/// Whose Ethereum balances count, and where tokens keep them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EthereumMapping {
    /// Addresses of the custodian: `0x` and 40 hexadecimal digits.
    pub holders: BTreeSet<String>,
    /// Contract address to the place of its balances.
    pub tokens: BTreeMap<String, TokenStorage>,
}

/// Where an ERC-20 contract keeps its mapping of balances. The contract's source or its compiler's storage layout says it; nothing here can check it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenStorage {
    /// The mapping's slot: decimal digits, or `0x` and hexadecimal digits; 256 bits.
    pub slot: String,
    /// How slot and holder become a key.
    #[serde(default)]
    pub layout: StorageLayout,
}

/// How a mapping's slot and a holder's address become the key of the holder's balance; both are padded to 32 bytes on the left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StorageLayout {
    /// Keccak-256(holder ‖ slot).
    #[default]
    Solidity,
    /// Keccak-256(slot ‖ holder).
    Vyper,
}

//! Vault exports, as configured, and how they compare with a book.

use std::collections::BTreeMap;
use std::path::Path;

use solvency_prover::book::{Book, vault_id};
use solvency_prover::files;
use solvency_prover::import::{Mapping, Reason, VaultExport, VaultForm, read_vaults};
use solvency_verifier::decimal::format_decimal;
use solvency_verifier::registry::Registry;

use crate::error::{CliError, CliResult};

/// Reads an export of a form (fireblocks, csv or okx:NAME), with the mapping of its names.
pub(crate) fn read(path: &Path, form: &str, mapping: &Path, registry: &Registry) -> CliResult<VaultExport> {
    let form = form.parse::<VaultForm>().map_err(CliError::new)?;
    let text = files::read_text(mapping, 1 << 20)?;
    let mapping: Mapping =
        toml::from_str(&text).map_err(|error| CliError::new(format!("{}: {error}", mapping.display())))?;
    read_vaults(path, &form, &mapping, registry).map_err(crate::prices::with_hint)
}

/// What of an export counts, what does not, and why.
pub(crate) fn summary_text(export: &VaultExport) -> String {
    let mut text = format!("{} vaults with a balance that counts\n", export.vaults.len());
    for asset in &export.summary {
        let symbol = asset.symbol.as_deref().unwrap_or("ignored");
        text.push_str(&format!("  {} ({symbol}): taken {}\n", asset.source, asset.taken));
        for left_out in &asset.left_out {
            text.push_str(&format!("    left out {}: {}\n", left_out.amount, reason(left_out.reason)));
        }
    }
    text
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Pending => "on its way in",
        Reason::Locked => "on its way out",
        Reason::Frozen => "frozen",
        Reason::IgnoredAsset => "the mapping ignores the asset",
        Reason::IgnoredVault => "the mapping ignores the vault",
        Reason::Rounded => "less than one ledger unit",
    }
}

/// What differs between a book and an export, one line for each vault and slot; empty where nothing does.
pub(crate) fn differences(book: &Book, export: &VaultExport, registry: &Registry) -> Vec<String> {
    let mut in_book: BTreeMap<(u64, u8), u64> = BTreeMap::new();
    let mut names: BTreeMap<u64, String> = BTreeMap::new();
    for vault in book.shards.iter().flat_map(|shard| &shard.vaults) {
        let name = vault.reference.clone().unwrap_or_else(|| format!("padding {}", vault.id));
        names.insert(vault.id, name);
        for position in &vault.positions {
            let sum = in_book.entry((vault.id, position.slot)).or_default();
            *sum = sum.saturating_add(position.amount);
        }
    }
    let mut seen: BTreeMap<(u64, u8), u64> = BTreeMap::new();
    let mut lines = Vec::new();
    for vault in &export.vaults {
        let id = vault_id(&book.custodian, &vault.reference);
        names.insert(id, vault.reference.clone());
        for (asset, amount) in &vault.positions {
            match registry.slot(asset, &vault.class) {
                Some(slot) => {
                    let sum = seen.entry((id, slot as u8)).or_default();
                    *sum = sum.saturating_add(*amount);
                }
                None => {
                    lines.push(format!("{}: {asset}/{} is not in the registry", vault.reference, vault.class))
                }
            }
        }
    }
    let keys: std::collections::BTreeSet<_> = in_book.keys().chain(seen.keys()).copied().collect();
    for (id, slot) in keys {
        let book_amount = in_book.get(&(id, slot)).copied().unwrap_or(0);
        let own_amount = seen.get(&(id, slot)).copied().unwrap_or(0);
        if book_amount != own_amount {
            let name = names.get(&id).cloned().unwrap_or_default();
            lines.push(format!(
                "{name}, {}: the book has {}, the export {}",
                slot_name(registry, slot.into()),
                slot_amount(registry, slot.into(), book_amount.into()),
                slot_amount(registry, slot.into(), own_amount.into()),
            ));
        }
    }
    lines
}

/// `ASSET/class` of a slot.
pub(crate) fn slot_name(registry: &Registry, slot: usize) -> String {
    let asset = registry.assets.get(slot / solvency_verifier::CLASSES).map_or("?", |asset| &asset.symbol);
    let class = registry.classes.get(slot % solvency_verifier::CLASSES).map_or("?", |class| &class.name);
    format!("{asset}/{class}")
}

/// An amount of a slot, in whole assets.
pub(crate) fn slot_amount(registry: &Registry, slot: usize, amount: u128) -> String {
    let decimals = registry.assets.get(slot / solvency_verifier::CLASSES).map_or(0, |asset| asset.decimals);
    format_decimal(amount, decimals)
}

//! Vault exports, as configured, and how they compare with a book.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use solvency_prover::book::{Book, vault_id};
use solvency_prover::files;
use solvency_prover::import::{MAX_IMPORT_BYTES, Mapping, Reason, VaultExport, VaultForm, read_vaults};
use solvency_verifier::Bytes32;
use solvency_verifier::decimal::format_decimal;
use solvency_verifier::registry::Registry;

use crate::error::{CliError, CliResult};

/// Reads exports of a form (see `spec/imports.md`), with the mapping of their names.
pub(crate) fn read(
    paths: &[PathBuf],
    form: &str,
    mapping: Option<&Path>,
    registry: &Registry,
) -> CliResult<VaultExport> {
    let form = form.parse::<VaultForm>().map_err(CliError::new)?;
    let mapping: Mapping = match mapping {
        None => Mapping::default(),
        Some(path) => toml::from_str(&files::read_text(path, 1 << 20)?)
            .map_err(|error| CliError::new(format!("{}: {error}", path.display())))?,
    };
    read_vaults(paths, &form, &mapping, registry).map_err(|error| {
        let about = format!(
            "this was read as {form}; spec/imports.md says what counts in it, --from and format name others"
        );
        let hint = error.hint();
        CliError::new(&error).hint(if hint.is_empty() { about } else { format!("{hint}; {about}") })
    })
}

/// SHA-256 of an export; of several, of their digests one after the other.
pub(crate) fn evidence(paths: &[PathBuf]) -> CliResult<Bytes32> {
    let digest = |path: &PathBuf| -> CliResult<[u8; 32]> {
        Ok(Sha256::digest(files::read_bytes(path, MAX_IMPORT_BYTES)?).into())
    };
    let digests: Vec<[u8; 32]> = paths.iter().map(digest).collect::<CliResult<_>>()?;
    Ok(Bytes32(match digests.as_slice() {
        [one] => *one,
        several => Sha256::digest(several.concat()).into(),
    }))
}

/// What counts, what does not, and why, for machines.
pub(crate) fn summary(export: &VaultExport) -> Value {
    json!({ "vaults": export.vaults.len(), "assets": export.summary, "block": export.block })
}

/// What of an export counts, what does not, and why.
pub(crate) fn summary_text(export: &VaultExport) -> String {
    let mut text = format!("{} vaults with a balance that counts\n", export.vaults.len());
    if let Some(block) = &export.block {
        text.push_str(&format!("  proven against block {} of Unix time {}\n", block.number, block.timestamp));
    }
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
        Reason::Reserved => "held for orders or withdrawals",
        Reason::Staked => "staked, or on its way back from it",
        Reason::Delegated => "delegated to a venue, whose positions it backs",
        Reason::External => "held elsewhere",
        Reason::Margin => "margin of the venue's own positions",
        Reason::Unrealised => "profit that is not realised",
        Reason::Unavailable => "not available, the source doesn't say why",
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

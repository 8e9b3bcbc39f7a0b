//! Vaults as a plain table: `vault,asset,class,amount`, one row for each asset of a vault.
//!
//! The table has no parts that could be compared: every amount in it is taken as available.

use std::collections::BTreeSet;

use solvency_verifier::decimal::format_decimal;
use solvency_verifier::registry::Registry;

use super::ledger::{Ledger, Line};
use super::{Document, ImportError, Mapping, Problem, VaultExport};

const COLUMNS: [&str; 4] = ["vault", "asset", "class", "amount"];

/// The mapping, with the registry's own symbols where it has no others.
pub(super) fn with_symbols(mapping: &Mapping, registry: &Registry) -> Mapping {
    let mut mapping = mapping.clone();
    for asset in &registry.assets {
        mapping.assets.entry(asset.symbol.clone()).or_insert_with(|| asset.symbol.clone());
    }
    mapping
}

/// Enters the table. The class stands in it; where the mapping names a class for a vault, the two must agree.
///
/// # Errors
/// [`ImportError`].
pub(super) fn read(document: Document<'_>, ledger: &mut Ledger<'_>) -> Result<(), ImportError> {
    let mut seen = BTreeSet::new();
    for (line, [vault, asset, class, amount]) in document.rows(COLUMNS)? {
        let at = document.at(format!("line {line}"));
        at.once(seen.insert((vault.clone(), asset.clone())), "row", &format!("{vault}, {asset}"))?;
        let index = match ledger.opened(&vault) {
            Some((Some(_), first)) if first != class => {
                let problem = Problem::TwoClasses { vault, got: class, first: first.into() };
                return Err(at.error(problem));
            }
            Some((index, _)) => index,
            None => {
                let ignored = ledger.mapping.ignored_vaults.contains(&vault);
                let mapped = ledger.mapping.classes.get(&vault);
                if let Some(first) = mapped.filter(|mapped| **mapped != class && !ignored) {
                    let problem = Problem::TwoClasses { vault, got: class, first: first.clone() };
                    return Err(at.error(problem));
                }
                ledger.open_as(&at, &vault, (!ignored).then(|| class.clone()))?
            }
        };
        let taken = at.amount("amount", &amount)?;
        let line = Line { vault: index, asset: &asset, field: "amount", taken, left_out: &[] };
        ledger.record(&at, &line)?;
    }
    Ok(())
}

/// Writes what counts as such a table; amounts in whole assets, as exact as the registry's ledger unit. What was left out does not stand in it.
///
/// # Errors
/// A position of an asset that the registry does not have.
pub fn vault_csv_text(export: &VaultExport, registry: &Registry) -> Result<String, Problem> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = |error: csv::Error| Problem::Csv(error.to_string());
    writer.write_record(COLUMNS).map_err(written)?;
    for vault in &export.vaults {
        for (symbol, amount) in &vault.positions {
            let asset = registry.assets.iter().find(|asset| asset.symbol == *symbol);
            let asset = asset.ok_or_else(|| {
                let expected = "an asset of the registry";
                Problem::Unknown { what: "asset", name: symbol.clone(), expected }
            })?;
            let amount = format_decimal(u128::from(*amount), asset.decimals);
            let row = [vault.reference.as_str(), symbol, &vault.class, &amount];
            writer.write_record(row).map_err(written)?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| Problem::Csv(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| Problem::Csv(error.to_string()))
}

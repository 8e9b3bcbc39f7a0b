//! Vaults as a plain table: `vault,asset,class,amount`, one row for each asset of a vault.
//!
//! The table has no parts that could be compared: every amount in it is taken as available.

use std::collections::BTreeSet;

use solvency_verifier::registry::Registry;

use super::vaults::Collector;
use super::{Document, ImportError, Mapping, Problem, VaultExport};

/// Reads the table. The class stands in it; where the mapping names a class for a vault, the two must agree.
///
/// Asset names are those of the registry, unless the mapping names others.
///
/// # Errors
/// [`ImportError`].
pub fn vault_csv(
    document: Document<'_>,
    mapping: &Mapping,
    registry: &Registry,
) -> Result<VaultExport, ImportError> {
    let mut mapping = mapping.clone();
    for asset in &registry.assets {
        mapping.assets.entry(asset.symbol.clone()).or_insert_with(|| asset.symbol.clone());
    }
    let mut collector = Collector::new(document, &mapping, registry);
    let mut seen = BTreeSet::new();
    for (line, [vault, asset, class, amount]) in document.rows(["vault", "asset", "class", "amount"])? {
        let place = format!("line {line}");
        if !seen.insert((vault.clone(), asset.clone())) {
            let name = format!("{vault}, {asset}");
            return Err(document.error(place, Problem::Repeated { what: "row", name }));
        }
        let index = match collector.opened(&vault) {
            Some((Some(_), first)) if first != class => {
                let problem = Problem::TwoClasses { vault, got: class, first: first.into() };
                return Err(document.error(place, problem));
            }
            Some((index, _)) => index,
            None => {
                let ignored = mapping.ignored_vaults.contains(&vault);
                if let Some(first) =
                    mapping.classes.get(&vault).filter(|mapped| **mapped != class && !ignored)
                {
                    let problem = Problem::TwoClasses { vault, got: class, first: first.clone() };
                    return Err(document.error(place, problem));
                }
                collector.open(&place, &vault, (!ignored).then(|| class.clone()))?
            }
        };
        collector.take(&place, index, &asset, "amount", &amount)?;
    }
    collector.finish()
}

//! Price sets as files.

use std::path::Path;

use solvency_prover::files;
use solvency_prover::import::{Document, MAX_IMPORT_BYTES, PriceSet, PriceSide};
use solvency_verifier::registry::Registry;

use crate::error::{CliError, CliResult};

/// Reads a price set.
pub(crate) fn read_set(path: &Path) -> CliResult<PriceSet> {
    let text = files::read_text(path, MAX_IMPORT_BYTES)?;
    let file = path.display().to_string();
    PriceSet::parse(Document { file: &file, text: &text }).map_err(with_hint)
}

/// Reads a price set as feed prices in 10^-12 quote units, in the registry's order of assets. What was moved up for debts does not
/// value collateral.
pub(crate) fn read(path: &Path, registry: &Registry) -> CliResult<Vec<u64>> {
    let set = read_set(path)?;
    if set.side == Some(PriceSide::Debt) {
        return Err(CliError::new(format!(
            "{}: prices for debts, moved up by their confidence",
            path.display()
        ))
        .hint("import the same packages with --side collateral"));
    }
    for_registry(&set, path, registry)
}

/// Reads a price set that was moved up for debts.
pub(crate) fn read_for_debts(path: &Path, registry: &Registry) -> CliResult<Vec<u64>> {
    let set = read_set(path)?;
    if set.side != Some(PriceSide::Debt) {
        return Err(CliError::new(format!("{}: not prices for debts", path.display()))
            .hint("make them with `solvency prices import --side debt`"));
    }
    for_registry(&set, path, registry)
}

fn for_registry(set: &PriceSet, path: &Path, registry: &Registry) -> CliResult<Vec<u64>> {
    set.for_registry(&path.display().to_string(), registry).map_err(with_hint)
}

/// An import's error with what to do about it.
pub(crate) fn with_hint(error: solvency_prover::import::ImportError) -> CliError {
    let hint = error.hint();
    CliError::new(error).hint(hint)
}

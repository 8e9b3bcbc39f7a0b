//! Vault exports: which balances of which vaults may be pledged.
//!
//! An export shows what the custody system says. That the vaults hold it is what attestors look at.
//!
//! Only what is available counts: pending amounts may never arrive, locked ones may leave, frozen ones can't be sold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use solvency_verifier::decimal::{DecimalError, format_decimal, parse_decimal, parse_decimal_down};
use solvency_verifier::registry::Registry;

use super::{Document, ImportError, MAX_IMPORT_BYTES, Problem, fireblocks, okx_balance, vault_csv};
use crate::files;

/// Decimals in which amounts of any source are added up.
pub(super) const SOURCE_DECIMALS: u32 = 18;

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
}

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// On its way in.
    Pending,
    /// On its way out.
    Locked,
    /// Frozen.
    Frozen,
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

/// The balances that count, vault by vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VaultExport {
    /// Vaults with a balance that counts, in the source's order; references differ.
    pub vaults: Vec<ImportedVault>,
    /// One line for each source asset.
    pub summary: Vec<AssetSummary>,
}

/// The forms of vault exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultForm {
    /// Fireblocks' `GET /v1/vault/accounts_paged`, or a bare list of its accounts.
    Fireblocks,
    /// Columns `vault,asset,class,amount`.
    Csv,
    /// OKX's `GET /api/v5/account/balance`: one account, which is the vault of this name.
    Okx {
        /// Name of the vault.
        reference: String,
    },
}

impl FromStr for VaultForm {
    type Err = String;

    /// `fireblocks`, `csv` or `okx:NAME`.
    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.strip_prefix("okx:")) {
            ("fireblocks", _) => Ok(VaultForm::Fireblocks),
            ("csv", _) => Ok(VaultForm::Csv),
            (_, Some(name)) if !name.is_empty() => Ok(VaultForm::Okx { reference: name.into() }),
            _ => Err(format!("{text:?} is no form of vault export; fireblocks, csv and okx:NAME are")),
        }
    }
}

/// Reads a vault export from a file.
///
/// # Errors
/// [`ImportError`] with file, place, what was found and what is allowed.
pub fn read_vaults(
    path: &Path,
    form: &VaultForm,
    mapping: &Mapping,
    registry: &Registry,
) -> Result<VaultExport, ImportError> {
    let file = path.display().to_string();
    let text = files::read_text(path, MAX_IMPORT_BYTES).map_err(|error| ImportError {
        file: file.clone(),
        place: "whole file".into(),
        problem: Problem::File(error),
    })?;
    let document = Document { file: &file, text: &text };
    match form {
        VaultForm::Fireblocks => fireblocks(document, mapping, registry),
        VaultForm::Csv => vault_csv(document, mapping, registry),
        VaultForm::Okx { reference } => okx_balance(document, reference, mapping, registry),
    }
}

/// A decimal text in units of 10^-18, exactly; below 2^64·10^18.
pub(super) fn exact(
    document: Document<'_>,
    place: &str,
    field: &'static str,
    text: &str,
) -> Result<u128, ImportError> {
    let wide = || {
        let whole = parse_decimal_down(text, 0)?;
        let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction).trim_end_matches('0');
        let got = fraction.len();
        if got > SOURCE_DECIMALS as usize {
            let allowed = SOURCE_DECIMALS;
            return Err(DecimalError::TooManyDecimals { text: text.into(), got, allowed });
        }
        let padded = format!("0.{fraction:0<18}");
        Ok(u128::from(whole) * 10u128.pow(SOURCE_DECIMALS)
            + u128::from(parse_decimal(&padded, SOURCE_DECIMALS)?))
    };
    wide().map_err(|error| document.error(place, Problem::Decimal { field, error }))
}

/// Gathers vaults and the summary while a source is read.
pub(super) struct Collector<'a> {
    document: Document<'a>,
    mapping: &'a Mapping,
    registry: &'a Registry,
    vaults: Vec<ImportedVault>,
    references: BTreeMap<String, Option<usize>>,
    sums: BTreeMap<String, Sums>,
}

#[derive(Default)]
struct Sums {
    taken: u128,
    left_out: BTreeMap<Reason, u128>,
}

impl<'a> Collector<'a> {
    pub(super) fn new(document: Document<'a>, mapping: &'a Mapping, registry: &'a Registry) -> Self {
        let (vaults, references, sums) = Default::default();
        Self { document, mapping, registry, vaults, references, sums }
    }

    /// The class that the mapping gives a vault; none where the vault is ignored.
    pub(super) fn class_of(&self, place: &str, reference: &str) -> Result<Option<String>, ImportError> {
        if self.mapping.ignored_vaults.contains(reference) {
            return Ok(None);
        }
        let class = self.mapping.classes.get(reference).or(self.mapping.default_class.as_ref());
        class.cloned().map(Some).ok_or_else(|| {
            let expected = "given a class by the mapping";
            self.document.error(place, Problem::Unknown { what: "vault", name: reference.into(), expected })
        })
    }

    /// Opens a vault that was not met before; none where it is ignored (no class).
    pub(super) fn open(
        &mut self,
        place: &str,
        reference: &str,
        class: Option<String>,
    ) -> Result<Option<usize>, ImportError> {
        let plain = !reference.is_empty()
            && reference.len() <= 128
            && reference.trim() == reference
            && !reference.chars().any(char::is_control);
        if !plain {
            let allowed = "from 1 to 128 bytes without control characters or outer blanks are allowed";
            let problem = Problem::Value { field: "vault", got: reference.into(), allowed };
            return Err(self.document.error(place, problem));
        }
        if let Some(class) = &class
            && !self.registry.classes.iter().any(|known| known.name == *class)
        {
            let expected = "a class of the registry";
            let problem = Problem::Unknown { what: "class", name: class.clone(), expected };
            return Err(self.document.error(place, problem));
        }
        let vault = class.as_ref().map(|_| self.vaults.len());
        if self.references.insert(reference.into(), vault).is_some() {
            let problem = Problem::Repeated { what: "vault", name: reference.into() };
            return Err(self.document.error(place, problem));
        }
        if let Some(class) = class {
            self.vaults.push(ImportedVault { reference: reference.into(), class, positions: Vec::new() });
        }
        Ok(vault)
    }

    /// Class of a vault that was opened before.
    pub(super) fn opened(&self, reference: &str) -> Option<(Option<usize>, &str)> {
        let vault = *self.references.get(reference)?;
        let class = vault.and_then(|vault| self.vaults.get(vault)).map_or("", |vault| vault.class.as_str());
        Some((vault, class))
    }

    pub(super) fn leave_out(
        &mut self,
        place: &str,
        source: &str,
        reason: Reason,
        field: &'static str,
        amount: &str,
    ) -> Result<(), ImportError> {
        let amount = exact(self.document, place, field, amount)?;
        self.add_left_out(source, reason, amount);
        Ok(())
    }

    fn add_left_out(&mut self, source: &str, reason: Reason, amount: u128) {
        let sums = self.sums.entry(source.into()).or_default();
        if amount > 0 {
            let sum = sums.left_out.entry(reason).or_default();
            *sum = sum.saturating_add(amount);
        }
    }

    /// Counts an amount for a vault, unless vault or asset are ignored.
    pub(super) fn take(
        &mut self,
        place: &str,
        vault: Option<usize>,
        source: &str,
        field: &'static str,
        text: &str,
    ) -> Result<(), ImportError> {
        let all = exact(self.document, place, field, text)?;
        if self.mapping.ignored_assets.contains(source) {
            self.add_left_out(source, Reason::IgnoredAsset, all);
            return Ok(());
        }
        let Some(vault) = vault else {
            self.add_left_out(source, Reason::IgnoredVault, all);
            return Ok(());
        };
        let (symbol, decimals) = self.asset(place, source)?;
        let parse = if self.mapping.round_down.contains(source) { parse_decimal_down } else { parse_decimal };
        let amount = parse(text, decimals)
            .map_err(|error| self.document.error(place, Problem::Decimal { field, error }))?;
        if let Some(vault) = self.vaults.get_mut(vault).filter(|_| amount > 0) {
            add_position(&mut vault.positions, &symbol, amount)
                .ok_or_else(|| self.document.error(place, Problem::Overflow(symbol.clone())))?;
        }
        let counted = u128::from(amount) * 10u128.pow(SOURCE_DECIMALS.saturating_sub(decimals));
        let sums = self.sums.entry(source.into()).or_default();
        sums.taken = sums.taken.saturating_add(counted);
        self.add_left_out(source, Reason::Rounded, all.saturating_sub(counted));
        Ok(())
    }

    /// Symbol and decimals of a source asset.
    fn asset(&self, place: &str, source: &str) -> Result<(String, u32), ImportError> {
        let unknown = |name: &str, expected| {
            self.document.error(place, Problem::Unknown { what: "asset", name: name.into(), expected })
        };
        let symbol = self.mapping.assets.get(source).ok_or_else(|| unknown(source, "mapped or ignored"))?;
        let known = self.registry.assets.iter().find(|asset| asset.symbol == *symbol);
        let asset = known.ok_or_else(|| unknown(symbol, "an asset of the registry"))?;
        Ok((symbol.clone(), asset.decimals))
    }

    pub(super) fn finish(mut self) -> Result<VaultExport, ImportError> {
        self.vaults.retain(|vault| !vault.positions.is_empty());
        if self.vaults.is_empty() {
            return Err(self
                .document
                .error("whole file", Problem::Empty("vaults with an amount that counts")));
        }
        let mapping = self.mapping;
        let summary = self.sums.into_iter().map(|(source, sums)| AssetSummary {
            symbol: mapping
                .assets
                .get(&source)
                .filter(|_| !mapping.ignored_assets.contains(&source))
                .cloned(),
            taken: format_decimal(sums.taken, SOURCE_DECIMALS),
            left_out: sums
                .left_out
                .into_iter()
                .map(|(reason, amount)| LeftOut { reason, amount: format_decimal(amount, SOURCE_DECIMALS) })
                .collect(),
            source,
        });
        Ok(VaultExport { summary: summary.collect(), vaults: self.vaults })
    }
}

/// Adds to the position of an asset; none where the sum exceeds 64 bits.
fn add_position(positions: &mut Vec<(String, u64)>, symbol: &str, amount: u64) -> Option<()> {
    match positions.iter_mut().find(|(known, _)| known == symbol) {
        Some((_, sum)) => *sum = sum.checked_add(amount)?,
        None => positions.push((symbol.into(), amount)),
    }
    Some(())
}

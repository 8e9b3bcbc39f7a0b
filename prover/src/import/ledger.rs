//! The one ledger that every form fills: amounts are taken for a vault and an asset, or left out with a reason.

use std::collections::BTreeMap;

use solvency_verifier::decimal::{DecimalError, format_decimal, parse_decimal, parse_decimal_down};
use solvency_verifier::registry::Registry;

use super::{
    AssetSummary, Document, ImportError, ImportedVault, LeftOut, Mapping, Problem, ProvenBlock, Reason,
    VaultExport,
};

/// Decimals in which amounts of any source are added up.
pub(super) const SOURCE_DECIMALS: u32 = 18;

/// A place in a document, at which something is read.
pub(super) struct At<'a> {
    pub(super) document: Document<'a>,
    place: String,
}

/// What a source says of one asset of one vault. Amounts are in 10^-18 of the asset, below 2^127.
pub(super) struct Line<'a> {
    /// The vault; none where it is ignored.
    pub(super) vault: Option<usize>,
    /// The source's name of the asset.
    pub(super) asset: &'a str,
    /// The field that is taken, for errors.
    pub(super) field: &'static str,
    /// What counts.
    pub(super) taken: u128,
    /// What does not.
    pub(super) left_out: &'a [(Reason, u128)],
}

/// Gathers vaults and the summary while documents are read.
pub(super) struct Ledger<'a> {
    pub(super) mapping: &'a Mapping,
    registry: &'a Registry,
    vaults: Vec<ImportedVault>,
    references: BTreeMap<String, Option<usize>>,
    sums: BTreeMap<String, Sums>,
    pub(super) block: Option<ProvenBlock>,
}

#[derive(Default)]
struct Sums {
    taken: u128,
    left_out: BTreeMap<Reason, u128>,
}

impl<'a> Document<'a> {
    pub(super) fn at(self, place: impl Into<String>) -> At<'a> {
        At { document: self, place: place.into() }
    }
}

impl<'a> At<'a> {
    /// A place within this one.
    pub(super) fn inside(&self, place: impl std::fmt::Display) -> At<'a> {
        self.document.at(format!("{}, {place}", self.place))
    }

    pub(super) fn error(&self, problem: Problem) -> ImportError {
        self.document.error(self.place.clone(), problem)
    }

    /// A field without the value that it must have.
    pub(super) fn wrong(
        &self,
        field: &'static str,
        got: impl Into<String>,
        allowed: &'static str,
    ) -> ImportError {
        self.error(Problem::Value { field, got: got.into(), allowed })
    }

    /// A decimal text in units of 10^-18, exactly; below 2^64·10^18 < 2^124.
    pub(super) fn amount(&self, field: &'static str, text: &str) -> Result<u128, ImportError> {
        if text.len() > 1 && text.starts_with('-') {
            return Err(self.error(Problem::Negative { field, got: text.into() }));
        }
        let exact = || {
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
        exact().map_err(|error| self.error(Problem::Decimal { field, error }))
    }

    /// As [`At::amount`]; a field that is missing or empty is 0.
    pub(super) fn amount_or_zero(
        &self,
        field: &'static str,
        text: Option<&str>,
    ) -> Result<u128, ImportError> {
        match text {
            None | Some("") => Ok(0),
            Some(text) => self.amount(field, text),
        }
    }

    /// A whole number of base units of `10^-decimals`, in units of 10^-18; below 2^64·10^18.
    pub(super) fn base_units(
        &self,
        field: &'static str,
        text: &str,
        decimals: u32,
    ) -> Result<u128, ImportError> {
        if text.contains('.') {
            return Err(self.error(Problem::Unit { field, got: text.into() }));
        }
        if text.len() > 1 && text.starts_with('-') {
            return Err(self.error(Problem::Negative { field, got: text.into() }));
        }
        let plain = !text.is_empty()
            && text.bytes().all(|c| c.is_ascii_digit())
            && (text == "0" || !text.starts_with('0'));
        let decimal = |error| self.error(Problem::Decimal { field, error });
        if !plain {
            return Err(decimal(DecimalError::Form { text: text.into() }));
        }
        text.parse()
            .ok()
            .and_then(|units| from_base_units(units, decimals))
            .ok_or_else(|| decimal(DecimalError::Overflow { text: text.into(), decimals }))
    }

    /// Refuses an amount that must be 0.
    pub(super) fn must_be_zero(
        &self,
        field: &'static str,
        text: &str,
        allowed: &'static str,
    ) -> Result<(), ImportError> {
        if self.amount(field, text)? == 0 { Ok(()) } else { Err(self.wrong(field, text, allowed)) }
    }

    /// Refuses parts that do not add up to the whole. Each is below 2^124, so that 16 of them do not overflow.
    pub(super) fn adds_up(
        &self,
        whole: &'static str,
        total: u128,
        parts: &'static str,
        values: &[u128],
    ) -> Result<(), ImportError> {
        let sum = values.iter().fold(0u128, |sum, value| sum.saturating_add(*value));
        if sum == total {
            return Ok(());
        }
        let (total, sum) = (whole_units(total).into(), whole_units(sum).into());
        Err(self.error(Problem::Sum { whole, total, parts, sum }))
    }

    /// Refuses parts that are greater than what they are parts of.
    pub(super) fn at_most(
        &self,
        part: &'static str,
        value: u128,
        whole: &'static str,
        bound: u128,
    ) -> Result<(), ImportError> {
        if value <= bound {
            return Ok(());
        }
        let (got, allowed) = (whole_units(value).into(), whole_units(bound).into());
        Err(self.error(Problem::Exceeds { part, got, whole, allowed }))
    }

    /// Refuses a second one of the same name.
    pub(super) fn once(&self, first: bool, what: &'static str, name: &str) -> Result<(), ImportError> {
        if first { Ok(()) } else { Err(self.error(Problem::Repeated { what, name: name.into() })) }
    }
}

/// Base units of `10^-decimals` in units of 10^-18; none from 2^64·10^18 on, or with more than 18 decimals.
pub(super) fn from_base_units(units: u128, decimals: u32) -> Option<u128> {
    let scale = 10u128.checked_pow(SOURCE_DECIMALS.checked_sub(decimals)?)?;
    units.checked_mul(scale).filter(|amount| *amount < 10u128.pow(SOURCE_DECIMALS) << 64)
}

/// An amount of 10^-18 as decimal text.
pub(super) fn whole_units(amount: u128) -> String {
    format_decimal(amount, SOURCE_DECIMALS)
}

impl<'a> Ledger<'a> {
    pub(super) fn new(mapping: &'a Mapping, registry: &'a Registry) -> Self {
        let (vaults, references, sums) = Default::default();
        Self { mapping, registry, vaults, references, sums, block: None }
    }

    /// Opens a vault of the class that the mapping gives it; none where the mapping ignores it.
    pub(super) fn open(&mut self, at: &At<'_>, reference: &str) -> Result<Option<usize>, ImportError> {
        if self.mapping.ignored_vaults.contains(reference) {
            return self.open_as(at, reference, None);
        }
        let class = self.mapping.classes.get(reference).or(self.mapping.default_class.as_ref());
        let class = class.cloned().ok_or_else(|| {
            let expected = "given a class by the mapping";
            at.error(Problem::Unknown { what: "vault", name: reference.into(), expected })
        })?;
        self.open_as(at, reference, Some(class))
    }

    /// Opens a vault that was not met before; none where it is ignored (no class).
    pub(super) fn open_as(
        &mut self,
        at: &At<'_>,
        reference: &str,
        class: Option<String>,
    ) -> Result<Option<usize>, ImportError> {
        let plain = !reference.is_empty()
            && reference.len() <= 128
            && reference.trim() == reference
            && !reference.chars().any(char::is_control);
        if !plain {
            let allowed = "from 1 to 128 bytes without control characters or outer blanks are allowed";
            return Err(at.wrong("vault", reference, allowed));
        }
        if let Some(class) = &class
            && !self.registry.classes.iter().any(|known| known.name == *class)
        {
            let expected = "a class of the registry";
            return Err(at.error(Problem::Unknown { what: "class", name: class.clone(), expected }));
        }
        let vault = class.as_ref().map(|_| self.vaults.len());
        at.once(self.references.insert(reference.into(), vault).is_none(), "vault", reference)?;
        if let Some(class) = class {
            self.vaults.push(ImportedVault { reference: reference.into(), class, positions: Vec::new() });
        }
        Ok(vault)
    }

    /// As [`Ledger::open`], for a vault that may stand in several places of one document: `own` has those that it opened.
    pub(super) fn open_within(
        &mut self,
        at: &At<'_>,
        reference: &str,
        own: &mut BTreeMap<String, Option<usize>>,
    ) -> Result<Option<usize>, ImportError> {
        if let Some(vault) = own.get(reference) {
            return Ok(*vault);
        }
        let vault = self.open(at, reference)?;
        own.insert(reference.into(), vault);
        Ok(vault)
    }

    /// A vault that was opened before, and its class.
    pub(super) fn opened(&self, reference: &str) -> Option<(Option<usize>, &str)> {
        let vault = *self.references.get(reference)?;
        let class = vault.and_then(|vault| self.vaults.get(vault)).map_or("", |vault| vault.class.as_str());
        Some((vault, class))
    }

    /// Decimals of the base unit of a source asset; also of an ignored one, whose amounts stand in the report.
    pub(super) fn base_decimals(&self, at: &At<'_>, source: &str) -> Result<u32, ImportError> {
        match self.mapping.base_decimals.get(source) {
            Some(decimals) if *decimals <= SOURCE_DECIMALS => Ok(*decimals),
            Some(decimals) => {
                Err(at.wrong("base_decimals", format!("{source} = {decimals}"), "at most 18 are allowed"))
            }
            None => {
                let expected = "in base_decimals of the mapping";
                Err(at.error(Problem::Unknown { what: "base unit of asset", name: source.into(), expected }))
            }
        }
    }

    /// Enters what a source says of one asset of one vault.
    pub(super) fn record(&mut self, at: &At<'_>, line: &Line<'_>) -> Result<(), ImportError> {
        for (reason, amount) in line.left_out {
            self.leave_out(at, line.asset, *reason, *amount)?;
        }
        if self.mapping.ignored_assets.contains(line.asset) {
            return self.leave_out(at, line.asset, Reason::IgnoredAsset, line.taken);
        }
        let Some(vault) = line.vault else {
            return self.leave_out(at, line.asset, Reason::IgnoredVault, line.taken);
        };
        let (symbol, decimals) = self.asset(at, line.asset)?;
        let unit = 10u128.pow(SOURCE_DECIMALS.saturating_sub(decimals));
        let rest = line.taken % unit;
        let decimal = |error| at.error(Problem::Decimal { field: line.field, error });
        if rest > 0 && !self.mapping.round_down.contains(line.asset) {
            let text = whole_units(line.taken);
            let got = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
            return Err(decimal(DecimalError::TooManyDecimals { text, got, allowed: decimals }));
        }
        let amount = u64::try_from(line.taken / unit)
            .map_err(|_| decimal(DecimalError::Overflow { text: whole_units(line.taken), decimals }))?;
        let too_large = || at.error(Problem::Overflow(symbol.clone()));
        if let Some(vault) = self.vaults.get_mut(vault).filter(|_| amount > 0) {
            add_position(&mut vault.positions, &symbol, amount).ok_or_else(too_large)?;
        }
        let sums = self.sums.entry(line.asset.into()).or_default();
        sums.taken = sums.taken.checked_add(line.taken.saturating_sub(rest)).ok_or_else(too_large)?;
        self.leave_out(at, line.asset, Reason::Rounded, rest)
    }

    fn leave_out(
        &mut self,
        at: &At<'_>,
        source: &str,
        reason: Reason,
        amount: u128,
    ) -> Result<(), ImportError> {
        let sums = self.sums.entry(source.into()).or_default();
        if amount > 0 {
            let sum = sums.left_out.entry(reason).or_default();
            *sum = sum.checked_add(amount).ok_or_else(|| at.error(Problem::Overflow(source.into())))?;
        }
        Ok(())
    }

    /// Symbol and decimals of a source asset.
    fn asset(&self, at: &At<'_>, source: &str) -> Result<(String, u32), ImportError> {
        let unknown =
            |name: &str, expected| at.error(Problem::Unknown { what: "asset", name: name.into(), expected });
        let symbol = self.mapping.assets.get(source).ok_or_else(|| unknown(source, "mapped or ignored"))?;
        let known = self.registry.assets.iter().find(|asset| asset.symbol == *symbol);
        let asset = known.ok_or_else(|| unknown(symbol, "an asset of the registry"))?;
        Ok((symbol.clone(), asset.decimals))
    }

    /// What was gathered from these documents.
    pub(super) fn finish(mut self, documents: &[Document<'_>]) -> Result<VaultExport, ImportError> {
        self.vaults.retain(|vault| !vault.positions.is_empty());
        if self.vaults.is_empty() {
            let files: Vec<&str> = documents.iter().map(|document| document.file).collect();
            let problem = Problem::Empty("vaults with an amount that counts");
            return Err(ImportError { file: files.join(", "), place: "whole file".into(), problem });
        }
        let mapping = self.mapping;
        let symbol = |source: &String| {
            mapping.assets.get(source).filter(|_| !mapping.ignored_assets.contains(source)).cloned()
        };
        let summary = self.sums.into_iter().map(|(source, sums)| AssetSummary {
            symbol: symbol(&source),
            taken: whole_units(sums.taken),
            left_out: sums
                .left_out
                .into_iter()
                .map(|(reason, amount)| LeftOut { reason, amount: whole_units(amount) })
                .collect(),
            source,
        });
        Ok(VaultExport { summary: summary.collect(), vaults: self.vaults, block: self.block })
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

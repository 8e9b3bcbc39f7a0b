//! A valuation line by line, in the circuit's own arithmetic (spec/valuation.md, V13).
//!
//! An explanation shows how the number comes about for given balances. It is not a proof, and it shows the balances.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use serde::Serialize;

use super::build::haircuts;
use super::tiers::{MAX_BOUND, row_at};
use super::{ClassHaircut, FlatTable, PRICE_DECIMALS, Table, TieredTable, ValuationError, Value, build};
use crate::decimal::format_decimal;
use crate::encoding::{Bytes32, FieldElement};
use crate::policy::{AssetPolicy, Cents, PPM, Policy};
use crate::registry::{Asset, Registry};
use crate::{CLASSES, SLOTS};

/// Cents to 10^-21 quote units.
const TEN_POW_19: u128 = 10_000_000_000_000_000_000;

/// What a policy makes of balances at given prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Digest of the policy.
    pub policy: Bytes32,
    /// Digest of the valuation table.
    pub valuation: FieldElement,
    /// Currency of all values.
    pub quote: String,
    /// θ, in ppm of the requirement.
    pub theta: u32,
    /// One line for each asset of the registry.
    pub assets: Vec<AssetLine>,
    /// Sum of the lines that count.
    pub value: Value,
}

/// The valuation of one asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetLine {
    /// Symbol.
    pub symbol: String,
    /// Feed price of one whole asset, as decimal text.
    pub price: String,
    /// Sum over all classes, as decimal text.
    pub amount: String,
    /// Price × amount; 0 for an asset that is not accepted.
    pub gross: Value,
    /// The market haircut.
    pub market: Market,
    /// What the market haircut leaves.
    pub after_market: Value,
    /// One line for each class of the registry with a balance.
    pub classes: Vec<ClassLine>,
    /// What the class haircuts take.
    pub class_haircuts: Value,
    /// What remains; 0 where the class haircuts exceed what the market haircut leaves.
    pub net: Value,
    /// False where the class haircuts exceed what the market haircut leaves: the asset is then left out of the proof.
    pub counted: bool,
}

/// Which market haircut applies to an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum Market {
    /// The policy does not name the asset: it weighs nothing.
    NotAccepted,
    /// One rate.
    Flat {
        /// The haircut, in ppm.
        haircut: u32,
    },
    /// The tier that holds the gross value.
    Tier {
        /// Number of the row, from 1.
        row: usize,
        /// Where the row begins.
        from: Cents,
        /// Where the row ends.
        to: Cents,
        /// Kept of what lies in the row, in ppm.
        rate: u32,
        /// Kept of everything before the row.
        cumulative: Cents,
    },
}

/// One asset in one class of vaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassLine {
    /// Name of the class.
    pub class: String,
    /// Balance, as decimal text.
    pub amount: String,
    /// Price × balance.
    pub gross: Value,
    /// For latency, in ppm.
    pub latency: u32,
    /// For the counterparty, in ppm.
    pub counterparty: u32,
    /// Both, at most 1,000,000; 1,000,000 for a class that is not accepted or not final.
    pub haircut: u32,
}

impl Explanation {
    /// Whether the value is at least θ times a requirement in 10^-6 quote units: C8 and T6 of the circuits.
    pub fn covers(&self, requirement: u64) -> bool {
        self.value >= Value::required(requirement, self.theta)
    }
}

/// Explains the valuation of balances (in ledger units, by slot) at feed prices in 10^-12 quote units.
///
/// # Errors
/// [`ValuationError`]: those of [`build`], a balance in an unused slot, a gross value beyond the tiers' bound.
pub fn explain(
    registry: &Registry,
    policy: &Policy,
    prices: &[u64],
    balances: &[u64; SLOTS],
) -> Result<Explanation, ValuationError> {
    let table = build(registry, policy, prices)?;
    let (assets, value) = lines(registry, policy, prices, balances, &table)?;
    Ok(Explanation {
        policy: policy.digest(),
        valuation: table.digest(),
        quote: registry.quote.clone(),
        theta: policy.theta,
        assets,
        value,
    })
}

/// The value of balances, as [`explain`] explains it, without digests: those take most of its time.
///
/// # Errors
/// As [`explain`].
pub fn value(
    registry: &Registry,
    policy: &Policy,
    prices: &[u64],
    balances: &[u64; SLOTS],
) -> Result<Value, ValuationError> {
    let table = build(registry, policy, prices)?;
    lines(registry, policy, prices, balances, &table).map(|(_, value)| value)
}

/// One line for each asset of the registry, and the sum of what counts.
fn lines(
    registry: &Registry,
    policy: &Policy,
    prices: &[u64],
    balances: &[u64; SLOTS],
    table: &Table,
) -> Result<(Vec<AssetLine>, Value), ValuationError> {
    for (slot, got) in balances.iter().enumerate().filter(|(_, balance)| **balance > 0) {
        if slot / CLASSES >= registry.assets.len() || slot % CLASSES >= registry.classes.len() {
            return Err(ValuationError::UnusedSlot { slot, got: *got });
        }
    }
    let mut assets = Vec::new();
    let mut value = Value::ZERO;
    let places = registry.assets.iter().zip(prices).zip(balances.chunks(CLASSES)).enumerate();
    for (index, ((asset, feed_price), balances)) in places {
        let input = Input { registry, policy, asset, index, feed_price: *feed_price, balances };
        let line = input.line(table)?;
        value = value.plus(line.net);
        assets.push(line);
    }
    Ok((assets, value))
}

struct Input<'a> {
    registry: &'a Registry,
    policy: &'a Policy,
    asset: &'a Asset,
    index: usize,
    feed_price: u64,
    balances: &'a [u64],
}

impl Input<'_> {
    fn line(&self, table: &Table) -> Result<AssetLine, ValuationError> {
        let terms = self.policy.asset(&self.asset.symbol);
        let (prices, valued) = match table {
            Table::Flat(table) => (&table.prices, self.flat(table, terms)),
            Table::Tiered(table) => (&table.prices, self.tiered(table, terms)?),
        };
        let price = at(prices, self.index);
        // At most 4·2^64 < 2^66.
        let amount: u128 = self.balances.iter().map(|balance| u128::from(*balance)).sum();
        Ok(AssetLine {
            symbol: self.asset.symbol.clone(),
            price: format_decimal(u128::from(self.feed_price), PRICE_DECIMALS),
            amount: format_decimal(amount, self.asset.decimals),
            gross: gross(price, amount),
            market: valued.market,
            after_market: valued.after_market,
            classes: self.classes(price, terms),
            class_haircuts: valued.class_haircuts,
            counted: valued.after_market >= valued.class_haircuts,
            net: valued.after_market.minus(valued.class_haircuts).unwrap_or(Value::ZERO),
        })
    }

    fn classes(&self, price: u64, terms: Option<&AssetPolicy>) -> Vec<ClassLine> {
        let haircuts = match terms {
            Some(terms) => haircuts(self.registry, self.policy, terms),
            None => [ClassHaircut::ALL; CLASSES],
        };
        let classes = self.registry.classes.iter().zip(self.balances).zip(haircuts);
        let held = classes.filter(|((_, balance), _)| **balance > 0);
        held.map(|((class, balance), haircut)| ClassLine {
            class: class.name.clone(),
            amount: format_decimal(u128::from(*balance), self.asset.decimals),
            gross: gross(price, u128::from(*balance)),
            latency: haircut.latency,
            counterparty: haircut.counterparty,
            haircut: haircut.total,
        })
        .collect()
    }

    /// `net = price · Σ_c keep_c·b_c` (C7); what the classes take is the rest.
    fn flat(&self, table: &FlatTable, terms: Option<&AssetPolicy>) -> Valued {
        let price = at(&table.prices, self.index);
        let net = Value::product(u128::from(price), weighted(self.balances, self.of_asset(&table.keep)), 1);
        let haircut = terms.and_then(|terms| terms.haircut).unwrap_or(PPM);
        let amount: u128 = self.balances.iter().map(|balance| u128::from(*balance)).sum();
        let kept = u128::from(PPM.saturating_sub(haircut));
        let after_market = Value::product(u128::from(price), amount, kept);
        Valued {
            market: if terms.is_some() { Market::Flat { haircut } } else { Market::NotAccepted },
            after_market,
            class_haircuts: after_market.minus(net).unwrap_or(Value::ZERO),
        }
    }

    /// The two sides of T5.
    fn tiered(&self, table: &TieredTable, terms: Option<&AssetPolicy>) -> Result<Valued, ValuationError> {
        let price = at(&table.prices, self.index);
        let amount: u128 = self.balances.iter().map(|balance| u128::from(*balance)).sum();
        let gross = gross(price, amount);
        let found = gross.cents().and_then(|cents| {
            let rows = table.rows.get(self.index)?;
            row_at(rows, cents).map(|(number, row)| (cents, number, row))
        });
        let (cents, number, row) = found.ok_or_else(|| ValuationError::Gross {
            symbol: self.asset.symbol.clone(),
            got: gross.to_string(),
            allowed: Cents(MAX_BOUND).to_string(),
        })?;
        let haircuts = weighted(self.balances, self.of_asset(&table.haircuts));
        let market = match terms {
            Some(_) => Market::Tier {
                row: number.saturating_add(1),
                from: Cents(row.low),
                to: Cents(row.low.saturating_add(row.width)),
                rate: row.rate,
                cumulative: Cents(row.cumulative),
            },
            None => Market::NotAccepted,
        };
        Ok(Valued {
            market,
            after_market: Value::product(row.value(cents), TEN_POW_19, 1),
            class_haircuts: Value::product(u128::from(price), haircuts, 1),
        })
    }

    /// This asset's four of the 64 numbers.
    fn of_asset<'t>(&self, slots: &'t [u32; SLOTS]) -> &'t [u32] {
        slots.chunks(CLASSES).nth(self.index).unwrap_or_default()
    }
}

struct Valued {
    market: Market,
    after_market: Value,
    class_haircuts: Value,
}

fn at(prices: &[u64], index: usize) -> u64 {
    prices.get(index).copied().unwrap_or_default()
}

/// Unit price (10^-21) × ledger units, taken to 10^-27.
fn gross(price: u64, amount: u128) -> Value {
    Value::product(u128::from(price), amount, u128::from(PPM))
}

/// `Σ_c rate_c·b_c`, at most 4·2^20·2^64 = 2^86.
fn weighted(balances: &[u64], rates: &[u32]) -> u128 {
    balances.iter().zip(rates).map(|(balance, rate)| u128::from(*balance) * u128::from(*rate)).sum()
}

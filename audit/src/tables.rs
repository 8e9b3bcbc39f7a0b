//! The valuation table of a round, asset by asset, from registry, policy and prices (spec/audit.md, step 3; spec/valuation.md).
//!
//! It shows that the integers under a proof follow from the documents. Whether the policy's assumptions or the prices are good, it does not.

use serde::Serialize;
use solvency_verifier::decimal::format_decimal;
use solvency_verifier::encoding::{Bytes32, FieldElement};
use solvency_verifier::policy::{Cents, PPM, Policy};
use solvency_verifier::registry::Registry;
use solvency_verifier::statement::PriceRound;
use solvency_verifier::valuation::{
    ClassHaircut, PRICE_DECIMALS, Table, TierSchedule, ValuationError, build, unit_price,
};

/// A recomputed valuation table beside the signed digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValuationTable {
    /// Name of the policy.
    pub policy_name: String,
    /// Digest of the policy.
    pub policy: Bytes32,
    /// Number of the round.
    pub round: u64,
    /// When its prices were observed, in Unix seconds.
    pub time: u64,
    /// Digest of the round.
    pub round_digest: Bytes32,
    /// `flat` or `tiered`.
    pub kind: &'static str,
    /// Currency of the prices.
    pub quote: String,
    /// θ, in ppm of the requirement.
    pub theta: u32,
    /// One line for each asset of the registry.
    pub assets: Vec<AssetTerms>,
    /// Digest recomputed from the lines' integers.
    pub recomputed: FieldElement,
    /// Digest that the oracles signed for the policy; none where they signed none or two.
    pub signed: Option<FieldElement>,
}

/// The terms of one asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetTerms {
    /// Symbol.
    pub symbol: String,
    /// Whether the policy names it.
    pub accepted: bool,
    /// Price of one whole asset, as decimal text.
    pub price: String,
    /// Price of one ledger unit, in 10^-21 quote units; 0 where it is not accepted.
    pub unit_price: u64,
    /// Market haircut in ppm, of an asset without tiers.
    pub haircut: Option<u32>,
    /// Rows of the tiers, of an asset with tiers.
    pub rows: Vec<TierRow>,
    /// One for each class of the registry.
    pub classes: Vec<ClassTerms>,
}

/// A row of tiers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TierRow {
    /// Gross value from which it applies.
    pub from: Cents,
    /// Up to which.
    pub to: Cents,
    /// Kept, in ppm.
    pub rate: u32,
    /// Kept of everything before.
    pub cumulative: Cents,
}

/// The haircuts of an asset in one class of vaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassTerms {
    /// Name of the class.
    pub class: String,
    /// For latency, in ppm.
    pub latency: u32,
    /// For the counterparty, in ppm.
    pub counterparty: u32,
    /// Both, at most 1,000,000.
    pub haircut: u32,
}

impl ValuationTable {
    pub(crate) fn new(
        registry: &Registry,
        policy: &Policy,
        round: &PriceRound,
        round_digest: Bytes32,
    ) -> Result<Self, ValuationError> {
        let table = build(registry, policy, &round.prices)?;
        let digest = policy.digest();
        let mut signed = round.valuations.iter().filter(|valuation| valuation.policy == digest);
        let signed = match (signed.next(), signed.next()) {
            (Some(valuation), None) => Some(valuation.digest),
            _ => None,
        };
        let prices = registry.assets.iter().zip(&round.prices);
        let assets = prices.map(|(asset, price)| {
            let terms = policy.asset(&asset.symbol);
            let haircuts = |class: &str| match (terms, policy.class(class)) {
                (Some(terms), Some(class)) => ClassHaircut::of(policy, terms, class),
                _ => ClassHaircut::ALL,
            };
            let classes = registry.classes.iter().map(|class| {
                let ClassHaircut { latency, counterparty, total } = haircuts(&class.name);
                ClassTerms { class: class.name.clone(), latency, counterparty, haircut: total }
            });
            let schedule = terms
                .and_then(|terms| terms.tiers.as_deref())
                .and_then(|tiers| TierSchedule::new(tiers).ok());
            let rows = schedule.iter().flat_map(|schedule| schedule.rows().iter().take(schedule.used()));
            let rows = rows.map(|row| TierRow {
                from: Cents(row.low),
                to: Cents(row.low.saturating_add(row.width)),
                rate: row.rate,
                cumulative: Cents(row.cumulative),
            });
            let unit = if terms.is_some() { unit_price(asset, *price)? } else { 0 };
            Ok(AssetTerms {
                symbol: asset.symbol.clone(),
                accepted: terms.is_some(),
                price: format_decimal(u128::from(*price), PRICE_DECIMALS),
                unit_price: unit,
                haircut: match terms {
                    Some(terms) if terms.tiers.is_none() => Some(terms.haircut.unwrap_or(PPM)),
                    _ => None,
                },
                rows: rows.collect(),
                classes: classes.collect(),
            })
        });
        Ok(ValuationTable {
            policy_name: policy.name.clone(),
            policy: digest,
            round: round.round,
            time: round.time,
            round_digest,
            kind: match table {
                Table::Flat(_) => "flat",
                Table::Tiered(_) => "tiered",
            },
            quote: registry.quote.clone(),
            theta: policy.theta,
            assets: assets.collect::<Result<_, ValuationError>>()?,
            recomputed: table.digest(),
            signed,
        })
    }
}

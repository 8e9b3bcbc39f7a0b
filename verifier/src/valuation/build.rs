//! From registry, policy and the prices of a round to the integers of a valuation table (spec/valuation.md, V9–V12).
//!
//! Whoever has the three documents gets the same table; that the prices were real is for the oracles to answer for.

use alloc::string::String;

use super::{ClassHaircut, FlatTable, Row, Table, TierSchedule, TieredTable};
use crate::encoding::{Bytes32, FieldElement, tagged_sha256};
use crate::policy::{AssetPolicy, PPM, Policy, PolicyError, PolicyKind};
use crate::registry::{Asset, MAX_DECIMALS, Registry, RegistryError};
use crate::{ASSETS, CLASSES, SLOTS, TIERS};

/// Decimals of a feed price.
pub const PRICE_DECIMALS: u32 = 12;

/// Why there is no valuation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValuationError {
    /// A registry that contradicts itself.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A policy that contradicts itself or the registry.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// Another number of prices than the registry has assets.
    #[error("{got} prices, the registry has {expected} assets")]
    Prices {
        /// Prices given.
        got: usize,
        /// Assets of the registry.
        expected: usize,
    },
    /// A price whose unit price does not fit 64 bits.
    #[error("{symbol}: the price {got} (10^-12) of an asset with {decimals} decimals exceeds {allowed}")]
    Price {
        /// The asset.
        symbol: String,
        /// Its feed price, in 10^-12 quote units.
        got: u64,
        /// Its decimals.
        decimals: u32,
        /// Largest feed price for these decimals.
        allowed: u64,
    },
    /// A balance in a slot that the registry does not use.
    #[error("slot {slot} holds {got}, but the registry has no such asset or class")]
    UnusedSlot {
        /// The slot.
        slot: usize,
        /// The balance, in ledger units.
        got: u64,
    },
    /// A gross value of one asset beyond the tiers' largest bound: no coverage proof is possible.
    #[error("{symbol}: a gross value of {got} exceeds the largest that tiers can hold, {allowed}")]
    Gross {
        /// The asset.
        symbol: String,
        /// The gross value in quote units.
        got: String,
        /// The largest gross value in quote units.
        allowed: String,
    },
}

/// Price of one ledger unit, in 10^-21 quote units: feed price (10^-12) × 10^(9 − decimals) (V9). Exact.
///
/// # Errors
/// [`ValuationError::Price`] where the product exceeds 64 bits.
pub fn unit_price(asset: &Asset, feed_price: u64) -> Result<u64, ValuationError> {
    let factor = 10u64.saturating_pow(MAX_DECIMALS.saturating_sub(asset.decimals));
    feed_price.checked_mul(factor).ok_or_else(|| ValuationError::Price {
        symbol: asset.symbol.clone(),
        got: feed_price,
        decimals: asset.decimals,
        allowed: u64::MAX / factor,
    })
}

/// Names registry and policy in a table: SHA-256 of both digests, truncated to 253 bits (V12).
pub fn units(registry: &Bytes32, policy: &Bytes32) -> FieldElement {
    FieldElement::from_truncated_digest(&tagged_sha256("solvency.v1.units", &[&registry.0, &policy.0]))
}

/// The haircuts of the four slots of an asset; everything for classes that the policy or the registry does not have (V5).
pub(super) fn haircuts(registry: &Registry, policy: &Policy, asset: &AssetPolicy) -> [ClassHaircut; CLASSES] {
    let mut haircuts = [ClassHaircut::ALL; CLASSES];
    for (haircut, class) in haircuts.iter_mut().zip(&registry.classes) {
        if let Some(class) = policy.class(&class.name) {
            *haircut = ClassHaircut::of(policy, asset, class);
        }
    }
    haircuts
}

/// What a table says of one asset.
struct AssetTerms {
    price: u64,
    /// Market haircut of a flat policy, in ppm.
    haircut: u32,
    rows: [Row; TIERS],
    classes: [u32; CLASSES],
}

impl AssetTerms {
    /// Of an asset that is not accepted (V10): price 0, so that its gross value is 0 and any balance can be proven with it.
    fn not_accepted() -> Self {
        let rows = *TierSchedule::flat(PPM).rows();
        Self { price: 0, haircut: PPM, rows, classes: [PPM; CLASSES] }
    }

    fn of(
        registry: &Registry,
        policy: &Policy,
        asset: &Asset,
        feed_price: u64,
    ) -> Result<Self, ValuationError> {
        let Some(terms) = policy.asset(&asset.symbol) else { return Ok(Self::not_accepted()) };
        let haircut = terms.haircut.unwrap_or(PPM);
        let schedule = match &terms.tiers {
            Some(tiers) => TierSchedule::new(tiers)
                .map_err(|error| PolicyError::Tiers { symbol: asset.symbol.clone(), error })?,
            None => TierSchedule::flat(haircut),
        };
        Ok(Self {
            price: unit_price(asset, feed_price)?,
            haircut,
            rows: *schedule.rows(),
            classes: haircuts(registry, policy, terms).map(|haircut| haircut.total),
        })
    }
}

/// The valuation table of a policy at feed prices in 10^-12 quote units, in the registry's order of assets.
///
/// # Errors
/// [`ValuationError`] where registry or policy are not valid, or the prices do not fit them.
pub fn build(registry: &Registry, policy: &Policy, prices: &[u64]) -> Result<Table, ValuationError> {
    registry.validate()?;
    policy.validate(registry)?;
    let (got, expected) = (prices.len(), registry.assets.len());
    if got != expected {
        return Err(ValuationError::Prices { got, expected });
    }
    let mut terms: [AssetTerms; ASSETS] = core::array::from_fn(|_| AssetTerms::not_accepted());
    for ((to, asset), price) in terms.iter_mut().zip(&registry.assets).zip(prices) {
        *to = AssetTerms::of(registry, policy, asset, *price)?;
    }
    let theta = policy.theta;
    let units = units(&policy.registry, &policy.digest());
    let prices = terms.each_ref().map(|terms| terms.price);
    Ok(match policy.kind {
        PolicyKind::Flat => {
            let kept =
                |terms: &AssetTerms, class: u32| PPM.saturating_sub(terms.haircut).saturating_sub(class);
            Table::Flat(FlatTable { prices, keep: by_slot(&terms, kept), theta, units })
        }
        PolicyKind::Tiered => {
            let rows = terms.each_ref().map(|terms| terms.rows);
            let haircuts = by_slot(&terms, |_, class| class);
            Table::Tiered(TieredTable { rows, prices, haircuts, theta, units })
        }
    })
}

/// One number for each slot, `4·asset + class`, from the asset's terms and the class's haircut.
fn by_slot(terms: &[AssetTerms; ASSETS], number: impl Fn(&AssetTerms, u32) -> u32) -> [u32; SLOTS] {
    let mut slots = [0; SLOTS];
    for (chunk, terms) in slots.chunks_mut(CLASSES).zip(terms) {
        for (slot, class) in chunk.iter_mut().zip(terms.classes) {
            *slot = number(terms, class);
        }
    }
    slots
}

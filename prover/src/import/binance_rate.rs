//! Binance's tiered collateral rates (`GET /sapi/v2/portfolio/collateralRate`): tiers in quote units.
//!
//! `cum` is not read: the documentation's own example has 0 in every row, so nothing can rest on it.

use serde::Deserialize;
use solvency_verifier::decimal::{DecimalError, parse_decimal_down};

use super::tier_table::{clamp, rate_in_ppm};
use super::{Document, ImportError, Problem, PublishedTiers, TierTable};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asset {
    asset: String,
    collateral_info: Vec<Detail>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    tier_floor: String,
    tier_cap: String,
    collateral_rate: String,
}

/// Reads the tiers. Bounds have four decimals and round down to cents; an empty `tierCap` means no bound.
///
/// # Errors
/// [`ImportError`].
pub fn binance_rate(document: Document<'_>) -> Result<TierTable, ImportError> {
    let assets: Vec<Asset> = document.json()?;
    let mut table = TierTable { assets: Vec::new() };
    for (index, asset) in assets.into_iter().enumerate() {
        let place = format!("[{index}] ({})", asset.asset);
        let mut tiers = Vec::new();
        for (index, detail) in asset.collateral_info.iter().enumerate() {
            let place = format!("{place}.collateralInfo[{index}]");
            let rate = rate_in_ppm(document, &place, "collateralRate", &detail.collateral_rate, 6)?;
            let from = cents(document, &place, "tierFloor", &detail.tier_floor)?;
            let to = match detail.tier_cap.as_str() {
                "" => u128::MAX,
                text => cents(document, &place, "tierCap", text)?,
            };
            tiers.push((from, to, rate));
        }
        table.push(
            document,
            &place,
            PublishedTiers { token: asset.asset, price: None, tiers: clamp(tiers) },
        )?;
    }
    table.finish(document)
}

/// Cents, rounded down; a bound beyond 64 bits of cents is none.
fn cents(document: Document<'_>, place: &str, field: &'static str, text: &str) -> Result<u128, ImportError> {
    match parse_decimal_down(text, 2) {
        Ok(cents) => Ok(u128::from(cents)),
        Err(DecimalError::Overflow { .. }) => Ok(u128::MAX),
        Err(error) => Err(document.error(place, Problem::Decimal { field, error })),
    }
}

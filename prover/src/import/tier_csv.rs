//! The published table of tiers as CSV, `[low-high:percent, …]`, bounds in whole quote units.
//!
//! Form: binance/zkmerkle-proof-of-solvency, `src/utils/cex_assets_info.csv`; high bounds of 2^64 − 1 mean that there is none.

use std::str::FromStr;

use solvency_verifier::decimal::{parse_decimal, parse_decimal_down};
use solvency_verifier::valuation::{MAX_BOUND, PRICE_DECIMALS};

use super::tier_table::{clamp, rate_in_ppm};
use super::{Document, ImportError, Problem, PublishedTiers, TierTable};

const COLUMNS: [&str; 5] = [
    "token",
    "asset_usdt_price",
    "collateral_vip_loan_ratio_tiers",
    "collateral_margin_ratio_tiers",
    "collateral_portfolio_margin_ratio_tiers",
];

/// Which of the three schedules of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TierColumn {
    /// `collateral_vip_loan_ratio_tiers`.
    VipLoan,
    /// `collateral_margin_ratio_tiers`.
    Margin,
    /// `collateral_portfolio_margin_ratio_tiers`.
    PortfolioMargin,
}

impl FromStr for TierColumn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "vip-loan" => Ok(TierColumn::VipLoan),
            "margin" => Ok(TierColumn::Margin),
            "portfolio-margin" => Ok(TierColumn::PortfolioMargin),
            _ => Err(format!("{text:?} is no column; vip-loan, margin and portfolio-margin are")),
        }
    }
}

/// Reads one column of the table. Prices have 16 decimals there and are rounded down to 12. An empty field keeps nothing.
///
/// # Errors
/// [`ImportError`] with the line.
pub fn tier_csv(document: Document<'_>, column: TierColumn) -> Result<TierTable, ImportError> {
    let mut table = TierTable { assets: Vec::new() };
    for (line, [token, price, vip_loan, margin, portfolio_margin]) in document.rows(COLUMNS)? {
        let place = format!("line {line} ({token})");
        let price = parse_decimal_down(&price, PRICE_DECIMALS)
            .map_err(|error| document.error(&place, Problem::Decimal { field: "asset_usdt_price", error }))?;
        let (field, text) = match column {
            TierColumn::VipLoan => (COLUMNS[2], vip_loan),
            TierColumn::Margin => (COLUMNS[3], margin),
            TierColumn::PortfolioMargin => (COLUMNS[4], portfolio_margin),
        };
        let tiers = clamp(parse_tiers(document, &place, field, &text)?);
        table.push(document, &place, PublishedTiers { token, price: Some(price), tiers })?;
    }
    table.finish(document)
}

/// `[low-high:percent, …]`: whole quote units to cents, percent with up to four decimals to ppm.
fn parse_tiers(
    document: Document<'_>,
    place: &str,
    field: &'static str,
    text: &str,
) -> Result<Vec<(u128, u128, u32)>, ImportError> {
    let wrong = |got: &str| {
        let allowed = "expected [low-high:percent, …]";
        document.error(place, Problem::Value { field, got: got.into(), allowed })
    };
    // Some tokens are no collateral in some columns: the field is empty, and all of their value weighs nothing.
    if text.is_empty() || text == "[]" {
        return Ok(vec![(0, u128::from(MAX_BOUND), 0)]);
    }
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).ok_or_else(|| wrong(text))?;
    let mut tiers = Vec::new();
    for item in inner.split(',') {
        let item = item.trim_matches(' ');
        let (range, percent) = item.split_once(':').ok_or_else(|| wrong(item))?;
        let (low, high) = range.split_once('-').ok_or_else(|| wrong(item))?;
        let bound = |text| {
            let whole = parse_decimal(text, 0)
                .map_err(|error| document.error(place, Problem::Decimal { field, error }))?;
            Ok(u128::from(whole) * 100)
        };
        tiers.push((bound(low)?, bound(high)?, rate_in_ppm(document, place, field, percent, 4)?));
    }
    Ok(tiers)
}

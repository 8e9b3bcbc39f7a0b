//! OKX's discount rates (`GET /api/v5/public/discount-rate-interest-free-quota`): tiers in amounts of the asset.
//!
//! A policy's tiers are in quote units, so the amounts are multiplied by a stated price. The tiers do not follow the price afterwards.

use serde::Deserialize;
use solvency_verifier::decimal::parse_decimal;
use solvency_verifier::policy::Tier;

use super::tier_table::{clamp, rate_in_ppm};
use super::{Document, ImportError, PriceSet, Problem, PublishedTiers, TierTable};

#[derive(Deserialize)]
struct Answer {
    code: String,
    data: Vec<Currency>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Currency {
    ccy: String,
    details: Vec<Detail>,
    min_discount_rate: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    discount_rate: String,
    min_amt: String,
    max_amt: String,
}

/// Decimals of an amount.
const AMOUNT_DECIMALS: u32 = 9;

/// Reads the tiers, at the prices of a price set. Bounds round down to cents: a shorter tier at a higher rate is worth less.
///
/// An empty `maxAmt` means no bound. Beyond the last bound `minDiscountRate` applies (empty: nothing is kept).
///
/// # Errors
/// [`ImportError`], also where the price set has no price for a currency.
pub fn okx_discount(document: Document<'_>, prices: &PriceSet) -> Result<TierTable, ImportError> {
    let answer: Answer = document.json()?;
    if answer.code != "0" {
        let problem =
            Problem::Value { field: "code", got: answer.code, allowed: "\"0\" is a successful answer" };
        return Err(document.error("code", problem));
    }
    let mut table = TierTable { assets: Vec::new() };
    for (index, currency) in answer.data.into_iter().enumerate() {
        let place = format!("data[{index}] ({})", currency.ccy);
        let price = prices.price(&currency.ccy).ok_or_else(|| {
            let name = currency.ccy.clone();
            document.error(&place, Problem::Unknown { what: "currency", name, expected: "in the price set" })
        })?;
        let tiers = convert(document, &place, &currency, price)?;
        table.push(document, &place, PublishedTiers { token: currency.ccy, price: None, tiers })?;
    }
    table.finish(document)
}

fn convert(
    document: Document<'_>,
    place: &str,
    currency: &Currency,
    price: u64,
) -> Result<Vec<Tier>, ImportError> {
    let mut tiers = Vec::new();
    let mut unbounded = false;
    for (index, detail) in currency.details.iter().enumerate() {
        let place = format!("{place}, details[{index}]");
        let amount = |field, text: &str| {
            parse_decimal(text, AMOUNT_DECIMALS)
                .map_err(|error| document.error(&place, Problem::Decimal { field, error }))
        };
        let rate = rate_in_ppm(document, &place, "discountRate", &detail.discount_rate, 6)?;
        // Amounts are compared as they stand, so that a tier that is wrong in the file is not hidden by rounding.
        let low = amount("minAmt", &detail.min_amt)?;
        let high = match detail.max_amt.as_str() {
            "" => None,
            text => Some(amount("maxAmt", text)?),
        };
        unbounded = high.is_none();
        tiers.push((low, high, rate));
    }
    let last = tiers.last().and_then(|(_, high, _)| *high);
    if let Some(last) = last.filter(|_| !unbounded) {
        let rate = match currency.min_discount_rate.as_str() {
            "" => 0,
            text => rate_in_ppm(document, place, "minDiscountRate", text, 6)?,
        };
        tiers.push((last, None, rate));
    }
    let cents = |amount: u64| u128::from(amount) * u128::from(price) / 10_000_000_000_000_000_000;
    let wrong = |low: u64, high: Option<u64>| high.is_some_and(|high| high <= low);
    let converted = tiers.into_iter().filter_map(|(low, high, rate)| {
        let (from, to) = (cents(low), high.map_or(u128::MAX, cents));
        // Only rounding may empty a tier.
        (wrong(low, high) || from < to).then_some((from, to, rate))
    });
    Ok(clamp(converted))
}

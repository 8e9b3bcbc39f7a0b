//! A set of prices by symbol: what an oracle observed, or what a user wants to value with.
//!
//! A price set is unsigned. Only a round signed by k oracles counts for a verifier.

use serde::{Deserialize, Serialize};
use solvency_verifier::decimal::parse_decimal;
use solvency_verifier::registry::Registry;
use solvency_verifier::valuation::PRICE_DECIMALS;

use super::{Document, ImportError, MAX_ENTRIES, Problem};

/// The format that this version reads and writes.
pub const PRICES_FORMAT: &str = "solvency-prices/1";

/// A price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceEntry {
    /// Symbol of the registry.
    pub symbol: String,
    /// Price of one whole asset in quote units, as decimal text with up to 12 decimals.
    pub price: String,
}

/// Which way prices were moved by their confidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PriceSide {
    /// Down: for what is owned.
    Collateral,
    /// Up: for what is owed.
    Debt,
}

/// Prices by symbol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceSet {
    /// [`PRICES_FORMAT`].
    pub format: String,
    /// Currency of the prices.
    pub quote: String,
    /// Where the prices come from.
    pub source: String,
    /// What they are for; without it, they are as they were observed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<PriceSide>,
    /// One entry for each symbol.
    pub prices: Vec<PriceEntry>,
}

impl PriceSet {
    /// Reads and checks a price set.
    ///
    /// # Errors
    /// [`ImportError`].
    pub fn parse(document: Document<'_>) -> Result<Self, ImportError> {
        let set: PriceSet = document.json()?;
        if set.format != PRICES_FORMAT {
            return Err(
                document.error("format", Problem::Format { got: set.format, expected: PRICES_FORMAT })
            );
        }
        if set.prices.is_empty() {
            return Err(document.error("prices", Problem::Empty("prices")));
        }
        if set.prices.len() > MAX_ENTRIES {
            return Err(document.error("prices", Problem::TooMany { what: "prices", allowed: MAX_ENTRIES }));
        }
        for (index, entry) in set.prices.iter().enumerate() {
            let place = format!("prices[{index}] ({})", entry.symbol);
            if set.prices.iter().take(index).any(|earlier| earlier.symbol == entry.symbol) {
                let problem = Problem::Repeated { what: "symbol", name: entry.symbol.clone() };
                return Err(document.error(place, problem));
            }
            let price = parse_decimal(&entry.price, PRICE_DECIMALS)
                .map_err(|error| document.error(&place, Problem::Decimal { field: "price", error }))?;
            if price == 0 {
                let allowed = "a price is above 0";
                let problem = Problem::Value { field: "price", got: entry.price.clone(), allowed };
                return Err(document.error(place, problem));
            }
        }
        Ok(set)
    }

    /// Price of one whole asset, in 10^-12 quote units.
    pub fn price(&self, symbol: &str) -> Option<u64> {
        let entry = self.prices.iter().find(|entry| entry.symbol == symbol)?;
        parse_decimal(&entry.price, PRICE_DECIMALS).ok()
    }

    /// Feed prices in 10^-12 quote units, in the registry's order of assets: one for each, and none for anything else.
    ///
    /// # Errors
    /// [`ImportError`] where symbols or the currency differ from the registry's.
    pub fn for_registry(&self, file: &str, registry: &Registry) -> Result<Vec<u64>, ImportError> {
        let document = Document { file, text: "" };
        if self.quote != registry.quote {
            let problem = Problem::Unknown {
                what: "currency",
                name: self.quote.clone(),
                expected: "the quote currency of the registry",
            };
            return Err(document.error("quote", problem));
        }
        if let Some(entry) = self.prices.iter().find(|entry| registry.asset(&entry.symbol).is_none()) {
            let name = entry.symbol.clone();
            let problem = Problem::Unknown { what: "symbol", name, expected: "an asset of the registry" };
            return Err(document.error("prices", problem));
        }
        registry
            .assets
            .iter()
            .map(|asset| {
                self.price(&asset.symbol).ok_or_else(|| {
                    let name = asset.symbol.clone();
                    let expected = "among the prices; every asset of the registry needs one";
                    document.error("prices", Problem::Unknown { what: "asset", name, expected })
                })
            })
            .collect()
    }
}

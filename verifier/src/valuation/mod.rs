//! From policy and prices to the integers under a coverage proof (spec/valuation.md).
//!
//! A valuation is arithmetic over a policy's assumptions and signed prices. It does not show what a sale would fetch.

mod build;
mod explain;
mod haircut;
mod table;
mod tiers;
mod value;

pub use build::{PRICE_DECIMALS, ValuationError, build, unit_price, units};
pub use explain::{AssetLine, ClassLine, Explanation, Market, explain, value};
pub use haircut::{ClassHaircut, YEAR, counterparty, exposure, latency};
pub use table::{BOUND_BITS, FlatTable, RATE_BITS, ROW_FIELD_BITS, Row, Table, TieredTable};
pub use tiers::{MAX_BOUND, TierError, TierSchedule};
pub use value::{VALUE_DECIMALS, Value};

#[cfg(test)]
mod tests;

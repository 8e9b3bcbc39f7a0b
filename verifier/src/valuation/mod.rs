//! From policy and prices to the integers under a coverage proof (spec/valuation.md).

mod table;

pub use table::{BOUND_BITS, FlatTable, RATE_BITS, ROW_FIELD_BITS, Row, Table, TieredTable};

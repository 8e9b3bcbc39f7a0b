//! Own packages made with test keys, real ones with real signatures, and every way in which they are refused.

mod corpus;
mod freshness;
mod own;
mod packages;
mod pyth;
mod pyth_bytes;
mod real;
mod redstone;
mod sources;

//! Ceremonies of a small circuit over small powers of tau.

mod chain;
mod corpus;
mod files;
mod keys;
mod powers;
mod small;
mod snarkjs;
mod whole;

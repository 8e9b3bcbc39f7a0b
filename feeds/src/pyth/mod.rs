//! Pyth's prices: the answer of Hermes, updates, guardians' signatures and Merkle proofs (spec/prices.md).
//!
//! That Wormhole's guardians signed shows what Pyth's chain published; not that the market traded there.

mod hermes;
mod merkle;
mod vaa;
mod wire;

pub(crate) use hermes::read;

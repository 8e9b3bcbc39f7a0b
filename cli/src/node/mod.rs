//! A local Ethereum node for the demo: anvil as a child process, and just enough JSON-RPC to drive it.
//!
//! Nothing here talks to any other machine: the client knows a port of 127.0.0.1, no host name. It trusts the node, which it started
//! itself, to execute; not to answer well-formed or in time.

mod anvil;
mod chain;
mod children;
mod revert;
mod rpc;

pub(crate) use anvil::{Anvil, find};
pub(crate) use chain::{Chain, Receipt, Transaction};
pub(crate) use children::{ChildId, Children};
pub(crate) use revert::Reverts;

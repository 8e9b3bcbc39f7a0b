//! The ABI, as tests use it.

pub(crate) use solvency_contracts::abi::*;

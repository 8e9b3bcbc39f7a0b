//! The custodian's daily work: from configuration to bundles.

pub(crate) mod config;
pub(crate) mod daily;
pub(crate) mod export;
pub(crate) mod state;

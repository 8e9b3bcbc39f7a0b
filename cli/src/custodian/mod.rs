//! The custodian's daily work: from configuration to bundles.

pub(crate) mod config;
mod coverage;
pub(crate) mod daily;
pub(crate) mod export;
pub(crate) mod kept;
pub(crate) mod state;
pub(crate) mod statement_inputs;
pub(crate) mod watch;

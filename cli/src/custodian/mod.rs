//! The custodian's daily work: from configuration to bundles.

pub(crate) mod archive;
mod attested;
pub(crate) mod chart;
pub(crate) mod config;
mod coverage;
pub(crate) mod daily;
pub(crate) mod export;
pub(crate) mod headroom;
pub(crate) mod history;
pub(crate) mod kept;
pub(crate) mod metrics;
mod pledges;
pub(crate) mod rounds;
pub(crate) mod sample;
pub(crate) mod share;
pub(crate) mod state;
pub(crate) mod statement_inputs;
pub(crate) mod unlock;
mod warnings;
pub(crate) mod watch;

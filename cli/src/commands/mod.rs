//! One file a command.

pub(crate) mod attest;
pub(crate) mod audit;
mod audit_pack;
pub(crate) mod bench;
pub(crate) mod book;
pub(crate) mod ceremony;
pub(crate) mod circuit;
pub(crate) mod claim;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod export;
pub(crate) mod headroom;
pub(crate) mod import;
pub(crate) mod inspect;
pub(crate) mod keys;
pub(crate) mod log;
pub(crate) mod policy;
pub(crate) mod prices;
pub(crate) mod prove;
pub(crate) mod round;
pub(crate) mod serve;
pub(crate) mod signer;
pub(crate) mod store;
pub(crate) mod trust;
pub(crate) mod verify;
pub(crate) mod watch;
mod zkey;

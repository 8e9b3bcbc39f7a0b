//! The contracts, executed: proofs are accepted, and every refusal happens for its own reason.

mod abi;
mod artefacts;
mod chain;
mod gas;
mod generated;
mod inherited;
mod reject;
mod statements;
mod test_keys;
mod witnesses;
mod wrapper;

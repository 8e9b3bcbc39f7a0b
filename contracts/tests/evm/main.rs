//! The contracts, executed: proofs are accepted, and every refusal happens for its own reason.

mod abi;
mod artefacts;
mod batch;
mod chain;
mod differential;
mod gas;
mod generated;
mod inherited;
mod one_input;
mod refused_keys;
mod registry;
mod reject;
mod snarkjs_adapter;
mod snarkjs_template;
mod statements;
mod test_keys;
mod witnesses;
mod wrapper;

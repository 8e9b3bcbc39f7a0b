//! Keys and proofs in other tools' forms: snarkjs' JSON, a contract's calldata, a contract.
//!
//! # What an export does not carry
//!
//! Neither the key's origin nor the statement: whoever verifies an export with another tool has to know which key to trust, and
//! that the public inputs are those of the statement they care about.

mod calldata;
mod snarkjs;
mod solidity;

pub use calldata::{calldata, selector};
pub use snarkjs::{proof_json, public_json, verification_key_json};
pub use solidity::{contract_name, verifier_contract};

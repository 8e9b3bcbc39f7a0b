//! Keys, proofs and public inputs in other tools' forms, written and read: snarkjs' JSON and calldata text, a contract's
//! calldata, arkworks' serialisation, and a contract (spec/formats.md).
//!
//! # What these forms do not carry
//!
//! Neither the key's origin nor the statement: whoever verifies an export with another tool has to know which key to trust, and
//! that the public inputs are those of the statement they care about. The same holds for what is imported: a key is taken for a
//! development key, and public inputs are [`ForeignInputs`], of which only the number is known to be right.

pub mod arkworks;
mod error;
pub mod evm;
mod inputs;
pub mod snarkjs;
mod solidity;

pub use error::{InteropError, Modulus, NumberError};
pub use inputs::ForeignInputs;
pub use solidity::{ContractError, ContractKey, batch_contract_name, contract_name, verifier_contract};

//! A chain with a clock that is set by hand.

use std::cell::Cell;
use std::fmt;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};
use solvency_verifier::Address;
use solvency_verifier::encoding::{bytes_from_hex, hex_string};

use super::anvil::Anvil;
use super::revert::{Revert, Reverts};
use super::rpc::RpcError;

/// Most gas that Osaka lets a transaction have (EIP-7825). Given to each, so that a node estimates nothing.
const GAS_LIMIT: u64 = 1 << 24;
/// How long a transaction may wait for its block.
const MINED_WITHIN: Duration = Duration::from_secs(20);

/// Why something was not done on a chain.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChainError {
    /// The node has no answer.
    #[error(transparent)]
    Rpc(#[from] RpcError),
    /// An answer that makes no sense.
    #[error("{method}: the node answers {got}, expected {expected}")]
    Answer { method: &'static str, got: String, expected: &'static str },
    /// The contract refused.
    #[error("{what}: reverted with {revert}")]
    Reverted { what: String, revert: Revert },
}

/// Something to be executed.
pub(crate) struct Transaction {
    /// What it is, for messages.
    pub(crate) what: String,
    pub(crate) from: Address,
    /// None to make a contract.
    pub(crate) to: Option<Address>,
    pub(crate) data: Vec<u8>,
    /// In the coin's smallest unit.
    pub(crate) value: u128,
}

/// What came of a transaction.
#[derive(Debug)]
pub(crate) struct Receipt {
    /// Everything that the sender pays for.
    pub(crate) gas: u64,
    /// Time of its block, in Unix seconds.
    pub(crate) time: u64,
    /// The contract that was made, if one was.
    contract: Option<Address>,
    /// What it reverted with, if it did.
    pub(crate) revert: Option<Revert>,
}

/// A running node's chain.
pub(crate) struct Chain {
    anvil: Anvil,
    pub(crate) id: u64,
    /// Accounts that the node signs for.
    pub(crate) accounts: Vec<Address>,
    now: Cell<u64>,
    reverts: Reverts,
}

/// What we read of a receipt.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawReceipt {
    status: String,
    gas_used: String,
    contract_address: Option<String>,
}

impl Chain {
    /// The chain of a node that was just started at `now`.
    ///
    /// # Errors
    /// [`ChainError`].
    pub(crate) fn new(anvil: Anvil, now: u64, reverts: Reverts) -> Result<Self, ChainError> {
        let id = quantity("eth_chainId", &anvil.rpc.call("eth_chainId", json!([]))?)?;
        let accounts: Vec<String> = anvil.rpc.call_as("eth_accounts", json!([]))?;
        let accounts = accounts.iter().map(|text| address("eth_accounts", text)).collect::<Result<_, _>>()?;
        Ok(Chain { anvil, id: narrow("eth_chainId", id)?, accounts, now: Cell::new(now), reverts })
    }

    /// Time of the last block, in Unix seconds.
    pub(crate) fn now(&self) -> u64 {
        self.now.get()
    }

    /// Lets time pass until a moment that lies ahead, which an empty block then has.
    ///
    /// # Errors
    /// [`ChainError`].
    pub(crate) fn wait_until(&self, time: u64) -> Result<(), ChainError> {
        self.set_next(time)?;
        self.anvil.rpc.call("evm_mine", json!([]))?;
        Ok(())
    }

    /// Executes a transaction in a block of its own, a second after the last one.
    ///
    /// # Errors
    /// [`ChainError`], but not where it reverts: see [`Receipt::revert`].
    pub(crate) fn try_send(&self, transaction: &Transaction) -> Result<Receipt, ChainError> {
        self.set_next(self.now() + 1)?;
        let mut request = json!({
            "from": transaction.from.to_string(),
            "data": hex_string(&transaction.data),
            "value": format!("{:#x}", transaction.value),
            "gas": format!("{GAS_LIMIT:#x}"),
        });
        if let Some(to) = transaction.to {
            request["to"] = json!(to.to_string());
        }
        let rpc = &self.anvil.rpc;
        let hash: String = rpc.call_as("eth_sendTransaction", json!([request]))?;
        let method = "eth_getTransactionReceipt";
        let receipt = self.receipt(&hash)?;
        let revert = match receipt.status.as_str() {
            "0x1" => None,
            "0x0" => Some(self.reverts.name(&self.output_of(&hash)?)),
            _ => {
                return Err(ChainError::Answer {
                    method,
                    got: receipt.status,
                    expected: "status 0x0 or 0x1",
                });
            }
        };
        let contract = receipt.contract_address.as_deref().map(|text| address(method, text)).transpose()?;
        let gas = narrow(method, quantity(method, &json!(receipt.gas_used))?)?;
        Ok(Receipt { gas, time: self.now(), contract, revert })
    }

    /// Executes a transaction.
    ///
    /// # Errors
    /// [`ChainError`], also where it reverts.
    pub(crate) fn send(&self, transaction: &Transaction) -> Result<Receipt, ChainError> {
        let receipt = self.try_send(transaction)?;
        match receipt.revert {
            Some(revert) => Err(ChainError::Reverted { what: transaction.what.clone(), revert }),
            None => Ok(receipt),
        }
    }

    /// Makes a contract from its creation code with its arguments.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub(crate) fn deploy(
        &self,
        contract: &str,
        from: Address,
        data: Vec<u8>,
    ) -> Result<(Address, Receipt), ChainError> {
        let what = format!("deploy {contract}");
        let receipt = self.send(&Transaction { what, from, to: None, data, value: 0 })?;
        let made = receipt.contract.ok_or(ChainError::Answer {
            method: "eth_getTransactionReceipt",
            got: "no contract address".into(),
            expected: "one",
        })?;
        Ok((made, receipt))
    }

    /// What a function would answer now. Nothing changes.
    ///
    /// # Errors
    /// [`ChainError`], also where it reverts.
    pub(crate) fn read(&self, what: &str, to: Address, data: &[u8]) -> Result<Vec<u8>, ChainError> {
        let request =
            json!({ "to": to.to_string(), "data": hex_string(data), "gas": format!("{GAS_LIMIT:#x}") });
        match self.anvil.rpc.call_as::<String>("eth_call", json!([request, "latest"])) {
            Ok(text) => bytes("eth_call", &text),
            Err(RpcError::Refused { data: Some(data), .. }) => {
                Err(ChainError::Reverted { what: what.into(), revert: self.reverts.name(&data) })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// An account's coins, in the smallest unit.
    ///
    /// # Errors
    /// [`ChainError`].
    pub(crate) fn balance(&self, of: Address) -> Result<u128, ChainError> {
        let method = "eth_getBalance";
        quantity(method, &self.anvil.rpc.call(method, json!([of.to_string(), "latest"]))?)
    }

    /// The node mines what it was sent as soon as it can, which may be after it has answered.
    fn receipt(&self, hash: &str) -> Result<RawReceipt, ChainError> {
        let method = "eth_getTransactionReceipt";
        let begun = Instant::now();
        loop {
            if let Some(receipt) = self.anvil.rpc.call_as(method, json!([hash]))? {
                return Ok(receipt);
            }
            if begun.elapsed() > MINED_WITHIN {
                return Err(ChainError::Answer { method, got: "nothing".into(), expected: "a receipt" });
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn set_next(&self, time: u64) -> Result<(), ChainError> {
        self.anvil.rpc.call("evm_setNextBlockTimestamp", json!([time]))?;
        self.now.set(time);
        Ok(())
    }

    /// What a transaction that was executed gave back.
    fn output_of(&self, hash: &str) -> Result<Vec<u8>, ChainError> {
        let method = "debug_traceTransaction";
        let trace: Value = self.anvil.rpc.call(method, json!([hash, { "tracer": "callTracer" }]))?;
        // A call that ran out of gas gave nothing back.
        bytes(method, trace["output"].as_str().unwrap_or("0x"))
    }
}

/// A number as the protocol writes it: `0x` and hexadecimal digits without leading zeros.
fn quantity(method: &'static str, value: &Value) -> Result<u128, ChainError> {
    let wrong =
        || ChainError::Answer { method, got: value.to_string(), expected: "a quantity of at most 128 bits" };
    let digits = value.as_str().and_then(|text| text.strip_prefix("0x")).ok_or_else(wrong)?;
    u128::from_str_radix(digits, 16).map_err(|_| wrong())
}

fn narrow(method: &'static str, value: u128) -> Result<u64, ChainError> {
    u64::try_from(value).map_err(|_| ChainError::Answer {
        method,
        got: value.to_string(),
        expected: "a quantity of at most 64 bits",
    })
}

fn address(method: &'static str, text: &str) -> Result<Address, ChainError> {
    // Nodes write addresses with capitals as a checksum.
    Address::from_hex(&text.to_lowercase()).map_err(|_| ChainError::Answer {
        method,
        got: text.into(),
        expected: "an address",
    })
}

fn bytes(method: &'static str, text: &str) -> Result<Vec<u8>, ChainError> {
    bytes_from_hex(text).map_err(|_| ChainError::Answer {
        method,
        got: text.into(),
        expected: "bytes in hexadecimal",
    })
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} gas", self.gas)
    }
}

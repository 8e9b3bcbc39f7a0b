//! A block's header: its hash is recomputed from the fields of an answer to `eth_getBlockByNumber`.
//!
//! That the block is final, or on the chain that the reader means, is not shown: the reader knows its hash.

use alloy_primitives::{B256, keccak256};
use alloy_rlp::Encodable;
use serde::Deserialize;
use solvency_verifier::Bytes32;

use super::hex;
use crate::import::ledger::At;
use crate::import::{ImportError, Problem, ProvenBlock};

/// The header's fields; those of transactions, uncles and withdrawals are passed over, for the header has their roots.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HeaderAnswer {
    parent_hash: String,
    sha3_uncles: String,
    miner: String,
    state_root: String,
    transactions_root: String,
    receipts_root: String,
    logs_bloom: String,
    difficulty: String,
    number: String,
    gas_limit: String,
    gas_used: String,
    timestamp: String,
    extra_data: String,
    mix_hash: String,
    nonce: String,
    #[serde(default)]
    base_fee_per_gas: Option<String>,
    #[serde(default)]
    withdrawals_root: Option<String>,
    #[serde(default)]
    blob_gas_used: Option<String>,
    #[serde(default)]
    excess_blob_gas: Option<String>,
    #[serde(default)]
    parent_beacon_block_root: Option<String>,
    #[serde(default)]
    requests_hash: Option<String>,
    #[serde(default)]
    block_access_list_hash: Option<String>,
    #[serde(default)]
    slot_number: Option<String>,
}

/// How a field stands in the header.
enum Form {
    Word,
    Number,
}

/// Longest `extraData`: the protocol allows 32 bytes, networks with signed headers more.
const MAX_EXTRA_DATA: usize = 1 << 16;

impl HeaderAnswer {
    /// The state root and the block, if these are the fields of the trusted block.
    ///
    /// # Errors
    /// A field in another form; [`Problem::Block`] where the hash is another one.
    pub(super) fn check(&self, at: &At<'_>, trusted: Bytes32) -> Result<(B256, ProvenBlock), ImportError> {
        let hash = keccak256(self.rlp(at)?);
        if hash.0 != trusted.0 {
            let (got, trusted) = (format!("{hash:#x}"), trusted.to_string());
            return Err(at.error(Problem::Block { got, trusted }));
        }
        let block = ProvenBlock {
            number: hex::quantity64(at, "number", &self.number)?,
            hash: trusted.to_string(),
            timestamp: hex::quantity64(at, "timestamp", &self.timestamp)?,
        };
        Ok((hex::fixed(at, "stateRoot", &self.state_root)?.into(), block))
    }

    fn rlp(&self, at: &At<'_>) -> Result<Vec<u8>, ImportError> {
        let mut payload = Vec::with_capacity(700);
        let word = |field, text: &str| hex::fixed::<32>(at, field, text);
        word("parentHash", &self.parent_hash)?.encode(&mut payload);
        word("sha3Uncles", &self.sha3_uncles)?.encode(&mut payload);
        hex::fixed::<20>(at, "miner", &self.miner)?.encode(&mut payload);
        word("stateRoot", &self.state_root)?.encode(&mut payload);
        word("transactionsRoot", &self.transactions_root)?.encode(&mut payload);
        word("receiptsRoot", &self.receipts_root)?.encode(&mut payload);
        hex::fixed::<256>(at, "logsBloom", &self.logs_bloom)?.encode(&mut payload);
        hex::quantity(at, "difficulty", &self.difficulty)?.encode(&mut payload);
        hex::quantity64(at, "number", &self.number)?.encode(&mut payload);
        hex::quantity64(at, "gasLimit", &self.gas_limit)?.encode(&mut payload);
        hex::quantity64(at, "gasUsed", &self.gas_used)?.encode(&mut payload);
        hex::quantity64(at, "timestamp", &self.timestamp)?.encode(&mut payload);
        hex::bytes(at, "extraData", &self.extra_data, MAX_EXTRA_DATA)?.as_slice().encode(&mut payload);
        word("mixHash", &self.mix_hash)?.encode(&mut payload);
        hex::fixed::<8>(at, "nonce", &self.nonce)?.encode(&mut payload);
        let later = [
            ("baseFeePerGas", &self.base_fee_per_gas, Form::Number),
            ("withdrawalsRoot", &self.withdrawals_root, Form::Word),
            ("blobGasUsed", &self.blob_gas_used, Form::Number),
            ("excessBlobGas", &self.excess_blob_gas, Form::Number),
            ("parentBeaconBlockRoot", &self.parent_beacon_block_root, Form::Word),
            ("requestsHash", &self.requests_hash, Form::Word),
            ("blockAccessListHash", &self.block_access_list_hash, Form::Word),
            ("slotNumber", &self.slot_number, Form::Number),
        ];
        let mut missing = None;
        for (field, text, form) in later {
            match (text, missing) {
                (None, _) => missing = missing.or(Some(field)),
                (Some(_), Some(missing)) => {
                    let allowed = "a field that comes before another one in the header is missing";
                    return Err(at.wrong(field, missing, allowed));
                }
                (Some(text), None) => match form {
                    Form::Word => word(field, text)?.encode(&mut payload),
                    Form::Number => hex::quantity(at, field, text)?.encode(&mut payload),
                },
            }
        }
        let mut bytes = Vec::with_capacity(payload.len().saturating_add(9));
        alloy_rlp::Header { list: true, payload_length: payload.len() }.encode(&mut bytes);
        bytes.extend_from_slice(&payload);
        Ok(bytes)
    }
}

//! Merkle-Patricia proofs: of an account under a state root, of a word under an account's storage root.

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_trie::proof::verify_proof;
use alloy_trie::{EMPTY_ROOT_HASH, KECCAK_EMPTY, Nibbles, TrieAccount};

use super::answer::{AccountAnswer, StorageAnswer};
use super::hex;
use crate::import::ledger::At;
use crate::import::{ImportError, Problem};

/// Most nodes of a proof: a key has 64 nibbles, and each node but the last takes one or more of them.
const MAX_NODES: usize = 65;
/// Longest node in bytes: a branch has 16 children of at most 33 bytes, a leaf an account of at most 110 and its key.
const MAX_NODE_BYTES: usize = 1024;

/// The account that the answer claims, if the proof leads to it. An account that doesn't exist has no balance.
///
/// # Errors
/// A field in another form; [`Problem::Proof`].
pub(super) fn account(
    at: &At<'_>,
    root: B256,
    address: Address,
    answer: &AccountAnswer,
) -> Result<TrieAccount, ImportError> {
    let word = |field, text: &str| hex::fixed::<32>(at, field, text).map(B256::from);
    let mut account = TrieAccount {
        nonce: hex::quantity64(at, "nonce", &answer.nonce)?,
        balance: hex::quantity(at, "balance", &answer.balance)?,
        storage_root: word("storageHash", &answer.storage_hash)?,
        code_hash: word("codeHash", &answer.code_hash)?,
    };
    let nodes = nodes(at, "accountProof", &answer.account_proof)?;
    let path = Nibbles::unpack(keccak256(address));
    let missing = account.nonce == 0
        && account.balance.is_zero()
        && [B256::ZERO, KECCAK_EMPTY].contains(&account.code_hash)
        && [B256::ZERO, EMPTY_ROOT_HASH].contains(&account.storage_root);
    // Some nodes write zeros for what no account has, others the hashes of nothing.
    if missing && verify_proof(root, path, None, &nodes).is_ok() {
        account.storage_root = EMPTY_ROOT_HASH;
        return Ok(account);
    }
    let claimed = alloy_rlp::encode(account);
    verify_proof(root, path, Some(claimed), &nodes)
        .map_err(|error| at.error(Problem::Proof { what: "the account", error: error.to_string() }))?;
    Ok(account)
}

/// The word that the answer claims, if the proof leads to it; 0 where the key is not there.
///
/// # Errors
/// A field in another form; [`Problem::Proof`].
pub(super) fn storage(
    at: &At<'_>,
    root: B256,
    key: B256,
    answer: &StorageAnswer,
) -> Result<U256, ImportError> {
    let value = U256::from_be_bytes(hex::padded(at, "value", &answer.value)?);
    let claimed = (!value.is_zero()).then(|| alloy_rlp::encode(value));
    let nodes = nodes(at, "proof", &answer.proof)?;
    verify_proof(root, Nibbles::unpack(keccak256(key)), claimed, &nodes)
        .map_err(|error| at.error(Problem::Proof { what: "the stored balance", error: error.to_string() }))?;
    Ok(value)
}

fn nodes(at: &At<'_>, field: &'static str, texts: &[String]) -> Result<Vec<Bytes>, ImportError> {
    if texts.len() > MAX_NODES {
        return Err(at.error(Problem::TooMany { what: field, allowed: MAX_NODES }));
    }
    texts.iter().map(|text| hex::bytes(at, field, text, MAX_NODE_BYTES).map(Bytes::from)).collect()
}

//! Tries that are built here, one of them byte by byte.

use alloy_primitives::Bytes;
use alloy_trie::proof::ProofRetainer;
use alloy_trie::{HashBuilder, Nibbles, TrieAccount};

use super::*;

/// Root of a trie of these leaves, and the proof of one key.
fn trie(leaves: &[(B256, Vec<u8>)], of: B256) -> (B256, Vec<Bytes>) {
    let mut leaves = leaves.to_vec();
    leaves.sort();
    let mut builder =
        HashBuilder::default().with_proof_retainer(ProofRetainer::new(vec![Nibbles::unpack(of)]));
    for (key, value) in &leaves {
        builder.add_leaf(Nibbles::unpack(key), value);
    }
    let root = builder.root();
    let nodes = builder.take_proof_nodes().into_nodes_sorted();
    (root, nodes.into_iter().map(|(_, node)| node).collect())
}

fn texts(nodes: &[Bytes]) -> Value {
    json!(nodes.iter().map(|node| format!("{node:#x}")).collect::<Vec<_>>())
}

/// Accounts of a state: some strangers, and what is given.
fn state(accounts: &[(Address, TrieAccount)], of: Address) -> (B256, Vec<Bytes>) {
    let stranger =
        |i: u8| (Address::repeat_byte(i), TrieAccount { nonce: i.into(), ..TrieAccount::default() });
    let all: Vec<(B256, Vec<u8>)> = (0x80..0xA0)
        .map(stranger)
        .chain(accounts.iter().copied())
        .map(|(address, account)| (keccak256(address), alloy_rlp::encode(account)))
        .collect();
    trie(&all, keccak256(of))
}

fn answer(address: Address, account: &TrieAccount, nodes: &[Bytes]) -> Value {
    json!({
        "address": format!("{address:#x}"), "nonce": format!("{:#x}", account.nonce),
        "balance": format!("{:#x}", account.balance), "codeHash": format!("{:#x}", account.code_hash),
        "storageHash": format!("{:#x}", account.storage_root), "accountProof": texts(nodes), "storageProof": [],
    })
}

fn holder() -> Address {
    HOLDER.parse().unwrap()
}

#[test]
fn balances_of_a_trie_that_is_built_here_are_proven() {
    let account = TrieAccount { balance: U256::from(7_000_000_000u64), ..TrieAccount::default() };
    let (root, nodes) = state(&[(holder(), account)], holder());
    let form = format!("ethereum-root:{root:#x}");
    let read =
        |account: &TrieAccount| read_as(&form, &[&answer(holder(), account, &nodes).to_string()], &mapping());
    assert_eq!(read(&account).unwrap().vaults[0].positions, [("ETH".into(), 7)]);
    let more = TrieAccount { balance: account.balance + U256::from(1_000_000_000u64), ..account };
    assert!(is_proof(&read(&more).unwrap_err().problem, "the account"));
}

#[test]
fn wei_below_a_ledger_unit_and_balances_beyond_it_are_refused() {
    let read = |balance: U256, mapping: &Mapping| {
        let account = TrieAccount { balance, ..TrieAccount::default() };
        let (root, nodes) = state(&[(holder(), account)], holder());
        read_as(
            &format!("ethereum-root:{root:#x}"),
            &[&answer(holder(), &account, &nodes).to_string()],
            mapping,
        )
    };
    let wei = U256::from(1_999_999_999u64);
    assert!(matches!(read(wei, &mapping()).unwrap_err().problem, Problem::Decimal { .. }));
    let mut rounding = mapping();
    rounding.round_down.insert("ETH".into());
    assert_eq!(read(wei, &rounding).unwrap().vaults[0].positions, [("ETH".into(), 1)]);
    for huge in [U256::MAX, U256::from(u128::MAX), U256::from(u64::MAX) * U256::from(2_000_000_000u64)] {
        assert!(matches!(read(huge, &rounding).unwrap_err().problem, Problem::Decimal { .. }), "{huge}");
    }
}

#[test]
fn an_account_that_is_not_there_has_nothing() {
    let (root, nodes) = state(&[], holder());
    let form = format!("ethereum-root:{root:#x}");
    let zeros = TrieAccount { storage_root: B256::ZERO, code_hash: B256::ZERO, ..TrieAccount::default() };
    for missing in [TrieAccount::default(), zeros] {
        let error =
            read_as(&form, &[&answer(holder(), &missing, &nodes).to_string()], &mapping()).unwrap_err();
        assert!(matches!(error.problem, Problem::Empty(what) if what.contains("counts")), "{error}");
    }
    let rich = TrieAccount { balance: U256::from(1u8), ..TrieAccount::default() };
    let error = read_as(&form, &[&answer(holder(), &rich, &nodes).to_string()], &mapping()).unwrap_err();
    assert!(is_proof(&error.problem, "the account"), "{error}");
}

#[test]
fn a_leaf_that_is_written_by_hand_is_proven() {
    // One leaf: [hex-prefixed path, value]; 0x20 marks a leaf with an even path. Nothing of the trie crate is used for it.
    let account = TrieAccount { balance: U256::from(5_000_000_000u64), ..TrieAccount::default() };
    let value = alloy_rlp::encode(account);
    let mut payload = vec![0xa1, 0x20];
    payload.extend_from_slice(keccak256(holder()).as_slice());
    payload.extend_from_slice(&[0xb8, value.len() as u8]);
    payload.extend_from_slice(&value);
    let mut leaf = vec![0xf8, payload.len() as u8];
    leaf.extend_from_slice(&payload);
    let form = format!("ethereum-root:{:#x}", keccak256(&leaf));
    let text = answer(holder(), &account, &[leaf.into()]).to_string();
    assert_eq!(read_as(&form, &[&text], &mapping()).unwrap().vaults[0].positions, [("ETH".into(), 5)]);
}

#[test]
fn vyper_puts_the_slot_first() {
    let (contract, slot) = (CONTRACT.parse::<Address>().unwrap(), U256::from(2u8));
    let place = key(holder(), slot, StorageLayout::Vyper);
    assert_ne!(place, key(holder(), slot, StorageLayout::Solidity));
    let balance = U256::from(9_000_000u64);
    let (storage_root, proof) = trie(&[(keccak256(place), alloy_rlp::encode(balance))], keccak256(place));
    let account = TrieAccount { nonce: 1, storage_root, ..TrieAccount::default() };
    let (root, nodes) = state(&[(contract, account)], contract);
    let mut text = answer(contract, &account, &nodes);
    text["storageProof"] =
        json!([{ "key": format!("{place:#x}"), "value": "0x895440", "proof": texts(&proof) }]);
    let mut mapping = mapping();
    let storage = TokenStorage { slot: "0x02".into(), layout: StorageLayout::Vyper };
    mapping.ethereum.tokens.insert(CONTRACT.into(), storage);
    let export = read_as(&format!("ethereum-root:{root:#x}"), &[&text.to_string()], &mapping).unwrap();
    assert_eq!(export.vaults[0].positions, [("USDC".into(), 9_000_000)]);
}

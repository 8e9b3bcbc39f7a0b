//! A local chain's answers (`fixtures/imports`), and the header of a block that everybody knows.
//!
//! The answers are of a development node on an empty chain: they establish that forms and hashes agree with it, not that a real address holds anything.

use alloy_trie::{EMPTY_ROOT_HASH, KECCAK_EMPTY};
use proptest::prelude::*;
use serde_json::{Value, json};
use solvency_verifier::Bytes32;
use solvency_verifier::registry::Registry;

use super::*;
use crate::import::{Mapping, TokenStorage, VaultExport, VaultForm, vaults};

mod built;

const BLOCK: &str = include_str!("../../../../../fixtures/imports/ethereum-block.json");
const ACCOUNT: &str = include_str!("../../../../../fixtures/imports/ethereum-account.json");
const TOKEN: &str = include_str!("../../../../../fixtures/imports/ethereum-token.json");
const BLOCK_HASH: &str = "0xb9bcbc61c844c0a90952c9df32478e1b67dc91cd8b5c0a7cbfac2399262574c8";
const HOLDER: &str = "0x5000000000000000000000000000000000000005";
const CONTRACT: &str = "0x6000000000000000000000000000000000000006";

fn registry() -> Registry {
    serde_json::from_str(include_str!("../../../../../fixtures/registry.json")).unwrap()
}

fn mapping() -> Mapping {
    toml::from_str(include_str!("../../../../../fixtures/imports/mapping.toml")).unwrap()
}

fn read_as(form: &str, texts: &[&str], mapping: &Mapping) -> Result<VaultExport, ImportError> {
    let documents: Vec<Document<'_>> = texts.iter().map(|text| Document { file: "test", text }).collect();
    vaults(&documents, &form.parse::<VaultForm>().unwrap(), mapping, &registry())
}

fn trusted_block() -> String {
    format!("ethereum:{BLOCK_HASH}")
}

fn read_all(block: &str, account: &str, token: &str) -> Result<VaultExport, ImportError> {
    read_as(&trusted_block(), &[account, block, token], &mapping())
}

/// The problem after a change of one of the three answers' results.
fn problem(which: usize, change: impl FnOnce(&mut Value)) -> Problem {
    let mut texts = [BLOCK, ACCOUNT, TOKEN].map(|text| serde_json::from_str::<Value>(text).unwrap());
    change(&mut texts[which]["result"]);
    let [block, account, token] = texts.map(|value| value.to_string());
    let Err(error) = read_all(&block, &account, &token) else { panic!("accepted") };
    error.problem
}

const IN_BLOCK: usize = 0;
const IN_ACCOUNT: usize = 1;
const IN_TOKEN: usize = 2;

fn is_proof(problem: &Problem, of: &str) -> bool {
    matches!(problem, Problem::Proof { what, .. } if *what == of)
}

#[test]
fn proven_balances_of_holders_count() {
    let export = read_all(BLOCK, ACCOUNT, TOKEN).unwrap();
    let [vault] = export.vaults.as_slice() else { panic!("{:?}", export.vaults) };
    assert_eq!((vault.reference.as_str(), vault.class.as_str()), (HOLDER, "onchain"));
    // 123.456789 ETH in 10^-9, 7,654,321.250001 of the token in 10^-6.
    assert_eq!(vault.positions, [("ETH".into(), 123_456_789_000), ("USDC".into(), 7_654_321_250_001)]);
    let block = export.block.unwrap();
    assert_eq!((block.number, block.timestamp, block.hash.as_str()), (3, 0x6927_9483, BLOCK_HASH));
}

#[test]
fn answers_are_read_bare_and_under_a_trusted_root() {
    let bare = |text: &str| serde_json::from_str::<Value>(text).unwrap()["result"].to_string();
    let root = format!(
        "ethereum-root:{}",
        serde_json::from_str::<Value>(BLOCK).unwrap()["result"]["stateRoot"].as_str().unwrap()
    );
    let export = read_as(&root, &[&bare(ACCOUNT), &bare(TOKEN)], &mapping()).unwrap();
    assert_eq!(export.vaults, read_all(BLOCK, ACCOUNT, TOKEN).unwrap().vaults);
    assert_eq!(export.block, None);
    let error = read_as(&root, &[ACCOUNT, BLOCK], &mapping()).unwrap_err();
    assert!(matches!(error.problem, Problem::Value { field: "block", .. }), "{error}");
    let wrong = format!("ethereum-root:0x{}", "11".repeat(32));
    assert!(is_proof(&read_as(&wrong, &[ACCOUNT], &mapping()).unwrap_err().problem, "the account"));
}

#[test]
fn a_header_counts_only_with_every_field_of_the_trusted_block() {
    let fields = [
        "parentHash",
        "sha3Uncles",
        "stateRoot",
        "transactionsRoot",
        "receiptsRoot",
        "mixHash",
        "withdrawalsRoot",
        "parentBeaconBlockRoot",
        "requestsHash",
    ];
    for field in fields {
        let changed = problem(IN_BLOCK, |block| block[field] = json!(format!("0x{}", "12".repeat(32))));
        assert!(matches!(changed, Problem::Block { .. }), "{field}: {changed}");
    }
    for field in [
        "difficulty",
        "number",
        "gasLimit",
        "gasUsed",
        "timestamp",
        "baseFeePerGas",
        "blobGasUsed",
        "excessBlobGas",
    ] {
        let changed = problem(IN_BLOCK, |block| block[field] = json!("0x7"));
        assert!(matches!(changed, Problem::Block { .. }), "{field}: {changed}");
    }
    let changed = problem(IN_BLOCK, |block| block["miner"] = json!(HOLDER));
    assert!(matches!(changed, Problem::Block { .. }));
    assert!(matches!(problem(IN_BLOCK, |block| block["extraData"] = json!("0x01")), Problem::Block { .. }));
    assert!(matches!(
        problem(IN_BLOCK, |block| block["nonce"] = json!("0x0000000000000001")),
        Problem::Block { .. }
    ));
    let bloom = format!("0x01{}", "00".repeat(255));
    assert!(matches!(problem(IN_BLOCK, |block| block["logsBloom"] = json!(bloom)), Problem::Block { .. }));
    // Fields of later forks would be in the hash.
    assert!(matches!(
        problem(IN_BLOCK, |block| block["slotNumber"] = json!("0x1")),
        Problem::Value { field: "slotNumber", .. }
    ));
    let hash = format!("0x{}", "00".repeat(32));
    assert!(matches!(
        problem(IN_BLOCK, |block| block["blockAccessListHash"] = json!(hash)),
        Problem::Block { .. }
    ));
    assert!(matches!(problem(IN_BLOCK, |block| block["requestsHash"] = Value::Null), Problem::Block { .. }));
    let gap = problem(IN_BLOCK, |block| block["withdrawalsRoot"] = Value::Null);
    assert!(matches!(gap, Problem::Value { field: "blobGasUsed", got, .. } if got == "withdrawalsRoot"));
    assert!(matches!(
        problem(IN_BLOCK, |block| block["gasUsed"] = json!("0x00")),
        Problem::Value { field: "gasUsed", .. }
    ));
    assert!(matches!(
        problem(IN_BLOCK, |block| block["miner"] = json!("0x00")),
        Problem::Value { field: "miner", .. }
    ));
}

#[test]
fn the_trusted_block_must_be_there_once() {
    let error = read_as(&trusted_block(), &[ACCOUNT], &mapping()).unwrap_err();
    assert!(
        matches!(error.problem, Problem::Empty(what) if what.contains("eth_getBlockByNumber")),
        "{error}"
    );
    let error = read_as(&trusted_block(), &[BLOCK, BLOCK, ACCOUNT], &mapping()).unwrap_err();
    assert!(matches!(error.problem, Problem::Repeated { what: "block", .. }), "{error}");
    let other = format!("ethereum:0x{}", "22".repeat(32));
    let error = read_as(&other, &[BLOCK, ACCOUNT], &mapping()).unwrap_err();
    assert!(matches!(&error.problem, Problem::Block { got, .. } if got == BLOCK_HASH), "{error}");
    assert!(!error.hint().is_empty());
}

/// The first block of the main network, whose hash everybody knows; it has none of the later fields.
#[test]
fn the_hash_of_a_known_header_comes_out() {
    let empty = format!("{EMPTY_ROOT_HASH:#x}");
    let zero = format!("0x{}", "00".repeat(32));
    let block = json!({
        "parentHash": zero, "sha3Uncles": "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347",
        "miner": format!("0x{}", "00".repeat(20)),
        "stateRoot": "0xd7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544",
        "transactionsRoot": empty, "receiptsRoot": empty, "logsBloom": format!("0x{}", "00".repeat(256)),
        "difficulty": "0x400000000", "number": "0x0", "gasLimit": "0x1388", "gasUsed": "0x0", "timestamp": "0x0",
        "extraData": "0x11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa", "mixHash": zero,
        "nonce": "0x0000000000000042",
    });
    let answer = Answer::read(Document { file: "test", text: &block.to_string() }).unwrap();
    let Answer::Block(header) = answer else { panic!("no block") };
    let hash =
        Bytes32::from_hex("0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3").unwrap();
    let document = Document { file: "test", text: "" };
    let (root, known) = header.check(&document.at("block"), hash).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((format!("{root:#x}").as_str(), known.number), (block["stateRoot"].as_str().unwrap(), 0));
}

#[test]
fn an_account_counts_only_as_proven() {
    for (field, to) in [("balance", "0x6b14e9f7e4f5a5001"), ("balance", "0x0"), ("nonce", "0x1")] {
        let changed = problem(IN_ACCOUNT, |account| account[field] = json!(to));
        assert!(is_proof(&changed, "the account"), "{field}: {changed}");
    }
    for field in ["codeHash", "storageHash"] {
        let changed = problem(IN_ACCOUNT, |account| account[field] = json!(format!("0x{}", "00".repeat(32))));
        assert!(is_proof(&changed, "the account"), "{field}: {changed}");
    }
    let cut = problem(IN_ACCOUNT, |account| drop(account["accountProof"].as_array_mut().unwrap().pop()));
    assert!(is_proof(&cut, "the account"));
    let none = problem(IN_ACCOUNT, |account| account["accountProof"] = json!([]));
    assert!(is_proof(&none, "the account"));
    let longer = problem(IN_ACCOUNT, |account| {
        let nodes = account["accountProof"].as_array_mut().unwrap();
        nodes.push(nodes[0].clone());
    });
    assert!(is_proof(&longer, "the account"));
    // The proof of another address.
    let other = "0x5000000000000000000000000000000000000055";
    assert!(is_proof(&problem(IN_ACCOUNT, |account| account["address"] = json!(other)), "the account"));
    // A claim that the account is not there.
    let gone = problem(IN_ACCOUNT, |account| {
        account["balance"] = json!("0x0");
        account["codeHash"] = json!(format!("{KECCAK_EMPTY:#x}"));
    });
    assert!(is_proof(&gone, "the account"));
}

#[test]
fn a_token_balance_counts_only_as_proven() {
    let slot = |to: &'static str, field: &'static str| {
        move |token: &mut Value| token["storageProof"][0][field] = json!(to)
    };
    assert!(is_proof(&problem(IN_TOKEN, slot("0x1", "value")), "the stored balance"));
    assert!(is_proof(&problem(IN_TOKEN, slot("0x0", "value")), "the stored balance"));
    assert!(is_proof(
        &problem(IN_TOKEN, |token| token["storageProof"][1]["value"] = json!("0x1")),
        "the stored balance"
    ));
    assert!(is_proof(
        &problem(IN_TOKEN, |token| token["storageProof"][0]["proof"] = json!([])),
        "the stored balance"
    ));
    assert!(is_proof(
        &problem(IN_TOKEN, |token| token["storageHash"] = json!(format!("{EMPTY_ROOT_HASH:#x}"))),
        "the account"
    ));
    assert!(matches!(problem(IN_TOKEN, slot("0x2", "key")), Problem::Unknown { what: "storage key", .. }));
    assert!(matches!(
        problem(IN_TOKEN, |token| token["storageProof"] = json!([])),
        Problem::Empty("storageProof")
    ));
    let twice = problem(IN_TOKEN, |token| token["storageProof"][1] = token["storageProof"][0].clone());
    assert!(matches!(twice, Problem::Repeated { what: "balance of", .. }));
}

/// The error after a change of the mapping.
fn refused<T>(change: impl FnOnce(&mut Mapping) -> T) -> ImportError {
    let mut mapping = mapping();
    change(&mut mapping);
    read_as(&trusted_block(), &[BLOCK, ACCOUNT, TOKEN], &mapping).unwrap_err()
}

#[test]
fn only_addresses_of_the_mapping_are_read() {
    let error = refused(|mapping| mapping.ethereum.holders.remove(HOLDER));
    assert!(
        matches!(&error.problem, Problem::Unknown { what: "address", name, .. } if name == HOLDER),
        "{error}"
    );
    let error = refused(|mapping| mapping.ethereum.tokens.clear());
    assert!(matches!(error.problem, Problem::Unknown { what: "storage of address", .. }), "{error}");
    let slot = |slot: &str, layout| TokenStorage { slot: slot.into(), layout };
    let error = refused(|mapping| {
        mapping.ethereum.tokens.insert(CONTRACT.into(), slot("3", StorageLayout::Solidity))
    });
    assert!(matches!(error.problem, Problem::Unknown { what: "storage key", .. }), "{error}");
    let error =
        refused(|mapping| mapping.ethereum.tokens.insert(CONTRACT.into(), slot("2", StorageLayout::Vyper)));
    assert!(matches!(error.problem, Problem::Unknown { what: "storage key", .. }), "{error}");
    let error = refused(|mapping| mapping.base_decimals.remove(CONTRACT));
    assert!(matches!(error.problem, Problem::Unknown { what: "base unit of asset", .. }), "{error}");
    for wrong in ["", "x", "0x", "-1", &format!("0x1{}", "00".repeat(32))] {
        let error = refused(|mapping| {
            mapping.ethereum.tokens.insert(CONTRACT.into(), slot(wrong, StorageLayout::Solidity))
        });
        assert!(
            matches!(error.problem, Problem::Value { field: "slot", .. }) && error.file == "mapping",
            "{error}"
        );
    }
    let error = refused(|mapping| mapping.ethereum.holders.insert("0x12".into()));
    assert!(matches!(error.problem, Problem::Value { field: "address", .. }), "{error}");
}

#[test]
fn other_documents_are_refused() {
    let refused = |text: &str| read_as(&trusted_block(), &[BLOCK, text], &mapping()).unwrap_err().problem;
    let failed = r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"missing trie node"}}"#;
    assert!(matches!(refused(failed), Problem::Value { field: "error", .. }));
    assert!(matches!(
        refused(r#"{"jsonrpc":"2.0","id":1,"result":null}"#),
        Problem::Value { field: "answer", .. }
    ));
    assert!(matches!(refused("{}"), Problem::Value { field: "answer", .. }));
    assert!(matches!(refused("[]"), Problem::Json(_) | Problem::Value { .. }));
    assert!(matches!(refused(&ACCOUNT[..ACCOUNT.len() / 2]), Problem::Truncated(_)));
    assert!(matches!(problem(IN_ACCOUNT, |account| account["balance"] = json!(1.5)), Problem::Json(_)));
    assert!(matches!(
        problem(IN_ACCOUNT, |account| account["balance"] = json!("0x")),
        Problem::Value { field: "balance", .. }
    ));
    assert!(matches!(
        problem(IN_ACCOUNT, |account| account["balance"] = json!("0xzz")),
        Problem::Value { field: "balance", .. }
    ));
    let many = json!(vec!["0x80"; 66]);
    assert!(matches!(problem(IN_ACCOUNT, |account| account["accountProof"] = many), Problem::TooMany { .. }));
    let long = json!([format!("0x{}", "00".repeat(1025))]);
    assert!(matches!(
        problem(IN_ACCOUNT, |account| account["accountProof"] = long),
        Problem::Value { field: "accountProof", .. }
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever character is changed: an error, or the same balances.
    #[test]
    fn no_change_of_an_answer_changes_what_is_proven(which in 0usize..3, at in any::<prop::sample::Index>(), with in "[0-9a-fx\",\\]]") {
        let mut texts = [BLOCK, ACCOUNT, TOKEN].map(str::to_owned);
        let at = at.index(texts[which].len());
        texts[which].replace_range(at..=at, &with);
        let [block, account, token] = &texts;
        if let Ok(export) = read_all(block, account, token) {
            prop_assert_eq!(export, read_all(BLOCK, ACCOUNT, TOKEN).unwrap());
        }
    }
}

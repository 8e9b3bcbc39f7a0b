//! Answers to `eth_getProof` under a root that is fixed: what is accepted is what the seeds prove.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_prover::import::{Document, Mapping, TokenStorage, TrustedState, VaultForm, vaults};
use solvency_verifier::Bytes32;
use solvency_verifier::registry::Registry;

const REGISTRY: &str = include_str!("../../fixtures/registry.json");
/// Of `fixtures/imports/ethereum-block.json`.
const STATE_ROOT: &str = "0x9112498ae47221ba92b40465c7737b7c46ddd74f384414fb549bbdb476119756";
const HOLDER: &str = "0x5000000000000000000000000000000000000005";
const EMPTY_HOLDER: &str = "0x5000000000000000000000000000000000000055";
const TOKEN: &str = "0x6000000000000000000000000000000000000006";

fuzz_target!(|text: &str| {
    let registry: Registry = serde_json::from_str(REGISTRY).expect("the fixture is read");
    let mut mapping = Mapping { default_class: Some("onchain".into()), ..Mapping::default() };
    mapping.assets = [("ETH", "ETH"), (TOKEN, "USDC")].map(|(from, to)| (from.into(), to.into())).into();
    mapping.base_decimals.insert(TOKEN.into(), 6);
    mapping.ethereum.holders = [HOLDER, EMPTY_HOLDER].map(String::from).into();
    mapping.ethereum.tokens.insert(TOKEN.into(), TokenStorage { slot: "2".into(), layout: Default::default() });
    let root = Bytes32::from_hex(STATE_ROOT).expect("a root");
    let form = VaultForm::Ethereum(TrustedState::StateRoot(root));
    let Ok(export) = vaults(&[Document { file: "fuzz", text }], &form, &mapping, &registry) else { return };
    let proven = [("ETH".to_owned(), 123_456_789_000), ("USDC".to_owned(), 7_654_321_250_001)];
    let [vault] = export.vaults.as_slice() else { panic!("one holder") };
    assert_eq!(vault.reference, HOLDER);
    assert!(vault.positions.iter().all(|position| proven.contains(position)));
});

//! Fireblocks-shaped vault exports: what is read has distinct vaults with amounts above 0.
#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use solvency_prover::import::{Document, Mapping, VaultForm, vaults};
use solvency_verifier::registry::Registry;

const REGISTRY: &str = include_str!("../../fixtures/registry.json");

fuzz_target!(|text: &str| {
    let registry: Registry = serde_json::from_str(REGISTRY).expect("the fixture is read");
    let mut mapping = Mapping { default_class: Some("cold".into()), ..Mapping::default() };
    for source in ["BTC", "ETH", "USDT"] {
        mapping.assets.insert(source.into(), source.into());
    }
    mapping.round_down.insert("ETH".into());
    let Ok(export) = vaults(&[Document { file: "fuzz", text }], &VaultForm::Fireblocks, &mapping, &registry) else { return };
    let mut seen = BTreeSet::new();
    for vault in export.vaults {
        assert!(seen.insert(vault.reference));
        assert!(!vault.positions.is_empty() && vault.positions.iter().all(|(_, amount)| *amount > 0));
    }
});

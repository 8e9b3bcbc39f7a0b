//! Exports of Copper, BitGo, Coinbase Prime, Ceffu and Binance: what is read has distinct vaults with amounts above 0, and reads the same as a table.
#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use solvency_prover::import::{Document, Mapping, VaultForm, vault_csv_text, vaults};
use solvency_verifier::registry::Registry;

const REGISTRY: &str = include_str!("../../fixtures/registry.json");

fuzz_target!(|text: &str| {
    let registry: Registry = serde_json::from_str(REGISTRY).expect("the fixture is read");
    let mut mapping = Mapping { default_class: Some("cold".into()), ..Mapping::default() };
    for (source, symbol, decimals) in
        [("BTC", "BTC", 8), ("ETH", "ETH", 18), ("USDT@ETH", "USDT", 6), ("USDT", "USDT", 6), ("SOL", "SOL", 9)]
    {
        for source in [source.to_owned(), source.to_lowercase()] {
            mapping.assets.insert(source.clone(), symbol.into());
            mapping.base_decimals.insert(source, decimals);
        }
    }
    mapping.round_down.insert("ETH".into());
    for form in ["copper", "bitgo", "coinbase:main", "ceffu", "binance:main"] {
        let form: VaultForm = form.parse().expect("a form");
        let Ok(export) = vaults(&[Document { file: "fuzz", text }], &form, &mapping, &registry) else { continue };
        let mut seen = BTreeSet::new();
        for vault in &export.vaults {
            assert!(seen.insert(&vault.reference));
            assert!(!vault.positions.is_empty() && vault.positions.iter().all(|(_, amount)| *amount > 0));
        }
        let table = vault_csv_text(&export, &registry).expect("assets of the registry");
        let document = Document { file: "table", text: &table };
        let again = vaults(&[document], &VaultForm::Csv, &Mapping::default(), &registry).expect("our own table");
        assert_eq!(again.vaults, export.vaults);
    }
});

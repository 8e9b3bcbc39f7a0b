//! The fixtures are what they say, and published tables, where they are present, are read in full.

use std::fs;
use std::path::{Path, PathBuf};

use solvency_prover::import::{
    Document, Mapping, PriceSet, TierColumn, VaultForm, binance_rate, okx_discount, read_vaults, tier_csv,
};
use solvency_verifier::SLOTS;
use solvency_verifier::policy::{Policy, PolicyKind};
use solvency_verifier::registry::Registry;
use solvency_verifier::valuation::{self, MAX_BOUND, TierSchedule};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn fixture<T: serde::de::DeserializeOwned>(path: &str) -> T {
    solvency_prover::files::read_json(&root().join("fixtures").join(path)).unwrap()
}

fn registry() -> Registry {
    fixture("registry.json")
}

fn prices() -> PriceSet {
    let text = fs::read_to_string(root().join("fixtures/prices/example.json")).unwrap();
    PriceSet::parse(Document { file: "example.json", text: &text }).unwrap()
}

/// A published file that is not part of this repository; none, and said so, where it is absent.
fn published(name: &str) -> Option<String> {
    let path = root().join("../shared/data").join(name);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("skipped: {name} is not here");
    }
    text
}

#[test]
fn registry_policies_and_prices_fit_each_other() {
    let registry = registry();
    registry.validate().unwrap();
    let prices = prices().for_registry("example.json", &registry).unwrap();
    for (name, kind) in
        [("venue-a", PolicyKind::Flat), ("venue-b", PolicyKind::Tiered), ("venue-c", PolicyKind::Tiered)]
    {
        let policy: Policy = fixture(&format!("policies/{name}.json"));
        assert_eq!(
            policy.registry,
            registry.digest(),
            "{name}: `registry` must be the digest of registry.json"
        );
        policy.validate(&registry).unwrap();
        assert_eq!(policy.kind, kind);
        let table = valuation::build(&registry, &policy, &prices).unwrap();
        assert_ne!(table.digest(), Default::default());
    }
}

#[test]
fn both_forms_of_the_vault_fixture_hold_the_same() {
    let registry = registry();
    let mapping: Mapping =
        toml::from_str(&fs::read_to_string(root().join("fixtures/vaults/mapping.toml")).unwrap()).unwrap();
    let read = |file: &str, form, mapping: &Mapping| {
        read_vaults(&[root().join("fixtures/vaults").join(file)], &form, mapping, &registry).unwrap()
    };
    let custody = read("fireblocks.json", VaultForm::Fireblocks, &mapping);
    let table = read("vaults.csv", VaultForm::Csv, &Mapping::default());
    assert_eq!(custody.vaults, table.vaults);
    assert_eq!(custody.vaults.len(), 10);
}

#[test]
fn a_missing_file_is_named() {
    let path = Path::new("no/such/export.json");
    let error = read_vaults(&[path], &VaultForm::Fireblocks, &Mapping::default(), &registry()).unwrap_err();
    assert!(error.to_string().contains("no/such/export.json"), "{error}");
}

#[test]
fn every_published_schedule_is_read_and_fits_a_table() {
    let Some(text) = published("binance-collateral-tiers.csv") else { return };
    let document = Document { file: "binance-collateral-tiers.csv", text: &text };
    let mut longest = 0;
    for column in [TierColumn::VipLoan, TierColumn::Margin, TierColumn::PortfolioMargin] {
        let table = tier_csv(document, column).unwrap();
        assert_eq!(table.assets.len(), 483);
        for asset in &table.assets {
            longest = longest.max(TierSchedule::new(&asset.tiers).unwrap().used());
        }
    }
    assert_eq!(longest, 10);
}

/// 750 BTC at 115,770 and 60,000 SOL at 172.23, margin column: 84,586,125 and 9,600,350 USD.
#[test]
fn golden_values_of_the_published_table() {
    let Some(text) = published("binance-collateral-tiers.csv") else { return };
    let table =
        tier_csv(Document { file: "binance-collateral-tiers.csv", text: &text }, TierColumn::Margin).unwrap();
    let mut policy: Policy = fixture("policies/venue-a.json");
    assert!(table.apply(&mut policy).is_empty());
    for asset in &mut policy.assets {
        asset.volatility = 0;
    }
    for class in &mut policy.classes {
        class.counterparty.pd = 0;
    }
    let mut balances = [0; SLOTS];
    balances[0] = 750 * 100_000_000;
    balances[8] = 60_000 * 1_000_000_000;
    let prices = prices().for_registry("example.json", &registry()).unwrap();
    let explanation = valuation::explain(&registry(), &policy, &prices, &balances).unwrap();
    assert_eq!(explanation.assets[0].gross.to_string(), "86827500");
    assert_eq!(explanation.assets[0].net.to_string(), "84586125");
    assert_eq!(explanation.assets[2].net.to_string(), "9600350");
    // The fixture holds the same tiers.
    let fixture: Policy = fixture("policies/venue-b.json");
    for symbol in ["BTC", "SOL", "USDT", "USDC"] {
        let tiers = fixture.asset(symbol).unwrap().tiers.as_ref();
        assert_eq!(tiers, Some(&table.get(symbol).unwrap().tiers), "{symbol}");
    }
}

#[test]
fn the_published_examples_of_okx_and_binance_are_read() {
    if let Some(text) = published("okx-discount-rate.json") {
        let table = okx_discount(Document { file: "okx", text: &text }, &prices()).unwrap();
        let tiers = &table.get("BTC").unwrap().tiers;
        assert_eq!((tiers[0].to.0, tiers[0].rate), (231_540_000, 980_000));
        assert_eq!((tiers[2].to.0, tiers[2].rate), (MAX_BOUND, 0));
    }
    if let Some(text) = published("binance-collateral-rate.json") {
        let table = binance_rate(Document { file: "binance", text: &text }).unwrap();
        assert_eq!(table.assets.len(), 2);
        assert_eq!(table.get("USDT").unwrap().tiers[1].rate, 999_900);
    }
    if published("okx-account-balance.json").is_some() {
        let mut mapping = Mapping { default_class: Some("exchange".into()), ..Mapping::default() };
        mapping.assets.insert("USDT".into(), "USDT".into());
        mapping.round_down.insert("USDT".into());
        let form = VaultForm::Okx { reference: "main".into() };
        let path = root().join("../shared/data/okx-account-balance.json");
        let export = read_vaults(&[path], &form, &mapping, &registry()).unwrap();
        assert_eq!(export.vaults[0].positions, [("USDT".into(), 4_834_317_093)]);
    }
    if published("binance-papi-account.json").is_some() {
        // Values in USD and no amounts of assets: refused.
        let form = VaultForm::Binance { reference: "main".into() };
        let path = root().join("../shared/data/binance-papi-account.json");
        let error = read_vaults(&[path], &form, &Mapping::default(), &registry()).unwrap_err();
        assert!(error.to_string().contains("/papi/v1/balance"), "{error}");
    }
}

//! One valid document of each form, then one named change for each refusal.

use proptest::prelude::*;
use solvency_verifier::policy::{Cents, Tier};
use solvency_verifier::registry::Registry;
use solvency_verifier::valuation::{MAX_BOUND, TierError, TierSchedule};

use super::*;

mod forms;
mod sources;
mod vaults;

const REGISTRY: &str = include_str!("../../../../fixtures/registry.json");
const FIREBLOCKS: &str = r#"{"accounts":[
  {"id":"0","name":"a","assets":[
    {"id":"BTC","total":"4.5","available":"1.5","pending":"1","lockedAmount":"0.75","frozen":"1.25","newField":1},
    {"id":"USDT_A","total":"2","available":"2","pending":"0","lockedAmount":"0","frozen":"0"},
    {"id":"USDT_B","total":"3.000001","available":"3.000001","pending":"0","lockedAmount":"0","frozen":"0"}]},
  {"id":"7","name":"b","assets":[
    {"id":"BTC","total":"9","available":"9","pending":"0","lockedAmount":"0","frozen":"0"},
    {"id":"DUST","total":"0.1","available":"0.1","pending":"0","lockedAmount":"0","frozen":"0"}]}],
  "paging":{"after":""}}"#;
const CSV: &str = "vault,asset,class,amount\nv1,BTC,cold,1.5\nv2,BTC,triparty,2\nv1,USDT,cold,3.000001\n";
const TIERS: &str = "\"token\",\"asset_usdt_price\",\"collateral_vip_loan_ratio_tiers\",\"collateral_margin_ratio_tiers\",\"collateral_portfolio_margin_ratio_tiers\"\n\
\"btc\",\"115770.0000000000000000\",\"[0-10:100]\",\"[0-1000:100, 1000-3000:98.5]\",\"[0-18446744073709551615:95]\"\n";
const OKX: &str = r#"{"code":"0","data":[{"ccy":"BTC","minDiscountRate":"0.5","details":[
  {"discountRate":"0.98","minAmt":"0","maxAmt":"20","tier":"1"},
  {"discountRate":"0.9775","minAmt":"20","maxAmt":"25.000000001","tier":"2"}]}],"msg":""}"#;
const BINANCE: &str = r#"[{"asset":"BNB","collateralInfo":[
  {"tierFloor":"0.0000","tierCap":"1000.0099","collateralRate":"1.0000","cum":"0.0000"},
  {"tierFloor":"1000.0099","tierCap":"2000.0000","collateralRate":"0.9000","cum":"0.0000"}]}]"#;
const PRICES: &str = include_str!("../../../../fixtures/prices/example.json");
const BALANCE: &str = r#"{"code":"0","data":[{"details":[
  {"ccy":"USDT","availBal":"4834.317093622894","cashBal":"4850.435693622894","frozenBal":"158.573","liab":"0","upl":"-7.5"},
  {"ccy":"BTC","availBal":"","cashBal":"","frozenBal":"","liab":""}]}],"msg":""}"#;
const COPPER: &str = include_str!("../../../../fixtures/imports/copper.json");
const BITGO: &str = include_str!("../../../../fixtures/imports/bitgo.json");
const COINBASE: &str = include_str!("../../../../fixtures/imports/coinbase-prime.json");
const CEFFU: &str = include_str!("../../../../fixtures/imports/ceffu-mirrorx.json");
const BINANCE_BALANCE: &str = include_str!("../../../../fixtures/imports/binance-papi-balance.json");
const ETHEREUM_ACCOUNT: &str = include_str!("../../../../fixtures/imports/ethereum-account.json");

fn document(text: &str) -> Document<'_> {
    Document { file: "test", text }
}

fn registry() -> Registry {
    serde_json::from_str(REGISTRY).unwrap()
}

fn mapping() -> Mapping {
    let pairs = |of: &[(&str, &str)]| of.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
    Mapping {
        assets: pairs(&[("BTC", "BTC"), ("USDT_A", "USDT"), ("USDT_B", "USDT")]),
        classes: pairs(&[("0", "cold"), ("7", "triparty")]),
        ignored_assets: ["DUST".to_string()].into(),
        ..Mapping::default()
    }
}

/// Every form; named vaults are called `main`.
fn forms() -> Vec<VaultForm> {
    let forms = "fireblocks copper bitgo coinbase:main ceffu okx:main binance:main csv";
    let mut forms: Vec<VaultForm> = forms.split(' ').map(|form| form.parse().unwrap()).collect();
    forms.push(VaultForm::Ethereum(TrustedState::StateRoot(solvency_verifier::Bytes32::ZERO)));
    forms
}

/// Reads one document of a form.
fn read(form: &str, document: Document<'_>, mapping: &Mapping) -> Result<VaultExport, ImportError> {
    super::vaults(&[document], &form.parse().unwrap(), mapping, &registry())
}

/// Reads `text` with the first `from` replaced by `to`.
fn changed<T>(
    text: &str,
    from: &str,
    to: &str,
    read: impl Fn(Document<'_>) -> Result<T, ImportError>,
) -> ImportError {
    assert!(text.contains(from), "{from}");
    let text = text.replacen(from, to, 1);
    let Err(error) = read(document(&text)) else { panic!("accepted with {to:?}") };
    assert_eq!(error.file, "test");
    error
}

fn tier(from: u64, to: u64, rate: u32) -> Tier {
    Tier { from: Cents(from), to: Cents(to), rate }
}

#[test]
fn published_csv_tiers_become_schedules() {
    let read = |column| tier_csv(document(TIERS), column).unwrap().assets.remove(0);
    let margin = read(TierColumn::Margin);
    assert_eq!(margin.tiers, [tier(0, 100_000, 1_000_000), tier(100_000, 300_000, 985_000)]);
    assert_eq!(margin.price, Some(115_770_000_000_000_000));
    for empty in ["[]", ""] {
        let none = TIERS.replace("[0-10:100]", empty);
        let none = tier_csv(document(&none), TierColumn::VipLoan).unwrap();
        assert_eq!(none.assets[0].tiers, [tier(0, MAX_BOUND, 0)]);
    }
    assert_eq!(read(TierColumn::PortfolioMargin).tiers, [tier(0, MAX_BOUND, 950_000)]);
    let problem =
        |from: &str, to: &str| changed(TIERS, from, to, |d| tier_csv(d, TierColumn::Margin)).problem;
    assert!(matches!(problem("token", "name"), Problem::Columns { .. }));
    assert!(matches!(problem("115770.", "1157x70."), Problem::Decimal { field: "asset_usdt_price", .. }));
    let tiers = "[0-1000:100, 1000-3000:98.5]";
    for wrong in ["0-1000:100", "[ ]", "[0-1000]", "[0:100]", "[0-1000:100,]", "[0-1000;100]"] {
        assert!(matches!(problem(tiers, wrong), Problem::Value { .. }), "{wrong}");
    }
    for wrong in
        ["[-1-1000:100]", "[0-1e3:100]", "[0-18446744073709551616:100]", "[0-1000:98.12345]", "[0-1000: 98]"]
    {
        assert!(matches!(problem(tiers, wrong), Problem::Decimal { .. }), "{wrong}");
    }
    assert!(matches!(problem(tiers, "[0-1000:100.0001]"), Problem::Value { .. }));
    assert!(matches!(
        problem(tiers, "[0-1000:90, 1000-3000:91]"),
        Problem::Tiers(TierError::Rising { tier: 2, .. })
    ));
    assert!(matches!(
        problem(tiers, "[0-1000:90, 1001-3000:80]"),
        Problem::Tiers(TierError::Gap { tier: 2, .. })
    ));
    assert!(matches!(
        problem(tiers, "[0-1000:90, 1000-1000:80]"),
        Problem::Tiers(TierError::NoLength { tier: 2, .. })
    ));
    let row = TIERS.lines().nth(1).unwrap();
    let twice = format!("{TIERS}{}\n", row.replace("btc", "BTC"));
    let error = tier_csv(document(&twice), TierColumn::Margin).unwrap_err();
    assert!(matches!(error.problem, Problem::Repeated { what: "token", .. }));
    assert_eq!(error.place, "line 3 (BTC)");
}

#[test]
fn okx_tiers_are_converted_at_a_price_and_rounded_down() {
    let prices = PriceSet::parse(document(PRICES)).unwrap();
    let read = |d: Document<'_>| okx_discount(d, &prices);
    let table = read(document(OKX)).unwrap();
    // 20 and 25.000000001 BTC at 115,770: the billionth of a bitcoin is less than a cent.
    let expected = [
        tier(0, 231_540_000, 980_000),
        tier(231_540_000, 289_425_000, 977_500),
        tier(289_425_000, MAX_BOUND, 500_000),
    ];
    assert_eq!(table.get("btc").unwrap().tiers, expected);
    let problem = |from: &str, to: &str| changed(OKX, from, to, read).problem;
    assert!(matches!(problem("\"code\":\"0\"", "\"code\":\"50001\""), Problem::Value { field: "code", .. }));
    assert!(matches!(problem("\"BTC\"", "\"XYZ\""), Problem::Unknown { what: "currency", .. }));
    assert!(matches!(problem("\"0.98\"", "0.98"), Problem::Json(_)));
    assert!(matches!(problem("\"0.98\"", "\"1.000001\""), Problem::Value { field: "discountRate", .. }));
    assert!(matches!(problem("\"0.98\"", "\"0.9\""), Problem::Tiers(TierError::Rising { tier: 2, .. })));
    assert!(matches!(
        problem("\"maxAmt\":\"20\"", "\"maxAmt\":\"0\""),
        Problem::Tiers(TierError::NoLength { tier: 1, .. })
    ));
    assert!(matches!(
        problem("\"maxAmt\":\"20\"", "\"maxAmt\":\"19\""),
        Problem::Tiers(TierError::Gap { tier: 2, .. })
    ));
    let open = OKX.replace("25.000000001", "");
    assert_eq!(read(document(&open)).unwrap().assets[0].tiers[1], tier(231_540_000, MAX_BOUND, 977_500));
}

#[test]
fn binance_rates_are_tiers_in_quote_units() {
    let table = binance_rate(document(BINANCE)).unwrap();
    assert_eq!(table.assets[0].tiers, [tier(0, 100_000, 1_000_000), tier(100_000, 200_000, 900_000)]);
    let problem = |from: &str, to: &str| changed(BINANCE, from, to, binance_rate).problem;
    assert!(matches!(problem("\"0.9000\"", "\"1.0001\""), Problem::Value { field: "collateralRate", .. }));
    assert!(matches!(problem("\"0.9000\"", "\"0.90000001\""), Problem::Decimal { .. }));
    assert!(matches!(
        problem("\"2000.0000\"", "\"999\""),
        Problem::Tiers(TierError::NoLength { tier: 2, .. })
    ));
    assert!(matches!(problem("\"2000.0000\"", "2000"), Problem::Json(_)));
    assert!(matches!(binance_rate(document("[]")).unwrap_err().problem, Problem::Empty("assets")));
}

#[test]
fn price_sets_are_read_strictly_and_fit_the_registry() {
    let set = PriceSet::parse(document(PRICES)).unwrap();
    let prices = set.for_registry("test", &registry()).unwrap();
    assert_eq!(prices[0], 115_770_000_000_000_000);
    assert_eq!(prices.len(), 5);
    let problem = |from: &str, to: &str| changed(PRICES, from, to, PriceSet::parse).problem;
    assert!(matches!(problem("solvency-prices/1", "solvency-prices/2"), Problem::Format { .. }));
    assert!(matches!(problem("\"115770\"", "115770"), Problem::Json(_)));
    assert!(matches!(problem("\"115770\"", "\"0\""), Problem::Value { field: "price", .. }));
    assert!(matches!(problem("\"115770\"", "\"1.0000000000001\""), Problem::Decimal { .. }));
    assert!(matches!(problem("\"115770\"", "\"18446745\""), Problem::Decimal { .. }));
    assert!(matches!(problem("\"BTC\"", "\"ETH\""), Problem::Repeated { what: "symbol", .. }));
    assert!(matches!(problem("\"quote\"", "\"more\":1,\"quote\""), Problem::Json(_)));
    let fit = |from: &str, to: &str| {
        changed(PRICES, from, to, |d| PriceSet::parse(d)?.for_registry("test", &registry())).problem
    };
    assert!(matches!(fit("\"BTC\"", "\"XYZ\""), Problem::Unknown { what: "symbol", .. }));
    assert!(matches!(fit("\"USD\"", "\"EUR\""), Problem::Unknown { what: "currency", .. }));
    let mut short = set;
    short.prices.pop();
    let error = short.for_registry("test", &registry()).unwrap_err();
    assert!(matches!(error.problem, Problem::Unknown { what: "asset", .. }));
}

#[test]
fn as_many_entries_as_allowed_are_read_and_one_more_is_refused() {
    let table = |entries: usize| {
        let mut text = TIERS.lines().next().unwrap().to_string();
        (0..entries).for_each(|i| text.push_str(&format!("\nt{i},1,[0-1:1],[0-1:1],[0-1:1]")));
        tier_csv(document(&text), TierColumn::Margin)
    };
    assert_eq!(table(MAX_ENTRIES).unwrap().assets.len(), MAX_ENTRIES);
    assert!(matches!(table(MAX_ENTRIES + 1).unwrap_err().problem, Problem::TooMany { what: "assets", .. }));
    let prices = |entries: usize| {
        let list: Vec<String> = (0..entries).map(|i| format!(r#"{{"symbol":"t{i}","price":"1"}}"#)).collect();
        let head = r#"{"format":"solvency-prices/1","quote":"USD","source":"x","prices":["#;
        PriceSet::parse(document(&format!("{head}{}]}}", list.join(","))))
    };
    assert!(prices(MAX_ENTRIES).is_ok());
    assert!(matches!(prices(MAX_ENTRIES + 1).unwrap_err().problem, Problem::TooMany { what: "prices", .. }));
}

/// All readers on one text; none may panic.
fn read_all(text: &str) {
    let (registry, mapping) = (registry(), mapping());
    let document = document(text);
    for form in forms() {
        let _ = super::vaults(&[document], &form, &mapping, &registry);
    }
    let _ = tier_csv(document, TierColumn::Margin);
    let _ = binance_rate(document);
    let _ = PriceSet::parse(document);
    let _ = okx_discount(document, &PriceSet::parse(self::document(PRICES)).unwrap());
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}") {
        read_all(&text);
    }

    #[test]
    fn any_change_of_a_valid_document_is_answered(which in 0usize..13, at in any::<prop::sample::Index>(), with in "\\PC{0,3}") {
        let text = [
            FIREBLOCKS, CSV, TIERS, OKX, BINANCE, PRICES, BALANCE, COPPER, BITGO, COINBASE, CEFFU, BINANCE_BALANCE,
            ETHEREUM_ACCOUNT,
        ][which];
        let at = at.index(text.len());
        if let (Some(before), Some(after)) = (text.get(..at), text.get(at + 1..)) {
            read_all(&format!("{before}{with}{after}"));
        }
    }

    #[test]
    fn tiers_that_are_written_are_read_back(steps in prop::collection::vec((1u64..1_000_000, 0u32..=100), 1..=11)) {
        let mut rates: Vec<u32> = steps.iter().map(|step| step.1).collect();
        rates.sort_unstable_by(|a, b| b.cmp(a));
        let mut low = 0;
        let (mut texts, mut expected) = (Vec::new(), Vec::new());
        for ((width, _), rate) in steps.iter().zip(rates) {
            texts.push(format!("{low}-{}:{rate}", low + width));
            expected.push(tier(low * 100, (low + width) * 100, rate * 10_000));
            low += width;
        }
        let text = TIERS.replace("[0-1000:100, 1000-3000:98.5]", &format!("[{}]", texts.join(",")));
        let table = tier_csv(document(&text), TierColumn::Margin).unwrap();
        prop_assert_eq!(&table.assets[0].tiers, &expected);
        prop_assert!(TierSchedule::new(&expected).is_ok());
    }

    #[test]
    fn amounts_that_are_written_are_read_back(amount in 1u64..=u64::MAX) {
        let decimal = solvency_verifier::decimal::format_decimal(u128::from(amount), 8);
        let text = format!("vault,asset,class,amount\nv,BTC,cold,{decimal}\n");
        let export = read("csv", document(&text), &Mapping::default()).unwrap();
        prop_assert_eq!(&export.vaults[0].positions, &[("BTC".to_string(), amount)]);
    }
}

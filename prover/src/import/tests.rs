//! One valid document of each form, then one named change for each refusal.

use proptest::prelude::*;
use solvency_verifier::policy::{Cents, Tier};
use solvency_verifier::registry::Registry;
use solvency_verifier::valuation::{MAX_BOUND, TierError, TierSchedule};

use super::*;

const REGISTRY: &str = include_str!("../../../fixtures/registry.json");
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
const PRICES: &str = include_str!("../../../fixtures/prices/example.json");
const BALANCE: &str = r#"{"code":"0","data":[{"details":[
  {"ccy":"USDT","availBal":"4834.317093622894","frozenBal":"158.573","liab":"0","upl":"-7.5"},
  {"ccy":"BTC","availBal":"","frozenBal":"","liab":""}]}],"msg":""}"#;

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

fn fireblocks_error(from: &str, to: &str) -> ImportError {
    changed(FIREBLOCKS, from, to, |d| fireblocks(d, &mapping(), &registry()))
}

fn left_out(reason: Reason, amount: &str) -> LeftOut {
    LeftOut { reason, amount: amount.into() }
}

#[test]
fn only_what_is_available_counts() {
    let export = fireblocks(document(FIREBLOCKS), &mapping(), &registry()).unwrap();
    let [first, second] = export.vaults.as_slice() else { panic!() };
    assert_eq!(first.positions, [("BTC".into(), 150_000_000), ("USDT".into(), 5_000_001)]);
    assert_eq!((second.reference.as_str(), second.class.as_str()), ("7", "triparty"));
    let [btc, dust, usdt_a, _] = export.summary.as_slice() else { panic!() };
    assert_eq!((btc.taken.as_str(), btc.symbol.as_deref()), ("10.5", Some("BTC")));
    let expected =
        [left_out(Reason::Pending, "1"), left_out(Reason::Locked, "0.75"), left_out(Reason::Frozen, "1.25")];
    assert_eq!(btc.left_out, expected);
    assert_eq!(
        (dust.symbol.clone(), dust.left_out.clone()),
        (None, vec![left_out(Reason::IgnoredAsset, "0.1")])
    );
    assert_eq!(usdt_a.taken, "2");
    let list = FIREBLOCKS.trim_end_matches(|c| c != ']').strip_prefix("{\"accounts\":").unwrap();
    assert_eq!(fireblocks(document(list), &mapping(), &registry()).unwrap(), export);
}

#[test]
fn ignored_vaults_are_left_out_and_reported() {
    let mut mapping = mapping();
    mapping.ignored_vaults.insert("7".into());
    let export = fireblocks(document(FIREBLOCKS), &mapping, &registry()).unwrap();
    assert_eq!(export.vaults.len(), 1);
    assert!(export.summary[0].left_out.contains(&left_out(Reason::IgnoredVault, "9")));
}

#[test]
fn vault_exports_are_read_strictly() {
    let error = fireblocks_error("\"total\":\"4.5\"", "\"total\":\"4.500000001\"");
    assert!(matches!(&error.problem, Problem::Sum { sum, .. } if sum == "4.5"), "{error}");
    assert!(error.place.contains("accounts[0]") && error.place.contains("assets[0] (BTC)"), "{error}");
    let error = fireblocks_error("\"available\":\"1.5\"", "\"available\":1.5");
    assert!(matches!(error.problem, Problem::Json(_)) && error.place.starts_with("line 3"), "{error}");
    assert!(!error.hint().is_empty());
    let decimal = |error: ImportError| matches!(error.problem, Problem::Decimal { .. });
    assert!(decimal(fireblocks_error("\"available\":\"1.5\"", "\"available\":\"-1.5\"")));
    assert!(decimal(fireblocks_error("\"available\":\"1.5\"", "\"available\":\"\"")));
    assert!(decimal(fireblocks_error("\"available\":\"1.5\"", "\"available\":\"18446744073709551616\"")));
    assert!(matches!(fireblocks_error("\"frozen\":\"1.25\",", "").problem, Problem::Json(_)));
    assert!(matches!(
        fireblocks_error("\"frozen\":\"1.25\"", "\"frozen\":\"1.25\",\"frozen\":\"1.25\"").problem,
        Problem::Json(_)
    ));
    assert!(matches!(
        fireblocks_error("\"frozen\":\"1.25\"", "\"frozen\":\"1.25\",\"staked\":\"1\"").problem,
        Problem::Value { field: "staked", .. }
    ));
    assert!(matches!(
        fireblocks_error("\"after\":\"\"", "\"after\":\"x\"").problem,
        Problem::Value { field: "after", .. }
    ));
    assert!(matches!(
        fireblocks_error("\"id\":\"7\"", "\"id\":\"0\"").problem,
        Problem::Repeated { what: "vault", .. }
    ));
    assert!(matches!(
        fireblocks_error("\"id\":\"7\"", "\"id\":\"8\"").problem,
        Problem::Unknown { what: "vault", .. }
    ));
    assert!(matches!(fireblocks_error("USDT_B", "USDT_A").problem, Problem::Repeated { what: "asset", .. }));
    assert!(matches!(fireblocks_error("USDT_B", "USDT_C").problem, Problem::Unknown { what: "asset", .. }));
    assert!(matches!(
        fireblocks_error("\"paging\":{\"after\":\"\"}}", "\"paging\":{\"after\":\"\"}} x").problem,
        Problem::Json(_)
    ));
    let empty = fireblocks(document("[]"), &mapping(), &registry()).unwrap_err();
    assert!(matches!(empty.problem, Problem::Empty(_)));
}

#[test]
fn one_decimal_too_many_is_refused_unless_rounding_is_asked_for() {
    let text = FIREBLOCKS.replace("3.000001", "3.0000019");
    let error = fireblocks(document(&text), &mapping(), &registry()).unwrap_err();
    assert!(error.to_string().contains("3.0000019 has 7 decimals, at most 6"), "{error}");
    assert!(error.hint().contains("round_down"));
    let mut mapping = mapping();
    mapping.round_down.insert("USDT_B".into());
    let export = fireblocks(document(&text), &mapping, &registry()).unwrap();
    assert_eq!(export.vaults[0].positions[1], ("USDT".into(), 5_000_001));
    assert_eq!(export.summary[3].left_out, [left_out(Reason::Rounded, "0.0000009")]);
}

#[test]
fn sums_of_one_asset_in_a_vault_are_checked() {
    // 10^13 USDT are 10^19 ledger units; two of them exceed 2^64.
    let text = FIREBLOCKS.replace("\"2\"", "\"10000000000000\"").replace("3.000001", "10000000000000");
    let error = fireblocks(document(&text), &mapping(), &registry()).unwrap_err();
    assert!(matches!(&error.problem, Problem::Overflow(symbol) if symbol == "USDT"), "{error}");
}

#[test]
fn mappings_to_what_the_registry_does_not_have_are_refused() {
    let mut wrong = mapping();
    wrong.assets.insert("BTC".into(), "XYZ".into());
    let error = fireblocks(document(FIREBLOCKS), &wrong, &registry()).unwrap_err();
    assert!(matches!(&error.problem, Problem::Unknown { what: "asset", name, .. } if name == "XYZ"));
    wrong = mapping();
    wrong.classes.insert("0".into(), "hot".into());
    let error = fireblocks(document(FIREBLOCKS), &wrong, &registry()).unwrap_err();
    assert!(matches!(&error.problem, Problem::Unknown { what: "class", name, .. } if name == "hot"));
}

#[test]
fn the_plain_table_is_read_strictly() {
    let read = |d: Document<'_>| vault_csv(d, &Mapping::default(), &registry());
    let export = read(document(CSV)).unwrap();
    assert_eq!(export.vaults[0].positions, [("BTC".into(), 150_000_000), ("USDT".into(), 3_000_001)]);
    assert_eq!(export.vaults[1].class, "triparty");
    let problem = |from: &str, to: &str| changed(CSV, from, to, read);
    assert!(matches!(problem("amount\n", "sum\n").problem, Problem::Columns { .. }));
    assert!(matches!(problem("v2,BTC,triparty,2", "v2,BTC,triparty").problem, Problem::Csv(_)));
    assert!(matches!(problem("v2,BTC", "v1,BTC").problem, Problem::Repeated { what: "row", .. }));
    let error = problem("v1,USDT,cold", "v1,USDT,triparty");
    assert!(matches!(error.problem, Problem::TwoClasses { .. }), "{error}");
    assert_eq!(error.place, "line 4");
    assert!(matches!(problem("triparty", "hot").problem, Problem::Unknown { what: "class", .. }));
    assert!(matches!(problem("USDT", "XYZ").problem, Problem::Unknown { what: "asset", .. }));
    assert!(matches!(problem("1.5", "1.500000001").problem, Problem::Decimal { .. }));
    assert!(matches!(problem("v2,", " v2,").problem, Problem::Value { field: "vault", .. }));
    assert!(matches!(read(document("")).unwrap_err().problem, Problem::Empty("header")));
    assert!(matches!(read(document("vault,asset,class,amount\n")).unwrap_err().problem, Problem::Empty(_)));
    let mut mapping = Mapping::default();
    mapping.classes.insert("v2".into(), "cold".into());
    let error = vault_csv(document(CSV), &mapping, &registry()).unwrap_err();
    assert!(matches!(error.problem, Problem::TwoClasses { .. }));
}

#[test]
fn an_okx_account_is_one_vault_of_what_is_available() {
    let mut mapping = mapping();
    mapping.assets.insert("USDT".into(), "USDT".into());
    mapping.classes.insert("main".into(), "exchange".into());
    let read = |d: Document<'_>| okx_balance(d, "main", &mapping, &registry());
    assert!(matches!(
        read(document(BALANCE)).unwrap_err().problem,
        Problem::Decimal { field: "availBal", .. }
    ));
    let mut mapping = mapping.clone();
    mapping.round_down.insert("USDT".into());
    let read = |d: Document<'_>| okx_balance(d, "main", &mapping, &registry());
    let export = read(document(BALANCE)).unwrap();
    assert_eq!(export.vaults[0].positions, [("USDT".into(), 4_834_317_093)]);
    let problem = |from: &str, to: &str| changed(BALANCE, from, to, read).problem;
    assert!(matches!(problem("\"code\":\"0\"", "\"code\":\"1\""), Problem::Value { field: "code", .. }));
    assert!(matches!(problem("\"liab\":\"0\"", "\"liab\":\"0.1\""), Problem::Value { field: "liab", .. }));
    assert!(matches!(problem("\"BTC\"", "\"USDT\""), Problem::Repeated { what: "currency", .. }));
    assert!(matches!(problem("}]}]", "}]},{\"details\":[]}]"), Problem::Value { field: "data", .. }));
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
    let _ = fireblocks(document, &mapping, &registry);
    let _ = vault_csv(document, &mapping, &registry);
    let _ = okx_balance(document, "0", &mapping, &registry);
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
    fn any_change_of_a_valid_document_is_answered(which in 0usize..7, at in any::<prop::sample::Index>(), with in "\\PC{0,3}") {
        let text = [FIREBLOCKS, CSV, TIERS, OKX, BINANCE, PRICES, BALANCE][which];
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
        let export = vault_csv(document(&text), &Mapping::default(), &registry()).unwrap();
        prop_assert_eq!(&export.vaults[0].positions, &[("BTC".to_string(), amount)]);
    }
}

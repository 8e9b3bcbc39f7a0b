//! Fireblocks, OKX and the plain table; how mappings, ledger units and sums are kept.

use super::*;

fn fireblocks_error(from: &str, to: &str) -> ImportError {
    changed(FIREBLOCKS, from, to, |d| read("fireblocks", d, &mapping()))
}

fn left_out(reason: Reason, amount: &str) -> LeftOut {
    LeftOut { reason, amount: amount.into() }
}

#[test]
fn only_what_is_available_counts() {
    let export = read("fireblocks", document(FIREBLOCKS), &mapping()).unwrap();
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
    assert_eq!(read("fireblocks", document(list), &mapping()).unwrap(), export);
}

#[test]
fn ignored_vaults_are_left_out_and_reported() {
    let mut mapping = mapping();
    mapping.ignored_vaults.insert("7".into());
    let export = read("fireblocks", document(FIREBLOCKS), &mapping).unwrap();
    assert_eq!(export.vaults.len(), 1);
    assert!(export.summary[0].left_out.contains(&left_out(Reason::IgnoredVault, "9")));
}

#[test]
fn vault_exports_are_read_strictly() {
    let error = fireblocks_error("\"total\":\"4.5\"", "\"total\":\"4.500000001\"");
    assert!(matches!(&error.problem, Problem::Sum { sum, .. } if &**sum == "4.5"), "{error}");
    assert!(error.place.contains("accounts[0]") && error.place.contains("assets[0] (BTC)"), "{error}");
    let error = fireblocks_error("\"available\":\"1.5\"", "\"available\":1.5");
    assert!(matches!(error.problem, Problem::Json(_)) && error.place.starts_with("line 3"), "{error}");
    assert!(!error.hint().is_empty());
    let decimal = |error: ImportError| matches!(error.problem, Problem::Decimal { .. });
    assert!(matches!(
        fireblocks_error("\"available\":\"1.5\"", "\"available\":\"-1.5\"").problem,
        Problem::Negative { field: "available", .. }
    ));
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
    let empty = read("fireblocks", document("[]"), &mapping()).unwrap_err();
    assert!(matches!(empty.problem, Problem::Empty(_)));
}

#[test]
fn one_decimal_too_many_is_refused_unless_rounding_is_asked_for() {
    let text = FIREBLOCKS.replace("3.000001", "3.0000019");
    let error = read("fireblocks", document(&text), &mapping()).unwrap_err();
    assert!(error.to_string().contains("3.0000019 has 7 decimals, at most 6"), "{error}");
    assert!(error.hint().contains("round_down"));
    let mut mapping = mapping();
    mapping.round_down.insert("USDT_B".into());
    let export = read("fireblocks", document(&text), &mapping).unwrap();
    assert_eq!(export.vaults[0].positions[1], ("USDT".into(), 5_000_001));
    assert_eq!(export.summary[3].left_out, [left_out(Reason::Rounded, "0.0000009")]);
}

#[test]
fn sums_of_one_asset_in_a_vault_are_checked() {
    // 10^13 USDT are 10^19 ledger units; two of them exceed 2^64.
    let text = FIREBLOCKS.replace("\"2\"", "\"10000000000000\"").replace("3.000001", "10000000000000");
    let error = read("fireblocks", document(&text), &mapping()).unwrap_err();
    assert!(matches!(&error.problem, Problem::Overflow(symbol) if symbol == "USDT"), "{error}");
}

#[test]
fn mappings_to_what_the_registry_does_not_have_are_refused() {
    let mut wrong = mapping();
    wrong.assets.insert("BTC".into(), "XYZ".into());
    let error = read("fireblocks", document(FIREBLOCKS), &wrong).unwrap_err();
    assert!(matches!(&error.problem, Problem::Unknown { what: "asset", name, .. } if name == "XYZ"));
    wrong = mapping();
    wrong.classes.insert("0".into(), "hot".into());
    let error = read("fireblocks", document(FIREBLOCKS), &wrong).unwrap_err();
    assert!(matches!(&error.problem, Problem::Unknown { what: "class", name, .. } if name == "hot"));
}

#[test]
fn the_plain_table_is_read_strictly() {
    let read = |d: Document<'_>| super::read("csv", d, &Mapping::default());
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
    let error = super::read("csv", document(CSV), &mapping).unwrap_err();
    assert!(matches!(error.problem, Problem::TwoClasses { .. }));
}

#[test]
fn an_okx_account_is_one_vault_of_what_is_available() {
    let mut mapping = mapping();
    mapping.assets.insert("USDT".into(), "USDT".into());
    mapping.classes.insert("main".into(), "exchange".into());
    let read = |d: Document<'_>| super::read("okx:main", d, &mapping);
    assert!(matches!(
        read(document(BALANCE)).unwrap_err().problem,
        Problem::Decimal { field: "availBal", .. }
    ));
    let mut mapping = mapping.clone();
    mapping.round_down.insert("USDT".into());
    let read = |d: Document<'_>| super::read("okx:main", d, &mapping);
    let export = read(document(BALANCE)).unwrap();
    assert_eq!(export.vaults[0].positions, [("USDT".into(), 4_834_317_093)]);
    let problem = |from: &str, to: &str| changed(BALANCE, from, to, read).problem;
    assert!(matches!(problem("\"code\":\"0\"", "\"code\":\"1\""), Problem::Value { field: "code", .. }));
    assert!(matches!(problem("\"liab\":\"0\"", "\"liab\":\"0.1\""), Problem::Value { field: "liab", .. }));
    assert!(matches!(problem("\"BTC\"", "\"USDT\""), Problem::Repeated { what: "currency", .. }));
    assert!(matches!(problem("}]}]", "}]},{\"details\":[]}]"), Problem::Value { field: "data", .. }));
}

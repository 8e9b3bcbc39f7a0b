//! Copper, BitGo, Coinbase Prime, Ceffu, OKX and Binance: the examples of `fixtures/imports`, then one named change for each refusal.

use super::*;

pub(super) const OKX_BALANCE: &str = include_str!("../../../../fixtures/imports/okx-balance.json");

pub(super) fn example_mapping() -> Mapping {
    toml::from_str(include_str!("../../../../fixtures/imports/mapping.toml")).unwrap()
}

pub(super) fn good(form: &str, text: &str) -> VaultExport {
    read(form, document(text), &example_mapping()).unwrap_or_else(|error| panic!("{error}"))
}

/// The error where the first `from` is replaced by `to`; it has a hint or says what is allowed, and names a place.
fn bad(form: &str, text: &str, from: &str, to: &str) -> ImportError {
    let error = changed(text, from, to, |document| read(form, document, &example_mapping()));
    assert!(!error.place.is_empty());
    error
}

/// `reference class: SYMBOL units, …` of each vault.
fn taken(export: &VaultExport) -> Vec<String> {
    let positions = |vault: &ImportedVault| {
        let texts: Vec<String> =
            vault.positions.iter().map(|(symbol, amount)| format!("{symbol} {amount}")).collect();
        texts.join(", ")
    };
    let line = |vault: &ImportedVault| format!("{} {}: {}", vault.reference, vault.class, positions(vault));
    export.vaults.iter().map(line).collect()
}

/// What was left out of a source asset.
fn not_taken(export: &VaultExport, source: &str) -> Vec<(Reason, String)> {
    let asset = export.summary.iter().find(|asset| asset.source == source).expect("the asset is reported");
    asset.left_out.iter().map(|left_out| (left_out.reason, left_out.amount.clone())).collect()
}

fn left(pairs: &[(Reason, &str)]) -> Vec<(Reason, String)> {
    pairs.iter().map(|(reason, amount)| (*reason, (*amount).to_owned())).collect()
}

#[test]
fn of_copper_what_is_available_and_not_delegated_counts() {
    let export = good("copper", COPPER);
    let expected = ["p-cold cold: BTC 31025000000", "p-trade triparty: USDT 2000000500000, ETH 95500000000"];
    assert_eq!(taken(&export), expected);
    assert_eq!(not_taken(&export, "BTC"), left(&[(Reason::Reserved, "1.75")]));
    // 750,000 locked in the trading account are the 750,000 of the ClearLoop account: neither counts.
    assert_eq!(not_taken(&export, "USDT@ETH"), left(&[(Reason::Delegated, "1500000")]));
    assert_eq!(not_taken(&export, "ETH"), left(&[(Reason::Staked, "64")]));
    let external = good("copper", &COPPER.replace("\"clearloop\"", "\"external\""));
    assert!(not_taken(&external, "USDT@ETH").contains(&(Reason::External, "750000".into())));
}

#[test]
fn copper_is_read_strictly() {
    let problem = |from: &str, to: &str| bad("copper", COPPER, from, to).problem;
    let error = bad("copper", COPPER, "\"available\": \"310.25\"", "\"available\": \"310.250000001\"");
    assert!(matches!(error.problem, Problem::Sum { whole: "balance", .. }), "{error}");
    assert!(
        error.place.contains("wallets[0]") && error.place.contains("p-cold") && error.place.contains("BTC")
    );
    assert!(matches!(
        problem("\"totalBalance\": \"159.5\"", "\"totalBalance\": \"95.5\""),
        Problem::Sum { whole: "totalBalance", .. }
    ));
    assert!(matches!(
        problem("\"locked\": \"750000\"", "\"locked\": \"0\""),
        Problem::Sum { whole: "balance", .. }
    ));
    assert!(matches!(problem("\"reserve\": \"1.75\",", ""), Problem::Json(_)));
    assert!(matches!(problem("\"reserve\": \"1.75\"", "\"reserve\": 1.75"), Problem::Json(_)));
    assert!(matches!(
        problem("\"reserve\": \"1.75\"", "\"reserve\": \"1.75\", \"reserve\": \"1.75\""),
        Problem::Json(_)
    ));
    assert!(matches!(
        problem("\"reserve\": \"1.75\"", "\"reserve\": \"-1.75\""),
        Problem::Negative { field: "reserve", .. }
    ));
    assert!(matches!(
        problem("\"reserve\": \"1.75\"", "\"reserve\": \"\""),
        Problem::Decimal { field: "reserve", .. }
    ));
    assert!(matches!(problem("\"trading\"", "\"margin\""), Problem::Value { field: "portfolioType", .. }));
    assert!(matches!(
        problem("\"mainCurrency\": \"ETH\"", "\"mainCurrency\": \"TRX\""),
        Problem::Unknown { what: "asset", .. }
    ));
    assert!(matches!(
        problem(
            "\"currency\": \"ETH\",\n      \"mainCurrency\"",
            "\"currency\": \"USDT\",\n      \"mainCurrency\""
        ),
        Problem::Repeated { what: "asset", .. }
    ));
}

#[test]
fn of_bitgo_the_least_of_three_balances_counts_in_base_units() {
    let export = good("bitgo", BITGO);
    let expected = [
        "5a0000000000000000000000000000b1 cold: BTC 12350000000",
        "5a0000000000000000000000000000e1 triparty: ETH 41000000000, USDC 900000000000",
    ];
    assert_eq!(taken(&export), expected);
    // 1 BTC is not confirmed, 0.5 of the confirmed can't be spent, 3 are frozen.
    assert_eq!(
        not_taken(&export, "btc"),
        left(&[(Reason::Pending, "1"), (Reason::Locked, "0.5"), (Reason::Frozen, "3")])
    );
    // 41.5 ETH are confirmed, but half a one is leaving.
    assert_eq!(not_taken(&export, "eth"), left(&[(Reason::Locked, "0.5")]));
}

#[test]
fn what_is_spendable_but_not_confirmed_does_not_count() {
    let text = BITGO.replace("\"12400000000\"", "\"12000000000\"");
    let export = good("bitgo", &text);
    assert_eq!(export.vaults[0].positions, [("BTC".into(), 12_000_000_000)]);
    assert!(not_taken(&export, "btc").contains(&(Reason::Pending, "5".into())));
}

#[test]
fn bitgo_is_read_strictly() {
    let problem = |from: &str, to: &str| bad("bitgo", BITGO, from, to).problem;
    let spendable = "\"spendableBalanceString\": \"12350000000\"";
    // The greatest of the others passes, one unit more does not.
    good("bitgo", &BITGO.replace(spendable, "\"spendableBalanceString\": \"12500000000\""));
    assert!(matches!(
        problem(spendable, "\"spendableBalanceString\": \"12500000001\""),
        Problem::Exceeds { .. }
    ));
    let error = bad("bitgo", BITGO, spendable, "\"spendableBalanceString\": \"123.5\"");
    assert!(matches!(error.problem, Problem::Unit { field: "spendableBalanceString", .. }), "{error}");
    assert!(
        error.place.contains("wallets[0]") && error.place.contains("btc") && error.hint().contains("satoshi")
    );
    assert!(matches!(problem(spendable, "\"spendableBalanceString\": \"-1\""), Problem::Negative { .. }));
    for wrong in ["", "01", "1e9", "0x10", " 1", "+1"] {
        let to = format!("\"spendableBalanceString\": \"{wrong}\"");
        assert!(
            matches!(
                problem(spendable, &to),
                Problem::Decimal { error: solvency_verifier::decimal::DecimalError::Form { .. }, .. }
            ),
            "{wrong}"
        );
    }
    let huge = format!("\"spendableBalanceString\": \"{}\"", "9".repeat(60));
    assert!(matches!(
        problem(spendable, &huge),
        Problem::Decimal { error: solvency_verifier::decimal::DecimalError::Overflow { .. }, .. }
    ));
    assert!(matches!(problem(spendable, "\"spendableBalanceString\": 12350000000"), Problem::Json(_)));
    assert!(matches!(
        problem("\"coin\": \"btc\"", "\"coin\": \"ltc\""),
        Problem::Unknown { what: "base unit of asset", .. }
    ));
    assert!(matches!(
        problem("\"deleted\": false", "\"deleted\": true"),
        Problem::Value { field: "deleted", .. }
    ));
    assert!(matches!(
        problem("\"wallets\": [", "\"nextBatchPrevId\": \"5a\", \"wallets\": ["),
        Problem::Value { field: "nextBatchPrevId", .. }
    ));
    assert!(matches!(problem("0000b1", "0000e1"), Problem::Repeated { what: "vault", .. }));
    assert!(matches!(problem("\"usdc\": {", "\"eth\": {"), Problem::Repeated { what: "asset", .. }));
    let token = &BITGO[BITGO.find("\"usdc\"").unwrap()..=BITGO.find("\"transferCount\": 3").unwrap() + 30];
    let token = token.trim_end_matches(|c| c != '}').trim();
    let token = &token[..=token.find('}').unwrap()];
    assert!(matches!(problem(token, &format!("{token}, {token}")), Problem::Repeated { what: "asset", .. }));
    // Below one ledger unit of the registry: 10^-9 ETH are 10^9 wei.
    assert!(matches!(
        problem(
            "\"spendableBalanceString\": \"41000000000000000000\"",
            "\"spendableBalanceString\": \"40999999999999999999\""
        ),
        Problem::Decimal { .. }
    ));
}

#[test]
fn base_units_of_more_than_18_decimals_are_refused() {
    let mut mapping = example_mapping();
    mapping.base_decimals.insert("btc".into(), 19);
    let error = read("bitgo", document(BITGO), &mapping).unwrap_err();
    assert!(matches!(error.problem, Problem::Value { field: "base_decimals", .. }), "{error}");
}

#[test]
fn of_coinbase_what_can_be_withdrawn_counts() {
    let export = good("coinbase:prime", COINBASE);
    assert_eq!(taken(&export), ["prime triparty: BTC 17825000000, SOL 6249500000000"]);
    assert_eq!(not_taken(&export, "BTC"), left(&[(Reason::Reserved, "2.25")]));
    assert_eq!(not_taken(&export, "SOL"), left(&[(Reason::Staked, "2750"), (Reason::Unavailable, "0.5")]));
    let wallet = r#"{"balance":{"symbol":"BTC","amount":"2","holds":"0.5","withdrawable_amount":"1.5"}}"#;
    assert_eq!(taken(&good("coinbase:prime", wallet)), ["prime triparty: BTC 150000000"]);
}

#[test]
fn coinbase_is_read_strictly() {
    let problem = |from: &str, to: &str| bad("coinbase:prime", COINBASE, from, to).problem;
    let withdrawable = "\"withdrawable_amount\": \"178.25\"";
    let error = bad("coinbase:prime", COINBASE, withdrawable, "\"withdrawable_amount\": \"178.25000001\"");
    assert!(
        matches!(error.problem, Problem::Exceeds { part: "withdrawable_amount with holds", .. }),
        "{error}"
    );
    assert!(error.place.contains("balances[0] (BTC)") && !error.hint().is_empty());
    assert!(matches!(
        problem("\"bonded_amount\": \"2500\"", "\"bonded_amount\": \"2500.500000001\""),
        Problem::Exceeds { .. }
    ));
    for total in ["TOTAL_BALANCES", "UNIFIED_TOTAL_BALANCES", "UNKNOWN_BALANCE_TYPE", ""] {
        assert!(matches!(problem("VAULT_BALANCES", total), Problem::Value { field: "type", .. }), "{total}");
    }
    assert!(matches!(
        problem("\"symbol\": \"SOL\"", "\"symbol\": \"BTC\""),
        Problem::Repeated { what: "symbol", .. }
    ));
    assert!(matches!(
        problem("\"holds\": \"2.25\"", "\"holds\": \"\""),
        Problem::Decimal { field: "holds", .. }
    ));
    assert!(matches!(problem("\"balances\"", "\"balance_list\""), Problem::Value { field: "balances", .. }));
    assert!(matches!(
        problem(
            "\"type\"",
            "\"balance\": {\"symbol\":\"A\",\"amount\":\"0\",\"holds\":\"0\",\"withdrawable_amount\":\"0\"}, \"type\""
        ),
        Problem::Value { field: "balances", .. }
    ));
}

#[test]
fn of_ceffu_what_is_in_custody_counts_for_each_link() {
    let export = good("ceffu", CEFFU);
    let expected = ["9001 triparty: BTC 4550000000, USDT 3250000250000", "9002 triparty: BTC 1200000000"];
    assert_eq!(taken(&export), expected);
    assert!(export.summary.iter().all(|asset| asset.left_out.is_empty()));
}

#[test]
fn ceffu_is_read_strictly() {
    let problem = |from: &str, to: &str| bad("ceffu", CEFFU, from, to).problem;
    assert!(matches!(problem("\"000000\"", "\"G20002\""), Problem::Value { field: "code", .. }));
    assert!(matches!(
        problem("\"totalPage\": 1", "\"totalPage\": 2"),
        Problem::Value { field: "pageNo", .. }
    ));
    assert!(matches!(problem("\"pageNo\": 1", "\"pageNo\": 2"), Problem::Value { field: "pageNo", .. }));
    let error = bad("ceffu", CEFFU, "\"mirrorXBalance\": \"45.5\"", "\"mirrorXBalance\": \"-45.5\"");
    assert!(matches!(error.problem, Problem::Negative { field: "mirrorXBalance", .. }), "{error}");
    assert!(
        error.place.contains("data.data[0]") && error.place.contains("9001") && error.hint().contains("owed")
    );
    assert!(matches!(problem("\"mirrorXBalance\": \"45.5\"", "\"mirrorXBalance\": 45.5"), Problem::Json(_)));
    assert!(matches!(
        problem("\"mirrorXLinkId\": \"9002\"", "\"mirrorXLinkId\": \"9001\""),
        Problem::Repeated { what: "asset", .. }
    ));
    assert!(matches!(
        problem("\"binanceUID\": \"100000001\"", "\"binanceUID\": \"100000009\""),
        Problem::Value { field: "mirrorXLinkId", .. }
    ));
    let failed = r#"{"data":null,"code":"000000","message":""}"#;
    let error = read("ceffu", document(failed), &example_mapping()).unwrap_err();
    assert!(matches!(error.problem, Problem::Value { field: "data", .. }));
}

#[test]
fn of_okx_cash_that_is_available_counts_and_profit_does_not() {
    let export = good("okx:okx", OKX_BALANCE);
    assert_eq!(taken(&export), ["okx exchange: USDT 1400000750000, BTC 325000000"]);
    assert_eq!(not_taken(&export, "USDT"), left(&[(Reason::Frozen, "100000")]));
    assert_eq!(not_taken(&export, "BTC"), left(&[(Reason::Unrealised, "0.25")]));
    let problem = |from: &str, to: &str| bad("okx:okx", OKX_BALANCE, from, to).problem;
    assert!(matches!(problem("\"cashBal\": \"3.25\",", ""), Problem::Json(_)));
    assert!(matches!(problem("\"availBal\": \"3.5\"", "\"availBal\": null"), Problem::Json(_)));
    assert!(matches!(problem("\"availBal\": \"3.5\"", "\"availBal\": 3.5"), Problem::Json(_)));
    assert!(matches!(problem("\"availBal\": \"3.5\"", "\"availBal\": \"-\""), Problem::Decimal { .. }));
}

#[test]
fn of_binance_what_is_free_counts() {
    let export = good("binance:binance", BINANCE_BALANCE);
    assert_eq!(taken(&export), ["binance exchange: USDT 1000000250000, BTC 1000000000"]);
    assert_eq!(
        not_taken(&export, "USDT"),
        left(&[(Reason::Reserved, "50000.25"), (Reason::Margin, "200000")])
    );
    assert_eq!(not_taken(&export, "BTC"), left(&[(Reason::Margin, "2")]));
}

#[test]
fn binance_is_read_strictly() {
    let problem = |from: &str, to: &str| bad("binance:binance", BINANCE_BALANCE, from, to).problem;
    let error = bad(
        "binance:binance",
        BINANCE_BALANCE,
        "\"crossMarginFree\": \"1000000.25",
        "\"crossMarginFree\": \"1000000.26",
    );
    assert!(matches!(error.problem, Problem::Sum { whole: "crossMarginAsset", .. }), "{error}");
    assert!(matches!(
        problem("\"totalWalletBalance\": \"12.", "\"totalWalletBalance\": \"12.1"),
        Problem::Sum { whole: "totalWalletBalance", .. }
    ));
    for field in ["crossMarginBorrowed", "crossMarginInterest"] {
        let from = format!("\"{field}\": \"0.00000000\"");
        let to = format!("\"{field}\": \"0.00000001\"");
        assert!(
            matches!(problem(&from, &to), Problem::Value { allowed, .. } if allowed.contains("owed")),
            "{field}"
        );
    }
    assert!(matches!(
        problem("\"negativeBalance\": \"0\"", "\"negativeBalance\": \"1\""),
        Problem::Value { field: "negativeBalance", .. }
    ));
    assert!(matches!(
        problem("\"umWalletBalance\": \"200000.0", "\"umWalletBalance\": \"-200000.0"),
        Problem::Negative { field: "umWalletBalance", .. }
    ));
    assert!(matches!(
        problem("\"asset\": \"BTC\"", "\"asset\": \"USDT\""),
        Problem::Repeated { what: "asset", .. }
    ));
    assert!(matches!(problem("\"crossMarginLocked\": \"50000.25000000\",", ""), Problem::Json(_)));
    // The answer of /papi/v1/account has values in USD, no amounts.
    let account = r#"{"uniMMR":"5167.9","accountEquity":"122607.35","accountStatus":"NORMAL"}"#;
    let error = read("binance:binance", document(account), &example_mapping()).unwrap_err();
    assert!(matches!(error.problem, Problem::Value { field: "answer", .. }), "{error}");
}

//! `solvency prices`: real packages as both sides' prices, own feeds, and debts in a claim.

use std::path::Path;

use serde_json::{Value, json};

use crate::daily_work::{edit, read};
use crate::runner::run;

fn workspace(path: &str) -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../").to_owned() + path
}

/// A registry of five assets, and an own feed of them signed by two of three.
fn own_feed(at: &Path) -> String {
    std::fs::copy(workspace("fixtures/registry.json"), at.join("registry.json")).unwrap();
    let mut signers = Vec::new();
    for number in 1..=3 {
        run(at, &format!("signer new {number}.key")).expect(0);
        let signer = run(at, &format!("signer address {number}.key --json")).expect(0).json();
        signers.push(signer["address"].as_str().unwrap().to_owned());
    }
    let prices: Vec<Value> = ["BTC", "ETH", "SOL", "USDT", "USDC"]
        .iter()
        .map(|symbol| json!({ "symbol": symbol, "price": "1000.5", "confidence": "0.25" }))
        .collect();
    let feed = json!({ "quote": "USD", "source": "desk", "time": 1_790_000_000u64, "prices": prices });
    std::fs::write(at.join("feed.json"), feed.to_string()).unwrap();
    let sources = format!(
        "format = \"solvency-sources/1\"\nquote = \"USD\"\nmax_age = 60\nmax_ahead = 5\nk = \"2\"\nmax_confidence_ppm = 1000\n\
         [own]\nsource = \"desk\"\nsigners = {signers:?}\nthreshold = 2\n\
         feeds = {{ BTC = \"BTC\", ETH = \"ETH\", SOL = \"SOL\", USDT = \"USDT\", USDC = \"USDC\" }}\n"
    );
    std::fs::write(at.join("sources.toml"), sources).unwrap();
    "prices import signed.json --sources sources.toml --registry registry.json --json".to_owned()
}

#[test]
fn an_own_feed_is_signed_by_enough_and_has_two_sides() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    let import = own_feed(at);
    let sign = |key: u8, from: &str| {
        run(at, &format!("prices sign {from} --registry registry.json --key {key}.key --out signed.json"))
    };
    sign(1, "feed.json").expect(0);
    let collateral = format!("{import} --side collateral --at 1790000060");
    run(at, &collateral).expect_error(&["signed.json", "1 signers, 2 are needed", "hint"]);
    sign(1, "signed.json").expect_error(&["signed.json", "hint: each signer"]);
    sign(2, "signed.json").expect(0);

    let shown = run(at, &format!("{collateral} --out low.json")).expect(0).json();
    assert_eq!(shown["lines"][0]["signers"].as_array().unwrap().len(), 2);
    run(at, &format!("{import} --side debt --at 1790000060 --out high.json")).expect(0);
    let (low, high) = (read(&at.join("low.json")), read(&at.join("high.json")));
    assert_eq!((&low["prices"][0]["price"], &low["side"]), (&json!("1000"), &json!("collateral")));
    assert_eq!((&high["prices"][0]["price"], &high["side"]), (&json!("1001"), &json!("debt")));

    // Too old by a second, too far ahead by one, and altered.
    run(at, &format!("{import} --side debt --at 1790000061")).expect_error(&["61000 ms old", "hint"]);
    run(at, &format!("{import} --side debt --at 1789999994")).expect_error(&["6000 ms ahead", "clock"]);
    edit(&at.join("signed.json"), |text| text.replace("1000.5", "1000.4"));
    let out = at.join("never.json");
    run(at, &format!("{collateral} --out never.json")).expect_error(&["signed.json", "signature"]);
    assert!(!out.exists());
}

#[test]
fn each_side_is_for_its_own_use() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    let import = own_feed(at);
    for (key, from) in [(1, "feed.json"), (2, "signed.json")] {
        run(at, &format!("prices sign {from} --registry registry.json --key {key}.key --out signed.json"))
            .expect(0);
    }
    for (side, out) in [("collateral", "low.json"), ("debt", "high.json")] {
        run(at, &format!("{import} --side {side} --at 1790000000 --out {out}")).expect(0);
    }
    std::fs::copy(workspace("fixtures/policies/venue-a.json"), at.join("policy.json")).unwrap();
    let explain = |prices: &str| {
        let line = format!(
            "policy explain --registry registry.json --policy policy.json --prices {prices} --balance BTC/cold=1 --json"
        );
        run(at, &line)
    };
    explain("low.json").expect(0);
    explain("high.json").expect_error(&["high.json", "prices for debts", "--side collateral"]);

    let claim = |owed: &str, number: u8| {
        let id = format!("0x{}", "11".repeat(32));
        let line = format!(
            "claim new --registry registry.json --policy policy.json --key 1.key --account {id} --liability-book {id} \
             --number {number} --out . --at 1790000000 {owed}"
        );
        run(at, &line)
    };
    // 12.5 at 1001, and 0.00000001 of it, which rounds up to the next millionth.
    claim("--owed BTC=12.5 --owed ETH=0.00000001 --prices high.json --requirement 100", 1).expect(0);
    assert_eq!(read(&at.join("claim-opening.json"))["requirement"], 12_612_500_011u64);
    claim("--owed BTC=12.5 --prices high.json", 2).expect(0);
    assert_eq!(read(&at.join("claim-opening.json"))["requirement"], 12_512_500_000u64);
    claim("--owed BTC=12.5 --prices low.json", 3).expect_error(&[
        "low.json",
        "not prices for debts",
        "--side debt",
    ]);
    claim("--owed DOGE=1 --prices high.json", 4).expect_error(&["DOGE"]);
    claim("--owed BTC --prices high.json", 5).expect_error(&["ASSET=AMOUNT"]);
    claim("--owed BTC=0.123456789 --prices high.json", 6).expect_error(&["BTC=0.123456789"]);
    claim("", 7).expect_error(&["--requirement"]);
    claim("--owed BTC=99999999999 --prices high.json", 8).expect_error(&["does not fit 64 bits"]);
}

#[test]
fn real_packages_of_pyth_and_redstone_are_read_and_broken_ones_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    let sources = std::fs::read_to_string(workspace("fixtures/feeds/sources.toml")).unwrap();
    let (head, sections) = sources.split_once("[pyth]").unwrap();
    let (pyth, redstone) = sections.split_once("[redstone]").unwrap();
    for (file, section, symbol, now, price) in [
        ("pyth-hermes.json", format!("[pyth]{pyth}"), "PYTH", 1_743_631_834u64, "9.82354652"),
        ("redstone.json", format!("[redstone]{redstone}"), "CRV3", 1_719_856_900, "1.03281876"),
    ] {
        std::fs::write(at.join("sources.toml"), format!("{head}{section}")).unwrap();
        let mut registry = read(Path::new(&workspace("fixtures/registry.json")));
        registry["assets"] = json!([{ "symbol": symbol, "decimals": 6 }]);
        std::fs::write(at.join("registry.json"), registry.to_string()).unwrap();
        let line = |file: &str, now: u64| {
            run(
                at,
                &format!(
                    "prices import {file} --sources sources.toml --registry registry.json --side debt --at {now} --json"
                ),
            )
        };
        let package = workspace(&format!("fixtures/feeds/{file}"));
        let report = line(&package, now).expect(0).json();
        assert_eq!(report["lines"][0]["adjusted"], price, "{report}");
        line(&package, now + 61).expect_error(&[file, "61000 ms old", "hint"]);

        let whole = std::fs::read(&package).unwrap();
        let utf_16 =
            String::from_utf8(whole.clone()).unwrap().encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (what, bytes) in [
            ("cut", whole[..whole.len() / 2].to_vec()),
            ("doubled", [&whole[..], &whole].concat()),
            ("empty", Vec::new()),
            ("UTF-16", utf_16),
        ] {
            std::fs::write(at.join("broken.json"), bytes).unwrap();
            let failed = line("broken.json", now).expect(2);
            assert!(
                failed.stderr.contains("broken.json") && failed.stderr.contains("hint"),
                "{what}: {}",
                failed.stderr
            );
        }
        std::fs::write(at.join("broken.json"), vec![b' '; (16 << 20) + 1]).unwrap();
        line("broken.json", now).expect_error(&["broken.json", "bytes"]);
    }
}

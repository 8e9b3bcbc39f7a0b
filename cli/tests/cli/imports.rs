//! `solvency book import --from`: one report for every form, a table to join several, and nothing left behind on failure.

use std::path::Path;

use serde_json::json;

use crate::bad_input::custodian;
use crate::runner::{names, run};

const BLOCK: &str = "0xb9bcbc61c844c0a90952c9df32478e1b67dc91cd8b5c0a7cbfac2399262574c8";

/// A directory with the examples of all forms and the registry.
fn examples(at: &Path) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    for entry in std::fs::read_dir(fixtures.join("imports")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, at.join(path.file_name().unwrap())).unwrap();
    }
    std::fs::copy(fixtures.join("registry.json"), at.join("registry.json")).unwrap();
}

fn import(form: &str, files: &str) -> String {
    format!("book import --from {form} --registry registry.json --mapping mapping.toml {files}")
}

#[test]
fn every_form_gets_the_same_report() {
    let dir = tempfile::tempdir().unwrap();
    examples(dir.path());
    let ethereum = format!("ethereum:{BLOCK}");
    let cases = [
        (
            "copper",
            "copper.json",
            "USDT@ETH (USDT): taken 2000000.5",
            "left out 1500000: delegated to a venue",
        ),
        ("bitgo", "bitgo.json", "btc (BTC): taken 123.5", "left out 3: frozen"),
        ("coinbase:prime", "coinbase-prime.json", "SOL (SOL): taken 6249.5", "left out 2750: staked"),
        ("ceffu", "ceffu-mirrorx.json", "BTC (BTC): taken 57.5", "2 vaults with a balance that counts"),
        (
            "okx:okx",
            "okx-balance.json",
            "BTC (BTC): taken 3.25",
            "left out 0.25: profit that is not realised",
        ),
        (
            "binance:binance",
            "binance-papi-balance.json",
            "USDT (USDT): taken 1000000.25",
            "left out 200000: margin",
        ),
        (
            &ethereum,
            "ethereum-block.json ethereum-account.json ethereum-token.json",
            "ETH (ETH): taken 123.456789",
            "proven against block 3",
        ),
    ];
    for (form, files, taken, more) in cases {
        let text = run(dir.path(), &import(form, files)).expect(0).stdout;
        assert!(text.contains(taken) && text.contains(more), "{form}: {text}");
        let value = run(dir.path(), &format!("{} --json", import(form, files))).expect(0).json();
        let assets = value["assets"].as_array().unwrap();
        assert!(value["vaults"].as_u64().unwrap() > 0 && !assets.is_empty(), "{form}");
        for asset in assets {
            let line = format!("{} (", asset["source"].as_str().unwrap());
            assert!(
                text.contains(&line) && asset["taken"].is_string() && asset["leftOut"].is_array(),
                "{form}"
            );
        }
        assert_eq!(value["block"].is_object(), form.starts_with("ethereum"), "{form}");
    }
}

#[test]
fn several_sources_are_joined_in_one_table_that_a_book_is_made_of() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    custodian(at);
    examples(at);
    let mut joined = String::from("vault,asset,class,amount\n");
    for (form, file) in [("copper", "copper.json"), ("bitgo", "bitgo.json"), ("ceffu", "ceffu-mirrorx.json")]
    {
        let out = format!("{file}.csv");
        run(at, &format!("{} --out {out}", import(form, file))).expect(0);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(at.join(&out)).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let table = std::fs::read_to_string(at.join(&out)).unwrap();
        joined.push_str(table.split_once('\n').unwrap().1);
    }
    std::fs::write(at.join("joined.csv"), joined).unwrap();
    let config = std::fs::read_to_string(at.join("solvency.toml")).unwrap();
    let with = |export: &str| config.replace("\"vaults.json\"", export).replace("fireblocks", "csv");
    let totals = |export: &str| {
        std::fs::write(at.join("solvency.toml"), with(export)).unwrap();
        run(at, "book commit --at 1767300000 --json").expect(0).json()["totals"].clone()
    };
    let one = totals("\"joined.csv\"");
    assert_eq!((&one["BTC/cold"], &one["BTC/triparty"]), (&json!("433.75"), &json!("57.5")));
    // The same as a list of files.
    assert_eq!(totals("[\"copper.json.csv\", \"bitgo.json.csv\", \"ceffu-mirrorx.json.csv\"]"), one);
    run(at, "book import --at 1767300000").expect(0);
    std::fs::write(at.join("solvency.toml"), with("[]")).unwrap();
    run(at, "book import").expect_error(&["list of paths"]);
}

#[test]
fn a_refused_export_writes_nothing_and_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    examples(at);
    let good = std::fs::read_to_string(at.join("copper.json")).unwrap();
    let before = names(at);
    let refused = |parts: &[&str]| {
        let run =
            run(at, &format!("{} --out table.csv", import("copper", "copper.json"))).expect_error(parts);
        assert!(run.stdout.is_empty(), "{}", run.stdout);
        assert_eq!(names(at), before);
    };
    for (from, to, part) in [
        ("\"balance\": \"312\"", "\"balance\": \"313\"", "add up to 312"),
        ("\"310.25\"", "310.25", "floating point"),
        ("\"310.25\"", "\"-310.25\"", "below 0"),
        ("\"BTC\"", "\"DOGE\"", "DOGE"),
        ("\"updatedAt\": \"1764150000000\"\n    }\n  ]\n}", "", "cut off"),
    ] {
        let (head, tail) = good.rsplit_once(from).unwrap_or_else(|| panic!("{from}"));
        std::fs::write(at.join("copper.json"), format!("{head}{to}{tail}")).unwrap();
        refused(&["copper.json", part, "hint", "spec/imports.md"]);
    }
    std::fs::write(at.join("copper.json"), [good.as_bytes(), b"\xff"].concat()).unwrap();
    refused(&["copper.json", "UTF-8"]);
    std::fs::write(at.join("copper.json"), format!("\u{feff}{good}")).unwrap();
    refused(&["byte order mark"]);
    let file = std::fs::File::create(at.join("copper.json")).unwrap();
    file.set_len((64 << 20) + 1).unwrap();
    refused(&["longer than the 67108864 bytes"]);
    // A table that is there stays as it was.
    std::fs::write(at.join("table.csv"), "old").unwrap();
    run(at, &format!("{} --out table.csv", import("copper", "copper.json"))).expect_error(&["copper.json"]);
    assert_eq!(std::fs::read_to_string(at.join("table.csv")).unwrap(), "old");
}

#[test]
fn a_proof_is_read_under_the_hash_that_the_caller_names() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    examples(at);
    let other = BLOCK.replace("b9bc", "b9bd");
    let files = "ethereum-block.json ethereum-account.json";
    run(at, &import(&format!("ethereum:{other}"), files)).expect_error(&["hashes to", BLOCK, &other]);
    run(at, &import("ethereum:", files)).expect_error(&["ethereum:"]);
    run(at, &import("ethereum", files)).expect_error(&["ethereum:BLOCKHASH"]);
    let account = std::fs::read_to_string(at.join("ethereum-account.json")).unwrap();
    std::fs::write(
        at.join("ethereum-account.json"),
        account.replace("0x6b14e9f7e4f5a5000", "0x7b14e9f7e4f5a5000"),
    )
    .unwrap();
    run(at, &import(&format!("ethereum:{BLOCK}"), files))
        .expect_error(&["the proof of the account does not hold", "hint"]);
}

#[test]
fn files_and_forms_belong_together() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    examples(at);
    run(at, "book import copper.json").expect(2);
    run(at, "book import --from copper --registry registry.json").expect(2);
    run(at, "book import --from copper copper.json").expect(2);
    run(at, &format!("{} --config solvency.toml", import("copper", "copper.json"))).expect(2);
    run(at, &import("copperr", "copper.json")).expect_error(&["copperr", "fireblocks, copper"]);
    run(at, &import("copper", "missing.json")).expect_error(&["missing.json", "hint"]);
    // Without a mapping nothing is known.
    run(at, "book import --from copper --registry registry.json copper.json")
        .expect_error(&["class", "mapping"]);
}

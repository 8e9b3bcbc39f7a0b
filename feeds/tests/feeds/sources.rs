//! The sources file: what it may say.

use solvency_feeds::{FeedError, Problem, Sources};

use crate::packages::{FEED, HEAD, address, own_section, pyth_section, redstone_section, registry};

fn whole() -> String {
    [HEAD.to_string(), own_section(), pyth_section(), redstone_section()].concat()
}

fn changed(from: &str, to: &str) -> Result<Sources, FeedError> {
    let text = whole();
    assert!(text.contains(from), "{from}");
    Sources::parse("sources.toml", &text.replacen(from, to, 1))
}

fn refused(from: &str, to: &str) -> Problem {
    changed(from, to).unwrap_err().problem
}

#[test]
fn the_file_of_the_tests_is_read() {
    let sources = Sources::parse("sources.toml", &whole()).unwrap();
    assert_eq!((sources.max_age, sources.max_ahead, sources.multiplier), (60, 5, 2_000_000));
    assert_eq!(sources.pyth.unwrap().quorum(), 3);
}

#[test]
fn quorums_of_wormhole() {
    let mut pyth = Sources::parse("sources.toml", &whole()).unwrap().pyth.unwrap();
    for (guardians, quorum) in [(1, 1), (2, 2), (3, 3), (4, 3), (6, 5), (19, 13), (255, 171)] {
        pyth.guardians = vec![address(1); guardians];
        assert_eq!(pyth.quorum(), quorum);
    }
}

#[test]
fn bounds_hold_and_one_past_does_not() {
    let value = |from: &str, to: &str, name: &str| {
        let got = refused(from, to);
        assert!(matches!(&got, Problem::Value { what, .. } if *what == name), "{to}: {got}");
    };
    assert!(changed("max_age = 60", "max_age = 86400").is_ok());
    value("max_age = 60", "max_age = 86401", "max_age");
    value("max_age = 60", "max_age = 0", "max_age");
    assert!(changed("max_ahead = 5", "max_ahead = 3600").is_ok());
    assert!(changed("max_ahead = 5", "max_ahead = 0").is_ok());
    value("max_ahead = 5", "max_ahead = 3601", "max_ahead");
    assert!(changed("k = \"2\"", "k = \"100\"").is_ok());
    assert_eq!(changed("k = \"2\"", "k = \"0.000001\"").unwrap().multiplier, 1);
    value("k = \"2\"", "k = \"100.000001\"", "k");
    assert!(changed("max_confidence_ppm = 20000", "max_confidence_ppm = 1000000").is_ok());
    value("max_confidence_ppm = 20000", "max_confidence_ppm = 1000001", "max_confidence_ppm");
    value("threshold = 2", "threshold = 1", "own.threshold");
    value("threshold = 2", "threshold = 4", "own.threshold");
    assert!(changed("threshold = 2", "threshold = 3").is_ok());
    value("threshold = 3", "threshold = 2", "redstone.threshold");
    value("threshold = 3", "threshold = 6", "redstone.threshold");
    value("quote = \"USD\"", "quote = \"\"", "quote");
    value("source = \"desk\"", "source = \"my desk\"", "own.source");
    value("ETH = \"ETH\"", "ETH = \"E TH\"", "feed");
    value("USDC = \"USDC\"", "USDC = \"US/DC\"", "own.feeds");
}

#[test]
fn forms_that_are_refused() {
    let toml = |from: &str, to: &str| {
        let got = refused(from, to);
        assert!(matches!(got, Problem::Toml(_)), "{to}: {got}");
    };
    toml("max_age = 60\n", "");
    toml("max_age = 60\n", "max_age = 60\nmax_age = 60\n");
    toml("max_age = 60\n", "max_age = 60\nmore = 1\n");
    toml("max_age = 60", "max_age = 60.0");
    toml("max_age = 60", "max_age = -1");
    toml("k = \"2\"", "k = 2");
    toml("guardian_set = 9", "guardian_set = 4294967296");
    toml("emitter_chain = 26", "emitter_chain = 65536");
    toml("threshold = 2", "threshold = 2\nextra = 1");
    toml("[own.feeds]\n", "[own.feeds]\nUSDC = \"A\"\n");
    toml(&address(1).to_string(), &address(1).to_string().to_uppercase());
    assert!(matches!(refused("k = \"2\"", "k = \"1e1\""), Problem::Form(_)));
    assert!(matches!(refused("k = \"2\"", "k = \"0.0000001\""), Problem::Form(_)));
    assert!(matches!(refused("solvency-sources/1", "solvency-sources/2"), Problem::Form(_)));
    let long = format!("{}#{}", whole(), "x".repeat(1 << 20));
    let got = Sources::parse("sources.toml", &long).unwrap_err().problem;
    assert!(matches!(got, Problem::TooLarge { allowed: 1_048_576, .. }));
}

#[test]
fn signers_are_distinct_and_some() {
    let (one, two) = (address(1).to_string(), address(2).to_string());
    assert!(matches!(refused(&one, &two), Problem::Repeated { what: "the signer", .. }));
    let (guardian, other) = (address(11).to_string(), address(12).to_string());
    assert!(matches!(refused(&guardian, &other), Problem::Repeated { what: "the signer", .. }));
    let (signer, other) = (address(21).to_string(), address(22).to_string());
    assert!(matches!(refused(&signer, &other), Problem::Repeated { what: "the signer", .. }));
    let zero = "0x0000000000000000000000000000000000000000";
    assert!(matches!(refused(&one, zero), Problem::Value { what: "own.signers", .. }));
    let section = pyth_section();
    let start = section.find("guardians = [").unwrap();
    let list = section[start..].split_once(']').unwrap().0.to_string() + "]";
    assert!(matches!(
        refused(&list, "guardians = []"),
        Problem::TooMany { what: "signers", got: 0, allowed: 255 }
    ));
}

#[test]
fn a_feed_is_one_asset() {
    let twice = format!("BTC = \"{FEED}\"\nETH = \"{FEED}\"\n");
    assert_eq!(refused(&format!("BTC = \"{FEED}\"\n"), &twice), Problem::DuplicateFeed(FEED.to_string()));
    assert_eq!(refused("ETH = \"ETH\"", "ETH = \"X\"\nBTC = \"X\""), Problem::DuplicateFeed("X".into()));
    assert_eq!(refused("USDC = \"USDC\"", "USDC = \"X\"\nBTC = \"X\""), Problem::DuplicateFeed("X".into()));
    assert!(matches!(
        refused("USDC = \"USDC\"\n", ""),
        Problem::TooMany { what: "feeds", got: 0, allowed: 64 }
    ));
}

#[test]
fn the_registry_and_the_sections_name_the_same_assets() {
    let sources = Sources::parse("sources.toml", &whole()).unwrap();
    let all = sources.for_registry(&registry(&["ETH", "USDC", "BTC"])).unwrap();
    let order: Vec<&str> = all.iter().map(|(symbol, ..)| symbol.as_str()).collect();
    assert_eq!(order, ["ETH", "USDC", "BTC"]);
    let refused =
        |sources: &Sources, symbols: &[&str]| sources.for_registry(&registry(symbols)).unwrap_err().problem;
    assert_eq!(refused(&sources, &["ETH", "BTC"]), Problem::UnknownSymbol("USDC".into()));
    assert_eq!(refused(&sources, &["ETH", "USDC", "BTC", "SOL"]), Problem::NotMapped("SOL".into()));
    let twice = changed("ETH = \"ETH\"", "ETH = \"ETH\"\nBTC = \"BTC\"").unwrap();
    let problem = Problem::Repeated { what: "the symbol", name: "BTC".into() };
    assert_eq!(refused(&twice, &["ETH", "USDC", "BTC"]), problem);
    let euro = changed("quote = \"USD\"", "quote = \"EUR\"").unwrap();
    let quote = Problem::Quote { got: "EUR".into(), expected: "USD".into() };
    assert_eq!(refused(&euro, &["ETH", "USDC", "BTC"]), quote);
}

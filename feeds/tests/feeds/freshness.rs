//! What all sources have in common: forms of files, ages, widths, rounding, and one price for each asset.

use solvency_feeds::{Amount, FeedError, PriceFile, Problem, Report, Side, Sources, import};

use crate::packages::{
    FEED, HEAD, NOW, Package, Update, bitcoin, gateway, import_texts, message, own_section, problem,
    pyth_section, redstone_section, registry, three,
};

fn at(price: i64, confidence: u64, exponent: i32, time: u64) -> String {
    Update::new(vec![message(FEED, price, confidence, exponent, time as i64)]).hermes()
}

fn read(side: Side, text: &str) -> Result<Report, FeedError> {
    import_texts(&[pyth_section()], &["BTC"], side, &[text])
}

#[test]
fn the_oldest_price_counts_and_one_second_more_does_not() {
    let report = read(Side::Collateral, &at(5, 0, 0, NOW - 60)).unwrap();
    assert_eq!(report.lines[0].age_ms, 60_000);
    let old = problem(read(Side::Collateral, &at(5, 0, 0, NOW - 61)));
    assert_eq!(old, Problem::TooOld { age_ms: 61_000, allowed_ms: 60_000 });
    let report = read(Side::Collateral, &at(5, 0, 0, NOW + 5)).unwrap();
    assert_eq!(report.lines[0].age_ms, -5_000);
    let ahead = problem(read(Side::Collateral, &at(5, 0, 0, NOW + 6)));
    assert_eq!(ahead, Problem::Future { ahead_ms: 6_000, allowed_ms: 5_000 });
}

#[test]
fn milliseconds_count() {
    let read = |time_ms| {
        let all: Vec<Package> = three().into_iter().map(|package| Package { time_ms, ..package }).collect();
        import_texts(&[redstone_section()], &["ETH"], Side::Debt, &[&gateway(&all)])
    };
    assert!(read(NOW * 1000 - 60_000).is_ok());
    assert!(matches!(problem(read(NOW * 1000 - 60_001)), Problem::TooOld { age_ms: 60_001, .. }));
    assert!(read(NOW * 1000 + 5_000).is_ok());
    assert!(matches!(problem(read(NOW * 1000 + 5_001)), Problem::Future { ahead_ms: 5_001, .. }));
}

#[test]
fn the_widest_confidence_counts_and_one_more_does_not() {
    assert!(read(Side::Debt, &at(1_000_000, 20_000, -8, NOW)).is_ok());
    let wide = problem(read(Side::Debt, &at(1_000_000, 20_001, -8, NOW)));
    assert!(matches!(wide, Problem::TooWide { allowed_ppm: 20_000, .. }));
}

#[test]
fn each_side_rounds_its_way() {
    // 1.9995 units of 10^-12 and a confidence of 0.0005 of them.
    let sections = [pyth_section()];
    let head = HEAD.replace("20000", "1000000").replace("k = \"2\"", "k = \"0.5\"");
    let sources = Sources::parse("sources.toml", &format!("{head}{}", sections.concat())).unwrap();
    let adjusted = |side, price, confidence| {
        let text = at(price, confidence, -16, NOW);
        let file = PriceFile { file: "file", bytes: text.as_bytes() };
        import(&sources, &registry(&["BTC"]), side, NOW, &[file]).map(|report| report.lines[0].adjusted)
    };
    assert_eq!(adjusted(Side::Collateral, 39_995, 5), Ok(Amount(2)));
    assert_eq!(adjusted(Side::Debt, 39_995, 5), Ok(Amount(5)));
    assert_eq!(adjusted(Side::Collateral, 40_000, 0), Ok(Amount(4)));
    assert_eq!(adjusted(Side::Debt, 40_000, 0), Ok(Amount(4)));
    let nothing = adjusted(Side::Collateral, 10_000, 5).unwrap_err().problem;
    assert_eq!(nothing, Problem::Uncovered { price: Amount(1), confidence: Amount(1) });
}

#[test]
fn a_debt_beyond_64_bits_is_refused() {
    let price = i64::MAX;
    let text = at(price, 1, -12, NOW);
    assert_eq!(read(Side::Debt, &text).unwrap().lines[0].adjusted, Amount(price as u64 + 2));
    let head = HEAD.replace("k = \"2\"", "k = \"100\"");
    let sources = Sources::parse("sources.toml", &format!("{head}{}", pyth_section())).unwrap();
    let judge = |price: i64, confidence: u64| {
        let text = at(price, confidence, -11, NOW);
        let file = PriceFile { file: "file", bytes: text.as_bytes() };
        import(&sources, &registry(&["BTC"]), Side::Debt, NOW, &[file])
    };
    // 2^64 − 1 = 1,844,674,407,370,955,161·10 + 5; k times the confidence is 100·1·10.
    assert!(judge(1_844_674_407_370_955_161 - 100, 1).is_ok());
    let over = problem(judge(1_844_674_407_370_955_161 - 99, 1));
    assert_eq!(over, Problem::Overflow("the price with k times the confidence"));
}

#[test]
fn three_sources_make_one_report() {
    let sections = [own_section(), pyth_section(), redstone_section()];
    let symbols = ["BTC", "ETH"];
    let without_own = [pyth_section(), redstone_section()];
    let texts = [Update::new(vec![bitcoin()]).hermes(), gateway(&three())];
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let report = import_texts(&without_own, &symbols, Side::Collateral, &texts).unwrap();
    let symbols_of: Vec<&str> = report.lines.iter().map(|line| line.symbol.as_str()).collect();
    assert_eq!(symbols_of, symbols);
    assert_eq!(report.source(), "pyth+redstone, collateral at 1790000000");
    let shown = report.lines[0].to_string();
    assert_eq!(
        shown,
        "BTC: 64960, from 65000 ± 20 (308 ppm) of pyth, published at 1790000000, 0 ms old, 3 signers"
    );
    let missing = import_texts(&sections, &["USDC", "BTC", "ETH"], Side::Collateral, &texts).unwrap_err();
    let expected = Problem::Missing { feed: "USDC".into(), source_kind: solvency_feeds::SourceKind::Own };
    assert_eq!((missing.place.as_str(), missing.problem), ("USDC", expected));
}

#[test]
fn files_of_no_known_form() {
    let read = |text: &str| read(Side::Collateral, text);
    for text in ["{}", "{\"binary\":1}", "{\"format\":1}", "\"text\"", "1", "null", "{\"ETH\":[],\"x\":1}"] {
        assert!(matches!(problem(read(text)), Problem::Form(_)), "{text}");
    }
    for text in ["", " ", "{", "[1,]", "{\"a\":1}{}", "\u{feff}{}"] {
        assert!(matches!(problem(read(text)), Problem::Json(_)), "{text}");
    }
    let repeated = problem(read("{\"binary\":{},\"binary\":{}}"));
    assert_eq!(repeated, Problem::Repeated { what: "field", name: "binary".into() });
    let deep = "[".repeat(100_000);
    assert!(matches!(problem(read(&deep)), Problem::Json(_)));
}

#[test]
fn a_file_of_a_source_without_section_is_refused() {
    let got = problem(read(Side::Collateral, &gateway(&three())));
    assert_eq!(got, Problem::NoSection(solvency_feeds::SourceKind::RedStone));
    let list = problem(read(Side::Collateral, "{\"binary\":[]}"));
    assert_eq!(list, Problem::NoSection(solvency_feeds::SourceKind::RedStone));
    let redstone = |text: &str| import_texts(&[redstone_section()], &["ETH"], Side::Debt, &[text]);
    let hermes = Update::new(vec![bitcoin()]).hermes();
    assert_eq!(problem(redstone(&hermes)), Problem::NoSection(solvency_feeds::SourceKind::Pyth));
    let own = "{\"format\":\"solvency-feed/1\"}";
    assert_eq!(problem(redstone(own)), Problem::NoSection(solvency_feeds::SourceKind::Own));
}

#[test]
fn files_are_bounded_and_utf8() {
    let judge = |files: &[PriceFile<'_>]| {
        let sources = Sources::parse("sources.toml", &format!("{HEAD}{}", pyth_section())).unwrap();
        import(&sources, &registry(&["BTC"]), Side::Debt, NOW, files)
    };
    let padded = |length: usize| {
        let mut bytes = Update::new(vec![bitcoin()]).hermes().into_bytes();
        bytes.resize(length, b' ');
        bytes
    };
    let (most, over) = (padded(16 << 20), padded((16 << 20) + 1));
    assert!(judge(&[PriceFile { file: "file", bytes: &most }]).is_ok());
    let got = problem(judge(&[PriceFile { file: "file", bytes: &over }]));
    assert_eq!(got, Problem::TooLarge { got: (16 << 20) + 1, allowed: 16 << 20 });
    let latin = PriceFile { file: "file", bytes: b"{\"\xe9\":1}" };
    assert_eq!(problem(judge(&[latin])), Problem::Utf8(2));
    let wide: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(matches!(problem(judge(&[PriceFile { file: "file", bytes: &wide }])), Problem::Json(_)));
    assert!(matches!(problem(judge(&[])), Problem::TooMany { what: "files of prices", got: 0, .. }));
    let text = Update::new(vec![bitcoin()]).hermes();
    let one = PriceFile { file: "file", bytes: text.as_bytes() };
    assert!(judge(&[one; 64]).is_ok());
    assert!(matches!(
        problem(judge(&[one; 65])),
        Problem::TooMany { what: "files of prices", got: 65, allowed: 64 }
    ));
}

#[test]
fn a_clock_beyond_all_times_is_refused() {
    let sources = Sources::parse("sources.toml", &format!("{HEAD}{}", pyth_section())).unwrap();
    let text = Update::new(vec![bitcoin()]).hermes();
    let file = PriceFile { file: "file", bytes: text.as_bytes() };
    let got = problem(import(&sources, &registry(&["BTC"]), Side::Debt, u64::MAX, &[file]));
    assert_eq!(got, Problem::Overflow("the time in milliseconds"));
    assert!(matches!(
        problem(import(&sources, &registry(&["BTC"]), Side::Debt, 0, &[file])),
        Problem::Future { .. }
    ));
}

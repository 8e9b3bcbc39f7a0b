//! Real packages with real signatures: that the formats were read as they are.

use solvency_feeds::{
    Amount, FeedError, PriceFile, Problem, Published, Report, Side, SourceKind, Sources, import,
};
use solvency_verifier::Address;

use crate::packages::registry;

const SOURCES: &str = include_str!("../../../fixtures/feeds/sources.toml");
const HERMES: &str = include_str!("../../../fixtures/feeds/pyth-hermes.json");
const REDSTONE: &str = include_str!("../../../fixtures/feeds/redstone.json");

/// Imports one of the fixtures at its own time, with the section that it needs.
fn read(symbol: &str, side: Side, now: u64, text: &str) -> Result<Report, FeedError> {
    let mut sources = Sources::parse("sources.toml", SOURCES).unwrap();
    match symbol {
        "PYTH" => sources.redstone = None,
        _ => sources.pyth = None,
    }
    let file = PriceFile { file: "real", bytes: text.as_bytes() };
    import(&sources, &registry(&[symbol]), side, now, &[file])
}

#[test]
fn an_update_that_thirteen_guardians_of_set_four_signed() {
    let report = read("PYTH", Side::Collateral, 1_743_631_834, HERMES).unwrap();
    let line = &report.lines[0];
    assert_eq!(line.source, SourceKind::Pyth);
    assert_eq!(line.published, Published { price: 960_310_184, confidence: 11_022_234, exponent: -8 });
    assert_eq!(line.time_ms, 1_743_631_834_000);
    assert_eq!((line.price, line.confidence), (Amount(9_603_101_840_000), Amount(110_222_340_000)));
    assert_eq!(line.adjusted, Amount(9_603_101_840_000 - 2 * 110_222_340_000));
    assert_eq!(line.signers.len(), 13);
    let first = Address::from_hex("0x5893b5a76c3f739645648885bdccc06cd70a3cd3").unwrap();
    assert_eq!(line.signers[0], first);
}

#[test]
fn the_packages_that_five_signers_of_redstone_signed() {
    let report = read("CRV3", Side::Collateral, 1_719_856_900, REDSTONE).unwrap();
    let line = &report.lines[0];
    assert_eq!(line.published, Published { price: 103_280_834, confidence: 521, exponent: -8 });
    assert_eq!(line.time_ms, 1_719_856_900_000);
    assert_eq!(line.signers.len(), 5);
    let debt = read("CRV3", Side::Debt, 1_719_856_900, REDSTONE).unwrap();
    assert_eq!(debt.lines[0].adjusted, Amount(1_032_808_340_000 + 2 * 5_210_000));
}

#[test]
fn a_real_package_of_another_value_or_time_is_refused() {
    let wrong = |changed: String| {
        assert_ne!(changed, REDSTONE);
        let problem = read("CRV3", Side::Collateral, 1_719_856_900, &changed).unwrap_err().problem;
        assert!(matches!(problem, Problem::WrongSigner { .. }), "{problem}");
    };
    wrong(REDSTONE.replacen("1.03280834076226", "1.03280835", 1));
    wrong(REDSTONE.replacen("1719856900000", "1719856900001", 1));
    // Below the last decimal that is signed, nothing changes.
    let same = REDSTONE.replacen("1.03280834076226", "1.032808342", 1);
    assert!(read("CRV3", Side::Collateral, 1_719_856_900, &same).is_ok());
}

#[test]
fn a_real_update_is_refused_by_other_guardians() {
    let mut sources = Sources::parse("sources.toml", SOURCES).unwrap();
    sources.redstone = None;
    sources.pyth.as_mut().unwrap().guardians.swap(0, 1);
    let file = PriceFile { file: "real", bytes: HERMES.as_bytes() };
    let outcome = import(&sources, &registry(&["PYTH"]), Side::Collateral, 1_743_631_834, &[file]);
    assert!(matches!(outcome.unwrap_err().problem, Problem::WrongSigner { .. }));
}

//! The seeds of the fuzz targets `pyth_update` and `redstone_packages`, and the same readers on altered seeds. The targets in `fuzz/fuzz_targets` say the same.

use std::fs;

use proptest::prelude::*;
use solvency_feeds::{PriceFile, Report, Side, Sources, import};

use crate::packages::registry;

const SOURCES: &str = include_str!("../../../fixtures/feeds/sources.toml");

struct Target {
    name: &'static str,
    fixture: &'static str,
    symbol: &'static str,
    now: u64,
    /// Prices that real signers signed.
    prices: &'static [u64],
}

const TARGETS: [Target; 2] = [
    Target {
        name: "pyth_update",
        fixture: "pyth-hermes.json",
        symbol: "PYTH",
        now: 1_743_631_834,
        prices: &[960_310_184],
    },
    Target {
        name: "redstone_packages",
        fixture: "redstone.json",
        symbol: "CRV3",
        now: 1_719_856_900,
        prices: &[103_280_834, 103_280_313],
    },
];

impl Target {
    fn seed(&self) -> Vec<u8> {
        fs::read(format!("{}/../fuzz/corpus/{}/real", env!("CARGO_MANIFEST_DIR"), self.name)).unwrap()
    }

    fn read(&self, bytes: &[u8]) -> Option<Report> {
        let mut sources = Sources::parse("sources.toml", SOURCES).unwrap();
        match self.symbol {
            "PYTH" => sources.redstone = None,
            _ => sources.pyth = None,
        }
        let file = PriceFile { file: "seed", bytes };
        import(&sources, &registry(&[self.symbol]), Side::Collateral, self.now, &[file]).ok()
    }

    /// Nothing is read but what real signers signed.
    fn holds(&self, bytes: &[u8]) -> bool {
        let Some(report) = self.read(bytes) else { return false };
        assert!(self.prices.contains(&report.lines[0].published.price));
        true
    }
}

#[test]
fn the_seeds_are_the_fixtures_and_are_read() {
    for target in TARGETS {
        let fixture = format!("{}/../fixtures/feeds/{}", env!("CARGO_MANIFEST_DIR"), target.fixture);
        assert_eq!(target.seed(), fs::read(fixture).unwrap());
        assert!(target.holds(&target.seed()), "{}", target.name);
    }
}

#[test]
fn beginnings_of_seeds_are_refused() {
    for target in TARGETS {
        let seed = target.seed();
        let end = seed.iter().rposition(|byte| *byte == b'}').unwrap();
        for length in (0..=end).step_by(3) {
            assert!(!target.holds(&seed[..length]), "{} cut at {length}", target.name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn altered_seeds_say_what_was_signed_or_nothing(
        place in any::<prop::sample::Index>(), byte: u8, cut in any::<prop::sample::Index>(), length in 0usize..4
    ) {
        for target in TARGETS {
            let mut altered = target.seed();
            let place = place.index(altered.len());
            altered[place] = byte;
            target.holds(&altered);
            let mut shorter = target.seed();
            let cut = cut.index(shorter.len() - length);
            shorter.drain(cut..cut + length);
            target.holds(&shorter);
        }
    }
}

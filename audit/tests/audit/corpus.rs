//! The seeds of the fuzz targets `opening` and `beacon`, and the same readers on beginnings and alterations of them. `REGENERATE=1` writes them.

#[allow(unreachable_pub)] // the fuzz targets call it
#[path = "../../../fuzz/src/samples.rs"]
mod samples;

use std::path::PathBuf;
use std::{env, fs};

use proptest::prelude::*;
use solvency_audit::{BEACON_FORMAT, Beacon, Interval};
use solvency_verifier::Bytes32;

use crate::world::{NOON, World, json};

struct Seed {
    place: &'static str,
    bytes: Vec<u8>,
    holds: Option<fn(&[u8]) -> bool>,
}

fn seeds() -> Vec<Seed> {
    let world = World::new();
    let beacon = Beacon {
        format: BEACON_FORMAT.into(),
        name: "a public beacon".into(),
        account: world.trust.counterparty.account,
        value: Bytes32([4; 32]),
        published_at: NOON + 1_200,
        intervals: [0, 600].map(|more| Interval { from: NOON + more, until: NOON + more + 540 }).into(),
        rounds: 5,
        leaves: 3,
    };
    let seed = |place, bytes, holds| Seed { place, bytes, holds };
    vec![
        seed("seeds/opening-attestation.json", json(&world.attestation(NOON)), None),
        seed("corpus/opening/first", json(&world.opening(NOON, 0, 0)), Some(samples::opening)),
        seed("corpus/opening/last", json(&world.opening(NOON, 1, 1)), Some(samples::opening)),
        seed("corpus/beacon/two-intervals", json(&beacon), Some(samples::beacon)),
    ]
}

#[test]
fn seeds_are_the_committed_ones_and_hold() {
    for Seed { place, bytes, holds } in seeds() {
        let path = PathBuf::from(format!("{}/../fuzz/{place}", env!("CARGO_MANIFEST_DIR")));
        if env::var_os("REGENERATE").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
            continue;
        }
        assert!(fs::read(path).unwrap() == bytes, "{place}");
        assert!(holds.is_none_or(|holds| holds(&bytes)), "{place}");
    }
}

#[test]
fn no_beginning_of_a_seed_holds() {
    for Seed { place, bytes, holds } in seeds() {
        let Some(holds) = holds else { continue };
        for length in (0..bytes.len()).step_by(17).chain([bytes.len() - 1]) {
            assert!(!holds(&bytes[..length]), "{place}: {length}");
        }
    }
}

/// 16, each an audit of its own, or as many as `PROPTEST_CASES` says.
#[test]
fn altered_seeds_are_read_or_refused() {
    let seeds: Vec<Seed> = seeds().into_iter().filter(|seed| seed.holds.is_some()).collect();
    let asked = env::var_os("PROPTEST_CASES").is_some();
    let config = if asked { ProptestConfig::default() } else { ProptestConfig::with_cases(16) };
    let meaning = prop::sample::select(b"0123456789abcdef\"{}[],:- ".to_vec());
    let places = prop::collection::vec((any::<prop::sample::Index>(), meaning), 1..4);
    let altered = |places: Vec<(prop::sample::Index, u8)>| {
        for seed in &seeds {
            let mut bytes = seed.bytes.clone();
            for (at, byte) in &places {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            let _ = seed.holds.expect("a target")(&bytes);
        }
        Ok(())
    };
    proptest::test_runner::TestRunner::new(config).run(&places, altered).unwrap();
}

//! The seeds of the fuzz target `add_checkpoint`, and the same witness on beginnings and alterations of them. `REGENERATE=1` writes them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests

#[allow(unreachable_pub)] // the fuzz targets call it
#[path = "../../fuzz/src/witness.rs"]
mod witness;

use std::path::PathBuf;
use std::{env, fs};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use solvency_log::{AddCheckpoint, Log};
use solvency_verifier::Bytes32;

/// A request for a log of `size` entries, of which the witness knows `old`.
fn request(history: u8, old: u64, size: u64) -> AddCheckpoint {
    let folder = tempfile::tempdir().unwrap();
    let mut log = Log::open(folder.path(), witness::LOG_ORIGIN, 3).unwrap();
    let entries: Vec<Bytes32> = (0..size)
        .map(|index| {
            let mut entry = witness::entry(index);
            entry.0[31] = history;
            entry
        })
        .collect();
    let _ = log.append_all(0, &entries).unwrap();
    let _ = log.sign_checkpoint(&witness::log_secret()).unwrap();
    log.request(old).unwrap()
}

/// The seeds, and whether a witness that has cosigned the first cosigns them.
fn seeds() -> Vec<(&'static str, Vec<u8>, bool)> {
    let text = |request: AddCheckpoint| request.to_string().into_bytes();
    vec![
        ("first", text(request(0, 0, 3)), false),
        ("next", text(request(0, 3, 7)), true),
        ("again", text(request(0, 3, 3)), true),
        ("fork", text(request(1, 3, 7)), false),
        ("back", text(request(0, 0, 2)), false),
    ]
}

fn cosigned(bytes: &[u8]) -> bool {
    let state = tempfile::tempdir().unwrap();
    witness::add_checkpoint(bytes, state.path())
}

#[test]
fn seeds_are_the_committed_ones_and_those_that_go_on_are_cosigned() {
    let folder = PathBuf::from(format!("{}/../fuzz/corpus/add_checkpoint", env!("CARGO_MANIFEST_DIR")));
    for (name, seed, goes_on) in seeds() {
        if env::var_os("REGENERATE").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(name), seed).unwrap();
            continue;
        }
        assert_eq!(fs::read(folder.join(name)).unwrap(), seed, "{name}");
        assert_eq!(cosigned(&seed), goes_on, "{name}");
    }
}

#[test]
fn no_beginning_of_a_request_is_cosigned() {
    for (name, seed, _) in seeds() {
        for length in 0..seed.len() {
            assert!(!cosigned(&seed[..length]), "{name}: {length}");
        }
    }
}

/// 64, each with files of its own, or as many as `PROPTEST_CASES` says.
#[test]
fn of_altered_requests_none_is_cosigned_that_does_not_go_on() {
    let seeds = seeds();
    let asked = env::var_os("PROPTEST_CASES").is_some();
    let config = if asked { ProptestConfig::default() } else { ProptestConfig::with_cases(64) };
    let places = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 1..4);
    let altered = |(places, which): (Vec<(prop::sample::Index, u8, u8)>, prop::sample::Index)| {
        let mut bytes = which.get(&seeds).1.clone();
        for (at, byte, how) in places {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                _ => bytes[at] = b"0123456789ABCabc+/=\n"[usize::from(byte) % 20],
            }
        }
        let _ = cosigned(&bytes);
        Ok(())
    };
    TestRunner::new(config).run(&(places, any::<prop::sample::Index>()), altered).unwrap();
}

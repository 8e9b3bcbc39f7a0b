//! The seeds of the fuzz targets `note`, `vkey`, `history`, `evidence`, `position_file` and `position_events`, and the same readers on beginnings
//! and alterations of them. `REGENERATE=1` writes the seeds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests

#[allow(dead_code)]
#[path = "../support/accelerators.rs"]
mod accelerators;
#[allow(dead_code)]
#[path = "../acceptance/custody.rs"]
mod custody;
#[allow(dead_code)]
#[path = "../acceptance/ledger.rs"]
mod ledger;
#[allow(dead_code)]
#[path = "../evidence/pairs.rs"]
mod pairs;
#[allow(unreachable_pub)] // the fuzz targets call it
#[path = "../../../fuzz/src/statements.rs"]
mod statements;
#[allow(dead_code)]
#[path = "../acceptance/story.rs"]
mod story;
#[allow(dead_code)]
#[path = "../support/trapdoor.rs"]
mod trapdoor;
#[allow(dead_code)]
#[path = "../evidence/trees.rs"]
mod trees;

use std::path::PathBuf;
use std::{env, fs};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use solvency_verifier::position::State;

use ledger::Ledger;
use statements::NOW;
use story::{Story, fixture};

struct Target {
    name: &'static str,
    /// Made when they are needed: some follow from others.
    seeds: fn() -> Seeds,
    /// What must hold of bytes; whether they are read and hold.
    holds: fn(&[u8]) -> bool,
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

fn targets() -> Vec<Target> {
    let target = |name, seeds, holds| Target { name, seeds, holds };
    let events: fn(&[u8]) -> bool = |bytes| {
        let _ = statements::position_events(bytes);
        true
    };
    vec![
        target("note", notes, statements::note),
        target("vkey", keys, statements::vkey),
        target("history", histories, statements::history),
        target("evidence", pieces, statements::evidence),
        target("position_events", || vec![("covered".into(), COVERED.into()), ("day".into(), day())], events),
        target("position_file", positions, statements::position_file),
    ]
}

type Seeds = Vec<(String, Vec<u8>)>;

fn of_vectors(field: &str) -> Vec<u8> {
    let vectors: Value = serde_json::from_slice(&fixture("log/vectors.json")).unwrap();
    vectors["cosigned"][field].as_str().unwrap().as_bytes().to_vec()
}

fn notes() -> Seeds {
    vec![("cosigned".into(), of_vectors("note"))]
}

fn keys() -> Seeds {
    vec![("log".into(), of_vectors("logVkey")), ("witness".into(), of_vectors("witnessVkey"))]
}

fn histories() -> Seeds {
    let topup = Story::of("topup");
    vec![("topup".into(), json(&Ledger::new(topup.now).history(&topup.bundle, &topup.trust)))]
}

fn pieces() -> Seeds {
    let kinds = pairs::each_kind().into_iter();
    kinds.map(|(name, shown)| (name.to_owned(), json(&pairs::evidence(shown)))).collect()
}

fn positions() -> Seeds {
    let after = |events: &[u8]| json(&statements::position_events(events));
    vec![("opened".into(), after(&[])), ("covered".into(), after(&COVERED)), ("day".into(), after(&day()))]
}

/// An accepted bundle, at the position's own time.
const COVERED: [u8; 3] = [0, 5, 4];

/// A bundle, a later time, another trust file, evidence, a claim of the next number, a notice, a file with a byte altered, a clock set back.
fn day() -> Vec<u8> {
    let events: [&[u8]; 8] = [
        &COVERED,
        &[30, 5, 0],
        &[1, 5, 8, 1, 0, 10, 5],
        &[1, 5, 6, 0],
        &[1, 5, 1, 1, 5, 7],
        &[1, 5, 2],
        &[0, 5, 11, 0, 10, 65],
        &[20, 1, 10],
    ];
    events.concat()
}

/// What events say is what they do: the seeds reach what they are for.
#[test]
fn the_seeds_of_events_reach_the_states_that_they_are_for() {
    let opened = statements::position_events(&[]);
    let covered = statements::position_events(&COVERED);
    assert!(matches!(covered.standing().state, State::Covered { .. }));
    assert_eq!(covered.clock(), NOW);
    let day = statements::position_events(&day());
    assert_eq!(day.evidence().len(), 1);
    assert_eq!(day.claim().number, opened.claim().number + 1);
    assert!(matches!(day.standing().state, State::Equivocated { .. }));
    assert!(day.clock() < NOW + 34);
    assert_ne!(json(&day), json(&covered));
}

#[test]
fn seeds_are_the_committed_ones_and_hold() {
    for target in targets() {
        let folder = PathBuf::from(format!("{}/../fuzz/corpus/{}", env!("CARGO_MANIFEST_DIR"), target.name));
        for (name, seed) in &(target.seeds)() {
            if env::var_os("REGENERATE").is_some() {
                fs::create_dir_all(&folder).unwrap();
                fs::write(folder.join(name), seed).unwrap();
                continue;
            }
            assert!(fs::read(folder.join(name)).unwrap() == *seed, "{}/{name}", target.name);
            assert!((target.holds)(seed), "{}/{name}", target.name);
        }
    }
}

#[test]
fn no_beginning_of_a_seed_holds() {
    for target in targets().into_iter().filter(|target| target.name != "position_events") {
        for (name, seed) in &(target.seeds)() {
            for length in 0..seed.len() {
                assert!(!(target.holds)(&seed[..length]), "{}/{name}: {length}", target.name);
            }
        }
    }
}

/// One alteration of bytes.
#[derive(Clone, Debug)]
enum Change {
    Set(prop::sample::Index, u8),
    Remove(prop::sample::Index, u8),
    Repeat(prop::sample::Index, u8),
    /// A digit or letter for another one: values change where forms stay.
    Digit(prop::sample::Index, u8),
}

impl Change {
    fn any() -> impl Strategy<Value = Self> {
        let place = any::<prop::sample::Index>;
        let meaning = prop::sample::select(b"0123456789abcdefAZ+/=\n \"{}[],:".to_vec());
        prop_oneof![
            (place(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
            (place(), any::<u8>()).prop_map(|(at, length)| Change::Remove(at, length)),
            (place(), any::<u8>()).prop_map(|(at, length)| Change::Repeat(at, length)),
            (place(), meaning).prop_map(|(at, byte)| Change::Digit(at, byte)),
        ]
    }

    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let all = bytes.len();
        let range = |at: &prop::sample::Index, length: u8| {
            let start = at.index(all);
            start..all.min(start + usize::from(length % 70))
        };
        match self {
            Change::Set(at, byte) | Change::Digit(at, byte) => bytes[at.index(all)] = *byte,
            Change::Remove(at, length) => drop(bytes.drain(range(at, *length))),
            Change::Repeat(at, length) => {
                let range = range(at, *length);
                let copy = bytes[range.clone()].to_vec();
                bytes.splice(range.start..range.start, copy);
            }
        }
    }
}

/// As many as `PROPTEST_CASES` says.
#[test]
fn altered_seeds_and_any_bytes_are_read_or_refused() {
    let targets: Vec<_> = targets().into_iter().map(|target| ((target.seeds)(), target)).collect();
    let mut runner =
        TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() });
    let changes = (prop::collection::vec(Change::any(), 1..4), any::<prop::sample::Index>());
    let altered = |(changes, which): (Vec<Change>, prop::sample::Index)| {
        for (seeds, target) in &targets {
            let mut bytes = which.get(seeds).1.clone();
            changes.iter().for_each(|change| change.apply(&mut bytes));
            (target.holds)(&bytes);
        }
        Ok(())
    };
    runner.run(&changes, altered).unwrap();
    let any_bytes = |bytes: Vec<u8>| {
        for (_, target) in &targets {
            (target.holds)(&bytes);
        }
        Ok(())
    };
    runner.run(&prop::collection::vec(any::<u8>(), 0..400), any_bytes).unwrap();
}

//! What the histories of two bundles show (spec/log.md).

use solvency_verifier::bundle::{Bundle, History};
use solvency_verifier::encoding::{Bytes32, TypedData};
use solvency_verifier::evidence::{Equivocation, Kind, Kind::LogFork, Kind::Witness, find};
use solvency_verifier::log::fork::Fork;
use solvency_verifier::log::{Checkpoint, Hash, KeyKind, LogEntry, Note, root_of};

use crate::find::{found, kinds};
use crate::ledger::{Ledger, add};
use crate::pairs::*;
use crate::story::{Other, Story, key, party, sign};
use crate::trees::{LOG, NOW, ORIGIN};

/// The top-up's bundle with the first links of its chain, a history of them and two witnesses, who cosigned at a time.
fn logged(links: usize, time: u64, alter: fn(&mut History)) -> Bundle {
    let mut bundle = bundle("topup");
    let trust = Story::of("topup").trust;
    let mut history = Ledger::new(NOW).history(&bundle, &trust);
    bundle.allocations.truncate(links);
    history.entries.truncate(links);
    alter(&mut history);
    history.checkpoint = checkpoint(&bundle, &history, time);
    bundle.history = Some(history);
    bundle
}

fn checkpoint(bundle: &Bundle, history: &History, time: u64) -> String {
    let pairs = bundle.allocations.iter().zip(&history.entries);
    let leaves: Vec<Hash> = pairs
        .map(|(allocation, entry)| {
            let statement = &allocation.proven.statement;
            LogEntry::of(statement, statement.digest(&domain()), entry).leaf(&domain())
        })
        .collect();
    let head = Checkpoint {
        origin: ORIGIN.into(),
        size: leaves.len() as u64,
        root: root_of(&leaves),
        extensions: Vec::new(),
    };
    note_of(&head, time)
}

fn note_of(head: &Checkpoint, time: u64) -> String {
    let mut note = Note::new(&head.to_string()).unwrap();
    add(&mut note, ORIGIN, KeyKind::Note, LOG, None);
    for number in [1, 2] {
        add(&mut note, &format!("witness.example/{number}"), KeyKind::Cosignature, 10 + number, Some(time));
    }
    note.to_string()
}

/// Another first entry, and so another history.
fn other(history: &mut History) {
    history.entries[0].salt = history.entries[0].salt.other();
}

fn as_it_is(_: &mut History) {}

fn with(bundle: &Bundle, alter: impl FnOnce(&mut History)) -> Bundle {
    let mut bundle = bundle.clone();
    alter(bundle.history.as_mut().unwrap());
    bundle
}

/// In both orders, which must show the same.
fn both(a: &Bundle, b: &Bundle) -> Vec<Kind> {
    let found = kinds(a, b);
    assert_eq!(kinds(b, a), found);
    found
}

#[test]
fn one_history_shows_nothing() {
    let (short, long) = (logged(1, NOW - 60, as_it_is), logged(2, NOW, as_it_is));
    assert_eq!(both(&short, &long), []);
    assert_eq!(both(&long, &long), []);
    assert_eq!(both(&long, &logged(2, NOW + 5, as_it_is)), []);
    // Nothing is compared with a bundle that has none.
    assert_eq!(both(&logged(2, NOW, other), &bundle("topup")), []);
}

#[test]
fn two_histories_are_shown_against_the_custodian_and_each_witness_of_both() {
    for (links, fork) in [(2, Fork::SameSize { size: 2 }), (1, Fork::NotAPrefix { old: 1, size: 2 })] {
        let (one, second) = (logged(2, NOW, as_it_is), logged(links, NOW, other));
        assert_eq!(both(&one, &second), [LogFork, Witness, Witness]);
        let found = found(&second, &one);
        for (evidence, _) in &found {
            let text = serde_json::to_value(evidence).unwrap();
            assert_eq!(text["shown"]["beginning"].is_null(), links == 2);
            // Each note has the one line that it needs.
            for place in ["first", "second"] {
                let note = Note::parse(text["shown"][place]["checkpoint"].as_str().unwrap()).unwrap();
                assert_eq!(note.signatures().len(), 1);
            }
        }
        let finding = check(&found[0].0.shown).unwrap();
        assert!(finding.to_string().contains(&fork.to_string()), "{finding}");
        let accused: Vec<_> =
            found.iter().flat_map(|(one, _)| check(&one.shown).unwrap().signers()).collect();
        assert_eq!(accused.len(), 3);
        for name in ["custodian", "witness-1", "witness-2"] {
            assert!(accused.contains(&party(name)), "{name}");
        }
    }
}

/// The smaller tree is the beginning of the larger one, and was cosigned after it.
#[test]
fn witnesses_that_went_back_are_shown_alone() {
    let (short, long) = (logged(1, NOW + 1, as_it_is), logged(2, NOW, as_it_is));
    assert_eq!(both(&short, &long), [Witness, Witness]);
    let evidence = &found(&short, &long)[0].0;
    assert!(matches!(&evidence.shown, Equivocation::Witness { beginning: None, .. }));
}

/// Without the larger tree's leaves nothing of two sizes can be shown but times.
#[test]
fn what_does_not_give_the_larger_root_shows_no_beginning() {
    let long = logged(2, NOW, as_it_is);
    let short = logged(1, NOW, other);
    assert_eq!(both(&short, &with(&long, other)), []);
    assert_eq!(both(&short, &with(&long, |history| drop(history.entries.pop()))), []);
    let mut shorter_chain = long.clone();
    shorter_chain.allocations.truncate(1);
    assert_eq!(both(&short, &shorter_chain), []);
    let earlier = logged(1, NOW + 1, other);
    assert_eq!(both(&earlier, &with(&long, other)), [Witness, Witness]);
    let last = |history: &mut History| history.entries[1].salt = history.entries[1].salt.other();
    assert_eq!(both(&earlier, &with(&long, last)), [Witness, Witness]);
    // The root of two leaves, said to be of three.
    let lying = with(&long, |history| {
        let note = Note::parse(&history.checkpoint).unwrap();
        let head = Checkpoint { size: 3, ..Checkpoint::parse(note.text()).unwrap() };
        history.checkpoint = note_of(&head, NOW);
    });
    assert_eq!(both(&earlier, &lying), [Witness, Witness]);
    // Of one size nothing of the kind is needed.
    let second = logged(2, NOW, other);
    assert_eq!(both(&with(&second, as_it_is), &with(&long, other)), [LogFork, Witness, Witness]);
}

#[test]
fn what_is_not_bound_or_not_signed_is_left_aside() {
    let (one, second) = (logged(2, NOW, as_it_is), logged(2, NOW, other));
    let still = |alter: fn(&mut History)| both(&one, &with(&second, alter));
    assert_eq!(still(|history| history.log_key.statement.expiry += 1), [Witness, Witness]);
    assert_eq!(still(|history| history.log_key.statement.log_origin.push('x')), [Witness, Witness]);
    assert_eq!(still(|history| history.log_key.statement.public_key = Bytes32::ZERO), [Witness, Witness]);
    assert_eq!(still(|history| history.witness_keys[0].statement.expiry += 1), [LogFork, Witness]);
    assert_eq!(still(|history| history.witness_keys.clear()), [LogFork]);
    assert_eq!(still(|history| history.checkpoint.truncate(history.checkpoint.len() - 1)), []);
    assert_eq!(still(|history| history.checkpoint = history.checkpoint.replace(ORIGIN, "elsewhere")), []);
    // A member of nothing: the registry does not have it.
    assert_eq!(
        still(|history| {
            let bound = &mut history.witness_keys[0];
            bound.statement.witness = party("attestor-1");
            bound.signature = sign(&key("attestor-1"), &bound.statement.digest(&domain()));
        }),
        [LogFork, Witness]
    );
    let mut registry = registry().clone();
    registry.version += 1;
    assert!(find(&one, &second, &registry).is_empty());
}

/// A binding that does not hold, or not at the time, does not stand in the way of one that does.
#[test]
fn the_binding_that_holds_is_shown() {
    let (one, second) = (logged(2, NOW, as_it_is), logged(2, NOW, other));
    let ended = |history: &mut History| {
        let mut bound = history.witness_keys[0].clone();
        bound.statement.expiry = NOW;
        bound.signature = sign(&key("witness-1"), &bound.statement.digest(&domain()));
        history.witness_keys.insert(0, bound);
    };
    assert_eq!(both(&one, &with(&second, ended)), [LogFork, Witness, Witness]);
    let forged = |history: &mut History| {
        let mut bound = history.witness_keys[0].clone();
        bound.signature = history.witness_keys[1].signature;
        history.witness_keys.insert(0, bound);
    };
    assert_eq!(both(&one, &with(&second, forged)), [LogFork, Witness, Witness]);
}

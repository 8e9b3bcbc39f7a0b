//! Openings as the auditor checks them, and what a custodian can't give.

use solvency_audit::OpeningError;
use solvency_prover::book::{AttestationTerms, BookTerms};
use solvency_prover::import::{ImportedVault, VaultExport};
use solvency_store::{Access, Opener};
use solvency_verifier::registry::Registry;
use solvency_verifier::{Address, Shape};

use super::*;

/// A book of so many vaults, and its attestation.
fn book(vaults: usize, shape: Shape, name: &str) -> (Book, BookAttestation) {
    let registry: Registry =
        serde_json::from_str(include_str!("../../../../fixtures/registry.json")).unwrap();
    let (symbol, class) = (registry.assets[0].symbol.clone(), registry.classes[0].name.clone());
    let vault = |number: usize| ImportedVault {
        reference: format!("{name} {number}"),
        class: class.clone(),
        positions: [(symbol.clone(), 1_000 + number as u64)].into(),
    };
    let export = VaultExport { vaults: (0..vaults).map(vault).collect(), ..VaultExport::default() };
    let (custodian, account) = (Address([3; 20]), Bytes32([5; 32]));
    let terms = BookTerms { custodian, account, epoch: 4, as_of: 1, shape: Some(shape) };
    let book = Book::commit(&export, &registry, &terms).unwrap();
    let attestation = book.attestation(&AttestationTerms {
        locked_until: 9,
        expiry: 9,
        log_origin: "log".into(),
        attestor_set_version: 1,
        evidence: Bytes32::ZERO,
    });
    (book, attestation.unwrap())
}

/// Every leaf of a book.
fn places(attestation: &BookAttestation, leaves: u32) -> Vec<LeafPlace> {
    let shards = 0..attestation.shards.len() as u32;
    let of = |shard| (0..leaves).map(move |leaf| LeafPlace { book: Bytes32([7; 32]), shard, leaf });
    shards.flat_map(of).collect()
}

#[test]
fn every_leaf_is_right_by_the_auditors_own_check_and_at_no_other_place() {
    for (vaults, shape, leaves) in [(20, Shape::Holdings16, 2), (300, Shape::Holdings256, 29)] {
        let (book, attestation) = book(vaults, shape, "vault");
        let places = places(&attestation, leaves);
        assert_eq!(places.len(), 2 * leaves as usize);
        let mut named = 0;
        for (place, bytes) in openings(Some(&book), &attestation, &places, true) {
            let mut opening: VaultOpening = serde_json::from_slice(&bytes.unwrap()).unwrap();
            assert_eq!((opening.book, opening.shard, opening.leaf), (place.book, place.shard, place.leaf));
            assert_eq!(opening.check(&attestation), Ok(()));
            named += opening.vaults.iter().filter(|vault| vault.reference.is_some()).count();
            opening.shard = 1 - place.shard;
            assert!(matches!(opening.check(&attestation), Err(OpeningError::Id { index: 0 })));
            opening.shard = place.shard;
            opening.leaf = (place.leaf + 1) % leaves;
            assert!(opening.check(&attestation).is_err());
        }
        assert_eq!(named, vaults);
        for (_, bytes) in openings(Some(&book), &attestation, &places, false) {
            let text = String::from_utf8(bytes.unwrap().to_vec()).unwrap();
            assert!(!text.contains("vault ") && text.contains("\"reference\": null"));
        }
    }
}

#[test]
fn what_the_auditor_would_refuse_is_not_written() {
    let (book, attestation) = book(20, Shape::Holdings16, "vault");
    let first = [LeafPlace { book: Bytes32([7; 32]), shard: 0, leaf: 0 }];
    let why = |book: Option<&Book>, place: &LeafPlace| {
        openings(book, &attestation, std::slice::from_ref(place), true).remove(0).1.unwrap_err()
    };
    assert!(why(None, &first[0]).contains("no openings of this book of epoch 4"));
    let mut other = book.clone();
    other.shards[0].blindings[0] = other.shards[0].blindings[1];
    assert!(why(Some(&other), &first[0]).contains("not the attested one"));
    assert!(why(Some(&book), &LeafPlace { shard: 2, ..first[0] }).contains("shard 2, the book has 2"));
    assert!(why(Some(&book), &LeafPlace { leaf: 2, ..first[0] }).contains("leaf 2, the shard has 2"));
    // No id or reference is told.
    let told = why(Some(&other), &first[0]);
    let ids = other.shards[0].vaults.iter().map(|vault| vault.id.to_string());
    assert!(!told.contains("vault ") && !ids.into_iter().any(|id| told.contains(&id)), "{told}");
}

#[test]
fn a_reference_that_an_auditor_does_not_read_is_left_out_or_told() {
    for (length, fits) in [(MAX_REFERENCE, true), (MAX_REFERENCE + 1, false)] {
        let (book, attestation) = book(1, Shape::Holdings16, &"x".repeat(length - 2));
        let places = places(&attestation, 2);
        let given = |references| {
            let all = openings(Some(&book), &attestation, &places, references);
            all.iter().all(|(_, opening)| opening.is_ok())
        };
        assert_eq!((given(true), given(false)), (fits, true));
    }
}

#[test]
fn what_the_log_does_not_name_was_not_published() {
    let dir = tempfile::tempdir().unwrap();
    let opener = Opener::new_key_file(&dir.path().join("key")).unwrap();
    let mut store = Store::create(&dir.path().join("store"), &opener).unwrap();
    let publish = |store: &mut Store, epoch, bytes: &[u8]| {
        store.transaction(|tx| tx.publish(epoch, "bundle.json", Access::Public, bytes).map(drop)).unwrap();
    };
    publish(&mut store, 0, b"superseded");
    publish(&mut store, 0, b"delivered");
    assert_eq!(store.deliver().unwrap().written.len(), 1);
    publish(&mut store, 1, b"waiting");
    let kept = |bytes: &[u8]| {
        use sha2::{Digest, Sha256};
        KeptBundle { epoch: 0, round: 1, venue: "a".into(), sha256: Sha256::digest(bytes).into() }
    };
    let log = published(&store).unwrap();
    let state = |bytes: &[u8]| log.get(&kept(bytes).sha256).map(|(_, state)| *state);
    assert_eq!(state(b"superseded"), Some(State::Superseded));
    assert_eq!(state(b"delivered"), Some(State::Delivered));
    assert_eq!(state(b"waiting"), Some(State::Waiting));
    let all: Vec<_> = [&b"waiting"[..], b"cut off", b"delivered", b"superseded"].map(kept).into();
    let expected: Vec<_> = [&b"superseded"[..], b"delivered", b"waiting"].map(kept).into();
    assert_eq!(in_order(all, &log), expected);
}

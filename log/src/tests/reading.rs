//! Logs as others find them: whole, damaged, forked, in two versions.

use std::fs;
use std::path::PathBuf;

use k256::ecdsa::SigningKey;
use solvency_verifier::bundle::{SignedLogKey, SignedWitnessKey};
use solvency_verifier::encoding::{Address, Domain, TypedData, keccak256};
use solvency_verifier::evidence::{Evidence, Named, Proved};
use solvency_verifier::log::fork::Fork;
use solvency_verifier::log::{Checkpoint, LogKey, Note, NoteError, WitnessKey};
use solvency_verifier::registry::Registry;
use solvency_verifier::statement::Signature;

use super::*;

/// A log of some entries in a folder of its own.
fn made(history: u64, size: u64) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    let _ = grow(&mut log, history, size);
    let dir = log.dir().to_owned();
    (folder, dir)
}

#[test]
fn a_log_is_compared_with_the_statements() {
    let (_folder, dir) = made(0, 3);
    assert_eq!(verify(&dir, &log_key(), None).unwrap().entries, entries(0, 3));
    assert!(verify(&dir, &log_key(), Some(&entries(0, 3))).is_ok());
    let error = |statements: &[_]| verify(&dir, &log_key(), Some(statements)).unwrap_err();
    assert!(matches!(error(&entries(0, 2)), LogError::Size { got: 3, expected: 2 }));
    assert!(matches!(error(&entries(0, 4)), LogError::Size { got: 3, expected: 4 }));
    assert!(matches!(error(&entries(1, 3)), LogError::Entry { index: 0 }));
    assert!(matches!(error(&[entry(0, 0), entry(0, 2), entry(0, 1)]), LogError::Entry { index: 1 }));
    let other = SecretKey::from_seed(LOG_ORIGIN, KeyKind::Note, &[7; 32]).unwrap().in_epoch(EPOCH).unwrap();
    assert!(matches!(verify(&dir, &other, None), Err(LogError::Note(NoteError::NotSigned { .. }))));
    let epoch = log_secret().in_epoch(EPOCH + 1).unwrap();
    assert!(matches!(verify(&dir, &epoch, None), Err(LogError::Origin { .. })));
    assert!(matches!(verify(dir.parent().unwrap(), &log_key(), None), Err(LogError::NoCheckpoint)));
}

/// Each file of the log is cut at every length, made longer, altered in each byte and removed; nothing of it is passed over.
#[test]
fn no_byte_of_a_log_can_be_altered() {
    let (_folder, dir) = made(0, 3);
    for path in ["checkpoint", "tile/entries/000.p/3", "tile/0/000.p/3"] {
        let path = dir.join(path);
        let whole = fs::read(&path).unwrap();
        let refused = |bytes: &[u8], what: &str| {
            fs::write(&path, bytes).unwrap();
            assert!(verify(&dir, &log_key(), None).is_err(), "{}: {what}", path.display());
        };
        for length in 0..whole.len() {
            refused(&whole[..length], &format!("cut at {length}"));
        }
        for more in [1, 2, 32, 34, 100_000] {
            refused(&[whole.as_slice(), &vec![0; more]].concat(), &format!("{more} bytes more"));
        }
        for at in 0..whole.len() {
            let mut altered = whole.clone();
            altered[at] ^= 1;
            refused(&altered, &format!("byte {at}"));
        }
        fs::remove_file(&path).unwrap();
        assert!(matches!(
            verify(&dir, &log_key(), None),
            Err(LogError::Missing { .. } | LogError::NoCheckpoint)
        ));
        fs::create_dir(&path).unwrap();
        assert!(verify(&dir, &log_key(), None).is_err());
        fs::remove_dir(&path).unwrap();
        fs::write(&path, &whole).unwrap();
    }
    assert!(verify(&dir, &log_key(), None).is_ok());
}

#[test]
fn the_reasons_are_the_right_ones() {
    let (_folder, dir) = made(0, 3);
    let write = |path: &str, bytes: Vec<u8>| fs::write(dir.join(path), bytes).unwrap();
    let error = || verify(&dir, &log_key(), None).unwrap_err();
    let tile = fs::read(dir.join("tile/0/000.p/3")).unwrap();
    let bundle = fs::read(dir.join("tile/entries/000.p/3")).unwrap();
    write("tile/0/000.p/3", [&tile[32..64], &tile[..32], &tile[64..]].concat());
    assert!(matches!(error(), LogError::Damaged { what, .. } if what.contains("do not follow")));
    write("tile/0/000.p/3", tile[..64].to_vec());
    assert!(matches!(error(), LogError::Damaged { what, .. } if what == "64 bytes, expected 96"));
    write("tile/0/000.p/3", vec![0; 8193]);
    assert!(matches!(error(), LogError::TooLong { got: 8193, allowed: 8192, .. }));
    write("tile/0/000.p/3", tile);
    let mut longer_entry = bundle.clone();
    longer_entry[1] = 33;
    write("tile/entries/000.p/3", longer_entry);
    assert!(matches!(error(), LogError::Damaged { what, .. } if what.contains("length is not 32")));
    // Entries and tiles of another history, under this one's checkpoint.
    let (_other, elsewhere) = made(1, 3);
    for path in ["tile/entries/000.p/3", "tile/0/000.p/3"] {
        fs::copy(elsewhere.join(path), dir.join(path)).unwrap();
    }
    assert!(matches!(error(), LogError::Root { size: 3 }));
}

#[test]
fn a_full_file_serves_for_a_partial_one_and_both_must_agree() {
    let (_folder, dir) = made(0, 256);
    let (_older, older) = made(0, 200);
    fs::copy(older.join("checkpoint"), dir.join("checkpoint")).unwrap();
    assert_eq!(verify(&dir, &log_key(), Some(&entries(0, 200))).unwrap().head.size, 200);
    let partial = dir.join("tile/entries/000.p");
    fs::create_dir(&partial).unwrap();
    fs::copy(older.join("tile/entries/000.p/200"), partial.join("200")).unwrap();
    assert!(verify(&dir, &log_key(), None).is_ok());
    let (_other, other) = made(1, 200);
    fs::copy(other.join("tile/entries/000.p/200"), partial.join("200")).unwrap();
    assert!(matches!(
        verify(&dir, &log_key(), None),
        Err(LogError::Damaged { what, .. }) if what.contains("not the beginning of the full file")
    ));
}

#[test]
fn files_that_are_not_the_logs_are_noticed_when_it_is_opened() {
    for name in ["0", "256", "03", "x", "3.part"] {
        let (folder, dir) = made(0, 3);
        fs::write(dir.join("tile/entries/000.p").join(name), "").unwrap();
        let error = Log::open(folder.path(), LOG_ORIGIN, EPOCH).map(|_| ()).unwrap_err();
        assert!(matches!(error, LogError::Damaged { .. }), "{name}: {error}");
    }
    // A longer file of another history contradicts the shorter ones.
    let (folder, dir) = made(0, 3);
    let (_other, other) = made(1, 4);
    fs::copy(other.join("tile/entries/000.p/4"), dir.join("tile/entries/000.p/4")).unwrap();
    let error = Log::open(folder.path(), LOG_ORIGIN, EPOCH).map(|_| ()).unwrap_err();
    assert!(matches!(error, LogError::Damaged { what, .. } if what.contains("contradict")));
    // A tile that does not follow from the entries.
    let (folder, dir) = made(0, 3);
    fs::write(dir.join("tile/0/000.p/3"), [1; 96]).unwrap();
    let error = Log::open(folder.path(), LOG_ORIGIN, EPOCH).map(|_| ()).unwrap_err();
    assert!(matches!(error, LogError::Damaged { what, .. } if what.contains("do not follow")));
}

#[test]
fn two_versions_of_a_log_are_evidence_for_anybody() {
    for (small, large) in [(3, 3), (1, 5), (4, 5), (200, 300), (256, 300)] {
        let (_one, one) = made(0, small);
        let (_other, other) = made(1, large);
        for pair in [[&one, &other], [&other, &one]] {
            let found = find_fork(pair[0], pair[1], &log_key()).unwrap().expect("a fork");
            let expected = if small == large {
                Fork::SameSize { size: large }
            } else {
                Fork::NotAPrefix { old: small, size: large }
            };
            assert_eq!(found.fork, expected);
            assert_eq!(found.beginning.is_none(), small == large);
            let stranger = SecretKey::from_seed(LOG_ORIGIN, KeyKind::Note, &[7; 32]).unwrap();
            let stranger = stranger.in_epoch(EPOCH).unwrap();
            assert!(matches!(
                find_fork(pair[0], pair[1], &stranger),
                Err(LogError::Note(NoteError::NotSigned { .. }))
            ));
            assert_proved(&found);
        }
        // The same history, seen at two times.
        let (_same, same) = made(0, large);
        assert_eq!(find_fork(&one, &same, &log_key()).unwrap(), None);
        assert_eq!(find_fork(&same, &one, &log_key()).unwrap(), None);
    }
}

fn sign(key: &SigningKey, digest: &Bytes32) -> Signature {
    let (signature, id) = key.sign_prehash_recoverable(&digest.0);
    Signature::from_parts(&<[u8; 64]>::try_from(signature.to_bytes().as_slice()).unwrap(), id.is_y_odd())
}

fn address(key: &SigningKey) -> Address {
    let point = key.verifying_key().to_sec1_point(false);
    Address(keccak256(&point.as_bytes()[1..]).0[12..].try_into().unwrap())
}

/// A registry with a witness of ours.
fn registry(witness: &SigningKey) -> Registry {
    let mut registry: Registry =
        serde_json::from_str(include_str!("../../../fixtures/registry.json")).unwrap();
    registry.witnesses.members[0] = address(witness);
    registry
}

/// What is made of two copies is evidence that holds for who knows the custodian.
fn assert_proved(found: &Forked) {
    let custodian = SigningKey::from_slice(&[0x11; 32]).unwrap();
    let registry = registry(&custodian);
    let digest = registry.digest();
    let statement = LogKey {
        custodian: address(&custodian),
        account: Bytes32([9; 32]),
        log_origin: LOG_ORIGIN.into(),
        public_key: Bytes32(*log_key().public()),
        not_before: 0,
        expiry: 1,
    };
    let signature = sign(&custodian, &statement.digest(&Domain::of_registry(&digest)));
    let evidence = found.evidence(digest, &SignedLogKey { statement, signature }).unwrap();
    let written = Evidence::from_json(&serde_json::to_vec(&evidence).unwrap()).unwrap();
    let custodians = [address(&custodian)];
    let finding = written.check(&registry, &Named { custodians: &custodians, venues: &[] }).unwrap();
    assert!(matches!(finding.proved, Proved::LogFork { fork, epoch: EPOCH, .. } if fork == found.fork));
}

/// A witness without memory cosigns both; one that cosigned one of them is not accused.
#[test]
fn a_witness_that_cosigned_both_versions_is_shown() {
    let (mut folders, mut dirs) = (Vec::new(), Vec::new());
    let member = SigningKey::from_slice(&[0x12; 32]).unwrap();
    let registry = registry(&member);
    let digest = registry.digest();
    for (history, size) in [(0, 3), (1, 5)] {
        let (folder, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut log = open(folder.path());
        let _ = grow(&mut log, history, size);
        let witness = witness(state.path());
        let line = witness.add_checkpoint(&log.request(0).unwrap(), NOW).unwrap();
        let _ = log.add_cosignature(&line, witness.verifier_key()).unwrap();
        dirs.push(log.dir().to_owned());
        folders.push((folder, state));
    }
    let state = tempfile::tempdir().unwrap();
    let key = witness(state.path()).verifier_key().clone();
    let statement =
        WitnessKey { witness: address(&member), vkey: key.to_string(), not_before: 0, expiry: NOW + 1 };
    let signature = sign(&member, &statement.digest(&Domain::of_registry(&digest)));
    let bound = SignedWitnessKey { statement, signature };
    let found = find_fork(&dirs[0], &dirs[1], &log_key()).unwrap().expect("a fork");
    let evidence = found.witness_evidence(digest, &bound, &key).expect("both cosigned");
    let finding = evidence.check(&registry, &Named::default()).unwrap();
    assert!(matches!(finding.proved, Proved::Witness { fork, .. } if fork == found.fork));
    let (_one, uncosigned) = made(2, 4);
    let found = find_fork(&dirs[0], &uncosigned, &log_key()).unwrap().expect("a fork");
    assert!(found.witness_evidence(digest, &bound, &key).is_none());
    let another = SecretKey::from_seed("witness.example/1", KeyKind::Cosignature, &[3; 32]).unwrap();
    assert!(found.witness_evidence(digest, &bound, another.verifier_key()).is_none());
}

/// A copy that is not whole accuses nobody.
#[test]
fn a_damaged_copy_is_no_evidence() {
    let (_one, one) = made(0, 3);
    let (_other, other) = made(0, 5);
    let tile = other.join("tile/0/000.p/5");
    let mut hashes = fs::read(&tile).unwrap();
    hashes[0] ^= 1;
    fs::write(&tile, hashes).unwrap();
    assert!(matches!(find_fork(&one, &other, &log_key()), Err(LogError::Damaged { .. })));
}

/// A log's key that signs a size that its files don't have.
#[test]
fn a_checkpoint_of_more_than_there_is_is_refused_at_once() {
    let (_folder, dir) = made(0, 3);
    let mut head =
        Checkpoint::parse(Note::parse(&fs::read_to_string(dir.join("checkpoint")).unwrap()).unwrap().text())
            .unwrap();
    for size in [4, 257, (1 << 63) - 1] {
        head.size = size;
        let mut note = Note::new(&head.to_string()).unwrap();
        note.add(log_secret().line(&log_key(), None, note.text().as_bytes())).unwrap();
        fs::write(dir.join("checkpoint"), note.to_string()).unwrap();
        assert!(matches!(verify(&dir, &log_key(), None), Err(LogError::Missing { .. })), "{size}");
    }
}

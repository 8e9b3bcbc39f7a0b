//! Logs as others find them: whole, damaged, forked, in two versions.

use std::fs;
use std::path::PathBuf;

use solvency_verifier::log::fork::Fork;
use solvency_verifier::log::{Checkpoint, Note, NoteError};

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
            let evidence = find_fork(pair[0], pair[1], &log_key()).unwrap().expect("a fork");
            assert_eq!(evidence.check(&log_key()), Ok(evidence.fork.clone()));
            match &evidence.fork {
                Fork::SameSize { size, .. } => assert_eq!((*size, small), (small, large)),
                Fork::NotAPrefix { old, size, .. } => assert_eq!((*old, *size), (small, large)),
                other => panic!("{other:?}"),
            }
            let stranger = SecretKey::from_seed(LOG_ORIGIN, KeyKind::Note, &[7; 32]).unwrap();
            assert!(evidence.check(&stranger.in_epoch(EPOCH).unwrap()).is_err());
        }
        // The same history, seen at two times.
        let (_same, same) = made(0, large);
        assert_eq!(find_fork(&one, &same, &log_key()).unwrap(), None);
        assert_eq!(find_fork(&same, &one, &log_key()).unwrap(), None);
    }
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

//! What a log writes.

use std::fs;

use solvency_verifier::log::{
    Checkpoint, Cosignature, NoteError, ProofError, leaf_hash, root_of, verify_consistency, verify_inclusion,
};

use super::*;
use crate::tiles::{Row, Tile};

#[test]
fn paths_are_those_of_tlog_tiles() {
    let path = |row, index, width| Tile { row, index, width }.path().display().to_string();
    assert_eq!(path(Row::Hashes(0), 0, 256), "tile/0/000");
    assert_eq!(path(Row::Hashes(0), 999, 1), "tile/0/999.p/1");
    assert_eq!(path(Row::Hashes(5), 1000, 255), "tile/5/x001/000.p/255");
    assert_eq!(path(Row::Entries, 1_234_067, 256), "tile/entries/x001/x234/067");
    // The examples of the specification: trees of 70,000 and of 256.
    let at = |level, index, size| Tile::at(Row::Hashes(level), index, size).map(|tile| tile.width);
    assert_eq!((at(0, 272, 70_000), at(0, 273, 70_000), at(0, 274, 70_000)), (Some(256), Some(112), None));
    assert_eq!((at(1, 0, 70_000), at(1, 1, 70_000), at(1, 2, 70_000)), (Some(256), Some(17), None));
    assert_eq!((at(2, 0, 70_000), at(3, 0, 70_000)), (Some(1), None));
    assert_eq!((at(0, 0, 256), at(1, 0, 256), at(0, 1, 256), at(0, 0, 0)), (Some(256), Some(1), None, None));
    assert_eq!(at(63, 0, u64::MAX), None);
}

#[test]
fn a_log_is_what_its_specification_says_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    let note = grow(&mut log, 0, 3);
    let dir = folder.path().join("3");
    assert_eq!(log.dir(), dir);
    assert_eq!(log.origin(), "log.example/a/3");
    let bundle: Vec<u8> = entries(0, 3).iter().flat_map(|entry| [&[0, 32][..], &entry.0].concat()).collect();
    assert_eq!(fs::read(dir.join("tile/entries/000.p/3")).unwrap(), bundle);
    let leaves: Vec<[u8; 32]> = entries(0, 3).iter().map(|entry| leaf_hash(&entry.0)).collect();
    assert_eq!(fs::read(dir.join("tile/0/000.p/3")).unwrap(), leaves.concat());
    assert_eq!(fs::read_to_string(dir.join("checkpoint")).unwrap(), note.to_string());
    let head = Checkpoint::parse(note.text()).unwrap();
    assert_eq!((head.size, head.root, head.origin.as_str()), (3, root_of(&leaves), "log.example/a/3"));
    assert_eq!(note.check_signed_by(&log_key()), Ok(()));
    assert_eq!(verify(&dir, &log_key(), Some(&entries(0, 3))).unwrap().head, head);
}

#[test]
fn the_same_entry_again_is_nothing_and_another_one_is_equivocation() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    let _ = grow(&mut log, 0, 3);
    for _ in 0..2 {
        for index in 0..3 {
            assert_eq!(log.append(index, &entry(0, index)).unwrap(), Appended::AlreadyThere);
            assert!(matches!(
                log.append(index, &entry(1, index)),
                Err(LogError::Equivocation { index: refused }) if refused == index
            ));
        }
        assert!(matches!(log.append(4, &entry(0, 4)), Err(LogError::Gap { index: 4, size: 3 })));
        assert!(matches!(log.append(u64::MAX, &entry(0, 4)), Err(LogError::Gap { .. })));
        // A whole chain again, of which an entry is another: nothing of it is appended.
        let mut chain = entries(0, 5);
        assert_eq!(log.append_all(0, &chain[..3]).unwrap(), 0);
        chain[1] = entry(1, 1);
        assert!(matches!(log.append_all(0, &chain), Err(LogError::Equivocation { index: 1 })));
        assert_eq!(log.size(), 3);
        drop(log);
        log = open(folder.path());
    }
}

/// Through the first full files and the first second level.
#[test]
fn every_proof_from_tiles_holds_for_the_roots_of_the_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    let leaves: Vec<[u8; 32]> = entries(0, 520).iter().map(|entry| leaf_hash(&entry.0)).collect();
    for (first, end) in [(0, 3), (3, 255), (255, 256), (256, 520)] {
        assert_eq!(log.append_all(first, &entries(0, end)[first as usize..]).unwrap(), end - first);
    }
    let root = |size: u64| root_of(&leaves[..size as usize]);
    for size in [1, 2, 3, 5, 255, 256, 257, 511, 512, 513, 519, 520] {
        for index in
            [0, 1, 2, 127, 128, 254, 255, 256, 257, 511, 512, 519].into_iter().filter(|index| *index < size)
        {
            let proof = log.inclusion(index, size).unwrap();
            let leaf = leaves[index as usize];
            assert_eq!(verify_inclusion(index, size, &leaf, &root(size), &proof), Ok(()), "{index} {size}");
        }
        for old in [0, 1, 2, 3, 128, 255, 256, 257, 300, 512, 519, 520].into_iter().filter(|old| *old <= size)
        {
            let proof = log.consistency(old, size).unwrap();
            assert_eq!(
                verify_consistency(old, size, &root(old), &root(size), &proof),
                Ok(()),
                "{old} {size}"
            );
        }
        assert!(matches!(log.inclusion(size, size), Err(LogError::Proof(ProofError::Range { .. }))));
        assert!(matches!(log.consistency(size + 1, size), Err(LogError::Proof(ProofError::Range { .. }))));
    }
    assert!(matches!(log.inclusion(0, 521), Err(LogError::Proof(ProofError::Range { got: 521, size: 520 }))));
    let _ = log.sign_checkpoint(&log_secret()).unwrap();
    assert_eq!(verify(log.dir(), &log_key(), Some(&entries(0, 520))).unwrap().head.root, root(520));
    // Partial files of full ones are gone.
    for row in ["entries", "0"] {
        assert!(!log.dir().join("tile").join(row).join("000.p").exists());
        assert!(log.dir().join("tile").join(row).join("002.p/8").exists());
    }
    drop(log);
    assert_eq!(open(folder.path()).size(), 520);
}

#[test]
fn a_checkpoint_stays_as_long_as_it_is_right_and_keeps_its_cosignatures() {
    let folder = tempfile::tempdir().unwrap();
    let state = tempfile::tempdir().unwrap();
    let (witness, mut log) = (witness(state.path()), open(folder.path()));
    assert!(matches!(log.checkpoint(), Err(LogError::NoCheckpoint)));
    assert!(matches!(log.request(0), Err(LogError::NoCheckpoint)));
    let _ = grow(&mut log, 0, 2);
    let line = witness.add_checkpoint(&log.request(0).unwrap(), NOW).unwrap();
    let cosigned = log.add_cosignature(&line, witness.verifier_key()).unwrap();
    assert_eq!(cosigned.signatures().len(), 2);
    assert_eq!(log.sign_checkpoint(&log_secret()).unwrap(), cosigned);
    assert_eq!(log.checkpoint().unwrap(), cosigned);
    // A later line of the same witness takes the place of the earlier; a wrong one changes nothing.
    let later = witness.add_checkpoint(&log.request(2).unwrap(), NOW + 1).unwrap();
    assert_ne!(later, line);
    let replaced = log.add_cosignature(&later, witness.verifier_key()).unwrap();
    assert_eq!(replaced.signatures().len(), 2);
    let wrong = later.replace("witness.example/1", "witness.example/2");
    assert!(matches!(
        log.add_cosignature(&wrong, witness.verifier_key()),
        Err(LogError::Note(NoteError::NotSigned { .. }))
    ));
    assert!(matches!(log.add_cosignature("x", witness.verifier_key()), Err(LogError::Note(_))));
    assert_eq!(log.checkpoint().unwrap(), replaced);
    // A larger one begins without, and a line of the smaller one is no line of it.
    let larger = grow(&mut log, 0, 3);
    assert_eq!(larger.signatures().len(), 1);
    assert_eq!(log.add_cosignature(&later, witness.verifier_key()).unwrap().text(), cosigned.text());
    assert_eq!(log.checkpoint().unwrap(), larger);
    // Another key of the log signs the same tree anew.
    let other = SecretKey::from_seed(LOG_ORIGIN, KeyKind::Note, &[7; 32]).unwrap();
    let note = log.sign_checkpoint(&other).unwrap();
    assert_eq!(note.check_signed_by(&other.in_epoch(EPOCH).unwrap()), Ok(()));
    let cosigner = SecretKey::from_seed(LOG_ORIGIN, KeyKind::Cosignature, &[1; 32]).unwrap();
    assert!(matches!(log.sign_checkpoint(&cosigner), Err(LogError::Kind { .. })));
}

/// While a witness looks at one checkpoint the log goes on: the line finds the checkpoint that it is of.
#[test]
fn a_cosignature_that_comes_late_finds_its_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let (states, mut log) = ([(); 2].map(|()| tempfile::tempdir().unwrap()), open(folder.path()));
    let first = witness(states[0].path());
    let kept = |size: u64| {
        let text = fs::read_to_string(folder.path().join(format!("3/checkpoints/{size}"))).unwrap();
        Note::parse(&text).unwrap()
    };
    let two = grow(&mut log, 0, 2);
    assert!(!log.dir().join("checkpoints").exists(), "nobody was asked");
    let request = log.request(0).unwrap();
    assert_eq!(kept(2), two);
    let line = first.add_checkpoint(&request, NOW).unwrap();
    let _ = grow(&mut log, 0, 3);
    let _ = log.request(0).unwrap();
    let five = grow(&mut log, 0, 5);
    let found = log.add_cosignature(&line, first.verifier_key()).unwrap();
    assert_eq!((found.text(), found.signatures().len()), (two.text(), 2));
    assert_eq!(kept(2), found);
    assert_eq!((log.checkpoint().unwrap(), kept(3).signatures().len()), (five, 1), "no other one has it");
    // A checkpoint that nobody was asked to cosign is not kept, and a line of it finds none.
    let unasked = witness(states[1].path());
    let note = log.checkpoint().unwrap();
    let line =
        unasked.add_checkpoint(&AddCheckpoint { old: 0, proof: Vec::new(), checkpoint: note }, NOW).unwrap();
    let _ = grow(&mut log, 0, 6);
    assert!(matches!(
        log.add_cosignature(&line, unasked.verifier_key()),
        Err(LogError::Note(NoteError::WrongSignature { .. }))
    ));
    drop(log);
    // What is kept outlives the process; a file of another name, or one that is no note, is told.
    let mut log = open(folder.path());
    let again = first.add_checkpoint(&log.request(2).unwrap(), NOW + 9).unwrap();
    let _ = log.add_cosignature(&again, first.verifier_key()).unwrap();
    assert_eq!((kept(6).signatures().len(), log.checkpoint().unwrap().signatures().len()), (2, 2));
    let _ = grow(&mut log, 0, 7);
    for (name, content) in [("07", "x"), ("-1", "x"), ("9", "x"), ("9223372036854775808", "x")] {
        let path = folder.path().join("3/checkpoints").join(name);
        fs::write(&path, content).unwrap();
        let refused = log.add_cosignature(&line, unasked.verifier_key());
        assert!(matches!(refused, Err(LogError::Damaged { .. })), "{name}: {refused:?}");
        fs::remove_file(path).unwrap();
    }
}

/// Venues want the newest line, an auditor the oldest.
#[test]
fn what_is_served_has_the_later_line_and_what_is_kept_the_earlier_time() {
    let folder = tempfile::tempdir().unwrap();
    let state = tempfile::tempdir().unwrap();
    let (witness, mut log) = (witness(state.path()), open(folder.path()));
    let _ = grow(&mut log, 0, 2);
    let early = witness.add_checkpoint(&log.request(0).unwrap(), NOW).unwrap();
    let late = witness.add_checkpoint(&log.request(2).unwrap(), NOW + 5).unwrap();
    let time = |note: &Note| Cosignature::check(note, witness.verifier_key()).unwrap().time;
    let kept = || Note::parse(&fs::read_to_string(folder.path().join("3/checkpoints/2")).unwrap()).unwrap();
    for (line, served, earliest) in [(&late, NOW + 5, NOW + 5), (&early, NOW, NOW), (&late, NOW + 5, NOW)] {
        let _ = log.add_cosignature(line, witness.verifier_key()).unwrap();
        assert_eq!((time(&log.checkpoint().unwrap()), time(&kept())), (served, earliest));
    }
    // Signed by another key, it is another checkpoint.
    let other = SecretKey::from_seed(LOG_ORIGIN, KeyKind::Note, &[7; 32]).unwrap();
    let _ = log.sign_checkpoint(&other).unwrap();
    let _ = log.request(2).unwrap();
    assert_eq!(kept().check_signed_by(&other.in_epoch(EPOCH).unwrap()), Ok(()));
}

#[test]
fn an_epoch_has_its_own_log_and_one_writer() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    let _ = grow(&mut log, 0, 2);
    assert!(matches!(Log::open(folder.path(), LOG_ORIGIN, EPOCH), Err(LogError::InUse { .. })));
    let other = Log::open(folder.path(), LOG_ORIGIN, EPOCH + 1).unwrap();
    assert_eq!((other.size(), other.origin()), (0, "log.example/a/4"));
    assert!(matches!(Log::open(folder.path(), "a log", EPOCH), Err(LogError::Key(_))));
    drop(log);
    assert!(matches!(Log::open(folder.path(), "log.example/b", EPOCH), Err(LogError::Origin { .. })));
}

#[test]
fn a_log_that_is_not_what_was_signed_signs_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    let _ = grow(&mut log, 0, 3);
    let dir = log.dir().to_owned();
    drop(log);
    let reopen = || Log::open(folder.path(), LOG_ORIGIN, EPOCH).map(|_| ()).unwrap_err();
    // The last entries are gone: put back from an older copy, without its checkpoint.
    fs::remove_file(dir.join("tile/entries/000.p/3")).unwrap();
    assert!(matches!(reopen(), LogError::Inconsistent { size: 3 }));
    fs::remove_dir_all(dir.join("tile")).unwrap();
    assert!(matches!(reopen(), LogError::Inconsistent { size: 3 }));
    // Another history in the place of this one.
    let elsewhere = tempfile::tempdir().unwrap();
    let mut other = open(elsewhere.path());
    let _ = grow(&mut other, 1, 3);
    fs::rename(other.dir().join("tile"), dir.join("tile")).unwrap();
    assert!(matches!(reopen(), LogError::Inconsistent { size: 3 }));
    fs::write(dir.join("checkpoint"), "x").unwrap();
    assert!(matches!(reopen(), LogError::Damaged { .. }));
    fs::remove_file(dir.join("checkpoint")).unwrap();
    assert_eq!(open(folder.path()).size(), 3);
}

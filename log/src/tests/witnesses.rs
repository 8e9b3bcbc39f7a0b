//! What a witness cosigns, and what it never does.

use std::fs;

use proptest::prelude::*;
use sha2::{Digest, Sha256};
use solvency_verifier::log::{Cosignature, ProofError};

use super::*;

struct Scene {
    _folders: [tempfile::TempDir; 3],
    state: std::path::PathBuf,
    witness: Witness,
    /// Two histories of one log.
    one: Log,
    other: Log,
}

fn scene() -> Scene {
    let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let state = folders[0].path().to_owned();
    let (one, other) = (open(folders[1].path()), open(folders[2].path()));
    Scene { witness: witness(&state), state, one, other, _folders: folders }
}

#[test]
fn a_log_that_grows_is_cosigned() {
    let mut s = scene();
    for (old, size, now) in [(0, 1, NOW), (1, 1, NOW), (1, 3, NOW + 1), (3, 70, NOW + 2), (70, 300, NOW + 40)]
    {
        let _ = grow(&mut s.one, 0, size);
        let line = s.witness.add_checkpoint(&s.one.request(old).unwrap(), now).unwrap();
        let note = s.one.add_cosignature(&line, s.witness.verifier_key()).unwrap();
        assert_eq!(Cosignature::check(&note, s.witness.verifier_key()), Ok(Cosignature { time: now }));
        assert_eq!(s.witness.latest(s.one.origin()).unwrap(), Some(note.clone()));
        let path = s.state.join(hex::encode(Sha256::digest(s.one.origin()))).join("checkpoint");
        assert_eq!(fs::read_to_string(path).unwrap(), note.to_string());
    }
    assert_eq!(s.witness.latest("log.example/a/4").unwrap(), None);
}

#[test]
fn an_empty_log_is_cosigned_with_the_empty_root_alone() {
    let mut s = scene();
    let _ = grow(&mut s.one, 0, 0);
    s.witness.add_checkpoint(&s.one.request(0).unwrap(), NOW).unwrap();
    let _ = grow(&mut s.one, 0, 2);
    s.witness.add_checkpoint(&s.one.request(0).unwrap(), NOW).unwrap();
}

fn refused(s: &Scene, request: &AddCheckpoint, now: u64) -> WitnessError {
    let before = s.witness.latest(s.one.origin()).unwrap();
    let error = s.witness.add_checkpoint(request, now).unwrap_err();
    assert_eq!(s.witness.latest(s.one.origin()).unwrap(), before, "{error}");
    error
}

/// Both histories are signed by the log; the witness sees the first one first.
#[test]
fn a_fork_of_any_size_is_never_cosigned() {
    let mut s = scene();
    let _ = grow(&mut s.one, 0, 3);
    s.witness.add_checkpoint(&s.one.request(0).unwrap(), NOW).unwrap();
    for size in 1..8 {
        let _ = grow(&mut s.other, 1, size);
        // Every size that it could be told, with the proof of this history.
        for old in 0..=size {
            let error = refused(&s, &s.other.request(old).unwrap(), NOW);
            match old {
                3 => assert!(matches!(&error, WitnessError::Inconsistent { known: 3, .. }), "{error}"),
                _ => assert!(matches!(&error, WitnessError::Conflict { known: 3, .. }), "{error}"),
            }
            assert_eq!(error.status(), if old == 3 { 422 } else { 409 });
        }
    }
    // The first one goes on.
    let _ = grow(&mut s.one, 0, 9);
    s.witness.add_checkpoint(&s.one.request(3).unwrap(), NOW).unwrap();
}

#[test]
fn a_log_that_shrinks_is_never_cosigned() {
    let mut s = scene();
    let _ = grow(&mut s.one, 0, 5);
    s.witness.add_checkpoint(&s.one.request(0).unwrap(), NOW).unwrap();
    // The same history, at an earlier size.
    let _ = grow(&mut s.other, 0, 4);
    for old in 0..=4 {
        assert!(matches!(
            refused(&s, &s.other.request(old).unwrap(), NOW),
            WitnessError::Conflict { known: 5, .. }
        ));
    }
    let mut request = s.other.request(4).unwrap();
    request.old = 5;
    let error = refused(&s, &request, NOW);
    assert!(matches!(error, WitnessError::OldSize { old: 5, size: 4 }));
    assert_eq!(error.status(), 400);
}

#[test]
fn proofs_that_are_altered_or_where_none_may_be_are_refused() {
    let mut s = scene();
    let _ = grow(&mut s.one, 0, 3);
    let mut first = s.one.request(0).unwrap();
    first.proof.push([1; 32]);
    let error = refused(&s, &first, NOW);
    assert!(matches!(error, WitnessError::Inconsistent { error: ProofError::Length { got: 1 }, .. }));
    s.witness.add_checkpoint(&s.one.request(0).unwrap(), NOW).unwrap();
    let mut same = s.one.request(3).unwrap();
    same.proof.push([1; 32]);
    assert_eq!(refused(&s, &same, NOW).status(), 422);
    let _ = grow(&mut s.one, 0, 7);
    let request = s.one.request(3).unwrap();
    for at in 0..request.proof.len() {
        let mut altered = request.clone();
        altered.proof[at][31] ^= 1;
        assert_eq!(refused(&s, &altered, NOW).status(), 422);
        altered.proof.remove(at);
        assert_eq!(refused(&s, &altered, NOW).status(), 422);
    }
}

#[test]
fn what_the_log_did_not_sign_is_refused() {
    let mut s = scene();
    let _ = grow(&mut s.one, 0, 3);
    let request = s.one.request(0).unwrap();
    let mut unsigned = request.clone();
    unsigned.checkpoint.remove(|_| true);
    let error = refused(&s, &unsigned, NOW);
    assert!(matches!(error, WitnessError::Signature(_)));
    assert_eq!(error.status(), 403);
    let stranger = SecretKey::from_seed(LOG_ORIGIN, KeyKind::Note, &[7; 32]).unwrap();
    let mut forged = unsigned.clone();
    let line = stranger.line(&log_key(), None, forged.checkpoint.text().as_bytes());
    forged.checkpoint.add(line).unwrap();
    assert_eq!(refused(&s, &forged, NOW).status(), 403);
    let mut text = Note::new("no checkpoint\n").unwrap();
    text.add(log_secret().line(&log_key(), None, b"no checkpoint\n")).unwrap();
    assert_eq!(refused(&s, &AddCheckpoint { checkpoint: text, ..request }, NOW).status(), 400);
}

#[test]
fn only_logs_of_this_epoch_the_one_before_and_the_next_are_cosigned() {
    let folder = tempfile::tempdir().unwrap();
    let state = tempfile::tempdir().unwrap();
    let witness = witness(state.path());
    for (epoch, now, taken) in [
        (3, 299, true),
        (3, 300, true),
        (3, 399, true),
        (3, 400, true),
        (3, 499, true),
        (3, 500, false),
        (3, 199, false),
        (5, 399, false),
        (4, 399, true),
    ] {
        let mut log = Log::open(folder.path(), LOG_ORIGIN, epoch).unwrap();
        let _ = grow(&mut log, 0, 1);
        let known = u64::from(witness.latest(log.origin()).unwrap().is_some());
        let result = witness.add_checkpoint(&log.request(known).unwrap(), now);
        assert_eq!(result.is_ok(), taken, "epoch {epoch} at {now}: {result:?}");
        if let Err(error) = result {
            assert_eq!(error.status(), 404);
        }
    }
    let mut elsewhere = Log::open(folder.path(), "log.example/b", 9).unwrap();
    let _ = grow(&mut elsewhere, 0, 1);
    assert!(matches!(
        witness.add_checkpoint(&elsewhere.request(0).unwrap(), 950),
        Err(WitnessError::UnknownLog { origin }) if origin == "log.example/b/9"
    ));
}

/// Otherwise an honest witness could be shown to have gone back.
#[test]
fn a_clock_that_was_set_back_cosigns_nothing() {
    let mut s = scene();
    let _ = grow(&mut s.one, 0, 3);
    s.witness.add_checkpoint(&s.one.request(0).unwrap(), NOW).unwrap();
    let _ = grow(&mut s.one, 0, 5);
    let request = s.one.request(3).unwrap();
    let error = refused(&s, &request, NOW - 1);
    assert!(matches!(error, WitnessError::Clock { now, last: NOW } if now == NOW - 1));
    assert_eq!(error.status(), 500);
    s.witness.add_checkpoint(&request, NOW).unwrap();
}

#[test]
fn a_memory_that_is_damaged_stops_the_witness() {
    let mut s = scene();
    let _ = grow(&mut s.one, 0, 3);
    s.witness.add_checkpoint(&s.one.request(0).unwrap(), NOW).unwrap();
    let path = s.state.join(hex::encode(Sha256::digest(s.one.origin()))).join("checkpoint");
    let whole = fs::read(&path).unwrap();
    let stops = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        for old in [0, 3] {
            let error = s.witness.add_checkpoint(&s.one.request(old).unwrap(), NOW).unwrap_err();
            assert!(
                matches!(error, WitnessError::State(LogError::Damaged { .. } | LogError::TooLong { .. })),
                "{error}"
            );
        }
    };
    for length in 0..whole.len() {
        stops(&whole[..length]);
    }
    for at in (0..whole.len()).step_by(3) {
        let mut altered = whole.clone();
        altered[at] ^= 1;
        fs::write(&path, &altered).unwrap();
        // The log's own line is for whoever reads it; everything else is under the witness's signature.
        let result = s.witness.add_checkpoint(&s.one.request(0).unwrap(), NOW);
        assert!(result.is_err(), "byte {at}");
    }
    stops(&vec![b'x'; 70_000]);
    // The checkpoint of another log in its place.
    fs::write(&path, &whole).unwrap();
    let other = s.state.join(hex::encode(Sha256::digest("log.example/a/4")));
    fs::create_dir(&other).unwrap();
    fs::copy(&path, other.join("checkpoint")).unwrap();
    assert!(matches!(s.witness.latest("log.example/a/4"), Err(LogError::Damaged { .. })));
}

/// A new key goes on from the old one's memory where the old key is named, and does not cosign where it is not.
#[test]
fn a_key_is_replaced_and_the_memory_stays() {
    let mut s = scene();
    let _ = grow(&mut s.one, 0, 3);
    let _ = grow(&mut s.other, 1, 5);
    s.witness.add_checkpoint(&s.one.request(0).unwrap(), NOW).unwrap();
    let old = s.witness.verifier_key().clone();
    let with = |former: Vec<VerifierKey>| {
        let key = SecretKey::from_seed("witness.example/1", KeyKind::Cosignature, &[5; 32]).unwrap();
        let log = WitnessedLog {
            log_origin: LOG_ORIGIN.into(),
            public_key: *log_secret().verifier_key().public(),
            epochs: epochs(),
        };
        Witness::new(&s.state, key, vec![log]).unwrap().with_former_keys(former)
    };
    let stranger = SecretKey::from_seed("w", KeyKind::Cosignature, &[6; 32]).unwrap().verifier_key().clone();
    for former in [Vec::new(), vec![stranger.clone()]] {
        let error = with(former).add_checkpoint(&s.one.request(3).unwrap(), NOW).unwrap_err();
        assert!(matches!(error, WitnessError::State(LogError::Damaged { .. })), "{error}");
    }
    let witness = with(vec![stranger, old]);
    for request in [s.other.request(0).unwrap(), s.other.request(3).unwrap()] {
        let error = witness.add_checkpoint(&request, NOW).unwrap_err();
        assert!(
            matches!(error, WitnessError::Conflict { .. } | WitnessError::Inconsistent { .. }),
            "{error}"
        );
    }
    assert!(matches!(
        witness.add_checkpoint(&s.one.request(3).unwrap(), NOW - 1),
        Err(WitnessError::Clock { last: NOW, .. })
    ));
    let _ = grow(&mut s.one, 0, 4);
    witness.add_checkpoint(&s.one.request(3).unwrap(), NOW).unwrap();
    // From now on the memory is the new key's alone.
    let latest = witness.latest(s.one.origin()).unwrap().expect("a checkpoint");
    assert_eq!(latest.signatures().len(), 2);
    assert!(Cosignature::check(&latest, witness.verifier_key()).is_ok());
}

#[test]
fn keys_of_the_wrong_kind_and_logs_without_a_name_are_refused() {
    let state = tempfile::tempdir().unwrap();
    let log = WitnessedLog { log_origin: "a b".into(), public_key: [9; 32], epochs: epochs() };
    let key = || SecretKey::from_seed("w", KeyKind::Cosignature, &[2; 32]).unwrap();
    assert!(matches!(Witness::new(state.path(), log_secret(), Vec::new()), Err(LogError::Kind { .. })));
    assert!(matches!(Witness::new(state.path(), key(), vec![log.clone()]), Err(LogError::Key(_))));
    let log = WitnessedLog { log_origin: "a".into(), public_key: [0; 32], ..log };
    assert!(matches!(Witness::new(state.path(), key(), vec![log]), Err(LogError::Key(_))));
}

#[test]
fn two_requests_at_a_time_are_two_in_turn() {
    let mut s = scene();
    let _ = grow(&mut s.one, 0, 2);
    let _ = grow(&mut s.other, 1, 2);
    let (witness, requests) = (&s.witness, [s.one.request(0).unwrap(), s.other.request(0).unwrap()]);
    let cosigned: usize = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..8)
            .map(|turn| {
                let request = &requests[turn % 2];
                scope.spawn(move || usize::from(witness.add_checkpoint(request, NOW).is_ok()))
            })
            .collect();
        asked.into_iter().map(|one| one.join().unwrap()).sum()
    });
    assert_eq!(cosigned, 1);
}

#[test]
fn requests_have_one_form() {
    let mut s = scene();
    let _ = grow(&mut s.one, 0, 7);
    let request = s.one.request(3).unwrap();
    let body = request.to_string();
    assert!(body.starts_with("old 3\n"));
    assert_eq!(AddCheckpoint::parse(&body), Ok(request.clone()));
    let first = s.one.request(0).unwrap();
    assert_eq!(AddCheckpoint::parse(&first.to_string()), Ok(first));
    let error = |body: &str| AddCheckpoint::parse(body).unwrap_err();
    let hash = body.split('\n').nth(1).unwrap();
    for old in [
        "",
        "old",
        "old ",
        "old x",
        "old 03",
        "old +3",
        "old -1",
        "Old 3",
        " old 3",
        "old 18446744073709551616",
    ] {
        assert_eq!(error(&body.replacen("old 3", old, 1)), RequestError::Old, "{old}");
    }
    for line in ["x", &hash[..43], &format!("{hash}="), &format!("{hash}AAAA"), &format!("{hash} ")] {
        assert_eq!(error(&body.replacen(hash, line, 1)), RequestError::Hash { line: 0 }, "{line}");
    }
    let proof = |lines: usize| body.replacen(hash, &vec![hash; lines].join("\n"), 1);
    let others = request.proof.len() - 1;
    assert!(AddCheckpoint::parse(&proof(63 - others)).is_ok());
    assert_eq!(error(&proof(64 - others)), RequestError::Proof);
    assert_eq!(error("old 3"), RequestError::Form);
    assert!(matches!(error("old 3\n\n"), RequestError::Note(_)));
    assert!(matches!(error(&"x".repeat(100_000)), RequestError::TooLong { got: 100_000 }));
    for at in 0..body.len() {
        if body.is_char_boundary(at) {
            assert!(AddCheckpoint::parse(&body[..at]).is_err(), "{at}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever two histories of a log a witness is asked for, in whatever order and however described: all that it cosigned is of one.
    #[test]
    fn everything_cosigned_is_of_one_history(
        fork in 0u64..4,
        asked in proptest::collection::vec((any::<bool>(), 0u64..4, 0u64..10), 1..12),
    ) {
        let mut s = scene();
        let mut cosigned: Vec<(u64, [u8; 32])> = Vec::new();
        for (first, more, old) in asked {
            let (log, history) = if first { (&mut s.one, 0) } else { (&mut s.other, 1) };
            let size = log.size() + more;
            // The same up to the fork.
            let new: Vec<_> =
                (log.size()..size).map(|index| entry(if index < fork { 0 } else { history }, index)).collect();
            let _ = log.append_all(log.size(), &new).unwrap();
            let note = log.sign_checkpoint(&log_secret()).unwrap();
            let Ok(request) = log.request(old.min(size)) else { continue };
            if s.witness.add_checkpoint(&request, NOW).is_ok() {
                let head = solvency_verifier::log::Checkpoint::parse(note.text()).unwrap();
                cosigned.push((head.size, head.root));
            }
        }
        let roots = |history: u64| {
            let leaves: Vec<_> = (0..64)
                .map(|index| solvency_verifier::log::leaf_hash(&entry(if index < fork { 0 } else { history }, index).0))
                .collect();
            move |size: u64| solvency_verifier::log::root_of(&leaves[..size as usize])
        };
        let (one, other) = (roots(0), roots(1));
        prop_assert!(cosigned.windows(2).all(|two| two[0].0 <= two[1].0));
        prop_assert!(
            cosigned.iter().all(|(size, root)| one(*size) == *root)
                || cosigned.iter().all(|(size, root)| other(*size) == *root)
        );
    }
}

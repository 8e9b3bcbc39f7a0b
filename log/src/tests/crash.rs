//! The machine stops at each step that touches a file: what is there afterwards is the state before or the state after, and a repeated run
//! ends where an undisturbed one does.

use solvency_verifier::log::{Checkpoint, Cosignature};

use super::*;
use crate::files::fail_at;

/// Lets every step fail from the n-th on, for each n, until one run is undisturbed. Answers how many steps there were.
fn at_every_step(mut run: impl FnMut(u64) -> bool) -> u64 {
    for step in 0.. {
        fail_at(Some(step));
        let done = run(step);
        fail_at(None);
        if done {
            return step;
        }
    }
    unreachable!("some run is undisturbed")
}

#[test]
fn an_append_that_stops_anywhere_leaves_the_old_log_or_the_new() {
    for size in [0u64, 255, 256] {
        let steps = at_every_step(|step| {
            fail_at(None);
            let folder = tempfile::tempdir().unwrap();
            let mut log = open(folder.path());
            let signed = grow(&mut log, 0, size);
            fail_at(Some(step));
            let result = log.append(size, &entry(0, size)).and_then(|_| log.sign_checkpoint(&log_secret()));
            fail_at(None);
            // What others find is whole: the checkpoint from before, or the new one.
            let found = verify(log.dir(), &log_key(), None).unwrap();
            assert!(found.head.size == size || found.head.size == size + 1, "step {step}");
            if found.head.size == size {
                assert_eq!(found.note, signed);
            }
            if result.is_err() {
                // The open log does not go on as if nothing was; or the entry was written, and only the checkpoint was not.
                let again = log.append(size, &entry(0, size));
                assert!(matches!(again, Err(LogError::Reopen) | Ok(Appended::AlreadyThere)), "step {step}");
            }
            drop(log);
            // Another entry has no chance where the first was written, and the run that is repeated ends as it should.
            let mut log = open(folder.path());
            assert!(log.size() == size || log.size() == size + 1, "step {step}");
            if log.size() == size + 1 {
                assert!(matches!(log.append(size, &entry(1, size)), Err(LogError::Equivocation { .. })));
            }
            let _ = log.append(size, &entry(0, size)).unwrap();
            let _ = log.sign_checkpoint(&log_secret()).unwrap();
            let found = verify(log.dir(), &log_key(), Some(&entries(0, size + 1))).unwrap();
            assert_eq!(found.head.size, size + 1);
            result.is_ok()
        });
        assert!(steps >= 15, "{steps} steps at {size}");
    }
}

#[test]
fn a_log_that_is_begun_can_stop_anywhere() {
    let steps = at_every_step(|step| {
        let folder = tempfile::tempdir().unwrap();
        let begun = Log::open(folder.path(), LOG_ORIGIN, EPOCH).and_then(|mut log| {
            let _ = log.append(0, &entry(0, 0))?;
            log.sign_checkpoint(&log_secret())
        });
        fail_at(None);
        let mut log = open(folder.path());
        assert!(log.size() <= 1, "step {step}");
        let _ = grow(&mut log, 0, 1);
        assert!(verify(log.dir(), &log_key(), Some(&entries(0, 1))).is_ok());
        begun.is_ok()
    });
    assert!(steps >= 18, "{steps}");
}

/// What is kept has at least the lines of what is served, and neither loses one.
#[test]
fn a_cosignature_that_is_added_can_stop_anywhere() {
    let steps = at_every_step(|step| {
        fail_at(None);
        let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
        let mut log = open(folders[0].path());
        let _ = grow(&mut log, 0, 2);
        let request = log.request(0).unwrap();
        let other = SecretKey::from_seed("witness.example/2", KeyKind::Cosignature, &[3; 32]).unwrap();
        let logs = vec![WitnessedLog {
            log_origin: LOG_ORIGIN.into(),
            public_key: *log_secret().verifier_key().public(),
            epochs: epochs(),
        }];
        let witnesses = [witness(folders[1].path()), Witness::new(folders[2].path(), other, logs).unwrap()];
        let [first, second] = &witnesses;
        let lines = [first, second].map(|witness| witness.add_checkpoint(&request, NOW).unwrap());
        let _ = log.add_cosignature(&lines[0], first.verifier_key()).unwrap();
        fail_at(Some(step));
        let added = log.add_cosignature(&lines[1], second.verifier_key());
        fail_at(None);
        let kept = Note::parse(&std::fs::read_to_string(log.dir().join("checkpoints/2")).unwrap()).unwrap();
        let served = log.checkpoint().unwrap();
        assert!(served.signatures().iter().all(|line| kept.signatures().contains(line)), "step {step}");
        assert!(Cosignature::check(&served, first.verifier_key()).is_ok());
        if added.is_ok() {
            assert!(Cosignature::check(&served, second.verifier_key()).is_ok());
        }
        drop(log);
        let mut log = open(folders[0].path());
        for (line, witness) in lines.iter().zip(&witnesses) {
            let _ = log.add_cosignature(line, witness.verifier_key()).unwrap();
        }
        let kept = std::fs::read_to_string(log.dir().join("checkpoints/2")).unwrap();
        assert_eq!(Note::parse(&kept).unwrap().signatures().len(), 3);
        assert_eq!(log.checkpoint().unwrap().signatures().len(), 3);
        added.is_ok()
    });
    assert!(steps >= 10, "{steps} steps");
}

/// The memory is durable before the cosignature leaves: whatever left, a fork of it is refused from then on.
#[test]
fn a_witness_that_stops_anywhere_has_not_forgotten_what_it_signed() {
    for known in [0u64, 2] {
        let steps = at_every_step(|step| {
            fail_at(None);
            let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
            let (mut one, mut other) = (open(folders[0].path()), open(folders[1].path()));
            let witness_of = || witness(folders[2].path());
            if known > 0 {
                let _ = grow(&mut one, 0, known);
                witness_of().add_checkpoint(&one.request(0).unwrap(), NOW).unwrap();
            }
            let _ = grow(&mut one, 0, 5);
            let forked: Vec<_> = (0..5).map(|index| entry(u64::from(index >= known), index)).collect();
            assert_eq!(other.append_all(0, &forked).unwrap(), 5);
            let _ = other.sign_checkpoint(&log_secret()).unwrap();
            let request = one.request(known).unwrap();
            let stopping = witness_of();
            fail_at(Some(step));
            let line = stopping.add_checkpoint(&request, NOW);
            fail_at(None);

            let after = witness_of();
            let remembered = after.latest(one.origin()).unwrap();
            let size = remembered.as_ref().map_or(0, |note| {
                assert!(Cosignature::check(note, after.verifier_key()).is_ok());
                Checkpoint::parse(note.text()).unwrap().size
            });
            assert!(size == known || size == 5, "step {step}: {size}");
            if line.is_ok() {
                assert_eq!(size, 5);
            }
            if size == 5 {
                for old in 0..=5 {
                    assert!(after.add_checkpoint(&other.request(old).unwrap(), NOW).is_err());
                }
            }
            // The log asks again, from where the witness is.
            after.add_checkpoint(&one.request(size).unwrap(), NOW).unwrap();
            line.is_ok()
        });
        assert!(steps >= 5, "{steps}");
    }
}

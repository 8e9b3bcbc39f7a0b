//! Evidence, and what is none.

use super::fork::{Fork, ForkError, Prefix, check};
use super::*;

fn log() -> VerifierKey {
    key(ORIGIN, KeyKind::Note, 1)
}

fn witness() -> VerifierKey {
    key("w", KeyKind::Cosignature, 2)
}

fn head(leaves: &[Hash]) -> String {
    signed(leaves.len() as u64, root_of(leaves))
}

#[test]
fn two_roots_of_one_size_are_a_fork() {
    let (one, other) = (head(&leaves(3, "one")), head(&leaves(3, "other")));
    let fork = Fork::SameSize { origin: ORIGIN.into(), size: 3 };
    assert_eq!(check([&one, &other], &log(), None), Ok(fork.clone()));
    assert_eq!(check([&other, &one], &log(), None), Ok(fork));
    assert_eq!(check([&one, &one], &log(), None), Err(ForkError::NoFork));
}

#[test]
fn a_tree_that_is_not_the_beginning_of_a_larger_one_is_a_fork() {
    for size in 2..12 {
        let larger = leaves(size, "one");
        for old in 1..larger.len() {
            let smaller = leaves(old as u64, "other");
            let proof = prove_consistency(old, &larger);
            let prefix = Prefix { root: root_of(&larger[..old]), proof: &proof };
            let fork = Fork::NotAPrefix { origin: ORIGIN.into(), old: old as u64, size };
            let notes = [head(&smaller), head(&larger)];
            assert_eq!(check([&notes[0], &notes[1]], &log(), Some(prefix)), Ok(fork.clone()));
            assert_eq!(check([&notes[1], &notes[0]], &log(), Some(prefix)), Ok(fork));
            // Without the proof, or of trees that fit, there is no evidence.
            assert_eq!(check([&notes[0], &notes[1]], &log(), None), Err(ForkError::NoFork));
            let fits = head(&larger[..old]);
            assert_eq!(check([&fits, &notes[1]], &log(), Some(prefix)), Err(ForkError::NoFork));
            // An invented beginning does not make one.
            let invented = Prefix { root: root_of(&smaller), ..prefix };
            assert!(matches!(check([&fits, &notes[1]], &log(), Some(invented)), Err(ForkError::Proof(_))));
        }
    }
}

#[test]
fn a_log_that_began_with_something_can_not_say_that_it_began_with_nothing() {
    let notes = [signed(0, [1; 32]), head(&leaves(2, "one"))];
    let prefix = Prefix { root: EMPTY_ROOT, proof: &[] };
    let fork = Fork::NotAPrefix { origin: ORIGIN.into(), old: 0, size: 2 };
    assert_eq!(check([&notes[0], &notes[1]], &log(), Some(prefix)), Ok(fork));
    let honest = signed(0, EMPTY_ROOT);
    assert_eq!(check([&honest, &notes[1]], &log(), Some(prefix)), Err(ForkError::NoFork));
}

#[test]
fn a_witness_that_cosigned_two_trees_or_went_back_is_shown() {
    let (one, other, longer) = (head(&leaves(3, "one")), head(&leaves(3, "other")), head(&leaves(5, "one")));
    let cosign = |note: &str, time| cosigned(note, time);
    let (early, late) = (cosign(&one, 10), cosign(&other, 20));
    let fork = Fork::SameSize { origin: ORIGIN.into(), size: 3 };
    assert_eq!(check([&early, &late], &witness(), None), Ok(fork));
    let back = Fork::WentBack { origin: ORIGIN.into(), old: 3, size: 5 };
    let larger = cosign(&longer, 15);
    assert_eq!(check([&cosign(&one, 16), &larger], &witness(), None), Ok(back));
    // In the right order, or at the same second, that is what witnesses do.
    for time in [14, 15] {
        assert_eq!(check([&cosign(&one, time), &larger], &witness(), None), Err(ForkError::NoFork));
    }
    // The log signed both without any time.
    assert_eq!(check([&cosign(&one, 16), &larger], &log(), None), Err(ForkError::NoFork));
}

#[test]
fn what_a_key_did_not_sign_is_no_evidence_against_it() {
    let (one, other) = (head(&leaves(3, "one")), head(&leaves(3, "other")));
    let stranger = key(ORIGIN, KeyKind::Note, 5);
    assert!(matches!(check([&one, &other], &stranger, None), Err(ForkError::Note { which: 0, .. })));
    assert!(matches!(check([&one, "x"], &log(), None), Err(ForkError::Note { which: 1, .. })));
    // The signature of one under the text of the other.
    let forged = format!("{}\n\n{}", other.split("\n\n").next().unwrap(), one.split("\n\n").nth(1).unwrap());
    assert!(matches!(
        check([&one, &forged], &log(), None),
        Err(ForkError::Note { which: 1, error: NoteError::WrongSignature { .. } })
    ));
    let mut note = Note::new("no checkpoint\n").unwrap();
    let bytes = signer(1).sign(b"no checkpoint\n").to_bytes().to_vec();
    note.add(NoteSignature { name: ORIGIN.into(), id: log().id(), bytes }).unwrap();
    let note = format!("{note}");
    assert!(matches!(check([&one, &note], &log(), None), Err(ForkError::Checkpoint { which: 1, .. })));
}

#[test]
fn two_logs_may_differ() {
    let one = head(&leaves(3, "one"));
    let elsewhere = Checkpoint {
        origin: "log.example/a/4".into(),
        size: 3,
        root: root_of(&leaves(3, "other")),
        extensions: Vec::new(),
    };
    let mut note = Note::new(&format!("{elsewhere}")).unwrap();
    let bytes = signer(1).sign(note.text().as_bytes()).to_bytes().to_vec();
    note.add(NoteSignature { name: ORIGIN.into(), id: log().id(), bytes }).unwrap();
    assert!(matches!(check([&one, &format!("{note}")], &log(), None), Err(ForkError::Origins { .. })));
}

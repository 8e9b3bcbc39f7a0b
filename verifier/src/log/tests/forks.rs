//! Contradictions of two heads, and what is none.

use super::fork::{Fork, ForkError, Head, Prefix, check};
use super::*;

const NO_PREFIX: Option<Prefix<'static>> = None;

fn head(leaves: &[Hash]) -> Checkpoint {
    of_root(leaves.len() as u64, root_of(leaves))
}

fn of_root(size: u64, root: Hash) -> Checkpoint {
    Checkpoint { origin: ORIGIN.into(), size, root, extensions: Vec::new() }
}

fn untimed(checkpoint: &Checkpoint) -> Head<'_> {
    Head { checkpoint, time: None }
}

/// In both orders, which must say the same.
fn judge(one: Head<'_>, other: Head<'_>, prefix: Option<Prefix<'_>>) -> Result<Fork, ForkError> {
    let answer = check([one, other], prefix);
    assert_eq!(check([other, one], prefix), answer);
    answer
}

#[test]
fn two_roots_of_one_size_are_a_fork() {
    let (one, other) = (head(&leaves(3, "one")), head(&leaves(3, "other")));
    let (first, second) = (untimed(&one), untimed(&other));
    assert_eq!(judge(first, second, NO_PREFIX), Ok(Fork::SameSize { size: 3 }));
    assert_eq!(judge(first, first, NO_PREFIX), Err(ForkError::NoFork));
    // Other extension lines are no other tree.
    let extended = Checkpoint { extensions: alloc::vec!["more".into()], ..one.clone() };
    assert_eq!(judge(first, untimed(&extended), NO_PREFIX), Err(ForkError::NoFork));
    // Nothing is shown by a beginning here.
    let prefix = Prefix { root: one.root, proof: &[] };
    assert_eq!(judge(first, second, Some(prefix)), Err(ForkError::Needless));
    assert_eq!(judge(first, first, Some(prefix)), Err(ForkError::NoFork));
}

#[test]
fn a_tree_that_is_not_the_beginning_of_a_larger_one_is_a_fork() {
    for size in 2..12 {
        let larger = leaves(size, "one");
        let last = head(&larger);
        for old in 1..larger.len() {
            let smaller = leaves(old as u64, "other");
            let forked = head(&smaller);
            let proof = prove_consistency(old, &larger);
            let prefix = Prefix { root: root_of(&larger[..old]), proof: &proof };
            let fork = Fork::NotAPrefix { old: old as u64, size };
            assert_eq!(judge(untimed(&forked), untimed(&last), Some(prefix)), Ok(fork));
            // Without the proof, or of trees that fit, there is no evidence.
            assert_eq!(judge(untimed(&forked), untimed(&last), NO_PREFIX), Err(ForkError::NoFork));
            let fits = head(&larger[..old]);
            assert_eq!(judge(untimed(&fits), untimed(&last), Some(prefix)), Err(ForkError::NoFork));
            // An invented beginning does not make one.
            let invented = Prefix { root: root_of(&smaller), ..prefix };
            for smaller in [&fits, &forked] {
                let answer = judge(untimed(smaller), untimed(&last), Some(invented));
                assert!(matches!(answer, Err(ForkError::Proof(_))), "{answer:?}");
            }
            // Nor does another larger tree's.
            let elsewhere = Checkpoint { root: [3; 32], ..last.clone() };
            let answer = judge(untimed(&forked), untimed(&elsewhere), Some(prefix));
            assert_eq!(answer, Err(ForkError::Proof(ProofError::Root)));
        }
    }
}

#[test]
fn a_log_that_began_with_something_can_not_say_that_it_began_with_nothing() {
    let (began, later) = (of_root(0, [1; 32]), head(&leaves(2, "one")));
    let prefix = Prefix { root: EMPTY_ROOT, proof: &[] };
    let fork = Fork::NotAPrefix { old: 0, size: 2 };
    assert_eq!(judge(untimed(&began), untimed(&later), Some(prefix)), Ok(fork));
    let honest = of_root(0, EMPTY_ROOT);
    assert_eq!(judge(untimed(&honest), untimed(&later), Some(prefix)), Err(ForkError::NoFork));
}

#[test]
fn who_says_smaller_after_larger_went_back() {
    let one = leaves(5, "one");
    let (smaller, larger) = (head(&one[..3]), head(&one));
    let at = |checkpoint, time| Head { checkpoint, time: Some(time) };
    let back = Fork::WentBack { old: 3, size: 5 };
    assert_eq!(judge(at(&smaller, 16), at(&larger, 15), NO_PREFIX), Ok(back));
    // In the right order, or at the same second, that is what witnesses do.
    for time in [14, 15] {
        assert_eq!(judge(at(&smaller, time), at(&larger, 15), NO_PREFIX), Err(ForkError::NoFork));
    }
    // One size at two times is one tree twice.
    assert_eq!(judge(at(&larger, 16), at(&larger, 15), NO_PREFIX), Err(ForkError::NoFork));
    // A log signs without time.
    for (first, second) in [(None, None), (Some(16), None), (None, Some(15))] {
        let heads = (Head { checkpoint: &smaller, time: first }, Head { checkpoint: &larger, time: second });
        assert_eq!(judge(heads.0, heads.1, NO_PREFIX), Err(ForkError::NoFork));
    }
    // That the smaller tree is the beginning shows nothing of times; that it is not is shown whatever the times.
    let proof = prove_consistency(3, &one);
    let prefix = Prefix { root: smaller.root, proof: &proof };
    assert_eq!(judge(at(&smaller, 16), at(&larger, 15), Some(prefix)), Err(ForkError::Needless));
    let other = head(&leaves(3, "other"));
    for time in [14, 16] {
        let fork = Fork::NotAPrefix { old: 3, size: 5 };
        assert_eq!(judge(at(&other, time), at(&larger, 15), Some(prefix)), Ok(fork));
    }
}

#[test]
fn two_logs_may_differ() {
    let (one, other) = (head(&leaves(3, "one")), head(&leaves(3, "other")));
    let elsewhere = Checkpoint { origin: "log.example/a/4".into(), ..other };
    let expected = ForkError::Origins { first: ORIGIN.into(), second: "log.example/a/4".into() };
    assert_eq!(check([untimed(&one), untimed(&elsewhere)], NO_PREFIX), Err(expected));
}

#[test]
fn a_fork_is_said_in_words() {
    let words = [
        Fork::SameSize { size: 3 },
        Fork::NotAPrefix { old: 3, size: 5 },
        Fork::WentBack { old: 3, size: 5 },
    ]
    .map(|fork| alloc::format!("{fork}"));
    let expected = [
        "two trees of size 3",
        "a tree of size 3 and one of size 5 that does not begin with it",
        "a tree of size 3 later than one of size 5",
    ];
    assert_eq!(words, expected);
}

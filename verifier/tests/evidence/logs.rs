//! Two trees of one log: what is proved of a custodian and of a witness, what is honest, and whom it concerns.

use solvency_verifier::Bytes32;
use solvency_verifier::encoding::tagged_sha256;
use solvency_verifier::evidence::{
    Beginning, CosignedCheckpoint, Equivocation, EvidenceError, Kind, Named, Proved, Role, SignedCheckpoint,
};
use solvency_verifier::log::fork::Fork;
use solvency_verifier::log::{
    Checkpoint, CheckpointError, KeyError, KeyKind, LogKey, Note, NoteError, ProofError, VerifierKey,
};
use solvency_verifier::position::{Action, Bands, EvidenceRefused, Position, State};
use solvency_verifier::statement::SignatureError;
use solvency_verifier::trust::HistoryRequirement;

use crate::kinds::proved;
use crate::ledger::add;
use crate::pairs::*;
use crate::story::{Other, Story, party};
use crate::trees::*;

fn log_fork(first: SignedCheckpoint, second: SignedCheckpoint, beginning: Option<Beginning>) -> Equivocation {
    Equivocation::LogFork { first, second, beginning }
}

fn witnessed(
    first: CosignedCheckpoint,
    second: CosignedCheckpoint,
    beginning: Option<Beginning>,
) -> Equivocation {
    Equivocation::Witness { first, second, beginning }
}

fn refused(shown: &Equivocation) -> EvidenceError {
    check(shown).unwrap_err()
}

fn fork_of(shown: &Equivocation) -> Fork {
    match check(shown).unwrap().proved {
        Proved::LogFork { fork, .. } | Proved::Witness { fork, .. } => fork,
        other => panic!("{other:?}"),
    }
}

fn at_one_size() -> [Checkpoint; 2] {
    [head(&tree(3, "one")), head(&tree(3, "other"))]
}

#[test]
fn two_trees_of_a_log_are_the_custodians() {
    let (got, role, words) = proved("logFork");
    let expected = Proved::LogFork {
        custodian: party("custodian"),
        account: bundle("flat").allocations[0].proven.statement.account,
        epoch: 3,
        origin: ORIGIN.into(),
        fork: Fork::NotAPrefix { old: 2, size: 5 },
    };
    assert_eq!((got, role), (expected, Role::Custodian));
    assert!(words.contains("a tree of size 2 and one of size 5 that does not begin with it"), "{words}");
    assert!(words.contains(ORIGIN) && words.contains(&party("custodian").to_string()), "{words}");

    let [one, other] = at_one_size();
    let shown = log_fork(signed(&one), signed(&other), None);
    assert_eq!(fork_of(&shown), Fork::SameSize { size: 3 });
    // The tree before the first entry is the empty one.
    let began = Checkpoint { size: 0, ..one.clone() };
    let shown = log_fork(signed(&began), signed(&other), Some(beginning(0, &tree(3, "other"))));
    assert_eq!(fork_of(&shown), Fork::NotAPrefix { old: 0, size: 3 });
    // An extension line in one of them is signed too, and changes nothing.
    let extended = Checkpoint { extensions: vec!["more".into()], ..other };
    assert_eq!(fork_of(&log_fork(signed(&one), signed(&extended), None)), Fork::SameSize { size: 3 });
}

/// Otherwise a custodian would bind a key for each venue.
#[test]
fn two_keys_of_one_custodian_are_as_one() {
    let [one, other] = at_one_size();
    let by_another = |head: &Checkpoint| SignedCheckpoint {
        checkpoint: note(head, ORIGIN, 9, None),
        log_key: log_key("custodian", 9, |_| ()),
    };
    assert_eq!(fork_of(&log_fork(signed(&one), by_another(&other), None)), Fork::SameSize { size: 3 });
    // A log that goes on under another key is honest.
    let grown = by_another(&head(&tree(5, "one")));
    assert_eq!(refused(&log_fork(signed(&one), grown, None)), EvidenceError::NoFork);
}

#[test]
fn two_trees_that_a_witness_cosigned_are_the_witnesss() {
    let (got, role, words) = proved("witness");
    let witness = party("witness-1");
    let fork = Fork::NotAPrefix { old: 2, size: 5 };
    assert_eq!((got, role), (Proved::Witness { witness, origin: ORIGIN.into(), fork }, Role::Witness));
    assert!(words.contains("cosigned") && words.contains(&witness.to_string()), "{words}");
    let [one, other] = at_one_size();
    let shown = witnessed(cosigned(&one, NOW), cosigned(&other, NOW + 5), None);
    assert_eq!(fork_of(&shown), Fork::SameSize { size: 3 });
    assert_eq!(check(&shown).unwrap().signers(), [witness]);
    // With two keys of its own, of a log that nobody knows.
    let of_a_stranger = Checkpoint { origin: "stranger".into(), ..one.clone() };
    let other = Checkpoint { origin: "stranger".into(), ..other };
    let by_another = CosignedCheckpoint {
        checkpoint: note(&other, "witness.example/1", 12, Some(NOW)),
        witness_key: witness_key("witness-1", 12, |_| ()),
    };
    assert_eq!(
        fork_of(&witnessed(cosigned(&of_a_stranger, NOW), by_another, None)),
        Fork::SameSize { size: 3 }
    );
}

#[test]
fn a_witness_that_cosigns_less_than_before_went_back() {
    let (smaller, larger) = (head(&tree(3, "one")), head(&tree(5, "one")));
    let shown = |time| witnessed(cosigned(&smaller, time), cosigned(&larger, NOW), None);
    let back = Fork::WentBack { old: 3, size: 5 };
    assert_eq!(fork_of(&shown(NOW + 1)), back);
    assert!(
        check(&shown(NOW + 1)).unwrap().to_string().contains("a tree of size 3 later than one of size 5")
    );
    // In the same second, and before, that is what witnesses do.
    assert_eq!(refused(&shown(NOW)), EvidenceError::NoFork);
    assert_eq!(refused(&shown(NOW - 1)), EvidenceError::NoFork);
    // That the trees fit is no part of it.
    let shown =
        witnessed(cosigned(&smaller, NOW + 1), cosigned(&larger, NOW), Some(beginning(3, &tree(5, "one"))));
    assert_eq!(refused(&shown), EvidenceError::Needless);
    // A log signs without time: what it signs again is as it was.
    let shown = log_fork(signed(&smaller), signed(&larger), None);
    assert_eq!(refused(&shown), EvidenceError::NoFork);
}

#[test]
fn honest_checkpoints_are_no_evidence() {
    let one = tree(5, "one");
    let whole = head(&one);
    for old in 0..5 {
        let smaller = head(&one[..old]);
        for beginning in [None, Some(beginning(old, &one))] {
            let log = log_fork(signed(&smaller), signed(&whole), beginning.clone());
            assert_eq!(refused(&log), EvidenceError::NoFork, "{old}");
            let witness = witnessed(cosigned(&smaller, NOW - 1), cosigned(&whole, NOW), beginning);
            assert_eq!(refused(&witness), EvidenceError::NoFork, "{old}");
        }
    }
    let same = |shown| assert!(matches!(refused(&shown), EvidenceError::SameStatement { .. }));
    same(log_fork(signed(&whole), signed(&whole), None));
    same(witnessed(cosigned(&whole, NOW), cosigned(&whole, NOW), None));
    let later = witnessed(cosigned(&whole, NOW), cosigned(&whole, NOW + 1), None);
    assert_eq!(refused(&later), EvidenceError::NoFork);
    let extended = Checkpoint { extensions: vec!["more".into()], ..whole.clone() };
    assert_eq!(refused(&log_fork(signed(&whole), signed(&extended), None)), EvidenceError::NoFork);
    // A tree of another size whose beginning nobody shows.
    let other = signed_tree(&tree(3, "other"));
    assert_eq!(refused(&log_fork(signed(&whole), other, None)), EvidenceError::NoFork);
}

#[test]
fn checkpoints_of_two_logs_do_not_contradict_each_other() {
    let [one, other] = at_one_size();
    let next = Checkpoint { origin: ORIGIN.replace("/3", "/4"), ..other.clone() };
    let unrelated = |field| EvidenceError::Unrelated { field };
    assert_eq!(refused(&log_fork(signed(&one), signed(&next), None)), unrelated("origins"));
    let shown = witnessed(cosigned(&one, NOW), cosigned(&next, NOW), None);
    assert_eq!(refused(&shown), unrelated("origins"));

    let cases: [(&str, Alter<LogKey>); 3] = [
        ("custodians", |key| key.custodian = party("venue-a")),
        ("accounts", |key| key.account = key.account.other()),
        ("log origins", |key| key.log_origin.push('x')),
    ];
    for (field, alter) in cases {
        for by in ["custodian", "venue-a"] {
            let second = SignedCheckpoint { log_key: log_key(by, LOG, alter), ..signed(&other) };
            assert_eq!(refused(&log_fork(signed(&one), second, None)), unrelated(field));
        }
    }
    let of_another = CosignedCheckpoint {
        checkpoint: note(&other, "witness.example/1", 12, Some(NOW)),
        witness_key: witness_key("witness-2", 12, |_| ()),
    };
    assert_eq!(refused(&witnessed(cosigned(&one, NOW), of_another, None)), unrelated("witnesses"));

    // Both said to be of a log that is not the checkpoints'.
    for (log_origin, origin) in [
        ("log.example/custodian/account-2", ORIGIN),
        ("log.example/custodian", ORIGIN),
        ("log.example/custodian/account-1", "log.example/custodian/account-1/03"),
        ("log.example/custodian/account-1/3", ORIGIN),
    ] {
        let elsewhere = |head: &Checkpoint| {
            let head = Checkpoint { origin: origin.into(), ..head.clone() };
            let log_key = log_key("custodian", LOG, |key| key.log_origin = log_origin.into());
            SignedCheckpoint { log_key, ..signed(&head) }
        };
        let expected = EvidenceError::OtherLog { got: origin.into(), expected: log_origin.into() };
        assert_eq!(refused(&log_fork(elsewhere(&one), elsewhere(&other), None)), expected);
    }
}

/// Each of the two in turn, the other being as it should.
fn each_place(
    alter: impl Fn(&mut SignedCheckpoint),
    expected: impl Fn(&'static str, &EvidenceError) -> bool,
) {
    let [one, other] = at_one_size();
    for place in ["first", "second"] {
        let (mut first, mut second) = (signed(&one), signed(&other));
        alter(if place == "first" { &mut first } else { &mut second });
        let got = refused(&log_fork(first, second, None));
        assert!(expected(place, &got), "{place}: {got:?}");
    }
}

fn each_witnessed(
    alter: impl Fn(&mut CosignedCheckpoint),
    expected: impl Fn(&'static str, &EvidenceError) -> bool,
) {
    let [one, other] = at_one_size();
    for place in ["first", "second"] {
        let (mut first, mut second) = (cosigned(&one, NOW), cosigned(&other, NOW));
        alter(if place == "first" { &mut first } else { &mut second });
        let got = refused(&witnessed(first, second, None));
        assert!(expected(place, &got), "{place}: {got:?}");
    }
}

#[test]
fn what_the_logs_key_did_not_sign_is_not_its_custodians() {
    let note_error = |place, got: &EvidenceError, wrong: bool| match got {
        EvidenceError::Note { place: at, error: NoteError::WrongSignature { .. } } => wrong && *at == place,
        EvidenceError::Note { place: at, error: NoteError::NotSigned { .. } } => !wrong && *at == place,
        _ => false,
    };
    // A stranger's signature beside the custodian's key, the custodian's key by another name.
    for (name, seed) in [(ORIGIN, 9), ("log.example/custodian/account-1/4", LOG)] {
        each_place(
            |signed| {
                let text = Note::parse(&signed.checkpoint).unwrap();
                signed.checkpoint = note(&Checkpoint::parse(text.text()).unwrap(), name, seed, None);
            },
            |place, got| note_error(place, got, false),
        );
    }
    // The line of another tree under this one.
    each_place(
        |signed| {
            let other = note(&head(&tree(7, "x")), ORIGIN, LOG, None);
            let (text, line) =
                (signed.checkpoint.split_once("\n\n").unwrap(), other.split_once("\n\n").unwrap());
            signed.checkpoint = format!("{}\n\n{}", text.0, line.1);
        },
        |place, got| note_error(place, got, true),
    );
    each_place(
        |signed| signed.log_key = log_key("venue-a", LOG, |_| ()),
        |place, got| {
            let error = SignatureError::WrongSigner { got: party("venue-a"), expected: party("custodian") };
            *got == EvidenceError::Signature { place, error }
        },
    );
    each_place(
        |signed| signed.log_key.statement.expiry += 1,
        |place, got| matches!(got, EvidenceError::Signature { place: at, .. } if *at == place),
    );
    each_place(
        |signed| signed.log_key = log_key("custodian", LOG, |key| key.public_key = Bytes32::ZERO),
        |place, got| *got == EvidenceError::Key { place, error: KeyError::Point },
    );
}

#[test]
fn what_a_witness_did_not_cosign_is_not_the_witnesss() {
    let is_note = |place, got: &EvidenceError, expected: fn(&NoteError) -> bool| matches!(got, EvidenceError::Note { place: at, error } if *at == place && expected(error));
    each_witnessed(
        |cosigned| {
            let text = Note::parse(&cosigned.checkpoint).unwrap();
            let head = Checkpoint::parse(text.text()).unwrap();
            cosigned.checkpoint = note(&head, "witness.example/1", 12, Some(NOW));
        },
        |place, got| is_note(place, got, |error| matches!(error, NoteError::NotSigned { .. })),
    );
    // The log's line is no cosignature.
    each_witnessed(
        |cosigned| {
            let text = Note::parse(&cosigned.checkpoint).unwrap();
            cosigned.checkpoint = note(&Checkpoint::parse(text.text()).unwrap(), ORIGIN, LOG, None);
        },
        |place, got| is_note(place, got, |error| matches!(error, NoteError::NotSigned { .. })),
    );
    each_witnessed(
        |cosigned| {
            let other = note(&head(&tree(7, "x")), "witness.example/1", WITNESS, Some(NOW));
            let (text, line) =
                (cosigned.checkpoint.split_once("\n\n").unwrap(), other.split_once("\n\n").unwrap());
            cosigned.checkpoint = format!("{}\n\n{}", text.0, line.1);
        },
        |place, got| is_note(place, got, |error| matches!(error, NoteError::WrongSignature { .. })),
    );
    each_witnessed(
        |cosigned| cosigned.witness_key.signature = witness_key("venue-a", WITNESS, |_| ()).signature,
        |place, got| matches!(got, EvidenceError::Signature { place: at, error: SignatureError::WrongSigner { .. } } if *at == place),
    );
    each_witnessed(
        |cosigned| cosigned.witness_key.statement.vkey.push('x'),
        |place, got| *got == EvidenceError::Key { place, error: KeyError::Encoding },
    );
    each_witnessed(
        |cosigned| {
            let vkey = VerifierKey::new("witness.example/1", KeyKind::Note, &public(WITNESS).0).unwrap();
            cosigned.witness_key = witness_key("witness-1", WITNESS, |key| key.vkey = vkey.to_string());
        },
        |place, got| *got == EvidenceError::NotACosigner { place },
    );
    // Somebody who is no witness, and one of another registry's.
    let [one, other] = at_one_size();
    let stranger = |head: &Checkpoint| CosignedCheckpoint {
        witness_key: witness_key("attestor-1", WITNESS, |_| ()),
        ..cosigned(head, NOW)
    };
    let got = party("attestor-1");
    assert_eq!(
        refused(&witnessed(stranger(&one), stranger(&other), None)),
        EvidenceError::NotAWitness { got }
    );
}

#[test]
fn a_cosignature_counts_in_the_window_of_its_key() {
    let [one, other] = at_one_size();
    let (first, after) = (NOW - 1_000, NOW + 1_000);
    for (time, inside) in [(first - 1, false), (first, true), (after - 1, true), (after, false)] {
        for place in ["first", "second"] {
            let times = if place == "first" { (time, NOW) } else { (NOW, time) };
            let shown = witnessed(cosigned(&one, times.0), cosigned(&other, times.1), None);
            let expected = EvidenceError::OutsideKey { place, time, not_before: first, expiry: after };
            match check(&shown) {
                Ok(finding) => assert!(inside && finding.kind == Kind::Witness, "{time}"),
                Err(error) => assert!(!inside && error == expected, "{time}: {error}"),
            }
        }
    }
}

#[test]
fn what_is_no_checkpoint_or_has_another_line_is_refused() {
    let cut = |place, got: &EvidenceError| matches!(got, EvidenceError::Note { place: at, error: NoteError::Line { .. } } if *at == place);
    each_place(|signed| signed.checkpoint.truncate(signed.checkpoint.len() - 1), cut);
    each_witnessed(|cosigned| cosigned.checkpoint.truncate(cosigned.checkpoint.len() - 1), cut);
    let text = |place, got: &EvidenceError| {
        *got == EvidenceError::Checkpoint { place, error: CheckpointError::Lines }
    };
    let other = |name: &str, seed, time: Option<u64>| {
        let mut note = Note::new("origin\n3\n").unwrap();
        let kind = if time.is_none() { KeyKind::Note } else { KeyKind::Cosignature };
        add(&mut note, name, kind, seed, time);
        note.to_string()
    };
    each_place(|signed| signed.checkpoint = other(ORIGIN, LOG, None), text);
    each_witnessed(|cosigned| cosigned.checkpoint = other("witness.example/1", WITNESS, Some(NOW)), text);
    let with_line = |checkpoint: &mut String| {
        let mut note = Note::parse(checkpoint).unwrap();
        add(&mut note, "stranger.example", KeyKind::Cosignature, 9, Some(NOW));
        *checkpoint = note.to_string();
    };
    let line =
        |place, got: &EvidenceError| *got == EvidenceError::Line { place, name: "stranger.example".into() };
    each_place(|signed| with_line(&mut signed.checkpoint), line);
    each_witnessed(|cosigned| with_line(&mut cosigned.checkpoint), line);
}

#[test]
fn a_beginning_is_proved_and_needed() {
    let larger = tree(5, "one");
    let shown = |alter: fn(&mut Beginning)| {
        let mut shown = beginning(2, &larger);
        alter(&mut shown);
        let log = log_fork(signed_tree(&tree(2, "other")), signed_tree(&larger), Some(shown.clone()));
        let witness =
            witnessed(cosigned_tree(&tree(2, "other"), NOW), cosigned_tree(&larger, NOW), Some(shown));
        (check(&log).map(drop), check(&witness).map(drop))
    };
    assert_eq!(shown(|_| ()), (Ok(()), Ok(())));
    let both = |error| (Err(EvidenceError::Beginning { error }), Err(EvidenceError::Beginning { error }));
    let length = |got| both(ProofError::Length { got });
    // What a proof with a hash too few lacks is found before what is wrong with it.
    assert_eq!(shown(|shown| shown.consistency.truncate(1)), length(1));
    assert_eq!(shown(|shown| shown.consistency.push(Bytes32::ZERO)), length(3));
    assert_eq!(shown(|shown| shown.consistency.clear()), length(0));
    assert_eq!(shown(|shown| shown.consistency.resize(64, Bytes32::ZERO)), length(64));
    assert_eq!(shown(|shown| shown.consistency[1].0[0] ^= 1), both(ProofError::Root));
    assert_eq!(shown(|shown| shown.root.0[31] ^= 1), both(ProofError::Root));
    let [one, other] = at_one_size();
    let needless = || Some(beginning(3, &larger));
    let shown = log_fork(signed(&one), signed(&other), needless());
    assert_eq!(refused(&shown), EvidenceError::Needless);
    let shown = witnessed(cosigned(&one, NOW), cosigned(&other, NOW), needless());
    assert_eq!(refused(&shown), EvidenceError::Needless);
}

/// Every byte of both notes.
#[test]
fn no_byte_of_a_note_can_be_altered() {
    for (name, shown) in each_kind().into_iter().skip(7) {
        let texts = |shown: &mut Equivocation, place: usize, alter: &dyn Fn(&mut String)| match (shown, place)
        {
            (Equivocation::LogFork { first, .. }, 0) => alter(&mut first.checkpoint),
            (Equivocation::LogFork { second, .. }, _) => alter(&mut second.checkpoint),
            (Equivocation::Witness { first, .. }, 0) => alter(&mut first.checkpoint),
            (Equivocation::Witness { second, .. }, _) => alter(&mut second.checkpoint),
            _ => unreachable!(),
        };
        for place in [0, 1] {
            let length = std::cell::Cell::new(0);
            texts(&mut shown.clone(), place, &|text| length.set(text.len()));
            for at in 0..length.get() {
                let mut altered = shown.clone();
                texts(&mut altered, place, &|text| {
                    let mut bytes = std::mem::take(text).into_bytes();
                    bytes[at] ^= 1;
                    *text = String::from_utf8_lossy(&bytes).into_owned();
                });
                assert!(check(&altered).is_err(), "{name}: {place}, byte {at}");
            }
        }
    }
}

#[test]
fn statements_and_times_are_what_evidence_is_known_by() {
    let [one, other] = at_one_size();
    let id = |shown: &Equivocation| check(shown).unwrap().id;
    let log = id(&log_fork(signed(&one), signed(&other), None));
    // Signed with another key of the custodian, the same two statements.
    let again = SignedCheckpoint {
        checkpoint: note(&other, ORIGIN, 9, None),
        log_key: log_key("custodian", 9, |_| ()),
    };
    assert_eq!(id(&log_fork(again, signed(&one), None)), log);
    let witness = |time| id(&witnessed(cosigned(&one, NOW), cosigned(&other, time), None));
    assert_ne!(witness(NOW), log);
    assert_ne!(witness(NOW), witness(NOW + 1));
    assert_eq!(id(&witnessed(cosigned(&other, NOW + 1), cosigned(&one, NOW), None)), witness(NOW + 1));
}

/// What the Ed25519 keys signed: a note's text, a cosignature's message.
#[test]
fn statements_of_logs_are_digests_of_what_was_signed() {
    let [one, other] = at_one_size();
    let digest = |message: String| tagged_sha256("solvency.v1.note", &[message.as_bytes()]);
    let finding = check(&log_fork(signed(&one), signed(&other), None)).unwrap();
    assert_eq!(finding.statements, [digest(one.to_string()), digest(other.to_string())]);
    let finding = check(&witnessed(cosigned(&one, NOW), cosigned(&other, NOW + 1), None)).unwrap();
    let message = |head: &Checkpoint, time: u64| digest(format!("cosignature/v1\ntime {time}\n{head}"));
    assert_eq!(finding.statements, [message(&one, NOW), message(&other, NOW + 1)]);
}

const BANDS: Bands = Bands { warn: 120, restrict: 60, grace: 900, answer: 1_800, max_age: 600 };

/// A fork of the account's log is against its custodian, whether the venue asks for a history or not; a witness's concerns no position.
#[test]
fn a_position_takes_forks_of_its_own_log_and_leaves_witnesses_to_people() {
    let story = Story::of("flat");
    let [one, other] = at_one_size();
    let fork = evidence(log_fork(signed(&one), signed(&other), None));
    let against_a_witness = evidence(witnessed(cosigned(&one, NOW), cosigned(&other, NOW), None));
    let elsewhere = |head| SignedCheckpoint {
        log_key: log_key("custodian", LOG, |key| key.account = key.account.other()),
        ..signed(head)
    };
    let of_another_account = evidence(log_fork(elsewhere(&one), elsewhere(&other), None));
    let mut asking = story.trust.clone();
    asking.history = Some(HistoryRequirement { max_age: 600, log_key: None });
    for trust in [&story.trust, &asking] {
        let mut position = Position::open(trust, BANDS, story.now).unwrap();
        let untouched = position.clone();
        for shown in [&against_a_witness, &of_another_account] {
            assert!(shown.check(registry(), &Named { custodians: &custodians(), venues: &[] }).is_ok());
            assert_eq!(position.shown(shown, trust, story.now), Err(EvidenceRefused::NotOurs));
            assert_eq!(position, untouched);
        }
        let finding = position.shown(&fork, trust, story.now).unwrap();
        let standing = position.standing();
        let equivocated = State::Equivocated { evidence: vec![finding.id] };
        assert_eq!((standing.state, standing.action), (equivocated, Action::Liquidate));
    }
}

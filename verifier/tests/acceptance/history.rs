//! W1–W7: the account's witnessed log.

use serde_json::{Value, json};
use solvency_verifier::accept::{MAX_PARTS, NotShown, Reason, Verdict, accept_bundle};
use solvency_verifier::bundle::Bundle;
use solvency_verifier::encoding::Bytes32;
use solvency_verifier::log::{KeyKind, Note, root_of};
use solvency_verifier::trust::{PreparedTrust, Trust, TrustError};

use crate::documents::{Case, all_places, other_leaves};
use crate::ledger::{Ledger, MAX_AGE, Witness, add};
use crate::refusals::{Limit, Refusal, check_limits, check_refusals, limit, nothing, refusal, tampering};
use crate::story::{CASES, Other, Story, fixture, key};

/// Gives the account a log with two witnesses, and the trust file the requirement.
fn witnessed(story: &mut Story) -> &mut Ledger {
    let ledger = Ledger::new(story.now);
    story.trust.history = Some(ledger.requirement());
    story.ledger.insert(ledger)
}

fn third(story: &mut Story) -> &mut Witness {
    let now = story.now;
    let ledger = witnessed(story);
    ledger.witnesses.push(Witness {
        member: key("witness-3"),
        name: "witness.example/3".into(),
        kind: KeyKind::Cosignature,
        seed: 13,
        not_before: now - 1_000,
        expiry: now + 10_000,
        vkey: None,
        time: Some(now),
    });
    ledger.witnesses.last_mut().expect("the third")
}

fn with_two(story: &mut Story) {
    witnessed(story);
}

fn with_three(story: &mut Story) {
    third(story);
}

fn history(story: &mut Story) -> &mut solvency_verifier::bundle::History {
    story.bundle.history.as_mut().expect("a history")
}

/// Alters the checkpoint's note after everything was signed.
fn with_note(story: &mut Story, alter: impl FnOnce(&mut Note)) {
    let history = history(story);
    let mut note = Note::parse(&history.checkpoint).expect("a note");
    alter(&mut note);
    history.checkpoint = note.to_string();
}

/// A case with a log, altered before and after everything is signed.
const fn logged(
    code: &'static str,
    case: &'static str,
    what: &'static str,
    alter: fn(&mut Story),
    tamper: fn(&mut Story),
) -> Refusal {
    Refusal { code, what, case, alter, tamper }
}

pub(crate) const KEYS: &[Refusal] = &[
    tampering("history_missing", "flat", "no history", |s| {
        let ledger = Ledger::new(s.now);
        s.trust.history = Some(ledger.requirement());
    }),
    refusal("log_key_of_another", "flat", "another custodian's log key", |s| {
        witnessed(s).log_key = |key| key.custodian = key.custodian.other();
    }),
    refusal("log_key_of_another", "flat", "another account's log key", |s| {
        witnessed(s).log_key = |key| key.account = key.account.other();
    }),
    refusal("log_key_of_another", "flat", "another log's key", |s| {
        witnessed(s).log_key = |key| key.log_origin.push('x');
    }),
    logged("log_key_signature", "flat", "a log key that the custodian did not sign", with_two, |s| {
        history(s).log_key.statement.expiry += 1;
    }),
    refusal("log_key_not_pinned", "flat", "a log key that is not the pinned one", |s| {
        witnessed(s);
        let required = s.trust.history.as_mut().expect("a requirement");
        required.log_key =
            Some(Ledger { seed: 2, ..Ledger::new(s.now) }.requirement().log_key.expect("a key"));
    }),
    refusal("log_key_invalid", "flat", "a log key that is no key", |s| {
        witnessed(s).log_key = |key| key.public_key = Bytes32::ZERO;
        s.trust.history.as_mut().expect("a requirement").log_key = None;
    }),
    refusal("witness_unknown", "flat", "a witness that the registry does not know", |s| {
        witnessed(s).witnesses[1].member = key("venue-a");
    }),
    refusal("witness_revoked", "flat", "a revoked witness", |s| {
        let revoked = crate::story::party("witness-2");
        witnessed(s);
        s.trust.revoked.signers.push(revoked);
    }),
    logged("witness_key_signature", "flat", "a key that the witness did not sign", with_two, |s| {
        let other = history(s).witness_keys[0].signature;
        history(s).witness_keys[1].signature = other;
    }),
    logged("witness_key_signature", "flat", "a key put in the place of the witness's", with_two, |s| {
        let other = history(s).witness_keys[0].statement.vkey.clone();
        history(s).witness_keys[1].statement.vkey = other;
    }),
    refusal("witness_twice", "flat", "one witness with two keys", |s| {
        third(s).member = key("witness-1");
    }),
    refusal("witness_twice", "flat", "one key under two names of two witnesses", |s| third(s).seed = 11),
    refusal("witness_key_kind", "flat", "a key that signs notes, not cosignatures", |s| {
        third(s).kind = KeyKind::Note;
    }),
    refusal("witness_key_invalid", "flat", "a key that is none", |s| {
        third(s).vkey = Some("witness.example/3+00000000+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    }),
    refusal("witnesses_too_few", "flat", "one witness of two", |s| {
        witnessed(s).witnesses.pop();
    }),
    refusal("witnesses_too_few", "flat", "no witness", |s| witnessed(s).witnesses.clear()),
    logged("too_many_parts", "flat", "65 witness keys", with_two, |s| {
        let first = history(s).witness_keys[0].clone();
        history(s).witness_keys.resize(MAX_PARTS + 1, first);
    }),
    logged("too_many_parts", "flat", "65 entries", with_two, |s| {
        let first = history(s).entries[0].clone();
        history(s).entries.resize(MAX_PARTS + 1, first);
    }),
];

pub(crate) const CHECKPOINT: &[Refusal] = &[
    logged("checkpoint_malformed", "flat", "no note", with_two, |s| {
        history(s).checkpoint.pop();
    }),
    logged("checkpoint_malformed", "flat", "a note that is no checkpoint", with_two, |s| {
        history(s).checkpoint = "origin\n1\n\n\u{2014} a AAAAAAA=\n".into();
    }),
    refusal("checkpoint_extended", "flat", "an extension line", |s| {
        witnessed(s).head = |head| head.extensions.push("more".into());
    }),
    refusal("checkpoint_origin", "flat", "the log of another epoch", |s| {
        witnessed(s).head = |head| head.origin.replace_range(head.origin.len() - 1.., "4");
    }),
    refusal("checkpoint_origin", "flat", "the log without an epoch", |s| {
        witnessed(s).head = |head| head.origin.truncate(head.origin.len() - 2);
    }),
    logged("checkpoint_signature", "flat", "not signed by the log", with_two, |s| {
        with_note(s, |note| note.remove(|line| line.name.starts_with("log.")));
    }),
    logged("checkpoint_signature", "flat", "another log key than the custodian signed", with_two, |s| {
        let epoch = s.bundle.coverage.statement.epoch;
        let name = format!("{}/{epoch}", s.trust.counterparty.log_origin);
        with_note(s, |note| {
            note.remove(|line| line.name == name);
            add(note, &name, KeyKind::Note, 9, None);
        });
    }),
    logged("checkpoint_line", "flat", "a cosignature of a key that is not bound", with_two, |s| {
        with_note(s, |note| add(note, "stranger.example", KeyKind::Cosignature, 9, Some(1)));
    }),
    logged(
        "checkpoint_line",
        "flat",
        "a cosignature of a witness whose binding was taken out",
        with_three,
        |s| {
            history(s).witness_keys.pop();
        },
    ),
    logged(
        "cosignature_invalid",
        "flat",
        "a bound witness without cosignature",
        |s| third(s).time = None,
        nothing,
    ),
    logged("cosignature_invalid", "flat", "a cosignature of another checkpoint", with_two, |s| {
        let now = s.now;
        with_note(s, |note| {
            let mut other = Note::new(
                "log.example/custodian/account-1/3\n9\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
            )
            .expect("a text");
            add(&mut other, "witness.example/2", KeyKind::Cosignature, 12, Some(now));
            note.remove(|line| line.name == "witness.example/2");
            note.add(other.signatures()[0].clone()).expect("one line of each key");
        });
    }),
];

pub(crate) const TREE: &[Refusal] = &[
    logged("history_entries", "topup", "an entry too few", with_two, |s| {
        history(s).entries.pop();
    }),
    logged("history_entries", "flat", "an entry too many", with_two, |s| {
        let first = history(s).entries[0].clone();
        history(s).entries.push(first);
    }),
    logged("history_claims", "flat", "a claim too few", with_two, |s| {
        history(s).entries[0].claims.pop();
    }),
    logged("history_claims", "topup", "a claim too many", with_two, |s| {
        history(s).entries[1].claims.push(Bytes32::ZERO);
    }),
    refusal("checkpoint_size", "flat", "a log that has gone on", |s| {
        witnessed(s).head = |head| head.size += 1
    }),
    refusal("checkpoint_size", "topup", "a log before the last allocation", |s| {
        witnessed(s).head = |head| head.size -= 1;
    }),
    refusal("checkpoint_size", "flat", "an empty log", |s| {
        witnessed(s).head = |head| (head.size, head.root) = (0, root_of(&[]));
    }),
    refusal("checkpoint_root", "flat", "another tree", |s| witnessed(s).head = |head| head.root[31] ^= 1),
    refusal("checkpoint_root", "flat", "another account's entry", |s| {
        witnessed(s).entry = |entry| entry.account = entry.account.other();
    }),
    refusal("checkpoint_root", "flat", "another epoch's entry", |s| {
        witnessed(s).entry = |entry| entry.epoch += 1
    }),
    refusal("checkpoint_root", "topup", "entries whose numbers are exchanged", |s| {
        witnessed(s).entry = |entry| entry.sequence = 1 - entry.sequence;
    }),
    refusal("checkpoint_root", "flat", "another allocation", |s| {
        witnessed(s).entry = |entry| entry.allocation = entry.allocation.other();
    }),
    refusal("checkpoint_root", "topup", "a release that was not logged", |s| {
        witnessed(s).entry = |entry| entry.releases.clear();
    }),
    refusal("checkpoint_root", "topup", "a release that does not exist", |s| {
        witnessed(s).entry = |entry| entry.releases.push(Bytes32::ZERO);
    }),
    refusal("checkpoint_root", "flat", "other claims", |s| {
        witnessed(s).entry = |entry| entry.claims.reverse();
    }),
    logged("checkpoint_root", "flat", "another salt", with_two, |s| {
        let salt = &mut history(s).entries[0].salt;
        *salt = salt.other();
    }),
    logged("checkpoint_root", "topup", "entries that are exchanged", with_two, |s| {
        let (first, second) = (history(s).entries[0].salt, history(s).entries[1].salt);
        history(s).entries[0].salt = second;
        history(s).entries[1].salt = first;
    }),
    logged("claim_mark_mismatch", "flat", "a mark of another number", with_two, |s| {
        history(s).claim.number -= 1;
    }),
    logged("claim_mark_mismatch", "flat", "a mark of another claim", with_two, |s| {
        let claim = &mut history(s).claim.claim;
        *claim = claim.other();
    }),
    logged("claim_mark_mismatch", "flat", "a mark with another salt", with_two, |s| {
        let salt = &mut history(s).claim.salt;
        *salt = salt.other();
    }),
    refusal("claim_mark_number", "flat", "the latest number with another claim", |s| {
        witnessed(s).mark = |mark| mark.claim = mark.claim.other();
    }),
];

pub(crate) const LIMITS: &[Limit] = &[
    limit("log_key_window", "flat", "a log key's last second", |s, past| {
        witnessed(s).log_expiry = s.now + 1 - past;
    }),
    limit("log_key_window", "flat", "a log key's first second", |s, past| {
        witnessed(s).log_key =
            if past == 0 { |key| key.not_before = NOW } else { |key| key.not_before = NOW + 1 };
    }),
    limit("witness_key_window", "flat", "a witness key's last second", |s, past| {
        let end = s.now + 1 - past;
        witnessed(s).witnesses[0].expiry = end;
    }),
    limit("witness_key_window", "flat", "a witness key's first second", |s, past| {
        let (begin, witness) = (s.now + past, &mut witnessed(s).witnesses[0]);
        (witness.not_before, witness.time) = (begin, Some(begin));
    }),
    limit("cosignature_before_key", "flat", "a cosignature of the key's first second", |s, past| {
        let witness = &mut witnessed(s).witnesses[1];
        witness.time = Some(witness.not_before.max(NOW - 100) - past);
        witness.not_before = NOW - 100;
    }),
    limit(
        "cosignature_in_future",
        "flat",
        "a witness's clock that is as far ahead as is taken",
        |s, past| {
            let time = s.now + s.trust.limits.max_clock_skew + past;
            witnessed(s).witnesses[0].time = Some(time);
        },
    ),
    limit("cosignature_stale", "flat", "a cosignature's last second", |s, past| {
        let time = s.now - (MAX_AGE - 1) - past;
        witnessed(s).witnesses[1].time = Some(time);
    }),
    limit("claim_mark_number", "flat", "a claim that the venue has yet to make", |s, past| {
        let claim = s.trust.latest_claim.clone();
        let ledger = witnessed(s);
        ledger.claim = (past > 0).then(|| (claim.number + past, claim.digest));
    }),
];

/// `now` of `fixtures/accept/keys.json`.
const NOW: u64 = 1_767_520_830;

#[test]
fn keys_that_are_not_bound_are_refused() {
    check_refusals(KEYS);
}

#[test]
fn checkpoints_that_are_not_the_logs_and_the_witnesses_are_refused() {
    check_refusals(CHECKPOINT);
}

#[test]
fn trees_that_are_not_the_chain_are_refused() {
    check_refusals(TREE);
}

#[test]
fn the_historys_limits_and_one_past_them() {
    check_limits(LIMITS);
}

#[test]
fn every_case_is_accepted_with_a_witnessed_log_and_says_so() {
    for case in CASES {
        let mut story = Story::of(case);
        let alone = story.accepted();
        assert_eq!(alone.history, None);
        witnessed(&mut story);
        story.relink();
        let accepted = story.accepted();
        assert_eq!(accepted.not_shown, [NotShown::AttestedNotProven, NotShown::DevelopmentKey]);
        let history = accepted.history.expect("a history");
        assert_eq!(history.origin, "log.example/custodian/account-1/3");
        assert_eq!(history.size, story.bundle.allocations.len() as u64);
        assert_eq!(history.witnesses, [crate::story::party("witness-1"), crate::story::party("witness-2")]);
        assert_eq!(history.as_of, story.now - 120);
        assert_eq!(history.claim, story.trust.latest_claim.number);
        // A history that is not asked for is not looked at.
        story.trust.history = None;
        assert_eq!(story.accepted(), alone);
        let text = &mut story.bundle.history.as_mut().expect("a history").checkpoint;
        text.clear();
        assert_eq!(story.accepted(), alone);
    }
}

#[test]
fn a_third_witness_and_a_key_that_is_not_pinned_are_taken() {
    let mut story = Story::of("topup");
    third(&mut story);
    story.trust.history.as_mut().expect("a requirement").log_key = None;
    story.relink();
    assert_eq!(story.accepted().history.expect("a history").witnesses.len(), 3);
}

/// A pledge outlives its claim: the log keeps the number that it was made for.
#[test]
fn a_pledge_of_an_earlier_claim_is_taken_and_named() {
    let mut story = Story::of("flat");
    let number = story.trust.latest_claim.number - 1;
    witnessed(&mut story).claim = Some((number, Bytes32([5; 32])));
    story.relink();
    assert_eq!(story.accepted().history.expect("a history").claim, number);
}

#[test]
fn until_ends_with_the_oldest_cosignature_and_with_the_keys() {
    let patient = || {
        let mut story = Story::of("flat");
        story.trust.limits.max_round_lag = 100_000;
        story
    };
    let mut story = patient();
    witnessed(&mut story);
    story.relink();
    assert_eq!(story.accepted().until, story.now - 120 + MAX_AGE);
    story.now = story.accepted().until - 1;
    story.accepted();
    story.now += 1;
    assert!(matches!(story.refused(), Reason::CosignatureStale { .. }));

    let mut story = patient();
    let end = story.now + 7;
    witnessed(&mut story).log_expiry = end;
    story.relink();
    assert_eq!(story.accepted().until, end);

    let mut story = patient();
    witnessed(&mut story).witnesses[1].expiry = end;
    story.relink();
    assert_eq!(story.accepted().until, end);
}

#[test]
fn one_form_with_a_history_and_one_without() {
    for case in CASES {
        for file in ["bundle", "trust"] {
            let document: Value =
                serde_json::from_slice(&fixture(&format!("accept/{case}/{file}.json"))).unwrap();
            let written = match file {
                "bundle" => {
                    serde_json::to_value(Bundle::from_json(&serde_json::to_vec(&document).unwrap()).unwrap())
                }
                _ => serde_json::to_value(
                    Trust::from_json(&serde_json::to_vec(&document).unwrap()).unwrap().trust(),
                ),
            };
            assert_eq!(written.unwrap(), document);
            assert!(document.get("history").is_none());
            let mut null = document.clone();
            null["history"] = Value::Null;
            let bytes = serde_json::to_vec(&null).unwrap();
            match file {
                "bundle" => assert!(Bundle::from_json(&bytes).is_err()),
                _ => assert!(Trust::from_json(&bytes).is_err()),
            }
        }
    }
    let mut story = Story::of("flat");
    witnessed(&mut story);
    story.relink();
    let document = serde_json::to_vec(&story.bundle).unwrap();
    assert_eq!(serde_json::to_vec(&Bundle::from_json(&document).unwrap()).unwrap(), document);
    let document = serde_json::to_vec(&story.trust).unwrap();
    assert_eq!(serde_json::to_vec(Trust::from_json(&document).unwrap().trust()).unwrap(), document);
}

#[test]
fn every_leaf_of_a_history_matters_and_no_field_can_be_left_out() {
    let mut story = Story::of("topup");
    third(&mut story);
    story.relink();
    // Proofs take long and are no matter here: that nothing of the history is refused shows as far as they are.
    let case = Case::of_story(&story);
    let places = all_places(&case.document);
    let mut altered = 0;
    for place in places.iter().filter(|place| place.starts_with("/history")) {
        let value = case.document.pointer(place).unwrap();
        for other in other_leaves(value) {
            altered += 1;
            assert!(case.code_with(place, other.clone()).is_some(), "{place} = {other} is accepted");
        }
        if let Value::Object(fields) = value {
            for field in fields.keys() {
                let mut without = fields.clone();
                without.remove(field);
                assert_eq!(
                    case.code_with(place, json!(without)),
                    Some(crate::documents::CODE),
                    "{place}/{field}"
                );
            }
            let mut with = fields.clone();
            with.insert("unknown".into(), Value::Null);
            assert_eq!(case.code_with(place, json!(with)), Some(crate::documents::CODE), "{place}");
        }
        if let Value::Array(items) = value {
            let shorter = &items[..items.len() - 1];
            assert!(case.code_with(place, json!(shorter)).is_some(), "{place} without its last");
            let mut longer = items.clone();
            longer.extend(items.last().cloned());
            assert!(case.code_with(place, json!(longer)).is_some(), "{place} with its last twice");
        }
    }
    assert!(altered > 60, "{altered}");
}

#[test]
fn every_part_of_the_checkpoint_matters() {
    let mut story = Story::of("flat");
    witnessed(&mut story);
    story.relink();
    let checkpoint = story.bundle.history.as_ref().expect("a history").checkpoint.clone();
    let trust = PreparedTrust::new(story.trust.clone()).expect("a trust file");
    // Every bit is altered where notes are tested alone.
    for (at, character) in checkpoint.char_indices().step_by(7) {
        let other = if character == 'A' { "B" } else { "A" };
        let altered = format!("{}{other}{}", &checkpoint[..at], &checkpoint[at + character.len_utf8()..]);
        story.bundle.history.as_mut().expect("a history").checkpoint = altered;
        match accept_bundle(&story.bundle, &trust, story.now) {
            Verdict::Accept(_) => panic!("byte {at}: accepted"),
            Verdict::Reject(reason) => assert!(reason.rule().starts_with('W'), "byte {at}: {reason}"),
        }
    }
}

#[test]
fn a_requirement_that_no_bundle_can_meet_makes_the_trust_file_unreadable() {
    let mut story = Story::of("flat");
    witnessed(&mut story);
    let refused = |alter: &dyn Fn(&mut Trust)| {
        let mut trust = story.trust.clone();
        alter(&mut trust);
        match PreparedTrust::new(trust) {
            Err(TrustError::Document(message)) => message,
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("accepted"),
        }
    };
    let required = |trust: &mut Trust| trust.history.clone().expect("a requirement");
    assert!(
        refused(
            &|t| t.history = Some(solvency_verifier::trust::HistoryRequirement { max_age: 0, ..required(t) })
        )
        .contains("maxAge")
    );
    assert!(refused(&|t| t.counterparty.log_origin = "a log".into()).contains("logOrigin"));
    assert!(
        refused(&|t| t.history = Some(solvency_verifier::trust::HistoryRequirement {
            log_key: Some(Bytes32::ZERO),
            ..required(t)
        }))
        .contains("logKey")
    );
}

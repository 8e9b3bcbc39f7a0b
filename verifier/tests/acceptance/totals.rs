//! U1–U3, the rules of a document of totals, and the auditor's side (spec/totals.md).

use solvency_verifier::accept::Reason;
use solvency_verifier::commitment::zero_source;
use solvency_verifier::encoding::Bytes16;
use solvency_verifier::statement::{QuorumError, SignatureError};
use solvency_verifier::totals::{
    MAX_SOURCES, MAX_TOTALS_BYTES, OpeningError, Reserve, Reserves, Totals, TotalsError, TotalsNode,
    TotalsOpening,
};
use solvency_verifier::trust::{PreparedTrust, Trust, TrustError};
use solvency_verifier::{Address, Bytes32, FieldElement, Shape};

use crate::custody::{AGE, Custody, MAX_AGE, entries, some_commitment};
use crate::refusals::{Limit, Refusal, check_limits, check_refusals, limit, refusal, tampering};
use crate::story::{Other, Story, fixture, key, party};

fn required(story: &mut Story) -> &mut solvency_verifier::trust::TotalsRequirement {
    Custody::of(story);
    story.trust.totals.as_mut().expect("asked for")
}

pub(crate) const REFUSALS: &[Refusal] = &[
    refusal("totals_missing", "flat", "no totals", |s| {
        Custody::of(s);
        s.custody = None;
    }),
    refusal("totals_of_another_epoch", "flat", "totals of the epoch before", |s| {
        let custody = Custody::of(s);
        custody.nodes = |nodes| nodes.iter_mut().for_each(|node| node.epoch -= 1);
        custody.document = |totals| totals.epoch -= 1;
    }),
    refusal("totals_not_certified", "flat", "no certificate", |s| {
        Custody::of(s).tamper = |totals| totals.certificate = None;
    }),
    refusal("totals_auditor", "flat", "certified by another", |s| {
        Custody::of(s).auditor = key("attestor-1");
    }),
    tampering("totals_auditor", "flat", "another auditor is asked for", |s| {
        let other = required(s).auditor.other();
        s.trust.totals.as_mut().expect("asked for").auditor = other;
    }),
    refusal("totals_auditor_revoked", "flat", "a revoked auditor", |s| {
        Custody::of(s);
        s.trust.revoked.signers.push(party("auditor"));
    }),
    refusal("totals_without", "flat", "the first shard's statement is another one", |s| {
        Custody::of(s).sources = |sources| sources[0].statement.nonce = Bytes16([0; 16]);
    }),
    refusal("totals_without", "flat", "the second shard's statement is another one", |s| {
        Custody::of(s).sources = |sources| sources[1].statement.nonce = Bytes16([0; 16]);
    }),
];

pub(crate) const LIMITS: &[Limit] = &[
    limit("totals_stale", "flat", "age of the reserves", |s, past| {
        required(s).max_age = AGE + 1 - past;
    }),
    limit("totals_in_future", "flat", "time of the certificate", |s, past| {
        let latest = s.now + s.trust.limits.max_clock_skew;
        Custody::of(s).signed_at = latest + past;
    }),
    limit("totals_in_future", "flat", "time of the reserves", |s, past| {
        let latest = s.now + s.trust.limits.max_clock_skew;
        let custody = Custody::of(s);
        (custody.reserves_as_of, custody.signed_at) = (latest + past, latest + past);
    }),
];

#[test]
fn each_rule_of_totals_refuses_for_its_reason() {
    check_refusals(REFUSALS);
}

#[test]
fn times_are_taken_at_their_limit_and_not_one_past() {
    check_limits(LIMITS);
}

#[test]
fn a_bundle_among_certified_totals_is_accepted_and_the_verdict_names_them() {
    let mut story = Story::of("flat");
    let plain = story.accepted();
    assert_eq!(plain.totals, None);
    let custody = Custody::of(&mut story);
    let reserves_as_of = custody.reserves_as_of;
    let accepted = story.accepted();
    let counted = accepted.totals.clone().expect("totals");
    assert_eq!((counted.shards, counted.auditor), (5, party("auditor")));
    assert_eq!(counted.reserves_as_of, reserves_as_of);
    assert_eq!(counted.total, crate::custody::total());
    // The keys of the totals' proofs are development keys too, and named.
    assert!(accepted.development_keys.len() > plain.development_keys.len());
    assert_eq!(accepted.until, plain.until.min(reserves_as_of + MAX_AGE));
}

#[test]
fn reserves_end_the_verdict_and_so_do_the_keys_of_the_totals() {
    let mut story = Story::of("flat");
    required(&mut story).max_age = AGE + 7;
    assert_eq!(story.accepted().until, story.now + 7);
    let end = story.now + 5;
    let totals = story.custody.as_ref().expect("custody").totals(&story.bundle, &story.trust);
    for id in [totals.sources[0].holdings.key, totals.nodes[0].key, totals.nodes[2].key] {
        let mut trust = story.trust.clone();
        trust.keys.iter_mut().find(|key| key.id == id).expect("pinned").not_after = end;
        let mut ending = Story::of("flat");
        (ending.trust, ending.custody) = (trust, story.custody.clone());
        assert_eq!(ending.accepted().until, end);
    }
}

#[test]
fn totals_that_are_not_asked_for_are_not_looked_at() {
    let mut story = Story::of("flat");
    Custody::of(&mut story).tamper = |totals| totals.certificate = None;
    story.trust.totals = None;
    assert_eq!(story.accepted().totals, None);
}

#[test]
fn attaching_again_replaces_and_a_refusal_leaves_nothing_attached() {
    let mut story = Story::of("flat");
    Custody::of(&mut story);
    let mut totals = story.custody.as_ref().expect("custody").totals(&story.bundle, &story.trust);
    let mut trust = PreparedTrust::new(story.trust.clone()).expect("a trust file");
    assert!(trust.totals().is_none());
    trust.attach_totals(&totals, story.now, None).expect("totals");
    assert_eq!(trust.totals().expect("attached").shards(), 5);
    totals.made_at += 1;
    assert!(trust.attach_totals(&totals, story.now, None).is_err());
    assert!(trust.totals().is_none());
}

/// What the document is refused for.
fn refused(alter: impl FnOnce(&mut Story)) -> TotalsError {
    let mut story = Story::of("flat");
    Custody::of(&mut story);
    alter(&mut story);
    let totals = story.custody.as_ref().expect("custody").totals(&story.bundle, &story.trust);
    let trust = PreparedTrust::new(story.trust.clone()).expect("a trust file");
    totals.check(&trust, story.now, None).expect_err("refused")
}

fn custody(story: &mut Story) -> &mut Custody {
    story.custody.as_mut().expect("custody")
}

fn place_of(error: &TotalsError) -> &str {
    match error {
        TotalsError::NodeSource { place }
        | TotalsError::Left { place }
        | TotalsError::SourceTwice { place }
        | TotalsError::NodeOf { place, .. }
        | TotalsError::NodeSources { place, .. }
        | TotalsError::Proof(Reason::ProofRejected { place, .. }) => place,
        other => panic!("{other}"),
    }
}

#[test]
fn another_custodian_and_a_revoked_one_are_refused() {
    let error = refused(|s| custody(s).document = |totals| totals.custodian = totals.custodian.other());
    assert!(matches!(error, TotalsError::Custodian { .. }), "{error}");
    let error = refused(|s| s.trust.revoked.signers.push(party("custodian")));
    assert!(matches!(error, TotalsError::Custodian { .. }), "{error}");
}

#[test]
fn whatever_the_custodian_signed_can_t_be_altered() {
    let alterations: [fn(&mut Totals); 8] = [
        |totals| totals.made_at += 1,
        |totals| totals.nonce = Bytes16([1; 16]),
        |totals| totals.sources[0].root = totals.sources[0].root.other(),
        |totals| totals.sources[4].id_low += 1,
        |totals| totals.sources[4].id_high += 1,
        |totals| totals.sources[4].holdings.statement.nonce = Bytes16([0xee; 16]),
        |totals| totals.nodes[0].statement.nonce = Bytes16([0xee; 16]),
        |totals| totals.nodes.swap(0, 1),
    ];
    for alter in alterations {
        let error = refused(|s| custody(s).tamper = alter);
        assert!(matches!(error, TotalsError::Signature(SignatureError::WrongSigner { .. })), "{error}");
    }
}

#[test]
fn sources_are_counted_shards_with_ids_and_none_twice() {
    let error = refused(|s| custody(s).tamper = |totals| totals.sources.clear());
    assert!(matches!(error, TotalsError::Count { what: "sources", got: 0, .. }), "{error}");
    let error = refused(|s| custody(s).tamper = |totals| totals.nodes.clear());
    assert!(matches!(error, TotalsError::Count { what: "nodes", got: 0, .. }), "{error}");
    let error = refused(|s| {
        custody(s).tamper = |totals| {
            let first = totals.sources[0].clone();
            totals.sources.resize(MAX_SOURCES + 1, first);
        };
    });
    assert!(matches!(error, TotalsError::Count { got: 8193, .. }), "{error}");
    let error = refused(|s| {
        custody(s).tamper = |totals| {
            let first = totals.nodes[0].clone();
            totals.nodes.resize(MAX_SOURCES + 1, first);
        };
    });
    assert!(matches!(error, TotalsError::Count { what: "nodes", got: 8193, .. }), "{error}");
    // As many as are read: the signature is looked at.
    let error = refused(|s| {
        custody(s).tamper = |totals| {
            let first = totals.sources[0].clone();
            totals.sources.resize(MAX_SOURCES, first);
        };
    });
    assert!(matches!(error, TotalsError::Signature(_)), "{error}");

    let error = refused(|s| custody(s).sources = |sources| sources[4].statement.shape = Shape::CoverageFlat);
    assert!(matches!(error, TotalsError::SourceShape { shape: Shape::CoverageFlat, .. }), "{error}");
    let error =
        refused(|s| custody(s).sources = |sources| sources[4].shard.id_high = sources[4].shard.id_low);
    assert!(matches!(error, TotalsError::SourceRange { .. }), "{error}");
    let error = refused(|s| {
        custody(s).sources = |sources| sources[4].shard.root = sources[1].shard.root;
    });
    assert!(matches!(error, TotalsError::SourceTwice { .. }), "{error}");
    assert_eq!(place_of(&error), "sources[4]");
    let error = refused(|s| {
        custody(s).sources = |sources| sources[4].statement.total = sources[1].statement.total;
    });
    assert!(matches!(error, TotalsError::SourceTwice { .. }), "{error}");
}

#[test]
fn one_id_is_a_range() {
    let mut story = Story::of("flat");
    Custody::of(&mut story).sources = |sources| sources[4].shard.id_high = sources[4].shard.id_low + 1;
    story.accepted();
}

#[test]
fn nodes_are_of_the_document_and_of_an_allocation_shape() {
    for (field, alter) in [
        ("custodian", (|nodes| nodes[1].custodian = nodes[1].custodian.other()) as fn(&mut Vec<TotalsNode>)),
        ("epoch", |nodes| nodes[1].epoch += 1),
    ] {
        let error = refused(|s| custody(s).nodes = alter);
        assert_eq!(place_of(&error), "nodes[1]");
        assert!(matches!(&error, TotalsError::NodeOf { field: got, .. } if *got == field), "{error}");
    }
    let error = refused(|s| custody(s).nodes = |nodes| nodes[0].shape = Shape::CoverageFlat);
    assert!(matches!(error, TotalsError::NodeShape { shape: Shape::CoverageFlat, .. }), "{error}");
    let error = refused(|s| custody(s).nodes = |nodes| nodes[0].sources.push(zero_source()));
    assert!(matches!(error, TotalsError::NodeSources { got: 3, expected: 2, .. }), "{error}");
    let error = refused(|s| custody(s).nodes = |nodes| nodes[0].shape = Shape::Allocation4x8);
    assert!(matches!(error, TotalsError::NodeSources { got: 2, expected: 4, .. }), "{error}");
}

#[test]
fn a_node_takes_what_is_there_and_nothing_is_taken_twice_or_left() {
    // A source out of the air: it could hold less than nothing.
    let error = refused(|s| custody(s).nodes = |nodes| nodes[2].sources[2] = some_commitment("minus"));
    assert!(matches!(error, TotalsError::NodeSource { .. }), "{error}");
    assert_eq!(place_of(&error), "nodes[2].sources[2]");
    // A shard twice, a sum twice, a sum in a shard's place and the other way round.
    let error = refused(|s| custody(s).nodes = |nodes| nodes[2].sources[2] = nodes[0].sources[0]);
    assert_eq!(place_of(&error), "nodes[2].sources[2]");
    let error = refused(|s| custody(s).nodes = |nodes| nodes[2].sources[1] = nodes[2].sources[0]);
    assert_eq!(place_of(&error), "nodes[2].sources[1]");
    let error = refused(|s| custody(s).nodes = |nodes| nodes[2].sources[2] = nodes[0].sum);
    assert_eq!(place_of(&error), "nodes[2].sources[2]");
    let error = refused(|s| custody(s).nodes = |nodes| nodes[2].sources[0] = nodes[2].sources[2]);
    assert_eq!(place_of(&error), "nodes[2].sources[0]");
    // A sum that is made later.
    let error = refused(|s| custody(s).nodes = |nodes| nodes.swap(1, 2));
    assert_eq!(place_of(&error), "nodes[1].sources[1]");
    // Left: a shard, and a sum.
    let error = refused(|s| custody(s).nodes = |nodes| nodes[2].sources[2] = zero_source());
    assert!(matches!(error, TotalsError::Left { .. }), "{error}");
    assert_eq!(place_of(&error), "sources[4]");
    let error = refused(|s| {
        custody(s).nodes = |nodes| nodes[2].sources[1] = solvency_verifier::commitment::zero_pledge();
    });
    assert!(matches!(error, TotalsError::Left { .. }), "{error}");
    assert_eq!(place_of(&error), "nodes[1]");
}

#[test]
fn every_proof_is_verified() {
    // Another sum, root or range than was proven, signed all the same.
    let error =
        refused(|s| custody(s).document = |totals| totals.nodes[2].statement.sum = some_commitment("less"));
    assert!(matches!(error, TotalsError::Proof(Reason::ProofRejected { .. })), "{error}");
    assert_eq!(place_of(&error), "nodes[2]");
    let error = refused(|s| custody(s).document = |totals| totals.sources[3].root = some_commitment("book"));
    assert_eq!(place_of(&error), "sources[3]");
    let error = refused(|s| custody(s).document = |totals| totals.sources[3].id_high += 1);
    assert_eq!(place_of(&error), "sources[3]");
    // A proof of another statement.
    let error =
        refused(|s| custody(s).tamper = |totals| totals.nodes[0].proof = totals.nodes[1].proof.clone());
    assert_eq!(place_of(&error), "nodes[0]");
    // Keys: not pinned, revoked, ended, not accepted.
    let totals = {
        let mut story = Story::of("flat");
        Custody::of(&mut story);
        story.custody.as_ref().expect("custody").totals(&story.bundle, &story.trust)
    };
    for id in [totals.sources[0].holdings.key, totals.nodes[0].key, totals.nodes[2].key] {
        let error = refused(|s| s.trust.keys.retain(|key| key.id != id));
        assert!(matches!(error, TotalsError::Proof(Reason::KeyNotPinned { .. })), "{error}");
        let error = refused(|s| s.trust.revoked.keys.push(id));
        assert!(matches!(error, TotalsError::Proof(Reason::KeyRevoked { .. })), "{error}");
        let error = refused(|s| s.trust.accepted_development_keys.retain(|known| *known != id));
        assert!(matches!(error, TotalsError::Proof(Reason::DevelopmentKey { .. })), "{error}");
        let error = refused(|s| {
            let now = s.now;
            s.trust.keys.iter_mut().filter(|key| key.id == id).for_each(|key| key.not_after = now);
        });
        assert!(matches!(error, TotalsError::Proof(Reason::KeyExpired { .. })), "{error}");
    }
}

#[test]
fn a_certificate_is_of_these_totals_in_the_order_of_times_and_signed() {
    let message = |alter: fn(&mut Custody)| match refused(|s| alter(custody(s))) {
        TotalsError::Certificate { message } => message,
        other => panic!("{other}"),
    };
    let other = |custody: &mut Custody| custody.certificate = |it| it.totals = it.totals.other();
    assert!(message(other).starts_with("is of totals"));
    let other = |custody: &mut Custody| custody.certificate = |it| it.total = it.total.other();
    assert!(message(other).starts_with("is of total 0x"));
    let early = |custody: &mut Custody| custody.signed_at = custody.reserves_as_of - 1;
    assert!(message(early).starts_with("was signed at"));
    let early = |custody: &mut Custody| {
        custody.made_at = custody.signed_at + 1;
    };
    assert!(message(early).starts_with("was signed at"));
    let forged = |custody: &mut Custody| custody.certificate = |it| it.auditor = it.auditor.other();
    assert!(message(forged).starts_with("auditor: "));

    // At the limits: signed when both were there.
    let mut story = Story::of("flat");
    let custody = Custody::of(&mut story);
    (custody.reserves_as_of, custody.made_at) = (custody.signed_at, custody.signed_at);
    story.accepted();
}

/// The auditor's verdict on an opening and reserves that are altered.
fn certified(
    alter: impl FnOnce(&mut Story),
    open: impl FnOnce(&mut TotalsOpening, &mut Reserves),
) -> Result<(), OpeningError> {
    let mut story = Story::of("flat");
    Custody::of(&mut story);
    alter(&mut story);
    let custody = story.custody.as_ref().expect("custody");
    let totals = custody.totals(&story.bundle, &story.trust);
    let (mut opening, mut reserves) =
        (custody.opening(&story.bundle, &story.trust), custody.reserves(&story.trust));
    open(&mut opening, &mut reserves);
    let trust = PreparedTrust::new(story.trust.clone()).expect("a trust file");
    totals.check(&trust, story.now, None).expect("totals");
    opening.check(&totals, &reserves, trust.trust())
}

fn opened(open: fn(&mut TotalsOpening, &mut Reserves)) -> Result<(), OpeningError> {
    certified(|_| {}, open)
}

#[test]
fn reserves_as_large_as_the_total_are_enough_and_one_unit_less_is_not() {
    opened(|_, _| {}).expect("enough");
    opened(|_, reserves| reserves.slots[0].amount += 1).expect("more");
    let short = opened(|_, reserves| reserves.slots[0].amount -= 1).expect_err("short");
    assert_eq!(short, OpeningError::Short { slot: 0, total: 1_000, reserve: 999 });
    let short = opened(|_, reserves| reserves.slots[1].amount -= 1).expect_err("short");
    assert_eq!(short, OpeningError::Short { slot: 63, total: u64::MAX, reserve: u64::MAX - 1 });
    // A slot that is not named has nothing.
    let short = opened(|_, reserves| reserves.slots.truncate(1)).expect_err("short");
    assert_eq!(short, OpeningError::Short { slot: 63, total: u64::MAX, reserve: 0 });
}

#[test]
fn an_opening_is_of_these_totals_and_opens_them() {
    let error = opened(|opening, _| opening.totals = opening.totals.other()).expect_err("other");
    assert!(matches!(error, OpeningError::OpeningOf { .. }), "{error}");
    let error = opened(|_, reserves| reserves.custodian = reserves.custodian.other()).expect_err("other");
    assert!(matches!(error, OpeningError::ReservesOf { .. }), "{error}");
    let error = opened(|opening, _| opening.entries[5] = 1).expect_err("entries");
    assert!(matches!(error, OpeningError::Opening { .. }), "{error}");
    let error = opened(|opening, _| opening.blinding = opening.blinding.other()).expect_err("blinding");
    assert!(matches!(error, OpeningError::Opening { .. }), "{error}");
    for length in [0, 63, 65] {
        let mut story = Story::of("flat");
        Custody::of(&mut story);
        let error = certified(|_| {}, |opening, _| opening.entries.resize(length, 0)).expect_err("entries");
        assert_eq!(error, OpeningError::Entries { got: length });
    }
}

#[test]
fn every_source_has_an_attested_book_and_every_shard_of_the_books_is_a_source() {
    let error = opened(|opening, _| opening.books.truncate(1)).expect_err("a book less");
    assert_eq!(error, OpeningError::NoBook { index: 2 });
    let error = opened(|opening, _| {
        let again = opening.books[1].clone();
        opening.books.push(again);
    });
    assert!(matches!(error, Err(OpeningError::Book { index: 2, .. })), "{error:?}");
    // Attestors that are too few, and altered signatures.
    let error = opened(|opening, _| opening.books[1].signatures.truncate(1)).expect_err("one attestor");
    let expected = QuorumError::TooFew { got: 1, needed: 2 };
    assert_eq!(error, OpeningError::Attestors { index: 1, error: expected });
    let error = opened(|opening, _| opening.books[1].attestation.as_of += 1).expect_err("altered");
    assert!(matches!(error, OpeningError::Attestors { index: 1, .. }), "{error}");
    let error = certified(|s| s.trust.revoked.signers.push(party("attestor-3")), |_, _| {});
    assert!(
        matches!(error, Err(OpeningError::Attestors { error: QuorumError::Revoked(_), .. })),
        "{error:?}"
    );
    // Attested, and wrong.
    for (field, alter) in [
        ("epoch", (|custody| custody.other.epoch += 1) as fn(&mut Custody)),
        ("custodian", |custody| custody.other.custodian = custody.other.custodian.other()),
        ("attestor set", |custody| custody.other.attestor_set_version += 1),
        ("exclusivity: attestors did not sign it", |custody| custody.other.exclusive = false),
    ] {
        let error = certified(|s| alter(custody(s)), |_, _| {}).expect_err(field);
        assert_eq!(error, OpeningError::Book { index: 1, field });
    }
    // The book has another root, range or shape there than the proof, or no such shard.
    let alterations: [fn(&mut Vec<crate::custody::Source>); 6] = [
        |sources| sources[3].statement.shape = Shape::Holdings256,
        |sources| sources[3].shard.root = some_commitment("another"),
        |sources| sources[3].shard.id_low -= 1,
        |sources| sources[3].shard.id_high += 1,
        |sources| sources[3].statement.shard = 3,
        |sources| sources[3].statement.book = Bytes32([3; 32]),
    ];
    for alter in alterations {
        let error = certified(|s| custody(s).sources = alter, |_, _| {}).expect_err("another shard");
        assert_eq!(error, OpeningError::NoBook { index: 3 });
    }
    // A shard of an attested book that nobody summed.
    let error = certified(
        |s| {
            let custody = custody(s);
            custody.sources = |sources| sources.truncate(4);
            custody.nodes = |nodes| nodes[2].sources[2] = zero_source();
        },
        |_, _| {},
    );
    assert_eq!(error, Err(OpeningError::ShardLeft { index: 1, shard: 2 }));
}

#[test]
fn documents_are_read_in_their_one_form() {
    let mut story = Story::of("flat");
    let custody = Custody::of(&mut story).clone();
    let totals = serde_json::to_vec(&custody.totals(&story.bundle, &story.trust)).expect("JSON");
    let opening = serde_json::to_vec(&custody.opening(&story.bundle, &story.trust)).expect("JSON");
    let reserves = serde_json::to_vec(&custody.reserves(&story.trust)).expect("JSON");
    Totals::from_json(&totals).expect("totals");
    TotalsOpening::from_json(&opening).expect("an opening");
    Reserves::from_json(&reserves).expect("reserves");

    type Read = fn(&[u8]) -> Result<(), TotalsError>;
    fn unread(error: OpeningError) -> TotalsError {
        match error {
            OpeningError::Unread(error) => error,
            other => panic!("{other}"),
        }
    }
    let readers: [(&[u8], Read); 3] = [
        (&totals, |it| Totals::from_json(it).map(drop)),
        (&opening, |it| TotalsOpening::from_json(it).map(drop).map_err(unread)),
        (&reserves, |it| Reserves::from_json(it).map(drop).map_err(unread)),
    ];
    for (document, read) in readers {
        for end in [0, 1, document.len() / 2, document.len() - 1] {
            assert!(matches!(read(&document[..end]), Err(TotalsError::Json { .. })));
        }
        assert!(matches!(read(&[document, b"{}"].concat()), Err(TotalsError::Json { .. })));
        let text = String::from_utf8(document.to_vec()).expect("UTF-8");
        let other = text.replacen("/1\"", "/2\"", 1);
        assert!(matches!(read(other.as_bytes()), Err(TotalsError::Format { .. })), "{other}");
        let twice = text.replacen('{', "{\"format\":\"x\",", 1);
        assert!(matches!(read(twice.as_bytes()), Err(TotalsError::Json { .. })));
        let unknown = text.replacen('{', "{\"more\":1,", 1);
        assert!(matches!(read(unknown.as_bytes()), Err(TotalsError::Json { .. })));
        let mut long = document.to_vec();
        long.resize(MAX_TOTALS_BYTES, b' ');
        read(&long).expect("as long as is read");
        long.push(b' ');
        assert!(matches!(read(&long), Err(TotalsError::TooLong { .. })));
    }
    // No certificate is no field.
    let null = String::from_utf8(totals).expect("UTF-8");
    let at = null.find("\"certificate\":").expect("a certificate");
    let null = format!("{}\"certificate\":null}}", &null[..at]);
    assert!(matches!(Totals::from_json(null.as_bytes()), Err(TotalsError::Form { .. })));
}

#[test]
fn slots_of_reserves_increase_and_are_slots() {
    let read = |slots: &[(u8, u64)]| {
        let slots = slots.iter().map(|(slot, amount)| Reserve { slot: *slot, amount: *amount }).collect();
        let format = solvency_verifier::totals::RESERVES_FORMAT.into();
        let reserves = Reserves { format, custodian: Address::ZERO, as_of: 0, slots };
        Reserves::from_json(&serde_json::to_vec(&reserves).expect("JSON"))
    };
    read(&[(0, 1), (1, 1), (63, 1)]).expect("increasing");
    read(&[]).expect("nothing");
    for (slots, index, slot) in
        [(&[(64u8, 1u64)][..], 0, 64), (&[(5, 1), (5, 1)], 1, 5), (&[(5, 1), (4, 1)], 1, 4)]
    {
        assert_eq!(read(slots).expect_err("refused"), OpeningError::ReservesSlot { index, slot });
    }
    assert_eq!(read(&[(255, 1)]).expect_err("refused"), OpeningError::ReservesSlot { index: 0, slot: 255 });
    let _ = entries();
}

#[test]
fn a_trust_file_asks_for_an_auditor_and_an_age_or_for_nothing() {
    let trust = |alter: fn(&mut Trust)| {
        let mut story = Story::of("flat");
        required(&mut story);
        alter(&mut story.trust);
        PreparedTrust::new(story.trust).map(drop)
    };
    trust(|_| {}).expect("a requirement");
    let zero = trust(|trust| trust.totals.as_mut().expect("asked for").max_age = 0);
    assert!(matches!(&zero, Err(TrustError::Document(text)) if text.contains("maxAge")), "{zero:?}");
    let nobody = trust(|trust| trust.totals.as_mut().expect("asked for").auditor = Address::ZERO);
    assert!(matches!(&nobody, Err(TrustError::Document(text)) if text.contains("auditor")), "{nobody:?}");
}

#[test]
fn the_prover_s_totals_are_accepted_by_the_verifier_and_certified_by_the_auditor() {
    let story = Story::of("totals");
    let read = |name: &str| fixture(&format!("accept/totals/{name}.json"));
    let totals = Totals::from_json(&read("totals")).expect("totals");
    let opening = TotalsOpening::from_json(&read("opening")).expect("an opening");
    let mut reserves = Reserves::from_json(&read("reserves")).expect("reserves");
    let mut trust = PreparedTrust::new(story.trust).expect("a trust file");
    let missing = solvency_verifier::accept::accept_bundle(&story.bundle, &trust, story.now);
    assert!(matches!(missing, solvency_verifier::accept::Verdict::Reject(Reason::TotalsMissing {})));
    trust.attach_totals(&totals, story.now, None).expect("attached");
    opening.check(&totals, &reserves, trust.trust()).expect("enough");
    match solvency_verifier::accept::accept_bundle(&story.bundle, &trust, story.now) {
        solvency_verifier::accept::Verdict::Accept(acceptance) => {
            assert_eq!(acceptance.totals.expect("totals").shards, 5);
        }
        solvency_verifier::accept::Verdict::Reject(reason) => panic!("{reason}"),
    }
    reserves.slots[0].amount -= 1;
    let short = opening.check(&totals, &reserves, trust.trust());
    assert!(matches!(short, Err(OpeningError::Short { .. })));
    // Nothing in the document opens anything to a venue.
    let document = String::from_utf8(read("totals")).expect("UTF-8");
    let secret = format!("{}", opening.blinding);
    assert!(!document.contains(&secret) && FieldElement::from_hex(&secret).is_ok());
}

//! B1–B5, H0 and the part of L2 that is about books.

use solvency_verifier::accept::Reason;
use solvency_verifier::bundle::Book;
use solvency_verifier::commitment::zero_source;
use solvency_verifier::encoding::Bytes16;
use solvency_verifier::statement::{BookAttestation, QuorumError, Signed, Source, SourceUse};
use solvency_verifier::{Bytes32, Shape};

use crate::refusals::{Limit, Refusal, check_limits, check_refusals, limit, refusal, tampering};
use crate::story::{Other, Story, party};

fn book(story: &mut Story) -> &mut BookAttestation {
    &mut story.bundle.books[0].attestation
}

/// The same two shards in two books.
fn split(story: &mut Story) {
    let first = &mut story.bundle.books[0];
    let mut second: Book = first.clone();
    first.attestation.shards.truncate(1);
    first.holdings.truncate(1);
    second.attestation.shards.remove(0);
    second.holdings.remove(0);
    second.holdings[0].statement.shard = 0;
    second.attestation.nonce = Bytes16([1; 16]);
    for book in [first, &mut second] {
        book.attestation.shard_count = 1;
    }
    story.bundle.books.push(second);
}

pub(crate) const UNUSED_TOTAL: fn() -> Source = || Source {
    kind: SourceUse::Unused,
    commitment: zero_source(),
    origin: Bytes32::ZERO,
    index: 0,
    release: Bytes32::ZERO,
};

pub(crate) const REFUSALS: &[Refusal] = &[
    refusal("attestors", "flat", "one attestor short", |s| s.bundle.books[0].signatures.truncate(1)),
    refusal("attestor_set_version", "flat", "an older attestor set", |s| book(s).attestor_set_version -= 1),
    refusal("attestor_set_version", "flat", "a newer attestor set", |s| {
        s.trust.registry.attestors.version += 1
    }),
    refusal("book_custodian", "flat", "another custodian's book", |s| book(s).custodian = party("venue-a")),
    refusal("book_account", "flat", "another account's book", |s| book(s).account = book(s).account.other()),
    refusal("book_log_origin", "flat", "a book for another log", |s| book(s).log_origin.push('x')),
    refusal("book_epoch", "flat", "a book of the next epoch", |s| book(s).epoch += 1),
    refusal("book_epoch", "flat", "a book of the last epoch", |s| book(s).epoch -= 1),
    refusal("book_not_exclusive", "flat", "a book that is not exclusive", |s| book(s).exclusive = false),
    refusal("shard_count", "flat", "one shard more stated than there is", |s| book(s).shard_count += 1),
    refusal("shard_count", "flat", "a shard that is not shown", |s| {
        book(s).shards.pop();
    }),
    refusal("shard_range", "flat", "shards in the wrong order", |s| book(s).shards.swap(0, 1)),
    refusal("book_shape", "flat", "a book of an allocation shape", |s| book(s).shape = Shape::Allocation2x4),
    refusal("holdings_of_another_book", "flat", "holdings of another book", |s| {
        let statement = &mut s.bundle.books[0].holdings[0].statement;
        statement.book = Bytes32([7; 32]);
    }),
    refusal("holdings_shard", "flat", "holdings of a third shard of two", |s| {
        s.bundle.books[0].holdings[1].statement.shard = 2;
    }),
    refusal("holdings_shape", "flat", "holdings of another shape", |s| {
        s.bundle.books[0].holdings[0].statement.shape = Shape::Holdings256;
    }),
    refusal("holdings_twice", "flat", "two holdings statements of a shard", |s| {
        s.bundle.books[0].holdings[1].statement.shard = 0;
    }),
    refusal("holdings_unused", "flat", "a total that nobody spends", |s| {
        s.allocation(0).sources[1] = UNUSED_TOTAL();
    }),
    refusal("holdings_unused", "flat", "a book that nobody spends", |s| {
        let mut spare = s.bundle.books[0].clone();
        spare.holdings.clear();
        for shard in &mut spare.attestation.shards {
            shard.root = shard.root.other();
        }
        s.bundle.books.push(spare);
    }),
    refusal("root_twice", "flat", "a root in two shards of a book", |s| {
        book(s).shards[1].root = book(s).shards[0].root;
    }),
    refusal("root_twice", "flat", "a root in two books", |s| {
        split(s);
        let root = book(s).shards[0].root;
        s.bundle.books[1].attestation.shards[0].root = root;
    }),
    refusal("root_twice", "flat", "a book twice", |s| {
        let again = s.bundle.books[0].clone();
        s.bundle.books.push(again);
    }),
    tampering("attestors", "flat", "an attestation altered after it was signed", |s| book(s).nonce.0[0] ^= 1),
];

pub(crate) const LIMITS: &[Limit] = &[
    limit("shard_range", "flat", "ranges that touch", |s, past| {
        book(s).shards[1].id_low = book(s).shards[0].id_high - past;
    }),
    limit("shard_range", "flat", "a range of one id", |s, past| {
        book(s).shards[0].id_high = book(s).shards[0].id_low + 1 - past;
    }),
    limit("snapshot_in_future", "flat", "a snapshot ahead of the clock", |s, past| {
        book(s).as_of = s.now + s.trust.limits.max_clock_skew + past;
    }),
    limit("snapshot_stale", "flat", "an old snapshot", |s, past| {
        book(s).as_of = s.now - s.trust.registry.max_book_age - past;
    }),
    limit("snapshots_apart", "flat", "two books read apart", |s, past| {
        split(s);
        book(s).as_of -= s.trust.registry.max_as_of_spread + past;
    }),
    limit("book_outlives_lock", "flat", "a book beyond its lock", |s, past| {
        book(s).locked_until = book(s).expiry - past;
    }),
    limit("book_outlives_lock", "flat", "a book beyond its epoch", |s, past| {
        let end = s.epoch_end();
        book(s).expiry = end + past;
    }),
    limit("book_expired", "flat", "a book's last second", |s, past| {
        let end = s.now + 1 - past;
        book(s).expiry = end;
        s.allocation(0).expiry = end;
        s.bundle.coverage.statement.expiry = end;
    }),
];

#[test]
fn books_are_refused_for_the_right_reason() {
    check_refusals(REFUSALS);
}

#[test]
fn books_at_their_limits_and_past_them() {
    check_limits(LIMITS);
}

fn attestors_error(alter: fn(&mut Vec<Signed>), revoke: &[&str]) -> QuorumError {
    let mut story = Story::of("flat");
    alter(&mut story.bundle.books[0].signatures);
    story.trust.revoked.signers.extend(revoke.iter().map(|name| party(name)));
    match story.refused() {
        Reason::Attestors { error, .. } => error,
        reason => panic!("{reason}"),
    }
}

#[test]
fn attestors_are_k_distinct_known_unrevoked_ones_without_a_wrong_signature() {
    assert_eq!(attestors_error(|s| s.truncate(1), &[]), QuorumError::TooFew { got: 1, needed: 2 });
    assert_eq!(attestors_error(Vec::clear, &[]), QuorumError::TooFew { got: 0, needed: 2 });
    assert!(matches!(attestors_error(|s| s[1] = s[0].clone(), &[]), QuorumError::Repeated(_)));
    assert!(matches!(attestors_error(|s| s.push(s[0].clone()), &[]), QuorumError::Repeated(_)));
    assert!(matches!(attestors_error(|s| s.swap(0, 1), &["attestor-1"]), QuorumError::Revoked(_)));
    assert!(matches!(
        attestors_error(|s| s[1].signer = party("oracle-1"), &[]),
        QuorumError::Unknown(signer) if signer == party("oracle-1")
    ));
    assert!(matches!(
        attestors_error(|s| s.push(Signed { signer: party("attestor-3"), ..s[0].clone() }), &[]),
        QuorumError::Invalid { signer, .. } if signer == party("attestor-3")
    ));
}

#[test]
fn three_of_three_attestors_are_taken_too() {
    let mut story = Story::of("flat");
    let mut third = story.bundle.books[0].signatures[0].clone();
    third.signer = party("attestor-3");
    story.bundle.books[0].signatures.push(third);
    story.relink();
    story.accepted();
}

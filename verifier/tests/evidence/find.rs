//! What two bundles show, as two venues hold them.

use solvency_verifier::bundle::{Allocation, Bundle, Proven};
use solvency_verifier::encoding::TypedData;
use solvency_verifier::evidence::{Evidence, Kind, Named, Proved, SignedAllocation, Spent, find};
use solvency_verifier::groth16::Proof;

use crate::pairs::*;
use crate::story::{Other, Story, key, party, sign};

/// The kinds of what is found; each piece holds for a reader who knows custodian and venue.
pub(crate) fn kinds(a: &Bundle, b: &Bundle) -> Vec<Kind> {
    found(a, b).iter().map(|(_, finding)| *finding).collect()
}

pub(crate) fn found(a: &Bundle, b: &Bundle) -> Vec<(Evidence, Kind)> {
    let (custodians, venues) = (custodians(), venues());
    let named = Named { custodians: &custodians, venues: &venues };
    let found = find(a, b, registry());
    found
        .into_iter()
        .map(|evidence| {
            let kind = evidence.check(registry(), &named).expect("what is found holds").kind;
            (evidence, kind)
        })
        .collect()
}

/// An allocation in the place of another, with whatever proof.
fn put(bundle: &mut Bundle, index: usize, signed: SignedAllocation) {
    let Allocation { proven, signature, .. } = &mut bundle.allocations[index];
    proven.statement = signed.statement;
    *signature = signed.signature;
}

#[test]
fn honest_bundles_show_nothing() {
    for (one, other) in
        [("flat", "flat"), ("flat", "topup"), ("topup", "flat"), ("flat", "tiered"), ("topup", "tiered")]
    {
        assert_eq!(kinds(&bundle(one), &bundle(other)), [], "{one}, {other}");
    }
}

#[test]
fn what_is_proven_signed_or_claimed_again_shows_nothing() {
    let one = bundle("topup");
    let mut other = bundle("topup");
    // Other proof bytes of the same statements.
    let mirrored = |proof: &Proof| Proof::new(-*proof.a(), -*proof.b(), *proof.c()).unwrap();
    other.coverage.proof = mirrored(&other.coverage.proof);
    for allocation in &mut other.allocations {
        allocation.proven.proof = mirrored(&allocation.proven.proof);
    }
    for holdings in other.books.iter_mut().flat_map(|book| &mut book.holdings) {
        holdings.proof = mirrored(&holdings.proof);
    }
    // A coverage of the same round with another nonce, a claim of the next number, other quorums.
    other.coverage.statement.nonce = NONCE;
    other.claim = claim("venue-a", |claim| claim.number = 3);
    other.round.signatures =
        signed_by(&["oracle-2", "oracle-3", "oracle-4"], &other.round.round.digest(&domain()));
    other.books[0].signatures =
        signed_by(&["attestor-2", "attestor-3"], &other.books[0].attestation.digest(&domain()));
    assert_eq!(kinds(&one, &other), []);

    // A second book of the epoch, a book attested again, a round signed for one more policy.
    let mut other = bundle("topup");
    let again = book(&ATTESTORS, |book| book.locked_until += 1);
    let second = book(&ATTESTORS, |book| {
        book.shards.iter_mut().for_each(|shard| shard.root = shard.root.other());
    });
    for signed in [again, second] {
        let mut added = other.books[0].clone();
        (added.attestation, added.signatures) = (signed.attestation, signed.signatures);
        other.books.push(added);
    }
    other.round = round(&ORACLES, |round| {
        let mut another = round.valuations[0].clone();
        another.policy = another.policy.other();
        round.valuations.push(another);
    });
    assert_eq!(kinds(&one, &other), []);
}

#[test]
fn of_two_chains_the_first_parting_is_shown_and_nothing_more() {
    let one = bundle("topup");
    let mut other = bundle("topup");
    put(&mut other, 1, allocation(1, |statement| statement.nonce = NONCE));
    for (a, b) in [(&one, &other), (&other, &one)] {
        let found = found(a, b);
        assert_eq!(found.len(), 1);
        let (evidence, kind) = &found[0];
        assert_eq!(*kind, Kind::Allocations);
        let custodians = custodians();
        let named = Named { custodians: &custodians, venues: &[] };
        let proved = evidence.check(registry(), &named).unwrap().proved;
        assert!(matches!(proved, Proved::Allocations { sequence: 1, .. }));
    }
    // Parting at the beginning, the second allocations differ too.
    put(&mut other, 0, allocation(0, |statement| statement.nonce = NONCE));
    let found = found(&one, &other);
    assert_eq!(found.len(), 1);
    let text = serde_json::to_value(&found[0].0).unwrap();
    assert_eq!(text["shown"]["first"]["statement"]["sequence"], 0);
    // Both in one bundle, and nothing in the other.
    let mut both = bundle("topup");
    both.allocations.extend(other.allocations);
    assert_eq!(kinds(&both, &bundle("topup")), [Kind::Allocations]);
}

#[test]
fn what_is_spent_twice_is_shown() {
    let one = bundle("topup");
    let mut other = bundle("topup");
    put(&mut other, 1, allocation(1, |statement| statement.sequence = 2));
    assert_eq!(kinds(&one, &other), [Kind::Spent]);

    let mut other = bundle("topup");
    put(&mut other, 1, spending(&holdings(|_| ())));
    assert_eq!(kinds(&bundle("flat"), &other), [Kind::Spent]);

    let second = holdings(|statement| statement.nonce = NONCE);
    let mut other = bundle("topup");
    put(&mut other, 1, spending(&second));
    // Without the second holdings statement it isn't known whose shard it is.
    assert_eq!(kinds(&bundle("flat"), &other), []);
    let proven = &other.books[0].holdings[0];
    let again = Proven { statement: second.clone(), key: proven.key, proof: proven.proof.clone() };
    other.books[0].holdings.push(again);
    let found = found(&bundle("flat"), &other);
    assert_eq!(found.iter().map(|(_, kind)| *kind).collect::<Vec<_>>(), [Kind::SpentShard]);
    let custodians = custodians();
    let finding = found[0].0.check(registry(), &Named { custodians: &custodians, venues: &[] }).unwrap();
    let shard = Spent::Shard { book: second.book, shard: 0 };
    assert!(matches!(finding.proved, Proved::Spending { spent, .. } if spent == shard));
}

#[test]
fn books_rounds_and_claims_that_contradict_each_other_are_shown() {
    let one = bundle("flat");
    let mut other = bundle("flat");
    let signed = book(&ATTESTORS, |book| book.account = book.account.other());
    (other.books[0].attestation, other.books[0].signatures) = (signed.attestation, signed.signatures);
    // Both shards are in both books: one piece of evidence.
    assert_eq!(kinds(&one, &other), [Kind::Books]);

    // A book that is not exclusive, of the same consumer, does not stand in the way.
    let mut before = one.clone();
    let mut first = before.books[0].clone();
    let shared = book(&ATTESTORS, |book| book.exclusive = false);
    (first.attestation, first.signatures) = (shared.attestation, shared.signatures);
    before.books.insert(0, first);
    assert_eq!(kinds(&before, &other), [Kind::Books]);

    let mut other = bundle("flat");
    other.round = round(&ORACLES, |round| round.prices[0] += 1);
    assert_eq!(kinds(&one, &other), [Kind::Rounds]);
    other.round = round(&ORACLES, policy_twice);
    assert_eq!(kinds(&one, &other), [Kind::Valuations, Kind::Rounds]);
    assert_eq!(kinds(&other, &other), [Kind::Valuations]);

    let mut other = bundle("flat");
    other.claim = claim("venue-a", |claim| claim.nonce = NONCE);
    assert_eq!(kinds(&one, &other), [Kind::Claims]);
}

/// Forged statements neither make evidence nor stand in the way of it.
#[test]
fn what_is_wrongly_signed_is_left_aside() {
    let one = bundle("topup");
    let forged = |index: usize| {
        let mut signed = allocation(index, |statement| statement.nonce.0 = [3; 16]);
        signed.signature = sign(&key("venue-a"), &signed.statement.digest(&domain()));
        signed
    };
    let mut other = bundle("topup");
    put(&mut other, 0, forged(0));
    put(&mut other, 1, forged(1));
    other.round.round.prices[0] += 1;
    other.claim.claim.nonce = NONCE;
    other.books[0].attestation.account = other.books[0].attestation.account.other();
    assert_eq!(kinds(&one, &other), []);

    // The forged one first, then one that is signed.
    let mut other = bundle("topup");
    let extra = other.allocations[0].clone();
    other.allocations.insert(0, extra);
    put(&mut other, 0, forged(0));
    put(&mut other, 1, allocation(0, |statement| statement.nonce = NONCE));
    assert_eq!(kinds(&one, &other), [Kind::Allocations]);

    // The same statement with a wrong signature beside it with the right one.
    let mut other = bundle("topup");
    let mut wrong = other.allocations[1].clone();
    wrong.signature = sign(&key("venue-a"), &party_digest());
    other.allocations.insert(0, wrong);
    put(&mut other, 2, allocation(1, |statement| statement.nonce = NONCE));
    assert_eq!(kinds(&other, &one), [Kind::Allocations]);
}

fn party_digest() -> solvency_verifier::Bytes32 {
    assert_ne!(party("venue-a"), party("custodian"));
    solvency_verifier::Bytes32([9; 32])
}

#[test]
fn nothing_is_found_under_another_registry() {
    let mut other = bundle("topup");
    put(&mut other, 1, allocation(1, |statement| statement.nonce = NONCE));
    let mut registry = Story::of("flat").trust.registry;
    registry.version += 1;
    assert!(find(&bundle("topup"), &other, &registry).is_empty());
}

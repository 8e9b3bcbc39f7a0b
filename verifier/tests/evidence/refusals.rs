//! What is no evidence, and why. The honest pairs stand among them.

use solvency_verifier::evidence::{Equivocation, EvidenceError, SignedAllocation, SignedBook};
use solvency_verifier::statement::{
    AllocationStatement, BookAttestation, Claim, PriceRound, QuorumError, SignatureError, SourceUse,
};

use crate::pairs::*;
use crate::story::{Other, party};

fn refused(shown: Equivocation) -> EvidenceError {
    check(&shown).unwrap_err()
}

fn unrelated(field: &'static str) -> EvidenceError {
    EvidenceError::Unrelated { field }
}

fn allocations(second: SignedAllocation) -> Equivocation {
    Equivocation::Allocations { first: allocation(1, |_| ()), second }
}

#[test]
fn the_same_statement_is_no_contradiction() {
    let is_same = |shown| assert!(matches!(refused(shown), EvidenceError::SameStatement { .. }));
    is_same(allocations(allocation(1, |_| ())));
    is_same(Equivocation::Spent { first: allocation(1, |_| ()), second: allocation(1, |_| ()) });
    is_same(Equivocation::SpentShard {
        first: allocation(0, |_| ()),
        first_holdings: holdings(|_| ()),
        second: spending(&holdings(|_| ())),
        second_holdings: holdings(|_| ()),
    });
    is_same(Equivocation::Books {
        first: book(&ATTESTORS, |_| ()),
        second: book(&["attestor-1", "attestor-3"], |_| ()),
    });
    is_same(Equivocation::Rounds {
        first: round(&ORACLES, |_| ()),
        second: round(&["oracle-1", "oracle-2", "oracle-4"], |_| ()),
    });
    is_same(Equivocation::Claims { first: claim("venue-a", |_| ()), second: claim("venue-a", |_| ()) });
}

#[test]
fn allocations_of_two_chains_or_places_do_not_contradict_each_other() {
    let cases: [(&str, Alter<AllocationStatement>); 3] = [
        ("custodians", |statement| statement.custodian = party("venue-a")),
        ("accounts", |statement| statement.account = statement.account.other()),
        ("epochs", |statement| statement.epoch += 1),
    ];
    for (field, alter) in cases {
        assert_eq!(refused(allocations(allocation(1, alter))), unrelated(field));
        let second = allocation(1, alter);
        let shown = Equivocation::Spent { first: allocation(1, |_| ()), second };
        assert_eq!(refused(shown), unrelated(field));
    }
    // A chain and the next link of it.
    assert_eq!(refused(allocations(allocation(0, |_| ()))), unrelated("sequence numbers"));
}

#[test]
fn a_chain_spends_nothing_twice_and_unused_sources_are_nothing() {
    let chain = Equivocation::Spent { first: allocation(0, |_| ()), second: allocation(1, |_| ()) };
    assert_eq!(refused(chain), EvidenceError::NothingSharedSpent);
    let unused = |nonce: u8| {
        allocation(1, |statement| {
            statement.sources.drain(..2);
            assert_eq!(statement.sources[0].kind, SourceUse::Unused);
            statement.nonce.0 = [nonce; 16];
        })
    };
    let shown = Equivocation::Spent { first: unused(1), second: unused(2) };
    assert_eq!(refused(shown), EvidenceError::NothingSharedSpent);
    // Another output of the same allocation.
    let second = allocation(1, |statement| {
        statement.sources.remove(0);
        statement.sources[0].index = 2;
    });
    let shown = Equivocation::Spent { first: allocation(1, |_| ()), second };
    assert_eq!(refused(shown), EvidenceError::NothingSharedSpent);
}

#[test]
fn two_shards_are_two_things_and_each_must_be_spent() {
    let shown = |alter: fn(&mut solvency_verifier::statement::HoldingsStatement)| {
        let second_holdings = holdings(|statement| {
            statement.nonce = NONCE;
            alter(statement);
        });
        Equivocation::SpentShard {
            first: allocation(0, |_| ()),
            first_holdings: holdings(|_| ()),
            second: spending(&second_holdings),
            second_holdings,
        }
    };
    assert!(check(&shown(|_| ())).is_ok());
    assert_eq!(refused(shown(|statement| statement.shard = 1)), unrelated("shards"));
    assert_eq!(refused(shown(|statement| statement.book = statement.book.other())), unrelated("books"));
    for place in ["first", "second"] {
        let Equivocation::SpentShard { first, first_holdings, second, second_holdings } = shown(|_| ())
        else {
            unreachable!()
        };
        let not_spent = holdings(|statement| statement.nonce.0 = [1; 16]);
        let shown = if place == "first" {
            Equivocation::SpentShard { first, first_holdings: not_spent, second, second_holdings }
        } else {
            Equivocation::SpentShard { first, first_holdings, second, second_holdings: not_spent }
        };
        let got = refused(shown);
        assert!(matches!(got, EvidenceError::NotSpent { place: at, .. } if at == place), "{got}");
    }
}

#[test]
fn what_the_custodian_did_not_sign_is_not_the_custodians() {
    for (name, shown) in each_kind().into_iter().take(3) {
        for place in ["first", "second"] {
            let mut shown = shown.clone();
            let (Equivocation::Allocations { first, second }
            | Equivocation::Spent { first, second }
            | Equivocation::SpentShard { first, second, .. }) = &mut shown
            else {
                unreachable!()
            };
            // A signature of the other statement is the custodian's, but of another digest.
            if place == "first" {
                first.signature = second.signature;
            } else {
                second.signature = first.signature;
            }
            let got = refused(shown);
            assert!(
                matches!(got, EvidenceError::Signature { place: at, error: SignatureError::WrongSigner { .. } } if at == place),
                "{name}: {got}"
            );
        }
    }
}

fn books(second: SignedBook) -> Equivocation {
    Equivocation::Books { first: book(&ATTESTORS, |_| ()), second }
}

#[test]
fn honest_books_are_no_evidence() {
    let cases: [(EvidenceError, Alter<BookAttestation>); 5] = [
        // A second book of the account in the epoch.
        (EvidenceError::NoSharedRoot, |book| {
            book.shards.iter_mut().for_each(|shard| shard.root = shard.root.other());
        }),
        (EvidenceError::NoSharedRoot, |book| {
            book.account = book.account.other();
            book.shards.iter_mut().for_each(|shard| shard.root = shard.root.other());
        }),
        // Attested again, with a longer lock.
        (EvidenceError::SameConsumer, |book| book.locked_until += 1),
        (EvidenceError::Unrelated { field: "epochs" }, |book| {
            book.account = book.account.other();
            book.epoch += 1;
        }),
        (EvidenceError::NotExclusive { place: "second" }, |book| {
            book.account = book.account.other();
            book.exclusive = false;
        }),
    ];
    for (expected, alter) in cases {
        assert_eq!(refused(books(book(&ATTESTORS, alter))), expected);
    }
    let first = book(&ATTESTORS, |book| book.exclusive = false);
    let second = book(&ATTESTORS, |book| book.account = book.account.other());
    let shown = Equivocation::Books { first, second };
    assert_eq!(refused(shown), EvidenceError::NotExclusive { place: "first" });
}

#[test]
fn honest_rounds_are_no_evidence() {
    let again: [fn(&mut PriceRound); 3] = [
        |round| round.time += 1,
        |round| round.valuations.truncate(1),
        |round| {
            let mut another = round.valuations[0].clone();
            another.policy = another.policy.other();
            other_digest(&mut another.digest);
            round.valuations.push(another);
        },
    ];
    for alter in again {
        let shown = Equivocation::Rounds { first: round(&ORACLES, |_| ()), second: round(&ORACLES, alter) };
        assert_eq!(refused(shown), EvidenceError::NoContradiction);
    }
    let second = round(&ORACLES, |round| {
        round.round += 1;
        round.prices[0] += 1;
    });
    let shown = Equivocation::Rounds { first: round(&ORACLES, |_| ()), second };
    assert_eq!(refused(shown), unrelated("round numbers"));
    let alone = |alter: fn(&mut PriceRound)| Equivocation::Valuations { round: round(&ORACLES, alter) };
    assert_eq!(refused(alone(|_| ())), EvidenceError::NoContradiction);
    // A policy twice with one digest says one thing.
    let twice = alone(|round| round.valuations.push(round.valuations[0].clone()));
    assert_eq!(refused(twice), EvidenceError::NoContradiction);
}

#[test]
fn without_both_quorums_nobody_is_accused() {
    let other_account = |book: &mut BookAttestation| book.account = book.account.other();
    let other_price = |round: &mut PriceRound| round.prices[0] += 1;
    let quorum = |shown, place, expected: QuorumError| {
        assert_eq!(refused(shown), EvidenceError::Quorum { place, error: expected });
    };
    let (one, two) = (["attestor-1"], ["oracle-1", "oracle-2"]);
    let too_few = QuorumError::TooFew { got: 1, needed: 2 };
    quorum(books(book(&one, other_account)), "second", too_few.clone());
    let first = book(&one, |_| ());
    let shown = Equivocation::Books { first, second: book(&ATTESTORS, other_account) };
    quorum(shown, "first", too_few);
    let too_few = QuorumError::TooFew { got: 2, needed: 3 };
    let rounds = |first, second| Equivocation::Rounds { first, second };
    quorum(rounds(round(&ORACLES, |_| ()), round(&two, other_price)), "second", too_few.clone());
    quorum(rounds(round(&two, |_| ()), round(&ORACLES, other_price)), "first", too_few.clone());
    quorum(Equivocation::Valuations { round: round(&two, policy_twice) }, "round", too_few);
    let unknown = QuorumError::Unknown(party("oracle-1"));
    quorum(books(book(&["attestor-1", "oracle-1"], other_account)), "second", unknown);
    let repeated = QuorumError::Repeated(party("attestor-1"));
    quorum(books(book(&["attestor-1", "attestor-1"], other_account)), "second", repeated);

    // One wrong signature beside a quorum.
    let mut second = book(&["attestor-1", "attestor-2", "attestor-3"], other_account);
    second.signatures[2].signature = second.signatures[0].signature;
    let got = refused(books(second));
    let invalid = EvidenceError::Quorum {
        place: "second",
        error: QuorumError::Invalid {
            signer: party("attestor-3"),
            error: SignatureError::WrongSigner { got: party("attestor-1"), expected: party("attestor-3") },
        },
    };
    assert_eq!(got, invalid);

    let set = |place| EvidenceError::SignerSet { place, got: 2, expected: 1 };
    let newer = book(&ATTESTORS, |book| {
        other_account(book);
        book.attestor_set_version = 2;
    });
    assert_eq!(refused(books(newer)), set("second"));
    let newer = |round: &mut PriceRound| {
        policy_twice(round);
        round.oracle_set_version = 2;
    };
    assert_eq!(refused(rounds(round(&ORACLES, newer), round(&ORACLES, |_| ()))), set("first"));
    assert_eq!(refused(Equivocation::Valuations { round: round(&ORACLES, newer) }), set("round"));
}

#[test]
fn honest_claims_are_no_evidence() {
    let cases: [(&str, Alter<Claim>); 4] = [
        ("claim numbers", |claim| claim.number += 1),
        ("accounts", |claim| claim.account = claim.account.other()),
        ("liability books", |claim| claim.liability_book = claim.liability_book.other()),
        ("venues", |claim| claim.venue = claim.venue.other()),
    ];
    for (field, alter) in cases {
        let shown = Equivocation::Claims { first: claim("venue-a", |_| ()), second: claim("venue-a", alter) };
        assert_eq!(refused(shown), unrelated(field));
    }
    // Two keys.
    let second = claim("venue-b", |claim| claim.nonce = NONCE);
    let got = refused(Equivocation::Claims { first: claim("venue-a", |_| ()), second });
    let error = SignatureError::WrongSigner { got: party("venue-b"), expected: party("venue-a") };
    assert_eq!(got, EvidenceError::Signature { place: "second", error });
    let mut first = claim("venue-a", |_| ());
    first.signature.0[64] = 29;
    let got = refused(Equivocation::Claims { first, second: claim("venue-a", |claim| claim.nonce = NONCE) });
    let error = SignatureError::RecoveryId(29);
    assert_eq!(got, EvidenceError::Signature { place: "first", error });
}

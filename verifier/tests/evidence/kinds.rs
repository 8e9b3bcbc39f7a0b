//! What each kind proves, about whom.

use solvency_verifier::encoding::{TypedData, tagged_sha256};
use solvency_verifier::evidence::{
    Consumer, Equivocation, Evidence, EvidenceError, Kind, Named, Proved, Role, RoundDifference, Spent,
};
use solvency_verifier::registry::RegistryError;
use solvency_verifier::statement::BookAttestation;

use crate::pairs::*;
use crate::story::{Other, Story, party};

pub(crate) fn proved(kind: &str) -> (Proved, Role, String) {
    let (_, shown) = each_kind().into_iter().find(|(name, _)| *name == kind).unwrap();
    let finding = check(&shown).unwrap();
    assert_eq!(finding.kind.name(), kind);
    assert_eq!(finding.registry, registry().digest());
    (finding.proved.clone(), finding.role(), finding.to_string())
}

#[test]
fn two_allocations_in_one_place_are_the_custodians() {
    let statement = allocation(1, |_| ()).statement;
    let expected = Proved::Allocations {
        custodian: party("custodian"),
        account: statement.account,
        epoch: statement.epoch,
        sequence: 1,
    };
    let (got, role, words) = proved("allocations");
    assert_eq!((got, role), (expected, Role::Custodian));
    assert!(words.contains("signed two allocations number 1 of account"), "{words}");
    assert!(words.contains(&statement.digest(&domain()).to_string()), "{words}");
}

#[test]
fn an_output_a_holdings_statement_or_a_shard_that_two_allocations_spend_is_named() {
    let statement = allocation(0, |_| ()).statement;
    let spending_of = |spent| Proved::Spending {
        custodian: party("custodian"),
        account: statement.account,
        epoch: statement.epoch,
        spent,
    };
    let (got, role, words) = proved("spent");
    let spent = Spent::Output { allocation: statement.digest(&domain()), index: 0 };
    assert_eq!((got, role), (spending_of(spent), Role::Custodian));
    assert!(words.contains("both spend output 0 of allocation"), "{words}");

    let one = holdings(|_| ());
    let shown = Equivocation::Spent { first: allocation(0, |_| ()), second: spending(&one) };
    let spent = Spent::Holdings { statement: one.digest(&domain()) };
    assert_eq!(check(&shown).unwrap().proved, spending_of(spent));

    let spent = Spent::Shard { book: one.book, shard: 0 };
    assert_eq!(proved("spentShard").0, spending_of(spent));
}

#[test]
fn a_book_for_two_consumers_is_of_the_attestors_who_signed_both() {
    let one = book(&ATTESTORS, |_| ()).attestation;
    let consumer =
        Consumer { custodian: one.custodian, account: one.account, log_origin: one.log_origin.clone() };
    let other = Consumer { account: one.account.other(), ..consumer.clone() };
    let expected = Proved::Books {
        attestors: vec![party("attestor-2")],
        epoch: one.epoch,
        root: one.shards[0].root,
        consumers: [consumer, other],
    };
    let (got, role, words) = proved("books");
    assert_eq!((got, role), (expected, Role::Attestors));
    assert!(words.contains("are in no other book of epoch 3"), "{words}");

    for alter in [
        (|book| book.custodian = book.custodian.other()) as fn(&mut BookAttestation),
        |book| book.log_origin.push('x'),
        // One root among others is enough.
        |book| {
            book.account = book.account.other();
            book.shards.remove(0);
        },
    ] {
        let shown = Equivocation::Books { first: book(&ATTESTORS, |_| ()), second: book(&ATTESTORS, alter) };
        assert_eq!(check(&shown).unwrap().kind, Kind::Books);
    }
}

#[test]
fn two_prices_or_two_digests_of_a_round_are_of_the_oracles_who_signed_both() {
    let one = round(&ORACLES, |_| ()).round;
    let price = one.prices[2];
    let (got, role, words) = proved("rounds");
    let difference = RoundDifference::Price { asset: 2, prices: [Some(price), Some(price + 1)] };
    let oracles = vec![party("oracle-2"), party("oracle-3")];
    assert_eq!((got, role), (Proved::Round { oracles, round: one.round, difference }, Role::Oracles));
    assert!(words.contains("two prices of asset 2"), "{words}");

    let difference = |alter: fn(&mut solvency_verifier::statement::PriceRound)| {
        let shown = Equivocation::Rounds { first: round(&ORACLES, |_| ()), second: round(&ORACLES, alter) };
        match check(&shown).unwrap().proved {
            Proved::Round { difference, .. } => difference,
            other => panic!("{other:?}"),
        }
    };
    let shorter = difference(|round| round.prices.truncate(4));
    let last = one.prices.len() - 1;
    assert_eq!(shorter, RoundDifference::Price { asset: last, prices: [Some(one.prices[last]), None] });
    let valuation = &one.valuations[1];
    let digests = [valuation.digest, valuation.digest.other()];
    let expected = RoundDifference::Valuation { policy: valuation.policy, digests };
    // Whatever else changed: the order, another policy, the time.
    let altered = difference(|round| {
        other_digest(&mut round.valuations[1].digest);
        round.valuations.remove(0);
        round.time += 1;
    });
    assert_eq!(altered, expected);
    assert_eq!(difference(policy_twice), expected);

    let (got, _, words) = proved("valuations");
    let oracles = ORACLES.map(party).into();
    assert_eq!(got, Proved::Round { oracles, round: one.round, difference: expected });
    assert!(words.contains("two valuation digests of policy") && !words.contains(" and 0x0000"), "{words}");
}

#[test]
fn two_claims_of_a_number_are_the_venues() {
    let one = claim("venue-a", |_| ()).claim;
    let expected = Proved::Claims {
        signer: party("venue-a"),
        venue: one.venue,
        liability_book: one.liability_book,
        account: one.account,
        number: one.number,
    };
    let (got, role, words) = proved("claims");
    assert_eq!((got, role), (expected, Role::Venue));
    assert!(words.contains("two claims number 1"), "{words}");
    // One chain and contract may act on a pledge: two are two claims.
    let second = claim("venue-a", |claim| claim.chain_id += 1);
    assert!(check(&Equivocation::Claims { first: claim("venue-a", |_| ()), second }).is_ok());
}

/// The same two statements, in the other order and with other signatures, are the same evidence; others are not.
#[test]
fn evidence_is_known_by_its_statements() {
    let mut ids = std::collections::BTreeSet::new();
    for (name, shown) in each_kind() {
        let id = check(&shown).unwrap().id;
        assert!(ids.insert(id), "{name}");
        let swapped = match shown {
            Equivocation::Allocations { first, second } => {
                Equivocation::Allocations { first: second, second: first }
            }
            Equivocation::Spent { first, second } => Equivocation::Spent { first: second, second: first },
            Equivocation::SpentShard { first, first_holdings, second, second_holdings } => {
                Equivocation::SpentShard {
                    first: second,
                    first_holdings: second_holdings,
                    second: first,
                    second_holdings: first_holdings,
                }
            }
            Equivocation::Books { first, second } => Equivocation::Books { first: second, second: first },
            Equivocation::Rounds { first, second } => Equivocation::Rounds { first: second, second: first },
            Equivocation::Claims { first, second } => Equivocation::Claims { first: second, second: first },
            Equivocation::LogFork { first, second, beginning } => {
                Equivocation::LogFork { first: second, second: first, beginning }
            }
            Equivocation::Witness { first, second, beginning } => {
                Equivocation::Witness { first: second, second: first, beginning }
            }
            one => one,
        };
        assert_eq!(check(&swapped).unwrap().id, id, "{name}");
    }
    // Another quorum of the same statements.
    let by_others = Equivocation::Rounds {
        first: round(&["oracle-1", "oracle-3", "oracle-4"], |_| ()),
        second: round(&ORACLES, |round| round.prices[2] += 1),
    };
    assert!(ids.contains(&check(&by_others).unwrap().id));
}

/// As spec/evidence.md says, under "Identity".
#[test]
fn an_id_is_made_of_registry_statements_and_kind() {
    for (name, shown) in each_kind() {
        let finding = check(&shown).unwrap();
        let [first, second] = finding.statements;
        let (lesser, greater) = (first.min(second), first.max(second));
        let parts: [&[u8]; 4] = [&registry().digest().0, &lesser.0, &greater.0, name.as_bytes()];
        assert_eq!(finding.id, tagged_sha256("solvency.v1.evidence", &parts), "{name}");
    }
}

#[test]
fn only_under_its_own_registry() {
    for (name, shown) in each_kind() {
        let (custodians, venues) = (custodians(), venues());
        let named = Named { custodians: &custodians, venues: &venues };
        let evidence = evidence(shown);
        let mut other = registry().clone();
        other.version += 1;
        let refused = evidence.check(&other, &named).unwrap_err();
        let expected = EvidenceError::OtherRegistry { got: registry().digest(), expected: other.digest() };
        assert_eq!(refused, expected, "{name}");
        // Said to be of the other one, no signature holds.
        let moved = Evidence { registry: other.digest(), ..evidence.clone() };
        let refused = moved.check(&other, &named).unwrap_err();
        let signatures = matches!(
            refused,
            EvidenceError::Signature { .. } | EvidenceError::Quorum { .. } | EvidenceError::NotSpent { .. }
        );
        assert!(signatures, "{name}: {refused}");
        let mut broken = registry().clone();
        broken.oracles.threshold = 1;
        let refused = evidence.check(&broken, &named).unwrap_err();
        assert!(matches!(refused, EvidenceError::Registry(RegistryError::Threshold { .. })), "{name}");
    }
}

/// A stranger signs two statements about somebody else's account.
#[test]
fn nobody_is_accused_whom_the_reader_did_not_name() {
    for (name, shown) in each_kind() {
        let answer = evidence(shown.clone()).check(registry(), &Named::default());
        match check(&shown).unwrap().role() {
            Role::Custodian => {
                let got = party("custodian");
                assert_eq!(answer, Err(EvidenceError::NotNamed { role: Role::Custodian, got }), "{name}");
            }
            Role::Venue => {
                let got = party("venue-a");
                assert_eq!(answer, Err(EvidenceError::NotNamed { role: Role::Venue, got }), "{name}");
            }
            Role::Attestors | Role::Oracles | Role::Witness => assert!(answer.is_ok(), "{name}"),
        }
    }
    let by_stranger = Equivocation::Claims {
        first: claim("custodian", |_| ()),
        second: claim("custodian", |claim| claim.nonce = NONCE),
    };
    let got = party("custodian");
    assert_eq!(check(&by_stranger), Err(EvidenceError::NotNamed { role: Role::Venue, got }));
    // Venue B's key speaks for venue B alone.
    let venues = [(Story::of("tiered").trust.audience.venue, party("venue-a"))];
    let (_, claims) = each_kind().into_iter().find(|(name, _)| *name == "claims").unwrap();
    let answer = evidence(claims).check(registry(), &Named { custodians: &[], venues: &venues });
    assert!(matches!(answer, Err(EvidenceError::NotNamed { role: Role::Venue, .. })));
}

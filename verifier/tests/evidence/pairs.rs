//! Statements of `fixtures/accept/`, altered and signed again by who signs such statements.

use std::collections::HashMap;
use std::sync::OnceLock;

use solvency_verifier::bundle::{Bundle, SignedClaim, SignedRound};
use solvency_verifier::encoding::{Bytes16, Domain, TypedData};
use solvency_verifier::evidence::{
    EVIDENCE_FORMAT, Equivocation, Evidence, EvidenceError, Finding, Named, SignedAllocation, SignedBook,
};
use solvency_verifier::registry::Registry;
use solvency_verifier::statement::{
    AllocationStatement, BookAttestation, Claim, HoldingsStatement, PriceRound, Signed, Source, SourceUse,
};
use solvency_verifier::{Address, Bytes32, FieldElement};

use crate::story::{CASES, Other, Story, key, party, sign};
use crate::trees::{NOW, beginning, cosigned_tree, signed_tree, tree};

/// A case's bundle. Reading one checks every point of its proofs, so each is read once.
pub(crate) fn bundle(case: &str) -> Bundle {
    static BUNDLES: OnceLock<HashMap<&str, Bundle>> = OnceLock::new();
    let bundles = BUNDLES.get_or_init(|| CASES.map(|case| (case, Story::of(case).bundle)).into());
    bundles[case].clone()
}

pub(crate) fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(|| Story::of("flat").trust.registry)
}

pub(crate) fn domain() -> Domain {
    Domain::of_registry(&registry().digest())
}

pub(crate) fn custodians() -> Vec<Address> {
    vec![party("custodian")]
}

pub(crate) fn venues() -> Vec<(Bytes32, Address)> {
    vec![(bundle("flat").claim.claim.venue, party("venue-a"))]
}

pub(crate) fn evidence(shown: Equivocation) -> Evidence {
    Evidence { format: EVIDENCE_FORMAT.into(), registry: registry().digest(), shown }
}

/// The check by a reader who knows custodian and venue.
pub(crate) fn check(shown: &Equivocation) -> Result<Finding, EvidenceError> {
    let (custodians, venues) = (custodians(), venues());
    evidence(shown.clone()).check(registry(), &Named { custodians: &custodians, venues: &venues })
}

pub(crate) fn signed_by(names: &[&str], digest: &Bytes32) -> Vec<Signed> {
    names.iter().map(|name| Signed { signer: party(name), signature: sign(&key(name), digest) }).collect()
}

/// An allocation of the top-up's chain, altered and signed by its custodian.
pub(crate) fn allocation(index: usize, alter: impl FnOnce(&mut AllocationStatement)) -> SignedAllocation {
    let mut statement = bundle("topup").allocations[index].proven.statement.clone();
    alter(&mut statement);
    let signature = sign(&key("custodian"), &statement.digest(&domain()));
    SignedAllocation { statement, signature }
}

pub(crate) fn holdings(alter: impl FnOnce(&mut HoldingsStatement)) -> HoldingsStatement {
    let mut statement = bundle("flat").books[0].holdings[0].statement.clone();
    alter(&mut statement);
    statement
}

/// The second allocation, which spends this holdings statement too.
pub(crate) fn spending(holdings: &HoldingsStatement) -> SignedAllocation {
    let source = Source {
        kind: SourceUse::Holdings,
        commitment: holdings.total,
        origin: holdings.digest(&domain()),
        index: 0,
        release: Bytes32::ZERO,
    };
    allocation(1, |statement| statement.sources[2] = source)
}

pub(crate) const ATTESTORS: [&str; 2] = ["attestor-1", "attestor-2"];
pub(crate) const ORACLES: [&str; 3] = ["oracle-1", "oracle-2", "oracle-3"];

pub(crate) fn book(by: &[&str], alter: impl FnOnce(&mut BookAttestation)) -> SignedBook {
    let mut attestation = bundle("flat").books[0].attestation.clone();
    alter(&mut attestation);
    let signatures = signed_by(by, &attestation.digest(&domain()));
    SignedBook { attestation, signatures }
}

pub(crate) fn round(by: &[&str], alter: impl FnOnce(&mut PriceRound)) -> SignedRound {
    let mut round = bundle("flat").round.round;
    alter(&mut round);
    let signatures = signed_by(by, &round.digest(&domain()));
    SignedRound { round, signatures }
}

pub(crate) fn claim(by: &str, alter: impl FnOnce(&mut Claim)) -> SignedClaim {
    let mut claim = bundle("flat").claim.claim;
    alter(&mut claim);
    let signature = sign(&key(by), &claim.digest(&domain()));
    SignedClaim { claim, signature }
}

/// An alteration of a statement.
pub(crate) type Alter<S> = fn(&mut S);

pub(crate) const NONCE: Bytes16 = Bytes16([0x5a; 16]);

pub(crate) fn other_digest(digest: &mut FieldElement) {
    *digest = digest.other();
}

/// A policy twice, with two digests.
pub(crate) fn policy_twice(round: &mut PriceRound) {
    let mut again = round.valuations[1].clone();
    other_digest(&mut again.digest);
    round.valuations.push(again);
}

/// One of each kind that holds.
pub(crate) fn each_kind() -> Vec<(&'static str, Equivocation)> {
    let second_holdings = holdings(|statement| statement.nonce = NONCE);
    vec![
        (
            "allocations",
            Equivocation::Allocations {
                first: allocation(1, |_| ()),
                second: allocation(1, |statement| statement.nonce = NONCE),
            },
        ),
        (
            "spent",
            Equivocation::Spent {
                first: allocation(1, |_| ()),
                second: allocation(1, |statement| statement.sequence = 2),
            },
        ),
        (
            "spentShard",
            Equivocation::SpentShard {
                first: allocation(0, |_| ()),
                first_holdings: holdings(|_| ()),
                second: spending(&second_holdings),
                second_holdings,
            },
        ),
        (
            "books",
            Equivocation::Books {
                first: book(&ATTESTORS, |_| ()),
                second: book(&["attestor-2", "attestor-3"], |book| book.account = book.account.other()),
            },
        ),
        (
            "rounds",
            Equivocation::Rounds {
                first: round(&ORACLES, |_| ()),
                second: round(&["oracle-2", "oracle-3", "oracle-4"], |round| round.prices[2] += 1),
            },
        ),
        ("valuations", Equivocation::Valuations { round: round(&ORACLES, policy_twice) }),
        (
            "claims",
            Equivocation::Claims {
                first: claim("venue-a", |_| ()),
                second: claim("venue-a", |claim| claim.requirement = claim.requirement.other()),
            },
        ),
        (
            "logFork",
            Equivocation::LogFork {
                first: signed_tree(&tree(2, "other")),
                second: signed_tree(&tree(5, "one")),
                beginning: Some(beginning(2, &tree(5, "one"))),
            },
        ),
        (
            "witness",
            Equivocation::Witness {
                first: cosigned_tree(&tree(2, "other"), NOW),
                second: cosigned_tree(&tree(5, "one"), NOW - 1),
                beginning: Some(beginning(2, &tree(5, "one"))),
            },
        ),
    ]
}

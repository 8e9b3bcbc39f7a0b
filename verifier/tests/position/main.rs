//! Positions over accepted bundles of `fixtures/accept/`, with their proofs (spec/position.md).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests

#[allow(dead_code)]
#[path = "../support/accelerators.rs"]
mod accelerators;
#[allow(dead_code)]
#[path = "../acceptance/custody.rs"]
mod custody;
#[allow(dead_code)]
#[path = "../acceptance/ledger.rs"]
mod ledger;
#[allow(dead_code)]
#[path = "../acceptance/story.rs"]
mod story;
#[allow(dead_code)]
#[path = "../support/trapdoor.rs"]
mod trapdoor;

use accelerators::Right;
use solvency_verifier::Bytes32;
use solvency_verifier::accept::Reason;
use solvency_verifier::bundle::SignedClaim;
use solvency_verifier::encoding::{Bytes16, Domain, TypedData};
use solvency_verifier::evidence::{
    EVIDENCE_FORMAT, Equivocation, Evidence, EvidenceError, SignedAllocation, SignedBook,
};
use solvency_verifier::groth16::KeyId;
use solvency_verifier::position::{
    Accepted, Action, Bands, EvidenceRefused, NotCounted, Position, Refused, RotationRefused, State,
    trust_digest,
};
use solvency_verifier::statement::{AllocationStatement, Signed};
use solvency_verifier::trust::{HistoryRequirement, PreparedTrust, Seen, TotalsRequirement, Trust};
use story::{CASES, Other, Story, key, party, sign};

const BANDS: Bands = Bands { warn: 120, restrict: 60, grace: 900, answer: 1_800, max_age: 600 };

fn prepared(trust: &Trust) -> PreparedTrust {
    PreparedTrust::new(trust.clone()).unwrap()
}

fn opened(story: &Story) -> Position {
    Position::open(&story.trust, BANDS, story.now).unwrap()
}

#[test]
fn an_accepted_bundle_covers_until_its_verdict_ends_and_not_twice() {
    for case in CASES {
        let story = Story::of(case);
        let verdict = story.accepted();
        let mut trust = prepared(&story.trust);
        let mut position = opened(&story);
        let (standing, _) = position.take(&story.bundle, &mut trust, story.now, None).unwrap();
        assert_eq!(standing.state, State::Covered { until: verdict.until }, "{case}");
        let seen = Seen {
            epoch: verdict.epoch,
            sequence: verdict.sequence,
            allocation: verdict.head,
            round: verdict.round,
        };
        assert_eq!(position.seen(&story.trust.registry.digest()), Some(&seen));

        // The position is the one source of what was seen: R1 refuses the second time, whatever the trust file said.
        let mut trust = prepared(&story.trust);
        let again = position.take(&story.bundle, &mut trust, story.now, Some(&Right));
        let replayed = Reason::RoundReplayed { got: seen.round, seen: seen.round };
        assert_eq!(again, Err(Refused::Rejected(replayed)));
        assert_eq!(trust.trust().seen.as_ref(), Some(&seen));
        assert_eq!(position.refusals().last.as_deref(), Some("round_replayed"));
        // So does the machine, if it was judged beside it.
        let (beside, acceptance) =
            Accepted::judge(&story.bundle, &prepared(&story.trust), story.now, None).unwrap();
        assert_eq!(acceptance, verdict);
        let again = position.accepted(&beside, story.now);
        assert_eq!(again, Err(NotCounted::RoundReplayed { got: seen.round, seen: seen.round }));

        assert_eq!(position.observe(verdict.until - 1).state, State::Covered { until: verdict.until });
        assert!(matches!(position.observe(verdict.until).state, State::Grace { .. }));
        let document = serde_json::to_vec(&position).unwrap();
        assert_eq!(Position::from_json(&document), Ok(position));
    }
}

#[test]
fn a_refused_bundle_is_counted_as_such() {
    let mut story = Story::of("flat");
    story.bundle.coverage.statement.nonce.0[0] ^= 1;
    let mut trust = prepared(&story.trust);
    let mut position = opened(&story);
    let answer = position.take(&story.bundle, &mut trust, story.now, None);
    assert!(matches!(answer, Err(Refused::Rejected(Reason::ProofRejected { .. }))));
    assert_eq!(position.refusals().count, 1);
    assert_eq!(position.standing().state, State::Expired);
}

/// A margin call that a larger pledge answers: the chain grows on what was seen, and the claim is the next.
#[test]
fn a_claim_is_answered_by_the_longer_chain() {
    let (before, after) = (Story::of("flat"), Story::of("topup"));
    assert_eq!(trust_digest(&before.trust), trust_digest(&after.trust));
    let registry = before.trust.registry.digest();
    let last = before.accepted();
    let mut trust = before.trust.clone();
    trust.seen = Some(Seen {
        epoch: last.epoch,
        sequence: last.sequence,
        allocation: last.head,
        round: last.round - 1,
    });
    let mut position = Position::open(&trust, BANDS, before.now).unwrap();
    let mut trust = prepared(&trust);
    let early = position.take(&after.bundle, &mut trust, after.now, None);
    assert!(matches!(early, Err(Refused::Rejected(Reason::ClaimSuperseded { got: 2, latest: 1 }))));
    let _ = position.claimed(after.trust.latest_claim.clone(), before.now).unwrap();
    let late = position.take(&before.bundle, &mut trust, before.now, None);
    assert!(matches!(late, Err(Refused::Rejected(Reason::ClaimSuperseded { got: 1, latest: 2 }))));
    let (standing, _) = position.take(&after.bundle, &mut trust, after.now, None).unwrap();
    assert_eq!(standing.state, State::Covered { until: after.accepted().until });
    assert_eq!(position.seen(&registry).unwrap().sequence, 1);
}

#[test]
fn a_bundle_is_judged_at_the_latest_time_that_was_told() {
    let story = Story::of("flat");
    let mut trust = prepared(&story.trust);
    let mut position = opened(&story);
    let _ = position.observe(story.accepted().until);
    let answer = position.take(&story.bundle, &mut trust, story.now, None);
    assert!(matches!(answer, Err(Refused::Rejected(Reason::RoundStale { .. }))));
}

#[test]
fn a_trust_file_that_was_not_rotated_to_judges_nothing() {
    let story = Story::of("flat");
    let mut position = opened(&story);
    let mut other = story.trust.clone();
    other.limits.max_round_lag += 1;
    let digest = trust_digest(&other);
    let mut trust = prepared(&other);
    let answer = position.take(&story.bundle, &mut trust, story.now, None);
    assert_eq!(answer, Err(Refused::NotCounted(NotCounted::TrustUnknown { trust: digest })));
    let _ = position.rotate(&other, story.now + 100, story.now).unwrap();
    assert!(position.take(&story.bundle, &mut trust, story.now, None).is_ok());
    let stranger = Story::of("tiered").trust;
    let answer = position.rotate(&stranger, 0, story.now);
    assert_eq!(answer, Err(RotationRefused::OtherPosition));
}

/// Everything in a trust file that decides is in its digest; what it remembers is not.
#[test]
fn a_trust_files_digest_is_of_all_that_it_decides() {
    let trust = Story::of("flat").trust;
    let digest = trust_digest(&trust);
    let changes: [fn(&mut Trust); 29] = [
        |t| t.audience.venue = t.audience.venue.other(),
        |t| t.audience.venue_signer = t.audience.venue_signer.other(),
        |t| t.audience.liability_book = t.audience.liability_book.other(),
        |t| t.audience.chain_id += 1,
        |t| t.audience.settlement = t.audience.settlement.other(),
        |t| t.counterparty.custodian = t.counterparty.custodian.other(),
        |t| t.counterparty.account = t.counterparty.account.other(),
        |t| t.counterparty.log_origin.push('x'),
        |t| t.registry.version += 1,
        |t| t.policy.version += 1,
        |t| drop(t.keys.pop()),
        |t| t.keys[0].not_after += 1,
        |t| t.keys[0].id = KeyId(t.keys[0].id.0.other()),
        |t| t.keys[0].shape = t.keys[1].shape,
        |t| t.accepted_development_keys.truncate(1),
        |t| t.accepted_development_keys[0] = KeyId(Bytes32([7; 32])),
        |t| t.revoked.signers.push(party("custodian")),
        |t| t.revoked.keys.push(KeyId(Bytes32([7; 32]))),
        |t| t.revoked.policies.push(Bytes32([7; 32])),
        |t| t.revoked.registries.push(Bytes32([7; 32])),
        |t| t.limits.max_round_lag += 1,
        |t| t.limits.max_clock_skew += 1,
        |t| t.history = Some(HistoryRequirement { max_age: 60, log_key: None }),
        |t| t.history = Some(HistoryRequirement { max_age: 61, log_key: None }),
        |t| t.history = Some(HistoryRequirement { max_age: 60, log_key: Some(Bytes32::ZERO) }),
        |t| t.history = Some(HistoryRequirement { max_age: 60, log_key: Some(Bytes32([7; 32])) }),
        |t| t.totals = Some(TotalsRequirement { auditor: party("auditor"), max_age: 60 }),
        |t| t.totals = Some(TotalsRequirement { auditor: party("auditor"), max_age: 61 }),
        |t| t.totals = Some(TotalsRequirement { auditor: party("venue-a"), max_age: 60 }),
    ];
    let mut digests = std::collections::BTreeSet::from([digest]);
    for (index, change) in changes.into_iter().enumerate() {
        let mut other = trust.clone();
        change(&mut other);
        assert!(digests.insert(trust_digest(&other)), "{index}");
    }
    let mut same = trust;
    same.latest_claim.number += 1;
    same.seen = Some(Seen { epoch: 1, sequence: 1, allocation: Bytes32::ZERO, round: 1 });
    assert_eq!(trust_digest(&same), digest);
}

fn evidence(trust: &Trust, shown: Equivocation) -> Evidence {
    Evidence { format: EVIDENCE_FORMAT.into(), registry: trust.registry.digest(), shown }
}

fn domain(trust: &Trust) -> Domain {
    Domain::of_registry(&trust.registry.digest())
}

/// Two allocations in one place, about this or another account.
fn allocations(story: &Story, alter: fn(&mut AllocationStatement)) -> Evidence {
    let signed = |nonce: u8| {
        let mut statement = story.bundle.allocations[0].proven.statement.clone();
        statement.nonce = Bytes16([nonce; 16]);
        alter(&mut statement);
        let signature = sign(&key("custodian"), &statement.digest(&domain(&story.trust)));
        SignedAllocation { statement, signature }
    };
    evidence(&story.trust, Equivocation::Allocations { first: signed(1), second: signed(2) })
}

#[test]
fn two_chains_of_the_custodian_equivocate_until_a_person_resolves_it() {
    let story = Story::of("flat");
    let mut trust = prepared(&story.trust);
    let mut position = opened(&story);
    let shown = allocations(&story, |_| ());
    let finding = position.shown(&shown, &story.trust, story.now).unwrap();
    let (standing, _) = position.take(&story.bundle, &mut trust, story.now, None).unwrap();
    let equivocated = State::Equivocated { evidence: vec![finding.id] };
    assert_eq!((standing.state, standing.action), (equivocated, Action::Liquidate));
    let id = finding.id;
    let again = position.shown(&shown, &story.trust, story.now);
    assert_eq!(again, Err(EvidenceRefused::Known { id }));
    let standing = position.resolve(&id, story.now).unwrap();
    assert!(matches!(standing.state, State::Covered { .. }));
    let again = position.shown(&shown, &story.trust, story.now);
    assert_eq!(again, Err(EvidenceRefused::Resolved { id }));
}

#[test]
fn evidence_that_does_not_concern_a_position_is_not_taken() {
    let story = Story::of("flat");
    let mut position = opened(&story);
    let mut refused = |shown: &Evidence, trust: &Trust| {
        let before = position.clone();
        let error = position.shown(shown, trust, story.now).unwrap_err();
        assert_eq!(position, before);
        error
    };
    let other_account = allocations(&story, |statement| statement.account = statement.account.other());
    assert_eq!(refused(&other_account, &story.trust), EvidenceRefused::NotOurs);
    // Another custodian's is not a finding at all: nobody named it.
    let other_custodian = allocations(&story, |statement| statement.custodian = party("venue-b"));
    let error = refused(&other_custodian, &story.trust);
    assert!(matches!(error, EvidenceRefused::Check(EvidenceError::Signature { .. })));
    let ours = allocations(&story, |_| ());
    let mut unknown = story.trust.clone();
    unknown.limits.max_round_lag += 1;
    let error = refused(&ours, &unknown);
    assert!(matches!(error, EvidenceRefused::Trust(NotCounted::TrustUnknown { .. })));

    let mut revoked = story.trust.clone();
    revoked.revoked.signers.push(party("custodian"));
    let _ = position.rotate(&revoked, story.now, story.now).unwrap();
    let error = position.shown(&ours, &revoked, story.now);
    assert_eq!(error, Err(EvidenceRefused::Revoked { signer: party("custodian") }));
}

/// Against others than the custodian: restricted, and only what concerns this position.
#[test]
fn evidence_against_attestors_oracles_or_the_venues_key_restricts() {
    let story = Story::of("flat");
    let domain = domain(&story.trust);
    let signed_by = |names: &[&str], digest: &Bytes32| -> Vec<Signed> {
        names.iter().map(|name| Signed { signer: party(name), signature: sign(&key(name), digest) }).collect()
    };
    let books = |strangers: bool| {
        let signed = |alter: u8| {
            let mut attestation = story.bundle.books[0].attestation.clone();
            if strangers {
                attestation.custodian = party("venue-a");
            }
            attestation.account.0[0] ^= alter;
            let signatures = signed_by(&["attestor-1", "attestor-2"], &attestation.digest(&domain));
            SignedBook { attestation, signatures }
        };
        evidence(&story.trust, Equivocation::Books { first: signed(1), second: signed(0) })
    };
    let rounds = {
        let signed = |more: u64| {
            let mut round = story.bundle.round.round.clone();
            round.prices[0] += more;
            let signatures = signed_by(&["oracle-1", "oracle-2", "oracle-3"], &round.digest(&domain));
            solvency_verifier::bundle::SignedRound { round, signatures }
        };
        evidence(&story.trust, Equivocation::Rounds { first: signed(0), second: signed(1) })
    };
    let claims = |book: u8| {
        let signed = |nonce: u8| {
            let mut claim = story.bundle.claim.claim.clone();
            claim.liability_book.0[0] ^= book;
            claim.nonce = Bytes16([nonce; 16]);
            let signature = sign(&key("venue-a"), &claim.digest(&domain));
            SignedClaim { claim, signature }
        };
        evidence(&story.trust, Equivocation::Claims { first: signed(1), second: signed(2) })
    };
    for shown in [books(false), rounds, claims(0)] {
        let mut position = opened(&story);
        let mut trust = prepared(&story.trust);
        let _ = position.take(&story.bundle, &mut trust, story.now, None).unwrap();
        position.shown(&shown, &story.trust, story.now).unwrap();
        let standing = position.standing();
        assert!(matches!(standing.state, State::Equivocated { .. }));
        assert_eq!(standing.action, Action::Restrict);
    }
    for shown in [books(true), claims(1)] {
        let mut position = opened(&story);
        let answer = position.shown(&shown, &story.trust, story.now);
        assert_eq!(answer, Err(EvidenceRefused::NotOurs));
    }
}

/// What was judged beside the machine, against marks that have moved since.
#[test]
fn a_verdict_of_before_counts_only_where_its_chain_is_known_to_contain_the_marks() {
    let story = Story::of("topup");
    let judge =
        |trust: &Trust| Accepted::judge(&story.bundle, &prepared(trust), story.now, Some(&Right)).unwrap();
    let (beside, verdict) = judge(&story.trust);
    // Meanwhile an earlier link of the chain was counted, at an earlier round.
    let mut trust = story.trust.clone();
    let seen = Seen {
        epoch: verdict.epoch,
        sequence: 0,
        allocation: story.allocation_digest(0),
        round: verdict.round - 1,
    };
    trust.seen = Some(seen);
    let mut position = Position::open(&trust, BANDS, story.now).unwrap();
    assert_eq!(position.accepted(&beside, story.now), Err(NotCounted::MarksMoved));
    let (again, _) = judge(&trust);
    assert!(position.accepted(&again, story.now).is_ok());
}

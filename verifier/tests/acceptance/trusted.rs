//! P2, K1, K2, G1, R1, Z1 and the clock: what the venue decides for itself.

use solvency_verifier::Bytes32;
use solvency_verifier::accept::{MAX_PARTS, NotShown, Reason};
use solvency_verifier::groth16::Proof;
use solvency_verifier::trust::{Limits, Seen};

use crate::refusals::{Limit, Refusal, check_limits, check_refusals, limit, refusal, tampering};
use crate::story::{CASES, Other, Story};

/// What a venue has seen that accepted this bundle before, one round earlier.
fn seen(story: &Story) -> Seen {
    let last = story.bundle.allocations.len() - 1;
    let statement = &story.bundle.allocations[last].proven.statement;
    Seen {
        epoch: statement.epoch,
        sequence: statement.sequence,
        allocation: story.allocation_digest(last),
        round: story.bundle.round.round.round - 1,
    }
}

fn repeat<T: Clone>(list: &mut Vec<T>, times: usize) {
    let first = list[0].clone();
    list.resize(times, first);
}

pub(crate) const REFUSALS: &[Refusal] = &[
    refusal("too_many_parts", "flat", "65 allocations", |s| repeat(&mut s.bundle.allocations, MAX_PARTS + 1)),
    refusal("too_many_parts", "flat", "65 books", |s| repeat(&mut s.bundle.books, MAX_PARTS + 1)),
    refusal("too_many_parts", "flat", "65 holdings", |s| {
        repeat(&mut s.bundle.books[0].holdings, MAX_PARTS + 1)
    }),
    refusal("too_many_parts", "flat", "65 shards", |s| {
        repeat(&mut s.bundle.books[0].attestation.shards, MAX_PARTS + 1);
    }),
    refusal("sequence", "flat", "64 allocations are looked at", |s| {
        repeat(&mut s.bundle.allocations, MAX_PARTS);
    }),
    refusal("root_twice", "flat", "64 books are looked at", |s| repeat(&mut s.bundle.books, MAX_PARTS)),
    refusal("holdings_twice", "flat", "64 holdings are looked at", |s| {
        repeat(&mut s.bundle.books[0].holdings, MAX_PARTS);
    }),
    refusal("shard_count", "flat", "64 shards are looked at", |s| {
        repeat(&mut s.bundle.books[0].attestation.shards, MAX_PARTS);
    }),
    refusal("key_not_pinned", "flat", "no key pinned", |s| s.trust.keys.clear()),
    refusal("key_not_pinned", "flat", "another shape's key", |s| {
        s.bundle.coverage.key = s.bundle.allocations[0].proven.key;
    }),
    refusal("key_revoked", "flat", "a revoked key", |s| s.trust.revoked.keys.push(s.bundle.coverage.key)),
    refusal("development_key", "flat", "a development key that is not accepted", |s| {
        s.trust.accepted_development_keys.retain(|id| *id != s.bundle.coverage.key);
    }),
    refusal("registry_revoked", "flat", "a revoked registry", |s| {
        s.trust.revoked.registries.push(s.trust.registry.digest());
    }),
    refusal("policy_revoked", "flat", "a revoked policy", |s| {
        s.trust.revoked.policies.push(s.trust.policy.digest());
    }),
    refusal("policy_of_another_venue", "flat", "another venue's trust file", |s| {
        s.trust.audience.venue = s.trust.audience.venue.other();
    }),
    refusal("outside_epochs", "flat", "a clock before the first epoch", |s| {
        s.now = s.trust.registry.epoch.zero - 1;
    }),
    refusal("chain_rolled_back", "topup", "another allocation was seen", |s| {
        s.trust.seen = Some(Seen { allocation: Bytes32([7; 32]), ..seen(s) });
    }),
    refusal("chain_rolled_back", "flat", "a longer chain was seen", |s| {
        s.trust.seen = Some(Seen { sequence: 1, ..seen(s) });
    }),
    tampering("chain_rolled_back", "topup", "the chain before the top-up", |s| {
        s.trust.seen = Some(Seen { round: 0, ..seen(s) });
        let before = Story::of("flat");
        s.bundle = before.bundle;
        s.trust.latest_claim = before.trust.latest_claim;
    }),
    refusal("round_replayed", "flat", "the very bundle that was accepted", |s| {
        s.trust.seen = Some(Seen { round: s.bundle.round.round.round, ..seen(s) });
    }),
    refusal("proof_rejected", "flat", "a coverage proof of the same statement but its nonce", |s| {
        s.bundle.coverage.statement.nonce.0[0] ^= 1;
    }),
    tampering("proof_rejected", "flat", "another proof of the same shape", |s| {
        s.bundle.books[0].holdings[0].proof = s.bundle.books[0].holdings[1].proof.clone();
    }),
    tampering("proof_rejected", "flat", "an allocation's proof for a coverage", |s| {
        s.bundle.coverage.proof = s.bundle.allocations[0].proven.proof.clone();
    }),
];

pub(crate) const LIMITS: &[Limit] = &[
    limit("key_expired", "flat", "a key's last second", |s, past| {
        for key in &mut s.trust.keys {
            key.not_after = s.now + 1 - past;
        }
    }),
    limit("registry_window", "flat", "a registry's last second", |s, past| {
        s.trust.registry.valid_until = s.now + 1 - past;
    }),
    limit("registry_window", "flat", "a registry's first second", |s, past| {
        s.trust.registry.valid_from = s.now + past;
    }),
    limit(
        "epoch_rolled_back",
        "flat",
        "a bundle of an earlier epoch, a clock that was set back",
        |s, past| {
            s.trust.seen = Some(Seen { epoch: s.bundle.coverage.statement.epoch + past, ..seen(s) });
        },
    ),
    limit("round_replayed", "flat", "the round that was accepted", |s, past| {
        s.trust.seen = Some(Seen { round: seen(s).round + past, ..seen(s) });
    }),
    limit("round_stale", "flat", "a clock that runs on: the last round", |s, past| {
        s.now = s.accepted().until - 1 + past;
    }),
];

/// Windows of the policy.
pub(crate) const POLICY_LIMITS: &[Limit] = &[
    limit("policy_window", "flat", "a policy's last second", |s, past| {
        s.trust.policy.valid_until = s.now + 1 - past;
    }),
    limit("policy_window", "flat", "a policy's first second", |s, past| {
        s.trust.policy.valid_from = s.now + past;
    }),
];

#[test]
fn what_the_trust_file_does_not_take_is_refused() {
    check_refusals(REFUSALS);
}

#[test]
fn the_trust_files_limits_and_one_past_them() {
    check_limits(LIMITS);
    check_limits(POLICY_LIMITS);
}

#[test]
fn every_case_is_accepted_until_its_round_is_too_old() {
    for case in CASES {
        let mut story = Story::of(case);
        let accepted = story.accepted();
        let schedule = &story.trust.registry.round;
        let last = story.bundle.round.round.round + story.trust.limits.max_round_lag;
        assert_eq!(Some(accepted.until), schedule.interval(last).map(|(_, end)| end), "{case}");
        assert_eq!(accepted.head, story.allocation_digest(story.bundle.allocations.len() - 1));
        assert_eq!(accepted.sequence + 1, story.bundle.allocations.len() as u64);
        assert_eq!(accepted.pledge, story.bundle.coverage.statement.pledge);
        assert_eq!(accepted.claim, story.trust.latest_claim.number);
        assert_eq!(
            accepted.not_shown,
            [NotShown::NoLogHistory, NotShown::AttestedNotProven, NotShown::DevelopmentKey]
        );
        let mut used = vec![story.bundle.books[0].holdings[0].key];
        used.extend(story.bundle.allocations.iter().map(|allocation| allocation.proven.key));
        used.push(story.bundle.coverage.key);
        assert_eq!(accepted.development_keys, used, "{case}");

        story.now = accepted.until - 1;
        assert_eq!(story.accepted().until, accepted.until);
        story.now = accepted.until;
        assert_eq!(story.refused().code(), "round_stale");
    }
}

/// Every end that is not the round's, one after the other: the earliest decides, and at it the bundle is refused.
#[test]
fn until_is_the_earliest_end() {
    let patient = || {
        let mut story = Story::of("flat");
        story.trust.limits = Limits { max_round_lag: 100_000, max_clock_skew: 0 };
        story
    };
    let story = patient();
    assert_eq!(story.accepted().until, story.bundle.coverage.statement.expiry);

    let mut keys = patient();
    keys.trust.keys[0].not_after = keys.now + 7;
    assert_eq!(keys.accepted().until, keys.now + 7);
    keys.now += 7;
    assert_eq!(keys.refused().code(), "key_expired");

    let mut coverage = patient();
    coverage.now = coverage.bundle.coverage.statement.expiry - 1;
    coverage.accepted();
    coverage.now += 1;
    assert!(matches!(coverage.refused(), Reason::Expired { place, .. } if place == "coverage"));
}

#[test]
fn a_clock_that_is_wrong_accepts_nothing() {
    let mut story = Story::of("flat");
    let begin = story.bundle.coverage.statement.not_before;
    story.trust.limits.max_clock_skew = 3_600;
    story.now = begin;
    story.accepted();
    story.now = begin - 1;
    assert_eq!(story.refused().code(), "not_yet_valid");
    story.now = 0;
    assert_eq!(story.refused().code(), "outside_epochs");
    story.now = u64::MAX;
    assert_eq!(story.refused().code(), "registry_window");
    story.now = story.trust.registry.epoch.interval(4).expect("an epoch").0;
    assert_eq!(story.refused().code(), "book_epoch");
}

#[test]
fn an_accepted_bundle_is_accepted_again_until_seen_moves_on() {
    let mut story = Story::of("topup");
    assert_eq!(story.accepted(), story.accepted());
    story.trust.seen = Some(seen(&story));
    story.accepted();
    // The first allocation was the last seen one: the chain has grown on it.
    story.trust.seen = Some(Seen { sequence: 0, allocation: story.allocation_digest(0), ..seen(&story) });
    story.accepted();
    // Another epoch was seen before: its chain is over.
    let earlier = seen(&story);
    story.trust.seen = Some(Seen { epoch: earlier.epoch - 1, allocation: Bytes32([7; 32]), ..earlier });
    story.accepted();
}

#[test]
fn what_is_not_shown_is_explained() {
    for (not_shown, words) in [
        (NotShown::NoLogHistory, "another chain of this epoch"),
        (NotShown::AttestedNotProven, "attestors signed it"),
        (NotShown::DevelopmentKey, "forged by whoever made the keys"),
    ] {
        assert!(not_shown.explanation().contains(words), "{not_shown:?}");
    }
}

#[test]
fn the_proof_that_fails_is_named() {
    let mut story = Story::of("topup");
    let proof = story.bundle.coverage.proof.clone();
    story.bundle.allocations[1].proven.proof = proof;
    assert!(matches!(story.refused(), Reason::ProofRejected { place, .. } if place == "allocations[1]"));
}

/// Proofs are malleable, and nothing is keyed on their bytes: (−A, −B, C) gives the same verdict.
#[test]
fn the_mirror_image_of_a_proof_changes_nothing() {
    let mut story = Story::of("flat");
    let accepted = story.accepted();
    let proof = &story.bundle.coverage.proof;
    let mirrored = Proof::new(-*proof.a(), -*proof.b(), *proof.c()).expect("points");
    assert_ne!(mirrored, *proof);
    story.bundle.coverage.proof = mirrored;
    assert_eq!(story.accepted(), accepted);
}

#[test]
fn one_venues_bundle_is_no_other_venues() {
    let mut story = Story::of("flat");
    story.trust = Story::of("tiered").trust;
    assert_eq!(story.refused(), Reason::ClaimAudience { field: "venue" });
}

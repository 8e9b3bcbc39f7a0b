//! C1–C3, V1–V3 and T2: claim, coverage, pledge and prices.

use solvency_verifier::accept::Reason;
use solvency_verifier::statement::{Claim, CoverageStatement, PriceRound, QuorumError, Signed};
use solvency_verifier::{Bytes32, Shape};

use crate::refusals::{Limit, Refusal, check_limits, check_refusals, limit, refusal, tampering};
use crate::story::{Other, Story, key, party, sign};

fn claim(story: &mut Story) -> &mut Claim {
    &mut story.bundle.claim.claim
}

fn coverage(story: &mut Story) -> &mut CoverageStatement {
    &mut story.bundle.coverage.statement
}

fn round(story: &mut Story) -> &mut PriceRound {
    &mut story.bundle.round.round
}

/// The first second of the round.
fn round_begin(story: &mut Story) -> u64 {
    let number = round(story).round;
    story.trust.registry.round.interval(number).expect("a round").0
}

pub(crate) const CLAIM: &[Refusal] = &[
    refusal("claim_superseded", "flat", "a newer claim is known", |s| s.trust.latest_claim.number += 1),
    refusal("claim_superseded", "flat", "a claim that the venue does not know yet", |s| claim(s).number += 1),
    refusal("claim_altered", "flat", "another claim of the latest number", |s| {
        s.trust.latest_claim.digest = Bytes32([7; 32]);
    }),
    tampering("claim_altered", "flat", "a claim altered after it was made", |s| {
        claim(s).requirement = claim(s).requirement.other();
    }),
    tampering("claim_signature", "flat", "a claim signed by somebody else", |s| {
        let digest = s.trust.latest_claim.digest;
        s.bundle.claim.signature = sign(&key("custodian"), &digest);
    }),
    refusal("claim_audience", "flat", "another venue's claim", |s| claim(s).venue = claim(s).venue.other()),
    refusal("claim_audience", "flat", "another liability book", |s| {
        claim(s).liability_book = claim(s).liability_book.other();
    }),
    refusal("claim_audience", "flat", "another chain", |s| claim(s).chain_id += 1),
    refusal("claim_audience", "flat", "another contract", |s| {
        claim(s).settlement = claim(s).settlement.other();
    }),
    refusal("claim_audience", "flat", "another account", |s| claim(s).account = claim(s).account.other()),
    refusal("claim_audience", "flat", "another policy", |s| claim(s).policy = claim(s).policy.other()),
];

pub(crate) const COVERAGE: &[Refusal] = &[
    refusal("coverage_audience", "flat", "another venue", |s| coverage(s).venue = coverage(s).venue.other()),
    refusal("coverage_audience", "flat", "another liability book", |s| {
        coverage(s).liability_book = coverage(s).liability_book.other();
    }),
    refusal("coverage_audience", "flat", "another chain", |s| coverage(s).chain_id += 1),
    refusal("coverage_audience", "flat", "another contract", |s| {
        coverage(s).settlement = coverage(s).settlement.other();
    }),
    refusal("coverage_audience", "flat", "another account", |s| {
        coverage(s).account = coverage(s).account.other();
    }),
    refusal("coverage_audience", "flat", "another epoch", |s| coverage(s).epoch -= 1),
    refusal("coverage_link", "flat", "another claim", |s| coverage(s).claim = Bytes32([7; 32])),
    refusal("coverage_link", "flat", "another round", |s| coverage(s).round = Bytes32([7; 32])),
    refusal("coverage_link", "flat", "another policy", |s| coverage(s).policy = Bytes32([7; 32])),
    refusal("coverage_link", "flat", "another requirement", |s| {
        coverage(s).requirement = coverage(s).requirement.other();
    }),
    refusal("coverage_shape", "flat", "tiers where the policy is flat", |s| {
        coverage(s).shape = Shape::CoverageTiered;
    }),
    refusal("coverage_shape", "tiered", "flat where the policy has tiers", |s| {
        coverage(s).shape = Shape::CoverageFlat;
    }),
    refusal("pledge_not_in_chain", "flat", "an allocation that is not there", |s| {
        coverage(s).allocation = Bytes32([7; 32]);
    }),
    refusal("pledge_not_in_chain", "flat", "what the account keeps", |s| coverage(s).output = 0),
    refusal("pledge_not_in_chain", "flat", "an output that is not there", |s| coverage(s).output = 4),
    refusal("pledge_commitment", "flat", "another commitment", |s| {
        coverage(s).pledge = coverage(s).pledge.other();
    }),
    refusal("pledge_commitment", "flat", "another venue's output", |s| coverage(s).output = 2),
    refusal("pledge_tag", "flat", "another salt", |s| s.bundle.tag_salt.0[0] ^= 1),
    refusal("pledge_tag", "flat", "a pledge with another tag", |s| {
        s.allocation(0).outputs[1].tag = s.allocation(0).outputs[1].tag.other();
    }),
    refusal("pledge_tag", "flat", "a claim with another tag", |s| claim(s).tag = claim(s).tag.other()),
    refusal("pledge_releaser", "flat", "a releaser that the venue does not hold", |s| {
        s.allocation(0).outputs[1].releaser = party("custodian");
    }),
    refusal("pledge_spent", "topup", "the pledge that the top-up replaced", |s| {
        let before = Story::of("flat").bundle;
        s.bundle.tag_salt = before.tag_salt;
        claim(s).tag = before.claim.claim.tag;
        claim(s).releaser = before.claim.claim.releaser;
        coverage(s).allocation = before.coverage.statement.allocation;
        coverage(s).pledge = before.coverage.statement.pledge;
    }),
];

pub(crate) const PRICES: &[Refusal] = &[
    refusal("oracles", "flat", "one oracle short", |s| s.bundle.round.signatures.truncate(2)),
    tampering("oracles", "flat", "a price altered after it was signed", |s| round(s).prices[0] += 1),
    refusal("oracle_set_version", "flat", "an older oracle set", |s| round(s).oracle_set_version -= 1),
    refusal("oracle_set_version", "flat", "a newer oracle set", |s| s.trust.registry.oracles.version += 1),
    refusal("round_off_schedule", "flat", "another number than the time's", |s| round(s).round += 1),
    refusal("valuation_invalid", "flat", "a price too few", |s| {
        round(s).prices.pop();
    }),
    refusal("valuation_invalid", "flat", "a price too many", |s| round(s).prices.push(1)),
    refusal("valuation_mismatch", "flat", "a coverage at another valuation", |s| {
        coverage(s).valuation = coverage(s).valuation.other();
    }),
    refusal("valuation_mismatch", "flat", "a higher price", |s| round(s).prices[0] += 1_000_000_000_000),
    refusal("valuation_mismatch", "tiered", "a higher price", |s| round(s).prices[0] += 1_000_000_000_000),
    refusal("valuation_not_signed", "flat", "no valuation signed", |s| round(s).valuations.clear()),
    refusal("valuation_not_signed", "flat", "two valuations signed", |s| {
        let again = round(s).valuations[0].clone();
        round(s).valuations.push(again);
    }),
    refusal("valuation_signed_wrong", "flat", "another valuation signed", |s| {
        round(s).valuations[0].digest = round(s).valuations[0].digest.other();
    }),
];

pub(crate) const LIMITS: &[Limit] = &[
    limit("not_yet_valid", "flat", "a coverage's first second", |s, past| {
        coverage(s).not_before = s.now + past;
    }),
    limit("not_yet_valid", "flat", "a claim's first second", |s, past| claim(s).issued_at = s.now + past),
    limit("not_yet_valid", "flat", "an allocation's first second", |s, past| {
        s.allocation(0).not_before = s.now + past;
    }),
    limit("expired", "flat", "a coverage's last second", |s, past| coverage(s).expiry = s.now + 1 - past),
    limit("expired", "flat", "a claim's last second", |s, past| claim(s).expiry = s.now + 1 - past),
    limit("expired", "flat", "an allocation's last second", |s, past| {
        s.allocation(0).expiry = s.now + 1 - past;
        coverage(s).expiry = s.now + 1 - past;
    }),
    limit("round_off_schedule", "flat", "a round's first second", |s, past| {
        round(s).time = round_begin(s) - past;
    }),
    limit("round_off_schedule", "flat", "a round's last second", |s, past| {
        s.trust.limits.max_clock_skew = 60;
        round(s).time = round_begin(s) + s.trust.registry.round.seconds - 1 + past;
    }),
    limit("round_in_future", "flat", "prices ahead of the clock", |s, past| {
        round(s).time = s.now + s.trust.limits.max_clock_skew + past;
    }),
    limit("round_stale", "flat", "a round behind", |s, past| {
        let behind = s.trust.limits.max_round_lag + past;
        round(s).round -= behind;
        round(s).time = round_begin(s);
    }),
];

#[test]
fn claims_are_refused_for_the_right_reason() {
    check_refusals(CLAIM);
}

#[test]
fn coverages_are_refused_for_the_right_reason() {
    check_refusals(COVERAGE);
}

#[test]
fn prices_are_refused_for_the_right_reason() {
    check_refusals(PRICES);
}

#[test]
fn windows_and_rounds_at_their_limits_and_past_them() {
    check_limits(LIMITS);
}

fn oracles_error(alter: fn(&mut Vec<Signed>), revoke: &[&str]) -> QuorumError {
    let mut story = Story::of("flat");
    alter(&mut story.bundle.round.signatures);
    story.trust.revoked.signers.extend(revoke.iter().map(|name| party(name)));
    match story.refused() {
        Reason::Oracles { error } => error,
        reason => panic!("{reason}"),
    }
}

#[test]
fn oracles_are_k_distinct_known_unrevoked_ones_without_a_wrong_signature() {
    assert_eq!(oracles_error(|s| s.truncate(2), &[]), QuorumError::TooFew { got: 2, needed: 3 });
    assert!(matches!(oracles_error(|s| s[2] = s[0].clone(), &[]), QuorumError::Repeated(_)));
    assert!(matches!(oracles_error(|_| (), &["oracle-2"]), QuorumError::Revoked(_)));
    assert!(matches!(oracles_error(|s| s[2].signer = party("attestor-1"), &[]), QuorumError::Unknown(_)));
    assert!(matches!(
        oracles_error(|s| s.push(Signed { signer: party("oracle-4"), ..s[0].clone() }), &[]),
        QuorumError::Invalid { .. }
    ));
}

#[test]
fn the_field_that_is_for_somebody_else_is_named() {
    let mut story = Story::of("flat");
    coverage(&mut story).settlement = coverage(&mut story).settlement.other();
    story.relink();
    assert_eq!(story.refused(), Reason::CoverageAudience { field: "contract" });
    let mut story = Story::of("flat");
    coverage(&mut story).round = Bytes32([7; 32]);
    story.relink();
    assert_eq!(story.refused(), Reason::CoverageLink { field: "round" });
}

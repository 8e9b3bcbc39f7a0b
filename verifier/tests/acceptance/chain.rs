//! A0–A2, L1–L4 and T1: the chain of allocations.

use solvency_verifier::commitment::{zero_pledge, zero_source};
use solvency_verifier::encoding::Bytes16;
use solvency_verifier::statement::{Release, SourceUse};
use solvency_verifier::{Address, Bytes32, FieldElement, Shape};

use crate::books::UNUSED_TOTAL;
use crate::refusals::{Limit, Refusal, check_limits, check_refusals, limit, refusal, tampering};
use crate::story::{Other, Story, key, party, sign};

fn release(story: &mut Story) -> &mut Release {
    &mut story.bundle.allocations[1].releases[0].release
}

pub(crate) const AUTHOR: &[Refusal] = &[
    refusal("empty_chain", "flat", "no allocation", |s| s.bundle.allocations.clear()),
    refusal("empty_chain", "flat", "neither book nor allocation", |s| {
        s.bundle.books.clear();
        s.bundle.allocations.clear();
    }),
    refusal("allocation_custodian", "flat", "another custodian", |s| {
        s.allocation(0).custodian = party("venue-a");
    }),
    refusal("allocation_custodian", "flat", "a revoked custodian", |s| {
        s.trust.revoked.signers.push(party("custodian"));
    }),
    refusal("allocation_account", "topup", "another account", |s| {
        s.allocation(1).account = s.allocation(1).account.other();
    }),
    refusal("allocation_log_origin", "topup", "another log", |s| s.allocation(1).log_origin.push('x')),
    refusal("allocation_epoch", "topup", "the next epoch", |s| s.allocation(1).epoch += 1),
    refusal("allocation_epoch", "topup", "the last epoch", |s| s.allocation(1).epoch -= 1),
    tampering("custodian_signature", "topup", "an allocation altered after it was signed", |s| {
        s.allocation(1).nonce.0[0] ^= 1;
    }),
    tampering("custodian_signature", "topup", "a signature of somebody else", |s| {
        let digest = s.allocation_digest(0);
        s.bundle.allocations[0].signature = sign(&key("venue-a"), &digest);
    }),
    refusal("sequence", "topup", "a number left out", |s| s.allocation(1).sequence += 1),
    refusal("sequence", "topup", "a number twice", |s| s.allocation(1).sequence -= 1),
    refusal("sequence", "topup", "an allocation twice", |s| {
        let again = s.bundle.allocations[1].clone();
        s.bundle.allocations.push(again);
    }),
    refusal("predecessor", "topup", "another predecessor", |s| {
        s.allocation(1).predecessor = s.allocation(1).predecessor.other();
    }),
    refusal("predecessor", "flat", "a first one with a predecessor", |s| {
        s.allocation(0).predecessor = Bytes32([1; 32]);
    }),
    refusal("predecessor", "topup", "a second one without", |s| s.allocation(1).predecessor = Bytes32::ZERO),
];

pub(crate) const FORM: &[Refusal] = &[
    refusal("allocation_shape", "flat", "no allocation shape", |s| {
        s.allocation(0).shape = Shape::Holdings16;
    }),
    refusal("source_count", "flat", "a source too few", |s| {
        s.allocation(0).sources.pop();
    }),
    refusal("source_count", "flat", "a source too many", |s| s.allocation(0).sources.push(UNUSED_TOTAL())),
    refusal("output_count", "flat", "an output too few", |s| {
        s.allocation(0).outputs.pop();
    }),
    refusal("output_count", "flat", "an output too many", |s| {
        let again = s.allocation(0).outputs[3].clone();
        s.allocation(0).outputs.push(again);
    }),
    refusal("source_kind", "topup", "an output in the place of a total", |s| {
        let mut unused = UNUSED_TOTAL();
        unused.commitment = zero_pledge();
        s.allocation(1).sources[2] = std::mem::replace(&mut s.allocation(1).sources[0], unused);
    }),
    refusal("source_kind", "topup", "a total in the place of an output", |s| {
        s.allocation(1).sources[0] = s.allocation(0).sources[0].clone();
    }),
    refusal("output_tag", "flat", "a tag of what is kept", |s| {
        s.allocation(0).outputs[0].tag = Bytes32([1; 32])
    }),
    refusal("output_tag", "flat", "a releaser of what is kept", |s| {
        s.allocation(0).outputs[0].releaser = Address([1; 20]);
    }),
    refusal("output_tag", "flat", "a pledge without tag", |s| s.allocation(0).outputs[3].tag = Bytes32::ZERO),
    refusal("output_tag", "flat", "a pledge without releaser", |s| {
        s.allocation(0).outputs[3].releaser = Address::ZERO;
    }),
];

pub(crate) const SOURCES: &[Refusal] = &[
    refusal("source_commitment", "flat", "another commitment than the total's", |s| {
        s.allocation(0).sources[1].commitment = s.allocation(0).sources[1].commitment.other();
    }),
    refusal("source_commitment", "flat", "a total with other entries than its proof's", |s| {
        let total = &mut s.bundle.books[0].holdings[0].statement.total;
        *total = total.other();
    }),
    refusal("source_commitment", "topup", "another commitment than the output's", |s| {
        s.allocation(1).sources[0].commitment = s.allocation(1).sources[0].commitment.other();
    }),
    refusal("source_fields", "flat", "a total with an output's number", |s| {
        s.allocation(0).sources[0].index = 1;
    }),
    refusal("source_fields", "flat", "a total with a release", |s| {
        s.allocation(0).sources[0].release = Bytes32([1; 32]);
    }),
    refusal("source_fields", "topup", "what was kept with a release", |s| {
        s.allocation(1).sources[0].release = s.allocation(1).sources[1].release;
    }),
    refusal("spent_twice", "flat", "a total twice in one allocation", |s| {
        s.allocation(0).sources[1] = s.allocation(0).sources[0].clone();
    }),
    refusal("spent_twice", "topup", "a total of the first allocation in the second", |s| {
        s.allocation(1).sources[2] = s.allocation(0).sources[0].clone();
    }),
    refusal("spent_twice", "topup", "what was kept twice", |s| {
        s.allocation(1).sources[1] = s.allocation(1).sources[0].clone();
        s.bundle.allocations[1].releases.clear();
    }),
    refusal("spent_twice", "topup", "a pledge twice", |s| {
        s.allocation(1).sources[0] = s.allocation(1).sources[1].clone();
    }),
    refusal("source_without_proof", "flat", "a total without its proof", |s| {
        s.bundle.books[0].holdings.remove(1);
    }),
    refusal("source_without_proof", "flat", "a total of nowhere", |s| {
        s.allocation(0).sources[0].origin = Bytes32([7; 32]);
    }),
    refusal("source_without_proof", "topup", "an output of nowhere", |s| {
        s.allocation(1).sources[0].origin = Bytes32([7; 32]);
    }),
    refusal("source_without_proof", "topup", "an output that the allocation does not have", |s| {
        s.allocation(1).sources[1].index = 4;
    }),
    refusal("unused_source_not_zero", "topup", "an unused total that is another commitment", |s| {
        s.allocation(1).sources[2].commitment = s.allocation(0).sources[0].commitment;
    }),
    refusal("unused_source_not_zero", "topup", "an unused output that is the zero total", |s| {
        s.bundle.allocations[1].releases.clear();
        s.allocation(1).sources[1] = UNUSED_TOTAL();
    }),
    refusal("unused_source_not_zero", "topup", "an unused total with an origin", |s| {
        s.allocation(1).sources[2].origin = Bytes32([7; 32]);
    }),
    refusal("unused_source_not_zero", "topup", "an unused total with a number", |s| {
        s.allocation(1).sources[2].index = 1;
    }),
    refusal("unused_source_not_zero", "topup", "an unused total with a release", |s| {
        s.allocation(1).sources[2].release = Bytes32([7; 32]);
    }),
];

pub(crate) const RELEASES: &[Refusal] = &[
    refusal("kept_index", "topup", "a pledge as what was kept", |s| {
        s.allocation(1).sources[1].kind = SourceUse::Kept;
    }),
    refusal("kept_index", "topup", "what was kept as a pledge", |s| {
        s.allocation(1).sources[0].kind = SourceUse::Released;
    }),
    refusal("pledge_without_release", "topup", "no release", |s| s.bundle.allocations[1].releases.clear()),
    refusal("pledge_without_release", "topup", "a source that names no release", |s| {
        s.allocation(1).sources[1].release = Bytes32::ZERO;
    }),
    refusal("release_mismatch", "topup", "a release of another account", |s| {
        release(s).account = release(s).account.other();
    }),
    refusal("release_mismatch", "topup", "a release of another epoch", |s| release(s).epoch -= 1),
    refusal("release_mismatch", "topup", "a release of another allocation", |s| {
        release(s).allocation = Bytes32([7; 32]);
    }),
    refusal("release_mismatch", "topup", "a release of another venue's pledge", |s| release(s).output = 2),
    refusal("release_mismatch", "topup", "a release of another commitment", |s| {
        release(s).commitment = release(s).commitment.other();
    }),
    tampering("release_signature", "topup", "a release signed by the custodian", |s| {
        let digest = s.allocation(1).sources[1].release;
        s.bundle.allocations[1].releases[0].signature = sign(&key("custodian"), &digest);
    }),
    refusal("release_signature", "topup", "an output with another releaser", |s| {
        s.allocation(0).outputs[1].releaser = party("releaser-b");
    }),
    refusal("release_replacement", "topup", "another replacement", |s| {
        release(s).replacement = release(s).replacement.other();
    }),
    refusal("release_replacement", "topup", "what is kept as the replacement", |s| {
        release(s).replacement = s.allocation(1).outputs[0].commitment;
    }),
    refusal("release_unused", "topup", "a release twice", |s| {
        let again = s.bundle.allocations[1].releases[0].clone();
        s.bundle.allocations[1].releases.push(again);
    }),
    refusal("release_unused", "topup", "a second release of the pledge", |s| {
        let mut other = s.bundle.allocations[1].releases[0].clone();
        other.release.nonce = Bytes16([1; 16]);
        s.bundle.allocations[1].releases.push(other);
    }),
    refusal("release_unused", "topup", "a release in the allocation before", |s| {
        let release = s.bundle.allocations[1].releases[0].clone();
        s.bundle.allocations[0].releases.push(release);
    }),
];

/// An allocation without any source, so that only its epoch bounds it.
fn without_sources(story: &mut Story) {
    story.bundle.books.clear();
    story.allocation(0).sources.fill(UNUSED_TOTAL());
}

pub(crate) const LIMITS: &[Limit] = &[
    limit("release_expired", "topup", "a release's last second", |s, past| {
        release(s).expiry = s.allocation(1).not_before + 1 - past;
    }),
    limit("allocation_outlives_source", "flat", "beyond its book", |s, past| {
        s.allocation(0).expiry = s.bundle.books[0].attestation.expiry + past;
    }),
    limit("allocation_outlives_source", "topup", "beyond the allocation that it spends", |s, past| {
        s.allocation(1).expiry = s.allocation(0).expiry + past;
    }),
    limit("allocation_outlives_source", "flat", "beyond its epoch", |s, past| {
        without_sources(s);
        let end = s.epoch_end();
        s.allocation(0).expiry = end + past;
    }),
    limit("allocation_before_predecessor", "topup", "before its predecessor", |s, past| {
        s.allocation(1).not_before = s.allocation(0).not_before - past;
    }),
    limit("coverage_outlives_allocation", "topup", "a coverage beyond its allocation", |s, past| {
        s.bundle.coverage.statement.expiry = s.allocation(1).expiry + past;
    }),
];

#[test]
fn allocations_are_refused_for_their_author_or_place() {
    check_refusals(AUTHOR);
}

#[test]
fn allocations_are_refused_for_their_form() {
    check_refusals(FORM);
}

#[test]
fn sources_are_refused_for_the_right_reason() {
    check_refusals(SOURCES);
}

#[test]
fn releases_are_refused_for_the_right_reason() {
    check_refusals(RELEASES);
}

#[test]
fn allocations_at_their_limits_and_past_them() {
    check_limits(LIMITS);
}

#[test]
fn a_release_without_a_replacement_lets_the_pledge_go() {
    let mut story = Story::of("topup");
    release(&mut story).replacement = FieldElement::default();
    story.relink();
    assert_eq!(story.refused().code(), "proof_rejected");
}

#[test]
fn the_zero_commitments_of_the_two_kinds_differ() {
    assert_ne!(zero_source(), zero_pledge());
}

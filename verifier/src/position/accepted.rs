//! What the machine is told of an accepted bundle: numbers and digests, no proof.

use alloc::vec::Vec;

use super::{Counted, Parties};
use crate::accept::{Acceptance, Case, Reason, Verdict, accept_bundle, accept_bundle_with, accept_bundles};
use crate::bundle::Bundle;
use crate::encoding::Bytes32;
use crate::groth16::Accelerator;
use crate::registry::Document;
use crate::trust::{LatestClaim, PreparedTrust, Seen, Trust};

/// A bundle that was accepted: under which trust file, against which marks, when, and what for.
///
/// Nothing but a verdict makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub(super) parties: Parties,
    /// Digest of the trust file.
    pub(super) trust: Bytes32,
    pub(super) registry: Bytes32,
    /// What the trust file had seen.
    pub(super) against: Option<Seen>,
    pub(super) judged_at: u64,
    /// Epoch, last allocation and round.
    pub(super) shows: Seen,
    /// Beginning of the round's interval.
    pub(super) round_begins: u64,
    pub(super) claim: LatestClaim,
    pub(super) until: u64,
}

impl Accepted {
    /// Judges a bundle as [`crate::accept`] does, beside the machine: under a trust file that was [equipped](super::Position::equip)
    /// before. An accelerator is trusted with the verdict.
    ///
    /// # Errors
    /// The reason for which the bundle is refused.
    pub fn judge(
        bundle: &Bundle,
        trust: &PreparedTrust,
        now: u64,
        accelerator: Option<&dyn Accelerator>,
    ) -> Result<(Accepted, Acceptance), Reason> {
        let verdict = match accelerator {
            Some(accelerator) => accept_bundle_with(bundle, trust, now, accelerator),
            None => accept_bundle(bundle, trust, now),
        };
        Self::of(verdict, trust, now)
    }

    /// Judges several bundles as [`accept_bundles`] does, each as [`Self::judge`]; the answers are in the cases' order.
    pub fn judge_all(
        cases: &[Case<'_>],
        accelerator: Option<&dyn Accelerator>,
    ) -> Vec<Result<(Accepted, Acceptance), Reason>> {
        let verdicts = accept_bundles(cases, accelerator).into_iter().zip(cases);
        verdicts.map(|(verdict, case)| Self::of(verdict, case.trust, case.now)).collect()
    }

    fn of(verdict: Verdict, trust: &PreparedTrust, now: u64) -> Result<(Accepted, Acceptance), Reason> {
        match verdict {
            Verdict::Accept(acceptance) => Ok((Self::new(&acceptance, trust.trust(), now), acceptance)),
            Verdict::Reject(reason) => Err(reason),
        }
    }

    /// The trust file is the one under which the verdict was given: what it had seen then is what was judged against.
    fn new(acceptance: &Acceptance, trust: &Trust, judged_at: u64) -> Self {
        let round = trust.registry.round.interval(acceptance.round);
        Accepted {
            parties: Parties::of(trust),
            trust: trust_digest(trust),
            registry: trust.registry.digest(),
            against: trust.seen.clone(),
            judged_at,
            shows: Seen {
                epoch: acceptance.epoch,
                sequence: acceptance.sequence,
                allocation: acceptance.head,
                round: acceptance.round,
            },
            // A round without a beginning cures no notice.
            round_begins: round.map_or(0, |(begin, _)| begin),
            claim: trust.latest_claim.clone(),
            until: acceptance.until,
        }
    }
}

impl Counted {
    pub(super) fn of(trust: &Trust) -> Self {
        let mut terms = Document::default();
        terms.bytes(&trust.registry.digest().0).bytes(&trust.policy.digest().0);
        audience(&mut terms, trust);
        Counted {
            trust: trust_digest(trust),
            registry: trust.registry.digest(),
            terms: terms.digest("solvency.v1.terms"),
            claim: trust.latest_claim.clone(),
        }
    }
}

/// The digest by which a position knows a trust file: of everything in it but what was seen and the latest claim.
pub fn trust_digest(trust: &Trust) -> Bytes32 {
    let mut document = Document::default();
    audience(&mut document, trust);
    let counterparty = &trust.counterparty;
    document.bytes(&counterparty.custodian.0).bytes(&counterparty.account.0).text(&counterparty.log_origin);
    document.bytes(&trust.registry.digest().0).bytes(&trust.policy.digest().0);
    document.number(trust.keys.len() as u64);
    for key in &trust.keys {
        document.text(&key.shape.id()).bytes(&key.id.0.0).number(key.not_after);
    }
    document.number(trust.accepted_development_keys.len() as u64);
    for id in &trust.accepted_development_keys {
        document.bytes(&id.0.0);
    }
    let revoked = &trust.revoked;
    document.number(revoked.signers.len() as u64);
    for signer in &revoked.signers {
        document.bytes(&signer.0);
    }
    document.number(revoked.keys.len() as u64);
    for id in &revoked.keys {
        document.bytes(&id.0.0);
    }
    for digests in [&revoked.policies, &revoked.registries] {
        document.number(digests.len() as u64);
        for digest in digests {
            document.bytes(&digest.0);
        }
    }
    document.number(trust.limits.max_round_lag).number(trust.limits.max_clock_skew);
    document.number(u64::from(trust.history.is_some()));
    if let Some(history) = &trust.history {
        document.number(history.max_age).number(u64::from(history.log_key.is_some()));
        if let Some(key) = &history.log_key {
            document.bytes(&key.0);
        }
    }
    document.number(u64::from(trust.totals.is_some()));
    if let Some(totals) = &trust.totals {
        document.bytes(&totals.auditor.0).number(totals.max_age);
    }
    document.digest("solvency.v1.trust")
}

fn audience(document: &mut Document, trust: &Trust) {
    let audience = &trust.audience;
    document.bytes(&audience.venue.0).bytes(&audience.venue_signer.0).bytes(&audience.liability_book.0);
    document.number(audience.chain_id).bytes(&audience.settlement.0);
}

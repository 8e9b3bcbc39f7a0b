//! Judging what waits: many bundles, one check of their proofs, a verdict for each.

use std::sync::{MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::Value;
use sha2::{Digest, Sha256};
use solvency_verifier::accept::{Acceptance, Case, Reason};
use solvency_verifier::bundle::Bundle;
use solvency_verifier::encoding::Bytes32;
use solvency_verifier::groth16::Accelerator;
use solvency_verifier::position::{Accepted, NotCounted};
use solvency_verifier::trust::{PreparedTrust, Seen};

use super::slot::{Kept, Slot};
use super::{Outcome, Refusal, Service};
use crate::answer;
use crate::files::{RECEIPT_FORMAT, Receipt};

impl Service {
    /// Judges bundles of different positions together, and counts what is accepted.
    pub(super) fn judge(
        &self,
        bundles: &[(usize, &str, &Slot, &[u8])],
    ) -> Vec<(usize, Result<Outcome, Refusal>)> {
        if bundles.is_empty() {
            return Vec::new();
        }
        let (now, began) = (self.now(), Instant::now());
        let mut outcomes = Vec::new();
        let mut ready = Vec::new();
        for (index, name, slot, bytes) in bundles {
            let digest = Bytes32(Sha256::digest(bytes).into());
            let found = Found { index: *index, name, slot, digest };
            if let Some(repeated) = slot.repeated(name, &digest, now) {
                self.metrics.verdicts.with_label_values(&["repeated", ""]).inc();
                outcomes.push((*index, Ok(repeated)));
                continue;
            }
            match Bundle::from_json(bytes) {
                Ok(bundle) => ready.push(Ready::new(found, bundle)),
                Err(error) => {
                    let reason = Reason::Malformed { message: error.to_string() };
                    outcomes.push((*index, self.count(&found, Judged::Refused(reason), now)));
                }
            }
        }
        // Under the current trust file, and what that refuses under the one before, while it counts.
        for which in 0..2 {
            self.verify(&mut ready, which, now);
        }
        for Ready { found, judged, .. } in ready {
            let refusal = judged.ok_or(Refusal::Unwritten);
            outcomes.push((found.index, refusal.and_then(|judged| self.count(&found, judged, now))));
        }
        self.metrics.seconds.observe(began.elapsed().as_secs_f64());
        outcomes
    }

    fn verify(&self, ready: &mut [Ready<'_>], which: usize, now: u64) {
        for item in ready.iter_mut() {
            item.equip(which, now);
        }
        let cases: Vec<Case<'_>> = ready.iter().filter_map(|item| item.case(which)).collect();
        if cases.is_empty() {
            return;
        }
        self.metrics.batch.observe(cases.len() as f64);
        let accelerator = self.accelerator.as_deref().map(|accelerator| accelerator as &dyn Accelerator);
        let verdicts = Accepted::judge_all(&cases, accelerator);
        let asked = ready.iter_mut().filter(|item| item.clock.is_some());
        for (item, verdict) in asked.zip(verdicts) {
            let registry = item.trusts.get(which).map(|trust| trust.trust().registry.digest());
            item.judged = match (verdict, registry) {
                (Ok((accepted, acceptance)), Some(registry)) => Some(Judged::Accepted {
                    accepted: Box::new(accepted),
                    acceptance: Box::new(acceptance),
                    registry,
                }),
                (Err(reason), _) => item.judged.take().or(Some(Judged::Refused(reason))),
                (Ok(_), None) => item.judged.take(),
            };
        }
    }

    /// What a verdict changes, written, and its answer.
    fn count(&self, found: &Found<'_>, judged: Judged, now: u64) -> Result<Outcome, Refusal> {
        let Found { name, slot, digest, .. } = found;
        let Kept { mut position, mut receipt, registry: current } = slot.kept();
        let at = position.clock().max(now);
        let mut counted = false;
        let verdict = match judged {
            Judged::Refused(reason) => {
                position.rejected(&reason, now);
                answer::rejected(&reason, at)
            }
            Judged::NotEquipped(error) => answer::not_counted(&error, at),
            Judged::Accepted { accepted, acceptance, registry } => match position.accepted(&accepted, now) {
                Err(error) => answer::not_counted(&error, at),
                Ok(_) => {
                    counted = true;
                    let verdict = answer::accepted(&acceptance, at).map_err(|_| Refusal::Unwritten)?;
                    receipt = Some(Receipt {
                        format: RECEIPT_FORMAT.into(),
                        bundle: *digest,
                        registry,
                        shows: shown(&acceptance),
                        verdict: verdict.clone(),
                    });
                    verdict
                }
            },
        };
        self.keep(slot, Kept { position, receipt, registry: current })?;
        let text = |field: &str| verdict.get(field).and_then(Value::as_str).unwrap_or_default();
        self.metrics.verdicts.with_label_values(&[text("outcome"), text("code")]).inc();
        Ok(Outcome::Judged { counted, repeated: false, standing: slot.standing(name, now), verdict })
    }
}

/// A bundle's place among the events, and its position.
struct Found<'a> {
    index: usize,
    name: &'a str,
    slot: &'a Slot,
    /// SHA-256 of its bytes.
    digest: Bytes32,
}

/// A bundle that waits for its verdict, with its position's trust files.
struct Ready<'a> {
    found: Found<'a>,
    bundle: Bundle,
    trusts: MutexGuard<'a, Vec<PreparedTrust>>,
    /// The position's clock, while it is to be judged under an equipped trust file.
    clock: Option<u64>,
    judged: Option<Judged>,
}

enum Judged {
    Accepted { accepted: Box<Accepted>, acceptance: Box<Acceptance>, registry: Bytes32 },
    Refused(Reason),
    NotEquipped(NotCounted),
}

impl<'a> Ready<'a> {
    fn new(found: Found<'a>, bundle: Bundle) -> Self {
        let trusts = found.slot.trusts.lock().unwrap_or_else(PoisonError::into_inner);
        Ready { found, bundle, trusts, clock: None, judged: None }
    }

    /// Writes the position's marks into a trust file that counts, unless the bundle is accepted already.
    fn equip(&mut self, which: usize, now: u64) {
        self.clock = None;
        let Some(trust) = self.trusts.get_mut(which) else { return };
        if matches!(self.judged, Some(Judged::Accepted { .. })) {
            return;
        }
        let Kept { mut position, .. } = self.found.slot.kept();
        let _ = position.observe(now);
        match position.equip(trust) {
            Ok(()) => self.clock = Some(position.clock()),
            Err(error) => self.judged = self.judged.take().or(Some(Judged::NotEquipped(error))),
        }
    }

    fn case(&self, which: usize) -> Option<Case<'_>> {
        Some(Case { bundle: &self.bundle, trust: self.trusts.get(which)?, now: self.clock? })
    }
}

/// The marks that a counted bundle sets.
fn shown(acceptance: &Acceptance) -> Seen {
    let Acceptance { epoch, sequence, head, round, .. } = acceptance;
    Seen { epoch: *epoch, sequence: *sequence, allocation: *head, round: *round }
}

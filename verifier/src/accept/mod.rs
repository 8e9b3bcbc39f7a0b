//! The rules of acceptance (spec/acceptance.md): one bundle, one trust file, one time, one verdict.
//!
//! Acceptance is about one venue's pledge. It does not show that the balances are true, that the prices were real, or that the
//! custodian shows every venue the same chain, unless the trust file asks for the account's witnessed log: [`Acceptance::not_shown`] says so in
//! each verdict.

mod books;
mod chain;
mod history;
mod pledge;
mod proofs;
mod totals;
mod verdict;
mod window;

use alloc::{string::ToString, vec::Vec};

pub use history::WitnessedHistory;
pub(crate) use proofs::Proofs;
pub use totals::CountedTotals;
pub use verdict::{Acceptance, NotShown, Reason, Verdict};

use crate::bundle::Bundle;
use crate::encoding::{Bytes32, Domain};
use crate::groth16::{Accelerator, Batch};
use crate::trust::{PreparedTrust, Trust};
use window::Window;

/// Most allocations, books, and holdings of a book that are read.
pub const MAX_PARTS: usize = 64;

/// Judges a bundle in its JSON form.
///
/// `now` is the verifier's clock in Unix seconds. Accepts only what every rule allows; a document that can't be read is refused.
pub fn accept(document: &[u8], trust: &PreparedTrust, now: u64) -> Verdict {
    match Bundle::from_json(document) {
        Ok(bundle) => accept_bundle(&bundle, trust, now),
        Err(error) => Verdict::Reject(Reason::Malformed { message: error.to_string() }),
    }
}

/// Judges a bundle that was read already.
pub fn accept_bundle(bundle: &Bundle, trust: &PreparedTrust, now: u64) -> Verdict {
    verdict(judge(bundle, trust, now, None))
}

/// As [`accept_bundle`], with the proofs verified by an accelerator, which is trusted with it.
pub fn accept_bundle_with(
    bundle: &Bundle,
    trust: &PreparedTrust,
    now: u64,
    accelerator: &dyn Accelerator,
) -> Verdict {
    verdict(judge(bundle, trust, now, Some(accelerator)))
}

/// A bundle with what it is judged by.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The bundle.
    pub bundle: &'a Bundle,
    /// The trust file.
    pub trust: &'a PreparedTrust,
    /// The verifier's clock in Unix seconds.
    pub now: u64,
}

/// Judges several bundles, perhaps under several trust files; the verdicts are those of [`accept_bundle`], in the cases' order.
///
/// Rules are applied to each bundle alone, and the proofs of those that pass are verified together. Where that fails, each bundle's proofs are
/// verified on their own: one wrong proof costs the others time, and nothing else.
pub fn accept_bundles(cases: &[Case<'_>], accelerator: Option<&dyn Accelerator>) -> Vec<Verdict> {
    let checked: Vec<_> = cases.iter().map(|case| check(case.bundle, case.trust, case.now)).collect();
    let mut together = Batch::new();
    for (_, proofs) in checked.iter().flatten() {
        together.extend(proofs.batch());
    }
    let all_hold = together.holds(accelerator);
    let answer = |(acceptance, proofs): (Acceptance, Proofs<'_>)| match all_hold {
        true => Ok(acceptance),
        false => proofs.verify(accelerator).map(|()| acceptance),
    };
    checked.into_iter().map(|checked| verdict(checked.and_then(answer))).collect()
}

fn verdict(judged: Result<Acceptance, Reason>) -> Verdict {
    match judged {
        Ok(acceptance) => Verdict::Accept(acceptance),
        Err(reason) => Verdict::Reject(reason),
    }
}

/// What every rule needs to know of the trust file and the time.
struct Judge<'a> {
    trust: &'a Trust,
    domain: Domain,
    registry_digest: Bytes32,
    policy_digest: Bytes32,
    now: u64,
    /// The epoch of `now`.
    epoch: u64,
}

/// Cheap rules first, pairings last: a bundle that is refused costs little.
fn judge(
    bundle: &Bundle,
    prepared: &PreparedTrust,
    now: u64,
    accelerator: Option<&dyn Accelerator>,
) -> Result<Acceptance, Reason> {
    let (acceptance, proofs) = check(bundle, prepared, now)?;
    proofs.verify(accelerator).map(|()| acceptance)
}

/// Every rule but Z1: the acceptance is one only if the proofs verify, of which there is at least one.
fn check<'a>(
    bundle: &'a Bundle,
    prepared: &'a PreparedTrust,
    now: u64,
) -> Result<(Acceptance, Proofs<'a>), Reason> {
    let trust = prepared.trust();
    bounded("allocations", bundle.allocations.len())?;
    bounded("books", bundle.books.len())?;
    let registry_digest = trust.registry.digest();
    let mut window = Window::new(now);
    let judge = Judge {
        trust,
        domain: Domain::of_registry(&registry_digest),
        registry_digest,
        policy_digest: trust.policy.digest(),
        now,
        epoch: trust.registry.epoch.number_at(now).ok_or(Reason::OutsideEpochs { now })?,
    };
    judge.check_documents(&mut window)?;

    if bundle.allocations.is_empty() {
        return Err(Reason::EmptyChain {});
    }
    let mut proofs = Proofs::new(prepared);
    let books = judge.check_books(&bundle.books, &mut window, &mut proofs)?;
    let chain = judge.check_chain(&bundle.allocations, &books, &mut window, &mut proofs)?;
    judge.check_pledge(bundle, &chain, &mut window, &mut proofs)?;
    let head = chain.head()?;
    judge.check_not_rolled_back(&chain, bundle.round.round.round)?;
    let history = judge.check_history(bundle, &chain, &mut window)?;

    let mut development_keys = proofs.development_keys().to_vec();
    let totals = judge.check_totals(prepared, &books, &mut window, &mut development_keys)?;

    let until = window.check()?;
    let mut not_shown = Vec::new();
    if history.is_none() {
        not_shown.push(NotShown::NoLogHistory);
    }
    not_shown.push(NotShown::AttestedNotProven);
    if !development_keys.is_empty() {
        not_shown.push(NotShown::DevelopmentKey);
    }
    let acceptance = Acceptance {
        until,
        epoch: judge.epoch,
        sequence: head.sequence,
        head: head.digest,
        round: bundle.round.round.round,
        claim: bundle.claim.claim.number,
        pledge: bundle.coverage.statement.pledge,
        development_keys,
        history,
        totals,
        not_shown,
    };
    Ok((acceptance, proofs))
}

fn bounded(place: &'static str, got: usize) -> Result<(), Reason> {
    if got > MAX_PARTS { Err(Reason::TooMany { place, got, allowed: MAX_PARTS }) } else { Ok(()) }
}

impl Judge<'_> {
    /// G1: registry and policy are in force. That the policy is for this registry was checked when the trust file was read.
    fn check_documents(&self, window: &mut Window) -> Result<(), Reason> {
        let Trust { registry, policy, revoked, audience, .. } = self.trust;
        if revoked.registries.contains(&self.registry_digest) {
            return Err(Reason::RegistryRevoked { registry: self.registry_digest });
        }
        if revoked.policies.contains(&self.policy_digest) {
            return Err(Reason::PolicyRevoked { policy: self.policy_digest });
        }
        if policy.venue != audience.venue {
            return Err(Reason::PolicyVenue { got: policy.venue, expected: audience.venue });
        }
        let now = self.now;
        let (from, until) = (registry.valid_from, registry.valid_until);
        if now < from || now >= until {
            return Err(Reason::RegistryWindow { from, until, now });
        }
        window.ends("registry", until);
        let (from, until) = (policy.valid_from, policy.valid_until);
        if now < from || now >= until {
            return Err(Reason::PolicyWindow { from, until, now });
        }
        window.ends("policy", until);
        Ok(())
    }

    /// R1: nothing that was accepted before is undone.
    fn check_not_rolled_back(&self, chain: &chain::Chain<'_>, round: u64) -> Result<(), Reason> {
        let Some(seen) = &self.trust.seen else { return Ok(()) };
        if self.epoch < seen.epoch {
            return Err(Reason::EpochRolledBack { got: self.epoch, seen: seen.epoch });
        }
        if self.epoch == seen.epoch && !chain.holds(seen.sequence, &seen.allocation) {
            return Err(Reason::ChainRolledBack { sequence: seen.sequence, expected: seen.allocation });
        }
        if round <= seen.round {
            return Err(Reason::RoundReplayed { got: round, seen: seen.round });
        }
        Ok(())
    }

    /// The latest time that is not in the future, given the tolerated skew of clocks.
    fn latest_present(&self) -> u64 {
        self.now.saturating_add(self.trust.limits.max_clock_skew)
    }

    fn revoked_signers(&self) -> &[crate::encoding::Address] {
        &self.trust.revoked.signers
    }
}

/// Positions of things in a bundle, for messages.
fn place(list: &str, index: usize) -> alloc::string::String {
    alloc::format!("{list}[{index}]")
}

/// Collects distinct values; answers whether the value is new.
fn insert_new<T: PartialEq>(seen: &mut Vec<T>, value: T) -> bool {
    let new = !seen.contains(&value);
    if new {
        seen.push(value);
    }
    new
}

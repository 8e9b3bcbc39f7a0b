//! What happens to a position, but for rotations.

use super::{
    Accepted, BandError, Bands, Call, ClaimRefused, Coverage, EvidenceRefused, MAX_OPEN, MAX_RESOLVED,
    NotCounted, NotResolved, OpenEvidence, Position, Refusals, Refused, Standing, trust_digest,
};
use crate::accept::{Acceptance, Reason};
use crate::bundle::Bundle;
use crate::encoding::Bytes32;
use crate::evidence::{Evidence, Finding, Named, Proved};
use crate::groth16::Accelerator;
use crate::trust::{LatestClaim, PreparedTrust, Seen, Trust};

impl Position {
    /// Judges a bundle under a trust file, which is [equipped](Self::equip) first, and counts it if it is accepted.
    ///
    /// The verdict comes along, because it says what it does not show. The clock is the machine's if the given one is behind it. An accelerator is trusted with the verdict.
    ///
    /// # Errors
    /// [`Refused`]: the bundle changed nothing but the counter of refusals and the clock.
    pub fn take(
        &mut self,
        bundle: &Bundle,
        trust: &mut PreparedTrust,
        now: u64,
        accelerator: Option<&dyn Accelerator>,
    ) -> Result<(Standing, Acceptance), Refused> {
        self.advance(now);
        if let Err(error) = self.equip(trust) {
            self.note_refusal(error.code());
            return Err(error.into());
        }
        match Accepted::judge(bundle, trust, self.clock, accelerator) {
            Ok((accepted, acceptance)) => Ok((self.accepted(&accepted, self.clock)?, acceptance)),
            Err(reason) => {
                self.note_refusal(reason.code());
                Err(Refused::Rejected(reason))
            }
        }
    }

    /// A bundle was refused. Changes the counter of refusals and the clock, nothing else.
    pub fn rejected(&mut self, reason: &Reason, now: u64) {
        self.advance(now);
        self.note_refusal(reason.code());
    }

    /// A bundle was accepted, somewhere beside the machine.
    ///
    /// # Errors
    /// [`NotCounted`]: it changed nothing but the counter of refusals and the clock.
    pub fn accepted(&mut self, accepted: &Accepted, now: u64) -> Result<Standing, NotCounted> {
        self.advance(now.max(accepted.judged_at));
        if let Err(error) = self.check_counts(accepted) {
            self.note_refusal(error.code());
            return Err(error);
        }
        if let Some(marks) = self.marks.iter_mut().find(|marks| marks.registry == accepted.registry) {
            marks.seen = Some(accepted.shows.clone());
        }
        self.calls.retain(|call| call.claim > accepted.claim.number);
        // Only prices of after the notice show something else than what the notice is about.
        self.notice = self.notice.filter(|since| accepted.round_begins <= *since);
        self.coverage = Some(Coverage {
            trust: accepted.trust,
            registry: accepted.registry,
            claim: accepted.claim.number,
            accepted_at: self.clock,
            until: accepted.until,
            max_age: self.bands.max_age,
            grace: self.bands.grace,
            ended: None,
        });
        Ok(self.standing())
    }

    fn check_counts(&self, accepted: &Accepted) -> Result<(), NotCounted> {
        if accepted.parties != self.parties {
            return Err(NotCounted::OtherPosition);
        }
        let latest = &self.counted(&accepted.trust)?.claim;
        if self.clock >= accepted.until {
            return Err(NotCounted::Over { until: accepted.until, now: self.clock });
        }
        if accepted.claim != *latest {
            return Err(NotCounted::OtherClaim { got: accepted.claim.clone(), latest: latest.clone() });
        }
        match self.seen(&accepted.registry) {
            Some(seen) => check_forward(accepted, seen),
            None => Ok(()),
        }
    }

    /// The venue made a new claim: coverage of an older requirement is none, and this one is to be answered in its time.
    ///
    /// # Errors
    /// [`ClaimRefused`] where its number is not greater than the latest.
    pub fn claimed(&mut self, claim: LatestClaim, now: u64) -> Result<Standing, ClaimRefused> {
        self.advance(now);
        let latest = self.current.claim.number;
        if claim.number <= latest {
            return Err(ClaimRefused::NotNewer { got: claim.number, latest });
        }
        self.end_coverage(self.clock);
        self.calls.push(Call { claim: claim.number, by: self.clock.saturating_add(self.bands.answer) });
        if let Some(previous) = &mut self.previous {
            if previous.trust.terms == self.current.terms {
                previous.trust.claim = claim.clone();
            } else {
                previous.until = previous.until.min(self.clock);
            }
        }
        self.current.claim = claim;
        self.merge_calls();
        Ok(self.standing())
    }

    /// The custodian said that it does not cover. Who calls this vouches for that.
    pub fn noticed(&mut self, now: u64) -> Standing {
        self.advance(now);
        self.end_coverage(self.clock);
        self.notice = Some(self.clock);
        self.standing()
    }

    /// Somebody shows evidence. It is checked under a trust file that counts, and stays until a person resolves it.
    ///
    /// # Errors
    /// [`EvidenceRefused`]: it changed nothing but the clock.
    pub fn shown(
        &mut self,
        evidence: &Evidence,
        trust: &Trust,
        now: u64,
    ) -> Result<Finding, EvidenceRefused> {
        self.advance(now);
        self.counted(&trust_digest(trust))?;
        let custodians = [self.parties.custodian];
        let venues = [(self.parties.venue, trust.audience.venue_signer)];
        let named = Named { custodians: &custodians, venues: &venues };
        let finding = evidence.check(&trust.registry, &named)?;
        if !self.is_about(&finding) {
            return Err(EvidenceRefused::NotOurs);
        }
        let signers = finding.signers();
        if let Some(signer) = signers.first()
            && signers.iter().all(|signer| trust.revoked.signers.contains(signer))
        {
            return Err(EvidenceRefused::Revoked { signer: *signer });
        }
        self.keep_evidence(OpenEvidence { id: finding.id, role: finding.role(), since: self.clock })?;
        Ok(finding)
    }

    pub(super) fn keep_evidence(&mut self, open: OpenEvidence) -> Result<(), EvidenceRefused> {
        let id = open.id;
        if self.resolved.contains(&id) {
            return Err(EvidenceRefused::Resolved { id });
        }
        if self.evidence.iter().any(|known| known.id == id) {
            return Err(EvidenceRefused::Known { id });
        }
        if self.evidence.len() >= MAX_OPEN {
            return Err(EvidenceRefused::TooMany);
        }
        self.evidence.push(open);
        Ok(())
    }

    fn is_about(&self, finding: &Finding) -> bool {
        let ours = &self.parties;
        match &finding.proved {
            Proved::Allocations { account, .. }
            | Proved::Spending { account, .. }
            | Proved::LogFork { account, .. } => *account == ours.account,
            Proved::Books { consumers, .. } => consumers
                .iter()
                .any(|consumer| consumer.custodian == ours.custodian && consumer.account == ours.account),
            Proved::Round { .. } => true,
            // What rests on a quorum of witnesses stands with one of them dishonest: a person revokes it.
            Proved::Witness { .. } => false,
            Proved::Claims { account, liability_book, .. } => {
                *account == ours.account && *liability_book == ours.liability_book
            }
        }
    }

    /// A person has looked at evidence and decided. It can't be shown again.
    ///
    /// # Errors
    /// [`NotResolved`]: it changed nothing but the clock.
    pub fn resolve(&mut self, id: &Bytes32, now: u64) -> Result<Standing, NotResolved> {
        self.advance(now);
        if !self.evidence.iter().any(|open| open.id == *id) {
            return Err(NotResolved::Unknown { id: *id });
        }
        if self.resolved.len() >= MAX_RESOLVED {
            return Err(NotResolved::TooMany);
        }
        self.evidence.retain(|open| open.id != *id);
        self.resolved.push(*id);
        Ok(self.standing())
    }

    /// The venue changes its bands. Coverage and grace that run are not lengthened, and coverage that is older than the new `max_age`
    /// already ends now; calls keep their deadlines.
    ///
    /// # Errors
    /// [`BandError`] where the bands are out of bounds: it changed nothing but the clock.
    pub fn change_bands(&mut self, bands: Bands, now: u64) -> Result<Standing, BandError> {
        self.advance(now);
        bands.check()?;
        if let Some(coverage) = &mut self.coverage {
            coverage.shorten(&bands, self.clock);
        }
        self.bands = bands;
        Ok(self.standing())
    }

    /// A person sets a clock back that ran ahead. The coverage ends, calls run for at most their time again, and everything else stays.
    pub fn restart_clock(&mut self, now: u64) -> Standing {
        self.end_coverage(now);
        if let Some(coverage) = &mut self.coverage {
            coverage.accepted_at = coverage.accepted_at.min(now);
            coverage.shorten(&self.bands, now);
        }
        self.notice = self.notice.map(|since| since.min(now));
        let latest = now.saturating_add(self.bands.answer);
        for call in &mut self.calls {
            call.by = call.by.min(latest);
        }
        for open in &mut self.evidence {
            open.since = open.since.min(now);
        }
        self.refused.at = self.refused.at.map(|at| at.min(now));
        self.clock = now;
        self.standing()
    }

    /// Coverage weighs nothing from this time on, if not earlier.
    pub(super) fn end_coverage(&mut self, at: u64) {
        let end = self.coverage.as_ref().map(|coverage| self.end_of(coverage).min(at));
        if let Some(coverage) = &mut self.coverage {
            coverage.ended = end;
        }
    }

    /// What only a live claim can answer is a call of that claim, due at the earliest of them.
    pub(super) fn merge_calls(&mut self) {
        let latest = self.current.claim.number;
        let earlier = self.previous.as_ref().filter(|previous| self.clock < previous.until);
        let earlier = earlier.map(|previous| previous.trust.claim.number);
        let mut merged: alloc::vec::Vec<Call> = alloc::vec::Vec::new();
        for call in &self.calls {
            let claim = earlier.filter(|earlier| *earlier >= call.claim).unwrap_or(latest);
            match merged.iter_mut().find(|known| known.claim == claim) {
                Some(known) => known.by = known.by.min(call.by),
                None => merged.push(Call { claim, by: call.by }),
            }
        }
        self.calls = merged;
    }

    fn note_refusal(&mut self, code: &'static str) {
        let count = self.refused.count.saturating_add(1);
        self.refused = Refusals { count, last: Some(code.into()), at: Some(self.clock) };
    }
}

impl Coverage {
    /// Takes the shorter of its own bands and these. Nothing ends before now because of it.
    fn shorten(&mut self, bands: &Bands, now: u64) {
        let age = now.saturating_sub(self.accepted_at);
        self.max_age = self.max_age.min(bands.max_age.max(age));
        self.grace = self.grace.min(bands.grace);
    }
}

/// R1 over again, for the case that something was counted since the bundle was judged.
fn check_forward(accepted: &Accepted, seen: &Seen) -> Result<(), NotCounted> {
    let shows = &accepted.shows;
    if shows.epoch < seen.epoch {
        return Err(NotCounted::EpochRolledBack { got: shows.epoch, seen: seen.epoch });
    }
    if shows.epoch == seen.epoch {
        let same_place = shows.sequence == seen.sequence;
        if shows.sequence < seen.sequence || (same_place && shows.allocation != seen.allocation) {
            return Err(NotCounted::ChainRolledBack {
                got: shows.allocation,
                sequence: shows.sequence,
                expected: seen.allocation,
                seen: seen.sequence,
            });
        }
        if !same_place && accepted.against.as_ref() != Some(seen) {
            return Err(NotCounted::MarksMoved);
        }
    }
    if shows.round <= seen.round {
        return Err(NotCounted::RoundReplayed { got: shows.round, seen: seen.round });
    }
    Ok(())
}

//! C1–C3, V1–V3, and T1, T2 for coverage: the venue's claim, its pledge, the prices and the coverage of one by the other.

use super::chain::Chain;
use super::proofs::Proofs;
use super::window::Window;
use super::{Judge, Reason};
use crate::bundle::{Bundle, SignedClaim, SignedRound};
use crate::encoding::{Bytes32, FieldElement, TypedData, context};
use crate::public_inputs::CoveragePublic;
use crate::statement::{
    Claim, CoverageStatement, PriceRound, Quorum, check_quorum, check_signer, pledge_tag,
};
use crate::valuation;

impl Judge<'_> {
    /// Checks claim, prices, pledge and coverage.
    pub(super) fn check_pledge<'b>(
        &self,
        bundle: &'b Bundle,
        chain: &Chain<'b>,
        window: &mut Window,
        proofs: &mut Proofs<'b>,
    ) -> Result<(), Reason> {
        let coverage = &bundle.coverage.statement;
        let claim = &bundle.claim.claim;
        let claim_digest = self.check_claim(&bundle.claim, window)?;
        let round_digest = self.check_round(&bundle.round, window)?;
        self.check_coverage(coverage, claim, &claim_digest, &round_digest)?;
        self.check_output(bundle, chain, window)?;
        self.check_valuation(coverage, &bundle.round.round)?;

        let digest = coverage.digest(&self.domain);
        let public = CoveragePublic {
            pledge: coverage.pledge,
            valuation: coverage.valuation,
            requirement: coverage.requirement,
            context: context(coverage.shape, &digest),
        };
        let proven = &bundle.coverage;
        let end =
            proofs.add("coverage".into(), coverage.shape, &proven.key, &public, &proven.proof, self.now)?;
        window.ends("key", end);
        Ok(())
    }

    /// C1: the venue's latest claim, for exactly this audience. Answers its digest.
    fn check_claim(&self, signed: &SignedClaim, window: &mut Window) -> Result<Bytes32, Reason> {
        let claim = &signed.claim;
        let audience = &self.trust.audience;
        let latest = &self.trust.latest_claim;
        let digest = claim.digest(&self.domain);
        let field = if claim.venue != audience.venue {
            Some("venue")
        } else if claim.liability_book != audience.liability_book {
            Some("liability book")
        } else if claim.chain_id != audience.chain_id {
            Some("chain")
        } else if claim.settlement != audience.settlement {
            Some("contract")
        } else if claim.account != self.trust.counterparty.account {
            Some("account")
        } else if claim.policy != self.policy_digest {
            Some("policy")
        } else {
            None
        };
        if let Some(field) = field {
            return Err(Reason::ClaimAudience { field });
        }
        if claim.number != latest.number {
            return Err(Reason::ClaimSuperseded { got: claim.number, latest: latest.number });
        }
        if digest != latest.digest {
            return Err(Reason::ClaimAltered { got: digest, expected: latest.digest });
        }
        check_signer(&audience.venue_signer, &signed.signature, &digest)
            .map_err(|error| Reason::ClaimSignature { error })?;
        window.begins("claim", claim.issued_at);
        window.ends("claim", claim.expiry);
        Ok(digest)
    }

    /// V1, V2: a quorum of oracles signed a round that is on schedule and fresh. Answers its digest.
    fn check_round(&self, signed: &SignedRound, window: &mut Window) -> Result<Bytes32, Reason> {
        let round = &signed.round;
        let set = &self.trust.registry.oracles;
        let schedule = &self.trust.registry.round;
        let (got, expected) = (round.oracle_set_version, set.version);
        if got != expected {
            return Err(Reason::OracleSet { got, expected });
        }
        let digest = round.digest(&self.domain);
        let quorum =
            Quorum { members: &set.members, threshold: set.threshold(), revoked: self.revoked_signers() };
        check_quorum(quorum, &signed.signatures, &digest).map_err(|error| Reason::Oracles { error })?;

        if schedule.number_at(round.time) != Some(round.round) {
            return Err(Reason::RoundOffSchedule { round: round.round, time: round.time });
        }
        if round.time > self.latest_present() {
            return Err(Reason::RoundInFuture { time: round.time, now: self.now });
        }
        let allowed = self.trust.limits.max_round_lag;
        let current = schedule.number_at(self.now).ok_or(Reason::OutsideEpochs { now: self.now })?;
        if round.round.saturating_add(allowed) < current {
            return Err(Reason::RoundStale { round: round.round, current, allowed });
        }
        if let Some((_, end)) = schedule.interval(round.round.saturating_add(allowed)) {
            window.ends("round", end);
        }
        Ok(digest)
    }

    /// C2: the coverage is about this claim, these prices and this audience.
    fn check_coverage(
        &self,
        coverage: &CoverageStatement,
        claim: &Claim,
        claim_digest: &Bytes32,
        round_digest: &Bytes32,
    ) -> Result<(), Reason> {
        let audience = &self.trust.audience;
        let other = if coverage.venue != audience.venue {
            Some("venue")
        } else if coverage.liability_book != audience.liability_book {
            Some("liability book")
        } else if coverage.chain_id != audience.chain_id {
            Some("chain")
        } else if coverage.settlement != audience.settlement {
            Some("contract")
        } else if coverage.account != self.trust.counterparty.account {
            Some("account")
        } else if coverage.epoch != self.epoch {
            Some("epoch")
        } else {
            None
        };
        if let Some(field) = other {
            return Err(Reason::CoverageAudience { field });
        }
        let broken = if coverage.claim != *claim_digest {
            Some("claim")
        } else if coverage.round != *round_digest {
            Some("round")
        } else if coverage.policy != self.policy_digest {
            Some("policy")
        } else if coverage.requirement != claim.requirement {
            Some("requirement")
        } else {
            None
        };
        if let Some(field) = broken {
            return Err(Reason::CoverageLink { field });
        }
        let expected = self.trust.policy.coverage_shape();
        if coverage.shape != expected {
            return Err(Reason::CoverageShape { got: coverage.shape, expected });
        }
        Ok(())
    }

    /// C3, T1: the pledge is an unspent output of the chain, tagged for this venue, and outlives the coverage.
    fn check_output(&self, bundle: &Bundle, chain: &Chain<'_>, window: &mut Window) -> Result<(), Reason> {
        let coverage = &bundle.coverage.statement;
        let claim = &bundle.claim.claim;
        let (allocation, output) = (coverage.allocation, coverage.output);
        let missing = || Reason::PledgeNotInChain { allocation, output };
        let link = chain.link(&allocation).ok_or_else(missing)?;
        let index = usize::try_from(output).ok().filter(|index| *index >= 1).ok_or_else(missing)?;
        let pledge = link.statement.outputs.get(index).ok_or_else(missing)?;
        if pledge.commitment != coverage.pledge {
            return Err(Reason::PledgeCommitment {});
        }
        let audience = &self.trust.audience;
        let tag = pledge_tag(&audience.venue, &audience.liability_book, &bundle.tag_salt);
        if pledge.tag != tag || claim.tag != tag {
            return Err(Reason::PledgeTag {});
        }
        if pledge.releaser != claim.releaser {
            return Err(Reason::PledgeReleaser { got: pledge.releaser, expected: claim.releaser });
        }
        if chain.is_spent(&allocation, output) {
            return Err(Reason::PledgeSpent {});
        }
        if coverage.expiry > link.statement.expiry {
            return Err(Reason::CoverageOutlives { expiry: coverage.expiry, limit: link.statement.expiry });
        }
        window.begins("coverage", coverage.not_before);
        window.ends("coverage", coverage.expiry);
        window.ends("allocation", link.statement.expiry);
        Ok(())
    }

    /// V3: the valuation is the one that policy and prices give, and the one that the oracles signed.
    fn check_valuation(&self, coverage: &CoverageStatement, round: &PriceRound) -> Result<(), Reason> {
        let expected = self.recompute_valuation(round)?;
        if coverage.valuation != expected {
            return Err(Reason::ValuationMismatch { got: coverage.valuation, expected });
        }
        let policy = self.policy_digest;
        let mut signed = round.valuations.iter().filter(|valuation| valuation.policy == policy);
        match (signed.next(), signed.next()) {
            (Some(valuation), None) if valuation.digest == expected => Ok(()),
            (Some(valuation), None) => Err(Reason::ValuationSignedWrong { got: valuation.digest, expected }),
            _ => Err(Reason::ValuationNotSigned { policy }),
        }
    }

    fn recompute_valuation(&self, round: &PriceRound) -> Result<FieldElement, Reason> {
        use alloc::string::ToString;
        valuation::build(&self.trust.registry, &self.trust.policy, &round.prices)
            .map(|table| table.digest())
            .map_err(|error| Reason::ValuationInvalid { message: error.to_string() })
    }
}

//! The custodian's desk: the book, the chain of allocations, and coverage at each price round.
//!
//! What venues do off-chain is here too: they sign claims and releases, and judge each bundle by their own trust file.

use std::path::Path;

use solvency_prover::account::{PledgeOpening, TotalOpening};
use solvency_prover::book::{AttestationTerms, Book, BookTerms};
use solvency_prover::chain::{self, AllocationTerms, CoverageTerms, NewPledge, SourceOpening};
use solvency_prover::claim::{self, ClaimOpening, ClaimTerms};
use solvency_prover::keys::KeyStore;
use solvency_prover::resident::Prover;
use solvency_prover::round;
use solvency_prover::signer::Signer;
use solvency_verifier::accept::{Acceptance, Verdict, accept};
use solvency_verifier::bundle::{
    Allocation, BUNDLE_FORMAT, Book as BundleBook, Bundle, Proven, SignedClaim, SignedRelease, SignedRound,
};
use solvency_verifier::encoding::{TypedData, tagged_sha256};
use solvency_verifier::statement::{CoverageStatement, Source};
use solvency_verifier::trust::{
    Audience, Counterparty, LatestClaim, Limits, PinnedKey, PreparedTrust, Revoked, TRUST_FORMAT, Trust,
};
use solvency_verifier::{Address, Bytes32, FieldElement, SLOTS, Shape, valuation};

use super::market::{self, DAY, HOUR};
use super::parties::{self, LOG_ORIGIN, Parties, Venue};
use crate::custodian::config::vector;
use crate::error::{CliError, CliResult};

/// How many rounds behind the current one a price round may be.
pub(crate) const ROUND_LAG: u64 = 1;

/// What stands between the account and a venue.
pub(crate) struct Standing {
    pub(crate) claim: SignedClaim,
    pub(crate) opening: ClaimOpening,
    /// The key that alone releases the pledge.
    releaser: Signer,
    /// Digest of the allocation, output and opening of the pledge, once it is made.
    pub(crate) pledge: Option<(Bytes32, u32, PledgeOpening)>,
    /// The last coverage that was shown: a release names the pledge as it does.
    covered: Option<CoverageStatement>,
}

/// The contract that claims and coverage are for.
#[derive(Clone, Copy)]
pub(crate) struct Contract {
    pub(crate) chain_id: u64,
    pub(crate) settlement: Address,
}

/// The custodian's records of the day.
pub(crate) struct Desk<'a> {
    parties: &'a Parties,
    prover: Prover,
    keys: KeyStore,
    contract: Contract,
    /// The attested book with the proofs of its shards.
    pub(crate) book: BundleBook,
    totals: Vec<TotalOpening>,
    /// The account's allocations and the openings of their outputs.
    pub(crate) chain: Vec<Allocation>,
    outputs: Vec<Vec<PledgeOpening>>,
    /// What stands between the account and each venue.
    pub(crate) standing: Vec<Standing>,
}

impl<'a> Desk<'a> {
    /// Commits to the vaults, has the attestors sign, and proves the sums of each shard.
    pub(crate) fn open(parties: &'a Parties, keys: &Path, contract: Contract, now: u64) -> CliResult<Self> {
        let epoch_end = parties.registry.epoch.zero + DAY;
        let terms = BookTerms {
            custodian: parties.custodian.address(),
            account: parties.account,
            epoch: 0,
            as_of: now,
            shape: Some(Shape::Holdings16),
        };
        let book = Book::commit(&parties::vaults(), &parties.registry, &terms)?;
        let attestation = book.attestation(&AttestationTerms {
            locked_until: epoch_end + HOUR,
            expiry: epoch_end,
            log_origin: LOG_ORIGIN.into(),
            attestor_set_version: parties.registry.attestors.version,
            evidence: tagged_sha256("solvency.demo.evidence", &[]),
        })?;
        book.check_attestation(&attestation)?;
        let signatures = parties.attest(&attestation)?;
        let prover = Prover::open(keys);
        let (mut holdings, mut totals) = (Vec::new(), Vec::new());
        for shard in 0..book.shards.len() {
            let (proven, total) =
                chain::prove_holdings(&book, shard, &attestation, &parties.domain, &prover)?;
            holdings.push(proven);
            totals.push(total);
        }
        Ok(Desk {
            parties,
            prover,
            keys: KeyStore::new(keys),
            contract,
            book: BundleBook { attestation, signatures, holdings },
            totals,
            chain: Vec::new(),
            outputs: Vec::new(),
            standing: Vec::new(),
        })
    }

    /// A venue claims margin, in whole quote units; the opening goes to the custodian. Its pledge is the one that stands already.
    pub(crate) fn claim(&mut self, venue: usize, number: u64, requirement: u64, now: u64) -> CliResult<()> {
        let Venue { policy, signer, liability_book, .. } = &self.parties.venues[venue];
        let releaser = Signer::generate()?;
        let terms = ClaimTerms {
            venue: policy.venue,
            liability_book: *liability_book,
            account: self.parties.account,
            number,
            requirement: requirement * 1_000_000,
            policy: policy.digest(),
            releaser: releaser.address(),
            issued_at: now,
            expiry: self.parties.registry.epoch.zero + DAY,
            chain_id: self.contract.chain_id,
            settlement: self.contract.settlement,
        };
        let (claim, opening) = claim::make(&terms, signer, &self.parties.domain)?;
        let standing = Standing { claim, opening, releaser, pledge: None, covered: None };
        match self.standing.get_mut(venue) {
            Some(before) => *before = standing,
            None => self.standing.push(standing),
        }
        Ok(())
    }

    /// Pledges to both venues out of the book.
    pub(crate) fn allocate(&mut self, now: u64) -> CliResult<()> {
        let holdings =
            self.book.holdings.iter().zip(&self.totals).map(|(proven, opening)| SourceOpening::Holdings {
                origin: proven.statement.digest(&self.parties.domain),
                opening: opening.clone(),
            });
        let sources: Vec<SourceOpening> = holdings.collect();
        let mut pledges = Vec::new();
        for (standing, amounts) in self.standing.iter().zip(parties::first_pledges()) {
            pledges.push(new_pledge(standing, self.amounts(amounts)?, None));
        }
        let (digest, openings) = self.append(Shape::Allocation2x4, &sources, &pledges, now)?;
        for (index, standing) in self.standing.iter_mut().enumerate() {
            standing.pledge = Some((digest, index as u32 + 1, openings[index + 1].clone()));
        }
        Ok(())
    }

    /// Replaces venue A's pledge by a larger one, for a claim under the next number: the venue releases the present pledge against
    /// exactly the commitment that shall stand in its place.
    pub(crate) fn top_up(&mut self, requirement: u64, now: u64) -> CliResult<()> {
        let replacement = PledgeOpening::fresh(self.amounts(parties::TOPPED_UP)?)?;
        let release = self.release(0, replacement.commitment()?, now)?;
        let Some((origin, index, opening)) = self.standing[0].pledge.take() else {
            return Err(CliError::new("venue a has no pledge to be replaced"));
        };
        let kept = self.outputs.last().and_then(|openings| openings.first()).cloned();
        let kept = kept.ok_or_else(|| CliError::new("the account has kept nothing to top up with"))?;
        let number = self.standing[0].claim.claim.number + 1;
        self.claim(0, number, requirement, now)?;
        let sources = [
            SourceOpening::Output { origin, index: 0, opening: kept, release: None },
            SourceOpening::Output { origin, index, opening, release: Some(Box::new(release)) },
        ];
        let amounts = replacement.entries()?;
        let pledge = new_pledge(&self.standing[0], amounts, Some(replacement.clone()));
        let (digest, _) = self.append(Shape::Repledge3x4, &sources, &[pledge], now)?;
        self.standing[0].pledge = Some((digest, 1, replacement));
        Ok(())
    }

    /// The oracles' round of an hour.
    pub(crate) fn round(&self, hour: u64) -> CliResult<SignedRound> {
        let registry = &self.parties.registry;
        let time = registry.round.zero + hour * HOUR;
        Ok(round::make(
            registry,
            &self.parties.policies(),
            market::prices(hour),
            time,
            self.parties.oracles(),
        )?)
    }

    /// Proves that the pledge to a venue covers its claim at a round's prices.
    pub(crate) fn cover(
        &mut self,
        venue: usize,
        round: &SignedRound,
        now: u64,
    ) -> CliResult<Result<Proven<CoverageStatement>, String>> {
        let (party, standing) = (&self.parties.venues[venue], &self.standing[venue]);
        let Some((allocation, output, pledge)) = &standing.pledge else {
            return Err(CliError::new(format!("venue {} has no pledge", party.name)));
        };
        let table = valuation::build(&self.parties.registry, &party.policy, &round.round.prices)?;
        let expiry = self.chain.iter().map(|one| &one.proven.statement);
        let expiry =
            expiry.filter(|one| one.digest(&self.parties.domain) == *allocation).map(|one| one.expiry);
        let proven = chain::prove_coverage(
            &CoverageTerms {
                account: self.parties.account,
                epoch: 0,
                allocation: *allocation,
                output: *output,
                pledge,
                claim: &standing.claim.claim,
                requirement: standing.opening.requirement,
                salt: standing.opening.salt,
                round: &round.round,
                policy: party.policy.digest(),
                table: &table,
                not_before: now,
                expiry: expiry.min().unwrap_or(now),
            },
            &self.parties.domain,
            &self.prover,
        );
        match proven {
            Ok(proven) => {
                self.standing[venue].covered = Some(proven.statement.clone());
                Ok(Ok(proven))
            }
            Err(chain::ChainError::Proof(error)) if error.is_shortfall() => Ok(Err(error.to_string())),
            Err(error) => Err(error.into()),
        }
    }

    /// The bundle with which the coverage can be judged without any chain.
    pub(crate) fn bundle(
        &self,
        venue: usize,
        round: &SignedRound,
        coverage: &Proven<CoverageStatement>,
    ) -> Bundle {
        Bundle {
            format: BUNDLE_FORMAT.into(),
            books: vec![self.book.clone()],
            allocations: self.chain.clone(),
            claim: self.standing[venue].claim.clone(),
            tag_salt: self.standing[venue].opening.tag_salt,
            round: round.clone(),
            coverage: coverage.clone(),
            history: None,
        }
    }

    /// A venue's judgement of a bundle, by its own trust file and the verifier crate.
    pub(crate) fn judge(&self, venue: usize, bundle: &Bundle, now: u64) -> CliResult<Acceptance> {
        let trust = PreparedTrust::new(self.trust(venue)?)?;
        match accept(&serde_json::to_vec(bundle)?, &trust, now) {
            Verdict::Accept(acceptance) => Ok(acceptance),
            Verdict::Reject(reason) => Err(CliError::new(format!(
                "venue {} rejects its bundle: {reason}",
                self.parties.venues[venue].name
            ))),
        }
    }

    /// What a venue trusts.
    pub(crate) fn trust(&self, venue: usize) -> CliResult<Trust> {
        let Venue { policy, signer, liability_book, .. } = &self.parties.venues[venue];
        let claim = &self.standing[venue].claim.claim;
        let not_after = self.parties.registry.valid_until;
        let pinned = |entry: solvency_prover::keys::KeyEntry| PinnedKey {
            shape: entry.shape(),
            id: entry.id,
            not_after,
            key: entry.key,
        };
        let keys: Vec<PinnedKey> = self.keys.list()?.into_iter().map(pinned).collect();
        Ok(Trust {
            format: TRUST_FORMAT.into(),
            audience: Audience {
                venue: policy.venue,
                venue_signer: signer.address(),
                liability_book: *liability_book,
                chain_id: self.contract.chain_id,
                settlement: self.contract.settlement,
            },
            counterparty: Counterparty {
                custodian: self.parties.custodian.address(),
                account: self.parties.account,
                log_origin: LOG_ORIGIN.into(),
            },
            latest_claim: LatestClaim { number: claim.number, digest: claim.digest(&self.parties.domain) },
            registry: self.parties.registry.clone(),
            policy: policy.clone(),
            accepted_development_keys: keys.iter().map(|key| key.id).collect(),
            keys,
            revoked: Revoked::default(),
            seen: None,
            limits: Limits { max_round_lag: ROUND_LAG, max_clock_skew: 0 },
            history: None,
            totals: None,
        })
    }

    /// Ledger units in each slot: of all outputs that no allocation spends, and of the attested book.
    pub(crate) fn vault_sums(&self) -> CliResult<([u128; SLOTS], [u128; SLOTS])> {
        let (mut held, mut attested) = ([0; SLOTS], [0; SLOTS]);
        let sources: Vec<_> = self.chain.iter().flat_map(|one| &one.proven.statement.sources).collect();
        for (allocation, outputs) in self.chain.iter().zip(&self.outputs) {
            let digest = allocation.proven.statement.digest(&self.parties.domain);
            for (index, output) in outputs.iter().enumerate() {
                let spends = |source: &&Source| source.origin == digest && source.index as usize == index;
                if !sources.iter().any(spends) {
                    held.iter_mut()
                        .zip(output.entries()?)
                        .for_each(|(sum, amount)| *sum += u128::from(amount));
                }
            }
        }
        for total in &self.totals {
            attested.iter_mut().zip(total.entries()?).for_each(|(sum, amount)| *sum += amount);
        }
        Ok((held, attested))
    }

    fn release(&self, venue: usize, replacement: FieldElement, now: u64) -> CliResult<SignedRelease> {
        let Standing { covered, releaser, .. } = &self.standing[venue];
        let coverage =
            covered.as_ref().ok_or_else(|| CliError::new("the pledge was never shown to cover"))?;
        Ok(claim::release(coverage, Some(replacement), now + HOUR, releaser, &self.parties.domain)?)
    }

    fn append(
        &mut self,
        shape: Shape,
        sources: &[SourceOpening],
        pledges: &[NewPledge],
        now: u64,
    ) -> CliResult<(Bytes32, Vec<PledgeOpening>)> {
        let domain = &self.parties.domain;
        let previous = self.chain.last().map(|one| one.proven.statement.digest(domain));
        let terms = AllocationTerms {
            account: self.parties.account,
            shape,
            epoch: 0,
            sequence: self.chain.len() as u64,
            predecessor: previous.unwrap_or_default(),
            not_before: now,
            expiry: self.parties.registry.epoch.zero + DAY,
            log_origin: LOG_ORIGIN.into(),
        };
        let custodian = &self.parties.custodian;
        let (allocation, openings) =
            chain::prove_allocation(&terms, sources, pledges, custodian, domain, &self.prover)?;
        let digest = allocation.proven.statement.digest(domain);
        self.chain.push(allocation);
        self.outputs.push(openings.clone());
        Ok((digest, openings))
    }

    fn amounts(&self, pledge: &[(&str, &str)]) -> CliResult<[u64; SLOTS]> {
        vector(&self.parties.registry, pledge.iter().copied())
    }
}

fn new_pledge(standing: &Standing, amounts: [u64; SLOTS], opening: Option<PledgeOpening>) -> NewPledge {
    let claim = &standing.claim.claim;
    NewPledge { tag: claim.tag, releaser: claim.releaser, amounts, opening }
}

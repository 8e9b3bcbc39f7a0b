//! `solvency prove`: makes whatever part of the chain is missing or stale.
//!
//! What is there already is kept: a proof is made anew only where the statement that it must prove has changed.

use std::path::Path;

use solvency_prover::chain::{self, AllocationTerms, ChainError, NewPledge, SourceOpening};
use solvency_prover::claim::ClaimOpening;
use solvency_prover::files;
use solvency_prover::resident::Prover;
use solvency_prover::signer::Signer;
use solvency_verifier::bundle::{SignedClaim, SignedRelease, SignedRound};
use solvency_verifier::encoding::{Domain, TypedData};
use solvency_verifier::policy::Policy;
use solvency_verifier::registry::Registry;
use solvency_verifier::statement::{Quorum, check_quorum};
use solvency_verifier::{Bytes32, SLOTS, Shape};

use super::config::{Config, VenueConfig, vector};
use super::state::{ChainEntry, EpochState, HeldShard, SignedAttestation};
use crate::args::ProofPart;
use crate::error::{CliError, CliResult};
use crate::output::Output;

/// What was made, for the answer.
#[derive(Default)]
pub(crate) struct Made {
    pub(crate) holdings: usize,
    pub(crate) allocations: usize,
    pub(crate) coverages: Vec<String>,
    pub(crate) kept: Vec<String>,
    /// Venues whose claim the pledge does not cover, with what is missing.
    pub(crate) short: Vec<String>,
    /// Bundles that are up to date.
    pub(crate) bundles: Vec<String>,
    /// How many of them had to be written.
    pub(crate) written: usize,
    /// When something of it ends, in Unix seconds.
    pub(crate) ends: Vec<u64>,
}

impl Made {
    /// Whether there is anything to tell of: something was made or written, or is not covered.
    pub(crate) fn is_something(&self) -> bool {
        self.holdings + self.allocations + self.written > 0
            || !self.coverages.is_empty()
            || !self.short.is_empty()
    }
}

/// Everything that a run needs.
pub(crate) struct Daily<'a> {
    pub(crate) config: &'a Config,
    pub(crate) registry: Registry,
    pub(crate) domain: Domain,
    pub(crate) now: u64,
    pub(crate) epoch: u64,
    pub(crate) state: EpochState,
    pub(crate) custodian: Signer,
    pub(crate) output: &'a Output,
}

impl<'a> Daily<'a> {
    pub(crate) fn open(config: &'a Config, now: u64, output: &'a Output) -> CliResult<Self> {
        let registry: Registry = files::read_json(&config.path(&config.registry))?;
        registry.validate()?;
        let domain = Domain::of_registry(&registry.digest());
        let epoch = registry
            .epoch
            .number_at(now)
            .ok_or_else(|| CliError::new(format!("the registry has no epoch at {now}")))?;
        let custodian = Signer::load(&config.path(&config.signing_key))?;
        let state = EpochState::new(&config.path(&config.state), epoch);
        Ok(Daily { config, registry, domain, now, epoch, state, custodian, output })
    }

    /// The exclusive end of the epoch.
    pub(crate) fn epoch_end(&self) -> CliResult<u64> {
        let interval = self.registry.epoch.interval(self.epoch);
        interval.map(|(_, end)| end).ok_or_else(|| CliError::new("the epoch has no end"))
    }

    /// Makes what is missing or stale, up to the given part, and adds it to `made`, also where it fails later on.
    pub(crate) fn run(&self, until: Option<ProofPart>, prover: &Prover, made: &mut Made) -> CliResult<()> {
        let attestation = self.attested_book()?;
        made.ends.push(attestation.attestation.expiry);
        let holdings = self.holdings(&attestation, prover, made)?;
        if until == Some(ProofPart::Holdings) {
            return Ok(());
        }
        let venues =
            self.config.venues.iter().map(|venue| self.venue(venue)).collect::<CliResult<Vec<_>>>()?;
        let chain = self.chain(&attestation, &holdings, &venues, prover, made)?;
        if until == Some(ProofPart::Allocation) {
            return Ok(());
        }
        let round: SignedRound = files::read_json(&self.config.path(&self.config.round))?;
        let chain = Chain { attestation: &attestation, holdings: &holdings, entries: &chain };
        self.coverages(&venues, &chain, &round, prover, made)
    }

    /// The epoch's book, with enough signatures.
    fn attested_book(&self) -> CliResult<SignedAttestation> {
        let path = self.state.attestation_path();
        let signed = self.state.attestation()?.ok_or_else(|| {
            CliError::new(format!("epoch {} has no book yet", self.epoch))
                .hint("run `solvency book commit`, then have the attestors sign it with `solvency attest`")
        })?;
        let set = &self.registry.attestors;
        let quorum = Quorum { members: &set.members, threshold: set.threshold(), revoked: &[] };
        check_quorum(quorum, &signed.signatures, &signed.attestation.digest(&self.domain)).map_err(
            |error| {
                CliError::new(format!("{}: {error}", path.display()))
                    .hint("have the attestors sign it with `solvency attest`")
            },
        )?;
        if self.now >= signed.attestation.expiry {
            return Err(CliError::new(format!("the book ended at {}", signed.attestation.expiry))
                .hint("run `solvency book commit` for a fresh one in the next epoch"));
        }
        Ok(signed)
    }

    fn holdings(
        &self,
        signed: &SignedAttestation,
        prover: &Prover,
        made: &mut Made,
    ) -> CliResult<Vec<HeldShard>> {
        let attestation = &signed.attestation;
        let digest = attestation.digest(&self.domain);
        let existing = self.state.holdings()?;
        let complete = existing.len() == attestation.shards.len()
            && existing.iter().all(|held| held.proven.statement.book == digest);
        if complete {
            made.kept.push("holdings".into());
            return Ok(existing);
        }
        let book = self.state.book()?.ok_or_else(|| {
            CliError::new(format!("{} is missing", self.state.book_path().display()))
                .hint("restore it from your records: nothing can be proven of a book without its openings")
        })?;
        book.check_attestation(attestation)?;
        let mut holdings = Vec::new();
        for shard in 0..book.shards.len() {
            let working =
                self.output.working(&format!("holdings of shard {} of {}", shard + 1, book.shards.len()));
            let (proven, opening) = chain::prove_holdings(&book, shard, attestation, &self.domain, prover)?;
            drop(working);
            holdings.push(HeldShard { proven, opening });
        }
        self.state.save_holdings(&holdings)?;
        made.holdings = holdings.len();
        Ok(holdings)
    }

    /// What a venue asks, and what it is to be pledged.
    fn venue(&self, config: &'a VenueConfig) -> CliResult<Venue<'a>> {
        let at = |path: &Path| self.config.path(path);
        let policy: Policy = files::read_json(&at(&config.policy))?;
        policy.validate(&self.registry)?;
        let claim: SignedClaim = files::read_json(&at(&config.claim))?;
        let opening: ClaimOpening = files::read_json(&at(&config.opening))?;
        opening.check(&claim.claim).map_err(|error| {
            CliError::new(format!("{}: {error}", at(&config.opening).display()))
                .hint("ask the venue for claim and opening again")
        })?;
        if claim.claim.policy != policy.digest() {
            return Err(CliError::new(format!("venue {}: the claim is under another policy", config.name))
                .hint("answer only claims under a policy that you pinned: ask the venue for its policy"));
        }
        if claim.claim.account != self.config.account {
            return Err(CliError::new(format!("venue {}: the claim is on another account", config.name)));
        }
        let release = config.release.as_ref().map(|path| files::read_json(&at(path))).transpose()?;
        let pairs = config.pledge.iter().map(|(slot, amount)| (slot.as_str(), amount.as_str()));
        let amounts = vector(&self.registry, pairs)
            .map_err(|error| CliError::new(format!("venue {}: {error}", config.name)))?;
        Ok(Venue { config, policy, claim, opening, release, amounts })
    }

    /// The account's chain: a first allocation of all holdings, then one for each pledge that must change.
    fn chain(
        &self,
        signed: &SignedAttestation,
        holdings: &[HeldShard],
        venues: &[Venue<'_>],
        prover: &Prover,
        made: &mut Made,
    ) -> CliResult<Vec<ChainEntry>> {
        let mut chain = self.state.chain()?;
        if chain.is_empty() {
            let sources: Vec<SourceOpening> = holdings
                .iter()
                .map(|held| SourceOpening::Holdings {
                    origin: held.proven.statement.digest(&self.domain),
                    opening: held.opening.clone(),
                })
                .collect();
            let shape = first_shape(sources.len(), venues.len())?;
            let wanted: Vec<&Venue<'_>> = venues.iter().collect();
            let entry = self.allocate(&chain, shape, &sources, &wanted, signed.attestation.expiry, prover)?;
            chain.push(entry);
            self.state.save_chain(&chain)?;
            made.allocations += 1;
        }
        for venue in venues {
            let current = self.current_pledge(&chain, &venue.config.name);
            if current.as_ref().is_some_and(|pledge| pledge.serves(venue)) {
                continue;
            }
            let entry = self.repledge(&chain, venue, current, signed.attestation.expiry, prover)?;
            chain.push(entry);
            self.state.save_chain(&chain)?;
            made.allocations += 1;
        }
        if made.allocations == 0 {
            made.kept.push("allocation".into());
        }
        Ok(chain)
    }

    /// Moves what the account keeps, and the venue's released pledge, to a new pledge.
    fn repledge(
        &self,
        chain: &[ChainEntry],
        venue: &Venue<'_>,
        current: Option<Pledge>,
        expiry: u64,
        prover: &Prover,
    ) -> CliResult<ChainEntry> {
        let kept = self
            .unspent(chain)
            .into_iter()
            .find(|pledge| pledge.output == 0)
            .ok_or_else(|| CliError::new("the chain has no unspent kept output"))?;
        let mut sources = vec![self.source(chain, &kept, None)?];
        if let Some(current) = current {
            let release = venue.release.clone().ok_or_else(|| {
                CliError::new(format!("venue {}'s pledge must change, and only the venue can release it", venue.config.name))
                    .hint("ask the venue to run `solvency claim release`, and name the file as `release` in the configuration")
            })?;
            sources.push(self.source(chain, &current, Some(release))?);
        }
        self.allocate(chain, Shape::Repledge3x4, &sources, &[venue], expiry, prover)
    }

    fn source(
        &self,
        chain: &[ChainEntry],
        pledge: &Pledge,
        release: Option<SignedRelease>,
    ) -> CliResult<SourceOpening> {
        let entry = &chain[pledge.entry];
        Ok(SourceOpening::Output {
            origin: pledge.allocation,
            index: pledge.output as u32,
            opening: entry.openings[pledge.output].clone(),
            release: release.map(Box::new),
        })
    }

    fn allocate(
        &self,
        chain: &[ChainEntry],
        shape: Shape,
        sources: &[SourceOpening],
        venues: &[&Venue<'_>],
        expiry: u64,
        prover: &Prover,
    ) -> CliResult<ChainEntry> {
        let previous = chain.last().map(|entry| &entry.allocation.proven.statement);
        let terms = AllocationTerms {
            account: self.config.account,
            shape,
            epoch: self.epoch,
            sequence: chain.len() as u64,
            predecessor: previous.map_or(Bytes32::ZERO, |statement| statement.digest(&self.domain)),
            not_before: self.now.max(previous.map_or(0, |statement| statement.not_before)),
            expiry: previous.map_or(expiry, |statement| statement.expiry.min(expiry)),
            log_origin: self.config.log_origin.clone(),
        };
        let pledges: Vec<NewPledge> = venues
            .iter()
            .map(|venue| NewPledge {
                tag: venue.claim.claim.tag,
                releaser: venue.claim.claim.releaser,
                amounts: venue.amounts,
                opening: None,
            })
            .collect();
        let _working = self.output.working(&format!("allocation {} ({shape})", terms.sequence));
        let (allocation, openings) =
            chain::prove_allocation(&terms, sources, &pledges, &self.custodian, &self.domain, prover)
                .map_err(|error| self.explain_overdrawn(error))?;
        let mut names = vec![None; openings.len()];
        for (index, venue) in venues.iter().enumerate() {
            names[index + 1] = Some(venue.config.name.clone());
        }
        Ok(ChainEntry { allocation, openings, venues: names })
    }

    fn explain_overdrawn(&self, error: ChainError) -> CliError {
        match error {
            ChainError::Overdrawn { slot, pledged, held } => {
                let amount = |units| super::export::slot_amount(&self.registry, slot, units);
                let name = super::export::slot_name(&self.registry, slot);
                CliError::new(format!("{name}: {} are pledged, {} are there", amount(pledged), amount(held)))
                    .hint("lower a venue's pledge in the configuration, or bring in more vaults")
            }
            error => CliError::new(error),
        }
    }

    /// Outputs that no later allocation spends.
    fn unspent(&self, chain: &[ChainEntry]) -> Vec<Pledge> {
        let spent: Vec<(Bytes32, u32)> = chain
            .iter()
            .flat_map(|entry| &entry.allocation.proven.statement.sources)
            .map(|source| (source.origin, source.index))
            .collect();
        let mut unspent = Vec::new();
        for (index, entry) in chain.iter().enumerate() {
            let statement = &entry.allocation.proven.statement;
            let allocation = statement.digest(&self.domain);
            for (output, made) in statement.outputs.iter().enumerate() {
                if !spent.contains(&(allocation, output as u32)) {
                    let venue = entry.venues.get(output).cloned().flatten();
                    let amounts = entry.openings.get(output).and_then(|opening| opening.entries().ok());
                    unspent.push(Pledge { entry: index, allocation, output, tag: made.tag, venue, amounts });
                }
            }
        }
        unspent
    }

    pub(super) fn current_pledge(&self, chain: &[ChainEntry], venue: &str) -> Option<Pledge> {
        self.unspent(chain).into_iter().find(|pledge| pledge.venue.as_deref() == Some(venue))
    }
}

/// The smallest first allocation that holds so many books and venues.
fn first_shape(sources: usize, venues: usize) -> CliResult<Shape> {
    let fits = |shape: &Shape| {
        shape.allocation().is_some_and(|allocation| {
            let totals =
                allocation.sources.iter().filter(|kind| **kind == solvency_verifier::SourceKind::Total);
            totals.count() >= sources && allocation.outputs > venues
        })
    };
    [Shape::Allocation2x4, Shape::Allocation4x8].into_iter().find(fits).ok_or_else(|| {
        CliError::new(format!(
            "{sources} shards and {venues} venues, the largest allocation has 4 sources and 7 pledges"
        ))
        .hint("split the account, or ask for a larger shape")
    })
}

/// A venue's side, read from its files.
pub(super) struct Venue<'a> {
    pub(super) config: &'a VenueConfig,
    pub(super) policy: Policy,
    pub(super) claim: SignedClaim,
    pub(super) opening: ClaimOpening,
    release: Option<SignedRelease>,
    amounts: [u64; SLOTS],
}

/// The account's chain, and what it begins with.
pub(super) struct Chain<'a> {
    pub(super) attestation: &'a SignedAttestation,
    pub(super) holdings: &'a [HeldShard],
    pub(super) entries: &'a [ChainEntry],
}

/// An unspent output of the chain.
pub(super) struct Pledge {
    pub(super) entry: usize,
    pub(super) allocation: Bytes32,
    pub(super) output: usize,
    tag: Bytes32,
    venue: Option<String>,
    amounts: Option<[u64; SLOTS]>,
}

impl Pledge {
    /// Whether the pledge is the one that the venue's claim and the configuration ask for.
    fn serves(&self, venue: &Venue<'_>) -> bool {
        self.tag == venue.claim.claim.tag && self.amounts == Some(venue.amounts)
    }
}

//! `solvency prove`: makes whatever part of the chain is missing or stale.
//!
//! What is there already is kept: a proof is made anew only where the statement that it must prove has changed.

use std::fmt;
use std::path::Path;

use solvency_prover::claim::ClaimOpening;
use solvency_prover::files;
use solvency_prover::resident::Prover;
use solvency_prover::signer::Signer;
use solvency_store::Unlocked;
use solvency_verifier::SLOTS;
use solvency_verifier::bundle::{SignedClaim, SignedRelease, SignedRound};
use solvency_verifier::encoding::{Domain, TypedData};
use solvency_verifier::policy::Policy;
use solvency_verifier::registry::Registry;
use solvency_verifier::statement::{Quorum, check_quorum};

use super::config::{Config, VenueConfig, vector};
use super::headroom::HeadroomRecord;
use super::history::Logged;
use super::state::{ChainEntry, EpochState, HeldShard, SignedAttestation};
use super::unlock;
use crate::args::ProofPart;
use crate::error::{CliError, CliResult};
use crate::output::Output;

/// How far ahead of this clock a price round may have been observed, in seconds.
const MAX_CLOCK_SKEW: u64 = 30;

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
    /// When something of it ends, or is to be warned of, in Unix seconds.
    pub(crate) ends: Vec<u64>,
    /// The end of each venue's coverage, in Unix seconds.
    pub(crate) until: Vec<(String, u64)>,
    /// How far the pledges are above what is required; for the custodian's eyes.
    pub(crate) headroom: Option<HeadroomRecord>,
    /// What a person should look at before it becomes a shortage.
    pub(crate) warnings: Vec<Warning>,
}

/// Something that a person should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Warning {
    /// The venue that it is about.
    pub(crate) venue: Option<String>,
    /// What it is about: as long as it stays, it is told of once.
    pub(crate) subject: &'static str,
    pub(crate) text: String,
}

impl Made {
    /// Whether there is anything to tell of: something was made or written, or is not covered.
    pub(crate) fn is_something(&self) -> bool {
        self.holdings + self.allocations + self.written > 0
            || !self.coverages.is_empty()
            || !self.short.is_empty()
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.venue {
            Some(venue) => write!(f, "venue {venue}: {}", self.text),
            None => f.write_str(&self.text),
        }
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
    /// Opens the store, with what opened it before where this process had it open.
    pub(crate) fn open(
        config: &'a Config,
        now: u64,
        unlocked: &mut Option<Unlocked>,
        output: &'a Output,
    ) -> CliResult<Self> {
        let registry: Registry = files::read_json(&config.path(&config.registry))?;
        registry.validate()?;
        let domain = Domain::of_registry(&registry.digest());
        let epoch = registry
            .epoch
            .number_at(now)
            .ok_or_else(|| CliError::new(format!("the registry has no epoch at {now}")))?;
        let custodian = Signer::load(&config.path(&config.signing_key))?;
        let store = unlock::open(config, unlocked, output)?;
        let state = EpochState::new(store, &config.path(&config.state), epoch);
        state.check_newest()?;
        Ok(Daily { config, registry, domain, now, epoch, state, custodian, output })
    }

    /// The exclusive end of the epoch.
    pub(crate) fn epoch_end(&self) -> CliResult<u64> {
        let interval = self.registry.epoch.interval(self.epoch);
        interval.map(|(_, end)| end).ok_or_else(|| CliError::new("the epoch has no end"))
    }

    /// Makes what is missing or stale, up to the given part, and adds it to `made`, also where it fails later on. What fails for
    /// one venue stops no other; the first failure is the answer.
    pub(crate) fn run(&self, until: Option<ProofPart>, prover: &Prover, made: &mut Made) -> CliResult<()> {
        self.check_published()?;
        self.check_log()?;
        // What still can't be written is told of at the end: it holds up nothing.
        let unlogged = self.log_rounds()?;
        let undelivered = self.deliver(made).err();
        let attestation = self.attested_book()?;
        made.ends.push(attestation.attestation.expiry);
        let holdings = self.holdings(&attestation, prover, made)?;
        if until == Some(ProofPart::Holdings) {
            return Ok(());
        }
        let mut failures = Vec::new();
        let mut venues = Vec::new();
        for config in &self.config.venues {
            match self.venue(config) {
                Ok(venue) => venues.push(venue),
                Err(error) => failures.push(error),
            }
        }
        let book = Attested { attestation: &attestation, holdings: &holdings };
        let (entries, venues) = self.chain(&book, venues, prover, made, &mut failures)?;
        let logged = self.logged(&entries)?;
        if until != Some(ProofPart::Allocation) {
            let chain = Chain { book, entries: &entries, logged: logged.as_ref() };
            if let Err(error) = self.round().and_then(|round| {
                self.coverages(&venues, &chain, &round, prover, made, &mut failures)?;
                self.note_headroom(&venues, &chain, &round, made)
            }) {
                failures.push(error);
            }
            self.warn(&attestation, &venues, made);
        }
        let told = |error: &CliError| failures.iter().any(|known| known.to_string() == error.to_string());
        let unwritten: Vec<CliError> =
            unlogged.into_iter().chain(undelivered).filter(|error| !told(error)).collect();
        let mut failures = failures.into_iter().chain(unwritten);
        let Some(first) = failures.next() else { return Ok(()) };
        failures.for_each(|error| self.output.report(&error));
        Err(first)
    }

    /// Writes what was published and is not yet where it belongs.
    pub(super) fn deliver(&self, made: &mut Made) -> CliResult<()> {
        made.written += self.state.deliver()?;
        Ok(())
    }

    /// The price round, where a verifier could take it (O4).
    fn round(&self) -> CliResult<SignedRound> {
        let path = self.config.path(&self.config.round);
        let signed: SignedRound = files::read_json(&path)?;
        let round = &signed.round;
        let wrong = |what: String| CliError::new(format!("{}: {what}", path.display()));
        let set = &self.registry.oracles;
        let quorum = Quorum { members: &set.members, threshold: set.threshold(), revoked: &[] };
        check_quorum(quorum, &signed.signatures, &round.digest(&self.domain)).map_err(|error| {
            wrong(error.to_string()).hint("have more oracles sign it with `solvency round`")
        })?;
        let interval = self.registry.round.interval(round.round);
        if !interval.is_some_and(|(begin, end)| (begin..end).contains(&round.time)) {
            return Err(wrong(format!("observed at {}, which is not in round {}", round.time, round.round))
                .hint("no verifier takes such a round: ask the oracles for another"));
        }
        if round.time > self.now.saturating_add(MAX_CLOCK_SKEW) {
            let ahead = round.time - self.now;
            return Err(wrong(format!("observed {ahead} s from now"))
                .hint("compare this clock with another: one of the two is wrong"));
        }
        Ok(signed)
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
        if self.now >= claim.claim.expiry {
            return Err(CliError::new(format!(
                "venue {}: the claim ended at {}",
                config.name, claim.claim.expiry
            ))
            .hint("ask the venue for a new claim"));
        }
        let release = config.release.as_ref().map(|path| files::read_json(&at(path))).transpose()?;
        let pairs = config.pledge.iter().map(|(slot, amount)| (slot.as_str(), amount.as_str()));
        let amounts = vector(&self.registry, pairs)
            .map_err(|error| CliError::new(format!("venue {}: {error}", config.name)))?;
        Ok(Venue { config, policy, claim, opening, release, amounts })
    }
}

/// A venue's side, read from its files.
pub(super) struct Venue<'a> {
    pub(super) config: &'a VenueConfig,
    pub(super) policy: Policy,
    pub(super) claim: SignedClaim,
    pub(super) opening: ClaimOpening,
    pub(super) release: Option<SignedRelease>,
    pub(super) amounts: [u64; SLOTS],
}

/// The epoch's book and the proofs of its shards.
#[derive(Clone, Copy)]
pub(super) struct Attested<'a> {
    pub(super) attestation: &'a SignedAttestation,
    pub(super) holdings: &'a [HeldShard],
}

/// The account's chain, and what it begins with.
pub(super) struct Chain<'a> {
    pub(super) book: Attested<'a>,
    pub(super) entries: &'a [ChainEntry],
    pub(super) logged: Option<&'a Logged>,
}

//! The account's chain: allocations of what it holds, and the pledges that they leave.

use solvency_prover::chain::{self, AllocationTerms, ChainError, NewPledge, SourceOpening};
use solvency_prover::files;
use solvency_prover::resident::Prover;
use solvency_verifier::bundle::{Allocation, Bundle, SignedRelease};
use solvency_verifier::encoding::TypedData;
use solvency_verifier::{Bytes32, SLOTS, Shape};

use super::daily::{Attested, Daily, Made, Venue};
use super::history::LoggedClaim;
use super::state::ChainEntry;
use crate::error::{CliError, CliResult};

impl Daily<'_> {
    /// The account's chain: a first allocation of all holdings, then one for each pledge that must change. A venue whose pledge
    /// can't be changed is told of in `failures` and left out of the second answer.
    pub(super) fn chain<'v>(
        &self,
        book: &Attested<'_>,
        venues: Vec<Venue<'v>>,
        prover: &Prover,
        made: &mut Made,
        failures: &mut Vec<CliError>,
    ) -> CliResult<(Vec<ChainEntry>, Vec<Venue<'v>>)> {
        let expiry = book.attestation.attestation.expiry;
        let mut chain = self.state.chain()?;
        if chain.is_empty() {
            // Whoever is left out here needs an allocation of his own later on: rather wait.
            if let Some(error) = failures.pop() {
                return Err(error);
            }
            let sources: Vec<SourceOpening> = book
                .holdings
                .iter()
                .map(|held| SourceOpening::Holdings {
                    origin: held.proven.statement.digest(&self.domain),
                    opening: held.opening.clone(),
                })
                .collect();
            let shape = first_shape(sources.len(), venues.len())?;
            let wanted: Vec<&Venue<'_>> = venues.iter().collect();
            let entry = self.allocate(&chain, shape, &sources, &wanted, expiry, prover)?;
            self.state.append_allocation(chain.len(), &entry)?;
            chain.push(entry);
            made.allocations += 1;
        }
        let mut served = Vec::new();
        for venue in venues {
            let current = self.current_pledge(&chain, &venue.config.name);
            if current.as_ref().is_some_and(|pledge| pledge.serves(&venue)) {
                served.push(venue);
                continue;
            }
            match self.repledge(&chain, &venue, current, expiry, prover) {
                Ok(entry) => {
                    self.state.append_allocation(chain.len(), &entry)?;
                    chain.push(entry);
                    made.allocations += 1;
                    served.push(venue);
                }
                Err(error) => failures.push(error),
            }
        }
        if made.allocations == 0 {
            made.kept.push("allocation".into());
        }
        Ok((chain, served))
    }

    /// Refuses where a venue holds a bundle of this epoch that the chain does not continue (O3): the store is then not the one, or
    /// not the newest copy of the one, that the bundle was made with.
    pub(super) fn check_published(&self) -> CliResult<()> {
        let chain = self.state.chain()?;
        for venue in &self.config.venues {
            let path = self.config.path(&venue.bundle);
            let Ok(bytes) = files::read_bytes(&path, files::MAX_JSON_BYTES) else { continue };
            let Ok(bundle) = Bundle::from_json(&bytes) else { continue };
            let ours = bundle.coverage.statement.epoch == self.epoch
                && bundle.coverage.statement.account == self.config.account;
            let digest = |allocation: &Allocation| allocation.proven.statement.digest(&self.domain);
            let continued = bundle.allocations.len() <= chain.len()
                && bundle
                    .allocations
                    .iter()
                    .zip(&chain)
                    .all(|(shown, kept)| digest(shown) == digest(&kept.allocation));
            if ours && !continued {
                return Err(CliError::new(format!(
                    "{}: its chain of epoch {} is not the store's, which has {} allocations",
                    path.display(),
                    self.epoch,
                    chain.len()
                ))
                .hint(
                    "restore the newest copy of the store: going on from this one would sign a second history of \
                     the epoch, which is equivocation",
                ));
            }
        }
        Ok(())
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
        let (mut names, mut claims) = (vec![None; openings.len()], vec![None; openings.len()]);
        for (index, venue) in venues.iter().enumerate() {
            let claim = &venue.claim.claim;
            names[index + 1] = Some(venue.config.name.clone());
            claims[index + 1] = Some(LoggedClaim { claim: claim.digest(&self.domain), number: claim.number });
        }
        Ok(ChainEntry { allocation, openings, venues: names, claims })
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

/// An unspent output of the chain.
pub(super) struct Pledge {
    pub(super) entry: usize,
    pub(super) allocation: Bytes32,
    pub(super) output: usize,
    tag: Bytes32,
    venue: Option<String>,
    pub(super) amounts: Option<[u64; SLOTS]>,
}

impl Pledge {
    /// Whether the pledge is the one that the venue's claim and the configuration ask for.
    fn serves(&self, venue: &Venue<'_>) -> bool {
        self.tag == venue.claim.claim.tag && self.amounts == Some(venue.amounts)
    }
}

//! The last part of a run: a coverage proof and a bundle for each venue.

use solvency_prover::chain::{self, ChainError, CoverageTerms};
use solvency_prover::resident::Prover;
use solvency_verifier::Bytes32;
use solvency_verifier::Shape;
use solvency_verifier::bundle::{BUNDLE_FORMAT, Book as BundleBook, Bundle, Proven, SignedRound};
use solvency_verifier::encoding::TypedData;
use solvency_verifier::statement::CoverageStatement;
use solvency_verifier::valuation::{self, Table};

use super::daily::{Chain, Daily, Made, Venue};
use super::pledges::Pledge;
use super::rounds::{RecordedCoverage, RoundRecord};
use super::state::{Publishing, bundle_bytes};
use crate::error::{CliError, CliResult};

/// A coverage that has to be made.
struct Wanted<'a> {
    venue: &'a Venue<'a>,
    pledge: Pledge,
    table: Table,
}

impl Daily<'_> {
    /// Makes the coverages that are missing or stale, side by side, and publishes every venue's bundle. What fails for one venue
    /// stops no other.
    pub(super) fn coverages(
        &self,
        venues: &[Venue<'_>],
        chain: &Chain<'_>,
        round: &SignedRound,
        prover: &Prover,
        made: &mut Made,
        failures: &mut Vec<CliError>,
    ) -> CliResult<()> {
        let (mut covered, mut wanted) = (Vec::new(), Vec::new());
        for venue in venues {
            let name = &venue.config.name;
            let pledge = self
                .current_pledge(chain.entries, name)
                .ok_or_else(|| CliError::new(format!("venue {name} has no pledge in the chain")))?;
            match self.existing(venue, &pledge, round)? {
                Some(coverage) => {
                    made.kept.push(format!("coverage of {name}"));
                    covered.push((venue, coverage, false));
                }
                None => match self.table(venue, round) {
                    Ok(table) => wanted.push(Wanted { venue, pledge, table }),
                    Err(error) => failures.push(error),
                },
            }
        }
        let proven = self.prove_wanted(&wanted, chain, round, prover);
        for (Wanted { venue, .. }, proven) in wanted.iter().zip(proven) {
            let name = &venue.config.name;
            match proven {
                Ok(coverage) => {
                    made.coverages.push(name.clone());
                    covered.push((venue, coverage, true));
                }
                Err(ChainError::Proof(error)) if error.is_shortfall() => {
                    made.short.push(format!("venue {name}: {error}"));
                }
                Err(error) => failures.push(CliError::new(format!("venue {name}: {error}"))),
            }
        }
        self.publish(&covered, chain, round, made, failures)?;
        // Before anybody is shown the coverage; but a log that can't be written holds up no venue.
        failures.extend(self.log_rounds().unwrap_or_else(Some));
        failures.extend(self.deliver(made).err());
        Ok(())
    }

    /// The valuation of a venue's policy, where the oracles signed it as it is (rule V3 of acceptance).
    fn table(&self, venue: &Venue<'_>, round: &SignedRound) -> CliResult<Table> {
        let name = &venue.config.name;
        let table = valuation::build(&self.registry, &venue.policy, &round.round.prices)
            .map_err(|error| CliError::new(format!("venue {name}: {error}")))?;
        let policy = venue.policy.digest();
        let signed: Vec<_> = round.round.valuations.iter().filter(|one| one.policy == policy).collect();
        let hint = "ask the oracles to sign the round with this venue's policy (`solvency round --policy`)";
        match signed.as_slice() {
            [one] if one.digest == table.digest() => Ok(table),
            [_] => Err(CliError::new(format!(
                "venue {name}: the oracles signed another valuation of its policy"
            ))
            .hint("no verifier takes it, and it is evidence: keep the round, and tell the oracles")),
            _ => Err(CliError::new(format!(
                "venue {name}: the round has {} valuations of its policy, it needs one",
                signed.len()
            ))
            .hint(hint)),
        }
    }

    /// Keeps what is new, and records every venue's bundle that is not there yet.
    fn publish(
        &self,
        covered: &[(&Venue<'_>, Proven<CoverageStatement>, bool)],
        chain: &Chain<'_>,
        round: &SignedRound,
        made: &mut Made,
        failures: &mut Vec<CliError>,
    ) -> CliResult<()> {
        let mut bundles = Vec::new();
        for (venue, coverage, _) in covered {
            let path = self.config.path(&venue.config.bundle);
            made.bundles.push(path.display().to_string());
            made.ends.push(coverage.statement.expiry);
            made.until.push((venue.config.name.clone(), coverage.statement.expiry));
            bundles.push((path, bundle_bytes(&self.bundle(venue, chain, round, coverage.clone()))?));
        }
        let publishing: Vec<_> = covered
            .iter()
            .zip(&bundles)
            .map(|((venue, coverage, new), (path, bytes))| Publishing {
                venue: &venue.config.name,
                coverage: new.then_some(coverage),
                path,
                round: round.round.round,
                bytes,
            })
            .collect();
        // Before anybody can see them: what was published is then never lost to a kill. A full disk holds up no venue.
        failures.extend(self.state.keep_bundles(&publishing).err());
        self.state.publish(&publishing, self.round_record(&publishing, chain, round).as_ref())
    }

    /// What the log of the rounds gets of the new coverages; nothing where none is configured.
    fn round_record(
        &self,
        publishing: &[Publishing<'_>],
        chain: &Chain<'_>,
        round: &SignedRound,
    ) -> Option<RoundRecord> {
        self.config.log.as_ref()?.rounds.as_ref()?;
        let coverages: Vec<RecordedCoverage> = publishing
            .iter()
            .filter_map(|one| {
                let coverage = one.coverage?.statement.digest(&self.domain);
                Some(RecordedCoverage { venue: one.venue.into(), coverage })
            })
            .collect();
        let head = chain.entries.last()?.allocation.proven.statement.digest(&self.domain);
        (!coverages.is_empty()).then(|| RoundRecord {
            round: round.round.round,
            books: vec![chain.book.attestation.attestation.digest(&self.domain)],
            head,
            coverages,
        })
    }

    /// The venue's coverage, where it is still the one to show.
    fn existing(
        &self,
        venue: &Venue<'_>,
        pledge: &Pledge,
        round: &SignedRound,
    ) -> CliResult<Option<Proven<CoverageStatement>>> {
        let claim = venue.claim.claim.digest(&self.domain);
        let round = round.round.digest(&self.domain);
        Ok(self.state.coverage(&venue.config.name)?.filter(|proven| {
            let statement = &proven.statement;
            statement.claim == claim
                && statement.round == round
                && statement.allocation == pledge.allocation
                && statement.output as usize == pledge.output
                && self.now < statement.expiry
        }))
    }

    fn prove_wanted<'w>(
        &self,
        wanted: &'w [Wanted<'w>],
        chain: &'w Chain<'w>,
        round: &'w SignedRound,
        prover: &Prover,
    ) -> Vec<Result<Proven<CoverageStatement>, ChainError>> {
        if wanted.is_empty() {
            return Vec::new();
        }
        let names: Vec<&str> = wanted.iter().map(|one| one.venue.config.name.as_str()).collect();
        let _working = self.output.working(&format!("coverage of {}", names.join(", ")));
        for one in wanted {
            // Opened here, by all threads. Where that fails, the proofs that need the key say so: a false statement needs none.
            let _ = prover.key(match one.table {
                Table::Flat(_) => Shape::CoverageFlat,
                Table::Tiered(_) => Shape::CoverageTiered,
            });
        }
        let terms = |Wanted { venue, pledge, table }: &'w Wanted<'w>| {
            let entry = &chain.entries[pledge.entry];
            let claim = &venue.claim.claim;
            CoverageTerms {
                account: self.config.account,
                epoch: self.epoch,
                allocation: pledge.allocation,
                output: pledge.output as u32,
                pledge: &entry.openings[pledge.output],
                claim,
                requirement: venue.opening.requirement,
                salt: venue.opening.salt,
                round: &round.round,
                policy: venue.policy.digest(),
                table,
                not_before: self.now,
                expiry: entry.allocation.proven.statement.expiry.min(claim.expiry),
            }
        };
        let terms: Vec<_> = wanted.iter().map(terms).collect();
        let domain = &self.domain;
        prover.side_by_side(&terms, |terms| chain::prove_coverage(terms, domain, prover))
    }

    /// What one venue is shown.
    fn bundle(
        &self,
        venue: &Venue<'_>,
        chain: &Chain<'_>,
        round: &SignedRound,
        coverage: Proven<CoverageStatement>,
    ) -> Bundle {
        let spent: Vec<Bytes32> = chain
            .entries
            .iter()
            .flat_map(|entry| &entry.allocation.proven.statement.sources)
            .map(|source| source.origin)
            .collect();
        let used = chain.book.holdings.iter().map(|held| held.proven.clone());
        let used = used.filter(|proven| spent.contains(&proven.statement.digest(&self.domain))).collect();
        Bundle {
            format: BUNDLE_FORMAT.into(),
            books: vec![BundleBook {
                attestation: chain.book.attestation.attestation.clone(),
                signatures: chain.book.attestation.signatures.clone(),
                holdings: used,
            }],
            allocations: chain.entries.iter().map(|entry| entry.allocation.clone()).collect(),
            claim: venue.claim.clone(),
            tag_salt: venue.opening.tag_salt,
            round: round.clone(),
            coverage,
            history: self
                .current_pledge(chain.entries, &venue.config.name)
                .and_then(|pledge| chain.logged?.history(&pledge, chain.entries)),
        }
    }
}

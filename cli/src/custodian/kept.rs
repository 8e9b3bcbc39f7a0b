//! What was proven, opened again: the assignments of the proofs that a custodian keeps.

use ark_bn254::Fr;
use solvency_circuits::builder::Assignment;
use solvency_circuits::{Witness, assignment};
use solvency_prover::chain::SourceOpening;
use solvency_prover::claim::ClaimOpening;
use solvency_prover::{files, witness};
use solvency_verifier::bundle::{Proven, SignedClaim, SignedRound};
use solvency_verifier::encoding::{Domain, TypedData, context};
use solvency_verifier::groth16::KeyId;
use solvency_verifier::policy::Policy;
use solvency_verifier::registry::Registry;
use solvency_verifier::statement::{AllocationStatement, Source, SourceUse};
use solvency_verifier::valuation;
use solvency_verifier::{Bytes32, FieldElement, Shape};

use super::config::{Config, VenueConfig};
use super::state::{ChainEntry, EpochState, HeldShard};
use super::{statement_inputs, unlock};
use crate::args::KeptProof;
use crate::error::{CliError, CliResult};
use crate::output::Output;

const PROVE: &str = "run `solvency prove` first: what is exported is the assignment of a proof that was made";

/// The records of one epoch.
pub(crate) struct Kept<'a> {
    config: &'a Config,
    registry: Registry,
    domain: Domain,
    epoch: u64,
    state: EpochState,
}

/// An assignment with what the proof was made for.
pub(crate) struct Assigned {
    pub(crate) shape: Shape,
    /// The key of the proof that was made.
    pub(crate) key: KeyId,
    pub(crate) assignment: Assignment,
}

/// A statement that was proven, with what opens it.
struct Opened {
    shape: Shape,
    key: KeyId,
    witness: Witness,
    context: FieldElement,
    /// Public inputs that the statement implies.
    inputs: Vec<Fr>,
}

impl<'a> Kept<'a> {
    /// The records of the epoch at a time, in Unix seconds.
    pub(crate) fn open(config: &'a Config, now: u64, output: &Output) -> CliResult<Self> {
        let registry: Registry = files::read_json(&config.path(&config.registry))?;
        registry.validate()?;
        let epoch = registry
            .epoch
            .number_at(now)
            .ok_or_else(|| CliError::new(format!("the registry has no epoch at {now}")))?;
        let domain = Domain::of_registry(&registry.digest());
        let store = unlock::open(config, &mut None, output)?;
        let state = EpochState::new(store, &config.path(&config.state), epoch);
        Ok(Kept { config, registry, domain, epoch, state })
    }

    /// The values of all wires of a proof that was made, with the same public inputs.
    pub(crate) fn assignment(&self, proof: &KeptProof) -> CliResult<Assigned> {
        let opened = match proof {
            KeptProof::Holdings(shard) => self.holdings(*shard)?,
            KeptProof::Allocation(index) => self.allocation(*index)?,
            KeptProof::Coverage(venue) => self.coverage(venue)?,
        };
        let assignment = assignment(opened.shape, &opened.witness, opened.context)?;
        if assignment.public_inputs() != opened.inputs {
            return Err(CliError::new("the openings are not those of the proof's statement")
                .hint("restore the store from your newest backup: its records do not belong together"));
        }
        Ok(Assigned { shape: opened.shape, key: opened.key, assignment })
    }

    fn holdings(&self, shard: usize) -> CliResult<Opened> {
        let held = self.state.holdings()?;
        let held = held.get(shard).ok_or_else(|| self.missing("holdings", shard, held.len()))?;
        let statement = &held.proven.statement;
        let index = statement.shard as usize;
        let attestation = self.state.signed()?;
        let book = match &attestation {
            Some(signed) => self.state.book(&signed.attestation.digest(&self.domain))?,
            None => None,
        };
        let openings = book.as_ref().and_then(|book| book.shards.get(index));
        let attested = attestation.as_ref().and_then(|signed| signed.attestation.shards.get(index));
        let (Some(openings), Some(attested)) = (openings, attested) else {
            return Err(CliError::new(format!("the store's book or its attestation lacks shard {index}"))
                .hint("restore the store from your newest backup"));
        };
        Ok(Opened {
            shape: statement.shape,
            key: held.proven.key,
            witness: witness::holdings(openings, &held.opening),
            context: context(statement.shape, &statement.digest(&self.domain)),
            inputs: statement_inputs::holdings(statement, attested, &self.domain),
        })
    }

    fn allocation(&self, index: usize) -> CliResult<Opened> {
        let (chain, held) = (self.state.chain()?, self.state.holdings()?);
        let entry = chain.get(index).ok_or_else(|| self.missing("allocations", index, chain.len()))?;
        let Proven { statement, key, .. } = &entry.allocation.proven;
        let sources = statement
            .sources
            .iter()
            .map(|source| self.source(source, &held, &chain))
            .collect::<CliResult<Vec<_>>>()?;
        let placed: Vec<_> = sources.iter().map(Option::as_ref).collect();
        Ok(Opened {
            shape: statement.shape,
            key: *key,
            witness: witness::allocation(&placed, &entry.openings)?,
            context: context(statement.shape, &statement.digest(&self.domain)),
            inputs: statement_inputs::allocation(statement, &self.domain),
        })
    }

    /// The opening of an allocation's source, none where it is unused.
    fn source(
        &self,
        source: &Source,
        held: &[HeldShard],
        chain: &[ChainEntry],
    ) -> CliResult<Option<SourceOpening>> {
        let origin = source.origin;
        let lost = || {
            CliError::new(format!("the opening of a source, of origin {origin}, is not in the store"))
                .hint("restore the store from your newest backup")
        };
        Ok(match source.kind {
            SourceUse::Unused => None,
            SourceUse::Holdings => {
                let held = held.iter().find(|held| held.proven.statement.digest(&self.domain) == origin);
                let opening = held.ok_or_else(lost)?.opening.clone();
                Some(SourceOpening::Holdings { origin, opening })
            }
            SourceUse::Kept | SourceUse::Released => {
                let entry = self.entry(chain, &origin).ok_or_else(lost)?;
                let opening = entry.openings.get(source.index as usize).ok_or_else(lost)?.clone();
                Some(SourceOpening::Output { origin, index: source.index, opening, release: None })
            }
        })
    }

    fn entry<'c>(&self, chain: &'c [ChainEntry], digest: &Bytes32) -> Option<&'c ChainEntry> {
        let digest_of = |statement: &AllocationStatement| statement.digest(&self.domain);
        chain.iter().find(|entry| digest_of(&entry.allocation.proven.statement) == *digest)
    }

    fn coverage(&self, name: &str) -> CliResult<Opened> {
        let venue = self.venue(name)?;
        let proven = self.state.coverage(name)?.ok_or_else(|| {
            CliError::new(format!("epoch {} has no coverage of venue {name} yet", self.epoch)).hint(PROVE)
        })?;
        let statement = &proven.statement;
        let stale = |what: &str| {
            CliError::new(format!("the coverage of venue {name} was proven with another {what}"))
                .hint("run `solvency prove`, or restore the file that it was proven with")
        };
        let claim: SignedClaim = files::read_json(&self.config.path(&venue.claim))?;
        if claim.claim.digest(&self.domain) != statement.claim {
            return Err(stale("claim"));
        }
        let opening: ClaimOpening = files::read_json(&self.config.path(&venue.opening))?;
        opening.check(&claim.claim)?;
        let round: SignedRound = files::read_json(&self.config.path(&self.config.round))?;
        if round.round.digest(&self.domain) != statement.round {
            return Err(stale("price round"));
        }
        let policy: Policy = files::read_json(&self.config.path(&venue.policy))?;
        policy.validate(&self.registry)?;
        if policy.digest() != statement.policy {
            return Err(stale("policy"));
        }
        let table = valuation::build(&self.registry, &policy, &round.round.prices)?;
        let chain = self.state.chain()?;
        let pledge = self
            .entry(&chain, &statement.allocation)
            .and_then(|entry| entry.openings.get(statement.output as usize))
            .ok_or_else(|| stale("allocation"))?;
        let (shape, witness) = witness::coverage(&table, pledge, opening.requirement, opening.salt)?;
        Ok(Opened {
            shape,
            key: proven.key,
            witness,
            context: context(statement.shape, &statement.digest(&self.domain)),
            inputs: statement_inputs::coverage(statement, &self.domain),
        })
    }

    fn venue(&self, name: &str) -> CliResult<&'a VenueConfig> {
        self.config.venues.iter().find(|venue| venue.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.config.venues.iter().map(|venue| venue.name.as_str()).collect();
            CliError::new(format!("the configuration has no venue {name:?}"))
                .hint(format!("its venues are {}", known.join(", ")))
        })
    }

    fn missing(&self, what: &str, index: usize, count: usize) -> CliError {
        let error = CliError::new(format!("epoch {} has no {what}[{index}]", self.epoch));
        if count == 0 {
            error.hint(PROVE)
        } else {
            error.hint(format!("it has {what}[0] to [{}]", count - 1))
        }
    }
}

//! The three proofs of a chain: statement, witness, proof — each from openings that the custodian keeps.

use solvency_verifier::bundle::{Allocation, Proven, SignedRelease};
use solvency_verifier::commitment::{zero_pledge, zero_source};
use solvency_verifier::encoding::{Domain, TypedData, context};
use solvency_verifier::statement::{
    AllocationStatement, BookAttestation, Claim, CoverageStatement, HoldingsStatement, Output, PriceRound,
    Release, Source, SourceUse,
};
use solvency_verifier::valuation::Table;
use solvency_verifier::{Address, Bytes32, FieldElement, SLOTS, Shape, SourceKind};

use crate::account::{LengthError, PledgeOpening, TotalOpening};
use crate::book::Book;
use crate::random::{self, RandomnessError};
use crate::resident::{ProofError, Prover};
use crate::signer::{Signer, SignerError};

/// Why a proof of the chain can't be made.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// No randomness.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// No signature.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// No proof.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// An opening of a wrong length.
    #[error(transparent)]
    Length(#[from] LengthError),
    /// The shape does not fit.
    #[error("{what}: {got}, {shape} has {allowed}")]
    Shape {
        /// What does not fit.
        what: &'static str,
        /// What was given.
        got: usize,
        /// What the shape has.
        allowed: usize,
        /// The shape.
        shape: Shape,
    },
    /// The shape is of another statement.
    #[error("{0} does not prove this statement")]
    Statement(Shape),
    /// A shard that does not exist.
    #[error("the book has no shard {0}")]
    Shard(usize),
    /// More is pledged than there is.
    #[error("slot {slot}: {pledged} are pledged, the sources hold {held} ledger units")]
    Overdrawn {
        /// The slot.
        slot: usize,
        /// Sum of the pledges.
        pledged: u128,
        /// Sum of the sources.
        held: u128,
    },
    /// What is kept of a slot does not fit 64 bits.
    #[error("slot {slot}: what is kept, {kept} ledger units, does not fit 64 bits; give it several outputs")]
    KeptTooLarge {
        /// The slot.
        slot: usize,
        /// Ledger units.
        kept: u128,
    },
}

/// Proves the sums of one shard.
///
/// # Errors
/// [`ChainError`].
pub fn prove_holdings(
    book: &Book,
    shard: usize,
    attestation: &BookAttestation,
    domain: &Domain,
    prover: &Prover,
) -> Result<(Proven<HoldingsStatement>, TotalOpening), ChainError> {
    let openings = book.shards.get(shard).ok_or(ChainError::Shard(shard))?;
    let mut sums = [0u128; SLOTS];
    for position in openings.vaults.iter().flat_map(|vault| &vault.positions) {
        if let Some(sum) = sums.get_mut(usize::from(position.slot)) {
            *sum += u128::from(position.amount);
        }
    }
    let opening = TotalOpening::fresh(sums)?;
    let statement = HoldingsStatement {
        book: attestation.digest(domain),
        shard: u32::try_from(shard).map_err(|_| ChainError::Shard(shard))?,
        shape: book.shape,
        total: opening.commitment()?,
        nonce: random::nonce()?,
    };
    let context = context(book.shape, &statement.digest(domain));
    let (key, proof) = prover.holdings(book.shape, openings, &opening, context)?;
    Ok((Proven { statement, key, proof }, opening))
}

/// A source with its opening.
#[derive(Clone)]
pub enum SourceOpening {
    /// The total of a holdings proof: digest of its statement.
    Holdings {
        /// Digest of the holdings statement.
        origin: Bytes32,
        /// The total's opening.
        opening: TotalOpening,
    },
    /// An earlier output.
    Output {
        /// Digest of the allocation that made it.
        origin: Bytes32,
        /// Which output.
        index: u32,
        /// Its opening.
        opening: PledgeOpening,
        /// Its release, unless it is what the account kept.
        release: Option<Box<SignedRelease>>,
    },
}

/// A pledge to be made.
#[derive(Clone)]
pub struct NewPledge {
    /// Tag of venue and liability book.
    pub tag: Bytes32,
    /// The claim's releaser.
    pub releaser: Address,
    /// Amounts per slot, in ledger units.
    pub amounts: [u64; SLOTS],
    /// Its opening, where a release names the commitment already; fresh without it.
    pub opening: Option<PledgeOpening>,
}

/// Where and when an allocation stands.
#[derive(Clone, Debug)]
pub struct AllocationTerms {
    /// Tag of the account.
    pub account: Bytes32,
    /// Allocation shape.
    pub shape: Shape,
    /// Epoch of the registry.
    pub epoch: u64,
    /// Position in the chain.
    pub sequence: u64,
    /// Digest of the allocation before, or zero.
    pub predecessor: Bytes32,
    /// Valid from, in Unix seconds.
    pub not_before: u64,
    /// Not valid at or after, in Unix seconds.
    pub expiry: u64,
    /// Origin of the account's log.
    pub log_origin: String,
}

/// Distributes the sources: the pledges first, output 0 keeps the rest, unused places are filled so that they can't be told apart.
///
/// # Errors
/// [`ChainError`], before anything is proven where the pledges exceed the sources.
pub fn prove_allocation(
    terms: &AllocationTerms,
    sources: &[SourceOpening],
    pledges: &[NewPledge],
    custodian: &Signer,
    domain: &Domain,
    prover: &Prover,
) -> Result<(Allocation, Vec<PledgeOpening>), ChainError> {
    let shape = terms.shape.allocation().ok_or(ChainError::Statement(terms.shape))?;
    if pledges.len() + 1 > shape.outputs {
        let (got, allowed) = (pledges.len(), shape.outputs.saturating_sub(1));
        return Err(ChainError::Shape { what: "pledges", got, shape: terms.shape, allowed });
    }
    let placed = place_sources(terms.shape, shape.sources, sources)?;
    let kept = kept_amounts(sources, pledges)?;
    let (outputs, openings) = make_outputs(kept, pledges, shape.outputs)?;
    let mut statement_sources = Vec::new();
    for (place, kind) in placed.iter().zip(shape.sources) {
        statement_sources.push(match place {
            Some(source) => source_of(source, domain)?,
            None => unused(*kind),
        });
    }
    let statement = AllocationStatement {
        custodian: custodian.address(),
        account: terms.account,
        shape: terms.shape,
        epoch: terms.epoch,
        sequence: terms.sequence,
        predecessor: terms.predecessor,
        sources: statement_sources,
        outputs,
        not_before: terms.not_before,
        expiry: terms.expiry,
        log_origin: terms.log_origin.clone(),
        nonce: random::nonce()?,
    };
    let context = context(terms.shape, &statement.digest(domain));
    let (key, proof) = prover.allocation(terms.shape, &placed, &openings, context)?;
    let signature = custodian.sign(&statement, domain)?;
    let releases = sources.iter().filter_map(|source| match source {
        SourceOpening::Output { release, .. } => release.as_deref().cloned(),
        SourceOpening::Holdings { .. } => None,
    });
    let releases = releases.collect();
    Ok((Allocation { proven: Proven { statement, key, proof }, signature, releases }, openings))
}

/// Gives each source a place of its kind, in order; the places left are unused.
fn place_sources<'a>(
    shape: Shape,
    kinds: &[SourceKind],
    sources: &'a [SourceOpening],
) -> Result<Vec<Option<&'a SourceOpening>>, ChainError> {
    let mut placed = vec![None; kinds.len()];
    for source in sources {
        let kind = match source {
            SourceOpening::Holdings { .. } => SourceKind::Total,
            SourceOpening::Output { .. } => SourceKind::Pledge,
        };
        let free = (0..kinds.len()).find(|index| kinds[*index] == kind && placed[*index].is_none());
        let Some(free) = free else {
            let allowed = kinds.iter().filter(|known| **known == kind).count();
            let what =
                if kind == SourceKind::Total { "holdings sources" } else { "earlier outputs as sources" };
            return Err(ChainError::Shape { what, got: sources.len(), shape, allowed });
        };
        placed[free] = Some(source);
    }
    Ok(placed)
}

/// What output 0 keeps: sources less pledges, slot by slot.
fn kept_amounts(sources: &[SourceOpening], pledges: &[NewPledge]) -> Result<[u64; SLOTS], ChainError> {
    let mut held = [0u128; SLOTS];
    for source in sources {
        match source {
            SourceOpening::Holdings { opening, .. } => {
                for (sum, entry) in held.iter_mut().zip(opening.entries()?) {
                    *sum += entry;
                }
            }
            SourceOpening::Output { opening, .. } => {
                for (sum, entry) in held.iter_mut().zip(opening.entries()?) {
                    *sum += u128::from(entry);
                }
            }
        }
    }
    let mut kept = [0u64; SLOTS];
    for slot in 0..SLOTS {
        let pledged: u128 = pledges.iter().map(|pledge| u128::from(pledge.amounts[slot])).sum();
        let held = held[slot];
        let rest = held.checked_sub(pledged).ok_or(ChainError::Overdrawn { slot, pledged, held })?;
        kept[slot] = u64::try_from(rest).map_err(|_| ChainError::KeptTooLarge { slot, kept: rest })?;
    }
    Ok(kept)
}

/// Output 0, the pledges, and unused outputs with fresh blindings, tags and releasers.
fn make_outputs(
    kept: [u64; SLOTS],
    pledges: &[NewPledge],
    outputs: usize,
) -> Result<(Vec<Output>, Vec<PledgeOpening>), ChainError> {
    let mut openings = vec![PledgeOpening::fresh(kept)?];
    let mut made =
        vec![Output { commitment: openings[0].commitment()?, tag: Bytes32::ZERO, releaser: Address::ZERO }];
    for pledge in pledges {
        let opening = match &pledge.opening {
            Some(opening) => opening.clone(),
            None => PledgeOpening::fresh(pledge.amounts)?,
        };
        made.push(Output { commitment: opening.commitment()?, tag: pledge.tag, releaser: pledge.releaser });
        openings.push(opening);
    }
    while made.len() < outputs {
        let opening = PledgeOpening::fresh([0; SLOTS])?;
        let (tag, releaser) = (Bytes32(*random::bytes()?), Address(*random::bytes()?));
        made.push(Output { commitment: opening.commitment()?, tag, releaser });
        openings.push(opening);
    }
    Ok((made, openings))
}

fn source_of(source: &SourceOpening, domain: &Domain) -> Result<Source, ChainError> {
    Ok(match source {
        SourceOpening::Holdings { origin, opening } => Source {
            kind: SourceUse::Holdings,
            commitment: opening.commitment()?,
            origin: *origin,
            index: 0,
            release: Bytes32::ZERO,
        },
        SourceOpening::Output { origin, index, opening, release } => Source {
            kind: if release.is_some() { SourceUse::Released } else { SourceUse::Kept },
            commitment: opening.commitment()?,
            origin: *origin,
            index: *index,
            release: release
                .as_ref()
                .map_or(Bytes32::ZERO, |signed| Release::digest(&signed.release, domain)),
        },
    })
}

fn unused(kind: SourceKind) -> Source {
    let commitment = match kind {
        SourceKind::Total => zero_source(),
        SourceKind::Pledge => zero_pledge(),
    };
    Source { kind: SourceUse::Unused, commitment, origin: Bytes32::ZERO, index: 0, release: Bytes32::ZERO }
}

/// Everything that a coverage proof is about.
pub struct CoverageTerms<'a> {
    /// Tag of the account.
    pub account: Bytes32,
    /// Epoch of the registry.
    pub epoch: u64,
    /// Digest of the allocation in which the pledge stands.
    pub allocation: Bytes32,
    /// The pledge's output.
    pub output: u32,
    /// The pledge's opening.
    pub pledge: &'a PledgeOpening,
    /// The venue's claim.
    pub claim: &'a Claim,
    /// The requirement, in 10^-6 quote units.
    pub requirement: u64,
    /// Salt of the requirement's commitment.
    pub salt: FieldElement,
    /// The price round.
    pub round: &'a PriceRound,
    /// Digest of the policy.
    pub policy: Bytes32,
    /// The valuation table of policy and round.
    pub table: &'a Table,
    /// Valid from, in Unix seconds.
    pub not_before: u64,
    /// Not valid at or after, in Unix seconds.
    pub expiry: u64,
}

/// Proves that a pledge covers a claim.
///
/// # Errors
/// [`ChainError::Proof`] where it does not: the native relation says so before anything is proven.
pub fn prove_coverage(
    terms: &CoverageTerms<'_>,
    domain: &Domain,
    prover: &Prover,
) -> Result<Proven<CoverageStatement>, ChainError> {
    let shape = match terms.table {
        Table::Flat(_) => Shape::CoverageFlat,
        Table::Tiered(_) => Shape::CoverageTiered,
    };
    let claim = terms.claim;
    let statement = CoverageStatement {
        account: terms.account,
        shape,
        epoch: terms.epoch,
        allocation: terms.allocation,
        output: terms.output,
        pledge: terms.pledge.commitment()?,
        claim: claim.digest(domain),
        round: terms.round.digest(domain),
        policy: terms.policy,
        valuation: terms.table.digest(),
        requirement: claim.requirement,
        venue: claim.venue,
        liability_book: claim.liability_book,
        chain_id: claim.chain_id,
        settlement: claim.settlement,
        not_before: terms.not_before,
        expiry: terms.expiry,
        nonce: random::nonce()?,
    };
    let context = context(shape, &statement.digest(domain));
    let (key, proof) = prover.coverage(terms.table, terms.pledge, terms.requirement, terms.salt, context)?;
    Ok(Proven { statement, key, proof })
}

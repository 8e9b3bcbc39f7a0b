//! Custody-wide totals: the tree of proofs over all accounts' shards, and its opening for an auditor (spec/totals.md).
//!
//! What is summed is what was handed in. That every account was is not shown.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use solvency_verifier::bundle::Proven;
use solvency_verifier::commitment::{zero_pledge, zero_source};
use solvency_verifier::encoding::{Domain, TypedData, context};
use solvency_verifier::statement::{BookAttestation, HoldingsStatement, Signature, Signed};
use solvency_verifier::totals::{
    MAX_SOURCES, OPENING_FORMAT, OpenedBook, SUM_OUTPUT, SourceShard, TOTALS_FORMAT, Totals, TotalsNode,
    TotalsOpening,
};
use solvency_verifier::{Address, Bytes32, FieldElement, SLOTS, Shape, SourceKind};

use crate::account::{LengthError, PledgeOpening, TotalOpening};
use crate::chain::SourceOpening;
use crate::random::{self, RandomnessError};
use crate::resident::{ProofError, Prover};
use crate::signer::{Signer, SignerError};

/// The format of a share that this version reads and writes.
pub const SHARE_FORMAT: &str = "solvency-totals-share/1";

/// What one account adds to the totals: secret, since it opens the sums of its shards.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Share {
    /// [`SHARE_FORMAT`].
    pub format: String,
    /// The account's book of the epoch.
    pub attestation: BookAttestation,
    /// Its attestors' signatures.
    pub signatures: Vec<Signed>,
    /// Each shard's proof and the opening of its `C_T`, by shard.
    pub shards: Vec<SharedShard>,
}

/// A shard's proof with the opening of its total: secret.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SharedShard {
    /// The proof, the same as in the account's bundles.
    pub proven: Proven<HoldingsStatement>,
    /// Opens its `C_T`.
    pub opening: TotalOpening,
}

/// Whose totals are made, and when.
#[derive(Clone, Copy, Debug)]
pub struct TotalsTerms {
    /// Epoch of the registry.
    pub epoch: u64,
    /// Time of making, in Unix seconds.
    pub made_at: u64,
    /// Shape of the leaves: `allocation-4x8`, or `allocation-2x4` where there is no key of that.
    pub leaves: Shape,
}

/// Why there are no totals.
#[derive(Debug, thiserror::Error)]
pub enum TotalsError {
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
    /// Nothing to sum.
    #[error("no account has a shard: there is nothing to sum")]
    Nothing,
    /// More than a verifier reads.
    #[error("{got} shards, at most {MAX_SOURCES} are read")]
    TooMany {
        /// Shards of all accounts.
        got: usize,
    },
    /// A shape that can't be a leaf.
    #[error("{0} has no two holdings totals as sources")]
    Leaves(Shape),
    /// A share of another custodian or epoch.
    #[error("share {index} is of another {field}")]
    Share {
        /// Zero-based place.
        index: usize,
        /// What differs.
        field: &'static str,
    },
    /// A share whose proofs are not those of its book's shards.
    #[error(
        "share {index}, shard {shard}: its proof is of another book or shard, or its opening of another total"
    )]
    Shard {
        /// Zero-based place of the share.
        index: usize,
        /// Zero-based shard.
        shard: usize,
    },
    /// A shard in two shares.
    #[error("share {index}: its book stands in an earlier share too")]
    Twice {
        /// Zero-based place of the share.
        index: usize,
    },
    /// A sum beyond 64 bits.
    #[error("slot {slot}: all accounts together hold {sum} ledger units, which does not fit 64 bits")]
    TooLarge {
        /// The slot.
        slot: usize,
        /// Ledger units.
        sum: u128,
    },
    /// What came out has no last node.
    #[error("the tree has no root")]
    NoRoot,
}

/// Proves the sum of all shards and signs it. `progress` is told nodes made and nodes in all.
///
/// # Errors
/// [`TotalsError`], before anything is proven where the shares do not fit together.
pub fn prove_totals(
    terms: &TotalsTerms,
    shares: &[Share],
    custodian: &Signer,
    domain: &Domain,
    prover: &Prover,
    progress: impl FnMut(usize, usize),
) -> Result<(Totals, TotalsOpening), TotalsError> {
    let (sources, shards) = gather(terms.epoch, shares, custodian.address(), domain)?;
    check_sums(&shards)?;
    let mut tree =
        Tree { terms, custodian: custodian.address(), domain, prover, nodes: Vec::new(), progress };
    let root = tree.sum_of(shards)?;
    let mut totals = Totals {
        format: TOTALS_FORMAT.into(),
        custodian: custodian.address(),
        epoch: terms.epoch,
        made_at: terms.made_at,
        sources,
        nodes: tree.nodes,
        nonce: random::nonce()?,
        signature: Signature([0; 65]),
        certificate: None,
    };
    let statement = totals.statement(domain).ok_or(TotalsError::NoRoot)?;
    totals.signature = custodian.sign(&statement, domain)?;
    let opening = TotalsOpening {
        format: OPENING_FORMAT.into(),
        totals: statement.digest(domain),
        books: shares
            .iter()
            .map(|share| OpenedBook {
                attestation: share.attestation.clone(),
                signatures: share.signatures.clone(),
            })
            .collect(),
        entries: root.entries.clone(),
        blinding: root.blinding,
    };
    Ok((totals, opening))
}

/// The shards of all shares, checked against their books.
fn gather(
    epoch: u64,
    shares: &[Share],
    custodian: Address,
    domain: &Domain,
) -> Result<(Vec<SourceShard>, Vec<TotalOpening>), TotalsError> {
    let (mut sources, mut openings) = (Vec::new(), Vec::new());
    let mut books: Vec<Bytes32> = Vec::new();
    for (index, share) in shares.iter().enumerate() {
        let attestation = &share.attestation;
        let field = match attestation {
            _ if share.format != SHARE_FORMAT => Some("format"),
            book if book.custodian != custodian => Some("custodian"),
            book if book.epoch != epoch => Some("epoch"),
            book if book.shards.len() != share.shards.len() => Some("number of shards than its book"),
            _ => None,
        };
        if let Some(field) = field {
            return Err(TotalsError::Share { index, field });
        }
        let book = attestation.digest(domain);
        if books.contains(&book) {
            return Err(TotalsError::Twice { index });
        }
        books.push(book);
        for (shard, (held, attested)) in share.shards.iter().zip(&attestation.shards).enumerate() {
            let statement = &held.proven.statement;
            let own = statement.book == book
                && usize::try_from(statement.shard) == Ok(shard)
                && held.opening.commitment()? == statement.total;
            if !own {
                return Err(TotalsError::Shard { index, shard });
            }
            sources.push(SourceShard {
                root: attested.root,
                id_low: attested.id_low,
                id_high: attested.id_high,
                holdings: held.proven.clone(),
            });
            openings.push(held.opening.clone());
        }
    }
    bounded(sources.len())?;
    Ok((sources, openings))
}

/// Something to sum, and no more than a verifier reads: refused before hours of proving.
fn bounded(shards: usize) -> Result<(), TotalsError> {
    match shards {
        0 => Err(TotalsError::Nothing),
        1..=MAX_SOURCES => Ok(()),
        got => Err(TotalsError::TooMany { got }),
    }
}

/// No sum is beyond 64 bits, so that none on the way to it is.
fn check_sums(shards: &[TotalOpening]) -> Result<(), TotalsError> {
    let mut sums = [0u128; SLOTS];
    for shard in shards {
        for (sum, entry) in sums.iter_mut().zip(shard.entries()?) {
            *sum = sum.saturating_add(entry);
        }
    }
    match sums.iter().enumerate().find(|(_, sum)| **sum > u128::from(u64::MAX)) {
        Some((slot, sum)) => Err(TotalsError::TooLarge { slot, sum: *sum }),
        None => Ok(()),
    }
}

/// How many leaves take `shards` shards, each with room for `wide`, when every node above takes two sums and one more shard.
fn leaf_count(shards: usize, wide: usize) -> usize {
    // k leaves take wide·k and the k − 1 nodes above one each.
    (shards + 1).div_ceil(wide + 1)
}

/// The nodes as they are made, children first.
struct Tree<'a, P> {
    terms: &'a TotalsTerms,
    custodian: Address,
    domain: &'a Domain,
    prover: &'a Prover,
    nodes: Vec<Proven<TotalsNode>>,
    progress: P,
}

impl<P: FnMut(usize, usize)> Tree<'_, P> {
    /// Sums all shards; answers the opening of the last node's sum.
    fn sum_of(&mut self, shards: Vec<TotalOpening>) -> Result<PledgeOpening, TotalsError> {
        let none = TotalsError::Leaves(self.terms.leaves);
        let shape = self.terms.leaves.allocation().ok_or(none)?;
        let wide = shape.sources.iter().filter(|kind| **kind == SourceKind::Total).count();
        if wide != shape.sources.len() || wide < 2 {
            return Err(TotalsError::Leaves(self.terms.leaves));
        }
        let leaves = leaf_count(shards.len(), wide);
        let all = 2 * leaves - 1;
        let mut shards = shards.into_iter();
        let mut sums = VecDeque::new();
        for _ in 0..leaves {
            let taken: Vec<SourceOpening> = shards.by_ref().take(wide).map(shard).collect();
            sums.push_back(self.node(self.terms.leaves, &taken, all)?);
        }
        // Taken from the front and put at the back: the tree's depth is the logarithm of its leaves.
        loop {
            let left = sums.pop_front().ok_or(TotalsError::NoRoot)?;
            let Some(right) = sums.pop_front() else { return Ok(left) };
            let mut taken = vec![sum(left), sum(right)];
            taken.extend(shards.next().map(shard));
            sums.push_back(self.node(Shape::Repledge3x4, &taken, all)?);
        }
    }

    /// Proves one node and answers the opening of its sum.
    fn node(
        &mut self,
        shape: Shape,
        taken: &[SourceOpening],
        all: usize,
    ) -> Result<PledgeOpening, TotalsError> {
        let form = shape.allocation().ok_or(TotalsError::Leaves(shape))?;
        let mut rest = taken.iter();
        let placed: Vec<Option<&SourceOpening>> = form.sources.iter().map(|_| rest.next()).collect();
        let mut sources = Vec::new();
        let mut amounts = [0u64; SLOTS];
        for (place, kind) in placed.iter().zip(form.sources) {
            sources.push(match place {
                Some(source) => add(source, &mut amounts)?,
                None if *kind == SourceKind::Total => zero_source(),
                None => zero_pledge(),
            });
        }
        let opening = PledgeOpening::fresh(amounts)?;
        let nothing = PledgeOpening { entries: vec![0; SLOTS], blinding: FieldElement::default() };
        let mut outputs = vec![nothing; form.outputs];
        outputs[SUM_OUTPUT] = opening.clone();
        let statement = TotalsNode {
            custodian: self.custodian,
            epoch: self.terms.epoch,
            shape,
            sources,
            sum: opening.commitment()?,
            nonce: random::nonce()?,
        };
        let context = context(shape, &statement.digest(self.domain));
        let (key, proof) = self.prover.allocation(shape, &placed, &outputs, context)?;
        self.nodes.push(Proven { statement, key, proof });
        (self.progress)(self.nodes.len(), all);
        Ok(opening)
    }
}

fn shard(opening: TotalOpening) -> SourceOpening {
    SourceOpening::Holdings { origin: Bytes32::ZERO, opening }
}

fn sum(opening: PledgeOpening) -> SourceOpening {
    SourceOpening::Output { origin: Bytes32::ZERO, index: 0, opening, release: None }
}

/// Adds a source's entries; answers its commitment.
fn add(source: &SourceOpening, amounts: &mut [u64; SLOTS]) -> Result<FieldElement, TotalsError> {
    let (entries, commitment) = match source {
        SourceOpening::Holdings { opening, .. } => (opening.entries()?, opening.commitment()?),
        SourceOpening::Output { opening, .. } => (opening.entries()?.map(u128::from), opening.commitment()?),
    };
    for (slot, (amount, entry)) in amounts.iter_mut().zip(entries).enumerate() {
        let sum = u128::from(*amount) + entry;
        *amount = u64::try_from(sum).map_err(|_| TotalsError::TooLarge { slot, sum })?;
    }
    Ok(commitment)
}

#[cfg(test)]
mod tests {
    use solvency_verifier::totals::MAX_SOURCES;

    use super::{TotalsError, bounded, leaf_count};

    #[test]
    fn as_many_shards_are_summed_as_a_verifier_reads() {
        assert!(matches!(bounded(0), Err(TotalsError::Nothing)));
        assert!(bounded(1).is_ok() && bounded(MAX_SOURCES).is_ok());
        assert!(matches!(bounded(MAX_SOURCES + 1), Err(TotalsError::TooMany { got: 8193 })));
        // Nodes are bounded by the same number, and are always fewer.
        assert!(2 * leaf_count(MAX_SOURCES, 2) - 1 < MAX_SOURCES);
    }

    #[test]
    fn leaves_and_the_nodes_above_have_room_for_every_shard_and_not_for_many_more() {
        for wide in [2, 4] {
            for shards in 1..200 {
                let leaves = leaf_count(shards, wide);
                let room = |leaves: usize| wide * leaves + leaves - 1;
                assert!(room(leaves) >= shards, "{shards} shards, {leaves} leaves of {wide}");
                assert!(
                    leaves == 1 || room(leaves - 1) < shards,
                    "{shards} shards, {leaves} leaves of {wide}"
                );
            }
        }
    }
}

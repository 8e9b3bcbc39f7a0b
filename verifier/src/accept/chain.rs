//! A0–A2, L1–L4, T1: the account's chain of allocations, in which nothing is spent twice.

use alloc::{format, string::String, vec::Vec};

use super::books::Holdings;
use super::proofs::Proofs;
use super::window::Window;
use super::{Judge, Reason, insert_new, place};
use crate::bundle::Allocation;
use crate::commitment::{zero_pledge, zero_source};
use crate::encoding::{Bytes32, TypedData, context};
use crate::public_inputs::AllocationPublic;
use crate::shape::SourceKind;
use crate::statement::{AllocationStatement, Output, Source, SourceUse, check_signer};

/// An allocation that passed every rule but its proof.
pub(super) struct Link<'b> {
    pub(super) digest: Bytes32,
    pub(super) sequence: u64,
    pub(super) statement: &'b AllocationStatement,
}

/// The checked chain and everything that it spends.
pub(super) struct Chain<'b> {
    links: Vec<Link<'b>>,
    /// Digests of the holdings statements that are spent.
    spent_holdings: Vec<Bytes32>,
    /// Outputs that are spent: the allocation's digest and the output.
    spent_outputs: Vec<(Bytes32, u32)>,
}

impl<'b> Chain<'b> {
    /// The last allocation.
    pub(super) fn head(&self) -> Result<&Link<'b>, Reason> {
        self.links.last().ok_or(Reason::EmptyChain {})
    }

    /// The allocations, by sequence.
    pub(super) fn links(&self) -> &[Link<'b>] {
        &self.links
    }

    /// Whether the allocation at this sequence has this digest.
    pub(super) fn holds(&self, sequence: u64, digest: &Bytes32) -> bool {
        self.links.iter().any(|link| link.sequence == sequence && link.digest == *digest)
    }

    /// The allocation with this digest.
    pub(super) fn link(&self, digest: &Bytes32) -> Option<&Link<'b>> {
        self.links.iter().find(|link| link.digest == *digest)
    }

    /// Whether a later allocation spends this output.
    pub(super) fn is_spent(&self, allocation: &Bytes32, output: u32) -> bool {
        self.spent_outputs.contains(&(*allocation, output))
    }

    fn output(&self, allocation: &Bytes32, output: u32) -> Option<(&Link<'b>, &'b Output)> {
        let link = self.link(allocation)?;
        let output = link.statement.outputs.get(usize::try_from(output).ok()?)?;
        Some((link, output))
    }
}

impl Judge<'_> {
    /// Checks the allocations in order; answers the chain.
    pub(super) fn check_chain<'b>(
        &self,
        allocations: &'b [Allocation],
        holdings: &[Holdings],
        window: &mut Window,
        proofs: &mut Proofs<'b>,
    ) -> Result<Chain<'b>, Reason> {
        let mut chain = Chain { links: Vec::new(), spent_holdings: Vec::new(), spent_outputs: Vec::new() };
        for (index, allocation) in allocations.iter().enumerate() {
            let at = place("allocations", index);
            let statement = &allocation.proven.statement;
            let digest = statement.digest(&self.domain);
            self.check_author(&at, allocation, &digest)?;
            check_position(&at, statement, &chain)?;
            check_arity(&at, statement)?;
            self.check_sources(&at, allocation, holdings, &mut chain)?;
            self.check_end(&at, statement)?;

            let public = AllocationPublic {
                sources: statement.sources.iter().map(|source| source.commitment).collect(),
                outputs: statement.outputs.iter().map(|output| output.commitment).collect(),
                context: context(statement.shape, &digest),
            };
            let proven = &allocation.proven;
            let end =
                proofs.add(at.clone(), statement.shape, &proven.key, &public, &proven.proof, self.now)?;
            window.ends("key", end);
            window.begins(&at, statement.not_before);
            chain.links.push(Link { digest, sequence: statement.sequence, statement });
        }
        if let Some(unused) = holdings.iter().find(|held| !chain.spent_holdings.contains(&held.digest)) {
            return Err(Reason::HoldingsUnused { place: unused.place.clone() });
        }
        chain.head()?;
        Ok(chain)
    }

    /// A0: the custodian of this account signed it for this log and epoch.
    fn check_author(&self, at: &str, allocation: &Allocation, digest: &Bytes32) -> Result<(), Reason> {
        let statement = &allocation.proven.statement;
        let counterparty = &self.trust.counterparty;
        let place = || String::from(at);
        if statement.custodian != counterparty.custodian {
            return Err(Reason::AllocationCustodian { place: place(), got: statement.custodian });
        }
        if statement.account != counterparty.account {
            return Err(Reason::AllocationAccount { place: place(), got: statement.account });
        }
        if statement.log_origin != counterparty.log_origin {
            return Err(Reason::AllocationLogOrigin { place: place(), got: statement.log_origin.clone() });
        }
        if statement.epoch != self.epoch {
            return Err(Reason::AllocationEpoch {
                place: place(),
                got: statement.epoch,
                current: self.epoch,
            });
        }
        if self.revoked_signers().contains(&statement.custodian) {
            return Err(Reason::AllocationCustodian { place: place(), got: statement.custodian });
        }
        check_signer(&counterparty.custodian, &allocation.signature, digest)
            .map_err(|error| Reason::CustodianSignature { place: place(), error })
    }

    /// L1–L4, and T1 as far as sources are concerned.
    fn check_sources(
        &self,
        at: &str,
        allocation: &Allocation,
        holdings: &[Holdings],
        chain: &mut Chain<'_>,
    ) -> Result<(), Reason> {
        let statement = &allocation.proven.statement;
        let mut used_releases = Vec::new();
        let kinds = statement.shape.allocation().map(|shape| shape.sources).unwrap_or_default();
        for (index, (source, kind)) in statement.sources.iter().zip(kinds).enumerate() {
            let at = format!("{at}.sources[{index}]");
            let source_end = match source.kind {
                SourceUse::Unused => check_unused(&at, source, *kind)?,
                SourceUse::Holdings => check_holdings_source(&at, source, *kind, holdings, chain)?,
                SourceUse::Kept | SourceUse::Released => {
                    let end = check_output_source(&at, source, *kind, chain)?;
                    if source.kind == SourceUse::Released {
                        self.check_release(&at, source, allocation, chain)?;
                        used_releases.push(source.release);
                    }
                    end
                }
            };
            if statement.expiry > source_end {
                return Err(Reason::AllocationOutlives {
                    place: at,
                    expiry: statement.expiry,
                    limit: source_end,
                });
            }
        }
        for (index, signed) in allocation.releases.iter().enumerate() {
            if !used_releases.contains(&signed.release.digest(&self.domain)) {
                return Err(Reason::ReleaseUnused { place: format!("{at}.releases[{index}]") });
            }
        }
        if allocation.releases.len() > used_releases.len() {
            return Err(Reason::ReleaseUnused { place: format!("{at}.releases") });
        }
        Ok(())
    }

    /// L4: the pledge's releaser consents to this spending.
    fn check_release(
        &self,
        at: &str,
        source: &Source,
        allocation: &Allocation,
        chain: &Chain<'_>,
    ) -> Result<(), Reason> {
        let statement = &allocation.proven.statement;
        let place = || String::from(at);
        let found =
            allocation.releases.iter().find(|signed| signed.release.digest(&self.domain) == source.release);
        let output = chain.output(&source.origin, source.index);
        let (Some(signed), Some((_, output))) = (found, output) else {
            return Err(Reason::PledgeWithoutRelease { place: place() });
        };
        let release = &signed.release;
        let same = release.account == statement.account
            && release.epoch == statement.epoch
            && release.allocation == source.origin
            && release.output == source.index
            && release.commitment == source.commitment;
        if !same {
            return Err(Reason::ReleaseMismatch { place: place() });
        }
        check_signer(&output.releaser, &signed.signature, &source.release)
            .map_err(|error| Reason::ReleaseSignature { place: place(), error })?;
        let replacement = release.replacement;
        let unconditional = Bytes32::from(replacement).is_zero();
        let pledges = statement.outputs.iter().skip(1);
        if !unconditional && !pledges.map(|output| output.commitment).any(|made| made == replacement) {
            return Err(Reason::ReleaseReplacement { place: place(), replacement });
        }
        if statement.not_before >= release.expiry {
            return Err(Reason::ReleaseExpired { place: place(), expiry: release.expiry });
        }
        Ok(())
    }

    /// T1: an allocation ends with its epoch.
    fn check_end(&self, at: &str, statement: &AllocationStatement) -> Result<(), Reason> {
        let limit = self.epoch_end()?;
        if statement.expiry > limit {
            return Err(Reason::AllocationOutlives { place: at.into(), expiry: statement.expiry, limit });
        }
        Ok(())
    }
}

/// A1, T1: the next one after the chain so far.
fn check_position(at: &str, statement: &AllocationStatement, chain: &Chain<'_>) -> Result<(), Reason> {
    let expected = chain.links.len() as u64;
    if statement.sequence != expected {
        return Err(Reason::Sequence { place: at.into(), got: statement.sequence, expected });
    }
    let (expected, begins) = match chain.links.last() {
        Some(link) => (link.digest, link.statement.not_before),
        None => (Bytes32::ZERO, 0),
    };
    if statement.predecessor != expected {
        return Err(Reason::Predecessor { place: at.into(), got: statement.predecessor, expected });
    }
    if statement.not_before < begins {
        return Err(Reason::AllocationBefore {
            place: at.into(),
            not_before: statement.not_before,
            predecessor: begins,
        });
    }
    Ok(())
}

/// A2: as many sources and outputs as the shape has; output 0 is kept, the others are pledges.
fn check_arity(at: &str, statement: &AllocationStatement) -> Result<(), Reason> {
    let place = || String::from(at);
    let Some(shape) = statement.shape.allocation() else {
        return Err(Reason::AllocationShapeKind { place: place(), shape: statement.shape });
    };
    let (got, expected) = (statement.sources.len(), shape.sources.len());
    if got != expected {
        return Err(Reason::SourceCount { place: place(), got, expected });
    }
    let (got, expected) = (statement.outputs.len(), shape.outputs);
    if got != expected {
        return Err(Reason::OutputCount { place: place(), got, expected });
    }
    for (index, output) in statement.outputs.iter().enumerate() {
        let kept = index == 0;
        if output.tag.is_zero() != kept || output.releaser.is_zero() != kept {
            return Err(Reason::OutputTag { place: format!("{at}.outputs[{index}]") });
        }
    }
    Ok(())
}

/// L3: an unused source is the constant zero commitment of its kind. Answers its end: never.
fn check_unused(at: &str, source: &Source, kind: SourceKind) -> Result<u64, Reason> {
    let zero = match kind {
        SourceKind::Total => zero_source(),
        SourceKind::Pledge => zero_pledge(),
    };
    let nothing = source.origin.is_zero() && source.index == 0 && source.release.is_zero();
    if source.commitment == zero && nothing {
        Ok(u64::MAX)
    } else {
        Err(Reason::UnusedSource { place: at.into() })
    }
}

/// L1–L3: a total comes with its own holdings proof and is spent once. Answers the book's end.
fn check_holdings_source(
    at: &str,
    source: &Source,
    kind: SourceKind,
    holdings: &[Holdings],
    chain: &mut Chain<'_>,
) -> Result<u64, Reason> {
    let place = || String::from(at);
    if kind != SourceKind::Total {
        return Err(Reason::SourceKindMismatch { place: place() });
    }
    let Some(held) = holdings.iter().find(|held| held.digest == source.origin) else {
        return Err(Reason::SourceWithoutProof { place: place(), origin: source.origin });
    };
    if held.total != source.commitment {
        return Err(Reason::SourceCommitment { place: place() });
    }
    if source.index != 0 || !source.release.is_zero() {
        return Err(Reason::SourceFields { place: place() });
    }
    if !insert_new(&mut chain.spent_holdings, held.digest) {
        return Err(Reason::SpentTwice { place: place() });
    }
    Ok(held.expiry)
}

/// L1, L2, L4: an earlier output of this chain, spent once. Answers the end of the allocation that made it.
fn check_output_source(
    at: &str,
    source: &Source,
    kind: SourceKind,
    chain: &mut Chain<'_>,
) -> Result<u64, Reason> {
    let place = || String::from(at);
    if kind != SourceKind::Pledge {
        return Err(Reason::SourceKindMismatch { place: place() });
    }
    let kept = source.kind == SourceUse::Kept;
    if kept != (source.index == 0) {
        return Err(Reason::KeptIndex { place: place(), index: source.index });
    }
    let Some((link, output)) = chain.output(&source.origin, source.index) else {
        return Err(Reason::SourceWithoutProof { place: place(), origin: source.origin });
    };
    if output.commitment != source.commitment {
        return Err(Reason::SourceCommitment { place: place() });
    }
    if kept && !source.release.is_zero() {
        return Err(Reason::SourceFields { place: place() });
    }
    let end = link.statement.expiry;
    if !insert_new(&mut chain.spent_outputs, (source.origin, source.index)) {
        return Err(Reason::SpentTwice { place: place() });
    }
    Ok(end)
}

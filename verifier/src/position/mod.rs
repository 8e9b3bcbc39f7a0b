//! What a venue acts on: one account's collateral at one venue, over time (spec/position.md).
//!
//! A state machine with an injected clock. It keeps what must not go back: clock, epochs, allocations, rounds, claims and evidence. It
//! shows nothing that a bundle does not show, and believes whoever calls it that a notice or a claim was given.

mod accepted;
mod bands;
mod error;
mod events;
mod file;
mod rotation;
mod standing;

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use crate::encoding::{Address, Bytes32};
use crate::evidence::Role;
use crate::trust::{LatestClaim, PreparedTrust, Seen, Trust};

pub use accepted::{Accepted, trust_digest};
pub use bands::{BandError, Bands, MAX_BAND};
pub use error::{
    ClaimRefused, EvidenceRefused, NotCounted, NotResolved, PositionError, Refused, RotationRefused,
};
pub use standing::{Action, Cause, Standing, State};

/// The format that this version reads and writes.
pub const POSITION_FORMAT: &str = "solvency-position/1";
/// Longest file that is read, in bytes.
pub const MAX_POSITION_BYTES: usize = 256 << 10;
/// Most registries that a position ever trusts.
pub const MAX_REGISTRIES: usize = 64;
/// Most pieces of evidence that wait for a person.
pub const MAX_OPEN: usize = 16;
/// Most pieces of evidence that were resolved.
pub const MAX_RESOLVED: usize = 64;

/// Whose position it is. A trust file of other parties is another position's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Parties {
    /// The venue.
    pub venue: Bytes32,
    /// The liability book that the pledge backs.
    pub liability_book: Bytes32,
    /// The custodian.
    pub custodian: Address,
    /// Tag of the account.
    pub account: Bytes32,
    /// Origin of the account's log.
    pub log_origin: String,
}

/// A trust file by its digest, and the latest claim under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Counted {
    trust: Bytes32,
    registry: Bytes32,
    /// Digest of what a claim names: registry, policy and audience.
    terms: Bytes32,
    claim: LatestClaim,
}

/// The trust file before the current one, which counts until its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Previous {
    trust: Counted,
    until: u64,
}

/// What was accepted last under a registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Marks {
    registry: Bytes32,
    seen: Option<Seen>,
}

/// A claim that waits for coverage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Call {
    /// Coverage of this claim or a later one answers.
    claim: u64,
    /// It is a breach at this time.
    by: u64,
}

/// The newest counted coverage; its numbers are its registry's marks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Coverage {
    trust: Bytes32,
    registry: Bytes32,
    claim: u64,
    accepted_at: u64,
    /// The verdict's end.
    until: u64,
    /// Seconds that it counts at most: the bands' when it was accepted, or fewer since.
    max_age: u64,
    /// Seconds of grace after its end: the bands' when it was accepted, or fewer since.
    grace: u64,
    /// When an event ended it.
    ended: Option<u64>,
}

/// Evidence that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OpenEvidence {
    /// [`crate::evidence::Finding::id`].
    pub id: Bytes32,
    /// Against whom.
    pub role: Role,
    /// When it was shown.
    pub since: u64,
}

/// What was refused, and why the last time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Refusals {
    /// How many bundles.
    pub count: u64,
    /// Code of the last reason.
    pub last: Option<String>,
    /// When that was.
    pub at: Option<u64>,
}

/// A position. Written by serde, read by [`Position::from_json`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Position {
    format: String,
    parties: Parties,
    bands: Bands,
    /// The latest time that was told.
    clock: u64,
    current: Counted,
    previous: Option<Previous>,
    marks: Vec<Marks>,
    calls: Vec<Call>,
    coverage: Option<Coverage>,
    notice: Option<u64>,
    evidence: Vec<OpenEvidence>,
    resolved: Vec<Bytes32>,
    refused: Refusals,
}

impl Position {
    /// A position that was never covered, with the trust file's claim called now. What the trust file has seen counts as seen.
    ///
    /// # Errors
    /// [`BandError`] where the bands are out of bounds.
    pub fn open(trust: &Trust, bands: Bands, now: u64) -> Result<Self, BandError> {
        bands.check()?;
        let current = Counted::of(trust);
        let call = Call { claim: current.claim.number, by: now.saturating_add(bands.answer) };
        Ok(Position {
            format: POSITION_FORMAT.into(),
            parties: Parties::of(trust),
            bands,
            clock: now,
            marks: [Marks { registry: current.registry, seen: trust.seen.clone() }].into(),
            current,
            previous: None,
            calls: [call].into(),
            coverage: None,
            notice: None,
            evidence: Vec::new(),
            resolved: Vec::new(),
            refused: Refusals::default(),
        })
    }

    /// Whose position it is.
    pub fn parties(&self) -> &Parties {
        &self.parties
    }

    /// The bands.
    pub fn bands(&self) -> &Bands {
        &self.bands
    }

    /// The latest time that the machine was told, in Unix seconds.
    pub fn clock(&self) -> u64 {
        self.clock
    }

    /// The latest claim.
    pub fn claim(&self) -> &LatestClaim {
        &self.current.claim
    }

    /// What was accepted last under a registry, by its digest.
    pub fn seen(&self, registry: &Bytes32) -> Option<&Seen> {
        self.marks.iter().find(|marks| marks.registry == *registry)?.seen.as_ref()
    }

    /// Evidence that waits for a person.
    pub fn evidence(&self) -> &[OpenEvidence] {
        &self.evidence
    }

    /// What was refused.
    pub fn refusals(&self) -> &Refusals {
        &self.refused
    }

    /// Writes into a trust file what was accepted and which claim is the latest: for [`crate::accept`], the position is the source of both.
    ///
    /// # Errors
    /// [`NotCounted`] where the trust file does not count, at the latest time that the machine was told.
    pub fn equip(&self, trust: &mut PreparedTrust) -> Result<(), NotCounted> {
        let counted = self.counted(&trust_digest(&trust.trust))?;
        let (seen, claim) = (self.seen(&counted.registry).cloned(), counted.claim.clone());
        trust.trust.seen = seen;
        trust.trust.latest_claim = claim;
        Ok(())
    }

    /// The trust file with this digest, if it counts at the machine's time.
    fn counted(&self, trust: &Bytes32) -> Result<&Counted, NotCounted> {
        if self.current.trust == *trust {
            return Ok(&self.current);
        }
        match &self.previous {
            Some(previous) if previous.trust.trust == *trust && self.clock < previous.until => {
                Ok(&previous.trust)
            }
            Some(previous) if previous.trust.trust == *trust => {
                Err(NotCounted::TrustEnded { until: previous.until, now: self.clock })
            }
            _ => Err(NotCounted::TrustUnknown { trust: *trust }),
        }
    }

    /// Time goes on, and never back.
    fn advance(&mut self, now: u64) {
        self.clock = self.clock.max(now);
    }
}

impl Parties {
    fn of(trust: &Trust) -> Self {
        Parties {
            venue: trust.audience.venue,
            liability_book: trust.audience.liability_book,
            custodian: trust.counterparty.custodian,
            account: trust.counterparty.account,
            log_origin: trust.counterparty.log_origin.clone(),
        }
    }
}

#[cfg(test)]
mod tests;

//! One position with its files, and what a configuration makes of it.

use std::sync::{Mutex, PoisonError, RwLock};

use solvency_verifier::encoding::Bytes32;
use solvency_verifier::evidence::Evidence;
use solvency_verifier::position::{EvidenceRefused, Position, RotationRefused};
use solvency_verifier::trust::{PreparedTrust, Trust};

use super::{Outcome, Refusal};
use crate::answer::StandingAnswer;
use crate::config::PositionConfig;
use crate::error::{ConfigError, StartError};
use crate::files::{self, Place, Receipt};

/// A position in memory, as in its files.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) position: Position,
    pub(super) receipt: Option<Receipt>,
    /// Digest of the current registry.
    pub(super) registry: Bytes32,
}

pub(super) struct Slot {
    pub(super) place: Place,
    /// The current trust file and perhaps the one before; locked by whoever judges.
    pub(super) trusts: Mutex<Vec<PreparedTrust>>,
    pub(super) kept: RwLock<Kept>,
}

/// What a configuration makes of a position. Nothing of it is in force, or written, yet.
pub(super) struct Configured {
    pub(super) position: Position,
    pub(super) trusts: Vec<PreparedTrust>,
    pub(super) registry: Bytes32,
    /// First second at which the trust file before does not count any more, if this is a rotation.
    pub(super) until: u64,
}

impl Configured {
    /// Reads the trust files that a configuration names, and applies bands, rotation and claim to a position, in this order.
    pub(super) fn read(config: &PositionConfig, from: &Position, now: u64) -> Result<Self, StartError> {
        let name = || config.name.clone();
        let current = files::read_trust(&config.trust)?;
        let registry = current.trust().registry.digest();
        let mut position = from.clone();
        let mut until = position.clock().max(now);
        change_bands(&mut position, config, now)?;
        let previous = config.previous.as_ref();
        if let Some(previous) = previous {
            until = until.max(previous.until);
        }
        match position.rotate(current.trust(), until, now) {
            Ok(_) => {}
            // A rotation that changes nothing moves the clock only.
            Err(RotationRefused::Same { .. }) => claim(&mut position, current.trust(), config, now)?,
            Err(error) => return Err(StartError::Rotation { name: name(), error }),
        }
        let mut trusts = vec![current];
        if let Some(previous) = previous {
            trusts.push(files::read_trust(&previous.trust)?);
        }
        if let Some(path) = &config.totals {
            files::attach_totals(&mut trusts, path, now)?;
        }
        Ok(Configured { position, trusts, registry, until })
    }
}

fn change_bands(position: &mut Position, config: &PositionConfig, now: u64) -> Result<(), StartError> {
    let name = || config.name.clone();
    if *position.bands() == config.bands {
        return Ok(());
    }
    if config.bands_before.as_ref() != Some(position.bands()) {
        return Err(StartError::OtherBands { name: name() });
    }
    let changed = position.change_bands(config.bands, now);
    changed.map(drop).map_err(|error| ConfigError::Bands { name: name(), error }.into())
}

/// The claim of a trust file that is the current one already.
fn claim(
    position: &mut Position,
    trust: &Trust,
    config: &PositionConfig,
    now: u64,
) -> Result<(), StartError> {
    let (claim, latest) = (&trust.latest_claim, position.claim());
    if claim.number < latest.number || claim == latest {
        return Ok(());
    }
    // Of the latest number and another digest it is no newer one: refused.
    let claimed = position.claimed(claim.clone(), now);
    claimed.map(drop).map_err(|error| StartError::Claim { name: config.name.clone(), error })
}

impl Slot {
    pub(super) fn load(place: Place, config: &PositionConfig, now: u64) -> Result<Self, StartError> {
        let read = place.read_position()?;
        let receipt = place.read_receipt()?;
        let Configured { position, trusts, registry, .. } = Configured::read(config, &read, now)?;
        if position != read {
            place.write_position(&position).map_err(StartError::file(&place.position()))?;
        }
        let kept = RwLock::new(Kept { position, receipt, registry });
        Ok(Slot { place, trusts: Mutex::new(trusts), kept })
    }

    /// Puts in force what was written.
    pub(super) fn put(&self, kept: Kept) {
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = kept;
    }

    pub(super) fn kept(&self) -> Kept {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn standing(&self, name: &str, now: u64) -> StandingAnswer {
        let Kept { position, registry, .. } = self.kept();
        StandingAnswer::of(name, &position, &registry, now)
    }

    /// The verdict of before, where these are the bytes of the last counted bundle.
    pub(super) fn repeated(&self, name: &str, digest: &Bytes32, now: u64) -> Option<Outcome> {
        let Kept { position, receipt, .. } = self.kept();
        let receipt = receipt.filter(|receipt| receipt.bundle == *digest)?;
        if position.seen(&receipt.registry) != Some(&receipt.shows) {
            return None;
        }
        let (verdict, standing) = (receipt.verdict, self.standing(name, now));
        Some(Outcome::Judged { verdict, counted: true, repeated: true, standing })
    }

    /// Checks evidence under the current trust file, or under the one before where that does not take it. Answers its id and whether it was there.
    pub(super) fn show(
        &self,
        position: &mut Position,
        bytes: &[u8],
        now: u64,
    ) -> Result<(Bytes32, bool), Refusal> {
        let evidence = Evidence::from_json(bytes).map_err(EvidenceRefused::from)?;
        let trusts = self.trusts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut first = None;
        for trust in trusts.iter() {
            match position.shown(&evidence, trust.trust(), now) {
                Ok(finding) => return Ok((finding.id, false)),
                Err(EvidenceRefused::Known { id }) => return Ok((id, true)),
                Err(error) => first = first.or(Some(error)),
            }
        }
        Err(first.map_or(Refusal::NoPosition, Refusal::Evidence))
    }
}

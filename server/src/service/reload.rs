//! Another configuration and other trust files while the service runs: for all positions, or for none.

use std::sync::PoisonError;

use solvency_verifier::position::trust_digest;

use super::Service;
use super::slot::{Configured, Kept, Slot};
use crate::answer::{BandsChange, Change, ClaimChange, TrustChange};
use crate::config::Config;
use crate::error::{ReloadRefused, StartError};
use crate::files::Staged;

/// What a position becomes.
struct Next<'a> {
    name: &'a str,
    slot: &'a Slot,
    before: Kept,
    configured: Configured,
    /// Whether more than time changed it.
    changed: bool,
}

impl Service {
    /// Reads configuration and trust files anew and applies them as a start does. Answers what changed. Called by the thread that
    /// applies events.
    ///
    /// # Errors
    /// [`ReloadRefused`]: no position is changed.
    pub fn reload(&self) -> Result<Vec<Change>, ReloadRefused> {
        let mut config = self.config.lock().unwrap_or_else(PoisonError::into_inner);
        let new = match &self.read_config {
            Some(read) => read().map_err(|message| ReloadRefused::Config { message })?,
            None => config.clone(),
        };
        new.check().map_err(StartError::from)?;
        if let Some(what) = config.needs_start(&new) {
            return Err(ReloadRefused::NeedsStart { what });
        }
        let now = self.now();
        let next = self.configured(&new, now)?;
        self.write_all(&next)?;
        let changes = next.into_iter().filter_map(|next| next.put(now)).collect();
        *config = new;
        Ok(changes)
    }

    fn configured<'a>(&'a self, config: &'a Config, now: u64) -> Result<Vec<Next<'a>>, ReloadRefused> {
        let next = config.positions.iter().map(|position| {
            let name = position.name.as_str();
            let slot = self.slots.get(name).ok_or(ReloadRefused::NeedsStart { what: "positions" })?;
            let before = slot.kept();
            let configured = Configured::read(position, &before.position, now)?;
            let mut older = before.position.clone();
            let _ = older.observe(now);
            let changed = older != configured.position;
            Ok(Next { name, slot, before, configured, changed })
        });
        next.collect()
    }

    /// Puts files in their places once all of them are written.
    fn write_all(&self, next: &[Next<'_>]) -> Result<(), ReloadRefused> {
        let changed = next.iter().filter(|next| next.changed);
        let staged: Result<Vec<Staged>, _> =
            changed.map(|next| next.slot.place.stage_position(&next.configured.position)).collect();
        staged.and_then(|staged| staged.into_iter().try_for_each(Staged::put)).map_err(|_| {
            self.metrics.unwritten.inc();
            ReloadRefused::Unwritten
        })
    }
}

impl Next<'_> {
    /// Puts in force what is written.
    fn put(self, now: u64) -> Option<Change> {
        let Next { name, slot, before, configured, changed } = self;
        let Configured { position, trusts, registry, until } = configured;
        let mut judging = slot.trusts.lock().unwrap_or_else(PoisonError::into_inner);
        let digests = [&*judging, &trusts].map(|trusts| trusts.first().map(|it| trust_digest(it.trust())));
        *judging = trusts;
        if !changed {
            return None;
        }
        let trust = match digests {
            [Some(from), Some(to)] if from != to => Some(TrustChange { from, to, until }),
            _ => None,
        };
        let (from, to) = (before.position.claim().clone(), position.claim().clone());
        let claim = (from != to).then_some(ClaimChange { from, to });
        let (from, to) = (*before.position.bands(), *position.bands());
        let bands = (from != to).then_some(BandsChange { from, to });
        slot.put(Kept { position, registry, ..before });
        Some(Change { trust, claim, bands, standing: slot.standing(name, now) })
    }
}

//! Another trust file takes over: a new key, policy, signer set or registry.

use super::{
    Call, Counted, MAX_BAND, MAX_REGISTRIES, Marks, Parties, Position, Previous, RotationRefused, Standing,
};
use crate::trust::{Seen, Trust};

impl Position {
    /// Makes a trust file the current one; the one before counts until `until`, in Unix seconds, or no longer where that has passed.
    ///
    /// A trust file that was the one before the last ends at once. What the new one says it has seen is taken only for a registry that
    /// this position never trusted.
    ///
    /// # Errors
    /// [`RotationRefused`]: it changed nothing but the clock.
    pub fn rotate(&mut self, to: &Trust, until: u64, now: u64) -> Result<Standing, RotationRefused> {
        self.advance(now);
        if Parties::of(to) != self.parties {
            return Err(RotationRefused::OtherPosition);
        }
        self.rotate_to(Counted::of(to), to.seen.clone(), until)
    }

    pub(super) fn rotate_to(
        &mut self,
        new: Counted,
        seen: Option<Seen>,
        until: u64,
    ) -> Result<Standing, RotationRefused> {
        let now = self.clock;
        let until = until.max(now);
        if new.trust == self.current.trust {
            return Err(RotationRefused::Same { trust: new.trust });
        }
        let latest = self.current.claim.clone();
        if new.claim.number < latest.number || (new.claim.number == latest.number && new.claim != latest) {
            return Err(RotationRefused::Claim { got: new.claim, latest });
        }
        if until > now.saturating_add(MAX_BAND) {
            return Err(RotationRefused::Overlap { until, now });
        }
        if !self.marks.iter().any(|marks| marks.registry == new.registry) {
            if self.marks.len() >= MAX_REGISTRIES {
                return Err(RotationRefused::TooManyRegistries);
            }
            self.marks.push(Marks { registry: new.registry, seen });
        }

        // Ended while its trust file is still known: going back to one revives nothing.
        if self.coverage.as_ref().is_some_and(|coverage| coverage.trust != self.current.trust) {
            self.end_coverage(now);
        }
        if new.claim.number > latest.number {
            // Until the old one's end, what it covers goes on.
            let by = now.saturating_add(self.bands.answer).max(until);
            self.calls.push(Call { claim: new.claim.number, by });
        }
        let old = core::mem::replace(&mut self.current, new);
        self.previous = Some(Previous { trust: old, until });
        self.merge_calls();
        Ok(self.standing())
    }
}

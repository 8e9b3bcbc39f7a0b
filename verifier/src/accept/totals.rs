//! U1–U3: where the trust file asks for it, what the chain spends is in the custodian's certified totals (spec/totals.md).
//!
//! Necessary, not sufficient: it does not show that every other account is in them.

use alloc::{boxed::Box, vec::Vec};

use serde::Serialize;

use super::books::Holdings;
use super::window::Window;
use super::{Judge, Reason, insert_new};
use crate::encoding::{Address, Bytes32, FieldElement};
use crate::groth16::KeyId;
use crate::trust::PreparedTrust;

/// The totals that counted: what a venue can compare with what others were shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CountedTotals {
    /// Digest of the custodian's TotalsStatement.
    pub digest: Bytes32,
    /// Commitment to the sum.
    pub total: FieldElement,
    /// Number of shards that are summed.
    pub shards: u64,
    /// Who compared the sum with reserves.
    pub auditor: Address,
    /// The time of the reserves, in Unix seconds.
    pub reserves_as_of: u64,
}

impl Judge<'_> {
    /// Checks that the holdings are in the totals where the trust file asks for it; answers them, or nothing where nothing was asked.
    pub(super) fn check_totals(
        &self,
        prepared: &PreparedTrust,
        holdings: &[Holdings],
        window: &mut Window,
        development_keys: &mut Vec<KeyId>,
    ) -> Result<Option<Box<CountedTotals>>, Reason> {
        let Some(required) = &self.trust.totals else { return Ok(None) };
        let Some(totals) = &prepared.totals else { return Err(Reason::TotalsMissing {}) };
        // That they are of this custodian and registry was checked when they were attached.
        if totals.epoch != self.epoch {
            return Err(Reason::TotalsEpoch { got: totals.epoch, current: self.epoch });
        }
        let Some(certificate) = &totals.certificate else { return Err(Reason::TotalsNotCertified {}) };
        let (got, expected) = (certificate.auditor, required.auditor);
        if got != expected {
            return Err(Reason::TotalsAuditor { got, expected });
        }
        if self.revoked_signers().contains(&got) {
            return Err(Reason::TotalsAuditorRevoked { auditor: got });
        }
        // The certificate was signed at or after the time of the reserves.
        let (as_of, now) = (certificate.reserves_as_of, self.now);
        if certificate.signed_at > self.latest_present() {
            return Err(Reason::TotalsInFuture { time: certificate.signed_at, now });
        }
        let end = as_of.saturating_add(required.max_age);
        if now >= end {
            return Err(Reason::TotalsStale { as_of, now, allowed: required.max_age });
        }
        window.ends("reserves of the totals", end);
        window.ends("key", totals.keys_until);
        if let Some(missing) = holdings.iter().find(|held| !totals.holds(&held.digest)) {
            return Err(Reason::TotalsWithout { place: missing.place.clone(), holdings: missing.digest });
        }
        for id in &totals.development_keys {
            insert_new(development_keys, *id);
        }
        Ok(Some(Box::new(CountedTotals {
            digest: totals.digest,
            total: totals.total,
            shards: totals.shards() as u64,
            auditor: got,
            reserves_as_of: as_of,
        })))
    }
}

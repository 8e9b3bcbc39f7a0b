//! Published tiers, in whatever form they came, as tiers of a policy.
//!
//! A published table is one venue's figure on one day; nothing here checks that it is still in force.

use solvency_verifier::policy::{Cents, PPM, Policy, PolicyKind, Tier};
use solvency_verifier::valuation::{MAX_BOUND, TierSchedule};

use super::{Document, ImportError, MAX_ENTRIES, Problem};

/// The tiers of one asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedTiers {
    /// The venue's name for the asset.
    pub token: String,
    /// Price published beside the tiers, in 10^-12 quote units, rounded down; for information.
    pub price: Option<u64>,
    /// A valid schedule, bounds at most 2^47 − 1 cents.
    pub tiers: Vec<Tier>,
}

/// A published table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierTable {
    /// Tokens differ, also without regard to case.
    pub assets: Vec<PublishedTiers>,
}

impl TierTable {
    /// The tiers of an asset; ASCII letters match without regard to case.
    pub fn get(&self, symbol: &str) -> Option<&PublishedTiers> {
        self.assets.iter().find(|asset| asset.token.eq_ignore_ascii_case(symbol))
    }

    /// Makes a policy tiered, with this table's tiers for every asset that both name; returns the symbols that the table does not name,
    /// whose market haircut stays as it is.
    pub fn apply(&self, policy: &mut Policy) -> Vec<String> {
        policy.kind = PolicyKind::Tiered;
        let mut kept = Vec::new();
        for asset in &mut policy.assets {
            match self.get(&asset.symbol) {
                Some(published) => {
                    asset.haircut = None;
                    asset.tiers = Some(published.tiers.clone());
                }
                None => kept.push(asset.symbol.clone()),
            }
        }
        kept
    }

    pub(super) fn push(
        &mut self,
        document: Document<'_>,
        place: &str,
        asset: PublishedTiers,
    ) -> Result<(), ImportError> {
        if self.get(&asset.token).is_some() {
            return Err(document.error(place, Problem::Repeated { what: "token", name: asset.token }));
        }
        if asset.token.is_empty() || asset.token.len() > 32 || asset.token.chars().any(char::is_whitespace) {
            let allowed = "from 1 to 32 bytes without blanks are allowed";
            return Err(document.error(place, Problem::Value { field: "token", got: asset.token, allowed }));
        }
        if self.assets.len() >= MAX_ENTRIES {
            return Err(document.error(place, Problem::TooMany { what: "assets", allowed: MAX_ENTRIES }));
        }
        TierSchedule::new(&asset.tiers).map_err(|error| document.error(place, Problem::Tiers(error)))?;
        self.assets.push(asset);
        Ok(())
    }

    pub(super) fn finish(self, document: Document<'_>) -> Result<Self, ImportError> {
        if self.assets.is_empty() {
            Err(document.error("whole file", Problem::Empty("assets")))
        } else {
            Ok(self)
        }
    }
}

/// Cuts tiers at the largest bound: what lies beyond weighs nothing.
pub(super) fn clamp(tiers: impl IntoIterator<Item = (u128, u128, u32)>) -> Vec<Tier> {
    let cut = |cents: u128| Cents(u64::try_from(cents).unwrap_or(MAX_BOUND).min(MAX_BOUND));
    let cut =
        tiers.into_iter().map(|(from, to, rate)| (from >= to, Tier { from: cut(from), to: cut(to), rate }));
    // A tier that is wrong in the file stays, to be refused; one that only the cut has emptied goes.
    cut.filter(|(wrong, tier)| *wrong || tier.from < tier.to).map(|(_, tier)| tier).collect()
}

/// A rate of 10^-4 percent or 10^-6: at most 100 %.
pub(super) fn rate_in_ppm(
    document: Document<'_>,
    place: &str,
    field: &'static str,
    text: &str,
    decimals: u32,
) -> Result<u32, ImportError> {
    let rate = solvency_verifier::decimal::parse_decimal(text, decimals)
        .map_err(|error| document.error(place, Problem::Decimal { field, error }))?;
    u32::try_from(rate).ok().filter(|rate| *rate <= PPM).ok_or_else(|| {
        let allowed = "at most 100 % is allowed";
        document.error(place, Problem::Value { field, got: text.into(), allowed })
    })
}

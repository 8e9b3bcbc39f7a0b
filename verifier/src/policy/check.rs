//! What makes a policy consistent with itself and with its registry.

use alloc::{string::String, vec::Vec};

use super::{
    AssetPolicy, ClassPolicy, MAX_LATENCY, MAX_STRESS, MAX_VOLATILITY, MAX_Z, POLICY_FORMAT, PPM, Policy,
    PolicyKind,
};
use crate::encoding::Bytes32;
use crate::registry::Registry;
use crate::valuation::{TierError, TierSchedule};

/// Why a policy contradicts itself or its registry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Another format or version.
    #[error("policy: format is {0:?}, expected {POLICY_FORMAT:?}")]
    Format(String),
    /// No name, or one of more than 64 bytes.
    #[error("policy: the name has {got} bytes, from 1 to 64 are allowed")]
    NameLength {
        /// Bytes found.
        got: usize,
    },
    /// Made for another registry.
    #[error("policy: made for registry {got}, not for {expected}")]
    Registry {
        /// Named by the policy.
        got: Bytes32,
        /// The registry's digest.
        expected: Bytes32,
    },
    /// No venue.
    #[error("policy: the venue is zero")]
    NoVenue,
    /// θ below 100 %.
    #[error("policy: theta is {got} ppm, at least {PPM} is allowed")]
    Theta {
        /// θ found, in ppm.
        got: u32,
    },
    /// A window that never opens.
    #[error("policy: valid from {from} until {until}: never")]
    Window {
        /// Beginning.
        from: u64,
        /// End.
        until: u64,
    },
    /// A number beyond what the haircut's arithmetic is bounded for.
    #[error("policy: {place}: {field} is {got}, at most {allowed} is allowed")]
    TooLarge {
        /// Asset or class, or `policy`.
        place: String,
        /// Which number.
        field: &'static str,
        /// The number, in its own unit.
        got: u64,
        /// The largest allowed.
        allowed: u64,
    },
    /// No asset, or no class.
    #[error("policy: no {0} are accepted; with none every collateral weighs nothing")]
    None(&'static str),
    /// An asset or class that the registry does not have.
    #[error("policy: the registry has no {what} {name:?}")]
    Unknown {
        /// `asset` or `class`.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// An asset or class twice.
    #[error("policy: {what} {name:?} stands twice")]
    Repeated {
        /// `asset` or `class`.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Both a flat haircut and tiers: the market's risk would be counted twice.
    #[error("policy: {symbol} has both a haircut and tiers; exactly one is allowed")]
    BothMarketHaircuts {
        /// The asset.
        symbol: String,
    },
    /// Neither a flat haircut nor tiers.
    #[error("policy: {symbol} has neither a haircut nor tiers; exactly one is needed")]
    NoMarketHaircut {
        /// The asset.
        symbol: String,
    },
    /// Tiers in a flat policy.
    #[error("policy: {symbol} has tiers, but the policy's kind is flat")]
    TiersInFlat {
        /// The asset.
        symbol: String,
    },
    /// Tiers that are no concave schedule.
    #[error("policy: tiers of {symbol}: {error}")]
    Tiers {
        /// The asset.
        symbol: String,
        /// What is wrong.
        error: TierError,
    },
}

impl Policy {
    /// Checks that the document does not contradict itself or its registry (V1).
    ///
    /// # Errors
    /// [`PolicyError`] with the first contradiction.
    pub fn validate(&self, registry: &Registry) -> Result<(), PolicyError> {
        if self.format != POLICY_FORMAT {
            return Err(PolicyError::Format(self.format.clone()));
        }
        if self.name.is_empty() || self.name.len() > 64 {
            return Err(PolicyError::NameLength { got: self.name.len() });
        }
        let expected = registry.digest();
        if self.registry != expected {
            return Err(PolicyError::Registry { got: self.registry, expected });
        }
        if self.venue.is_zero() {
            return Err(PolicyError::NoVenue);
        }
        if self.theta < PPM {
            return Err(PolicyError::Theta { got: self.theta });
        }
        if self.valid_from >= self.valid_until {
            return Err(PolicyError::Window { from: self.valid_from, until: self.valid_until });
        }
        at_most("policy", "z in millionths", self.z.0, MAX_Z)?;
        self.check_names(registry)?;
        self.assets.iter().try_for_each(|asset| asset.check(self.kind))?;
        self.classes.iter().try_for_each(ClassPolicy::check)
    }

    fn check_names(&self, registry: &Registry) -> Result<(), PolicyError> {
        let assets = self.assets.iter().map(|asset| asset.symbol.as_str());
        check_names("asset", "assets", assets, |name| registry.asset(name).is_some())?;
        let classes = self.classes.iter().map(|class| class.name.as_str());
        check_names("class", "classes", classes, |name| {
            registry.classes.iter().any(|known| known.name == name)
        })
    }
}

fn check_names<'a>(
    what: &'static str,
    plural: &'static str,
    names: impl Iterator<Item = &'a str>,
    known: impl Fn(&str) -> bool,
) -> Result<(), PolicyError> {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if !known(name) {
            return Err(PolicyError::Unknown { what, name: name.into() });
        }
        if seen.contains(&name) {
            return Err(PolicyError::Repeated { what, name: name.into() });
        }
        seen.push(name);
    }
    if seen.is_empty() { Err(PolicyError::None(plural)) } else { Ok(()) }
}

fn at_most(place: &str, field: &'static str, got: u64, allowed: u64) -> Result<(), PolicyError> {
    if got <= allowed {
        Ok(())
    } else {
        Err(PolicyError::TooLarge { place: place.into(), field, got, allowed })
    }
}

fn all_at_most(place: &str, numbers: &[(&'static str, u32, u32)]) -> Result<(), PolicyError> {
    numbers
        .iter()
        .try_for_each(|(field, got, allowed)| at_most(place, field, u64::from(*got), u64::from(*allowed)))
}

impl AssetPolicy {
    fn check(&self, kind: PolicyKind) -> Result<(), PolicyError> {
        let symbol = || self.symbol.clone();
        all_at_most(
            &self.symbol,
            &[
                ("volatility in ppm", self.volatility, MAX_VOLATILITY),
                ("settlementFinality", self.settlement_finality, MAX_LATENCY),
                ("haircut in ppm", self.haircut.unwrap_or_default(), PPM),
            ],
        )?;
        match (kind, self.haircut, &self.tiers) {
            (_, Some(_), Some(_)) => Err(PolicyError::BothMarketHaircuts { symbol: symbol() }),
            (_, None, None) => Err(PolicyError::NoMarketHaircut { symbol: symbol() }),
            (_, Some(_), None) => Ok(()),
            (PolicyKind::Flat, None, Some(_)) => Err(PolicyError::TiersInFlat { symbol: symbol() }),
            (PolicyKind::Tiered, None, Some(tiers)) => TierSchedule::new(tiers)
                .map(drop)
                .map_err(|error| PolicyError::Tiers { symbol: symbol(), error }),
        }
    }
}

impl ClassPolicy {
    fn check(&self) -> Result<(), PolicyError> {
        let counterparty = self.counterparty;
        all_at_most(
            &self.name,
            &[
                ("oracleAge", self.oracle_age, MAX_LATENCY),
                ("snapshotAge", self.snapshot_age, MAX_LATENCY),
                ("settlementFinality", self.settlement_finality, MAX_LATENCY),
                ("liquidationTime", self.liquidation_time, MAX_LATENCY),
                ("counterparty.pd in ppm", counterparty.pd, PPM),
                ("counterparty.lgd in ppm", counterparty.lgd, PPM),
                ("counterparty.stress in ppm", counterparty.stress, MAX_STRESS),
            ],
        )
    }
}

//! A venue's collateral policy: what it accepts, at which haircuts (spec/valuation.md).
//!
//! A policy states the venue's assumptions. Volatilities and default probabilities in it are inputs that the venue signs for, not
//! measurements, and a haircut does not promise that a liquidation will fetch what is left.

mod check;
mod text;

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};

pub use check::PolicyError;
pub use text::{Cents, Millionths};

use crate::encoding::Bytes32;
use crate::registry::Document;
use crate::shape::Shape;

/// The format that this version reads and writes.
pub const POLICY_FORMAT: &str = "solvency-policy/1";
/// One whole, in parts per million.
pub const PPM: u32 = 1_000_000;
/// Largest quantile `z`, in millionths.
pub const MAX_Z: u64 = 10_000_000;
/// Largest annual volatility, in ppm: 1,000 %.
pub const MAX_VOLATILITY: u32 = 10_000_000;
/// Largest component of a latency, in seconds: a year.
pub const MAX_LATENCY: u32 = 31_536_000;
/// Largest multiplier of a counterparty's expected loss, in ppm: 1,000-fold.
pub const MAX_STRESS: u32 = 1_000_000_000;

/// How an asset's market haircut is given; decides the coverage circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyKind {
    /// One rate for each asset: `coverage-flat`.
    Flat,
    /// Rates by size: `coverage-tiered`.
    Tiered,
}

/// What is kept of the value between two bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Tier {
    /// Gross value of the asset from which the tier applies.
    pub from: Cents,
    /// Gross value up to which the tier applies, at most 2^47 − 1 cents.
    pub to: Cents,
    /// Kept of the value in the tier, in ppm, at most 1,000,000.
    pub rate: u32,
}

/// An asset that the venue accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AssetPolicy {
    /// Symbol, as in the registry.
    pub symbol: String,
    /// Annual volatility, in ppm: 600,000 is 60 %.
    pub volatility: u32,
    /// Seconds until a transfer on the asset's own chain is final; added to the class's times.
    pub settlement_finality: u32,
    /// Market haircut at every size, in ppm. Either this or `tiers`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub haircut: Option<u32>,
    /// Market haircut by size, as rates that are kept. Either this or `haircut`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tiers: Option<Vec<Tier>>,
}

/// Expected loss by the counterparty that stands between the venue and the collateral.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Counterparty {
    /// Probability of default over the time at risk, in ppm.
    pub pd: u32,
    /// Loss given default, in ppm of the value.
    pub lgd: u32,
    /// Multiplier of the product, in ppm: 2,000,000 doubles it.
    pub stress: u32,
}

/// A class of vaults that the venue accepts: how long until its collateral is cash, and who stands in between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ClassPolicy {
    /// Name, as in the registry.
    pub name: String,
    /// Seconds that prices may be old.
    pub oracle_age: u32,
    /// Seconds that the balances may be old.
    pub snapshot_age: u32,
    /// Seconds until a transfer out of such a vault is final, besides the asset's own.
    pub settlement_finality: u32,
    /// Seconds to sell.
    pub liquidation_time: u32,
    /// Whether balances in such vaults are final. What is not weighs nothing.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// Expected loss by the counterparty.
    pub counterparty: Counterparty,
}

/// A venue's collateral policy. Assets and classes of the registry that it does not name weigh nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Policy {
    /// [`POLICY_FORMAT`].
    pub format: String,
    /// Name.
    pub name: String,
    /// Increases with each change.
    pub version: u32,
    /// The venue.
    pub venue: Bytes32,
    /// Digest of the registry.
    pub registry: Bytes32,
    /// Flat or tiered.
    pub kind: PolicyKind,
    /// θ: coverage asked for, in ppm of the requirement, at least 1,000,000.
    pub theta: u32,
    /// Valid from this time on, in Unix seconds.
    pub valid_from: u64,
    /// Not valid at or after this time, in Unix seconds.
    pub valid_until: u64,
    /// Quantile of the latency haircut, as decimal text: `"2.326348"` is the 99th percentile of a normal distribution.
    pub z: Millionths,
    /// Assets that are accepted.
    pub assets: Vec<AssetPolicy>,
    /// Classes of vaults that are accepted.
    pub classes: Vec<ClassPolicy>,
}

impl Policy {
    /// The shape of the coverage circuit that values under this policy.
    pub fn coverage_shape(&self) -> Shape {
        match self.kind {
            PolicyKind::Flat => Shape::CoverageFlat,
            PolicyKind::Tiered => Shape::CoverageTiered,
        }
    }

    /// The policy for an asset; `None` where it is not accepted.
    pub fn asset(&self, symbol: &str) -> Option<&AssetPolicy> {
        self.assets.iter().find(|asset| asset.symbol == symbol)
    }

    /// The policy for a class; `None` where it is not accepted.
    pub fn class(&self, name: &str) -> Option<&ClassPolicy> {
        self.classes.iter().find(|class| class.name == name)
    }

    /// SHA-256 over every field, in the order of this type, texts and lists behind their length (V2).
    pub fn digest(&self) -> Bytes32 {
        let mut document = Document::default();
        document.text(&self.format).text(&self.name).number(u64::from(self.version));
        document.bytes(&self.venue.0).bytes(&self.registry.0);
        document.number(match self.kind {
            PolicyKind::Flat => 0,
            PolicyKind::Tiered => 1,
        });
        document.number(u64::from(self.theta)).number(self.valid_from).number(self.valid_until);
        document.number(self.z.0);
        document.number(self.assets.len() as u64);
        for asset in &self.assets {
            asset.absorb(&mut document);
        }
        document.number(self.classes.len() as u64);
        for class in &self.classes {
            class.absorb(&mut document);
        }
        document.digest("solvency.v1.policy")
    }
}

impl AssetPolicy {
    fn absorb(&self, document: &mut Document) {
        document.text(&self.symbol).number(u64::from(self.volatility));
        document.number(u64::from(self.settlement_finality));
        // Absent and present differ in the leading number, so no two documents meet.
        document.number(u64::from(self.haircut.is_some()));
        document.number(u64::from(self.haircut.unwrap_or_default()));
        document.number(u64::from(self.tiers.is_some()));
        let tiers = self.tiers.as_deref().unwrap_or_default();
        document.number(tiers.len() as u64);
        for tier in tiers {
            document.number(tier.from.0).number(tier.to.0).number(u64::from(tier.rate));
        }
    }
}

impl ClassPolicy {
    fn absorb(&self, document: &mut Document) {
        document.text(&self.name);
        let times = [self.oracle_age, self.snapshot_age, self.settlement_finality, self.liquidation_time];
        for seconds in times {
            document.number(u64::from(seconds));
        }
        document.number(u64::from(self.is_final));
        let Counterparty { pd, lgd, stress } = self.counterparty;
        document.number(u64::from(pd)).number(u64::from(lgd)).number(u64::from(stress));
    }
}

#[cfg(test)]
pub(crate) mod tests;

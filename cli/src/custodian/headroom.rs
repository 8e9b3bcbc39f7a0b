//! How far a pledge is above what is required, for the custodian's eyes only (spec/operations.md, "Headroom").
//!
//! Arithmetic over the prices of one round: it says nothing of the next one.

use serde::{Deserialize, Serialize};
use solvency_verifier::SLOTS;
use solvency_verifier::policy::{PPM, Policy};
use solvency_verifier::registry::Registry;
use solvency_verifier::valuation::{self, Value};

use crate::error::CliResult;

/// Steps of the bisection: 2^20 is more than a million.
const STEPS: u32 = 20;

/// The headroom of all pledges at one round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct HeadroomRecord {
    /// When it was computed, in Unix seconds.
    pub(crate) time: u64,
    /// Number of the price round.
    pub(crate) round: u64,
    /// When its prices were observed, in Unix seconds.
    pub(crate) round_time: u64,
    pub(crate) venues: Vec<VenueHeadroom>,
}

impl HeadroomRecord {
    /// Whether another record differs in nothing but the time at which it was computed.
    pub(crate) fn says_the_same(&self, other: &HeadroomRecord) -> bool {
        (self.round, self.round_time, &self.venues) == (other.round, other.round_time, &other.venues)
    }
}

/// The headroom of one venue's pledge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct VenueHeadroom {
    pub(crate) venue: String,
    /// Haircut value of the pledge, in quote units.
    pub(crate) value: String,
    /// θ times the requirement, in quote units.
    pub(crate) required: String,
    /// Their difference, in quote units.
    pub(crate) cushion: String,
    /// The difference in ppm of what is required, rounded down; null where nothing is.
    pub(crate) headroom_ppm: Option<i64>,
    /// By how many ppm all prices may fall together; null where the pledge does not cover.
    pub(crate) fall_ppm: Option<u32>,
}

impl VenueHeadroom {
    /// What a pledge is worth beside what is required, at prices in the registry's order.
    pub(crate) fn at(
        venue: &str,
        registry: &Registry,
        policy: &Policy,
        prices: &[u64],
        pledge: &[u64; SLOTS],
        requirement: u64,
    ) -> CliResult<Self> {
        let required = Value::required(requirement, policy.theta);
        let value = valuation::value(registry, policy, prices, pledge)?;
        let covers = |ppm: u32| -> CliResult<bool> {
            let left = PPM - ppm;
            let scaled = |price: &u64| (u128::from(*price) * u128::from(left) / u128::from(PPM)) as u64;
            let prices: Vec<u64> = prices.iter().map(scaled).collect();
            Ok(valuation::value(registry, policy, &prices, pledge)? >= required)
        };
        let (difference, short) = value.distance(required);
        let parts = |ppm: u64| i64::try_from(ppm).unwrap_or(i64::MAX);
        // Rounded down: what is missing is rounded up.
        let headroom_ppm = value.ppm_of(required).map(|ppm| parts(ppm).saturating_sub(i64::from(PPM)));
        Ok(VenueHeadroom {
            venue: venue.into(),
            value: value.to_string(),
            required: required.to_string(),
            cushion: format!("{}{difference}", if short { "-" } else { "" }),
            headroom_ppm,
            fall_ppm: if short { None } else { Some(largest_fall(covers)?) },
        })
    }

    /// Whether the pledge covers what is required.
    pub(crate) fn covers(&self) -> bool {
        self.fall_ppm.is_some()
    }

    /// Whether it is below a threshold in ppm of what is required.
    pub(crate) fn is_below(&self, threshold: u32) -> bool {
        self.headroom_ppm.is_some_and(|headroom| headroom < i64::from(threshold))
    }
}

/// The largest fall that bisection finds, in ppm; at no fall at all, it covers.
fn largest_fall(covers: impl Fn(u32) -> CliResult<bool>) -> CliResult<u32> {
    if covers(PPM)? {
        return Ok(PPM);
    }
    let mut fall = 0;
    for step in (0..STEPS).rev() {
        let further = fall + (1 << step);
        if further < PPM && covers(further)? {
            fall = further;
        }
    }
    Ok(fall)
}

/// Parts per million as a percentage, as `-3.25 %`.
pub(crate) fn percent(ppm: i64) -> String {
    let sign = if ppm < 0 { "-" } else { "" };
    let text = solvency_verifier::decimal::format_decimal(u128::from(ppm.unsigned_abs()), 4);
    format!("{sign}{text} %")
}

/// A venue's headroom in one line.
pub(crate) fn line(venue: &VenueHeadroom, quote: &str) -> String {
    let VenueHeadroom { venue: name, value, required, headroom_ppm, fall_ppm, .. } = venue;
    let headroom = headroom_ppm.map_or_else(|| "nothing is required".into(), percent);
    let fall = match fall_ppm {
        Some(fall) => format!("prices may fall by {}", percent(i64::from(*fall))),
        None => "NOT COVERED".into(),
    };
    format!("headroom of {name}: {headroom} ({value} {quote}, required {required}; {fall})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_fall_is_found_at_the_threshold() {
        for most in [0, 1, 499_999, 500_000, 999_998, 999_999] {
            assert_eq!(largest_fall(|fall| Ok(fall <= most)).unwrap(), most);
        }
        assert_eq!(largest_fall(|_| Ok(true)).unwrap(), PPM);
    }

    #[test]
    fn percentages_have_a_sign_and_no_more_digits_than_needed() {
        for (ppm, text) in [(0, "0 %"), (100_000, "10 %"), (-32_500, "-3.25 %"), (1, "0.0001 %")] {
            assert_eq!(percent(ppm), text);
        }
        assert_eq!(percent(i64::MIN), "-922337203685477.5808 %");
    }

    #[test]
    fn headroom_is_exact_at_the_threshold_and_one_past() {
        let file = |path: &str| {
            std::fs::read_to_string(format!("{}/../fixtures/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
        };
        let registry: Registry = serde_json::from_str(&file("registry.json")).unwrap();
        let policy: Policy = serde_json::from_str(&file("policies/venue-a.json")).unwrap();
        let prices = vec![1_000_000_000_000_000; registry.assets.len()];
        let mut pledge = [0; SLOTS];
        pledge[registry.slot("BTC", "cold").unwrap()] = 1_000_000_000;
        let at =
            |requirement| VenueHeadroom::at("a", &registry, &policy, &prices, &pledge, requirement).unwrap();
        let value = valuation::value(&registry, &policy, &prices, &pledge).unwrap();
        // The largest requirement that is covered.
        let most = (0..63).rev().fold(0u64, |most, bit| {
            let more = most | 1 << bit;
            if Value::required(more, policy.theta) <= value { more } else { most }
        });
        let (just, past) = (at(most), at(most + 1));
        assert!(just.covers() && !past.covers());
        assert!(just.headroom_ppm >= Some(0) && past.headroom_ppm == Some(-1), "{past:?}");
        assert!(past.cushion.starts_with('-') && !just.cushion.starts_with('-'));
        assert_eq!(just.fall_ppm, Some(0));
        let half = at(most / 2);
        assert!(half.fall_ppm.unwrap().abs_diff(500_000) < 10, "{half:?}");
        assert!(half.headroom_ppm.unwrap().abs_diff(1_000_000) < 10);
        assert!(just.is_below(1) || just.headroom_ppm == Some(1));
        assert_eq!((at(0).headroom_ppm, at(0).fall_ppm), (None, Some(PPM)));
        assert!(!at(0).is_below(u32::MAX));
    }
}

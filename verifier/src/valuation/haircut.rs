//! Haircuts of a slot, from stated assumptions, in integers that anyone can recompute (spec/valuation.md, V3–V5).
//!
//! Haircuts show what the formulae give for the policy's inputs; that prices move no further is not shown.

use crate::policy::{AssetPolicy, ClassPolicy, Counterparty, PPM, Policy};

/// Seconds of a year of 365 days.
pub const YEAR: u32 = 31_536_000;

/// Haircuts of a slot, in ppm of its gross value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassHaircut {
    /// `ceil(z·σ·sqrt(Δt/year))`.
    pub latency: u32,
    /// `ceil(PD·LGD·stress)`.
    pub counterparty: u32,
    /// Their sum, at most 1,000,000; 1,000,000 where the class is not final.
    pub total: u32,
}

impl ClassHaircut {
    /// Of what is not accepted or not final: everything.
    pub const ALL: Self = Self { latency: 0, counterparty: 0, total: PPM };

    /// The haircut of an asset in a class under a policy.
    pub fn of(policy: &Policy, asset: &AssetPolicy, class: &ClassPolicy) -> Self {
        if !class.is_final {
            return Self::ALL;
        }
        let latency = latency(policy.z.0, asset.volatility, exposure(asset, class));
        let counterparty = counterparty(&class.counterparty);
        Self { latency, counterparty, total: latency.saturating_add(counterparty).min(PPM) }
    }
}

/// Δt: all times until the collateral is cash, in seconds, summed before one root is taken (V3).
///
/// The root of the sum is at most the sum of the roots: the components follow one another in one price path.
pub fn exposure(asset: &AssetPolicy, class: &ClassPolicy) -> u64 {
    let times = [
        class.oracle_age,
        class.snapshot_age,
        class.settlement_finality,
        class.liquidation_time,
        asset.settlement_finality,
    ];
    times.into_iter().map(u64::from).sum()
}

/// `ceil(z·σ·sqrt(Δt/year))` in ppm, rounded up exactly; at most 1,000,000 (V3).
///
/// `z` in millionths, `σ` (`volatility`) in ppm a year, `seconds` = Δt. The result is the smallest `h` with
/// `h²·10^12·year ≥ z²·σ²·Δt`, so no root is rounded. Inputs so large that the products leave 128 bits give 1,000,000.
pub fn latency(z: u64, volatility: u32, seconds: u64) -> u32 {
    // z ≤ 10^7, σ ≤ 10^7, Δt ≤ 5·31,536,000 in a valid policy: z²·σ²·Δt < 1.6·10^36 < 2^121.
    let squared = || {
        let product = u128::from(z).checked_mul(u128::from(volatility))?;
        product.checked_mul(product)?.checked_mul(u128::from(seconds))
    };
    let Some(squared) = squared() else { return PPM };
    // An integer h has h² ≥ N/D exactly when h² ≥ ceil(N/D): dividing first loses nothing.
    let square = squared.div_ceil(1_000_000_000_000 * u128::from(YEAR));
    let root = square.isqrt();
    let root = if root * root == square { root } else { root.saturating_add(1) };
    u32::try_from(root).unwrap_or(PPM).min(PPM)
}

/// `ceil(PD·LGD·stress)` in ppm, rounded up; at most 1,000,000 (V4).
pub fn counterparty(counterparty: &Counterparty) -> u32 {
    // Each factor is below 2^32: the product is below 2^96.
    let product =
        u128::from(counterparty.pd) * u128::from(counterparty.lgd) * u128::from(counterparty.stress);
    let loss = product.div_ceil(u128::from(PPM) * u128::from(PPM));
    u32::try_from(loss).unwrap_or(PPM).min(PPM)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const Z: u64 = 2_326_348;

    #[test]
    fn v3_published_vectors() {
        assert_eq!(latency(Z, 600_000, 3_600), 14_914, "BTC, an hour");
        assert_eq!(latency(Z, 600_000, 5 * 3_600), 33_348, "BTC, five hours");
        assert_eq!(latency(Z, 750_000, 768), 8_611, "ETH, two epochs");
        assert_eq!(latency(Z, 950_000, 13), 1_419, "SOL, 13 s");
        assert_eq!(latency(Z, 40_000, 900), 498, "USDT, 15 min");
    }

    #[test]
    fn v3_an_exact_root_is_not_rounded_up_and_one_more_second_or_ppm_is() {
        // z = 1, σ = 100 %, Δt = a year: exactly 100 %; a quarter: exactly 50 %.
        assert_eq!(latency(1_000_000, PPM, u64::from(YEAR)), PPM);
        assert_eq!(latency(1_000_000, PPM, u64::from(YEAR) / 4), 500_000);
        assert_eq!(latency(1_000_000, PPM, u64::from(YEAR) / 4 + 1), 500_001);
        assert_eq!(latency(1_000_000, 1, u64::from(YEAR)), 1);
        assert_eq!(latency(1_000_001, 1, u64::from(YEAR)), 2);
        assert_eq!(latency(0, PPM, 1), 0);
        assert_eq!(latency(Z, 0, 1), 0);
        assert_eq!(latency(Z, PPM, 0), 0);
        assert_eq!(latency(1, 1, 1), 1, "anything above zero takes something");
    }

    #[test]
    fn v3_never_more_than_everything() {
        assert_eq!(latency(1_000_000, PPM, u64::from(YEAR) + 1), PPM);
        assert_eq!(latency(u64::MAX, u32::MAX, u64::MAX), PPM);
    }

    #[test]
    fn v4_rounds_up_from_the_first_part() {
        let of = |pd, lgd, stress| counterparty(&Counterparty { pd, lgd, stress });
        assert_eq!(of(10_000, 600_000, 2_000_000), 12_000, "1 % × 60 % × 2");
        assert_eq!(of(1, PPM, PPM), 1);
        assert_eq!(of(1, 1, 1), 1);
        assert_eq!(of(1, PPM, PPM + 1), 2);
        assert_eq!(of(0, PPM, PPM), 0);
        assert_eq!(of(PPM, PPM, PPM), PPM);
        assert_eq!(of(u32::MAX, u32::MAX, u32::MAX), PPM);
    }

    proptest! {
        #[test]
        fn v3_is_the_smallest_that_suffices(z in 0u64..=10_000_000, volatility in 0u32..=10_000_000, seconds in 0u64..=157_680_000) {
            let h = u128::from(latency(z, volatility, seconds));
            let wanted = (u128::from(z) * u128::from(volatility)).pow(2) * u128::from(seconds);
            let unit = 1_000_000_000_000 * u128::from(YEAR);
            prop_assert!(h == u128::from(PPM) || h * h * unit >= wanted);
            prop_assert!(h == 0 || (h - 1) * (h - 1) * unit < wanted);
        }
    }
}

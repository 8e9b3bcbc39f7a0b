use alloc::{string::ToString, vec::Vec};

use super::*;
use crate::policy::tests::{flat, registry, tiered, tiers};
use crate::policy::{self, Cents, PPM, Policy, PolicyKind};
use crate::{CLASSES, SLOTS};

/// Feed prices of BTC, SOL, USDT, JUNK in 10^-12 USD.
const PRICES: [u64; 4] = [115_770_000_000_000_000, 172_230_000_000_000, 1_000_000_000_000, u64::MAX];
const BTC: u64 = 100_000_000;
const SOL: u64 = 1_000_000_000;

fn balances(of: &[(usize, u64)]) -> [u64; SLOTS] {
    let mut balances = [0; SLOTS];
    of.iter().for_each(|(slot, amount)| balances[*slot] = *amount);
    balances
}

fn explained(policy: &Policy, of: &[(usize, u64)]) -> Explanation {
    explain(&registry(), policy, &PRICES, &balances(of)).unwrap()
}

/// binance/zkmerkle-proof-of-solvency, `src/utils/cex_assets_info.csv`, margin column, rows of BTC and SOL.
fn published() -> Policy {
    let mut policy = tiered();
    policy.assets[0].tiers = Some(tiers(&[
        (0, 30_000_000, 100),
        (30_000_000, 50_000_000, 98),
        (50_000_000, 100_000_000, 95),
        (100_000_000, 200_000_000, 90),
        (200_000_000, 350_000_000, 80),
        (350_000_000, 500_000_000, 70),
        (500_000_000, 800_000_000, 60),
        (800_000_000, 1_500_000_000, 50),
        (1_500_000_000, 2_500_000_000, 30),
    ]));
    policy.assets[1].tiers = Some(tiers(&[
        (0, 3_000_000, 100),
        (3_000_000, 6_000_000, 95),
        (6_000_000, 8_000_000, 90),
        (8_000_000, 10_000_000, 85),
        (10_000_000, 20_000_000, 75),
        (20_000_000, 30_000_000, 60),
        (30_000_000, 50_000_000, 30),
        (50_000_000, 150_000_000, 20),
        (150_000_000, 200_000_000, 10),
    ]));
    policy
}

#[test]
fn v13_golden_values_of_the_published_table() {
    let explanation = explained(&published(), &[(0, 750 * BTC), (4, 60_000 * SOL)]);
    let [btc, sol, ..] = explanation.assets.as_slice() else { panic!() };
    assert_eq!(btc.gross.to_string(), "86827500");
    assert_eq!(btc.net.to_string(), "84586125");
    assert_eq!(sol.gross.to_string(), "10333800");
    assert_eq!(sol.net.to_string(), "9600350");
    assert_eq!(explanation.value.to_string(), "94186475");
    assert_eq!(
        btc.market,
        Market::Tier {
            row: 3,
            from: Cents(5_000_000_000),
            to: Cents(10_000_000_000),
            rate: 950_000,
            cumulative: Cents(4_960_000_000)
        }
    );
}

#[test]
fn v13_class_haircuts_are_taken_from_what_the_tiers_leave() {
    // Latency over an hour 14,914 ppm, counterparty 10,000 ppm: 2.4914 % of 1,157,700 gross.
    let explanation = explained(&tiered(), &[(1, 10 * BTC)]);
    let line = &explanation.assets[0];
    assert_eq!(line.gross.to_string(), "1157700");
    assert_eq!((line.classes[0].latency, line.classes[0].counterparty), (14_914, 10_000));
    assert_eq!(line.class_haircuts.to_string(), "28842.9378");
    assert_eq!(line.net.to_string(), "1128857.0622");
}

#[test]
fn v13_the_flat_kind_keeps_what_market_and_class_leave() {
    let explanation = explained(&flat(), &[(0, BTC), (1, BTC)]);
    // 95 % of 115,770, and 92.5086 % of it.
    assert_eq!(explanation.assets[0].after_market.to_string(), "219963");
    assert_eq!(explanation.assets[0].net.to_string(), "217078.70622");
    assert_eq!(explanation.assets[0].market, Market::Flat { haircut: 50_000 });
}

#[test]
fn v5_what_is_not_final_or_not_accepted_weighs_nothing() {
    for policy in [tiered(), flat()] {
        let explanation = explained(&policy, &[(2, 10 * BTC), (12, u64::MAX)]);
        assert_eq!(explanation.value, Value::ZERO);
        assert_eq!(explanation.assets[0].classes[0].haircut, PPM);
        assert_eq!(explanation.assets[3].market, Market::NotAccepted);
        let Table::Tiered(table) = build(&registry(), &policy, &PRICES).unwrap() else { continue };
        assert_eq!(table.haircuts[2], PPM, "not final");
        assert_eq!(table.haircuts[3], PPM, "a class that the registry does not have");
        assert_eq!(&table.haircuts[12..], &[PPM; SLOTS - 12], "assets that are not accepted");
        assert_eq!(&table.prices[3..], &[0; 13]);
    }
}

#[test]
fn v13_an_asset_whose_class_haircuts_exceed_its_tiers_takes_nothing_from_others() {
    let mut policy = tiered();
    policy.assets[1].tiers = Some(tiers(&[(0, 100, 10)]));
    let explanation = explained(&policy, &[(0, BTC), (5, 60_000 * SOL)]);
    assert!(!explanation.assets[1].counted);
    assert_eq!(explanation.value.to_string(), "115770");
}

#[test]
fn v10_keep_rates_and_haircuts_of_every_slot() {
    let Table::Flat(table) = build(&registry(), &flat(), &PRICES).unwrap() else { panic!() };
    let class = latency(2_326_348, 600_000, 3_600) + 10_000;
    assert_eq!(&table.keep[..CLASSES], &[950_000, 950_000 - class, 0, 0]);
    assert_eq!(table.theta, 1_100_000);
    let mut policy = flat();
    policy.assets[0].haircut = Some(PPM - class + 1);
    let Table::Flat(table) = build(&registry(), &policy, &PRICES).unwrap() else { panic!() };
    assert_eq!(table.keep[1], 0, "market and class together take at most everything");
    assert_eq!(table.keep[0], class - 1);
}

#[test]
fn v11_a_flat_haircut_in_a_tiered_policy_is_one_row() {
    let Table::Tiered(table) = build(&registry(), &tiered(), &PRICES).unwrap() else { panic!() };
    assert_eq!(&table.rows[2], TierSchedule::flat(20_000).rows());
    assert_eq!(&table.rows[3], TierSchedule::flat(PPM).rows());
}

#[test]
fn v9_the_largest_price_is_taken_and_one_more_is_refused() {
    let largest = u64::MAX / 10; // BTC has 8 decimals
    let mut prices = PRICES;
    prices[0] = largest;
    assert!(build(&registry(), &tiered(), &prices).is_ok());
    prices[0] = largest + 1;
    let error = build(&registry(), &tiered(), &prices).unwrap_err();
    assert!(matches!(error, ValuationError::Price { allowed, .. } if allowed == largest), "{error}");
    assert_eq!(
        build(&registry(), &tiered(), &PRICES[..3]),
        Err(ValuationError::Prices { got: 3, expected: 4 })
    );
}

#[test]
fn build_refuses_what_is_not_valid() {
    let mut policy = tiered();
    policy.theta = 0;
    assert!(matches!(build(&registry(), &policy, &PRICES), Err(ValuationError::Policy(_))));
    let mut changed = registry();
    changed.epoch.seconds = 0;
    assert!(matches!(build(&changed, &tiered(), &PRICES), Err(ValuationError::Registry(_))));
    changed = registry();
    changed.version = 2;
    assert!(matches!(
        build(&changed, &tiered(), &PRICES),
        Err(ValuationError::Policy(policy::PolicyError::Registry { .. }))
    ));
}

#[test]
fn v12_everything_that_matters_is_in_the_table_s_digest() {
    let digest = |policy: &Policy, prices: &[u64]| build(&registry(), policy, prices).unwrap().digest();
    for policy in [tiered(), flat()] {
        let original = digest(&policy, &PRICES);
        assert_ne!(original, Default::default(), "every value within its width");
        let mut altered = policy.clone();
        altered.version += 1;
        assert_ne!(digest(&altered, &PRICES), original, "units");
        let mut prices = PRICES;
        prices[1] += 1;
        assert_ne!(digest(&policy, &prices), original);
        prices = PRICES;
        prices[3] -= 1;
        assert_eq!(digest(&policy, &prices), original, "the price of what is not accepted");
    }
}

#[test]
fn v13_balances_that_can_t_be_valued_are_refused() {
    let slots = [3, 16, 63];
    for slot in slots {
        let error = explain(&registry(), &tiered(), &PRICES, &balances(&[(slot, 1)])).unwrap_err();
        assert_eq!(error, ValuationError::UnusedSlot { slot, got: 1 });
    }
    // USDT at 1: 2^47 − 1 cents and one cent more.
    let at = MAX_BOUND * 10_000;
    assert!(explain(&registry(), &tiered(), &PRICES, &balances(&[(8, at)])).is_ok());
    let over = explain(&registry(), &tiered(), &PRICES, &balances(&[(8, at + 10_000)]));
    assert!(matches!(over, Err(ValuationError::Gross { .. })));
}

#[test]
fn v13_coverage_at_the_exact_threshold() {
    // 110 % of 100,000.000000 is 110,000: 1.1 BTC at 100,000.
    let mut prices = PRICES;
    prices[0] = 100_000_000_000_000_000;
    let explanation = explain(&registry(), &tiered(), &prices, &balances(&[(0, BTC + BTC / 10)])).unwrap();
    assert!(explanation.covers(100_000_000_000));
    assert!(!explanation.covers(100_000_000_001));
}

#[test]
fn v8_gross_values_are_taken_in_whole_cents_rounded_down() {
    // 0.000001 USDT is no cent; 0.019999 is one cent.
    let value = |amount| {
        let explanation = explained(&tiered(), &[(8, amount)]);
        explanation.value.to_string()
    };
    assert_eq!(value(1), "0");
    assert_eq!(value(9_999), "0");
    assert_eq!(value(10_000), "0.0098");
    assert_eq!(value(19_999), "0.0098");
}

#[test]
fn policies_say_which_circuit_values_them() {
    assert_eq!(flat().coverage_shape(), crate::Shape::CoverageFlat);
    assert_eq!(tiered().coverage_shape(), crate::Shape::CoverageTiered);
    assert_eq!(flat().kind, PolicyKind::Flat);
}

proptest::proptest! {
    /// The explanation against plain integers of the spec's formulae.
    #[test]
    fn v13_equals_the_formulae(amounts in proptest::collection::vec(0u64..1_000_000_000_000, 6), price in 1u64..1_000_000_000_000_000) {
        let prices = [price, price, 1, 1];
        let slots = [0usize, 1, 2, 4, 5, 6];
        let of: Vec<(usize, u64)> = slots.into_iter().zip(amounts.clone()).collect();
        let policy = published();
        let Table::Tiered(table) = build(&registry(), &policy, &prices).unwrap() else { panic!() };
        let Ok(explanation) = explain(&registry(), &policy, &prices, &balances(&of)) else { return Ok(()) };
        let mut cents = Vec::new();
        for (asset, chunk) in amounts.chunks(3).enumerate() {
            let unit = u128::from(table.prices[asset]);
            let gross = unit * chunk.iter().map(|a| u128::from(*a)).sum::<u128>();
            let whole = gross / 10u128.pow(19);
            let tier = TierSchedule::new(policy.assets[asset].tiers.as_deref().unwrap()).unwrap();
            let kept = tier.tier_value(whole as u64).unwrap() * 10u128.pow(17); // 10^-25
            let taken: u128 = chunk.iter().enumerate()
                .map(|(class, a)| unit * u128::from(*a) / 100 * u128::from(table.haircuts[4 * asset + class]))
                .sum();
            cents.push((kept.saturating_sub(taken)) / 10u128.pow(23));
        }
        let expected: u128 = cents.iter().sum();
        let got = u128::from(explanation.value.cents().unwrap());
        proptest::prop_assert!(got.abs_diff(expected) <= 2, "{got} {expected}");
    }
}

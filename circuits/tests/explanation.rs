//! The explanation of a valuation and the circuit's own relation reach the same verdict, at the exact threshold.
//!
//! It does not show that the policy is right; only that what a person is shown is what is proven.

use ark_bn254::Fr;
use proptest::prelude::*;
use solvency_circuits::coverage::{flat::FlatWitness, tiered::TieredWitness};
use solvency_circuits::{Witness, WitnessError, assignment};
use solvency_verifier::policy::Policy;
use solvency_verifier::registry::Registry;
use solvency_verifier::valuation::{Table, build, explain};
use solvency_verifier::{CLASSES, FieldElement, SLOTS, Shape};

const REGISTRY: &str = include_str!("../../fixtures/registry.json");
const POLICIES: [&str; 3] = [
    include_str!("../../fixtures/policies/venue-a.json"),
    include_str!("../../fixtures/policies/venue-b.json"),
    include_str!("../../fixtures/policies/venue-c.json"),
];
/// 10^-12 quote units: figures of fixtures/prices/example.json, USDT and USDC at 1.
const PRICES: [u64; 5] = [
    115_770_000_000_000_000,
    3_698_400_000_000_000,
    172_230_000_000_000,
    1_000_000_000_000,
    1_000_000_000_000,
];

fn registry() -> Registry {
    serde_json::from_str(REGISTRY).expect("a registry")
}

fn policy(index: usize, registry: &Registry) -> Policy {
    let mut policy: Policy = serde_json::from_str(POLICIES[index]).expect("a policy");
    policy.registry = registry.digest();
    policy
}

/// Whether the circuit has an assignment for these balances and this requirement.
fn proves(table: &Table, balances: [u64; SLOTS], requirement: u64) -> bool {
    let (blinding, salt) = (Fr::from(3u64), Fr::from(4u64));
    let (shape, witness) = match table.clone() {
        Table::Flat(table) => {
            let witness = FlatWitness { balances, blinding, table, requirement, salt };
            (Shape::CoverageFlat, Witness::CoverageFlat(Box::new(witness)))
        }
        Table::Tiered(table) => {
            let witness = TieredWitness { balances, blinding, table, requirement, salt };
            (Shape::CoverageTiered, Witness::CoverageTiered(Box::new(witness)))
        }
    };
    match assignment(shape, &witness, FieldElement::default()) {
        Ok(_) => true,
        Err(WitnessError::NotCovered) => false,
        Err(other) => panic!("{other}"),
    }
}

/// The largest requirement that the explanation says is covered.
fn largest_covered(registry: &Registry, policy: &Policy, balances: &[u64; SLOTS]) -> u64 {
    let explanation = explain(registry, policy, &PRICES, balances).expect("an explanation");
    let (mut low, mut high) = (0u64, 1u64 << 60);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if explanation.covers(middle) { low = middle } else { high = middle - 1 }
    }
    low
}

fn balances(of: impl Fn(usize) -> u64) -> [u64; SLOTS] {
    // Five assets, four classes.
    core::array::from_fn(|slot| if slot < 5 * CLASSES { of(slot) } else { 0 })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_circuit_proves_what_the_explanation_covers_and_no_more(
        seed in proptest::collection::vec(any::<u64>(), 20),
        bits in proptest::collection::vec(0u32..=46, 20),
        which in 0usize..3,
    ) {
        let registry = registry();
        let policy = policy(which, &registry);
        let table = build(&registry, &policy, &PRICES).expect("a table");
        let balances = balances(|slot| seed[slot].checked_shr(64 - bits[slot]).unwrap_or(0));
        let largest = largest_covered(&registry, &policy, &balances);
        prop_assert!(proves(&table, balances, largest));
        prop_assert!(!proves(&table, balances, largest + 1));
    }
}

/// The published golden values, at the threshold of the circuit itself: no haircut but the tiers', θ = 1.
#[test]
fn golden_values_are_the_circuits_thresholds() {
    let registry = registry();
    let mut policy = policy(1, &registry);
    policy.theta = 1_000_000;
    for asset in &mut policy.assets {
        (asset.volatility, asset.settlement_finality) = (0, 0);
    }
    let slot = |asset: &str| registry.slot(asset, "cold").expect("a slot");
    let cases: [(&str, u64, u64); 2] =
        [("BTC", 750 * 100_000_000, 84_586_125), ("SOL", 60_000 * 1_000_000_000, 9_600_350)];
    for (asset, amount, expected) in cases {
        let table = build(&registry, &policy, &PRICES).expect("a table");
        let balances = balances(|place| if place == slot(asset) { amount } else { 0 });
        assert!(proves(&table, balances, expected * 1_000_000), "{asset}");
        assert!(!proves(&table, balances, expected * 1_000_000 + 1), "{asset}");
    }
}

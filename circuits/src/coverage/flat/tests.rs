use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use proptest::prelude::*;
use solvency_verifier::valuation::FlatTable;
use solvency_verifier::{ASSETS, FieldElement, PublicInputs, SLOTS, Shape};

use super::*;
use crate::builder::power_of_two;
use crate::circuit::{Witness, assignment, matrices};
use crate::failure::{CheckFailed, WitnessError};
use crate::testing::{assert_accepted, assert_refused, free_wires, unchecked, verdicts};

const SHAPE: Shape = Shape::CoverageFlat;

fn fr(value: u64) -> Fr {
    Fr::from(value)
}

/// One asset at 1 quote unit for a ledger unit of 10^-6, kept whole: R in 10^-6 quote units is the amount itself at θ = 1.
fn plain(amount: u64, theta: u32, requirement: u64) -> FlatWitness {
    let mut witness = FlatWitness {
        balances: [0; SLOTS],
        blinding: fr(11),
        table: FlatTable { prices: [0; ASSETS], keep: [0; SLOTS], theta, units: FieldElement(fr(99)) },
        requirement,
        salt: fr(12),
    };
    witness.balances[0] = amount;
    witness.table.prices[0] = 1_000_000_000_000_000; // 10^-6 quote units in 10^-21
    witness.table.keep[0] = 1_000_000;
    witness
}

fn witness() -> FlatWitness {
    FlatWitness {
        balances: core::array::from_fn(|slot| 1_000_000_000 + slot as u64),
        blinding: fr(11),
        table: FlatTable {
            prices: core::array::from_fn(|asset| 1_000_000_000_000_000 + asset as u64),
            keep: core::array::from_fn(|slot| 800_000 + slot as u32),
            theta: 1_100_000,
            units: FieldElement(fr(99)),
        },
        requirement: 1_000_000_000,
        salt: fr(12),
    }
}

fn valid() -> Opening {
    witness().open().unwrap()
}

fn native(public: &[Fr], opening: &Opening) -> Result<(), CheckFailed> {
    check(public.try_into().unwrap(), opening)
}

fn refused_by(check_name: &str, mutate: impl FnOnce(&mut Opening)) {
    let mut opening = valid();
    mutate(&mut opening);
    assert_refused(&matrices(SHAPE), &opening, None, native, check_name);
}

fn accepted_with(mutate: impl FnOnce(&mut Opening)) {
    let mut opening = valid();
    mutate(&mut opening);
    assert_accepted(&matrices(SHAPE), &opening, native);
}

fn refused_with_public(check_name: &str, index: usize, mutate: impl FnOnce(&mut Opening)) {
    let mut public = unchecked(&valid(), None).public_inputs().to_vec();
    let mut opening = valid();
    mutate(&mut opening);
    assert_refused(&matrices(SHAPE), &opening, Some(&public), native, check_name);
    public[index] += Fr::ONE;
    assert_refused(&matrices(SHAPE), &valid(), Some(&public), native, check_name);
}

#[test]
fn a_valid_coverage_is_accepted_and_its_public_inputs_are_those_of_the_witness() {
    let context = FieldElement(fr(5));
    let public = witness().public(context);
    let values = assignment(SHAPE, &Witness::CoverageFlat(Box::new(witness())), context).unwrap();
    assert_eq!(matrices(SHAPE).first_unsatisfied(&values), Ok(None));
    assert_eq!(values.public_inputs(), public.to_field_elements());
    assert_accepted(&matrices(SHAPE), &valid(), native);
}

#[test]
fn c1_entries_have_64_bits() {
    for slot in [0, 30, 63] {
        accepted_with(|opening| opening.pledge.entries[slot] = fr(u64::MAX));
        refused_by("C1", |opening| opening.pledge.entries[slot] = power_of_two(64));
        accepted_with(|opening| opening.pledge.entries[slot] = Fr::ZERO);
        refused_by("C1", |opening| opening.pledge.entries[slot] = -Fr::ONE);
    }
}

#[test]
fn c2_the_pledge_opens_its_commitment() {
    refused_with_public("C2", 0, |opening| opening.pledge.entries[63] += Fr::ONE);
    refused_with_public("C2", 0, |opening| opening.pledge.blinding += Fr::ONE);
}

#[test]
fn c3_keep_rates_have_20_bits() {
    for slot in [0, 11, 12, 63] {
        accepted_with(|opening| opening.keep[slot] = fr((1 << 20) - 1));
        refused_by("C3", |opening| opening.keep[slot] = fr(1 << 20));
        refused_by("C3", |opening| opening.keep[slot] = -Fr::ONE);
    }
}

#[test]
fn c4_the_table_is_that_of_the_digest() {
    refused_with_public("C4", 1, |opening| opening.prices[15] += Fr::ONE);
    refused_with_public("C4", 1, |opening| opening.keep[63] += Fr::ONE);
    refused_with_public("C4", 1, |opening| opening.theta -= Fr::ONE);
    refused_with_public("C4", 1, |opening| opening.units += Fr::ONE);
}

#[test]
fn c5_the_requirement_has_64_bits() {
    // So that C8 holds with the largest requirement: a full slot at the highest price.
    let rich = |opening: &mut Opening| {
        opening.pledge.entries[0] = fr(u64::MAX);
        opening.prices[0] = fr(u64::MAX);
    };
    accepted_with(|opening| {
        rich(opening);
        opening.requirement.requirement = fr(u64::MAX);
    });
    refused_by("C5", |opening| {
        rich(opening);
        opening.requirement.requirement = power_of_two(64);
    });
    refused_by("C5", |opening| opening.requirement.requirement = -Fr::ONE);
    // θ·R·10^15 that wraps around to nothing.
    refused_by("C5", |opening| {
        let scale = opening.theta * fr(1_000_000_000_000_000);
        opening.requirement.requirement = scale.inverse().unwrap();
    });
}

#[test]
fn c6_the_requirement_opens_its_commitment() {
    refused_with_public("C6", 2, |opening| opening.requirement.requirement -= Fr::ONE);
    refused_with_public("C6", 2, |opening| opening.requirement.salt += Fr::ONE);
}

/// The value is compared exactly: one unit of 10^-27 short is refused.
#[test]
fn c8_the_value_is_at_least_what_is_asked_for() {
    let matrices = matrices(SHAPE);
    for (amount, theta, requirement, covered) in [
        (1_000_000, 1_000_000, 1_000_000, true),
        (999_999, 1_000_000, 1_000_000, false),
        (1_100_000, 1_100_000, 1_000_000, true),
        (1_099_999, 1_100_000, 1_000_000, false),
        (0, 1_000_000, 0, true),
        (0, 1_000_000, 1, false),
    ] {
        let witness = plain(amount, theta, requirement);
        let expected = if covered { None } else { Some(WitnessError::NotCovered) };
        assert_eq!(witness.open().err(), expected, "{amount} for {theta} · {requirement}");
        // The same numbers without the witness's check.
        let mut opening = plain(u64::MAX, theta, 0).open().unwrap();
        opening.pledge.entries[0] = fr(amount);
        opening.requirement.requirement = fr(requirement);
        if covered {
            assert_accepted(&matrices, &opening, native);
        } else {
            assert_refused(&matrices, &opening, None, native, "C8");
        }
    }
    let short = |opening: &mut Opening| {
        // value = θ·R·10^15 exactly, then one price unit less for one ledger unit at a keep rate of 1 ppm: 10^-27.
        *opening = plain(1_000_000, 1_000_000, 1_000_000).open().unwrap();
        opening.pledge.entries[4] = Fr::ONE;
        opening.keep[4] = Fr::ONE;
    };
    accepted_with(|opening| {
        short(opening);
        opening.prices[1] = Fr::ZERO;
    });
    refused_by("C8", |opening| {
        short(opening);
        opening.prices[1] = -Fr::ONE;
    });
}

/// C7 has rows of its own: the products. A wrong product breaks one of them.
#[test]
fn c7_every_product_is_enforced() {
    let (matrices, assignment) = (matrices(SHAPE), unchecked(&valid(), None));
    let rows = matrices.labels.iter().enumerate().filter(|(_, label)| label.check == "C7");
    let rows: Vec<usize> = rows.map(|(row, _)| row).collect();
    assert_eq!(rows.len(), SLOTS + ASSETS);
    for row in rows {
        let (_, product) = matrices.rows[2][row][0];
        let mut changed = assignment.clone();
        changed.set(product, assignment.wires()[product] + Fr::ONE);
        assert_eq!(matrices.first_unsatisfied(&changed).unwrap().unwrap().check, "C7");
    }
}

/// The widest numbers that a table and a pledge can hold stay below the modulus and inside C8.
#[test]
fn the_largest_value_is_accepted() {
    accepted_with(|opening| {
        opening.pledge.entries = [fr(u64::MAX); SLOTS];
        opening.prices = [fr(u64::MAX); ASSETS];
        opening.keep = [fr((1 << 20) - 1); SLOTS];
        opening.requirement.requirement = Fr::ZERO;
    });
}

#[test]
fn no_wire_but_the_context_can_be_changed_alone() {
    assert_eq!(free_wires(&matrices(SHAPE), &unchecked(&valid(), None)), [4]);
}

#[test]
fn a_table_beyond_its_widths_is_refused() {
    let mut witness = witness();
    witness.table.keep[63] = 1 << 20;
    assert_eq!(witness.open().err(), Some(WitnessError::Table));
}

#[derive(Clone, Debug)]
enum Mutation {
    Entry(usize, i8),
    WideEntry(usize),
    Keep(usize, u32),
    Price(usize, i8),
    Requirement(u64),
    WideRequirement,
    Public(usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        (0..SLOTS, any::<i8>()).prop_map(|(slot, by)| Mutation::Entry(slot, by)),
        (0..SLOTS).prop_map(Mutation::WideEntry),
        (0..SLOTS, 0..3_000_000u32).prop_map(|(slot, rate)| Mutation::Keep(slot, rate)),
        (0..ASSETS, any::<i8>()).prop_map(|(asset, by)| Mutation::Price(asset, by)),
        any::<u64>().prop_map(Mutation::Requirement),
        Just(Mutation::WideRequirement),
        (0..3usize).prop_map(Mutation::Public),
    ]
}

#[test]
fn native_relation_and_circuit_agree() {
    let matrices = matrices(SHAPE);
    let amounts = prop::collection::vec(0..u64::MAX / 2, SLOTS);
    let prices = prop::collection::vec(0..u64::MAX / 2, ASSETS);
    let rates = prop::collection::vec(0..=1_000_000u32, SLOTS);
    let cases = (amounts, prices, rates, prop::collection::vec(mutation(), 0..3));
    let agree = |(amounts, prices, rates, mutations): (Vec<u64>, Vec<u64>, Vec<u32>, Vec<Mutation>)| {
        let mut witness = witness();
        witness.balances = amounts.try_into().unwrap();
        witness.table.prices = prices.try_into().unwrap();
        witness.table.keep = rates.try_into().unwrap();
        witness.requirement = 0;
        let mut opening = witness.open().unwrap();
        let mut public: Option<Vec<Fr>> = None;
        for mutation in &mutations {
            match *mutation {
                Mutation::Entry(slot, by) => opening.pledge.entries[slot] += Fr::from(i64::from(by)),
                Mutation::WideEntry(slot) => opening.pledge.entries[slot] += power_of_two(64),
                Mutation::Keep(slot, rate) => opening.keep[slot] = Fr::from(rate),
                Mutation::Price(asset, by) => opening.prices[asset] += Fr::from(i64::from(by)),
                Mutation::Requirement(requirement) => opening.requirement.requirement = fr(requirement),
                Mutation::WideRequirement => opening.requirement.requirement += power_of_two(64),
                Mutation::Public(_) => {}
            }
        }
        for mutation in &mutations {
            if let Mutation::Public(index) = mutation {
                let changed =
                    public.get_or_insert_with(|| unchecked(&opening, None).public_inputs().to_vec());
                changed[*index] += Fr::ONE;
            }
        }
        let (circuit, natively) = verdicts(&matrices, &opening, public.as_deref(), native);
        prop_assert_eq!(circuit, natively);
        prop_assert!(!mutations.is_empty() || circuit.is_none());
        Ok(())
    };
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(48));
    runner.run(&cases, agree).unwrap();
}

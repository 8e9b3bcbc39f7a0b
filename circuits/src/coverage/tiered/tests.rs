use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use solvency_verifier::valuation::{Row, TieredTable};
use solvency_verifier::{ASSETS, CLASSES, FieldElement, PublicInputs, SLOTS, Shape, TIERS};

use super::*;
use crate::builder::power_of_two;
use crate::circuit::{Witness, assignment, matrices};
use crate::failure::{CheckFailed, WitnessError};
use crate::testing::{assert_accepted, assert_refused, free_wires, unchecked};

mod twin;

const SHAPE: Shape = Shape::CoverageTiered;
/// The highest bound of a tier in cents.
const HIGHEST: u64 = (1 << 47) - 1;

fn fr(value: u64) -> Fr {
    Fr::from(value)
}

/// 100 % up to 100,000.00, 90 % up to 1,000,000.00, nothing above.
fn rows() -> [Row; TIERS] {
    let terminal = Row { low: 100_000_000, width: HIGHEST - 100_000_000, rate: 0, cumulative: 91_000_000 };
    let mut rows = [terminal; TIERS];
    rows[0] = Row { low: 0, width: 10_000_000, rate: 1_000_000, cumulative: 0 };
    rows[1] = Row { low: 10_000_000, width: 90_000_000, rate: 900_000, cumulative: 10_000_000 };
    rows
}

/// A ledger unit of every asset is worth one cent.
fn witness_with(balances: [u64; SLOTS], haircut: u32, requirement: u64) -> TieredWitness {
    TieredWitness {
        balances,
        blinding: fr(11),
        table: TieredTable {
            rows: [rows(); ASSETS],
            prices: [CENT_SCALE; ASSETS],
            haircuts: [haircut; SLOTS],
            theta: 1_000_000,
            units: FieldElement(fr(99)),
        },
        requirement,
        salt: fr(12),
    }
}

/// All assets are held in all classes, some in each tier.
fn witness() -> TieredWitness {
    witness_with(core::array::from_fn(|slot| 3_000_000 * (slot as u64 + 1)), 10_000, 1_000_000)
}

/// One asset, without haircuts, worth so many cents before tiers; R in 10^-6 quote units.
fn plain(cents: u64, requirement: u64) -> TieredWitness {
    let mut balances = [0; SLOTS];
    balances[0] = cents;
    witness_with(balances, 0, requirement)
}

fn valid() -> Opening {
    witness().open().unwrap()
}

fn native(public: &[Fr], opening: &Opening) -> Result<(), CheckFailed> {
    check(public.try_into().unwrap(), opening)
}

fn refused(opening: &Opening, check_name: &str) {
    assert_refused(&matrices(SHAPE), opening, None, native, check_name);
}

fn accepted(opening: &Opening) {
    assert_accepted(&matrices(SHAPE), opening, native);
}

fn refused_by(check_name: &str, mutate: impl FnOnce(&mut Opening)) {
    let mut opening = valid();
    mutate(&mut opening);
    refused(&opening, check_name);
}

fn refused_with_public(check_name: &str, index: usize, mutate: impl FnOnce(&mut Opening)) {
    let mut public = unchecked(&valid(), None).public_inputs().to_vec();
    let mut opening = valid();
    mutate(&mut opening);
    assert_refused(&matrices(SHAPE), &opening, Some(&public), native, check_name);
    public[index] += Fr::ONE;
    assert_refused(&matrices(SHAPE), &valid(), Some(&public), native, check_name);
}

/// Writes the selected row into the asset's table, so that T2 holds whatever was selected.
fn put_row(opening: &mut Opening, asset: usize) {
    opening.rows[asset][0] = opening.selections[asset].packed();
}

#[test]
fn a_valid_coverage_is_accepted_and_its_public_inputs_are_those_of_the_witness() {
    let context = FieldElement(fr(5));
    let public = witness().public(context);
    let values = assignment(SHAPE, &Witness::CoverageTiered(Box::new(witness())), context).unwrap();
    assert_eq!(matrices(SHAPE).first_unsatisfied(&values), Ok(None));
    assert_eq!(values.public_inputs(), public.to_field_elements());
    accepted(&valid());
}

#[test]
fn c1_c2_c5_c6_hold_here_too() {
    refused_by("C1", |opening| opening.pledge.entries[63] = power_of_two(64));
    refused_by("C1", |opening| opening.pledge.entries[0] = -Fr::ONE);
    refused_by("C5", |opening| opening.requirement.requirement = power_of_two(64));
    refused_with_public("C2", 0, |opening| opening.pledge.blinding += Fr::ONE);
    refused_with_public("C6", 2, |opening| opening.requirement.salt += Fr::ONE);
}

/// Each part of a row at its limit, and one past it, with a table that has this very row.
#[test]
fn t1_parts_of_a_row_are_in_range() {
    let row = |low, width, cumulative| Row { low, width, rate: 0, cumulative };
    let opening = |row: Row, cents: u64| {
        let mut witness = plain(cents, 0);
        witness.table.rows[0] = [row; TIERS];
        witness.open().unwrap()
    };
    accepted(&opening(row(0, HIGHEST, 0), HIGHEST));
    accepted(&opening(row(0, HIGHEST, 0), 0));
    accepted(&opening(row(HIGHEST, 0, HIGHEST), HIGHEST));

    let past = |change: fn(&mut Selection)| {
        let mut opening = opening(row(HIGHEST, 0, HIGHEST), HIGHEST);
        change(&mut opening.selections[0]);
        put_row(&mut opening, 0);
        refused(&opening, "T1");
    };
    past(|tier| tier.low = power_of_two(47));
    past(|tier| tier.above_low = power_of_two(47));
    past(|tier| tier.below_high = power_of_two(47));
    past(|tier| tier.cumulative = power_of_two(47));
    past(|tier| tier.rate = power_of_two(20));
    past(|tier| tier.haircuts[3] = power_of_two(20));
    past(|tier| tier.above_low = -Fr::ONE);
    past(|tier| tier.below_high = -Fr::ONE);

    let mut widest = opening(row(0, HIGHEST, 0), 0);
    widest.selections[0].rate = fr((1 << 20) - 1);
    widest.selections[0].haircuts = [fr((1 << 20) - 1); CLASSES];
    put_row(&mut widest, 0);
    accepted(&widest);
}

/// A known mistake: any tier is accepted. The table is concave: each other row's line lies above the curve.
#[test]
fn t1_a_wrong_row_is_refused_from_both_sides() {
    let select = |opening: &mut Opening, row: Row, cents: u64| {
        let tier = &mut opening.selections[0];
        tier.low = fr(row.low);
        tier.above_low = fr(cents) - fr(row.low);
        tier.below_high = fr(row.low + row.width) - fr(cents);
        tier.rate = fr(u64::from(row.rate));
        tier.cumulative = fr(row.cumulative);
    };
    for (cents, wrong) in [(10_000_001, 0), (9_999_999, 1), (100_000_001, 1), (99_999_999, 2), (500, 2)] {
        let mut opening = plain(cents, 0).open().unwrap();
        accepted(&opening);
        select(&mut opening, rows()[wrong], cents);
        refused(&opening, "T1");
    }
    // On a common bound both rows are right.
    for row in [0, 1] {
        let mut opening = plain(10_000_000, 0).open().unwrap();
        select(&mut opening, rows()[row], 10_000_000);
        accepted(&opening);
    }
}

#[test]
fn t2_the_selected_row_is_one_of_the_assets_rows() {
    refused_by("T2", |opening| opening.selections[0].cumulative += Fr::ONE);
    refused_by("T2", |opening| opening.selections[15].rate += Fr::ONE);
    refused_by("T2", |opening| opening.selections[7].haircuts[3] -= Fr::ONE);
    // The width is x + y: a row can't be stretched over a value that is outside of it.
    refused_by("T2", |opening| opening.selections[3].below_high += Fr::ONE);
    // A row of another asset.
    let mut witness = witness();
    witness.table.rows[1] = [Row { low: 0, width: HIGHEST, rate: 1_000_000, cumulative: 0 }; TIERS];
    let mut opening = witness.open().unwrap();
    accepted(&opening);
    opening.selections[0] = opening.selections[1].clone();
    refused(&opening, "T2");
    // Each of the twelve is an option.
    for tier in 0..TIERS {
        let mut opening = valid();
        let own = opening.selections[4].packed();
        opening.rows[4] = [Fr::ZERO; TIERS];
        opening.rows[4][tier] = own;
        accepted(&opening);
    }
}

#[test]
fn t3_the_table_is_that_of_the_digest() {
    refused_with_public("T3", 1, |opening| opening.rows[15][11] += Fr::ONE);
    refused_with_public("T3", 1, |opening| opening.rows[0][11] += Fr::ONE);
    refused_with_public("T3", 1, |opening| opening.prices[15] += Fr::ONE);
    refused_with_public("T3", 1, |opening| opening.theta -= Fr::ONE);
    refused_with_public("T3", 1, |opening| opening.units += Fr::ONE);
}

/// A known mistake: a remainder with a wrong bound. Here it is a little more than a cent, and only downwards.
#[test]
fn t4_the_gross_value_is_rounded_down_to_cents() {
    // All of the asset's value is the remainder of nothing.
    let mut largest = plain(0, 0).open().unwrap();
    largest.pledge.entries[0] = Fr::ONE;
    largest.prices[0] = fr(u64::MAX);
    accepted(&largest);
    largest.pledge.entries[0] = fr(2);
    largest.prices[0] = power_of_two(63);
    refused(&largest, "T4");
    // Exactly two cents, and 10^-21 less.
    let mut exact = plain(2, 0).open().unwrap();
    accepted(&exact);
    exact.pledge.entries[0] = Fr::ONE;
    exact.prices[0] = fr(CENT_SCALE) + fr(CENT_SCALE);
    accepted(&exact);
    exact.prices[0] -= Fr::ONE;
    refused(&exact, "T4");
}

#[test]
fn t5_an_asset_counts_once_or_not_at_all() {
    for asset in [0, 15] {
        let mut dropped = valid();
        dropped.selections[asset].counted = Fr::ZERO;
        accepted(&dropped);
        refused_by("T5", |opening| opening.selections[asset].counted = fr(2));
        refused_by("T5", |opening| opening.selections[asset].counted = -Fr::ONE);
    }
}

/// One row for each asset, in T2 and in T5: no asset is without its own.
#[test]
fn t2_and_t5_are_enforced_for_each_asset() {
    let matrices = matrices(SHAPE);
    for asset in 0..ASSETS {
        let mut opening = valid();
        opening.selections[asset].rate += Fr::ONE;
        assert_refused(&matrices, &opening, None, native, "T2");
        let mut opening = valid();
        opening.selections[asset].counted = fr(2);
        assert_refused(&matrices, &opening, None, native, "T5");
    }
}

#[test]
fn t5_every_product_is_enforced() {
    let (matrices, assignment) = (matrices(SHAPE), unchecked(&valid(), None));
    let labels = matrices.labels.iter().enumerate();
    let rows: Vec<usize> = labels
        .filter(|(_, label)| (label.check, label.gadget) == ("T5", "product"))
        .map(|(row, _)| row)
        .collect();
    assert_eq!(rows.len(), ASSETS * (CLASSES + 3));
    for row in rows {
        let (_, product) = matrices.rows[2][row][0];
        let mut changed = assignment.clone();
        changed.set(product, assignment.wires()[product] + Fr::ONE);
        assert_eq!(matrices.first_unsatisfied(&changed).unwrap().unwrap().check, "T5");
    }
}

/// A known mistake: an account is filled with junk. Its haircuts exceed its tier value; it must not destroy another's value.
#[test]
fn t5_junk_does_not_destroy_the_value_of_other_assets() {
    let mut witness = plain(1_000_000, 10_000_000_000);
    witness.balances[4] = 50_000_000_000;
    witness.table.haircuts[4] = 100_000;
    let opening = witness.open().unwrap();
    assert_eq!(opening.selections[1].counted, Fr::ZERO);
    accepted(&opening);
    let mut counted = opening.clone();
    counted.selections[1].counted = Fr::ONE;
    refused(&counted, "T6");
}

/// Cents → R in 10^-6 quote units, over the tiers' bounds: the value is exact, and one unit more is refused.
#[test]
fn t6_the_value_is_at_least_what_is_asked_for() {
    for (cents, worth) in [
        (1_000_000, 1_000_000),
        (10_000_000, 10_000_000),
        (10_000_001, 10_000_000), // and 0.9 cents: 9,000 units of 10^-6
        (20_000_000, 19_000_000),
        (100_000_000, 91_000_000),
        (HIGHEST, 91_000_000),
        (0, 0),
    ] {
        let requirement = worth * 10_000 + if cents == 10_000_001 { 9_000 } else { 0 };
        accepted(&plain(cents, requirement).open().unwrap());
        assert_eq!(
            plain(cents, requirement + 1).open().err(),
            Some(WitnessError::NotCovered),
            "{cents} cents"
        );
        let mut opening = plain(cents, requirement).open().unwrap();
        opening.requirement.requirement += Fr::ONE;
        refused(&opening, "T6");
    }
}

#[test]
fn t6_haircuts_are_subtracted_from_the_gross_value() {
    // 200,000.00 in tiers is 190,000.00; 5 % of the gross value less is 180,000.00.
    let mut witness = plain(20_000_000, 180_000_000_000);
    witness.table.haircuts[0] = 50_000;
    accepted(&witness.open().unwrap());
    witness.requirement += 1;
    assert_eq!(witness.open().err(), Some(WitnessError::NotCovered));
}

#[test]
fn no_wire_but_the_context_can_be_changed_alone() {
    assert_eq!(free_wires(&matrices(SHAPE), &unchecked(&valid(), None)), [4]);
}

#[test]
fn a_witness_is_refused_with_its_place() {
    let mut above = witness();
    above.balances[8] = HIGHEST + 1;
    assert_eq!(above.open().err(), Some(WitnessError::NoTier { asset: 2 }));
    above.table.prices[2] = u64::MAX;
    above.balances[8] = u64::MAX;
    assert_eq!(above.open().err(), Some(WitnessError::NoTier { asset: 2 }));
    let mut gap = witness();
    gap.table.rows[5] = [Row { low: 5, width: 0, rate: 0, cumulative: 0 }; TIERS];
    assert_eq!(gap.open().err(), Some(WitnessError::NoTier { asset: 5 }));
    let mut wide = witness();
    wide.table.rows[0][0].rate = 1 << 20;
    assert_eq!(wide.open().err(), Some(WitnessError::Table));
    let mut wide = witness();
    wide.table.rows[0] = [Row { low: 0, width: HIGHEST + 1, rate: 0, cumulative: 1 << 47 }; TIERS];
    assert_eq!(wide.open().err(), Some(WitnessError::Table));
}

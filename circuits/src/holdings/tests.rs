use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use proptest::prelude::*;
use solvency_verifier::commitment::{POSITIONS, Position, Vault};
use solvency_verifier::{FieldElement, PublicInputs, SLOTS, Shape};

use super::relation::difference_at;
use super::*;
use crate::builder::{Matrices, power_of_two};
use crate::circuit::{Circuit, Witness, assignment, matrices};
use crate::failure::{CheckFailed, WitnessError};
use crate::testing::{assert_accepted, assert_refused, assigned, free_wires, unchecked, verdicts};

const SHAPE: Shape = Shape::Holdings16;
const LOW: u64 = 1_000;
const HIGH: u64 = 1_000_000;

fn fr(value: u64) -> Fr {
    Fr::from(value)
}

fn vaults(count: usize) -> Vec<Vault> {
    let position = |vault: usize, index: usize| Position {
        amount: (1_000_003 * (vault as u64 + 1)) << index,
        slot: ((7 * vault + 13 * index) % SLOTS) as u8,
    };
    let vault = |index: usize| Vault {
        id: LOW + 50 * index as u64,
        positions: core::array::from_fn(|position_index| position(index, position_index)),
    };
    (0..count).map(vault).collect()
}

fn witness(vaults: &[Vault]) -> HoldingsWitness {
    let blindings = (0..vaults.len().div_ceil(9) as u64).map(|leaf| fr(9_000 + leaf)).collect();
    HoldingsWitness::new(vaults, blindings, fr(77), LOW, HIGH)
}

fn valid() -> Opening {
    witness(&vaults(16)).open(SHAPE).unwrap()
}

fn native(public: &[Fr], opening: &Opening) -> Result<(), CheckFailed> {
    check(public.try_into().unwrap(), opening)
}

/// One mutation of the valid opening and the check that refuses it.
fn refused_by(check: &str, mutate: impl FnOnce(&mut Opening)) {
    let mut opening = valid();
    mutate(&mut opening);
    assert_refused(&matrices(SHAPE), &opening, None, native, check);
}

fn accepted_with(mutate: impl FnOnce(&mut Opening)) {
    let mut opening = valid();
    mutate(&mut opening);
    assert_accepted(&matrices(SHAPE), &opening, native);
}

/// Moves an amount together with the total, so that only the amount's own check can notice.
fn set_amount(opening: &mut Opening, amount: Fr) {
    let vault = &mut opening.vaults[3];
    let slot = (0..SLOTS as u64).position(|slot| fr(slot) == vault.slots[2]).unwrap();
    opening.total[slot] += amount - vault.amounts[2];
    vault.amounts[2] = amount;
}

#[test]
fn a_valid_book_is_accepted_and_its_public_inputs_are_those_of_the_witness() {
    let context = FieldElement(fr(5));
    for (shape, count) in [(Shape::Holdings16, 16), (Shape::Holdings256, 256)] {
        let witness = witness(&vaults(count));
        let public = witness.public(shape, context).unwrap();
        let assignment = assignment(shape, &Witness::Holdings(witness), context).unwrap();
        assert_eq!(matrices(shape).first_unsatisfied(&assignment), Ok(None));
        assert_eq!(assignment.public_inputs(), public.to_field_elements());
        assigned(&self::witness(&vaults(count)).open(shape).unwrap());
    }
    assert_accepted(&matrices(SHAPE), &valid(), native);
}

#[test]
fn h1_ids_increase_strictly_within_the_range() {
    accepted_with(|opening| opening.vaults[0].id = fr(LOW));
    refused_by("H1", |opening| opening.vaults[0].id = fr(LOW - 1));
    accepted_with(|opening| opening.vaults[15].id = fr(HIGH - 1));
    refused_by("H1", |opening| opening.vaults[15].id = fr(HIGH));
    accepted_with(|opening| opening.vaults[8].id = opening.vaults[7].id + Fr::ONE);
    refused_by("H1", |opening| opening.vaults[8].id = opening.vaults[7].id);
    refused_by("H1", |opening| opening.vaults.swap(4, 5));
}

#[test]
fn h1_both_ends_have_64_bits() {
    let with_range = |opening: &mut Opening, low: Fr, high: Fr| {
        opening.id_high = high;
        opening.id_range = low + power_of_two(64) * high;
    };
    accepted_with(|opening| with_range(opening, fr(LOW), fr(u64::MAX)));
    refused_by("H1", |opening| with_range(opening, fr(LOW), power_of_two(64)));
    accepted_with(|opening| with_range(opening, Fr::ZERO, fr(HIGH)));
    refused_by("H1", |opening| with_range(opening, -Fr::ONE, fr(HIGH)));
    // The same public number read as another pair.
    refused_by("H1", |opening| opening.id_high -= Fr::ONE);
}

#[test]
fn a_refusal_tells_its_place() {
    let place = |mutate: &dyn Fn(&mut Opening)| {
        let mut opening = valid();
        mutate(&mut opening);
        native(unchecked(&opening, None).public_inputs(), &opening).unwrap_err().to_string()
    };
    assert_eq!(place(&|o| o.vaults[4].id = o.vaults[3].id), "H1 does not hold: vault 4");
    assert_eq!(place(&|o| o.vaults[15].id = fr(HIGH)), "H1 does not hold: last vault 15");
    assert_eq!(place(&|o| set_amount(o, power_of_two(64))), "H2 does not hold: amount 17");
    assert_eq!(place(&|o| o.vaults[3].slots[1] = fr(64)), "H3 does not hold: slot 16");
}

#[test]
fn h2_amounts_have_64_bits() {
    accepted_with(|opening| set_amount(opening, fr(u64::MAX)));
    refused_by("H2", |opening| set_amount(opening, power_of_two(64)));
    accepted_with(|opening| set_amount(opening, Fr::ZERO));
    refused_by("H2", |opening| set_amount(opening, -Fr::ONE));
}

#[test]
fn h3_slots_have_6_bits() {
    let move_to = |opening: &mut Opening, slot: u64| {
        let vault = &mut opening.vaults[5];
        let from = (0..SLOTS as u64).position(|slot| fr(slot) == vault.slots[1]).unwrap();
        vault.slots[1] = fr(slot);
        opening.total[from] -= vault.amounts[1];
        if let Some(entry) = opening.total.get_mut(slot as usize) {
            *entry += vault.amounts[1];
        }
    };
    accepted_with(|opening| move_to(opening, 63));
    refused_by("H3", |opening| move_to(opening, 64));
    refused_by("H3", |opening| opening.vaults[5].slots[1] = -Fr::ONE);
}

#[test]
fn h4_the_root_is_that_of_the_vaults_and_blindings() {
    let mut public = unchecked(&valid(), None).public_inputs().to_vec();
    let refused = |public: &[Fr], opening: &Opening, check| {
        assert_refused(&matrices(SHAPE), opening, Some(public), native, check);
    };
    for mutate in [
        (|opening| opening.leaf_blindings[1] += Fr::ONE) as fn(&mut Opening),
        |opening| opening.vaults[2].id += Fr::ONE,
        |opening| set_amount(opening, fr(1)),
        |opening| opening.vaults[15].amounts.swap(3, 4),
    ] {
        let mut opening = valid();
        mutate(&mut opening);
        refused(&public, &opening, "H4");
    }
    public[0] += Fr::ONE;
    refused(&public, &valid(), "H4");
}

#[test]
fn h5_the_total_commitment_opens_to_the_total() {
    let mut public = unchecked(&valid(), None).public_inputs().to_vec();
    let mut opening = valid();
    opening.total_blinding += Fr::ONE;
    assert_refused(&matrices(SHAPE), &opening, Some(&public), native, "H5");
    let mut opening = valid();
    opening.total[63] += Fr::ONE;
    assert_refused(&matrices(SHAPE), &opening, Some(&public), native, "H5");
    public[1] += Fr::ONE;
    assert_refused(&matrices(SHAPE), &valid(), Some(&public), native, "H5");
}

#[test]
fn h6_the_challenge_is_the_hash_of_root_and_total() {
    // γ is the first wire that is made under H6 and is not an S-box's: the last wire of the hash. A wrong one breaks a row there.
    let (matrices, mut assignment) = (matrices(SHAPE), unchecked(&valid(), None));
    let row = matrices.labels.iter().rposition(|label| label.check == "H6").unwrap();
    let gamma = matrices.rows[2][row].iter().map(|(_, wire)| *wire).max().unwrap();
    assignment.set(gamma, assignment.wires()[gamma] + Fr::ONE);
    assert_eq!(matrices.first_unsatisfied(&assignment).unwrap().unwrap().check, "H6");
}

#[test]
fn h7_a_challenge_that_is_a_slot_has_no_inverse() {
    let (matrices, mut assignment) = (matrices(SHAPE), unchecked(&valid(), None));
    let row = matrices.labels.iter().position(|label| label.check == "H7").unwrap();
    let (_, inverse) = matrices.rows[1][row][0];
    assignment.set(inverse, Fr::ZERO);
    let failure = matrices.first_unsatisfied(&assignment).unwrap().unwrap();
    assert_eq!((failure.check, failure.gadget), ("H7", "inverse"));
}

#[test]
fn h8_the_total_is_the_sum_of_the_amounts() {
    refused_by("H8", |opening| opening.total[0] += Fr::ONE);
    refused_by("H8", |opening| opening.total[63] -= Fr::ONE);
    refused_by("H8", |opening| {
        opening.total[1] += Fr::ONE;
        opening.total[2] -= Fr::ONE;
    });
    refused_by("H8", |opening| opening.vaults[0].slots[0] = fr(63));
    // The last position of the last vault.
    refused_by("H8", |opening| opening.vaults[15].amounts[4] += Fr::ONE);
}

/// A right total agrees at any challenge, at the negative of the right one too: which one is taken shows with a wrong total only.
#[test]
fn h8_an_amount_weighs_one_by_challenge_less_slot() {
    let mut opening = valid();
    assert_eq!(difference_at(fr(100), &opening), Fr::ZERO);
    opening.total[63] += fr(2 * 37);
    assert_eq!(difference_at(fr(100), &opening), -fr(2));
    assert_eq!(opening.vaults[0].slots[1], fr(13));
    opening.vaults[0].amounts[1] += fr(3 * 87);
    assert_eq!(difference_at(fr(100), &opening), Fr::ONE);
}

/// Without its row, a term is what the sum makes of it. Two terms are changed here so that the sum still holds.
#[test]
fn h8_every_term_is_enforced() {
    let (matrices, assignment) = (matrices(SHAPE), unchecked(&valid(), None));
    let rows_of = |gadget: &str| -> Vec<usize> {
        let labels = matrices.labels.iter().enumerate();
        let wanted = labels.filter(|(_, label)| (label.check, label.gadget) == ("H8", gadget));
        wanted.map(|(row, _)| row).collect()
    };
    // A quotient stands in B, a product in C.
    for (gadget, matrix, count) in [("quotient", 1, 5 * 16), ("product", 2, SLOTS)] {
        let rows = rows_of(gadget);
        assert_eq!(rows.len(), count);
        let term = |row: usize| matrices.rows[matrix][row][0].1;
        for pair in rows.windows(2) {
            let mut changed = assignment.clone();
            changed.set(term(pair[0]), assignment.wires()[term(pair[0])] + Fr::ONE);
            changed.set(term(pair[1]), assignment.wires()[term(pair[1])] - Fr::ONE);
            let failure = matrices.first_unsatisfied(&changed).unwrap().unwrap();
            assert_eq!((failure.row, failure.check, failure.gadget), (pair[0], "H8", gadget));
            changed.set(term(pair[0]), assignment.wires()[term(pair[0])]);
            let failure = matrices.first_unsatisfied(&changed).unwrap().unwrap();
            assert_eq!((failure.row, failure.gadget), (pair[1], gadget));
        }
    }
}

/// A known mistake: with a challenge from the root alone, a total is solved for after it is known. Here the forged total
/// changes `C_T` and so the challenge that it was made for.
#[test]
fn h8_a_total_that_is_forged_for_a_known_challenge_is_refused() {
    let honest = unchecked(&valid(), None);
    let [root, total, ..] = *honest.public_inputs() else { unreachable!() };
    let gamma = solvency_verifier::commitment::gamma(root, total).unwrap();
    // T_5 + 10^12 and T_6 less what makes both sides agree at the old challenge.
    let mut forged = valid();
    let gain = fr(1_000_000_000_000);
    forged.total[5] += gain;
    forged.total[6] -= gain * (gamma - fr(6)) / (gamma - fr(5));
    let honest = valid();
    let sides_apart = (0..SLOTS).fold(Fr::ZERO, |sum, slot| {
        sum + (forged.total[slot] - honest.total[slot]) / (gamma - fr(slot as u64))
    });
    assert_eq!(sides_apart, Fr::ZERO, "the forgery would pass under the old challenge");
    assert_refused(&matrices(SHAPE), &forged, None, native, "H8");
}

/// A vault of zeros is like any other: padding must not be a way to leave a position out of the sums.
#[test]
fn zero_vaults_are_ordinary_vaults() {
    let mut padded = vaults(16);
    for vault in &mut padded[9..] {
        vault.positions = [Position::default(); POSITIONS];
    }
    let opening = witness(&padded).open(SHAPE).unwrap();
    assert_accepted(&matrices(SHAPE), &opening, native);
    let mut hidden = opening.clone();
    hidden.vaults[12].amounts[0] = fr(1);
    assert_refused(&matrices(SHAPE), &hidden, None, native, "H8");
}

#[test]
fn no_wire_but_the_context_can_be_changed_alone() {
    assert_eq!(free_wires(&matrices(SHAPE), &unchecked(&valid(), None)), [4]);
}

#[test]
fn no_wire_of_the_large_shape_but_the_context_can_be_changed_alone() {
    let opening = witness(&vaults(256)).open(Shape::Holdings256).unwrap();
    assert_eq!(free_wires(&matrices(Shape::Holdings256), &unchecked(&opening, None)), [4]);
}

#[test]
fn rows_and_values_do_not_come_apart() {
    let (opening, matrices) = (valid(), matrices(SHAPE));
    let mut builder = crate::builder::Builder::<true>::new(4);
    opening.synthesize(&mut builder, fr(424_242));
    let (from_values, recorded) = builder.finish_with_matrices();
    assert_eq!(from_values.hash(), matrices.hash(), "matrices do not depend on the witness");
    assert!(recorded.wires() == unchecked(&opening, None).wires());
}

#[test]
fn a_witness_is_refused_with_its_place() {
    let refused = |change: &dyn Fn(&mut Vec<Vault>), error: WitnessError| {
        let mut vaults = vaults(16);
        change(&mut vaults);
        assert_eq!(witness(&vaults).open(SHAPE).err(), Some(error));
    };
    refused(&|vaults| vaults.truncate(15), WitnessError::VaultCount { shape: SHAPE, got: 15, needed: 16 });
    refused(
        &|vaults| vaults.push(Vault { id: HIGH - 1, ..Vault::default() }),
        WitnessError::VaultCount { shape: SHAPE, got: 17, needed: 16 },
    );
    refused(&|vaults| vaults[4].id = vaults[3].id, WitnessError::IdNotIncreasing { vault: 4 });
    refused(
        &|vaults| vaults[0].id = LOW - 1,
        WitnessError::IdOutOfRange { vault: 0, id: LOW - 1, low: LOW, high: HIGH },
    );
    refused(
        &|vaults| vaults[15].id = HIGH,
        WitnessError::IdOutOfRange { vault: 15, id: HIGH, low: LOW, high: HIGH },
    );
    refused(
        &|vaults| vaults[2].positions[4].slot = 64,
        WitnessError::Slot { vault: 2, position: 4, got: 64 },
    );
    let few = HoldingsWitness::new(&vaults(16), vec![fr(1)], fr(2), LOW, HIGH);
    assert_eq!(few.open(SHAPE).err(), Some(WitnessError::BlindingCount { got: 1, needed: 2 }));
    let other = WitnessError::OtherStatement { shape: Shape::CoverageFlat };
    let witness = Witness::Holdings(witness(&vaults(16)));
    assert_eq!(assignment(Shape::CoverageFlat, &witness, FieldElement::default()).err(), Some(other));
}

/// A change of one part of an opening.
#[derive(Clone, Debug)]
enum Mutation {
    Id(usize, i8),
    Amount(usize, usize, i8),
    HugeAmount(usize, usize),
    Slot(usize, usize, u64),
    Total(usize, i8),
    High(i8),
    Range(i8),
    Public(usize),
}

fn step(by: i8) -> Fr {
    Fr::from(i64::from(by))
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        (0..16usize, any::<i8>()).prop_map(|(vault, by)| Mutation::Id(vault, by)),
        (0..16usize, 0..5usize, any::<i8>())
            .prop_map(|(vault, position, by)| Mutation::Amount(vault, position, by)),
        (0..16usize, 0..5usize).prop_map(|(vault, position)| Mutation::HugeAmount(vault, position)),
        (0..16usize, 0..5usize, 0..70u64)
            .prop_map(|(vault, position, slot)| Mutation::Slot(vault, position, slot)),
        (0..64usize, any::<i8>()).prop_map(|(slot, by)| Mutation::Total(slot, by)),
        any::<i8>().prop_map(Mutation::High),
        any::<i8>().prop_map(Mutation::Range),
        // Root and total; the range is part of the opening, because bits are made from it.
        (0..2usize).prop_map(Mutation::Public),
    ]
}

fn arbitrary_vaults() -> impl Strategy<Value = Vec<Vault>> {
    let position = (any::<u64>(), 0..64u8).prop_map(|(amount, slot)| Position { amount, slot });
    let positions = prop::collection::vec(position, POSITIONS);
    let ids = prop::collection::btree_set(LOW..HIGH, 16);
    (ids, prop::collection::vec(positions, 16)).prop_map(|(ids, positions)| {
        let vault =
            |(id, positions): (u64, Vec<Position>)| Vault { id, positions: positions.try_into().unwrap() };
        ids.into_iter().zip(positions).map(vault).collect()
    })
}

#[test]
fn native_relation_and_circuit_agree() {
    let matrices: Matrices = matrices(SHAPE);
    let cases = (arbitrary_vaults(), prop::collection::vec(mutation(), 0..3));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(48));
    let agree = |(vaults, mutations): (Vec<Vault>, Vec<Mutation>)| {
        let mut opening = witness(&vaults).open(SHAPE).unwrap();
        let mut public = None;
        for mutation in &mutations {
            match *mutation {
                Mutation::Id(vault, by) => opening.vaults[vault].id += step(by),
                Mutation::Amount(vault, position, by) => opening.vaults[vault].amounts[position] += step(by),
                Mutation::HugeAmount(vault, position) => {
                    opening.vaults[vault].amounts[position] += power_of_two(64)
                }
                Mutation::Slot(vault, position, slot) => opening.vaults[vault].slots[position] = fr(slot),
                Mutation::Total(slot, by) => opening.total[slot] += step(by),
                Mutation::High(by) => opening.id_high += step(by),
                Mutation::Range(by) => opening.id_range += step(by),
                Mutation::Public(_) => {}
            }
        }
        for mutation in &mutations {
            if let Mutation::Public(index) = mutation {
                let mut changed: Vec<Fr> = unchecked(&opening, None).public_inputs().to_vec();
                changed[*index] += Fr::ONE;
                public = Some(changed);
            }
        }
        let (circuit, natively) = verdicts(&matrices, &opening, public.as_deref(), native);
        prop_assert_eq!(circuit, natively);
        prop_assert!(!mutations.is_empty() || circuit.is_none());
        Ok(())
    };
    runner.run(&cases, agree).unwrap();
}

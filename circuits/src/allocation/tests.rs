use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use proptest::prelude::*;
use solvency_verifier::commitment::{zero_pledge, zero_source};
use solvency_verifier::{FieldElement, PublicInputs, SLOTS, Shape, SourceKind};

use super::*;
use crate::builder::power_of_two;
use crate::circuit::{Witness, assignment, matrices};
use crate::failure::WitnessError;
use crate::testing::{assert_accepted, assert_refused, free_wires, unchecked, verdicts};

const SHAPES: [Shape; 3] = [Shape::Allocation2x4, Shape::Allocation4x8, Shape::Repledge3x4];

fn fr(value: u64) -> Fr {
    Fr::from(value)
}

/// Every output has `amount(output, slot)`; the sources share the sum, the last of them takes what is left.
fn witness_of(shape: Shape, amount: impl Fn(usize, usize) -> u64) -> AllocationWitness {
    let sizes = shape.allocation().unwrap();
    let output = |index: usize| OutputBalance {
        entries: core::array::from_fn(|slot| amount(index, slot)),
        blinding: fr(500 + index as u64),
    };
    let outputs: Vec<_> = (0..sizes.outputs).map(output).collect();
    let count = sizes.sources.len();
    let source = |index: usize| SourceBalance {
        entries: core::array::from_fn(|slot| {
            let sum: u128 = outputs.iter().map(|output| u128::from(output.entries[slot])).sum();
            let share = (sum / 16).min(u128::from(u64::MAX));
            if index + 1 == count { sum - share * (count as u128 - 1) } else { share }
        }),
        blinding: fr(700 + index as u64),
    };
    AllocationWitness { sources: (0..count).map(source).collect(), outputs }
}

fn witness(shape: Shape) -> AllocationWitness {
    witness_of(shape, |output, slot| 1_000_000 * (output as u64 + 1) + slot as u64)
}

fn valid(shape: Shape) -> Opening {
    witness(shape).open(shape).unwrap()
}

fn refused_by(shape: Shape, check_name: &str, mutate: impl FnOnce(&mut Opening)) {
    let mut opening = valid(shape);
    mutate(&mut opening);
    assert_refused(&matrices(shape), &opening, None, check, check_name);
}

fn accepted_with(shape: Shape, mutate: impl FnOnce(&mut Opening)) {
    let mut opening = valid(shape);
    mutate(&mut opening);
    assert_accepted(&matrices(shape), &opening, check);
}

/// Gives an output an entry and takes the difference from the total source, the last one, so that A6 holds.
fn set_output(opening: &mut Opening, output: usize, slot: usize, entry: Fr) {
    let change = entry - opening.outputs[output].entries[slot];
    opening.outputs[output].entries[slot] = entry;
    let last = opening.sources.len() - 1;
    opening.sources[last].entries[slot] += change;
}

#[test]
fn a_valid_allocation_is_accepted_and_its_public_inputs_are_those_of_the_witness() {
    let context = FieldElement(fr(5));
    for shape in SHAPES {
        let public = witness(shape).public(shape, context).unwrap();
        let values = assignment(shape, &Witness::Allocation(witness(shape)), context).unwrap();
        assert_eq!(matrices(shape).first_unsatisfied(&values), Ok(None));
        assert_eq!(values.public_inputs(), public.to_field_elements());
        assert_accepted(&matrices(shape), &valid(shape), check);
    }
}

#[test]
fn a1_entries_of_outputs_have_64_bits() {
    for (output, slot) in [(0, 0), (1, 31), (3, 63)] {
        accepted_with(Shape::Allocation2x4, |opening| set_output(opening, output, slot, fr(u64::MAX)));
        refused_by(Shape::Allocation2x4, "A1", |opening| {
            set_output(opening, output, slot, power_of_two(64));
        });
        accepted_with(Shape::Allocation2x4, |opening| set_output(opening, output, slot, Fr::ZERO));
        // A negative pledge would let another output have more than there is.
        refused_by(Shape::Allocation2x4, "A1", |opening| set_output(opening, output, slot, -Fr::ONE));
    }
}

/// A known mistake: limbs without range checks have many openings. Here 2^64 of one slot is one of the next.
#[test]
fn a1_two_openings_of_the_same_limbs_are_not_both_accepted() {
    refused_by(Shape::Allocation2x4, "A1", |opening| {
        set_output(opening, 2, 10, fr(1_000_000) + power_of_two(64));
        let next = opening.outputs[2].entries[11] - Fr::ONE;
        set_output(opening, 2, 11, next);
    });
}

#[test]
fn a2_outputs_open_their_commitments() {
    let shape = Shape::Allocation2x4;
    let public = unchecked(&valid(shape), None).public_inputs().to_vec();
    let refused = |public: &[Fr], opening: &Opening| {
        assert_refused(&matrices(shape), opening, Some(public), check, "A2");
    };
    for output in 0..4 {
        let mut changed = public.clone();
        changed[2 + output] += Fr::ONE;
        refused(&changed, &valid(shape));
        let mut opening = valid(shape);
        opening.outputs[output].blinding += Fr::ONE;
        refused(&public, &opening);
        let mut opening = valid(shape);
        set_output(&mut opening, output, 63, fr(3));
        refused(&public, &opening);
    }
    let mut swapped = public.clone();
    swapped.swap(3, 4);
    refused(&swapped, &valid(shape));
}

#[test]
fn a3_entries_of_pledge_sources_have_64_bits() {
    let set_source = |opening: &mut Opening, entry: Fr| {
        let change = entry - opening.sources[1].entries[40];
        opening.sources[1].entries[40] = entry;
        opening.sources[2].entries[40] -= change;
    };
    accepted_with(Shape::Repledge3x4, |opening| set_source(opening, fr(u64::MAX)));
    refused_by(Shape::Repledge3x4, "A3", |opening| set_source(opening, power_of_two(64)));
    accepted_with(Shape::Repledge3x4, |opening| set_source(opening, Fr::ZERO));
    refused_by(Shape::Repledge3x4, "A3", |opening| set_source(opening, -Fr::ONE));
}

#[test]
fn a4_pledge_sources_open_their_commitments() {
    let shape = Shape::Repledge3x4;
    let public = unchecked(&valid(shape), None).public_inputs().to_vec();
    for source in 0..2 {
        let mut changed = public.clone();
        changed[source] += Fr::ONE;
        assert_refused(&matrices(shape), &valid(shape), Some(&changed), check, "A4");
        let mut opening = valid(shape);
        opening.sources[source].blinding += Fr::ONE;
        assert_refused(&matrices(shape), &opening, Some(&public), check, "A4");
    }
}

#[test]
fn a5_total_sources_open_their_commitments() {
    for (shape, sources) in [(Shape::Allocation2x4, 0..2), (Shape::Repledge3x4, 2..3)] {
        let public = unchecked(&valid(shape), None).public_inputs().to_vec();
        for source in sources {
            let mut changed = public.clone();
            changed[source] += Fr::ONE;
            assert_refused(&matrices(shape), &valid(shape), Some(&changed), check, "A5");
            let mut opening = valid(shape);
            opening.sources[source].entries[63] += Fr::ONE;
            assert_refused(&matrices(shape), &opening, Some(&public), check, "A5");
        }
    }
}

#[test]
fn a6_no_slot_gives_more_or_less_than_it_has() {
    for shape in SHAPES {
        for slot in [0, 17, 63] {
            refused_by(shape, "A6", |opening| opening.outputs[1].entries[slot] += Fr::ONE);
            refused_by(shape, "A6", |opening| opening.outputs[0].entries[slot] -= Fr::ONE);
            refused_by(shape, "A6", |opening| opening.sources[0].entries[slot] += Fr::ONE);
        }
        // What one slot lacks is not made up by another.
        refused_by(shape, "A6", |opening| {
            opening.outputs[1].entries[4] += Fr::ONE;
            opening.outputs[1].entries[5] -= Fr::ONE;
        });
    }
}

/// One row for each slot: no slot is without its own.
#[test]
fn a6_is_enforced_for_each_slot() {
    let shape = Shape::Allocation2x4;
    let matrices = matrices(shape);
    for slot in 0..SLOTS {
        let mut opening = valid(shape);
        opening.outputs[1].entries[slot] += Fr::ONE;
        assert_refused(&matrices, &opening, None, check, "A6");
    }
}

#[test]
fn unused_sources_and_outputs_are_ordinary_ones() {
    let shape = Shape::Repledge3x4;
    let mut witness = witness_of(shape, |output, slot| if output < 2 { slot as u64 } else { 0 });
    let sum = |slot: usize| -> u128 { witness.outputs.iter().map(|o| u128::from(o.entries[slot])).sum() };
    let kept: [u128; SLOTS] = core::array::from_fn(sum);
    witness.sources = vec![
        SourceBalance { entries: kept, blinding: fr(3) },
        SourceBalance::unused(),
        SourceBalance::unused(),
    ];
    assert_accepted(&matrices(shape), &witness.open(shape).unwrap(), check);
    let public = witness.public(shape, FieldElement::default()).unwrap();
    assert_eq!(public.sources[1..], [zero_pledge(), zero_source()]);
    assert_ne!(public.outputs[2], public.outputs[3], "the same nothing under fresh blindings");
}

#[test]
fn no_wire_but_the_context_can_be_changed_alone() {
    for shape in SHAPES {
        let free = free_wires(&matrices(shape), &unchecked(&valid(shape), None));
        assert_eq!(free, [shape.public_input_count()], "{shape}");
    }
}

#[test]
fn a_witness_is_refused_with_its_place() {
    let shape = Shape::Repledge3x4;
    let refused = |change: &dyn Fn(&mut AllocationWitness), error: WitnessError| {
        let mut witness = witness(shape);
        change(&mut witness);
        assert_eq!(witness.open(shape).err(), Some(error.clone()));
        assert_eq!(witness.public(shape, FieldElement::default()).err(), Some(error));
    };
    refused(&|witness| witness.sources.truncate(2), WitnessError::SourceCount { shape, got: 2, needed: 3 });
    refused(&|witness| witness.outputs.truncate(3), WitnessError::OutputCount { shape, got: 3, needed: 4 });
    refused(
        &|witness| witness.outputs.push(witness.outputs[0].clone()),
        WitnessError::OutputCount { shape, got: 5, needed: 4 },
    );
    refused(
        &|witness| witness.sources[1].entries[9] = 1 << 64,
        WitnessError::SourceEntry { source_index: 1, slot: 9, bits: 64 },
    );
    refused(
        &|witness| witness.sources[2].entries[9] = 1 << 75,
        WitnessError::SourceEntry { source_index: 2, slot: 9, bits: 75 },
    );
    refused(
        &|witness| witness.outputs[2].entries[8] += 1,
        WitnessError::Unbalanced { slot: 8, outputs_exceed: true },
    );
    refused(
        &|witness| witness.outputs[2].entries[8] -= 1,
        WitnessError::Unbalanced { slot: 8, outputs_exceed: false },
    );
    assert_eq!(
        witness(shape).open(Shape::Holdings16).err(),
        Some(WitnessError::OtherStatement { shape: Shape::Holdings16 })
    );
}

/// The largest honest sums: eight outputs full to the last unit.
#[test]
fn full_outputs_do_not_overflow() {
    let shape = Shape::Allocation4x8;
    let witness = witness_of(shape, |_, _| u64::MAX);
    assert_accepted(&matrices(shape), &witness.open(shape).unwrap(), check);
}

#[derive(Clone, Debug)]
enum Mutation {
    Output(usize, usize, i8),
    Source(usize, usize, i8),
    Wide(usize, usize),
    Balanced(usize, usize, i8),
    Public(usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        (0..4usize, 0..SLOTS, any::<i8>()).prop_map(|(output, slot, by)| Mutation::Output(output, slot, by)),
        (0..3usize, 0..SLOTS, any::<i8>()).prop_map(|(source, slot, by)| Mutation::Source(source, slot, by)),
        (0..4usize, 0..SLOTS).prop_map(|(output, slot)| Mutation::Wide(output, slot)),
        (0..4usize, 0..SLOTS, any::<i8>())
            .prop_map(|(output, slot, by)| Mutation::Balanced(output, slot, by)),
        (0..7usize).prop_map(Mutation::Public),
    ]
}

#[test]
fn native_relation_and_circuit_agree() {
    let shape = Shape::Repledge3x4;
    assert_eq!(shape.allocation().unwrap().sources[2], SourceKind::Total);
    let matrices = matrices(shape);
    let cases = (prop::collection::vec(any::<u64>(), 4 * SLOTS), prop::collection::vec(mutation(), 0..3));
    let agree = |(amounts, mutations): (Vec<u64>, Vec<Mutation>)| {
        let witness = witness_of(shape, |output, slot| amounts[output * SLOTS + slot]);
        let mut opening = witness.open(shape).unwrap();
        let step = |by: i8| Fr::from(i64::from(by));
        for mutation in &mutations {
            match *mutation {
                Mutation::Output(output, slot, by) => opening.outputs[output].entries[slot] += step(by),
                Mutation::Source(source, slot, by) => opening.sources[source].entries[slot] += step(by),
                Mutation::Wide(output, slot) => set_output(&mut opening, output, slot, power_of_two(64)),
                Mutation::Balanced(output, slot, by) => {
                    let entry = opening.outputs[output].entries[slot] + step(by);
                    set_output(&mut opening, output, slot, entry);
                }
                Mutation::Public(_) => {}
            }
        }
        let mut public: Option<Vec<Fr>> = None;
        for mutation in &mutations {
            if let Mutation::Public(index) = mutation {
                let changed =
                    public.get_or_insert_with(|| unchecked(&opening, None).public_inputs().to_vec());
                changed[*index] += Fr::ONE;
            }
        }
        let (circuit, natively) = verdicts(&matrices, &opening, public.as_deref(), check);
        prop_assert_eq!(circuit, natively);
        prop_assert!(!mutations.is_empty() || circuit.is_none());
        Ok(())
    };
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(32));
    runner.run(&cases, agree).unwrap();
}

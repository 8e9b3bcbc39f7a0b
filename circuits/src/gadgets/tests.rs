use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use proptest::prelude::*;
use solvency_verifier::commitment::{self, Tag};

use super::membership::is_member;
use super::*;
use crate::builder::{Assignment, Builder, Linear, Matrices, power_of_two};
use crate::poseidon::Output;

fn fr(value: u64) -> Fr {
    Fr::from(value)
}

fn satisfied((matrices, assignment): (Matrices, Assignment)) -> bool {
    matrices.first_unsatisfied(&assignment).unwrap().is_none()
}

fn range<const BITS: usize>(value: Fr) -> (Matrices, Assignment) {
    let mut builder = Builder::<true>::new(0);
    Bounded::<true, BITS>::private(&mut builder, value);
    builder.finish_with_matrices()
}

/// A known mistake: a range check that is built but not enforced.
#[test]
fn a_range_has_both_limits() {
    for (value, inside) in
        [(Fr::ZERO, true), (fr(63), true), (fr(64), false), (-Fr::ONE, false), (Fr::ONE / fr(2), false)]
    {
        assert_eq!(satisfied(range::<6>(value)), inside, "{value}");
        assert_eq!(is_in_range(value, 6), inside, "{value}");
    }
    assert!(satisfied(range::<1>(Fr::ONE)) && !satisfied(range::<1>(fr(2))));
    assert!(satisfied(range::<64>(fr(u64::MAX))));
    assert!(!satisfied(range::<64>(power_of_two(64))));
    assert!(satisfied(range::<155>(power_of_two(155) - Fr::ONE)));
    assert!(!satisfied(range::<155>(power_of_two(155))));
}

#[test]
fn a_range_check_takes_as_many_rows_as_bits_and_one_wire_less() {
    let (matrices, _) = range::<64>(fr(5));
    assert_eq!(matrices.constraints(), 64);
    assert_eq!(matrices.wires, 1 + 1 + 63);
    assert_eq!(matrices.boolean_wires.len(), 63);
}

#[test]
fn no_bit_can_be_changed_alone() {
    let (matrices, assignment) = range::<20>(fr(123_456));
    // Wire 1 is the value, which the check leaves free within the range.
    for wire in 2..matrices.wires {
        let mut changed = assignment.clone();
        changed.set(wire, assignment.wires()[wire] + Fr::ONE);
        assert!(matrices.first_unsatisfied(&changed).unwrap().is_some(), "wire {wire}");
        changed.set(wire, Fr::ONE - assignment.wires()[wire]);
        assert!(matrices.first_unsatisfied(&changed).unwrap().is_some(), "wire {wire}");
    }
}

fn member(value: u64, options: &[u64]) -> (Matrices, Assignment) {
    let mut builder = Builder::<true>::new(0);
    let value = builder.private(fr(value));
    let options: Vec<_> = options.iter().map(|option| builder.private(fr(*option))).collect();
    enforce_member(&mut builder, &value, &options);
    builder.finish_with_matrices()
}

#[test]
fn a_member_is_one_of_the_options() {
    let options: Vec<u64> = (10..22).collect();
    let natively: Vec<Fr> = options.iter().map(|option| fr(*option)).collect();
    for value in 8..24 {
        let inside = options.contains(&value);
        assert_eq!(satisfied(member(value, &options)), inside, "{value}");
        assert_eq!(is_member(fr(value), &natively), inside);
    }
    assert_eq!(member(10, &options).0.constraints(), 11);
}

#[test]
fn trees_agree_with_their_twin() {
    for count in [1u64, 3, 16, 17, 24, 65, 210] {
        let values: Vec<Fr> = (0..count).map(fr).collect();
        let mut builder = Builder::<true>::new(1);
        let elements: Vec<_> = values.iter().map(|value| builder.private(*value)).collect();
        let root = tree(&mut builder, Tag::BOOK, &elements, Output::Public(1)).value();
        assert_eq!(Some(root), commitment::tree(Tag::BOOK, &values), "{count} elements");
        assert!(satisfied(builder.finish_with_matrices()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn packing_agrees_with_its_twin(values in prop::collection::vec((any::<u64>(), 0u64..64), 1..20)) {
        let mut builder = Builder::<true>::new(0);
        let mut packer = Packer::default();
        for (amount, slot) in &values {
            packer.push(&Bounded::<true, 64>::private(&mut builder, fr(*amount)));
            packer.push(&Bounded::<true, 6>::private(&mut builder, fr(*slot)));
        }
        let limbs: Vec<Linear<true>> = packer.finish();
        let got: Vec<Fr> = limbs.iter().map(Linear::value).collect();
        let fields = values.iter().flat_map(|(amount, slot)| [(u128::from(*amount), 64), (u128::from(*slot), 6)]);
        prop_assert_eq!(Some(got.clone()), commitment::limbs(fields));
        // The combinations come to the values: each limb is tied to a wire by a row.
        for (limb, value) in limbs.iter().zip(&got) {
            let wire = builder.private(*value);
            builder.enforce_zero("limb", &limb.minus(&wire));
        }
        prop_assert!(satisfied(builder.finish_with_matrices()));
    }
}

use ark_ff::AdditiveGroup;
use proptest::prelude::*;
use solvency_verifier::poseidon as native;

use super::*;
use crate::builder::{Assignment, Matrices};

fn circuit(tag: Fr, inputs: &[Fr], public: bool) -> (Matrices, Assignment, Fr) {
    let mut builder = Builder::<true>::new(1);
    builder.check("P");
    let inputs: Vec<_> = inputs.iter().map(|input| builder.private(*input)).collect();
    let output = if public { Output::Public(1) } else { Output::Private };
    let result = hash(&mut builder, tag, &inputs, output).value();
    let (matrices, assignment) = builder.finish_with_matrices();
    (matrices, assignment, result)
}

fn inputs(count: u64) -> Vec<Fr> {
    (0..count).map(|index| Fr::from(1000 + index)).collect()
}

#[test]
fn every_width_agrees_with_the_native_hash_and_is_satisfied() {
    for count in 1..=16 {
        for (tag, public) in [(Fr::ZERO, false), (Fr::from(77u64), true)] {
            let (matrices, assignment, result) = circuit(tag, &inputs(count), public);
            assert_eq!(Some(result), native::hash(tag, &inputs(count)), "{count} inputs");
            assert_eq!(matrices.first_unsatisfied(&assignment), Ok(None), "{count} inputs");
            assert_eq!(assignment.public_inputs()[0] == result, public);
        }
    }
}

#[test]
fn rows_are_three_for_each_s_box_but_the_tags_first() {
    let published = [(2, 240), (4, 297), (8, 402), (12, 504), (16, 609)];
    for (count, rows) in published {
        assert_eq!(constraints(count), rows);
    }
    for count in 1..=16 {
        let (matrices, assignment, _) = circuit(Fr::ONE, &inputs(count as u64), false);
        assert_eq!(matrices.constraints(), constraints(count));
        // Inputs and three wires for each S-box: nothing is left undetermined, nothing determined twice.
        assert_eq!(assignment.wires().len(), 2 + count + constraints(count));
    }
}

#[test]
fn no_wire_can_be_changed_alone() {
    for count in [1, 2, 3, 8, 16] {
        for public in [false, true] {
            let (matrices, assignment, _) = circuit(Fr::from(5u64), &inputs(count), public);
            for wire in (if public { 1 } else { 2 })..matrices.wires {
                let mut changed = assignment.clone();
                changed.set(wire, assignment.wires()[wire] + Fr::ONE);
                assert!(
                    matrices.first_unsatisfied(&changed).unwrap().is_some(),
                    "{count} inputs, wire {wire}"
                );
            }
        }
    }
}

/// S-box inputs are wires, so that the dense combinations stand in C once and in A and B never.
#[test]
fn a_and_b_are_sparse() {
    let (matrices, ..) = circuit(Fr::ONE, &inputs(16), false);
    let [a, b, c] = matrices.non_zeros();
    assert!(a < 800 && b < 800, "{a} and {b}");
    assert!(c < 12_000, "{c}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn values_are_the_same_with_and_without_matrices(seeds in prop::collection::vec(any::<u64>(), 1..=16), tag: u64) {
        let values: Vec<Fr> = seeds.iter().map(|seed| Fr::from(*seed).square()).collect();
        let (_, recorded, result) = circuit(Fr::from(tag), &values, true);
        let mut builder = Builder::<false>::new(1);
        let inputs: Vec<_> = values.iter().map(|value| builder.private(*value)).collect();
        hash(&mut builder, Fr::from(tag), &inputs, Output::Public(1));
        let plain = builder.finish();
        prop_assert!(plain.wires() == recorded.wires());
        prop_assert_eq!(Some(result), native::hash(Fr::from(tag), &values));
    }
}

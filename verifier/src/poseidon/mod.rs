//! Poseidon over the BN254 scalar field, with a domain tag in the capacity lane (spec/commitments.md).
//!
//! A hash binds its inputs; it hides them only if one of them is uniformly random and secret.

mod parameters;

use alloc::{boxed::Box, vec::Vec};

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use once_cell::race::OnceBox;

pub use parameters::{FULL_ROUNDS, PARTIAL_ROUNDS, Parameters};

/// Most inputs of one hash.
pub const MAX_INPUTS: usize = 16;

/// The parameters for this many lanes, generated at first use; `None` outside `2..=17`.
pub fn parameters(width: usize) -> Option<&'static Parameters> {
    static CACHE: [OnceBox<Parameters>; 16] = [const { OnceBox::new() }; 16];
    let cell = CACHE.get(width.checked_sub(2)?)?;
    cell.get_or_try_init(|| Parameters::generate(width).map(Box::new).ok_or(())).ok()
}

/// Lane 0 after the permutation of `(tag, inputs…)`; `None` where there are no inputs or more than 16.
///
/// With tag 0 this is circomlib's `Poseidon`, with another tag its `PoseidonEx` with that initial state.
pub fn hash(tag: Fr, inputs: &[Fr]) -> Option<Fr> {
    if inputs.is_empty() {
        return None;
    }
    let parameters = parameters(inputs.len().checked_add(1)?)?;
    let mut state = Vec::with_capacity(parameters.width);
    state.push(tag);
    state.extend_from_slice(inputs);
    permute(parameters, &mut state);
    state.first().copied()
}

fn permute(parameters: &Parameters, state: &mut Vec<Fr>) {
    let partial = FULL_ROUNDS / 2..(FULL_ROUNDS / 2).saturating_add(parameters.partial_rounds);
    let mut mixed = Vec::with_capacity(parameters.width);
    for (round, constants) in parameters.round_constants.iter().enumerate() {
        for (lane, constant) in state.iter_mut().zip(constants) {
            *lane += constant;
        }
        let boxed = if partial.contains(&round) { 1 } else { parameters.width };
        for lane in state.iter_mut().take(boxed) {
            *lane *= lane.square().square();
        }
        mixed.clear();
        mixed.extend(parameters.matrix.iter().map(|row| dot(row, state)));
        core::mem::swap(state, &mut mixed);
    }
}

fn dot(row: &[Fr], state: &[Fr]) -> Fr {
    row.iter().zip(state).fold(Fr::ZERO, |sum, (entry, lane)| sum + *entry * lane)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use light_poseidon::{Poseidon, PoseidonHasher};
    use proptest::prelude::*;

    #[test]
    fn published_values_of_circomlib() {
        let one_two = hash(Fr::ZERO, &[Fr::from(1u64), Fr::from(2u64)]).unwrap();
        let expected = "7853200120776062878684798364095072458815029376092732009249414926327459813530";
        assert_eq!(one_two.to_string(), expected);
        let sixteen: Vec<Fr> = (1..=16u64).map(Fr::from).collect();
        let expected = "9989051620750914585850546081941653841776809718687451684622678807385399211877";
        assert_eq!(hash(Fr::ZERO, &sixteen).unwrap().to_string(), expected);
    }

    #[test]
    fn lengths_outside_the_range_have_no_hash() {
        assert_eq!(hash(Fr::ZERO, &[]), None);
        assert_eq!(hash(Fr::ZERO, &[Fr::ZERO; 17]), None);
        assert!(hash(Fr::ZERO, &[Fr::ZERO; 16]).is_some());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn an_independent_implementation_agrees(seeds in proptest::collection::vec(any::<u64>(), 1..=12), tag: u64) {
            let inputs: Vec<Fr> = seeds.iter().map(|s| Fr::from(*s)).collect();
            let ours: Vec<Fr> = seeds.iter().map(|s| Fr::from(*s)).collect();
            let mut plain = Poseidon::<Fr>::new_circom(inputs.len()).unwrap();
            let theirs = plain.hash(&inputs).unwrap();
            prop_assert_eq!(hash(Fr::ZERO, &ours).unwrap().to_string(), theirs.to_string());
            let domain = Fr::from(tag);
            let mut tagged = Poseidon::<Fr>::with_domain_tag_circom(inputs.len(), domain).unwrap();
            let theirs = tagged.hash(&inputs).unwrap();
            prop_assert_eq!(hash(Fr::from(tag), &ours).unwrap().to_string(), theirs.to_string());
        }
    }
}

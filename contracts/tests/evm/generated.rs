//! The generated verifiers, one for each shape.

use ark_bn254::{Fq, Fr};
use ark_ff::{BigInteger, PrimeField};
use revm::primitives::Address;
use solvency_prover::interop::contract_name;
use solvency_prover::interop::evm::{calldata, selector};
use solvency_verifier::Shape;
use solvency_verifier::groth16::Proof;

use crate::abi::{self, number};
use crate::chain::{Chain, Outcome};
use crate::test_keys::TestKey;

const PROOF: usize = 4;
const INPUTS: usize = PROOF + 256;

struct Deployed {
    chain: Chain,
    address: Address,
    test_key: TestKey,
}

impl Deployed {
    fn new(shape: Shape) -> Self {
        let mut chain = Chain::new();
        let address = chain.deploy(&contract_name(shape), &[]);
        Deployed { chain, address, test_key: TestKey::load(shape) }
    }

    /// Calls `verify` with the honest calldata after a change.
    fn with(&mut self, change: impl FnOnce(&mut Vec<u8>)) -> Outcome {
        let mut bytes = calldata(&self.test_key.proof, &self.test_key.inputs);
        change(&mut bytes);
        self.chain.call(self.address, bytes)
    }
}

fn answered(verdict: bool) -> Outcome {
    Outcome::Returned(number(u64::from(verdict)).to_vec())
}

fn reverted(signature: &str, arguments: &[u64]) -> Outcome {
    let words: Vec<_> = arguments.iter().map(|argument| number(*argument)).collect();
    Outcome::Reverted(abi::error(signature, &words))
}

fn for_each_shape(check: impl Fn(&mut Deployed)) {
    for shape in Shape::ALL {
        check(&mut Deployed::new(shape));
    }
}

#[test]
fn a_proof_is_accepted() {
    for_each_shape(|deployed| assert_eq!(deployed.with(|_| ()), answered(true)));
}

#[test]
fn each_contract_names_its_shape_and_key() {
    for_each_shape(|deployed| {
        let key = &deployed.test_key.key;
        let mut constant = |signature| deployed.chain.call(deployed.address, abi::call(signature, vec![]));
        assert_eq!(constant("KEY_ID()"), Outcome::Returned(key.id().0.0.to_vec()));
        assert_eq!(constant("MATRICES()"), Outcome::Returned(key.matrices().0.to_vec()));
        let count = key.shape().public_input_count() as u64;
        assert_eq!(constant("INPUT_COUNT()"), Outcome::Returned(number(count).to_vec()));
        let shape = abi::constructor(vec![abi::Value::Text(key.shape().id())]);
        assert_eq!(constant("SHAPE()"), Outcome::Returned(shape));
    });
}

#[test]
fn every_public_input_is_bound() {
    for_each_shape(|deployed| {
        for position in 0..deployed.test_key.inputs.len() {
            let mut inputs = deployed.test_key.inputs.clone();
            inputs[position] += Fr::from(1u64);
            let bytes = calldata(&deployed.test_key.proof, &inputs);
            assert_eq!(deployed.chain.call(deployed.address, bytes), answered(false));
        }
    });
}

#[test]
fn another_proof_is_refused() {
    for_each_shape(|deployed| {
        let other = deployed.test_key.forge(&vec![Fr::from(9u64); deployed.test_key.inputs.len()]);
        let bytes = calldata(&other, &deployed.test_key.inputs);
        assert_eq!(deployed.chain.call(deployed.address, bytes), answered(false));
    });
}

/// Documents that proofs are malleable: nothing may be keyed on their bytes.
#[test]
fn the_proof_with_a_and_b_negated_is_accepted() {
    for_each_shape(|deployed| {
        let proof = &deployed.test_key.proof;
        let negated = Proof::new(-*proof.a(), -*proof.b(), *proof.c()).unwrap();
        let bytes = calldata(&negated, &deployed.test_key.inputs);
        assert_eq!(deployed.chain.call(deployed.address, bytes), answered(true));
    });
}

#[test]
fn an_input_that_is_not_below_the_modulus_is_refused() {
    let modulus = Fr::MODULUS.to_bytes_be();
    for_each_shape(|deployed| {
        for position in 0..deployed.test_key.inputs.len() {
            let refused = reverted("InputNotInField(uint256)", &[position as u64]);
            let at = INPUTS + 32 * position;
            assert_eq!(deployed.with(|bytes| bytes[at..at + 32].copy_from_slice(&modulus)), refused);
            assert_eq!(deployed.with(|bytes| bytes[at..at + 32].fill(0xff)), refused);

            // The same input plus r: the equation would hold, the statement would have two names.
            let mut aliased = deployed.test_key.inputs[position].into_bigint();
            assert!(!aliased.add_with_carry(&Fr::MODULUS));
            let aliased = aliased.to_bytes_be();
            assert_eq!(deployed.with(|bytes| bytes[at..at + 32].copy_from_slice(&aliased)), refused);

            // One below the modulus is an input, only not the proof's.
            let mut largest = Fr::MODULUS;
            assert!(!largest.sub_with_borrow(&1u64.into()));
            let largest = largest.to_bytes_be();
            assert_eq!(deployed.with(|bytes| bytes[at..at + 32].copy_from_slice(&largest)), answered(false));
        }
    });
}

#[test]
fn a_coordinate_that_is_not_below_the_modulus_is_refused() {
    let modulus = Fq::MODULUS.to_bytes_be();
    let mut deployed = Deployed::new(Shape::CoverageFlat);
    for word in 0..8 {
        let at = PROOF + 32 * word;
        let refused = reverted("CoordinateNotInField(uint256)", &[word as u64]);
        assert_eq!(deployed.with(|bytes| bytes[at..at + 32].copy_from_slice(&modulus)), refused);
        let mut largest = Fq::MODULUS;
        assert!(!largest.sub_with_borrow(&1u64.into()));
        let largest = largest.to_bytes_be();
        let off_curve = reverted("PairingFailed()", &[]);
        assert_eq!(deployed.with(|bytes| bytes[at..at + 32].copy_from_slice(&largest)), off_curve);
    }
}

#[test]
fn a_point_off_its_curve_or_outside_its_subgroup_is_refused() {
    let mut deployed = Deployed::new(Shape::CoverageFlat);
    let refused = reverted("PairingFailed()", &[]);
    for last_byte in [63, 191, 255] {
        assert_eq!(deployed.with(|bytes| bytes[PROOF + last_byte] ^= 1), refused);
    }
    let outside = (1u64..)
        .filter_map(|x| ark_bn254::G2Affine::get_point_from_x_unchecked(x.into(), false))
        .find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap();
    let coordinates = [outside.x.c1, outside.x.c0, outside.y.c1, outside.y.c0];
    let b: Vec<u8> = coordinates.iter().flat_map(|c| c.into_bigint().to_bytes_be()).collect();
    assert_eq!(deployed.with(|bytes| bytes[PROOF + 64..PROOF + 192].copy_from_slice(&b)), refused);
    // The caller keeps what is left of its gas: the pairing gets no more than its cap.
    assert!(deployed.chain.last_execution_gas() < 650_000, "{}", deployed.chain.last_execution_gas());
}

#[test]
fn a_point_at_infinity_is_refused() {
    for_each_shape(|deployed| {
        for (point, range) in [(0u64, 0..64), (1, 64..192), (2, 192..256)] {
            let (start, end) = (PROOF + range.start, PROOF + range.end);
            let refused = reverted("PointAtInfinity(uint256)", &[point]);
            assert_eq!(deployed.with(|bytes| bytes[start..end].fill(0)), refused);
        }
    });
}

#[test]
fn truncated_calldata_is_refused() {
    for_each_shape(|deployed| {
        let length = INPUTS + 32 * deployed.test_key.inputs.len();
        for kept in [0, 3, 4, 35, PROOF + 255, INPUTS, length - 32, length - 1] {
            assert_eq!(deployed.with(|bytes| bytes.truncate(kept)), Outcome::Reverted(vec![]), "{kept}");
        }
    });
}

#[test]
fn a_call_with_another_number_of_inputs_finds_no_function() {
    for_each_shape(|deployed| {
        let inputs = deployed.test_key.inputs.clone();
        let fewer = calldata(&deployed.test_key.proof, &inputs[..inputs.len() - 1]);
        let more = calldata(&deployed.test_key.proof, &[inputs.clone(), vec![Fr::from(0u64)]].concat());
        assert_ne!(selector(inputs.len()), selector(inputs.len() - 1));
        for bytes in [fewer, more] {
            assert_eq!(deployed.chain.call(deployed.address, bytes), Outcome::Reverted(vec![]));
        }
    });
}

/// Too little gas must never look like a verdict.
#[test]
fn too_little_gas_is_no_verdict() {
    let mut deployed = Deployed::new(Shape::CoverageFlat);
    let bytes = calldata(&deployed.test_key.proof, &deployed.test_key.inputs);
    for gas in (30_000..=230_000).step_by(5_000) {
        let outcome = deployed.chain.call_with_gas(deployed.address, bytes.clone(), gas);
        let allowed = matches!(outcome, Outcome::Halted) || outcome == reverted("PairingFailed()", &[]);
        assert!(allowed || outcome == answered(true), "{gas}: {outcome:?}");
    }
}

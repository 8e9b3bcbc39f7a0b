//! The generated verifiers, one for each shape.

use ark_bn254::{Bn254, Fq, Fr, G1Affine};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, PrimeField};
use revm::primitives::Address;
use solvency_prover::interop::evm::{calldata, selector};
use solvency_prover::interop::{batch_contract_name, contract_name};
use solvency_verifier::Shape;
use solvency_verifier::encoding::keccak256;
use solvency_verifier::groth16::Proof;

use crate::abi::{self, number};
use crate::chain::{Chain, FORKS, Outcome};
use crate::one_input::OneInput;
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

    /// Calls `verifyProof` with the honest calldata after a change.
    fn with(&mut self, change: impl FnOnce(&mut Vec<u8>)) -> Outcome {
        let mut bytes = calldata(&self.test_key.proof, &self.test_key.inputs);
        change(&mut bytes);
        self.chain.call(self.address, bytes)
    }
}

/// Nothing is returned where the proof holds.
fn answered(verdict: bool) -> Outcome {
    if verdict { Outcome::Returned(vec![]) } else { reverted("ProofInvalid()", &[]) }
}

fn reverted(signature: &str, arguments: &[u64]) -> Outcome {
    let words: Vec<_> = arguments.iter().map(|argument| number(*argument)).collect();
    Outcome::Reverted(abi::error(signature, &words))
}

/// A contract of a precompile's refusal does not say why.
fn point_refused() -> Outcome {
    reverted("PrecompileFailed()", &[])
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
fn a_proof_is_accepted_under_the_rules_of_each_fork() {
    for fork in FORKS {
        for shape in Shape::ALL {
            let test_key = TestKey::load(shape);
            let mut chain = Chain::at(fork);
            for contract in [contract_name(shape), batch_contract_name(shape)] {
                let address = chain.deploy(&contract, &[]);
                let outcome = chain.call(address, calldata(&test_key.proof, &test_key.inputs));
                assert_eq!(outcome, answered(true), "{contract} at {fork:?}");
            }
        }
    }
}

#[test]
fn a_batch_contract_names_its_circuit_and_key() {
    for shape in Shape::ALL {
        let key = TestKey::load(shape).key;
        let mut chain = Chain::new();
        let address = chain.deploy(&batch_contract_name(shape), &[]);
        let mut constant = |signature| chain.call(address, abi::call(signature, vec![]));
        let word = |word: [u8; 32]| Outcome::Returned(word.to_vec());
        assert_eq!(constant("KEY_ID()"), word(key.id().0.0));
        assert_eq!(constant("CIRCUIT()"), word(keccak256(shape.id().as_bytes()).0));
        assert_eq!(constant("MATRICES()"), word(key.matrices().0));
        assert_eq!(constant("CEREMONY()"), word([0; 32]));
        assert_eq!(constant("INPUT_COUNT()"), word(number(shape.public_input_count() as u64)));
    }
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

/// Documents that a verifier remembers nothing: protection against replay is for its caller, by the statement's digest.
#[test]
fn a_proof_is_accepted_as_often_as_it_is_shown() {
    let mut deployed = Deployed::new(Shape::CoverageFlat);
    for _ in 0..3 {
        assert_eq!(deployed.with(|_| ()), answered(true));
    }
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
    let coordinates: Vec<_> = deployed.test_key.proof.to_bytes().as_chunks::<32>().0.to_vec();
    for (word, coordinate) in coordinates.iter().enumerate() {
        let at = PROOF + 32 * word;
        assert_eq!(deployed.with(|bytes| bytes[at..at + 32].copy_from_slice(&modulus)), point_refused());
        // The same coordinate plus q: the point would be the proof's, which would have two names.
        let mut aliased = Fq::from_be_bytes_mod_order(coordinate).into_bigint();
        assert!(!aliased.add_with_carry(&Fq::MODULUS));
        let aliased = aliased.to_bytes_be();
        assert_eq!(deployed.with(|bytes| bytes[at..at + 32].copy_from_slice(&aliased)), point_refused());
    }
}

#[test]
fn a_point_off_its_curve_or_outside_its_subgroup_is_refused_without_burning_the_caller_s_gas() {
    let mut deployed = Deployed::new(Shape::CoverageFlat);
    let outside = (1u64..)
        .filter_map(|x| ark_bn254::G2Affine::get_point_from_x_unchecked(x.into(), false))
        .find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap();
    let coordinates = [outside.x.c1, outside.x.c0, outside.y.c1, outside.y.c0];
    let outside: Vec<u8> = coordinates.iter().flat_map(|c| c.into_bigint().to_bytes_be()).collect();
    let mut refused = |change: &dyn Fn(&mut [u8])| {
        assert_eq!(deployed.with(|bytes| change(&mut bytes[PROOF..INPUTS])), point_refused());
        // Of ten million, no more than the pairing's cap and what comes before it.
        let gas = deployed.chain.last_execution_gas();
        assert!((590_000..620_000).contains(&gas), "{gas}");
    };
    for last_byte in [63, 191, 255] {
        refused(&|proof| proof[last_byte] ^= 1);
    }
    refused(&|proof| proof[64..192].copy_from_slice(&outside));
}

#[test]
fn a_point_at_infinity_is_refused() {
    for_each_shape(|deployed| {
        for range in [0..64, 64..192, 192..256] {
            assert_eq!(deployed.with(|bytes| bytes[PROOF..INPUTS][range].fill(0)), point_refused());
        }
    });
}

/// Who knows the set-up's secrets can make a proof whose `A` is infinity and for which the equation holds: it is refused all the same,
/// as off-chain.
#[test]
fn infinity_is_refused_where_the_equation_holds() {
    let one_input = OneInput::new();
    let input = Fr::from(7u64);
    let mut chain = Chain::new();
    let address = chain.deploy("OneInputVerifier", &[]);
    for (a, expected) in [(1u64, answered(true)), (0, point_refused())] {
        let (a, b, c) = one_input.forge_points(Fr::from(a), input);
        let points = &one_input.key.points;
        let sum = (points.inputs[0] + points.inputs[1] * input).into_affine();
        let right = [(points.alpha, points.beta), (sum, points.gamma), (c, points.delta)];
        let (first, second): (Vec<_>, Vec<_>) = right.into_iter().unzip();
        assert_eq!(Bn254::pairing(a, b), Bn254::multi_pairing(first, second), "the equation holds");

        let mut bytes = calldata(&one_input.forge(input), &[input]);
        let coordinates = |point: G1Affine| point.xy().map_or(vec![0; 64], |(x, y)| [x, y].map(be).concat());
        bytes[PROOF..PROOF + 64].copy_from_slice(&coordinates(a));
        bytes[PROOF + 64..PROOF + 192].copy_from_slice(&[b.x.c1, b.x.c0, b.y.c1, b.y.c0].map(be).concat());
        bytes[PROOF + 192..PROOF + 256].copy_from_slice(&coordinates(c));
        assert_eq!(chain.call(address, bytes), expected);
    }
}

fn be(coordinate: Fq) -> Vec<u8> {
    coordinate.into_bigint().to_bytes_be()
}

#[test]
fn a_call_of_another_length_is_refused() {
    for_each_shape(|deployed| {
        let length = INPUTS + 32 * deployed.test_key.inputs.len();
        let refused = reverted("WrongLength()", &[]);
        for kept in [PROOF, 35, PROOF + 255, INPUTS, length - 32, length - 1] {
            assert_eq!(deployed.with(|bytes| bytes.truncate(kept)), refused, "{kept}");
        }
        for more in [1, 32] {
            assert_eq!(deployed.with(|bytes| bytes.resize(length + more, 0)), refused, "{more} more");
        }
        for kept in [0, 3] {
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

/// snarkjs' contract has a function of the same name whose call is as long.
#[test]
fn a_call_of_another_function_is_none_of_this_one() {
    let mut deployed = Deployed::new(Shape::CoverageFlat);
    let other = abi::selector("verifyProof(uint256[2],uint256[2][2],uint256[2],uint256[4])");
    assert_eq!(deployed.with(|bytes| bytes[..4].copy_from_slice(&other)), Outcome::Reverted(vec![]));
    assert_eq!(deployed.with(|bytes| bytes[3] ^= 1), Outcome::Reverted(vec![]));
}

/// Too little gas must never look like a verdict.
#[test]
fn too_little_gas_is_no_verdict() {
    for fork in FORKS {
        let mut chain = Chain::at(fork);
        let address = chain.deploy(&contract_name(Shape::CoverageFlat), &[]);
        let test_key = TestKey::load(Shape::CoverageFlat);
        let mut inputs = test_key.inputs.clone();
        inputs[0] += Fr::from(1u64);
        for (inputs, verdict) in [(&test_key.inputs, true), (&inputs, false)] {
            let bytes = calldata(&test_key.proof, inputs);
            let (mut named, mut decided) = (0, 0);
            for gas in (50_000..=260_000).step_by(2_000) {
                let outcome = chain.call_with_gas(address, bytes.clone(), gas);
                named += usize::from(outcome == point_refused());
                decided += usize::from(outcome == answered(verdict));
                let allowed = [Outcome::Halted, point_refused(), answered(verdict)];
                assert!(allowed.contains(&outcome), "{fork:?}, {gas}: {outcome:?}");
            }
            assert!(named > 40 && decided > 5, "{fork:?}: {named} {decided}");
        }
    }
}

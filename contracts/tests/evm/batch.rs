//! Batches of proofs, verified at once.

use ark_bn254::{Fq, Fr};
use ark_ff::{BigInteger, PrimeField};
use revm::primitives::Address;
use solvency_prover::interop::batch_contract_name;
use solvency_prover::interop::evm::calldata;
use solvency_verifier::{FieldElement, Shape};

use crate::abi::{self, Value, number, words};
use crate::chain::{Chain, FORKS, Outcome};
use crate::test_keys::TestKey;

const SHAPE: Shape = Shape::CoverageFlat;

/// A proof's bytes and its inputs.
pub(crate) type Row = (Vec<u8>, Vec<Fr>);

/// The call of `verifyBatch` with as many inputs as the first row has.
pub(crate) fn batch_calldata(rows: &[Row]) -> Vec<u8> {
    let inputs = |inputs: &[Fr]| inputs.iter().map(|input| FieldElement(*input).to_be_bytes()).collect();
    let count = rows.first().map_or(4, |(_, inputs)| inputs.len());
    let arguments = vec![
        Value::Array(rows.iter().map(|(proof, _)| Value::Words(words(proof))).collect()),
        Value::Array(rows.iter().map(|(_, row)| Value::Words(inputs(row))).collect()),
    ];
    abi::call(&format!("verifyBatch(uint256[8][],uint256[{count}][])"), arguments)
}

struct Deployed {
    chain: Chain,
    address: Address,
    /// Three proofs of different inputs.
    rows: Vec<Row>,
}

impl Deployed {
    fn new() -> Self {
        let mut chain = Chain::new();
        let address = chain.deploy(&batch_contract_name(SHAPE), &[]);
        Deployed { chain, address, rows: honest(3) }
    }

    fn with(&mut self, change: impl FnOnce(&mut Vec<Row>)) -> Outcome {
        let mut rows = self.rows.clone();
        change(&mut rows);
        self.chain.call(self.address, batch_calldata(&rows))
    }
}

fn honest(count: u64) -> Vec<Row> {
    let test_key = TestKey::load(SHAPE);
    let row = |i: u64| -> Vec<Fr> { (0..4).map(|j| Fr::from(1_000 * i + j)).collect() };
    let mut rows = vec![(test_key.proof.to_bytes(), test_key.inputs.clone())];
    rows.extend((1..count).map(|i| (test_key.forge(&row(i)).to_bytes(), row(i))));
    rows
}

fn accepted() -> Outcome {
    Outcome::Returned(vec![])
}

fn reverted(signature: &str, arguments: &[u64]) -> Outcome {
    let words: Vec<_> = arguments.iter().map(|argument| number(*argument)).collect();
    Outcome::Reverted(abi::error(signature, &words))
}

#[test]
fn batches_of_any_size_are_accepted() {
    for fork in FORKS {
        let mut chain = Chain::at(fork);
        let address = chain.deploy(&batch_contract_name(SHAPE), &[]);
        for count in [1, 2, 3, 16, 33] {
            let outcome = chain.call(address, batch_calldata(&honest(count)));
            assert_eq!(outcome, accepted(), "{count} at {fork:?}");
        }
    }
}

#[test]
fn every_shape_has_a_batch_contract() {
    for shape in Shape::ALL {
        let test_key = TestKey::load(shape);
        let mut chain = Chain::new();
        let address = chain.deploy(&batch_contract_name(shape), &[]);
        let mut rows = vec![(test_key.proof.to_bytes(), test_key.inputs.clone()); 2];
        assert_eq!(chain.call(address, batch_calldata(&rows)), accepted(), "{shape}");
        for position in 0..test_key.inputs.len() {
            rows[1].1[position] += Fr::from(1u64);
            let refused = reverted("ProofInvalid()", &[]);
            assert_eq!(chain.call(address, batch_calldata(&rows)), refused, "{shape} {position}");
            rows[1].1[position] -= Fr::from(1u64);
        }
    }
}

#[test]
fn one_proof_of_other_inputs_refuses_the_batch_wherever_it_is() {
    let mut deployed = Deployed::new();
    let refused = reverted("ProofInvalid()", &[]);
    for place in 0..3 {
        for input in 0..4 {
            assert_eq!(deployed.with(|rows| rows[place].1[input] += Fr::from(1u64)), refused);
        }
    }
    // Proofs that hold, each for the other's inputs.
    let exchanged = deployed.with(|rows| {
        let first = rows[0].1.clone();
        rows[0].1 = std::mem::replace(&mut rows[1].1, first);
    });
    assert_eq!(exchanged, refused);
}

/// Differences that cancel out when nothing is weighted: the two inputs' sums, and the two proofs' C, are those of an honest batch.
#[test]
fn two_wrongs_don_t_make_a_right() {
    let mut deployed = Deployed::new();
    let refused = reverted("ProofInvalid()", &[]);
    let shifted = deployed.with(|rows| {
        rows[0].1[0] += Fr::from(1u64);
        rows[1].1[0] -= Fr::from(1u64);
    });
    assert_eq!(shifted, refused);
    // A and B are the same in all forged proofs, so that C can be exchanged between them.
    let exchanged = deployed.with(|rows| {
        let c = rows[1].0[192..].to_vec();
        let other = rows[2].0[192..].to_vec();
        rows[1].0[192..].copy_from_slice(&other);
        rows[2].0[192..].copy_from_slice(&c);
    });
    assert_eq!(exchanged, refused);
}

#[test]
fn an_empty_batch_is_refused() {
    let mut deployed = Deployed::new();
    assert_eq!(deployed.with(Vec::clear), reverted("EmptyBatch()", &[]));
}

#[test]
fn a_point_that_is_refused_is_named_by_its_proof() {
    let mut deployed = Deployed::new();
    for place in 0..3 {
        let named = reverted("BatchPointRefused(uint256)", &[place as u64]);
        for last_byte in [63, 255] {
            assert_eq!(deployed.with(|rows| rows[place].0[last_byte] ^= 1), named);
        }
        for range in [0..64, 64..192, 192..256] {
            assert_eq!(deployed.with(|rows| rows[place].0[range].fill(0)), named);
        }
        let modulus = Fq::MODULUS.to_bytes_be();
        assert_eq!(deployed.with(|rows| rows[place].0[..32].copy_from_slice(&modulus)), named);
        // Only the pairing takes B, and it does not say which.
        assert_eq!(deployed.with(|rows| rows[place].0[191] ^= 1), reverted("PrecompileFailed()", &[]));
        let gas = deployed.chain.last_execution_gas();
        assert!((810_000..900_000).contains(&gas), "{gas}");
    }
}

#[test]
fn an_input_that_is_not_below_the_modulus_is_named() {
    let mut deployed = Deployed::new();
    let honest = batch_calldata(&deployed.rows);
    for place in 0..3 {
        for input in 0..4 {
            let at = honest.len() - 32 * (4 * (3 - place) - input);
            let mut bytes = honest.clone();
            let mut aliased = deployed.rows[place].1[input].into_bigint();
            assert!(!aliased.add_with_carry(&Fr::MODULUS));
            bytes[at..at + 32].copy_from_slice(&aliased.to_bytes_be());
            let named = reverted("BatchInputNotInField(uint256,uint256)", &[place as u64, input as u64]);
            assert_eq!(deployed.chain.call(deployed.address, bytes), named);
        }
    }
}

#[test]
fn lists_of_different_lengths_are_refused() {
    let mut deployed = Deployed::new();
    let proofs = |count: usize| -> Vec<Value> {
        deployed.rows[..count].iter().map(|(proof, _)| Value::Words(words(proof))).collect()
    };
    let inputs = |count: usize| -> Vec<Value> {
        let row = |row: &Row| row.1.iter().map(|input| FieldElement(*input).to_be_bytes()).collect();
        deployed.rows[..count].iter().map(|each| Value::Words(row(each))).collect()
    };
    for (first, second) in [(3, 2), (2, 3), (0, 1), (1, 0)] {
        let arguments = vec![Value::Array(proofs(first)), Value::Array(inputs(second))];
        let call = abi::call("verifyBatch(uint256[8][],uint256[4][])", arguments);
        let expected = if first == 0 { "EmptyBatch()" } else { "WrongLength()" };
        assert_eq!(deployed.chain.call(deployed.address, call), reverted(expected, &[]));
    }
}

#[test]
fn a_call_that_is_longer_than_its_lists_is_refused() {
    let mut deployed = Deployed::new();
    let honest = batch_calldata(&deployed.rows);
    for more in [1, 32] {
        let longer = [honest.clone(), vec![0; more]].concat();
        assert_eq!(deployed.chain.call(deployed.address, longer), reverted("WrongLength()", &[]));
    }
    // Lists that would end behind the call are refused by Solidity's decoder, which gives no reason.
    for kept in [4, 68, honest.len() - 1] {
        let shorter = honest[..kept].to_vec();
        assert_eq!(deployed.chain.call(deployed.address, shorter), Outcome::Reverted(vec![]));
    }
}

/// Both lists at one place: the call would be short, and the lists are not those that it seems to have.
#[test]
fn lists_that_overlap_are_refused() {
    let mut deployed = Deployed::new();
    let mut bytes = batch_calldata(&deployed.rows);
    bytes.copy_within(4..36, 36);
    let outcome = deployed.chain.call(deployed.address, bytes);
    assert_eq!(outcome, reverted("ProofInvalid()", &[]));
}

#[test]
fn too_little_gas_for_a_batch_is_no_verdict() {
    let mut deployed = Deployed::new();
    let bytes = batch_calldata(&deployed.rows);
    let no_verdict = |outcome: &Outcome| {
        let named = [reverted("PrecompileFailed()", &[]), Outcome::Halted];
        named.contains(outcome)
            || (0..3).any(|place| *outcome == reverted("BatchPointRefused(uint256)", &[place]))
    };
    let mut accepted_at = 0;
    for gas in (70_000..=450_000).step_by(5_000) {
        let outcome = deployed.chain.call_with_gas(deployed.address, bytes.clone(), gas);
        assert!(no_verdict(&outcome) || outcome == accepted(), "{gas}: {outcome:?}");
        accepted_at += usize::from(outcome == accepted());
    }
    assert!((1..40).contains(&accepted_at), "{accepted_at}");
}

/// The contract for batches takes single proofs too, by the function that it inherits.
#[test]
fn a_single_proof_is_verified_as_by_the_single_contract() {
    let mut deployed = Deployed::new();
    let test_key = TestKey::load(SHAPE);
    let mut inputs = test_key.inputs.clone();
    assert_eq!(deployed.chain.call(deployed.address, calldata(&test_key.proof, &inputs)), accepted());
    inputs[3] += Fr::from(1u64);
    let refused = deployed.chain.call(deployed.address, calldata(&test_key.proof, &inputs));
    assert_eq!(refused, reverted("ProofInvalid()", &[]));
}

//! The adapter that takes the call of snarkjs' contract.

use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};
use revm::primitives::Address;
use solvency_prover::interop::contract_name;
use solvency_prover::interop::evm::calldata;
use solvency_verifier::Shape;

use crate::abi::{self, number};
use crate::chain::{Chain, Outcome};
use crate::test_keys::TestKey;

struct Deployed {
    chain: Chain,
    address: Address,
    test_key: TestKey,
}

impl Deployed {
    fn new(shape: Shape) -> Self {
        let mut chain = Chain::new();
        let address = chain.deploy(&contract_name(shape).replace("Verifier", "SnarkjsVerifier"), &[]);
        Deployed { chain, address, test_key: TestKey::load(shape) }
    }

    /// The words of snarkjs' call are those of ours, behind another selector.
    fn with(&mut self, change: impl FnOnce(&mut Vec<u8>)) -> Outcome {
        let inputs = &self.test_key.inputs;
        let signature = format!("verifyProof(uint256[2],uint256[2][2],uint256[2],uint256[{}])", inputs.len());
        let mut bytes = calldata(&self.test_key.proof, inputs);
        bytes[..4].copy_from_slice(&abi::selector(&signature));
        change(&mut bytes);
        self.chain.call(self.address, bytes)
    }
}

fn answered(verdict: bool) -> Outcome {
    Outcome::Returned(number(u64::from(verdict)).to_vec())
}

#[test]
fn the_call_of_snarkjs_contract_is_answered() {
    for shape in Shape::ALL {
        let mut deployed = Deployed::new(shape);
        assert_eq!(deployed.with(|_| ()), answered(true), "{shape}");
        for position in 0..deployed.test_key.inputs.len() {
            let last = 4 + 256 + 32 * position + 31;
            assert_eq!(deployed.with(|bytes| bytes[last] ^= 1), answered(false), "{shape} {position}");
        }
    }
}

#[test]
fn what_is_no_verdict_is_not_answered() {
    let mut deployed = Deployed::new(Shape::CoverageFlat);
    let reverted =
        |signature: &str, arguments: &[[u8; 32]]| Outcome::Reverted(abi::error(signature, arguments));
    let modulus = Fr::MODULUS.to_bytes_be();
    for position in 0..4 {
        let at = 4 + 256 + 32 * position;
        let refused = reverted("InputNotInField(uint256)", &[number(position as u64)]);
        assert_eq!(deployed.with(|bytes| bytes[at..at + 32].copy_from_slice(&modulus)), refused);
    }
    assert_eq!(deployed.with(|bytes| bytes[4 + 63] ^= 1), reverted("PrecompileFailed()", &[]));
    assert_eq!(deployed.with(|bytes| bytes.push(0)), reverted("WrongLength()", &[]));
    // Solidity's decoder gives no reason.
    assert_eq!(deployed.with(|bytes| bytes.truncate(300)), Outcome::Reverted(vec![]));
}

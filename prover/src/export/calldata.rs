//! The calldata of a generated verifier: `verify(uint256[8] proof, uint256[N] inputs)`.

use ark_bn254::Fr;
use solvency_verifier::FieldElement;
use solvency_verifier::encoding::keccak256;
use solvency_verifier::groth16::Proof;

/// The function selector for `input_count` public inputs.
pub fn selector(input_count: usize) -> [u8; 4] {
    let digest = keccak256(format!("verify(uint256[8],uint256[{input_count}])").as_bytes());
    let [a, b, c, d, ..] = digest.0;
    [a, b, c, d]
}

/// Selector, the proof's 256 bytes, and 32 big-endian bytes for each input, as [`selector`]'s function takes them.
///
/// The proof's byte form has the words in the EVM's order already (spec/keys.md).
pub fn calldata(proof: &Proof, inputs: &[Fr]) -> Vec<u8> {
    let mut bytes = selector(inputs.len()).to_vec();
    bytes.extend_from_slice(&proof.to_bytes());
    for input in inputs {
        bytes.extend_from_slice(&FieldElement(*input).to_be_bytes());
    }
    bytes
}

//! The calldata of a generated verifier: `verifyProof(uint256[8] proof, uint256[N] inputs)`.

use ark_bn254::Fr;
use solvency_verifier::encoding::keccak256;
use solvency_verifier::groth16::{PointError, Proof, ProofElement, ProofError};
use solvency_verifier::{FieldElement, Shape};

use super::error::{InteropError, Modulus, NumberError, named_proof};
use super::inputs::ForeignInputs;

const SELECTOR_BYTES: usize = 4;
const WORD_BYTES: usize = 32;

/// The function selector for `input_count` public inputs.
pub fn selector(input_count: usize) -> [u8; SELECTOR_BYTES] {
    let digest = keccak256(format!("verifyProof(uint256[8],uint256[{input_count}])").as_bytes());
    let [a, b, c, d, ..] = digest.0;
    [a, b, c, d]
}

/// Bytes of a call with `input_count` public inputs: no other number is taken.
pub fn calldata_bytes(input_count: usize) -> usize {
    SELECTOR_BYTES + Proof::BYTES + WORD_BYTES * input_count
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

/// Proof and public inputs of a call to a shape's generated verifier.
///
/// # Errors
/// [`InteropError`]: another length or selector than the shape's, a coordinate or input that is not below its modulus, a point that is
/// refused. Words are named `proof[i]` and `inputs[i]`, points `a`, `b` and `c`.
pub fn read_calldata(bytes: &[u8], shape: Shape) -> Result<(Proof, ForeignInputs), InteropError> {
    let count = shape.public_input_count();
    let expected = calldata_bytes(count);
    let wrong_length =
        || InteropError::Length { place: "calldata".into(), got: bytes.len(), expected: vec![expected] };
    if bytes.len() != expected {
        return Err(wrong_length());
    }
    let (got, rest) = bytes.split_first_chunk::<SELECTOR_BYTES>().ok_or_else(wrong_length)?;
    if *got != selector(count) {
        return Err(InteropError::Selector { got: *got, expected: selector(count) });
    }
    let (proof, rest) = rest.split_at_checked(Proof::BYTES).ok_or_else(wrong_length)?;
    let proof = read_proof(proof)?;
    let (words, _) = rest.as_chunks::<WORD_BYTES>();
    let inputs = words.iter().enumerate().map(|(index, word)| {
        FieldElement::from_be_bytes(word)
            .map(|element| element.0)
            .map_err(|_| not_below(format!("inputs[{index}]"), Modulus::Scalar))
    });
    let inputs = inputs.collect::<Result<_, _>>()?;
    Ok((proof, ForeignInputs::new(shape, inputs)?))
}

fn read_proof(bytes: &[u8]) -> Result<Proof, InteropError> {
    let proof = Proof::from_bytes(bytes);
    if let Err(ProofError::Point { element, error: PointError::CoordinateNotInField { coordinate } }) = proof
    {
        let first = match element {
            ProofElement::A => 0,
            ProofElement::B => 2,
            ProofElement::C => 6,
        };
        return Err(not_below(format!("proof[{}]", first + coordinate), Modulus::Base));
    }
    named_proof(proof, ["a", "b", "c"])
}

fn not_below(place: String, modulus: Modulus) -> InteropError {
    InteropError::Number { place, error: NumberError::NotBelow(modulus) }
}

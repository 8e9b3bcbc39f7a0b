//! Solidity contracts that verify proofs under one key.
//!
//! # What the contracts do not show
//!
//! They answer for public inputs as they get them. Which statement these belong to, whether it is still valid and for whom it was
//! made is for the contract that calls them (`contracts/solidity/SolvencyVerifier.sol`).

mod key;

pub use key::{ContractError, ContractKey};

use std::fmt::Write as _;

use ark_bn254::{Fq, G1Affine, G2Affine};
use ark_ff::{BigInteger, PrimeField};
use solvency_verifier::encoding::{hex_string, keccak256};
use solvency_verifier::groth16::{KeyId, Origin};
use solvency_verifier::{Bytes32, Shape};

use super::evm;

/// The name of a shape's contract for single proofs, as in `CoverageFlatVerifier`.
pub fn contract_name(shape: Shape) -> String {
    key::name_of(shape) + "Verifier"
}

/// The name of a shape's contract for batches, as in `CoverageFlatBatchVerifier`.
pub fn batch_contract_name(shape: Shape) -> String {
    key::name_of(shape) + "BatchVerifier"
}

/// Bytes of a point of the first group.
const G1_BYTES: usize = 64;
/// What lies between the inputs' points and the sum in the contract's memory: −γ, −δ, −α, β.
const BEFORE_SUM: usize = 3 * 128 + G1_BYTES;
/// Words before −δ that the proof takes in the contract's memory: the key has to have as many there.
const PROOF_WORDS: usize = 8;

const TEMPLATE: &str = include_str!("verifier.sol.template");

/// The source of `<name>Verifier`, `<name>BatchVerifier` and `<name>SnarkjsVerifier`, and of the library that they share.
///
/// `development` names the one development key that may be used, by its id.
///
/// # Errors
/// [`ContractError`]: a development key that is not named, a key under which anybody can forge or which leaves inputs unbound, a
/// number of inputs or a name that no contract can have.
pub fn verifier_contract(key: &ContractKey, development: Option<KeyId>) -> Result<String, ContractError> {
    key.check(development)?;
    let count = key.input_count();
    let (origin, ceremony) = match key.origin {
        Origin::Development => {
            ("a development set-up: whoever ran it can forge. Not for production".into(), Bytes32::ZERO)
        }
        Origin::Ceremony { transcript } => {
            (format!("a ceremony whose transcript has the SHA-256\n// {transcript}"), transcript)
        }
    };
    // A list of bytes has its length in its first word.
    let first = 32 + 32 * room_words(count);
    let selector = |signature: &str| hex_string(&keccak256(signature.as_bytes()).0[..4]);
    Ok(TEMPLATE
        .replace("{{NAME}}", &key.name)
        .replace("{{CIRCUIT}}", &key.circuit)
        .replace("{{CIRCUIT_HASH}}", &keccak256(key.circuit.as_bytes()).to_string())
        .replace("{{KEY_ID}}", &key.id.to_string())
        .replace("{{MATRICES}}", &key.matrices.to_string())
        .replace("{{ORIGIN}}", &origin)
        .replace("{{CEREMONY}}", &ceremony.to_string())
        .replace("{{KEY}}", &coordinates(key))
        .replace("{{COUNT}}", &count.to_string())
        .replace("{{TERMS}}", &(count + 1).to_string())
        .replace("{{INPUT_BYTES}}", &format!("{:#x}", 32 * count))
        .replace("{{CALL_BYTES}}", &format!("{:#x}", evm::calldata_bytes(count)))
        .replace("{{VERIFY_PROOF}}", &hex_string(&evm::selector(count)))
        .replace("{{IC1}}", &format!("{first:#x}"))
        .replace("{{IC_BYTES}}", &format!("{:#x}", G1_BYTES * count))
        .replace("{{SUM}}", &format!("{:#x}", first + G1_BYTES * count + BEFORE_SUM))
        .replace("{{PROOF_INVALID}}", &selector("ProofInvalid()"))
        .replace("{{WRONG_LENGTH}}", &selector("WrongLength()"))
        .replace("{{INPUT_NOT_IN_FIELD}}", &selector("InputNotInField(uint256)"))
        .replace("{{PRECOMPILE_FAILED}}", &selector("PrecompileFailed()")))
}

/// Zeros before the key, where it has too few words before −δ.
fn room_words(input_count: usize) -> usize {
    PROOF_WORDS.saturating_sub(4 + 2 * input_count + 1)
}

/// The key as one literal. γ, α and δ have the opposite sign, so that the four pairings multiply to one.
fn coordinates(key: &ContractKey) -> String {
    let points = &key.points;
    let mut lines = Vec::new();
    for _ in 0..room_words(key.input_count()) {
        lines.push(("0".repeat(64), "room for the proof".into()));
    }
    for (position, point) in points.inputs.iter().enumerate().skip(1) {
        first_group(&mut lines, &format!("IC{position}"), point);
    }
    second_group(&mut lines, "-gamma", &-points.gamma);
    second_group(&mut lines, "-delta", &-points.delta);
    first_group(&mut lines, "-alpha", &-points.alpha);
    second_group(&mut lines, "beta", &points.beta);
    for point in points.inputs.iter().take(1) {
        first_group(&mut lines, "IC0", point);
    }
    let mut out = String::new();
    let last = lines.len().saturating_sub(1);
    for (position, (digits, name)) in lines.iter().enumerate() {
        let end = if position == last { ";" } else { "" };
        // Writing to a string does not fail.
        let _ = writeln!(out, "        hex\"{digits}\"{end} // {name}");
    }
    out.truncate(out.trim_end().len());
    out
}

fn first_group(lines: &mut Vec<(String, String)>, name: &str, point: &G1Affine) {
    lines.extend([(digits(point.x), format!("{name}.x")), (digits(point.y), format!("{name}.y"))]);
}

fn second_group(lines: &mut Vec<(String, String)>, name: &str, point: &G2Affine) {
    for (axis, element) in [("x", point.x), ("y", point.y)] {
        lines.push((digits(element.c1), format!("{name}.{axis}1")));
        lines.push((digits(element.c0), format!("{name}.{axis}0")));
    }
}

fn digits(coordinate: Fq) -> String {
    hex::encode(coordinate.into_bigint().to_bytes_be())
}

//! The text of `snarkjs zkey export soliditycalldata`: the arguments of snarkjs' own contract, to be pasted.

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ff::{BigInteger, PrimeField, Zero};
use serde_json::Value;
use solvency_verifier::Shape;
use solvency_verifier::groth16::{PointError, Proof};

use super::document::{self, MAX_BYTES, Node};
use super::elements::word;
use crate::interop::error::{InteropError, named_proof};
use crate::interop::inputs::ForeignInputs;

/// A, B, C and the public inputs as lists of quoted words, as snarkjs prints them.
pub fn calldata_text(proof: &Proof, inputs: &[Fr]) -> String {
    let pair = |[first, second]: [Fq; 2]| format!("[{}, {}]", quoted(first), quoted(second));
    let (a, b, c) = (proof.a(), proof.b(), proof.c());
    let inputs: Vec<String> = inputs.iter().map(|input| quoted(*input)).collect();
    format!(
        "{},[{},{}],{},[{}]",
        pair([a.x, a.y]),
        pair([b.x.c1, b.x.c0]),
        pair([b.y.c1, b.y.c0]),
        pair([c.x, c.y]),
        inputs.join(",")
    )
}

fn quoted(element: impl PrimeField) -> String {
    format!("\"0x{}\"", hex::encode(element.into_bigint().to_bytes_be()))
}

/// Reads such a text: proof and public inputs of a shape. Places are named `a`, `b`, `c` and `inputs`.
///
/// # Errors
/// [`InteropError`] for the first thing that is refused, with its place.
pub fn read_calldata_text(bytes: &[u8], shape: Shape) -> Result<(Proof, ForeignInputs), InteropError> {
    if bytes.len() > MAX_BYTES - 2 {
        return Err(InteropError::TooLong { got: bytes.len(), allowed: MAX_BYTES - 2 });
    }
    // The items of a list, without the list's brackets.
    let list: Value = document::read(&[b"[", bytes, b"]"].concat()).map_err(without_bracket)?;
    let parts = Node::new("calldata", &list).array::<4>()?;
    let [a, b, c, inputs] = parts.map(Node::into_value);
    let a = read_g1(&Node::new("a", a))?;
    let b = read_g2(&Node::new("b", b))?;
    let c = read_g1(&Node::new("c", c))?;
    let inputs = Node::new("inputs", inputs).list(shape.public_input_count())?;
    let inputs = inputs.iter().map(word).collect::<Result<_, _>>()?;
    let proof = named_proof(Proof::new(a, b, c), ["a", "b", "c"])?;
    Ok((proof, ForeignInputs::new(shape, inputs)?))
}

fn without_bracket(error: InteropError) -> InteropError {
    match error {
        InteropError::Json { line: 1, column, message } => {
            InteropError::Json { line: 1, column: column.saturating_sub(1), message }
        }
        other => other,
    }
}

fn read_g1(node: &Node<'_>) -> Result<G1Affine, InteropError> {
    let [x, y] = node.array()?;
    let (x, y) = (word::<Fq>(&x)?, word::<Fq>(&y)?);
    not_infinity(node, x.is_zero() && y.is_zero())?;
    Ok(G1Affine::new_unchecked(x, y))
}

fn read_g2(node: &Node<'_>) -> Result<G2Affine, InteropError> {
    let [x, y] = node.array()?;
    let (x, y) = (read_fq2(&x)?, read_fq2(&y)?);
    not_infinity(node, x.is_zero() && y.is_zero())?;
    Ok(G2Affine::new_unchecked(x, y))
}

/// The EVM writes the point at infinity as zeros.
fn not_infinity(node: &Node<'_>, zeros: bool) -> Result<(), InteropError> {
    if zeros {
        return Err(InteropError::Point { place: node.place(), error: PointError::Infinity });
    }
    Ok(())
}

fn read_fq2(node: &Node<'_>) -> Result<Fq2, InteropError> {
    let [c1, c0] = node.array()?;
    Ok(Fq2::new(word(&c0)?, word(&c1)?))
}

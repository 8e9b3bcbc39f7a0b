//! `proof.json` and `public.json`.

use ark_bn254::Fr;
use serde::Deserialize;
use serde_json::{Value, json};
use solvency_verifier::Shape;
use solvency_verifier::groth16::Proof;

use super::document::{self, Node, check_curve, check_protocol, present};
use super::elements::{decimal, g1, g2, read_g1, read_g2};
use crate::interop::error::{InteropError, named_proof};
use crate::interop::inputs::ForeignInputs;

/// `proof.json`.
pub fn proof_json(proof: &Proof) -> Value {
    json!({
        "pi_a": g1(proof.a()),
        "pi_b": g2(proof.b()),
        "pi_c": g1(proof.c()),
        "protocol": "groth16",
        "curve": "bn128",
    })
}

/// `public.json`: the public inputs, without the constant one.
pub fn public_json(inputs: &[Fr]) -> Value {
    inputs.iter().map(Fr::to_string).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    pi_a: Value,
    pi_b: Value,
    pi_c: Value,
    protocol: Value,
    #[serde(default, deserialize_with = "present")]
    curve: Option<Value>,
}

/// Reads a `proof.json`.
///
/// # Errors
/// [`InteropError`] for the first thing that is refused, with its place.
pub fn read_proof(bytes: &[u8]) -> Result<Proof, InteropError> {
    let document: Document = document::read(bytes)?;
    check_protocol(&document.protocol)?;
    check_curve(document.curve.as_ref())?;
    let a = read_g1(&Node::new("pi_a", &document.pi_a))?;
    let b = read_g2(&Node::new("pi_b", &document.pi_b))?;
    let c = read_g1(&Node::new("pi_c", &document.pi_c))?;
    named_proof(Proof::new(a, b, c), ["pi_a", "pi_b", "pi_c"])
}

/// Reads a `public.json` of a shape.
///
/// # Errors
/// [`InteropError`]: another number of inputs than the shape's, an input that is not a number below r.
pub fn read_public(bytes: &[u8], shape: Shape) -> Result<ForeignInputs, InteropError> {
    let document: Value = document::read(bytes)?;
    let inputs = Node::new("public", &document).list(shape.public_input_count())?;
    ForeignInputs::new(shape, inputs.iter().map(decimal).collect::<Result<_, _>>()?)
}

//! `verification_key.json`.

use ark_bn254::Bn254;
use ark_ec::pairing::Pairing;
use serde::Deserialize;
use serde_json::{Value, json};
use solvency_verifier::groth16::{Origin, VerifyingKey, VerifyingKeyPoints};
use solvency_verifier::{Bytes32, Shape};

use super::document::{self, Node, check_curve, check_protocol, present};
use super::elements::{fq12, g1, g2, read_fq12, read_g1, read_g2};
use crate::interop::error::{InteropError, check_count, named_key};

/// `verification_key.json`.
pub fn verification_key_json(key: &VerifyingKey) -> Value {
    let points = key.points();
    json!({
        "protocol": "groth16",
        "curve": "bn128",
        "nPublic": key.shape().public_input_count(),
        "vk_alpha_1": g1(&points.alpha),
        "vk_beta_2": g2(&points.beta),
        "vk_gamma_2": g2(&points.gamma),
        "vk_delta_2": g2(&points.delta),
        "vk_alphabeta_12": fq12(&Bn254::pairing(points.alpha, points.beta).0),
        "IC": points.inputs.iter().map(g1).collect::<Vec<_>>(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    protocol: Value,
    #[serde(default, deserialize_with = "present")]
    curve: Option<Value>,
    #[serde(rename = "nPublic")]
    public_inputs: Value,
    vk_alpha_1: Value,
    vk_beta_2: Value,
    vk_gamma_2: Value,
    vk_delta_2: Value,
    #[serde(default, deserialize_with = "present")]
    vk_alphabeta_12: Option<Value>,
    #[serde(rename = "IC")]
    inputs: Value,
}

/// Reads a `verification_key.json` as a development key of a shape, whose matrices have this hash: the document says neither.
///
/// # Errors
/// [`InteropError`] for the first thing that is refused, with its place.
pub fn read_verification_key(
    bytes: &[u8],
    shape: Shape,
    matrices: Bytes32,
) -> Result<VerifyingKey, InteropError> {
    let document: Document = document::read(bytes)?;
    check_protocol(&document.protocol)?;
    check_curve(document.curve.as_ref())?;
    let count = shape.public_input_count();
    check_count("nPublic", Node::new("nPublic", &document.public_inputs).count()?, count)?;
    let inputs = Node::new("IC", &document.inputs).list(count + 1)?;
    let points = VerifyingKeyPoints {
        alpha: read_g1(&Node::new("vk_alpha_1", &document.vk_alpha_1))?,
        beta: read_g2(&Node::new("vk_beta_2", &document.vk_beta_2))?,
        gamma: read_g2(&Node::new("vk_gamma_2", &document.vk_gamma_2))?,
        delta: read_g2(&Node::new("vk_delta_2", &document.vk_delta_2))?,
        inputs: inputs.iter().map(read_g1).collect::<Result<_, _>>()?,
    };
    let alpha_beta = document.vk_alphabeta_12.as_ref();
    let alpha_beta = alpha_beta.map(|value| read_fq12(&Node::new("vk_alphabeta_12", value))).transpose()?;
    let key = VerifyingKey::new(shape, matrices, Origin::Development, points);
    let key = named_key(key, ["vk_alpha_1", "vk_beta_2", "vk_gamma_2", "vk_delta_2", "IC"])?;
    let points = key.points();
    if alpha_beta.is_some_and(|given| given != Bn254::pairing(points.alpha, points.beta).0) {
        return Err(InteropError::AlphaBeta);
    }
    Ok(key)
}

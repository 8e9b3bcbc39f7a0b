//! arkworks' own serialisation of proofs, verifying keys and public inputs, and its types.
//!
//! Source: ark-serialize, ark-ec and ark-groth16 0.6, `CanonicalSerialize` of short Weierstrass points, lists and the two types.

use ark_bn254::{Bn254, Fr};
use ark_ec::AffineRepr;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize, Compress, Validate};
use solvency_verifier::groth16::{KeyError, Origin, Proof, ProofError, VerifyingKey, VerifyingKeyPoints};
use solvency_verifier::{Bytes32, Shape};

use super::error::{InteropError, Modulus, NumberError, check_count, named_key, named_proof};
use super::inputs::ForeignInputs;

/// How points are written; the length of what is read says which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// x and a flag for y.
    Compressed,
    /// x, y and the same flag.
    Uncompressed,
}

/// Bytes of a compressed point of the first group; the second's have twice as many, uncompressed ones of both again.
const POINT_BYTES: usize = 32;
/// Points of a proof, counted in such lengths: A, B, C.
const PROOF_POINTS: usize = 4;
/// α, β, γ, δ likewise.
const KEY_POINTS: usize = 7;
/// Length of a list's length.
const COUNT_BYTES: usize = 8;
const INPUT_BYTES: usize = 32;

/// arkworks' proof.
pub fn to_ark_proof(proof: &Proof) -> ark_groth16::Proof<Bn254> {
    ark_groth16::Proof { a: *proof.a(), b: *proof.b(), c: *proof.c() }
}

/// Our proof.
///
/// # Errors
/// [`ProofError::Point`] for the first point that is refused.
pub fn from_ark_proof(proof: &ark_groth16::Proof<Bn254>) -> Result<Proof, ProofError> {
    Proof::new(proof.a, proof.b, proof.c)
}

/// arkworks' key.
pub fn to_ark_key(key: &VerifyingKey) -> ark_groth16::VerifyingKey<Bn254> {
    let points = key.points();
    ark_groth16::VerifyingKey {
        alpha_g1: points.alpha,
        beta_g2: points.beta,
        gamma_g2: points.gamma,
        delta_g2: points.delta,
        gamma_abc_g1: points.inputs.clone(),
    }
}

/// Our key: a development key of a shape, whose matrices have this hash. arkworks' key says neither.
///
/// # Errors
/// [`KeyError`] for the first thing that is refused.
pub fn from_ark_key(
    key: &ark_groth16::VerifyingKey<Bn254>,
    shape: Shape,
    matrices: Bytes32,
) -> Result<VerifyingKey, KeyError> {
    let points = VerifyingKeyPoints {
        alpha: key.alpha_g1,
        beta: key.beta_g2,
        gamma: key.gamma_g2,
        delta: key.delta_g2,
        inputs: key.gamma_abc_g1.clone(),
    };
    VerifyingKey::new(shape, matrices, Origin::Development, points)
}

/// The bytes of arkworks' `Proof<Bn254>`.
pub fn proof_bytes(proof: &Proof, form: Form) -> Vec<u8> {
    serialise(&to_ark_proof(proof), form)
}

/// The bytes of arkworks' `VerifyingKey<Bn254>`.
pub fn key_bytes(key: &VerifyingKey, form: Form) -> Vec<u8> {
    serialise(&to_ark_key(key), form)
}

/// The bytes of arkworks' `Vec<Fr>`, which has one form.
pub fn inputs_bytes(inputs: &[Fr]) -> Vec<u8> {
    serialise(&inputs, Form::Compressed)
}

/// Reads the bytes of a `Proof<Bn254>`, in either form.
///
/// # Errors
/// [`InteropError`] for the first thing that is refused; points are named `a`, `b` and `c`.
pub fn read_proof(bytes: &[u8]) -> Result<Proof, InteropError> {
    let form = Form::of_length("proof", bytes.len(), PROOF_POINTS * POINT_BYTES, 0)?;
    let mut reader = Reader { rest: bytes, form };
    let proof = Proof::new(reader.point("a")?, reader.point("b")?, reader.point("c")?);
    let proof = named_proof(proof, ["a", "b", "c"])?;
    check_canonical("proof", &proof_bytes(&proof, form), bytes)?;
    Ok(proof)
}

/// Reads the bytes of a `VerifyingKey<Bn254>`, in either form, as a development key of a shape whose matrices have this hash.
///
/// # Errors
/// [`InteropError`] for the first thing that is refused; points have arkworks' names, as in `gamma_abc_g1[0]`.
pub fn read_key(bytes: &[u8], shape: Shape, matrices: Bytes32) -> Result<VerifyingKey, InteropError> {
    const NAMES: [&str; 5] = ["alpha_g1", "beta_g2", "gamma_g2", "delta_g2", "gamma_abc_g1"];
    let [alpha, beta, gamma, delta, inputs] = NAMES;
    let count = shape.public_input_count() + 1;
    let point_bytes = (KEY_POINTS + count) * POINT_BYTES;
    let form = Form::of_length("verifying key", bytes.len(), point_bytes, COUNT_BYTES)?;
    let mut reader = Reader { rest: bytes, form };
    let (alpha, beta) = (reader.point(alpha)?, reader.point(beta)?);
    let (gamma, delta) = (reader.point(gamma)?, reader.point(delta)?);
    check_count(inputs, reader.count(inputs)?, count)?;
    let inputs = (0..count).map(|index| reader.point(&format!("{inputs}[{index}]")));
    let inputs = inputs.collect::<Result<_, _>>()?;
    let points = VerifyingKeyPoints { alpha, beta, gamma, delta, inputs };
    let key = VerifyingKey::new(shape, matrices, Origin::Development, points);
    let key = named_key(key, NAMES)?;
    check_canonical("verifying key", &key_bytes(&key, form), bytes)?;
    Ok(key)
}

/// Reads the bytes of a `Vec<Fr>` as public inputs of a shape.
///
/// # Errors
/// [`InteropError`]: another length or number of inputs than the shape's, an input that is not below r.
pub fn read_inputs(bytes: &[u8], shape: Shape) -> Result<ForeignInputs, InteropError> {
    let count = shape.public_input_count();
    let expected = COUNT_BYTES + count * INPUT_BYTES;
    if bytes.len() != expected {
        let place = "public inputs".into();
        return Err(InteropError::Length { place, got: bytes.len(), expected: vec![expected] });
    }
    let mut reader = Reader { rest: bytes, form: Form::Compressed };
    check_count("public inputs", reader.count("public inputs")?, count)?;
    let inputs = (0..count).map(|index| reader.input(index)).collect::<Result<_, _>>()?;
    ForeignInputs::new(shape, inputs)
}

impl Form {
    /// The form whose length this is: of points, and of what is the same in both forms.
    fn of_length(
        place: &str,
        got: usize,
        compressed_points: usize,
        others: usize,
    ) -> Result<Form, InteropError> {
        let [compressed, uncompressed] = [compressed_points + others, 2 * compressed_points + others];
        match got {
            _ if got == compressed => Ok(Form::Compressed),
            _ if got == uncompressed => Ok(Form::Uncompressed),
            _ => {
                let expected = vec![compressed, uncompressed];
                Err(InteropError::Length { place: place.into(), got, expected })
            }
        }
    }
}

impl From<Form> for Compress {
    fn from(form: Form) -> Self {
        match form {
            Form::Compressed => Compress::Yes,
            Form::Uncompressed => Compress::No,
        }
    }
}

fn serialise(value: &impl CanonicalSerialize, form: Form) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(value.serialized_size(form.into()));
    // Writing to memory does not fail.
    let _ = value.serialize_with_mode(&mut bytes, form.into());
    bytes
}

/// arkworks does not compare an uncompressed point's flag with its y.
fn check_canonical(place: &'static str, written: &[u8], read: &[u8]) -> Result<(), InteropError> {
    if written == read { Ok(()) } else { Err(InteropError::NotCanonical { place }) }
}

struct Reader<'a> {
    rest: &'a [u8],
    form: Form,
}

impl Reader<'_> {
    /// A point that is not checked yet.
    fn point<P: AffineRepr>(&mut self, place: &str) -> Result<P, InteropError> {
        P::deserialize_with_mode(&mut self.rest, self.form.into(), Validate::No)
            .map_err(|_| InteropError::NoPoint { place: place.into() })
    }

    fn count(&mut self, place: &str) -> Result<u64, InteropError> {
        let (count, rest) = self.rest.split_first_chunk::<COUNT_BYTES>().ok_or_else(|| {
            let expected = vec![COUNT_BYTES];
            InteropError::Length { place: place.into(), got: self.rest.len(), expected }
        })?;
        self.rest = rest;
        Ok(u64::from_le_bytes(*count))
    }

    fn input(&mut self, index: usize) -> Result<Fr, InteropError> {
        Fr::deserialize_uncompressed_unchecked(&mut self.rest).map_err(|_| InteropError::Number {
            place: format!("public inputs[{index}]"),
            error: NumberError::NotBelow(Modulus::Scalar),
        })
    }
}

//! A verifying key: its one byte form, its id, and what it must not be (spec/keys.md).
//!
//! # What these checks do not show
//!
//! That nobody knows the set-up's secrets. A key with `γ = k·δ` for a secret `k` looks like any other; only the transcript of a
//! ceremony with an honest participant speaks against it. What is refused here are keys with which *everybody* can forge, or
//! which leave a public input unbound.

use alloc::{string::String, vec::Vec};
use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::key_id::KeyId;
use super::points::{
    G1_BYTES, G2_BYTES, PointError, check_g1, check_g2, read_g1, read_g2, write_g1, write_g2,
};
use crate::encoding::{Bytes32, bytes_from_hex, hex_string, tagged_sha256};
use crate::shape::Shape;

const MAGIC: &[u8; 12] = b"solvency.vk\0";
const FORMAT_VERSION: u8 = 1;
const DEVELOPMENT: u8 = 0;
const CEREMONY: u8 = 1;

/// Who knows, or knew, a key's secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Made on one machine: whoever ran it can forge. Refused unless a trust file names the key.
    Development,
    /// Made by several participants; all of them together can forge.
    Ceremony {
        /// SHA-256 of the ceremony's transcript; never zero.
        transcript: Bytes32,
    },
}

/// A point, or a list of points, of a verifying key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyElement {
    /// `α`, in the first group.
    Alpha,
    /// `β`, in the second group.
    Beta,
    /// `γ`, in the second group.
    Gamma,
    /// `δ`, in the second group.
    Delta,
    /// The constant's point (0) or the point of public input `i − 1`, in the first group.
    Input(usize),
}

/// Why bytes or points are not a verifying key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The bytes don't begin like a key of this project.
    #[error("not a solvency verifying key")]
    Magic,
    /// Another version of the byte form.
    #[error("verifying key format {got} is not known, expected {FORMAT_VERSION}")]
    Version {
        /// Version found.
        got: u8,
    },
    /// The bytes end within the key.
    #[error("the verifying key is truncated")]
    Truncated,
    /// Bytes follow after the key.
    #[error("{extra} bytes after the end of the verifying key")]
    TrailingBytes {
        /// Number of bytes too many.
        extra: usize,
    },
    /// A circuit or a circuit's version that this verifier doesn't know.
    #[error("shape {got:?} is not known")]
    Shape {
        /// The name found, as far as it is text.
        got: String,
    },
    /// An origin that is neither development nor ceremony.
    #[error("key origin {got} is not known")]
    Origin {
        /// The byte found.
        got: u8,
    },
    /// A development key with a transcript, or a ceremony without one.
    #[error("a ceremony's key has the hash of its transcript, a development key has none")]
    Transcript,
    /// The number of input points doesn't fit the shape.
    #[error(
        "{shape} needs {expected} input points, one for each public input and one for the constant; got {got}"
    )]
    InputCount {
        /// The key's shape.
        shape: Shape,
        /// Points found.
        got: usize,
        /// Points required.
        expected: usize,
    },
    /// One of the points is refused.
    #[error("verifying key point {element:?}: {error}")]
    Point {
        /// Which point.
        element: KeyElement,
        /// Why.
        error: PointError,
    },
    /// Two of β, γ and δ are equal or opposite: anybody can forge. With `γ = δ`, `(α, β, −IC(x))` verifies for every `x`.
    #[error("{first:?} and {second:?} are equal or opposite: anybody can forge proofs under this key")]
    RelatedPoints {
        /// One point.
        first: KeyElement,
        /// The other.
        second: KeyElement,
    },
    /// α, β or δ is the group's generator or its opposite, as before any contribution to a set-up: its secret is 1.
    #[error("{element:?} is the generator: nobody contributed to this key's set-up")]
    NoContribution {
        /// Which point.
        element: KeyElement,
    },
    /// Two public inputs have equal or opposite points: only their sum or difference is bound.
    #[error("public inputs {first} and {second} are not bound separately by this key")]
    InputsNotSeparate {
        /// Zero-based position of one input.
        first: usize,
        /// Zero-based position of the other.
        second: usize,
    },
}

/// The points of a verifying key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKeyPoints {
    /// `α`.
    pub alpha: G1Affine,
    /// `β`.
    pub beta: G2Affine,
    /// `γ`.
    pub gamma: G2Affine,
    /// `δ`.
    pub delta: G2Affine,
    /// `IC`: the constant's point, then one for each public input in the order of the specification.
    pub inputs: Vec<G1Affine>,
}

/// A verifying key for one shape, checked as far as a key can be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    shape: Shape,
    matrices: Bytes32,
    origin: Origin,
    points: VerifyingKeyPoints,
}

impl VerifyingKey {
    /// A key for `shape` of these points; `matrices` is the hash of the circuit's matrices that it was made for.
    ///
    /// # Errors
    /// [`KeyError`] for the first thing that is refused: the origin, the number of input points, a point, or a degenerate key.
    pub fn new(
        shape: Shape,
        matrices: Bytes32,
        origin: Origin,
        points: VerifyingKeyPoints,
    ) -> Result<Self, KeyError> {
        if matches!(origin, Origin::Ceremony { transcript } if transcript.is_zero()) {
            return Err(KeyError::Transcript);
        }
        check_input_count(shape, points.inputs.len())?;
        points.check()?;
        Ok(Self { shape, matrices, origin, points })
    }

    /// Reads the byte form; nothing may follow it.
    ///
    /// # Errors
    /// [`KeyError`] for the first thing that is refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let mut reader = Reader(bytes);
        if reader.take::<12>()? != MAGIC {
            return Err(KeyError::Magic);
        }
        let [version] = *reader.take::<1>()?;
        if version != FORMAT_VERSION {
            return Err(KeyError::Version { got: version });
        }
        let [shape_length] = *reader.take::<1>()?;
        let shape_id = reader.slice(usize::from(shape_length))?;
        let shape = core::str::from_utf8(shape_id)
            .ok()
            .and_then(Shape::from_id)
            .ok_or_else(|| KeyError::Shape { got: String::from_utf8_lossy(shape_id).into_owned() })?;
        let matrices = Bytes32(*reader.take::<32>()?);
        let [origin] = *reader.take::<1>()?;
        let transcript = Bytes32(*reader.take::<32>()?);
        let origin = match (origin, transcript.is_zero()) {
            (DEVELOPMENT, true) => Origin::Development,
            (CEREMONY, false) => Origin::Ceremony { transcript },
            (DEVELOPMENT | CEREMONY, _) => return Err(KeyError::Transcript),
            (got, _) => return Err(KeyError::Origin { got }),
        };
        let [input_count] = *reader.take::<1>()?;
        check_input_count(shape, usize::from(input_count))?;
        let points = reader.points(usize::from(input_count))?;
        match reader.0.len() {
            0 => Self::new(shape, matrices, origin, points),
            extra => Err(KeyError::TrailingBytes { extra }),
        }
    }

    /// The byte form: magic, format version, shape id and its length, hash of the matrices, origin and transcript, number of
    /// input points (a byte), then α, β, γ, δ and the input points in the EVM's form.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(MAGIC);
        out.push(FORMAT_VERSION);
        let shape_id = self.shape.id();
        out.push(short_length(shape_id.len()));
        out.extend_from_slice(shape_id.as_bytes());
        out.extend_from_slice(&self.matrices.0);
        let (origin, transcript) = match self.origin {
            Origin::Development => (DEVELOPMENT, Bytes32::ZERO),
            Origin::Ceremony { transcript } => (CEREMONY, transcript),
        };
        out.push(origin);
        out.extend_from_slice(&transcript.0);
        out.push(short_length(self.points.inputs.len()));
        write_g1(&self.points.alpha, &mut out);
        for point in [&self.points.beta, &self.points.gamma, &self.points.delta] {
            write_g2(point, &mut out);
        }
        for point in &self.points.inputs {
            write_g1(point, &mut out);
        }
        out
    }

    /// The key's id.
    pub fn id(&self) -> KeyId {
        KeyId(tagged_sha256("solvency.v1.key", &[&self.to_bytes()]))
    }

    /// The shape that the key is for.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Hash of the matrices of the circuit that the key was made for.
    pub fn matrices(&self) -> &Bytes32 {
        &self.matrices
    }

    /// Where the key comes from.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The key's points.
    pub fn points(&self) -> &VerifyingKeyPoints {
        &self.points
    }
}

impl VerifyingKeyPoints {
    /// Refuses points that are none, and keys under which anybody can forge or which leave inputs unbound, for whatever circuit
    /// they are.
    ///
    /// # Errors
    /// [`KeyError`] for the first thing that is refused.
    pub fn check(&self) -> Result<(), KeyError> {
        self.check_each()?;
        self.check_together()
    }

    fn check_each(&self) -> Result<(), KeyError> {
        let refused = |element| move |error| KeyError::Point { element, error };
        check_g1(&self.alpha).map_err(refused(KeyElement::Alpha))?;
        for (element, point) in self.second_group() {
            check_g2(point).map_err(refused(element))?;
        }
        for (position, point) in self.inputs.iter().enumerate() {
            check_g1(point).map_err(refused(KeyElement::Input(position)))?;
        }
        Ok(())
    }

    /// Refuses the relations between points that let anybody forge; spec/keys.md shows each forgery.
    fn check_together(&self) -> Result<(), KeyError> {
        let [beta, gamma, delta] = self.second_group();
        for ((first, p), (second, q)) in [(gamma, delta), (beta, gamma), (beta, delta)] {
            if equal_or_opposite(p, q) {
                return Err(KeyError::RelatedPoints { first, second });
            }
        }
        if equal_or_opposite(&self.alpha, &G1Affine::generator()) {
            return Err(KeyError::NoContribution { element: KeyElement::Alpha });
        }
        // γ is the generator in every ceremony's key: phase 2 only rerandomises δ.
        for (element, point) in [beta, delta] {
            if equal_or_opposite(point, &G2Affine::generator()) {
                return Err(KeyError::NoContribution { element });
            }
        }
        let mut rest = self.inputs.iter().skip(1).enumerate();
        while let Some((first, p)) = rest.next() {
            if let Some((second, _)) = rest.clone().find(|(_, q)| equal_or_opposite(p, *q)) {
                return Err(KeyError::InputsNotSeparate { first, second });
            }
        }
        Ok(())
    }

    fn second_group(&self) -> [(KeyElement, &G2Affine); 3] {
        [(KeyElement::Beta, &self.beta), (KeyElement::Gamma, &self.gamma), (KeyElement::Delta, &self.delta)]
    }
}

impl Serialize for VerifyingKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex_string(&self.to_bytes()))
    }
}

impl<'de> Deserialize<'de> for VerifyingKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = bytes_from_hex(&text).map_err(D::Error::custom)?;
        Self::from_bytes(&bytes).map_err(D::Error::custom)
    }
}

fn check_input_count(shape: Shape, got: usize) -> Result<(), KeyError> {
    let expected = shape.public_input_count().saturating_add(1);
    if got == expected { Ok(()) } else { Err(KeyError::InputCount { shape, got, expected }) }
}

fn equal_or_opposite<P: AffineRepr>(p: &P, q: &P) -> bool {
    p.x() == q.x()
}

/// Shape ids and input counts are far below 256; anything longer would be refused when read back.
fn short_length(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Result<&'a [u8; N], KeyError> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or(KeyError::Truncated)?;
        self.0 = rest;
        Ok(head)
    }

    fn slice(&mut self, length: usize) -> Result<&'a [u8], KeyError> {
        let (head, rest) = self.0.split_at_checked(length).ok_or(KeyError::Truncated)?;
        self.0 = rest;
        Ok(head)
    }

    fn g1(&mut self, element: KeyElement) -> Result<G1Affine, KeyError> {
        read_g1(self.take::<G1_BYTES>()?).map_err(|error| KeyError::Point { element, error })
    }

    fn g2(&mut self, element: KeyElement) -> Result<G2Affine, KeyError> {
        read_g2(self.take::<G2_BYTES>()?).map_err(|error| KeyError::Point { element, error })
    }

    fn points(&mut self, input_count: usize) -> Result<VerifyingKeyPoints, KeyError> {
        Ok(VerifyingKeyPoints {
            alpha: self.g1(KeyElement::Alpha)?,
            beta: self.g2(KeyElement::Beta)?,
            gamma: self.g2(KeyElement::Gamma)?,
            delta: self.g2(KeyElement::Delta)?,
            inputs: (0..input_count)
                .map(|position| self.g1(KeyElement::Input(position)))
                .collect::<Result<_, _>>()?,
        })
    }
}

//! Why a document or bytes of another tool are refused, and at which place.

use solvency_verifier::groth16::{
    KeyElement, KeyError, PointError, Proof, ProofElement, ProofError, VerifyingKey,
};

/// Documents and bytes that are not what they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InteropError {
    /// More bytes than any such document has.
    #[error("{got} bytes; at most {allowed} are read")]
    TooLong {
        /// Bytes given.
        got: usize,
        /// Most bytes that are read.
        allowed: usize,
    },
    /// Not JSON, or a field that is unknown, missing or given twice.
    #[error("line {line}, column {column}: {message}")]
    Json {
        /// One-based line.
        line: usize,
        /// One-based column.
        column: usize,
        /// What was found and what is allowed.
        message: String,
    },
    /// A value of another kind.
    #[error("{place}: expected {expected}")]
    Kind {
        /// Where.
        place: String,
        /// What should be there.
        expected: &'static str,
    },
    /// Another number of items.
    #[error("{place}: {got}, expected {expected}")]
    Count {
        /// Where.
        place: String,
        /// What is there.
        got: u64,
        /// What should be there.
        expected: u64,
    },
    /// Another number of bytes.
    #[error("{place}: {got} bytes, expected {}", lengths(.expected))]
    Length {
        /// Of what.
        place: String,
        /// Bytes given.
        got: usize,
        /// The lengths that it may have.
        expected: Vec<usize>,
    },
    /// A number in another form, or too large.
    #[error("{place}: {error}")]
    Number {
        /// Where.
        place: String,
        /// Why.
        error: NumberError,
    },
    /// A proof or key of another proof system.
    #[error("protocol: {got:?}, expected \"groth16\"")]
    Protocol {
        /// What was found.
        got: String,
    },
    /// A proof or key over another curve.
    #[error("curve: {got:?} is not BN254 (bn128, bn254 or altbn128)")]
    Curve {
        /// What was found.
        got: String,
    },
    /// A point that is not given by its affine coordinates.
    #[error("{place}: the last coordinate of a point is one")]
    LastCoordinate {
        /// Where.
        place: String,
    },
    /// Bytes of a point whose flags, coordinates or x are those of none.
    #[error("{place}: not the bytes of a point")]
    NoPoint {
        /// Where.
        place: String,
    },
    /// A point that is refused.
    #[error("{place}: {error}")]
    Point {
        /// Where.
        place: String,
        /// Why.
        error: PointError,
    },
    /// Bytes of which there would be several for one value.
    #[error("{place}: a point's flag says another sign than the point has")]
    NotCanonical {
        /// Of what.
        place: &'static str,
    },
    /// A key whose points are points, but make no key.
    #[error(transparent)]
    Key(KeyError),
    /// `vk_alphabeta_12` is another element.
    #[error("vk_alphabeta_12: not the pairing of vk_alpha_1 and vk_beta_2")]
    AlphaBeta,
    /// Calldata of another function.
    #[error("the selector is {got:02x?}, expected {expected:02x?}")]
    Selector {
        /// The first four bytes.
        got: [u8; 4],
        /// The selector for the shape's number of public inputs.
        expected: [u8; 4],
    },
}

/// Why a text or bytes are not a field element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not decimal digits in their one form.
    #[error("not a decimal number without sign, point, exponent or leading zero")]
    NotDecimal,
    /// Not a word of calldata.
    #[error("not 0x and 64 lower-case hexadecimal digits")]
    NotWord,
    /// Reducing it would give one element several forms.
    #[error("not below the {0} field's modulus")]
    NotBelow(Modulus),
}

/// The modulus that a number has to be below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modulus {
    /// q: coordinates.
    Base,
    /// r: public inputs.
    Scalar,
}

impl core::fmt::Display for Modulus {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Modulus::Base => "base",
            Modulus::Scalar => "scalar",
        })
    }
}

fn lengths(expected: &[usize]) -> String {
    expected.iter().map(usize::to_string).collect::<Vec<_>>().join(" or ")
}

/// The proof, or its first refused point by the name that the form has for A, B and C.
pub(super) fn named_proof(
    proof: Result<Proof, ProofError>,
    [a, b, c]: [&str; 3],
) -> Result<Proof, InteropError> {
    proof.map_err(|error| match error {
        ProofError::Point { element, error } => {
            let place = match element {
                ProofElement::A => a,
                ProofElement::B => b,
                ProofElement::C => c,
            };
            InteropError::Point { place: place.into(), error }
        }
        // Points have neither a length nor text.
        ProofError::Length { .. } | ProofError::Hex(_) => InteropError::NoPoint { place: a.into() },
    })
}

/// The key, or its first refused point by the name that the form has for α, β, γ, δ and the input points.
pub(super) fn named_key(
    key: Result<VerifyingKey, KeyError>,
    [alpha, beta, gamma, delta, inputs]: [&str; 5],
) -> Result<VerifyingKey, InteropError> {
    key.map_err(|error| match error {
        KeyError::Point { element, error } => {
            let place = match element {
                KeyElement::Alpha => alpha.into(),
                KeyElement::Beta => beta.into(),
                KeyElement::Gamma => gamma.into(),
                KeyElement::Delta => delta.into(),
                KeyElement::Input(position) => format!("{inputs}[{position}]"),
            };
            InteropError::Point { place, error }
        }
        error => InteropError::Key(error),
    })
}

/// Refuses another number than the shape's before anything is taken from memory for it.
pub(super) fn check_count(place: &str, got: u64, expected: usize) -> Result<(), InteropError> {
    let expected = expected as u64;
    if got == expected { Ok(()) } else { Err(InteropError::Count { place: place.into(), got, expected }) }
}

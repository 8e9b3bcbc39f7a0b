//! What contracts are generated from, and which keys get none (spec/keys.md, "In a contract").

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use solvency_verifier::groth16::{KeyError, KeyId, Origin, VerifyingKey, VerifyingKeyPoints};
use solvency_verifier::{Bytes32, Shape};

/// Most public inputs of a contract: more would come near to the largest code that a chain takes.
const MOST_INPUTS: usize = 256;
const LONGEST_TEXT: usize = 64;

/// A verifying key of any circuit, with the names that its contract has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractKey {
    /// What the contracts' names begin with: `CoverageFlat` for `CoverageFlatVerifier`.
    pub name: String,
    /// The circuit and its version, as in `coverage-flat/1`.
    pub circuit: String,
    /// The key's id.
    pub id: KeyId,
    /// Hash of the matrices of the circuit that the key was made for.
    pub matrices: Bytes32,
    /// Where the key comes from.
    pub origin: Origin,
    /// The key's points: of which nothing has been checked yet.
    pub points: VerifyingKeyPoints,
}

/// Why there is no contract for a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContractError {
    /// A name that is no identifier of Solidity.
    #[error(
        "{got:?} can't begin a contract's name: a capital, then letters and digits, at most {LONGEST_TEXT}"
    )]
    Name {
        /// The name.
        got: String,
    },
    /// A circuit's id that could end the comment in which it stands.
    #[error(
        "{got:?} is no id of a circuit: lower-case letters, digits, `-`, `.` and `/`, at most {LONGEST_TEXT}"
    )]
    Circuit {
        /// The id.
        got: String,
    },
    /// Too few points, or more than a contract can hold.
    #[error("{got} input points: a contract takes 1 to {MOST_INPUTS} public inputs, and has one point more")]
    InputCount {
        /// Number of input points.
        got: usize,
    },
    /// A point is refused, or anybody can forge, or inputs are not bound separately.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// An input's point is the constant's or its opposite.
    #[error("public input {input} has the constant's point or its opposite: no set-up makes such a key")]
    ConstantNotSeparate {
        /// Zero-based position of the input.
        input: usize,
    },
    /// γ is the generator or its opposite, and the key does not come from a ceremony.
    #[error(
        "γ is the generator, as in a ceremony's key, but this key does not come from one; name it as a development key"
    )]
    GammaIsGenerator,
    /// Whoever made the key can forge.
    #[error("{key} is a development key: whoever made it can forge; name it as one to get a contract of it")]
    DevelopmentKey {
        /// The key's id.
        key: KeyId,
    },
    /// The development key that was named is another one.
    #[error("the key is {key}, not {named}")]
    AnotherKeyNamed {
        /// The id that was given.
        named: KeyId,
        /// The key's id.
        key: KeyId,
    },
}

/// `CoverageFlat` for `coverage-flat`.
pub(super) fn name_of(shape: Shape) -> String {
    let mut name = String::new();
    for word in shape.name().split('-') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

impl From<&VerifyingKey> for ContractKey {
    fn from(key: &VerifyingKey) -> Self {
        ContractKey {
            name: name_of(key.shape()),
            circuit: key.shape().id(),
            id: key.id(),
            matrices: *key.matrices(),
            origin: key.origin(),
            points: key.points().clone(),
        }
    }
}

impl ContractKey {
    /// Number of public inputs.
    pub fn input_count(&self) -> usize {
        self.points.inputs.len().saturating_sub(1)
    }

    /// Refuses what nobody should deploy.
    pub(super) fn check(&self, development: Option<KeyId>) -> Result<(), ContractError> {
        if !is_name(&self.name) {
            return Err(ContractError::Name { got: self.name.clone() });
        }
        if !is_circuit(&self.circuit) {
            return Err(ContractError::Circuit { got: self.circuit.clone() });
        }
        if !(1..=MOST_INPUTS).contains(&self.input_count()) {
            return Err(ContractError::InputCount { got: self.points.inputs.len() });
        }
        self.points.check()?;
        self.check_constant()?;
        self.check_origin(development)
    }

    fn check_constant(&self) -> Result<(), ContractError> {
        let x = self.points.inputs.first().map(|point: &G1Affine| point.x);
        match self.points.inputs.iter().skip(1).position(|point| Some(point.x) == x) {
            None => Ok(()),
            Some(input) => Err(ContractError::ConstantNotSeparate { input }),
        }
    }

    fn check_origin(&self, development: Option<KeyId>) -> Result<(), ContractError> {
        let key = self.id;
        if let Some(named) = development.filter(|named| *named != key) {
            return Err(ContractError::AnotherKeyNamed { named, key });
        }
        match self.origin {
            Origin::Ceremony { transcript } if transcript.is_zero() => Err(KeyError::Transcript.into()),
            Origin::Ceremony { .. } => Ok(()),
            Origin::Development if development.is_some() => Ok(()),
            Origin::Development if self.points.gamma.x == G2Affine::generator().x => {
                Err(ContractError::GammaIsGenerator)
            }
            Origin::Development => Err(ContractError::DevelopmentKey { key }),
        }
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= LONGEST_TEXT
        && text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric())
}

fn is_circuit(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-./".contains(c);
    (1..=LONGEST_TEXT).contains(&text.len()) && text.chars().all(allowed)
}

//! A bounded JSON document, and the values in it with their places.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

use crate::interop::error::{InteropError, check_count};

/// Longest document that is read, in bytes; the largest key has less than a fifth of it.
pub const MAX_BYTES: usize = 1 << 16;

/// Reads one JSON document.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, InteropError> {
    if bytes.len() > MAX_BYTES {
        return Err(InteropError::TooLong { got: bytes.len(), allowed: MAX_BYTES });
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let message = error.to_string();
        InteropError::Json {
            line: error.line(),
            column: error.column(),
            message: message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what).into(),
        }
    })
}

/// A field that may be missing; a null is something else, and is refused where it is used.
pub(super) fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// A value of a document and where it stands.
pub(super) struct Node<'a> {
    place: String,
    value: &'a Value,
}

impl<'a> Node<'a> {
    pub(super) fn new(place: &str, value: &'a Value) -> Self {
        Self { place: place.into(), value }
    }

    /// The value, to be given another place.
    pub(super) fn into_value(self) -> &'a Value {
        self.value
    }

    pub(super) fn place(&self) -> String {
        self.place.clone()
    }

    /// A list of so many.
    pub(super) fn list(&self, expected: usize) -> Result<Vec<Node<'a>>, InteropError> {
        let Value::Array(items) = self.value else { return Err(self.kind("a list")) };
        check_count(&self.place, items.len() as u64, expected)?;
        let item = |(index, value)| Node { place: format!("{}[{index}]", self.place), value };
        Ok(items.iter().enumerate().map(item).collect())
    }

    /// As [`Node::list`].
    pub(super) fn array<const N: usize>(&self) -> Result<[Node<'a>; N], InteropError> {
        self.list(N)?.try_into().map_err(|_| self.kind("a list"))
    }

    pub(super) fn text(&self) -> Result<&'a str, InteropError> {
        self.value.as_str().ok_or_else(|| self.kind("a string"))
    }

    /// A JSON number without sign, fraction or exponent.
    pub(super) fn count(&self) -> Result<u64, InteropError> {
        self.value.as_u64().ok_or_else(|| self.kind("a number"))
    }

    fn kind(&self, expected: &'static str) -> InteropError {
        InteropError::Kind { place: self.place(), expected }
    }
}

/// snarkjs names the proof system in keys and proofs.
pub(super) fn check_protocol(protocol: &Value) -> Result<(), InteropError> {
    match Node::new("protocol", protocol).text()? {
        "groth16" => Ok(()),
        other => Err(InteropError::Protocol { got: other.into() }),
    }
}

/// The names under which snarkjs knows BN254. Some tools leave the field out.
pub(super) fn check_curve(curve: Option<&Value>) -> Result<(), InteropError> {
    let Some(curve) = curve else { return Ok(()) };
    match Node::new("curve", curve).text()? {
        "bn128" | "bn254" | "altbn128" => Ok(()),
        other => Err(InteropError::Curve { got: other.into() }),
    }
}

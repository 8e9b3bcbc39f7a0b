//! JSON documents in their one form: what is read is what would be written.
//!
//! Typed reading alone takes more than that: an array of an object's values in place of the object, and nothing in place of `null`.

use alloc::{format, string::String};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Why a document is not in its one form.
#[derive(Debug, thiserror::Error)]
pub enum StrictError {
    /// Not JSON of this type.
    #[error("{0}")]
    Json(serde_json::Error),
    /// JSON of this type, but not as it is written; the place as a JSON pointer.
    #[error("{0:?} is not in its one form: an array in place of an object, or a field is missing")]
    Form(String),
}

/// Reads a document, and refuses it where writing the value again gives another one. White space and the order of fields are free. The
/// caller bounds its length first: all of it is held several times.
///
/// # Errors
/// [`StrictError`] for the first difference.
pub fn read_strict<T: DeserializeOwned + Serialize>(document: &[u8]) -> Result<T, StrictError> {
    let value: T = serde_json::from_slice(document).map_err(StrictError::Json)?;
    let got: Value = serde_json::from_slice(document).map_err(StrictError::Json)?;
    let written = serde_json::to_value(&value).map_err(StrictError::Json)?;
    match first_difference(&got, &written) {
        None => Ok(value),
        Some(place) => Err(StrictError::Form(place)),
    }
}

/// Pointer to the first difference. Recursion is bounded by the depth that the reader allows.
fn first_difference(got: &Value, written: &Value) -> Option<String> {
    match (got, written) {
        (Value::Object(got), Value::Object(written)) => {
            if let Some(missing) = written.keys().find(|name| !got.contains_key(*name)) {
                return Some(format!("/{missing}"));
            }
            got.iter().find_map(|(name, got)| {
                let below =
                    written.get(name).map_or(Some(String::new()), |written| first_difference(got, written));
                below.map(|below| format!("/{name}{below}"))
            })
        }
        (Value::Array(got), Value::Array(written)) if got.len() == written.len() => {
            got.iter().zip(written).enumerate().find_map(|(index, (got, written))| {
                first_difference(got, written).map(|below| format!("/{index}{below}"))
            })
        }
        (got, written) if got == written => None,
        _ => Some(String::new()),
    }
}

//! Canonical encodings: strict text forms of bytes and field elements, and 32-byte words (spec/encodings.md).

mod bytes;
mod eip712;
mod field;
mod json;

pub use bytes::{Address, Bytes16, Bytes32, HexError, bytes_from_hex, hex_string};
pub use eip712::{Domain, TypedData, Words, context, keccak256, tagged_sha256};
pub use field::{FieldElement, FieldError};
pub use json::{StrictError, read_strict};

//! snarkjs' `verification_key.json`, `proof.json`, `public.json` and the text of `zkey export soliditycalldata`.
//!
//! Decimal strings, projective points with a last coordinate of one, and elements of the quadratic extension with their real part
//! first; in calldata words, and their imaginary part first.
//!
//! Source: snarkjs 0.7, `src/zkey_export_verificationkey.js`, `src/groth16_prove.js` and `src/groth16_exportsoliditycalldata.js`.

mod calldata;
mod document;
mod elements;
mod key;
mod proof;

pub use calldata::{calldata_text, read_calldata_text};
pub use document::MAX_BYTES;
pub use key::{read_verification_key, verification_key_json};
pub use proof::{proof_json, public_json, read_proof, read_public};

//! snarkjs' verification keys: what is read is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_prover::interop::snarkjs::{read_verification_key, verification_key_json};
use solvency_verifier::{Bytes32, Shape};

fuzz_target!(|bytes: &[u8]| {
    let read = |bytes: &[u8]| read_verification_key(bytes, Shape::CoverageFlat, Bytes32([1; 32]));
    if let Ok(key) = read(bytes) {
        assert_eq!(read(verification_key_json(&key).to_string().as_bytes()), Ok(key));
    }
});

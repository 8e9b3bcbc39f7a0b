//! arkworks' verifying keys: bytes that are read are the bytes that are written, in the form of their length.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_prover::interop::arkworks::{Form, key_bytes, read_key};
use solvency_verifier::{Bytes32, Shape};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(key) = read_key(bytes, Shape::CoverageFlat, Bytes32([1; 32])) {
        let form = if bytes.len() == 392 { Form::Compressed } else { Form::Uncompressed };
        assert_eq!(key_bytes(&key, form), bytes);
    }
});

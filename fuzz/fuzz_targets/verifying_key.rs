//! Verifying keys: bytes that are read are the bytes that are written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_verifier::groth16::VerifyingKey;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(key) = VerifyingKey::from_bytes(bytes) {
        assert_eq!(key.to_bytes(), bytes);
    }
});

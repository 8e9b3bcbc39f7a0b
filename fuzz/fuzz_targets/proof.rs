//! Proofs: bytes that are read are the bytes that are written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_verifier::groth16::Proof;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(proof) = Proof::from_bytes(bytes) {
        assert_eq!(proof.to_bytes(), bytes);
    }
});

//! arkworks' proofs: bytes that are read are the bytes that are written, in the form of their length.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_prover::interop::arkworks::{Form, proof_bytes, read_proof};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(proof) = read_proof(bytes) {
        let form = if bytes.len() == 128 { Form::Compressed } else { Form::Uncompressed };
        assert_eq!(proof_bytes(&proof, form), bytes);
    }
});

//! snarkjs' proofs: what is read is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_prover::interop::snarkjs::{proof_json, read_proof};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(proof) = read_proof(bytes) {
        assert_eq!(read_proof(proof_json(&proof).to_string().as_bytes()), Ok(proof));
    }
});

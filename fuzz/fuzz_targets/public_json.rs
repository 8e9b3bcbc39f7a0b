//! snarkjs' public inputs: what is read is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_prover::interop::snarkjs::{public_json, read_public};
use solvency_verifier::Shape;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(inputs) = read_public(bytes, Shape::CoverageFlat) {
        let written = public_json(inputs.values()).to_string();
        assert_eq!(read_public(written.as_bytes(), Shape::CoverageFlat), Ok(inputs));
    }
});

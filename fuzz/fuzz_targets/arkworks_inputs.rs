//! arkworks' public inputs: bytes that are read are the bytes that are written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_prover::interop::arkworks::{inputs_bytes, read_inputs};
use solvency_verifier::Shape;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(inputs) = read_inputs(bytes, Shape::CoverageFlat) {
        assert_eq!(inputs_bytes(inputs.values()), bytes);
    }
});

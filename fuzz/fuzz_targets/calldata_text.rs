//! snarkjs' calldata: what is read is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_prover::interop::snarkjs::{calldata_text, read_calldata_text};
use solvency_verifier::Shape;

fuzz_target!(|bytes: &[u8]| {
    if let Ok((proof, inputs)) = read_calldata_text(bytes, Shape::CoverageFlat) {
        let written = calldata_text(&proof, inputs.values());
        assert_eq!(read_calldata_text(written.as_bytes(), Shape::CoverageFlat), Ok((proof, inputs)));
    }
});

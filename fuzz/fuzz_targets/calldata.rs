//! Calldata of generated contracts: bytes that are read are the bytes that are written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_prover::interop::evm::{calldata, read_calldata};
use solvency_verifier::Shape;

fuzz_target!(|bytes: &[u8]| {
    if let Ok((proof, inputs)) = read_calldata(bytes, Shape::CoverageFlat) {
        assert_eq!(calldata(&proof, inputs.values()), bytes);
    }
});

//! Constraint systems: what is read is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_prover::circom::R1cs;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(r1cs) = R1cs::from_bytes(bytes) {
        // Labels are not kept.
        let written = r1cs.to_bytes().expect("counts that were read");
        assert_eq!(R1cs::from_bytes(&written), Ok(r1cs));
    }
});

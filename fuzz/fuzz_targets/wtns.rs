//! Assignments: what is read is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_prover::circom::Wtns;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(wtns) = Wtns::from_bytes(bytes) {
        let written = wtns.to_bytes().expect("counts that were read");
        assert_eq!(Wtns::from_bytes(&written), Ok(wtns));
    }
});

//! Files of evidence: written as they are read, and the same finding of both.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_fuzz::statements;

fuzz_target!(|bytes: &[u8]| {
    let _ = statements::evidence(bytes);
});

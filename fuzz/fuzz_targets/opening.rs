//! Openings of vaults: read strictly or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_fuzz::samples;

fuzz_target!(|bytes: &[u8]| {
    let _ = samples::opening(bytes);
});

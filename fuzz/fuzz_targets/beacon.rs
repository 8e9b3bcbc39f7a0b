//! Beacons: read strictly or refused, as many samples as are asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_fuzz::samples;

fuzz_target!(|bytes: &[u8]| {
    let _ = samples::beacon(bytes);
});

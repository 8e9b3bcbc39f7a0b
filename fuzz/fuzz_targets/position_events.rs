//! Events of a position: the clock never goes back, marks and claims neither, and the file is read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_fuzz::statements;

fuzz_target!(|bytes: &[u8]| {
    let _ = statements::position_events(bytes);
});

//! Files of positions: written as they are read, and no event after that breaks them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_fuzz::statements;

fuzz_target!(|bytes: &[u8]| {
    let _ = statements::position_file(bytes);
});

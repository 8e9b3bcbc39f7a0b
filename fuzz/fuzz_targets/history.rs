//! Histories in bundles before a venue that asks for one: no other tree than the witnessed one is accepted.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_fuzz::statements;

fuzz_target!(|bytes: &[u8]| {
    let _ = statements::history(bytes);
});

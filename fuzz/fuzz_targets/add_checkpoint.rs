//! Requests to a witness: what it cosigns goes on from what it has cosigned.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_fuzz::witness;

fuzz_target!(|bytes: &[u8]| {
    let state = std::env::temp_dir().join(format!("solvency-fuzz-witness-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&state);
    let _ = witness::add_checkpoint(bytes, &state);
});

//! Notes, checkpoints and cosignatures: read and written in the same bytes, signed by nobody but who signed them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_fuzz::statements;

fuzz_target!(|bytes: &[u8]| {
    let _ = statements::note(bytes);
});

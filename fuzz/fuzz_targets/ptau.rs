//! Powers of tau: whatever they are, they are read, or made a key of, or refused.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use solvency_ceremony::{Circuit, PowersOfTau, Silent, inspect_powers, new};
use solvency_fuzz::tiny;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(mut powers) = PowersOfTau::open(Cursor::new(bytes), "powers") {
        let _ = inspect_powers(&mut powers);
        let _ = new(&Circuit::of(tiny::circuit().matrices()), &mut powers, &mut Vec::new(), &Silent);
    }
});

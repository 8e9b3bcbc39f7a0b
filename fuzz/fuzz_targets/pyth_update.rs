//! Pyth's updates: without the guardians' keys nothing is read but the price that they signed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_fuzz::feeds;

fuzz_target!(|bytes: &[u8]| {
    let Ok(report) = feeds::import("PYTH", 1_743_631_834, bytes) else { return };
    assert_eq!(report.lines[0].published.price, 960_310_184);
    assert_eq!(report.lines[0].published.confidence, 11_022_234);
});

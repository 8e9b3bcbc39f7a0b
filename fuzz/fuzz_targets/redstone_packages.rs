//! RedStone's packages: without the signers' keys nothing is read but a median of what they signed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_fuzz::feeds;

fuzz_target!(|bytes: &[u8]| {
    let Ok(report) = feeds::import("CRV3", 1_719_856_900, bytes) else { return };
    assert!(matches!(report.lines[0].published.price, 103_280_834 | 103_280_313));
    assert!(report.lines[0].signers.len() >= 3);
});

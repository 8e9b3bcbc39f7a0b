//! Bundles: what is read is the same JSON value when it is written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use solvency_verifier::bundle::Bundle;

fuzz_target!(|bytes: &[u8]| {
    let Ok(bundle) = Bundle::from_json(bytes) else { return };
    let read: Value = serde_json::from_slice(bytes).expect("a bundle is JSON");
    assert_eq!(serde_json::to_value(&bundle).expect("a bundle is written"), read);
});

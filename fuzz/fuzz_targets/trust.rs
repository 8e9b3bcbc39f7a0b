//! Trust files, with the registry, policy and keys in them: what is read is the same JSON value when it is written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use solvency_verifier::trust::Trust;

fuzz_target!(|bytes: &[u8]| {
    let Ok(prepared) = Trust::from_json(bytes) else { return };
    let read: Value = serde_json::from_slice(bytes).expect("a trust file is JSON");
    assert_eq!(serde_json::to_value(prepared.trust()).expect("a trust file is written"), read);
});

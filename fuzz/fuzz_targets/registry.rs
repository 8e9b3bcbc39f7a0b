//! Registries: what is valid is written and read back, with the same digest.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_verifier::registry::Registry;

fuzz_target!(|bytes: &[u8]| {
    let Ok(registry) = serde_json::from_slice::<Registry>(bytes) else { return };
    let _ = registry.validate();
    let written = serde_json::to_vec(&registry).expect("a registry is written");
    let read: Registry = serde_json::from_slice(&written).expect("what was written is read");
    assert_eq!(read.digest(), registry.digest());
});

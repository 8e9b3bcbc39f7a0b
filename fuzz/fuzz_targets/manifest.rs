//! Manifests of ceremonies: what is read is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_ceremony::Manifest;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(manifest) = serde_json::from_slice::<Manifest>(bytes) {
        let written = serde_json::to_vec(&manifest).expect("a manifest that was read");
        let back: Manifest = serde_json::from_slice(&written).expect("what was written");
        assert_eq!(back, manifest);
    }
});

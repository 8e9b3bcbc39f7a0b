//! Policies: what is valid has a table whose values are within their widths.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_verifier::policy::Policy;
use solvency_verifier::registry::Registry;
use solvency_verifier::valuation::build;

const REGISTRY: &str = include_str!("../../fixtures/registry.json");

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut policy) = serde_json::from_slice::<Policy>(bytes) else { return };
    let registry: Registry = serde_json::from_str(REGISTRY).expect("the fixture is read");
    policy.registry = registry.digest();
    if policy.validate(&registry).is_ok() {
        let table = build(&registry, &policy, &[1_000_000_000_000; 5]).expect("a valid policy has a table");
        assert_ne!(table.digest(), Default::default());
    }
});

//! Price sets: every price that is read is above 0.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_prover::import::{Document, PriceSet};

fuzz_target!(|text: &str| {
    let Ok(set) = PriceSet::parse(Document { file: "fuzz", text }) else { return };
    for entry in &set.prices {
        assert!(set.price(&entry.symbol).is_some_and(|price| price > 0));
    }
});

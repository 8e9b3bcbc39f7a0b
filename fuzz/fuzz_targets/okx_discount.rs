//! OKX's discount tiers: what is read is a schedule.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_prover::import::{Document, PriceSet, okx_discount};
use solvency_verifier::valuation::TierSchedule;

const PRICES: &str = include_str!("../../fixtures/prices/example.json");

fuzz_target!(|text: &str| {
    let prices = PriceSet::parse(Document { file: "prices", text: PRICES }).expect("the fixture is read");
    let Ok(table) = okx_discount(Document { file: "fuzz", text }, &prices) else { return };
    for asset in table.assets {
        TierSchedule::new(&asset.tiers).expect("imported tiers are a schedule");
    }
});

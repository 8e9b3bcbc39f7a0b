//! Binance's collateral rates: what is read is a schedule.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_prover::import::{Document, binance_rate};
use solvency_verifier::valuation::TierSchedule;

fuzz_target!(|text: &str| {
    let Ok(table) = binance_rate(Document { file: "fuzz", text }) else { return };
    for asset in table.assets {
        TierSchedule::new(&asset.tiers).expect("imported tiers are a schedule");
    }
});

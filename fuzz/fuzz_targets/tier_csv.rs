//! Published tier tables as CSV: what is read is a schedule.
#![no_main]

use libfuzzer_sys::fuzz_target;
use solvency_prover::import::{Document, TierColumn, tier_csv};
use solvency_verifier::valuation::TierSchedule;

fuzz_target!(|text: &str| {
    for column in [TierColumn::VipLoan, TierColumn::Margin, TierColumn::PortfolioMargin] {
        let Ok(table) = tier_csv(Document { file: "fuzz", text }, column) else { continue };
        for asset in table.assets {
            TierSchedule::new(&asset.tiers).expect("imported tiers are a schedule");
        }
    }
});

//! Whole audits of days that the tests make, and every kind of finding for its reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests

mod accepted;
mod bundles;
mod commitments;
mod continuity;
mod corpus;
mod logs;
mod openings;
#[path = "../../../feeds/tests/feeds/packages.rs"]
#[allow(dead_code)] // what other tests of it need
mod packages;
mod page;
mod prices;
mod signature;
mod totals;
mod witnesses;
mod world;

use std::collections::BTreeSet;

use solvency_audit::{Audit, Code, Report};
use world::{NOON, World};

/// An audit by the world's trust file, an hour after the last bundle of these times, which are received half a minute into their rounds.
pub(crate) fn audit_of(world: &World, times: &[u64]) -> Audit {
    let mut audit = Audit::new("trust.json", &world.trust_bytes(), NOON + 40 * world::DAY).unwrap();
    for (index, at) in times.iter().enumerate() {
        audit.add_bundle(&format!("bundle-{index:02}.json"), at + 30, &world.bundle_bytes(*at));
    }
    audit
}

pub(crate) fn codes(report: &Report) -> Vec<Code> {
    let mut codes: Vec<Code> = report.pack().findings.iter().map(|finding| finding.code).collect();
    codes.dedup();
    codes
}

/// Findings but the note that the keys have ended, which the audit's late time brings.
pub(crate) fn kinds(report: &Report) -> Vec<Code> {
    codes(report).into_iter().filter(|code| *code != Code::KeyEnded).collect()
}

pub(crate) fn what(report: &Report, code: Code) -> Vec<String> {
    let found = report.pack().findings.iter().filter(|finding| finding.code == code);
    found.map(|finding| finding.what.clone()).collect()
}

/// Each code stands in quotes or as a variant in one of the test files.
#[test]
fn every_code_is_the_expected_one_of_some_test() {
    let tests = [
        include_str!("accepted.rs"),
        include_str!("bundles.rs"),
        include_str!("commitments.rs"),
        include_str!("continuity.rs"),
        include_str!("logs.rs"),
        include_str!("openings.rs"),
        include_str!("prices.rs"),
        include_str!("totals.rs"),
        include_str!("witnesses.rs"),
    ]
    .concat();
    let missing: Vec<_> =
        Code::ALL.iter().filter(|code| !tests.contains(&format!("Code::{code:?}"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let names: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names.len(), Code::ALL.len());
    let spec = include_str!("../../../spec/audit.md");
    for code in Code::ALL {
        let row = format!("| `{}` | {} |", code.name(), code.severity().name());
        assert!(spec.contains(&row), "{row}");
    }
}

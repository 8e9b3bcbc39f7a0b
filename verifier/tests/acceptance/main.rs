//! Every rule of spec/acceptance.md, by alterations of the accepted bundles in `fixtures/accept/`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests

#[path = "../support/accelerators.rs"]
mod accelerators;
mod books;
mod chain;
mod custody;
mod documents;
mod history;
mod ledger;
mod pledge;
mod refusals;
mod story;
mod together;
mod totals;
#[path = "../support/trapdoor.rs"]
#[allow(dead_code)] // the key's own tests need the rest
mod trapdoor;
mod trusted;
mod vectors;

use std::collections::BTreeSet;

use solvency_verifier::accept::Reason;

#[test]
fn every_reason_is_the_expected_one_of_some_test() {
    let refusals = [
        books::REFUSALS,
        chain::AUTHOR,
        chain::FORM,
        chain::SOURCES,
        chain::RELEASES,
        pledge::CLAIM,
        pledge::COVERAGE,
        pledge::PRICES,
        trusted::REFUSALS,
        history::KEYS,
        history::CHECKPOINT,
        history::TREE,
        totals::REFUSALS,
    ];
    let limits = [
        books::LIMITS,
        chain::LIMITS,
        pledge::LIMITS,
        trusted::LIMITS,
        trusted::POLICY_LIMITS,
        history::LIMITS,
        totals::LIMITS,
    ];
    let mut covered: BTreeSet<&str> = refusals.into_iter().flatten().map(|refusal| refusal.code).collect();
    covered.extend(limits.into_iter().flatten().map(|limit| limit.code));
    covered.insert(documents::CODE);
    let codes: BTreeSet<&str> = Reason::CODES.iter().copied().collect();
    assert_eq!(codes.len(), Reason::CODES.len(), "a code stands twice");
    assert_eq!(covered, codes);
}

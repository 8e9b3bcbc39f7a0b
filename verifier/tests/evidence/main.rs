//! Evidence of equivocation (spec/evidence.md): what is proved, what is refused, what is honest, and what two bundles show.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests

#[allow(dead_code)]
#[path = "../support/accelerators.rs"]
mod accelerators;
#[allow(dead_code)]
#[path = "../acceptance/custody.rs"]
mod custody;
mod document;
mod find;
mod histories;
mod kinds;
#[allow(dead_code)]
#[path = "../acceptance/ledger.rs"]
mod ledger;
mod logs;
mod pairs;
mod refusals;
#[allow(dead_code)]
#[path = "../acceptance/story.rs"]
mod story;
#[allow(dead_code)]
#[path = "../support/trapdoor.rs"]
mod trapdoor;
mod trees;

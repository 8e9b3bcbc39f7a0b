//! The registry of coverage, executed with the statements and signatures of `fixtures/accept/`.
//!
//! The fixtures' proving keys were thrown away: proofs here are forged with the test keys' secrets, which the equation can't tell
//! from others. That real proofs pass the same verifiers is shown in `generated.rs`.

mod calls;
mod document;
mod gas;
mod rules;
mod story;
mod world;

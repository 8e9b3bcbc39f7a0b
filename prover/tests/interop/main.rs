//! Other tools' forms of keys, proofs and public inputs: they come back, other implementations read and write the same, and what is not
//! in its one form is refused at its place.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests

mod arkworks;
mod calldata;
mod corpus;
mod fixture;
mod python;
mod snarkjs_json;
mod taceo;

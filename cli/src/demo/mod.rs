//! The demo's inputs and its closing words.

pub(crate) mod commands;
pub(crate) mod day;
pub(crate) mod days;
pub(crate) mod inputs;
pub(crate) mod narrative;

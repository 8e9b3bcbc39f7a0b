//! The service over real sockets: every route and status of its document, every limit at its threshold and one past.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests

mod admin;
mod bundles;
mod conform;
mod disconnects;
mod faults;
mod files;
mod limits;
mod malformed;
mod openapi;
mod panics;
mod reload;
mod shutdown;
mod slow;
mod support;

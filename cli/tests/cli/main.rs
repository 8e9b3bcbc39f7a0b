//! The command line as its users meet it: exit codes, answers, errors with hints, and nothing left behind by a failed run.

mod bad_input;
mod broken_files;
mod ceremony;
mod chain_day;
mod daily_work;
mod days;
mod imports;
mod interop;
mod log;
mod operations;
mod prices;
mod runner;
mod sampling;
mod small_commands;
mod store_files;
mod totals;
mod venue;
#[cfg(unix)]
mod watch;

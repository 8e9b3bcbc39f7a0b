//! The clock, unless the command line names a time.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use solvency_prover::files;

use crate::error::{CliError, CliResult};

/// `at` where it is given, otherwise now, in Unix seconds.
pub(crate) fn now(at: Option<u64>) -> CliResult<u64> {
    match at {
        Some(at) => Ok(at),
        None => SystemTime::now().duration_since(UNIX_EPOCH).map(|elapsed| elapsed.as_secs()).map_err(|_| {
            CliError::new("the clock is before 1970").hint("set the clock, or name a time with --at")
        }),
    }
}

/// The time that a file holds, in Unix seconds; without a file, now.
pub(crate) fn rehearsed(file: Option<&Path>) -> CliResult<u64> {
    let Some(path) = file else { return now(None) };
    let text = files::read_text(path, 64)?;
    text.trim().parse().map_err(|_| {
        CliError::new(format!("{}: {:?} is not a time", path.display(), text.trim()))
            .hint("the file holds Unix seconds, as 1767300000")
    })
}

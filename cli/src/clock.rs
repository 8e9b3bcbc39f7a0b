//! The clock, unless the command line names a time.

use std::time::{SystemTime, UNIX_EPOCH};

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

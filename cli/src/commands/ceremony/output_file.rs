//! A file that appears whole or not at all.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use solvency_ceremony::CeremonyError;
use solvency_prover::files::{self, Access};

use crate::error::{CliError, CliResult};

/// Writes a file that must not exist yet.
pub(super) fn write_new<T>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<T, CeremonyError>,
) -> CliResult<T> {
    if path.exists() {
        return Err(CliError::new(format!("{} exists", path.display())).hint("name another file with --out"));
    }
    write_whole(path, write)
}

/// Writes a file, or replaces one.
pub(crate) fn write_whole<T>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<T, CeremonyError>,
) -> CliResult<T> {
    let mut outcome = None;
    let written = files::write_atomically_with(path, Access::Public, |file| {
        let mut buffered = BufWriter::with_capacity(1 << 20, file);
        match write(&mut buffered) {
            Ok(made) => {
                outcome = Some(Ok(made));
                buffered.flush()
            }
            Err(error) => {
                outcome = Some(Err(error));
                Err(io::Error::other("nothing was written"))
            }
        }
    });
    match outcome {
        Some(Err(error)) => Err(error.into()),
        Some(Ok(made)) => written.map(|()| made).map_err(CliError::from),
        None => Err(written.err().map_or_else(|| CliError::new("nothing was written"), CliError::from)),
    }
}

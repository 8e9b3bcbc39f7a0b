//! Bundles as files.

use std::path::Path;

use solvency_prover::files;
use solvency_verifier::bundle::Bundle;

use crate::error::{CliError, CliResult};

/// Reads a bundle; an error names the file.
pub(crate) fn read(path: &Path) -> CliResult<Bundle> {
    Bundle::from_json(&files::read_bytes(path, files::MAX_JSON_BYTES)?).map_err(|error| {
        CliError::new(format!("{}: {error}", path.display()))
            .hint("get the bundle again from where it was published")
    })
}

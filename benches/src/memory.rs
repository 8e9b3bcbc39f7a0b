//! Peak memory of one contender that proves alone in a process of its own.

use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::contenders::{ContenderError, Name, verify};
use crate::keys::KeyFiles;
use crate::usage::{forget_peak_memory, peak_memory, resident_memory};
use crate::workload::{Size, Workload};

/// Resident memory in bytes; null where the system does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Memory {
    /// Before proving, with circuit, key and witness loaded.
    pub loaded_bytes: Option<u64>,
    /// The most while proving, what was loaded included.
    pub peak_bytes: Option<u64>,
}

/// Why memory is not measured.
#[derive(Debug, thiserror::Error)]
pub enum MemoryError {
    /// The process that measures does not start.
    #[error("{prover} at {size}: its process does not start: {error}")]
    Start {
        /// Who was to be measured.
        prover: Name,
        /// At which size.
        size: Size,
        /// Why.
        error: std::io::Error,
    },
    /// The process that measures gives no figures. What is wrong it has said on stderr.
    #[error("{prover} at {size}: its process ends with {status} and no figures")]
    NoFigures {
        /// Who was to be measured.
        prover: Name,
        /// At which size.
        size: Size,
        /// How the process ended.
        status: std::process::ExitStatus,
    },
}

/// Measures a contender in this process, which should do nothing else. The proof is verified too.
///
/// # Errors
/// [`ContenderError`].
pub fn measure(prover: Name, size: Size, folder: &Path) -> Result<Memory, ContenderError> {
    let workload = Workload::of(size);
    let public_inputs = workload.assignment.public_inputs().to_vec();
    let keys = KeyFiles::make(folder, &workload)?;
    let mut contender = prover.open(workload, &keys)?;
    let process = contender.process();
    forget_peak_memory(process);
    let loaded_bytes = resident_memory(process);
    let proved = contender.prove()?;
    let peak_bytes = peak_memory(process);
    verify(&keys.proving_key()?.vk, &public_inputs, &proved.proof)?;
    Ok(Memory { loaded_bytes, peak_bytes })
}

/// Measures a contender in a new process of this program, whose hidden subcommand `one` calls [`measure`].
///
/// # Errors
/// [`MemoryError`].
pub fn measure_alone(prover: Name, size: Size, folder: &Path) -> Result<Memory, MemoryError> {
    let start = |error| MemoryError::Start { prover, size, error };
    let output = Command::new(std::env::current_exe().map_err(start)?)
        .args(["one", "--prover", prover.as_str(), "--size", &size.exponent().to_string(), "--keys"])
        .arg(folder)
        .stderr(Stdio::inherit())
        .output()
        .map_err(start)?;
    serde_json::from_slice(&output.stdout).map_err(|_| MemoryError::NoFigures {
        prover,
        size,
        status: output.status,
    })
}

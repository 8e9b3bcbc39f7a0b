//! The provers that are compared, each behind the same small trait.

mod arkworks;
mod ours;
mod snarkjs;
mod taceo;

use core::fmt;
use std::time::{Duration, Instant};

use ark_bn254::{Bn254, Fr};
use ark_groth16::{Groth16, Proof, VerifyingKey};
use clap::ValueEnum;
use serde::Serialize;

use crate::keys::{KeyError, KeyFiles};
use crate::usage::cpu_time;
use crate::workload::Workload;

/// A prover with its key and a witness in memory.
pub trait Contender {
    /// Makes one proof, with blinding of its own.
    ///
    /// # Errors
    /// [`ContenderError`].
    fn prove(&mut self) -> Result<Proved, ContenderError>;

    /// The process that proves.
    fn process(&self) -> u32 {
        std::process::id()
    }
}

/// A proof and what it took.
pub struct Proved {
    /// The proof.
    pub proof: Proof<Bn254>,
    /// Time that passed.
    pub wall: Duration,
    /// Time that cores were busy for it, where the system says so.
    pub cpu: Option<Duration>,
}

/// Why a contender does not prove.
#[derive(Debug, thiserror::Error)]
pub enum ContenderError {
    /// It is not there on this machine: others can still be compared.
    #[error("{0}")]
    Unavailable(String),
    /// It has no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It was there and failed.
    #[error("{0}")]
    Failed(String),
    /// Its proof is not one.
    #[error("the proof does not verify")]
    DoesNotVerify,
}

impl ContenderError {
    /// The contender failed, for a reason of its own.
    fn failed(reason: impl fmt::Display) -> Self {
        ContenderError::Failed(reason.to_string())
    }
}

/// Who can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Name {
    /// The project's prover, on the path that it chooses for the machine
    Ours,
    /// The same with tables of 8 levels in its key
    OursTables,
    /// The project's prover on its portable path
    OursPortable,
    /// ark-groth16 0.6, `prove`
    Arkworks,
    /// ark-groth16 0.6, with the matrices made before
    ArkworksMatrices,
    /// taceo-groth16 0.2.2, with a key as snarkjs makes it
    Taceo,
    /// snarkjs 0.7.6 in Node.js; skipped where contracts/node_modules is not there
    Snarkjs,
}

impl Name {
    /// All, in the order in which they are shown.
    pub const ALL: [Name; 7] = [
        Name::Ours,
        Name::OursTables,
        Name::OursPortable,
        Name::Arkworks,
        Name::ArkworksMatrices,
        Name::Taceo,
        Name::Snarkjs,
    ];

    /// As on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Name::Ours => "ours",
            Name::OursTables => "ours-tables",
            Name::OursPortable => "ours-portable",
            Name::Arkworks => "arkworks",
            Name::ArkworksMatrices => "arkworks-matrices",
            Name::Taceo => "taceo",
            Name::Snarkjs => "snarkjs",
        }
    }

    /// Loads the contender's key. The contender keeps of the workload what it needs.
    ///
    /// # Errors
    /// [`ContenderError::Unavailable`] where it can't run on this machine, else what failed.
    pub fn open(self, workload: Workload, keys: &KeyFiles) -> Result<Box<dyn Contender>, ContenderError> {
        Ok(match self {
            Name::Ours => Box::new(ours::Ours::open(workload, keys, ours::Way::Detected)?),
            Name::OursTables => Box::new(ours::Ours::open(workload, keys, ours::Way::Tables)?),
            Name::OursPortable => Box::new(ours::Ours::open(workload, keys, ours::Way::Portable)?),
            Name::Arkworks => Box::new(arkworks::Synthesizing::open(workload, keys)?),
            Name::ArkworksMatrices => Box::new(arkworks::Prebuilt::open(workload, keys)?),
            Name::Taceo => Box::new(taceo::Taceo::open(workload, keys)?),
            Name::Snarkjs => Box::new(snarkjs::Snarkjs::open(&workload, keys)?),
        })
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Verifies a contender's proof with ark-groth16, whoever made it.
///
/// # Errors
/// [`ContenderError::DoesNotVerify`].
pub fn verify(
    key: &VerifyingKey<Bn254>,
    public_inputs: &[Fr],
    proof: &Proof<Bn254>,
) -> Result<(), ContenderError> {
    let key = ark_groth16::prepare_verifying_key(key);
    match Groth16::<Bn254>::verify_proof(&key, proof, public_inputs) {
        Ok(true) => Ok(()),
        _ => Err(ContenderError::DoesNotVerify),
    }
}

/// Times a prover that runs in this process.
fn timed(prove: impl FnOnce() -> Result<Proof<Bn254>, ContenderError>) -> Result<Proved, ContenderError> {
    let (started, cpu_before) = (Instant::now(), cpu_time());
    let proof = prove()?;
    let (wall, cpu_after) = (started.elapsed(), cpu_time());
    let cpu = cpu_after.zip(cpu_before).map(|(after, before)| after.saturating_sub(before));
    Ok(Proved { proof, wall, cpu })
}

#[cfg(test)]
mod tests;

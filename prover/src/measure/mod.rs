//! Measurements of every shape on the machine at hand: what `solvency bench` and the benches show.
//!
//! Absolute times say something about this machine at this moment; compare only within one run.

mod estimate;
mod sample;
mod throughput;

use std::time::{Duration, Instant};

use ark_bn254::Fr;
use serde::Serialize;
use solvency_circuits::assignment;
use solvency_verifier::groth16::{Batch, PreparedVerifyingKey, Proof, verify};
use solvency_verifier::{FieldElement, Shape};

pub use estimate::{
    CoverageFigures, CoverageNeeds, Demand, DemandError, Epoch, LINEAR, Needs, Plan, coverage_cores, estimate,
};
pub use sample::sample;
pub use throughput::{Accounts, Throughput, ThroughputPoint, grow};

use crate::keys::{KeyStoreError, ProvingKey, SetUpError};
use crate::prove::{AssignedInputs, Engines, MemoryReport, ProveError};
use crate::resident::{DevelopmentKeyError, ProofError, circuit};

/// Figures of one shape; times are medians, in milliseconds.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShapeFigures {
    /// The shape.
    pub shape: Shape,
    /// Constraints of the circuit.
    pub constraints: usize,
    /// Domain of its Groth16 keys.
    pub domain: usize,
    /// One development set-up.
    pub set_up_ms: f64,
    /// Witness to assignment.
    pub witness_ms: f64,
    /// Assignment to proof, its checks before and after included.
    pub prove_ms: f64,
    /// One verification with a prepared key.
    pub verify_ms: f64,
    /// One of 16 proofs verified in a batch.
    pub batch_verify_ms: f64,
    /// Memory that proving takes, in bytes, key included.
    pub memory_bytes: u64,
    /// Of that, the key with its rows: one for all proofs.
    pub key_bytes: u64,
    /// Peak memory of this process so far, in bytes; null where the system does not say.
    pub peak_memory_bytes: Option<u64>,
}

/// Why a measurement can't be made.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// No set-up.
    #[error(transparent)]
    SetUp(#[from] SetUpError),
    /// No witness.
    #[error(transparent)]
    Witness(#[from] solvency_circuits::WitnessError),
    /// No proof.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// A proof that does not verify.
    #[error("a proof just made does not verify: {0}")]
    Verify(String),
    /// No key.
    #[error(transparent)]
    Key(#[from] DevelopmentKeyError),
    /// No proof from the resident prover.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The key can't be read.
    #[error(transparent)]
    Store(#[from] KeyStoreError),
    /// No folder for the key.
    #[error("no temporary folder for a key: {0}")]
    Folder(std::io::Error),
    /// A shape that is not proven anew with each price.
    #[error("{0} proves no coverage: throughput is that of accounts with each price")]
    NoCoverage(Shape),
}

/// Proofs in a measured batch.
const BATCH: usize = 16;

/// Measures one shape, each part so often.
///
/// # Errors
/// [`MeasureError`].
pub fn measure(shape: Shape, repeat: u32) -> Result<ShapeFigures, MeasureError> {
    let witness = sample(shape);
    let context = FieldElement(Fr::from(7u64));
    let started = Instant::now();
    let circuit = circuit(shape);
    let key = ProvingKey::generate_development(circuit)?;
    let set_up = started.elapsed();
    let assigned = assignment(shape, &witness, context)?;
    let witness_time = median(repeat, || assignment(shape, &witness, context).map(drop))?;
    let engines = Engines::new().map_err(ProveError::from)?;
    let proof = engines.prove(&key, circuit, &assigned)?;
    let prove_time = median(repeat, || engines.prove(&key, circuit, &assigned).map(drop))?;
    let inputs = AssignedInputs::of(shape, &assigned);
    let prepared = key.verifying();
    let failed = |error: &dyn core::fmt::Display| MeasureError::Verify(error.to_string());
    let verify_time = median(repeat.max(9), || {
        verify(prepared, &inputs, &proof).map(drop).map_err(|error| failed(&error))
    })?;
    let batch_time = median(repeat.max(3), || verify_batch(prepared, &inputs, &proof))?;
    let memory = MemoryReport::of(&key);
    Ok(ShapeFigures {
        shape,
        constraints: key.constraints(),
        domain: key.domain(),
        set_up_ms: milliseconds(set_up),
        witness_ms: milliseconds(witness_time),
        prove_ms: milliseconds(prove_time),
        verify_ms: milliseconds(verify_time),
        batch_verify_ms: milliseconds(batch_time) / BATCH as f64,
        memory_bytes: memory.total(),
        key_bytes: memory.key + memory.matrices,
        peak_memory_bytes: peak_memory(),
    })
}

/// Threads that prove.
pub fn cores() -> usize {
    rayon::current_num_threads()
}

fn median<E>(repeat: u32, mut run: impl FnMut() -> Result<(), E>) -> Result<Duration, E> {
    let mut times = Vec::new();
    for _ in 0..repeat.max(1) {
        let started = Instant::now();
        run()?;
        times.push(started.elapsed());
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn verify_batch(
    key: &PreparedVerifyingKey,
    inputs: &AssignedInputs,
    proof: &Proof,
) -> Result<(), MeasureError> {
    let failed = |error: &dyn core::fmt::Display| MeasureError::Verify(error.to_string());
    let mut batch = Batch::new();
    for _ in 0..BATCH {
        batch.push(key, inputs, proof).map_err(|error| failed(&error))?;
    }
    batch.verify().map(drop).map_err(|error| failed(&error))
}

/// Peak resident memory of this process, in bytes, as Linux reports it.
pub fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

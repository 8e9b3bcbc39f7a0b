//! Measurements of every shape on the machine at hand: what `solvency bench` and the benches show.
//!
//! Absolute times say something about this machine at this moment; compare only within one run.

use std::time::{Duration, Instant};

use ark_bn254::Fr;
use serde::Serialize;
use solvency_circuits::allocation::{AllocationWitness, OutputBalance, SourceBalance};
use solvency_circuits::coverage::flat::FlatWitness;
use solvency_circuits::coverage::tiered::TieredWitness;
use solvency_circuits::holdings::HoldingsWitness;
use solvency_circuits::{Witness, assignment};
use solvency_verifier::commitment::{Position, VAULTS_PER_LEAF, Vault};
use solvency_verifier::groth16::{Batch, PreparedVerifyingKey, Proof, verify};
use solvency_verifier::valuation::{FlatTable, Row, TieredTable};
use solvency_verifier::{ASSETS, FieldElement, PublicInputs, SLOTS, Shape, SourceKind, Statement, TIERS};

use crate::keys::{ProvingKey, SetUpError};
use crate::prove::{Engines, MemoryReport, ProveError};
use crate::resident::circuit;

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
    let inputs = Inputs { statement: shape.statement(), values: assigned.public_inputs().to_vec() };
    let prepared = key.verifying();
    let failed = |error: &dyn core::fmt::Display| MeasureError::Verify(error.to_string());
    let verify_time = median(repeat.max(9), || {
        verify(prepared, &inputs, &proof).map(drop).map_err(|error| failed(&error))
    })?;
    let batch_time = median(repeat.max(3), || verify_batch(prepared, &inputs, &proof))?;
    Ok(ShapeFigures {
        shape,
        constraints: key.constraints(),
        domain: key.domain(),
        set_up_ms: milliseconds(set_up),
        witness_ms: milliseconds(witness_time),
        prove_ms: milliseconds(prove_time),
        verify_ms: milliseconds(verify_time),
        batch_verify_ms: milliseconds(batch_time) / BATCH as f64,
        memory_bytes: MemoryReport::of(&key).total(),
        peak_memory_bytes: peak_memory(),
    })
}

/// Estimated time of an epoch and of a price round, in milliseconds.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    /// Vaults of the book.
    pub vaults: u64,
    /// Shards that they make.
    pub shards: u64,
    /// Proving all shards, one after the other.
    pub epoch_ms: f64,
}

/// What an epoch of so many vaults takes, from the figures of `holdings-256`, or of `holdings-16` where that is enough.
pub fn estimate(vaults: u64, figures: &[ShapeFigures]) -> Option<Estimate> {
    let shape = if vaults <= 16 { Shape::Holdings16 } else { Shape::Holdings256 };
    let measured = figures.iter().find(|figure| figure.shape == shape)?;
    let shards = vaults.div_ceil(shape.vaults()? as u64);
    Some(Estimate { vaults, shards, epoch_ms: shards as f64 * (measured.witness_ms + measured.prove_ms) })
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

fn verify_batch(key: &PreparedVerifyingKey, inputs: &Inputs, proof: &Proof) -> Result<(), MeasureError> {
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

struct Inputs {
    statement: Statement,
    values: Vec<Fr>,
}

impl PublicInputs for Inputs {
    fn statement(&self) -> Statement {
        self.statement
    }

    fn to_field_elements(&self) -> Vec<Fr> {
        self.values.clone()
    }
}

/// A full witness of a shape with made-up figures: no place empty, amounts of all sizes.
pub fn sample(shape: Shape) -> Witness {
    match shape.statement() {
        Statement::Holdings => Witness::Holdings(sample_holdings(shape.vaults().unwrap_or(16))),
        Statement::Allocation => Witness::Allocation(sample_allocation(shape)),
        Statement::Coverage => match shape {
            Shape::CoverageFlat => Witness::CoverageFlat(Box::new(FlatWitness {
                balances: entries(40),
                blinding: Fr::from(5u64),
                table: FlatTable {
                    prices: [1_000_000_000; ASSETS],
                    keep: [900_000; SLOTS],
                    theta: 1_100_000,
                    units: FieldElement::default(),
                },
                requirement: 1_000,
                salt: Fr::from(6u64),
            })),
            _ => Witness::CoverageTiered(Box::new(TieredWitness {
                balances: entries(40),
                blinding: Fr::from(5u64),
                table: TieredTable {
                    rows: [sample_rows(); ASSETS],
                    prices: [1_000_000_000; ASSETS],
                    haircuts: [40_000; SLOTS],
                    theta: 1_100_000,
                    units: FieldElement::default(),
                },
                requirement: 1_000,
                salt: Fr::from(6u64),
            })),
        },
    }
}

/// Amounts below `2^bits`, no two alike.
fn entries(bits: u32) -> [u64; SLOTS] {
    core::array::from_fn(|slot| (slot as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - bits))
}

fn sample_holdings(vaults: usize) -> HoldingsWitness {
    let step = u64::MAX / (vaults as u64 + 1);
    let vaults: Vec<Vault> = (0..vaults)
        .map(|vault| Vault {
            id: step * vault as u64 + 1,
            positions: core::array::from_fn(|position| Position {
                amount: (vault as u64 * 5 + position as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8,
                slot: ((vault * 5 + position) % SLOTS) as u8,
            }),
        })
        .collect();
    let leaves = vaults.len().div_ceil(VAULTS_PER_LEAF) as u64;
    let blindings = (0..leaves).map(|leaf| Fr::from(leaf + 100)).collect();
    HoldingsWitness::new(&vaults, blindings, Fr::from(5u64), 0, u64::MAX)
}

fn sample_allocation(shape: Shape) -> AllocationWitness {
    let (kinds, outputs) = shape.allocation().map_or((&[][..], 0), |shape| (shape.sources, shape.outputs));
    let sources = kinds.len() as u64;
    let amounts = entries(50);
    // Every output gets as much, the sources hold it in equal parts but for the first, which holds the rest too.
    let total = |slot: usize| amounts[slot] * outputs as u64;
    let source = |index: u64| SourceBalance {
        entries: core::array::from_fn(|slot| {
            let part = total(slot) / sources;
            u128::from(if index == 0 { total(slot) - part * (sources - 1) } else { part })
        }),
        blinding: Fr::from(index + 1),
    };
    debug_assert!(kinds.iter().all(|kind| matches!(kind, SourceKind::Total | SourceKind::Pledge)));
    AllocationWitness {
        sources: (0..sources).map(source).collect(),
        outputs: (0..outputs)
            .map(|index| OutputBalance { entries: amounts, blinding: Fr::from(index as u64 + 50) })
            .collect(),
    }
}

/// Eleven tiers of falling rates and the terminal row.
fn sample_rows() -> [Row; TIERS] {
    let mut rows = [Row::default(); TIERS];
    let (mut low, mut cumulative) = (0u64, 0u64);
    for (tier, row) in rows.iter_mut().enumerate() {
        let terminal = tier + 1 == TIERS;
        let width = if terminal { (1 << 47) - 1 - low } else { 1_000_000 << tier };
        let rate = if terminal { 0 } else { 1_000_000 - 80_000 * tier as u32 };
        *row = Row { low, width, rate, cumulative };
        low += width;
        cumulative += width * u64::from(rate) / 1_000_000;
    }
    rows
}

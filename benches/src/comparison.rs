//! Contenders proving in turns, size by size.

use core::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use ark_bn254::Bn254;
use ark_groth16::VerifyingKey;
use serde::Serialize;

use crate::contenders::{Contender, ContenderError, Name, Proved, verify};
use crate::keys::{KeyError, KeyFiles};
use crate::memory::{Memory, MemoryError, measure_alone};
use crate::workload::{Size, Workload};

/// What is compared.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// Sizes, one after the other.
    pub sizes: Vec<Size>,
    /// Who proves.
    pub provers: Vec<Name>,
    /// Proofs of each prover at each size that are timed.
    pub repeat: usize,
}

impl fmt::Display for Plan {
    /// The command that carries it out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes: Vec<String> = self.sizes.iter().map(|size| size.exponent().to_string()).collect();
        let provers: Vec<&str> = self.provers.iter().map(|prover| prover.as_str()).collect();
        write!(
            f,
            "cargo run --release -p solvency-benches --bin compare -- --sizes {} --repeat {} --provers {}",
            sizes.join(","),
            self.repeat,
            provers.join(",")
        )
    }
}

/// The figures of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// What was compared.
    pub plan: Plan,
    /// Threads that each prover in Rust had; snarkjs takes all cores.
    pub threads: usize,
    /// By size, in the order of the plan.
    pub sizes: Vec<SizeFigures>,
}

/// The figures of one size.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SizeFigures {
    /// The size, as the exponent of its domain.
    pub size: Size,
    /// Rows.
    pub constraints: usize,
    /// Wires, the constant one and the public inputs among them.
    pub wires: usize,
    /// The part of the wires, out of 1, that are 0 or 1.
    pub share_of_bits: f64,
    /// By prover, in the order of the plan.
    pub provers: Vec<Entry>,
}

/// A prover and what came of it at a size.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Who.
    pub prover: Name,
    /// With which outcome.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What came of a prover at a size.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// Its figures.
    Measured(Figures),
    /// Why it did not take part.
    Skipped(String),
}

/// Medians of one prover at one size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// Time that passed, in milliseconds.
    pub wall_ms: f64,
    /// Time of all its threads, in milliseconds; null where the system does not say.
    pub cpu_ms: Option<f64>,
    /// Memory of one proof in a process of its own.
    #[serde(flatten)]
    pub memory: Memory,
}

impl SizeFigures {
    /// The figures of a prover, if it took part.
    pub fn figures(&self, prover: Name) -> Option<&Figures> {
        self.provers.iter().find_map(|entry| match &entry.outcome {
            Outcome::Measured(figures) if entry.prover == prover => Some(figures),
            _ => None,
        })
    }
}

impl Comparison {
    /// Whether no prover kept the cores busy at some size: then something else did, and times that passed say little.
    ///
    /// On an idle machine of 2 cores every prover reaches 1.5 to 2.
    pub fn cores_were_taken(&self) -> bool {
        /// The part of the threads that the best prover has to have kept busy.
        const BUSY: f64 = 0.7;
        let busy = |entry: &Entry| match &entry.outcome {
            Outcome::Measured(figures) => Some(figures.cpu_ms? / figures.wall_ms),
            Outcome::Skipped(_) => None,
        };
        self.sizes.iter().any(|size| {
            let best = size.provers.iter().filter_map(busy).max_by(f64::total_cmp);
            best.is_some_and(|best| best < BUSY * self.threads as f64)
        })
    }
}

/// Why there is no comparison.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// No keys.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A contender is there and does not prove.
    #[error("{prover} at {size}: {error}")]
    Contender {
        /// Who.
        prover: Name,
        /// At which size.
        size: Size,
        /// Why.
        error: ContenderError,
    },
    /// No figures of a contender's memory.
    #[error(transparent)]
    Memory(#[from] MemoryError),
}

/// Carries out a plan, with keys in a folder; tells what it is at.
///
/// # Errors
/// [`CompareError`]. A contender that is not there on this machine is skipped, which is none.
pub fn compare(plan: Plan, folder: &Path, tell: &dyn Fn(&str)) -> Result<Comparison, CompareError> {
    let sizes =
        plan.sizes.iter().map(|size| compare_at(*size, &plan, folder, tell)).collect::<Result<_, _>>()?;
    Ok(Comparison { plan, threads: rayon::current_num_threads(), sizes })
}

fn compare_at(
    size: Size,
    plan: &Plan,
    folder: &Path,
    tell: &dyn Fn(&str),
) -> Result<SizeFigures, CompareError> {
    tell(&format!("{size}: keys"));
    let started = Instant::now();
    let workload = Workload::of(size);
    let keys = KeyFiles::make(folder, &workload)?;
    let verifying = keys.proving_key()?.vk;
    tell(&format!("{size}: keys are there after {:.1} s", started.elapsed().as_secs_f64()));

    let mut entrants = Vec::new();
    for prover in plan.provers.iter().copied() {
        entrants.push(enter(prover, &workload, &keys, &verifying, tell)?);
    }
    for round in 1..=plan.repeat {
        tell(&format!("{size}: round {round} of {}", plan.repeat));
        for entrant in &mut entrants {
            entrant.prove(size)?;
        }
    }
    Ok(SizeFigures {
        size,
        constraints: workload.matrices.constraints(),
        wires: workload.matrices.wires,
        share_of_bits: workload.share_of_bits(),
        provers: entrants.into_iter().map(Entrant::result).collect(),
    })
}

/// A contender with the proofs that it has made, or the reason why it is not there.
struct Entrant {
    prover: Name,
    contender: Result<Box<dyn Contender>, String>,
    memory: Memory,
    walls: Vec<f64>,
    cpus: Vec<f64>,
}

/// Opens a contender, lets it make a proof that is verified and not timed, and measures its memory.
fn enter(
    prover: Name,
    workload: &Workload,
    keys: &KeyFiles,
    verifying: &VerifyingKey<Bn254>,
    tell: &dyn Fn(&str),
) -> Result<Entrant, CompareError> {
    let size = workload.size;
    tell(&format!("{size}: {prover}: first proof and memory"));
    let failed = |error| CompareError::Contender { prover, size, error };
    let entrant =
        |contender, memory| Entrant { prover, contender, memory, walls: Vec::new(), cpus: Vec::new() };
    // Each one gets a workload of its own.
    let mut contender = match prover.open(Workload::of(size), keys) {
        Ok(contender) => contender,
        Err(ContenderError::Unavailable(reason)) => {
            tell(&format!("{size}: {prover}: skipped: {reason}"));
            return Ok(entrant(Err(reason), Memory::default()));
        }
        Err(error) => return Err(failed(error)),
    };
    let proved = contender.prove().map_err(failed)?;
    verify(verifying, workload.assignment.public_inputs(), &proved.proof).map_err(failed)?;
    let memory = measure_alone(prover, size, keys.folder())?;
    Ok(entrant(Ok(contender), memory))
}

impl Entrant {
    fn prove(&mut self, size: Size) -> Result<(), CompareError> {
        let Ok(contender) = &mut self.contender else { return Ok(()) };
        let failed = |error| CompareError::Contender { prover: self.prover, size, error };
        let Proved { wall, cpu, .. } = contender.prove().map_err(failed)?;
        self.walls.push(milliseconds(wall));
        self.cpus.extend(cpu.map(milliseconds));
        Ok(())
    }

    fn result(mut self) -> Entry {
        let outcome = match (self.contender, median(&mut self.walls)) {
            (Err(reason), _) => Outcome::Skipped(reason),
            (Ok(_), None) => Outcome::Skipped("no proof was timed".into()),
            (Ok(_), Some(wall_ms)) => {
                Outcome::Measured(Figures { wall_ms, cpu_ms: median(&mut self.cpus), memory: self.memory })
            }
        };
        Entry { prover: self.prover, outcome }
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The value in the middle, or the mean of the two that are.
fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 1 { upper } else { (values[middle - 1] + upper) / 2.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_lie_in_the_middle() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [3.0]), Some(3.0));
        assert_eq!(median(&mut [9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [9.0, 1.0, 2.0, 4.0]), Some(3.0));
    }

    #[test]
    fn a_plan_names_its_command() {
        let size = |exponent| Size::new(exponent).unwrap();
        let provers = vec![Name::Ours, Name::ArkworksMatrices];
        let plan = Plan { sizes: vec![size(12), size(14)], provers, repeat: 3 };
        assert!(plan.to_string().ends_with("-- --sizes 12,14 --repeat 3 --provers ours,arkworks-matrices"));
    }
}

//! A prover that keeps what it has loaded: circuits' matrices and keys, from one proof to the next.
//!
//! A witness is checked natively first, so that a false statement is refused with its reason before anything is proven.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};
use solvency_circuits::{Witness, WitnessError, assignment};
use solvency_verifier::groth16::{KeyId, Proof};
use solvency_verifier::valuation::Table;
use solvency_verifier::{FieldElement, Shape};

use crate::account::{LengthError, PledgeOpening, TotalOpening};
use crate::book::BookShard;
use crate::chain::SourceOpening;
use crate::keys::{Circuit, KeyStore, KeyStoreError, ProvingKey, SetUpError};
use crate::prove::{Engines, MemoryReport, ProveError};
use crate::witness;

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// No key for the shape.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The statement is false for this witness, or the witness is not one.
    #[error(transparent)]
    Witness(#[from] WitnessError),
    /// The proof can't be made.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// An opening of a wrong length.
    #[error(transparent)]
    Length(#[from] LengthError),
}

impl ProofError {
    /// Whether the pledge's value is simply too low.
    pub fn is_shortfall(&self) -> bool {
        matches!(self, ProofError::Witness(WitnessError::NotCovered))
    }
}

/// The circuit of a shape: made once in a process.
pub fn circuit(shape: Shape) -> &'static Circuit {
    static CIRCUITS: [OnceLock<Circuit>; Shape::ALL.len()] = [const { OnceLock::new() }; Shape::ALL.len()];
    let index = Shape::ALL.iter().position(|known| *known == shape).unwrap_or_default();
    CIRCUITS[index].get_or_init(|| Circuit::of(shape))
}

/// Why a development key can't be made.
#[derive(Debug, thiserror::Error)]
pub enum DevelopmentKeyError {
    /// The set-up failed.
    #[error(transparent)]
    SetUp(#[from] SetUpError),
    /// The key can't be saved.
    #[error(transparent)]
    Store(#[from] KeyStoreError),
}

/// Makes a development key for a shape and saves it: whoever runs this can forge proofs under it.
///
/// # Errors
/// [`DevelopmentKeyError`]; nothing is then left in the folder that was not there before.
pub fn make_development_key(shape: Shape, store: &KeyStore) -> Result<(KeyId, PathBuf), DevelopmentKeyError> {
    make_development_key_with_tables(shape, 1, store)
}

/// As [`make_development_key`], with tables of so many levels: see [`ProvingKey::generate_development_with_tables`].
///
/// # Errors
/// [`DevelopmentKeyError`].
pub fn make_development_key_with_tables(
    shape: Shape,
    levels: usize,
    store: &KeyStore,
) -> Result<(KeyId, PathBuf), DevelopmentKeyError> {
    let key = ProvingKey::generate_development_with_tables(circuit(shape), levels)?;
    let path = store.save(&key)?;
    Ok((key.id(), path))
}

/// How many of so many jobs run on a thread each: whole rounds, and a last one that keeps more than half of the threads at work.
fn run_apart(jobs: usize, threads: usize) -> usize {
    let left = jobs % threads.max(1);
    if threads < 2 {
        0
    } else if 2 * left > threads {
        jobs
    } else {
        jobs - left
    }
}

/// Keys and circuits, loaded at first use.
pub struct Prover {
    store: KeyStore,
    keys: Mutex<HashMap<Shape, Arc<ProvingKey>>>,
    engines: OnceLock<Engines>,
    /// One thread each, for proofs that are made side by side.
    workers: OnceLock<Vec<ThreadPool>>,
}

impl Prover {
    /// A prover over a folder of keys.
    pub fn open(keys: &Path) -> Self {
        Prover {
            store: KeyStore::new(keys),
            keys: Mutex::default(),
            engines: OnceLock::new(),
            workers: OnceLock::new(),
        }
    }

    /// The folder's one proving key for a shape, read at first use.
    ///
    /// # Errors
    /// [`KeyStoreError`].
    pub fn key(&self, shape: Shape) -> Result<Arc<ProvingKey>, KeyStoreError> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = keys.get(&shape) {
            return Ok(Arc::clone(key));
        }
        let circuit = circuit(shape);
        let entry = self.store.find_for(circuit)?;
        let key = self.store.load(entry.id, circuit)?;
        let key = Arc::new(key);
        keys.insert(shape, Arc::clone(&key));
        Ok(key)
    }

    /// The engine with its buffers, made at first use.
    ///
    /// # Errors
    /// [`ProveError::Path`].
    pub fn engines(&self) -> Result<&Engines, ProveError> {
        if let Some(engines) = self.engines.get() {
            return Ok(engines);
        }
        let engines = Engines::new()?;
        Ok(self.engines.get_or_init(|| engines))
    }

    /// Memory that proving a shape takes.
    ///
    /// # Errors
    /// [`KeyStoreError`].
    pub fn memory(&self, shape: Shape) -> Result<MemoryReport, KeyStoreError> {
        let key = self.key(shape)?;
        Ok(MemoryReport::of(&key))
    }

    /// Runs jobs that each make a proof with this prover, and gives their results in the jobs' order.
    ///
    /// Each runs on one thread while there is a job for every thread, so that no thread waits for another; the few that are left
    /// over run one after the other on all threads. Every thread needs its own working memory, so this is for small shapes.
    pub fn side_by_side<J: Sync, R: Send>(&self, jobs: &[J], run: impl Fn(&J) -> R + Sync) -> Vec<R> {
        let (apart, together) = jobs.split_at(run_apart(jobs.len(), rayon::current_num_threads()));
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(job) = apart.get(index) else { return done };
                done.push((index, run(job)));
            }
        };
        let mut done = std::thread::scope(|scope| {
            let workers: Vec<_> = match apart {
                [] => Vec::new(),
                _ => self.workers().iter().map(|pool| scope.spawn(move || pool.install(work))).collect(),
            };
            let mut done = Vec::with_capacity(jobs.len());
            for worker in workers {
                match worker.join() {
                    Ok(results) => done.extend(results),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            // Where no thread could be had, the caller's does the work.
            done.extend(work());
            done
        });
        done.sort_by_key(|(index, _)| *index);
        done.into_iter().map(|(_, result)| result).chain(together.iter().map(&run)).collect()
    }

    fn workers(&self) -> &[ThreadPool] {
        self.workers.get_or_init(|| {
            let pool = |_| ThreadPoolBuilder::new().num_threads(1).build().ok();
            (0..rayon::current_num_threads()).filter_map(pool).collect()
        })
    }

    /// Proves any witness of a shape.
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn prove(
        &self,
        shape: Shape,
        witness: &Witness,
        context: FieldElement,
    ) -> Result<(KeyId, Proof), ProofError> {
        // The native relation first: a false statement needs no key to be refused.
        let assignment = assignment(shape, witness, context)?;
        let key = self.key(shape)?;
        let proof = self.engines()?.prove(&key, circuit(shape), &assignment)?;
        Ok((key.id(), proof))
    }

    /// Proves the sums of a shard.
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn holdings(
        &self,
        shape: Shape,
        shard: &BookShard,
        total: &TotalOpening,
        context: FieldElement,
    ) -> Result<(KeyId, Proof), ProofError> {
        self.prove(shape, &witness::holdings(shard, total), context)
    }

    /// Proves a distribution.
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn allocation(
        &self,
        shape: Shape,
        sources: &[Option<&SourceOpening>],
        outputs: &[PledgeOpening],
        context: FieldElement,
    ) -> Result<(KeyId, Proof), ProofError> {
        self.prove(shape, &witness::allocation(sources, outputs)?, context)
    }

    /// Proves a coverage.
    ///
    /// # Errors
    /// [`ProofError`], with [`ProofError::is_shortfall`] where the value is too low.
    pub fn coverage(
        &self,
        table: &Table,
        pledge: &PledgeOpening,
        requirement: u64,
        salt: FieldElement,
        context: FieldElement,
    ) -> Result<(KeyId, Proof), ProofError> {
        let (shape, witness) = witness::coverage(table, pledge, requirement, salt)?;
        self.prove(shape, &witness, context)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::{Prover, run_apart};

    #[test]
    fn whole_rounds_run_apart_and_few_left_over_together() {
        for (jobs, threads, apart) in [
            (0, 2, 0),
            (1, 2, 0),
            (2, 2, 2),
            (3, 2, 2),
            (5, 1, 0),
            (5, 8, 5),
            (4, 8, 0),
            (12, 8, 8),
            (13, 8, 13),
            (16, 8, 16),
        ] {
            assert_eq!(run_apart(jobs, threads), apart, "{jobs} jobs, {threads} threads");
        }
    }

    #[test]
    fn results_come_in_order_and_every_job_runs_once() {
        let prover = Prover::open(std::path::Path::new("none"));
        for count in [0usize, 1, 2, 3, 64, 65] {
            let ran = Mutex::new(Vec::new());
            let jobs: Vec<usize> = (0..count).collect();
            let results = prover.side_by_side(&jobs, |job| {
                ran.lock().unwrap().push(*job);
                job * 3
            });
            assert_eq!(results, jobs.iter().map(|job| job * 3).collect::<Vec<_>>());
            let mut ran = ran.into_inner().unwrap();
            ran.sort_unstable();
            assert_eq!(ran, jobs);
        }
    }
}

//! Accounts proven with each price: one resident prover, its key mapped, its buffers kept.

use std::time::{Duration, Instant};

use ark_bn254::Fr;
use serde::Serialize;
use solvency_verifier::{FieldElement, Shape, Statement};

use super::sample::sample_account;
use super::{CoverageFigures, MeasureError, cores};
use crate::keys::KeyStore;
use crate::resident::{Prover, make_development_key};

/// How many accounts a machine proves.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Throughput {
    /// The coverage shape.
    pub shape: Shape,
    /// Threads that prove.
    pub cores: usize,
    /// The points, in ascending order of accounts.
    pub points: Vec<ThroughputPoint>,
    /// Proofs of the fast engine that did not verify: the figures say nothing where it is not zero.
    pub fallbacks: u64,
}

/// One number of accounts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ThroughputPoint {
    /// Accounts, each with a proof of its own.
    pub accounts: u64,
    /// From the first price to the last proof, in milliseconds.
    pub first_price_to_last_proof_ms: f64,
    /// Accounts a second.
    pub accounts_per_second: f64,
    /// Accounts a second and core.
    pub accounts_per_second_per_core: f64,
    /// Not measured but extrapolated from the largest number that was.
    pub estimated: bool,
}

/// Accounts with a resident prover, ready for prices.
pub struct Accounts {
    shape: Shape,
    prover: Prover,
    /// Holds the key's file while the prover has it mapped.
    _folder: tempfile::TempDir,
}

impl Accounts {
    /// Makes a development key in a temporary folder and proves once, so that everything is loaded.
    ///
    /// # Errors
    /// [`MeasureError`], among them [`MeasureError::NoCoverage`].
    pub fn open(shape: Shape) -> Result<Self, MeasureError> {
        if shape.statement() != Statement::Coverage {
            return Err(MeasureError::NoCoverage(shape));
        }
        let folder = tempfile::tempdir().map_err(MeasureError::Folder)?;
        make_development_key(shape, &KeyStore::new(folder.path()))?;
        let accounts = Accounts { shape, prover: Prover::open(folder.path()), _folder: folder };
        accounts.tick(1)?;
        accounts.tick(cores() as u64)?;
        Ok(accounts)
    }

    /// A new price: proves so many accounts, and says how long it took. Witness, checks before and after, and proof are part
    /// of it; signatures, files and network are not.
    ///
    /// # Errors
    /// [`MeasureError`].
    pub fn tick(&self, accounts: u64) -> Result<Duration, MeasureError> {
        let started = Instant::now();
        let context = FieldElement(Fr::from(7u64));
        let accounts: Vec<u64> = (0..accounts).collect();
        let proofs = self.prover.side_by_side(&accounts, |account| {
            self.prover.prove(self.shape, &sample_account(self.shape, *account), context).map(drop)
        });
        proofs.into_iter().collect::<Result<(), _>>()?;
        Ok(started.elapsed())
    }

    /// The figures for such numbers of accounts. One that would take longer than `most` is estimated.
    ///
    /// # Errors
    /// [`MeasureError`].
    pub fn throughput(
        &self,
        accounts: &[u64],
        most: Duration,
        mut starting: impl FnMut(u64),
    ) -> Result<Throughput, MeasureError> {
        let cores = cores();
        let points = grow(accounts, cores, most, |accounts| {
            starting(accounts);
            self.tick(accounts)
        })?;
        let fallbacks = self.prover.engines()?.fallbacks();
        Ok(Throughput { shape: self.shape, cores, points, fallbacks })
    }

    /// What one account takes of one core where all cores prove, each some times over.
    ///
    /// # Errors
    /// [`MeasureError`].
    pub fn figures(&self, repeat: u32) -> Result<CoverageFigures, MeasureError> {
        let rounds = repeat.max(1);
        let took = self.tick(cores() as u64 * u64::from(rounds))?;
        let memory = self.prover.memory(self.shape)?;
        Ok(CoverageFigures {
            shape: self.shape,
            core_ms: took.as_secs_f64() * 1e3 / f64::from(rounds),
            memory_bytes: memory.total(),
            key_bytes: memory.key + memory.matrices,
        })
    }
}

/// Measures one number of accounts after the other, the smallest first, as long as the next is expected to take no longer than
/// `most`; the others are estimated from the largest that was measured. The smallest is measured in any case.
///
/// # Errors
/// The measurement's.
pub fn grow<E>(
    accounts: &[u64],
    cores: usize,
    most: Duration,
    mut measure: impl FnMut(u64) -> Result<Duration, E>,
) -> Result<Vec<ThroughputPoint>, E> {
    let mut accounts: Vec<u64> = accounts.iter().copied().filter(|accounts| *accounts > 0).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let mut points = Vec::new();
    // Seconds an account, of the largest number that was measured.
    let mut pace: Option<f64> = None;
    for accounts in accounts {
        let expected = pace.map(|pace| pace * accounts as f64);
        let (seconds, estimated) = match expected.filter(|expected| *expected > most.as_secs_f64()) {
            Some(expected) => (expected, true),
            None => (measure(accounts)?.as_secs_f64(), false),
        };
        if !estimated {
            pace = Some(seconds / accounts as f64);
        }
        let rate = accounts as f64 / seconds.max(f64::MIN_POSITIVE);
        points.push(ThroughputPoint {
            accounts,
            first_price_to_last_proof_ms: seconds * 1e3,
            accounts_per_second: rate,
            accounts_per_second_per_core: rate / cores.max(1) as f64,
            estimated,
        });
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use super::grow;

    #[test]
    fn what_would_take_too_long_is_estimated_from_the_largest_measured() {
        let mut measured = Vec::new();
        // 100 ms before the first, 10 ms each.
        let run = |accounts: u64| {
            measured.push(accounts);
            Ok::<_, Infallible>(Duration::from_millis(100 + 10 * accounts))
        };
        let points = grow(&[1_000, 10, 1, 10, 0, 10_000, 100], 2, Duration::from_secs(12), run).unwrap();
        assert_eq!(measured, [1, 10, 100, 1_000]);
        let accounts: Vec<u64> = points.iter().map(|point| point.accounts).collect();
        assert_eq!(accounts, [1, 10, 100, 1_000, 10_000]);
        assert!(points[..4].iter().all(|point| !point.estimated));
        let last = &points[4];
        assert!(last.estimated);
        assert!((last.first_price_to_last_proof_ms - 101_000.0).abs() < 1e-6, "{last:?}");
        assert!((last.accounts_per_second - 1e4 / 101.0).abs() < 1e-6, "{last:?}");
        assert!((last.accounts_per_second_per_core - 5e3 / 101.0).abs() < 1e-6, "{last:?}");
    }

    #[test]
    fn the_smallest_is_measured_however_long_it_takes() {
        let points = grow(&[5, 6], 1, Duration::ZERO, |_| Ok::<_, Infallible>(Duration::from_secs(9)));
        let estimated: Vec<bool> = points.unwrap().iter().map(|point| point.estimated).collect();
        assert_eq!(estimated, [false, true]);
    }
}

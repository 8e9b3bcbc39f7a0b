//! A prover that keeps what it has loaded: circuits' matrices and keys, from one proof to the next.
//!
//! A witness is checked natively first, so that a false statement is refused with its reason before anything is proven.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ark_bn254::Fr;
use solvency_circuits::allocation::{AllocationWitness, OutputBalance, SourceBalance};
use solvency_circuits::coverage::flat::FlatWitness;
use solvency_circuits::coverage::tiered::TieredWitness;
use solvency_circuits::holdings::HoldingsWitness;
use solvency_circuits::{Witness, WitnessError, assignment};
use solvency_verifier::groth16::{KeyId, Proof};
use solvency_verifier::valuation::Table;
use solvency_verifier::{FieldElement, Shape};
use zeroize::Zeroizing;

use crate::account::{LengthError, PledgeOpening, TotalOpening};
use crate::book::BookShard;
use crate::chain::SourceOpening;
use crate::keys::{Circuit, KeyStore, KeyStoreError, ProvingKey, SetUpError};
use crate::prove::{Engines, MemoryReport, ProveError};

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

/// Keys and circuits, loaded at first use.
pub struct Prover {
    store: KeyStore,
    keys: Mutex<HashMap<Shape, Arc<ProvingKey>>>,
    engines: OnceLock<Engines>,
}

impl Prover {
    /// A prover over a folder of keys.
    pub fn open(keys: &Path) -> Self {
        Prover { store: KeyStore::new(keys), keys: Mutex::default(), engines: OnceLock::new() }
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
        let vaults: Vec<_> = shard.vaults.iter().map(crate::book::BookVault::record).collect();
        let blindings: Vec<Fr> = shard.blindings.iter().map(|blinding| blinding.0).collect();
        let witness = HoldingsWitness::new(&vaults, blindings, total.blinding.0, shard.id_low, shard.id_high);
        self.prove(shape, &Witness::Holdings(witness), context)
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
        let mut witness = AllocationWitness { sources: Vec::new(), outputs: Vec::new() };
        for source in sources {
            witness.sources.push(match source {
                None => SourceBalance::unused(),
                Some(SourceOpening::Holdings { opening, .. }) => {
                    SourceBalance { entries: opening.entries()?, blinding: opening.blinding.0 }
                }
                Some(SourceOpening::Output { opening, .. }) => {
                    let entries = Zeroizing::new(opening.entries()?);
                    SourceBalance { entries: entries.map(u128::from), blinding: opening.blinding.0 }
                }
            });
        }
        for output in outputs {
            witness.outputs.push(OutputBalance { entries: output.entries()?, blinding: output.blinding.0 });
        }
        self.prove(shape, &Witness::Allocation(witness), context)
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
        let entries = Zeroizing::new(pledge.entries()?);
        let blinding = pledge.blinding.0;
        match table {
            Table::Flat(table) => {
                let witness = FlatWitness {
                    balances: *entries,
                    blinding,
                    table: table.clone(),
                    requirement,
                    salt: salt.0,
                };
                self.prove(Shape::CoverageFlat, &Witness::CoverageFlat(Box::new(witness)), context)
            }
            Table::Tiered(table) => {
                let witness = TieredWitness {
                    balances: *entries,
                    blinding,
                    table: table.clone(),
                    requirement,
                    salt: salt.0,
                };
                self.prove(Shape::CoverageTiered, &Witness::CoverageTiered(Box::new(witness)), context)
            }
        }
    }
}

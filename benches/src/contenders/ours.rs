//! The project's prover as its users call it: with the check of every row before, and the verification of its proof after.

use ark_groth16::Proof;
use solvency_circuits::builder::Assignment;
use solvency_prover::keys::{Circuit, KeyStore, ProvingKey};
use solvency_prover::prove::{Engines, Path};

use super::{Contender, ContenderError, Proved, timed};
use crate::keys::{KeyFiles, randomness};
use crate::workload::{SHAPE, Workload};

/// Levels of the tables that are compared.
const LEVELS: usize = 8;

/// Which of the prover's ways.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The fastest path for the machine, without tables.
    Detected,
    /// The same with tables of several levels.
    Tables,
    /// The path that runs everywhere, without tables.
    Portable,
}

pub(super) struct Ours {
    assignment: Assignment,
    circuit: Circuit,
    key: ProvingKey,
    engines: Engines,
}

impl Ours {
    pub(super) fn open(workload: Workload, keys: &KeyFiles, way: Way) -> Result<Self, ContenderError> {
        let circuit = Circuit::new(SHAPE, workload.matrices);
        let (folder, levels) = if way == Way::Tables { ("ours-tables", LEVELS) } else { ("ours", 1) };
        let store = KeyStore::new(keys.folder().join(folder));
        let key = match store.find_for(&circuit) {
            Ok(entry) => store.load(entry.id, &circuit).map_err(ContenderError::failed)?,
            Err(_) => {
                let key = ProvingKey::generate_development_from(&circuit, levels, &mut randomness())
                    .map_err(ContenderError::failed)?;
                store.save(&key).map_err(ContenderError::failed)?;
                store.load(key.id(), &circuit).map_err(ContenderError::failed)?
            }
        };
        let engines = match way {
            Way::Portable => Engines::on(Path::portable()),
            _ => Engines::new().map_err(ContenderError::failed)?,
        };
        Ok(Self { assignment: workload.assignment, circuit, key, engines })
    }
}

impl Contender for Ours {
    fn prove(&mut self) -> Result<Proved, ContenderError> {
        let proved = timed(|| {
            let proof = self.engines.prove(&self.key, &self.circuit, &self.assignment);
            let proof = proof.map_err(ContenderError::failed)?;
            Ok(Proof { a: *proof.a(), b: *proof.b(), c: *proof.c() })
        })?;
        match self.engines.fallbacks() {
            0 => Ok(proved),
            count => Err(ContenderError::Failed(format!("{count} proofs were made by the reference engine"))),
        }
    }
}

//! The project's prover as its users call it: with the check of every row before, and the verification of its proof after.

use ark_groth16::Proof;
use solvency_circuits::builder::Assignment;
use solvency_prover::keys::{Circuit, KeyStore, ProvingKey};
use solvency_prover::prove::prove;

use super::{Contender, ContenderError, Proved, timed};
use crate::keys::{KeyFiles, randomness};
use crate::workload::{SHAPE, Workload};

/// Which of the prover's paths.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Path {
    /// The fastest one for the machine.
    Detected,
    /// The one that runs everywhere.
    Portable,
}

pub(super) struct Ours {
    assignment: Assignment,
    circuit: Circuit,
    key: ProvingKey,
}

impl Ours {
    pub(super) fn open(workload: Workload, keys: &KeyFiles, path: Path) -> Result<Self, ContenderError> {
        if path == Path::Portable {
            return Err(ContenderError::Unavailable("the project's prover has only one path".into()));
        }
        let circuit = Circuit::new(SHAPE, workload.matrices);
        let store = KeyStore::new(keys.folder().join("ours"));
        let key = match store.find_for(&circuit) {
            Ok(entry) => store.load(entry.id, &circuit).map_err(ContenderError::failed)?,
            Err(_) => {
                let key = ProvingKey::generate_development_from(&circuit, &mut randomness())
                    .map_err(ContenderError::failed)?;
                store.save(&key).map_err(ContenderError::failed)?;
                key
            }
        };
        Ok(Self { assignment: workload.assignment, circuit, key })
    }
}

impl Contender for Ours {
    fn prove(&mut self) -> Result<Proved, ContenderError> {
        timed(|| {
            let proof = prove(&self.key, &self.circuit, &self.assignment).map_err(ContenderError::failed)?;
            Ok(Proof { a: *proof.a(), b: *proof.b(), c: *proof.c() })
        })
    }
}

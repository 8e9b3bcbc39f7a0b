//! ark-groth16 0.6 in two ways: from a circuit, as its users call it, and from matrices that are made once.

use ark_bn254::{Bn254, Fr};
use ark_groth16::{Groth16, ProvingKey};
use ark_snark::SNARK;
use ark_std::UniformRand;
use ark_std::rand::rngs::StdRng;
use solvency_circuits::builder::Replay;

use super::{Contender, ContenderError, Proved, timed};
use crate::keys::{KeyFiles, randomness};
use crate::workload::Workload;

/// `Groth16::prove`: synthesises the circuit for each proof.
pub(super) struct Synthesizing {
    workload: Workload,
    key: ProvingKey<Bn254>,
    rng: StdRng,
}

impl Synthesizing {
    pub(super) fn open(workload: Workload, keys: &KeyFiles) -> Result<Self, ContenderError> {
        Ok(Self { workload, key: keys.proving_key()?, rng: randomness() })
    }
}

impl Contender for Synthesizing {
    fn prove(&mut self) -> Result<Proved, ContenderError> {
        let Workload { matrices, assignment, .. } = &self.workload;
        let circuit = Replay { matrices, assignment: Some(assignment) };
        timed(|| Groth16::<Bn254>::prove(&self.key, circuit, &mut self.rng).map_err(ContenderError::failed))
    }
}

/// `create_proof_with_reduction_and_matrices`.
pub(super) struct Prebuilt {
    workload: Workload,
    key: ProvingKey<Bn254>,
    rng: StdRng,
}

impl Prebuilt {
    pub(super) fn open(workload: Workload, keys: &KeyFiles) -> Result<Self, ContenderError> {
        Ok(Self { workload, key: keys.proving_key()?, rng: randomness() })
    }
}

impl Contender for Prebuilt {
    fn prove(&mut self) -> Result<Proved, ContenderError> {
        let Workload { matrices, assignment, .. } = &self.workload;
        timed(|| {
            Groth16::<Bn254>::create_proof_with_reduction_and_matrices(
                &self.key,
                Fr::rand(&mut self.rng),
                Fr::rand(&mut self.rng),
                &matrices.rows,
                matrices.public_inputs + 1,
                matrices.constraints(),
                assignment.wires(),
            )
            .map_err(ContenderError::failed)
        })
    }
}

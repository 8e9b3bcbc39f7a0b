//! taceo-groth16 with snarkjs' reduction, the faster one of its two: it needs no rows of C.

use ark_bn254::{Bn254, Fr};
use ark_groth16::ProvingKey;
use ark_std::UniformRand;
use ark_std::rand::rngs::StdRng;
use solvency_circuits::builder::Assignment;
use taceo_groth16::{CircomReduction, ConstraintMatrices, Groth16};

use super::{Contender, ContenderError, Proved, timed};
use crate::keys::{KeyFiles, randomness};
use crate::workload::Workload;

pub(super) struct Taceo {
    assignment: Assignment,
    matrices: ConstraintMatrices<Fr>,
    key: ProvingKey<Bn254>,
    rng: StdRng,
}

impl Taceo {
    pub(super) fn open(workload: Workload, keys: &KeyFiles) -> Result<Self, ContenderError> {
        let Workload { matrices, assignment, .. } = workload;
        let [a_num_non_zero, b_num_non_zero, _] = matrices.non_zeros();
        let num_constraints = matrices.constraints();
        let [a, b, _] = matrices.rows;
        let matrices = ConstraintMatrices {
            num_instance_variables: matrices.public_inputs + 1,
            num_witness_variables: matrices.wires - matrices.public_inputs - 1,
            num_constraints,
            a_num_non_zero,
            b_num_non_zero,
            c_num_non_zero: 0,
            a,
            b,
            c: Vec::new(),
        };
        Ok(Self { assignment, matrices, key: keys.coset_proving_key()?, rng: randomness() })
    }
}

impl Contender for Taceo {
    fn prove(&mut self) -> Result<Proved, ContenderError> {
        let wires = self.assignment.wires();
        timed(|| {
            let (r, s) = (Fr::rand(&mut self.rng), Fr::rand(&mut self.rng));
            Groth16::<Bn254>::prove::<CircomReduction>(&self.key, r, s, &self.matrices, wires)
                .map_err(ContenderError::failed)
        })
    }
}

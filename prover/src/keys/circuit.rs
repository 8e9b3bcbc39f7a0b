//! A shape's circuit: the hash of its matrices, which is known, and the matrices, which are made when they are needed.

use std::sync::OnceLock;

use ark_bn254::Fr;
use solvency_circuits::builder::{Failure, Matrices};
use solvency_verifier::{Bytes32, Shape};

/// The circuit of a shape. Matrices take a moment to make (up to half a second) and are needed for set-up and for the name of a
/// row that fails; proving takes them from the key.
pub struct Circuit {
    shape: Shape,
    hash: Bytes32,
    matrices: OnceLock<Matrices>,
}

impl Circuit {
    /// The circuit of a shape.
    pub fn of(shape: Shape) -> Self {
        Self { shape, hash: solvency_circuits::matrices_hash(shape), matrices: OnceLock::new() }
    }

    /// Other matrices under the name of a shape, as tests need them; their hash keeps the keys apart.
    pub fn new(shape: Shape, matrices: Matrices) -> Self {
        let hash = matrices.hash();
        Self { shape, hash, matrices: OnceLock::from(matrices) }
    }

    /// The shape.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The matrices, made at first use.
    pub fn matrices(&self) -> &Matrices {
        self.matrices.get_or_init(|| solvency_circuits::matrices(self.shape))
    }

    /// Hash of the matrices (spec/keys.md).
    pub fn hash(&self) -> &Bytes32 {
        &self.hash
    }

    /// Bytes that the matrices occupy in memory, where they were made.
    pub fn bytes(&self) -> u64 {
        self.matrices.get().map_or(0, |matrices| {
            let rows = 3 * matrices.constraints() * size_of::<Vec<(Fr, usize)>>();
            let terms = matrices.non_zeros().iter().sum::<usize>() * size_of::<(Fr, usize)>();
            (rows + terms) as u64
        })
    }

    /// The row as a failure, with the check and the gadget that it belongs to.
    pub(crate) fn failure(&self, row: usize) -> Failure {
        let label = self.matrices().labels.get(row);
        let (check, gadget) = label.map_or(("unknown", "unknown"), |label| (label.check, label.gadget));
        Failure { row, check, gadget }
    }
}

//! Shows that a circuit's inputs determine every other wire (spec/uniqueness.md).
//!
//! What is shown is about the rows alone: from matrices and the list of inputs it follows that no two assignments agree on the
//! inputs and differ elsewhere. A wire that this does not show to be determined may be so all the same; a wire that it does
//! show to be determined is.
//!
//! # What it does not show
//!
//! That the rows say what the specification says, or that inputs are as constrained as they should be: a circuit without rows
//! whose wires are all inputs passes.
//!
//! Source: Pailoor, Chen, Wang et al., "Automated detection of under-constrained circuits in zero-knowledge proofs", PLDI
//! 2023, for uniqueness by propagation.

mod linear;
mod propagation;

use crate::builder::{Label, Matrices, ONE};
use propagation::Propagation;
pub use propagation::{Discharge, Obligation};

/// What the check came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// All wires.
    pub wires: usize,
    /// The one, the public inputs, and the private inputs.
    pub given: usize,
    /// Wires that were not shown to be determined, each with the first row that it stands in.
    pub undetermined: Vec<(usize, Option<Label>)>,
    /// Places where a wire is determined because something is not zero, and why it is not.
    pub obligations: Vec<Obligation>,
    /// Public inputs, counted from 1, that the private inputs do not determine.
    pub free_public_inputs: Vec<usize>,
    /// Wires that stand in no row.
    pub unused: Vec<usize>,
}

impl Report {
    /// Whether all wires are determined.
    pub fn is_unambiguous(&self) -> bool {
        self.undetermined.is_empty()
    }
}

/// Checks a circuit.
pub fn check(matrices: &Matrices) -> Report {
    let public = 1..=matrices.public_inputs;
    let all = from_all_inputs(matrices);
    let from_private = from_private_inputs(matrices);

    let first_row = |wire: usize| {
        let stands_in = |row: &usize| {
            matrices.rows.iter().any(|rows| rows[*row].iter().any(|(_, of_row)| *of_row == wire))
        };
        (0..matrices.constraints()).find(stands_in).map(|row| matrices.labels[row])
    };
    let undetermined = all.unknown().map(|wire| (wire, first_row(wire))).collect();
    let mut used = vec![false; matrices.wires];
    for (_, wire) in matrices.rows.iter().flatten().flatten() {
        used[*wire] = true;
    }
    Report {
        wires: matrices.wires,
        given: 1 + matrices.public_inputs + matrices.inputs.len(),
        undetermined,
        free_public_inputs: public.filter(|index| !from_private.is_known(*index)).collect(),
        unused: (0..matrices.wires).filter(|wire| !used[*wire]).collect(),
        obligations: all.into_obligations(),
    }
}

/// What follows from the one, the public inputs and the private ones.
fn from_all_inputs(matrices: &Matrices) -> Propagation<'_> {
    Propagation::from(matrices, matrices.inputs.iter().copied().chain(ONE..=matrices.public_inputs))
}

/// What follows from the one and the private inputs.
fn from_private_inputs(matrices: &Matrices) -> Propagation<'_> {
    Propagation::from(matrices, matrices.inputs.iter().copied().chain([ONE]))
}

#[cfg(test)]
mod tests;

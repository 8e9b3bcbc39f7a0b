//! Groth16's prover: rows, points, sums.

mod columns;
mod engine;
mod plain;
mod reference;
mod rows;
mod set_up;
mod storage;
mod tasks;

use ark_bn254::Fr;
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use ark_std::rand::RngCore;
use solvency_verifier::groth16::VerifyingKeyPoints;

pub(crate) use columns::{Columns, RawProof};
pub(crate) use engine::{Accelerated, Blinding, Engine, Key, Reference};
pub use plain::PlainPoints;
#[cfg(test)]
pub(crate) use rows::Evaluations;
pub(crate) use rows::Rows;

pub(crate) mod sections;
#[cfg(test)]
mod tests;

/// The points of a key for these rows, from fresh secrets: whoever knows the randomness can forge. The same randomness gives the
/// same verifying key as ark-groth16 0.6 does. `boolean_wires` are 0 or 1 in every assignment that satisfies the rows;
/// `levels` are those of the tables, 1 for none.
///
/// None where the rows are too many for the field's domains, or the secrets make no key (as probable as guessing them).
pub(crate) fn set_up(
    rows: &Rows,
    boolean_wires: &[usize],
    levels: usize,
    rng: &mut impl RngCore,
) -> Option<(VerifyingKeyPoints, Columns)> {
    let domain = Radix2EvaluationDomain::<Fr>::new(rows.domain())?;
    let trapdoor = set_up::Trapdoor::sample(rng, &domain);
    let (verifying, points) = trapdoor.points(rows, &domain)?;
    Some((verifying, Columns::of(&points, boolean_wires, levels)))
}

//! From an assignment to a proof: checked before, verified after.
//!
//! # What a made proof does not show
//!
//! That the assignment means what its maker thinks; only that it satisfies every row. The time that proving takes depends on
//! the witness (spec/threats.md).

mod memory;

use std::sync::atomic::{AtomicU64, Ordering};

use ark_bn254::Fr;
use ark_ff::PrimeField;
use solvency_circuits::builder::{Assignment, Failure, LengthError};
pub use solvency_kernels::{Path, PathError};
use solvency_verifier::groth16::{Proof, ProofError, VerifyError, verify};
use solvency_verifier::{Bytes32, PublicInputs, Shape, Statement};
use zeroize::Zeroizing;

pub use memory::{MemoryError, MemoryReport};

use crate::groth16::{Accelerated, Blinding, Engine, RawProof, Reference};
use crate::keys::{Circuit, ProvingKey};

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The key was made for other matrices.
    #[error(
        "the key is for matrices {got}, the circuit has {expected}; make or load the key of this circuit"
    )]
    WrongKey {
        /// Hash in the key.
        got: Bytes32,
        /// Hash of the circuit.
        expected: Bytes32,
    },
    /// The assignment is for another circuit.
    #[error(transparent)]
    AssignmentLength(#[from] LengthError),
    /// A row does not hold: the statement is false for this witness.
    #[error(transparent)]
    Unsatisfied(#[from] Failure),
    /// The operating system gives no randomness.
    #[error("no randomness from the operating system: {0}")]
    Randomness(getrandom::Error),
    /// There is not enough memory; nothing was begun.
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// The environment asks for an engine that can't be had.
    #[error(transparent)]
    Path(#[from] PathError),
    /// There is no engine to prove with.
    #[error("no engine to prove with")]
    NoEngine,
    /// What came out is no proof.
    #[error("the proof that was made is none: {0}; the key's file may be damaged")]
    Malformed(#[from] ProofError),
    /// The proof does not verify.
    #[error("the proof that was made does not verify: {0}; the key's file may be damaged")]
    DoesNotVerify(#[from] VerifyError),
}

/// A prover's engine with its buffers and tables, kept from proof to proof, and the count of proofs that it got wrong.
pub struct Engines {
    fast: Accelerated,
    fallbacks: AtomicU64,
    /// Bytes that the system could give; another answer in tests.
    available_memory: fn() -> Option<u64>,
}

impl Engines {
    /// The fastest engine that this processor runs, or the one that `SOLVENCY_KERNELS` names.
    ///
    /// # Errors
    /// [`PathError`] where that variable names what can't be had.
    pub fn new() -> Result<Self, PathError> {
        Ok(Self::on(Path::chosen()?))
    }

    /// The engine of one path.
    pub fn on(path: Path) -> Self {
        Self {
            fast: Accelerated::new(path),
            fallbacks: AtomicU64::new(0),
            available_memory: memory::available,
        }
    }

    /// The engine's name.
    pub fn name(&self) -> &'static str {
        self.fast.name()
    }

    /// Proofs that did not verify and were made again by the reference engine. Any is a fault of this program or of the
    /// machine, to be reported.
    pub fn fallbacks(&self) -> u64 {
        self.fallbacks.load(Ordering::Relaxed)
    }

    /// Makes a proof of an assignment.
    ///
    /// The assignment is checked row by row first, and the proof is verified before it is returned. A proof of the fast engine that
    /// does not verify is counted and made again by the reference engine, arkworks' arithmetic, under the same key. The
    /// proof's blinding comes from the operating system.
    ///
    /// # Errors
    /// [`ProveError`]: a key that is not the circuit's, an assignment that does not satisfy it (with check and row), or a proof
    /// that does not verify.
    pub fn prove(
        &self,
        key: &ProvingKey,
        circuit: &Circuit,
        assignment: &Assignment,
    ) -> Result<Proof, ProveError> {
        self.prove_with(&[&self.fast, &Reference], key, circuit, assignment)
    }

    fn prove_with(
        &self,
        engines: &[&dyn Engine],
        key: &ProvingKey,
        circuit: &Circuit,
        assignment: &Assignment,
    ) -> Result<Proof, ProveError> {
        check_key(key, circuit)?;
        let wires = assignment.wires();
        let rows = key.rows();
        if wires.len() != rows.wires() {
            return Err(LengthError { wires: rows.wires(), got: wires.len() }.into());
        }
        MemoryReport::of(key).ensure_room_in((self.available_memory)())?;
        let inputs = AssignedInputs::of(circuit.shape(), assignment);
        let mut outcome = Err(ProveError::NoEngine);
        for (tried, engine) in engines.iter().enumerate() {
            let evaluations = rows.evaluate(wires).map_err(|row| circuit.failure(row))?;
            let blinding = Blinding { r: random_element()?, s: random_element()? };
            if tried > 0 {
                self.fallbacks.fetch_add(1, Ordering::Relaxed);
            }
            outcome = checked(engine.prove(key.for_engine(), wires, evaluations, &blinding), key, &inputs);
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }
}

/// Makes a proof with an engine of its own: see [`Engines::prove`]. Who makes several keeps [`Engines`].
///
/// # Errors
/// [`ProveError`].
pub fn prove(key: &ProvingKey, circuit: &Circuit, assignment: &Assignment) -> Result<Proof, ProveError> {
    Engines::new()?.prove(key, circuit, assignment)
}

/// A proof that verifies.
fn checked(proof: RawProof, key: &ProvingKey, inputs: &AssignedInputs) -> Result<Proof, ProveError> {
    let proof = Proof::new(proof.a, proof.b, proof.c)?;
    let _verified = verify(key.verifying(), inputs, &proof)?;
    Ok(proof)
}

fn check_key(key: &ProvingKey, circuit: &Circuit) -> Result<(), ProveError> {
    let verifying = key.verifying().key();
    if verifying.matrices() != circuit.hash() || verifying.shape() != circuit.shape() {
        return Err(ProveError::WrongKey { got: *verifying.matrices(), expected: *circuit.hash() });
    }
    Ok(())
}

/// 512 uniform bits reduced into the field: further than 2^-256 from uniform nobody can tell.
fn random_element() -> Result<Fr, ProveError> {
    let mut bytes = Zeroizing::new([0u8; 64]);
    getrandom::fill(bytes.as_mut()).map_err(ProveError::Randomness)?;
    Ok(Fr::from_be_bytes_mod_order(bytes.as_ref()))
}

/// The public inputs of an assignment, to verify a proof that was just made of it.
///
/// Who verifies somebody else's proof computes them from the statement instead: these say nothing about what they mean.
#[derive(Clone, Debug)]
pub struct AssignedInputs {
    /// The statement.
    pub statement: Statement,
    /// The inputs in the order of the specification.
    pub values: Vec<Fr>,
}

impl AssignedInputs {
    /// Those of an assignment of a shape.
    pub fn of(shape: Shape, assignment: &Assignment) -> Self {
        Self { statement: shape.statement(), values: assignment.public_inputs().to_vec() }
    }
}

impl PublicInputs for AssignedInputs {
    fn statement(&self) -> Statement {
        self.statement
    }

    fn to_field_elements(&self) -> Vec<Fr> {
        self.values.clone()
    }
}

#[cfg(test)]
mod tests;

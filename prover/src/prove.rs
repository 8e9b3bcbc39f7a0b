//! From an assignment to a proof: checked before, verified after.
//!
//! # What a made proof does not show
//!
//! That the assignment means what its maker thinks; only that it satisfies every row. The time that proving takes depends on
//! the witness (spec/threats.md).

use ark_bn254::{Bn254, Fr};
use ark_ff::PrimeField;
use ark_groth16::Groth16;
use solvency_circuits::builder::{Assignment, Failure, LengthError};
use solvency_verifier::groth16::{Proof, ProofError, VerifyError, verify};
use solvency_verifier::{Bytes32, PublicInputs, Statement};
use zeroize::{Zeroize, Zeroizing};

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
    /// The key names the circuit but its columns have other lengths.
    #[error("the key's columns do not fit the circuit; make the key again")]
    KeySize,
    /// The assignment is for another circuit.
    #[error(transparent)]
    AssignmentLength(#[from] LengthError),
    /// A row does not hold: the statement is false for this witness.
    #[error(transparent)]
    Unsatisfied(#[from] Failure),
    /// The operating system gives no randomness.
    #[error("no randomness from the operating system: {0}")]
    Randomness(getrandom::Error),
    /// arkworks could not make the proof.
    #[error("proving: {0}")]
    Proving(#[from] ark_relations::gr1cs::SynthesisError),
    /// What came out is no proof.
    #[error("the proof that was made is none: {0}; the key's file may be damaged")]
    Malformed(#[from] ProofError),
    /// The proof does not verify.
    #[error("the proof that was made does not verify: {0}; the key's file may be damaged")]
    DoesNotVerify(#[from] VerifyError),
}

/// Memory that proving needs, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryReport {
    /// The proving key's points.
    pub key: u64,
    /// The circuit's matrices.
    pub matrices: u64,
    /// The assignment.
    pub assignment: u64,
    /// Polynomials and scalars while proving: an upper estimate.
    pub working: u64,
}

impl MemoryReport {
    /// What proving with this key takes.
    pub fn of(key: &ProvingKey, circuit: &Circuit) -> Self {
        let element = size_of::<Fr>() as u64;
        let wires = circuit.matrices().wires as u64;
        let domain = circuit.matrices().domain() as u64;
        MemoryReport {
            key: key.bytes(),
            matrices: circuit.bytes(),
            assignment: element * wires,
            // Four polynomials at once, the quotient as integers, the assignment as integers twice.
            working: element * (5 * domain + 2 * wires),
        }
    }

    /// The sum.
    pub fn total(&self) -> u64 {
        self.key + self.matrices + self.assignment + self.working
    }
}

/// Makes a proof of an assignment.
///
/// The assignment is checked row by row first, because arkworks 0.6 checks only in debug builds; and the proof is verified
/// before it is returned. The proof's blinding comes from the operating system.
///
/// # Errors
/// [`ProveError`]: a key that is not the circuit's, an assignment that does not satisfy it (with check and row), or a proof that
/// does not verify.
pub fn prove(key: &ProvingKey, circuit: &Circuit, assignment: &Assignment) -> Result<Proof, ProveError> {
    check_key(key, circuit)?;
    if let Some(failure) = circuit.first_unsatisfied(assignment)? {
        return Err(failure.into());
    }
    let matrices = circuit.matrices();
    let mut blinding = [random_element()?, random_element()?];
    let proof = Groth16::<Bn254>::create_proof_with_reduction_and_matrices(
        &key.points,
        blinding[0],
        blinding[1],
        &matrices.rows,
        matrices.public_inputs + 1,
        matrices.constraints(),
        assignment.wires(),
    );
    blinding.zeroize();
    let proof = proof?;
    let proof = Proof::new(proof.a, proof.b, proof.c)?;
    let statement = circuit.shape().statement();
    let inputs = AssignedInputs { statement, values: assignment.public_inputs() };
    let _verified = verify(key.verifying(), &inputs, &proof)?;
    Ok(proof)
}

fn check_key(key: &ProvingKey, circuit: &Circuit) -> Result<(), ProveError> {
    let verifying = key.verifying().key();
    if verifying.matrices() != circuit.hash() || verifying.shape() != circuit.shape() {
        return Err(ProveError::WrongKey { got: *verifying.matrices(), expected: *circuit.hash() });
    }
    if key.fits(circuit) { Ok(()) } else { Err(ProveError::KeySize) }
}

/// 512 uniform bits reduced into the field: further than 2^-256 from uniform nobody can tell.
fn random_element() -> Result<Fr, ProveError> {
    let mut bytes = Zeroizing::new([0u8; 64]);
    getrandom::fill(bytes.as_mut()).map_err(ProveError::Randomness)?;
    Ok(Fr::from_be_bytes_mod_order(bytes.as_ref()))
}

struct AssignedInputs<'a> {
    statement: Statement,
    values: &'a [Fr],
}

impl PublicInputs for AssignedInputs<'_> {
    fn statement(&self) -> Statement {
        self.statement
    }

    fn to_field_elements(&self) -> Vec<Fr> {
        self.values.to_vec()
    }
}

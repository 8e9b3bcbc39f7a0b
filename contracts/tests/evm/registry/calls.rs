//! The registry's calls of parts that tests put together.

use solvency_contracts::calls::registry;
pub(crate) use solvency_contracts::calls::registry::*;
use solvency_verifier::Bytes32;
use solvency_verifier::bundle::{Allocation, Proven, SignedClaim};
use solvency_verifier::encoding::Bytes16;
use solvency_verifier::groth16::{KeyId, Proof};
use solvency_verifier::statement::{BookAttestation, CoverageStatement, HoldingsStatement, Output};

/// A call does not name the key of a proof: the contract knows it.
pub(crate) fn proven<T: Clone>(statement: &T, by: &Proof) -> Proven<T> {
    Proven { statement: statement.clone(), key: KeyId(Bytes32::ZERO), proof: by.clone() }
}

pub(crate) fn record_holdings(book: &BookAttestation, statement: &HoldingsStatement, by: &Proof) -> Vec<u8> {
    registry::record_holdings(book, &proven(statement, by))
}

/// The releases with the output that each one is of.
pub(crate) fn record_allocation(allocation: &Allocation, by: &Proof, released: &[Output]) -> Vec<u8> {
    let mut allocation = allocation.clone();
    allocation.proven.proof = by.clone();
    registry::record_allocation(&allocation, released)
}

pub(crate) fn bind_pledge(claim: &SignedClaim, coverage: &CoverageStatement, salt: &Bytes16) -> Vec<u8> {
    let CoverageStatement { epoch, allocation, output, pledge, .. } = coverage;
    registry::bind_pledge(claim, *epoch, allocation, *output, pledge, salt)
}

//! The allocation relation, natively: the twin of the circuit.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, PrimeField};
use solvency_verifier::commitment::{AMOUNT_BITS, pledge_commitment, total_commitment};
use solvency_verifier::{SLOTS, SourceKind};

use super::witness::{BalanceOpening, Opening};
use crate::failure::{CheckFailed, ensure};
use crate::gadgets::is_in_range;

/// Whether the relation holds for the commitments of sources and outputs, in this order; a context may follow.
///
/// # Errors
/// [`CheckFailed`] with the first check that does not hold.
pub fn check(public: &[Fr], opening: &Opening) -> Result<(), CheckFailed> {
    let source_commitment = |index: usize| public.get(index).copied();
    let output_commitment = |index: usize| public.get(opening.sources.len() + index).copied();
    let of_kind = |wanted: SourceKind| {
        let sources = opening.shape.sources.iter().zip(&opening.sources).enumerate();
        sources.filter(move |(_, (kind, _))| **kind == wanted).map(|(index, (_, source))| (index, source))
    };

    // A1: every entry of every output is below 2^64.  A2: every output's commitment opens to it.
    for (index, output) in opening.outputs.iter().enumerate() {
        ensure(entries_in_range(output), "A1", "output", index)?;
    }
    for (index, output) in opening.outputs.iter().enumerate() {
        ensure(pledge(output) == output_commitment(index), "A2", "output", index)?;
    }

    // A3, A4: the same for sources that are earlier outputs.
    for (index, source) in of_kind(SourceKind::Pledge) {
        ensure(entries_in_range(source), "A3", "source", index)?;
    }
    for (index, source) in of_kind(SourceKind::Pledge) {
        ensure(pledge(source) == source_commitment(index), "A4", "source", index)?;
    }

    // A5: every total's commitment opens to it.
    for (index, source) in of_kind(SourceKind::Total) {
        let commitment = total_commitment(&source.entries, source.blinding);
        ensure(commitment == source_commitment(index), "A5", "source", index)?;
    }

    // A6: slot by slot, the sources' sum is the outputs' sum.
    for slot in 0..SLOTS {
        let sum = |balances: &[BalanceOpening]| {
            balances.iter().fold(Fr::ZERO, |sum, balance| sum + balance.entries[slot])
        };
        ensure(sum(&opening.sources) == sum(&opening.outputs), "A6", "slot", slot)?;
    }
    Ok(())
}

fn entries_in_range(balance: &BalanceOpening) -> bool {
    balance.entries.iter().all(|entry| is_in_range(*entry, AMOUNT_BITS))
}

/// `C_Q` of entries that are below 2^64.
fn pledge(balance: &BalanceOpening) -> Option<Fr> {
    pledge_commitment(&balance.entries.map(|entry| entry.into_bigint().0[0]), balance.blinding)
}

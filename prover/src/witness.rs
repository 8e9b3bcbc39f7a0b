//! From openings to the private inputs of each statement.
//!
//! A witness may be false: [`solvency_circuits::assignment`] checks the native relation and says what does not hold.

use ark_bn254::Fr;
use solvency_circuits::Witness;
use solvency_circuits::allocation::{AllocationWitness, OutputBalance, SourceBalance};
use solvency_circuits::coverage::flat::FlatWitness;
use solvency_circuits::coverage::tiered::TieredWitness;
use solvency_circuits::holdings::HoldingsWitness;
use solvency_verifier::valuation::Table;
use solvency_verifier::{FieldElement, Shape};
use zeroize::Zeroizing;

use crate::account::{LengthError, PledgeOpening, TotalOpening};
use crate::book::{BookShard, BookVault};
use crate::chain::SourceOpening;

/// Of the sums of a shard.
pub fn holdings(shard: &BookShard, total: &TotalOpening) -> Witness {
    let vaults: Vec<_> = shard.vaults.iter().map(BookVault::record).collect();
    let blindings: Vec<Fr> = shard.blindings.iter().map(|blinding| blinding.0).collect();
    let witness = HoldingsWitness::new(&vaults, blindings, total.blinding.0, shard.id_low, shard.id_high);
    Witness::Holdings(witness)
}

/// Of a distribution: one source for each place of the shape, none where it is unused.
///
/// # Errors
/// [`LengthError`] for an opening of another length.
pub fn allocation(
    sources: &[Option<&SourceOpening>],
    outputs: &[PledgeOpening],
) -> Result<Witness, LengthError> {
    let mut witness = AllocationWitness { sources: Vec::new(), outputs: Vec::new() };
    for source in sources {
        witness.sources.push(match source {
            None => SourceBalance::unused(),
            Some(SourceOpening::Holdings { opening, .. }) => {
                SourceBalance { entries: opening.entries()?, blinding: opening.blinding.0 }
            }
            Some(SourceOpening::Output { opening, .. }) => {
                let entries = Zeroizing::new(opening.entries()?);
                SourceBalance { entries: entries.map(u128::from), blinding: opening.blinding.0 }
            }
        });
    }
    for output in outputs {
        witness.outputs.push(OutputBalance { entries: output.entries()?, blinding: output.blinding.0 });
    }
    Ok(Witness::Allocation(witness))
}

/// Of a coverage: the table says of which shape.
///
/// # Errors
/// [`LengthError`] for an opening of another length.
pub fn coverage(
    table: &Table,
    pledge: &PledgeOpening,
    requirement: u64,
    salt: FieldElement,
) -> Result<(Shape, Witness), LengthError> {
    let entries = Zeroizing::new(pledge.entries()?);
    let (blinding, salt) = (pledge.blinding.0, salt.0);
    Ok(match table {
        Table::Flat(table) => {
            let witness =
                FlatWitness { balances: *entries, blinding, table: table.clone(), requirement, salt };
            (Shape::CoverageFlat, Witness::CoverageFlat(Box::new(witness)))
        }
        Table::Tiered(table) => {
            let witness =
                TieredWitness { balances: *entries, blinding, table: table.clone(), requirement, salt };
            (Shape::CoverageTiered, Witness::CoverageTiered(Box::new(witness)))
        }
    })
}

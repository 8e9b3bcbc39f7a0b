//! The public inputs that a statement implies.

use ark_bn254::Fr;
use solvency_verifier::encoding::{Domain, TypedData, context};
use solvency_verifier::statement::{AllocationStatement, CoverageStatement, HoldingsStatement, Shard};
use solvency_verifier::{AllocationPublic, CoveragePublic, HoldingsPublic, PublicInputs};

/// Of a shard's sums.
pub(crate) fn holdings(statement: &HoldingsStatement, shard: &Shard, domain: &Domain) -> Vec<Fr> {
    let public = HoldingsPublic {
        book_root: shard.root,
        total: statement.total,
        id_low: shard.id_low,
        id_high: shard.id_high,
        context: context(statement.shape, &statement.digest(domain)),
    };
    public.to_field_elements()
}

/// Of an allocation.
pub(crate) fn allocation(statement: &AllocationStatement, domain: &Domain) -> Vec<Fr> {
    let public = AllocationPublic {
        sources: statement.sources.iter().map(|source| source.commitment).collect(),
        outputs: statement.outputs.iter().map(|output| output.commitment).collect(),
        context: context(statement.shape, &statement.digest(domain)),
    };
    public.to_field_elements()
}

/// Of a coverage.
pub(crate) fn coverage(statement: &CoverageStatement, domain: &Domain) -> Vec<Fr> {
    let public = CoveragePublic {
        pledge: statement.pledge,
        valuation: statement.valuation,
        requirement: statement.requirement,
        context: context(statement.shape, &statement.digest(domain)),
    };
    public.to_field_elements()
}

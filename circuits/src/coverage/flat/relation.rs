//! The flat coverage relation, natively: the twin of the circuit.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use solvency_verifier::commitment::{LIMB_BITS, Tag, tree};
use solvency_verifier::valuation::RATE_BITS;

use super::EXCESS_BITS;
use super::witness::Opening;
use crate::builder::power_of_two;
use crate::coverage::VALUATION;
use crate::coverage::requirement::{check_balances, check_requirement, is_covered};
use crate::failure::{CheckFailed, ensure};
use crate::gadgets::is_in_range;

/// Whether the relation holds for `[C_Q, valuation, C_R, context]`.
///
/// # Errors
/// [`CheckFailed`] with the first check that does not hold.
pub fn check(public: &[Fr; 4], opening: &Opening) -> Result<(), CheckFailed> {
    // C1, C2: C_Q opens to amounts below 2^64.
    check_balances(public, &opening.pledge)?;

    // C3: every keep rate is below 2^20.
    for (slot, keep) in opening.keep.iter().enumerate() {
        ensure(is_in_range(*keep, RATE_BITS), "C3", "slot", slot)?;
    }

    // C4: the digest is that of the table.
    ensure(digest(opening) == Some(public[VALUATION - 1]), "C4", "valuation", 0)?;

    // C5, C6: C_R opens to a requirement below 2^64.
    check_requirement(public, &opening.requirement)?;

    // C7: the value.  C8: it is at least θ·R.
    let covered = is_covered::<EXCESS_BITS>(opening.value(), opening.theta, opening.requirement.requirement);
    ensure(covered, "C8", "value", 0)
}

fn digest(opening: &Opening) -> Option<Fr> {
    let packed = |rates: &[Fr]| {
        rates.iter().rev().fold(Fr::ZERO, |packed, rate| packed * power_of_two(RATE_BITS) + rate)
    };
    let mut elements = opening.prices.to_vec();
    elements.extend(opening.keep.chunks(LIMB_BITS / RATE_BITS).map(packed));
    elements.extend([opening.theta, opening.units]);
    tree(Tag::VALUATION_FLAT, &elements)
}

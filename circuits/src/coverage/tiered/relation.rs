//! The tiered coverage relation, natively: the twin of the circuit.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use solvency_verifier::ASSETS;
use solvency_verifier::commitment::{Tag, tree};
use solvency_verifier::valuation::{BOUND_BITS, RATE_BITS};

use super::witness::Opening;
use super::{CENT_SCALE, EXCESS_BITS, REMAINDER_BITS};
use crate::coverage::VALUATION;
use crate::coverage::requirement::{check_balances, check_requirement, is_covered};
use crate::failure::{CheckFailed, ensure};
use crate::gadgets::{is_in_range, is_member};

/// Whether the relation holds for `[C_Q, valuation, C_R, context]`.
///
/// # Errors
/// [`CheckFailed`] with the first check that does not hold.
pub fn check(public: &[Fr; 4], opening: &Opening) -> Result<(), CheckFailed> {
    // C1, C2: C_Q opens to amounts below 2^64.  C5, C6: C_R opens to a requirement below 2^64.
    check_balances(public, &opening.pledge)?;
    check_requirement(public, &opening.requirement)?;

    // T1: the parts of the selected rows are in range.
    for (asset, tier) in opening.selections.iter().enumerate() {
        let cents = [tier.low, tier.above_low, tier.below_high, tier.cumulative];
        ensure(cents.iter().all(|part| is_in_range(*part, BOUND_BITS)), "T1", "asset", asset)?;
        let rates = tier.haircuts.iter().chain([&tier.rate]);
        ensure(rates.into_iter().all(|rate| is_in_range(*rate, RATE_BITS)), "T1", "asset", asset)?;
    }

    // T2: each is a row of its asset.
    for (asset, tier) in opening.selections.iter().enumerate() {
        ensure(is_member(tier.packed(), &opening.rows[asset]), "T2", "asset", asset)?;
    }

    // T3: the digest is that of the table.
    let mut elements = opening.rows.as_flattened().to_vec();
    elements.extend(opening.prices);
    elements.extend([opening.theta, opening.units]);
    ensure(tree(Tag::VALUATION_TIERED, &elements) == Some(public[VALUATION - 1]), "T3", "valuation", 0)?;

    // T4: low + x is the gross value in whole cents.
    for asset in 0..ASSETS {
        let tier = &opening.selections[asset];
        let total = opening.entries(asset).iter().fold(Fr::ZERO, |sum, entry| sum + entry);
        let remainder = opening.prices[asset] * total - (tier.low + tier.above_low) * Fr::from(CENT_SCALE);
        ensure(is_in_range(remainder, REMAINDER_BITS), "T4", "asset", asset)?;
    }

    // T5: an asset counts or does not.
    for (asset, tier) in opening.selections.iter().enumerate() {
        ensure(tier.counted == Fr::ZERO || tier.counted == Fr::ONE, "T5", "asset", asset)?;
    }

    // T6: the value is at least θ·R.
    let covered = is_covered::<EXCESS_BITS>(opening.value(), opening.theta, opening.requirement.requirement);
    ensure(covered, "T6", "value", 0)
}

//! Private inputs of a flat coverage proof.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use solvency_verifier::commitment::{pledge_commitment, requirement_commitment};
use solvency_verifier::valuation::FlatTable;
use solvency_verifier::{ASSETS, CLASSES, CoveragePublic, FieldElement, SLOTS};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::EXCESS_BITS;
use crate::allocation::BalanceOpening;
use crate::coverage::RequirementOpening;
use crate::coverage::requirement::is_covered;
use crate::failure::WitnessError;

/// A pledge, the table that it is valued by and the requirement. The secret parts are erased when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct FlatWitness {
    /// The pledge's entries in ledger units.
    pub balances: [u64; SLOTS],
    /// Blinding of `C_Q`.
    pub blinding: Fr,
    /// The valuation, public.
    #[zeroize(skip)]
    pub table: FlatTable,
    /// Margin requirement in 10^-6 quote units.
    pub requirement: u64,
    /// Salt of `C_R`.
    pub salt: Fr,
}

/// What the circuit opens, as field elements: any values at all.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Opening {
    /// The pledge.
    pub pledge: BalanceOpening,
    /// For each asset, 10^-21 quote units for one ledger unit.
    pub prices: [Fr; ASSETS],
    /// For each slot, the part that counts, in ppm.
    pub keep: [Fr; SLOTS],
    /// Coverage asked for, in ppm.
    pub theta: Fr,
    /// Names registry and policy.
    pub units: Fr,
    /// The requirement.
    pub requirement: RequirementOpening,
}

impl FlatWitness {
    /// The public inputs that the proof will have.
    pub fn public(&self, context: FieldElement) -> CoveragePublic {
        let pledge = pledge_commitment(&self.balances, self.blinding);
        let requirement = requirement_commitment(self.requirement, self.salt);
        CoveragePublic {
            pledge: FieldElement(pledge.expect("a balance vector has 64 entries")),
            valuation: self.table.digest(),
            requirement: FieldElement(requirement.expect("two elements have a hash")),
            context,
        }
    }

    /// Checks that the pledge covers the requirement and opens it.
    ///
    /// # Errors
    /// [`WitnessError::Table`], [`WitnessError::NotCovered`].
    pub fn open(&self) -> Result<Opening, WitnessError> {
        self.table.elements().ok_or(WitnessError::Table)?;
        let opening = Opening {
            pledge: BalanceOpening { entries: self.balances.map(Fr::from), blinding: self.blinding },
            prices: self.table.prices.map(Fr::from),
            keep: self.table.keep.map(Fr::from),
            theta: Fr::from(self.table.theta),
            units: self.table.units.0,
            requirement: RequirementOpening { requirement: Fr::from(self.requirement), salt: self.salt },
        };
        let requirement = opening.requirement.requirement;
        if is_covered::<EXCESS_BITS>(opening.value(), opening.theta, requirement) {
            Ok(opening)
        } else {
            Err(WitnessError::NotCovered)
        }
    }
}

impl Opening {
    /// `Σ_a price_a · Σ_c k·b`, in 10^-27 quote units.
    pub(super) fn value(&self) -> Fr {
        let assets =
            self.prices.iter().zip(self.keep.chunks(CLASSES).zip(self.pledge.entries.chunks(CLASSES)));
        assets.fold(Fr::ZERO, |value, (price, (keep, entries))| {
            let kept = keep.iter().zip(entries).fold(Fr::ZERO, |sum, (keep, entry)| sum + *keep * entry);
            value + *price * kept
        })
    }

    /// Zeros: they satisfy all but the digest's bounds.
    pub(crate) fn zero() -> Self {
        Self {
            pledge: BalanceOpening { entries: [Fr::ZERO; SLOTS], blinding: Fr::ZERO },
            prices: [Fr::ZERO; ASSETS],
            keep: [Fr::ZERO; SLOTS],
            theta: Fr::ZERO,
            units: Fr::ZERO,
            requirement: RequirementOpening { requirement: Fr::ZERO, salt: Fr::ZERO },
        }
    }
}

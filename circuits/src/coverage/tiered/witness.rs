//! Private inputs of a tiered coverage proof.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, PrimeField};
use solvency_verifier::commitment::{pledge_commitment, requirement_commitment};
use solvency_verifier::valuation::{BOUND_BITS, RATE_BITS, Row, TieredTable};
use solvency_verifier::{ASSETS, CLASSES, CoveragePublic, FieldElement, SLOTS, TIERS};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{CENT_SCALE, EXCESS_BITS, PPM, offset};
use crate::allocation::BalanceOpening;
use crate::builder::power_of_two;
use crate::coverage::RequirementOpening;
use crate::coverage::requirement::is_covered;
use crate::failure::WitnessError;

/// A pledge, the table that it is valued by and the requirement. The secret parts are erased when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct TieredWitness {
    /// The pledge's entries in ledger units.
    pub balances: [u64; SLOTS],
    /// Blinding of `C_Q`.
    pub blinding: Fr,
    /// The valuation, public.
    #[zeroize(skip)]
    pub table: TieredTable,
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
    /// The packed rows of each asset.
    pub rows: [[Fr; TIERS]; ASSETS],
    /// For each asset, 10^-21 quote units for one ledger unit.
    pub prices: [Fr; ASSETS],
    /// Coverage asked for, in ppm.
    pub theta: Fr,
    /// Names registry and policy.
    pub units: Fr,
    /// For each asset, its tier.
    pub selections: [Selection; ASSETS],
    /// The requirement.
    pub requirement: RequirementOpening,
}

/// The tier that an asset's gross value lies in, unpacked.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Selection {
    /// The tier's lower bound in cents.
    pub low: Fr,
    /// Gross value in whole cents, less `low`.
    pub above_low: Fr,
    /// The tier's upper bound, less the gross value in whole cents.
    pub below_high: Fr,
    /// The part of `above_low` that counts, in ppm.
    pub rate: Fr,
    /// What the tiers below contribute, in cents.
    pub cumulative: Fr,
    /// Haircuts of the asset's four classes, in ppm.
    pub haircuts: [Fr; CLASSES],
    /// 1 where the asset counts, 0 where its haircuts exceed its tier value.
    pub counted: Fr,
}

impl TieredWitness {
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

    /// Selects the tiers, checks that the pledge covers the requirement and opens it.
    ///
    /// # Errors
    /// [`WitnessError::Table`], [`WitnessError::NoTier`], [`WitnessError::NotCovered`].
    pub fn open(&self) -> Result<Opening, WitnessError> {
        let elements = self.table.elements().ok_or(WitnessError::Table)?;
        let mut opening = Opening::zero();
        for (rows, packed) in opening.rows.iter_mut().zip(elements.chunks(TIERS)) {
            rows.copy_from_slice(packed);
        }
        opening.pledge = BalanceOpening { entries: self.balances.map(Fr::from), blinding: self.blinding };
        opening.prices = self.table.prices.map(Fr::from);
        opening.theta = Fr::from(self.table.theta);
        opening.units = self.table.units.0;
        opening.requirement = RequirementOpening { requirement: Fr::from(self.requirement), salt: self.salt };
        for asset in 0..ASSETS {
            opening.selections[asset] = self.select(asset)?;
            let counts = !is_negative(opening.net(asset));
            opening.selections[asset].counted = Fr::from(counts);
        }
        let requirement = opening.requirement.requirement;
        if is_covered::<EXCESS_BITS>(opening.value(), opening.theta, requirement) {
            Ok(opening)
        } else {
            Err(WitnessError::NotCovered)
        }
    }

    /// The tier of an asset. On a common bound the lower one is taken; the tiers agree there.
    fn select(&self, asset: usize) -> Result<Selection, WitnessError> {
        let entries = &self.balances[asset * CLASSES..(asset + 1) * CLASSES];
        let total: u128 = entries.iter().map(|entry| u128::from(*entry)).sum();
        let gross = total.checked_mul(u128::from(self.table.prices[asset]));
        let cents =
            gross.map(|gross| gross / u128::from(CENT_SCALE)).and_then(|cents| u64::try_from(cents).ok());
        let cents = cents.ok_or(WitnessError::NoTier { asset })?;
        let holds =
            |row: &&Row| row.low <= cents && row.low.checked_add(row.width).is_some_and(|high| cents <= high);
        let row = self.table.rows[asset].iter().find(holds).ok_or(WitnessError::NoTier { asset })?;
        let (above_low, below_high) = (cents - row.low, row.low + row.width - cents);
        if [row.low, above_low, below_high, row.cumulative].iter().any(|part| part >> BOUND_BITS != 0) {
            return Err(WitnessError::Table);
        }
        Ok(Selection {
            low: Fr::from(row.low),
            above_low: Fr::from(above_low),
            below_high: Fr::from(below_high),
            rate: Fr::from(row.rate),
            cumulative: Fr::from(row.cumulative),
            haircuts: self.table.asset_haircuts(asset).map(Fr::from),
            counted: Fr::ZERO,
        })
    }
}

impl Opening {
    /// The asset's amounts over all classes.
    pub(super) fn entries(&self, asset: usize) -> &[Fr] {
        &self.pledge.entries[asset * CLASSES..(asset + 1) * CLASSES]
    }

    /// Tier value less class haircuts of an asset, in 10^-27 quote units; negative ones are above p/2.
    pub(super) fn net(&self, asset: usize) -> Fr {
        let tier = &self.selections[asset];
        let tier_value = tier.cumulative * Fr::from(PPM) + tier.rate * tier.above_low;
        let haircuts = tier.haircuts.iter().zip(self.entries(asset));
        let haircut = haircuts.fold(Fr::ZERO, |sum, (haircut, entry)| sum + *haircut * entry);
        tier_value * Fr::from(CENT_SCALE) - self.prices[asset] * haircut
    }

    /// The sum over the assets that count.
    pub(super) fn value(&self) -> Fr {
        let nets = self.selections.iter().enumerate().map(|(asset, tier)| tier.counted * self.net(asset));
        nets.fold(Fr::ZERO, |sum, net| sum + net)
    }

    /// An opening of the right size that does not satisfy the relation: matrices need no better one.
    pub(crate) fn zero() -> Self {
        Self {
            pledge: BalanceOpening { entries: [Fr::ZERO; SLOTS], blinding: Fr::ZERO },
            rows: [[Fr::ZERO; TIERS]; ASSETS],
            prices: [Fr::ZERO; ASSETS],
            theta: Fr::ZERO,
            units: Fr::ZERO,
            selections: core::array::from_fn(|_| Selection::zero()),
            requirement: RequirementOpening { requirement: Fr::ZERO, salt: Fr::ZERO },
        }
    }
}

impl Selection {
    fn zero() -> Self {
        Self {
            low: Fr::ZERO,
            above_low: Fr::ZERO,
            below_high: Fr::ZERO,
            rate: Fr::ZERO,
            cumulative: Fr::ZERO,
            haircuts: [Fr::ZERO; CLASSES],
            counted: Fr::ZERO,
        }
    }

    /// `low ‖ width ‖ rate ‖ cumulative ‖ h_0 ‖ … ‖ h_3` with width = `above_low + below_high`.
    pub(super) fn packed(&self) -> Fr {
        let mut row = self.low + (self.above_low + self.below_high) * power_of_two(offset::WIDTH);
        row += self.rate * power_of_two(offset::RATE);
        row += self.cumulative * power_of_two(offset::CUMULATIVE);
        for (class, haircut) in self.haircuts.iter().enumerate() {
            row += *haircut * power_of_two(offset::HAIRCUTS + RATE_BITS * class);
        }
        row
    }
}

/// Whether an element stands for a negative number: values are far from p/2 on either side.
fn is_negative(value: Fr) -> bool {
    value.into_bigint() > Fr::MODULUS_MINUS_ONE_DIV_TWO
}

//! Valuation tables as a circuit opens them: plain integers and their digest (spec/valuation.md, spec/commitments.md).
//!
//! A digest shows which integers were used; that they are the right ones is for the verifier to recompute.

use alloc::vec::Vec;

use ark_bn254::Fr;

use crate::commitment::{Tag, limbs, tree};
use crate::encoding::FieldElement;
use crate::{ASSETS, CLASSES, SLOTS, TIERS};

/// Bits of a rate in ppm.
pub const RATE_BITS: usize = 20;
/// Bits of a tier's field in a packed row.
pub const ROW_FIELD_BITS: usize = 48;
/// Tier bounds and cumulative values are below 2^47 cents.
pub const BOUND_BITS: usize = 47;

/// Flat valuation: `value = Σ_a price_a · Σ_c keep_{a,c}·b_{a,c}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatTable {
    /// Price of one ledger unit of each asset, in 10^-21 quote units.
    pub prices: [u64; ASSETS],
    /// What is kept of each slot's value, in ppm, at most 1,000,000.
    pub keep: [u32; SLOTS],
    /// Coverage asked for, in ppm of the requirement, at least 1,000,000.
    pub theta: u32,
    /// Names registry and policy.
    pub units: FieldElement,
}

/// One row of an asset's tiers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Gross value from which the row applies, in cents, below 2^47.
    pub low: u64,
    /// Length of the row, in cents; `low + width` is below 2^47.
    pub width: u64,
    /// Kept of each further cent, in ppm, at most 1,000,000.
    pub rate: u32,
    /// Value of the asset at `low`, in cents, rounded down.
    pub cumulative: u64,
}

/// Tiered valuation with a haircut for each slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TieredTable {
    /// Twelve rows for each asset.
    pub rows: [[Row; TIERS]; ASSETS],
    /// Price of one ledger unit of each asset, in 10^-21 quote units.
    pub prices: [u64; ASSETS],
    /// Haircut of each slot's gross value, in ppm, at most 1,000,000.
    pub haircuts: [u32; SLOTS],
    /// Coverage asked for, in ppm of the requirement, at least 1,000,000.
    pub theta: u32,
    /// Names registry and policy.
    pub units: FieldElement,
}

/// The table of a policy at some prices.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one table at a time, never a list of them")]
pub enum Table {
    /// For `coverage-flat`.
    Flat(FlatTable),
    /// For `coverage-tiered`.
    Tiered(TieredTable),
}

impl Table {
    /// The digest that a coverage proof shows. A table with values beyond their widths has the digest zero, which no proof can show.
    pub fn digest(&self) -> FieldElement {
        match self {
            Table::Flat(table) => table.digest(),
            Table::Tiered(table) => table.digest(),
        }
    }
}

impl FlatTable {
    /// The elements under the digest; `None` where a value is beyond its width.
    pub fn elements(&self) -> Option<Vec<Fr>> {
        let mut elements: Vec<Fr> = self.prices.iter().map(|price| Fr::from(*price)).collect();
        // Twelve rates to a limb: a limb is not cut within a rate.
        for rates in self.keep.chunks(12) {
            elements.extend(limbs(rates.iter().map(|rate| (u128::from(*rate), RATE_BITS)))?);
        }
        elements.push(Fr::from(self.theta));
        elements.push(self.units.0);
        Some(elements)
    }

    /// The digest that a coverage proof shows; zero where a value is beyond its width.
    pub fn digest(&self) -> FieldElement {
        let digest = self.elements().and_then(|elements| tree(Tag::VALUATION_FLAT, &elements));
        FieldElement(digest.unwrap_or_default())
    }
}

impl Row {
    /// `low ‖ width ‖ rate ‖ cumulative ‖ h_0 ‖ … ‖ h_3`; `None` where a value is beyond its width.
    pub fn pack(&self, haircuts: &[u32; CLASSES]) -> Option<Fr> {
        let row = [
            (u128::from(self.low), ROW_FIELD_BITS),
            (u128::from(self.width), ROW_FIELD_BITS),
            (u128::from(self.rate), RATE_BITS),
            (u128::from(self.cumulative), ROW_FIELD_BITS),
        ];
        let haircuts = haircuts.iter().map(|haircut| (u128::from(*haircut), RATE_BITS));
        limbs(row.into_iter().chain(haircuts))?.first().copied()
    }
}

impl TieredTable {
    /// The haircuts of an asset's four slots.
    pub fn asset_haircuts(&self, asset: usize) -> [u32; CLASSES] {
        let mut haircuts = [0; CLASSES];
        let first = asset.saturating_mul(CLASSES);
        for (to, from) in haircuts.iter_mut().zip(self.haircuts.iter().skip(first)) {
            *to = *from;
        }
        haircuts
    }

    /// The elements under the digest; `None` where a value is beyond its width.
    pub fn elements(&self) -> Option<Vec<Fr>> {
        let mut elements = Vec::new();
        for (asset, rows) in self.rows.iter().enumerate() {
            let haircuts = self.asset_haircuts(asset);
            for row in rows {
                elements.push(row.pack(&haircuts)?);
            }
        }
        elements.extend(self.prices.iter().map(|price| Fr::from(*price)));
        elements.push(Fr::from(self.theta));
        elements.push(self.units.0);
        Some(elements)
    }

    /// The digest that a coverage proof shows; zero where a value is beyond its width.
    pub fn digest(&self) -> FieldElement {
        let digest = self.elements().and_then(|elements| tree(Tag::VALUATION_TIERED, &elements));
        FieldElement(digest.unwrap_or_default())
    }
}

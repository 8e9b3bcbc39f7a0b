//! Witnesses with made-up figures.

use ark_bn254::Fr;
use solvency_circuits::Witness;
use solvency_circuits::allocation::{AllocationWitness, OutputBalance, SourceBalance};
use solvency_circuits::coverage::flat::FlatWitness;
use solvency_circuits::coverage::tiered::TieredWitness;
use solvency_circuits::holdings::HoldingsWitness;
use solvency_verifier::commitment::{Position, VAULTS_PER_LEAF, Vault};
use solvency_verifier::valuation::{FlatTable, Row, TieredTable};
use solvency_verifier::{ASSETS, FieldElement, SLOTS, Shape, SourceKind, Statement, TIERS};

/// A full witness of a shape with made-up figures: no place empty, amounts of all sizes.
pub fn sample(shape: Shape) -> Witness {
    match shape.statement() {
        Statement::Holdings => Witness::Holdings(sample_holdings(shape.vaults().unwrap_or(16))),
        Statement::Allocation => Witness::Allocation(sample_allocation(shape)),
        Statement::Coverage => match shape {
            Shape::CoverageFlat => Witness::CoverageFlat(Box::new(FlatWitness {
                balances: entries(40),
                blinding: Fr::from(5u64),
                table: FlatTable {
                    prices: [1_000_000_000; ASSETS],
                    keep: [900_000; SLOTS],
                    theta: 1_100_000,
                    units: FieldElement::default(),
                },
                requirement: 1_000,
                salt: Fr::from(6u64),
            })),
            _ => Witness::CoverageTiered(Box::new(TieredWitness {
                balances: entries(40),
                blinding: Fr::from(5u64),
                table: TieredTable {
                    rows: [sample_rows(); ASSETS],
                    prices: [1_000_000_000; ASSETS],
                    haircuts: [40_000; SLOTS],
                    theta: 1_100_000,
                    units: FieldElement::default(),
                },
                requirement: 1_000,
                salt: Fr::from(6u64),
            })),
        },
    }
}

/// As [`sample`], for one of many accounts: balances and blindings of its own, the same prices.
pub(super) fn sample_account(shape: Shape, account: u64) -> Witness {
    let mut witness = sample(shape);
    let less = |balances: &mut [u64; SLOTS]| {
        // The amounts stay large enough to cover the requirement.
        for (slot, balance) in balances.iter_mut().enumerate() {
            *balance -= account.wrapping_mul(slot as u64 + 1) % (*balance / 2 + 1);
        }
    };
    let blinding = Fr::from(account + 5);
    match &mut witness {
        Witness::CoverageFlat(flat) => {
            less(&mut flat.balances);
            (flat.blinding, flat.salt) = (blinding, blinding);
        }
        Witness::CoverageTiered(tiered) => {
            less(&mut tiered.balances);
            (tiered.blinding, tiered.salt) = (blinding, blinding);
        }
        Witness::Holdings(_) | Witness::Allocation(_) => {}
    }
    witness
}

/// Amounts below `2^bits`, no two alike.
fn entries(bits: u32) -> [u64; SLOTS] {
    core::array::from_fn(|slot| (slot as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - bits))
}

fn sample_holdings(vaults: usize) -> HoldingsWitness {
    let step = u64::MAX / (vaults as u64 + 1);
    let vaults: Vec<Vault> = (0..vaults)
        .map(|vault| Vault {
            id: step * vault as u64 + 1,
            positions: core::array::from_fn(|position| Position {
                amount: (vault as u64 * 5 + position as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8,
                slot: ((vault * 5 + position) % SLOTS) as u8,
            }),
        })
        .collect();
    let leaves = vaults.len().div_ceil(VAULTS_PER_LEAF) as u64;
    let blindings = (0..leaves).map(|leaf| Fr::from(leaf + 100)).collect();
    HoldingsWitness::new(&vaults, blindings, Fr::from(5u64), 0, u64::MAX)
}

fn sample_allocation(shape: Shape) -> AllocationWitness {
    let (kinds, outputs) = shape.allocation().map_or((&[][..], 0), |shape| (shape.sources, shape.outputs));
    let sources = kinds.len() as u64;
    let amounts = entries(50);
    // Every output gets as much, the sources hold it in equal parts but for the first, which holds the rest too.
    let total = |slot: usize| amounts[slot] * outputs as u64;
    let source = |index: u64| SourceBalance {
        entries: core::array::from_fn(|slot| {
            let part = total(slot) / sources;
            u128::from(if index == 0 { total(slot) - part * (sources - 1) } else { part })
        }),
        blinding: Fr::from(index + 1),
    };
    debug_assert!(kinds.iter().all(|kind| matches!(kind, SourceKind::Total | SourceKind::Pledge)));
    AllocationWitness {
        sources: (0..sources).map(source).collect(),
        outputs: (0..outputs)
            .map(|index| OutputBalance { entries: amounts, blinding: Fr::from(index as u64 + 50) })
            .collect(),
    }
}

/// Eleven tiers of falling rates and the terminal row.
fn sample_rows() -> [Row; TIERS] {
    let mut rows = [Row::default(); TIERS];
    let (mut low, mut cumulative) = (0u64, 0u64);
    for (tier, row) in rows.iter_mut().enumerate() {
        let terminal = tier + 1 == TIERS;
        let width = if terminal { (1 << 47) - 1 - low } else { 1_000_000 << tier };
        let rate = if terminal { 0 } else { 1_000_000 - 80_000 * tier as u32 };
        *row = Row { low, width, rate, cumulative };
        low += width;
        cumulative += width * u64::from(rate) / 1_000_000;
    }
    rows
}

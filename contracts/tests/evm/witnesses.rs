//! One witness for each shape, of made-up balances.

use ark_bn254::Fr;
use solvency_circuits::Witness;
use solvency_circuits::allocation::{AllocationWitness, OutputBalance, SourceBalance};
use solvency_circuits::builder::Assignment;
use solvency_circuits::coverage::flat::FlatWitness;
use solvency_circuits::coverage::tiered::TieredWitness;
use solvency_circuits::holdings::HoldingsWitness;
use solvency_verifier::commitment::{Position, VAULTS_PER_LEAF, Vault};
use solvency_verifier::valuation::{FlatTable, Row, TieredTable};
use solvency_verifier::{ASSETS, FieldElement, SLOTS, Shape, TIERS};

/// The values of all wires; they follow from the shape alone.
pub(crate) fn assignment(shape: Shape) -> Assignment {
    let witness = match shape {
        Shape::Holdings16 | Shape::Holdings256 => Witness::Holdings(holdings(shape)),
        Shape::Allocation2x4 | Shape::Allocation4x8 | Shape::Repledge3x4 => {
            Witness::Allocation(allocation(shape))
        }
        Shape::CoverageFlat => Witness::CoverageFlat(Box::new(coverage_flat())),
        Shape::CoverageTiered => Witness::CoverageTiered(Box::new(coverage_tiered())),
    };
    let context = FieldElement(Fr::from(0xc0_7e_47u64));
    solvency_circuits::assignment(shape, &witness, context).unwrap()
}

fn holdings(shape: Shape) -> HoldingsWitness {
    let position = |vault: u64, index: u64| Position {
        amount: 1_000_003 * (vault + 1) + index,
        slot: ((7 * vault + 13 * index) % SLOTS as u64) as u8,
    };
    let vault = |vault: u64| Vault {
        id: 1_000 + 50 * vault,
        positions: std::array::from_fn(|index| position(vault, index as u64)),
    };
    let vaults: Vec<Vault> = (0..shape.vaults().unwrap() as u64).map(vault).collect();
    let leaves = vaults.len().div_ceil(VAULTS_PER_LEAF) as u64;
    let blindings = (0..leaves).map(|leaf| Fr::from(9_000 + leaf)).collect();
    HoldingsWitness::new(&vaults, blindings, Fr::from(77u64), 1_000, 1_000_000)
}

/// Every output has its number in each slot; the sources have what is needed, the first one what does not divide evenly.
fn allocation(shape: Shape) -> AllocationWitness {
    let sizes = shape.allocation().unwrap();
    let outputs: Vec<_> = (1..=sizes.outputs as u64)
        .map(|output| OutputBalance { entries: [output * 1_000; SLOTS], blinding: Fr::from(output) })
        .collect();
    let needed: u128 = outputs.iter().map(|output| u128::from(output.entries[0])).sum();
    let count = sizes.sources.len() as u128;
    let sources = (0..count).map(|source| {
        let entry = needed / count + if source == 0 { needed % count } else { 0 };
        SourceBalance { entries: [entry; SLOTS], blinding: Fr::from(100 + source) }
    });
    AllocationWitness { sources: sources.collect(), outputs }
}

/// 1,000,000 ledger units in each slot at 10^-3 quote units for one: 64,000 quote units before haircuts.
const BALANCES: [u64; SLOTS] = [1_000_000; SLOTS];
const PRICES: [u64; ASSETS] = [1_000_000_000_000_000_000; ASSETS];

fn coverage_flat() -> FlatWitness {
    let table = FlatTable {
        prices: PRICES,
        keep: [900_000; SLOTS],
        theta: 1_050_000,
        units: FieldElement(Fr::from(5u64)),
    };
    FlatWitness {
        balances: BALANCES,
        blinding: Fr::from(6u64),
        table,
        requirement: 50_000_000_000,
        salt: Fr::from(7u64),
    }
}

/// One tier of rate 1 up to a million quote units, eleven empty ones.
fn coverage_tiered() -> TieredWitness {
    let mut rows = [Row::default(); TIERS];
    rows[0] = Row { low: 0, width: 100_000_000, rate: 1_000_000, cumulative: 0 };
    let table = TieredTable {
        rows: [rows; ASSETS],
        prices: PRICES,
        haircuts: [100_000; SLOTS],
        theta: 1_050_000,
        units: FieldElement(Fr::from(5u64)),
    };
    TieredWitness {
        balances: BALANCES,
        blinding: Fr::from(6u64),
        table,
        requirement: 50_000_000_000,
        salt: Fr::from(7u64),
    }
}

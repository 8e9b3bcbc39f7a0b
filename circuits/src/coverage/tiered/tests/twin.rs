//! For arbitrary openings, mutated or not, the native relation and the circuit reach the same verdict by the same check.

use ark_bn254::Fr;
use ark_ff::Field;
use proptest::prelude::*;
use solvency_verifier::{ASSETS, CLASSES, SLOTS, TIERS};

use super::{HIGHEST, Opening, SHAPE, fr, native, put_row, witness_with};
use crate::circuit::matrices;
use crate::testing::{unchecked, verdicts};

#[derive(Clone, Debug)]
enum Mutation {
    Entry(usize, i8),
    Low(usize, i8),
    Above(usize, i8),
    Below(usize, i8),
    Rate(usize, i8),
    Haircut(usize, usize, i8),
    Counted(usize, u8),
    Price(usize, i8),
    Row(usize, usize),
    OwnRow(usize),
    Requirement(u64),
    Public(usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    use Mutation::*;
    let (asset, by) = (0..ASSETS, any::<i8>());
    prop_oneof![
        (0..SLOTS, by).prop_map(|(slot, by)| Entry(slot, by)),
        (asset.clone(), by).prop_map(|(asset, by)| Low(asset, by)),
        (asset.clone(), by).prop_map(|(asset, by)| Above(asset, by)),
        (asset.clone(), by).prop_map(|(asset, by)| Below(asset, by)),
        (asset.clone(), by).prop_map(|(asset, by)| Rate(asset, by)),
        (asset.clone(), 0..CLASSES, by).prop_map(|(asset, class, by)| Haircut(asset, class, by)),
        (asset.clone(), 0..3u8).prop_map(|(asset, counted)| Counted(asset, counted)),
        (asset.clone(), by).prop_map(|(asset, by)| Price(asset, by)),
        (asset.clone(), 0..TIERS).prop_map(|(asset, tier)| Row(asset, tier)),
        asset.prop_map(OwnRow),
        any::<u64>().prop_map(Requirement),
        (0..3usize).prop_map(Public),
    ]
}

fn apply(mutation: &Mutation, opening: &mut Opening) {
    let step = |by: i8| Fr::from(i64::from(by));
    match *mutation {
        Mutation::Entry(slot, by) => opening.pledge.entries[slot] += step(by),
        Mutation::Low(asset, by) => opening.selections[asset].low += step(by),
        Mutation::Above(asset, by) => opening.selections[asset].above_low += step(by),
        Mutation::Below(asset, by) => opening.selections[asset].below_high += step(by),
        Mutation::Rate(asset, by) => opening.selections[asset].rate += step(by),
        Mutation::Haircut(asset, class, by) => opening.selections[asset].haircuts[class] += step(by),
        Mutation::Counted(asset, counted) => opening.selections[asset].counted = Fr::from(counted),
        Mutation::Price(asset, by) => opening.prices[asset] += step(by),
        Mutation::Row(asset, tier) => opening.rows[asset][tier] += Fr::ONE,
        Mutation::OwnRow(asset) => put_row(opening, asset),
        Mutation::Requirement(requirement) => opening.requirement.requirement = fr(requirement),
        Mutation::Public(_) => {}
    }
}

#[test]
fn native_relation_and_circuit_agree() {
    let matrices = matrices(SHAPE);
    let amounts = prop::collection::vec(0..HIGHEST / 4, SLOTS);
    let rates = prop::collection::vec(0..=1_000_000u32, SLOTS);
    let cases = (amounts, rates, prop::collection::vec(mutation(), 0..4));
    let agree = |(amounts, rates, mutations): (Vec<u64>, Vec<u32>, Vec<Mutation>)| {
        let mut witness = witness_with(amounts.try_into().unwrap(), 0, 0);
        witness.table.haircuts = rates.try_into().unwrap();
        let mut opening = witness.open().unwrap();
        mutations.iter().for_each(|mutation| apply(mutation, &mut opening));
        let mut public: Option<Vec<Fr>> = None;
        for mutation in &mutations {
            if let Mutation::Public(index) = mutation {
                let changed =
                    public.get_or_insert_with(|| unchecked(&opening, None).public_inputs().to_vec());
                changed[*index] += Fr::ONE;
            }
        }
        let (circuit, natively) = verdicts(&matrices, &opening, public.as_deref(), native);
        prop_assert_eq!(circuit, natively);
        prop_assert!(!mutations.is_empty() || circuit.is_none());
        Ok(())
    };
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(48));
    runner.run(&cases, agree).unwrap();
}

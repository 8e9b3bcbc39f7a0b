use std::collections::{BTreeMap, BTreeSet};

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};
use rayon::prelude::*;
use solvency_verifier::Shape;
use solvency_verifier::commitment::Tag;

use super::*;
use crate::builder::Builder;
use crate::gadgets::Bounded;
use crate::matrices;
use crate::poseidon::{self, Output};

/// Every shape; what is listed stands in spec/uniqueness.md with its argument.
#[test]
fn inputs_determine_every_wire_of_every_shape() {
    for shape in Shape::ALL {
        let matrices = matrices(shape);
        let report = check(&matrices);
        assert!(report.is_unambiguous(), "{shape}: {:?}", report.undetermined);
        let context = matrices.public_inputs;
        assert_eq!(report.unused, [context], "{shape}: the context binds as a public input, by no row");
        let holdings = shape.vaults();
        let free = if holdings.is_some() { vec![3, context] } else { vec![context] };
        assert_eq!(report.free_public_inputs, free, "{shape}: id range and context");
        let (inverses, quotients) = holdings.map_or((0, 0), |vaults| (64, 5 * vaults));
        let count = |discharge: Discharge| {
            report.obligations.iter().filter(|obligation| obligation.discharge == discharge).count()
        };
        assert_eq!(count(Discharge::OwnRow), inverses, "{shape}");
        assert_eq!(count(Discharge::Range { most: 63 }), quotients, "{shape}");
        assert_eq!(report.obligations.len(), inverses + quotients, "{shape}");
    }
}

fn without_row(matrices: &Matrices, row: usize) -> Matrices {
    let mut rows = matrices.rows.clone();
    rows.iter_mut().for_each(|rows| drop(rows.remove(row)));
    let mut labels = matrices.labels.clone();
    labels.remove(row);
    Matrices {
        rows,
        labels,
        public_inputs: matrices.public_inputs,
        wires: matrices.wires,
        boolean_wires: matrices.boolean_wires.clone(),
        inputs: matrices.inputs.clone(),
    }
}

/// Rows whose deletion the check does not notice.
fn survivors(matrices: &Matrices, rows: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let unknown = |propagation: Propagation<'_>| propagation.unknown().collect::<Vec<_>>();
    assert!(unknown(from_all_inputs(matrices)).is_empty());
    let free = unknown(from_private_inputs(matrices));
    let is_unnoticed = |row: &usize| {
        let matrices = without_row(matrices, *row);
        unknown(from_all_inputs(&matrices)).is_empty() && unknown(from_private_inputs(&matrices)) == free
    };
    rows.into_iter().filter(is_unnoticed).collect()
}

/// Rows of the shape whose deletion the check does not notice, with their number.
///
/// Most rows are seen to be needed from the rows around them. The others are deleted from the whole shape.
fn surviving_labels(shape: Shape) -> BTreeMap<(&'static str, &'static str), usize> {
    let matrices = matrices(shape);
    let surroundings = Surroundings::of(&matrices);
    let rows = 0..matrices.constraints();
    let unclear: Vec<usize> = rows.into_par_iter().filter(|row| !surroundings.need(*row)).collect();
    let mut labels = BTreeMap::new();
    for row in survivors(&matrices, unclear) {
        let Label { check, gadget } = matrices.labels[row];
        *labels.entry((check, gadget)).or_insert(0) += 1;
    }
    labels
}

/// What is near a row.
///
/// What follows from more wires is more: if a wire does not follow without a row even where all but a few wires are given, it does
/// not follow from the inputs either.
struct Surroundings<'a> {
    matrices: &'a Matrices,
    /// The rows that each wire stands in.
    rows_of: Vec<Vec<usize>>,
    /// Wires that rows have to determine, public inputs aside, and public inputs that do follow from private ones.
    derived: Vec<bool>,
    bound: Vec<bool>,
}

impl<'a> Surroundings<'a> {
    fn of(matrices: &'a Matrices) -> Self {
        let mut rows_of = vec![Vec::new(); matrices.wires];
        for row in 0..matrices.constraints() {
            for (_, wire) in matrices.rows.iter().flat_map(|rows| &rows[row]) {
                if rows_of[*wire].last() != Some(&row) {
                    rows_of[*wire].push(row);
                }
            }
        }
        let given = |wire: usize| wire <= matrices.public_inputs || matrices.inputs.contains(&wire);
        // That a quotient is determined may rest on rows that it does not stand in: such wires count as given.
        let rests_on_others =
            |wire: usize| rows_of[wire].iter().any(|row| matrices.labels[*row].gadget.contains("quotient"));
        let from_private = from_private_inputs(matrices);
        let derived = (0..matrices.wires).map(|wire| !given(wire) && !rests_on_others(wire)).collect();
        let is_bound = |wire| (1..=matrices.public_inputs).contains(&wire) && from_private.is_known(wire);
        let bound = (0..matrices.wires).map(is_bound).collect();
        Self { matrices, rows_of, derived, bound }
    }

    /// Whether some wire around the row would not follow without it, as far as this can be seen from here.
    fn need(&self, row: usize) -> bool {
        [0, 8, 80].into_iter().any(|radius| {
            let near = row.saturating_sub(radius)..=(row + radius).min(self.matrices.constraints() - 1);
            let wires = |of: &dyn Fn(usize) -> bool| -> BTreeSet<usize> {
                let terms =
                    near.clone().flat_map(|row| self.matrices.rows.iter().flat_map(move |rows| &rows[row]));
                terms.map(|(_, wire)| *wire).filter(|wire| of(*wire)).collect()
            };
            let public_given = wires(&|wire| self.derived[wire]);
            let private_given = wires(&|wire| self.derived[wire] || self.bound[wire]);
            !self.follow(&public_given, row) || !self.follow(&private_given, row)
        })
    }

    /// Whether all these wires follow from all others without a row.
    fn follow(&self, wires: &BTreeSet<usize>, without: usize) -> bool {
        let rows: BTreeSet<usize> = wires.iter().flat_map(|wire| &self.rows_of[*wire]).copied().collect();
        let rows: Vec<usize> = rows.into_iter().filter(|row| *row != without).collect();
        let part = Matrices {
            rows: self.matrices.rows.each_ref().map(|all| rows.iter().map(|row| all[*row].clone()).collect()),
            labels: rows.iter().map(|row| self.matrices.labels[*row]).collect(),
            public_inputs: self.matrices.public_inputs,
            wires: self.matrices.wires,
            boolean_wires: Vec::new(),
            inputs: Vec::new(),
        };
        let others = (0..self.matrices.wires).filter(|wire| !wires.contains(wire));
        Propagation::from(&part, others).unknown().next().is_none()
    }
}

/// What is left are rows that constrain inputs; each has tests of its own, named in spec/uniqueness.md.
#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "takes minutes: needs the feature `heavy`")]
fn heavy_only_rows_that_constrain_inputs_survive_deletion() {
    assert_eq!(surviving_labels(Shape::CoverageFlat), BTreeMap::new());
    let tiers = BTreeMap::from([(("T2", "membership"), 16), (("T5", "counted"), 16)]);
    assert_eq!(surviving_labels(Shape::CoverageTiered), tiers);
    let sum = BTreeMap::from([(("H8", "product"), 64), (("H8", "quotient"), 80), (("H8", "sum"), 1)]);
    assert_eq!(surviving_labels(Shape::Holdings16), sum);
    assert_eq!(surviving_labels(Shape::Allocation2x4), BTreeMap::from([(("A6", "sum"), 64)]));
}

/// A row that says again what another one says is not needed, and each of the two is.
#[test]
fn of_two_equal_rows_none_is_seen_to_be_needed() {
    let squares = |rows: u64| {
        let mut builder = Builder::<true>::new(0);
        let x = builder.private(Fr::from(3u64));
        let y = builder.product("product", &x, &x);
        (1..rows).for_each(|_| builder.enforce_product("again", &x, &x, &y));
        builder.matrices()
    };
    let (once, twice) = (squares(1), squares(2));
    assert!(Surroundings::of(&once).need(0));
    assert!([0, 1].into_iter().all(|row| !Surroundings::of(&twice).need(row)));
    assert_eq!(all_survivors(&twice), [0, 1]);
}

fn all_survivors(matrices: &Matrices) -> Vec<usize> {
    survivors(matrices, 0..matrices.constraints())
}

fn hash_of(inputs: u64, output: Output) -> Matrices {
    let mut builder = Builder::<true>::new(1);
    builder.check("hash");
    let inputs: Vec<_> = (0..inputs).map(|input| builder.private(Fr::from(input))).collect();
    poseidon::hash(&mut builder, Tag::TOTAL.root(), &inputs, output);
    builder.matrices()
}

#[test]
fn every_row_of_a_hash_is_needed() {
    assert!(all_survivors(&hash_of(1, Output::Private)).is_empty());
    assert!(all_survivors(&hash_of(2, Output::Public(1))).is_empty());
}

#[test]
fn every_row_of_a_range_check_is_needed() {
    let mut builder = Builder::<true>::new(0);
    Bounded::<true, 16>::private(&mut builder, Fr::from(7u64));
    assert!(all_survivors(&builder.matrices()).is_empty());
}

#[test]
fn a_wire_without_a_row_is_undetermined_and_unused() {
    let mut builder = Builder::<true>::new(0);
    let x = builder.private(Fr::from(3u64));
    builder.product("product", &x, &x);
    builder.derived(Fr::from(5u64));
    let report = check(&builder.matrices());
    assert_eq!(report.undetermined, [(3, None)]);
    assert_eq!(report.unused, [0, 3]);
}

/// The classic: a quotient whose denominator may be zero is anything where the numerator is zero too.
#[test]
fn a_quotient_by_what_may_be_zero_is_undetermined() {
    let mut builder = Builder::<true>::new(0);
    let [n, d] = [6u64, 3].map(|value| builder.private(Fr::from(value)));
    builder.quotients("quotient", &[(&n, d)]);
    let report = check(&builder.matrices());
    assert_eq!(report.undetermined.len(), 1);
    assert!(report.obligations.is_empty());
}

/// `x − s` for `s` in `[0, 4)`, with `x ≠ k` for all of these `k`, or all but one.
#[test]
fn a_range_discharges_a_denominator_only_if_each_number_is_excluded() {
    for excluded in [4u64, 3] {
        let mut builder = Builder::<true>::new(0);
        let x = builder.private(Fr::from(77u64));
        let s = Bounded::<true, 2>::private(&mut builder, Fr::from(2u64));
        let differences: Vec<_> = (0..excluded).map(|k| x.plus_constant(-Fr::from(k))).collect();
        builder.inverses("inverse", &differences);
        let n = builder.private(Fr::from(5u64));
        builder.quotients("quotient", &[(&n, x.minus(s.value()))]);
        let report = check(&builder.matrices());
        assert_eq!(report.is_unambiguous(), excluded == 4);
    }
}

/// Bits of a square root: `x² = y` has two solutions.
#[test]
fn a_square_root_is_undetermined() {
    let mut builder = Builder::<true>::new(1);
    let y = builder.public_input(1, Fr::from(9u64));
    let x = builder.derived(Fr::from(3u64));
    builder.enforce_product("root", &x, &x, &y);
    assert_eq!(check(&builder.matrices()).undetermined.len(), 1);
}

#[test]
fn sums_of_bits_are_unique_only_at_growing_weights_below_the_modulus() {
    let bits = |weights: &[Fr]| {
        let mut builder = Builder::<true>::new(0);
        let mut rest = builder.private(Fr::ZERO);
        for weight in weights {
            let bit = builder.boolean("bit", false);
            rest.add_scaled(&bit, -*weight);
        }
        builder.enforce_boolean("rest", &rest);
        check(&builder.matrices()).is_unambiguous()
    };
    let fr = |weight: u64| Fr::from(weight);
    assert!(bits(&[fr(2), fr(4), fr(8)]));
    assert!(bits(&[fr(8), fr(2), fr(4)]));
    assert!(bits(&[fr(3), fr(5)]));
    // 1 + 2 = 3, and 2 = 2.
    assert!(!bits(&[fr(2), fr(3)]));
    assert!(!bits(&[fr(2), fr(2)]));
    assert!(!bits(&[fr(1)]));
    let powers = |count: u64| -> Vec<Fr> { (1..count).map(|bit| fr(2).pow([bit])).collect() };
    assert!(bits(&powers(253)));
    // All bits of 254: a sum may wrap around.
    assert!(!bits(&powers(254)));
    // 1 + (p − 2) is still below p, 1 + (p − 1) is zero.
    assert!(bits(&[-fr(2)]));
    assert!(!bits(&[-fr(1)]));
    assert!(!bits(&[Fr::ZERO]));
}

/// Bits that no row makes 0 or 1.
#[test]
fn bits_need_rows_of_their_own() {
    let mut builder = Builder::<true>::new(0);
    let mut rest = builder.private(Fr::ZERO);
    let bit = builder.derived(Fr::ZERO);
    rest.add_scaled(&bit, -Fr::from(2u64));
    builder.enforce_boolean("rest", &rest);
    assert_eq!(check(&builder.matrices()).undetermined.len(), 1);
}

#[test]
fn a_sum_with_two_unknown_wires_determines_neither() {
    let mut builder = Builder::<true>::new(0);
    let x = builder.private(Fr::ZERO);
    let [y, z] = [0, 1].map(|_| builder.derived(Fr::ZERO));
    builder.enforce_zero("sum", &x.plus(&y).plus(&z));
    assert_eq!(check(&builder.matrices()).undetermined.len(), 2);
}

/// `k·x = y` with a known k: whoever chooses x chooses y.
#[test]
fn a_product_with_two_unknown_wires_determines_neither() {
    let mut builder = Builder::<true>::new(0);
    let k = builder.private(Fr::from(2u64));
    let [x, y] = [3u64, 6].map(|value| builder.derived(Fr::from(value)));
    builder.enforce_product("product", &k, &x, &y);
    assert_eq!(check(&builder.matrices()).undetermined.len(), 2);
}

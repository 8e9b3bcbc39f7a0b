//! From known wires to others, row by row, until nothing follows any more.

use std::collections::{HashMap, HashSet};

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};

use super::linear::{Equation, Equations};
use crate::builder::{Label, Matrices, ONE, canonical};

/// `(coefficient, wire)` by increasing wire.
type Terms = Vec<(Fr, usize)>;

/// A wire that is determined because something is not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Obligation {
    /// The row that determines it.
    pub row: usize,
    /// The row's check and gadget.
    pub label: Label,
    /// Why it is not zero.
    pub discharge: Discharge,
}

/// Why something is not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discharge {
    /// The row's product is a constant other than zero: with a zero factor it does not hold.
    OwnRow,
    /// It is `x − s` for a wire `s` in `[0, most]` by a range check, and other rows show `x − k ≠ 0` for each `k` in that range.
    Range {
        /// The range's end.
        most: u64,
    },
}

/// Largest range for which each number is looked up.
const MOST_LISTED: u64 = 1 << 12;

pub(super) struct Propagation<'a> {
    matrices: &'a Matrices,
    known: Vec<bool>,
    /// Wires with a row of their own that makes them 0 or 1.
    boolean: Vec<bool>,
    done: Vec<bool>,
    equations: Equations,
    /// Combinations in `[0, most]` by a range check.
    ranges: HashMap<Terms, u64>,
    /// Combinations that are not zero.
    nonzero: HashSet<Terms>,
    obligations: Vec<Obligation>,
}

impl<'a> Propagation<'a> {
    /// All that follows from the given wires.
    pub(super) fn from(matrices: &'a Matrices, given: impl IntoIterator<Item = usize>) -> Self {
        let mut propagation = Self::new(matrices);
        given.into_iter().for_each(|wire| propagation.known[wire] = true);
        propagation.run();
        propagation
    }

    fn new(matrices: &'a Matrices) -> Self {
        let mut boolean = vec![false; matrices.wires];
        for row in 0..matrices.constraints() {
            match matrices.rows[0][row][..] {
                [(factor, wire)] if factor == Fr::ONE && is_boolean_row(matrices, row) => {
                    boolean[wire] = true
                }
                _ => {}
            }
        }
        Self {
            matrices,
            known: vec![false; matrices.wires],
            boolean,
            done: vec![false; matrices.constraints()],
            equations: Equations::default(),
            ranges: HashMap::new(),
            nonzero: HashSet::new(),
            obligations: Vec::new(),
        }
    }

    pub(super) fn is_known(&self, wire: usize) -> bool {
        self.known[wire]
    }

    pub(super) fn unknown(&self) -> impl Iterator<Item = usize> {
        (0..self.known.len()).filter(|wire| !self.known[*wire])
    }

    pub(super) fn into_obligations(self) -> Vec<Obligation> {
        self.obligations
    }

    /// Visits rows in their order, again and again as long as anything follows.
    fn run(&mut self) {
        loop {
            let mut progress = false;
            for row in 0..self.matrices.constraints() {
                if !self.done[row] && self.visit(row) {
                    self.done[row] = true;
                    progress = true;
                }
            }
            if !progress {
                return;
            }
        }
    }

    /// Whether the row has told all that it can.
    fn visit(&mut self, row: usize) -> bool {
        if is_boolean_row(self.matrices, row) {
            return self.visit_boolean(row);
        }
        let [a, b, c] = self.matrices.rows.each_ref().map(|rows| &rows[row]);
        match (self.is_all_known(a), self.is_all_known(b)) {
            // The product is known.
            (true, true) => self.add_equation(c, &Terms::new(), Fr::ZERO),
            (true, false) => self.visit_product(row, a, b, c),
            (false, true) => self.visit_product(row, b, a, c),
            (false, false) => false,
        }
    }

    /// `known · other = c`.
    fn visit_product(&mut self, row: usize, known: &Terms, other: &Terms, c: &Terms) -> bool {
        if let [(factor, ONE)] = known[..] {
            return self.add_equation(c, other, factor);
        }
        let mut unknown = other.iter().filter(|(_, wire)| !self.known[*wire]);
        let (Some((_, wire)), None) = (unknown.next(), unknown.next()) else { return false };
        if !self.is_all_known(c) {
            return false;
        }
        // Determined if `known` is not zero.
        let discharge = match c[..] {
            [(_, ONE)] => Discharge::OwnRow,
            _ => match self.range_that_excludes_zero(known) {
                Some(most) => Discharge::Range { most },
                None => return false,
            },
        };
        if discharge == Discharge::OwnRow {
            self.nonzero.insert(known.clone());
        }
        self.obligations.push(Obligation { row, label: self.matrices.labels[row], discharge });
        self.learn(vec![*wire]);
        true
    }

    /// `c − factor·other` is known.
    fn add_equation(&mut self, c: &Terms, other: &Terms, factor: Fr) -> bool {
        let mut equation = Equation::new();
        let others = other.iter().map(|(coefficient, wire)| (-*coefficient * factor, *wire));
        for (coefficient, wire) in c.iter().copied().chain(others) {
            if !self.known[wire] {
                *equation.entry(wire).or_insert(Fr::ZERO) += coefficient;
            }
        }
        equation.retain(|_, coefficient| *coefficient != Fr::ZERO);
        let solved = self.equations.add(equation);
        self.learn(solved);
        true
    }

    /// `L·(L − 1) = 0`. Where the unknown wires of L are bits at weights that only one choice sums up to any number, and the
    /// rest is known, L and these bits are the digits of a known number.
    fn visit_boolean(&mut self, row: usize) -> bool {
        let terms = &self.matrices.rows[0][row];
        let (known, bits): (Terms, Terms) = terms.iter().partition(|(_, wire)| self.known[*wire]);
        if bits.is_empty() {
            return true;
        }
        if !bits.iter().all(|(_, wire)| self.boolean[*wire]) {
            return false;
        }
        // L = known − Σ weight·bit, so that known = L + Σ weight·bit.
        let Some(most) = most_of_unique_sums(bits.iter().map(|(coefficient, _)| -*coefficient)) else {
            return false;
        };
        if let Some(most) = most {
            self.ranges.insert(known, most);
        }
        self.learn(bits.into_iter().map(|(_, wire)| wire).collect());
        true
    }

    fn learn(&mut self, mut wires: Vec<usize>) {
        while let Some(wire) = wires.pop() {
            if !self.known[wire] {
                self.known[wire] = true;
                wires.extend(self.equations.forget(wire));
            }
        }
    }

    fn is_all_known(&self, terms: &Terms) -> bool {
        terms.iter().all(|(_, wire)| self.known[*wire])
    }

    /// The range's end where `terms` is `x − s` with `s` in a range of which no number is `x`.
    fn range_that_excludes_zero(&self, terms: &Terms) -> Option<u64> {
        let minus_one = -Fr::ONE;
        terms.iter().filter(|(coefficient, _)| *coefficient == minus_one).find_map(|(_, wire)| {
            let most = *self.ranges.get(&vec![(Fr::ONE, *wire)])?;
            let is_excluded = |number: u64| {
                let mut difference = terms.clone();
                difference.extend([(Fr::ONE, *wire), (-Fr::from(number), ONE)]);
                self.nonzero.contains(&canonical(difference))
            };
            (most <= MOST_LISTED && (0..=most).all(is_excluded)).then_some(most)
        })
    }
}

/// `L·(L − 1) = 0`.
fn is_boolean_row(matrices: &Matrices, row: usize) -> bool {
    let [a, b, c] = matrices.rows.each_ref().map(|rows| &rows[row]);
    c.is_empty() && {
        let mut less_one = a.clone();
        less_one.push((-Fr::ONE, ONE));
        canonical(less_one) == *b
    }
}

/// For weights of which, together with the weight one, no two choices have the same sum modulo p: the largest sum, or nothing
/// where it has more than 64 bits. They are so where each weight exceeds the sum of all smaller ones and the sum of all is below p.
#[expect(clippy::option_option)] // no unique sums, or unique ones without a small bound
fn most_of_unique_sums(weights: impl Iterator<Item = Fr>) -> Option<Option<u64>> {
    let mut weights: Vec<_> = weights.map(|weight| weight.into_bigint()).collect();
    weights.sort_unstable();
    let mut sum = Fr::ONE.into_bigint();
    for weight in weights {
        if weight <= sum || sum.add_with_carry(&weight) || sum >= Fr::MODULUS {
            return None;
        }
    }
    let fits = sum.0[1..].iter().all(|word| *word == 0);
    Some(fits.then_some(sum.0[0]))
}

//! Linear equations among wires, with constant coefficients, solved as they come.

use std::collections::BTreeMap;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

/// `Σ coefficient·wire = known`, the wires unknown.
pub(super) type Equation = BTreeMap<usize, Fr>;

/// Equations in reduced row echelon form: each has a pivot, with coefficient one, that stands in no other.
///
/// A wire is determined exactly where its unit vector is in the span of the equations, which is where its row, in this form,
/// holds nothing but the pivot.
#[derive(Default)]
pub(super) struct Equations {
    by_pivot: BTreeMap<usize, Equation>,
}

impl Equations {
    /// Adds an equation, and gives the wires that are determined now.
    pub(super) fn add(&mut self, mut equation: Equation) -> Vec<usize> {
        let pivots: Vec<(usize, Fr)> = equation
            .iter()
            .filter(|(wire, _)| self.by_pivot.contains_key(wire))
            .map(|(wire, coefficient)| (*wire, *coefficient))
            .collect();
        for (pivot, factor) in pivots {
            subtract(&mut equation, &self.by_pivot[&pivot], factor);
        }
        let Some((pivot, scale)) = equation
            .first_key_value()
            .and_then(|(pivot, coefficient)| Some((*pivot, coefficient.inverse()?)))
        else {
            return Vec::new();
        };
        equation.values_mut().for_each(|coefficient| *coefficient *= scale);
        for other in self.by_pivot.values_mut() {
            if let Some(factor) = other.get(&pivot).copied() {
                subtract(other, &equation, factor);
            }
        }
        self.by_pivot.insert(pivot, equation);
        self.take_solved()
    }

    /// Forgets a wire that is known by other means, and gives those that are determined then.
    pub(super) fn forget(&mut self, wire: usize) -> Vec<usize> {
        let without_pivot = self.by_pivot.remove(&wire);
        for equation in self.by_pivot.values_mut() {
            equation.remove(&wire);
        }
        let mut solved = self.take_solved();
        if let Some(mut equation) = without_pivot {
            equation.remove(&wire);
            solved.extend(self.add(equation));
        }
        solved
    }

    fn take_solved(&mut self) -> Vec<usize> {
        let is_solved = |equation: &Equation| equation.len() == 1;
        let solved: Vec<usize> = self
            .by_pivot
            .iter()
            .filter(|(_, equation)| is_solved(equation))
            .map(|(pivot, _)| *pivot)
            .collect();
        self.by_pivot.retain(|_, equation| !is_solved(equation));
        solved
    }
}

/// `from −= factor·what`.
fn subtract(from: &mut Equation, what: &Equation, factor: Fr) {
    for (wire, coefficient) in what {
        let entry = from.entry(*wire).or_insert(Fr::ZERO);
        *entry -= factor * coefficient;
        if *entry == Fr::ZERO {
            from.remove(wire);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [usize; 0] = [];

    fn equation(terms: &[(usize, u64)]) -> Equation {
        terms.iter().map(|(wire, coefficient)| (*wire, Fr::from(*coefficient))).collect()
    }

    #[test]
    fn as_many_independent_equations_as_wires_determine_them_all() {
        let mut equations = Equations::default();
        assert_eq!(equations.add(equation(&[(1, 1), (2, 2), (3, 3)])), NONE);
        assert_eq!(equations.add(equation(&[(1, 4), (2, 5), (3, 6)])), NONE);
        // Twice the first plus the second says nothing new.
        assert_eq!(equations.add(equation(&[(1, 6), (2, 9), (3, 12)])), NONE);
        assert_eq!(equations.add(equation(&[(1, 7), (2, 8), (3, 10)])), [1, 2, 3]);
    }

    #[test]
    fn one_wire_may_be_determined_before_the_others() {
        let mut equations = Equations::default();
        assert_eq!(equations.add(equation(&[(1, 1), (2, 1), (3, 1)])), NONE);
        assert_eq!(equations.add(equation(&[(1, 2), (2, 1), (3, 1)])), [1]);
        assert_eq!(equations.forget(3), [2]);
    }

    #[test]
    fn a_pivot_that_becomes_known_leaves_its_equation_behind() {
        let mut equations = Equations::default();
        assert_eq!(equations.add(equation(&[(1, 1), (2, 1)])), NONE);
        assert_eq!(equations.forget(1), [2]);
        assert_eq!(equations.add(equation(&[(5, 1)])), [5]);
    }
}

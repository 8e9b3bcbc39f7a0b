//! Linear combinations of wires, together with their value.

use std::sync::OnceLock;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

/// The wire that is always one.
pub const ONE: usize = 0;

/// A linear combination of wires and what it comes to. Its terms are kept only where matrices are recorded.
///
/// Its value is secret: there is no `Debug`. It lives on the stack for a few rows and is not erased there.
#[derive(Clone)]
pub struct Linear<const RECORD: bool> {
    pub(super) value: Fr,
    pub(super) terms: Vec<(Fr, usize)>,
}

impl<const RECORD: bool> Linear<RECORD> {
    /// Nothing.
    pub fn zero() -> Self {
        Self { value: Fr::ZERO, terms: Vec::new() }
    }

    /// A constant: a multiple of the wire one.
    pub fn constant(value: Fr) -> Self {
        Self::of_wire(value, ONE).with_coefficient(value)
    }

    pub(crate) fn of_wire(value: Fr, wire: usize) -> Self {
        let terms = if RECORD { vec![(Fr::ONE, wire)] } else { Vec::new() };
        Self { value, terms }
    }

    fn with_coefficient(mut self, coefficient: Fr) -> Self {
        for (to, _) in &mut self.terms {
            *to = coefficient;
        }
        self
    }

    /// What the combination comes to.
    pub fn value(&self) -> Fr {
        self.value
    }

    /// Adds a multiple of another combination.
    pub fn add_scaled(&mut self, other: &Self, factor: Fr) {
        self.value += other.value * factor;
        self.terms.extend(other.terms.iter().map(|(coefficient, wire)| (*coefficient * factor, *wire)));
    }

    /// `self + other`.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let mut sum = self.clone();
        sum.add_scaled(other, Fr::ONE);
        sum
    }

    /// `self − other`.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut difference = self.clone();
        difference.add_scaled(other, -Fr::ONE);
        difference
    }

    /// `self + constant`.
    #[must_use]
    pub fn plus_constant(&self, constant: Fr) -> Self {
        self.plus(&Self::constant(constant))
    }

    /// `factor · self`.
    #[must_use]
    pub fn times(&self, factor: Fr) -> Self {
        let mut product = Self::zero();
        product.add_scaled(self, factor);
        product
    }

    /// The sum of several combinations.
    #[must_use]
    pub fn sum<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sum = Self::zero();
        for part in parts {
            sum.add_scaled(part, Fr::ONE);
        }
        sum
    }

    /// The terms by increasing wire, each wire once, none with a coefficient of zero.
    pub(crate) fn canonical_terms(&self) -> Vec<(Fr, usize)> {
        canonical(self.terms.clone())
    }
}

/// Sorts terms by wire, merges those of one wire and drops those that cancel.
pub(crate) fn canonical(mut terms: Vec<(Fr, usize)>) -> Vec<(Fr, usize)> {
    terms.sort_unstable_by_key(|(_, wire)| *wire);
    terms.dedup_by(|(from, wire), (into, same_wire)| {
        let same = wire == same_wire;
        if same {
            *into += *from;
        }
        same
    });
    terms.retain(|(coefficient, _)| *coefficient != Fr::ZERO);
    terms
}

/// `2^exponent` in the field. Those below 2^256 come from a table.
pub fn power_of_two(exponent: usize) -> Fr {
    static POWERS: OnceLock<[Fr; 256]> = OnceLock::new();
    let powers = POWERS.get_or_init(|| {
        let mut next = Fr::ONE;
        core::array::from_fn(|_| {
            let power = next;
            next.double_in_place();
            power
        })
    });
    powers.get(exponent).copied().unwrap_or_else(|| Fr::from(2u64).pow([exponent as u64]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_sorted_merged_and_cancelled() {
        let (x, y) = (Linear::<true>::of_wire(Fr::from(5u64), 7), Linear::of_wire(Fr::from(3u64), 2));
        let sum = x.plus(&y).plus(&x).minus(&y).plus_constant(Fr::ONE);
        assert_eq!(sum.value(), Fr::from(11u64));
        assert_eq!(sum.canonical_terms(), [(Fr::ONE, ONE), (Fr::from(2u64), 7)]);
        assert!(x.minus(&x).canonical_terms().is_empty());
    }

    #[test]
    fn powers_of_two_are_powers() {
        for exponent in [0, 1, 64, 253, 254, 255, 256, 257, 1000] {
            assert_eq!(power_of_two(exponent), Fr::from(2u64).pow([exponent as u64]), "{exponent}");
        }
    }

    #[test]
    fn without_recording_there_are_values_only() {
        let x = Linear::<false>::of_wire(Fr::from(5u64), 7);
        let sum = x.times(Fr::from(3u64)).plus_constant(Fr::ONE);
        assert_eq!(sum.value(), Fr::from(16u64));
        assert!(sum.terms.is_empty());
    }
}

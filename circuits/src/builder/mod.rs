//! A rank-1 constraint builder in two modes: values only, for proving, and values with matrices, for set-up and tests.
//!
//! The same code runs in both modes, so that a value and the row that constrains it can't come apart. A row is a product of
//! two linear combinations; nothing is inlined or optimised later: the rows are the ones that the circuit's code emits.

mod assignment;
mod linear;
mod matrices;
mod parts;
mod replay;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field, batch_inversion};

pub use assignment::Assignment;
pub(crate) use linear::canonical;
pub use linear::{Linear, ONE, power_of_two};
pub use matrices::{Failure, Label, LengthError, Matrices, Rows};
pub use replay::Replay;
use zeroize::Zeroizing;

/// Collects wires, and rows where `RECORD` is set.
pub struct Builder<const RECORD: bool> {
    wires: Vec<Fr>,
    public_inputs: usize,
    check: &'static str,
    without_inverse: Option<&'static str>,
    rows: [Rows; 3],
    labels: Vec<Label>,
    boolean_wires: Vec<usize>,
    inputs: Vec<usize>,
}

/// More than any shape has: reserved at once, so that growing leaves no copies of secrets behind.
const RESERVED_WIRES: usize = 1 << 18;

impl<const RECORD: bool> Builder<RECORD> {
    /// A circuit with so many public inputs, which are wires `1..=public_inputs`.
    pub fn new(public_inputs: usize) -> Self {
        Self::with_room(public_inputs, RESERVED_WIRES)
    }

    fn with_room(public_inputs: usize, room: usize) -> Self {
        let mut wires = Vec::with_capacity(room);
        wires.push(Fr::ONE);
        wires.resize(public_inputs + 1, Fr::ZERO);
        Self {
            wires,
            public_inputs,
            check: "",
            without_inverse: None,
            rows: Default::default(),
            labels: Vec::new(),
            boolean_wires: Vec::new(),
            inputs: Vec::new(),
        }
    }

    /// Begins a numbered check: the rows from here on are its.
    pub fn check(&mut self, check: &'static str) {
        self.check = check;
    }

    /// Sets a public input, counted from 1, and gives its wire.
    pub fn public_input(&mut self, index: usize, value: Fr) -> Linear<RECORD> {
        assert!((1..=self.public_inputs).contains(&index), "public input {index} of {}", self.public_inputs);
        self.wires[index] = value;
        Linear::of_wire(value, index)
    }

    /// A new private wire that is an input: the prover chooses its value, within what rows allow.
    pub fn private(&mut self, value: Fr) -> Linear<RECORD> {
        if RECORD {
            self.inputs.push(self.wires.len());
        }
        self.derived(value)
    }

    /// A new private wire that rows determine from others ([`crate::uniqueness`]).
    pub(crate) fn derived(&mut self, value: Fr) -> Linear<RECORD> {
        self.wires.push(value);
        Linear::of_wire(value, self.wires.len() - 1)
    }

    /// As [`Builder::derived`], for a wire that is not used by itself.
    pub(crate) fn push(&mut self, value: Fr) {
        self.wires.push(value);
    }

    /// The wire that the next call of [`Builder::private`] makes.
    pub(crate) fn next_wire(&self) -> usize {
        self.wires.len()
    }

    /// `a · b = c`.
    pub fn enforce_product(
        &mut self,
        gadget: &'static str,
        a: &Linear<RECORD>,
        b: &Linear<RECORD>,
        c: &Linear<RECORD>,
    ) {
        if RECORD {
            self.record(gadget, [a, b, c].map(Linear::canonical_terms));
        }
    }

    /// Appends a row whose terms are canonical already.
    pub(crate) fn record(&mut self, gadget: &'static str, row: [Vec<(Fr, usize)>; 3]) {
        for (rows, row) in self.rows.iter_mut().zip(row) {
            rows.push(row);
        }
        self.labels.push(Label { check: self.check, gadget });
    }

    /// A new wire that is `a · b`.
    pub fn product(
        &mut self,
        gadget: &'static str,
        a: &Linear<RECORD>,
        b: &Linear<RECORD>,
    ) -> Linear<RECORD> {
        let product = self.derived(a.value() * b.value());
        self.enforce_product(gadget, a, b, &product);
        product
    }

    /// `a = 0`.
    pub fn enforce_zero(&mut self, gadget: &'static str, a: &Linear<RECORD>) {
        self.enforce_product(gadget, a, &Linear::constant(Fr::ONE), &Linear::zero());
    }

    /// `a = 0` or `a = 1`.
    pub fn enforce_boolean(&mut self, gadget: &'static str, a: &Linear<RECORD>) {
        if RECORD {
            self.enforce_product(gadget, a, &a.plus_constant(-Fr::ONE), &Linear::zero());
        }
    }

    /// A new wire that is 0 or 1, and that other rows determine.
    pub fn boolean(&mut self, gadget: &'static str, value: bool) -> Linear<RECORD> {
        if RECORD {
            self.boolean_wires.push(self.wires.len());
        }
        let wire = self.derived(if value { Fr::ONE } else { Fr::ZERO });
        self.enforce_boolean(gadget, &wire);
        wire
    }

    /// A new private input that is to be 0 or 1; where its value is neither, its row is not satisfied.
    pub fn boolean_input(&mut self, gadget: &'static str, value: Fr) -> Linear<RECORD> {
        if RECORD {
            self.boolean_wires.push(self.wires.len());
        }
        let wire = self.private(value);
        self.enforce_boolean(gadget, &wire);
        wire
    }

    /// For each `a` a new wire with `a · wire = 1`, so that `a ≠ 0`. Where an `a` is zero there is none, and
    /// [`Builder::without_inverse`] says so.
    pub fn inverses(&mut self, gadget: &'static str, of: &[Linear<RECORD>]) -> Vec<Linear<RECORD>> {
        let inverses = self.inverse_values(of.iter());
        let mut wires = Vec::with_capacity(of.len());
        for (a, inverse) in of.iter().zip(inverses.iter()) {
            let wire = self.derived(*inverse);
            self.enforce_product(gadget, a, &wire, &Linear::constant(Fr::ONE));
            wires.push(wire);
        }
        wires
    }

    /// For each numerator and denominator a new wire with `denominator · wire = numerator`. It is a quotient only if the
    /// denominator is shown not to be zero.
    pub fn quotients(
        &mut self,
        gadget: &'static str,
        of: &[(&Linear<RECORD>, Linear<RECORD>)],
    ) -> Vec<Linear<RECORD>> {
        let inverses = self.inverse_values(of.iter().map(|(_, denominator)| denominator));
        let mut wires = Vec::with_capacity(of.len());
        for ((numerator, denominator), inverse) in of.iter().zip(inverses.iter()) {
            let wire = self.derived(numerator.value() * inverse);
            self.enforce_product(gadget, denominator, &wire, numerator);
            wires.push(wire);
        }
        wires
    }

    /// All inverses for the price of one; zero for zero, which is noted.
    fn inverse_values<'a>(&mut self, of: impl Iterator<Item = &'a Linear<RECORD>>) -> Zeroizing<Vec<Fr>> {
        let mut values = Zeroizing::new(of.map(Linear::value).collect::<Vec<_>>());
        if values.contains(&Fr::ZERO) {
            self.without_inverse.get_or_insert(self.check);
        }
        batch_inversion(&mut values);
        values
    }

    /// The values of all wires.
    pub fn finish(self) -> Assignment {
        Assignment::new(self.wires, self.public_inputs)
    }

    /// The check in which something had to be inverted that is zero: the assignment can't be satisfied.
    pub fn without_inverse(&self) -> Option<&'static str> {
        self.without_inverse
    }
}

impl Builder<true> {
    /// The rows.
    pub fn matrices(self) -> Matrices {
        Matrices {
            wires: self.wires.len(),
            rows: self.rows,
            public_inputs: self.public_inputs,
            boolean_wires: self.boolean_wires,
            inputs: self.inputs,
            labels: self.labels,
        }
    }

    /// The rows and the values.
    pub fn finish_with_matrices(mut self) -> (Matrices, Assignment) {
        let wires = core::mem::take(&mut self.wires);
        let (count, public_inputs) = (wires.len(), self.public_inputs);
        (Matrices { wires: count, ..self.matrices() }, Assignment::new(wires, public_inputs))
    }
}

#[cfg(test)]
mod tests;

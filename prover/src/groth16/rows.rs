//! A circuit's rows in the form that a prover evaluates: flat, with the few coefficients that differ kept once.

use std::collections::HashMap;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInt, Field, PrimeField};
use rayon::prelude::*;
use solvency_circuits::builder::Matrices;
use solvency_kernels::batch::Term;

use super::storage::Array;

/// Rows that one task evaluates at least.
const AT_ONCE: usize = 256;
/// The places of one and minus one among the coefficients: they need no multiplication.
const ONE: u32 = 0;
const MINUS_ONE: u32 = 1;

/// The matrices A, B and C of a circuit.
#[derive(Clone)]
pub(crate) struct Rows {
    pub(super) constraints: usize,
    pub(super) public_inputs: usize,
    pub(super) wires: usize,
    pub(super) matrices: [Sparse; 3],
    /// The coefficients in arkworks' representation: one, minus one, then the others.
    coefficients: Vec<Fr>,
}

/// One matrix: the terms of row `i` are at `starts[i]..starts[i + 1]`.
#[derive(Clone)]
pub(super) struct Sparse {
    pub(super) starts: Array<u32>,
    /// Wire and place of the coefficient.
    pub(super) terms: Array<[u32; 2]>,
}

/// `A·w` and `B·w` on the domain, where `(A·w)∘(B·w) = C·w` was found to hold. Erased when dropped.
#[derive(zeroize::ZeroizeOnDrop)]
pub(crate) struct Evaluations {
    pub(crate) a: Vec<Fr>,
    pub(crate) b: Vec<Fr>,
}

/// Rows that are not the rows of a circuit: something in a key file is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MalformedRows(pub(crate) &'static str);

impl Rows {
    /// The rows of a circuit.
    pub(crate) fn of(matrices: &Matrices) -> Self {
        let mut places: HashMap<Fr, u32> = HashMap::from([(Fr::ONE, ONE), (-Fr::ONE, MINUS_ONE)]);
        let mut coefficients = vec![Fr::ONE, -Fr::ONE];
        let matrices_of_terms = matrices.rows.each_ref().map(|rows| {
            let mut starts = Vec::with_capacity(rows.len() + 1);
            let mut terms = Vec::with_capacity(rows.iter().map(Vec::len).sum());
            for row in rows {
                starts.push(terms.len() as u32);
                for (coefficient, wire) in row {
                    let place = *places.entry(*coefficient).or_insert_with(|| {
                        coefficients.push(*coefficient);
                        coefficients.len() as u32 - 1
                    });
                    terms.push([*wire as u32, place]);
                }
            }
            starts.push(terms.len() as u32);
            Sparse { starts: starts.into(), terms: terms.into() }
        });
        Self {
            constraints: matrices.constraints(),
            public_inputs: matrices.public_inputs,
            wires: matrices.wires,
            matrices: matrices_of_terms,
            coefficients,
        }
    }

    /// From what a file holds. Everything that is used as an index later is checked here.
    pub(super) fn from_parts(
        [constraints, public_inputs, wires]: [usize; 3],
        matrices: [Sparse; 3],
        coefficients: &[[u64; 4]],
    ) -> Result<Self, MalformedRows> {
        if wires <= public_inputs {
            return Err(MalformedRows("fewer wires than public inputs"));
        }
        let mut values = Vec::with_capacity(coefficients.len());
        for limbs in coefficients {
            if BigInt(*limbs) >= Fr::MODULUS {
                return Err(MalformedRows("a coefficient is not below the modulus"));
            }
            values.push(Fr::new_unchecked(BigInt(*limbs)));
        }
        if values.get(..2) != Some(&[Fr::ONE, -Fr::ONE]) {
            return Err(MalformedRows("the first coefficients are not one and minus one"));
        }
        for Sparse { starts, terms } in &matrices {
            let whole = starts.len() == constraints + 1
                && starts.first() == Some(&0)
                && starts.last().is_some_and(|end| *end as usize == terms.len())
                && starts.windows(2).all(|ends| ends[0] <= ends[1]);
            if !whole {
                return Err(MalformedRows("the rows' ends are not in order"));
            }
            let in_range =
                |[wire, place]: &[u32; 2]| (*wire as usize) < wires && (*place as usize) < values.len();
            if !terms.iter().all(in_range) {
                return Err(MalformedRows("a term names a wire or coefficient that does not exist"));
            }
        }
        Ok(Self { constraints, public_inputs, wires, matrices, coefficients: values })
    }

    /// The coefficients as integers in arkworks' Montgomery form, as a file holds them.
    pub(super) fn coefficient_limbs(&self) -> Vec<[u64; 4]> {
        self.coefficients.iter().map(|value| value.0.0).collect()
    }

    /// Rows of the circuit.
    pub(crate) fn constraints(&self) -> usize {
        self.constraints
    }

    /// Public inputs, the one not counted.
    pub(crate) fn public_inputs(&self) -> usize {
        self.public_inputs
    }

    /// Values of an assignment.
    pub(crate) fn wires(&self) -> usize {
        self.wires
    }

    /// Rows of the domain of Groth16: one for each constraint, for the one and for each public input.
    pub(crate) fn domain(&self) -> usize {
        (self.constraints + self.public_inputs + 1).next_power_of_two()
    }

    /// Bytes of all terms, in memory or in a mapped file.
    pub(crate) fn bytes(&self) -> u64 {
        let sparse = |matrix: &Sparse| (size_of_val(&*matrix.starts) + size_of_val(&*matrix.terms)) as u64;
        self.matrices.iter().map(sparse).sum::<u64>() + size_of_val(self.coefficients.as_slice()) as u64
    }

    /// Evaluates all rows, on all threads of the pool.
    ///
    /// # Errors
    /// The first row that does not hold.
    ///
    /// # Panics
    /// Where there are not as many wires as the rows have.
    pub(crate) fn evaluate(&self, wires: &[Fr]) -> Result<Evaluations, usize> {
        assert_eq!(wires.len(), self.wires, "as many values as wires");
        let domain = self.domain();
        let (mut a, mut b) = (vec![Fr::ZERO; domain], vec![Fr::ZERO; domain]);
        let [of_a, of_b, of_c] = &self.matrices;
        let failed = a[..self.constraints]
            .par_chunks_mut(AT_ONCE)
            .zip(b[..self.constraints].par_chunks_mut(AT_ONCE))
            .enumerate()
            .find_map_first(|(chunk, (a, b))| {
                (chunk * AT_ONCE..).zip(a.iter_mut().zip(b)).find_map(|(row, (a, b))| {
                    *a = self.row(of_a, row, wires);
                    *b = self.row(of_b, row, wires);
                    (*a * *b != self.row(of_c, row, wires)).then_some(row)
                })
            });
        // Groth16's further rows bind the public inputs: A has the input, B and C have nothing.
        a[self.constraints..][..=self.public_inputs].copy_from_slice(&wires[..=self.public_inputs]);
        let evaluations = Evaluations { a, b };
        match failed {
            Some(row) => Err(row),
            None => Ok(evaluations),
        }
    }

    fn row(&self, matrix: &Sparse, row: usize, wires: &[Fr]) -> Fr {
        let ends = matrix.starts[row] as usize..matrix.starts[row + 1] as usize;
        let mut sum = Fr::ZERO;
        for [wire, place] in &matrix.terms[ends] {
            let value = &wires[*wire as usize];
            match *place {
                ONE => sum += value,
                MINUS_ONE => sum -= value,
                place => sum += self.coefficients[place as usize] * value,
            }
        }
        sum
    }

    /// For each wire the terms of C that have it, as rows and places of coefficients: those of wire `i` are at `starts[i]..starts[i + 1]`.
    pub(super) fn columns_of_c(&self) -> (Vec<u32>, Vec<Term>) {
        let [_, _, matrix] = &self.matrices;
        let mut starts = vec![0u32; self.wires + 1];
        matrix.terms.iter().for_each(|[wire, _]| starts[*wire as usize + 1] += 1);
        for wire in 0..self.wires {
            starts[wire + 1] += starts[wire];
        }
        let mut next = starts.clone();
        let mut terms = vec![Term { point: 0, coefficient: 0 }; matrix.terms.len()];
        for (row, ends) in (0u32..).zip(matrix.starts.windows(2)) {
            for [wire, coefficient] in &matrix.terms[ends[0] as usize..ends[1] as usize] {
                let place = &mut next[*wire as usize];
                terms[*place as usize] = Term { point: row, coefficient: *coefficient };
                *place += 1;
            }
        }
        (starts, terms)
    }

    /// The coefficients that terms name by their places.
    pub(super) fn coefficients(&self) -> &[Fr] {
        &self.coefficients
    }

    /// The columns' values at a point, given the Lagrange basis there: `[A_i(τ), B_i(τ), C_i(τ)]` for each wire `i`.
    pub(super) fn columns(&self, lagrange: &[Fr]) -> [Vec<Fr>; 3] {
        let mut columns = self.matrices.each_ref().map(|matrix| {
            let mut column = vec![Fr::ZERO; self.wires];
            for (row, ends) in matrix.starts.windows(2).enumerate() {
                for [wire, place] in &matrix.terms[ends[0] as usize..ends[1] as usize] {
                    column[*wire as usize] += lagrange[row] * self.coefficients[*place as usize];
                }
            }
            column
        });
        for input in 0..=self.public_inputs {
            columns[0][input] += lagrange[self.constraints + input];
        }
        columns
    }
}

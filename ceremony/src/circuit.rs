//! The rows that a key is made for.

use ark_bn254::Fr;
use ark_ff::Field;
use solvency_circuits::builder::{Matrices, Rows};
use solvency_kernels::batch::Term;
use solvency_prover::circom::R1cs;

use crate::error::CeremonyError;

/// The matrices of a circuit, of this project or of circom.
#[derive(Clone, Copy)]
pub struct Circuit<'a> {
    rows: &'a [Rows; 3],
    public_inputs: usize,
    wires: usize,
}

impl<'a> Circuit<'a> {
    /// A circuit of this project.
    pub fn of(matrices: &'a Matrices) -> Self {
        Self { rows: &matrices.rows, public_inputs: matrices.public_inputs, wires: matrices.wires }
    }

    /// A circuit from a `.r1cs` file; its outputs and public inputs are the public inputs.
    pub fn of_r1cs(r1cs: &'a R1cs) -> Self {
        let public_inputs = r1cs.public_outputs() as usize + r1cs.public_inputs() as usize;
        Self { rows: r1cs.rows(), public_inputs, wires: r1cs.wires() as usize }
    }

    /// Rows of the circuit.
    pub fn constraints(&self) -> usize {
        self.rows[0].len()
    }

    /// All wires, the one and the public inputs among them.
    pub fn wires(&self) -> usize {
        self.wires
    }

    /// Public inputs, the one not counted.
    pub fn public_inputs(&self) -> usize {
        self.public_inputs
    }

    /// The domain's size is two to the power of this: there is a row for each constraint, for the one and for each public input.
    pub fn power(&self) -> u32 {
        // snarkjs makes no domain of one row.
        (self.constraints() + self.public_inputs + 1).next_power_of_two().trailing_zeros().max(1)
    }

    /// Refuses sizes that the format or the field have no room for.
    pub(crate) fn check(&self) -> Result<(), CeremonyError> {
        let wrong = |message: String| Err(CeremonyError::Circuit(message));
        if self.wires <= self.public_inputs {
            return wrong(format!(
                "{} wires with {} public inputs and the one",
                self.wires, self.public_inputs
            ));
        }
        if u32::try_from(self.wires).is_err() || self.power() >= 28 {
            return wrong(format!("{} wires and {} rows are too many", self.wires, self.constraints()));
        }
        Ok(())
    }

    /// Terms of section 4: those of A and B, and one for the one and each public input.
    pub(crate) fn terms(&self) -> u64 {
        let of = |rows: &Rows| rows.iter().map(Vec::len).sum::<usize>();
        (of(&self.rows[0]) + of(&self.rows[1]) + self.public_inputs + 1) as u64
    }

    /// These terms as they stand in a file, row by row.
    pub(crate) fn term_bytes(&self) -> impl Iterator<Item = Vec<u8>> + '_ {
        // 2^256: coefficients stand in Montgomery form once more than points do.
        let radix = Fr::from(2u64).pow([256u64]);
        let term = move |matrix: u32, row: usize, wire: usize, coefficient: Fr, to: &mut Vec<u8>| {
            for number in [matrix, row as u32, wire as u32] {
                to.extend_from_slice(&number.to_le_bytes());
            }
            (coefficient * radix).0.0.iter().for_each(|limb| to.extend_from_slice(&limb.to_le_bytes()));
        };
        let of_rows = (0..self.constraints()).map(move |row| {
            let mut bytes = Vec::new();
            for (matrix, rows) in (0..).zip(&self.rows[..2]) {
                rows[row].iter().for_each(|(value, wire)| term(matrix, row, *wire, *value, &mut bytes));
            }
            bytes
        });
        let of_inputs = (0..=self.public_inputs).map(move |wire| {
            let mut bytes = Vec::new();
            term(0, self.constraints() + wire, wire, Fr::ONE, &mut bytes);
            bytes
        });
        of_rows.chain(of_inputs)
    }
}

/// For each wire the terms that are summed for it.
pub(crate) struct Columns {
    /// The terms of wire `i` are at `starts[i]..starts[i + 1]`.
    pub(crate) starts: Vec<u32>,
    pub(crate) terms: Vec<Term>,
    pub(crate) coefficients: Vec<Fr>,
}

impl Columns {
    /// Of some of the matrices: `parts` are a matrix, and the index of the base that belongs to its row 0. `public` is the base for the rows of A that bind the
    /// one and the public inputs.
    pub(crate) fn of(circuit: &Circuit<'_>, parts: &[(usize, usize)], public: Option<usize>) -> Self {
        let mut starts = vec![0u32; circuit.wires + 1];
        for (matrix, _) in parts {
            circuit.rows[*matrix].iter().flatten().for_each(|(_, wire)| starts[*wire + 1] += 1);
        }
        if public.is_some() {
            (0..=circuit.public_inputs).for_each(|wire| starts[wire + 1] += 1);
        }
        for wire in 0..circuit.wires {
            starts[wire + 1] += starts[wire];
        }
        let mut next = starts.clone();
        let mut coefficients = Vec::new();
        let mut places = std::collections::HashMap::new();
        let mut place_of = |value: Fr| {
            *places.entry(value).or_insert_with(|| {
                coefficients.push(value);
                coefficients.len() as u32 - 1
            })
        };
        let mut terms = vec![Term { point: 0, coefficient: 0 }; starts[circuit.wires] as usize];
        let mut put = |wire: usize, base: usize, coefficient: u32| {
            terms[next[wire] as usize] = Term { point: base as u32, coefficient };
            next[wire] += 1;
        };
        for (matrix, first) in parts {
            for (row, of_row) in circuit.rows[*matrix].iter().enumerate() {
                of_row.iter().for_each(|(value, wire)| put(*wire, first + row, place_of(*value)));
            }
        }
        if let Some(first) = public {
            let one = place_of(Fr::ONE);
            (0..=circuit.public_inputs).for_each(|wire| put(wire, first + circuit.constraints() + wire, one));
        }
        Self { starts, terms, coefficients }
    }
}

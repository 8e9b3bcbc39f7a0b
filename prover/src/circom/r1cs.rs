//! Constraint systems: `.r1cs` files of version 1.
//!
//! Source: iden3, "R1CS binary format", the specification in the r1csfile repository.

use ark_bn254::Fr;
use solvency_circuits::builder::{Matrices, Rows};

use super::sections::{ELEMENT_BYTES, FormatError, Section, Sections, file};

const MAGIC: &str = "r1cs";
const VERSION: u32 = 1;
const HEADER: u32 = 1;
const CONSTRAINTS: u32 = 2;
const LABELS: u32 = 3;

/// A constraint system with wires in the order one, public outputs, public inputs, private inputs, others.
#[derive(Clone, PartialEq, Eq)]
pub struct R1cs {
    wires: u32,
    public_outputs: u32,
    public_inputs: u32,
    private_inputs: u32,
    rows: [Rows; 3],
}

impl R1cs {
    /// The rows of a circuit; its public inputs are inputs, none is an output.
    ///
    /// # Errors
    /// [`FormatError::TooMany`] for counts above 32 bits.
    pub fn of(matrices: &Matrices) -> Result<Self, FormatError> {
        let count =
            |what, count: usize| u32::try_from(count).map_err(|_| FormatError::TooMany { what, got: count });
        Ok(Self {
            wires: count("wires", matrices.wires)?,
            public_outputs: 0,
            public_inputs: count("public inputs", matrices.public_inputs)?,
            private_inputs: count("private inputs", matrices.inputs.len())?,
            rows: matrices.rows.clone(),
        })
    }

    /// All wires.
    pub fn wires(&self) -> u32 {
        self.wires
    }

    /// Public outputs.
    pub fn public_outputs(&self) -> u32 {
        self.public_outputs
    }

    /// Public inputs.
    pub fn public_inputs(&self) -> u32 {
        self.public_inputs
    }

    /// Private inputs. The format says how many there are, not which.
    pub fn private_inputs(&self) -> u32 {
        self.private_inputs
    }

    /// A, B and C, as many rows each: `(coefficient, wire)`.
    pub fn rows(&self) -> &[Rows; 3] {
        &self.rows
    }

    /// Number of constraints.
    pub fn constraints(&self) -> usize {
        self.rows[0].len()
    }

    /// The file's bytes. Every wire is its own label.
    ///
    /// # Errors
    /// [`FormatError::TooMany`] for counts above 32 bits.
    pub fn to_bytes(&self) -> Result<Vec<u8>, FormatError> {
        let mut header = Section::default();
        header.field::<Fr>();
        for number in [self.wires, self.public_outputs, self.public_inputs, self.private_inputs] {
            header.number(number);
        }
        header.long(self.wires.into());
        header.count("constraints", self.constraints())?;

        let mut constraints = Section::default();
        let [a, b, c] = &self.rows;
        for ((a, b), c) in a.iter().zip(b).zip(c) {
            for row in [a, b, c] {
                constraints.count("terms of a row", row.len())?;
                for (coefficient, wire) in row {
                    constraints.count("wires", *wire)?;
                    constraints.element(coefficient);
                }
            }
        }
        let mut labels = Section::default();
        (0..self.wires).for_each(|wire| labels.long(wire.into()));
        Ok(file(MAGIC, VERSION, &[header, constraints, labels]))
    }

    /// Reads a file. Memory is taken for what is there, not for what a header says.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FormatError> {
        let sections = Sections::read(bytes, MAGIC, VERSION)?;
        let mut header = sections.only(HEADER, "the header")?;
        header.field::<Fr>()?;
        let wires = header.number()?;
        let [public_outputs, public_inputs, private_inputs] =
            [header.number()?, header.number()?, header.number()?];
        let inputs = [public_outputs, public_inputs, private_inputs].map(u64::from);
        if 1 + inputs.iter().sum::<u64>() > u64::from(wires) {
            let message = format!("{wires} wires, of which 1 + {inputs:?} are inputs and outputs");
            return Err(header.inconsistent(message));
        }
        let _labels = header.long()?;
        let count = header.number()?;
        header.end()?;

        let mut labels = sections.only(LABELS, "the labels")?;
        labels.bytes(8 * u64::from(wires))?;
        labels.end()?;

        let mut section = sections.only(CONSTRAINTS, "the constraints")?;
        let count = section.room_for(count, 3 * 4)?;
        let mut rows: [Rows; 3] = [(); 3].map(|()| Vec::with_capacity(count));
        for _ in 0..count {
            for rows in &mut rows {
                let terms = section.number()?;
                let terms = section.room_for(terms, 4 + u64::from(ELEMENT_BYTES))?;
                let mut row = Vec::with_capacity(terms);
                for _ in 0..terms {
                    let wire = section.number()?;
                    if wire >= wires {
                        return Err(section.inconsistent(format!("wire {wire} of {wires}")));
                    }
                    row.push((section.element()?, wire as usize));
                }
                rows.push(row);
            }
        }
        section.end()?;
        Ok(Self { wires, public_outputs, public_inputs, private_inputs, rows })
    }
}

impl core::fmt::Debug for R1cs {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "R1cs({} constraints, {} wires)", self.constraints(), self.wires)
    }
}

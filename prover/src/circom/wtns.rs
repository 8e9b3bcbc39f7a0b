//! Assignments: `.wtns` files of version 2.
//!
//! Source: snarkjs 0.7, `src/wtns_utils.js`.

use ark_bn254::Fr;
use solvency_circuits::builder::Assignment;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::sections::{ELEMENT_BYTES, FormatError, Section, Sections, file};

const MAGIC: &str = "wtns";
const VERSION: u32 = 2;
const HEADER: u32 = 1;
const VALUES: u32 = 2;

/// The values of all wires, the one first. Secret: erased when dropped, never printed.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Wtns {
    values: Vec<Fr>,
}

impl Wtns {
    /// The values of an assignment.
    pub fn of(assignment: &Assignment) -> Self {
        Self { values: assignment.wires().to_vec() }
    }

    /// The values, the one first.
    pub fn values(&self) -> &[Fr] {
        &self.values
    }

    /// The file's bytes: secrets, to be written with mode 0600.
    ///
    /// # Errors
    /// [`FormatError::TooMany`] for more wires than 32 bits count.
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, FormatError> {
        let mut header = Section::default();
        header.field::<Fr>();
        header.count("wires", self.values.len())?;
        let mut values = Section::with_room(self.values.len() * ELEMENT_BYTES as usize);
        self.values.iter().for_each(|value| values.element(value));
        let sections = [header, values];
        let bytes = file(MAGIC, VERSION, &sections);
        sections.into_iter().for_each(Section::erase);
        Ok(Zeroizing::new(bytes))
    }

    /// Reads a file. Memory is taken for what is there, not for what a header says.
    ///
    /// # Errors
    /// [`FormatError`], among others for a first value that is not one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FormatError> {
        let sections = Sections::read(bytes, MAGIC, VERSION)?;
        let mut header = sections.only(HEADER, "the header")?;
        header.field::<Fr>()?;
        let count = header.number()?;
        header.end()?;
        let mut section = sections.only(VALUES, "the values")?;
        let count = section.room_for(count, ELEMENT_BYTES.into())?;
        let mut wtns = Self { values: Vec::with_capacity(count) };
        for _ in 0..count {
            wtns.values.push(section.element()?);
        }
        section.end()?;
        if wtns.values.first() != Some(&Fr::from(1u64)) {
            return Err(section.inconsistent("the first value is not one".into()));
        }
        Ok(wtns)
    }
}

impl core::fmt::Debug for Wtns {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Wtns({} values)", self.values.len())
    }
}

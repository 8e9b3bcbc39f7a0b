//! `.zkey` files: a circuit's keys, with the contributions that made them (spec/ceremony.md).
//!
//! Source: snarkjs 0.7, the comment in `src/zkey_utils.js`.

mod chain;
mod contribution;
mod header;

use std::io::{Read, Seek};

use solvency_prover::circom::FormatError;

pub(crate) use chain::{Chain, delta_agrees};
pub use chain::{Required, RequiredBeacon};
pub(crate) use contribution::Contribution;
pub use contribution::Hash;
pub(crate) use header::Header;

use crate::error::CeremonyError;
use crate::format::{Extent, G1_BYTES, G2_BYTES, SectionFile};

pub(crate) const MAGIC: &str = "zkey";
pub(crate) const VERSION: u32 = 1;

/// Bytes of a term of section 4: matrix, row, wire, coefficient.
pub(crate) const TERM_BYTES: u64 = 12 + 32;

/// The sections.
pub(crate) mod id {
    pub(crate) const PROTOCOL: u32 = 1;
    pub(crate) const HEADER: u32 = 2;
    pub(crate) const INPUTS: u32 = 3;
    pub(crate) const TERMS: u32 = 4;
    pub(crate) const A: u32 = 5;
    pub(crate) const B_FIRST: u32 = 6;
    pub(crate) const B_SECOND: u32 = 7;
    pub(crate) const L: u32 = 8;
    pub(crate) const QUOTIENT: u32 = 9;
    pub(crate) const CONTRIBUTIONS: u32 = 10;
    pub(crate) const ALL: [u32; 10] =
        [PROTOCOL, HEADER, INPUTS, TERMS, A, B_FIRST, B_SECOND, L, QUOTIENT, CONTRIBUTIONS];
}

/// The number in section 1.
const GROTH16: u32 = 1;

/// A `.zkey` whose sections have the lengths that its header asks for. Points are read, and checked, piece by piece.
pub(crate) struct ZKey<R> {
    pub(crate) file: SectionFile<R>,
    pub(crate) place: String,
    pub(crate) header: Header,
    pub(crate) terms: u64,
}

impl<R: Read + Seek> ZKey<R> {
    /// Reads the header; `place` names the file in errors.
    ///
    /// # Errors
    /// What is wrong with the form, or with a point of the header.
    pub(crate) fn open(reader: R, place: &str) -> Result<Self, CeremonyError> {
        let mut file = SectionFile::open(reader, place, MAGIC, VERSION)?;
        file.refuse_others(&id::ALL)?;
        let protocol = file.only_of(id::PROTOCOL, 4)?;
        let protocol = file.number(protocol.start)?;
        if protocol != GROTH16 {
            return Err(file.inconsistent(format!("proof system {protocol}, not Groth16 (1)")));
        }
        let extent = file.only_of(id::HEADER, Header::BYTES)?;
        let header = Header::read(&mut file, extent)?;
        let (wires, inputs) = (u64::from(header.wires), u64::from(header.public_inputs) + 1);
        for (section, count, each) in [
            (id::INPUTS, inputs, G1_BYTES),
            (id::A, wires, G1_BYTES),
            (id::B_FIRST, wires, G1_BYTES),
            (id::B_SECOND, wires, G2_BYTES),
            (id::L, wires - inputs, G1_BYTES),
            (id::QUOTIENT, header.domain.into(), G1_BYTES),
        ] {
            file.only_of(section, count * each)?;
        }
        let extent = file.only(id::TERMS)?;
        if extent.length < 4 {
            let place = "section 4".to_owned();
            return Err(file.format(FormatError::Truncated { place, needed: 4, left: extent.length }));
        }
        let terms = u64::from(file.number(extent.start)?);
        file.only_of(id::TERMS, 4 + terms * TERM_BYTES)?;
        file.only(id::CONTRIBUTIONS)?;
        Ok(Self { file, place: place.to_owned(), header, terms })
    }

    /// Reads the contributions.
    pub(crate) fn chain(&mut self) -> Result<Chain, CeremonyError> {
        let extent = self.file.only(id::CONTRIBUTIONS)?;
        Chain::read(&mut self.file, extent, &self.place)
    }

    /// Where a section is.
    pub(crate) fn extent(&self, section: u32) -> Result<Extent, CeremonyError> {
        self.file.only(section)
    }
}

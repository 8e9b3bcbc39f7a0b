//! A file of sections that is never read whole: only its table is kept.

use std::io::{Read, Seek, SeekFrom, Write};

use ark_ff::{BigInteger, PrimeField};
use blake2::{Blake2b512, Digest};
use solvency_prover::circom::FormatError;

use crate::error::CeremonyError;
use crate::progress::Progress;

/// Most sections of a file; the known formats have at most eleven.
const MAX_SECTIONS: u32 = 64;
/// Bytes that are read at once.
const PIECE: u64 = 1 << 20;
/// Length of a field element.
const ELEMENT_BYTES: u32 = 32;

/// Where a section's content is, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) start: u64,
    pub(crate) length: u64,
}

/// A file with its table of sections.
pub(crate) struct SectionFile<R> {
    reader: R,
    place: String,
    length: u64,
    sections: Vec<(u32, Extent)>,
}

impl<R: Read + Seek> SectionFile<R> {
    /// Reads the table. Every section has to lie within the file, and the last one to end with it. `place` names the file in errors.
    pub(crate) fn open(
        mut reader: R,
        place: &str,
        magic: &'static str,
        version: u32,
    ) -> Result<Self, CeremonyError> {
        let length = reader
            .seek(SeekFrom::End(0))
            .map_err(|error| CeremonyError::Io { place: place.to_owned(), error })?;
        let mut file = Self { reader, place: place.to_owned(), length, sections: Vec::new() };
        let mut got = vec![0; length.min(4) as usize];
        file.read_at(0, &mut got)?;
        if got != magic.as_bytes() {
            return Err(file.format(FormatError::Magic { expected: magic, got }));
        }
        let [got, count] = [file.number(4)?, file.number(8)?];
        if got != version {
            return Err(file.format(FormatError::Version { got, expected: version }));
        }
        if count > MAX_SECTIONS {
            return Err(file.inconsistent(format!("{count} sections; at most {MAX_SECTIONS} are read")));
        }
        let mut end = 12;
        for _ in 0..count {
            let id = file.number(end)?;
            let length = file.long(end + 4)?;
            let extent = Extent { start: end + 12, length };
            end = file.end_within(extent)?;
            file.sections.push((id, extent));
        }
        match file.length - end {
            0 => Ok(file),
            bytes => Err(file.format(FormatError::TooLong { place: "the file".into(), bytes })),
        }
    }

    /// The section of a number, which must stand once.
    pub(crate) fn only(&self, id: u32) -> Result<Extent, CeremonyError> {
        let mut found = self.sections.iter().filter(|(of_section, _)| *of_section == id);
        match (found.next(), found.count()) {
            (Some((_, extent)), 0) => Ok(*extent),
            (first, more) => {
                Err(self.format(FormatError::Section { id, count: more + usize::from(first.is_some()) }))
            }
        }
    }

    /// The section of a number, which must stand once and have this length.
    pub(crate) fn only_of(&self, id: u32, expected: u64) -> Result<Extent, CeremonyError> {
        let extent = self.only(id)?;
        let place = || format!("section {id}");
        if extent.length < expected {
            let error = FormatError::Truncated { place: place(), needed: expected, left: extent.length };
            return Err(self.format(error));
        }
        if extent.length > expected {
            let error = FormatError::TooLong { place: place(), bytes: extent.length - expected };
            return Err(self.format(error));
        }
        Ok(extent)
    }

    /// Whether there is a section of a number.
    pub(crate) fn has(&self, id: u32) -> bool {
        self.sections.iter().any(|(of_section, _)| *of_section == id)
    }

    /// Refuses sections that the format does not have.
    pub(crate) fn refuse_others(&self, known: &[u32]) -> Result<(), CeremonyError> {
        match self.sections.iter().find(|(id, _)| !known.contains(id)) {
            Some((id, _)) => Err(self.inconsistent(format!("section {id} is not part of the format"))),
            None => Ok(()),
        }
    }

    /// Bytes of the whole file.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Fills `bytes` from a place of the file.
    pub(crate) fn read_at(&mut self, start: u64, bytes: &mut [u8]) -> Result<(), CeremonyError> {
        self.end_within(Extent { start, length: bytes.len() as u64 })?;
        let read = self.reader.seek(SeekFrom::Start(start)).and_then(|_| self.reader.read_exact(bytes));
        read.map_err(|error| CeremonyError::Io { place: self.place.clone(), error })
    }

    /// Bytes of a section from an offset on.
    pub(crate) fn read(&mut self, of: Extent, offset: u64, length: u64) -> Result<Vec<u8>, CeremonyError> {
        let inside = offset.checked_add(length).is_some_and(|end| end <= of.length);
        if !inside {
            let left = of.length.saturating_sub(offset);
            let error = FormatError::Truncated { place: "a section".into(), needed: length, left };
            return Err(self.format(error));
        }
        // Not more than what lies in the file, which `open` has compared with the section's length.
        let mut bytes = vec![0; length as usize];
        self.read_at(of.start + offset, &mut bytes)?;
        Ok(bytes)
    }

    /// The length of an element, 32, and the field's modulus, at a place of the file.
    pub(crate) fn field<F: PrimeField>(&mut self, start: u64) -> Result<(), CeremonyError> {
        let length = self.number(start)?;
        if length != ELEMENT_BYTES {
            return Err(self.inconsistent(format!("elements of {length} bytes, not {ELEMENT_BYTES}")));
        }
        let mut modulus = [0; ELEMENT_BYTES as usize];
        self.read_at(start + 4, &mut modulus)?;
        if modulus[..] == F::MODULUS.to_bytes_le() {
            Ok(())
        } else {
            Err(self.format(FormatError::Field { place: "the header".into() }))
        }
    }

    /// A number of 32 bits at a place of the file.
    pub(crate) fn number(&mut self, start: u64) -> Result<u32, CeremonyError> {
        let mut bytes = [0; 4];
        self.read_at(start, &mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn long(&mut self, start: u64) -> Result<u64, CeremonyError> {
        let mut bytes = [0; 8];
        self.read_at(start, &mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn end_within(&self, extent: Extent) -> Result<u64, CeremonyError> {
        let end = extent.start.checked_add(extent.length).filter(|end| *end <= self.length);
        end.ok_or_else(|| {
            let left = self.length.saturating_sub(extent.start);
            self.format(FormatError::Truncated { place: "the file".into(), needed: extent.length, left })
        })
    }

    /// An error of this file's form.
    pub(crate) fn format(&self, error: FormatError) -> CeremonyError {
        CeremonyError::Format { place: self.place.clone(), error }
    }

    /// An error about numbers that contradict each other.
    pub(crate) fn inconsistent(&self, message: String) -> CeremonyError {
        self.format(FormatError::Inconsistent { place: "the file".into(), message })
    }

    /// Copies a section's content.
    pub(crate) fn copy(&mut self, of: Extent, to: &mut dyn Write) -> Result<(), CeremonyError> {
        for offset in (0..of.length).step_by(PIECE as usize) {
            let bytes = self.read(of, offset, PIECE.min(of.length - offset))?;
            to.write_all(&bytes)
                .map_err(|error| CeremonyError::Io { place: "the new file".into(), error })?;
        }
        Ok(())
    }

    /// BLAKE2b-512 of all bytes.
    pub(crate) fn hash(&mut self, progress: &dyn Progress) -> Result<[u8; 64], CeremonyError> {
        progress.begin("hash of the file", self.length);
        let mut hasher = Blake2b512::new();
        for start in (0..self.length).step_by(PIECE as usize) {
            let mut bytes = vec![0; PIECE.min(self.length - start) as usize];
            self.read_at(start, &mut bytes)?;
            hasher.update(&bytes);
            progress.advance(bytes.len() as u64);
        }
        Ok(hasher.finalize().into())
    }
}

/// Writes what stands before the first section.
pub(crate) fn write_header(
    to: &mut dyn Write,
    magic: &str,
    version: u32,
    sections: u32,
) -> std::io::Result<()> {
    to.write_all(magic.as_bytes())?;
    to.write_all(&version.to_le_bytes())?;
    to.write_all(&sections.to_le_bytes())
}

/// Writes what stands before a section's content.
pub(crate) fn write_section_header(to: &mut dyn Write, id: u32, length: u64) -> std::io::Result<()> {
    to.write_all(&id.to_le_bytes())?;
    to.write_all(&length.to_le_bytes())
}

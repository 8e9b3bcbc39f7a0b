//! What the formats have in common: a magic, a version, and sections, each with a number and a length; all numbers little-endian.

use ark_bn254::Fr;
use ark_ff::{BigInt, BigInteger, PrimeField};
use zeroize::Zeroize;

/// Bytes that are not what they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Not the expected kind of file.
    #[error("no {expected} file: it begins with {got:02x?}")]
    Magic {
        /// What was expected.
        expected: &'static str,
        /// The first four bytes, or fewer.
        got: Vec<u8>,
    },
    /// A version that is not known.
    #[error("version {got} of the format; version {expected} is read")]
    Version {
        /// In the file.
        got: u32,
        /// That is read.
        expected: u32,
    },
    /// The file ends too early.
    #[error("{place} ends too early: {needed} bytes are needed, {left} are left; is the file truncated?")]
    Truncated {
        /// Where.
        place: String,
        /// Bytes needed.
        needed: u64,
        /// Bytes left.
        left: u64,
    },
    /// More than there should be.
    #[error("{place} has {bytes} bytes more than it should")]
    TooLong {
        /// Where.
        place: String,
        /// Bytes too many.
        bytes: u64,
    },
    /// A section is missing or stands twice.
    #[error("section {id} stands {count} times, not once")]
    Section {
        /// Its number.
        id: u32,
        /// How often it stands.
        count: usize,
    },
    /// Another field.
    #[error("{place}: the field's modulus is not BN254's scalar field's")]
    Field {
        /// Where.
        place: String,
    },
    /// A field element that is not reduced.
    #[error("{place}: a number is not below the field's modulus")]
    NotReduced {
        /// Where.
        place: String,
    },
    /// Numbers that contradict each other or the format.
    #[error("{place}: {message}")]
    Inconsistent {
        /// Where.
        place: String,
        /// What contradicts what.
        message: String,
    },
    /// More than the format can hold.
    #[error("{what}: {got} do not fit in the format")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        got: usize,
    },
}

/// Most sections of a file; all known formats have at most ten.
const MAX_SECTIONS: u32 = 64;

/// The sections of a file.
pub(super) struct Sections<'a> {
    sections: Vec<(u32, &'a [u8])>,
}

impl<'a> Sections<'a> {
    /// Finds the sections; nothing is copied.
    pub(super) fn read(bytes: &'a [u8], magic: &'static str, version: u32) -> Result<Self, FormatError> {
        let Some(rest) = bytes.strip_prefix(magic.as_bytes()) else {
            return Err(FormatError::Magic { expected: magic, got: bytes.iter().take(4).copied().collect() });
        };
        let mut reader = Reader::new("the file", rest);
        let got = reader.number()?;
        if got != version {
            return Err(FormatError::Version { got, expected: version });
        }
        let count = reader.number()?;
        if count > MAX_SECTIONS {
            return Err(reader.inconsistent(format!("{count} sections; at most {MAX_SECTIONS} are read")));
        }
        let mut sections = Vec::new();
        for _ in 0..count {
            let id = reader.number()?;
            let length = reader.long()?;
            sections.push((id, reader.bytes(length)?));
        }
        reader.end()?;
        Ok(Self { sections })
    }

    /// The section of a number, which must stand once.
    pub(super) fn only(&self, id: u32, name: &str) -> Result<Reader<'a>, FormatError> {
        let mut found = self.sections.iter().filter(|(of_section, _)| *of_section == id);
        match (found.next(), found.count()) {
            (Some((_, bytes)), 0) => Ok(Reader::new(name, bytes)),
            (first, more) => Err(FormatError::Section { id, count: more + usize::from(first.is_some()) }),
        }
    }
}

/// Reads one section from its beginning.
pub(super) struct Reader<'a> {
    place: String,
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn new(place: &str, rest: &'a [u8]) -> Self {
        Self { place: place.into(), rest }
    }

    /// So many bytes; nothing is taken from memory for them.
    pub(super) fn bytes(&mut self, length: u64) -> Result<&'a [u8], FormatError> {
        let split = usize::try_from(length).ok().and_then(|length| self.rest.split_at_checked(length));
        let Some((bytes, rest)) = split else {
            return Err(FormatError::Truncated {
                place: self.place.clone(),
                needed: length,
                left: self.rest.len() as u64,
            });
        };
        self.rest = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        let mut array = [0; N];
        array.copy_from_slice(self.bytes(N as u64)?);
        Ok(array)
    }

    pub(super) fn number(&mut self) -> Result<u32, FormatError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn long(&mut self) -> Result<u64, FormatError> {
        self.array().map(u64::from_le_bytes)
    }

    /// The length of an element, 32, and the field's modulus.
    pub(super) fn field<F: PrimeField>(&mut self) -> Result<(), FormatError> {
        let length = self.number()?;
        if length != ELEMENT_BYTES {
            return Err(self.inconsistent(format!("elements of {length} bytes, not {ELEMENT_BYTES}")));
        }
        if self.bytes(ELEMENT_BYTES.into())? == F::MODULUS.to_bytes_le() {
            Ok(())
        } else {
            Err(FormatError::Field { place: self.place.clone() })
        }
    }

    /// A reduced element that is not in Montgomery form. It may be secret: no copy is left in memory that is given back.
    pub(super) fn element(&mut self) -> Result<Fr, FormatError> {
        let limbs = [self.long()?, self.long()?, self.long()?, self.long()?];
        Fr::from_bigint(BigInt(limbs)).ok_or_else(|| FormatError::NotReduced { place: self.place.clone() })
    }

    /// Refuses a count of items of at least `each` bytes that can't stand in what is left.
    pub(super) fn room_for(&self, count: u32, each: u64) -> Result<usize, FormatError> {
        let needed = u64::from(count) * each;
        let left = self.rest.len() as u64;
        if needed > left {
            return Err(FormatError::Truncated { place: self.place.clone(), needed, left });
        }
        Ok(count as usize)
    }

    pub(super) fn end(&self) -> Result<(), FormatError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(FormatError::TooLong { place: self.place.clone(), bytes: self.rest.len() as u64 })
    }

    pub(super) fn inconsistent(&self, message: String) -> FormatError {
        FormatError::Inconsistent { place: self.place.clone(), message }
    }
}

/// Length of a field element.
pub(super) const ELEMENT_BYTES: u32 = 32;

/// One section to be written.
#[derive(Default)]
pub(super) struct Section(Vec<u8>);

impl Section {
    /// A section that will have so many bytes: reserved at once, so that growing leaves no copies behind.
    pub(super) fn with_room(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// Overwrites what it holds.
    pub(super) fn erase(mut self) {
        self.0.zeroize();
    }

    pub(super) fn number(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub(super) fn long(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub(super) fn count(&mut self, what: &'static str, count: usize) -> Result<(), FormatError> {
        self.number(u32::try_from(count).map_err(|_| FormatError::TooMany { what, got: count })?);
        Ok(())
    }

    pub(super) fn field<F: PrimeField>(&mut self) {
        self.number(ELEMENT_BYTES);
        self.0.extend_from_slice(&F::MODULUS.to_bytes_le());
    }

    pub(super) fn element(&mut self, element: &Fr) {
        element.into_bigint().0.into_iter().for_each(|limb| self.long(limb));
    }
}

/// A file of sections 1, 2, ….
pub(super) fn file(magic: &str, version: u32, sections: &[Section]) -> Vec<u8> {
    let length: usize = sections.iter().map(|section| section.0.len() + 12).sum();
    let mut bytes = Vec::with_capacity(magic.len() + 8 + length);
    bytes.extend_from_slice(magic.as_bytes());
    bytes.extend_from_slice(&version.to_le_bytes());
    bytes.extend_from_slice(&(sections.len() as u32).to_le_bytes());
    for (id, Section(section)) in (1u32..).zip(sections) {
        bytes.extend_from_slice(&id.to_le_bytes());
        bytes.extend_from_slice(&(section.len() as u64).to_le_bytes());
        bytes.extend_from_slice(section);
    }
    bytes
}

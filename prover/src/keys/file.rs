//! The file of a proving key: one file, mapped into memory and used where it lies.
//!
//! | bytes | |
//! |---|---|
//! | 12 | `solvency.pk` and a zero byte |
//! | 1 + 3 | version of this form: 2; zeros |
//! | 8, 8 | length of the header (a multiple of 128), length of the file |
//! | 32 | SHA-256 of what follows the header |
//! | 32 | id of the verifying key |
//! | 4, 4 | length of the verifying key, number of sections |
//! | 16 each | offset (a multiple of 128) and length of each section |
//! | | the verifying key's byte form, zeros |
//! | 32 | SHA-256 of the header before this |
//! | | the sections, with zeros between them |
//!
//! Numbers are little-endian. Which sections there are is in [`crate::groth16::sections`].
//!
//! # Integrity
//!
//! The header, all sizes and all indices are checked at every start. The SHA-256 of the rest, and that every point is on its curve,
//! are checked once for a file; that this was done is recorded beside it (`*.pk.checked`) with the header's checksum and the file's
//! length and time of modification. A file that has changed since is checked again. Whoever can write to the folder can
//! forge the record; what such a file can do is make proofs that do not verify, which `prove` notices.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use memmap2::Mmap;
use sha2::{Digest, Sha256};
use solvency_verifier::Bytes32;
use solvency_verifier::groth16::{KeyError, KeyId, PreparedVerifyingKey, VerifyingKey};

use super::proving_key::ProvingKey;
use crate::files::{Access, FileError, write_atomically, write_atomically_with};
use crate::groth16::sections::{self, COUNT, Extent, Owned};

const MAGIC: &[u8; 12] = b"solvency.pk\0";
const FORMAT_VERSION: u8 = 2;
const MAX_VERIFYING_KEY_BYTES: usize = 1 << 14;
/// Where the sections' extents begin.
const EXTENTS: usize = 104;
/// Sections begin at multiples of this, so that points are aligned.
const ALIGNMENT: usize = 128;
const DIGEST: usize = 32;

/// Why a proving key's file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The operating system refused.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// The file can't be written.
    #[error(transparent)]
    Write(#[from] FileError),
    /// The file doesn't begin like a proving key.
    #[error("{path}: not a solvency proving key")]
    Magic {
        /// The file.
        path: String,
    },
    /// Another version of the format.
    #[error("{path}: proving key format {got} is not known, expected {FORMAT_VERSION}; make the key again")]
    Version {
        /// The file.
        path: String,
        /// Version found.
        got: u8,
    },
    /// The file ends too early.
    #[error("{path}: truncated; copy or make the key again")]
    Truncated {
        /// The file.
        path: String,
    },
    /// The file is longer than its header says.
    #[error("{path}: {extra} bytes after the end of the key; copy the key again")]
    TrailingBytes {
        /// The file.
        path: String,
        /// Number of bytes too many.
        extra: u64,
    },
    /// A length in the header is beyond what any key of this project has.
    #[error("{path}: the header claims {got} bytes, at most {allowed} are read")]
    TooLarge {
        /// The file.
        path: String,
        /// Length claimed.
        got: u64,
        /// Most that is read.
        allowed: u64,
    },
    /// The points are not those that were written.
    #[error("{path}: the checksum differs, the file was altered or damaged; copy or make the key again")]
    Checksum {
        /// The file.
        path: String,
    },
    /// What the file holds is no proving key.
    #[error("{path}: malformed: {reason}; copy or make the key again")]
    Malformed {
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// The verifying key is refused.
    #[error("{path}: {error}")]
    VerifyingKey {
        /// The file.
        path: String,
        /// Why.
        error: KeyError,
    },
    /// Another key than the one that was asked for.
    #[error("{path}: holds key {got}, expected {expected}; see `solvency keys list`")]
    WrongId {
        /// The file.
        path: String,
        /// Id found.
        got: KeyId,
        /// Id asked for.
        expected: KeyId,
    },
    /// The key was made for other matrices than this program's circuit has.
    #[error(
        "{path}: made for another version of the circuit (matrices {got}, this program has {expected}); make the key again"
    )]
    WrongCircuit {
        /// The file.
        path: String,
        /// Hash in the key.
        got: Bytes32,
        /// Hash of the current circuit.
        expected: Bytes32,
    },
}

impl ProvingKey {
    /// Writes the key: to a temporary file first, synced and renamed. A failed run leaves nothing.
    ///
    /// # Errors
    /// [`KeyFileError::Write`].
    pub fn save(&self, path: &Path) -> Result<(), KeyFileError> {
        let owned = Owned::of(&self.rows, &self.columns);
        let sections = sections::write(&self.rows, &self.columns, &owned);
        let verifying = self.verifying.key().to_bytes();
        let header_length = (EXTENTS + 16 * COUNT + verifying.len() + DIGEST).next_multiple_of(ALIGNMENT);
        let mut extents = Vec::with_capacity(16 * COUNT);
        let mut hasher = Sha256::new();
        let mut end = header_length;
        for section in sections {
            hasher.update(&[0u8; ALIGNMENT][..padding(end)]);
            end += padding(end);
            extents.extend((end as u64).to_le_bytes());
            extents.extend((section.len() as u64).to_le_bytes());
            hasher.update(section);
            end += section.len();
        }

        let mut header = Vec::with_capacity(header_length);
        header.extend(MAGIC);
        header.extend([FORMAT_VERSION, 0, 0, 0]);
        header.extend((header_length as u64).to_le_bytes());
        header.extend((end as u64).to_le_bytes());
        header.extend(hasher.finalize());
        header.extend(self.id().0.0);
        header.extend((verifying.len() as u32).to_le_bytes());
        header.extend((COUNT as u32).to_le_bytes());
        header.extend(extents);
        header.extend(verifying);
        header.resize(header_length - DIGEST, 0);
        header.extend(Sha256::digest(&header));

        let write = |to: &mut dyn Write| -> io::Result<()> {
            to.write_all(&header)?;
            let mut end = header_length;
            for section in sections {
                to.write_all(&[0u8; ALIGNMENT][..padding(end)])?;
                to.write_all(section)?;
                end += padding(end) + section.len();
            }
            Ok(())
        };
        Ok(write_atomically_with(path, Access::Public, write)?)
    }

    /// Opens the key `expected`, made for matrices with this hash. The file stays mapped while the key lives.
    ///
    /// # Errors
    /// [`KeyFileError`] for the first thing that is wrong.
    pub fn load(path: &Path, expected: KeyId, matrices: &Bytes32) -> Result<Self, KeyFileError> {
        let name = || path.display().to_string();
        let file = File::open(path).map_err(|error| KeyFileError::Io { path: name(), error })?;
        let header = Header::read(path, &file)?;
        let (got, key) = (header.key.id(), header.key);
        if header.id != got.0 || got != expected {
            return Err(KeyFileError::WrongId { path: name(), got, expected });
        }
        if key.matrices() != matrices {
            let (got, expected) = (*key.matrices(), *matrices);
            return Err(KeyFileError::WrongCircuit { path: name(), got, expected });
        }
        let malformed = |reason: &str| KeyFileError::Malformed { path: name(), reason: reason.to_owned() };
        let mapped = Arc::new(map(&file).map_err(|error| KeyFileError::Io { path: name(), error })?);
        if mapped.len() as u64 != header.file_length {
            return Err(KeyFileError::Truncated { path: name() });
        }
        let check = Check::of(path, &file, &header.digest);
        let was_checked = check.is_recorded();
        if !was_checked && Sha256::digest(&mapped[header.length..])[..] != header.payload {
            return Err(KeyFileError::Checksum { path: name() });
        }
        let (rows, columns) = sections::read(&mapped, &header.extents).map_err(malformed)?;
        let points = key.points();
        if rows.public_inputs() + 1 != points.inputs.len() {
            return Err(malformed("another number of public inputs than the verifying key has"));
        }
        if !was_checked {
            if !sections::check_points(&columns) {
                return Err(malformed("a point is not on its curve"));
            }
            check.record();
        }
        Ok(ProvingKey { verifying: PreparedVerifyingKey::new(key), rows, columns })
    }
}

/// Zeros that are missing up to the next section.
fn padding(end: usize) -> usize {
    end.next_multiple_of(ALIGNMENT) - end
}

#[allow(unsafe_code)]
fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: keys are replaced by renaming, never written in place, so the bytes stay as they are while the mapping lives. Where
    // another program changes them all the same, every bit pattern is a value of the sections' types, and every index is
    // checked where it is used: sums would be wrong, which the prover notices. A file that is truncated under us ends the process.
    unsafe { Mmap::map(file) }
}

/// What stands before the sections.
struct Header {
    length: usize,
    file_length: u64,
    payload: [u8; DIGEST],
    digest: [u8; DIGEST],
    id: Bytes32,
    key: VerifyingKey,
    extents: [Extent; COUNT],
}

impl Header {
    /// Reads a header and checks its lengths with the file's, and its checksum.
    fn read(path: &Path, mut file: &File) -> Result<Self, KeyFileError> {
        let name = || path.display().to_string();
        let io = |error| KeyFileError::Io { path: name(), error };
        let truncated = || KeyFileError::Truncated { path: name() };
        let malformed = |reason: &str| KeyFileError::Malformed { path: name(), reason: reason.to_owned() };
        let most = (EXTENTS + 16 * COUNT + MAX_VERIFYING_KEY_BYTES + DIGEST).next_multiple_of(ALIGNMENT);
        let mut bytes = Vec::with_capacity(most);
        Read::by_ref(&mut file).take(most as u64).read_to_end(&mut bytes).map_err(io)?;
        if bytes.get(..12) != Some(MAGIC) {
            return Err(if bytes.len() < 12 { truncated() } else { KeyFileError::Magic { path: name() } });
        }
        match bytes.get(12) {
            Some(&FORMAT_VERSION) => {}
            Some(&got) => return Err(KeyFileError::Version { path: name(), got }),
            None => return Err(truncated()),
        }
        let number = |at: usize| {
            let bytes = bytes.get(at..at + 8).and_then(|bytes| bytes.try_into().ok());
            bytes.map(u64::from_le_bytes).ok_or_else(truncated)
        };
        let short = |at: usize| {
            let bytes = bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
            bytes.map(u32::from_le_bytes).ok_or_else(truncated)
        };
        let (length, file_length) = (number(16)?, number(24)?);
        if length > most as u64 {
            return Err(KeyFileError::TooLarge { path: name(), got: length, allowed: most as u64 });
        }
        let length = length as usize;
        let header = bytes.get(..length).ok_or_else(truncated)?;
        let Some((covered, digest)) = header.split_last_chunk::<DIGEST>() else {
            return Err(malformed("a header without a checksum"));
        };
        if Sha256::digest(covered)[..] != digest[..] {
            return Err(KeyFileError::Checksum { path: name() });
        }
        let actual = file.metadata().map_err(io)?.len();
        if actual > file_length {
            return Err(KeyFileError::TrailingBytes { path: name(), extra: actual - file_length });
        }
        if actual < file_length {
            return Err(truncated());
        }
        // From here on the header is what its maker wrote.
        let fixed = |at: usize| {
            let bytes = covered.get(at..at + DIGEST).and_then(|bytes| bytes.try_into().ok());
            bytes.ok_or_else(|| malformed("a header that is too short"))
        };
        let verifying_length = short(96)? as usize;
        if short(100)? as usize != COUNT {
            return Err(malformed("another number of sections"));
        }
        let mut extents = [(0, 0); COUNT];
        let mut end = length;
        for (extent, at) in extents.iter_mut().zip((EXTENTS..).step_by(16)) {
            let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
            let (start, length) = (place(number(at)?), place(number(at + 8)?));
            let next = start.checked_add(length).filter(|_| start == end + padding(end));
            end = next
                .filter(|next| *next as u64 <= file_length)
                .ok_or_else(|| malformed("sections that do not lie one behind the other"))?;
            *extent = (start, length);
        }
        if end as u64 != file_length {
            return Err(malformed("bytes behind the last section"));
        }
        let start = EXTENTS + 16 * COUNT;
        let verifying = covered
            .get(start..start + verifying_length)
            .ok_or_else(|| malformed("a verifying key beyond the header"))?;
        let key = VerifyingKey::from_bytes(verifying)
            .map_err(|error| KeyFileError::VerifyingKey { path: name(), error })?;
        Ok(Self {
            length,
            file_length,
            payload: fixed(32)?,
            digest: *digest,
            id: Bytes32(fixed(64)?),
            key,
            extents,
        })
    }
}

/// The record that a file was checked in full.
struct Check {
    path: PathBuf,
    /// What the record must say; none where the system does not tell when the file was modified.
    expected: Option<String>,
}

impl Check {
    fn of(path: &Path, file: &File, digest: &[u8; DIGEST]) -> Self {
        let expected = file.metadata().ok().and_then(|metadata| {
            let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
            Some(format!(
                "solvency.pk.checked 1\n{}\n{}\n{}\n",
                hex::encode(digest),
                metadata.len(),
                modified.as_nanos()
            ))
        });
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".checked");
        Self { path: path.with_file_name(name), expected }
    }

    fn is_recorded(&self) -> bool {
        let recorded = crate::files::read_text(&self.path, 4096).ok();
        recorded.is_some() && recorded == self.expected
    }

    /// Where the folder can't be written to, the file is checked again at the next start: no reason to fail.
    fn record(&self) {
        if let Some(expected) = &self.expected {
            let _ = write_atomically(&self.path, expected.as_bytes(), Access::Public);
        }
    }
}

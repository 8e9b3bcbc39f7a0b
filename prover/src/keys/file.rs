//! The file of a proving key.
//!
//! Magic (12 bytes), format version (1), length of the verifying key (4, big-endian), the verifying key's byte form, its id (32),
//! length of the points (8, big-endian), their SHA-256 (32), the points in arkworks' uncompressed form.
//!
//! # What reading does not check
//!
//! The points of the columns, of which there are up to a million, are read without checking that they are on the curve: a file whose
//! checksum is right holds what its maker wrote, and a wrong point makes wrong proofs, which `prove` notices. The verifying key is
//! checked in full.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use ark_bn254::Bn254;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use sha2::{Digest, Sha256};
use solvency_verifier::Bytes32;
use solvency_verifier::groth16::{KeyError, KeyId, PreparedVerifyingKey, VerifyingKey};

use super::proving_key::{ProvingKey, verifying_points};
use crate::files::{Access, FileError, write_atomically};

const MAGIC: &[u8; 12] = b"solvency.pk\0";
const FORMAT_VERSION: u8 = 1;
const MAX_VERIFYING_KEY_BYTES: u32 = 1 << 14;
/// Longest points that are read: 1 GiB, twenty times the largest shape.
pub const MAX_PAYLOAD_BYTES: u64 = 1 << 30;

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
    /// The points are no proving key.
    #[error("{path}: the points are malformed: {reason}")]
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
    /// The points belong to another verifying key than the header's.
    #[error("{path}: the points belong to another verifying key")]
    MixedKeys {
        /// The file.
        path: String,
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
        let verifying = self.verifying.key().to_bytes();
        let mut points = Vec::with_capacity(self.points.uncompressed_size());
        self.points
            .serialize_uncompressed(&mut points)
            .map_err(|error| malformed(path, error.to_string()))?;
        let mut bytes = Vec::with_capacity(points.len() + verifying.len() + 128);
        bytes.extend_from_slice(MAGIC);
        bytes.push(FORMAT_VERSION);
        bytes.extend_from_slice(&(verifying.len() as u32).to_be_bytes());
        bytes.extend_from_slice(&verifying);
        bytes.extend_from_slice(&self.id().0.0);
        bytes.extend_from_slice(&(points.len() as u64).to_be_bytes());
        bytes.extend_from_slice(&Sha256::digest(&points));
        bytes.append(&mut points);
        Ok(write_atomically(path, &bytes, Access::Public)?)
    }

    /// Reads the key `expected`, made for matrices with this hash.
    ///
    /// Lengths are compared with the file's before memory is taken.
    ///
    /// # Errors
    /// [`KeyFileError`] for the first thing that is wrong.
    pub fn load(path: &Path, expected: KeyId, matrices: &Bytes32) -> Result<Self, KeyFileError> {
        let mut reader = Reader::open(path)?;
        let key = reader.verifying_key()?;
        let name = || path.display().to_string();
        let got = key.id();
        if Bytes32(reader.take()?) != got.0 || got != expected {
            return Err(KeyFileError::WrongId { path: name(), got, expected });
        }
        if key.matrices() != matrices {
            let (got, expected) = (*key.matrices(), *matrices);
            return Err(KeyFileError::WrongCircuit { path: name(), got, expected });
        }
        let bytes = reader.payload()?;
        check_lengths(&bytes).map_err(|reason| malformed(path, reason))?;
        let points = ark_groth16::ProvingKey::<Bn254>::deserialize_uncompressed_unchecked(bytes.as_slice())
            .map_err(|error| malformed(path, error.to_string()))?;
        if verifying_points(&points) != *key.points() {
            return Err(KeyFileError::MixedKeys { path: name() });
        }
        Ok(ProvingKey { verifying: PreparedVerifyingKey::new(key), points })
    }
}

fn malformed(path: &Path, reason: String) -> KeyFileError {
    KeyFileError::Malformed { path: path.display().to_string(), reason }
}

struct Reader<'a> {
    path: &'a Path,
    file: File,
    /// Bytes of the file that are not read yet.
    left: u64,
}

impl<'a> Reader<'a> {
    fn open(path: &'a Path) -> Result<Self, KeyFileError> {
        let io = |error| KeyFileError::Io { path: path.display().to_string(), error };
        let file = File::open(path).map_err(io)?;
        let left = file.metadata().map_err(io)?.len();
        Ok(Reader { path, file, left })
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn bytes(&mut self, length: u64) -> Result<Vec<u8>, KeyFileError> {
        self.left = self.left.checked_sub(length).ok_or(KeyFileError::Truncated { path: self.name() })?;
        let mut bytes = vec![0u8; length as usize];
        self.file.read_exact(&mut bytes).map_err(|error| KeyFileError::Io { path: self.name(), error })?;
        Ok(bytes)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], KeyFileError> {
        let bytes = self.bytes(N as u64)?;
        bytes.try_into().map_err(|_| KeyFileError::Truncated { path: self.name() })
    }

    fn verifying_key(&mut self) -> Result<VerifyingKey, KeyFileError> {
        if self.take()? != *MAGIC {
            return Err(KeyFileError::Magic { path: self.name() });
        }
        let [got] = self.take()?;
        if got != FORMAT_VERSION {
            return Err(KeyFileError::Version { path: self.name(), got });
        }
        let length = u32::from_be_bytes(self.take()?);
        self.check_bound(u64::from(length), u64::from(MAX_VERIFYING_KEY_BYTES))?;
        let bytes = self.bytes(u64::from(length))?;
        VerifyingKey::from_bytes(&bytes)
            .map_err(|error| KeyFileError::VerifyingKey { path: self.name(), error })
    }

    fn payload(&mut self) -> Result<Vec<u8>, KeyFileError> {
        let length = u64::from_be_bytes(self.take()?);
        self.check_bound(length, MAX_PAYLOAD_BYTES)?;
        let checksum: [u8; 32] = self.take()?;
        if self.left > length {
            return Err(KeyFileError::TrailingBytes { path: self.name(), extra: self.left - length });
        }
        let bytes = self.bytes(length)?;
        if Sha256::digest(&bytes)[..] != checksum {
            return Err(KeyFileError::Checksum { path: self.name() });
        }
        Ok(bytes)
    }

    fn check_bound(&self, got: u64, allowed: u64) -> Result<(), KeyFileError> {
        if got > allowed {
            return Err(KeyFileError::TooLarge { path: self.name(), got, allowed });
        }
        Ok(())
    }
}

/// Walks over the points' lists, so that no list claims more than there is: arkworks takes memory for what a list claims.
fn check_lengths(bytes: &[u8]) -> Result<(), String> {
    const G1: usize = 64;
    const G2: usize = 128;
    let mut rest = bytes;
    let mut skip = |what: &str, length: usize| {
        rest = rest.get(length..).ok_or_else(|| format!("{what} is cut off"))?;
        Ok::<&[u8], String>(rest)
    };
    let list = |what: &str, size: usize, at: &[u8]| {
        let (length, _) = at.split_first_chunk::<8>().ok_or_else(|| format!("{what} is cut off"))?;
        usize::try_from(u64::from_le_bytes(*length))
            .ok()
            .and_then(|length| length.checked_mul(size)?.checked_add(8))
            .ok_or_else(|| format!("{what} claims too many points"))
    };
    let mut at = skip("the verifying key", G1 + 3 * G2)?;
    let length = list("the list of input points", G1, at)?;
    skip("the list of input points", length)?;
    at = skip("the set-up's points", 2 * G1)?;
    for (what, size) in [("list A", G1), ("list B1", G1), ("list B2", G2), ("list H", G1), ("list L", G1)] {
        let length = list(what, size, at)?;
        at = skip(what, length)?;
    }
    if at.is_empty() { Ok(()) } else { Err(format!("{} bytes after the last list", at.len())) }
}

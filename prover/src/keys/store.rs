//! A folder of keys: `<shape>-<first 16 digits of the id>.vk`, and `.pk` beside it where one can prove.

use std::path::{Path, PathBuf};

use solvency_verifier::Shape;
use solvency_verifier::groth16::{KeyError, KeyId, Origin, VerifyingKey};

use super::circuit::Circuit;
use super::file::KeyFileError;
use super::proving_key::ProvingKey;
use crate::files::{Access, FileError, read_bytes, write_atomically};

const MAX_VERIFYING_KEY_BYTES: u64 = 1 << 14;

/// Why the folder or a key in it can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyStoreError {
    /// A file can't be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A proving key is refused.
    #[error(transparent)]
    ProvingKey(#[from] KeyFileError),
    /// A verifying key is refused.
    #[error("{path}: {error}")]
    VerifyingKey {
        /// The file.
        path: String,
        /// Why.
        error: KeyError,
    },
    /// No key with this id is in the folder.
    #[error("key {id} is not in {folder}; see `solvency keys list`")]
    NotFound {
        /// The id.
        id: KeyId,
        /// The folder.
        folder: String,
    },
    /// The folder has several keys for a shape, so one has to be named.
    #[error("{folder} has {count} proving keys for {shape}; name one by its id")]
    Ambiguous {
        /// The folder.
        folder: String,
        /// The shape.
        shape: Shape,
        /// How many.
        count: usize,
    },
    /// The folder has no key for a shape and circuit.
    #[error(
        "{folder} has no proving key for {shape} with this program's circuit; make one with `solvency keys dev {shape}`"
    )]
    NoneForShape {
        /// The folder.
        folder: String,
        /// The shape.
        shape: Shape,
    },
}

/// A key in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEntry {
    /// The key.
    pub key: VerifyingKey,
    /// Its id.
    pub id: KeyId,
    /// The proving key's file, where there is one.
    pub proving_key: Option<PathBuf>,
}

impl KeyEntry {
    /// The key's shape.
    pub fn shape(&self) -> Shape {
        self.key.shape()
    }

    /// The key's origin.
    pub fn origin(&self) -> Origin {
        self.key.origin()
    }
}

/// A folder of keys.
#[derive(Clone, Debug)]
pub struct KeyStore {
    folder: PathBuf,
}

impl KeyStore {
    /// The folder; it is made when the first key is saved.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Saves both keys. The verifying key is written last: a key that is listed is whole.
    ///
    /// # Errors
    /// [`KeyStoreError`]; nothing is then listed that was not before.
    pub fn save(&self, key: &ProvingKey) -> Result<PathBuf, KeyStoreError> {
        let path = self.path(key.verifying().key(), "pk");
        key.save(&path)?;
        self.save_verifying(key.verifying().key())?;
        Ok(path)
    }

    /// Saves a verifying key alone.
    ///
    /// # Errors
    /// [`KeyStoreError::File`].
    pub fn save_verifying(&self, key: &VerifyingKey) -> Result<PathBuf, KeyStoreError> {
        let path = self.path(key, "vk");
        write_atomically(&path, &key.to_bytes(), Access::Public)?;
        Ok(path)
    }

    /// All keys of the folder, by shape and id. A folder that does not exist has none.
    ///
    /// # Errors
    /// [`KeyStoreError`] for the first file `*.vk` that can't be read or is refused.
    pub fn list(&self) -> Result<Vec<KeyEntry>, KeyStoreError> {
        let entries = match std::fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(FileError::Io { path: self.name(), error }.into()),
        };
        let mut found = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| FileError::Io { path: self.name(), error })?.path();
            if path.extension().is_some_and(|extension| extension == "vk") {
                found.push(read_entry(&path)?);
            }
        }
        found.sort_by_key(|entry| (entry.shape(), entry.id));
        Ok(found)
    }

    /// The key with this id.
    ///
    /// # Errors
    /// [`KeyStoreError`], among them [`KeyStoreError::NotFound`].
    pub fn find(&self, id: KeyId) -> Result<KeyEntry, KeyStoreError> {
        let mut keys = self.list()?.into_iter();
        keys.find(|entry| entry.id == id).ok_or_else(|| KeyStoreError::NotFound { id, folder: self.name() })
    }

    /// The one proving key for a circuit's shape and matrices.
    ///
    /// # Errors
    /// [`KeyStoreError`], among them [`KeyStoreError::NoneForShape`] and [`KeyStoreError::Ambiguous`].
    pub fn find_for(&self, circuit: &Circuit) -> Result<KeyEntry, KeyStoreError> {
        let (shape, folder) = (circuit.shape(), self.name());
        let mut keys = self.list()?;
        keys.retain(|entry| {
            entry.shape() == shape && *entry.key.matrices() == *circuit.hash() && entry.proving_key.is_some()
        });
        match keys.len() {
            0 | 1 => keys.pop().ok_or(KeyStoreError::NoneForShape { folder, shape }),
            count => Err(KeyStoreError::Ambiguous { folder, shape, count }),
        }
    }

    /// Reads the proving key with this id for a circuit.
    ///
    /// # Errors
    /// [`KeyStoreError`].
    pub fn load(&self, id: KeyId, circuit: &Circuit) -> Result<ProvingKey, KeyStoreError> {
        let not_found = || KeyStoreError::NotFound { id, folder: self.name() };
        let path = self.find(id)?.proving_key.ok_or_else(not_found)?;
        Ok(ProvingKey::load(&path, id, circuit.hash())?)
    }

    /// Where the manifest of a key's ceremony is, if it has one.
    pub fn manifest_path(&self, key: &VerifyingKey) -> PathBuf {
        self.path(key, "ceremony.json")
    }

    fn path(&self, key: &VerifyingKey, extension: &str) -> PathBuf {
        let id: String = key.id().to_string().chars().skip(2).take(16).collect();
        self.folder.join(format!("{}-{id}.{extension}", key.shape().name()))
    }

    fn name(&self) -> String {
        self.folder.display().to_string()
    }
}

fn read_entry(path: &Path) -> Result<KeyEntry, KeyStoreError> {
    let bytes = read_bytes(path, MAX_VERIFYING_KEY_BYTES)?;
    let key = VerifyingKey::from_bytes(&bytes)
        .map_err(|error| KeyStoreError::VerifyingKey { path: path.display().to_string(), error })?;
    let proving_key = Some(path.with_extension("pk")).filter(|path| path.exists());
    Ok(KeyEntry { id: key.id(), key, proving_key })
}

//! Why a store can't be opened, read or written. No error holds a key, a passphrase or what a record contains.

use std::io;
use std::path::Path;

/// What opens a store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OpenerKind {
    /// A passphrase.
    Passphrase,
    /// A file of age's X25519 identities.
    KeyFile,
}

impl std::fmt::Display for OpenerKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            OpenerKind::Passphrase => "passphrase",
            OpenerKind::KeyFile => "key file",
        })
    }
}

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no file.
    #[error("{path}: there is no store")]
    NotFound {
        /// The file.
        path: String,
    },
    /// There is a file already.
    #[error("{path}: there is a file already")]
    AlreadyExists {
        /// The file.
        path: String,
    },
    /// Another process, or this one, has the store open.
    #[error("{path}: the store is in use")]
    InUse {
        /// The file.
        path: String,
    },
    /// Not a file of this kind.
    #[error("{path}: not a store")]
    NotAStore {
        /// The file.
        path: String,
    },
    /// Made by a program that writes another version.
    #[error("a store of version {found}, of which this program knows nothing")]
    OtherVersion {
        /// The version in the file.
        found: u32,
    },
    /// Cut, altered, incomplete or put together from several files.
    #[error("the store is damaged: {what}")]
    Damaged {
        /// What does not fit.
        what: String,
    },
    /// The passphrase is not the one that the store was closed with.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// None of the key file's identities fits.
    #[error("the key file does not open this store")]
    WrongKeyFile,
    /// The store wants the other of passphrase and key file.
    #[error("this store is opened with a {wanted}")]
    OtherOpener {
        /// What it wants.
        wanted: OpenerKind,
    },
    /// Not a file of age identities.
    #[error("not a key file: {message}")]
    BadKeyFile {
        /// What was found, without any of its content.
        message: &'static str,
    },
    /// No passphrase at all.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// More work than is done for a passphrase.
    #[error("scrypt with N = 2^{log2} is outside 2^{least} to 2^{most}")]
    Work {
        /// Binary logarithm of N.
        log2: u8,
        /// Least that is used.
        least: u8,
        /// Most that is used.
        most: u8,
    },
    /// A record that is written once has other bytes.
    #[error("{record} is there already, with other bytes")]
    Occupied {
        /// Kind, epoch and name.
        record: String,
    },
    /// A record is written in the other way: once, or again and again.
    #[error("{record} {rule}")]
    OtherMode {
        /// Kind, epoch and name.
        record: String,
        /// How it is written.
        rule: &'static str,
    },
    /// An entry would leave a gap in its sequence.
    #[error("{sequence} has {length} entries: entry {number} would leave a gap")]
    Gap {
        /// Kind and epoch.
        sequence: String,
        /// Entries that are there.
        length: u64,
        /// Zero-based number that was asked for.
        number: u64,
    },
    /// A name or path that can't be kept.
    #[error("a name of {length} bytes: 1 to {most} are allowed")]
    Name {
        /// Bytes of the name.
        length: usize,
        /// Most bytes.
        most: usize,
    },
    /// A path that names no file.
    #[error("{target:?} is not the path of a file")]
    Target {
        /// The path.
        target: String,
    },
    /// More bytes than one record holds.
    #[error("{length} bytes: a record holds at most {most}")]
    TooLong {
        /// Bytes of the content.
        length: usize,
        /// Most bytes.
        most: usize,
    },
    /// Something of the epoch has still to be written to its path.
    #[error("epoch {epoch} can't be forgotten: {target:?} has still to be written")]
    Undelivered {
        /// The epoch.
        epoch: u64,
        /// The path.
        target: String,
    },
    /// Nothing was ever published there.
    #[error("nothing was published as {target:?}")]
    NeverPublished {
        /// The path.
        target: String,
    },
    /// A record is not the JSON document that was asked for, or a value is none.
    #[error("line {line}, column {column}: not the expected document")]
    Json {
        /// One-based line, 0 where a value can't be written as JSON.
        line: usize,
        /// One-based column, 0 where a value can't be written as JSON.
        column: usize,
    },
    /// The operating system refused.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// An earlier write failed half-way.
    #[error("an earlier write to the store failed")]
    Reopen,
}

impl StoreError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            StoreError::NotFound { .. } => "check the path, or make a store there",
            StoreError::AlreadyExists { .. } => "open it, or choose another path; no store is written over",
            StoreError::InUse { .. } => {
                "stop the other process that works with it, or wait until it has ended"
            }
            StoreError::NotAStore { .. } => "check the path",
            StoreError::OtherVersion { .. } => "use the program that made it, or a newer one",
            StoreError::Damaged { .. } => {
                "restore the file from your newest backup; keep this one to examine it"
            }
            StoreError::WrongPassphrase => "type it again; without it nothing in the store can be read",
            StoreError::WrongKeyFile => "name the key file that the store was made with",
            StoreError::OtherOpener { wanted: OpenerKind::Passphrase } => "give the passphrase instead",
            StoreError::OtherOpener { wanted: OpenerKind::KeyFile } => "name the key file instead",
            StoreError::BadKeyFile { .. } => "name a file as `age-keygen` writes it",
            StoreError::EmptyPassphrase => "choose one that nobody guesses",
            StoreError::Occupied { .. } => "use what is there: it may have been signed or sent already",
            StoreError::Gap { .. } => "append the entries in order",
            StoreError::Undelivered { .. } => "deliver it first",
            StoreError::Io { error, .. } if error.kind() == io::ErrorKind::StorageFull => {
                "make room, then open the store again: what was durable is still there"
            }
            StoreError::Reopen => "open it again: what was durable is still there",
            _ => return None,
        })
    }

    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> StoreError + '_ {
        |error| StoreError::Io { path: path.display().to_string(), error }
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        StoreError::Damaged { what: what.into() }
    }
}

/// What the database says, without the path that only the opener knows.
impl From<redb::Error> for StoreError {
    fn from(error: redb::Error) -> Self {
        match error {
            redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => {
                StoreError::InUse { path: "store".into() }
            }
            redb::Error::UpgradeRequired(found) => StoreError::OtherVersion { found: u32::from(found) },
            redb::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                StoreError::damaged("the file ends too early")
            }
            redb::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                StoreError::NotAStore { path: "store".into() }
            }
            redb::Error::Io(error) => StoreError::Io { path: "store".into(), error },
            redb::Error::PreviousIo | redb::Error::DatabaseClosed => StoreError::Reopen,
            other => StoreError::Damaged { what: other.to_string() },
        }
    }
}

/// The database has one error type for each of its calls.
pub(crate) fn database(error: impl Into<redb::Error>) -> StoreError {
    error.into().into()
}

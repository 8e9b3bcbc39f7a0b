//! The state directory: what is there is whole, and what is not whole stops the service.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use solvency_verifier::Bytes32;
use solvency_verifier::position::{MAX_POSITION_BYTES, Position};
use solvency_verifier::totals::{MAX_TOTALS_BYTES, Totals};
use solvency_verifier::trust::{PreparedTrust, Seen, Trust};

use crate::config::PositionConfig;
use crate::error::StartError;

/// The format of receipts that this version reads and writes.
pub const RECEIPT_FORMAT: &str = "solvency-receipt/1";
/// Longest trust file that is read, in bytes. The venue's own file: a bound against the wrong file.
const MAX_TRUST_BYTES: usize = 16 << 20;
const MAX_RECEIPT_BYTES: usize = 256 << 10;

/// The last counted bundle, so that whoever got no answer gets one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Receipt {
    pub(crate) format: String,
    /// SHA-256 of the bundle's bytes.
    pub(crate) bundle: Bytes32,
    pub(crate) registry: Bytes32,
    /// The marks that it set; where they are not the position's it is of something that was not counted.
    pub(crate) shows: Seen,
    /// The verdict as it was answered.
    pub(crate) verdict: Value,
}

/// A position's two files.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    directory: PathBuf,
    name: String,
}

impl Place {
    pub(crate) fn new(directory: &Path, name: &str) -> Self {
        Place { directory: directory.into(), name: name.into() }
    }

    pub(crate) fn position(&self) -> PathBuf {
        self.directory.join(format!("{}.position.json", self.name))
    }

    pub(crate) fn receipt(&self) -> PathBuf {
        self.directory.join(format!("{}.receipt.json", self.name))
    }

    /// The position. No file is an error.
    pub(crate) fn read_position(&self) -> Result<Position, StartError> {
        let path = self.position();
        let document = match read_own(&path, MAX_POSITION_BYTES) {
            Err(StartError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                return Err(StartError::Missing { name: self.name.clone(), path });
            }
            other => other?,
        };
        Position::from_json(&document).map_err(|error| StartError::Position { path, error })
    }

    /// The receipt, where there is one.
    pub(crate) fn read_receipt(&self) -> Result<Option<Receipt>, StartError> {
        let path = self.receipt();
        let document = match read_own(&path, MAX_RECEIPT_BYTES) {
            Err(StartError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                return Ok(None);
            }
            other => other?,
        };
        let refused = |message: String| StartError::Receipt { path: path.clone(), message };
        let receipt: Receipt =
            serde_json::from_slice(&document).map_err(|error| refused(error.to_string()))?;
        if receipt.format != RECEIPT_FORMAT {
            return Err(refused(format!("format is {:?}, expected {RECEIPT_FORMAT:?}", receipt.format)));
        }
        Ok(Some(receipt))
    }

    pub(crate) fn write_position(&self, position: &Position) -> io::Result<()> {
        write(&self.position(), &serde_json::to_vec_pretty(position)?)
    }

    /// As [`Self::write_position`], but for the last step.
    pub(crate) fn stage_position(&self, position: &Position) -> io::Result<Staged> {
        stage(&self.position(), &serde_json::to_vec_pretty(position)?)
    }

    pub(crate) fn write_receipt(&self, receipt: &Receipt) -> io::Result<()> {
        write(&self.receipt(), &serde_json::to_vec_pretty(receipt)?)
    }
}

/// Opens a position: writes the file of one that was never covered. Done once; [`crate::run`] never does it.
///
/// # Errors
/// [`StartError::AlreadyOpen`] where its file is there; what else keeps a position from being loaded.
pub fn open_position(state: &Path, position: &PositionConfig, now: u64) -> Result<(), StartError> {
    position.check()?;
    check_directory(state)?;
    let _lock = lock(state)?;
    let place = Place::new(state, &position.name);
    let path = place.position();
    if path.symlink_metadata().is_ok() {
        return Err(StartError::AlreadyOpen { name: position.name.clone(), path });
    }
    let trust = read_trust(&position.trust)?;
    let opened = Position::open(trust.trust(), position.bands, now)
        .map_err(|error| StartError::Position { path: path.clone(), error: error.into() })?;
    place.write_position(&opened).map_err(StartError::file(&path))
}

/// Reads and prepares a trust file.
pub(crate) fn read_trust(path: &Path) -> Result<PreparedTrust, StartError> {
    let document = read_own(path, MAX_TRUST_BYTES)?;
    Trust::from_json(&document).map_err(|error| StartError::Trust { path: path.into(), error })
}

/// Attaches the custodian's totals to the current trust file, the first; and to the one before, if they hold under it too.
pub(crate) fn attach_totals(trusts: &mut [PreparedTrust], path: &Path, now: u64) -> Result<(), StartError> {
    let refused = |error| StartError::Totals { path: path.into(), error };
    let totals = Totals::from_json(&read_own(path, MAX_TOTALS_BYTES)?).map_err(refused)?;
    if let Some((current, before)) = trusts.split_first_mut() {
        current.attach_totals(&totals, now, None).map_err(refused)?;
        for trust in before {
            // Under another registry they don't: its bundles are then refused for want of totals, if it asks for them.
            let _ = trust.attach_totals(&totals, now, None);
        }
    }
    Ok(())
}

/// Nobody else may write to the directory.
pub(crate) fn check_directory(path: &Path) -> Result<(), StartError> {
    let metadata = fs::metadata(path).map_err(StartError::file(path))?;
    if !metadata.is_dir() {
        return Err(StartError::file(path)(io::Error::from(io::ErrorKind::NotADirectory)));
    }
    refuse_mode(path, &metadata, 0o022, "write", "700")
}

/// The lock of a state directory, held for as long as the file lives.
pub(crate) fn lock(directory: &Path) -> Result<File, StartError> {
    let path = directory.join("lock");
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    let file = with_mode(&mut options).open(&path).map_err(StartError::file(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::InUse { path }),
        Err(TryLockError::Error(source)) => Err(StartError::File { path, source }),
    }
}

/// A secret that nobody else may read.
pub(crate) fn read_secret(path: &Path, allowed: usize) -> Result<Vec<u8>, StartError> {
    read(path, allowed, 0o077, "read", "600")
}

/// A file that nobody else may write to.
fn read_own(path: &Path, allowed: usize) -> Result<Vec<u8>, StartError> {
    read(path, allowed, 0o022, "write", "600")
}

fn read(
    path: &Path,
    allowed: usize,
    refused: u32,
    what: &'static str,
    mode: &'static str,
) -> Result<Vec<u8>, StartError> {
    let file = File::open(path).map_err(StartError::file(path))?;
    let metadata = file.metadata().map_err(StartError::file(path))?;
    refuse_mode(path, &metadata, refused, what, mode)?;
    let too_long = || io::Error::new(io::ErrorKind::FileTooLarge, format!("longer than {allowed} bytes"));
    if !metadata.is_file() {
        return Err(StartError::file(path)(io::Error::other("not a file")));
    }
    // With its whole length from the start: a secret is not left behind in memory by a buffer that grows.
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(allowed).min(allowed) + 2);
    let limit = u64::try_from(allowed).unwrap_or(u64::MAX).saturating_add(1);
    file.take(limit).read_to_end(&mut bytes).map_err(StartError::file(path))?;
    if bytes.len() > allowed { Err(StartError::file(path)(too_long())) } else { Ok(bytes) }
}

#[cfg(unix)]
fn refuse_mode(
    path: &Path,
    metadata: &fs::Metadata,
    refused: u32,
    what: &'static str,
    mode: &'static str,
) -> Result<(), StartError> {
    use std::os::unix::fs::PermissionsExt;
    if metadata.permissions().mode() & refused == 0 {
        Ok(())
    } else {
        Err(StartError::Open { path: path.into(), what, mode })
    }
}

#[cfg(not(unix))]
fn refuse_mode(
    _: &Path,
    _: &fs::Metadata,
    _: u32,
    _: &'static str,
    _: &'static str,
) -> Result<(), StartError> {
    Ok(())
}

fn with_mode(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// A file that is written and synced beside its place.
pub(crate) struct Staged {
    beside: PathBuf,
    path: PathBuf,
}

impl Staged {
    /// Puts it in its place, in one step.
    pub(crate) fn put(self) -> io::Result<()> {
        fs::rename(&self.beside, &self.path)?;
        #[cfg(unix)]
        File::open(self.path.parent().unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(())
    }
}

fn stage(path: &Path, bytes: &[u8]) -> io::Result<Staged> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default();
    let beside = directory.join(format!(".{}.part", name.to_string_lossy()));
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    let mut file = with_mode(options.write(true).create_new(true)).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(Staged { beside, path: path.into() })
}

/// Replaces a file in one step: written beside its place, synced, renamed, the directory synced.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    stage(path, bytes)?.put()
}

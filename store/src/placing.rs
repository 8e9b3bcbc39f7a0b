//! Files outside the store: written beside their place, synced, renamed, the folder synced.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::StoreError;

/// Who may read a published file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Access {
    /// Whoever the umask lets.
    Public,
    /// The owner alone: mode 0600.
    Secret,
}

/// The folder of a path.
pub(crate) fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Replaces a file in one step by way of a temporary file of a known name in the same folder.
pub(crate) fn write(path: &Path, temporary: &str, bytes: &[u8], access: Access) -> Result<(), StoreError> {
    fs::create_dir_all(folder(path)).map_err(StoreError::io(folder(path)))?;
    let beside = folder(path).join(temporary);
    let written = write_beside(&beside, bytes, access).and_then(|()| fs::rename(&beside, path));
    if let Err(error) = written {
        // The next attempt removes it where this one can't.
        let _ = fs::remove_file(&beside);
        return Err(StoreError::io(path)(error));
    }
    sync_folder(path)
}

fn write_beside(path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
    remove_if_there(path)?;
    let mut file = create_new(path, access)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Whether a file holds these bytes and, where it is secret, is the owner's alone; then it is also durable.
pub(crate) fn holds(path: &Path, bytes: &[u8], access: Access) -> Result<bool, StoreError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(StoreError::io(path)(error)),
    };
    let metadata = file.metadata().map_err(StoreError::io(path))?;
    if !metadata.is_file() || metadata.len() != bytes.len() as u64 || !kept_from_others(&metadata, access) {
        return Ok(false);
    }
    let mut there = zeroize::Zeroizing::new(Vec::with_capacity(bytes.len() + 1));
    (&file).take(bytes.len() as u64 + 1).read_to_end(&mut there).map_err(StoreError::io(path))?;
    if there.as_slice() != bytes {
        return Ok(false);
    }
    file.sync_all().map_err(StoreError::io(path))?;
    sync_folder(path)?;
    Ok(true)
}

/// Writes a secret where nothing is yet.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut file = tempfile::Builder::new()
        .prefix(".solvency-")
        .tempfile_in(folder(path))
        .map_err(StoreError::io(path))?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(StoreError::io(path))?;
    move_to_new(file.into_temp_path(), path)
}

/// Moves a file to where nothing is yet.
pub(crate) fn move_to_new(from: tempfile::TempPath, path: &Path) -> Result<(), StoreError> {
    from.persist_noclobber(path).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => StoreError::AlreadyExists { path: path.display().to_string() },
        _ => StoreError::io(path)(error.error),
    })?;
    sync_folder(path)
}

/// A new file beside a store's place, mode 0600, in which the store is made. No two attempts share one.
pub(crate) fn beside_store(path: &Path) -> Result<tempfile::NamedTempFile, StoreError> {
    let file = tempfile::Builder::new()
        .prefix(&unfinished(path)?)
        .suffix(UNFINISHED)
        .tempfile_in(folder(path))
        .map_err(StoreError::io(folder(path)))?;
    Ok(file)
}

/// Removes what programs left that ended while they made the store; it is there now.
pub(crate) fn remove_unfinished(path: &Path) -> Result<(), StoreError> {
    let beginning = unfinished(path)?;
    for entry in fs::read_dir(folder(path)).map_err(StoreError::io(folder(path)))? {
        let entry = entry.map_err(StoreError::io(folder(path)))?;
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        if name.starts_with(beginning.as_encoded_bytes()) && name.ends_with(UNFINISHED.as_bytes()) {
            remove_if_there(&entry.path()).map_err(StoreError::io(&entry.path()))?;
        }
    }
    Ok(())
}

/// The end of the name of a file in which a store is made.
const UNFINISHED: &str = ".creating";

/// Its beginning.
fn unfinished(path: &Path) -> Result<OsString, StoreError> {
    let name = path.file_name().ok_or_else(|| StoreError::Target { target: path.display().to_string() })?;
    let mut beginning = OsString::from(".");
    beginning.push(name);
    beginning.push(".");
    Ok(beginning)
}

/// A new file.
fn create_new(path: &Path, access: Access) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(if access == Access::Secret { 0o600 } else { 0o644 });
    }
    #[cfg(not(unix))]
    let _ = access;
    options.open(path)
}

pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(unix)]
fn kept_from_others(metadata: &fs::Metadata, access: Access) -> bool {
    use std::os::unix::fs::PermissionsExt;
    access == Access::Public || metadata.permissions().mode() & 0o077 == 0
}

#[cfg(not(unix))]
fn kept_from_others(_: &fs::Metadata, _: Access) -> bool {
    true
}

/// Takes a file from everyone but its owner.
pub(crate) fn keep_from_others(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata = fs::metadata(path).map_err(StoreError::io(path))?;
        if metadata.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(StoreError::io(path))?;
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

fn sync_folder(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    File::open(folder(path)).and_then(|folder| folder.sync_all()).map_err(StoreError::io(folder(path)))?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

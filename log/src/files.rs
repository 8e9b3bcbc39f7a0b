//! Files that are whole or not there: written beside their place, synced, renamed, the folder synced.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::error::LogError;

/// The folder of a path.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Replaces a file in one step. Folders below `base` are made; what an attempt left that was cut off is overwritten.
pub(crate) fn write(base: &Path, path: &Path, bytes: &[u8]) -> Result<(), LogError> {
    make_folders(base, folder(path))?;
    let beside = beside(path);
    let written = write_beside(&beside, bytes).and_then(|()| step()).and_then(|()| fs::rename(&beside, path));
    written.map_err(LogError::io(path))?;
    step().and_then(|()| sync(folder(path))).map_err(LogError::io(path))
}

fn write_beside(path: &Path, bytes: &[u8]) -> io::Result<()> {
    step()?;
    remove_if_there(path)?;
    let mut file = new_file(path, 0o644)?;
    step()?;
    file.write_all(bytes)?;
    step()?;
    file.sync_all()
}

/// The name of the temporary file: no file of a log begins with a dot, so nothing is taken for one.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".part");
    folder(path).join(name)
}

/// Makes a folder and syncs every folder that got a new one.
pub(crate) fn make_folders(base: &Path, path: &Path) -> Result<(), LogError> {
    if path.is_dir() {
        return Ok(());
    }
    step().and_then(|()| fs::create_dir_all(path)).map_err(LogError::io(path))?;
    for above in path.ancestors().skip(1).filter(|above| !above.as_os_str().is_empty()) {
        sync(above).map_err(LogError::io(above))?;
        if above == base {
            break;
        }
    }
    Ok(())
}

/// The whole file, or nothing where there is none.
pub(crate) fn read(path: &Path, allowed: u64) -> Result<Option<Vec<u8>>, LogError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(LogError::io(path)(error)),
    };
    let metadata = file.metadata().map_err(LogError::io(path))?;
    if !metadata.is_file() {
        return Err(LogError::damaged(path, "not a file"));
    }
    let mut bytes = Vec::new();
    file.take(allowed.saturating_add(1)).read_to_end(&mut bytes).map_err(LogError::io(path))?;
    if bytes.len() as u64 > allowed {
        let got = metadata.len();
        return Err(LogError::TooLong { path: path.display().to_string(), got, allowed });
    }
    Ok(Some(bytes))
}

/// Holds a lock for as long as the file lives.
pub(crate) fn lock(path: &Path) -> Result<File, LogError> {
    let mut options = OpenOptions::new();
    let file = options.create(true).truncate(false).write(true).open(path).map_err(LogError::io(path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LogError::InUse { path: path.display().to_string() }),
        Err(TryLockError::Error(error)) => Err(LogError::io(path)(error)),
    }
}

/// As [`lock`], when another one ends.
pub(crate) fn lock_in_turn(path: &Path) -> Result<File, LogError> {
    let mut options = OpenOptions::new();
    let file = options.create(true).truncate(false).write(true).open(path).map_err(LogError::io(path))?;
    file.lock().map_err(LogError::io(path))?;
    Ok(file)
}

/// Writes a secret, mode 0600, where nothing is yet.
pub(crate) fn write_secret(path: &Path, text: &str) -> Result<(), LogError> {
    let mut file = new_file(path, 0o600).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => LogError::AlreadyExists { path: path.display().to_string() },
        _ => LogError::io(path)(error),
    })?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.and_then(|()| sync(folder(path))).map_err(LogError::io(path))
}

/// Reads a secret that is the owner's alone.
pub(crate) fn read_secret(path: &Path, allowed: u64) -> Result<Zeroizing<String>, LogError> {
    let file = File::open(path).map_err(LogError::io(path))?;
    let metadata = file.metadata().map_err(LogError::io(path))?;
    if readable_by_others(&metadata) {
        return Err(LogError::Readable { path: path.display().to_string() });
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(allowed as usize + 1));
    file.take(allowed + 1).read_to_end(&mut bytes).map_err(LogError::io(path))?;
    let secret = |what| LogError::Secret { path: path.display().to_string(), what };
    if bytes.len() as u64 > allowed {
        return Err(secret("too long"));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| secret("not text"))?;
    Ok(Zeroizing::new(text.into()))
}

#[cfg(unix)]
fn readable_by_others(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn readable_by_others(_: &fs::Metadata) -> bool {
    false
}

fn new_file(path: &Path, mode: u32) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(mode);
    }
    #[cfg(not(unix))]
    let _ = mode;
    options.open(path)
}

pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn sync(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder).and_then(|folder| folder.sync_all())?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// A moment at which the machine may stop. In tests one of them does.
#[cfg(not(test))]
fn step() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
pub(crate) use faults::{fail_at, step};

#[cfg(test)]
mod faults {
    use std::cell::Cell;
    use std::io;

    thread_local! { static LEFT: Cell<Option<u64>> = const { Cell::new(None) }; }

    /// From the step of this number on everything fails; nothing does with `None`.
    pub(crate) fn fail_at(step: Option<u64>) {
        LEFT.set(step);
    }

    pub(crate) fn step() -> io::Result<()> {
        match LEFT.get() {
            None => Ok(()),
            Some(0) => Err(io::Error::other("the machine stopped")),
            Some(left) => {
                LEFT.set(Some(left - 1));
                Ok(())
            }
        }
    }
}

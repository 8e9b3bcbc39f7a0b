//! Files that matter: read with a bound, written to a temporary file, synced and renamed.
//!
//! A crash leaves the old file or the new one, never half of one.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Serialize, de::DeserializeOwned};
use tempfile::{NamedTempFile, TempDir};

/// Why a file can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The operating system refused.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// Longer than what is read.
    #[error("{path}: longer than the {allowed} bytes that are read")]
    TooLong {
        /// The file.
        path: String,
        /// Most bytes that are read.
        allowed: u64,
    },
    /// Not the expected JSON document.
    #[error("{path}: line {line}, column {column}: {message}")]
    Json {
        /// The file.
        path: String,
        /// One-based line.
        line: usize,
        /// One-based column.
        column: usize,
        /// What was found and what is allowed.
        message: String,
    },
    /// Not UTF-8 text.
    #[error("{path}: not UTF-8 text")]
    NotText {
        /// The file.
        path: String,
    },
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> FileError + '_ {
    |error| FileError::Io { path: path.display().to_string(), error }
}

/// Longest JSON document that is read, in bytes.
pub const MAX_JSON_BYTES: u64 = 64 << 20;

/// Reads a whole file of at most `allowed` bytes.
///
/// # Errors
/// [`FileError::Io`], [`FileError::TooLong`].
pub fn read_bytes(path: &Path, allowed: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(io_error(path))?;
    file.take(allowed.saturating_add(1)).read_to_end(&mut bytes).map_err(io_error(path))?;
    if bytes.len() as u64 > allowed {
        return Err(FileError::TooLong { path: path.display().to_string(), allowed });
    }
    Ok(bytes)
}

/// Reads a text file of at most `allowed` bytes.
///
/// # Errors
/// [`FileError`].
pub fn read_text(path: &Path, allowed: u64) -> Result<String, FileError> {
    String::from_utf8(read_bytes(path, allowed)?)
        .map_err(|_| FileError::NotText { path: path.display().to_string() })
}

/// Reads a strict JSON document.
///
/// # Errors
/// [`FileError`], with line and column where the document is not of the type.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, FileError> {
    let bytes = zeroize::Zeroizing::new(read_bytes(path, MAX_JSON_BYTES)?);
    serde_json::from_slice(&bytes).map_err(|error| FileError::Json {
        path: path.display().to_string(),
        line: error.line(),
        column: error.column(),
        message: error.to_string(),
    })
}

/// Who may read a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Whoever the umask lets.
    Public,
    /// The owner alone: mode 0600.
    Secret,
}

/// Replaces a file in one step.
///
/// # Errors
/// [`FileError::Io`]; the old file is then still there.
pub fn write_atomically(path: &Path, bytes: &[u8], access: Access) -> Result<(), FileError> {
    let file = temporary(path, bytes, access)?;
    file.persist(path).map_err(|error| io_error(path)(error.error))?;
    sync_directory(path)
}

/// Replaces a file in one step by what is written to it, as it comes.
///
/// # Errors
/// [`FileError::Io`]; the old file is then still there.
pub fn write_atomically_with(
    path: &Path,
    access: Access,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), FileError> {
    let file = temporary_with(path, access, write)?;
    file.persist(path).map_err(|error| io_error(path)(error.error))?;
    sync_directory(path)
}

/// Writes a secret to a file that must not exist yet.
///
/// # Errors
/// [`FileError::Io`], also where the file exists.
pub fn write_new_secret(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let file = temporary(path, bytes, Access::Secret)?;
    file.persist_noclobber(path).map_err(|error| io_error(path)(error.error))?;
    sync_directory(path)
}

/// Writes a JSON document with a final line break, in one step.
///
/// # Errors
/// [`FileError::Io`].
pub fn write_json<T: Serialize>(path: &Path, value: &T, access: Access) -> Result<(), FileError> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| FileError::Io { path: path.display().to_string(), error: error.into() })?;
    let mut text = zeroize::Zeroizing::new(text);
    text.push('\n');
    write_atomically(path, text.as_bytes(), access)
}

/// Replaces several files of a folder: none is touched before all are written beside them.
///
/// # Errors
/// [`FileError::Io`].
pub fn write_together(folder: &Path, files: &[(&str, Vec<u8>)], access: Access) -> Result<(), FileError> {
    let written: Vec<_> = files
        .iter()
        .map(|(name, bytes)| {
            let path = folder.join(name);
            if path.is_dir() {
                return Err(io_error(&path)(io::ErrorKind::IsADirectory.into()));
            }
            Ok((temporary(&path, bytes, access)?, path))
        })
        .collect::<Result<_, _>>()?;
    for (file, path) in written {
        file.persist(&path).map_err(|error| io_error(&path)(error.error))?;
        sync_directory(&path)?;
    }
    Ok(())
}

/// A folder that is filled beside its place and moved there in one step: mode 0700. Dropped before, nothing of it stays; after a kill, a
/// folder `.solvency-…` does.
pub struct NewFolder {
    folder: TempDir,
    place: PathBuf,
}

impl NewFolder {
    /// Begins a folder for a place where nothing is.
    ///
    /// # Errors
    /// [`FileError::Io`], also where something is there.
    pub fn beside(place: &Path) -> Result<Self, FileError> {
        refuse_existing(place)?;
        let parent = parent(place);
        fs::create_dir_all(parent).map_err(io_error(parent))?;
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o700));
        }
        let folder = builder.prefix(".solvency-").tempdir_in(parent).map_err(io_error(place))?;
        Ok(NewFolder { folder, place: place.to_owned() })
    }

    /// Writes a new file below it, for its owner alone.
    ///
    /// # Errors
    /// [`FileError::Io`], also where the file is there.
    pub fn write_secret(&self, name: &Path, bytes: &[u8]) -> Result<(), FileError> {
        write_new_secret(&self.folder.path().join(name), bytes)
    }

    /// Moves it to its place.
    ///
    /// # Errors
    /// [`FileError::Io`], also where something is there by now.
    pub fn finish(self) -> Result<(), FileError> {
        refuse_existing(&self.place)?;
        sync_directory(&self.folder.path().join("any"))?;
        fs::rename(self.folder.path(), &self.place).map_err(io_error(&self.place))?;
        // What was moved is no longer to be removed.
        let _ = self.folder.keep();
        sync_directory(&self.place)
    }
}

fn refuse_existing(place: &Path) -> Result<(), FileError> {
    match place.symlink_metadata() {
        Ok(_) => Err(io_error(place)(io::ErrorKind::AlreadyExists.into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(io_error(place)(error)),
    }
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn temporary(path: &Path, bytes: &[u8], access: Access) -> Result<NamedTempFile, FileError> {
    temporary_with(path, access, |file| file.write_all(bytes))
}

fn temporary_with(
    path: &Path,
    access: Access,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<NamedTempFile, FileError> {
    let directory = parent(path);
    fs::create_dir_all(directory).map_err(io_error(directory))?;
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = if access == Access::Secret { 0o600 } else { 0o644 };
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = access;
    let mut file = builder.prefix(".solvency-").tempfile_in(directory).map_err(io_error(path))?;
    write(&mut file).map_err(io_error(path))?;
    file.as_file().sync_all().map_err(io_error(path))?;
    Ok(file)
}

fn sync_directory(path: &Path) -> Result<(), FileError> {
    #[cfg(unix)]
    {
        let parent = parent(path);
        File::open(parent).and_then(|directory| directory.sync_all()).map_err(io_error(parent))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        write_json(&path, &1, Access::Public).unwrap();
        let blocked = path.join("below-a-file.json");
        assert!(matches!(write_json(&blocked, &2, Access::Public), Err(FileError::Io { .. })));
        assert_eq!(read_json::<u8>(&path).unwrap(), 1);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_write_that_fails_half_way_leaves_the_old_file_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        fs::write(&path, b"old").unwrap();
        let failed = write_atomically_with(&path, Access::Public, |file| {
            file.write_all(b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert!(
            matches!(failed, Err(FileError::Io { error, .. }) if error.kind() == io::ErrorKind::StorageFull)
        );
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn files_are_written_together_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("new");
        let files = [("a", b"1".to_vec()), ("b", b"2".to_vec())];
        write_together(&folder, &files, Access::Public).unwrap();
        assert_eq!(fs::read(folder.join("b")).unwrap(), b"2");
        fs::remove_file(folder.join("b")).unwrap();
        fs::create_dir(folder.join("b")).unwrap();
        let files = [("a", b"3".to_vec()), ("b", b"4".to_vec())];
        let failed = write_together(&folder, &files, Access::Public);
        assert!(matches!(failed, Err(FileError::Io { path, .. }) if path.ends_with('b')));
        assert_eq!(fs::read(folder.join("a")).unwrap(), b"1");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    }

    #[test]
    fn a_folder_is_there_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("below/new");
        let folder = NewFolder::beside(&place).unwrap();
        folder.write_secret(Path::new("a/b"), b"1").unwrap();
        assert!(matches!(folder.write_secret(Path::new("a/b"), b"2"), Err(FileError::Io { .. })));
        drop(folder);
        assert_eq!(fs::read_dir(dir.path().join("below")).unwrap().count(), 0);

        let folder = NewFolder::beside(&place).unwrap();
        folder.write_secret(Path::new("a/b"), b"1").unwrap();
        folder.finish().unwrap();
        assert_eq!(fs::read(place.join("a/b")).unwrap(), b"1");
        assert_eq!(fs::read_dir(dir.path().join("below")).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&place), mode(&place.join("a/b"))), (0o700, 0o600));
        }
        let there = |result: Result<(), FileError>| {
            assert!(
                matches!(result, Err(FileError::Io { error, .. }) if error.kind() == io::ErrorKind::AlreadyExists)
            );
        };
        there(NewFolder::beside(&place).map(drop));
        // Also where it came meanwhile, empty or not.
        let late = dir.path().join("late");
        let folder = NewFolder::beside(&late).unwrap();
        fs::create_dir(&late).unwrap();
        there(folder.finish());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_file_of_exactly_the_bound_is_read_and_one_byte_more_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        fs::write(&path, [0u8; 9]).unwrap();
        assert_eq!(read_bytes(&path, 9).unwrap().len(), 9);
        assert!(matches!(read_bytes(&path, 8), Err(FileError::TooLong { allowed: 8, .. })));
    }

    #[test]
    fn errors_say_where() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        fs::write(&path, "[1,\n 2.5]").unwrap();
        let error = read_json::<Vec<u8>>(&path).unwrap_err();
        assert!(matches!(error, FileError::Json { line: 2, .. }), "{error}");
    }
}

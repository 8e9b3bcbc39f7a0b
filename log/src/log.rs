//! A log's own files: entries, tiles and the checkpoint, written by one process at a time (spec/log.md, "Files").

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use solvency_verifier::encoding::Bytes32;
use solvency_verifier::log::{
    Checkpoint, Cosignature, Hash, KeyKind, MAX_NOTE_BYTES, Note, NoteSignature, SignatureLineError,
    VerifierKey, epoch_origin, leaf_hash, root_of,
};

use crate::error::LogError;
use crate::files;
use crate::keys::SecretKey;
use crate::request::AddCheckpoint;
use crate::tiles::{Row, Tile, WIDTH, hash_tiles};
use crate::tree::Tree;

/// Where the checkpoint is.
pub(crate) const CHECKPOINT: &str = "checkpoint";
/// Where checkpoints are that a witness was asked to cosign, each under its size.
pub(crate) const KEPT: &str = "checkpoints";

/// What became of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Appended {
    /// It is in the log now.
    New,
    /// It was there already, the same.
    AlreadyThere,
}

/// The log of an account's epoch, open for writing. Its lock is held until it is dropped.
pub struct Log {
    root: PathBuf,
    dir: PathBuf,
    origin: String,
    entries: Vec<[u8; 32]>,
    leaves: Vec<Hash>,
    failed: bool,
    _lock: File,
}

impl Log {
    /// Opens the log of an epoch below a folder, or begins it. Tiles that a crash left out are written.
    ///
    /// # Errors
    /// [`LogError::Key`] where `log_origin` can't name a log, [`LogError::InUse`], [`LogError::Damaged`] where a file holds something else than
    /// it should, [`LogError::Inconsistent`] where the checkpoint is not of the beginning of the entries, [`LogError::Io`].
    pub fn open(root: &Path, log_origin: &str, epoch: u64) -> Result<Self, LogError> {
        let origin = epoch_origin(log_origin, epoch)?;
        let dir = root.join(epoch.to_string());
        files::make_folders(root, &dir)?;
        let lock = files::lock(&dir.join(".lock"))?;
        let entries = read_entries(&dir)?;
        let leaves = entries.iter().map(|entry| leaf_hash(entry)).collect();
        let log = Log { root: root.into(), dir, origin, entries, leaves, failed: false, _lock: lock };
        log.write_tiles()?;
        log.checked_checkpoint()?;
        Ok(log)
    }

    /// Origin of the log, with the epoch.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The folder that is served.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Entries that are there, of which the checkpoint may cover fewer.
    pub fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Appends the digest of a [`solvency_verifier::log::LogEntry`] at its sequence number. It is durable when this returns.
    ///
    /// # Errors
    /// As [`Self::append_all`].
    pub fn append(&mut self, index: u64, entry: &Bytes32) -> Result<Appended, LogError> {
        Ok(if self.append_all(index, std::slice::from_ref(entry))? == 0 {
            Appended::AlreadyThere
        } else {
            Appended::New
        })
    }

    /// Appends entries from an index on, of which the first may be there already; answers how many are new. They are durable when this
    /// returns; where it fails, some of them may be.
    ///
    /// # Errors
    /// [`LogError::Equivocation`] where an index has another entry (then nothing is appended), [`LogError::Gap`] beyond the next index,
    /// [`LogError::Io`], [`LogError::Damaged`]; after these two, [`LogError::Reopen`].
    pub fn append_all(&mut self, first: u64, entries: &[Bytes32]) -> Result<u64, LogError> {
        if self.failed {
            return Err(LogError::Reopen);
        }
        let size = self.size();
        let known = usize::try_from(first).ok().and_then(|first| self.entries.get(first..));
        let known = known.ok_or(LogError::Gap { index: first, size })?;
        if let Some(at) = known.iter().zip(entries).position(|(there, entry)| *there != entry.0) {
            return Err(LogError::Equivocation { index: first + at as u64 });
        }
        let new = entries.get(known.len()..).unwrap_or_default();
        if new.is_empty() {
            return Ok(0);
        }
        self.entries.extend(new.iter().map(|entry| entry.0));
        self.leaves.extend(new.iter().map(|entry| leaf_hash(&entry.0)));
        let written = self.write_entries(size).and_then(|()| self.write_tiles());
        self.failed = written.is_err();
        written.map(|()| new.len() as u64)
    }

    /// Signs a checkpoint of all entries and puts it where it is served. The one that is there stays, with its cosignatures, where it is of
    /// the same size and signed by the same key.
    ///
    /// # Errors
    /// [`LogError::Kind`] for a key that does not sign notes, [`LogError::Inconsistent`] where the checkpoint that is there is not of the
    /// beginning of the entries, [`LogError::Reopen`], [`LogError::Io`].
    pub fn sign_checkpoint(&mut self, key: &SecretKey) -> Result<Note, LogError> {
        if self.failed {
            return Err(LogError::Reopen);
        }
        key.expect_kind(KeyKind::Note)?;
        let signs_as = VerifierKey::new(&self.origin, KeyKind::Note, key.verifier_key().public())?;
        let head = Checkpoint {
            origin: self.origin.clone(),
            size: self.size(),
            root: root_of(&self.leaves),
            extensions: Vec::new(),
        };
        if let Some((note, there)) = self.checked_checkpoint()?
            && there == head
            && note.check_signed_by(&signs_as).is_ok()
        {
            return Ok(note);
        }
        let mut note = Note::new(&head.to_string())?;
        note.add(key.line(&signs_as, None, note.text().as_bytes()))?;
        self.write_checkpoint(&note)?;
        Ok(note)
    }

    /// The checkpoint that is served.
    ///
    /// # Errors
    /// [`LogError::NoCheckpoint`]; [`LogError::Inconsistent`], [`LogError::Damaged`], [`LogError::Io`].
    pub fn checkpoint(&self) -> Result<Note, LogError> {
        self.checked_checkpoint()?.map(|(note, _)| note).ok_or(LogError::NoCheckpoint)
    }

    /// Adds a witness's line to the checkpoint that it is of: the one that is served, or an earlier one that a witness was asked to cosign
    /// ([`Self::request`]). A later line of the same key takes the place of an earlier. Answers that checkpoint.
    ///
    /// # Errors
    /// [`LogError::Note`] where the line is none, or no cosignature of any of these by this key, [`LogError::NoCheckpoint`],
    /// [`LogError::Damaged`], [`LogError::Io`].
    pub fn add_cosignature(&mut self, line: &str, witness: &VerifierKey) -> Result<Note, LogError> {
        let line = NoteSignature::parse_line(line).map_err(|error: SignatureLineError| {
            solvency_verifier::log::NoteError::Line { line: 0, error }
        })?;
        let (served, head) = self.checked_checkpoint()?.ok_or(LogError::NoCheckpoint)?;
        let missed = match with_line(&served, &line, witness) {
            Ok(cosigned) => {
                // Kept first: where this stops in between, what is kept has at least the lines of what is served.
                self.keep(&served, head.size, Some((&line, witness)))?;
                self.write_checkpoint(&cosigned)?;
                return Ok(cosigned);
            }
            Err(error) => error,
        };
        for size in kept_sizes(&self.dir)?.into_iter().rev() {
            let Some((kept, _)) = read_checkpoint(&self.kept_path(size))? else { continue };
            if with_line(&kept, &line, witness).is_ok() {
                return self.keep(&kept, size, Some((&line, witness)));
            }
        }
        Err(missed)
    }

    /// What a witness that knows the log up to this size is asked to cosign. The checkpoint is kept, so that its cosignature finds it also
    /// where a larger one is served by then.
    ///
    /// # Errors
    /// [`LogError::NoCheckpoint`], [`LogError::Proof`] where the witness knows more than the checkpoint has, [`LogError::Io`].
    pub fn request(&self, old: u64) -> Result<AddCheckpoint, LogError> {
        let (checkpoint, head) = self.checked_checkpoint()?.ok_or(LogError::NoCheckpoint)?;
        let proof = Tree { dir: &self.dir, size: head.size, stored: self.size() }.consistency(old)?;
        self.keep(&checkpoint, head.size, None)?;
        Ok(AddCheckpoint { old, proof, checkpoint })
    }

    /// Proof that an entry is in the tree of a size.
    ///
    /// # Errors
    /// [`LogError::Proof`] where there is no such entry or size, [`LogError::Damaged`], [`LogError::Io`].
    pub fn inclusion(&self, index: u64, size: u64) -> Result<Vec<Hash>, LogError> {
        self.tree(size)?.inclusion(index)
    }

    /// Proof that the tree of one size is the beginning of that of another.
    ///
    /// # Errors
    /// As [`Self::inclusion`].
    pub fn consistency(&self, old: u64, size: u64) -> Result<Vec<Hash>, LogError> {
        self.tree(size)?.consistency(old)
    }

    fn tree(&self, size: u64) -> Result<Tree<'_>, LogError> {
        let there = self.size();
        if size > there {
            return Err(solvency_verifier::log::ProofError::Range { got: size, size: there }.into());
        }
        Ok(Tree { dir: &self.dir, size, stored: there })
    }

    /// The checkpoint that is there, if it is of the beginning of the entries. Its signatures are not checked: nobody else writes here.
    fn checked_checkpoint(&self) -> Result<Option<(Note, Checkpoint)>, LogError> {
        let path = self.dir.join(CHECKPOINT);
        let Some((note, head)) = read_checkpoint(&path)? else { return Ok(None) };
        if head.origin != self.origin {
            return Err(LogError::Origin { got: head.origin, expected: self.origin.clone() });
        }
        let beginning = usize::try_from(head.size).ok().and_then(|size| self.leaves.get(..size));
        match beginning {
            Some(leaves) if root_of(leaves) == head.root => Ok(Some((note, head))),
            _ => Err(LogError::Inconsistent { size: head.size }),
        }
    }

    /// Keeps a checkpoint under its size, with the lines that were kept of it before and one more. Of two lines of a witness the one of the
    /// earlier time stays: it shows since when the tree was there. A checkpoint that another key of the log signed is replaced.
    fn keep(
        &self,
        note: &Note,
        size: u64,
        more: Option<(&NoteSignature, &VerifierKey)>,
    ) -> Result<Note, LogError> {
        let path = self.kept_path(size);
        let there = read_checkpoint(&path)?.map(|(there, _)| there);
        let same = there.as_ref().filter(|there| {
            let of_log = note.signatures().iter().find(|line| line.name == self.origin);
            there.text() == note.text() && of_log.is_some_and(|line| there.signatures().contains(line))
        });
        let mut kept = same.unwrap_or(note).clone();
        if let Some((line, witness)) = more {
            let with = with_line(&kept, line, witness)?;
            let time = |note: &Note| Cosignature::check(note, witness).map(|cosignature| cosignature.time);
            if !time(&kept).is_ok_and(|before| time(&with).is_ok_and(|after| before <= after)) {
                kept = with;
            }
        }
        if there.as_ref() != Some(&kept) {
            files::write(&self.root, &path, kept.to_string().as_bytes())?;
        }
        Ok(kept)
    }

    fn kept_path(&self, size: u64) -> PathBuf {
        self.dir.join(KEPT).join(size.to_string())
    }

    fn write_checkpoint(&self, note: &Note) -> Result<(), LogError> {
        files::write(&self.root, &self.dir.join(CHECKPOINT), note.to_string().as_bytes())
    }

    /// Writes the files of the entries from an index on.
    fn write_entries(&self, from: u64) -> Result<(), LogError> {
        for index in from / WIDTH..self.size().div_ceil(WIDTH) {
            let Some(tile) = Tile::at(Row::Entries, index, self.size()) else { continue };
            let first = (index * WIDTH) as usize;
            let items = self.entries.get(first..first + tile.width as usize).unwrap_or_default();
            files::write(&self.root, &self.dir.join(tile.path()), &tile.encode(items))?;
        }
        Ok(())
    }

    /// Writes every tile of the tree that is not there, and removes partial files of full ones.
    fn write_tiles(&self) -> Result<(), LogError> {
        for (tile, hashes) in hash_tiles(&self.leaves) {
            match tile.read(&self.dir)? {
                Some(there) if there == hashes => {}
                Some(_) => {
                    let path = self.dir.join(tile.path());
                    return Err(LogError::damaged(&path, "hashes that do not follow from the entries"));
                }
                None => files::write(&self.root, &self.dir.join(tile.path()), &tile.encode(&hashes))?,
            }
            if tile.width == WIDTH {
                remove_partials(&self.dir, tile)?;
                if tile.row == Row::Hashes(0) {
                    remove_partials(&self.dir, Tile { row: Row::Entries, ..tile })?;
                }
            }
        }
        Ok(())
    }
}

/// A note with a witness's line, which takes the place of an earlier one, if it is the witness's.
fn with_line(note: &Note, line: &NoteSignature, witness: &VerifierKey) -> Result<Note, LogError> {
    let mut note = note.clone();
    note.remove(|there| there.is_of(witness));
    note.add(line.clone())?;
    Cosignature::check(&note, witness)?;
    Ok(note)
}

/// Sizes of the checkpoints that are kept, increasing.
fn kept_sizes(dir: &Path) -> Result<Vec<u64>, LogError> {
    let folder = dir.join(KEPT);
    numbers(&folder, |size| size <= i64::MAX as u64, "not the size of a checkpoint")
}

/// A checkpoint's file: the note and what it says, no signature checked.
pub(crate) fn read_checkpoint(path: &Path) -> Result<Option<(Note, Checkpoint)>, LogError> {
    let Some(bytes) = files::read(path, MAX_NOTE_BYTES as u64)? else { return Ok(None) };
    let text = String::from_utf8(bytes).map_err(|_| LogError::damaged(path, "not UTF-8"))?;
    let note = Note::parse(&text).map_err(|error| LogError::damaged(path, error.to_string()))?;
    let head = Checkpoint::parse(note.text()).map_err(|error| LogError::damaged(path, error.to_string()))?;
    Ok(Some((note, head)))
}

/// All entries: full files as far as they go, then the longest partial one, of which the others must be beginnings.
fn read_entries(dir: &Path) -> Result<Vec<[u8; 32]>, LogError> {
    let mut entries = Vec::new();
    for index in 0.. {
        let full = Tile { row: Row::Entries, index, width: WIDTH };
        if let Some(items) = full.read(dir)? {
            entries.extend(items);
            continue;
        }
        let partials = dir.join(full.partials());
        let mut longest: Vec<[u8; 32]> = Vec::new();
        for width in partial_widths(&partials)? {
            let items = Tile { width, ..full }.read(dir)?.unwrap_or_default();
            if !items.starts_with(&longest) {
                return Err(LogError::damaged(&partials, "partial files that contradict each other"));
            }
            longest = items;
        }
        entries.extend(longest);
        break;
    }
    Ok(entries)
}

/// Widths of the partial files of a folder, increasing.
fn partial_widths(folder: &Path) -> Result<Vec<u64>, LogError> {
    numbers(folder, |width| (1..WIDTH).contains(&width), "not the name of a partial file")
}

/// The numbers that are the names of a folder's files, increasing. Files whose names begin with a dot are what a crash left.
fn numbers(folder: &Path, allowed: impl Fn(u64) -> bool, otherwise: &str) -> Result<Vec<u64>, LogError> {
    let mut numbers = Vec::new();
    let listed = match fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(numbers),
        Err(error) => return Err(LogError::io(folder)(error)),
    };
    for file in listed {
        let name = file.map_err(LogError::io(folder))?.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        match name.parse::<u64>() {
            Ok(number) if allowed(number) && number.to_string() == name => numbers.push(number),
            _ => return Err(LogError::damaged(&folder.join(&*name), otherwise)),
        }
    }
    numbers.sort_unstable();
    Ok(numbers)
}

fn remove_partials(dir: &Path, tile: Tile) -> Result<(), LogError> {
    let folder = dir.join(tile.partials());
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(LogError::io(&folder)(error)),
        _ => Ok(()),
    }
}

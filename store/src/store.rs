//! The file: made, opened, read, changed in transactions.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use redb::{
    Builder, Database, ReadOnlyTable, ReadableDatabase, StorageBackend, TableDefinition, WriteTransaction,
};
use zeroize::Zeroizing;

use crate::error::{StoreError, database};
use crate::keys::{DataKey, Keys, RecordKey};
use crate::opener::Opener;
use crate::placing;
use crate::reading::{RECORDS_NAME, View};
use crate::record::{Group, Kind};
use crate::summary::Summary;
use crate::transaction::Transaction;

/// The format that is written and read.
pub const STORE_VERSION: u32 = 1;
/// Most memory that pages take, in bytes.
const CACHE_BYTES: usize = 64 << 20;

type Header = TableDefinition<'static, &'static str, &'static [u8]>;
type Records = TableDefinition<'static, &'static RecordKey, &'static [u8]>;

pub(crate) const HEADER: Header = TableDefinition::new("header");
pub(crate) const RECORDS: Records = TableDefinition::new(RECORDS_NAME);
const VERSION: &str = "version";
pub(crate) const ENVELOPE: &str = "envelope";
const SUMMARY: &str = "summary";

/// An open store. Nobody else can open it meanwhile.
pub struct Store {
    path: PathBuf,
    database: Database,
    data_key: DataKey,
    keys: Keys,
    summary: Summary,
}

/// What opens one store again, without its passphrase or key file: for a process that closes it between two runs.
#[derive(Clone)]
pub struct Unlocked(DataKey);

impl std::fmt::Debug for Unlocked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unlocked(…)")
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Store {
    /// Makes a store where nothing is yet, mode 0600; the folder has to be there.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`], [`StoreError::Io`].
    pub fn create(path: &Path, opener: &Opener) -> Result<Self, StoreError> {
        if path.symlink_metadata().is_ok() {
            return Err(StoreError::AlreadyExists { path: path.display().to_string() });
        }
        let (file, beside) = placing::beside_store(path)?.into_parts();
        Self::create_in(path, backend(file)?, opener)?;
        placing::move_to_new(beside, path)?;
        Self::open(path, opener)
    }

    /// Opens a store, and takes it from everyone but its owner. All of it is read: what is damaged, missing or exchanged is
    /// noticed here.
    ///
    /// # Errors
    /// [`StoreError`], before anything of the store can be seen.
    pub fn open(path: &Path, opener: &Opener) -> Result<Self, StoreError> {
        Self::open_with(path, |envelope| opener.unwrap(envelope))
    }

    /// Opens a store that this process had open before.
    ///
    /// # Errors
    /// As [`Store::open`]; another store in its place is [`StoreError::Damaged`].
    pub fn reopen(path: &Path, unlocked: &Unlocked) -> Result<Self, StoreError> {
        Self::open_with(path, |_| Ok(unlocked.0.clone()))
    }

    /// What opens this store again.
    #[must_use]
    pub fn unlocked(&self) -> Unlocked {
        Unlocked(self.data_key.clone())
    }

    fn open_with(
        path: &Path,
        unwrap: impl FnOnce(&[u8]) -> Result<DataKey, StoreError>,
    ) -> Result<Self, StoreError> {
        check_beginning(path)?;
        placing::keep_from_others(path)?;
        let mut options = File::options();
        let file = options.read(true).write(true).open(path).map_err(StoreError::io(path))?;
        let store = Self::open_in(path, backend(file)?, unwrap)?;
        placing::remove_unfinished(path)?;
        Ok(store)
    }

    /// Does several things in one step: all are durable when this returns, or none happened.
    ///
    /// # Errors
    /// The error of `work`; [`StoreError::Reopen`] after a write that failed, and whatever writing meets.
    pub fn transaction<A, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<A, E>,
    ) -> Result<A, E> {
        let write = self.begin()?;
        let records = write.open_table(RECORDS).map_err(database)?;
        let mut tx = Transaction::new(records, &self.keys, self.summary.clone());
        let answer = work(&mut tx)?;
        let summary = tx.into_summary();
        if summary != self.summary {
            self.commit(write, summary)?;
        }
        Ok(answer)
    }

    /// A record that was put or replaced.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Name`], and whatever reading meets.
    pub fn get(&self, epoch: u64, kind: Kind, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        self.view(|view| view.named(&Group::named(kind, epoch), name))
    }

    /// The names of an epoch's records of a kind, sorted.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], and whatever reading meets.
    pub fn names(&self, epoch: u64, kind: Kind) -> Result<Vec<String>, StoreError> {
        self.view(|view| view.names(&Group::named(kind, epoch)))
    }

    /// The entries of an epoch's sequence, in order.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], and whatever reading meets.
    pub fn sequence(&self, epoch: u64, kind: Kind) -> Result<Vec<Zeroizing<Vec<u8>>>, StoreError> {
        self.view(|view| view.entries(&Group::numbered(kind, epoch)))
    }

    /// The epochs of which there is something, sorted.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], and whatever reading meets.
    pub fn epochs(&self) -> Result<Vec<u64>, StoreError> {
        self.view(|view| view.epochs())
    }

    /// The number of transactions that changed something. Noted elsewhere, it shows that an old copy was put back.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.summary.generation
    }

    /// Wraps the data key for another opener; no record is written. Old copies of the file, and pages of it that are free now,
    /// can still be opened with the old one.
    ///
    /// # Errors
    /// [`StoreError::Reopen`] after a write that failed, and whatever writing meets.
    pub fn change_opener(&mut self, opener: &Opener) -> Result<(), StoreError> {
        let envelope = opener.wrap(&self.data_key)?;
        let write = self.begin()?;
        {
            let mut header = write.open_table(HEADER).map_err(database)?;
            header.insert(ENVELOPE, envelope.as_slice()).map_err(database)?;
        }
        self.commit(write, self.summary.clone())
    }

    /// Makes the tables of a new store.
    pub(crate) fn create_in(
        path: &Path,
        backend: impl StorageBackend,
        opener: &Opener,
    ) -> Result<(), StoreError> {
        let data_key = DataKey::random()?;
        let keys = Keys::derive(&data_key);
        let envelope = opener.wrap(&data_key)?;
        let at_path = |error: StoreError| at_path(error, path);
        let database = builder().create_with_backend(backend).map_err(self::database).map_err(at_path)?;
        let mut store = Store { path: path.into(), database, data_key, keys, summary: Summary::EMPTY };
        let write = store.begin()?;
        {
            let mut header = write.open_table(HEADER).map_err(self::database)?;
            header.insert(VERSION, STORE_VERSION.to_be_bytes().as_slice()).map_err(self::database)?;
            header.insert(ENVELOPE, envelope.as_slice()).map_err(self::database)?;
            write.open_table(RECORDS).map_err(self::database)?;
        }
        store.commit(write, Summary::EMPTY).map_err(at_path)
    }

    /// Opens a store that was made.
    pub(crate) fn open_in(
        path: &Path,
        backend: impl StorageBackend,
        unwrap: impl FnOnce(&[u8]) -> Result<DataKey, StoreError>,
    ) -> Result<Self, StoreError> {
        let at_path = |error: StoreError| at_path(error, path);
        let database = builder().create_with_backend(backend).map_err(self::database).map_err(at_path)?;
        let read = database.begin_read().map_err(self::database)?;
        let header = read.open_table(HEADER).map_err(|error| missing_table(error, path))?;
        let part = |name: &str| {
            let value = header.get(name).map_err(self::database)?;
            let value = value.ok_or_else(|| StoreError::damaged(format!("it has no {name}")))?;
            Ok::<_, StoreError>(value.value().to_vec())
        };
        let version: [u8; 4] =
            part(VERSION)?.try_into().map_err(|_| StoreError::damaged("its version is not a number"))?;
        let version = u32::from_be_bytes(version);
        if version != STORE_VERSION {
            return Err(StoreError::OtherVersion { found: version });
        }
        let data_key = unwrap(&part(ENVELOPE)?)?;
        let keys = Keys::derive(&data_key);
        let summary = Summary::open(&keys, &part(SUMMARY)?)?;
        let records = read.open_table(RECORDS).map_err(self::database)?;
        if Summary::of_table(&records, &keys, summary.generation)? != summary {
            return Err(StoreError::damaged("records were taken out, added or exchanged"));
        }
        drop((records, header, read));
        Ok(Store { path: path.into(), database, data_key, keys, summary })
    }

    pub(crate) fn view<A>(
        &self,
        look: impl FnOnce(View<'_, ReadOnlyTable<&'static RecordKey, &'static [u8]>>) -> Result<A, StoreError>,
    ) -> Result<A, StoreError> {
        let read = self.database.begin_read().map_err(database)?;
        let records = read.open_table(RECORDS).map_err(database)?;
        look(View { records: &records, keys: &self.keys })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The name of a temporary file for a path, always the same.
    pub(crate) fn temporary_name(&self, target: &str) -> String {
        let pseudonym = self.keys.pseudonym(target.as_bytes());
        let digits: String = pseudonym.iter().map(|byte| format!("{byte:02x}")).collect();
        format!(".solvency-{digits}.part")
    }

    fn begin(&self) -> Result<WriteTransaction, StoreError> {
        let mut write = self.database.begin_write().map_err(database)?;
        write.set_two_phase_commit(true);
        Ok(write)
    }

    fn commit(&mut self, write: WriteTransaction, summary: Summary) -> Result<(), StoreError> {
        let summary = summary.next()?;
        let sealed = summary.seal(&self.keys)?;
        write.open_table(HEADER).map_err(database)?.insert(SUMMARY, sealed.as_slice()).map_err(database)?;
        // Whether a commit that fails was durable is known when the file is opened again: until then the database refuses all work.
        write.commit().map_err(database)?;
        self.summary = summary;
        Ok(())
    }
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    // A plain open trusts a file that was closed properly, and may panic where that was altered since.
    builder.set_cache_size(CACHE_BYTES).set_check_integrity_on_open(true);
    builder
}

fn backend(file: File) -> Result<redb::backends::FileBackend, StoreError> {
    redb::backends::FileBackend::new(file).map_err(database)
}

/// Whether a file begins as a database does; what it holds is not looked at.
fn check_beginning(path: &Path) -> Result<(), StoreError> {
    let file = File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => StoreError::NotFound { path: path.display().to_string() },
        _ => StoreError::io(path)(error),
    })?;
    let mut beginning = Vec::new();
    file.take(4).read_to_end(&mut beginning).map_err(StoreError::io(path))?;
    if beginning != b"redb" {
        return Err(StoreError::NotAStore { path: path.display().to_string() });
    }
    Ok(())
}

fn missing_table(error: redb::TableError, path: &Path) -> StoreError {
    match error {
        redb::TableError::Storage(error) => database(error),
        _ => StoreError::NotAStore { path: path.display().to_string() },
    }
}

/// The database does not know the name of its file.
fn at_path(error: StoreError, path: &Path) -> StoreError {
    let path = path.display().to_string();
    match error {
        StoreError::InUse { .. } => StoreError::InUse { path },
        StoreError::NotAStore { .. } => StoreError::NotAStore { path },
        StoreError::Io { error, .. } => StoreError::Io { path, error },
        other => other,
    }
}

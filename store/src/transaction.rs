//! What can be done in one step.

use redb::Table;
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use crate::error::{StoreError, database};
use crate::keys::{Keys, RecordKey};
use crate::reading::{RECORDS_NAME, View};
use crate::record::{Family, Group, Kind, Mode, encode};
use crate::summary::Summary;

/// What a write found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Put {
    /// It was stored.
    Stored,
    /// The same bytes were there already.
    AlreadyThere,
}

/// Writes that become durable together, or not at all.
pub struct Transaction<'t> {
    records: Table<'t, &'static RecordKey, &'static [u8]>,
    keys: &'t Keys,
    summary: Summary,
}

impl<'t> Transaction<'t> {
    pub(crate) fn new(
        records: Table<'t, &'static RecordKey, &'static [u8]>,
        keys: &'t Keys,
        summary: Summary,
    ) -> Self {
        Transaction { records, keys, summary }
    }

    pub(crate) fn into_summary(self) -> Summary {
        self.summary
    }

    /// Stores what is made once: a book, an opening, a proof that may have been sent.
    ///
    /// # Errors
    /// [`StoreError::Occupied`] where other bytes are there, [`StoreError::OtherMode`] where a replaceable record is there,
    /// [`StoreError::Name`], [`StoreError::TooLong`], and whatever reading and writing meet.
    pub fn put_once(
        &mut self,
        epoch: u64,
        kind: Kind,
        name: &str,
        content: &[u8],
    ) -> Result<Put, StoreError> {
        let group = Group::named(kind, epoch);
        match self.view().record(&group, name.as_bytes())? {
            None => self.store(Mode::Once, &group, name, content),
            Some(there) if there.mode != Mode::Once => Err(other_mode(&group, name, there.mode)),
            Some(there) if *there.content == content => Ok(Put::AlreadyThere),
            Some(_) => Err(StoreError::Occupied { record: described(&group, name) }),
        }
    }

    /// Stores what changes: an attestation that gathers signatures, a venue's coverage.
    ///
    /// # Errors
    /// [`StoreError::OtherMode`] where a record was put once, [`StoreError::Name`], [`StoreError::TooLong`], and whatever
    /// reading and writing meet.
    pub fn replace(&mut self, epoch: u64, kind: Kind, name: &str, content: &[u8]) -> Result<Put, StoreError> {
        let group = Group::named(kind, epoch);
        match self.view().record(&group, name.as_bytes())? {
            Some(there) if there.mode != Mode::Replaced => Err(other_mode(&group, name, there.mode)),
            Some(there) if *there.content == content => Ok(Put::AlreadyThere),
            _ => self.store(Mode::Replaced, &group, name, content),
        }
    }

    /// Stores an entry of an epoch's sequence under its zero-based number: the next one, or again one that is there.
    ///
    /// # Errors
    /// [`StoreError::Gap`], [`StoreError::Occupied`] where the entry has other bytes, [`StoreError::TooLong`], and whatever
    /// reading and writing meet.
    pub fn append(&mut self, epoch: u64, kind: Kind, number: u64, content: &[u8]) -> Result<Put, StoreError> {
        self.append_to(&Group::numbered(kind, epoch), number, content)
    }

    /// A record that was put or replaced.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Name`], and whatever reading meets.
    pub fn get(&self, epoch: u64, kind: Kind, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        self.view().named(&Group::named(kind, epoch), name)
    }

    /// The entries of an epoch's sequence, in order.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], and whatever reading meets.
    pub fn sequence(&self, epoch: u64, kind: Kind) -> Result<Vec<Zeroizing<Vec<u8>>>, StoreError> {
        self.view().entries(&Group::numbered(kind, epoch))
    }

    /// Deletes everything of an epoch, also the log of what was published; what was published last at a path stays known.
    ///
    /// # Errors
    /// [`StoreError::Undelivered`] where something of it has still to be written, and whatever reading and writing meet.
    pub fn forget_epoch(&mut self, epoch: u64) -> Result<(), StoreError> {
        self.check_delivered(epoch)?;
        for kind in Kind::ALL {
            self.remove_group(&Group::named(kind, epoch))?;
            self.remove_group(&Group::numbered(kind, epoch))?;
        }
        self.remove_group(&Group::log(epoch))?;
        self.remove(&Group::timeless(Family::Epochs), &epoch.to_be_bytes())
    }

    pub(crate) fn view(&self) -> View<'_, Table<'t, &'static RecordKey, &'static [u8]>> {
        View { records: &self.records, keys: self.keys }
    }

    fn store(&mut self, mode: Mode, group: &Group, name: &str, content: &[u8]) -> Result<Put, StoreError> {
        self.write(mode, group, name.as_bytes(), content)?;
        self.note_epoch(group.epoch).map(|()| Put::Stored)
    }

    /// Makes an epoch one of those of which there is something.
    fn note_epoch(&mut self, epoch: u64) -> Result<(), StoreError> {
        let (group, name) = (Group::timeless(Family::Epochs), epoch.to_be_bytes());
        if self.view().record(&group, &name)?.is_some() {
            return Ok(());
        }
        self.write(Mode::Once, &group, &name, &[])
    }

    pub(crate) fn append_to(
        &mut self,
        group: &Group,
        number: u64,
        content: &[u8],
    ) -> Result<Put, StoreError> {
        let name = number.to_be_bytes();
        match self.view().record(group, &name)? {
            Some(there) if *there.content == content => return Ok(Put::AlreadyThere),
            Some(_) => return Err(StoreError::Occupied { record: format!("entry {number} of {group}") }),
            None => {}
        }
        let length = self.view().length(group)?;
        if number != length {
            return Err(StoreError::Gap { sequence: group.to_string(), length, number });
        }
        self.write(Mode::Appended, group, &name, content)?;
        self.note_epoch(group.epoch).map(|()| Put::Stored)
    }

    /// Writes a record, whatever is there.
    pub(crate) fn write(
        &mut self,
        mode: Mode,
        group: &Group,
        name: &[u8],
        content: &[u8],
    ) -> Result<(), StoreError> {
        let key = group.key(self.keys, name);
        let sealed = self.keys.seal(RECORDS_NAME, &key, &encode(mode, group, name, content)?)?;
        if let Some(old) = self.records.insert(&key, sealed.as_slice()).map_err(database)? {
            self.summary.remove(self.keys, &key, old.value())?;
        }
        self.summary.add(self.keys, &key, &sealed)
    }

    pub(crate) fn remove(&mut self, group: &Group, name: &[u8]) -> Result<(), StoreError> {
        self.remove_key(&group.key(self.keys, name))
    }

    fn remove_group(&mut self, group: &Group) -> Result<(), StoreError> {
        use redb::ReadableTable;
        let (first, last) = group.keys(self.keys);
        let mut found = Vec::new();
        for entry in self.records.range::<&RecordKey>(&first..=&last).map_err(database)? {
            found.push(*entry.map_err(database)?.0.value());
        }
        found.iter().try_for_each(|key| self.remove_key(key))
    }

    fn remove_key(&mut self, key: &RecordKey) -> Result<(), StoreError> {
        if let Some(old) = self.records.remove(key).map_err(database)? {
            self.summary.remove(self.keys, key, old.value())?;
        }
        Ok(())
    }
}

fn described(group: &Group, name: &str) -> String {
    format!("{group}, {name:?},")
}

fn other_mode(group: &Group, name: &str, mode: Mode) -> StoreError {
    StoreError::OtherMode { record: described(group, name), rule: mode.rule() }
}

/// A value as JSON, for a record's content.
///
/// # Errors
/// [`StoreError::Json`] where it can't be written as JSON.
pub fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    serde_json::to_vec(value).map(Zeroizing::new).map_err(|error| json_error(&error))
}

/// A record's content as a value.
///
/// # Errors
/// [`StoreError::Json`], which says where, and nothing of what stands there.
pub fn from_json<T: DeserializeOwned>(content: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(content).map_err(|error| json_error(&error))
}

fn json_error(error: &serde_json::Error) -> StoreError {
    StoreError::Json { line: error.line(), column: error.column() }
}

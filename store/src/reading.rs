//! Reading records, inside a transaction and outside.

use redb::ReadableTable;
use zeroize::Zeroizing;

use crate::error::{StoreError, database};
use crate::keys::{Keys, RecordKey};
use crate::record::{Family, Group, Mode, Record, checked_name, decode};

pub(crate) const RECORDS_NAME: &str = "records";

/// A table with the keys that open its values.
pub(crate) struct View<'a, T> {
    pub(crate) records: &'a T,
    pub(crate) keys: &'a Keys,
}

impl<T: ReadableTable<&'static RecordKey, &'static [u8]>> View<'_, T> {
    pub(crate) fn record(&self, group: &Group, name: &[u8]) -> Result<Option<Record>, StoreError> {
        checked_name(name)?;
        let key = group.key(self.keys, name);
        let Some(sealed) = self.records.get(&key).map_err(database)? else { return Ok(None) };
        let record = self.opened(group, &key, sealed.value())?;
        if record.name != name {
            return Err(StoreError::damaged(format!("a record in {group} has another's name")));
        }
        Ok(Some(record))
    }

    pub(crate) fn named(&self, group: &Group, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        Ok(self.record(group, name.as_bytes())?.map(|record| record.content))
    }

    /// The names of a group, sorted.
    pub(crate) fn names(&self, group: &Group) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        for record in self.group(group)? {
            let name = String::from_utf8(record.name);
            names.push(name.map_err(|_| StoreError::damaged(format!("a name in {group}")))?);
        }
        names.sort();
        Ok(names)
    }

    pub(crate) fn length(&self, group: &Group) -> Result<u64, StoreError> {
        let (first, last) = group.keys(self.keys);
        let mut length = 0;
        for entry in self.records.range::<&RecordKey>(&first..=&last).map_err(database)? {
            entry.map_err(database)?;
            length += 1;
        }
        Ok(length)
    }

    /// The entries of a sequence, in order.
    pub(crate) fn entries(&self, group: &Group) -> Result<Vec<Zeroizing<Vec<u8>>>, StoreError> {
        let entry = |number: u64| {
            let record = self.record(group, &number.to_be_bytes())?;
            let record = record.filter(|record| record.mode == Mode::Appended);
            let missing = || StoreError::damaged(format!("entry {number} is missing in {group}"));
            Ok(record.ok_or_else(missing)?.content)
        };
        (0..self.length(group)?).map(entry).collect()
    }

    pub(crate) fn epochs(&self) -> Result<Vec<u64>, StoreError> {
        let number = |record: Record| {
            let bytes: Result<[u8; 8], _> = record.name.try_into();
            bytes.map(u64::from_be_bytes).map_err(|_| StoreError::damaged("the name of an epoch"))
        };
        let records = self.group(&Group::timeless(Family::Epochs))?;
        let mut epochs = records.into_iter().map(number).collect::<Result<Vec<_>, _>>()?;
        epochs.sort_unstable();
        Ok(epochs)
    }

    /// All records of a group, in no order that means anything.
    fn group(&self, group: &Group) -> Result<Vec<Record>, StoreError> {
        let (first, last) = group.keys(self.keys);
        let mut records = Vec::new();
        for entry in self.records.range::<&RecordKey>(&first..=&last).map_err(database)? {
            let (key, sealed) = entry.map_err(database)?;
            records.push(self.opened(group, key.value(), sealed.value())?);
        }
        Ok(records)
    }

    fn opened(&self, group: &Group, key: &RecordKey, sealed: &[u8]) -> Result<Record, StoreError> {
        let opened = self.keys.open(RECORDS_NAME, key, sealed);
        let record = opened.and_then(|bytes| decode(group, &bytes));
        record.ok_or_else(|| StoreError::damaged(format!("a record in {group}")))
    }
}

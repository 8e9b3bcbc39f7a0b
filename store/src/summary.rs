//! What all records are together, so that none can be taken out, added or put back from an older state without notice.

use redb::ReadableTable;

use crate::error::{StoreError, database};
use crate::keys::{Keys, RecordKey};

const NAME: &str = "summary";
const BYTES: usize = 48;

/// Number and combined fingerprint of the records, and how often they were changed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) generation: u64,
    records: u64,
    /// The exclusive or of the records' fingerprints. Each is a keyed hash that nobody sees, and no key stands twice: what
    /// is altered without the key matches with probability 2^-256.
    combined: [u8; 32],
}

impl Summary {
    pub(crate) const EMPTY: Summary = Summary { generation: 0, records: 0, combined: [0; 32] };

    /// After one more transaction that changed something.
    pub(crate) fn next(self) -> Result<Self, StoreError> {
        let generation = self.generation.checked_add(1);
        let generation = generation.ok_or_else(|| StoreError::damaged("too many transactions"))?;
        Ok(Summary { generation, ..self })
    }

    /// Of what stands in a table.
    pub(crate) fn of_table(
        table: &impl ReadableTable<&'static RecordKey, &'static [u8]>,
        keys: &Keys,
        generation: u64,
    ) -> Result<Self, StoreError> {
        let mut summary = Summary { generation, ..Summary::EMPTY };
        for entry in table.iter().map_err(database)? {
            let (key, sealed) = entry.map_err(database)?;
            summary.add(keys, key.value(), sealed.value())?;
        }
        Ok(summary)
    }

    pub(crate) fn add(&mut self, keys: &Keys, key: &RecordKey, sealed: &[u8]) -> Result<(), StoreError> {
        self.combine(keys, key, sealed)?;
        self.records = self.records.checked_add(1).ok_or_else(|| StoreError::damaged("too many records"))?;
        Ok(())
    }

    pub(crate) fn remove(&mut self, keys: &Keys, key: &RecordKey, sealed: &[u8]) -> Result<(), StoreError> {
        self.combine(keys, key, sealed)?;
        self.records = self.records.checked_sub(1).ok_or_else(|| StoreError::damaged("too few records"))?;
        Ok(())
    }

    fn combine(&mut self, keys: &Keys, key: &RecordKey, sealed: &[u8]) -> Result<(), StoreError> {
        let fingerprint = keys.fingerprint(key, sealed);
        let fingerprint = fingerprint.ok_or_else(|| StoreError::damaged("a record is too short"))?;
        for (combined, byte) in self.combined.iter_mut().zip(fingerprint) {
            *combined ^= byte;
        }
        Ok(())
    }

    pub(crate) fn seal(&self, keys: &Keys) -> Result<Vec<u8>, StoreError> {
        let numbers = [self.generation.to_be_bytes(), self.records.to_be_bytes()].concat();
        keys.seal(NAME, &[], &[&numbers[..], &self.combined].concat())
    }

    pub(crate) fn open(keys: &Keys, sealed: &[u8]) -> Result<Self, StoreError> {
        let damaged = || StoreError::damaged("its summary");
        let bytes = keys.open(NAME, &[], sealed).ok_or_else(damaged)?;
        let bytes: &[u8; BYTES] = bytes.as_slice().try_into().map_err(|_| damaged())?;
        let number = |at: usize| u64::from_be_bytes(std::array::from_fn(|index| bytes[at + index]));
        Ok(Summary {
            generation: number(0),
            records: number(8),
            combined: std::array::from_fn(|index| bytes[16 + index]),
        })
    }
}

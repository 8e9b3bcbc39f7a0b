//! A disk in memory: it can fail at any call, and lose what was not synced.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use redb::StorageBackend;

#[derive(Clone, Default, Debug)]
pub(crate) struct Disk(Arc<Mutex<State>>);

#[derive(Default, Debug)]
struct State {
    /// What a process sees.
    seen: Vec<u8>,
    /// What was there at the last sync.
    durable: Vec<u8>,
    /// What came since.
    unsynced: Vec<Change>,
    /// Calls that change something and still succeed, none where all do.
    left: Option<u64>,
}

#[derive(Clone, Debug)]
enum Change {
    Length(usize),
    Write(usize, Vec<u8>),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Change::Length(length) => bytes.resize(*length, 0),
            Change::Write(offset, data) => {
                let end = offset + data.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*offset..end].copy_from_slice(data);
            }
        }
    }
}

impl Disk {
    pub(crate) fn holding(bytes: Vec<u8>) -> Self {
        let state = State { seen: bytes.clone(), durable: bytes, ..State::default() };
        Disk(Arc::new(Mutex::new(state)))
    }

    pub(crate) fn backend(&self) -> DiskBackend {
        DiskBackend(self.clone())
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.state().seen.clone()
    }

    /// Lets so many calls that change something succeed, and no further.
    pub(crate) fn fail_after(&self, calls: Option<u64>) {
        self.state().left = calls;
    }

    /// What is there after the power failed: of the changes since the last sync those that `kept` chooses.
    pub(crate) fn after_power_failure(&self, mut kept: impl FnMut() -> bool) -> Disk {
        let state = self.state();
        let mut bytes = state.durable.clone();
        for change in &state.unsynced {
            if kept() {
                change.apply(&mut bytes);
            }
        }
        Disk::holding(bytes)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn change(&self, change: Option<Change>) -> io::Result<()> {
        let mut state = self.state();
        if let Some(left) = &mut state.left {
            *left = left.checked_sub(1).ok_or(io::ErrorKind::StorageFull)?;
        }
        match change {
            Some(change) => {
                change.apply(&mut state.seen);
                state.unsynced.push(change);
            }
            None => {
                state.durable = state.seen.clone();
                state.unsynced.clear();
            }
        }
        Ok(())
    }
}

#[derive(Debug)]
pub(crate) struct DiskBackend(Disk);

impl StorageBackend for DiskBackend {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.state().seen.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.0.state();
        let from = state.seen.get(offset as usize..).unwrap_or_default();
        out.copy_from_slice(from.get(..out.len()).ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.0.change(Some(Change::Length(length as usize)))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.change(None)
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.change(Some(Change::Write(offset as usize, data.to_vec())))
    }
}

//! What goes to others: recorded with what it was made from, then written, then noted as written (spec/store.md, "Publishing").

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::placing::{self, Access};
use crate::record::{Family, Group, MAX_CONTENT_BYTES, MAX_NAME_BYTES, Mode};
use crate::store::Store;
use crate::transaction::{Transaction, from_json, to_json};

/// Bytes of epoch and number, before the newest content of a path.
const ORIGIN_BYTES: usize = 16;
/// Longest publication, in bytes.
pub const MAX_PUBLISHED_BYTES: usize = MAX_CONTENT_BYTES - ORIGIN_BYTES;

/// How far a publication has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Recorded; it has still to be written.
    Waiting,
    /// It was written, and is durable.
    Delivered,
    /// A later publication for the same path came before its delivery was noted: whether it stood there is not known.
    Superseded,
}

/// An entry of an epoch's log of publications.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Publication {
    /// The path, as it was given.
    pub target: String,
    /// Of the published bytes.
    pub sha256: [u8; 32],
    /// Number of the published bytes.
    pub length: u64,
    /// Who may read the file.
    pub access: Access,
    /// How far it has come.
    pub state: State,
}

/// What a delivery did.
#[derive(Debug, Default)]
pub struct Delivery {
    /// Paths that were written.
    pub written: Vec<String>,
    /// Paths that were written already and had only to be noted.
    pub found: Vec<String>,
    /// Paths that could not be written, and why; they are tried again next time.
    pub failed: Vec<(String, StoreError)>,
}

/// The newest publication for a path.
struct Newest {
    epoch: u64,
    number: u64,
    content: Zeroizing<Vec<u8>>,
}

impl Newest {
    fn encode(epoch: u64, number: u64, content: &[u8]) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([&epoch.to_be_bytes(), &number.to_be_bytes(), content].concat())
    }

    fn decode(mut bytes: Zeroizing<Vec<u8>>) -> Option<Self> {
        let (epoch, rest) = bytes.split_first_chunk()?;
        let (number, _) = rest.split_first_chunk()?;
        let (epoch, number) = (u64::from_be_bytes(*epoch), u64::from_be_bytes(*number));
        bytes.drain(..ORIGIN_BYTES);
        Some(Newest { epoch, number, content: bytes })
    }
}

const NEWEST: Group = Group { family: Family::Newest, epoch: 0, sequence: false };
const WAITING: Group = Group { family: Family::Waiting, epoch: 0, sequence: false };

impl Transaction<'_> {
    /// Records bytes for a path, relative to the store's folder or absolute; [`Store::deliver`] writes them. Answers with the
    /// number in the epoch's log. What was published last at the path with the same bytes, epoch and access is not published
    /// again.
    ///
    /// # Errors
    /// [`StoreError::Target`], [`StoreError::Name`], [`StoreError::TooLong`], and whatever reading and writing meet.
    pub fn publish(
        &mut self,
        epoch: u64,
        target: &str,
        access: Access,
        content: &[u8],
    ) -> Result<u64, StoreError> {
        check_target(target)?;
        if content.len() > MAX_PUBLISHED_BYTES {
            return Err(StoreError::TooLong { length: content.len(), most: MAX_PUBLISHED_BYTES });
        }
        if let Some(newest) = self.newest(target)? {
            let entry = self.logged(&newest)?;
            let same = |entry: &Publication| entry.access == access && *newest.content == content;
            if newest.epoch == epoch && entry.as_ref().is_some_and(same) {
                return Ok(newest.number);
            }
            if let Some(waiting) = entry.filter(|entry| entry.state == State::Waiting) {
                self.log(&newest, Publication { state: State::Superseded, ..waiting })?;
            }
        }
        let (log, sha256) = (Group::log(epoch), Sha256::digest(content).into());
        let number = self.view().length(&log)?;
        let length = content.len() as u64;
        let entry = Publication { target: target.into(), sha256, length, access, state: State::Waiting };
        let _ = self.append_to(&log, number, &to_json(&entry)?)?;
        self.write(Mode::Replaced, &NEWEST, target.as_bytes(), &Newest::encode(epoch, number, content))?;
        self.write(Mode::Replaced, &WAITING, target.as_bytes(), &[])?;
        Ok(number)
    }

    /// Has what was published last at a path written once more: the file was lost or altered.
    ///
    /// # Errors
    /// [`StoreError::NeverPublished`], also where the epoch was forgotten; and whatever reading and writing meet.
    pub fn deliver_again(&mut self, target: &str) -> Result<(), StoreError> {
        let never = || StoreError::NeverPublished { target: target.into() };
        let newest = self.newest(target)?.ok_or_else(never)?;
        let entry = self.logged(&newest)?.ok_or_else(never)?;
        self.log(&newest, Publication { state: State::Waiting, ..entry })?;
        self.write(Mode::Replaced, &WAITING, target.as_bytes(), &[])
    }

    /// Refuses where something of an epoch has still to be written.
    pub(crate) fn check_delivered(&self, epoch: u64) -> Result<(), StoreError> {
        for target in self.view().names(&WAITING)? {
            if self.newest(&target)?.is_some_and(|newest| newest.epoch == epoch) {
                return Err(StoreError::Undelivered { epoch, target });
            }
        }
        Ok(())
    }

    fn newest(&self, target: &str) -> Result<Option<Newest>, StoreError> {
        let Some(bytes) = self.view().named(&NEWEST, target)? else { return Ok(None) };
        let damaged = || StoreError::damaged("the newest publication of a path");
        Newest::decode(bytes).ok_or_else(damaged).map(Some)
    }

    fn logged(&self, newest: &Newest) -> Result<Option<Publication>, StoreError> {
        let record = self.view().record(&Group::log(newest.epoch), &newest.number.to_be_bytes())?;
        record.map(|record| from_json(&record.content)).transpose()
    }

    fn log(&mut self, newest: &Newest, entry: Publication) -> Result<(), StoreError> {
        let name = newest.number.to_be_bytes();
        self.write(Mode::Appended, &Group::log(newest.epoch), &name, &to_json(&entry)?)
    }

    fn note_delivery(&mut self, target: &str, newest: &Newest) -> Result<(), StoreError> {
        if let Some(entry) = self.logged(newest)? {
            self.log(newest, Publication { state: State::Delivered, ..entry })?;
        }
        self.remove(&WAITING, target.as_bytes())
    }
}

impl Store {
    /// Writes what was recorded and not yet noted as delivered: after a transaction that publishes, and whenever a store was
    /// opened. A path that can't be written holds up no other.
    ///
    /// # Errors
    /// Whatever reading and writing the store meet; what becomes of the paths stands in the answer.
    pub fn deliver(&mut self) -> Result<Delivery, StoreError> {
        let mut delivery = Delivery::default();
        for target in self.view(|view| view.names(&WAITING))? {
            match self.deliver_one(&target)? {
                Ok(true) => delivery.found.push(target),
                Ok(false) => delivery.written.push(target),
                Err(error) => delivery.failed.push((target, error)),
            }
        }
        Ok(delivery)
    }

    /// Paths that have still to be written, sorted.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], and whatever reading meets.
    pub fn waiting(&self) -> Result<Vec<String>, StoreError> {
        self.view(|view| view.names(&WAITING))
    }

    /// An epoch's log of publications, in order.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], and whatever reading meets.
    pub fn publications(&self, epoch: u64) -> Result<Vec<Publication>, StoreError> {
        let entries = self.view(|view| view.entries(&Group::log(epoch)))?;
        entries.iter().map(|entry| from_json(entry)).collect()
    }

    /// Whether the file was there already; the inner error is that of the path alone.
    fn deliver_one(&mut self, target: &str) -> Result<Result<bool, StoreError>, StoreError> {
        let path = self.resolve(target);
        let temporary = self.temporary_name(target);
        self.transaction(|tx| {
            let damaged = || StoreError::damaged("a path waits for bytes that are not there");
            let newest = tx.newest(target)?.ok_or_else(damaged)?;
            let access = tx.logged(&newest)?.ok_or_else(damaged)?.access;
            let placed = place(&path, &temporary, &newest.content, access);
            if placed.is_ok() {
                tx.note_delivery(target, &newest)?;
            }
            Ok(placed)
        })
    }

    fn resolve(&self, target: &str) -> PathBuf {
        placing::folder(self.path()).join(target)
    }
}

/// Whether a file was there already, or had to be written.
fn place(path: &Path, temporary: &str, content: &[u8], access: Access) -> Result<bool, StoreError> {
    if placing::holds(path, content, access)? {
        // An earlier attempt may have been cut off before this content was there.
        let leftover = placing::folder(path).join(temporary);
        placing::remove_if_there(&leftover).map_err(StoreError::io(&leftover))?;
        return Ok(true);
    }
    placing::write(path, temporary, content, access)?;
    Ok(false)
}

fn check_target(target: &str) -> Result<(), StoreError> {
    if !(1..=MAX_NAME_BYTES).contains(&target.len()) {
        return Err(StoreError::Name { length: target.len(), most: MAX_NAME_BYTES });
    }
    let names_a_file = Path::new(target).file_name().is_some() && !target.ends_with('/');
    if names_a_file && !target.contains('\0') {
        return Ok(());
    }
    Err(StoreError::Target { target: target.into() })
}

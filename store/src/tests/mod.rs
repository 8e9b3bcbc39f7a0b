//! Tests from inside: rules and refusals, what somebody with the file could do to it, disks that fail.

mod damage;
mod disk;
mod openers;
mod power;
mod publishing;
mod rules;
mod sealing;
mod tampering;

use std::path::Path;
use std::sync::OnceLock;

use age::secrecy::ExposeSecret;
use zeroize::Zeroizing;

use self::disk::Disk;
use crate::{Kind, Opener, Store, StoreError};

/// An identity for all tests of a run.
pub(crate) fn identity() -> &'static age::x25519::Identity {
    static IDENTITY: OnceLock<age::x25519::Identity> = OnceLock::new();
    IDENTITY.get_or_init(age::x25519::Identity::generate)
}

/// A key file of it.
pub(crate) fn key_file() -> Opener {
    let text = identity().to_string().expose_secret().as_bytes().to_vec();
    Opener::key_file_text(Zeroizing::new(text)).unwrap()
}

pub(crate) fn passphrase(text: &str) -> Opener {
    Opener::passphrase_with_work(Zeroizing::new(text.into()), crate::LEAST_WORK_LOG2).unwrap()
}

/// A new store on a disk in memory.
pub(crate) fn in_memory() -> (Disk, Store) {
    let disk = Disk::default();
    Store::create_in(Path::new("memory"), disk.backend(), &key_file()).unwrap();
    let store = open(&disk).unwrap();
    (disk, store)
}

pub(crate) fn open(disk: &Disk) -> Result<Store, StoreError> {
    Store::open_in(Path::new("memory"), disk.backend(), |envelope| key_file().unwrap(envelope))
}

/// What an epoch of a small custodian leaves.
pub(crate) fn one_epoch(store: &mut Store, epoch: u64) -> Result<(), StoreError> {
    store.transaction(|tx| {
        let _ = tx.put_once(epoch, Kind::Book, "book", format!("blindings of epoch {epoch}").as_bytes())?;
        let _ = tx.replace(epoch, Kind::Attestation, "book", b"one signature")?;
        let _ = tx.append(epoch, Kind::Allocation, 0, b"all to venue a")?;
        let _ = tx.replace(epoch, Kind::Coverage, "venue a", &epoch.to_be_bytes())?;
        Ok(())
    })
}

/// Everything of an epoch, as it can be read.
pub(crate) fn contents(store: &Store, epoch: u64) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut contents = Vec::new();
    for kind in Kind::ALL {
        for name in store.names(epoch, kind)? {
            contents.push(store.get(epoch, kind, &name)?.unwrap().to_vec());
        }
        contents.extend(store.sequence(epoch, kind)?.iter().map(|entry| entry.to_vec()));
    }
    Ok(contents)
}

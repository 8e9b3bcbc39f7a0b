//! Logs and witnesses on disk: what is written, what is refused, and what a machine that stops leaves.

mod crash;
mod files;
mod reading;
mod secrets;
mod witnesses;

use std::path::Path;

use solvency_verifier::encoding::Bytes32;
use solvency_verifier::log::{KeyKind, Note, VerifierKey};
use solvency_verifier::registry::Schedule;

use crate::*;

const LOG_ORIGIN: &str = "log.example/a";
const EPOCH: u64 = 3;
/// Within epoch 3 of [`epochs`].
const NOW: u64 = 350;

fn log_secret() -> SecretKey {
    SecretKey::from_seed(LOG_ORIGIN, KeyKind::Note, &[1; 32]).unwrap()
}

fn log_key() -> VerifierKey {
    log_secret().in_epoch(EPOCH).unwrap()
}

fn epochs() -> Schedule {
    Schedule { zero: 0, seconds: 100 }
}

fn entry(history: u64, index: u64) -> Bytes32 {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&history.to_be_bytes());
    bytes[8..16].copy_from_slice(&index.to_be_bytes());
    Bytes32(bytes)
}

fn entries(history: u64, count: u64) -> Vec<Bytes32> {
    (0..count).map(|index| entry(history, index)).collect()
}

fn open(root: &Path) -> Log {
    Log::open(root, LOG_ORIGIN, EPOCH).unwrap()
}

/// Appends entries of a history from where the log is up to a size, and signs.
fn grow(log: &mut Log, history: u64, size: u64) -> Note {
    let (first, all) = (log.size(), entries(history, size));
    assert_eq!(log.append_all(first, &all[first as usize..]).unwrap(), size - first);
    log.sign_checkpoint(&log_secret()).unwrap()
}

fn witness(state: &Path) -> Witness {
    let key = SecretKey::from_seed("witness.example/1", KeyKind::Cosignature, &[2; 32]).unwrap();
    let log = WitnessedLog {
        log_origin: LOG_ORIGIN.into(),
        public_key: *log_secret().verifier_key().public(),
        epochs: epochs(),
    };
    Witness::new(state, key, vec![log]).unwrap()
}

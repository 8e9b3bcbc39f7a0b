//! What must hold of arbitrary bytes before a witness. The target `add_checkpoint` calls it, and so do the tests of the log crate.

use std::path::Path;

use solvency_log::{AddCheckpoint, SecretKey, Witness, WitnessedLog};
use solvency_verifier::Bytes32;
use solvency_verifier::log::{Checkpoint, Cosignature, KeyKind, leaf_hash, root_of};
use solvency_verifier::registry::Schedule;

/// Account's log of the seeds, and the epoch that it is now.
pub const LOG_ORIGIN: &str = "log.example/a";
/// Within epoch 3.
pub const NOW: u64 = 350;
/// The first request, which the witness has cosigned before: a tree of 3 leaves.
const FIRST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/add_checkpoint/first");

/// The key of the log.
pub fn log_secret() -> SecretKey {
    SecretKey::from_seed(LOG_ORIGIN, KeyKind::Note, &[1; 32]).expect("a key")
}

/// An entry of the honest log.
pub fn entry(index: u64) -> Bytes32 {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&index.to_be_bytes());
    Bytes32(bytes)
}

/// A request to a witness that has cosigned the first 3 entries: what it cosigns goes on from them. `state` is an empty folder. Answers whether
/// it cosigned.
pub fn add_checkpoint(bytes: &[u8], state: &Path) -> bool {
    let Ok(body) = std::str::from_utf8(bytes) else { return false };
    let Ok(request) = AddCheckpoint::parse(body) else { return false };
    assert_eq!(request.to_string(), body);
    let key = SecretKey::from_seed("witness.example/1", KeyKind::Cosignature, &[2; 32]).expect("a key");
    let log = WitnessedLog {
        log_origin: LOG_ORIGIN.into(),
        public_key: *log_secret().verifier_key().public(),
        epochs: Schedule { zero: 0, seconds: 100 },
    };
    let witness = Witness::new(state, key, vec![log]).expect("a witness");
    let first = std::fs::read_to_string(FIRST).expect("the seed is there");
    let first = AddCheckpoint::parse(&first).expect("the seed is read");
    witness.add_checkpoint(&first, NOW).expect("the seed is cosigned");
    let Ok(line) = witness.add_checkpoint(&request, NOW + 1) else {
        let latest = witness.latest(&format!("{LOG_ORIGIN}/3")).expect("its memory").expect("the first");
        assert_eq!(latest.text(), first.checkpoint.text());
        return false;
    };
    // Nobody but the log signs, and it has signed nothing but the seeds.
    let head = Checkpoint::parse(request.checkpoint.text()).expect("what is cosigned is a checkpoint");
    let honest: Vec<_> = (0..head.size).map(|index| leaf_hash(&entry(index).0)).collect();
    assert!(head.size >= 3 && head.root == root_of(&honest), "a second history was cosigned");
    let latest = witness.latest(&head.origin).expect("its memory").expect("a checkpoint");
    assert!(latest.to_string().ends_with(&line));
    let time = Cosignature::check(&latest, witness.verifier_key()).map(|cosignature| cosignature.time);
    assert_eq!(time, Ok(NOW + 1));
    true
}

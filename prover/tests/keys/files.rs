//! Key files: what is altered, cut, foreign or of another circuit is refused, each with its own error.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use sha2::{Digest, Sha256};
use solvency_prover::keys::{KeyFileError, KeyStore, KeyStoreError, ProvingKey};
use solvency_prover::prove::{ProveError, prove};
use solvency_verifier::Bytes32;
use solvency_verifier::groth16::{KeyError, KeyId, PointError, verify};
use tempfile::TempDir;

use crate::tiny::{HONEST, assignment, circuit, key, other_circuit, public};

fn matrices() -> Bytes32 {
    *circuit().hash()
}

/// Places in the header: its length, the file's, the sections' checksum, the id, the verifying key's length, the extents.
const LENGTH: usize = 16;
const FILE_LENGTH: usize = 24;
const PAYLOAD_DIGEST: usize = 32;
const ID: usize = 64;
const VERIFYING_LENGTH: usize = 96;
const SECTION_COUNT: usize = 100;
const EXTENTS: usize = 104;
const SECTIONS: usize = 24;
const VERIFYING: usize = EXTENTS + 16 * SECTIONS;

struct Saved {
    folder: TempDir,
    path: PathBuf,
    id: KeyId,
    bytes: Vec<u8>,
}

impl Saved {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pk");
        let saved = key(1);
        saved.save(&path).unwrap();
        let bytes = fs::read(&path).unwrap();
        Saved { folder, path, id: saved.id(), bytes }
    }

    fn header(&self) -> usize {
        number(&self.bytes, LENGTH)
    }

    /// Offset and length of a section.
    fn section(&self, index: usize) -> (usize, usize) {
        let at = EXTENTS + 16 * index;
        (number(&self.bytes, at), number(&self.bytes, at + 8))
    }

    fn load_with(&self, change: impl FnOnce(&mut Vec<u8>)) -> Result<ProvingKey, KeyFileError> {
        let mut bytes = self.bytes.clone();
        change(&mut bytes);
        let path = self.folder.path().join("changed.pk");
        fs::write(&path, bytes).unwrap();
        let loaded = ProvingKey::load(&path, self.id, &matrices());
        let _ = fs::remove_file(self.folder.path().join("changed.pk.checked"));
        loaded
    }

    /// Changes the file and makes its checksums right again.
    fn load_with_checksums(&self, change: impl FnOnce(&mut Vec<u8>)) -> Result<ProvingKey, KeyFileError> {
        let header = self.header();
        self.load_with(|bytes| {
            change(bytes);
            let digest = Sha256::digest(&bytes[header..]);
            bytes[PAYLOAD_DIGEST..][..32].copy_from_slice(&digest);
            let digest = Sha256::digest(&bytes[..header - 32]);
            bytes[header - 32..header].copy_from_slice(&digest);
        })
    }
}

fn number(bytes: &[u8], at: usize) -> usize {
    u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap()) as usize
}

#[test]
fn a_saved_key_is_read_back_and_proves() {
    let saved = Saved::new();
    let loaded = ProvingKey::load(&saved.path, saved.id, &matrices()).unwrap();
    let proof = prove(&loaded, &circuit(), &assignment(HONEST)).unwrap();
    assert!(verify(key(1).verifying(), &public(HONEST), &proof).is_ok());
}

#[test]
fn foreign_and_other_versions_files_are_refused() {
    let saved = Saved::new();
    assert!(matches!(saved.load_with(|bytes| bytes[0] ^= 1), Err(KeyFileError::Magic { .. })));
    for other in [1, 3] {
        let refused = saved.load_with(|bytes| bytes[12] = other);
        assert!(matches!(refused, Err(KeyFileError::Version { got, .. }) if got == other));
    }
    let missing = ProvingKey::load(Path::new("/nowhere/key.pk"), saved.id, &matrices());
    assert!(matches!(missing, Err(KeyFileError::Io { .. })));
}

#[test]
fn cut_and_extended_files_are_refused() {
    let saved = Saved::new();
    let header = saved.header();
    for kept in [0, 11, 12, 16, 23, 31, VERIFYING, header - 1, header, header + 1, saved.bytes.len() - 1] {
        let refused = saved.load_with(|bytes| bytes.truncate(kept));
        assert!(matches!(refused, Err(KeyFileError::Truncated { .. })), "{kept}: {refused:?}");
    }
    let extended = saved.load_with(|bytes| bytes.push(0));
    assert!(matches!(extended, Err(KeyFileError::TrailingBytes { extra: 1, .. })));
}

#[test]
fn lengths_beyond_any_key_are_refused_before_memory_is_taken() {
    let saved = Saved::new();
    let refused = saved.load_with(|bytes| bytes[LENGTH..LENGTH + 8].fill(0xff));
    assert!(matches!(refused, Err(KeyFileError::TooLarge { got: u64::MAX, .. })), "{refused:?}");
    let refused = saved.load_with_checksums(|bytes| bytes[FILE_LENGTH..FILE_LENGTH + 8].fill(0xff));
    assert!(matches!(refused, Err(KeyFileError::Truncated { .. })), "{refused:?}");
    let refused = saved.load_with_checksums(|bytes| bytes[VERIFYING_LENGTH..VERIFYING_LENGTH + 4].fill(0xff));
    assert!(matches!(refused, Err(KeyFileError::Malformed { .. })), "{refused:?}");
    let refused = saved.load_with_checksums(|bytes| bytes[SECTION_COUNT] -= 1);
    assert!(matches!(refused, Err(KeyFileError::Malformed { .. })), "{refused:?}");
}

#[test]
fn an_altered_header_or_payload_is_refused() {
    let saved = Saved::new();
    for at in [13, PAYLOAD_DIGEST, EXTENTS, saved.header() - 1, saved.header(), saved.bytes.len() - 1] {
        let refused = saved.load_with(|bytes| bytes[at] ^= 1);
        assert!(matches!(refused, Err(KeyFileError::Checksum { .. })), "{at}: {refused:?}");
    }
}

/// Every length that the header gives a section, one value up and down, and beyond the file; with checksums that are right.
#[test]
fn sections_that_do_not_fit_are_refused() {
    let saved = Saved::new();
    for section in 0..SECTIONS {
        let at = EXTENTS + 16 * section;
        let (start, length) = saved.section(section);
        let mut lengths = vec![length + 1, length + 128, usize::MAX, saved.bytes.len()];
        lengths.extend(length.checked_sub(1));
        for length in lengths {
            let refused = saved.load_with_checksums(|bytes| {
                bytes[at + 8..at + 16].copy_from_slice(&(length as u64).to_le_bytes());
            });
            assert!(
                matches!(refused, Err(KeyFileError::Malformed { .. })),
                "{section}: {length}: {refused:?}"
            );
        }
        for start in [start + 1, saved.bytes.len() + 128, usize::MAX - 127] {
            // A section without bytes may be anywhere.
            let refused = saved.load_with_checksums(|bytes| {
                bytes[at..at + 8].copy_from_slice(&(start as u64).to_le_bytes());
            });
            assert!(length == 0 || refused.is_err(), "{section} at {start}");
        }
    }
}

/// A word of any index or size set to what is out of range.
#[test]
fn indices_out_of_range_are_refused() {
    let saved = Saved::new();
    // Sizes, the rows' starts and terms, the wires of the sums.
    for section in [0, 2, 3, 4, 5, 6, 7, 10, 12, 14] {
        let (start, length) = saved.section(section);
        assert!(length >= 4, "section {section} is empty");
        let refused = saved.load_with_checksums(|bytes| bytes[start..start + 4].fill(0xff));
        assert!(matches!(refused, Err(KeyFileError::Malformed { .. })), "{section}: {refused:?}");
    }
}

#[test]
fn a_file_is_checked_in_full_once_and_again_when_it_changes() {
    let saved = Saved::new();
    let record = saved.folder.path().join("key.pk.checked");
    assert!(ProvingKey::load(&saved.path, saved.id, &matrices()).is_ok());
    let recorded = fs::read(&record).unwrap();
    assert!(ProvingKey::load(&saved.path, saved.id, &matrices()).is_ok());
    assert_eq!(fs::read(&record).unwrap(), recorded);

    // Another byte, another time: the record no longer holds.
    let mut bytes = saved.bytes.clone();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::thread::sleep(std::time::Duration::from_millis(20));
    fs::write(&saved.path, &bytes).unwrap();
    let refused = ProvingKey::load(&saved.path, saved.id, &matrices());
    assert!(matches!(refused, Err(KeyFileError::Checksum { .. })), "{refused:?}");

    // A record that says something else is none.
    fs::write(&saved.path, &saved.bytes).unwrap();
    fs::write(&record, b"checked").unwrap();
    assert!(ProvingKey::load(&saved.path, saved.id, &matrices()).is_ok());
    assert_ne!(fs::read(&record).unwrap(), b"checked");
}

#[test]
fn an_altered_verifying_key_is_refused() {
    let saved = Saved::new();
    // The last byte of the last input point.
    let length = u32::from_le_bytes(saved.bytes[VERIFYING_LENGTH..][..4].try_into().unwrap()) as usize;
    let at = VERIFYING + length - 1;
    let refused = saved.load_with_checksums(|bytes| bytes[at] ^= 1);
    let off_curve = |error: &KeyError| matches!(error, KeyError::Point { error: PointError::OffCurve, .. });
    assert!(matches!(refused, Err(KeyFileError::VerifyingKey { error, .. }) if off_curve(&error)));
    let refused = saved.load_with_checksums(|bytes| bytes[ID] ^= 1);
    assert!(matches!(refused, Err(KeyFileError::WrongId { .. })));
}

#[test]
fn another_key_or_another_circuit_is_refused() {
    let saved = Saved::new();
    let other = key(2).id();
    let refused = ProvingKey::load(&saved.path, other, &matrices());
    assert!(
        matches!(refused, Err(KeyFileError::WrongId { got, expected, .. }) if (got, expected) == (saved.id, other))
    );
    let refused = ProvingKey::load(&saved.path, saved.id, &Bytes32([4; 32]));
    assert!(matches!(refused, Err(KeyFileError::WrongCircuit { got, .. }) if got == matrices()));
}

/// The verifying key of one file with the points of another: the checksums are right, and nothing can tell but a proof.
#[test]
fn points_of_another_key_make_no_proof() {
    let saved = Saved::new();
    let path = saved.folder.path().join("other.pk");
    key(2).save(&path).unwrap();
    let other = fs::read(path).unwrap();
    let header = saved.header();
    let key = saved.load_with_checksums(|bytes| bytes[header..].copy_from_slice(&other[header..]));
    let refused = prove(&key.unwrap(), &circuit(), &assignment(HONEST));
    assert!(matches!(refused, Err(ProveError::DoesNotVerify(_))), "{refused:?}");
}

#[test]
fn a_point_off_its_curve_is_refused() {
    let saved = Saved::new();
    // The set-up's points, and all sections of points that are not empty.
    for section in [8, 16, 18, 20, 22, 23] {
        let (start, length) = saved.section(section);
        assert!(length > 0, "section {section} is empty");
        let refused = saved.load_with_checksums(|bytes| bytes[start] ^= 1);
        assert!(matches!(refused, Err(KeyFileError::Malformed { .. })), "{section}: {refused:?}");
    }
}

/// Points that are points, but not the right ones: the prover verifies what it made.
#[test]
fn a_key_with_a_wrong_point_makes_no_proof() {
    let saved = Saved::new();
    let (start, length) = saved.section(23);
    let key = saved.load_with_checksums(|bytes| bytes[start..start + length].rotate_left(64));
    let refused = prove(&key.unwrap(), &circuit(), &assignment(HONEST));
    assert!(matches!(refused, Err(ProveError::DoesNotVerify(_))), "{refused:?}");
}

#[test]
fn a_failed_save_leaves_nothing() {
    let saved = Saved::new();
    let blocked = saved.path.join("below-a-file.pk");
    assert!(matches!(key(1).save(&blocked), Err(KeyFileError::Write(_))));
    assert_eq!(fs::read_dir(saved.folder.path()).unwrap().count(), 1);
    assert_eq!(fs::read(&saved.path).unwrap(), saved.bytes);
}

#[test]
fn a_store_lists_finds_and_loads() {
    let folder = tempfile::tempdir().unwrap();
    let store = KeyStore::new(folder.path().join("keys"));
    assert_eq!(store.list().unwrap(), []);
    assert!(matches!(store.find_for(&circuit()), Err(KeyStoreError::NoneForShape { .. })));
    let (one, two) = (key(1), key(2));
    let path = store.save(&one).unwrap();
    let digits = &one.id().to_string()[2..18];
    assert_eq!(path.file_name().unwrap().to_str().unwrap(), format!("coverage-flat-{digits}.pk"));
    assert_eq!(store.find_for(&circuit()).unwrap().id, one.id());
    assert_eq!(store.load(one.id(), &circuit()).unwrap().id(), one.id());
    assert!(matches!(store.find(two.id()), Err(KeyStoreError::NotFound { .. })));

    // A verifying key alone verifies but doesn't prove.
    store.save_verifying(two.verifying().key()).unwrap();
    assert_eq!(store.find(two.id()).unwrap().proving_key, None);
    assert!(matches!(store.load(two.id(), &circuit()), Err(KeyStoreError::NotFound { .. })));
    assert_eq!(store.find_for(&circuit()).unwrap().id, one.id());

    store.save(&two).unwrap();
    assert_eq!(store.list().unwrap().len(), 2);
    assert!(matches!(store.find_for(&circuit()), Err(KeyStoreError::Ambiguous { count: 2, .. })));
    assert!(matches!(store.find_for(&other_circuit()), Err(KeyStoreError::NoneForShape { .. })));
}

#[test]
fn a_damaged_verifying_key_in_a_store_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = KeyStore::new(folder.path());
    let path = store.save_verifying(key(1).verifying().key()).unwrap();
    fs::write(&path, b"damaged").unwrap();
    let expected = path.display().to_string();
    assert!(matches!(store.list(), Err(KeyStoreError::VerifyingKey { path, .. }) if path == expected));
}

/// The seed of the fuzz target `proving_key`, which makes the checksums right as these tests do; `REGENERATE=1` writes it.
#[test]
fn the_fuzz_target_s_seed_is_the_committed_one() {
    let saved = Saved::new();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/proving_key/tiny");
    if std::env::var_os("REGENERATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &saved.bytes).unwrap();
    }
    assert!(fs::read(path).unwrap() == saved.bytes);
}

/// Words of the header and of the sections that are no points, each as large as it can be: nothing is taken from memory for them, and what is read can be used.
#[test]
fn hostile_words_are_refused_or_read() {
    let saved = Saved::new();
    let points = saved.section(15).0;
    for at in (12..points).step_by(4) {
        let changed = saved.load_with_checksums(|bytes| bytes[at..at + 4].fill(0xff));
        if let Ok(key) = changed {
            let _ = prove(&key, &circuit(), &assignment(HONEST));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Behind checksums that are right.
    #[test]
    fn an_altered_key_is_refused_or_read(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let saved = Saved::new();
        let changed = saved.load_with_checksums(|bytes| {
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
        });
        if let Ok(key) = changed {
            let _ = prove(&key, &circuit(), &assignment(HONEST));
        }
    }

    #[test]
    fn a_changed_byte_is_always_noticed(at in any::<prop::sample::Index>(), mask in 1u8..) {
        let saved = Saved::new();
        let at = at.index(saved.bytes.len());
        prop_assert!(saved.load_with(|bytes| bytes[at] ^= mask).is_err());
    }
}

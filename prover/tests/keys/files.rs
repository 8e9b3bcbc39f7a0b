//! Key files: what is altered, cut, foreign or of another circuit is refused, each with its own error.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use solvency_prover::keys::{KeyFileError, KeyStore, KeyStoreError, MAX_PAYLOAD_BYTES, ProvingKey};
use solvency_prover::prove::{ProveError, prove};
use solvency_verifier::Bytes32;
use solvency_verifier::groth16::{KeyError, KeyId, PointError, verify};
use tempfile::TempDir;

use crate::tiny::{HONEST, assignment, circuit, key, other_circuit, public};

fn matrices() -> Bytes32 {
    *circuit().hash()
}

const VERIFYING_LENGTH: usize = 13;
const VERIFYING: usize = 17;

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

    /// Where the parts after the verifying key begin.
    fn id_at(&self) -> usize {
        let length = &self.bytes[VERIFYING_LENGTH..VERIFYING];
        VERIFYING + u32::from_be_bytes(length.try_into().unwrap()) as usize
    }

    fn payload_length_at(&self) -> usize {
        self.id_at() + 32
    }

    fn payload_at(&self) -> usize {
        self.payload_length_at() + 8 + 32
    }

    fn load_with(&self, change: impl FnOnce(&mut Vec<u8>)) -> Result<ProvingKey, KeyFileError> {
        let mut bytes = self.bytes.clone();
        change(&mut bytes);
        let path = self.folder.path().join("changed.pk");
        fs::write(&path, bytes).unwrap();
        ProvingKey::load(&path, self.id, &matrices())
    }

    /// Changes the payload and makes its checksum right again.
    fn load_with_payload(&self, change: impl FnOnce(&mut Vec<u8>)) -> Result<ProvingKey, KeyFileError> {
        use sha2::{Digest, Sha256};
        let mut payload = self.bytes[self.payload_at()..].to_vec();
        change(&mut payload);
        let (length_at, payload_at) = (self.payload_length_at(), self.payload_at());
        self.load_with(|bytes| {
            bytes.truncate(payload_at);
            bytes[length_at..][..8].copy_from_slice(&(payload.len() as u64).to_be_bytes());
            bytes[length_at + 8..][..32].copy_from_slice(&Sha256::digest(&payload));
            bytes.extend(payload);
        })
    }
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
    assert!(matches!(saved.load_with(|bytes| bytes[12] = 2), Err(KeyFileError::Version { got: 2, .. })));
    let missing = ProvingKey::load(Path::new("/nowhere/key.pk"), saved.id, &matrices());
    assert!(matches!(missing, Err(KeyFileError::Io { .. })));
}

#[test]
fn cut_and_extended_files_are_refused() {
    let saved = Saved::new();
    let cuts = [0, 11, 12, 16, 17, saved.id_at() - 1, saved.id_at() + 31, saved.payload_length_at() + 7];
    for kept in cuts.into_iter().chain([saved.payload_at() - 1, saved.payload_at(), saved.bytes.len() - 1]) {
        let refused = saved.load_with(|bytes| bytes.truncate(kept));
        assert!(matches!(refused, Err(KeyFileError::Truncated { .. })), "{kept}: {refused:?}");
    }
    let extended = saved.load_with(|bytes| bytes.push(0));
    assert!(matches!(extended, Err(KeyFileError::TrailingBytes { extra: 1, .. })));
}

#[test]
fn lengths_beyond_any_key_are_refused_before_memory_is_taken() {
    let saved = Saved::new();
    let refused = saved.load_with(|bytes| bytes[VERIFYING_LENGTH..VERIFYING].fill(0xff));
    assert!(matches!(refused, Err(KeyFileError::TooLarge { got: 0xffff_ffff, .. })));
    let at = saved.payload_length_at();
    let one_past = (MAX_PAYLOAD_BYTES + 1).to_be_bytes();
    let refused = saved.load_with(|bytes| bytes[at..at + 8].copy_from_slice(&one_past));
    assert!(matches!(refused, Err(KeyFileError::TooLarge { allowed: MAX_PAYLOAD_BYTES, .. })));
    // As much as is read at most: the file does not have it.
    let bound = MAX_PAYLOAD_BYTES.to_be_bytes();
    let refused = saved.load_with(|bytes| bytes[at..at + 8].copy_from_slice(&bound));
    assert!(matches!(refused, Err(KeyFileError::Truncated { .. })));
}

#[test]
fn an_altered_payload_is_refused() {
    let saved = Saved::new();
    for at in [saved.payload_at(), saved.bytes.len() - 1] {
        let refused = saved.load_with(|bytes| bytes[at] ^= 1);
        assert!(matches!(refused, Err(KeyFileError::Checksum { .. })));
    }
}

#[test]
fn a_list_that_claims_more_points_than_there_are_is_refused() {
    let saved = Saved::new();
    const FIRST_LIST: usize = 64 + 3 * 128;
    for claimed in [u64::MAX, u64::MAX / 64, 1 << 40, 6] {
        let refused = saved.load_with_payload(|payload| {
            payload[FIRST_LIST..FIRST_LIST + 8].copy_from_slice(&claimed.to_le_bytes());
        });
        assert!(matches!(refused, Err(KeyFileError::Malformed { .. })), "{claimed}: {refused:?}");
    }
    let extended = saved.load_with_payload(|payload| payload.push(0));
    assert!(matches!(extended, Err(KeyFileError::Malformed { .. })));
    let cut = saved.load_with_payload(|payload| payload.truncate(FIRST_LIST + 3));
    assert!(matches!(cut, Err(KeyFileError::Malformed { .. })));
}

#[test]
fn an_altered_verifying_key_is_refused() {
    let saved = Saved::new();
    // The last byte of the last input point.
    let at = saved.id_at() - 1;
    let refused = saved.load_with(|bytes| bytes[at] ^= 1);
    let off_curve = |error: &KeyError| matches!(error, KeyError::Point { error: PointError::OffCurve, .. });
    assert!(matches!(refused, Err(KeyFileError::VerifyingKey { error, .. }) if off_curve(&error)));
    let at = saved.id_at();
    let refused = saved.load_with(|bytes| bytes[at] ^= 1);
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

#[test]
fn points_of_another_key_are_refused() {
    let saved = Saved::new();
    let path = saved.folder.path().join("other.pk");
    key(2).save(&path).unwrap();
    let other = fs::read(path).unwrap();
    let other = other[saved.payload_at()..].to_vec();
    let refused = saved.load_with_payload(|payload| *payload = other);
    assert!(matches!(refused, Err(KeyFileError::MixedKeys { .. })));
}

/// The checksum is right and the verifying key is the circuit's, but a list is too short: arkworks would not notice.
#[test]
fn a_key_whose_lists_do_not_fit_the_circuit_makes_no_proof() {
    let key = Saved::new().load_with_payload(|payload| {
        // The last list, L, has a point for each of the three private wires.
        let length_at = payload.len() - 3 * 64 - 8;
        payload[length_at..length_at + 8].copy_from_slice(&2u64.to_le_bytes());
        payload.truncate(payload.len() - 64);
    });
    let refused = prove(&key.unwrap(), &circuit(), &assignment(HONEST));
    assert!(matches!(refused, Err(ProveError::KeySize)), "{refused:?}");
}

/// Points are read without being checked, so the prover verifies what it made.
#[test]
fn a_key_with_a_wrong_point_makes_no_proof() {
    let key = Saved::new().load_with_payload(|payload| {
        // The last two points of L change places.
        let first = payload.len() - 128;
        payload[first..].rotate_left(64);
    });
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_changed_byte_is_always_noticed(at in any::<prop::sample::Index>(), mask in 1u8..) {
        let saved = Saved::new();
        let at = at.index(saved.bytes.len());
        prop_assert!(saved.load_with(|bytes| bytes[at] ^= mask).is_err());
    }
}

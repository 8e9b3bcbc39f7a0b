//! What goes to others: recorded first, whole or not at all, noted when it is there.

use std::fs;
use std::path::{Path, PathBuf};

use super::{key_file, one_epoch};
use crate::{Access, State, Store, StoreError};

struct Folder {
    folder: tempfile::TempDir,
    store: Option<Store>,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("custodian.store"), &key_file()).unwrap();
        Folder { folder, store: Some(store) }
    }

    fn store(&mut self) -> &mut Store {
        self.store.as_mut().unwrap()
    }

    fn reopen(&mut self) -> &mut Store {
        self.store = None;
        self.store = Some(Store::open(&self.path("custodian.store"), &key_file()).unwrap());
        self.store()
    }

    fn path(&self, target: &str) -> PathBuf {
        self.folder.path().join(target)
    }

    fn publish(&mut self, epoch: u64, target: &str, content: &[u8]) -> Result<u64, StoreError> {
        self.store().transaction(|tx| tx.publish(epoch, target, Access::Public, content))
    }

    fn states(&mut self, epoch: u64) -> Vec<State> {
        self.store().publications(epoch).unwrap().iter().map(|entry| entry.state).collect()
    }

    /// Names of the files beside the store.
    fn files(&self) -> Vec<String> {
        let names = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }
}

#[test]
fn a_publication_is_recorded_then_written_then_noted() {
    let mut folder = Folder::new();
    assert_eq!(folder.publish(7, "a/bundle.json", b"bundle").unwrap(), 0);
    assert!(!folder.path("a/bundle.json").exists());
    assert_eq!(folder.states(7), [State::Waiting]);
    let delivery = folder.reopen().deliver().unwrap();
    assert_eq!((delivery.written, delivery.found.len()), (vec!["a/bundle.json".to_string()], 0));
    assert_eq!(fs::read(folder.path("a/bundle.json")).unwrap(), b"bundle");
    let log = folder.store().publications(7).unwrap();
    assert_eq!((log[0].state, log[0].length, log[0].target.as_str()), (State::Delivered, 6, "a/bundle.json"));
    assert_eq!(log[0].sha256, <[u8; 32]>::from(<sha2::Sha256 as sha2::Digest>::digest(b"bundle")));
    assert!(folder.reopen().deliver().unwrap().written.is_empty());
    assert_eq!(folder.files(), ["a", "custodian.store"]);
}

#[test]
fn what_a_failed_transaction_wanted_to_publish_never_appears() {
    let mut folder = Folder::new();
    let failed: Result<(), StoreError> = folder.store().transaction(|tx| {
        tx.publish(7, "bundle.json", Access::Public, b"bundle")?;
        tx.append(7, crate::Kind::Allocation, 5, b"gap").map(|_| ())
    });
    assert!(failed.is_err() && folder.store().waiting().unwrap().is_empty());
    assert!(folder.store().deliver().unwrap().written.is_empty());
    assert_eq!(folder.files(), ["custodian.store"]);
}

#[test]
fn the_same_bytes_are_published_once_and_others_take_their_place() {
    let mut folder = Folder::new();
    assert_eq!(folder.publish(7, "b", b"1").unwrap(), 0);
    assert_eq!(folder.publish(7, "b", b"1").unwrap(), 0);
    let _ = folder.store().deliver().unwrap();
    assert_eq!(folder.publish(7, "b", b"1").unwrap(), 0);
    assert!(folder.store().waiting().unwrap().is_empty());
    assert_eq!(folder.publish(7, "b", b"2").unwrap(), 1);
    assert_eq!(folder.publish(7, "b", b"3").unwrap(), 2);
    assert_eq!(folder.states(7), [State::Delivered, State::Superseded, State::Waiting]);
    let _ = folder.store().deliver().unwrap();
    assert_eq!(folder.states(7), [State::Delivered, State::Superseded, State::Delivered]);
    assert_eq!(fs::read(folder.path("b")).unwrap(), b"3");
    // Another epoch has a log of its own, also where the bytes are the same.
    assert_eq!(folder.publish(8, "b", b"3").unwrap(), 0);
    assert_eq!(folder.store().deliver().unwrap().found, ["b"]);
}

#[test]
fn what_was_written_and_not_noted_is_found() {
    let mut folder = Folder::new();
    folder.publish(7, "bundle.json", b"bundle").unwrap();
    fs::write(folder.path("bundle.json"), b"bundle").unwrap();
    let delivery = folder.reopen().deliver().unwrap();
    assert_eq!((delivery.found, delivery.written.len()), (vec!["bundle.json".to_string()], 0));
    assert_eq!(folder.states(7), [State::Delivered]);
}

#[test]
fn half_a_file_and_half_a_temporary_file_are_replaced() {
    let mut folder = Folder::new();
    folder.publish(7, "bundle.json", b"bundle").unwrap();
    fs::write(folder.path("bundle.json"), b"bun").unwrap();
    let temporary = folder.store().temporary_name("bundle.json");
    fs::write(folder.path(&temporary), b"bund").unwrap();
    assert_eq!(folder.reopen().deliver().unwrap().written, ["bundle.json"]);
    assert_eq!(fs::read(folder.path("bundle.json")).unwrap(), b"bundle");
    assert_eq!(folder.files(), ["bundle.json", "custodian.store"]);
    assert!(!temporary.contains("bundle"));
}

#[test]
fn a_temporary_file_is_gone_also_where_the_target_is_right_again() {
    let mut folder = Folder::new();
    folder.publish(7, "bundle.json", b"1").unwrap();
    let _ = folder.store().deliver().unwrap();
    folder.publish(7, "bundle.json", b"2").unwrap();
    // Killed while it wrote the second, then told that the first is to stand there after all.
    let temporary = folder.store().temporary_name("bundle.json");
    fs::write(folder.path(&temporary), b"").unwrap();
    folder.publish(7, "bundle.json", b"1").unwrap();
    assert_eq!(folder.reopen().deliver().unwrap().found, ["bundle.json"]);
    assert_eq!(folder.files(), ["bundle.json", "custodian.store"]);
}

#[test]
fn a_path_that_cannot_be_written_waits_and_holds_up_no_other() {
    let mut folder = Folder::new();
    fs::create_dir(folder.path("a-folder")).unwrap();
    fs::write(folder.path("a-file"), b"").unwrap();
    for target in ["a-folder", "a-file/below", "z"] {
        folder.publish(7, target, b"bundle").unwrap();
    }
    let delivery = folder.store().deliver().unwrap();
    assert_eq!(delivery.written, ["z"]);
    let failed: Vec<&str> = delivery.failed.iter().map(|(target, _)| target.as_str()).collect();
    assert_eq!(failed, ["a-file/below", "a-folder"]);
    assert!(delivery.failed.iter().all(|(_, error)| matches!(error, StoreError::Io { .. })));
    assert_eq!(folder.files(), ["a-file", "a-folder", "custodian.store", "z"]);
    fs::remove_dir(folder.path("a-folder")).unwrap();
    fs::remove_file(folder.path("a-file")).unwrap();
    assert_eq!(folder.reopen().deliver().unwrap().written, ["a-file/below", "a-folder"]);
}

#[test]
fn a_lost_file_is_delivered_again_when_asked() {
    let mut folder = Folder::new();
    folder.publish(7, "bundle.json", b"bundle").unwrap();
    let _ = folder.store().deliver().unwrap();
    fs::remove_file(folder.path("bundle.json")).unwrap();
    folder.store().transaction(|tx| tx.deliver_again("bundle.json")).unwrap();
    assert_eq!(folder.store().deliver().unwrap().written, ["bundle.json"]);
    assert_eq!(folder.states(7), [State::Delivered]);
    let never = folder.store().transaction(|tx| tx.deliver_again("other.json"));
    assert!(matches!(never, Err(StoreError::NeverPublished { .. })));
}

#[test]
fn an_epoch_is_not_forgotten_before_it_was_delivered() {
    let mut folder = Folder::new();
    one_epoch(folder.store(), 7).unwrap();
    folder.publish(7, "bundle.json", b"bundle").unwrap();
    let refused = folder.store().transaction(|tx| tx.forget_epoch(7));
    assert!(matches!(refused, Err(StoreError::Undelivered { epoch: 7, .. })), "{refused:?}");
    folder.store().transaction(|tx| tx.forget_epoch(6)).unwrap();
    let _ = folder.store().deliver().unwrap();
    folder.store().transaction(|tx| tx.forget_epoch(7)).unwrap();
    assert!(folder.store().epochs().unwrap().is_empty());
    assert!(folder.store().publications(7).unwrap().is_empty());
    assert!(folder.path("bundle.json").exists());
    let forgotten = folder.store().transaction(|tx| tx.deliver_again("bundle.json"));
    assert!(matches!(forgotten, Err(StoreError::NeverPublished { .. })));
    assert_eq!(folder.publish(8, "bundle.json", b"bundle").unwrap(), 0);
}

#[test]
fn a_target_has_to_be_the_path_of_a_file() {
    let mut folder = Folder::new();
    for target in ["/", "a/", "..", "a/..", "a\0b", "."] {
        let refused = folder.publish(7, target, b"bundle");
        assert!(matches!(refused, Err(StoreError::Target { .. })), "{target:?}: {refused:?}");
    }
    assert!(matches!(folder.publish(7, "", b""), Err(StoreError::Name { length: 0, .. })));
    let most = crate::MAX_PUBLISHED_BYTES;
    let too_long = folder.publish(7, "long", &vec![0; most + 1]);
    assert!(matches!(too_long, Err(StoreError::TooLong { .. })));
    assert!(folder.store().epochs().unwrap().is_empty());
}

#[test]
fn an_absolute_path_is_taken_as_it_is() {
    let (mut folder, elsewhere) = (Folder::new(), tempfile::tempdir().unwrap());
    let target = elsewhere.path().join("bundle.json");
    folder.publish(7, target.to_str().unwrap(), b"bundle").unwrap();
    let _ = folder.store().deliver().unwrap();
    assert_eq!(fs::read(&target).unwrap(), b"bundle");
}

#[cfg(unix)]
#[test]
fn a_secret_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let mut folder = Folder::new();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let path = folder.path("opening.json");
    folder.store().transaction(|tx| tx.publish(7, "opening.json", Access::Secret, b"opening")).unwrap();
    // The right bytes with a mode that lets others read them are not what was published.
    fs::write(&path, b"opening").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(folder.store().deliver().unwrap().written, ["opening.json"]);
    assert_eq!(mode(&path), 0o600);
}

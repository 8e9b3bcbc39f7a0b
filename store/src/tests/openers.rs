//! Passphrases, key files, and envelopes that do not fit.

use std::path::Path;

use zeroize::Zeroizing;

use super::{contents, identity, key_file, one_epoch, passphrase};
use crate::keys::DataKey;
use crate::{Opener, OpenerKind, Store, StoreError};

#[test]
fn only_the_right_passphrase_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("custodian.store");
    one_epoch(&mut Store::create(&path, &passphrase("right")).unwrap(), 7).unwrap();
    assert_eq!(contents(&Store::open(&path, &passphrase("right")).unwrap(), 7).unwrap().len(), 4);
    for wrong in ["guess", "right ", "Right"] {
        let refused = Store::open(&path, &passphrase(wrong));
        let Err(error @ StoreError::WrongPassphrase) = refused else { panic!("{refused:?}") };
        assert!(!error.to_string().contains(wrong) && error.hint().is_some());
    }
    let refused = Store::open(&path, &key_file());
    assert!(matches!(refused, Err(StoreError::OtherOpener { wanted: OpenerKind::Passphrase })));
    assert_eq!(contents(&Store::open(&path, &passphrase("right")).unwrap(), 7).unwrap().len(), 4);
}

#[test]
fn only_the_right_key_file_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("custodian.store");
    let opener = Opener::new_key_file(&folder.path().join("right.key")).unwrap();
    drop(Store::create(&path, &opener).unwrap());
    drop(Store::open(&path, &Opener::key_file(&folder.path().join("right.key")).unwrap()).unwrap());
    let other = Opener::new_key_file(&folder.path().join("other.key")).unwrap();
    assert!(matches!(Store::open(&path, &other), Err(StoreError::WrongKeyFile)));
    let refused = Store::open(&path, &passphrase("right"));
    assert!(matches!(refused, Err(StoreError::OtherOpener { wanted: OpenerKind::KeyFile })));
}

#[test]
fn any_identity_of_a_key_file_opens_what_was_made_with_all() {
    let folder = tempfile::tempdir().unwrap();
    let files = ["a", "b"].map(|name| folder.path().join(name));
    let texts = files.each_ref().map(|file| {
        drop(Opener::new_key_file(file).unwrap());
        std::fs::read_to_string(file).unwrap()
    });
    let both = Opener::key_file_text(Zeroizing::new(texts.concat().into_bytes())).unwrap();
    let envelope = both.wrap(&DataKey::random().unwrap()).unwrap();
    for file in &files {
        Opener::key_file(file).unwrap().unwrap(&envelope).unwrap();
    }
}

#[test]
fn a_new_opener_opens_and_the_old_one_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("custodian.store");
    let mut store = Store::create(&path, &passphrase("old")).unwrap();
    one_epoch(&mut store, 7).unwrap();
    let before = contents(&store, 7).unwrap();
    store.change_opener(&passphrase("new")).unwrap();
    drop(store);
    assert!(matches!(Store::open(&path, &passphrase("old")), Err(StoreError::WrongPassphrase)));
    let mut store = Store::open(&path, &passphrase("new")).unwrap();
    assert_eq!(contents(&store, 7).unwrap(), before);
    store.change_opener(&key_file()).unwrap();
    drop(store);
    assert_eq!(contents(&Store::open(&path, &key_file()).unwrap(), 7).unwrap(), before);
}

#[test]
fn an_envelope_that_was_altered_anywhere_gives_no_key() {
    for opener in [passphrase("right"), key_file()] {
        let envelope = opener.wrap(&DataKey::random().unwrap()).unwrap();
        for at in 0..envelope.len() {
            let mut altered = envelope.clone();
            altered[at] ^= 1;
            assert!(opener.unwrap(&altered).is_err(), "byte {at}");
            assert!(opener.unwrap(&envelope[..at]).is_err(), "{at} bytes");
        }
        assert!(opener.unwrap(&[&envelope[..], &[0]].concat()).is_err());
    }
}

#[test]
fn an_envelope_of_something_else_gives_no_key() {
    use std::io::Write;
    for content in [&b""[..], b"solvency.store.v1", &[0; 49], &[b"solvency.store.v1", &[0; 33][..]].concat()]
    {
        let recipient = identity().to_public();
        let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as _)).unwrap();
        let mut envelope = Vec::new();
        let mut writer = encryptor.wrap_output(&mut envelope).unwrap();
        writer.write_all(content).unwrap();
        writer.finish().unwrap();
        let opened = key_file().unwrap(&envelope);
        assert!(matches!(opened, Err(StoreError::Damaged { .. })), "{}", content.len());
    }
}

#[test]
fn an_envelope_that_wants_too_much_work_is_refused_before_the_work() {
    let envelope = passphrase("right").wrap(&DataKey::random().unwrap()).unwrap();
    let envelope = String::from_utf8_lossy(&envelope).into_owned();
    let line = envelope.lines().find(|line| line.starts_with("-> scrypt")).unwrap();
    let costly = envelope.replace(line, &line.replace(" 10", " 21"));
    // The header's MAC does not fit either, but that is known only after the work.
    let opened = passphrase("right").unwrap(costly.as_bytes());
    assert!(matches!(opened, Err(StoreError::Work { log2: 21, .. })));
}

#[test]
fn what_opens_nothing_is_refused() {
    let empty = Opener::passphrase(Zeroizing::new(String::new()));
    assert!(matches!(empty, Err(StoreError::EmptyPassphrase)));
    for log2 in [9, 21] {
        let opener = Opener::passphrase_with_work(Zeroizing::new("p".into()), log2);
        assert!(matches!(opener, Err(StoreError::Work { .. })), "{log2}");
    }
    for text in ["", "# only a comment\n", "AGE-SECRET-KEY-1QQ\n", "hello\n", "\u{0}\n"] {
        let opener = Opener::key_file_text(Zeroizing::new(text.into()));
        assert!(matches!(opener, Err(StoreError::BadKeyFile { .. })), "{text:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.key");
    std::fs::write(&path, "#".repeat(crate::MAX_KEY_FILE_BYTES as usize + 1)).unwrap();
    assert!(matches!(Opener::key_file(&path), Err(StoreError::BadKeyFile { .. })));
    assert!(matches!(Opener::key_file(Path::new("nowhere/key")), Err(StoreError::Io { .. })));
}

#[test]
fn nothing_that_is_secret_is_printed() {
    assert_eq!(format!("{:?}", passphrase("hunter2")), "Opener(passphrase)");
    assert_eq!(format!("{:?}", key_file()), "Opener(key file)");
}

#[cfg(unix)]
#[test]
fn a_key_file_is_its_owners_alone_and_is_not_written_over() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("custodian.key");
    drop(Opener::new_key_file(&path).unwrap());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let again = Opener::new_key_file(&path);
    assert!(matches!(again, Err(StoreError::AlreadyExists { .. })));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_was_open_opens_again_without_its_opener_and_opens_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("custodian.store"), folder.path().join("other.store"));
    let mut store = Store::create(&path, &passphrase("right")).unwrap();
    let unlocked = store.unlocked();
    one_epoch(&mut store, 7).unwrap();
    assert!(matches!(Store::reopen(&path, &unlocked), Err(StoreError::InUse { .. })));
    drop(store);
    let mut again = Store::reopen(&path, &unlocked).unwrap();
    assert_eq!(contents(&again, 7).unwrap().len(), 4);
    again.change_opener(&key_file()).unwrap();
    drop(again);
    drop(Store::reopen(&path, &unlocked).unwrap());
    drop(Store::create(&other, &passphrase("right")).unwrap());
    assert!(matches!(Store::reopen(&other, &unlocked), Err(StoreError::Damaged { .. })));
    assert_eq!(format!("{unlocked:?}"), "Unlocked(…)");
}

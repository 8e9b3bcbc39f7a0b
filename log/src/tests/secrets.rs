//! Files of keys and salts.

use std::fs;

use super::*;

#[test]
fn a_key_s_file_is_the_owner_s_alone_and_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    for (name, kind) in [("log.example/a", KeyKind::Note), ("witness.example/1", KeyKind::Cosignature)] {
        let path = folder.path().join(name.replace('/', "-"));
        let made = SecretKey::create(&path, name, kind).unwrap();
        assert_eq!(SecretKey::load(&path).unwrap().verifier_key(), made.verifier_key());
        assert_eq!((made.verifier_key().name(), made.verifier_key().kind()), (name, kind));
        assert!(matches!(SecretKey::create(&path, name, kind), Err(LogError::AlreadyExists { .. })));
        let text = fs::read_to_string(&path).unwrap();
        // What is encoded may hold a plus itself.
        let encoded = text.trim_end().splitn(5, '+').last().unwrap();
        assert!(encoded.len() > 40);
        assert!(!format!("{made:?}").contains(encoded));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            for mode in [0o640, 0o604, 0o620] {
                fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
                assert!(matches!(SecretKey::load(&path), Err(LogError::Readable { .. })));
            }
        }
    }
    assert!(matches!(
        SecretKey::create(&folder.path().join("x"), "a b", KeyKind::Note),
        Err(LogError::Key(_))
    ));
    assert!(!folder.path().join("x").exists());
}

/// Go's `sumdb/note` tests have this key and its verifier key (BSD-3-Clause).
#[test]
fn a_key_of_go_is_read_and_altered_ones_are_not() {
    const GO: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let load = |text: &str| {
        let _ = fs::remove_file(&path);
        crate::files::write_secret(&path, text).unwrap();
        SecretKey::load(&path)
    };
    let peter = load(GO).unwrap();
    assert_eq!(
        peter.verifier_key().to_string(),
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    );
    for end in 0..GO.len() {
        assert!(matches!(load(&GO[..end]), Err(LogError::Secret { .. })), "{end}");
    }
    for at in 0..GO.len() {
        let mut bytes = GO.as_bytes().to_vec();
        bytes[at] += 1;
        assert!(matches!(load(std::str::from_utf8(&bytes).unwrap()), Err(LogError::Secret { .. })), "{at}");
    }
    for more in ["\n\n", " ", "x", "=", "AAAA"] {
        assert!(matches!(load(&format!("{GO}{more}")), Err(LogError::Secret { .. })), "{more:?}");
    }
    assert!(matches!(load(&"x".repeat(513)), Err(LogError::Secret { what: "too long", .. })));
    fs::write(&path, [0xff; 40]).unwrap();
    assert!(matches!(SecretKey::load(&path), Err(LogError::Secret { what: "not text", .. })));
}

#[test]
fn salts_are_the_same_again_and_each_is_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("salts");
    let made = SaltKey::create(&path).unwrap();
    assert!(matches!(SaltKey::create(&path), Err(LogError::AlreadyExists { .. })));
    let read = SaltKey::load(&path).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for origin in ["log.example/a/3", "log.example/a/4"] {
        for index in [0, 1, u64::MAX] {
            assert_eq!(made.entry(origin, index), read.entry(origin, index));
            assert!(seen.insert(made.entry(origin, index)));
            for output in [0, 1, u32::MAX] {
                assert_eq!(made.mark(origin, index, output), read.mark(origin, index, output));
                assert!(seen.insert(made.mark(origin, index, output)));
                assert!(seen.insert(made.unused(origin, index, output)));
            }
        }
    }
    let other = SaltKey::create(&folder.path().join("other")).unwrap();
    assert!(seen.insert(other.entry("log.example/a/3", 0)));
    assert_eq!(format!("{made:?}"), "SaltKey(secret)");
    let text = fs::read_to_string(&path).unwrap();
    for bad in [
        text.to_uppercase(),
        text[1..].into(),
        format!("{text}\n"),
        text.replace(&text[..1], "g"),
        String::new(),
    ] {
        fs::write(&path, &bad).unwrap();
        assert!(matches!(SaltKey::load(&path), Err(LogError::Secret { .. })), "{bad:?}");
    }
}

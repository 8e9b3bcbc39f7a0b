//! Files that were cut or altered: refused, or, where the place does not matter, the same content. Nothing in between, no panic.

use std::path::Path;

use super::disk::Disk;
use super::{contents, in_memory, key_file, one_epoch, open};
use crate::{Kind, Store, StoreError};

/// A store of three epochs: closed properly, and as a process that was killed leaves it.
fn files() -> [(&'static str, Vec<u8>); 2] {
    let (disk, mut store) = in_memory();
    for epoch in 0..3 {
        one_epoch(&mut store, epoch).unwrap();
    }
    let killed = disk.bytes();
    drop(store);
    [("closed", disk.bytes()), ("killed", killed)]
}

/// Byte and bit that say which of the two last commits counts. No checksum covers them: after a kill, and before the store was
/// opened again, the transaction before the last one is one bit away. It is whole, and as old copies are (spec/store.md).
const CHOICE: (usize, u8) = (9, 1);

fn all(store: &Store) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut all = Vec::new();
    for epoch in store.epochs()? {
        all.extend(contents(store, epoch)?);
    }
    Ok(all)
}

/// Opens what was altered and reads everything: the same content, or an error.
fn check(name: &str, altered: Vec<u8>, expected: &[Vec<u8>]) -> bool {
    let disk = Disk::holding(altered);
    let read = std::panic::catch_unwind(|| open(&disk).and_then(|store| all(&store)));
    match read.unwrap_or_else(|_| panic!("{name}: a panic")) {
        Ok(found) => assert!(found == expected, "{name}: other content"),
        Err(
            error @ (StoreError::Damaged { .. }
            | StoreError::OtherVersion { .. }
            | StoreError::NotAStore { .. }),
        ) => {
            assert!(error.hint().is_some());
            return true;
        }
        Err(error) => panic!("{name}: {error:?}"),
    }
    false
}

#[test]
fn an_altered_byte_anywhere_is_noticed_or_does_not_matter() {
    for (name, bytes) in files() {
        let expected = all(&open(&Disk::holding(bytes.clone())).unwrap()).unwrap();
        assert_eq!(expected.len(), 12);
        let used = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
        let (mut noticed, mut tried) = (0, 0);
        // The header bit by bit; of the pages every eleventh byte, which reaches each field of some page.
        let places = (0..320).flat_map(|at| (0..8).map(move |bit| (at, 1 << bit)));
        for (at, bit) in places.chain((320..used).step_by(11).map(|at| (at, 1 << (at % 8)))) {
            let mut altered = bytes.clone();
            altered[at] ^= bit;
            tried += 1;
            if (name, at, bit) == ("killed", CHOICE.0, CHOICE.1) {
                assert!(!check("the choice of slot", altered, &expected[..8]));
                continue;
            }
            noticed += usize::from(check(&format!("{name}, byte {at} ^ {bit}"), altered, &expected));
        }
        println!("{name}: {used} bytes in use, {tried} alterations, {noticed} refused");
        assert!(noticed > 0);
    }
}

#[test]
fn a_cut_file_is_refused() {
    for (name, bytes) in files() {
        let expected = all(&open(&Disk::holding(bytes.clone())).unwrap()).unwrap();
        for length in (1..bytes.len()).step_by(4093).chain([
            1,
            8,
            9,
            63,
            64,
            319,
            320,
            4095,
            4096,
            4097,
            bytes.len() - 1,
        ]) {
            check(&format!("{name}, {length} bytes"), bytes[..length].to_vec(), &expected);
        }
        let longer = [&bytes[..], &[0; 4096]].concat();
        check(&format!("{name}, a page more"), longer, &expected);
    }
}

#[test]
fn what_is_no_store_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let database = |tables: &[&str]| {
        let _ = std::fs::remove_file(&path);
        let database = redb::Database::create(&path).unwrap();
        let write = database.begin_write().unwrap();
        for table in tables {
            write.open_table(redb::TableDefinition::<u8, u8>::new(table)).unwrap();
        }
        write.commit().unwrap();
        drop(database);
        std::fs::read(&path).unwrap()
    };
    let others: [(&str, Vec<u8>); 4] = [
        ("nothing", Vec::new()),
        ("a text", b"{}".to_vec()),
        ("another database", database(&["accounts"])),
        ("tables of other types", database(&["header", "records"])),
    ];
    for (name, bytes) in others {
        std::fs::write(&path, &bytes).unwrap();
        let refused = Store::open(&path, &key_file());
        assert!(matches!(refused, Err(StoreError::NotAStore { .. })), "{name}: {refused:?}");
    }
    assert!(matches!(
        Store::open(&folder.path().join("none"), &key_file()),
        Err(StoreError::NotFound { .. })
    ));
    assert!(matches!(Store::open(folder.path(), &key_file()), Err(StoreError::Io { .. })));
    assert!(
        Store::open(Path::new("/"), &key_file()).is_err()
            && Store::create(Path::new("/"), &key_file()).is_err()
    );
}

#[cfg(unix)]
#[test]
fn a_store_is_its_owners_alone_and_is_made_once() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("custodian.store");
    let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    // What a program that was killed while it made the store leaves behind.
    let leftover = folder.path().join(".custodian.store.x7Gq2a.creating");
    std::fs::write(&leftover, b"half").unwrap();
    one_epoch(&mut Store::create(&path, &key_file()).unwrap(), 7).unwrap();
    assert_eq!(mode(), 0o600);
    assert!(matches!(Store::create(&path, &key_file()), Err(StoreError::AlreadyExists { .. })));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    std::fs::write(&leftover, b"half").unwrap();
    let of_another = folder.path().join(".other.store.x7Gq2a.creating");
    std::fs::write(&of_another, b"half").unwrap();
    let store = Store::open(&path, &key_file()).unwrap();
    assert_eq!(mode(), 0o600);
    assert_eq!(store.names(7, Kind::Book).unwrap(), ["book"]);
    assert!(!leftover.exists() && of_another.exists());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn names_and_contents_stand_nowhere_in_the_clear() {
    let (disk, mut store) = in_memory();
    store
        .transaction(|tx| {
            tx.publish(7, "a-venue/bundle.json", crate::Access::Public, b"a published bundle")?;
            tx.put_once(7, Kind::Book, "a venue's name", b"blindings of a book").map(|_| ())
        })
        .unwrap();
    drop(store);
    let bytes = disk.bytes();
    for secret in ["a-venue", "a published", "a venue's", "blindings"] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }
}

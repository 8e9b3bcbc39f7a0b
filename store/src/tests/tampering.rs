//! What somebody who can write to the file, and has no key, could do to it: each is noticed.

use redb::{Database, ReadableDatabase, ReadableTable};

use super::disk::Disk;
use super::{contents, in_memory, one_epoch, open};
use crate::store::{ENVELOPE, HEADER, RECORDS};
use crate::{Kind, StoreError};

type Rows = Vec<([u8; 32], Vec<u8>)>;

fn rows(disk: &Disk) -> Rows {
    let database = Database::builder().create_with_backend(disk.backend()).unwrap();
    let records = database.begin_read().unwrap().open_table(RECORDS).unwrap();
    let rows = records.iter().unwrap().map(Result::unwrap);
    rows.map(|(key, value)| (*key.value(), value.value().to_vec())).collect()
}

fn set_rows(disk: &Disk, rows: &Rows) {
    let database = Database::builder().create_with_backend(disk.backend()).unwrap();
    let write = database.begin_write().unwrap();
    write.delete_table(RECORDS).unwrap();
    {
        let mut records = write.open_table(RECORDS).unwrap();
        for (key, value) in rows {
            records.insert(key, value.as_slice()).unwrap();
        }
    }
    write.commit().unwrap();
}

/// A closed store of one epoch.
fn stored() -> Disk {
    let (disk, mut store) = in_memory();
    one_epoch(&mut store, 7).unwrap();
    drop(store);
    disk
}

/// Alters the records; then the store must not open.
fn refused(name: &str, alter: impl FnOnce(&mut Rows)) {
    let disk = stored();
    let mut altered = rows(&disk);
    let before = altered.clone();
    alter(&mut altered);
    assert_ne!(altered, before, "{name}");
    set_rows(&disk, &altered);
    let opened = open(&disk);
    assert!(matches!(opened, Err(StoreError::Damaged { .. })), "{name}: {opened:?}");
    // The same with the records as they were: it is the alteration that was noticed.
    set_rows(&disk, &before);
    assert_eq!(contents(&open(&disk).unwrap(), 7).unwrap().len(), 4);
}

#[test]
fn a_record_taken_out_added_or_moved_is_noticed_when_the_store_is_opened() {
    refused("one taken out", |rows| drop(rows.pop()));
    refused("all taken out", Vec::clear);
    refused("one added", |rows| rows.push(([9; 32], rows[0].1.clone())));
    refused("two exchanged", |rows| {
        let first = rows[0].1.clone();
        rows[0].1 = std::mem::replace(&mut rows[1].1, first);
    });
    refused("one moved", |rows| rows[0].0[0] ^= 1);
    refused("one cut", |rows| rows[0].1.truncate(39));
    refused("one emptied", |rows| rows[0].1.clear());
    refused("one twice", |rows| rows[1].1 = rows[0].1.clone());
}

#[test]
fn an_older_record_put_back_alone_is_noticed() {
    let disk = stored();
    let older = rows(&disk);
    let mut store = open(&disk).unwrap();
    store.transaction(|tx| tx.replace(7, Kind::Attestation, "book", b"two signatures").map(|_| ())).unwrap();
    drop(store);
    let newer = rows(&disk);
    set_rows(&disk, &older);
    assert!(matches!(open(&disk), Err(StoreError::Damaged { .. })));
    set_rows(&disk, &newer);
    assert_eq!(
        **open(&disk).unwrap().get(7, Kind::Attestation, "book").unwrap().unwrap(),
        *b"two signatures"
    );
}

#[test]
fn each_altered_byte_of_each_record_is_noticed_before_its_content_is_seen() {
    let disk = stored();
    let before = rows(&disk);
    let (mut at_opening, mut at_reading) = (0, 0);
    for (row, at) in
        (0..before.len()).flat_map(|row| (0..before[row].1.len()).step_by(5).map(move |at| (row, at)))
    {
        let mut altered = before.clone();
        altered[row].1[at] ^= 0x40;
        set_rows(&disk, &altered);
        match open(&disk) {
            Err(StoreError::Damaged { .. }) => at_opening += 1,
            Err(error) => panic!("{error:?}"),
            Ok(store) => {
                let read = store.epochs().and_then(|epochs| {
                    epochs.iter().try_for_each(|epoch| contents(&store, *epoch).map(drop))
                });
                assert!(matches!(read, Err(StoreError::Damaged { .. })), "record {row}, byte {at}: {read:?}");
                at_reading += 1;
            }
        }
    }
    // Nonce and tag are in the summary, the rest is what they authenticate.
    assert!(at_opening > 0 && at_reading > at_opening);
}

#[test]
fn another_version_is_told_apart_from_damage() {
    for (version, found) in [(2u32, 2), (0, 0)] {
        let disk = stored();
        set_header(&disk, "version", Some(&version.to_be_bytes()));
        assert!(matches!(open(&disk), Err(StoreError::OtherVersion { found: v }) if v == found));
    }
    let disk = stored();
    set_header(&disk, "version", Some(&[1]));
    assert!(matches!(open(&disk), Err(StoreError::Damaged { .. })));
}

#[test]
fn a_header_without_a_part_or_with_that_of_another_store_is_refused() {
    for part in ["version", "envelope", "summary"] {
        let disk = stored();
        set_header(&disk, part, None);
        assert!(matches!(open(&disk), Err(StoreError::Damaged { .. })), "{part}");
    }
    let other = stored();
    for part in ["envelope", "summary"] {
        let disk = stored();
        set_header(&disk, part, Some(&header(&other, part)));
        assert!(matches!(open(&disk), Err(StoreError::Damaged { .. })), "{part}");
    }
    let disk = stored();
    let mut cut = header(&disk, ENVELOPE);
    cut.pop();
    set_header(&disk, ENVELOPE, Some(&cut));
    assert!(matches!(open(&disk), Err(StoreError::Damaged { .. })));
}

#[test]
fn a_record_of_another_store_under_the_same_name_is_refused() {
    let other = rows(&stored());
    refused("another store's records", |rows| *rows = other);
}

fn header(disk: &Disk, part: &str) -> Vec<u8> {
    let database = Database::builder().create_with_backend(disk.backend()).unwrap();
    let table = database.begin_read().unwrap().open_table(HEADER).unwrap();
    table.get(part).unwrap().unwrap().value().to_vec()
}

fn set_header(disk: &Disk, part: &str, value: Option<&[u8]>) {
    let database = Database::builder().create_with_backend(disk.backend()).unwrap();
    let write = database.begin_write().unwrap();
    {
        let mut table = write.open_table(HEADER).unwrap();
        match value {
            Some(value) => drop(table.insert(part, value).unwrap()),
            None => drop(table.remove(part).unwrap()),
        }
    }
    write.commit().unwrap();
}

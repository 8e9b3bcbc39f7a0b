//! Each way of writing, and each of its refusals.

use super::{contents, in_memory, one_epoch, open};
use crate::{Kind, MAX_CONTENT_BYTES, MAX_NAME_BYTES, Put, StoreError, from_json, to_json};

#[test]
fn what_was_stored_is_there_when_the_store_is_opened_again() {
    let (disk, mut store) = in_memory();
    one_epoch(&mut store, 7).unwrap();
    one_epoch(&mut store, 3).unwrap();
    let before = contents(&store, 7).unwrap();
    assert_eq!(before.len(), 4);
    drop(store);
    let store = open(&disk).unwrap();
    assert_eq!(contents(&store, 7).unwrap(), before);
    assert_eq!(store.epochs().unwrap(), [3, 7]);
    assert_eq!(store.names(7, Kind::Coverage).unwrap(), ["venue a"]);
    assert!(contents(&store, 4).unwrap().is_empty());
}

#[test]
fn the_same_epoch_again_changes_nothing() {
    let (disk, mut store) = in_memory();
    one_epoch(&mut store, 7).unwrap();
    let (bytes, generation) = (disk.bytes(), store.generation());
    one_epoch(&mut store, 7).unwrap();
    assert_eq!(store.generation(), generation);
    assert!(disk.bytes() == bytes);
}

#[test]
fn a_second_book_of_an_epoch_is_refused_and_the_first_stays() {
    let (_disk, mut store) = in_memory();
    let first = store.transaction(|tx| tx.put_once(7, Kind::Book, "book", b"first")).unwrap();
    assert_eq!(first, Put::Stored);
    let again = store.transaction(|tx| tx.put_once(7, Kind::Book, "book", b"first")).unwrap();
    assert_eq!(again, Put::AlreadyThere);
    let second = store.transaction(|tx| tx.put_once(7, Kind::Book, "book", b"second"));
    let Err(error @ StoreError::Occupied { .. }) = second else { panic!("{second:?}") };
    assert!(error.to_string().contains("Book of epoch 7"), "{error}");
    assert!(!error.to_string().contains("second") && error.hint().is_some());
    assert_eq!(**store.get(7, Kind::Book, "book").unwrap().unwrap(), *b"first");
    store.transaction(|tx| tx.put_once(8, Kind::Book, "book", b"second").map(|_| ())).unwrap();
}

#[test]
fn what_is_put_once_is_not_replaced_and_what_is_replaced_is_not_put_once() {
    let (_disk, mut store) = in_memory();
    one_epoch(&mut store, 7).unwrap();
    let replaced = store.transaction(|tx| tx.replace(7, Kind::Book, "book", b"other"));
    assert!(matches!(replaced, Err(StoreError::OtherMode { .. })), "{replaced:?}");
    let put = store.transaction(|tx| tx.put_once(7, Kind::Attestation, "book", b"one signature"));
    assert!(matches!(put, Err(StoreError::OtherMode { .. })), "{put:?}");
}

#[test]
fn a_replaced_record_has_its_last_content() {
    let (_disk, mut store) = in_memory();
    for signatures in ["one", "two", "three"] {
        let put = store.transaction(|tx| tx.replace(7, Kind::Attestation, "book", signatures.as_bytes()));
        assert_eq!(put.unwrap(), Put::Stored);
    }
    assert_eq!(**store.get(7, Kind::Attestation, "book").unwrap().unwrap(), *b"three");
}

#[test]
fn a_sequence_has_no_gap_and_no_second_entry_of_a_number() {
    let (_disk, mut store) = in_memory();
    let mut append =
        |number: u64, content: &[u8]| store.transaction(|tx| tx.append(7, Kind::Allocation, number, content));
    assert!(matches!(append(1, b"b"), Err(StoreError::Gap { length: 0, number: 1, .. })));
    assert_eq!(append(0, b"a").unwrap(), Put::Stored);
    assert_eq!(append(0, b"a").unwrap(), Put::AlreadyThere);
    assert!(matches!(append(0, b"b"), Err(StoreError::Occupied { .. })));
    assert!(matches!(append(2, b"b"), Err(StoreError::Gap { length: 1, number: 2, .. })));
    assert_eq!(append(1, b"b").unwrap(), Put::Stored);
    let entries = store.sequence(7, Kind::Allocation).unwrap();
    assert_eq!(entries.iter().map(|entry| &***entry).collect::<Vec<_>>(), [b"a", b"b"]);
    assert!(store.names(7, Kind::Allocation).unwrap().is_empty());
    assert!(store.sequence(8, Kind::Allocation).unwrap().is_empty());
}

#[test]
fn a_transaction_that_fails_leaves_nothing() {
    let (disk, mut store) = in_memory();
    let generation = store.generation();
    let failed: Result<(), StoreError> = store.transaction(|tx| {
        let _ = tx.put_once(7, Kind::Book, "book", b"first")?;
        assert_eq!(**tx.get(7, Kind::Book, "book")?.unwrap(), *b"first");
        let _ = tx.append(7, Kind::Allocation, 0, b"a")?;
        assert_eq!(tx.sequence(7, Kind::Allocation)?.len(), 1);
        tx.append(7, Kind::Allocation, 5, b"b").map(|_| ())
    });
    assert!(matches!(failed, Err(StoreError::Gap { .. })));
    let check = |store: &crate::Store| {
        assert!(contents(store, 7).unwrap().is_empty() && store.epochs().unwrap().is_empty());
        assert_eq!(store.generation(), generation);
    };
    check(&store);
    drop(store);
    check(&open(&disk).unwrap());
}

#[test]
fn names_and_contents_of_exactly_their_bounds_are_kept_and_longer_ones_are_not() {
    let (_disk, mut store) = in_memory();
    let mut put = |name: usize, content: usize| {
        let (name, content) = ("n".repeat(name), vec![1; content]);
        store.transaction(|tx| tx.replace(7, Kind::Opening, &name, &content))
    };
    assert_eq!(put(MAX_NAME_BYTES, 0).unwrap(), Put::Stored);
    assert!(matches!(put(MAX_NAME_BYTES + 1, 0), Err(StoreError::Name { length: 4097, most: 4096 })));
    assert!(matches!(put(0, 0), Err(StoreError::Name { length: 0, .. })));
    assert_eq!(put(1, MAX_CONTENT_BYTES).unwrap(), Put::Stored);
    assert!(matches!(put(1, MAX_CONTENT_BYTES + 1), Err(StoreError::TooLong { .. })));
    let longest = store.get(7, Kind::Opening, "n").unwrap().unwrap();
    assert!(longest.len() == MAX_CONTENT_BYTES && longest.iter().all(|byte| *byte == 1));
}

#[test]
fn json_goes_in_and_out_and_errors_tell_nothing_of_it() {
    let content = to_json(&("amount", 12u64)).unwrap();
    assert_eq!(from_json::<(String, u64)>(&content).unwrap(), ("amount".into(), 12));
    let error = from_json::<Vec<u8>>(br#"["secret"]"#).unwrap_err();
    assert!(matches!(error, StoreError::Json { line: 1, .. }));
    assert!(!error.to_string().contains("secret"));
}

#[test]
fn a_forgotten_epoch_is_gone_and_the_others_stay() {
    let (disk, mut store) = in_memory();
    one_epoch(&mut store, 7).unwrap();
    one_epoch(&mut store, 8).unwrap();
    let eighth = contents(&store, 8).unwrap();
    store.transaction(|tx| tx.forget_epoch(7)).unwrap();
    store.transaction(|tx| tx.forget_epoch(9)).unwrap();
    drop(store);
    let store = open(&disk).unwrap();
    assert_eq!(store.epochs().unwrap(), [8]);
    assert!(contents(&store, 7).unwrap().is_empty());
    assert_eq!(contents(&store, 8).unwrap(), eighth);
}

#[test]
fn each_change_counts_one_generation() {
    let (disk, mut store) = in_memory();
    let generation = store.generation();
    one_epoch(&mut store, 7).unwrap();
    assert_eq!(store.generation(), generation + 1);
    store.change_opener(&super::key_file()).unwrap();
    drop(store);
    assert_eq!(open(&disk).unwrap().generation(), generation + 2);
}

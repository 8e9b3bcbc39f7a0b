//! Two processes and one store.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use solvency_store::{Kind, Opener, Store, StoreError};

/// The folder of the store that a child holds open; set, it makes a child of the test `child`.
const FOLDER: &str = "SOLVENCY_STORE_HOLDER_FOLDER";

#[test]
fn a_second_process_is_told_that_the_store_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    drop(Opener::new_key_file(&folder.path().join("key")).unwrap());
    drop(Store::create(&folder.path().join("store"), &opener(folder.path())).unwrap());
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["child", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("held")), "the child did not open the store");

    let refused = open(folder.path());
    let Err(error @ StoreError::InUse { .. }) = refused else { panic!("{refused:?}") };
    assert!(error.to_string().contains("store: the store is in use"), "{error}");
    assert!(error.hint().unwrap().contains("other process"));

    // A process that is killed holds nothing any longer.
    holder.kill().unwrap();
    holder.wait().unwrap();
    let store = open(folder.path()).unwrap();
    assert_eq!(**store.get(7, Kind::Book, "book").unwrap().unwrap(), *b"of the child");
}

#[test]
fn one_process_opens_a_store_once() {
    let folder = tempfile::tempdir().unwrap();
    drop(Opener::new_key_file(&folder.path().join("key")).unwrap());
    let store = Store::create(&folder.path().join("store"), &opener(folder.path())).unwrap();
    assert!(matches!(open(folder.path()), Err(StoreError::InUse { .. })));
    drop(store);
    open(folder.path()).unwrap();
}

/// Not a test of its own: holds the store until it is killed or its input ends.
#[test]
#[ignore = "runs as the child of the other test"]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let mut store = open(Path::new(&folder)).unwrap();
    let _ = store.transaction(|tx| tx.put_once(7, Kind::Book, "book", b"of the child")).unwrap();
    writeln!(std::io::stdout(), "held").unwrap();
    let _ = std::io::stdin().lines().next();
}

fn open(folder: &Path) -> Result<Store, StoreError> {
    Store::open(&folder.join("store"), &opener(folder))
}

fn opener(folder: &Path) -> Opener {
    Opener::key_file(&folder.join("key")).unwrap()
}

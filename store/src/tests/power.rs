//! Disks that are full or break at any call, and power that fails: what was durable stays, what was not is not half there.

use super::disk::Disk;
use super::{contents, in_memory, one_epoch, open};
use crate::{Store, StoreError};

/// Changes a store until the disk fails, and answers with the epochs that were durable.
fn work(store: &mut Store, epochs: std::ops::Range<u64>) -> (Vec<u64>, Option<StoreError>) {
    let mut durable = Vec::new();
    for epoch in epochs {
        match one_epoch(store, epoch) {
            Ok(()) => durable.push(epoch),
            Err(error) => return (durable, Some(error)),
        }
    }
    (durable, None)
}

/// Everything of the epochs that were durable is there; of the one that was on its way all or nothing.
fn check(disk: &Disk, durable: &[u64], name: &str) {
    let store = open(disk).unwrap_or_else(|error| panic!("{name}: {error:?}"));
    let epochs = store.epochs().unwrap();
    assert!(epochs.starts_with(durable) && epochs.len() <= durable.len() + 1, "{name}: {epochs:?}");
    for epoch in epochs {
        assert_eq!(contents(&store, epoch).unwrap().len(), 4, "{name}: epoch {epoch}");
    }
}

#[test]
fn a_disk_that_fails_at_any_call_leaves_what_was_durable() {
    let mut failures = 0;
    for calls in 0.. {
        let (disk, mut store) = in_memory();
        one_epoch(&mut store, 0).unwrap();
        disk.fail_after(Some(calls));
        let (durable, error) = work(&mut store, 1..4);
        let Some(error) = error else { break };
        failures += 1;
        assert!(matches!(error, StoreError::Io { .. }), "{error:?}");
        // Also where there is room again: what the file holds is known only after it was opened anew.
        disk.fail_after(None);
        let again = one_epoch(&mut store, 9);
        assert!(matches!(again, Err(StoreError::Reopen)), "{again:?}");
        drop(store);
        let durable: Vec<u64> = [0].into_iter().chain(durable).collect();
        check(&disk, &durable, &format!("after {calls} calls"));
    }
    println!("{failures} places to fail");
    assert!(failures > 10);
}

#[test]
fn power_that_fails_at_any_call_leaves_what_was_durable() {
    let mut random = Random(1);
    let mut failures = 0;
    for calls in 0.. {
        let (disk, mut store) = in_memory();
        one_epoch(&mut store, 0).unwrap();
        disk.fail_after(Some(calls));
        let (durable, error) = work(&mut store, 1..4);
        if error.is_none() {
            break;
        }
        let durable: Vec<u64> = [0].into_iter().chain(durable).collect();
        // Nothing since the last sync, everything, or any part of it.
        check(&disk.after_power_failure(|| false), &durable, &format!("none, after {calls} calls"));
        check(&disk.after_power_failure(|| true), &durable, &format!("all, after {calls} calls"));
        for _ in 0..4 {
            check(
                &disk.after_power_failure(|| random.bit()),
                &durable,
                &format!("some, after {calls} calls"),
            );
            failures += 1;
        }
    }
    println!("{failures} ways to fail");
    assert!(failures > 40);
}

#[test]
fn a_store_that_could_not_be_opened_for_want_of_room_opens_later() {
    let (disk, mut store) = in_memory();
    one_epoch(&mut store, 0).unwrap();
    drop(store);
    for calls in 0.. {
        let copy = Disk::holding(disk.bytes());
        copy.fail_after(Some(calls));
        let opened = open(&copy);
        let done = opened.is_ok();
        assert!(matches!(opened, Ok(_) | Err(StoreError::Io { .. })), "{opened:?}");
        drop(opened);
        copy.fail_after(None);
        check(&copy, &[0], &format!("after {calls} calls"));
        if done {
            break;
        }
    }
}

/// splitmix64.
struct Random(u64);

impl Random {
    fn bit(&mut self) -> bool {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) & 1 == 1
    }
}

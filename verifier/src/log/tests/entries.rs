//! Entries of the log of an account's rounds.

use alloc::vec;

use super::*;
use crate::Bytes32;
use crate::encoding::{Domain, TypedData, keccak256};

const TYPE: &str = "RoundEntry(bytes32 account,uint64 epoch,uint64 round,bytes32[] books,bytes32 head,bytes32 coverage,bytes32 salt)";

fn entry() -> RoundEntry {
    RoundEntry {
        account: Bytes32([1; 32]),
        epoch: 3,
        round: 0x0102_0304_0506_0708,
        books: vec![Bytes32([4; 32]), Bytes32([5; 32])],
        head: Bytes32([6; 32]),
        coverage: Bytes32([7; 32]),
        salt: Bytes32([8; 32]),
    }
}

fn number(value: u64) -> [u8; 32] {
    let mut word = [0; 32];
    word[24..].copy_from_slice(&value.to_be_bytes());
    word
}

/// `hashStruct` and digest as EIP-712 writes them down, word by word, for the type as the specification has it.
#[test]
fn an_entry_is_the_typed_data_of_its_specification() {
    let domain = Domain::of_registry(&Bytes32([9; 32]));
    let books = keccak256(&[[4; 32], [5; 32]].concat());
    let words = [
        keccak256(TYPE.as_bytes()).0,
        [1; 32],
        number(3),
        number(0x0102_0304_0506_0708),
        books.0,
        [6; 32],
        [7; 32],
        [8; 32],
    ];
    let hash = keccak256(&words.concat());
    assert_eq!(entry().struct_hash(), hash);
    let expected = keccak256(&[&[0x19, 0x01][..], &domain.separator().0, &hash.0].concat());
    assert_eq!(entry().digest(&domain), expected);
    assert_eq!(entry().leaf(&domain), leaf_hash(&expected.0));
    for page in [include_str!("../../../../spec/encodings.md"), include_str!("../../../../spec/log.md")] {
        assert!(page.lines().any(|line| line == TYPE));
    }
}

/// Nothing of an entry can be another without another digest; nor is it that of an entry of the chain's log.
#[test]
fn every_field_of_an_entry_counts() {
    let domain = Domain::of_registry(&Bytes32([9; 32]));
    let changes: [fn(&mut RoundEntry); 10] = [
        |entry| entry.account = Bytes32([2; 32]),
        |entry| entry.epoch += 1,
        |entry| entry.round += 1,
        |entry| entry.books.swap(0, 1),
        |entry| entry.books.truncate(1),
        |entry| entry.books.clear(),
        |entry| entry.head = Bytes32([2; 32]),
        |entry| entry.coverage = Bytes32([2; 32]),
        |entry| entry.salt = Bytes32([2; 32]),
        |entry| core::mem::swap(&mut entry.head, &mut entry.coverage),
    ];
    let mut digests = vec![entry().digest(&domain)];
    for change in changes {
        let mut changed = entry();
        change(&mut changed);
        digests.push(changed.digest(&domain));
    }
    digests.push(entry().digest(&Domain::of_registry(&Bytes32([10; 32]))));
    let RoundEntry { account, epoch, round, head, coverage, salt, books } = entry();
    let other = LogEntry {
        account,
        epoch,
        sequence: round,
        allocation: head,
        releases: books,
        claims: vec![coverage],
        salt,
    };
    digests.push(other.digest(&domain));
    let count = digests.len();
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), count);
}

#[test]
fn the_rounds_have_an_origin_that_is_no_epoch_of_the_account() {
    assert_eq!(rounds_origin("log.example/a").unwrap(), "log.example/a/rounds");
    let of_rounds = epoch_origin(&rounds_origin("log.example/a").unwrap(), 3).unwrap();
    assert_eq!(of_rounds, "log.example/a/rounds/3");
    assert_ne!(of_rounds, epoch_origin("log.example/a", 3).unwrap());
    assert_eq!(rounds_origin(&"n".repeat(193)).unwrap().len(), 200);
    for bad in ["", "a b", "a+b", "a\nb", "\u{e9}", &"n".repeat(194), &"n".repeat(201)] {
        assert!(matches!(rounds_origin(bad), Err(KeyError::Name(_))), "{bad:?}");
    }
}

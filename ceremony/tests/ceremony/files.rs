//! Files that are cut off, too long, or say more than they hold.

use std::io::Cursor;

use solvency_ceremony::{CeremonyError, PowersOfTau};

use crate::small::{check, last, powers_bytes, section, with_section};

fn unreadable(key: &[u8]) -> String {
    match check(key) {
        Err(error @ CeremonyError::Format { .. }) => error.to_string(),
        other => panic!("not unreadable: {other:?}"),
    }
}

fn unreadable_powers(bytes: &[u8]) -> String {
    match PowersOfTau::open(Cursor::new(bytes), "powers").err() {
        Some(error @ CeremonyError::Format { .. }) => error.to_string(),
        other => panic!("not unreadable: {other:?}"),
    }
}

#[test]
fn files_of_every_length_but_their_own_are_refused() {
    let key = last();
    for length in (0..key.len()).step_by(97).chain([key.len() - 1]) {
        let error = unreadable(&key[..length]);
        assert!(error.contains("truncated") || error.contains("no zkey"), "{length}: {error}");
    }
    let long = [&key[..], &[0]].concat();
    assert!(unreadable(&long).contains("1 bytes more"));
    let powers = powers_bytes();
    for length in (0..powers.len()).step_by(997).chain([powers.len() - 1]) {
        let error = unreadable_powers(&powers[..length]);
        assert!(error.contains("truncated") || error.contains("no ptau"), "{length}: {error}");
    }
    assert!(unreadable_powers(&[powers, &[0]].concat()).contains("1 bytes more"));
}

#[test]
fn sections_of_another_length_are_refused() {
    let key = last();
    for number in 1..=10 {
        let content = &key[section(&key, number)];
        let longer = [content, &[0]].concat();
        assert!(unreadable(&with_section(&key, number, &longer)).contains("1 bytes more"), "{number}");
        let shorter = &content[..content.len() - 1];
        assert!(unreadable(&with_section(&key, number, shorter)).contains("too early"), "{number}");
    }
    let powers = powers_bytes();
    for number in [1, 2, 3, 4, 5, 6, 12, 13, 14, 15] {
        let content = &powers[section(powers, number)];
        let longer = [content, &[0]].concat();
        assert!(
            unreadable_powers(&with_section(powers, number, &longer)).contains("1 bytes more"),
            "{number}"
        );
    }
}

/// Lengths and counts that no memory holds: refused by comparing them with the file.
#[test]
fn claims_beyond_the_file_are_refused_before_memory_is_taken() {
    let key = last();
    let with = |at: usize, bytes: &[u8]| {
        let mut changed = key.clone();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        changed
    };
    let huge = u64::MAX.to_le_bytes();
    assert!(unreadable(&with(section(&key, 3).start - 8, &huge)).contains("truncated"));
    assert!(unreadable(&with(section(&key, 3).start - 8, &(1u64 << 40).to_le_bytes())).contains("truncated"));
    let header = section(&key, 2).start + 72;
    assert!(unreadable(&with(header, &u32::MAX.to_le_bytes())).contains("too early"));
    assert!(unreadable(&with(header + 4, &u32::MAX.to_le_bytes())).contains("public inputs"));
    assert!(unreadable(&with(header + 8, &u32::MAX.to_le_bytes())).contains("domain"));
    assert!(unreadable(&with(header + 8, &(1u32 << 28).to_le_bytes())).contains("too early"));
    assert!(unreadable(&with(section(&key, 4).start, &u32::MAX.to_le_bytes())).contains("too early"));
    assert!(unreadable(&with(section(&key, 10).start + 64, &u32::MAX.to_le_bytes())).contains("too early"));
    // The parameters of the first contribution.
    assert!(
        unreadable(&with(section(&key, 10).start + 68 + 388, &u32::MAX.to_le_bytes())).contains("too early")
    );
}

#[test]
fn other_sections_kinds_and_versions_are_refused() {
    let key = last();
    let with = |at: usize, byte: u8| {
        let mut changed = key.clone();
        changed[at] = byte;
        unreadable(&changed)
    };
    assert!(with(0, b'x').contains("no zkey"));
    assert!(with(4, 2).contains("version 2"));
    assert!(with(8, 200).contains("200 sections"));
    assert!(with(section(&key, 1).start, 2).contains("proof system 2"));
    assert!(with(section(&key, 3).start - 12, 11).contains("section 11"));
    assert!(with(section(&key, 3).start - 12, 5).contains("section"));
    assert!(with(section(&key, 2).start + 4, 0).contains("modulus"));
    assert!(with(section(&key, 2).start, 31).contains("31 bytes"));
    let powers = powers_bytes();
    let with = |at: usize, byte: u8| {
        let mut changed = powers.to_vec();
        changed[at] = byte;
        unreadable_powers(&changed)
    };
    let header = section(powers, 1).start;
    assert!(with(header + 4, 0).contains("modulus"));
    assert!(with(header + 36, 0).contains("power 0"));
    assert!(with(header + 36, 29).contains("power 29"));
    assert!(with(header + 40, 4).contains("ceremony of power 4"));
    assert!(with(header + 40, 29).contains("ceremony of power 29"));
    assert!(with(section(powers, 6).start - 12, 8).contains("section 8"));
}

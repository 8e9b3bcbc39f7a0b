//! Transcripts of real ceremonies, where `ceremony/fetch-transcripts.sh` has put them; without them these tests say that they were skipped.

use std::fs::File;
use std::io::Cursor;
use std::path::PathBuf;

use solvency_ceremony::{
    CeremonyError, PowersOfTau, Refusal, Required, RequiredBeacon, Silent, Verified, ptau, verify_chain,
};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/transcripts")
}

fn read(name: &str) -> Option<Vec<u8>> {
    let bytes = std::fs::read(folder().join(name)).ok();
    if bytes.is_none() {
        eprintln!("skipped: {name} is not there; run ceremony/fetch-transcripts.sh");
    }
    bytes
}

fn check(bytes: &[u8], contributions: usize) -> Result<Verified, CeremonyError> {
    let required = Required { contributions, beacon: RequiredBeacon::None };
    verify_chain(Cursor::new(bytes), "transcript", &required, &Silent)
}

/// 400 contributions, the last of them a beacon's.
#[test]
fn the_chain_of_semaphore_16_verifies() {
    let Some(bytes) = read("semaphore-16.zkey") else { return };
    let verified = check(&bytes, 399).unwrap();
    assert_eq!(verified.contributions.len(), 400);
    assert!(verified.circuit.starts_with("5850db9ee70d7cd436cbf41ad3ede893"));
    let few = check(&bytes, 401);
    assert!(matches!(few, Err(CeremonyError::Refused(Refusal::TooFewContributions { required: 401, .. }))));
}

/// 5,348 contributions.
#[test]
fn the_chain_of_unirep_signup_verifies() {
    let Some(bytes) = read("signup.zkey") else { return };
    let verified = check(&bytes, 5_000).unwrap();
    assert_eq!(verified.contributions.len(), 5_348);
    assert!(verified.circuit.starts_with("9ef333bd36f0a1c8d80d7b5df997200a"));
}

fn section(bytes: &[u8], number: u32) -> core::ops::Range<usize> {
    let mut at = 12;
    loop {
        let id = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        let length = u64::from_le_bytes(bytes[at + 4..at + 12].try_into().unwrap()) as usize;
        if id == number {
            return at + 12..at + 12 + length;
        }
        at += 12 + length;
    }
}

/// In any section. Of section 4 only the head of a term is tried: whether a coefficient is right only the circuit can tell.
fn refuses_a_flipped_byte(bytes: &[u8]) {
    for number in 1..=10u32 {
        let range = section(bytes, number);
        let middle = range.start + range.len() / 2 / 64 * 64;
        let place = match number {
            4 => range.start + 4 + 44 * 1000 + 3,
            // δ of the first contribution.
            10 => range.start + 68,
            _ => middle.min(range.end - 1),
        };
        let mut flipped = bytes.to_vec();
        flipped[place] ^= 1;
        assert!(check(&flipped, 1).is_err(), "section {number}, byte {place}");
    }
}

#[test]
fn a_flipped_byte_in_semaphore_16_is_refused() {
    let Some(bytes) = read("semaphore-16.zkey") else { return };
    refuses_a_flipped_byte(&bytes);
}

#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "takes minutes: needs the feature `heavy`")]
fn heavy_a_flipped_byte_in_unirep_signup_is_refused() {
    let Some(bytes) = read("signup.zkey") else { return };
    refuses_a_flipped_byte(&bytes);
}

/// One contribution, which has no name.
#[test]
fn the_powers_of_snarkjs_are_powers() {
    let path = folder().join("powers-15.ptau");
    let Ok(file) = File::open(&path) else {
        eprintln!("skipped: powers-15.ptau is not there; run ceremony/fetch-transcripts.sh");
        return;
    };
    let mut powers = PowersOfTau::open(file, "powers").unwrap();
    assert_eq!((powers.power(), powers.ceremony_power()), (15, 15));
    let verified = ptau::verify(&mut powers, &Silent).unwrap();
    assert!(verified.challenge_compared && verified.prepared && verified.known.is_none());
    assert_eq!(verified.contributions.len(), 1);
}

/// The file of the perpetual powers of tau for 2^9, at the place that `SOLVENCY_HERMEZ_09` names: no package has it.
#[test]
fn a_published_file_is_known_by_its_hash() {
    let Some(path) = std::env::var_os("SOLVENCY_HERMEZ_09") else {
        eprintln!("skipped: SOLVENCY_HERMEZ_09 names no powersOfTau28_hez_final_09.ptau");
        return;
    };
    let mut powers = PowersOfTau::open(File::open(path).unwrap(), "powers").unwrap();
    assert_eq!((powers.power(), powers.ceremony_power()), (9, 28));
    let verified = ptau::verify(&mut powers, &Silent).unwrap();
    assert_eq!(verified.known.map(|known| known.name), Some("powersOfTau28_hez_final_09.ptau"));
    assert_eq!(verified.contributions.len(), 55);
    let (_, beacon) = verified.contributions.last().unwrap();
    assert!(beacon.as_ref().unwrap().value.starts_with("e586fccaf245c9a1"));
}

//! Powers of tau: accepted as they are, refused when anything in them is another.

use std::io::Cursor;

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::BigInt;
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use solvency_ceremony::{CeremonyError, Circuit, PowersOfTau, Refusal, Silent, new, ptau};

use crate::small::{
    POWER, build, check_with, last, matrices, other_powers, powers_bytes, refusal, required, section,
};

fn check(bytes: &[u8]) -> Result<ptau::PowersVerified, CeremonyError> {
    ptau::verify(&mut PowersOfTau::open(Cursor::new(bytes), "powers")?, &Silent)
}

#[test]
fn powers_are_accepted_and_tell_who_made_them() {
    let verified = check(powers_bytes()).unwrap();
    assert_eq!(verified.contributions, [(ptau::TEST_NAME.to_owned(), None)]);
    assert!(verified.challenge_compared && verified.prepared);
    assert_eq!(verified.known, None);
    for power in 1..=4 {
        let mut bytes = Vec::new();
        ptau::write_test_file(power, &mut bytes, &Silent).unwrap();
        check(&bytes).unwrap();
    }
}

#[test]
fn test_files_have_powers_that_somebody_can_hold() {
    for power in [0, 21, u32::MAX] {
        let mut bytes = Vec::new();
        assert!(matches!(ptau::write_test_file(power, &mut bytes, &Silent), Err(CeremonyError::Argument(_))));
        assert!(bytes.is_empty());
    }
}

fn first(bytes: &[u8], number: u32, index: usize) -> G1Affine {
    let start = section(bytes, number).start + 64 * index;
    let coordinate = |start: usize| {
        let mut limbs = [0u64; 4];
        limbs.iter_mut().zip(bytes[start..start + 32].chunks_exact(8)).for_each(|(limb, bytes)| {
            *limb = u64::from_le_bytes(bytes.try_into().unwrap());
        });
        ark_bn254::Fq::new_unchecked(BigInt(limbs))
    };
    G1Affine::new_unchecked(coordinate(start), coordinate(start + 32))
}

fn with_first(bytes: &[u8], number: u32, index: usize, point: &G1Affine) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    let start = section(bytes, number).start + 64 * index;
    let limbs = [point.x, point.y].into_iter().flat_map(|coordinate| coordinate.0.0);
    let point: Vec<u8> = limbs.flat_map(u64::to_le_bytes).collect();
    changed[start..start + 64].copy_from_slice(&point);
    changed
}

fn some_point() -> G1Affine {
    (G1Affine::generator() * Fr::from(77u64)).into_affine()
}

/// A point of the curve in the place of another, one in every list: each list has its own refusal.
#[test]
fn another_point_is_refused_in_every_list() {
    let bytes = powers_bytes();
    for (number, index) in [(2, 5), (4, 5), (5, 5)] {
        let refused = refusal(check(&with_first(bytes, number, index, &some_point())));
        assert!(matches!(refused, Refusal::Powers { .. }), "section {number}: {refused}");
    }
    for (number, index) in [(2, 0), (2, 1), (4, 0), (5, 0)] {
        let refused = refusal(check(&with_first(bytes, number, index, &some_point())));
        assert!(matches!(refused, Refusal::Header { .. }), "section {number}: {refused}");
    }
    for number in [12, 14, 15] {
        for index in [0, 1, 2, 20, 40, 62] {
            let refused = refusal(check(&with_first(bytes, number, index, &some_point())));
            assert!(matches!(refused, Refusal::Lagrange { .. }), "section {number}: {refused}");
        }
    }
    // Of the second group: the next point in the place of one.
    for (number, is_power) in [(3, true), (13, false)] {
        let start = section(bytes, number).start + 5 * 128;
        let mut changed = bytes.to_vec();
        changed.copy_within(start + 128..start + 256, start);
        let refused = refusal(check(&changed));
        assert_eq!(matches!(refused, Refusal::Powers { .. }), is_power, "{refused}");
        assert_eq!(matches!(refused, Refusal::Lagrange { .. }), !is_power, "{refused}");
    }
    let start = section(bytes, 6).start;
    let mut changed = bytes.to_vec();
    let other = changed[section(bytes, 3).start..][..128].to_vec();
    changed[start..start + 128].copy_from_slice(&other);
    assert!(matches!(refusal(check(&changed)), Refusal::Header { field: "β in the second group", .. }));
}

#[test]
fn a_flipped_byte_in_any_section_is_refused() {
    let bytes = powers_bytes();
    for number in [1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15] {
        let range = section(bytes, number);
        for at in range.clone().step_by((range.len() / 12).max(1)) {
            // The eight bytes behind a hash that rests half way, and the name, are covered by nothing.
            let offset = at - range.start;
            if number == 7 && (offset >= 4 + 1504 || (4 + 1424..4 + 1432).contains(&offset)) {
                continue;
            }
            let mut flipped = bytes.to_vec();
            flipped[at] ^= 1;
            assert!(check(&flipped).is_err(), "section {number}, byte {offset}");
        }
    }
}

/// The challenge is the only thing that a wrong state of the answer's hash changes.
#[test]
fn the_answer_is_part_of_the_challenge() {
    let bytes = powers_bytes();
    let mut changed = bytes.to_vec();
    changed[section(bytes, 7).start + 4 + 1216 + 130] ^= 1;
    assert_eq!(refusal(check(&changed)), Refusal::Challenge);
}

#[test]
fn powers_that_nobody_contributed_to_are_refused() {
    let bytes = powers_bytes();
    let none = crate::small::with_section(bytes, 7, &0u32.to_le_bytes());
    assert_eq!(refusal(check(&none)), Refusal::NoContribution);
    assert_eq!(refusal(check_with(matrices(), &none, &last(), &required())), Refusal::NoContribution);
}

/// The part of a file for a smaller power, as `snarkjs powersoftau truncate` cuts it.
pub(crate) fn truncated(bytes: &[u8], power: u32) -> Vec<u8> {
    let n = 1usize << power;
    let mut out = bytes[..12].to_vec();
    for number in [1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15] {
        let content = &bytes[section(bytes, number)];
        let length = match number {
            2 => 64 * (2 * n - 1),
            3 => 128 * n,
            4 | 5 => 64 * n,
            12 => 64 * (4 * n - 1),
            13 => 128 * (2 * n - 1),
            14 | 15 => 64 * (2 * n - 1),
            _ => content.len(),
        };
        out.extend(number.to_le_bytes());
        out.extend((length as u64).to_le_bytes());
        out.extend_from_slice(&content[..length]);
    }
    let header = section(&out, 1).start + 36;
    out[header..header + 4].copy_from_slice(&power.to_le_bytes());
    out
}

/// The largest basis of a part has the power that the whole file's largest one lacks.
#[test]
fn a_part_of_a_larger_file_is_accepted_and_hides_nothing_either() {
    let mut whole = Vec::new();
    ptau::write_test_file(POWER + 1, &mut whole, &Silent).unwrap();
    let part = truncated(&whole, POWER);
    let powers = PowersOfTau::open(Cursor::new(&part), "powers").unwrap();
    assert_eq!((powers.power(), powers.ceremony_power()), (POWER, POWER + 1));
    let verified = check(&part).unwrap();
    assert!(!verified.challenge_compared && verified.prepared);
    let refused = refusal(check(&with_hidden(&part, POWER)));
    assert!(matches!(refused, Refusal::Lagrange { power, .. } if power == POWER + 1), "{refused}");
    // Without that power it is the basis that a file of its own has.
    let last = first(&whole, 2, (2 << POWER) - 1);
    let without = with_in_place_of_last(&part, POWER, &-last);
    assert!(check(&without).is_ok());
    let twice = with_in_place_of_last(&part, POWER, &last);
    assert!(matches!(refusal(check(&twice)), Refusal::Lagrange { .. }));
    // So are keys over a part.
    let circuit = matrices();
    let made = |powers: &[u8]| {
        let mut key = Vec::new();
        let mut powers = PowersOfTau::open(Cursor::new(powers), "powers").unwrap();
        new(&Circuit::of(circuit), &mut powers, &mut key, &Silent).unwrap();
        crate::small::with_beacon(
            &["Anna", "Bob", "Carl"].iter().fold(key, |key, name| crate::small::contributed(&key, name)),
        )
    };
    check_with(circuit, &part, &made(&part), &required()).unwrap();
    let hidden = with_hidden(&part, POWER);
    let refused = refusal(check_with(circuit, &hidden, &made(&hidden), &required()));
    assert!(matches!(refused, Refusal::Lagrange { .. }), "{refused}");
}

/// Powers of one ceremony with the contributions of another.
#[test]
fn contributions_of_others_are_refused() {
    let (bytes, other) = (powers_bytes(), other_powers());
    let mixed = crate::small::with_section(bytes, 7, &other[section(&other, 7)]);
    assert!(matches!(refusal(check(&mixed)), Refusal::Header { .. }));
}

/// The largest basis of a file of this power with a point hidden in the place of its last power.
pub(crate) fn with_hidden(bytes: &[u8], power: u32) -> Vec<u8> {
    with_in_place_of_last(bytes, power, &some_point())
}

/// To each L_j is added 1/n·ω^(−j(n−1)) times a point.
fn with_in_place_of_last(bytes: &[u8], power: u32, added: &G1Affine) -> Vec<u8> {
    let n = 2usize << power;
    let domain = Radix2EvaluationDomain::<Fr>::new(n).unwrap();
    // Smaller bases come before.
    let start = n - 1;
    let mut changed = bytes.to_vec();
    for place in 0..n {
        let factor = domain.element(place) * domain.size_inv();
        let point: G1Projective = first(bytes, 12, start + place) + *added * factor;
        changed = with_first(&changed, 12, start + place, &point.into_affine());
    }
    changed
}

/// The largest basis lacks the last power. snarkjs does not look at what stands in its place, for which the key gives out what it is over δ: with the
/// point of some public inputs, whoever chose it can forge a proof of these.
#[test]
fn nothing_can_be_hidden_in_the_largest_basis() {
    let changed = with_hidden(powers_bytes(), POWER);
    let refused = refusal(check(&changed));
    assert!(matches!(refused, Refusal::Lagrange { power, .. } if power == POWER + 1), "{refused}");
    // Nor in a key that is made over it.
    let circuit = matrices();
    assert_eq!(Circuit::of(circuit).power(), POWER);
    let mut key = Vec::new();
    let mut powers = PowersOfTau::open(Cursor::new(&changed[..]), "powers").unwrap();
    new(&Circuit::of(circuit), &mut powers, &mut key, &Silent).unwrap();
    for name in ["Anna", "Bob", "Carl"] {
        key = crate::small::contributed(&key, name);
    }
    let key = crate::small::with_beacon(&key);
    let refused = refusal(check_with(circuit, &changed, &key, &required()));
    assert!(matches!(refused, Refusal::Lagrange { .. }), "{refused}");
}

#[test]
fn a_circuit_that_is_too_large_or_a_file_that_is_not_prepared_is_named() {
    let mut small = Vec::new();
    ptau::write_test_file(POWER - 1, &mut small, &Silent).unwrap();
    let mut powers = PowersOfTau::open(Cursor::new(&small[..]), "powers").unwrap();
    let circuit = build(1).0;
    let made = new(&Circuit::of(&circuit), &mut powers, &mut Vec::new(), &Silent);
    assert!(matches!(made, Err(CeremonyError::TooFewPowers { needed: POWER, got }) if got == POWER - 1));
    let checked = check_with(&circuit, &small, &last(), &required());
    assert!(checked.is_err());
    // The same file without sections 12 to 15.
    let whole = powers_bytes();
    let mut unprepared = whole[..section(whole, 7).end].to_vec();
    unprepared[8..12].copy_from_slice(&7u32.to_le_bytes());
    assert!(!check(&unprepared).unwrap().prepared);
    let mut powers = PowersOfTau::open(Cursor::new(&unprepared[..]), "powers").unwrap();
    let made = new(&Circuit::of(&circuit), &mut powers, &mut Vec::new(), &Silent);
    assert!(matches!(made, Err(CeremonyError::NotPrepared { section: 12 })));
}

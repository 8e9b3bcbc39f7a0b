//! A whole transcript: accepted as it is, refused when anything in it is another.

use ark_bn254::{Fq2, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use solvency_ceremony::{PointError, Refusal, Required, RequiredBeacon};

use crate::small::{
    beacon, build, ceremony, check, check_with, contributed, initial, is_name, last, matrices, other_powers,
    powers_bytes, refusal, required, section, with_beacon, with_section,
};

#[test]
fn a_ceremony_is_accepted_and_tells_who_contributed() {
    let verified = check(&last()).unwrap();
    let names: Vec<&str> = verified.contributions.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Anna", "Bob", "Carl", ""]);
    assert!(verified.contributions[..3].iter().all(|one| one.beacon.is_none()));
    let beacon = verified.contributions[3].beacon.as_ref().unwrap();
    assert_eq!((beacon.value.as_str(), beacon.iterations_log2), ("01020304", 10));
    let hashes: std::collections::HashSet<_> = verified.contributions.iter().map(|one| &one.hash).collect();
    assert_eq!(hashes.len(), 4);
    // Another transcript has another name.
    assert_ne!(
        verified.transcript,
        check(&with_beacon(&contributed(&ceremony()[2], "Carl"))).unwrap().transcript
    );
}

#[test]
fn a_key_without_any_contribution_is_refused_whatever_is_required() {
    let none = Required { contributions: 0, beacon: RequiredBeacon::None };
    let check = |key: &[u8]| refusal(check_with(matrices(), powers_bytes(), key, &none));
    assert_eq!(check(&ceremony()[0]), Refusal::NoContribution);
    // A beacon is nobody's contribution.
    assert_eq!(check(&with_beacon(&ceremony()[0])), Refusal::NoContribution);
}

#[test]
fn fewer_contributions_than_required_are_refused() {
    let exactly = |contributions| Required { contributions, beacon: RequiredBeacon::None };
    let key = &ceremony()[2];
    assert!(check_with(matrices(), powers_bytes(), key, &exactly(2)).is_ok());
    let refused = refusal(check_with(matrices(), powers_bytes(), key, &exactly(3)));
    assert_eq!(refused, Refusal::TooFewContributions { got: 2, required: 3 });
    // The beacon does not count.
    assert_eq!(
        refusal(check_with(matrices(), powers_bytes(), &last(), &exactly(4))),
        Refusal::TooFewContributions { got: 3, required: 4 }
    );
}

#[test]
fn a_required_beacon_has_to_be_there_and_the_one_that_was_named() {
    let with = |beacon| Required { contributions: 1, beacon };
    let check = |key: &[u8], beacon| check_with(matrices(), powers_bytes(), key, &with(beacon));
    assert!(check(&last(), RequiredBeacon::Any).is_ok());
    assert!(check(&ceremony()[3], RequiredBeacon::None).is_ok());
    assert_eq!(refusal(check(&ceremony()[3], RequiredBeacon::Any)), Refusal::NoBeacon);
    // A contribution after the beacon takes its effect away.
    let after = contributed(&last(), "Dora");
    assert_eq!(refusal(check(&after, RequiredBeacon::Named(beacon()))), Refusal::NoBeacon);
    for other in [(vec![1, 2, 3, 5], 10), (vec![1, 2, 3, 4], 11)] {
        let other = solvency_ceremony::Beacon::new(other.0, other.1).unwrap();
        assert!(matches!(refusal(check(&last(), RequiredBeacon::Named(other))), Refusal::OtherBeacon { .. }));
    }
}

#[test]
fn a_key_for_another_circuit_is_refused() {
    // The same sizes, another coefficient.
    let (other, _) = build(2);
    let refused = refusal(check_with(&other, powers_bytes(), &last(), &required()));
    assert!(
        matches!(refused, Refusal::Section { section, .. } if section.contains("coefficients")),
        "{refused}"
    );
    // Contributions to one circuit's key, moved to the key of another.
    let moved = with_section(&initial(&other), 10, &last()[section(&last(), 10)]);
    let header = last()[section(&last(), 2)].to_vec();
    let moved = with_section(&moved, 2, &header);
    let refused = refusal(check_with(&other, powers_bytes(), &moved, &required()));
    assert!(matches!(refused, Refusal::CircuitHash | Refusal::Ratio { .. }), "{refused}");
}

#[test]
fn other_powers_of_tau_are_refused() {
    let other = other_powers();
    let refused = refusal(check_with(matrices(), &other, &last(), &required()));
    assert_eq!(refused, Refusal::Header { field: "α", expected: "the file of powers of tau" });
}

/// Every section, several bytes of each; what a byte changes differs, so that the reason does too.
#[test]
fn a_flipped_byte_in_any_section_is_refused() {
    let key = last();
    for number in 1..=10 {
        let range = section(&key, number);
        let step = (range.len() / 12).max(1);
        for at in range.step_by(step) {
            if is_name(&key, at) {
                continue;
            }
            let mut flipped = key.clone();
            flipped[at] ^= 1;
            assert!(check(&flipped).is_err(), "section {number}, byte {at}");
        }
    }
}

/// Points for which the file's form is right.
fn with_point(key: &[u8], number: u32, index: usize, point: &[u8]) -> Vec<u8> {
    let mut changed = key.to_vec();
    let start = section(key, number).start + index * point.len();
    changed[start..start + point.len()].copy_from_slice(point);
    changed
}

fn first_bytes(point: &G1Affine) -> Vec<u8> {
    let (x, y) = point.xy().unwrap_or_default();
    [x, y].iter().flat_map(|coordinate| coordinate.0.0).flat_map(u64::to_le_bytes).collect()
}

fn second_bytes(point: &G2Affine) -> Vec<u8> {
    let (x, y) = point.xy().unwrap_or_default();
    [x.c0, x.c1, y.c0, y.c1].iter().flat_map(|coordinate| coordinate.0.0).flat_map(u64::to_le_bytes).collect()
}

/// A point of the curve outside of the subgroup.
fn outside() -> G2Affine {
    let mut x = Fq2::ONE;
    loop {
        if let Some(point) = G2Affine::get_point_from_x_unchecked(x, false)
            && !point.is_in_correct_subgroup_assuming_on_curve()
        {
            return point;
        }
        x += Fq2::ONE;
    }
}

/// Another point of the curve, in every section of points: what a cheat would write.
#[test]
fn another_point_of_the_curve_is_refused_in_every_section() {
    let key = last();
    let first = first_bytes(&(G1Affine::generator() * ark_bn254::Fr::from(77u64)).into_affine());
    for number in [3, 5, 6] {
        let refused = refusal(check(&with_point(&key, number, 1, &first)));
        assert!(matches!(refused, Refusal::Section { index: 1, .. }), "section {number}: {refused}");
    }
    let second = second_bytes(&(G2Affine::generator() * ark_bn254::Fr::from(77u64)).into_affine());
    assert!(matches!(refusal(check(&with_point(&key, 7, 1, &second))), Refusal::Section { index: 1, .. }));
    for number in [8, 9] {
        let refused = refusal(check(&with_point(&key, number, 1, &first)));
        assert!(matches!(refused, Refusal::Ratio { .. }), "section {number}: {refused}");
    }
}

#[test]
fn points_that_are_none_are_refused_by_name() {
    let key = last();
    let mut off = first_bytes(&G1Affine::generator());
    off[0] ^= 1;
    let reduced = [0xff; 64];
    for number in [3, 5, 6, 8, 9] {
        for (bytes, expected) in [(&off[..], PointError::NotOnCurve), (&reduced, PointError::NotReduced)] {
            match refusal(check(&with_point(&key, number, 0, bytes))) {
                Refusal::Point { error, index: 0, .. } => assert_eq!(error, expected),
                other => panic!("section {number}: {other}"),
            }
        }
    }
    let outside = second_bytes(&outside());
    assert!(matches!(
        refusal(check(&with_point(&key, 7, 0, &outside))),
        Refusal::Point { error: PointError::NotInSubgroup, .. }
    ));
    // Where circuit and powers of tau give a point, infinity is none.
    let place = section(&key, 8);
    let finite =
        (0..place.len() / 64).find(|index| key[place.start + 64 * index..][..64] != [0; 64]).unwrap();
    for (number, index) in [(8, finite), (9, 0)] {
        let refused = refusal(check(&with_point(&key, number, index, &[0; 64])));
        assert!(matches!(refused, Refusal::Point { error: PointError::Infinity, .. }), "{refused}");
    }
}

/// Fields of the header: in its order α, β, β₂, γ, δ, δ₂.
#[test]
fn every_field_of_the_header_is_compared() {
    let key = last();
    let start = section(&key, 2).start + 84;
    let first = first_bytes(&(G1Affine::generator() * ark_bn254::Fr::from(77u64)).into_affine());
    let second = second_bytes(&(G2Affine::generator() * ark_bn254::Fr::from(77u64)).into_affine());
    let mut at = start;
    for (bytes, field) in [
        (&first, "α"),
        (&first, "β in the first group"),
        (&second, "β in the second group"),
        (&second, "γ"),
        (&first, "δ"),
        (&second, "δ in the second group"),
    ] {
        let mut changed = key.clone();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        let refused = refusal(check(&changed));
        assert!(matches!(refused, Refusal::Header { field: got, .. } if got == field), "{field}: {refused}");
        let mut infinite = key.clone();
        infinite[at..at + bytes.len()].fill(0);
        let refused = refusal(check(&infinite));
        assert!(matches!(refused, Refusal::Point { error: PointError::Infinity, .. }), "{field}: {refused}");
        at += bytes.len();
    }
    assert_eq!(at, section(&key, 2).end);
}

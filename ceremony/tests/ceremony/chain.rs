//! Contributions that were removed, reordered, replayed or altered.

use std::io::Cursor;

use ark_bn254::{Fr, G1Affine};
use ark_ec::{AffineRepr, CurveGroup};
use solvency_ceremony::{
    CeremonyError, Refusal, Required, RequiredBeacon, Silent, Verified, contribute, verify_chain,
};

use crate::small::{
    ceremony, check, contributed, contributions, initial, last, matrices, refusal, section, with_section,
};

/// Section 10 of other contributions, in a key.
fn with_contributions(key: &[u8], chosen: &[&[u8]]) -> Vec<u8> {
    let range = section(key, 10);
    let mut content = key[range.start..range.start + 64].to_vec();
    content.extend((chosen.len() as u32).to_le_bytes());
    chosen.iter().for_each(|contribution| content.extend_from_slice(contribution));
    with_section(key, 10, &content)
}

fn parts(key: &[u8]) -> Vec<&[u8]> {
    contributions(key).into_iter().map(|range| &key[range]).collect()
}

fn check_chain(key: &[u8]) -> Result<Verified, CeremonyError> {
    let required = Required { contributions: 1, beacon: RequiredBeacon::None };
    verify_chain(Cursor::new(key), "key", &required, &Silent)
}

/// In the same way by both checks.
fn refused(key: &[u8]) -> Refusal {
    let (whole, chain) = (refusal(check(key)), refusal(check_chain(key)));
    match (&whole, &chain) {
        (Refusal::NoBeacon | Refusal::TooFewContributions { .. }, _) => chain,
        _ => {
            assert_eq!(whole, chain);
            whole
        }
    }
}

#[test]
fn the_chain_alone_is_accepted() {
    assert_eq!(check_chain(&last()).unwrap(), check(&last()).unwrap());
}

#[test]
fn a_removed_contribution_is_noticed() {
    let key = last();
    let [first, second, third, beacon] = parts(&key)[..] else { panic!("four") };
    for (kept, number) in
        [(vec![second, third, beacon], 1), (vec![first, third, beacon], 2), (vec![first, second, beacon], 3)]
    {
        assert_eq!(refused(&with_contributions(&key, &kept)), Refusal::Transcript { number });
    }
    // The last one: δ of the header is then another's.
    let kept = with_contributions(&key, &[first, second, third]);
    assert_eq!(refused(&kept), Refusal::Header { field: "δ", expected: "the last contribution" });
}

#[test]
fn reordered_and_replayed_contributions_are_noticed() {
    let key = last();
    let [first, second, third, beacon] = parts(&key)[..] else { panic!("four") };
    let order = with_contributions(&key, &[second, first, third, beacon]);
    assert_eq!(refused(&order), Refusal::Transcript { number: 1 });
    let replayed = with_contributions(&key, &[first, first, second, third, beacon]);
    assert_eq!(refused(&replayed), Refusal::Transcript { number: 2 });
    // A contribution to another key of the same circuit.
    let other = contributed(&initial(matrices()), "Eve");
    let replayed = with_contributions(&key, &[first, parts(&other)[0], second, third, beacon]);
    assert_eq!(refused(&replayed), Refusal::Transcript { number: 2 });
}

/// Offsets: δ 0, s 64, s·d 128, p·d 192, transcript 320, kind 384.
#[test]
fn altered_contributions_are_noticed_by_their_place() {
    let key = last();
    let start = contributions(&key)[1].start;
    let first = |factor: u64| -> Vec<u8> {
        let point = (G1Affine::generator() * Fr::from(factor)).into_affine();
        [point.x, point.y].iter().flat_map(|coordinate| coordinate.0.0).flat_map(u64::to_le_bytes).collect()
    };
    let changed = |offset: usize, bytes: &[u8]| {
        let mut changed = key.clone();
        changed[start + offset..start + offset + bytes.len()].copy_from_slice(bytes);
        changed
    };
    // δ goes into the next transcript, s and s·d into its own.
    assert_eq!(refused(&changed(0, &first(5))), Refusal::Transcript { number: 3 });
    assert_eq!(refused(&changed(64, &first(5))), Refusal::Transcript { number: 2 });
    assert_eq!(refused(&changed(128, &first(5))), Refusal::Transcript { number: 2 });
    let second = key[contributions(&key)[0].start + 192..][..128].to_vec();
    assert_eq!(refused(&changed(192, &second)), Refusal::Transcript { number: 3 });
    assert_eq!(refused(&changed(320, &[0; 64])), Refusal::Transcript { number: 2 });
    // The same in the last contribution, which no transcript follows.
    let start = contributions(&key)[3].start;
    let mut other = key.clone();
    other[start + 192..start + 320].copy_from_slice(&second);
    assert!(matches!(refused(&other), Refusal::ProofOfKnowledge { number: 4, .. }));
    let mut other = key.clone();
    other[start..start + 64].copy_from_slice(&first(5));
    assert!(matches!(refused(&other), Refusal::DoesNotFollow { number: 4, .. }));
}

/// A beacon that says another value than its points were made of: the transcript is whole, the points are not the value's.
#[test]
fn a_beacon_with_another_value_is_noticed() {
    let key = last();
    let range = contributions(&key)[3].clone();
    // Parameters: 2, iterations, 3, length, value.
    let mut other = key.clone();
    other[range.end - 1] ^= 1;
    assert_eq!(refusal(check_chain(&other)), Refusal::BeaconPoints { number: 4 });
    let mut other = key.clone();
    other[range.start + 393] = 11;
    assert_eq!(refusal(check_chain(&other)), Refusal::BeaconPoints { number: 4 });
    // A participant who calls the contribution a beacon's, to have chosen the value.
    let bob = contributions(&key)[1].clone();
    let mut content = key[section(&key, 10)][..68].to_vec();
    content.extend_from_slice(&key[contributions(&key)[0].clone()]);
    let mut called = key[bob.start..bob.start + 384].to_vec();
    called.extend(1u32.to_le_bytes());
    called.extend(7u32.to_le_bytes());
    called.extend([2, 10, 3, 3, 9, 9, 9]);
    content.extend(called);
    content.extend_from_slice(&key[contributions(&key)[2].start..section(&key, 10).end]);
    assert_eq!(refusal(check_chain(&with_section(&key, 10, &content))), Refusal::BeaconPoints { number: 2 });
}

/// Who contributes sees first whether the chain so far is right.
#[test]
fn nobody_contributes_to_a_chain_that_is_wrong() {
    let mut key = ceremony()[2].clone();
    let start = contributions(&key)[1].start;
    key[start + 320] ^= 1;
    let mut out = Vec::new();
    let refused = refusal(contribute(Cursor::new(&key), "key", &mut out, None, b"", &Silent));
    assert_eq!(refused, Refusal::Transcript { number: 2 });
    assert!(out.is_empty());
}

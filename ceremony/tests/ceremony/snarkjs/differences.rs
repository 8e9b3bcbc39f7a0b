//! What snarkjs accepts of ours, and what it accepts that is refused here.

use std::io::Cursor;

use solvency_ceremony::{PowersOfTau, Refusal, Required, RequiredBeacon, Silent, ptau};

use super::Folder;
use crate::powers::{truncated, with_hidden};
use crate::small::{POWER, ceremony, check_with, matrices, powers_bytes, refusal};

#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "needs Node.js: run with the feature `heavy`")]
fn heavy_snarkjs_accepts_powers_made_here() {
    let folder = Folder::new();
    let mut powers = Vec::new();
    ptau::write_test_file(4, &mut powers, &Silent).unwrap();
    folder.write("powers.ptau", &powers);
    let text = folder.snarkjs("powersoftau verify powers.ptau");
    assert!(text.contains("Powers of Tau Ok!") && text.contains(ptau::TEST_NAME), "{text}");
}

/// γ = δ: everybody can forge.
#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "needs Node.js: run with the feature `heavy`")]
fn heavy_snarkjs_accepts_a_key_without_any_contribution() {
    let folder = Folder::new();
    let key = &ceremony()[0];
    folder.write("powers.ptau", powers_bytes());
    folder.write("0.zkey", key);
    folder.write_r1cs("circuit.r1cs", matrices());
    let text = folder.snarkjs("zkey verify circuit.r1cs powers.ptau 0.zkey");
    assert!(text.contains("ZKey Ok!"), "{text}");
    let none = Required { contributions: 0, beacon: RequiredBeacon::None };
    let refused = refusal(check_with(matrices(), powers_bytes(), key, &none));
    assert_eq!(refused, Refusal::NoContribution);
}

/// In a whole file, and in a part of a larger one.
#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "needs Node.js: run with the feature `heavy`")]
fn heavy_snarkjs_accepts_a_point_hidden_in_the_largest_basis() {
    let mut larger = Vec::new();
    ptau::write_test_file(POWER + 1, &mut larger, &Silent).unwrap();
    for powers in [powers_bytes(), &truncated(&larger, POWER)] {
        let folder = Folder::new();
        let hidden = with_hidden(powers, POWER);
        assert_ne!(hidden, powers);
        folder.write("powers.ptau", &hidden);
        let text = folder.snarkjs("powersoftau verify powers.ptau");
        assert!(text.contains("Powers of Tau Ok!"), "{text}");
        let mut powers = PowersOfTau::open(Cursor::new(&hidden[..]), "powers").unwrap();
        let refused = refusal(ptau::verify(&mut powers, &Silent));
        assert!(matches!(refused, Refusal::Lagrange { power, .. } if power == POWER + 1), "{refused}");
    }
}

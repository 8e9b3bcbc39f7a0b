//! The same bytes as snarkjs, where nothing is random.

use std::fs::File;
use std::io::Cursor;

use solvency_ceremony::{Beacon, Circuit, Name, PowersOfTau, Silent, apply_beacon, new, ptau};
use solvency_circuits::builder::Matrices;
use solvency_verifier::Shape;

use super::{Folder, powers_15};
use crate::powers::truncated;
use crate::small::{POWER, matrices};

/// `new` and `snarkjs zkey new` of a circuit over `powers.ptau`: the same file, which is left behind as `0.zkey`.
#[track_caller]
fn same_beginning(folder: &Folder, powers: &str, matrices: &Matrices) {
    folder.write_r1cs("circuit.r1cs", matrices);
    folder.snarkjs(&format!("zkey new circuit.r1cs {powers} 0.zkey"));
    let mut ours = Vec::new();
    let mut powers = PowersOfTau::open(File::open(folder.at(powers)).unwrap(), "powers").unwrap();
    new(&Circuit::of(matrices), &mut powers, &mut ours, &Silent).unwrap();
    assert!(ours == folder.read("0.zkey"), "another key than snarkjs'");
}

/// `apply_beacon` and `snarkjs zkey beacon` on a key that snarkjs contributed to.
#[track_caller]
fn same_beacon(folder: &Folder) {
    folder.snarkjs("zkey contribute 0.zkey 1.zkey --name=Anna -e=typed");
    let key = folder.read("1.zkey");
    for (name, value, iterations) in [("", vec![1, 2, 3, 4], 10), ("last", (0..32).collect(), 11)] {
        let digits: String = value.iter().map(|byte: &u8| format!("{byte:02x}")).collect();
        let named = if name.is_empty() { String::new() } else { format!(" --name={name}") };
        folder.snarkjs(&format!("zkey beacon 1.zkey 2.zkey {digits} {iterations}{named}"));
        let mut ours = Vec::new();
        let (name, beacon) = (Some(Name::new(name).unwrap()), Beacon::new(value, iterations).unwrap());
        apply_beacon(Cursor::new(&key), "key", &mut ours, name, beacon, &Silent).unwrap();
        assert!(ours == folder.read("2.zkey"), "another beacon than snarkjs'");
    }
}

/// Powers for twice the domain, and for the domain alone.
#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "needs Node.js: run with the feature `heavy`")]
fn heavy_a_small_key_is_snarkjs_own() {
    assert_eq!(Circuit::of(matrices()).power(), POWER);
    for power in [POWER + 1, POWER] {
        let folder = Folder::new();
        let mut powers = Vec::new();
        ptau::write_test_file(power, &mut powers, &Silent).unwrap();
        folder.write("powers.ptau", &powers);
        same_beginning(&folder, "powers.ptau", matrices());
        same_beacon(&folder);
    }
}

#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "needs Node.js: run with the feature `heavy`")]
fn heavy_a_key_of_coverage_flat_is_snarkjs_own() {
    let Some(powers) = powers_15() else { return };
    let folder = Folder::new();
    same_beginning(&folder, powers.to_str().unwrap(), &solvency_circuits::matrices(Shape::CoverageFlat));
    same_beacon(&folder);
}

/// The domain is as large as the file allows: snarkjs hashes what stands behind its last power.
#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "needs Node.js: run with the feature `heavy`")]
fn heavy_a_key_that_takes_all_powers_is_snarkjs_own() {
    let Some(powers) = powers_15() else { return };
    let matrices = solvency_circuits::matrices(Shape::Allocation2x4);
    assert_eq!(Circuit::of(&matrices).power(), 15);
    same_beginning(&Folder::new(), powers.to_str().unwrap(), &matrices);
}

/// snarkjs cuts a file into the parts that the other tests are about.
#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "needs Node.js: run with the feature `heavy`")]
fn heavy_a_truncated_file_is_snarkjs_own() {
    let folder = Folder::new();
    let mut powers = Vec::new();
    ptau::write_test_file(POWER + 1, &mut powers, &Silent).unwrap();
    folder.write("powers.ptau", &powers);
    folder.snarkjs("powersoftau truncate powers.ptau");
    let parts: Vec<String> = std::fs::read_dir(folder.at(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(&format!("{POWER:02}")))
        .collect();
    let [part] = &parts[..] else { panic!("{parts:?}") };
    assert!(folder.read(part) == truncated(&powers, POWER), "another part than snarkjs'");
}

//! Files of circom: they come back, other implementations read them, and bad ones are refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests

use std::io::Cursor;

use ark_bn254::{Bn254, Fr};
use proptest::prelude::*;
use solvency_circuits::builder::{Builder, Matrices};
use solvency_circuits::{assignment, matrices};
use solvency_prover::circom::{FormatError, R1cs, Wtns};
use solvency_prover::measure::sample;
use solvency_verifier::{FieldElement, Shape};

/// `x² = y`, `y·y = z`, `z` public.
fn small() -> (Matrices, Wtns) {
    let mut builder = Builder::<true>::new(1);
    let x = builder.private(Fr::from(3u64));
    let y = builder.product("product", &x, &x);
    let z = builder.public_input(1, Fr::from(81u64));
    builder.enforce_product("product", &y, &y, &z);
    let (matrices, assignment) = builder.finish_with_matrices();
    (matrices, Wtns::of(&assignment))
}

fn files() -> [Vec<u8>; 2] {
    let (matrices, wtns) = small();
    [R1cs::of(&matrices).unwrap().to_bytes().unwrap(), wtns.to_bytes().unwrap().to_vec()]
}

fn refusals(bytes: &[u8]) -> [FormatError; 2] {
    [R1cs::from_bytes(bytes).unwrap_err(), Wtns::from_bytes(bytes).unwrap_err()]
}

#[test]
fn files_come_back() {
    let (matrices, wtns) = small();
    let r1cs = R1cs::of(&matrices).unwrap();
    let [r1cs_bytes, wtns_bytes] = files();
    assert_eq!(R1cs::from_bytes(&r1cs_bytes).unwrap(), r1cs);
    assert_eq!((r1cs.wires(), r1cs.public_outputs(), r1cs.public_inputs()), (4, 0, 1));
    assert_eq!((r1cs.private_inputs(), r1cs.constraints()), (1, 2));
    assert_eq!(Wtns::from_bytes(&wtns_bytes).unwrap(), wtns);
    assert_eq!(wtns.values(), [1u64, 81, 3, 9].map(Fr::from));
    assert!(!format!("{wtns:?} {r1cs:?}").contains("81"));
}

/// The seeds of the fuzz targets are these files.
#[test]
fn seeds_are_those_files() {
    let seed = |kind: &str| {
        std::fs::read(format!("{}/../fuzz/corpus/{kind}/small", env!("CARGO_MANIFEST_DIR"))).unwrap()
    };
    assert_eq!(files(), ["r1cs", "wtns"].map(seed));
}

#[test]
fn another_implementation_reads_every_shape() {
    for shape in [Shape::CoverageFlat, Shape::Holdings16] {
        let matrices = matrices(shape);
        let ours = R1cs::of(&matrices).unwrap();
        let theirs =
            taceo_circom_types::R1CS::<Bn254>::from_reader(Cursor::new(ours.to_bytes().unwrap())).unwrap();
        assert_eq!(theirs.num_inputs, 1 + matrices.public_inputs, "{shape}");
        assert_eq!(theirs.num_variables, matrices.wires);
        assert_eq!(theirs.constraints.len(), matrices.constraints());
        for (row, (a, b, c)) in theirs.constraints.iter().enumerate() {
            for (matrix, theirs) in [a, b, c].into_iter().enumerate() {
                let swapped: Vec<(Fr, usize)> =
                    theirs.iter().map(|(wire, coefficient)| (*coefficient, *wire)).collect();
                assert_eq!(swapped, matrices.rows[matrix][row], "row {row}");
            }
        }
        let assigned = assignment(shape, &sample(shape), FieldElement(Fr::from(7u64))).unwrap();
        let wtns = Wtns::of(&assigned).to_bytes().unwrap();
        let theirs = taceo_circom_types::Witness::<Fr>::from_reader(Cursor::new(wtns.to_vec())).unwrap();
        assert_eq!(theirs.values, assigned.wires());
    }
}

#[test]
fn a_file_that_ends_anywhere_too_early_or_too_late_is_refused() {
    for bytes in files() {
        for length in 0..bytes.len() {
            let [r1cs, wtns] = refusals(&bytes[..length]);
            let early = |error: &FormatError| {
                matches!(error, FormatError::Truncated { .. } | FormatError::Magic { .. })
            };
            assert!(early(&r1cs) && early(&wtns), "{length} bytes: {r1cs}, {wtns}");
        }
        let longer = [&bytes[..], &[0]].concat();
        assert!(refusals(&longer).iter().any(|error| matches!(error, FormatError::TooLong { bytes: 1, .. })));
    }
}

/// Counts and lengths of all ones: no memory is taken for them.
#[test]
fn hostile_numbers_are_refused() {
    for bytes in files() {
        for place in 4..bytes.len() - 8 {
            for width in [4, 8] {
                let mut hostile = bytes.clone();
                hostile[place..place + width].fill(0xff);
                // Whatever it is taken for, it is read or refused at once.
                let _ = (R1cs::from_bytes(&hostile), Wtns::from_bytes(&hostile));
            }
        }
    }
}

#[test]
fn each_defect_has_its_error() {
    let [r1cs, wtns] = files();
    let with = |bytes: &[u8], place: usize, value: &[u8]| {
        let mut bytes = bytes.to_vec();
        bytes[place..place + value.len()].copy_from_slice(value);
        bytes
    };
    let r1cs_error = |place, value: &[u8]| R1cs::from_bytes(&with(&r1cs, place, value)).unwrap_err();
    let wtns_error = |place, value: &[u8]| Wtns::from_bytes(&with(&wtns, place, value)).unwrap_err();
    assert!(matches!(r1cs_error(0, b"zkey"), FormatError::Magic { expected: "r1cs", .. }));
    assert!(matches!(r1cs_error(4, &[2]), FormatError::Version { got: 2, expected: 1 }));
    assert!(matches!(wtns_error(4, &[1]), FormatError::Version { got: 1, expected: 2 }));
    // Behind magic, version and count: section 1's number and length, then the element's length and the modulus.
    assert!(matches!(r1cs_error(12, &[3]), FormatError::Section { id: 1, count: 0 }));
    assert!(matches!(r1cs_error(12, &[2]), FormatError::Section { .. }));
    assert!(matches!(r1cs_error(24, &[31]), FormatError::Inconsistent { .. }));
    assert!(matches!(r1cs_error(28, &[2]), FormatError::Field { .. }));
    // Wires, and public inputs beyond them.
    assert!(matches!(r1cs_error(60, &[5]), FormatError::Truncated { .. }));
    assert!(matches!(r1cs_error(60, &[3]), FormatError::TooLong { .. } | FormatError::Inconsistent { .. }));
    assert!(matches!(r1cs_error(68, &[4]), FormatError::Inconsistent { .. }));
    // The first constraint's first wire, at section 2.
    let constraints = 24 + 64 + 12;
    assert_eq!(r1cs[constraints..constraints + 8], [1, 0, 0, 0, 2, 0, 0, 0]);
    assert!(matches!(r1cs_error(constraints + 4, &[4]), FormatError::Inconsistent { .. }));
    assert!(matches!(r1cs_error(constraints + 8, &[0xff; 32]), FormatError::NotReduced { .. }));
    assert!(matches!(wtns_error(60, &[5]), FormatError::Truncated { .. }));
    assert!(matches!(wtns_error(60, &[3]), FormatError::TooLong { .. }));
    let values = 64 + 12;
    assert!(matches!(wtns_error(values, &[2]), FormatError::Inconsistent { .. }));
    assert!(matches!(wtns_error(values + 32, &[0xff; 32]), FormatError::NotReduced { .. }));
}

/// snarkjs checks the assignment against the rows. Needs Node.js and `npm ci --ignore-scripts` in `contracts/`.
#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "needs Node.js: run with the feature `heavy`")]
fn heavy_snarkjs_checks_our_assignments_against_our_rows() {
    use std::{fs, path::Path, process::Command};
    let cli = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/node_modules/snarkjs/build/cli.cjs");
    assert!(cli.exists(), "run npm ci --ignore-scripts in contracts/");
    let folder = tempfile::tempdir().unwrap();
    let [r1cs_path, wtns_path] = ["a.r1cs", "a.wtns"].map(|name| folder.path().join(name));
    for shape in Shape::ALL {
        let matrices = matrices(shape);
        fs::write(&r1cs_path, R1cs::of(&matrices).unwrap().to_bytes().unwrap()).unwrap();
        let assigned = assignment(shape, &sample(shape), FieldElement(Fr::from(7u64))).unwrap();
        let bytes = Wtns::of(&assigned).to_bytes().unwrap();
        let accepted = |bytes: &[u8]| {
            fs::write(&wtns_path, bytes).unwrap();
            let output = Command::new("node")
                .arg(&cli)
                .args(["wtns", "check"])
                .args([&r1cs_path, &wtns_path])
                .output();
            String::from_utf8_lossy(&output.unwrap().stdout).contains("WITNESS IS CORRECT")
        };
        assert!(accepted(&bytes), "{shape}");
        // The last wire is another number.
        let mut wrong = bytes.to_vec();
        let last = wrong.len() - 32;
        wrong[last] ^= 1;
        assert!(!accepted(&wrong), "{shape}");
    }
}

proptest! {
    #[test]
    fn bytes_that_are_read_are_the_bytes_that_are_written(flips in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..4)) {
        for mut bytes in files() {
            for (place, value) in &flips {
                let place = usize::from(*place) % bytes.len();
                bytes[place] ^= value;
            }
            if let Ok(wtns) = Wtns::from_bytes(&bytes) {
                prop_assert_eq!(&wtns.to_bytes().unwrap()[..], &bytes[..]);
            }
            if let Ok(r1cs) = R1cs::from_bytes(&bytes) {
                // Labels are not kept.
                prop_assert_eq!(R1cs::from_bytes(&r1cs.to_bytes().unwrap()).unwrap(), r1cs);
            }
        }
    }
}

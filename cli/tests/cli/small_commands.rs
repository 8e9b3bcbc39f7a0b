//! Commands that need nothing but themselves.

use serde_json::json;
use solvency_prover::circom::R1cs;
use solvency_verifier::Shape;

use crate::runner::{names, run};

#[test]
fn completions_for_every_shell() {
    let dir = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = run(dir.path(), &format!("completions {shell}")).expect(0);
        assert!(run.stdout.contains("solvency"), "{shell}");
    }
}

#[test]
fn a_signing_key_is_made_once_and_has_an_address() {
    let dir = tempfile::tempdir().unwrap();
    let made = run(dir.path(), "signer new a.key --json").expect(0).json();
    let shown = run(dir.path(), "signer address a.key --json").expect(0).json();
    assert_eq!(made["address"], shown["address"]);
    let before = std::fs::read(dir.path().join("a.key")).unwrap();
    run(dir.path(), "signer new a.key").expect_error(&["a.key", "never overwritten"]);
    assert_eq!(std::fs::read(dir.path().join("a.key")).unwrap(), before);
}

#[test]
fn development_keys_are_made_listed_inspected_and_exported() {
    let dir = tempfile::tempdir().unwrap();
    let made = run(dir.path(), "keys dev coverage-flat --json").expect(0).json();
    let listed = run(dir.path(), "keys list --json").expect(0).json();
    assert_eq!(listed["keys"][0]["id"], made["id"]);
    assert_eq!(listed["keys"][0]["origin"], "development");
    let path = made["provingKey"].as_str().unwrap();
    let inspected = run(dir.path(), &format!("inspect {path} --json")).expect(0).json();
    assert_eq!(inspected["id"], made["id"]);
    // A contract of a development key has to be asked for by the key's name.
    let id = made["id"].as_str().unwrap();
    let export = format!("export solidity --key {path} --out V.sol");
    run(dir.path(), &export).expect_error(&[id, "development key", "--development"]);
    let other = format!("0x{}", "0".repeat(64));
    run(dir.path(), &format!("{export} --development {other}")).expect_error(&[id, &other]);
    assert!(!dir.path().join("V.sol").exists());
    let exported = run(dir.path(), &format!("{export} --development {id} --json")).expect(0).json();
    assert_eq!(exported["contracts"], json!(["CoverageFlatVerifier", "CoverageFlatBatchVerifier"]));
    let source = std::fs::read_to_string(dir.path().join("V.sol")).unwrap();
    assert!(source.contains("contract CoverageFlatVerifier {") && source.contains(id));

    // A truncated and an altered key are refused.
    let bytes = std::fs::read(dir.path().join(path)).unwrap();
    std::fs::write(dir.path().join(path), &bytes[..bytes.len() - 1]).unwrap();
    run(dir.path(), &format!("keys inspect {path}")).expect_error(&[]);
    let mut altered = bytes.clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    std::fs::write(dir.path().join(path), altered).unwrap();
    run(dir.path(), &format!("keys inspect {path}")).expect_error(&[]);
}

#[test]
fn a_key_with_tables_is_larger_and_a_key_like_any_other() {
    let dir = tempfile::tempdir().unwrap();
    let plain = run(dir.path(), "keys dev coverage-flat --keys plain --json").expect(0).json();
    let made = run(dir.path(), "keys dev coverage-flat --keys large --tables 3 --json").expect(0).json();
    assert_eq!((&plain["tables"], &made["tables"]), (&json!(1), &json!(3)));
    let times = made["bytes"].as_f64().unwrap() / plain["bytes"].as_f64().unwrap();
    assert!((1.2..3.0).contains(&times), "{times}");
    run(dir.path(), &format!("keys inspect {}", made["provingKey"].as_str().unwrap())).expect(0);
    for outside in ["0", "33", "-1", "many"] {
        run(dir.path(), &format!("keys dev coverage-flat --keys none --tables {outside}")).expect(2);
    }
    assert_eq!(names(dir.path()), ["large", "plain"]);
}

#[test]
fn an_unknown_shape_is_answered_with_the_known_ones() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), "keys dev coverage-flatt").expect_error(&["coverage-flatt", "hint", "coverage-tiered"]);
    assert!(names(dir.path()).is_empty());
}

#[test]
fn bench_answers_with_figures() {
    let dir = tempfile::tempdir().unwrap();
    let measured = run(dir.path(), "bench --shape coverage-flat --repeat 1 --json").expect(0).json();
    assert_eq!(measured["shapes"][0]["domain"], 8192);
    assert!(measured["shapes"][0]["proveMs"].as_f64().unwrap() > 0.0);
    run(dir.path(), "bench --shape coverage-flat --repeat 1 --vaults 300")
        .expect_error(&["300 vaults", "hint"]);
}

#[test]
fn throughput_answers_with_a_point_for_each_number_of_accounts() {
    let dir = tempfile::tempdir().unwrap();
    let measured =
        run(dir.path(), "bench --throughput --accounts 2,1,1000000 --seconds 1 --json").expect(0).json();
    let flat = &measured["throughput"][0];
    assert_eq!((&flat["shape"], &flat["fallbacks"]), (&json!("coverage-flat/1"), &json!(0)));
    assert!(flat["cores"].as_u64().unwrap() > 0);
    let points = flat["points"].as_array().unwrap();
    let accounts: Vec<u64> = points.iter().map(|point| point["accounts"].as_u64().unwrap()).collect();
    assert_eq!(accounts, [1, 2, 1_000_000]);
    for point in points {
        for field in ["firstPriceToLastProofMs", "accountsPerSecond", "accountsPerSecondPerCore"] {
            assert!(point[field].as_f64().unwrap() > 0.0, "{field}");
        }
    }
    assert_eq!((&points[0]["estimated"], &points[2]["estimated"]), (&json!(false), &json!(true)));
}

#[test]
fn an_estimate_names_cores_and_memory() {
    let dir = tempfile::tempdir().unwrap();
    let line = "bench --estimate --vaults 20 --accounts 2 --venues 3 --seconds-per-tick 1 --repeat 1 --json";
    let answer = run(dir.path(), line).expect(0).json();
    let estimate = &answer["estimate"];
    assert_eq!((&estimate["shards"], &estimate["holdingsShape"]), (&json!(2), &json!("holdings-16/1")));
    assert_eq!(estimate["allocationShape"], "allocation-2x4/1");
    assert_eq!((&estimate["proofsPerTick"], &estimate["secondsPerTick"]), (&json!(6), &json!(1)));
    for field in ["holdingsSecondsPerEpoch", "allocationSecondsPerEpoch", "keyBytes", "measuredCores"] {
        assert!(estimate[field].as_f64().unwrap() > 0.0, "{field}");
    }
    let coverage = estimate["coverage"].as_array().unwrap();
    assert_eq!(coverage.len(), 2);
    for one in coverage {
        let work = 6.0 * one["coreMsPerProof"].as_f64().unwrap() / 1e3;
        assert!((work..work + 1.001).contains(&one["cores"].as_f64().unwrap()), "{one}");
    }
    assert!(estimate["assumption"].as_str().unwrap().contains("in proportion"));
}

#[test]
fn what_cannot_be_estimated_is_refused_before_anything_is_measured() {
    let dir = tempfile::tempdir().unwrap();
    let refused = |line: &str, parts: &[&str]| drop(run(dir.path(), line).expect_error(parts));
    refused("bench --estimate --vaults 10 --accounts 0", &["accounts: zero", "hint"]);
    refused("bench --estimate --vaults 10", &["--accounts"]);
    refused("bench --estimate --vaults 10 --accounts 1,2", &["one number"]);
    refused("bench --estimate --vaults 10 --accounts 1 --venues 8", &["8 venues", "hint"]);
    refused("bench --estimate --vaults 1 --accounts 18446744073709551615 --venues 2", &["64 bits", "hint"]);
    refused("bench --accounts 1", &["--throughput or --estimate"]);
    refused("bench --venues 2", &["--estimate"]);
    refused("bench --throughput --accounts 0", &["0 accounts", "hint"]);
    refused("bench --throughput --shape holdings-16", &["holdings-16", "coverage-flat"]);
    refused("bench --throughput --vaults 3", &["--vaults"]);
}

#[test]
fn a_constraint_system_is_exported_and_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let made = run(dir.path(), "export r1cs --shape coverage-flat --out a.r1cs --json").expect(0).json();
    assert_eq!(made["constraints"], 7812);
    let r1cs = R1cs::from_bytes(&std::fs::read(dir.path().join("a.r1cs")).unwrap()).unwrap();
    assert_eq!(r1cs.constraints(), 7812);
    assert_eq!(r1cs.rows(), &solvency_circuits::matrices(Shape::CoverageFlat).rows);
    run(dir.path(), "export r1cs --shape coverage --out b.r1cs").expect_error(&["coverage-flat"]);
    assert!(!dir.path().join("b.r1cs").exists());
}

#[test]
fn circuits_are_shown_to_be_unambiguous() {
    let dir = tempfile::tempdir().unwrap();
    let checked = run(dir.path(), "circuit check --shape holdings-16 --json").expect(0).json();
    let circuit = &checked["circuits"][0];
    assert_eq!((&circuit["shape"], &circuit["undetermined"]), (&json!("holdings-16/1"), &json!([])));
    assert_eq!(circuit["obligations"].as_array().unwrap().len(), 64 + 80);
    assert_eq!((&circuit["freePublicInputs"], &circuit["unusedWires"]), (&json!([3, 4]), &json!([4])));
    let text = run(dir.path(), "circuit check --shape coverage-flat").expect(0).stdout;
    assert!(text.contains("wires follow from"), "{text}");
    run(dir.path(), "circuit check --shape coverage").expect_error(&["coverage-flat"]);
}

/// Numbers that would be taken for a list of accounts or repetitions.
#[test]
fn measurements_without_end_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let most = u64::MAX.to_string();
    run(dir.path(), &format!("bench --throughput --accounts {most}"))
        .expect_error(&["--accounts", "1000000"]);
    run(dir.path(), "bench --throughput --accounts 1000001").expect_error(&["--accounts"]);
    for repeat in ["0", "1001", "4294967295"] {
        run(dir.path(), &format!("bench --repeat {repeat}")).expect_error(&["--repeat"]);
    }
}

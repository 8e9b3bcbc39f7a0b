//! `solvency ceremony`: from powers of tau to keys, who is refused with which reason, and nothing left behind.

use std::path::Path;

use ark_bn254::Fr;
use serde_json::{Value, json};
use solvency_circuits::builder::Builder;
use solvency_prover::circom::R1cs;

use crate::daily_work::{edit, read};
use crate::runner::{Run, names, run, run_with_input};

/// A circuit of eight rows as `small.r1cs`, and powers of tau for it.
fn small(at: &Path) {
    let mut builder = Builder::<true>::new(2);
    let [_, product] =
        [(1, 5u64), (2, 42)].map(|(place, value)| builder.public_input(place, Fr::from(value)));
    let [u, v] = [6u64, 7].map(|value| builder.private(Fr::from(value)));
    builder.enforce_product("product", &u, &v, &product);
    let mut square = u;
    for _ in 0..4 {
        square = builder.product("square", &square, &square);
    }
    let (matrices, _) = builder.finish_with_matrices();
    std::fs::write(at.join("small.r1cs"), R1cs::of(&matrices).unwrap().to_bytes().unwrap()).unwrap();
    run(at, "ceremony ptau test --power 3 --out powers.ptau").expect(0);
}

const NEW: &str = "ceremony new --r1cs small.r1cs --ptau powers.ptau --out 0.zkey";

/// A ceremony of two participants and a beacon: `0.zkey` to `3.zkey`.
fn two_and_a_beacon(at: &Path) {
    small(at);
    run(at, NEW).expect(0);
    run_with_input(at, "ceremony contribute 0.zkey --name Anna --out 1.zkey", b"some text\n").expect(0);
    run_with_input(at, "ceremony contribute 1.zkey --name Bob --out 2.zkey", b"").expect(0);
    run(at, "ceremony beacon 2.zkey --value 0a0b --out 3.zkey").expect(0);
}

fn verify(at: &Path, key: &str, rest: &str) -> Run {
    run(at, &format!("ceremony verify {key} --r1cs small.r1cs --ptau powers.ptau {rest}"))
}

fn flip(path: &Path, place: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[place] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

/// With powers of tau for tests: the keys say so.
#[test]
fn a_ceremony_of_a_shape_ends_with_its_keys() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    run(at, "ceremony ptau test --power 13 --out powers.ptau").expect(0);
    let made = run(at, "ceremony new --shape coverage-flat --ptau powers.ptau --out 0.zkey --json");
    let circuit = made.expect(0).json()["circuit"].clone();
    let line = "ceremony contribute 0.zkey --name Anna --out 1.zkey --json";
    let anna = run_with_input(at, line, b"some text\n").expect(0).json();
    assert_eq!((&anna["contribution"]["number"], &anna["contribution"]["name"]), (&json!(1), &json!("Anna")));
    run(at, "ceremony beacon 1.zkey --value 0x0a0b --iterations 11 --out 2.zkey").expect(0);

    // Without a contribution, or another beacon than the one that was named: no keys.
    let finalize = |rest: &str| {
        run(at, &format!("ceremony finalize {rest} --shape coverage-flat --ptau powers.ptau --json"))
    };
    let rejected = finalize("0.zkey --contributions 0").expect(1).json();
    assert_eq!(rejected["verdict"], "rejected");
    assert!(rejected["reason"].as_str().unwrap().contains("nobody contributed"), "{rejected}");
    let rejected = finalize("2.zkey --beacon 0a0b").expect(1).json();
    assert!(rejected["reason"].as_str().unwrap().contains("0a0b hashed 2^11"), "{rejected}");
    assert!(!at.join("keys").exists());

    let finalized = finalize("2.zkey --beacon 0a0b --beacon-iterations 11").expect(0);
    assert!(finalized.stderr.contains("warning: the powers of tau are for tests"), "{}", finalized.stderr);
    let finalized = finalized.json();
    let ceremony = &finalized["ceremony"];
    assert_eq!((&finalized["verdict"], &ceremony["zkey"]["circuit"]), (&json!("accepted"), &circuit));
    assert_eq!(ceremony["contributions"][0], anna["contribution"]);
    assert_eq!(ceremony["contributions"][1]["beacon"], json!({ "value": "0a0b", "iterationsLog2": 11 }));
    assert_eq!(ceremony["powersOfTau"]["forTests"], true);

    let [key, manifest] = ["provingKey", "manifest"].map(|field| finalized[field].as_str().unwrap());
    let listed = run(at, "keys list --json").expect(0).json();
    assert_eq!(
        (&listed["keys"][0]["id"], &listed["keys"][0]["origin"]),
        (&finalized["id"], &json!("ceremony"))
    );
    let inspected = run(at, &format!("keys inspect {key} --json")).expect(0).json();
    assert_eq!((&inspected["origin"], &inspected["ceremony"]), (&json!("ceremony"), ceremony));
    let text = run(at, &format!("keys inspect {key}")).expect(0).stdout;
    for part in ["FOR TESTS ONLY", "1 contributions, beacon 0a0b hashed 2^11 times", "\"Anna\""] {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
    an_audit_verifies_the_transcript_of_a_pinned_key(at, &finalized["id"], key);
    a_manifest_of_something_else_is_refused(at, key, &at.join(manifest));

    // Keys that can't be saved leave no manifest behind.
    let folder = at.join("keys");
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::create_dir_all(at.join(key)).unwrap();
    let before = names(&folder);
    run(at, "ceremony finalize 2.zkey --shape coverage-flat --ptau powers.ptau").expect_error(&[key]);
    assert_eq!(names(&folder), before);
}

/// Every part of the transcript, and that it gives the key that a trust file pins. Nothing else was handed over, which is told.
fn an_audit_verifies_the_transcript_of_a_pinned_key(at: &Path, id: &Value, key: &str) {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/accept/flat/trust.json");
    let mut trust = read(&fixture);
    let bytes = std::fs::read(at.join(key).with_extension("vk")).unwrap();
    let pinned = json!({
        "shape": "coverage-flat/1", "id": id, "notAfter": 4_000_000_000u64, "key": format!("0x{}", hex::encode(bytes)),
    });
    trust["keys"].as_array_mut().unwrap().push(pinned);
    std::fs::write(at.join("trust.json"), trust.to_string()).unwrap();
    let audited = |zkey: &str| {
        let line = format!(
            "audit pack --trust trust.json --transcript coverage-flat={zkey} --ptau powers.ptau --out pack --json"
        );
        let answer = run(at, &line).expect(1).json();
        let pack = read(&at.join("pack/audit.json"));
        std::fs::remove_dir_all(at.join("pack")).unwrap();
        let findings = answer["findings"].as_array().unwrap().clone();
        let of_ceremony: Vec<Value> =
            findings.into_iter().filter(|finding| finding["code"] == "ceremony_differs").collect();
        let keys = pack["keys"].as_array().unwrap().clone();
        (of_ceremony, keys.into_iter().find(|line| line["id"] == *id).unwrap())
    };
    let (findings, line) = audited("2.zkey");
    assert_eq!(findings, Vec::<Value>::new());
    assert_eq!((&line["transcriptVerified"], &line["participants"]), (&json!(true), &json!(1)));
    assert!(line["why"].as_str().unwrap().contains("for tests"), "{line}");
    for (zkey, said) in [("0.zkey", "nobody contributed"), ("1.zkey", "no trust file pins its key")] {
        let (findings, line) = audited(zkey);
        assert!(findings[0]["what"].as_str().unwrap().contains(said), "{findings:?}");
        assert_eq!(line["transcriptVerified"], json!(false), "{line}");
    }
    let line = "audit pack --trust trust.json --out pack --transcript";
    run(at, &format!("{line} coverage-flat=2.zkey")).expect(2);
    run(at, &format!("{line} coverage=2.zkey --ptau powers.ptau")).expect(2);
    run(at, &format!("{line} coverage-flat=9.zkey --ptau powers.ptau")).expect_error(&["9.zkey"]);
    assert!(!at.join("pack").exists());
    std::fs::remove_file(at.join("trust.json")).unwrap();
}

fn a_manifest_of_something_else_is_refused(at: &Path, key: &str, manifest: &Path) {
    let original = read(manifest);
    let inspect = |rest: &str| run(at, &format!("keys inspect {key}{rest}"));
    let other = format!("0x{}", "11".repeat(32));
    for (field, value, part) in [
        ("transcript", json!(other), "its transcript is not the key's"),
        ("verifyingKey", json!(other), "its id is not the key's"),
        ("matrices", json!(other), "its hash of the matrices is not the key's"),
        ("shape", json!("coverage-tiered/1"), "its shape is not the key's"),
        ("format", json!("solvency.ceremony/2"), "format \"solvency.ceremony/2\" is not known"),
        ("note", json!("more"), "unknown field `note`"),
    ] {
        let mut changed = original.clone();
        changed[field] = value;
        edit(manifest, |_| changed.to_string());
        inspect("").expect_error(&["ceremony.json", part]);
    }
    std::fs::remove_file(manifest).unwrap();
    let text = inspect("").expect(0).stdout;
    assert!(text.contains("its manifest is not beside it"), "{text}");
    assert_eq!(inspect(" --json").expect(0).json()["ceremony"], Value::Null);
}

#[test]
fn a_transcript_of_any_circuit_is_made_and_verified() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    two_and_a_beacon(at);
    let accepted = verify(at, "3.zkey", "--contributions 2 --beacon 0a0b --json").expect(0).json();
    assert_eq!(accepted["verdict"], "accepted");
    assert_eq!(accepted["checked"], "circuit, powers of tau and contributions");
    let names: Vec<&Value> =
        accepted["contributions"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["Anna", "Bob", ""]);
    let text = verify(at, "3.zkey", "").expect(0).stdout;
    assert!(text.contains("contribution 1 \"Anna\"") && text.contains("accepted: circuit"), "{text}");
    let chain = run(at, "ceremony verify 3.zkey --chain-only --require-beacon --json").expect(0).json();
    assert_eq!(chain["checked"], "form and contributions only");
    assert_eq!(chain["transcript"], accepted["transcript"]);
    let powers = run(at, "ceremony ptau verify powers.ptau --json").expect(0).json();
    assert_eq!(
        (&powers["verdict"], &powers["power"], &powers["known"]),
        (&json!("accepted"), &json!(3), &Value::Null)
    );
    // What files say, without any judgement.
    let said = run(at, "inspect 3.zkey --json").expect(0).json();
    assert_eq!((&said["transcript"], &said["judged"]), (&accepted["transcript"], &json!(false)));
    assert_eq!(said["contributions"], accepted["contributions"]);
    assert_eq!((&said["wires"], &said["domain"]), (&json!(9), &json!(8)));
    let said = run(at, "inspect powers.ptau --json").expect(0).json();
    assert_eq!(
        (&said["power"], &said["prepared"], &said["judged"]),
        (&json!(3), &json!(true), &json!(false))
    );
    assert!(said["contributions"][0]["name"].as_str().unwrap().starts_with("TEST ONLY"));
    assert!(run(at, "inspect 0.zkey").expect(0).stdout.contains("judged: false"));
    let text = run(at, "ceremony ptau verify powers.ptau").expect(0).stdout;
    assert!(text.contains("TEST ONLY") && text.contains("none of the published files"), "{text}");
}

#[test]
fn what_is_typed_stays_out_of_every_file_and_answer() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    small(at);
    run(at, NEW).expect(0);
    let typed = b"correct horse battery staple\n";
    let made = run_with_input(at, "ceremony contribute 0.zkey --out 1.zkey --json", typed).expect(0);
    let file = std::fs::read(at.join("1.zkey")).unwrap();
    assert!(!file.windows(7).any(|bytes| bytes == b"battery"));
    assert!(!made.stdout.contains("battery") && !made.stderr.contains("battery"));
    // A command line is seen by every user of a machine.
    for option in ["-e", "--entropy"] {
        run(at, &format!("ceremony contribute 0.zkey {option} text --out 2.zkey"))
            .expect_error(&["unexpected argument"]);
    }
    assert!(!run(at, "ceremony contribute --help").expect(0).stdout.to_lowercase().contains("entropy"));
    assert_eq!(names(at), ["0.zkey", "1.zkey", "powers.ptau", "small.r1cs"]);
}

#[test]
fn transcripts_are_rejected_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    two_and_a_beacon(at);
    let rejected = |run: Run, reason: &str| {
        let text = run.expect(1).stdout;
        assert!(text.starts_with("rejected: ") && text.contains(reason), "{reason:?} is not in: {text}");
    };
    rejected(verify(at, "0.zkey", "--contributions 0"), "nobody contributed");
    rejected(verify(at, "3.zkey", "--contributions 3"), "2 contributions, at least 3 are required");
    rejected(verify(at, "2.zkey", "--require-beacon"), "no beacon");
    rejected(verify(at, "3.zkey", "--beacon 0a0c"), "the beacon is 0a0b hashed 2^10 times, not 0a0c");
    rejected(
        verify(at, "3.zkey", "--beacon 0a0b --beacon-iterations 11"),
        "hashed 2^10 times, not 0a0b hashed 2^11",
    );
    let answer = verify(at, "2.zkey", "--require-beacon --json").expect(1).json();
    assert_eq!((&answer["verdict"], &answer["file"]), (&json!("rejected"), &json!("2.zkey")));

    run(at, "ceremony ptau test --power 3 --out other.ptau").expect(0);
    let line = "ceremony verify 3.zkey --r1cs small.r1cs --ptau other.ptau";
    rejected(run(at, line), "α is not what the file of powers of tau has");
    // The value of the beacon is the last thing in the file.
    let last = std::fs::metadata(at.join("3.zkey")).unwrap().len() as usize - 1;
    flip(&at.join("3.zkey"), last);
    rejected(verify(at, "3.zkey", ""), "contribution 3: its points are not those of the beacon's value");
    rejected(run(at, "ceremony verify 3.zkey --chain-only"), "contribution 3");
    // A coordinate of the last point.
    let last = std::fs::metadata(at.join("other.ptau")).unwrap().len() as usize - 1;
    flip(&at.join("other.ptau"), last - 8);
    rejected(run(at, "ceremony ptau verify other.ptau"), "β·L_j(τ), point");
    let answer = run(at, "ceremony ptau verify other.ptau --json").expect(1).json();
    assert_eq!(answer["verdict"], "rejected");
}

#[test]
fn a_failed_step_leaves_nothing_and_replaces_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    two_and_a_beacon(at);
    run(at, "ceremony ptau test --power 2 --out few.ptau").expect(0);
    let key = std::fs::read(at.join("1.zkey")).unwrap();
    std::fs::write(at.join("cut.zkey"), &key[..key.len() - 1]).unwrap();
    let powers = std::fs::read(at.join("powers.ptau")).unwrap();
    std::fs::write(at.join("cut.ptau"), &powers[..powers.len() - 1]).unwrap();
    // A point of the last section but one, which is reached when most of the new key has been written.
    let contributions = 12 + 68 + 392 + 2 + "Anna".len();
    std::fs::copy(at.join("1.zkey"), at.join("wrong.zkey")).unwrap();
    flip(&at.join("wrong.zkey"), key.len() - contributions - 40);
    let before = names(at);
    for (line, parts) in [
        // Files that exist.
        (NEW, &["0.zkey exists", "hint: name another file with --out"][..]),
        ("ceremony contribute 0.zkey --out 1.zkey", &["1.zkey exists", "hint"]),
        ("ceremony contribute 0.zkey --out 0.zkey", &["0.zkey exists", "hint"]),
        ("ceremony beacon 2.zkey --value 00 --out 3.zkey", &["3.zkey exists", "hint"]),
        ("ceremony ptau test --power 3 --out powers.ptau", &["powers.ptau exists", "hint"]),
        // Files that are cut off, of another format, or not there.
        ("ceremony contribute cut.zkey --out x", &["cut.zkey: the file ends too early"]),
        ("ceremony beacon cut.zkey --value 00 --out x", &["cut.zkey: the file ends too early"]),
        ("ceremony contribute powers.ptau --out x", &["powers.ptau", "zkey"]),
        ("ceremony contribute none.zkey --out x", &["none.zkey"]),
        ("ceremony new --r1cs small.r1cs --ptau cut.ptau --out x", &["cut.ptau: the file ends too early"]),
        ("ceremony new --r1cs small.r1cs --ptau 1.zkey --out x", &["1.zkey", "ptau"]),
        ("ceremony new --r1cs powers.ptau --ptau powers.ptau --out x", &["powers.ptau"]),
        ("ceremony new --r1cs none.r1cs --ptau powers.ptau --out x", &["none.r1cs"]),
        ("ceremony verify cut.zkey --chain-only", &["cut.zkey: the file ends too early"]),
        ("ceremony verify 3.zkey --r1cs small.r1cs --ptau cut.ptau", &["cut.ptau: the file ends too early"]),
        ("ceremony ptau verify cut.ptau", &["cut.ptau: the file ends too early"]),
        // Wrong in the middle.
        ("ceremony contribute wrong.zkey --out x", &["section 9 (quotient), point", "not on the curve"]),
        (
            "ceremony new --r1cs small.r1cs --ptau few.ptau --out x",
            &["for a domain of 2^3, the file has them up to 2^2"],
        ),
        // What names no circuit.
        (
            "ceremony new --ptau powers.ptau --out x",
            &["no circuit is named", "hint: name one with --shape or --r1cs"],
        ),
        (
            "ceremony new --shape coverage --ptau powers.ptau --out x",
            &["\"coverage\" is not a shape", "hint: shapes are"],
        ),
        ("ceremony new --shape coverage-flat --r1cs small.r1cs --ptau powers.ptau --out x", &["--r1cs"]),
        ("ceremony verify 3.zkey --ptau powers.ptau", &["no circuit is named", "hint"]),
        ("ceremony verify 3.zkey --r1cs small.r1cs", &["--ptau"]),
        ("ceremony verify 3.zkey --chain-only --r1cs small.r1cs", &["--chain-only"]),
        ("ceremony finalize 3.zkey --shape coverage --ptau powers.ptau", &["\"coverage\" is not a shape"]),
        ("ceremony finalize 3.zkey --ptau powers.ptau", &["--shape"]),
        // Values that are none.
        (
            "ceremony beacon 2.zkey --value beacon --out x",
            &["the beacon's value", "hint: write it in hexadecimal"],
        ),
        ("ceremony beacon 2.zkey --value 0x --out x", &["1 to 255 bytes, not 0"]),
        ("ceremony beacon 2.zkey --value 00 --iterations 9 --out x", &["not 2^9"]),
        ("ceremony beacon 2.zkey --value 00 --iterations 33 --out x", &["not 2^33"]),
        ("ceremony verify 3.zkey --chain-only --beacon x", &["the beacon's value", "hint"]),
        ("ceremony verify 3.zkey --chain-only --beacon-iterations 11", &["--beacon"]),
        ("ceremony ptau test --power 0 --out x", &["powers from 1 to 20, not 0"]),
        ("ceremony ptau test --power 21 --out x", &["powers from 1 to 20, not 21"]),
    ] {
        let contents = std::fs::read(at.join("1.zkey")).unwrap();
        run(at, line).expect_error(parts);
        assert_eq!(names(at), before, "{line}");
        assert_eq!(std::fs::read(at.join("1.zkey")).unwrap(), contents, "{line}");
    }
    let name = "x".repeat(65);
    run(at, &format!("ceremony contribute 0.zkey --name {name} --out x"))
        .expect_error(&["at most 64 characters"]);
    let failed = run(at, "ceremony contribute cut.zkey --out x --json").expect(2).json();
    assert!(failed["error"].as_str().unwrap().contains("truncated"), "{failed}");
    assert_eq!(names(at), before);
}

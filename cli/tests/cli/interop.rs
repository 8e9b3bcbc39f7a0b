//! `solvency export` and `solvency import`: what goes out comes back, a wrong proof is rejected, what can't be read is named.

use std::path::Path;

use ark_bn254::Fr;
use serde_json::{Value, json};
use solvency_circuits::builder::Matrices;
use solvency_circuits::matrices;
use solvency_prover::circom::Wtns;
use solvency_store::Kind;
use solvency_verifier::{FieldElement, Shape};

use crate::daily_work::{edit, read};
use crate::runner::{Run, names, run, solvency};

/// Part of the demo's test: its bundle of venue a has two allocations.
pub(crate) fn proofs_go_out_and_come_back(demo: &Path) {
    run(demo, "inspect bundle-a.json").expect(0);
    run(demo, "inspect trust-a.json --json").expect(0).json();
    export(demo, "calldata", "coverages", "")
        .expect_error(&["no proof \"coverages\"", "hint: it has books[0].holdings[0]"]);
    let keys = run(demo, "keys list --keys keys --json").expect(0).json();
    for proof in ["coverage", "allocations[0]", "allocations[1]", "books[0].holdings[0]"] {
        export(demo, "snarkjs", proof, "--out snarkjs").expect(0);
        export(demo, "arkworks", proof, "--out arkworks").expect(0);
        export(demo, "arkworks", proof, "--out uncompressed --uncompressed").expect(0);
        for (form, name) in [("solvency", "ours.txt"), ("snarkjs", "theirs.txt")] {
            let printed = export(demo, "calldata", proof, &format!("--form {form}")).expect(0).stdout;
            std::fs::write(demo.join(name), printed).unwrap();
        }
        let public = read(&demo.join("snarkjs/public.json"));
        assert_eq!(
            json!(public.as_array().unwrap().len()),
            read(&demo.join("snarkjs/verification_key.json"))["nPublic"]
        );

        let key = key_of(demo, &keys, &public);
        let forms = [
            "snarkjs/proof.json --public snarkjs/public.json".to_owned(),
            "arkworks/proof.bin --public arkworks/public_inputs.bin --form arkworks".into(),
            "uncompressed/proof.bin --public uncompressed/public_inputs.bin --form arkworks".into(),
            "ours.txt --form calldata".into(),
            "theirs.txt --form calldata".into(),
        ];
        let mut documents = Vec::new();
        for form in forms {
            let line = format!("import proof {form} --key {key} --out imported.json --json");
            let answer = run(demo, &line).expect(0).json();
            assert_eq!((&answer["verdict"], &answer["origin"]), (&json!("accept"), &json!("development")));
            assert_eq!(answer["file"], "imported.json");
            documents.push(read(&demo.join("imported.json")));
            std::fs::remove_file(demo.join("imported.json")).unwrap();
        }
        assert!(documents.iter().all(|document| *document == documents[0]));
        let inputs: Vec<FieldElement> = serde_json::from_value(documents[0]["publicInputs"].clone()).unwrap();
        let decimal: Vec<String> = inputs.iter().map(|input| input.0.to_string()).collect();
        assert_eq!(json!(decimal), public);
    }
    let bundle = read(&demo.join("bundle-a.json"));
    export(demo, "snarkjs", "coverage", "--out snarkjs").expect(0);
    let line =
        "import proof snarkjs/proof.json --public snarkjs/public.json --out imported.json --json --key";
    let key = key_of(demo, &keys, &read(&demo.join("snarkjs/public.json")));
    run(demo, &format!("{line} {key}")).expect(0);
    let document = read(&demo.join("imported.json"));
    assert_eq!(document["proof"], bundle["coverage"]["proof"]);
    assert_eq!(document["key"], bundle["coverage"]["key"]);
    for name in ["snarkjs", "arkworks", "uncompressed"] {
        std::fs::remove_dir_all(demo.join(name)).unwrap();
    }
    for name in ["ours.txt", "theirs.txt", "imported.json"] {
        std::fs::remove_file(demo.join(name)).unwrap();
    }
}

fn export(demo: &Path, command: &str, proof: &str, rest: &str) -> Run {
    let line = format!("export {command} --bundle bundle-a.json --trust trust-a.json --proof {proof} {rest}");
    run(demo, &line)
}

/// The `.vk` file under whose shape a proof has so many public inputs and verifies.
fn key_of(demo: &Path, keys: &Value, public: &Value) -> String {
    let count = public.as_array().unwrap().len();
    let fits = keys["keys"].as_array().unwrap().iter().filter(|key| key["publicInputs"] == json!(count));
    let files = fits.map(|key| key["provingKey"].as_str().unwrap().replace(".pk", ".vk"));
    let line =
        |file: &str| format!("import proof snarkjs/proof.json --public snarkjs/public.json --key {file}");
    files.into_iter().find(|file| run(demo, &line(file)).code == 0).expect("a key of the demo")
}

/// Part of the demo's test: the coverage of venue c is that of an earlier round.
pub(crate) fn assignments_go_out_once(demo: &Path) {
    let wtns = |proof: &str| {
        run(
            demo,
            &format!("export wtns --config custodian/solvency.toml --proof {proof} --out a.wtns --json"),
        )
    };
    for (proof, in_bundle) in [
        ("holdings[0]", "books[0].holdings[0]"),
        ("allocations[0]", "allocations[0]"),
        ("allocations[1]", "allocations[1]"),
        ("coverage[a]", "coverage"),
    ] {
        let made = wtns(proof).expect(0);
        assert!(made.stderr.contains("warning: a.wtns holds every secret"), "{}", made.stderr);
        let answer = made.json();
        let path = demo.join("a.wtns");
        is_for_its_owner_only(&path);
        let values = Wtns::from_bytes(&std::fs::read(&path).unwrap()).unwrap();
        let shape = Shape::from_id(answer["shape"].as_str().unwrap()).unwrap();
        assert!(satisfies(&matrices(shape), values.values()), "{proof}");
        assert_eq!(answer["wires"], json!(values.values().len()));

        // The public inputs are those of the proof that was made.
        export(demo, "snarkjs", in_bundle, "--out snarkjs").expect(0);
        let public = read(&demo.join("snarkjs/public.json"));
        let count = shape.public_input_count();
        let own: Vec<String> = values.values()[1..=count].iter().map(Fr::to_string).collect();
        assert_eq!(json!(own), public);

        // Nothing is overwritten.
        let before = std::fs::read(&path).unwrap();
        wtns(proof).expect_error(&["a.wtns exists", "hint"]);
        assert_eq!(std::fs::read(&path).unwrap(), before);
        std::fs::remove_file(&path).unwrap();
    }
    std::fs::remove_dir_all(demo.join("snarkjs")).unwrap();

    let before = names(demo);
    wtns("coverage[c]").expect_error(&["venue c was proven with another price round", "hint"]);
    wtns("coverage[d]").expect_error(&["no venue \"d\"", "hint: its venues are a, b, c"]);
    wtns("coverage[../a]").expect_error(&["no venue \"../a\""]);
    wtns("holdings[9]").expect_error(&["no holdings[9]", "it has holdings[0] to [0]"]);
    wtns("allocations[2]").expect_error(&["no allocations[2]", "it has allocations[0] to [1]"]);
    for form in ["coverage", "holdings[]", "holdings[-1]", "books[0]", "allocations[0"] {
        wtns(form).expect_error(&["expected holdings[0], allocations[0] or coverage[venue-name]"]);
    }
    run(
        demo,
        "export wtns --config custodian/solvency.toml --proof holdings[0] --out a.wtns --at 4000000000",
    )
    .expect_error(&["no holdings[0]", "solvency prove"]);
    with_changed(&demo.join("venue-a/claim.json"), &demo.join("venue-b/claim.json"), || {
        wtns("coverage[a]").expect_error(&["venue a was proven with another claim"]);
    });
    with_changed(&demo.join("venue-a/policy.json"), &demo.join("venue-b/policy.json"), || {
        wtns("coverage[a]").expect_error(&["venue a was proven with another policy"]);
    });
    a_state_that_does_not_belong_together_is_refused(demo);
    assert_eq!(names(demo), before);
}

fn a_state_that_does_not_belong_together_is_refused(demo: &Path) {
    let with_holdings = |change: fn(&mut Vec<Value>)| {
        crate::store_files::with_copy(demo, |kind, contents| {
            if kind == Kind::Holdings {
                let mut all: Vec<Value> =
                    contents.iter().map(|content| serde_json::from_slice(content).unwrap()).collect();
                change(&mut all);
                *contents = all.iter().map(|one| one.to_string().into_bytes()).collect();
            }
        })
    };
    with_holdings(|all| {
        let blinding = all[0]["opening"]["blinding"].as_str().unwrap();
        let other = FieldElement(FieldElement::from_hex(blinding).unwrap().0 + Fr::from(1u64));
        all[0]["opening"]["blinding"] = serde_json::to_value(other).unwrap();
    })
    .while_there(|| {
        run(demo, "export wtns --config custodian/solvency.toml --proof holdings[0] --out a.wtns")
            .expect_error(&["the openings are not those of the proof's statement", "hint"]);
    });
    with_holdings(|all| all[0]["proven"]["statement"]["book"] = json!(format!("0x{}", "11".repeat(32))))
        .while_there(|| {
            run(demo, "prove --config custodian/solvency.toml")
                .expect_error(&["holdings are of another book than its attestation", "hint"]);
        });
    with_holdings(Vec::clear).while_there(|| {
        run(demo, "export wtns --config custodian/solvency.toml --proof allocations[0] --out a.wtns")
            .expect_error(&["the opening of a source", "hint"]);
    });
}

/// Runs something while a file has another one's content.
fn with_changed(path: &Path, other: &Path, run: impl FnOnce()) {
    let original = std::fs::read(path).unwrap();
    std::fs::copy(other, path).unwrap();
    run();
    std::fs::write(path, original).unwrap();
}

#[cfg(unix)]
fn is_for_its_owner_only(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[cfg(not(unix))]
fn is_for_its_owner_only(_: &Path) {}

fn satisfies(matrices: &Matrices, wires: &[Fr]) -> bool {
    let sum = |row: &Vec<(Fr, usize)>| {
        row.iter().map(|(coefficient, wire)| *coefficient * wires[*wire]).sum::<Fr>()
    };
    let [a, b, c] = &matrices.rows;
    matrices.wires == wires.len() && a.iter().zip(b).zip(c).all(|((a, b), c)| sum(a) * sum(b) == sum(c))
}

/// A folder with the key, proof and inputs that the contracts are tested with, in snarkjs' form and with our `.vk`.
fn fixture(at: &Path) -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/onchain/coverage-flat.json");
    let fixture = read(Path::new(path));
    let hex = fixture["verifyingKey"].as_str().unwrap();
    std::fs::write(at.join("flat.vk"), hex::decode(&hex[2..]).unwrap()).unwrap();
    let calldata = format!("{}\n", calldata(&fixture));
    std::fs::write(at.join("calldata.txt"), calldata).unwrap();
    fixture
}

fn calldata(fixture: &Value) -> String {
    let inputs: Vec<FieldElement> = serde_json::from_value(fixture["inputs"].clone()).unwrap();
    let inputs: Vec<Fr> = inputs.iter().map(|input| input.0).collect();
    let proof = serde_json::from_value(fixture["proof"].clone()).unwrap();
    format!("0x{}", hex::encode(solvency_prover::interop::evm::calldata(&proof, &inputs)))
}

#[test]
fn a_verifying_key_goes_out_and_comes_back_as_a_development_key() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    let fixture = fixture(at);
    for (form, read_as) in
        [("snarkjs", "snarkjs"), ("arkworks", "arkworks"), ("arkworks-uncompressed", "arkworks")]
    {
        run(at, &format!("export key --key flat.vk --form {form} --out theirs")).expect(0);
        let line = format!("import key theirs --form {read_as} --shape coverage-flat --out back.vk");
        let answer = run(at, &format!("{line} --json")).expect(0).json();
        assert_eq!((&answer["origin"], &answer["shape"]), (&json!("development"), &json!("coverage-flat/1")));
        assert_eq!(std::fs::read(at.join("back.vk")).unwrap(), std::fs::read(at.join("flat.vk")).unwrap());
        let text = run(at, &line).expect(0).stdout;
        assert!(text.contains("origin development") && text.contains("no ceremony"), "{text}");
        std::fs::remove_file(at.join("back.vk")).unwrap();
        // Of another shape, by the number of its inputs.
        run(at, &format!("import key theirs --form {read_as} --shape allocation-2x4 --out back.vk"))
            .expect_error(&["theirs: ", "hint"]);
        run(at, &format!("import key theirs --form {read_as} --shape coverage --out back.vk"))
            .expect_error(&["coverage-flat"]);
    }
    let inspected = run(at, "inspect flat.vk --json").expect(0).json();
    assert_eq!(inspected["matrices"], json!(solvency_circuits::matrices_hash(Shape::CoverageFlat)));
    // A ceremony's key loses its origin: nothing in another tool's file shows it.
    let mut bytes = std::fs::read(at.join("flat.vk")).unwrap();
    let origin = bytes.len() - (1 + 64 + 3 * 128 + 5 * 64) - 33;
    bytes[origin..=origin + 1].fill(1);
    std::fs::write(at.join("ceremony.vk"), bytes).unwrap();
    assert_eq!(run(at, "inspect ceremony.vk --json").expect(0).json()["origin"], "ceremony");
    run(at, "export key --key ceremony.vk --out theirs.json").expect(0);
    run(at, "import key theirs.json --shape coverage-flat --out back.vk").expect(0);
    assert_eq!(run(at, "inspect back.vk --json").expect(0).json()["origin"], "development");
    // One digit of one point.
    edit(&at.join("theirs.json"), |text| {
        text.replacen("\"IC\": [\n    [\n      \"", "\"IC\": [\n    [\n      \"1", 1)
    });
    std::fs::remove_file(at.join("back.vk")).unwrap();
    run(at, "import key theirs.json --shape coverage-flat --out back.vk")
        .expect_error(&["theirs.json: IC[0]", "hint"]);
    assert!(!at.join("back.vk").exists());
    assert!(fixture["verifyingKey"].is_string());
}

/// Where a section's content is in a `.zkey`.
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

#[test]
fn a_proving_key_goes_out_as_a_zkey_and_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    let made = run(at, "keys dev coverage-flat --json").expect(0).json();
    let key = made["provingKey"].as_str().unwrap();
    let export = |rest: &str| run(at, &format!("export zkey --key {key} {rest}"));
    assert_eq!(export("--out a.zkey --json").expect(0).json()["key"], made["id"]);
    let said = run(at, "inspect a.zkey --json").expect(0).json();
    assert_eq!((&said["publicInputs"], &said["domain"]), (&json!(4), &json!(1 << 13)));
    assert_eq!((&said["contributions"], &said["judged"]), (&json!([]), &json!(false)));

    let line = "import zkey a.zkey --shape coverage-flat --keys back";
    let back = run(at, &format!("{line} --json")).expect(0).json();
    assert_eq!((&back["id"], &back["origin"]), (&made["id"], &json!("development")));
    let read = |path: &str| std::fs::read(at.join(path)).unwrap();
    assert!(read(back["provingKey"].as_str().unwrap()) == read(key));
    assert!(run(at, line).expect(0).stdout.contains("solvency ceremony finalize"));
    std::fs::remove_dir_all(at.join("back")).unwrap();

    // Of another shape, by its sizes.
    let before = names(at);
    let other = "import zkey a.zkey --shape coverage-tiered --keys back --json";
    let rejected = run(at, other).expect(1).json();
    assert_eq!(rejected["reason"], "the number of wires is not what the circuit has");
    // A coordinate in section 8, and two points of section 9 that change places.
    let original = read("a.zkey");
    let mut changed = original.clone();
    changed[section(&original, 8).start] ^= 1;
    std::fs::write(at.join("a.zkey"), &changed).unwrap();
    let rejected = run(at, line).expect(1).stdout;
    assert!(rejected.contains("section 8, point 0: not on the curve"), "{rejected}");
    let start = section(&original, 9).start;
    let mut changed = original.clone();
    changed[start..start + 128].rotate_left(64);
    std::fs::write(at.join("a.zkey"), &changed).unwrap();
    run(at, line)
        .expect_error(&["a.zkey: the proof that was made does not verify", "hint: is this a key for"]);
    // Cut off.
    std::fs::write(at.join("a.zkey"), &original[..original.len() - 1]).unwrap();
    run(at, line).expect_error(&["a.zkey: the file ends too early"]);
    run(at, "import zkey none.zkey --shape coverage-flat").expect_error(&["none.zkey"]);
    run(at, "import zkey a.zkey --shape coverage").expect_error(&["coverage-flat"]);
    let verifying = key.replace(".pk", ".vk");
    run(at, &format!("export zkey --key {verifying} --out b.zkey"))
        .expect_error(&["is no proving key", "hint: name a .pk file"]);
    std::fs::write(at.join("b.pk"), "").unwrap();
    run(at, "export zkey --key b.pk --out b.zkey").expect_error(&["b.vk"]);
    std::fs::remove_file(at.join("b.pk")).unwrap();
    assert_eq!(names(at), before);
}

#[test]
fn a_wrong_proof_is_rejected_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    let fixture = fixture(at);
    let line = "import proof calldata.txt --form calldata --key flat.vk --out imported.json";
    let accepted = run(at, line).expect(0).stdout;
    assert!(accepted.contains("ACCEPT") && accepted.contains("does not show which statement"), "{accepted}");
    assert_eq!(read(&at.join("imported.json"))["proof"], fixture["proof"]);
    std::fs::remove_file(at.join("imported.json")).unwrap();

    let before = names(at);
    let right = calldata(&fixture);
    let last = if right.ends_with('0') { "1" } else { "0" };
    std::fs::write(at.join("calldata.txt"), format!("{}{last}", &right[..right.len() - 1])).unwrap();
    let rejected = run(at, &format!("{line} --json")).expect(1).json();
    assert_eq!((&rejected["verdict"], &rejected["file"]), (&json!("reject"), &Value::Null));
    assert!(run(at, line).expect(1).stdout.contains("REJECT"));
    assert_eq!(names(at), before);

    for (text, part) in [
        (&right[..right.len() - 2], "calldata: 387 bytes, expected 388"),
        (&right[..right.len() - 1], "calldata.txt: "),
        (&right.replacen("0x", "0x00", 1)[..right.len()], "selector"),
        ("", "calldata: 0, expected 4"),
        ("[1]", "calldata: 1, expected 4"),
        ("{", "line 1, column 2"),
    ] {
        std::fs::write(at.join("calldata.txt"), text).unwrap();
        let failed = run(at, line).expect_error(&[part, "hint"]);
        assert!(failed.stdout.is_empty());
    }
    assert_eq!(names(at), before);
}

#[test]
fn what_is_missing_or_too_much_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    fixture(at);
    std::fs::write(at.join("proof.json"), "{}").unwrap();
    run(at, "import proof proof.json --key flat.vk").expect_error(&["public inputs are missing", "--public"]);
    run(at, "import proof proof.json --key flat.vk --form arkworks")
        .expect_error(&["public inputs are missing"]);
    run(at, "import proof calldata.txt --form calldata --public proof.json --key flat.vk")
        .expect_error(&["holds its own public inputs"]);
    run(at, "import proof proof.json --public proof.json --key flat.vk")
        .expect_error(&["proof.json: line 1, column 2: missing field", "spec/formats.md"]);
    run(at, "import proof proof.json --public proof.json --key proof.json").expect_error(&["proof.json"]);
    run(at, "import proof missing.json --public proof.json --key flat.vk").expect_error(&["missing.json"]);
    std::fs::write(at.join("proof.json"), vec![b' '; 65_537]).unwrap();
    run(at, "import proof proof.json --public proof.json --key flat.vk")
        .expect_error(&["proof.json: longer than the 65536 bytes"]);
    let failed =
        solvency(at, ["import", "key", "flat.vk", "--shape", "coverage-flat", "--out", "x.vk", "--json"])
            .expect_error(&["flat.vk"]);
    assert!(failed.json()["hint"].as_str().unwrap().contains("verification_key.json"));
    assert!(!at.join("x.vk").exists());
}

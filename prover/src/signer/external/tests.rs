use std::path::{Path, PathBuf};

use serde::Serialize;
use solvency_verifier::Bytes32;
use solvency_verifier::encoding::{Address, Domain, TypedData, Words, hex_string};

use super::super::{Key, Signer, SignerError, sign_with};
use super::ExternalError;

/// A statement of one word.
#[derive(Serialize)]
struct Word {
    value: Bytes32,
}

impl TypedData for Word {
    const TYPE: &'static str = "Word(bytes32 value)";
    fn encode_data(&self, words: &mut Words) {
        words.bytes32(&self.value);
    }
}

const WORD: Word = Word { value: Bytes32([7; 32]) };

fn domain() -> Domain {
    Domain::of_registry(&Bytes32([1; 32]))
}

fn key(byte: u8) -> Signer {
    Signer::from_bytes(&[byte; 32]).unwrap()
}

/// What a key says of a statement: r, s and v.
fn signature(byte: u8, statement: &Word) -> [u8; 65] {
    let signer = key(byte);
    let Key::Here(key) = &signer.key else { unreachable!() };
    sign_with(key, &statement.digest(&domain())).0
}

/// The file of an external signer that runs a script.
fn external(directory: &Path, script: &str, timeout: u64) -> PathBuf {
    let path = directory.join("external.json");
    let document = serde_json::json!({
        "format": "solvency-external-signer/1",
        "address": key(1).address(),
        "command": ["/bin/sh", "-c", script],
        "timeoutSeconds": timeout,
    });
    std::fs::write(&path, document.to_string()).unwrap();
    path
}

fn sign(script: &str, timeout: u64) -> Result<[u8; 65], SignerError> {
    let directory = tempfile::tempdir().unwrap();
    let signer = Signer::load(&external(directory.path(), script, timeout)).unwrap();
    assert_eq!(signer.address(), key(1).address());
    signer.sign(&WORD, &domain()).map(|signature| signature.0)
}

fn echo(bytes: &[u8]) -> String {
    format!("echo {}", hex_string(bytes))
}

#[test]
fn a_command_signs_as_the_key_would() {
    let expected = signature(1, &WORD);
    assert_eq!(sign(&echo(&expected), 10).unwrap(), expected);
    // Without v, or with another one: it is found.
    assert_eq!(sign(&echo(&expected[..64]), 10).unwrap(), expected);
    let mut other_v = expected;
    other_v[64] = 55 - other_v[64];
    assert_eq!(sign(&echo(&other_v), 10).unwrap(), expected);
    // Services answer with an s of either half.
    let mut high = expected;
    let s = k256::ecdsa::Signature::from_slice(&expected[..64]).unwrap().split_scalars().1;
    high[32..64].copy_from_slice(&(-*s).to_bytes());
    assert_ne!(high, expected);
    assert_eq!(sign(&echo(&high[..64]), 10).unwrap(), expected);
}

#[test]
fn the_command_reads_the_statement_with_its_hashes() {
    let directory = tempfile::tempdir().unwrap();
    let request = directory.path().join("request.json");
    let script = format!("cat > {}; {}", request.display(), echo(&signature(1, &WORD)));
    let signer = Signer::load(&external(directory.path(), &script, 10)).unwrap();
    signer.sign(&WORD, &domain()).unwrap();
    let request: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&request).unwrap()).unwrap();
    assert_eq!(
        request,
        serde_json::json!({
            "format": "solvency-sign/1",
            "address": key(1).address(),
            "type": "Word(bytes32 value)",
            "statement": { "value": WORD.value },
            "domainSeparator": domain().separator(),
            "structHash": WORD.struct_hash(),
            "digest": WORD.digest(&domain()),
        })
    );
}

#[test]
fn nothing_that_a_command_answers_is_believed() {
    let expected = signature(1, &WORD);
    let other_key = signature(2, &WORD);
    let other_statement = signature(1, &Word { value: Bytes32([8; 32]) });
    for wrong in [other_key, other_statement] {
        let error = sign(&echo(&wrong), 10).unwrap_err();
        assert!(matches!(error, SignerError::External(ExternalError::OtherKey { .. })), "{error}");
    }
    let text = hex_string(&expected);
    for answer in [
        "true".into(),
        "echo hello".into(),
        echo(&expected[..63]),
        echo(&[&expected[..], &[0]].concat()),
        format!("echo {text}; echo {text}"),
        format!("echo {}", &text[2..]),
        echo(&[0; 65]),
        echo(&[0xff; 64]),
        "printf '\\377'".into(),
        // No more than a bound is read.
        "yes".into(),
    ] {
        let error = sign(&answer, 10).unwrap_err();
        let expected = matches!(
            error,
            SignerError::External(ExternalError::Answer { .. } | ExternalError::Failed { .. })
        );
        assert!(expected, "{answer}: {error}");
    }
}

#[test]
fn a_command_that_fails_or_hangs_is_named() {
    let error = sign(&format!("{}; exit 3", echo(&signature(1, &WORD))), 10).unwrap_err();
    assert!(error.to_string().contains("/bin/sh failed (exit status: 3)"), "{error}");
    for hangs in
        ["exec sleep 600".to_string(), format!("{}; exec >&-; exec sleep 600", echo(&signature(1, &WORD)))]
    {
        let error = sign(&hangs, 1).unwrap_err();
        assert!(matches!(error, SignerError::External(ExternalError::Timeout { seconds: 1, .. })), "{error}");
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("signer.json");
    let text = format!(
        r#"{{"format":"solvency-external-signer/1","address":"{}","command":["/nowhere/signer"]}}"#,
        key(1).address()
    );
    std::fs::write(&path, text).unwrap();
    let signer = Signer::load(&path).unwrap();
    let error = signer.sign(&WORD, &domain()).unwrap_err();
    assert!(matches!(&error, SignerError::External(ExternalError::Io { .. })), "{error}");
    assert!(matches!(signer.save_new(&directory.path().join("copy")), Err(SignerError::Elsewhere)));
}

type Change = fn(&mut serde_json::Value);

#[test]
fn a_file_that_is_not_understood_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("signer.json");
    let valid = serde_json::json!({
        "format": "solvency-external-signer/1", "address": key(1).address(), "command": ["sign"], "timeoutSeconds": 1,
    });
    let load = |change: Change| {
        let mut document = valid.clone();
        change(&mut document);
        std::fs::write(&path, document.to_string()).unwrap();
        Signer::load(&path).map(|signer| signer.address())
    };
    assert_eq!(load(|_| ()).unwrap(), key(1).address());
    assert!(load(|d| d["timeoutSeconds"] = 3_600.into()).is_ok());
    let refused: [(&str, Change); 7] = [
        ("format is", |d| d["format"] = "solvency-external-signer/2".into()),
        ("no program", |d| d["command"] = serde_json::json!([])),
        ("no program", |d| d["command"] = serde_json::json!([""])),
        ("address is zero", |d| d["address"] = serde_json::json!(Address::ZERO)),
        ("timeoutSeconds is 0", |d| d["timeoutSeconds"] = 0.into()),
        ("timeoutSeconds is 3601", |d| d["timeoutSeconds"] = 3_601.into()),
        ("unknown field", |d| d["shell"] = true.into()),
    ];
    for (expected, change) in refused {
        let error = load(change).unwrap_err();
        assert!(matches!(error, SignerError::External(ExternalError::File { .. })), "{error}");
        assert!(error.to_string().contains(expected), "{expected}: {error}");
    }
}

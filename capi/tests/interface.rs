//! The C interface from Rust, from C and from Python: the same verdicts as the crate, and nothing accepted by mistake.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::ffi::{CStr, c_char};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::ptr;

use serde_json::{Value, json};
use solvency_c::{
    ACCEPTED, REJECTED, SolvencyTrust, UNUSABLE, solvency_accept, solvency_text_free,
    solvency_trust_attach_totals, solvency_trust_free, solvency_trust_move_on, solvency_trust_read,
};
use solvency_verifier::accept::accept;
use solvency_verifier::trust::Trust;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/accept").join(name)
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(path(name)).unwrap()
}

fn now() -> u64 {
    let keys: Value = serde_json::from_slice(&fixture("keys.json")).unwrap();
    keys["now"].as_u64().unwrap()
}

/// Takes a text over.
fn taken(text: *mut c_char) -> Option<String> {
    if text.is_null() {
        return None;
    }
    // SAFETY: of the library, with a final zero.
    let copy = unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned();
    // SAFETY: of the library, given back once.
    unsafe { solvency_text_free(text) };
    Some(copy)
}

struct Held(*mut SolvencyTrust);

impl Drop for Held {
    fn drop(&mut self) {
        // SAFETY: of `solvency_trust_read`, freed once.
        unsafe { solvency_trust_free(self.0) };
    }
}

fn read(document: &[u8]) -> Result<Held, String> {
    let (mut trust, mut message) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: all of it lives.
    let code = unsafe { solvency_trust_read(document.as_ptr(), document.len(), &mut trust, &mut message) };
    match (code, taken(message)) {
        (ACCEPTED, None) if !trust.is_null() => Ok(Held(trust)),
        (UNUSABLE, Some(message)) if trust.is_null() => Err(message),
        other => panic!("{other:?}"),
    }
}

impl Held {
    fn judge(&self, bundle: &[u8], now: u64) -> (i32, Value) {
        let mut verdict = ptr::null_mut();
        // SAFETY: all of it lives.
        let code = unsafe { solvency_accept(self.0, bundle.as_ptr(), bundle.len(), now, &mut verdict) };
        (code, serde_json::from_str(&taken(verdict).unwrap()).unwrap())
    }

    fn attach(&mut self, document: &[u8], now: u64) -> Result<(), String> {
        let mut message = ptr::null_mut();
        // SAFETY: all of it lives.
        let code = unsafe {
            solvency_trust_attach_totals(self.0, document.as_ptr(), document.len(), now, &mut message)
        };
        done(code, message)
    }

    fn move_on(&mut self, document: &Value) -> Result<(), String> {
        let (document, mut message) = (document.to_string(), ptr::null_mut());
        // SAFETY: all of it lives.
        let code = unsafe { solvency_trust_move_on(self.0, document.as_ptr(), document.len(), &mut message) };
        done(code, message)
    }
}

fn done(code: i32, message: *mut c_char) -> Result<(), String> {
    match (code, taken(message)) {
        (ACCEPTED, None) => Ok(()),
        (UNUSABLE, Some(message)) => Err(message),
        other => panic!("{other:?}"),
    }
}

#[test]
fn verdicts_are_those_of_the_crate() {
    for case in ["flat", "tiered", "topup"] {
        let (trust, bundle) =
            (fixture(&format!("{case}/trust.json")), fixture(&format!("{case}/bundle.json")));
        let prepared = Trust::from_json(&trust).unwrap();
        let held = read(&trust).unwrap();
        for (document, at) in
            [(&bundle[..], now()), (&bundle, 4_000_000_000), (&bundle[1..], now()), (b"", now())]
        {
            let expected = accept(document, &prepared, at);
            let (code, verdict) = held.judge(document, at);
            assert_eq!(verdict, serde_json::to_value(&expected).unwrap());
            assert_eq!(code == ACCEPTED, verdict["verdict"] == "accept", "{verdict}");
            assert_eq!(code == REJECTED, verdict["verdict"] == "reject", "{verdict}");
        }
        assert_eq!(held.judge(&bundle, now()).0, ACCEPTED);
    }
}

#[test]
fn null_pointers_and_bad_documents_accept_nothing() {
    let (trust, bundle) = (fixture("flat/trust.json"), fixture("flat/bundle.json"));
    assert!(read(b"{}").is_err());
    assert!(read(&trust[..trust.len() - 3]).is_err());
    let held = read(&trust).unwrap();
    let mut made = ptr::null_mut();
    let mut verdict = ptr::null_mut();
    // SAFETY: null is allowed everywhere, and what is not null lives.
    unsafe {
        assert_eq!(solvency_trust_read(ptr::null(), 3, &mut made, ptr::null_mut()), UNUSABLE);
        assert!(made.is_null());
        assert_eq!(
            solvency_trust_read(trust.as_ptr(), trust.len(), ptr::null_mut(), ptr::null_mut()),
            UNUSABLE
        );
        assert_eq!(solvency_trust_read(trust.as_ptr(), usize::MAX, &mut made, ptr::null_mut()), UNUSABLE);
        assert_eq!(
            solvency_accept(ptr::null(), bundle.as_ptr(), bundle.len(), now(), &mut verdict),
            UNUSABLE
        );
        assert!(verdict.is_null());
        assert_eq!(solvency_accept(held.0, ptr::null(), 0, now(), &mut verdict), UNUSABLE);
        assert_eq!(solvency_accept(held.0, bundle.as_ptr(), usize::MAX, now(), &mut verdict), UNUSABLE);
        assert_eq!(solvency_accept(held.0, bundle.as_ptr(), bundle.len(), now(), ptr::null_mut()), ACCEPTED);
        let null = ptr::null_mut();
        assert_eq!(solvency_trust_attach_totals(null, bundle.as_ptr(), 1, 0, ptr::null_mut()), UNUSABLE);
        assert_eq!(solvency_trust_move_on(null, bundle.as_ptr(), 1, ptr::null_mut()), UNUSABLE);
        solvency_trust_free(ptr::null_mut());
        solvency_text_free(ptr::null_mut());
    }
}

#[test]
fn totals_are_attached_and_gone_where_the_next_are_refused() {
    let (trust, bundle) = (fixture("totals/trust.json"), fixture("totals/bundle.json"));
    let totals = fixture("totals/totals.json");
    let mut held = read(&trust).unwrap();
    assert_eq!(held.judge(&bundle, now()).1["reason"], "totals_missing");
    held.attach(&totals, now()).unwrap();
    assert_eq!(held.judge(&bundle, now()).0, ACCEPTED);
    for refused in [&totals[1..], b"{}"] {
        held.attach(&totals, now()).unwrap();
        assert!(held.attach(refused, now()).is_err());
        assert_eq!(held.judge(&bundle, now()).1["reason"], "totals_missing");
    }
}

#[test]
fn what_was_seen_moves_on() {
    let (trust, bundle) = (fixture("flat/trust.json"), fixture("flat/bundle.json"));
    let mut held = read(&trust).unwrap();
    let accepted = held.judge(&bundle, now()).1;
    let claim = serde_json::from_slice::<Value>(&trust).unwrap()["latestClaim"].clone();
    let seen = json!({
        "epoch": accepted["epoch"], "sequence": accepted["sequence"], "allocation": accepted["head"],
        "round": accepted["round"],
    });
    for wrong in [
        json!({}),
        json!({ "latestClaim": claim }),
        json!({ "seen": null }),
        json!([null, claim]),
        json!({ "seen": null, "latestClaim": claim, "more": 1 }),
        json!({ "seen": 1, "latestClaim": claim }),
    ] {
        assert!(held.move_on(&wrong).is_err(), "{wrong}");
    }
    held.move_on(&json!({ "seen": null, "latestClaim": claim })).unwrap();
    assert_eq!(held.judge(&bundle, now()).0, ACCEPTED);
    held.move_on(&json!({ "seen": seen, "latestClaim": claim })).unwrap();
    assert_eq!(held.judge(&bundle, now()).1["reason"], "round_replayed");
}

/// The library, beside this test.
fn library() -> PathBuf {
    let name = format!("{DLL_PREFIX}solvency_c{DLL_SUFFIX}");
    std::env::current_exe().unwrap().with_file_name(name)
}

fn ran(command: &mut Command) -> Option<Output> {
    match command.output() {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("skipped: {} can't be run: {error}", command.get_program().display());
            None
        }
    }
}

#[test]
fn a_program_in_c_judges_by_the_header() {
    let dir = tempfile::tempdir().unwrap();
    let (program, library) = (dir.path().join("accept"), library());
    let folder = library.parent().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut compile = Command::new("cc");
    compile.args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-o"]).arg(&program);
    compile.arg(source.join("tests/accept.c")).arg("-I").arg(source.join("include"));
    compile.arg(&library).arg(format!("-Wl,-rpath,{}", folder.display()));
    let Some(compiled) = ran(&mut compile) else { return };
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let judge = |arguments: &[PathBuf], at: u64| {
        let (trust, rest) = arguments.split_first().unwrap();
        let (bundle, totals) = rest.split_first().unwrap();
        let output =
            Command::new(&program).arg(trust).arg(bundle).arg(at.to_string()).args(totals).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let flat = [path("flat/trust.json"), path("flat/bundle.json")];
    let (code, verdict) = judge(&flat, now());
    assert_eq!(
        (code, serde_json::from_str::<Value>(&verdict).unwrap()["verdict"].as_str()),
        (0, Some("accept"))
    );
    assert_eq!(judge(&flat, 4_000_000_000).0, REJECTED);
    assert_eq!(judge(&[path("flat/bundle.json"), path("flat/bundle.json")], now()).0, UNUSABLE);
    let mut totals = vec![path("totals/trust.json"), path("totals/bundle.json")];
    assert_eq!(judge(&totals, now()).0, REJECTED);
    totals.push(path("totals/totals.json"));
    assert_eq!(judge(&totals, now()).0, ACCEPTED);
}

#[test]
fn python_judges_over_the_same_library() {
    let script = "
import json, sys
import solvency
library, trust, bundle, totals, now = sys.argv[1:]
read = lambda name: open(name, 'rb').read()
now = int(now)
trust = solvency.Trust(library, read(trust))
assert trust.accept(read(bundle), now)['reason'] == 'totals_missing'
trust.attach_totals(read(totals), now)
verdict = trust.accept(read(bundle), now)
assert verdict['verdict'] == 'accept', verdict
assert trust.accept(b'{}', now)['verdict'] == 'reject'
seen = {'epoch': verdict['epoch'], 'sequence': verdict['sequence'], 'allocation': verdict['head'], 'round': verdict['round']}
trust.move_on(seen, json.loads(read(sys.argv[2]))['latestClaim'])
assert trust.accept(read(bundle), now)['reason'] == 'round_replayed'
for wrong in (lambda: solvency.Trust(library, b'{}'), lambda: trust.attach_totals(b'{}', now), lambda: trust.move_on(1, 2)):
    try:
        wrong()
    except solvency.Unusable as error:
        assert str(error)
    else:
        raise SystemExit('accepted')
print('done')
";
    let mut python = Command::new("python3");
    python
        .env("PYTHONPATH", Path::new(env!("CARGO_MANIFEST_DIR")).join("python"))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    python.args(["-c", script]).arg(library());
    python.arg(path("totals/trust.json")).arg(path("totals/bundle.json")).arg(path("totals/totals.json"));
    let Some(output) = ran(python.arg(now().to_string())) else { return };
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim(),
        "done",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

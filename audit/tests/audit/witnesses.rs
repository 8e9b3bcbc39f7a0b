//! Cosignatures on a folder's checkpoint, made by witnesses as they are run.

use std::path::{Path, PathBuf};

use solvency_audit::{Audit, Code, Label, LineState, MAX_WITNESS_KEY_BYTES, Report};
use solvency_log::{Log, SecretKey, Witness, WitnessedLog};
use solvency_verifier::bundle::SignedWitnessKey;
use solvency_verifier::log::{KeyKind, Note, WitnessKey};

use crate::world::{DAY, NOON, Special, World, address, json, key, sign};
use crate::{audit_of, kinds, what};

/// When the audit is: [`audit_of`].
const NOW: u64 = NOON + 40 * DAY;

/// A log with one entry, its bundle, and witnesses that may cosign it.
struct Scene {
    world: World,
    root: tempfile::TempDir,
    bundle: Vec<u8>,
}

fn cosigner(seed: u8, name: &str) -> SecretKey {
    SecretKey::from_seed(name, KeyKind::Cosignature, &[seed; 32]).unwrap()
}

/// Has a witness with a memory of its own cosign the checkpoint of epoch 3 at a time.
fn cosign(world: &World, root: &Path, secret: SecretKey, time: u64) {
    let log_origin = &world.trust.counterparty.log_origin;
    let public_key = *world.log_secret().verifier_key().public();
    let known =
        WitnessedLog { log_origin: log_origin.clone(), public_key, epochs: world.trust.registry.epoch };
    let state = tempfile::tempdir().unwrap();
    let witness = Witness::new(state.path(), secret, vec![known]).unwrap();
    let mut log = Log::open(root, log_origin, 3).unwrap();
    let line = witness.add_checkpoint(&log.request(0).unwrap(), time).unwrap();
    let _ = log.add_cosignature(&line, witness.verifier_key()).unwrap();
}

fn statement(
    world: &World,
    member: &str,
    secret: &SecretKey,
    window: (u64, u64),
    by: &str,
) -> SignedWitnessKey {
    let statement = WitnessKey {
        witness: address(&key(member)),
        vkey: secret.verifier_key().to_string(),
        not_before: window.0,
        expiry: window.1,
    };
    let signature = sign(&key(by), &world.digest(&statement));
    SignedWitnessKey { statement, signature }
}

/// Two witnesses that are known and one that is not, for a page.
pub(crate) fn cosign_for_page(world: &World, root: &Path, audit: &mut Audit) {
    for (number, name) in
        [(1, "witness.example/one"), (2, "witness.example/two"), (3, "witness.example/three")]
    {
        let (secret, member) = (cosigner(number, name), format!("witness-{number}"));
        if number < 3 {
            let signed = statement(world, &member, &secret, (0, NOW), &member);
            audit.add_witness_key(&format!("{member}.json"), &json(&signed));
        }
        cosign(world, root, secret, NOON + 700 + u64::from(number));
    }
}

impl Scene {
    fn new() -> Self {
        let (world, root) = (World::new(), tempfile::tempdir().unwrap());
        let special = Special { log: Some(root.path()), ..Special::default() };
        let bundle = json(&world.special(NOON, &special));
        Scene { world, root, bundle }
    }

    fn dir(&self) -> PathBuf {
        self.root.path().join("3")
    }

    fn cosign(&self, secret: SecretKey, time: u64) {
        cosign(&self.world, self.root.path(), secret, time);
    }

    /// A member's statement, signed by a party.
    fn statement(&self, member: &str, secret: &SecretKey, window: (u64, u64), by: &str) -> SignedWitnessKey {
        statement(&self.world, member, secret, window, by)
    }

    fn bound(&self, member: &str, secret: &SecretKey) -> SignedWitnessKey {
        self.statement(member, secret, (0, NOW + DAY), member)
    }

    fn run(&self, keys: &[SignedWitnessKey]) -> Report {
        let files: Vec<Vec<u8>> = keys.iter().map(json).collect();
        self.run_with(&files)
    }

    fn run_with(&self, keys: &[Vec<u8>]) -> Report {
        let mut audit = audit_of(&self.world, &[]);
        audit.add_bundle("bundle", NOON + 30, &self.bundle);
        self.finish(audit, keys)
    }

    fn finish(&self, mut audit: Audit, keys: &[Vec<u8>]) -> Report {
        audit.add_log("log", &self.dir());
        for (index, key) in keys.iter().enumerate() {
            audit.add_witness_key(&format!("key-{index}"), key);
        }
        audit.run()
    }

    /// One and two of the registry's three witnesses cosign, at these times; answers their keys' statements.
    fn two(&self, times: [u64; 2]) -> [SignedWitnessKey; 2] {
        let secrets = [cosigner(11, "witness.example/one"), cosigner(12, "witness.example/two")];
        let keys = [self.bound("witness-1", &secrets[0]), self.bound("witness-2", &secrets[1])];
        for (secret, time) in secrets.into_iter().zip(times) {
            self.cosign(secret, time);
        }
        keys
    }

    fn edit(&self, edit: impl Fn(&mut Vec<solvency_verifier::log::NoteSignature>)) {
        edit_note(&self.dir().join("checkpoint"), edit);
    }
}

fn edit_note(path: &Path, edit: impl Fn(&mut Vec<solvency_verifier::log::NoteSignature>)) {
    let note = Note::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut lines = note.signatures().to_vec();
    edit(&mut lines);
    let mut edited = Note::new(note.text()).unwrap();
    lines.into_iter().for_each(|line| edited.add(line).unwrap());
    std::fs::write(path, edited.to_string()).unwrap();
}

fn states(report: &Report) -> Vec<LineState> {
    report.pack().logs[0].signatures.iter().map(|line| line.state).collect()
}

use LineState::{Cosigned, Log as Own, Outside, Repeated, Revoked, Unknown, Wrong};

#[test]
fn enough_witnesses_of_the_registry_are_named_with_their_oldest_time() {
    // Whichever cosigned first.
    let scene = Scene::new();
    let keys = scene.two([NOON + 40, NOON + 50]);
    assert_eq!(scene.run(&keys).pack().logs[0].as_of, Some(NOON + 40));
    let scene = Scene::new();
    let keys = scene.two([NOON + 50, NOON + 40]);
    let report = scene.run(&keys);
    assert_eq!(kinds(&report), [], "{:?}", report.pack().findings);
    assert_eq!(states(&report), [Own, Cosigned, Cosigned]);
    let line = &report.pack().logs[0];
    assert_eq!(line.as_of, Some(NOON + 40));
    assert_eq!(line.signatures[1].time, Some(NOON + 50));
    let mut both = vec![address(&key("witness-1")), address(&key("witness-2"))];
    both.sort();
    assert_eq!(line.witnesses, both);
    assert_eq!(line.label, Label::AttestedBy { role: "witnesses", signers: both });
    let figure = report.pack().figures.iter().find(|figure| figure.name.starts_with("cosignatures")).unwrap();
    assert_eq!((figure.value.as_str(), &figure.label), ("1 of 1 folders have the quorum", &line.label));
    let page = report.to_html();
    assert!(page.contains("✓ cosigned") && page.contains("witness.example/two"));
}

#[test]
fn keys_are_known_from_the_histories_of_accepted_bundles() {
    let scene = Scene::new();
    let keys = scene.two([NOON + 50, NOON + 40]);
    let special = Special { log: Some(scene.root.path()), ..Special::default() };
    let mut bundle = scene.world.special(NOON, &special);
    bundle.history.as_mut().unwrap().witness_keys = keys.to_vec();
    let run = |bundle: &solvency_verifier::bundle::Bundle| {
        let mut audit = audit_of(&scene.world, &[]);
        audit.add_bundle("bundle", NOON + 30, &json(bundle));
        scene.finish(audit, &[])
    };
    assert_eq!(states(&run(&bundle)), [Own, Cosigned, Cosigned]);
    assert_eq!(kinds(&run(&bundle)), []);
    // Nobody has looked at this history: a statement that its member did not sign binds nothing.
    bundle.history.as_mut().unwrap().witness_keys[1].signature = keys[0].signature;
    let report = run(&bundle);
    assert_eq!(states(&report), [Own, Cosigned, Unknown]);
    assert_eq!(kinds(&report), [Code::CosignaturesFew]);
}

#[test]
fn fewer_than_the_threshold_is_a_warning() {
    let scene = Scene::new();
    let report = scene.run(&[]);
    assert_eq!((kinds(&report), states(&report)), (vec![Code::CosignaturesFew], vec![Own]));
    assert!(report.accepted(), "a warning");
    let secret = cosigner(11, "witness.example/one");
    let bound = scene.bound("witness-1", &secret);
    scene.cosign(secret, NOON + 50);
    let report = scene.run(&[bound]);
    assert_eq!((kinds(&report), states(&report)), (vec![Code::CosignaturesFew], vec![Own, Cosigned]));
    assert!(
        what(&report, Code::CosignaturesFew)[0].contains("of 1 of the registry's witnesses, 2 are needed")
    );
    assert_eq!(report.pack().logs[0].witnesses.len(), 1);
    assert!(matches!(report.pack().logs[0].label, Label::NotChecked { .. }));
}

#[test]
fn lines_of_unknown_keys_are_listed_and_do_not_count() {
    let scene = Scene::new();
    let keys = scene.two([NOON + 50, NOON + 40]);
    let report = scene.run(&keys[..1]);
    assert_eq!(
        (kinds(&report), states(&report)),
        (vec![Code::CosignaturesFew], vec![Own, Cosigned, Unknown])
    );
    assert!(what(&report, Code::CosignaturesFew)[0].contains("1 lines are of unknown keys"));
    let line = &report.pack().logs[0].signatures[2];
    assert_eq!((line.name.as_str(), line.witness, line.time), ("witness.example/two", None, None));
}

#[test]
fn a_wrong_cosignature_of_a_known_key_is_refused() {
    let scene = Scene::new();
    let keys = scene.two([NOON + 50, NOON + 40]);
    let checkpoint = scene.dir().join("checkpoint");
    let whole = std::fs::read(&checkpoint).unwrap();
    // The time, the signature's halves, and the length.
    for byte in [0, 7, 8, 39, 40, 71] {
        scene.edit(|lines| lines[2].bytes[byte] ^= 1);
        let report = scene.run(&keys);
        assert_eq!(kinds(&report), [Code::CosignatureWrong, Code::CosignaturesFew], "{byte}");
        assert_eq!(states(&report), [Own, Cosigned, Wrong], "{byte}");
        assert!(!report.accepted());
        assert!(what(&report, Code::CosignatureWrong)[0].contains("witness.example/two"));
        std::fs::write(&checkpoint, &whole).unwrap();
    }
    scene.edit(|lines| lines[2].bytes.truncate(71));
    assert_eq!(states(&scene.run(&keys)), [Own, Cosigned, Wrong]);
    std::fs::write(&checkpoint, &whole).unwrap();
    // One witness's signature under the other's name.
    scene.edit(|lines| lines[2].bytes = lines[1].bytes.clone());
    assert_eq!(states(&scene.run(&keys)), [Own, Cosigned, Wrong]);
    std::fs::write(&checkpoint, &whole).unwrap();
    // Another key id: nobody's whom we know.
    scene.edit(|lines| lines[2].id[0] ^= 1);
    assert_eq!(states(&scene.run(&keys)), [Own, Cosigned, Unknown]);
}

#[test]
fn a_cosignature_counts_within_its_keys_window_and_not_of_the_future() {
    let scene = Scene::new();
    let secret = || cosigner(11, "witness.example/one");
    let time = NOON + 50;
    scene.cosign(secret(), time);
    let state = |window: (u64, u64)| {
        let report = scene.run(&[scene.statement("witness-1", &secret(), window, "witness-1")]);
        assert_eq!(kinds(&report), [Code::CosignaturesFew]);
        states(&report)[1]
    };
    assert_eq!(state((time, time + 1)), Cosigned);
    assert_eq!(state((time + 1, time + 2)), Outside);
    assert_eq!(state((time - 1, time)), Outside);
    // A second binding of the same key, for another time, adds its own.
    let windows = [(0, 1), (time, time + 1), (time + 1, time + 2)];
    let keys: Vec<_> =
        windows.map(|window| scene.statement("witness-1", &secret(), window, "witness-1")).into();
    assert_eq!(states(&scene.run(&keys)), [Own, Cosigned]);

    let skew = scene.world.trust.limits.max_clock_skew;
    let at = |now: u64| {
        let mut audit = Audit::new("trust.json", &scene.world.trust_bytes(), now).unwrap();
        audit.add_bundle("bundle", NOON + 30, &scene.bundle);
        states(&scene.finish(audit, &[json(&scene.bound("witness-1", &secret()))]))[1]
    };
    assert_eq!(at(time - skew), Cosigned);
    assert_eq!(at(time - skew - 1), Outside);
}

#[test]
fn nobody_counts_twice_and_the_revoked_not_at_all() {
    // Two keys of one member.
    let mut scene = Scene::new();
    let secrets = [cosigner(11, "witness.example/one"), cosigner(12, "witness.example/two")];
    let keys = [scene.bound("witness-1", &secrets[0]), scene.bound("witness-1", &secrets[1])];
    let others = [scene.bound("witness-1", &secrets[0]), scene.bound("witness-2", &secrets[1])];
    for secret in secrets {
        scene.cosign(secret, NOON + 50);
    }
    let report = scene.run(&keys);
    assert_eq!(
        (kinds(&report), states(&report)),
        (vec![Code::CosignaturesFew], vec![Own, Cosigned, Repeated])
    );
    assert_eq!(kinds(&scene.run(&others)), []);

    // One of the two is revoked by the trust file.
    scene.world.trust.revoked.signers.push(address(&key("witness-2")));
    let report = scene.run(&others);
    assert_eq!(
        (kinds(&report), states(&report)),
        (vec![Code::CosignaturesFew], vec![Own, Cosigned, Revoked])
    );

    // One public key under two names, each bound by another member.
    let scene = Scene::new();
    let secrets = [cosigner(11, "witness.example/one"), cosigner(11, "witness.example/two")];
    let keys = [scene.bound("witness-1", &secrets[0]), scene.bound("witness-2", &secrets[1])];
    for secret in secrets {
        scene.cosign(secret, NOON + 50);
    }
    let report = scene.run(&keys);
    assert_eq!(
        (kinds(&report), states(&report)),
        (vec![Code::CosignaturesFew], vec![Own, Cosigned, Repeated])
    );

    // One key, bound by two members: one line, one witness.
    let scene = Scene::new();
    let secret = cosigner(11, "witness.example/one");
    let keys = [scene.bound("witness-1", &secret), scene.bound("witness-2", &secret)];
    scene.cosign(secret, NOON + 50);
    let report = scene.run(&keys);
    assert_eq!((kinds(&report), states(&report)), (vec![Code::CosignaturesFew], vec![Own, Cosigned]));
    assert_eq!(report.pack().logs[0].witnesses.len(), 1);
}

#[test]
fn a_key_that_no_member_signed_is_unfounded() {
    let scene = Scene::new();
    let secret = cosigner(11, "witness.example/one");
    let unfounded = |signed: SignedWitnessKey, part: &str| {
        let report = scene.run(&[signed]);
        assert_eq!(kinds(&report), [Code::WitnessKeyUnfounded, Code::CosignaturesFew]);
        assert!(!report.accepted());
        let what = what(&report, Code::WitnessKeyUnfounded);
        assert!(what[0].contains(part), "{what:?}");
    };
    let window = (0, NOW);
    unfounded(scene.statement("custodian", &secret, window, "custodian"), "is no witness of the registry");
    unfounded(scene.statement("witness-1", &secret, window, "witness-2"), "sign");
    unfounded(scene.bound("witness-1", &scene.world.log_secret()), "not cosignatures");
    let statement = WitnessKey {
        witness: address(&key("witness-1")),
        vkey: secret.verifier_key().to_string().replace("one", "two"),
        not_before: 0,
        expiry: NOW,
    };
    let signature = sign(&key("witness-1"), &scene.world.digest(&statement));
    unfounded(SignedWitnessKey { statement, signature }, "hash");
    let mut longer = scene.bound("witness-1", &secret);
    longer.statement.expiry += 1;
    unfounded(longer, "sign");
}

#[test]
fn a_keys_file_is_read_strictly() {
    let scene = Scene::new();
    let file = json(&scene.bound("witness-1", &cosigner(11, "witness.example/one")));
    let trust = scene.world.trust_bytes();
    let run = |bytes: &[u8]| {
        let mut audit = Audit::new("trust.json", &trust, NOW).unwrap();
        audit.add_witness_key("key", bytes);
        let report = audit.run();
        kinds(&report).into_iter().filter(|code| *code != Code::NothingAccepted).collect::<Vec<_>>()
    };
    assert_eq!(run(&file), []);
    let ends: Vec<usize> = (0..file.len()).collect();
    for ends in ends.chunks(200) {
        let mut audit = Audit::new("trust.json", &trust, NOW).unwrap();
        ends.iter().for_each(|end| audit.add_witness_key(&format!("{end}"), &file[..*end]));
        let report = audit.run();
        let unread = what(&report, Code::InputUnreadable);
        assert_eq!((kinds(&report).len(), unread.len()), (2, ends.len()), "unreadable, and nothing accepted");
    }
    let text = String::from_utf8(file.clone()).unwrap();
    assert_eq!(run(text.replacen('{', "{\"more\":1,", 1).as_bytes()), [Code::InputUnreadable]);
    assert_eq!(run(format!("{text}x").as_bytes()), [Code::InputUnreadable]);
    let long = |length: usize| [&file[..], &vec![b' '; length - file.len()]].concat();
    assert_eq!(run(&long(MAX_WITNESS_KEY_BYTES)), []);
    assert_eq!(run(&long(MAX_WITNESS_KEY_BYTES + 1)), [Code::InputTooLong]);
}

#[test]
fn lines_of_a_folder_that_is_not_whole_are_not_looked_at() {
    let scene = Scene::new();
    let keys = scene.two([NOON + 50, NOON + 40]);
    std::fs::remove_file(scene.dir().join("tile/entries/000.p/1")).unwrap();
    let report = scene.run(&keys);
    assert_eq!(kinds(&report), [Code::LogUnverifiable]);
    assert_eq!(states(&report), []);
    assert!(matches!(report.pack().logs[0].label, Label::NotChecked { .. }));
}

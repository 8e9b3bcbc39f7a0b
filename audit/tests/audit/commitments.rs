//! Logs of rounds, with real witnesses: which sampled rounds stood in them before the beacon's value was public.

use std::path::Path;

use solvency_audit::{
    Audit, BEACON_FORMAT, Beacon, Code, Interval, Label, ROUND_OPENING_FORMAT, Report, RoundOpening,
};
use solvency_log::{Log, SecretKey, Witness, WitnessedLog};
use solvency_verifier::bundle::{Bundle, SignedLogKey, SignedWitnessKey};
use solvency_verifier::encoding::Bytes32;
use solvency_verifier::log::{KeyKind, LogKey, Note, RoundEntry, WitnessKey, rounds_origin};

use crate::world::{DAY, NOON, Special, World, address, json, key, sign};
use crate::{audit_of, kinds, what};

const PUBLIC: u64 = NOON + 900;
const ROUNDS: u64 = 4;
const EPOCH: u64 = 3;

/// A log of the rounds of four bundles, and two witnesses of the registry's who cosign it when they are told to.
struct Scene {
    world: World,
    folder: tempfile::TempDir,
    states: [tempfile::TempDir; 2],
    openings: Vec<RoundOpening>,
}

fn times() -> Vec<u64> {
    (0..ROUNDS).map(|round| NOON + 60 * round).collect()
}

fn beacon(world: &World) -> Beacon {
    Beacon {
        format: BEACON_FORMAT.into(),
        name: "a public beacon".into(),
        account: world.trust.counterparty.account,
        value: Bytes32([4; 32]),
        published_at: PUBLIC,
        intervals: vec![Interval { from: NOON, until: NOON + 60 * ROUNDS }],
        rounds: ROUNDS,
        leaves: 0,
    }
}

fn entry(world: &World, bundle: &Bundle, index: u64) -> (RoundOpening, RoundEntry) {
    let coverage = &bundle.coverage.statement;
    let opening = RoundOpening {
        format: ROUND_OPENING_FORMAT.into(),
        account: coverage.account,
        epoch: coverage.epoch,
        round: bundle.round.round.round,
        index,
        head: world.digest(&bundle.allocations.last().unwrap().proven.statement),
        coverage: world.digest(coverage),
        salt: Bytes32([index as u8 + 1; 32]),
    };
    let entry = RoundEntry {
        account: opening.account,
        epoch: opening.epoch,
        round: opening.round,
        books: bundle.books.iter().map(|book| world.digest(&book.attestation)).collect(),
        head: opening.head,
        coverage: opening.coverage,
        salt: opening.salt,
    };
    (opening, entry)
}

fn secret(world: &World, seed: u8) -> SecretKey {
    let origin = rounds_origin(&world.trust.counterparty.log_origin).unwrap();
    SecretKey::from_seed(&origin, KeyKind::Note, &[seed; 32]).unwrap()
}

impl Scene {
    fn new() -> Self {
        let world = World::new();
        let bundles: Vec<Bundle> = times().into_iter().map(|at| world.bundle(at)).collect();
        let states = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let mut scene = Scene { world, folder: tempfile::tempdir().unwrap(), states, openings: Vec::new() };
        let mut log = scene.log(scene.folder.path());
        for (index, bundle) in bundles.iter().enumerate() {
            let (opening, entry) = entry(&scene.world, bundle, index as u64);
            let _ = log.append(index as u64, &scene.world.digest(&entry)).unwrap();
            scene.openings.push(opening);
        }
        let _ = log.sign_checkpoint(&secret(&scene.world, 8)).unwrap();
        drop(log);
        scene
    }

    fn log(&self, root: &Path) -> Log {
        let origin = rounds_origin(&self.world.trust.counterparty.log_origin).unwrap();
        Log::open(root, &origin, EPOCH).unwrap()
    }

    fn witness(&self, number: usize) -> Witness {
        let log = WitnessedLog {
            log_origin: rounds_origin(&self.world.trust.counterparty.log_origin).unwrap(),
            public_key: *secret(&self.world, 8).verifier_key().public(),
            epochs: self.world.trust.registry.epoch,
        };
        Witness::new(self.states[number].path(), witness_secret(number), vec![log]).unwrap()
    }

    /// Has a witness cosign what is served, at a time by its clock.
    fn cosign(&self, number: usize, at: u64) {
        let (mut log, witness) = (self.log(self.folder.path()), self.witness(number));
        let known = witness.latest(log.origin()).unwrap();
        let known =
            known.map_or(0, |note| solvency_verifier::log::Checkpoint::parse(note.text()).unwrap().size);
        let line = witness.add_checkpoint(&log.request(known).unwrap(), at).unwrap();
        let _ = log.add_cosignature(&line, witness.verifier_key()).unwrap();
    }

    fn dir(&self) -> std::path::PathBuf {
        self.folder.path().join(EPOCH.to_string())
    }

    fn log_key(&self, change: impl Fn(&mut LogKey)) -> SignedLogKey {
        let counterparty = &self.world.trust.counterparty;
        let mut statement = LogKey {
            custodian: counterparty.custodian,
            account: counterparty.account,
            log_origin: rounds_origin(&counterparty.log_origin).unwrap(),
            public_key: Bytes32(*secret(&self.world, 8).verifier_key().public()),
            not_before: 0,
            expiry: NOON + 30 * DAY,
        };
        change(&mut statement);
        SignedLogKey { signature: sign(&key("custodian"), &self.world.digest(&statement)), statement }
    }

    fn witness_key(&self, number: usize, change: impl Fn(&mut WitnessKey)) -> SignedWitnessKey {
        let member = key(&format!("witness-{}", number + 1));
        let mut statement = WitnessKey {
            witness: address(&member),
            vkey: witness_secret(number).verifier_key().to_string(),
            not_before: 0,
            expiry: NOON + 30 * DAY,
        };
        change(&mut statement);
        SignedWitnessKey { signature: sign(&member, &self.world.digest(&statement)), statement }
    }

    /// All bundles, the beacon, and all that belongs to the log.
    fn audit(&self) -> Audit {
        let mut audit = self.without_openings();
        self.add_openings(&mut audit, |_| {});
        audit
    }

    fn add_openings(&self, audit: &mut Audit, change: impl Fn(&mut RoundOpening)) {
        for opening in &self.openings {
            let mut opening = opening.clone();
            change(&mut opening);
            audit.add_round_opening(&format!("opening {}", opening.round), opening.to_json().as_bytes());
        }
    }

    fn without_openings(&self) -> Audit {
        let mut audit = self.without_keys();
        audit.add_rounds_key("log key", &json(&self.log_key(|_| {})));
        for number in 0..2 {
            audit.add_witness_key(&format!("witness {number}"), &json(&self.witness_key(number, |_| {})));
        }
        audit
    }

    fn without_keys(&self) -> Audit {
        let mut audit = self.sampled();
        audit.add_rounds_log("rounds", &self.dir());
        audit
    }

    fn sampled(&self) -> Audit {
        let mut audit = audit_of(&self.world, &times());
        audit.add_beacon("beacon", &json(&beacon(&self.world)));
        audit
    }
}

fn witness_secret(number: usize) -> SecretKey {
    let name = format!("witness.example/{number}");
    SecretKey::from_seed(&name, KeyKind::Cosignature, &[20 + number as u8; 32]).unwrap()
}

fn missing(report: &Report) -> usize {
    what(report, Code::CommitmentMissing).len()
}

#[test]
fn rounds_that_k_witnesses_cosigned_in_time_are_committed() {
    let scene = Scene::new();
    scene.cosign(0, NOON + 240);
    scene.cosign(1, NOON + 250);
    let report = scene.audit().run();
    assert_eq!(kinds(&report), []);
    let line = &report.pack().rounds_logs[0];
    assert_eq!((line.whole, line.size, line.checkpoints, line.opened), (true, Some(4), 1, 4));
    assert_eq!(line.origin.as_deref(), Some("log.example/custodian/account-1/rounds/3"));
    let lines = &report.pack().commitments;
    assert_eq!(lines.len(), 4);
    for (index, line) in lines.iter().enumerate() {
        let got = (line.index, line.size, line.committed_at);
        assert_eq!(got, (Some(index as u64), Some(4), Some(NOON + 250)), "the k-th witness's time");
        assert!(
            matches!(&line.label, Label::AttestedBy { role: "witnesses", signers } if signers.len() == 2)
        );
    }
    assert!(report.to_html().contains("Committed rounds"));
}

/// At the beacon's time the value may be known already; a second before it is not.
#[test]
fn a_cosignature_counts_to_the_second_before_the_value_was_public() {
    for (time, in_time) in [(PUBLIC - 1, true), (PUBLIC, false), (PUBLIC + 1, false)] {
        let scene = Scene::new();
        scene.cosign(0, NOON + 240);
        scene.cosign(1, time);
        let report = scene.audit().run();
        assert_eq!(missing(&report), if in_time { 0 } else { 4 }, "{time}");
        assert_eq!(kinds(&report).contains(&Code::CommitmentMissing), !in_time);
        let at = report.pack().commitments[0].committed_at;
        assert_eq!(at, in_time.then_some(time));
    }
}

#[test]
fn k_less_one_witnesses_are_not_enough_whatever_else_they_sign() {
    let scene = Scene::new();
    scene.cosign(0, NOON + 240);
    let report = scene.audit().run();
    assert_eq!(kinds(&report), [Code::CommitmentMissing]);
    assert_eq!(missing(&report), 4);
    assert!(what(&report, Code::CommitmentMissing)[0].contains("that 2 witnesses cosigned before"));
    assert!(!report.accepted());
    // The same one's key under another name is no second witness; nor is a second key of it.
    let copy = scene.witness_key(1, |key| key.vkey = witness_secret(0).verifier_key().to_string());
    let mut audit = scene.without_keys();
    audit.add_rounds_key("log key", &json(&scene.log_key(|_| {})));
    audit.add_witness_key("witness 0", &json(&scene.witness_key(0, |_| {})));
    audit.add_witness_key("witness 0 again", &json(&copy));
    scene.add_openings(&mut audit, |_| {});
    assert_eq!(kinds(&audit.run()), [Code::CommitmentMissing]);
}

#[test]
fn an_earlier_checkpoint_shows_what_it_has_and_a_late_one_nothing_more() {
    let scene = Scene::new();
    let earlier = tempfile::tempdir().unwrap();
    // Two entries are cosigned in time; the whole tree is, too late.
    let mut log = scene.log(earlier.path());
    let digests: Vec<Bytes32> = times()
        .iter()
        .enumerate()
        .map(|(index, at)| scene.world.digest(&entry(&scene.world, &scene.world.bundle(*at), index as u64).1))
        .collect();
    let _ = log.append_all(0, &digests[..2]).unwrap();
    let _ = log.sign_checkpoint(&secret(&scene.world, 8)).unwrap();
    let mut cosigned = log.checkpoint().unwrap();
    for number in 0..2 {
        let witness = scene.witness(number);
        let line = witness.add_checkpoint(&log.request(0).unwrap(), NOON + 200).unwrap();
        cosigned = log.add_cosignature(&line, witness.verifier_key()).unwrap();
    }
    scene.cosign(0, PUBLIC);
    scene.cosign(1, PUBLIC);
    let mut audit = scene.audit();
    audit.add_checkpoint("earlier", cosigned.to_string().as_bytes());
    let report = audit.run();
    assert_eq!(kinds(&report), [Code::CommitmentMissing]);
    assert_eq!(missing(&report), 2);
    let sizes: Vec<_> = report.pack().commitments.iter().map(|line| line.size).collect();
    assert_eq!(sizes, [Some(2), Some(2), None, None]);
    assert_eq!(report.pack().rounds_logs[0].checkpoints, 2);

    // Of another tree it is a fork that the key signed; altered, or of no folder, it is refused; so is one that the copy does not reach.
    let other = tempfile::tempdir().unwrap();
    let mut log = scene.log(other.path());
    let _ = log.append_all(0, &[Bytes32([1; 32])]).unwrap();
    let fork = log.sign_checkpoint(&secret(&scene.world, 8)).unwrap();
    let text = cosigned.to_string();
    let altered = text.replacen("\n2\n", "\n3\n", 1);
    drop(log);
    let mut longer = scene.log(other.path());
    let _ = longer.append_all(1, &[Bytes32([2; 32]); 5]).unwrap();
    let longer = longer.sign_checkpoint(&secret(&scene.world, 8)).unwrap();
    let foreign = text.replacen("/rounds/3\n", "/rounds/4\n", 1);
    let in_time = Scene::new();
    for number in 0..2 {
        in_time.cosign(number, NOON + 240);
    }
    for (name, note, code) in [
        ("fork", fork.to_string(), Code::LogFork),
        ("altered", altered, Code::LogUnverifiable),
        ("longer", longer.to_string(), Code::LogUnverifiable),
        ("foreign", foreign, Code::LogUnverifiable),
        ("cut", text[..text.len() - 1].to_owned(), Code::InputUnreadable),
        ("no checkpoint", "a\n\n\u{2014} x AAAAAAAA\n".to_owned(), Code::InputUnreadable),
        ("too long", "x".repeat(solvency_audit::MAX_CHECKPOINT_BYTES + 1), Code::InputTooLong),
    ] {
        let mut audit = in_time.audit();
        audit.add_checkpoint(name, note.as_bytes());
        let report = audit.run();
        assert_eq!(kinds(&report), [code], "{name}: {:?}", report.pack().findings);
    }
    // A line of a known witness that is not its signature spoils the note.
    let mut note = Note::parse(&text).unwrap();
    let mut line = note.signature_of(witness_secret(0).verifier_key()).unwrap().clone();
    note.remove(|there| there.is_of(witness_secret(0).verifier_key()));
    line.bytes[7] ^= 1;
    note.add(line).unwrap();
    let mut audit = in_time.audit();
    audit.add_checkpoint("spoilt", note.to_string().as_bytes());
    assert_eq!(kinds(&audit.run()), [Code::LogUnverifiable]);
}

#[test]
fn a_round_without_a_right_opening_is_not_committed() {
    let scene = Scene::new();
    scene.cosign(0, NOON + 240);
    scene.cosign(1, NOON + 240);
    let report = scene.without_openings().run();
    assert_eq!((kinds(&report), missing(&report)), (vec![Code::CommitmentMissing], 4));

    type Change = fn(&mut RoundOpening);
    let wrong: [(&str, Change); 7] = [
        ("account", |opening| opening.account = Bytes32([1; 32])),
        ("epoch", |opening| opening.epoch += 1),
        ("round", |opening| opening.round += 1),
        ("head", |opening| opening.head = Bytes32([1; 32])),
        ("salt", |opening| opening.salt = Bytes32([99; 32])),
        ("the next leaf", |opening| opening.index = (opening.index + 1) % ROUNDS),
        ("another coverage's salt", |opening| opening.salt = Bytes32([(opening.index + 2) as u8; 32])),
    ];
    for (name, change) in wrong {
        let mut audit = scene.without_openings();
        scene.add_openings(&mut audit, change);
        let report = audit.run();
        assert_eq!(kinds(&report), [Code::CommitmentMissing, Code::CommitmentWrong], "{name}");
        assert_eq!((missing(&report), what(&report, Code::CommitmentWrong).len()), (4, 4), "{name}");
    }
    // Beyond the copy's end there is nothing; a coverage that no accepted bundle has is nobody's.
    let mut audit = scene.without_openings();
    scene.add_openings(&mut audit, |opening| opening.index = ROUNDS);
    assert_eq!(kinds(&audit.run()), [Code::CommitmentMissing]);
    let mut audit = scene.without_openings();
    scene.add_openings(&mut audit, |opening| {
        (opening.coverage, opening.round) = (Bytes32([1; 32]), opening.round + 4);
    });
    assert_eq!(kinds(&audit.run()), [Code::CommitmentMissing, Code::OpeningUnplaced]);
    // The custodian opened all coverages of the round; the bundle is of one of them.
    let mut audit = scene.audit();
    let other = RoundOpening { coverage: Bytes32([1; 32]), index: 9, ..scene.openings[0].clone() };
    audit.add_round_opening("another coverage", other.to_json().as_bytes());
    assert_eq!(kinds(&audit.run()), [Code::CommitmentSpare]);

    // A wrong one beside the right one is told, and the round is committed all the same.
    let mut audit = scene.audit();
    let mut opening = scene.openings[0].clone();
    opening.salt = Bytes32([99; 32]);
    audit.add_round_opening("wrong", opening.to_json().as_bytes());
    assert_eq!(kinds(&audit.run()), [Code::CommitmentWrong]);
}

#[test]
fn a_bundle_that_is_shown_again_with_a_longer_chain_opens_the_same_entry() {
    let scene = Scene::new();
    scene.cosign(0, NOON + 240);
    scene.cosign(1, NOON + 240);
    let longer = scene.world.special(NOON + 180, &Special { links: 2, ..Special::default() });
    let short = entry(&scene.world, &scene.world.bundle(NOON + 180), 3).0;
    assert_eq!(short, scene.openings[3], "made when the chain had one allocation");
    let opened = short.entry(&longer, &domain(&scene.world)).unwrap();
    assert_eq!(opened.head, short.head);
    let late =
        RoundOpening { head: scene.world.digest(&longer.allocations[1].proven.statement), ..short.clone() };
    assert!(late.entry(&longer, &domain(&scene.world)).is_ok());
    assert!(late.entry(&scene.world.bundle(NOON + 180), &domain(&scene.world)).is_err());
    // A pledge of the second allocation was not there at the first.
    let mut moved = longer.clone();
    moved.coverage.statement.allocation = late.head;
    let before = RoundOpening { coverage: scene.world.digest(&moved.coverage.statement), ..short };
    let refused = before.entry(&moved, &domain(&scene.world));
    assert!(matches!(refused, Err(solvency_audit::RoundOpeningError::BeforePledge { head: 0, pledge: 1 })));
}

fn domain(world: &World) -> solvency_verifier::encoding::Domain {
    solvency_verifier::encoding::Domain::of_registry(&world.registry())
}

#[test]
fn without_a_bound_key_no_log_is_verified_and_no_round_is_committed() {
    let scene = Scene::new();
    scene.cosign(0, NOON + 240);
    scene.cosign(1, NOON + 240);
    let with = |log_key: Option<SignedLogKey>| {
        let mut audit = scene.without_keys();
        if let Some(log_key) = log_key {
            audit.add_rounds_key("log key", &json(&log_key));
        }
        for number in 0..2 {
            audit.add_witness_key(&format!("witness {number}"), &json(&scene.witness_key(number, |_| {})));
        }
        scene.add_openings(&mut audit, |_| {});
        audit.run()
    };
    assert_eq!(kinds(&with(Some(scene.log_key(|_| {})))), []);
    let refused = vec![Code::CommitmentMissing, Code::LogUnverifiable];
    assert_eq!(kinds(&with(None)), refused);
    let other = Bytes32(*secret(&scene.world, 9).verifier_key().public());
    type Change = Box<dyn Fn(&mut LogKey)>;
    let changes: [Change; 4] = [
        Box::new(move |key| key.public_key = other),
        Box::new(|key| key.account = Bytes32([1; 32])),
        Box::new(|key| key.log_origin = key.log_origin.replace("/rounds", "")),
        Box::new(|key| key.custodian = address(&crate::world::key("venue-a"))),
    ];
    for change in changes {
        assert_eq!(kinds(&with(Some(scene.log_key(change)))), refused);
    }
    let mut unsigned = scene.log_key(|_| {});
    unsigned.statement.expiry += 1;
    assert_eq!(kinds(&with(Some(unsigned))), refused);
    // Bound, but not when witnesses cosigned: both ends, and one past.
    let bound = |from: u64, until: u64| {
        kinds(&with(Some(scene.log_key(|key| (key.not_before, key.expiry) = (from, until)))))
    };
    assert_eq!(bound(NOON + 240, NOON + 241), []);
    assert_eq!(bound(NOON + 241, NOON + 500), [Code::CommitmentMissing]);
    assert_eq!(bound(0, NOON + 240), [Code::CommitmentMissing]);
}

#[test]
fn only_bound_unrevoked_witnesses_in_their_window_count() {
    let scene = Scene::new();
    scene.cosign(0, NOON + 240);
    scene.cosign(1, NOON + 240);
    let with = |second: &SignedWitnessKey| {
        let mut audit = scene.without_keys();
        audit.add_rounds_key("log key", &json(&scene.log_key(|_| {})));
        audit.add_witness_key("witness 0", &json(&scene.witness_key(0, |_| {})));
        audit.add_witness_key("witness 1", &json(second));
        scene.add_openings(&mut audit, |_| {});
        kinds(&audit.run())
    };
    assert_eq!(with(&scene.witness_key(1, |_| {})), []);
    let window = |from: u64, until: u64| {
        with(&scene.witness_key(1, |key| (key.not_before, key.expiry) = (from, until)))
    };
    assert_eq!(window(NOON + 240, NOON + 241), []);
    assert_eq!(window(NOON + 241, NOON + 500), [Code::CommitmentMissing]);
    assert_eq!(window(0, NOON + 240), [Code::CommitmentMissing]);
    let unfounded = [Code::CommitmentMissing, Code::WitnessKeyUnfounded];
    let mut unsigned = scene.witness_key(1, |_| {});
    unsigned.statement.expiry += 1;
    assert_eq!(with(&unsigned), unfounded);
    let stranger = address(&key("oracle-1"));
    assert_eq!(with(&scene.witness_key(1, |key| key.witness = stranger)), unfounded);
    assert_eq!(with(&scene.witness_key(1, |key| key.vkey = "x".into())), unfounded);
    let notes = secret(&scene.world, 8).verifier_key().to_string();
    assert_eq!(with(&scene.witness_key(1, |key| key.vkey = notes.clone())), unfounded);
    // Revoked by the venue.
    let mut scene = Scene::new();
    scene.cosign(0, NOON + 240);
    scene.cosign(1, NOON + 240);
    scene.world.trust.revoked.signers.push(address(&key("witness-2")));
    assert_eq!(kinds(&scene.audit().run()), [Code::CommitmentMissing]);
}

#[test]
fn a_commitment_that_came_when_no_venue_took_the_round_any_more_is_told() {
    let lag = Scene::new().world.trust.limits.max_round_lag;
    for (round, late) in [(lag, false), (lag + 1, true)] {
        let scene = Scene::new();
        // Of the first round, whose number the lag is counted from.
        let time = NOON + 60 * round;
        scene.cosign(0, time);
        scene.cosign(1, time);
        let mut far = beacon(&scene.world);
        far.published_at = time + 1;
        let mut audit = audit_of(&scene.world, &times());
        audit.add_beacon("beacon", &json(&far));
        audit.add_rounds_log("rounds", &scene.dir());
        audit.add_rounds_key("log key", &json(&scene.log_key(|_| {})));
        for number in 0..2 {
            audit.add_witness_key(&format!("witness {number}"), &json(&scene.witness_key(number, |_| {})));
        }
        scene.add_openings(&mut audit, |_| {});
        let report = audit.run();
        assert_eq!(kinds(&report), if late { vec![Code::CommitmentLate] } else { vec![] }, "{round}");
        assert_eq!(what(&report, Code::CommitmentLate).len(), usize::from(late), "the first round alone");
        assert!(report.accepted());
    }
}

#[test]
fn where_no_log_is_there_nothing_is_owed_unless_it_is_asked_for() {
    let scene = Scene::new();
    let report = scene.sampled().run();
    assert_eq!(kinds(&report), []);
    let lines = &report.pack().commitments;
    assert!(lines.len() == 4 && lines.iter().all(|line| matches!(line.label, Label::NotChecked { .. })));
    let mut audit = scene.sampled();
    audit.require_commitments();
    let report = audit.run();
    assert_eq!((kinds(&report), missing(&report)), (vec![Code::CommitmentMissing], 4));
    // An opening alone says that there is a log.
    let mut audit = scene.sampled();
    audit.add_round_opening("opening", scene.openings[0].to_json().as_bytes());
    assert_eq!(missing(&audit.run()), 4);
}

#[test]
fn a_folder_that_is_not_whole_or_not_of_rounds_is_refused() {
    let scene = Scene::new();
    scene.cosign(0, NOON + 240);
    scene.cosign(1, NOON + 240);
    let tile = scene.dir().join("tile/0/000.p/4");
    let whole = std::fs::read(&tile).unwrap();
    std::fs::write(&tile, &whole[1..]).unwrap();
    assert_eq!(kinds(&scene.audit().run()), [Code::CommitmentMissing, Code::LogUnverifiable]);
    std::fs::write(&tile, whole).unwrap();
    assert_eq!(kinds(&scene.audit().run()), []);
    // As a log of the chain it has no account, and the chain's log is none of rounds.
    let mut audit = scene.audit();
    audit.add_log("as the chain's", &scene.dir());
    assert_eq!(kinds(&audit.run()), [Code::LogUnverifiable]);
    let chain = tempfile::tempdir().unwrap();
    let _ = scene.world.special(NOON, &Special { log: Some(chain.path()), ..Special::default() });
    let mut audit = scene.audit();
    audit.add_rounds_log("chain", &chain.path().join("3"));
    assert_eq!(kinds(&audit.run()), [Code::LogUnverifiable]);
    let mut audit = scene.audit();
    audit.add_rounds_log("nowhere", Path::new("no such folder"));
    assert_eq!(kinds(&audit.run()), [Code::InputUnreadable]);
    // Two copies, one of another history.
    let other = tempfile::tempdir().unwrap();
    let mut log = scene.log(other.path());
    let _ = log.append_all(0, &[Bytes32([1; 32])]).unwrap();
    let _ = log.sign_checkpoint(&secret(&scene.world, 8)).unwrap();
    let mut audit = scene.audit();
    audit.add_rounds_log("other", &other.path().join("3"));
    let report = audit.run();
    assert!(kinds(&report).contains(&Code::LogFork), "{:?}", report.pack().findings);
}

#[test]
fn an_opening_has_one_form() {
    let world = World::new();
    let text = entry(&world, &world.bundle(NOON), 0).0.to_json();
    // Without a bundle nothing is accepted, and a readable opening has no place.
    let run = |bytes: &[u8]| {
        let mut audit = audit_of(&world, &[]);
        audit.add_round_opening("opening", bytes);
        kinds(&audit.run()).into_iter().filter(|code| *code != Code::NothingAccepted).collect::<Vec<_>>()
    };
    assert_eq!(run(text.as_bytes()), [Code::OpeningUnplaced]);
    for length in 0..text.trim_end().len() {
        assert_eq!(run(&text.as_bytes()[..length]), [Code::InputUnreadable], "{length}");
    }
    for bad in [
        text.replace("opening/1", "opening/2"),
        text.replacen("\"index\"", "\"more\": 1, \"index\"", 1),
        text.replacen("\"index\": 0,", "", 1),
        text.replacen("\"index\": 0", "\"index\": 0.0", 1),
        text.replacen("0x", "0X", 1),
        format!("{text}x"),
    ] {
        assert_eq!(run(bad.as_bytes()), [Code::InputUnreadable], "{bad}");
    }
    let long = format!("{text}{}", " ".repeat(solvency_audit::MAX_ROUND_OPENING_BYTES));
    assert_eq!(run(long.as_bytes()), [Code::InputTooLong]);
}

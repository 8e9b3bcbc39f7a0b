//! A process that keeps a log and a witness is killed (SIGKILL) at random moments, again and again: what others find is whole at each
//! moment, what was said to be done is there, and the witness goes on from what it signed.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // tests

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use solvency_log::{Log, SecretKey, Witness, WitnessedLog, verify};
use solvency_verifier::encoding::Bytes32;
use solvency_verifier::log::{Checkpoint, Cosignature, KeyKind};
use solvency_verifier::registry::Schedule;

/// The folder in which a child works; set, it makes a child of the test `child`.
const FOLDER: &str = "SOLVENCY_LOG_KILL_FOLDER";
const KILLS: u64 = 20;
const LOG_ORIGIN: &str = "log.example/a";

#[test]
fn a_log_and_a_witness_survive_being_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random(7);
    let (mut acknowledged, mut at_work) = (0, 0);
    for kill in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["child", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let before = acknowledged;
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut read = |line: String| match line.find("cosigned ") {
            Some(at) => acknowledged = line[at + 9..].parse().unwrap(),
            None => assert!(!line.contains("panicked"), "{line}"),
        };
        // Every other one at work, the others at any time from their start on.
        if kill % 2 == 0 {
            let first = lines.by_ref().find(|line| line.contains("cosigned "));
            read(first.expect("the child works until it is killed"));
        }
        std::thread::sleep(Duration::from_micros(random.below(40_000)));
        child.kill().unwrap();
        lines.for_each(read);
        at_work += u64::from(acknowledged > before);
        assert_eq!(child.wait().unwrap().code(), None, "the child ended before it was killed");
        check(folder.path(), acknowledged);
    }
    println!("{acknowledged} cosigned, {at_work} of {KILLS} kills at work");
    assert!(at_work >= KILLS / 2);
}

/// What others find after a kill.
fn check(folder: &Path, acknowledged: u64) {
    let key = log_secret().in_epoch(0).unwrap();
    let (log, witness) = (folder.join("log"), witness(folder));
    if !log.join("0/checkpoint").exists() {
        assert_eq!(acknowledged, 0);
        return;
    }
    let found = verify(&log.join("0"), &key, None).unwrap();
    assert!(found.head.size >= acknowledged);
    let expected: Vec<Bytes32> = (0..found.head.size).map(entry).collect();
    assert_eq!(found.entries, expected);
    let known = witness.latest("log.example/a/0").unwrap();
    let known = known.map_or(0, |note| {
        assert!(Cosignature::check(&note, witness.verifier_key()).is_ok());
        Checkpoint::parse(note.text()).unwrap().size
    });
    assert!(known >= acknowledged && known <= found.head.size, "{acknowledged} {known} {}", found.head.size);
}

/// Not a test of its own: what is killed.
#[test]
#[ignore = "runs as the child of the other test"]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder);
    let witness = witness(folder);
    let mut log = Log::open(&folder.join("log"), LOG_ORIGIN, 0).unwrap();
    for time in 1.. {
        let next = log.size();
        let _ = log.append(next, &entry(next)).unwrap();
        let _ = log.sign_checkpoint(&log_secret()).unwrap();
        let known = witness.latest(log.origin()).unwrap();
        let (size, last) = known.map_or((0, 0), |note| {
            let cosigned = Cosignature::check(&note, witness.verifier_key()).unwrap();
            (Checkpoint::parse(note.text()).unwrap().size, cosigned.time)
        });
        let line = witness.add_checkpoint(&log.request(size).unwrap(), last.max(time)).unwrap();
        let _ = log.add_cosignature(&line, witness.verifier_key()).unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "cosigned {}", log.size()).and_then(|()| out.flush()).unwrap();
    }
}

fn log_secret() -> SecretKey {
    SecretKey::from_seed(LOG_ORIGIN, KeyKind::Note, &[1; 32]).unwrap()
}

fn witness(folder: &Path) -> Witness {
    let key = SecretKey::from_seed("w", KeyKind::Cosignature, &[2; 32]).unwrap();
    let log = WitnessedLog {
        log_origin: LOG_ORIGIN.into(),
        public_key: *log_secret().verifier_key().public(),
        epochs: Schedule { zero: 0, seconds: u64::MAX },
    };
    Witness::new(&folder.join("witness"), key, vec![log]).unwrap()
}

fn entry(index: u64) -> Bytes32 {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&index.to_be_bytes());
    Bytes32(bytes)
}

/// splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }
}

//! A process that works with a store is killed (SIGKILL) at random moments, again and again: what it said was done is there when the
//! store is opened again, what was published is whole and recorded, and nothing is left lying about.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use solvency_store::{Access, Kind, Opener, Put, State, Store, StoreError};

/// The folder in which a child works; set, it makes a child of the test `child`.
const FOLDER: &str = "SOLVENCY_STORE_KILL_FOLDER";
const KILLS: u64 = 60;
const VENUES: [&str; 2] = ["a", "b"];
const ALLOCATIONS: u64 = 3;

#[test]
fn nothing_is_lost_and_nothing_half_published_when_a_process_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    drop(Opener::new_key_file(&key_path(folder.path())).unwrap());
    let mut random = Random(7);
    let mut acknowledged = Acknowledged::default();
    let (mut kills, mut at_work, mut caught, begun) = (0, 0, Caught::default(), Instant::now());
    while kills < KILLS {
        let mut child = start_child(folder.path());
        // From before the store is open to some way into the work.
        std::thread::sleep(Duration::from_micros(random.below(120_000)));
        child.kill().unwrap();
        let before = acknowledged.lines;
        acknowledged.read(&mut child);
        at_work += u64::from(acknowledged.lines > before);
        assert_eq!(child.wait().unwrap().code(), None, "the child ended before it was killed");
        kills += 1;
        check(folder.path(), &acknowledged, &mut caught);
    }
    println!(
        "{kills} kills, {at_work} of them after work was acknowledged, {} steps acknowledged, {caught:?}, {:.1} s",
        acknowledged.lines,
        begun.elapsed().as_secs_f64()
    );
    assert!(at_work > KILLS / 3, "most children were killed before they did anything");
}

/// Not a test of its own: what is killed.
#[test]
#[ignore = "runs as the child of the other test"]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let mut store = open_or_create(Path::new(&folder)).unwrap();
    let _ = store.deliver().unwrap();
    let first = store.epochs().unwrap().last().copied().unwrap_or(0);
    for epoch in first.. {
        work_on(&mut store, epoch).unwrap();
    }
}

/// Everything of an epoch, in the steps of a custodian's day; each is acknowledged when it is durable.
fn work_on(store: &mut Store, epoch: u64) -> Result<(), StoreError> {
    let acknowledge = |step: &str| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "done {epoch} {step}").and_then(|()| out.flush()).unwrap();
    };
    let _ = store.transaction(|tx| tx.put_once(epoch, Kind::Book, "book", &book(epoch)))?;
    acknowledge("book");
    for number in 0..ALLOCATIONS {
        store.transaction(|tx| {
            if tx.append(epoch, Kind::Allocation, number, &allocation(epoch, number))? == Put::AlreadyThere {
                return Ok(());
            }
            for venue in VENUES {
                let _ = tx.replace(epoch, Kind::Coverage, venue, &allocation(epoch, number))?;
                tx.publish(epoch, &target(venue), Access::Public, &bundle(epoch, number, venue))?;
            }
            Ok::<_, StoreError>(())
        })?;
        acknowledge(&format!("allocation {number}"));
        let delivery = store.deliver()?;
        assert!(delivery.failed.is_empty(), "{delivery:?}");
        acknowledge(&format!("delivery {number}"));
    }
    Ok(())
}

/// What children said that they had done.
#[derive(Default)]
struct Acknowledged {
    lines: u64,
    books: Vec<u64>,
    allocations: Vec<(u64, u64)>,
    delivered: Vec<(u64, u64)>,
}

impl Acknowledged {
    /// Reads what a killed child had said. Its test harness says other things before it.
    fn read(&mut self, child: &mut Child) {
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            let Some(at) = line.find("done ") else { continue };
            let words: Vec<&str> = line[at..].split(' ').collect();
            let number = |at: usize| words[at].parse::<u64>().unwrap();
            self.lines += 1;
            match words[2] {
                "book" => self.books.push(number(1)),
                "allocation" => self.allocations.push((number(1), number(3))),
                "delivery" => self.delivered.push((number(1), number(3))),
                other => panic!("{other:?}"),
            }
        }
    }
}

/// In what moments of a publication children were killed, as far as it can be seen afterwards.
#[derive(Default, Debug)]
struct Caught {
    temporary_files: usize,
    not_written: usize,
    not_noted: usize,
}

fn check(folder: &Path, acknowledged: &Acknowledged, caught: &mut Caught) {
    check_files(folder);
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    caught.temporary_files += names.filter(|name| name.to_string_lossy().ends_with(".part")).count();
    let mut store = match Store::open(&store_path(folder), &opener(folder)) {
        Ok(store) => store,
        // Killed before the store was made: then nothing was acknowledged.
        Err(StoreError::NotFound { .. }) if acknowledged.lines == 0 => return,
        Err(error) => panic!("{error}"),
    };
    for epoch in &acknowledged.books {
        assert_eq!(**store.get(*epoch, Kind::Book, "book").unwrap().unwrap(), book(*epoch));
    }
    for (epoch, number) in &acknowledged.allocations {
        assert!(store.sequence(*epoch, Kind::Allocation).unwrap().len() as u64 > *number);
        assert!(store.publications(*epoch).unwrap().len() as u64 >= (number + 1) * VENUES.len() as u64);
    }
    for (epoch, number) in &acknowledged.delivered {
        let log = store.publications(*epoch).unwrap();
        let delivered = &log[*number as usize * VENUES.len()..][..VENUES.len()];
        assert!(delivered.iter().all(|entry| entry.state == State::Delivered));
    }
    for epoch in store.epochs().unwrap() {
        check_epoch(&store, epoch);
    }
    let delivery = store.deliver().unwrap();
    assert!(delivery.failed.is_empty() && store.waiting().unwrap().is_empty());
    caught.not_written += delivery.written.len();
    caught.not_noted += delivery.found.len();
    check_files(folder);
    check_newest_is_published(folder, &store);
    let mut left: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    left.retain(|name| !["a.json", "b.json"].iter().any(|published| name == published));
    assert_eq!(left, ["custodian.key", "custodian.store"]);
}

/// The sequence has no gap, and what one transaction did is there together.
fn check_epoch(store: &Store, epoch: u64) {
    let allocations = store.sequence(epoch, Kind::Allocation).unwrap();
    for (number, entry) in allocations.iter().enumerate() {
        assert_eq!(**entry, allocation(epoch, number as u64));
    }
    let log = store.publications(epoch).unwrap();
    assert_eq!(log.len(), allocations.len() * VENUES.len());
    for venue in VENUES {
        let coverage = store.get(epoch, Kind::Coverage, venue).unwrap();
        assert_eq!(coverage.as_deref(), allocations.last().map(|last| &**last));
    }
}

/// Files that others see are absent or some whole bundle.
fn check_files(folder: &Path) {
    for venue in VENUES {
        let Ok(published) = fs::read(folder.join(target(venue))) else { continue };
        let (epoch, number) = origin(&published);
        assert_eq!(published, bundle(epoch, number, venue), "half a bundle");
    }
}

/// After a delivery, and before it none that is not recorded.
fn check_newest_is_published(folder: &Path, store: &Store) {
    let Some((epoch, log)) = store
        .epochs()
        .unwrap()
        .into_iter()
        .rev()
        .map(|epoch| (epoch, store.publications(epoch).unwrap()))
        .find(|(_, log)| !log.is_empty())
    else {
        return;
    };
    let number = (log.len() / VENUES.len()) as u64 - 1;
    for venue in VENUES {
        let published = fs::read(folder.join(target(venue))).unwrap();
        assert_eq!(origin(&published), (epoch, number), "what is published is not what is recorded");
    }
}

fn start_child(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["child", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

fn open_or_create(folder: &Path) -> Result<Store, StoreError> {
    match Store::open(&store_path(folder), &opener(folder)) {
        Err(StoreError::NotFound { .. }) => Store::create(&store_path(folder), &opener(folder)),
        other => other,
    }
}

fn opener(folder: &Path) -> Opener {
    Opener::key_file(&key_path(folder)).unwrap()
}

fn key_path(folder: &Path) -> PathBuf {
    folder.join("custodian.key")
}

fn store_path(folder: &Path) -> PathBuf {
    folder.join("custodian.store")
}

fn target(venue: &str) -> String {
    format!("{venue}.json")
}

fn book(epoch: u64) -> Vec<u8> {
    format!("book of epoch {epoch} ").repeat(400).into_bytes()
}

fn allocation(epoch: u64, number: u64) -> Vec<u8> {
    format!("allocation {number} of epoch {epoch} ").repeat(100).into_bytes()
}

/// Long enough for several pages; its first line says where it is from.
fn bundle(epoch: u64, number: u64, venue: &str) -> Vec<u8> {
    let line = format!("{epoch} {number} {venue}\n");
    line.repeat(3000).into_bytes()
}

fn origin(bundle: &[u8]) -> (u64, u64) {
    let text = std::str::from_utf8(bundle).unwrap();
    let mut words = text.lines().next().expect("a published file is not empty").split(' ');
    let mut number = || words.next().unwrap().parse().unwrap();
    (number(), number())
}

/// splitmix64: the same moments in every run, as far as a clock can say.
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

//! `solvency watch`: what changes is proven at once, what is broken is waited for.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use assert_cmd::cargo::CommandCargoExt;
use serde_json::{Value, json};

use crate::daily_work::{edit, round};
use crate::runner::{names, run};

const PATIENCE: Duration = Duration::from_secs(60);

/// A running watch.
struct Watch {
    child: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
}

impl Watch {
    fn start(directory: &Path, line: &str) -> Self {
        #[allow(deprecated)]
        let mut command = Command::cargo_bin("solvency").expect("the binary is built");
        command.current_dir(directory).args(line.split_whitespace());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        let stdout = lines(child.stdout.take().expect("piped"));
        let stderr = lines(child.stderr.take().expect("piped"));
        Watch { child, stdout, stderr }
    }

    /// The next run that made something.
    fn made(&self) -> Value {
        let line = self.stdout.recv_timeout(PATIENCE).expect("a line on stdout");
        serde_json::from_str(&line).expect("one JSON object a line")
    }

    /// Waits until a line with this part comes on stderr.
    fn says(&self, part: &str) {
        let started = Instant::now();
        while let Some(left) = PATIENCE.checked_sub(started.elapsed()) {
            if self.stderr.recv_timeout(left).expect("a line on stderr").contains(part) {
                return;
            }
        }
        panic!("no {part:?} on stderr");
    }

    /// Ends it, and gives its exit code.
    fn end(self, signal: &str) -> Option<i32> {
        let kill = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(kill.expect("kill runs").success());
        self.ends()
    }

    /// Waits until it has ended, and gives its exit code.
    fn ends(mut self) -> Option<i32> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it does not end");
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

fn new_price(demo: &Path, from: &str, to: &str) {
    edit(&demo.join("oracle-1/prices.json"), |text| text.replace(from, to));
    edit(&demo.join("oracle-2/prices.json"), |text| text.replace(from, to));
    edit(&demo.join("oracle-3/prices.json"), |text| text.replace(from, to));
    round(demo);
}

/// Part of the demo's test: everything has been made when it begins, and when it ends.
pub(crate) fn a_watch_follows_its_inputs_until_it_is_ended(demo: &Path) {
    let before = names(demo);
    let watch = Watch::start(demo, "watch --config custodian/solvency.toml --poll 0.05 --json");
    watch.says("watching custodian/solvency.toml");
    let started = watch.made();
    assert_eq!((&started["changed"], &started["coverages"]), (&json!(["start"]), &json!([])));

    // A new round: coverage alone is made anew.
    new_price(demo, "\"172.23\"", "\"172.24\"");
    let made = watch.made();
    assert_eq!(made["coverages"], json!(["a", "b", "c"]));
    assert_eq!((&made["holdings"], &made["allocations"]), (&json!(0), &json!(0)));
    assert_eq!(made["kept"], json!(["holdings", "allocation"]));
    assert!(made["ms"].as_f64().unwrap() > 0.0);
    assert!(made["changed"].to_string().contains("round.json"), "{made}");
    for venue in ["a", "b", "c"] {
        run(demo, &format!("verify bundle-{venue}.json --trust trust-{venue}.json")).expect(0);
    }

    // A round that is half written, a configuration that is broken: told, and survived.
    let whole = std::fs::read(demo.join("round.json")).unwrap();
    std::fs::write(demo.join("round.json"), &whole[..whole.len() / 2]).unwrap();
    watch.says("round.json: line");
    let config = demo.join("custodian/solvency.toml");
    edit(&config, |text| text.replace("log_origin", "log_orign"));
    watch.says("solvency.toml: ");
    edit(&config, |text| text.replace("log_orign", "log_origin"));
    watch.says("round.json: line");

    // The next round is proven like any other.
    new_price(demo, "\"172.24\"", "\"172.23\"");
    assert_eq!(watch.made()["coverages"], json!(["a", "b", "c"]));

    // A claim that has not changed in anything but its file makes nothing: the next line is that of a lost bundle's venue.
    let claim = std::fs::read(demo.join("venue-a/claim.json")).unwrap();
    std::fs::remove_file(demo.join("bundle-b.json")).unwrap();
    std::fs::write(demo.join("venue-a/claim.json"), claim).unwrap();
    let made = watch.made();
    assert_eq!((&made["coverages"], &made["holdings"]), (&json!([]), &json!(0)));
    run(demo, "verify bundle-b.json --trust trust-b.json").expect(0);

    assert_eq!(watch.end("-TERM"), Some(0));
    assert_eq!(names(demo), before);
}

/// Part of the demo's test: a new round waits for its time, headroom is warned of, and an old store ends the watch.
pub(crate) fn a_watch_keeps_its_schedule_and_goes_on_with_no_old_store(demo: &Path) {
    let config = demo.join("custodian/solvency.toml");
    let before = std::fs::read_to_string(&config).unwrap();
    edit(&config, |text| {
        text.replace("[[venue]]\nname = \"c\"", "[[venue]]\nwarn_headroom = \"3\"\nname = \"c\"")
            + "[watch]\nschedule = 3600\nmetrics = { file = \"metrics.prom\" }\n"
    });
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    // In the middle of an hour that is not over while the test runs.
    let clock = |time: u64| std::fs::write(demo.join("clock"), time.to_string()).unwrap();
    let hour = (now / 3_600 + 1) * 3_600;
    clock(hour + 10);
    let watch = Watch::start(demo, "watch --config custodian/solvency.toml --poll 0.05 --clock clock --json");
    let started = watch.made();
    assert!(started["warnings"].to_string().contains("venue c: headroom is"), "{started}");
    assert_eq!(started["coverages"], json!([]));
    let metrics = || std::fs::read_to_string(demo.join("custodian/metrics.prom")).unwrap();
    assert!(
        metrics().contains("solvency_warning{venue=\"c\"} 1") && !metrics().contains("headroom"),
        "{}",
        metrics()
    );
    let old = crate::store_files::copy(demo);

    new_price(demo, "\"172.23\"", "\"172.25\"");
    assert!(watch.stdout.recv_timeout(Duration::from_millis(700)).is_err(), "it waits");
    clock(hour + 3_599);
    assert!(watch.stdout.recv_timeout(Duration::from_millis(400)).is_err(), "it still waits");
    clock(hour + 3_600);
    assert_eq!(watch.made()["coverages"], json!(["a", "b", "c"]));
    assert!(metrics().contains("solvency_proofs_total{part=\"coverage\"} 3"), "{}", metrics());

    // A clock that can't be read is told of, and survived.
    std::fs::write(demo.join("clock"), "noon").unwrap();
    watch.says("\"noon\" is not a time");
    clock(hour + 3_601);

    old.while_there(|| {
        edit(&config, |text| text + "\n");
        watch.says("an old copy was put in its place");
        assert_eq!(watch.ends(), Some(2));
        assert!(metrics().contains("solvency_up_to_date 0"), "{}", metrics());
    });
    std::fs::write(&config, before).unwrap();
    for file in ["clock", "custodian/metrics.prom"] {
        std::fs::remove_file(demo.join(file)).unwrap();
    }
    new_price(demo, "\"172.25\"", "\"172.23\"");
    run(demo, "prove --config custodian/solvency.toml").expect(0);
}

#[test]
fn a_watch_needs_a_configuration_and_sensible_seconds() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), "watch --config missing.toml").expect_error(&["missing.toml", "hint"]);
    for seconds in ["0", "-1", "1e9", "soon", "NaN"] {
        run(dir.path(), &format!("watch --poll={seconds}")).expect_error(&["--poll"]);
    }
}

#[test]
fn a_watch_that_has_nothing_to_prove_yet_waits_and_ends_on_an_interrupt() {
    let dir = tempfile::tempdir().unwrap();
    crate::bad_input::custodian(dir.path());
    let watch = Watch::start(dir.path(), "watch --poll 0.05");
    watch.says("has no book yet");
    watch.says("solvency book commit");
    run(dir.path(), "book commit").expect(0);
    watch.says("0 signers, 2 are needed");
    assert!(watch.stdout.try_recv().is_err());
    assert_eq!(watch.end("-INT"), Some(0));
}

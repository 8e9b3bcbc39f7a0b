//! `demo --chain`: what it says without a node, that no node outlives it, and (heavy) the whole day.

use crate::runner::{names, run};

#[test]
fn without_anvil_the_demo_says_how_to_get_one_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), "demo --chain --anvil none --out day").expect_error(&[
        "none",
        "hint",
        "npm ci",
        "contracts/",
    ]);
    assert!(names(dir.path()).is_empty());
}

#[test]
fn an_anvil_without_the_chain_is_bad_usage() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), "demo --anvil anvil --out day").expect_error(&["--chain"]);
    assert!(names(dir.path()).is_empty());
}

#[cfg(unix)]
mod with_a_fake_node {
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use assert_cmd::cargo::CommandCargoExt;
    use rustix::process::{Pid, Signal, kill_process, test_kill_process};

    use crate::runner::{names, run};

    /// A script in the place of anvil. As npm's does, it starts a process of its own, and writes down its number first.
    fn fake(directory: &Path, then: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = directory.join("anvil");
        let script = format!("#!/bin/sh\nsleep 600 &\necho $! > inner\nmv inner inner.pid\n{then}\n");
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn waited_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let started = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(started.elapsed() < Duration::from_secs(60), "{what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn inner(directory: &Path) -> Pid {
        let number =
            waited_for("the fake node starts", || std::fs::read_to_string(directory.join("inner.pid")).ok());
        Pid::from_raw(number.trim().parse().unwrap()).unwrap()
    }

    /// A process that ended may wait for its parent to notice.
    fn has_ended(process: Pid) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero()));
        test_kill_process(process).is_err() || stat.is_ok_and(|stat| stat.contains(") Z "))
    }

    #[test]
    fn a_program_that_is_no_node_is_named_and_nothing_of_it_is_left() {
        for (then, expected) in [
            ("exit 0", "names no port"),
            ("echo Listening on 127.0.0.1:1; sleep 600", "the node does not answer"),
            ("echo Listening on 127.0.0.1:65536; echo Listening on 10.0.0.1:80; exit 0", "names no port"),
        ] {
            let dir = tempfile::tempdir().unwrap();
            fake(dir.path(), then);
            let started = Instant::now();
            run(dir.path(), "demo --chain --anvil anvil --out day").expect_error(&[expected]);
            // That it ended is noticed: a node has half a minute to start.
            assert!(started.elapsed() < Duration::from_secs(20), "{then}: {:?}", started.elapsed());
            let inner = inner(dir.path());
            waited_for("what the fake node started ends", || has_ended(inner).then_some(()));
            assert!(!dir.path().join("day").exists(), "{:?}", names(dir.path()));
        }
    }

    #[test]
    fn a_signal_ends_the_node_with_the_demo_and_removes_what_was_begun() {
        use std::os::unix::process::ExitStatusExt;
        for signal in [Signal::INT, Signal::TERM] {
            let dir = tempfile::tempdir().unwrap();
            fake(dir.path(), "sleep 600");
            #[allow(deprecated)]
            let mut demo = Command::cargo_bin("solvency").unwrap();
            demo.current_dir(dir.path()).args(["demo", "--chain", "--anvil", "./anvil", "--out", "day"]);
            let mut demo = demo.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            let inner = inner(dir.path());
            assert!(!has_ended(inner));
            kill_process(Pid::from_child(&demo), signal).unwrap();
            assert_eq!(demo.wait().unwrap().signal(), Some(signal.as_raw()));
            waited_for("what the fake node started ends", || has_ended(inner).then_some(()));
            assert!(!dir.path().join("day").exists(), "{:?}", names(dir.path()));
        }
    }
}

/// Needs anvil, which `.ci/run` installs with npm.
#[test]
#[cfg_attr(not(feature = "heavy"), ignore = "needs anvil: run with the feature `heavy`")]
fn heavy_a_day_on_a_local_chain_ends_as_it_should() {
    use serde_json::{Value, json};

    let dir = tempfile::tempdir().unwrap();
    let found = solvency_contracts::root().join("node_modules/.bin/anvil");
    if !found.is_file() {
        eprintln!("SKIPPED: there is no anvil; run `npm ci` in contracts/");
        return;
    }
    let line = format!("demo --chain --json --anvil {} --out day", found.display());
    let day = run(dir.path(), &line).expect(0).json();
    let steps = day["steps"].as_array().unwrap();

    // How venue a stood, without repetitions.
    let of = |step: &Value| {
        step["states"].as_array()?.iter().find(|one| one["venue"] == "a").map(|one| one["state"].clone())
    };
    let here = |step: &&Value| step["chain"] == json!(31_337);
    let mut states: Vec<Value> = steps.iter().filter(here).filter_map(of).collect();
    states.dedup();
    assert_eq!(states, ["None", "Covered", "Grace", "Covered", "Grace", "Expired"].map(Value::from));
    let of_b = |step: &Value| {
        step["states"].as_array()?.iter().find(|one| one["venue"] == "b").map(|one| one["state"].clone())
    };
    let mut states: Vec<Value> = steps.iter().filter(here).filter_map(of_b).collect();
    states.dedup();
    assert_eq!(states, ["None", "Covered"].map(Value::from));

    let refused: Vec<&str> = steps
        .iter()
        .filter(|step| step["refused"] == true)
        .map(|step| step["step"].as_str().unwrap())
        .collect();
    for part in
        ["no proof exists", "RoundNotLater(", "WrongAudience(31337,", "BindingMismatch(", "NotExpired("]
    {
        assert!(refused.iter().any(|step| step.contains(part)), "{part}: {refused:?}");
    }
    let moved = |step: &Value| step["chain"] == json!(31_338) && (step["gas"] != Value::Null);
    assert!(!steps.iter().any(moved), "something was done on the other chain");

    let costs = day["gas"].as_array().unwrap();
    for step in [
        "deploy SolvencyRegistry",
        "record a book",
        "coverage of 2 positions in a batch",
        "margin call",
        "withdraw",
    ] {
        let cost = costs.iter().find(|cost| cost["step"] == step).unwrap_or_else(|| panic!("{step}"));
        assert!(cost["gas"]["least"].as_u64().unwrap() > 21_000, "{cost}");
    }
    let amount = |who: &str, what: &str| -> u128 {
        let holding = day["holdings"].as_array().unwrap().iter().find(|one| one["who"] == who).unwrap();
        holding[what].as_str().unwrap().parse().unwrap()
    };
    let coin = 10u128.pow(18);
    assert_eq!(
        ["trader", "venue a", "venue b", "buyer"].map(|who| amount(who, "coins")).iter().sum::<u128>(),
        40 * coin
    );
    assert_eq!((amount("venue b", "coins"), amount("venue a", "coins")), (2 * coin, 0));
    assert_eq!(amount("venue a", "quote"), 50_000 * 1_000_000);

    // The bundle of a tick, judged without any chain: at its time, and when its round is too old.
    let at = day["zero"].as_u64().unwrap() + 3_630;
    let verify = "verify day/bundles/a-010030.json --trust day/trust-a-1.json --json --at";
    let accepted = run(dir.path(), &format!("{verify} {at}")).expect(0).json();
    assert_eq!(accepted["verdict"], "accept");
    let until = accepted["until"].as_u64().unwrap();
    assert_eq!(until, at - 30 + 2 * 3_600);
    run(dir.path(), &format!("{verify} {}", until - 1)).expect(0);
    assert_eq!(run(dir.path(), &format!("{verify} {until}")).expect(1).json()["rule"], "V2");
}

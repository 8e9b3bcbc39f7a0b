//! Runs the binary and reads its answers.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use assert_cmd::cargo::CommandCargoExt;
use serde_json::Value;

/// What a run answered.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The one JSON object on stdout.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("stdout is not one JSON value ({error}): {}", self.stdout))
    }

    /// Asserts the exit code, showing everything where it differs.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// Asserts bad usage or input: exit code 2 with this in the error and with a hint.
    #[track_caller]
    pub(crate) fn expect_error(self, parts: &[&str]) -> Self {
        let run = self.expect(2);
        for part in parts {
            assert!(run.stderr.contains(part), "{part:?} is not in: {}", run.stderr);
        }
        run
    }
}

/// Runs `solvency` with `--quiet` and these arguments in a directory.
pub(crate) fn solvency<'a>(directory: &Path, arguments: impl IntoIterator<Item = &'a str>) -> Run {
    answer(command(directory, arguments).output().expect("the binary runs"))
}

/// As [`run`], with something on standard input.
pub(crate) fn run_with_input(directory: &Path, line: &str, input: &[u8]) -> Run {
    let mut command = command(directory, line.split_whitespace());
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("the binary runs");
    // Whether it is read is the command's affair.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    answer(child.wait_with_output().expect("the binary ends"))
}

fn command<'a>(directory: &Path, arguments: impl IntoIterator<Item = &'a str>) -> Command {
    #[allow(deprecated)]
    let mut command = Command::cargo_bin("solvency").expect("the binary is built");
    command.current_dir(directory).arg("--quiet").args(arguments);
    command
}

fn answer(Output { status, stdout, stderr }: Output) -> Run {
    Run {
        code: status.code().expect("an exit code"),
        stdout: String::from_utf8(stdout).expect("UTF-8"),
        stderr: String::from_utf8(stderr).expect("UTF-8"),
    }
}

/// As [`solvency`], for a command line without quoting.
pub(crate) fn run(directory: &Path, line: &str) -> Run {
    solvency(directory, line.split_whitespace())
}

/// Names of everything in a directory.
pub(crate) fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(directory)
        .expect("a directory")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
}

//! snarkjs makes the same files, takes part in the same ceremonies, and accepts what only we refuse. Needs Node.js and `npm ci --ignore-scripts` in `contracts/`;
//! run with `--features heavy`.

mod bytes;
mod differences;
mod together;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use solvency_circuits::builder::Matrices;
use solvency_prover::circom::R1cs;

/// A folder for snarkjs to work in.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.at(name)).unwrap()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.at(name), bytes).unwrap();
    }

    fn write_r1cs(&self, name: &str, matrices: &Matrices) {
        self.write(name, &R1cs::of(matrices).unwrap().to_bytes().unwrap());
    }

    /// Runs snarkjs: what it printed, and whether it succeeded.
    fn run(&self, line: &str) -> (String, bool) {
        let cli =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/node_modules/snarkjs/build/cli.cjs");
        assert!(cli.exists(), "run npm ci --ignore-scripts in contracts/");
        let output = Command::new("node")
            .current_dir(self.0.path())
            .arg(cli)
            .args(line.split_whitespace())
            .output()
            .unwrap();
        (String::from_utf8(output.stdout).unwrap(), output.status.success())
    }

    /// Runs snarkjs, which has to succeed; gives what it printed.
    #[track_caller]
    fn snarkjs(&self, line: &str) -> String {
        let (text, succeeded) = self.run(line);
        assert!(succeeded, "{line}: {text}");
        text
    }
}

/// Powers of tau of 2^15, where `ceremony/fetch-transcripts.sh` has put them.
fn powers_15() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/transcripts/powers-15.ptau");
    if !path.exists() {
        eprintln!("skipped: powers-15.ptau is not there; run ceremony/fetch-transcripts.sh");
        return None;
    }
    Some(path.canonicalize().unwrap())
}

//! Contributing to a key and verifying it, beside snarkjs: whole processes, in turns.

use core::fmt;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use solvency_ceremony::{
    Circuit, Name, PowersOfTau, Required, RequiredBeacon, Silent, contribute, new, ptau, verify,
};
use solvency_prover::circom::R1cs;

use crate::usage::peak_memory;
use crate::workload::{Size, Workload};

/// Anything at all that went wrong, with what was being done.
pub type Failure = Box<dyn std::error::Error>;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// One more contribution to a key.
    Contribute,
    /// A whole transcript against circuit and powers of tau.
    Verify,
}

impl Step {
    /// Both, in the order in which they are measured.
    pub const ALL: [Self; 2] = [Self::Contribute, Self::Verify];

    fn as_str(self) -> &'static str {
        match self {
            Self::Contribute => "contribute",
            Self::Verify => "verify",
        }
    }
}

/// What came out for one step.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Measured {
    /// The step.
    pub step: Step,
    /// Seconds of this project's process, the fastest of all turns.
    pub seconds: f64,
    /// Seconds of snarkjs' process, the fastest of all turns.
    pub snarkjs_seconds: f64,
    /// Most resident memory of this project's process, in bytes; null where the system does not say.
    pub peak_bytes: Option<u64>,
}

/// All figures of a size.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// Rows.
    pub constraints: usize,
    /// Bytes of the key.
    pub key_bytes: u64,
    /// For each step.
    pub steps: Vec<Measured>,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} constraints, key of {:.1} MB", self.constraints, self.key_bytes as f64 / 1e6)?;
        writeln!(f, "| | solvency s | snarkjs s | times as fast | peak memory, of the key's size |")?;
        writeln!(f, "|---|---|---|---|---|")?;
        for Measured { step, seconds, snarkjs_seconds, peak_bytes } in &self.steps {
            let ratio = snarkjs_seconds / seconds;
            let memory = peak_bytes.map_or_else(
                || "unknown".to_owned(),
                |peak| format!("{:.2}", peak as f64 / self.key_bytes as f64),
            );
            writeln!(
                f,
                "| {} | {seconds:.2} | {snarkjs_seconds:.2} | {ratio:.1} | {memory} |",
                step.as_str()
            )?;
        }
        Ok(())
    }
}

/// Files of a ceremony of one contribution.
struct Files(PathBuf);

impl Files {
    fn make(folder: &Path, workload: &Workload) -> Result<Self, Failure> {
        let files = Self(folder.to_owned());
        let circuit = Circuit::of(&workload.matrices);
        std::fs::write(files.path("circuit.r1cs"), R1cs::of(&workload.matrices)?.to_bytes()?)?;
        write(&files.path("powers.ptau"), |to| Ok(ptau::write_test_file(circuit.power(), to, &Silent)?))?;
        let mut powers = PowersOfTau::open(File::open(files.path("powers.ptau"))?, "powers.ptau")?;
        write(&files.path("0.zkey"), |to| Ok(new(&circuit, &mut powers, to, &Silent).map(drop)?))?;
        files.contribute("0.zkey", "1.zkey")?;
        Ok(files)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn contribute(&self, from: &str, to: &str) -> Result<(), Failure> {
        let name = Some(Name::new("bench")?);
        write(&self.path(to), |to| {
            Ok(contribute(File::open(self.path(from))?, from, to, name, b"bench", &Silent).map(drop)?)
        })
    }

    fn verify(&self) -> Result<(), Failure> {
        // The circuit as an auditor has it: a file.
        let r1cs = R1cs::from_bytes(&std::fs::read(self.path("circuit.r1cs"))?)?;
        let mut powers = PowersOfTau::open(File::open(self.path("powers.ptau"))?, "powers.ptau")?;
        let key = File::open(self.path("1.zkey"))?;
        let required = Required { contributions: 1, beacon: RequiredBeacon::None };
        verify(&Circuit::of_r1cs(&r1cs), &mut powers, key, "1.zkey", &required, &Silent)?;
        Ok(())
    }
}

fn write(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>) -> Result<(), Failure> {
    let mut to = BufWriter::with_capacity(1 << 20, File::create(path)?);
    write(&mut to)?;
    Ok(to.flush()?)
}

/// Runs one step in this process, which should do nothing else, and prints the most memory that it had.
///
/// # Errors
/// What went wrong.
pub fn run_alone(step: Step, folder: &Path) -> Result<(), Failure> {
    let files = Files(folder.to_owned());
    match step {
        Step::Contribute => files.contribute("0.zkey", "2.zkey")?,
        Step::Verify => files.verify()?,
    }
    println!("{}", serde_json::to_string(&peak_memory(std::process::id()))?);
    Ok(())
}

/// Measures both steps at a size, so many turns each. Without snarkjs in `contracts/node_modules` there is nothing to compare with.
///
/// # Errors
/// What went wrong.
pub fn measure(size: Size, turns: u32) -> Result<Figures, Failure> {
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts");
    let snarkjs = contracts.join("node_modules/snarkjs/build/cli.cjs");
    if !snarkjs.exists() {
        return Err("snarkjs is not there; run npm ci --ignore-scripts in contracts/".into());
    }
    let workload = Workload::of(size);
    let folder = tempfile::tempdir()?;
    let files = Files::make(folder.path(), &workload)?;
    let key_bytes = std::fs::metadata(files.path("1.zkey"))?.len();
    let mut steps = Vec::new();
    for step in Step::ALL {
        let (mut ours, mut theirs, mut peak_bytes) = (Duration::MAX, Duration::MAX, None);
        for _ in 0..turns {
            let mut alone = Command::new(std::env::current_exe()?);
            alone.args(["one", "--step", step.as_str(), "--files"]).arg(folder.path());
            let (time, output) = timed(&mut alone)?;
            ours = ours.min(time);
            peak_bytes = serde_json::from_slice::<Option<u64>>(&output)?.max(peak_bytes);
            theirs = theirs.min(timed(&mut snarkjs_command(&snarkjs, step, &files))?.0);
        }
        let [seconds, snarkjs_seconds] = [ours, theirs].map(|time| time.as_secs_f64());
        steps.push(Measured { step, seconds, snarkjs_seconds, peak_bytes });
    }
    Ok(Figures { constraints: workload.matrices.constraints(), key_bytes, steps })
}

fn snarkjs_command(snarkjs: &Path, step: Step, files: &Files) -> Command {
    let mut node = Command::new("node");
    node.arg(snarkjs).args(["zkey", step.as_str()]);
    match step {
        Step::Contribute => {
            node.args(["0.zkey", "3.zkey"].map(|name| files.path(name))).args(["--name=bench", "-e=bench"])
        }
        Step::Verify => node.args(["circuit.r1cs", "powers.ptau", "1.zkey"].map(|name| files.path(name))),
    };
    node
}

/// The time of a whole process, and what it printed.
fn timed(command: &mut Command) -> Result<(Duration, Vec<u8>), Failure> {
    let begun = Instant::now();
    let output = command.stdin(Stdio::null()).output()?;
    let time = begun.elapsed();
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?} ends with {}: {said}", output.status).into());
    }
    Ok((time, output.stdout))
}

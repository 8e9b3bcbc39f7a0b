//! snarkjs in a Node.js process of its own, which keeps key and witness in memory; it measures its own time.
//!
//! Its version is that of `contracts/package.json`.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use ark_bn254::{Bn254, Fq, Fq2, G1Affine, G2Affine};
use ark_groth16::Proof;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Contender, ContenderError, Proved};
use crate::keys::KeyFiles;
use crate::workload::Workload;
use crate::zkey;

pub(super) struct Snarkjs {
    node: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    // Its files are read when the process begins, and gone with it.
    _files: tempfile::TempDir,
}

impl Snarkjs {
    pub(super) fn open(workload: &Workload, keys: &KeyFiles) -> Result<Self, ContenderError> {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let contracts = package.join("../contracts");
        if !contracts.join("node_modules/snarkjs").exists() {
            let hint = "snarkjs is not there; run npm ci --ignore-scripts in contracts/";
            return Err(ContenderError::Unavailable(hint.into()));
        }
        let files = tempfile::tempdir().map_err(ContenderError::failed)?;
        let (zkey_file, wtns_file) = (files.path().join("key.zkey"), files.path().join("witness.wtns"));
        zkey::write_key(&zkey_file, &keys.coset_proving_key()?, &workload.matrices)
            .map_err(ContenderError::failed)?;
        zkey::write_witness(&wtns_file, &workload.assignment).map_err(ContenderError::failed)?;

        let mut node = Command::new("node")
            .arg(package.join("src/contenders/snarkjs.mjs"))
            .args([&contracts, &zkey_file, &wtns_file])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| ContenderError::Unavailable(format!("Node.js does not start: {error}")))?;
        let (stdin, stdout) = (node.stdin.take(), node.stdout.take());
        let (stdin, stdout) = stdin.zip(stdout).expect("both are piped");
        let mut snarkjs = Self { node, stdin, stdout: BufReader::new(stdout), _files: files };
        let _loaded: Loaded = snarkjs.answer()?;
        Ok(snarkjs)
    }

    fn answer<T: DeserializeOwned>(&mut self) -> Result<T, ContenderError> {
        let mut line = String::new();
        self.stdout.read_line(&mut line).map_err(ContenderError::failed)?;
        serde_json::from_str(&line)
            .map_err(|error| ContenderError::Failed(format!("snarkjs answers {line:?}: {error}")))
    }
}

impl Contender for Snarkjs {
    fn prove(&mut self) -> Result<Proved, ContenderError> {
        self.stdin.write_all(b"\n").map_err(ContenderError::failed)?;
        let answer: Answer = self.answer()?;
        let milliseconds =
            |time: f64| Duration::try_from_secs_f64(time / 1e3).map_err(ContenderError::failed);
        Ok(Proved {
            proof: answer.proof.points()?,
            wall: milliseconds(answer.wall_ms)?,
            cpu: Some(milliseconds(answer.cpu_ms)?),
        })
    }

    fn process(&self) -> u32 {
        self.node.id()
    }
}

impl Drop for Snarkjs {
    fn drop(&mut self) {
        // It may be gone already; either way nothing is left to be done.
        let _ = self.node.kill();
        let _ = self.node.wait();
    }
}

#[derive(Deserialize)]
struct Loaded {}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    wall_ms: f64,
    cpu_ms: f64,
    proof: ProofJson,
}

/// snarkjs' `proof.json`: decimal coordinates, the last one of each point being one.
#[derive(Deserialize)]
struct ProofJson {
    pi_a: [String; 3],
    pi_b: [[String; 2]; 3],
    pi_c: [String; 3],
}

impl ProofJson {
    fn points(&self) -> Result<Proof<Bn254>, ContenderError> {
        let proof: Proof<Bn254> = Proof { a: g1(&self.pi_a)?, b: g2(&self.pi_b)?, c: g1(&self.pi_c)? };
        let on_curve = proof.a.is_on_curve() && proof.b.is_on_curve() && proof.c.is_on_curve();
        let is_proof = on_curve && proof.b.is_in_correct_subgroup_assuming_on_curve();
        if is_proof { Ok(proof) } else { Err(ContenderError::DoesNotVerify) }
    }
}

fn g1([x, y, _]: &[String; 3]) -> Result<G1Affine, ContenderError> {
    Ok(G1Affine::new_unchecked(coordinate(x)?, coordinate(y)?))
}

fn g2([x, y, _]: &[[String; 2]; 3]) -> Result<G2Affine, ContenderError> {
    let extension = |[real, imaginary]: &[String; 2]| {
        Ok::<_, ContenderError>(Fq2::new(coordinate(real)?, coordinate(imaginary)?))
    };
    Ok(G2Affine::new_unchecked(extension(x)?, extension(y)?))
}

fn coordinate(text: &str) -> Result<Fq, ContenderError> {
    text.parse().map_err(|()| ContenderError::Failed(format!("snarkjs gives {text:?} as a coordinate")))
}

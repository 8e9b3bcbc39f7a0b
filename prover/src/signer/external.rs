//! A key that something else keeps: a command signs.
//!
//! The command gets a request on its standard input and answers with a signature; what it does in between (asks a hardware module, a
//! key service, a person) is its own. Nothing of the answer is believed: the signature has to be of the address that the file names.
//!
//! It does not show that the command looked at what it signs. The request holds the whole statement, so that it can.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use k256::ecdsa::Signature as Ecdsa;
use serde::{Deserialize, Serialize};
use solvency_verifier::encoding::{Domain, TypedData, bytes_from_hex};
use solvency_verifier::statement::Signature;
use solvency_verifier::{Address, Bytes32};

/// `format` of the file.
const FILE_FORMAT: &str = "solvency-external-signer/1";
/// `format` of a request.
const REQUEST_FORMAT: &str = "solvency-sign/1";
/// Longest answer, in bytes.
const MAX_ANSWER: u64 = 4 << 10;
/// Seconds that a command has, where the file does not say.
const DEFAULT_TIMEOUT: u64 = 60;
/// Most seconds that a file may give: somebody may have to fetch a card.
const MAX_TIMEOUT: u64 = 3_600;

/// Whose signatures a command gives, and the command.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ExternalSigner {
    format: String,
    address: Address,
    /// The program and its arguments; no shell reads them.
    command: Vec<String>,
    timeout_seconds: Option<u64>,
}

/// Why an external signer gave no signature.
#[derive(Debug, thiserror::Error)]
pub enum ExternalError {
    /// The file is not understood.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The command can't be run, or its input or output failed.
    #[error("external signer {program}: {error}")]
    Io {
        /// The program.
        program: String,
        /// Why.
        error: std::io::Error,
    },
    /// The command said that it failed.
    #[error("external signer {program} failed ({status}): what it printed stands above")]
    Failed {
        /// The program.
        program: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// The command took too long, and was ended.
    #[error("external signer {program} gave no answer in {seconds} s (`timeoutSeconds` in its file)")]
    Timeout {
        /// The program.
        program: String,
        /// Seconds that it had.
        seconds: u64,
    },
    /// The answer is not a signature.
    #[error(
        "external signer {program}: expected 0x and the hexadecimal digits of r and s, 64 bytes, or 65 with v, on one line"
    )]
    Answer {
        /// The program.
        program: String,
    },
    /// The signature is none of the key's on this statement.
    #[error("external signer {program}: the signature is not one of {expected} on this statement")]
    OtherKey {
        /// The program.
        program: String,
        /// Whose signature was expected.
        expected: Address,
    },
}

/// What the command reads: one JSON document, then the end of its input.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a, S> {
    format: &'static str,
    address: &'a Address,
    #[serde(rename = "type")]
    type_: &'static str,
    statement: &'a S,
    domain_separator: &'a Bytes32,
    struct_hash: Bytes32,
    digest: Bytes32,
}

impl ExternalSigner {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// [`ExternalError::File`].
    pub fn parse(path: &Path, text: &str) -> Result<Self, ExternalError> {
        let refused = |reason: String| ExternalError::File { path: path.display().to_string(), reason };
        let signer: ExternalSigner =
            serde_json::from_str(text).map_err(|error| refused(error.to_string()))?;
        if signer.format != FILE_FORMAT {
            return Err(refused(format!("format is {:?}, expected {FILE_FORMAT:?}", signer.format)));
        }
        if signer.command.first().is_none_or(String::is_empty) {
            return Err(refused("the command names no program".into()));
        }
        if signer.address.is_zero() {
            return Err(refused("the address is zero".into()));
        }
        match signer.timeout_seconds {
            Some(seconds) if seconds == 0 || seconds > MAX_TIMEOUT => {
                Err(refused(format!("timeoutSeconds is {seconds}, from 1 to {MAX_TIMEOUT} are allowed")))
            }
            _ => Ok(signer),
        }
    }

    /// Whose signatures the command gives.
    pub fn address(&self) -> Address {
        self.address
    }

    /// Has a statement signed. Where `s` is in the upper half the mirror image is taken; v is found, not believed.
    ///
    /// # Errors
    /// [`ExternalError`], all but `File`.
    pub fn sign<S: TypedData + Serialize>(
        &self,
        statement: &S,
        domain: &Domain,
    ) -> Result<Signature, ExternalError> {
        let digest = statement.digest(domain);
        let request = Request {
            format: REQUEST_FORMAT,
            address: &self.address,
            type_: S::TYPE,
            statement,
            domain_separator: domain.separator(),
            struct_hash: statement.struct_hash(),
            digest,
        };
        let mut bytes = serde_json::to_vec(&request).map_err(|error| self.io(error.into()))?;
        bytes.push(b'\n');
        let answer = self.ask(bytes)?;
        let signature = self.read(&answer)?;
        [false, true]
            .map(|y_is_odd| Signature::from_parts(&signature.to_bytes().into(), y_is_odd))
            .into_iter()
            .find(|signature| signature.recover(&digest) == Ok(self.address))
            .ok_or_else(|| ExternalError::OtherKey { program: self.program(), expected: self.address })
    }

    /// `r` and `s`, low, of an answer of 64 or 65 bytes.
    fn read(&self, answer: &[u8]) -> Result<Ecdsa, ExternalError> {
        let refused = || ExternalError::Answer { program: self.program() };
        let text = std::str::from_utf8(answer).map_err(|_| refused())?;
        let bytes = bytes_from_hex(text.trim_end_matches(['\r', '\n'])).map_err(|_| refused())?;
        let rs = match bytes.len() {
            64 => &bytes[..],
            65 => &bytes[..64],
            _ => return Err(refused()),
        };
        Ok(Ecdsa::from_slice(rs).map_err(|_| refused())?.normalize_s())
    }

    /// Runs the command with this input. What it prints on its standard error is shown as it comes.
    fn ask(&self, input: Vec<u8>) -> Result<Vec<u8>, ExternalError> {
        let [program, arguments @ ..] = &self.command[..] else {
            return Err(self.io(std::io::ErrorKind::NotFound.into()));
        };
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = Ended(command.spawn().map_err(|error| self.io(error))?);
        let stdin = child.0.stdin.take();
        // In threads: a command that reads nothing, or prints without end, must not keep us.
        std::thread::spawn(move || {
            // A command may answer without reading all: that it closed its input is no failure.
            stdin.map(|mut stdin| stdin.write_all(&input))
        });
        let (sender, answer) = mpsc::channel();
        if let Some(stdout) = child.0.stdout.take() {
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                let read = stdout.take(MAX_ANSWER).read_to_end(&mut bytes);
                let _ = sender.send(read.map(|_| bytes));
            });
        }
        self.wait(&mut child, &answer)
    }

    fn wait(
        &self,
        child: &mut Ended,
        answer: &Receiver<std::io::Result<Vec<u8>>>,
    ) -> Result<Vec<u8>, ExternalError> {
        let seconds = self.timeout_seconds.unwrap_or(DEFAULT_TIMEOUT);
        let timeout = || ExternalError::Timeout { program: self.program(), seconds };
        let end = Instant::now() + Duration::from_secs(seconds);
        let bytes = answer
            .recv_timeout(Duration::from_secs(seconds))
            .map_err(|_| timeout())?
            .map_err(|error| self.io(error))?;
        loop {
            match child.0.try_wait().map_err(|error| self.io(error))? {
                Some(status) if status.success() => return Ok(bytes),
                Some(status) => return Err(ExternalError::Failed { program: self.program(), status }),
                None if Instant::now() >= end => return Err(timeout()),
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    fn program(&self) -> String {
        self.command.first().cloned().unwrap_or_default()
    }

    fn io(&self, error: std::io::Error) -> ExternalError {
        ExternalError::Io { program: self.program(), error }
    }
}

/// A child that does not outlive this value.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // Errors mean that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(all(test, unix))]
mod tests;

//! anvil as a child process.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::children::{ChildId, Children};
use super::rpc::Rpc;
use crate::error::{CliError, CliResult};

/// How long a node may take to start.
const START: Duration = Duration::from_secs(30);
/// How often to look whether it still runs.
const LOOK: Duration = Duration::from_millis(100);
const INSTALL: &str = "run `npm ci` in contracts/, which installs anvil, or name one with --anvil";

/// The anvil to run: the named one, the first on PATH, or the one that npm installed in contracts/.
///
/// # Errors
/// None of them is there.
pub(crate) fn find(named: Option<&Path>) -> CliResult<PathBuf> {
    let missing = |what: String| CliError::new(what).hint(INSTALL);
    let found = match named {
        Some(named) if named.is_file() => named.to_owned(),
        Some(named) => return Err(missing(format!("--anvil: {} is no file", named.display()))),
        None => candidates()
            .find(|candidate| candidate.is_file())
            .ok_or_else(|| missing("anvil is neither on PATH nor in contracts/node_modules".into()))?,
    };
    // A bare file name would be looked for on PATH when it is run.
    Ok(std::path::absolute(found)?)
}

fn candidates() -> impl Iterator<Item = PathBuf> {
    let name = if cfg!(windows) { "anvil.exe" } else { "anvil" };
    let on_path = env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> = env::split_paths(&on_path).map(|folder| folder.join(name)).collect();
    let installed = [PathBuf::from("contracts"), solvency_contracts::root().to_owned()];
    on_path.into_iter().chain(installed.map(|contracts| contracts.join("node_modules/.bin/anvil")))
}

/// A running node; it ends when dropped.
pub(crate) struct Anvil {
    children: Arc<Children>,
    id: ChildId,
    /// Its client.
    pub(crate) rpc: Rpc,
}

impl Anvil {
    /// Starts a node on a free port, with this chain id and this time as that of its first block, by the rules of the Osaka fork.
    pub(crate) fn start(
        program: &Path,
        chain_id: u64,
        time: u64,
        children: &Arc<Children>,
    ) -> CliResult<Self> {
        let mut command = Command::new(program);
        command
            .args(["--host", "127.0.0.1", "--port", "0", "--hardfork", "osaka", "--no-cors"])
            .args(["--chain-id", &chain_id.to_string(), "--timestamp", &time.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let unusable = |what: String| CliError::new(format!("{}: {what}", program.display())).hint(INSTALL);
        let (id, stdout) = children.spawn(command).map_err(|error| unusable(error.to_string()))?;
        // From here on the node ends with this value.
        let mut anvil = Anvil { children: Arc::clone(children), id, rpc: Rpc::local(0) };
        let (sender, port) = mpsc::channel();
        if let Some(stdout) = stdout {
            std::thread::spawn(move || drain(stdout, &sender));
        }
        let port =
            anvil.wait_for(&port).ok_or_else(|| unusable("names no port that it listens on".into()))?;
        anvil.rpc = Rpc::local(port);
        Ok(anvil)
    }

    /// The port, where the node names it in time and before it ends. What it started may hold its output open for longer.
    fn wait_for(&self, port: &Receiver<u16>) -> Option<u16> {
        let started = Instant::now();
        loop {
            let ended = self.children.has_ended(&self.id);
            match port.recv_timeout(LOOK) {
                Ok(port) => return Some(port),
                Err(RecvTimeoutError::Timeout) if !ended && started.elapsed() < START => {}
                Err(_) => return None,
            }
        }
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        self.children.end(&self.id);
    }
}

/// Reads what the node prints, so that it never waits for a reader, and sends on the port that it names.
fn drain(stdout: ChildStdout, port: &Sender<u16>) {
    for line in BufReader::new(stdout).split(b'\n') {
        let Ok(line) = line else { return };
        let listens =
            String::from_utf8_lossy(&line).trim().strip_prefix("Listening on 127.0.0.1:").map(str::parse);
        if let Some(Ok(number)) = listens {
            let _ = port.send(number);
        }
    }
}

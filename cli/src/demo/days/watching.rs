//! `solvency watch` as a process of its own, which can be killed.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::error::{CliError, CliResult};
use crate::node::{ChildId, Children};

/// How long a run may take.
const PATIENCE: Duration = Duration::from_secs(180);

/// A watch that runs.
pub(super) struct Watching {
    children: Arc<Children>,
    child: ChildId,
    lines: Receiver<Value>,
    log: String,
}

impl Watching {
    /// Starts it; what it says on stderr is added to a log.
    pub(super) fn start(children: &Arc<Children>, arguments: &[String], log: &Path) -> CliResult<Self> {
        let name = log.display().to_string();
        let failed = |error: std::io::Error| CliError::new(format!("{name}: {error}"));
        let log = File::options().create(true).append(true).open(log).map_err(failed)?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--json", "--quiet"]).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let (child, stdout) = children.spawn(command)?;
        let (sender, lines) = channel();
        let stdout = stdout.ok_or_else(|| CliError::new("the watch has no output"))?;
        std::thread::spawn(move || {
            let lines = BufReader::new(stdout).lines().map_while(Result::ok);
            for value in lines.filter_map(|line| serde_json::from_str(&line).ok()) {
                if sender.send(value).is_err() {
                    break;
                }
            }
        });
        Ok(Watching { children: Arc::clone(children), child, lines, log: name })
    }

    /// What it said until it came to a price round.
    pub(super) fn round(&self, number: u64) -> CliResult<Vec<Value>> {
        self.until(|line| line["headroom"]["round"] == number)
    }

    /// What it said until it made an allocation.
    pub(super) fn allocation(&self) -> CliResult<Vec<Value>> {
        self.until(|line| line["allocations"].as_u64() > Some(0))
    }

    fn until(&self, wanted: impl Fn(&Value) -> bool) -> CliResult<Vec<Value>> {
        let (started, mut said) = (Instant::now(), Vec::new());
        while let Some(left) = PATIENCE.checked_sub(started.elapsed()) {
            let Ok(line) = self.lines.recv_timeout(left) else { break };
            let is_it = wanted(&line);
            said.push(line);
            if is_it {
                return Ok(said);
            }
        }
        Err(CliError::new("the watch did not do what it was to do").hint(format!("see {}", self.log)))
    }

    /// Ends it without a warning.
    pub(super) fn kill(self) {
        self.children.end(&self.child);
    }

    /// Asks it to end, and waits until it has.
    pub(super) fn end(self) -> CliResult<()> {
        self.children.terminate(&self.child);
        let started = Instant::now();
        while !self.children.has_ended(&self.child) {
            if started.elapsed() > PATIENCE {
                return Err(CliError::new("the watch does not end").hint(format!("see {}", self.log)));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.children.end(&self.child);
        Ok(())
    }
}

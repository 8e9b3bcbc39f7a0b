//! `solvency prove --watch`: one resident prover, and a run whenever an input changes.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use serde_json::json;
use solvency_prover::resident::Prover;

use super::prove::{FALLBACK, counts, describe, fallbacks};
use crate::args::ProveArgs;
use crate::clock;
use crate::custodian::config::Config;
use crate::custodian::daily::{Daily, Made};
use crate::custodian::watch::{Inputs, Keys};
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(super) fn run(args: &ProveArgs, seconds: f64, output: &Output) -> CliResult {
    // A configuration that can't be read at the start is a mistake on the command line rather than one that will pass.
    Config::load(&args.config)?;
    let ended = end_signals()?;
    let poll = Duration::from_secs_f64(seconds);
    output.note(&format!("watching {}; SIGINT or SIGTERM ends it between two runs", args.config.display()));
    let mut watch = Watch { args, output, seen: Inputs::default(), prover: None, due: None };
    let mut wait = Duration::ZERO;
    loop {
        match ended.recv_timeout(wait) {
            Ok(()) => return Ok(Outcome::Done),
            Err(RecvTimeoutError::Timeout) => watch.look(clock::now(None)?),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(CliError::new("signals are no longer received"));
            }
        }
        wait = poll;
    }
}

struct Watch<'a> {
    args: &'a ProveArgs,
    output: &'a Output,
    /// The inputs that the last run had.
    seen: Inputs,
    /// The prover, with the keys' files as they were when it opened them.
    prover: Option<(Keys, Prover)>,
    /// When a run is due though no input changes: something that it made ends.
    due: Option<u64>,
}

impl Watch<'_> {
    /// Runs if there is a reason to.
    fn look(&mut self, now: u64) {
        let noticed = Instant::now();
        let inputs = Inputs::now(&self.args.config, now);
        let ended = self.due.is_some_and(|due| now >= due);
        if inputs == self.seen && !ended {
            return;
        }
        let mut changes = inputs.changes_since(&self.seen);
        if self.seen == Inputs::default() {
            changes = vec!["start".into()];
        } else if ended {
            changes.push("a proof or the book has ended".into());
        }
        self.seen = inputs;
        let mut made = Made::default();
        let result = self.make(now, &mut made);
        self.due = made.ends.iter().copied().filter(|end| *end > now).min();
        if made.is_something() {
            self.show(&changes, noticed.elapsed(), &made);
        }
        if let Err(error) = result {
            self.output.report(&error);
            self.output
                .note(&format!("tried because of: {}; waiting for the next change", changes.join(", ")));
        }
    }

    fn make(&mut self, now: u64, made: &mut Made) -> CliResult<()> {
        let config = Config::load(&self.args.config)?;
        let daily = Daily::open(&config, now, self.output)?;
        if self.prover.as_ref().is_some_and(|(keys, _)| *keys != self.seen.keys) {
            self.prover = None;
        }
        let open = || (self.seen.keys.clone(), Prover::open(&config.path(&config.keys)));
        let (_, prover) = self.prover.get_or_insert_with(open);
        let before = fallbacks(prover);
        let result = daily.run(self.args.part, prover, made);
        if fallbacks(prover) > before {
            self.output.warning(FALLBACK);
        }
        result
    }

    fn show(&self, changes: &[String], took: Duration, made: &Made) {
        let epoch = self.seen.epoch.unwrap_or_default();
        let milliseconds = took.as_secs_f64() * 1e3;
        let mut value = describe(epoch, made);
        value["changed"] = json!(changes);
        value["ms"] = json!(milliseconds);
        self.output.result(value, || {
            let mut text = format!("epoch {epoch}: made {} in {milliseconds:.0} ms", counts(made));
            if !made.coverages.is_empty() {
                text.push_str(&format!(", coverage of {}", made.coverages.join(", ")));
            }
            for short in &made.short {
                text.push_str(&format!("; not covered: {short}"));
            }
            text + &format!(" ({})", changes.join(", "))
        });
    }
}

/// Receives one message when the process is asked to end. Who asks twice does not want to wait for the run: files are replaced in
/// one step, so none is left half written then either.
#[cfg(unix)]
fn end_signals() -> CliResult<Receiver<()>> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for (before, signal) in signals.forever().enumerate() {
            if before > 0 || sender.send(()).is_err() {
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        }
    });
    Ok(receiver)
}

/// Where there are no such signals, the process is ended by the system: files are replaced in one step.
#[cfg(not(unix))]
fn end_signals() -> CliResult<Receiver<()>> {
    let (sender, receiver) = mpsc::channel();
    std::mem::forget(sender);
    Ok(receiver)
}

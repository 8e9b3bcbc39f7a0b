//! `solvency watch`: one resident prover, and a run whenever an input changes (spec/operations.md, "Watch").

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use serde_json::json;
use solvency_prover::resident::Prover;
use solvency_store::Unlocked;

use super::prove::{FALLBACK, counts, describe, fallbacks};
use crate::args::WatchArgs;
use crate::clock;
use crate::custodian::config::Config;
use crate::custodian::daily::{Daily, Made, Warning};
use crate::custodian::headroom;
use crate::custodian::metrics::{Metrics, Run};
use crate::custodian::watch::{Inputs, Keys};
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

/// The reason for the first run.
const START: &str = "start";
/// Longest time between two tries, in seconds.
const MOST_PATIENCE: u64 = 60;

pub(crate) fn run(args: &WatchArgs, output: &Output) -> CliResult {
    // A configuration that can't be read at the start is a mistake on the command line rather than one that will pass.
    let config = Config::load(&args.config.config)?;
    let mut unlocked = None;
    drop(crate::custodian::unlock::open(&config, &mut unlocked, output)?);
    let ended = end_signals()?;
    let poll = Duration::from_secs_f64(args.poll);
    output.note(&format!(
        "watching {}; SIGINT or SIGTERM ends it between two runs",
        args.config.config.display()
    ));
    let mut watch = Watch {
        args,
        output,
        unlocked,
        metrics: Metrics::new()?,
        seen: Inputs::default(),
        prover: None,
        due: None,
        generation: 0,
        last_time: 0,
        failing: None,
        warned: Vec::new(),
    };
    let mut wait = Duration::ZERO;
    loop {
        match ended.recv_timeout(wait) {
            Ok(()) => return Ok(Outcome::Done),
            Err(RecvTimeoutError::Timeout) => match clock::rehearsed(args.clock.as_deref()) {
                Ok(now) => watch.look(now)?,
                Err(error) => output.report(&error),
            },
            Err(RecvTimeoutError::Disconnected) => {
                return Err(CliError::new("signals are no longer received"));
            }
        }
        wait = poll;
    }
}

struct Watch<'a> {
    args: &'a WatchArgs,
    output: &'a Output,
    /// What opens the store again.
    unlocked: Option<Unlocked>,
    metrics: Metrics,
    /// The inputs that the last run had.
    seen: Inputs,
    /// The prover, with the keys' files as they were when it opened them.
    prover: Option<(Keys, Prover)>,
    /// When a run is due though no input changes: something that it made ends, or is to be warned of.
    due: Option<u64>,
    /// The store's number of changes after the last run.
    generation: u64,
    /// When the last run was, in Unix seconds.
    last_time: u64,
    failing: Option<Failing>,
    /// What was warned of at the last run.
    warned: Vec<Warning>,
}

/// What went wrong, and when it is tried again.
struct Failing {
    message: String,
    again: Instant,
    /// In seconds.
    patience: u64,
}

impl Watch<'_> {
    /// Runs if there is a reason to. Only an old store in place of a newer one ends the watch.
    fn look(&mut self, now: u64) -> CliResult<()> {
        let noticed = Instant::now();
        let inputs = Inputs::now(&self.args.config.config, now);
        let ended = self.due.is_some_and(|due| now >= due);
        let again = self.failing.as_ref().is_some_and(|failing| noticed >= failing.again);
        if !ended && !again && (inputs == self.seen || self.waits_for_schedule(&inputs, now)) {
            return Ok(());
        }
        let mut changes = inputs.changes_since(&self.seen);
        if self.seen == Inputs::default() {
            changes = vec![START.into()];
        } else if ended {
            changes.push("something ends or has ended".into());
        } else if again {
            changes.push("another try".into());
        }
        self.seen = inputs;
        self.last_time = now;
        let mut made = Made::default();
        let mut generation = None;
        let result = self.make(now, &mut made, &mut generation);
        self.due = made.ends.iter().copied().filter(|end| *end > now).min();
        let seconds = noticed.elapsed().as_secs_f64();
        self.note_metrics(&Run {
            now,
            epoch: self.seen.epoch,
            generation,
            seconds,
            succeeded: result.is_ok(),
            made: &made,
        });
        if let Some(generation) = generation {
            self.check_generation(generation)?;
            self.generation = generation;
        }
        self.show(&changes, seconds, &made);
        self.note_failure(result.err(), &changes);
        Ok(())
    }

    /// Whether a new price round is all there is, and its time has not come.
    fn waits_for_schedule(&self, inputs: &Inputs, now: u64) -> bool {
        let Ok(config) = Config::load(&self.args.config.config) else { return false };
        let Some(every) = config.watch.schedule else { return false };
        inputs.only_round_differs(&self.seen) && now / every.get() == self.last_time / every.get()
    }

    fn make(&mut self, now: u64, made: &mut Made, generation: &mut Option<u64>) -> CliResult<()> {
        let config = Config::load(&self.args.config.config)?;
        let daily = Daily::open(&config, now, &mut self.unlocked, self.output)?;
        *generation = Some(daily.state.generation());
        self.check_generation(daily.state.generation())?;
        if self.prover.as_ref().is_some_and(|(keys, _)| *keys != self.seen.keys) {
            self.prover = None;
        }
        let open = || (self.seen.keys.clone(), Prover::open(&config.path(&config.keys)));
        let (_, prover) = self.prover.get_or_insert_with(open);
        let before = fallbacks(prover);
        let result = daily.run(None, prover, made);
        if fallbacks(prover) > before {
            self.output.warning(FALLBACK);
        }
        if let Some(kept) = config.watch.keep_epochs.filter(|_| result.is_ok()) {
            daily.state.forget_before(kept)?;
        }
        *generation = Some(daily.state.generation());
        result
    }

    /// Ends the watch where the store is an older copy of what it was (O6).
    fn check_generation(&self, generation: u64) -> CliResult<()> {
        if generation < self.generation {
            return Err(CliError::new(format!(
                "the store had {} changes, now it has {generation}: an old copy was put in its place",
                self.generation
            ))
            .hint(
                "put the newest copy back; going on from an old one could sign a second history of the epoch",
            ));
        }
        Ok(())
    }

    fn note_metrics(&self, run: &Run<'_>) {
        let Ok(config) = Config::load(&self.args.config.config) else { return };
        let headroom = config.watch.metrics.as_ref().is_some_and(|metrics| metrics.headroom);
        self.metrics.note(run, headroom);
        if let Err(error) = self.metrics.write(&config) {
            self.output.report(&error);
        }
    }

    /// One line for a run that made something, or that has something else to warn of.
    fn show(&mut self, changes: &[String], seconds: f64, made: &Made) {
        let same = |known: &Warning, warning: &Warning| {
            (&known.venue, known.subject) == (&warning.venue, warning.subject)
        };
        let new = |warning: &&Warning| !self.warned.iter().any(|known| same(known, warning));
        let warnings: Vec<Warning> = made.warnings.iter().filter(new).cloned().collect();
        for warning in &warnings {
            self.output.warning(&warning.to_string());
        }
        self.warned = made.warnings.clone();
        // Whoever starts it again after a kill sees that nothing was left to do.
        let started = changes.first().is_some_and(|change| change == START);
        if !made.is_something() && warnings.is_empty() && !(started && made.headroom.is_some()) {
            return;
        }
        let epoch = self.seen.epoch.unwrap_or_default();
        let milliseconds = seconds * 1e3;
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
            for venue in made.headroom.iter().flat_map(|record| &record.venues) {
                let is = venue.headroom_ppm.map_or_else(|| "–".into(), headroom::percent);
                text.push_str(&format!("; headroom of {}: {is}", venue.venue));
            }
            text + &format!(" ({})", changes.join(", "))
        });
    }

    /// Says what is wrong, once, and decides when to try again.
    fn note_failure(&mut self, error: Option<CliError>, changes: &[String]) {
        let Some(error) = error else {
            if self.failing.take().is_some() {
                self.output.note("what failed before has been done");
            }
            return;
        };
        let message = error.to_string();
        let patience = match &self.failing {
            Some(failing) if failing.message == message => (failing.patience * 2).min(MOST_PATIENCE),
            _ => {
                self.output.report(&error);
                self.output.note(&format!("tried because of: {}; it is tried again", changes.join(", ")));
                1
            }
        };
        let again = Instant::now() + Duration::from_secs(patience);
        self.failing = Some(Failing { message, again, patience });
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

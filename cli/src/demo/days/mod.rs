//! Days of a custodian's operations: import, attest, allocate, watch, through a fall of prices and a recovery.
//!
//! The commands are those that a custodian runs; keys, vaults and prices are for show. That the days end well shows nothing about prices.

mod prices;
mod record;
mod watching;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use solvency_prover::files::{self, Access};

use super::commands::{shown, silent};
use super::inputs::{self, ATTESTORS, EPOCH_SECONDS, Inputs, ORACLES, SHAPES, fill};
use crate::clock;
use crate::error::{CliError, CliResult, Outcome};
use crate::node::Children;
use crate::output::{Answer, Output};

use prices::Tick;
use record::Record;
use watching::Watching;

/// How many rounds behind a venue takes: rounds are hourly, prices come every two hours.
const ROUND_LAG: u64 = 3;
/// The hours at which the watch is killed: in the middle of a day, of a fall, and as an epoch begins.
const KILLS: [u64; 3] = [10, 30, 48];
/// How long the watch works on a round before it is killed.
const BEFORE_KILL: Duration = Duration::from_millis(150);
/// The venue that the custodian pledges more to as soon as it is warned, and what.
const TOPPED_UP: (&str, &str, &str) = ("c", "\"ETH/cold\" = \"900\"", "\"ETH/cold\" = \"1800\"");
/// What changes in the vaults from day to day.
const MOVES: [(&str, &str); 2] = [("\"400.25\"", "\"405.75\""), ("\"405.75\"", "\"398.5\"")];

/// Runs the days, leaving bundles, trust files, the chart and the custodian's store below `out`.
pub(crate) fn run(out: &Path, days: u8, output: &Output) -> CliResult {
    // Whole days of UTC that are over: nothing that is signed lies in the future.
    let now = clock::now(None)?;
    let zero = (now - now % EPOCH_SECONDS).saturating_sub(u64::from(days) * EPOCH_SECONDS);
    let ticks = prices::recorded(u64::from(days) * 24)?;
    let children = Children::guarded(out)?;
    let inputs = inputs::write(out, zero)?;
    output.note("inputs written: registry, policies, vault export, observed prices, signing keys");
    let mut rehearsal =
        Rehearsal { zero, inputs: &inputs, children, output, record: Record::default(), watching: None };
    rehearsal.configure()?;
    rehearsal.set_up()?;
    for tick in &ticks {
        rehearsal.tick(tick)?;
    }
    rehearsal.end()
}

struct Rehearsal<'a> {
    zero: u64,
    inputs: &'a Inputs,
    children: Arc<Children>,
    output: &'a Output,
    record: Record,
    watching: Option<Watching>,
}

impl Rehearsal<'_> {
    /// Adds what the demo's configuration does not have: metrics, and hours between warnings that fit an hourly schedule.
    fn configure(&self) -> CliResult<()> {
        let path = self.inputs.out.join("custodian/solvency.toml");
        let mut text = files::read_text(&path, 1 << 20)?;
        text.push_str("\n[watch]\nwarn_before_end = 3600\nwarn_round_age = 10800\nmetrics = { file = \"metrics.prom\", headroom = true }\n");
        Ok(files::write_atomically(&path, text.as_bytes(), Access::Secret)?)
    }

    /// Keys, store, claims and trust files.
    fn set_up(&self) -> CliResult<()> {
        let shapes = [&SHAPES[..], &["repledge-3x4"]].concat();
        for (title, arguments) in self.inputs.development_keys(&shapes) {
            shown(&title, &arguments, self.output)?;
        }
        let config = self.inputs.config();
        shown("custodian: an encrypted store", &fill("store new --config {}", &[&config]), self.output)?;
        for venue in self.inputs.venues {
            let claim = at(self.inputs.claim(venue, 4 * EPOCH_SECONDS), self.zero);
            shown(&format!("venue {}: claim margin", venue.name), &claim, self.output)?;
            let trust = self.inputs.trust(venue, ROUND_LAG);
            shown(&format!("venue {}: write down what it trusts", venue.name), &trust, self.output)?;
        }
        Ok(())
    }

    /// Two hours: perhaps a new epoch, a new price round, the watch's answer, and each venue's verdict.
    fn tick(&mut self, tick: &Tick) -> CliResult<()> {
        let time = self.zero + tick.hour * 3_600 + 30;
        let epoch = tick.hour / 24;
        if tick.hour.is_multiple_of(24) {
            self.begin_epoch(epoch, time)?;
        }
        let round = self.round(tick, time)?;
        self.set_clock(time)?;
        let watching = match self.watching.take() {
            Some(watching) => watching,
            None => self.start_watching()?,
        };
        let there = self.inputs.out.join("round.json");
        std::fs::rename(self.inputs.out.join("next-round.json"), &there)
            .map_err(|error| CliError::new(format!("{}: {error}", there.display())))?;
        let watching = if KILLS.contains(&tick.hour) { self.kill(watching, time)? } else { watching };
        let mut said = watching.round(round)?;
        if said.last().is_some_and(|line| warned_of(line, TOPPED_UP.0)) && !self.record.has_topped_up() {
            said.extend(self.top_up(&watching, time)?);
        }
        self.watching = Some(watching);
        let verdicts = self.verdicts(time)?;
        self.output.note(&self.record.tick(epoch, tick.hour, &said, &verdicts));
        Ok(())
    }

    /// Import, commit, attest: shown in the first epoch.
    fn begin_epoch(&self, epoch: u64, time: u64) -> CliResult<()> {
        let path = self.inputs.out.join("custodian/vaults.json");
        if let Some((from, to)) = epoch.checked_sub(1).and_then(|change| MOVES.get(change as usize)) {
            let text = files::read_text(&path, 1 << 24)?.replace(from, to);
            files::write_atomically(&path, text.as_bytes(), Access::Secret)?;
        }
        let config = self.inputs.config();
        let mut steps = vec![
            ("custodian: what of the export counts".to_owned(), fill("book import --config {}", &[&config])),
            ("custodian: commit to the book".to_owned(), fill("book commit --config {}", &[&config])),
        ];
        for (_, arguments) in &mut steps {
            *arguments = at(std::mem::take(arguments), time);
        }
        for attestor in 1..=ATTESTORS {
            let title = format!("attestor {attestor}: recompute the roots, compare, co-sign");
            steps.push((title, self.inputs.attest(attestor, epoch)));
        }
        for (title, arguments) in &steps {
            if epoch == 0 {
                shown(title, arguments, self.output)?;
            } else {
                silent(arguments, self.output)?;
            }
        }
        self.output
            .note(&format!("\nepoch {epoch}: the book is committed and signed by {ATTESTORS} attestors"));
        Ok(())
    }

    /// Signs the round of this time, beside the one that is in use. Answers with its number.
    fn round(&self, tick: &Tick, time: u64) -> CliResult<u64> {
        for oracle in 1..=ORACLES {
            let path = self.inputs.out.join(format!("oracle-{oracle}/prices.json"));
            files::write_json(&path, &tick.prices, Access::Public)?;
        }
        let out = self.inputs.out.join("next-round.json").display().to_string();
        let (_, Answer { value, .. }) = silent(&at(self.inputs.round(&out), time), self.output)?;
        value["round"].as_u64().ok_or_else(|| CliError::new("the round has no number"))
    }

    fn set_clock(&self, time: u64) -> CliResult<()> {
        let path = self.inputs.out.join("clock");
        Ok(files::write_atomically(&path, time.to_string().as_bytes(), Access::Public)?)
    }

    fn start_watching(&self) -> CliResult<Watching> {
        let clock = self.inputs.out.join("clock").display().to_string();
        let arguments = fill("watch --config {} --poll 0.05 --clock {}", &[&self.inputs.config(), &clock]);
        let log = self.inputs.out.join("custodian/watch.log");
        Watching::start(&self.children, &arguments, &log)
    }

    /// Kills the watch while it works, and starts it again.
    fn kill(&mut self, watching: Watching, time: u64) -> CliResult<Watching> {
        std::thread::sleep(BEFORE_KILL);
        watching.kill();
        self.output.note("the watch is killed in the middle of its work, and started again");
        self.record.mark(time, "killed, resumed");
        self.start_watching()
    }

    /// Pledges more to a venue that releases what it has: the answer to a warning, before anything is short.
    fn top_up(&mut self, watching: &Watching, time: u64) -> CliResult<Vec<Value>> {
        let (venue, from, to) = TOPPED_UP;
        let path = |name: &str| self.inputs.out.join(name).display().to_string();
        let release = path(&format!("release-{venue}.json"));
        let template = "claim release --bundle {} --registry {} --key {} --out {}";
        let values = [
            path(&format!("bundle-{venue}.json")),
            path("registry.json"),
            path(&format!("venue-{venue}/releaser-1.key")),
            release,
        ];
        let arguments = at(fill(template, &values.each_ref().map(String::as_str)), time);
        let title = format!("venue {venue}: release the pledge, so that a larger one can take its place");
        shown(&title, &arguments, self.output)?;
        let config = self.inputs.out.join("custodian/solvency.toml");
        let bundle = format!("bundle = \"../bundle-{venue}.json\"");
        let text = files::read_text(&config, 1 << 20)?
            .replace(from, to)
            .replace(&bundle, &format!("{bundle}\nrelease = \"../release-{venue}.json\""));
        files::write_atomically(&config, text.as_bytes(), Access::Secret)?;
        self.output.note(&format!("custodian: {to} pledged to venue {venue}, in place of {from}"));
        self.record.mark(time, "top-up");
        watching.allocation()
    }

    /// Each venue's verdict on the bundle that it has.
    fn verdicts(&self, time: u64) -> CliResult<Vec<(&'static str, bool)>> {
        let mut verdicts = Vec::new();
        for venue in self.inputs.venues {
            let path = |what: &str| {
                self.inputs.out.join(format!("{what}-{}.json", venue.name)).display().to_string()
            };
            let arguments = at(fill("verify {} --trust {}", &[&path("bundle"), &path("trust")]), time);
            let (outcome, _) = silent(&arguments, self.output)?;
            verdicts.push((venue.name, outcome == Outcome::Done));
        }
        Ok(verdicts)
    }

    /// Ends the watch as an operator does, and shows what the days were.
    fn end(mut self) -> CliResult {
        if let Some(watching) = self.watching.take() {
            watching.end()?;
        }
        let config = crate::custodian::config::Config::load(Path::new(&self.inputs.config()))?;
        let store = crate::custodian::unlock::open(&config, &mut None, self.output)?;
        let svg = self.inputs.out.join("headroom.svg");
        let (epochs, chart) = self.record.close(&store)?;
        files::write_atomically(&svg, chart.as_bytes(), Access::Secret)?;
        let value =
            json!({ "out": self.inputs.out, "epochs": epochs, "marks": self.record.marks(), "svg": svg });
        let table = record::table(&epochs);
        self.output.result(value, || {
            format!(
                "\n{table}\n{}: how far each pledge was above what is required, for the custodian's eyes\n\
                 {}: what `solvency watch` said on the way",
                svg.display(),
                self.inputs.out.join("custodian/watch.log").display()
            )
        });
        Ok(Outcome::Done)
    }
}

/// A command at a time of the rehearsal.
fn at(mut arguments: Vec<String>, time: u64) -> Vec<String> {
    arguments.extend(["--at".to_owned(), time.to_string()]);
    arguments
}

/// Whether a line of the watch has a warning about a venue.
fn warned_of(line: &Value, venue: &str) -> bool {
    let about = format!("venue {venue}: headroom");
    let warnings = line["warnings"].as_array().into_iter().flatten();
    warnings.filter_map(Value::as_str).any(|warning| warning.starts_with(&about))
}

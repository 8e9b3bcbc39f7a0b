//! What `solvency watch` did, in Prometheus' text format (spec/operations.md, "Metrics").
//!
//! Headroom is among it only where the configuration says so: whoever reads the file would see it.

use std::path::PathBuf;

use prometheus::{Encoder, Gauge, GaugeVec, IntCounter, IntCounterVec, Opts, Registry, TextEncoder};
use solvency_prover::files::{self, Access};

use super::config::{Config, MetricsConfig};
use super::daily::Made;
use crate::error::{CliError, CliResult};

/// All figures.
pub(crate) struct Metrics {
    registry: Registry,
    up_to_date: Gauge,
    last_run: Gauge,
    last_success: Gauge,
    duration: Gauge,
    proofs: IntCounterVec,
    failures: IntCounter,
    published: IntCounter,
    epoch: Gauge,
    round: Gauge,
    round_time: Gauge,
    generation: Gauge,
    covered: GaugeVec,
    until: GaugeVec,
    warning: GaugeVec,
    headroom: GaugeVec,
    fall: GaugeVec,
}

/// How a run went.
pub(crate) struct Run<'a> {
    /// In Unix seconds.
    pub(crate) now: u64,
    pub(crate) epoch: Option<u64>,
    pub(crate) generation: Option<u64>,
    pub(crate) seconds: f64,
    pub(crate) succeeded: bool,
    pub(crate) made: &'a Made,
}

impl Metrics {
    pub(crate) fn new() -> CliResult<Self> {
        let registry = Registry::new();
        let made = Metrics {
            up_to_date: gauge("up_to_date", "1 where the last run succeeded and covered every venue")?,
            last_run: gauge("last_run_timestamp_seconds", "When the last run ended")?,
            last_success: gauge(
                "last_success_timestamp_seconds",
                "When the last run without an error ended",
            )?,
            duration: gauge("run_duration_seconds", "Of the last run that made something")?,
            proofs: IntCounterVec::new(options("proofs_total", "Proofs made since the start"), &["part"])?,
            failures: IntCounter::with_opts(options("failures_total", "Runs with an error since the start"))?,
            published: IntCounter::with_opts(options("published_total", "Bundles written since the start"))?,
            epoch: gauge("epoch", "Epoch of the registry at the last run")?,
            round: gauge("round", "Number of the last price round that was used")?,
            round_time: gauge("round_time_seconds", "When its prices were observed")?,
            generation: gauge("store_generation", "Changes of the store; it never goes back")?,
            covered: by_venue("covered", "1 where the pledge covers the claim")?,
            until: by_venue("coverage_until_seconds", "When the venue's coverage ends")?,
            warning: by_venue(
                "warning",
                "1 where a person should look, venue is empty for what concerns all",
            )?,
            headroom: by_venue("headroom_ratio", "Value above what is required, as a part of that")?,
            fall: by_venue("fall_ratio", "By which part all prices may fall together")?,
            registry,
        };
        for gauge in [
            &made.up_to_date,
            &made.last_run,
            &made.last_success,
            &made.duration,
            &made.epoch,
            &made.round,
            &made.round_time,
            &made.generation,
        ] {
            made.registry.register(Box::new(gauge.clone()))?;
        }
        for gauges in [&made.covered, &made.until, &made.warning, &made.headroom, &made.fall] {
            made.registry.register(Box::new(gauges.clone()))?;
        }
        made.registry.register(Box::new(made.proofs.clone()))?;
        made.registry.register(Box::new(made.failures.clone()))?;
        made.registry.register(Box::new(made.published.clone()))?;
        Ok(made)
    }

    /// Takes in a run.
    pub(crate) fn note(&self, run: &Run<'_>, with_headroom: bool) {
        let made = run.made;
        self.up_to_date.set(flag(run.succeeded && made.short.is_empty()));
        self.last_run.set(run.now as f64);
        if run.succeeded {
            self.last_success.set(run.now as f64);
        } else {
            self.failures.inc();
        }
        if made.is_something() {
            self.duration.set(run.seconds);
        }
        for (part, count) in [
            ("holdings", made.holdings),
            ("allocation", made.allocations),
            ("coverage", made.coverages.len()),
        ] {
            self.proofs.with_label_values(&[part]).inc_by(count as u64);
        }
        self.published.inc_by(made.written as u64);
        if let Some(epoch) = run.epoch {
            self.epoch.set(epoch as f64);
        }
        if let Some(generation) = run.generation {
            self.generation.set(generation as f64);
        }
        self.until.reset();
        for (venue, until) in &made.until {
            self.until.with_label_values(&[venue]).set(*until as f64);
        }
        self.warning.reset();
        for warning in &made.warnings {
            self.warning.with_label_values(&[warning.venue.as_deref().unwrap_or_default()]).set(1.0);
        }
        let Some(record) = &made.headroom else { return };
        self.round.set(record.round as f64);
        self.round_time.set(record.round_time as f64);
        for gauges in [&self.covered, &self.headroom, &self.fall] {
            gauges.reset();
        }
        for venue in &record.venues {
            let name = [venue.venue.as_str()];
            self.covered.with_label_values(&name).set(flag(venue.covers()));
            if with_headroom {
                if let Some(ppm) = venue.headroom_ppm {
                    self.headroom.with_label_values(&name).set(ppm as f64 / 1e6);
                }
                self.fall.with_label_values(&name).set(f64::from(venue.fall_ppm.unwrap_or(0)) / 1e6);
            }
        }
    }

    /// Replaces the configured file.
    pub(crate) fn write(&self, config: &Config) -> CliResult<()> {
        let Some(MetricsConfig { file, headroom }) = &config.watch.metrics else { return Ok(()) };
        let access = if *headroom { Access::Secret } else { Access::Public };
        let path: PathBuf = config.path(file);
        Ok(files::write_atomically(&path, &self.text()?, access)?)
    }

    fn text(&self) -> CliResult<Vec<u8>> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text).map_err(CliError::new)?;
        Ok(text)
    }
}

fn options(name: &str, help: &str) -> Opts {
    Opts::new(format!("solvency_{name}"), help)
}

fn gauge(name: &str, help: &str) -> CliResult<Gauge> {
    Ok(Gauge::with_opts(options(name, help))?)
}

fn by_venue(name: &str, help: &str) -> CliResult<GaugeVec> {
    Ok(GaugeVec::new(options(name, help), &["venue"])?)
}

fn flag(is: bool) -> f64 {
    f64::from(u8::from(is))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custodian::daily::Warning;
    use crate::custodian::headroom::{HeadroomRecord, VenueHeadroom};

    fn made() -> Made {
        let venue = VenueHeadroom {
            venue: "a".into(),
            value: "1".into(),
            required: "1".into(),
            cushion: "0".into(),
            headroom_ppm: Some(62_500),
            fall_ppm: Some(50_000),
        };
        Made {
            coverages: vec!["a".into()],
            written: 1,
            until: vec![("a".into(), 900)],
            warnings: vec![Warning { venue: Some("a".into()), subject: "the headroom", text: "low".into() }],
            headroom: Some(HeadroomRecord { time: 100, round: 7, round_time: 90, venues: vec![venue] }),
            ..Made::default()
        }
    }

    fn text(runs: &[Run<'_>], with_headroom: bool) -> String {
        let metrics = Metrics::new().unwrap();
        runs.iter().for_each(|run| metrics.note(run, with_headroom));
        String::from_utf8(metrics.text().unwrap()).unwrap()
    }

    fn run(made: &Made, succeeded: bool) -> Run<'_> {
        Run { now: 100, epoch: Some(3), generation: Some(12), seconds: 0.5, succeeded, made }
    }

    #[test]
    fn headroom_is_told_only_where_it_is_asked_for() {
        let made = made();
        let (without, with) = (text(&[run(&made, true)], false), text(&[run(&made, true)], true));
        for line in [
            "solvency_up_to_date 1",
            "solvency_last_success_timestamp_seconds 100",
            "solvency_run_duration_seconds 0.5",
            "solvency_proofs_total{part=\"coverage\"} 1",
            "solvency_published_total 1",
            "solvency_epoch 3",
            "solvency_round 7",
            "solvency_store_generation 12",
            "solvency_covered{venue=\"a\"} 1",
            "solvency_coverage_until_seconds{venue=\"a\"} 900",
            "solvency_warning{venue=\"a\"} 1",
        ] {
            assert!(without.lines().any(|got| got == line), "{line} is not in\n{without}");
        }
        assert!(!without.contains("headroom_ratio") && !without.contains("fall_ratio"), "{without}");
        assert!(with.contains("solvency_headroom_ratio{venue=\"a\"} 0.0625\n"), "{with}");
        assert!(with.contains("solvency_fall_ratio{venue=\"a\"} 0.05\n"), "{with}");
    }

    #[test]
    fn what_is_short_or_failed_is_not_up_to_date() {
        let good = made();
        let mut short = made();
        short.short.push("venue a".into());
        assert!(text(&[run(&short, true)], false).contains("solvency_up_to_date 0\n"));
        let failed = Made::default();
        let text = text(&[run(&good, true), run(&failed, false)], true);
        assert!(text.contains("solvency_up_to_date 0\n") && text.contains("solvency_failures_total 1\n"));
        // What was true of the last round stays; ends and warnings are those of the last run.
        assert!(text.contains("solvency_covered{venue=\"a\"} 1\n"), "{text}");
        assert!(!text.contains("solvency_warning{"), "{text}");
    }
}

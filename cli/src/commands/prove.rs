//! `solvency prove`: makes what is missing or stale, once. `solvency watch` does so whenever an input changes.

use serde_json::{Value, json};
use solvency_prover::measure::peak_memory;
use solvency_prover::prove::Engines;
use solvency_prover::resident::Prover;

use crate::args::ProveArgs;
use crate::clock;
use crate::custodian::config::Config;
use crate::custodian::daily::{Daily, Made};
use crate::custodian::headroom;
use crate::error::{CliResult, Outcome};
use crate::output::Output;

/// What to say where [`Engines::fallbacks`] has grown.
pub(crate) const FALLBACK: &str = "a proof of the fast engine did not verify and was made again by the reference: please report; \
     the machine's memory may be faulty";

pub(crate) fn run(args: &ProveArgs, output: &Output) -> CliResult {
    let config = Config::load(&args.config)?;
    let daily = Daily::open(&config, clock::now(args.at)?, &mut None, output)?;
    let prover = Prover::open(&config.path(&config.keys));
    let mut made = Made::default();
    let result = daily.run(args.part, &prover, &mut made);
    if fallbacks(&prover) > 0 {
        output.warning(FALLBACK);
    }
    for warning in &made.warnings {
        output.warning(&warning.to_string());
    }
    result?;
    output.result(describe(daily.epoch, &made), || {
        let mut text = format!("epoch {}: made {}\n", daily.epoch, counts(&made));
        for kept in &made.kept {
            text.push_str(&format!("  kept {kept}: nothing changed\n"));
        }
        for short in &made.short {
            text.push_str(&format!("  not covered: {short}\n"));
        }
        for venue in made.headroom.iter().flat_map(|record| &record.venues) {
            text.push_str(&format!("  {}\n", headroom::line(venue, &daily.registry.quote)));
        }
        if let Some(bytes) = peak_memory() {
            text.push_str(&format!("  peak memory {} MB\n", bytes / 1_000_000));
        }
        for bundle in &made.bundles {
            text.push_str(&format!("  {bundle}\n"));
        }
        text
    });
    Ok(if made.short.is_empty() { Outcome::Done } else { Outcome::Rejected })
}

/// What a run made, for machines.
pub(super) fn describe(epoch: u64, made: &Made) -> Value {
    json!({
        "epoch": epoch,
        "holdings": made.holdings,
        "allocations": made.allocations,
        "coverages": made.coverages,
        "kept": made.kept,
        "notCovered": made.short,
        "bundles": made.bundles,
        "headroom": made.headroom,
        "warnings": made.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "peakMemoryBytes": peak_memory(),
    })
}

/// What a run made, in a few words.
pub(super) fn counts(made: &Made) -> String {
    let (holdings, allocations, coverages) = (made.holdings, made.allocations, made.coverages.len());
    format!("{holdings} holdings, {allocations} allocations, {coverages} coverages")
}

/// Proofs that the fast engine got wrong so far.
pub(super) fn fallbacks(prover: &Prover) -> u64 {
    prover.engines().map_or(0, Engines::fallbacks)
}

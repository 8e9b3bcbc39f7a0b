//! `solvency prove`: makes what is missing or stale.

use serde_json::json;
use solvency_prover::measure::peak_memory;

use crate::args::ProveArgs;
use crate::clock;
use crate::custodian::config::Config;
use crate::custodian::daily::Daily;
use crate::error::{CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(args: &ProveArgs, output: &Output) -> CliResult {
    let config = Config::load(&args.config)?;
    let daily = Daily::open(&config, clock::now(args.at)?, output)?;
    let made = daily.run(args.part)?;
    let value = json!({
        "epoch": daily.epoch,
        "holdings": made.holdings,
        "allocations": made.allocations,
        "coverages": made.coverages,
        "kept": made.kept,
        "notCovered": made.short,
        "bundles": made.bundles,
        "peakMemoryBytes": peak_memory(),
    });
    output.result(value, || {
        let mut text = format!(
            "epoch {}: made {} holdings, {} allocations, {} coverages\n",
            daily.epoch,
            made.holdings,
            made.allocations,
            made.coverages.len()
        );
        for kept in &made.kept {
            text.push_str(&format!("  kept {kept}: nothing changed\n"));
        }
        for short in &made.short {
            text.push_str(&format!("  not covered: {short}\n"));
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

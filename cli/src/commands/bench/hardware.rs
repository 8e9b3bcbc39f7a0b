//! `solvency bench --estimate`: what hardware a custodian needs.

use serde_json::json;
use solvency_prover::measure::{self, Demand, DemandError, Needs, Plan};
use solvency_verifier::Shape;

use crate::args::BenchArgs;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(super) fn run(args: &BenchArgs, output: &Output) -> CliResult {
    let (Some(vaults), [accounts]) = (args.vaults, args.accounts.as_slice()) else {
        return Err(CliError::new("--estimate takes --vaults and one number of --accounts"));
    };
    let demand =
        Demand { vaults, accounts: *accounts, venues: args.venues, seconds_per_tick: args.seconds_per_tick };
    let plan = Plan::of(demand).map_err(with_hint)?;
    let figures = super::measured(&plan.shapes(), args.repeat, output)?;
    let mut coverage = Vec::new();
    for shape in [Shape::CoverageFlat, Shape::CoverageTiered] {
        let accounts = super::throughput::open(shape, output)?;
        let _working = output.working(&format!("measuring {shape} on all cores"));
        coverage.push(accounts.figures(args.repeat)?);
    }
    let needs = plan.needs(&figures, measure::cores(), &coverage).map_err(with_hint)?;
    output.result(json!({ "shapes": figures, "estimate": needs }), || describe(&needs));
    Ok(Outcome::Done)
}

fn with_hint(error: DemandError) -> CliError {
    let hint = match &error {
        DemandError::Zero(_) => "name numbers from 1 on",
        DemandError::TooLarge(_) => "name smaller numbers",
        DemandError::NoAllocation { .. } => {
            "spread the vaults over more accounts, of at most 1024 vaults and 7 venues each"
        }
        DemandError::NotMeasured(_) => "please report this",
    };
    CliError::new(error).hint(hint)
}

fn describe(needs: &Needs) -> String {
    let demand = &needs.demand;
    let mut text = format!(
        "{} vaults, {} accounts, {} venues each, {} s for each price\n",
        demand.vaults, demand.accounts, demand.venues, demand.seconds_per_tick
    );
    let on = format!("on this machine's {} cores", needs.measured_cores);
    text.push_str(&format!(
        "once an epoch\n  {} shards of {}: {:.1} s {on}\n  {} allocations, {}: {:.1} s {on}\n",
        needs.shards,
        needs.holdings_shape,
        needs.holdings_seconds_per_epoch,
        demand.accounts,
        needs.allocation_shape,
        needs.allocation_seconds_per_epoch,
    ));
    text.push_str(&format!("with each price: {} coverage proofs\n", needs.proofs_per_tick));
    for one in &needs.coverage {
        text.push_str(&format!(
            "  all {}: {:.1} ms of a core an account, {} cores, {:.1} GB of working memory\n",
            one.shape,
            one.core_ms_per_account,
            one.cores,
            one.working_bytes as f64 / 1e9
        ));
    }
    text.push_str(&format!("memory for keys: {:.1} MB\n", needs.key_bytes as f64 / 1e6));
    text.push_str(needs.assumption);
    text
}

//! `solvency bench --throughput`: accounts proven with each price.

use std::time::Duration;

use serde_json::json;
use solvency_prover::measure::{Accounts, MeasureError, Throughput};
use solvency_verifier::Shape;

use crate::args::BenchArgs;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

/// More are not measured at once: each is a job that stands in memory.
const MOST_ACCOUNTS: u64 = 1_000_000;
const ACCOUNTS: [u64; 5] = [1, 10, 100, 1_000, 10_000];

pub(super) fn run(args: &BenchArgs, output: &Output) -> CliResult {
    let accounts = if args.accounts.is_empty() { ACCOUNTS.to_vec() } else { args.accounts.clone() };
    if let Some(outside) = accounts.iter().find(|accounts| !(1..=MOST_ACCOUNTS).contains(*accounts)) {
        let message = format!("--accounts: {outside} accounts can't be measured");
        return Err(CliError::new(message).hint(format!("name numbers from 1 to {MOST_ACCOUNTS}")));
    }
    let shapes = crate::commands::keys::shapes(&args.shapes, &[Shape::CoverageFlat])?;
    let most = Duration::from_secs(args.seconds);
    let mut measured = Vec::new();
    for shape in shapes {
        let one = open(shape, output)?.throughput(&accounts, most, |accounts| {
            output.note(&format!("{shape}: proving {accounts} accounts"));
        })?;
        if one.fallbacks > 0 {
            output.warning(&format!("{shape}: {}", crate::commands::prove::FALLBACK));
        }
        measured.push(one);
    }
    output.result(json!({ "throughput": measured }), || {
        let tables: Vec<String> = measured.iter().map(|one| table(one, args.seconds)).collect();
        tables.join("\n")
    });
    Ok(Outcome::Done)
}

/// Accounts of a shape, ready for prices.
pub(super) fn open(shape: Shape, output: &Output) -> CliResult<Accounts> {
    let _working = output.working(&format!("development set-up of {shape}"));
    Accounts::open(shape).map_err(|error| match error {
        MeasureError::NoCoverage(_) => {
            CliError::new(error).hint("measure coverage-flat or coverage-tiered, or leave --throughput out")
        }
        error => error.into(),
    })
}

fn table(one: &Throughput, seconds: u64) -> String {
    let mut text = format!(
        "{} on {} cores\n{:>10}{:>28}{:>14}{:>22}\n",
        one.shape, one.cores, "accounts", "first price to last proof", "accounts/s", "accounts/s and core"
    );
    for point in &one.points {
        text.push_str(&format!(
            "{:>10}{:>25.0} ms{:>14.2}{:>22.2}{}\n",
            point.accounts,
            point.first_price_to_last_proof_ms,
            point.accounts_per_second,
            point.accounts_per_second_per_core,
            if point.estimated { "  estimated" } else { "" }
        ));
    }
    if one.points.iter().any(|point| point.estimated) {
        text.push_str(&format!(
            "estimated: would take more than {seconds} s, extrapolated from the largest number that was measured\n"
        ));
    }
    text
}

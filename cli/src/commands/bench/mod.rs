//! `solvency bench`: what this machine takes.

mod hardware;
mod throughput;

use serde_json::json;
use solvency_prover::measure::{self, ShapeFigures};
use solvency_verifier::Shape;

use crate::args::BenchArgs;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(args: &BenchArgs, output: &Output) -> CliResult {
    if args.throughput {
        return throughput::run(args, output);
    }
    if args.estimate {
        return hardware::run(args, output);
    }
    if !args.accounts.is_empty() {
        return Err(CliError::new("--accounts alone measures nothing").hint("add --throughput or --estimate"));
    }
    let shapes = super::keys::shapes(&args.shapes, &Shape::ALL)?;
    let figures = measured(&shapes, args.repeat, output)?;
    let estimate = match args.vaults {
        None => None,
        Some(vaults) => Some(measure::estimate(vaults, &figures).ok_or_else(|| {
            CliError::new(format!("no figure to estimate {vaults} vaults from"))
                .hint("measure holdings-256 as well, or leave --shape out")
        })?),
    };
    output.result(json!({ "shapes": figures, "estimate": estimate }), || {
        let mut text = table(&figures);
        if let Some(estimate) = &estimate {
            text.push_str(&format!(
                "{} vaults: {} shards, {:.1} s an epoch on this machine\n",
                estimate.vaults,
                estimate.shards,
                estimate.epoch_ms / 1e3
            ));
        }
        text
    });
    Ok(Outcome::Done)
}

fn measured(shapes: &[Shape], repeat: u32, output: &Output) -> CliResult<Vec<ShapeFigures>> {
    let one = |shape: &Shape| {
        let _working = output.working(&format!("measuring {shape}"));
        Ok(measure::measure(*shape, repeat)?)
    };
    shapes.iter().map(one).collect()
}

fn table(figures: &[ShapeFigures]) -> String {
    let mut text = format!(
        "{:<16}{:>12}{:>9}{:>11}{:>10}{:>11}{:>11}{:>12}\n",
        "shape", "constraints", "domain", "witness ms", "prove ms", "verify ms", "batch ms", "memory MB"
    );
    for one in figures {
        text.push_str(&format!(
            "{:<16}{:>12}{:>9}{:>11.1}{:>10.0}{:>11.2}{:>11.2}{:>12.1}\n",
            one.shape.name(),
            one.constraints,
            format!("2^{}", one.domain.trailing_zeros()),
            one.witness_ms,
            one.prove_ms,
            one.verify_ms,
            one.batch_verify_ms,
            one.memory_bytes as f64 / 1e6
        ));
    }
    text
}

//! `solvency demo`: the whole story, offline, with commands that can be repeated by hand.

use std::fs;

use serde_json::{Value, json};

use crate::args::DemoArgs;
use crate::clock;
use crate::demo::{commands, day, days, inputs, narrative};
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(args: &DemoArgs, output: &Output) -> CliResult {
    let out = &args.out;
    let there = out.exists() && fs::read_dir(out).map_or(true, |mut entries| entries.next().is_some());
    if there {
        return Err(CliError::new(format!("{} exists and is not empty", out.display()))
            .hint("name a new directory with --out"));
    }
    let result = match (args.chain, args.days) {
        (true, _) => day::run(out, args.anvil.as_deref(), output),
        (false, Some(days)) => days::run(out, days, output),
        (false, None) => story(args, output),
    };
    if result.is_err() {
        // A failed run leaves nothing behind: the directory was empty or absent before.
        let _ = fs::remove_dir_all(out);
    }
    result
}

fn story(args: &DemoArgs, output: &Output) -> CliResult {
    let now = clock::now(None)?;
    let inputs = inputs::write(&args.out, now)?;
    output.note("inputs written: registry, policies, vault export, observed prices, signing keys");
    let mut verdicts = serde_json::Map::new();
    for step in inputs.steps() {
        let (outcome, answer) = commands::shown(&step.title, &step.arguments, output)?;
        if let Some(venue) = &step.venue {
            verdicts.insert(venue.clone(), answer.value);
        }
        if outcome != step.expected {
            return Err(CliError::new(format!("the demo's step {:?} ended with {outcome:?}", step.title)));
        }
    }
    output.note(&narrative::who_saw_what(&inputs)?);
    let value = json!({ "out": args.out, "verdicts": Value::Object(verdicts) });
    output.result(value, || {
        format!(
            "{}: bundle-<venue>.json and trust-<venue>.json for venues {}",
            args.out.display(),
            inputs.venues.iter().map(|venue| venue.name).collect::<Vec<_>>().join(", ")
        )
    });
    Ok(Outcome::Done)
}

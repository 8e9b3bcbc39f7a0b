//! `solvency headroom`: what the store remembers of it, for the custodian's eyes.

use serde_json::{Value, json};
use solvency_prover::files::{self, Access};
use solvency_store::{Kind, Store};

use crate::args::HeadroomArgs;
use crate::custodian::chart::{self, Mark};
use crate::custodian::config::Config;
use crate::custodian::headroom::{HeadroomRecord, percent};
use crate::custodian::state::sequence;
use crate::custodian::unlock::{self, explained};
use crate::error::{CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(args: &HeadroomArgs, output: &Output) -> CliResult {
    let config = Config::load(&args.config.config)?;
    let store = unlock::open(&config, &mut None, output)?;
    let epochs = epochs(&store)?;
    if let Some(path) = &args.svg {
        files::write_atomically(path, drawn(&epochs, &[]).as_bytes(), Access::Secret)?;
    }
    let rows: Vec<Value> = epochs.iter().map(row).collect();
    output.result(json!({ "epochs": rows, "svg": args.svg }), || table(&epochs));
    Ok(Outcome::Done)
}

/// An epoch and its records, in order.
pub(crate) type Epoch = (u64, Vec<HeadroomRecord>);

/// All epochs of which there is a headroom.
pub(crate) fn epochs(store: &Store) -> CliResult<Vec<Epoch>> {
    let mut epochs = Vec::new();
    for epoch in store.epochs().map_err(explained)? {
        let records: Vec<HeadroomRecord> = sequence(store, epoch, Kind::Headroom)?;
        if !records.is_empty() {
            epochs.push((epoch, records));
        }
    }
    Ok(epochs)
}

/// The chart of all epochs, with a mark where each begins, and others.
pub(crate) fn drawn(epochs: &[Epoch], others: &[(u64, &str)]) -> String {
    let begin =
        |(epoch, records): &Epoch| Some(Mark { time: records.first()?.time, text: format!("epoch {epoch}") });
    let mut marks: Vec<Mark> = epochs.iter().filter_map(begin).collect();
    marks.extend(others.iter().map(|(time, text)| Mark { time: *time, text: (*text).into() }));
    let all: Vec<HeadroomRecord> = epochs.iter().flat_map(|(_, records)| records.clone()).collect();
    chart::svg("Headroom of each venue's pledge", &all, &marks)
}

/// One line for each epoch: rounds, and the least headroom of each venue.
pub(crate) fn table(epochs: &[Epoch]) -> String {
    let mut text = String::from("epoch  rounds  not covered  least headroom\n");
    for epoch in epochs {
        let (number, records) = epoch;
        let least = least(records);
        let least: Vec<String> = least
            .iter()
            .map(|(venue, ppm)| format!("{venue} {}", ppm.map_or_else(|| "–".into(), percent)))
            .collect();
        text.push_str(&format!(
            "{number:>5}  {:>6}  {:>11}  {}\n",
            rounds(records),
            not_covered(records),
            least.join(", ")
        ));
    }
    text
}

fn row(epoch: &Epoch) -> Value {
    let (number, records) = epoch;
    let least: serde_json::Map<String, Value> =
        least(records).into_iter().map(|(venue, ppm)| (venue.to_owned(), json!(ppm))).collect();
    json!({
        "epoch": number,
        "rounds": rounds(records),
        "notCovered": not_covered(records),
        "leastHeadroomPpm": least,
        "records": records,
    })
}

fn rounds(records: &[HeadroomRecord]) -> usize {
    let rounds: std::collections::BTreeSet<u64> = records.iter().map(|record| record.round).collect();
    rounds.len()
}

/// Records in which some pledge did not cover.
fn not_covered(records: &[HeadroomRecord]) -> usize {
    records.iter().filter(|record| record.venues.iter().any(|venue| !venue.covers())).count()
}

fn least(records: &[HeadroomRecord]) -> Vec<(&str, Option<i64>)> {
    let mut all: Vec<(&str, Option<i64>)> = Vec::new();
    for venue in records.iter().flat_map(|record| &record.venues) {
        match all.iter_mut().find(|(name, _)| *name == venue.venue) {
            Some((_, least)) => *least = (*least).into_iter().chain(venue.headroom_ppm).min(),
            None => all.push((&venue.venue, venue.headroom_ppm)),
        }
    }
    all
}

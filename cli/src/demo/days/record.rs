//! What happened on the way, and the closing table and chart.

use serde_json::{Value, json};
use solvency_store::{Kind, Store};

use crate::commands::headroom::{drawn, epochs};
use crate::custodian::headroom::percent;
use crate::custodian::unlock::explained;
use crate::error::CliResult;

/// Proofs and verdicts, epoch by epoch.
#[derive(Default)]
pub(super) struct Record {
    epochs: Vec<Epoch>,
    marks: Vec<(u64, &'static str)>,
}

#[derive(Default, Clone)]
struct Epoch {
    coverages: usize,
    warnings: usize,
    not_covered: usize,
    accepted: usize,
    rejected: usize,
}

impl Record {
    /// Takes in what the watch said and the venues' verdicts, and answers with the lines of two hours.
    pub(super) fn tick(
        &mut self,
        epoch: u64,
        hour: u64,
        said: &[Value],
        verdicts: &[(&str, bool)],
    ) -> String {
        let record = self.epoch(epoch);
        let refused: Vec<&str> =
            verdicts.iter().filter(|(_, accepted)| !*accepted).map(|(venue, _)| *venue).collect();
        record.accepted += verdicts.len() - refused.len();
        record.rejected += refused.len();
        let count =
            |field: &str| said.iter().map(|line| line[field].as_array().map_or(0, Vec::len)).sum::<usize>();
        record.coverages += count("coverages");
        record.warnings += count("warnings");
        record.not_covered += count("notCovered");
        let (ms, headroom) = said.last().map(|line| (milliseconds(line), headroom(line))).unwrap_or_default();
        let mut text = format!("hour {hour:>2}  {ms:>4} ms  headroom {headroom}");
        for (field, before) in [("warnings", "warning"), ("notCovered", "NOT COVERED, no proof")] {
            let lines = said.iter().flat_map(|line| line[field].as_array().into_iter().flatten());
            for line in lines.filter_map(Value::as_str) {
                text.push_str(&format!("\n         {before}: {line}"));
            }
        }
        if !refused.is_empty() {
            text.push_str(&format!(
                "\n         refused by venue {}: its last proof is too old",
                refused.join(", ")
            ));
        }
        text
    }

    pub(super) fn mark(&mut self, time: u64, text: &'static str) {
        self.marks.push((time, text));
    }

    pub(super) fn has_topped_up(&self) -> bool {
        self.marks.iter().any(|(_, text)| *text == "top-up")
    }

    pub(super) fn marks(&self) -> Value {
        self.marks.iter().map(|(time, text)| json!({ "time": time, "what": text })).collect()
    }

    /// The table's rows and the chart, with what the store remembers.
    pub(super) fn close(&self, store: &Store) -> CliResult<(Vec<Value>, String)> {
        let remembered = epochs(store)?;
        let mut rows = Vec::new();
        for (epoch, records) in &remembered {
            let of = self.epochs.get(*epoch as usize).cloned().unwrap_or_default();
            let least = |venue: &str| {
                let all = records.iter().flat_map(|record| &record.venues).filter(|one| one.venue == venue);
                all.filter_map(|one| one.headroom_ppm).min()
            };
            let venues = records.first().map(|record| record.venues.as_slice()).unwrap_or_default();
            let least: serde_json::Map<String, Value> =
                venues.iter().map(|one| (one.venue.clone(), json!(least(&one.venue)))).collect();
            rows.push(json!({
                "epoch": epoch,
                "allocations": store.sequence(*epoch, Kind::Allocation).map_err(explained)?.len(),
                "rounds": records.iter().map(|one| one.round).collect::<std::collections::BTreeSet<_>>().len(),
                "coverages": of.coverages,
                "published": store.publications(*epoch).map_err(explained)?.len(),
                "warnings": of.warnings,
                "notCovered": of.not_covered,
                "accepted": of.accepted,
                "rejected": of.rejected,
                "leastHeadroomPpm": least,
            }));
        }
        Ok((rows, drawn(&remembered, &self.marks)))
    }

    fn epoch(&mut self, epoch: u64) -> &mut Epoch {
        let index = epoch as usize;
        if self.epochs.len() <= index {
            self.epochs.resize(index + 1, Epoch::default());
        }
        &mut self.epochs[index]
    }
}

/// The rows as text.
pub(super) fn table(rows: &[Value]) -> String {
    const COLUMNS: [(&str, &str); 8] = [
        ("epoch", "epoch"),
        ("rounds", "rounds"),
        ("allocations", "allocations"),
        ("coverages", "coverages"),
        ("warned", "warnings"),
        ("not covered", "notCovered"),
        ("accepted", "accepted"),
        ("refused", "rejected"),
    ];
    let titles: Vec<&str> = COLUMNS.iter().map(|(title, _)| *title).collect();
    let mut text = format!("{}  least headroom\n", titles.join("  "));
    for row in rows {
        for (title, field) in COLUMNS {
            text.push_str(&format!("{:>width$}  ", row[field].to_string(), width = title.len()));
        }
        let least = row["leastHeadroomPpm"].as_object().into_iter().flatten();
        let least: Vec<String> = least
            .map(|(venue, ppm)| format!("{venue} {}", percent(ppm.as_i64().unwrap_or_default())))
            .collect();
        text.push_str(&format!("{}\n", least.join(", ")));
    }
    text
}

fn headroom(line: &Value) -> String {
    let venues = line["headroom"]["venues"].as_array().into_iter().flatten();
    let venues = venues.map(|venue| {
        let ppm = venue["headroomPpm"].as_i64().unwrap_or_default();
        format!("{} {}", venue["venue"].as_str().unwrap_or("?"), percent(ppm))
    });
    venues.collect::<Vec<_>>().join(", ")
}

fn milliseconds(line: &Value) -> u64 {
    line["ms"].as_f64().unwrap_or_default() as u64
}

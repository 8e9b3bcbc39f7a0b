//! Logs of rounds, and since when sampled rounds stood in them.

use super::sections::{label, tag};
use super::table::{Cell, table};
use super::text::utc;
use crate::report::Pack;

pub(super) fn section(pack: &Pack) -> String {
    let rows = pack.rounds_logs.iter().map(|line| {
        let whole = if line.whole { tag("good", "✓ whole") } else { tag("bad", "✗ not verified") };
        vec![
            Cell::text(&line.name),
            Cell::text(line.origin.as_deref().unwrap_or("unknown")),
            Cell::Markup(whole),
            Cell::number(line.size.map_or_else(String::new, |size| size.to_string())),
            Cell::number(line.checkpoints),
            Cell::number(line.opened),
            Cell::hex(line.root.map_or_else(String::new, |root| root.to_string())),
            Cell::text(line.key.as_deref().unwrap_or("none")),
        ]
    });
    let heads = ["Folder", "Origin", "State", "Entries", "Checkpoints", "Opened", "Root", "Key"];
    let mut out = table("Logs of rounds", &heads, rows, "No log of rounds was handed over.");
    let rows = pack.commitments.iter().map(|line| {
        let number = |value: Option<u64>| value.map_or_else(String::new, |value| value.to_string());
        vec![
            Cell::text(&line.beacon),
            Cell::text(&line.venue),
            Cell::number(line.round),
            Cell::number(number(line.index)),
            Cell::number(number(line.size)),
            Cell::text(line.committed_at.map_or_else(|| String::from("not shown"), utc)),
            Cell::Markup(label(&line.label)),
        ]
    });
    let heads = ["Beacon", "Venue", "Round", "Leaf", "Checkpoint's entries", "Committed by", "Rests on"];
    out.push_str(&table("Sampled rounds", &heads, rows, "No accepted round was drawn."));
    out
}

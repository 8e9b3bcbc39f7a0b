//! The parts of the page on what others observed: oracles' price sources, and a log's witnesses.

use super::sections::{label, tag};
use super::table::{Cell, table};
use super::text::{escape_text, utc};
use crate::prices::{ObservationLine, PriceState, RoundPrices, SourcePrice};
use crate::report::Pack;
use crate::witnesses::LineState;

pub(super) fn prices(pack: &Pack) -> String {
    if pack.prices.is_empty() {
        return String::from(
            "<p class=\"soft\">No files of price sources were handed over for a round.</p>\n",
        );
    }
    let count = pack.prices.len();
    let rounds = pack.prices.iter().enumerate();
    let mut out = String::from(
        "<p class=\"soft\">A round's price is the lower median over the oracles that were heard; each saw slightly other prices. What the observations handed over allow holds for every choice of oracles and every value of those that are not here.</p>\n",
    );
    out.extend(rounds.map(|(index, line)| round(line, index.saturating_add(1) == count)));
    out
}

fn state(state: PriceState) -> String {
    match state {
        PriceState::Within => tag("good", "✓ within"),
        PriceState::Outside => tag("bad", "✗ outside"),
        PriceState::Unbounded => tag("soft", "not bounded"),
    }
}

fn round(line: &RoundPrices, last: bool) -> String {
    let has = |state| line.assets.iter().any(|asset| asset.state == state);
    let outside = has(PriceState::Outside);
    let whole = if outside {
        PriceState::Outside
    } else if has(PriceState::Unbounded) {
        PriceState::Unbounded
    } else {
        PriceState::Within
    };
    let mut out = format!(
        "<details{}><summary>Round {} of {}: observations of {} of {} oracles, {} are needed {}</summary>\n<p>{}</p>\n",
        if last || outside { " open" } else { "" },
        line.round,
        utc(line.time),
        line.observations.len(),
        line.oracles,
        line.threshold,
        state(whole),
        label(&line.label)
    );
    let rows = line.assets.iter().enumerate().map(|(index, asset)| {
        let end = |end: &Option<String>| end.clone().unwrap_or_else(|| String::from("any"));
        let observed = line.observations.iter().filter_map(|one| one.prices.get(index));
        let observed: String =
            observed.map(|price| format!("<li>{}</li>", escape_text(&price.observed))).collect();
        vec![
            Cell::text(&asset.symbol),
            Cell::number(&asset.signed),
            Cell::text(format!("{} to {}", end(&asset.low), end(&asset.high))),
            Cell::Markup(format!("<ol>{observed}</ol>")),
            Cell::Markup(state(asset.state)),
        ]
    });
    let heads = ["Asset", "Signed by the oracles", "Allowed", "Observed, in the order below", "State"];
    out.push_str(&table("", &heads, rows, "No asset."));
    out.extend(line.observations.iter().map(observation));
    out.push_str("</details>\n");
    out
}

fn observation(line: &ObservationLine) -> String {
    let caption = format!(
        "{}: oracle {}, imported at {}, {} packages left out",
        line.name,
        line.oracle,
        utc(line.at),
        line.left_out
    );
    let rows = line.prices.iter().map(|price| {
        let SourcePrice { symbol, source, feed, price: published, confidence, observed, age_ms, .. } = price;
        vec![
            Cell::text(symbol),
            match *source {
                "pyth" => Cell::Markup(format!("{source} <code>{}</code>", escape_text(feed))),
                _ => Cell::text(format!("{source} {feed}")),
            },
            Cell::number(format!("{published} ± {confidence}")),
            Cell::number(observed),
            Cell::number(format!("{age_ms}\u{a0}ms")),
            Cell::Markup(label(&price.label)),
        ]
    });
    table(&caption, &["Asset", "Source and feed", "Price", "Counts", "Age", "Rests on"], rows, "No asset.")
}

pub(super) fn logs(pack: &Pack) -> String {
    let rows = pack.logs.iter().map(|line| {
        let whole = if line.whole { tag("good", "✓ whole") } else { tag("bad", "✗ not verified") };
        let size = line.size.map_or_else(String::new, |size| size.to_string());
        let root = line.root.map_or_else(String::new, |root| root.to_string());
        let key = line.key.clone().unwrap_or_default();
        vec![
            Cell::text(&line.name),
            Cell::text(line.origin.as_deref().unwrap_or("unknown")),
            Cell::Markup(whole),
            Cell::number(size),
            Cell::number(line.compared),
            Cell::hex(root),
            Cell::Markup(format!(
                "<code>{}</code> by {}",
                escape_text(&key),
                escape_text(line.key_from.unwrap_or("nobody"))
            )),
        ]
    });
    let heads = ["Folder", "Origin", "State", "Entries", "Compared", "Root", "Key"];
    let mut out = table("Folders", &heads, rows, "No log's folder was handed over.");
    let rows = pack.logs.iter().map(|line| {
        let as_of = line.as_of.map_or_else(|| String::from("none"), utc);
        vec![
            Cell::text(&line.name),
            Cell::number(line.witnesses.len()),
            Cell::text(as_of),
            Cell::Markup(label(&line.label)),
        ]
    });
    let heads = ["Folder", "Witnesses", "Oldest cosignature", "That there is no other history rests on"];
    if !pack.logs.is_empty() {
        out.push_str(&table("Cosignatures on folders' checkpoints", &heads, rows, ""));
    }
    out.push_str(&signature_lines(pack));
    out.push_str(&histories(pack));
    out
}

fn signature_lines(pack: &Pack) -> String {
    let lines = pack.logs.iter().flat_map(|log| log.signatures.iter().map(move |line| (log, line)));
    let rows = lines.map(|(log, line)| {
        let state = match line.state {
            LineState::Log => tag("good", "✓ the log's"),
            LineState::Cosigned => tag("good", "✓ cosigned"),
            LineState::Repeated => tag("soft", "counted already"),
            LineState::Outside => tag("warn", "outside its key's time"),
            LineState::Revoked => tag("warn", "revoked member"),
            LineState::Wrong => tag("bad", "✗ wrong"),
            LineState::Unknown => tag("soft", "unknown key, not verified"),
        };
        vec![
            Cell::text(&log.name),
            Cell::text(&line.name),
            Cell::Markup(state),
            Cell::hex(line.witness.map_or_else(String::new, |witness| witness.to_string())),
            Cell::text(line.time.map_or_else(String::new, utc)),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return String::new();
    }
    table("Their signature lines", &["Folder", "Line", "State", "Witness", "Time"], rows, "")
}

fn histories(pack: &Pack) -> String {
    let rows = pack.bundles.iter().filter_map(|line| {
        let history = line.acceptance.as_ref()?.history.as_ref()?;
        let witnesses: Vec<String> = history.witnesses.iter().map(ToString::to_string).collect();
        Some(vec![
            Cell::text(&line.name),
            Cell::text(&history.origin),
            Cell::number(history.size),
            Cell::text(utc(history.as_of)),
            Cell::hex(witnesses.join(" ")),
        ])
    });
    table(
        "Histories in bundles, verified",
        &["Bundle", "Log", "Entries", "First cosignature", "Witnesses"],
        rows,
        "No trust file asks for a witnessed history.",
    )
}

//! The parts of the page, each from its part of the pack.

use super::table::{Cell, table};
use super::text::{escape_text, utc};
use crate::figure::{Figure, Label};
use crate::finding::Severity;
use crate::report::{BundleLine, Pack};
use crate::tables::{AssetTerms, ValuationTable};

pub(super) fn tag(class: &str, text: &str) -> String {
    format!("<span class=\"tag {class}\">{}</span>", escape_text(text))
}

pub(super) fn label(label: &Label) -> String {
    let (class, name, rest) = match label {
        Label::Proved { by } => ("good", "proved", format!("by: {by}")),
        Label::AttestedBy { role, signers } => {
            let signers: Vec<String> = signers.iter().map(ToString::to_string).collect();
            return format!(
                "{} <code>{}</code>",
                tag("info", &format!("attested by {role}")),
                signers.join(" ")
            );
        }
        Label::Assumed { why } => ("warn", "assumed", why.clone()),
        Label::NotChecked { why } => ("soft", "not checked", why.clone()),
    };
    format!("{} {}", tag(class, name), escape_text(&rest))
}

fn severity(severity: Severity) -> String {
    let class = match severity {
        Severity::Breach | Severity::Refused => "bad",
        Severity::Warning => "warn",
        Severity::Note => "soft",
    };
    tag(class, severity.name())
}

pub(super) fn totals(pack: &Pack) -> String {
    let rows = pack.totals.iter().map(|line| {
        let digest =
            line.digest.map_or_else(|| tag("bad", "✗ refused"), |digest| format!("<code>{digest}</code>"));
        let certified = match (line.auditor, line.reserves_as_of) {
            (Some(auditor), Some(as_of)) => {
                format!("<code>{auditor}</code>, reserves of {}", escape_text(&utc(as_of)))
            }
            _ => String::from("nobody"),
        };
        let among = format!("{} of accepted bundles among them, {} left out", line.among, line.left_out);
        vec![
            Cell::text(&line.name),
            Cell::text(format!("epoch {}, made at {}", line.epoch, utc(line.made_at))),
            Cell::Markup(digest),
            Cell::text(format!("{} shards; {among}", line.shards)),
            Cell::Markup(certified),
            Cell::Markup(label(&line.label)),
        ]
    });
    let mut out = String::from(
        "<p class=\"soft\">Necessary, not sufficient: an account that is in no document is not seen, and where reserves leave room, double counting is not either.</p>\n",
    );
    out.push_str(&table(
        "",
        &["Totals", "Of", "Digest", "Sums", "Certified by", "Rests on"],
        rows,
        "No totals were handed over.",
    ));
    out
}

pub(super) fn findings(pack: &Pack) -> String {
    let rows = pack.findings.iter().map(|finding| {
        vec![
            Cell::Markup(severity(finding.severity)),
            Cell::text(&finding.rule),
            Cell::Markup(format!("<code class=\"kind\">{}</code>", escape_text(finding.code.name()))),
            Cell::text(&finding.about),
            Cell::text(&finding.what),
        ]
    });
    table("", &["Weight", "Rule", "Kind", "About", "What"], rows, "Nothing was found.")
}

pub(super) fn bundles(pack: &Pack) -> String {
    let rows = pack.bundles.iter().map(|line| {
        let verdict =
            if line.accepted { tag("good", "✓ accepted") } else { tag("bad", "✗ not accepted") };
        let (until, place) = line.acceptance.as_ref().map_or_else(Default::default, |accepted| {
            let place = format!(
                "epoch {}, sequence {}, round {}, claim {}",
                accepted.epoch, accepted.sequence, accepted.round, accepted.claim
            );
            (utc(accepted.until), place)
        });
        let why = match (&line.rule, &line.reason) {
            (Some(rule), Some(reason)) => format!("{rule}: {reason}"),
            (None, Some(reason)) => reason.clone(),
            _ => place,
        };
        vec![
            Cell::text(&line.name),
            Cell::text(utc(line.received_at)),
            Cell::text(line.judged_by.as_deref().unwrap_or("none")),
            Cell::Markup(verdict),
            Cell::text(until),
            Cell::text(why),
        ]
    });
    table(
        "",
        &["Bundle", "Received", "Judged by", "Verdict", "Accepted until", "What"],
        rows,
        "No bundle was handed over.",
    )
}

fn figure_table(caption: &str, figures: &[Figure]) -> String {
    let rows = figures.iter().map(|figure| {
        vec![Cell::text(figure.name), Cell::text(&figure.value), Cell::Markup(label(&figure.label))]
    });
    table(caption, &["Figure", "Value", "Rests on"], rows, "None.")
}

pub(super) fn figures(pack: &Pack) -> String {
    let mut out = figure_table("Of the audit", &pack.figures);
    let accepted: Vec<&BundleLine> = pack.bundles.iter().filter(|line| line.accepted).collect();
    for (index, line) in accepted.iter().enumerate() {
        // The last bundle stands open: it is how things are now.
        let open = if index.saturating_add(1) == accepted.len() { " open" } else { "" };
        let name = escape_text(&line.name);
        out.push_str(&format!(
            "<details{open}><summary>Of {name}</summary>{}</details>\n",
            figure_table("", &line.figures)
        ));
    }
    out
}

fn ppm(value: u32) -> String {
    format!("{}.{:04} %", value / 10_000, value % 10_000)
}

fn asset_row(asset: &AssetTerms) -> Vec<Cell> {
    let market = if !asset.accepted {
        String::from("not accepted: weighs nothing")
    } else if asset.rows.is_empty() {
        format!("haircut {}", asset.haircut.map_or_else(String::new, ppm))
    } else {
        let rows = asset.rows.iter().map(|row| {
            format!("<li>{} – {}: keeps {}, {} before</li>", row.from, row.to, ppm(row.rate), row.cumulative)
        });
        return row(asset, Cell::Markup(format!("<ol>{}</ol>", rows.collect::<String>())));
    };
    row(asset, Cell::Text(market))
}

fn row(asset: &AssetTerms, market: Cell) -> Vec<Cell> {
    let classes = asset.classes.iter().map(|class| {
        let name = escape_text(&class.class);
        format!(
            "<li>{name}: {} (latency {}, counterparty {})</li>",
            ppm(class.haircut),
            ppm(class.latency),
            ppm(class.counterparty)
        )
    });
    vec![
        Cell::text(&asset.symbol),
        Cell::number(&asset.price),
        Cell::number(asset.unit_price),
        market,
        Cell::Markup(format!("<ul>{}</ul>", classes.collect::<String>())),
    ]
}

fn valuation(line: &ValuationTable, open: bool) -> String {
    let same = line.signed == Some(line.recomputed);
    let compared = if same { tag("good", "✓ same digest") } else { tag("bad", "✗ another digest") };
    let signed = line.signed.map_or_else(|| String::from("none"), |signed| signed.to_string());
    let open = if open || !same { " open" } else { "" };
    let mut out = format!(
        "<details{open}><summary>Round {} of {}, policy {} ({}) {compared}</summary>\n",
        line.round,
        utc(line.time),
        escape_text(&line.policy_name),
        line.kind
    );
    out.push_str(&format!(
        "<p>θ {} · recomputed <code>{}</code> · signed by the oracles <code>{signed}</code> · policy <code>{}</code></p>\n",
        ppm(line.theta),
        line.recomputed,
        line.policy
    ));
    let price = format!("Price, {}", line.quote);
    let heads = ["Asset", &price, "Ledger unit, 10⁻²¹", "Market haircut or tiers", "Haircuts by class"];
    out.push_str(&table("", &heads, line.assets.iter().map(asset_row), "No asset."));
    out.push_str("</details>\n");
    out
}

pub(super) fn valuations(pack: &Pack) -> String {
    let count = pack.valuations.len();
    let tables = pack.valuations.iter().enumerate();
    let tables: String =
        tables.map(|(index, line)| valuation(line, index.saturating_add(1) == count)).collect();
    if tables.is_empty() {
        String::from("<p class=\"soft\">No round of an accepted bundle.</p>\n")
    } else {
        tables
    }
}

pub(super) fn signers(pack: &Pack) -> String {
    let mut out = String::new();
    for line in &pack.signers {
        let caption = format!(
            "{}, version {}: {} of {} are needed",
            line.role,
            line.version,
            line.threshold,
            line.members.len()
        );
        let rows = line.members.iter().map(|member| {
            let revoked = if member.revoked { "revoked" } else { "" };
            vec![Cell::hex(member.address), Cell::number(member.signed), Cell::text(revoked)]
        });
        out.push_str(&table(&caption, &["Address", "Accepted bundles signed", "State"], rows, "No members."));
    }
    out
}

pub(super) fn keys(pack: &Pack) -> String {
    let rows = pack.keys.iter().map(|line| {
        let origin = match line.transcript {
            None => tag("warn", "development"),
            Some(transcript) => format!("{} transcript <code>{transcript}</code>", tag("info", "ceremony")),
        };
        let participants =
            line.participants.map_or_else(|| String::from("no manifest"), |count| count.to_string());
        vec![
            Cell::text(line.shape),
            Cell::hex(line.id),
            Cell::Markup(origin),
            Cell::text(participants),
            Cell::text(utc(line.not_after)),
            Cell::number(line.proofs),
            Cell::Markup(label(&line.label)),
        ]
    });
    let heads = ["Shape", "Id", "Origin", "Participants", "Ends", "Proofs accepted", "Rests on"];
    table("", &heads, rows, "No key is pinned.")
}

/// A chance in 10^-18 as a percentage, rounded up to 10^-6 %.
fn chance(value: Option<u64>) -> String {
    let Some(value) = value else { return String::from("none") };
    let millionths = u128::from(value).div_ceil(10_000_000_000);
    format!("at most {}.{:06} %", millionths / 1_000_000, millionths % 1_000_000)
}

pub(super) fn samples(pack: &Pack) -> String {
    let rows = pack.continuity.iter().map(|line| {
        let missing: Vec<String> = line.missing_rounds.iter().map(ToString::to_string).collect();
        vec![
            Cell::text(&line.name),
            Cell::text(&line.source),
            Cell::hex(line.value),
            Cell::text(format!("{} of {}", line.rounds.len(), line.population)),
            Cell::text(if missing.is_empty() { String::from("none") } else { missing.join(", ") }),
            Cell::text(format!("{} of {}", line.missing_leaves, line.leaves)),
            Cell::text(chance(line.escape_one_percent)),
            Cell::text(chance(line.escape_five_percent)),
        ]
    });
    let heads = [
        "Beacon",
        "Source",
        "Value",
        "Rounds drawn",
        "Rounds missing",
        "Leaves missing",
        "Misses a shortage on 1 % of rounds",
        "on 5 %",
    ];
    let mut out = table("Continuity", &heads, rows, "No beacon was handed over.");
    let rows = pack.openings.iter().map(|line| {
        let right = if line.right {
            tag("good", "✓ leads to the attested root")
        } else {
            tag("bad", "✗ does not")
        };
        vec![
            Cell::text(&line.name),
            Cell::hex(line.book),
            Cell::text(format!("{} / {}", line.shard, line.leaf)),
            Cell::number(line.vaults),
            Cell::number(line.named),
            Cell::Markup(right),
        ]
    });
    let heads = ["Opening", "Book", "Shard / leaf", "Vaults", "Named", "State"];
    out.push_str(&table(
        "Vault openings; their contents are not repeated here",
        &heads,
        rows,
        "No opening was handed over.",
    ));
    out
}

pub(super) fn inputs(pack: &Pack) -> String {
    let rows = pack.inputs.iter().map(|input| {
        vec![
            Cell::text(&input.name),
            Cell::text(input.kind.name()),
            Cell::number(input.bytes),
            Cell::hex(input.sha256),
        ]
    });
    table("A log's SHA-256 is that of its checkpoint", &["Name", "Kind", "Bytes", "SHA-256"], rows, "None.")
}

pub(super) fn limits(pack: &Pack) -> String {
    let items: String =
        pack.limits.iter().map(|limit| format!("<li>{}</li>\n", escape_text(limit))).collect();
    format!("<ul>\n{items}</ul>\n")
}

//! The pack as one page that needs nothing else: no script, nothing from elsewhere (spec/audit.md, "Page").
//!
//! The page says what the pack says. It is no evidence without the inputs, and no more than the auditor's word without the signature.

mod evidence;
mod rounds;
mod sections;
mod table;
mod text;
mod timeline;

use solvency_verifier::encoding::Bytes32;

pub use text::{escape_text, utc};

use crate::report::{AuditVerdict, Pack};

const STYLE: &str = include_str!("style.css");

/// What the browser may load: its own style, nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The page of a pack whose JSON has this SHA-256.
pub(crate) fn page(pack: &Pack, digest: &Bytes32) -> String {
    let mut out = String::new();
    let title = format!("Solvency audit of {}", utc(pack.now));
    out.push_str("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n"));
    out.push_str("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n");
    out.push_str(&format!(
        "<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n",
        escape_text(&title)
    ));
    out.push_str(&format!("<h1>{}</h1>\n", escape_text(&title)));
    out.push_str(&summary(pack, digest));
    let parts = [
        ("coverage", "Coverage in time", timeline::section(pack)),
        ("findings", "Findings", sections::findings(pack)),
        ("bundles", "Bundles", sections::bundles(pack)),
        ("figures", "Figures and on what they rest", sections::figures(pack)),
        ("valuations", "Valuation tables", sections::valuations(pack)),
        ("prices", "Prices and their sources", evidence::prices(pack)),
        ("signers", "Signers and quorums", sections::signers(pack)),
        ("logs", "Log and witnesses", evidence::logs(pack)),
        ("keys", "Keys and their origin", sections::keys(pack)),
        ("samples", "Sampled vaults and continuity", sections::samples(pack)),
        ("rounds", "Committed rounds", rounds::section(pack)),
        ("totals", "All accounts together", sections::totals(pack)),
        ("inputs", "Inputs", sections::inputs(pack)),
        ("limits", "What this does not show", sections::limits(pack)),
    ];
    let links: String =
        parts.iter().map(|(id, title, _)| format!("<li><a href=\"#{id}\">{title}</a></li>")).collect();
    out.push_str(&format!("<nav aria-label=\"Sections\"><ul>{links}</ul></nav>\n"));
    for (id, title, body) in parts {
        out.push_str(&format!("<section id=\"{id}\">\n<h2>{title}</h2>\n{body}</section>\n"));
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn summary(pack: &Pack, digest: &Bytes32) -> String {
    let accepted = pack.bundles.iter().filter(|line| line.accepted).count();
    let (class, verdict, sentence) = match pack.verdict {
        AuditVerdict::Accepted => (
            "good",
            "✓ Accepted",
            "Everything that was handed over was read, verified and consistent, and no rule was broken.",
        ),
        AuditVerdict::NotAccepted => (
            "bad",
            "✗ Not accepted",
            "A rule was broken, or something could not be verified. See the findings.",
        ),
    };
    let mut out = format!("<div class=\"verdict {class}\"><strong>{verdict}</strong><p>{sentence}</p>");
    out.push_str(&format!(
        "<p>{} of {} bundles accepted · {} breaches · {} refused · {} warnings</p></div>\n",
        accepted,
        pack.bundles.len(),
        pack.breaches,
        pack.refused,
        pack.warnings
    ));
    out.push_str(&format!("<p>Period: {} to {}.</p>\n", utc(pack.from), utc(pack.until)));
    out.push_str(&format!(
        "<p>Registry {}, <code>{}</code>. This page is of the pack with SHA-256 <code>{digest}</code>.</p>\n",
        escape_text(&pack.registry_name),
        pack.registry
    ));
    out.push_str("<p class=\"soft\">A proof shows arithmetic over attested data, never that the data were true. Each figure below says whether it is <b>proved</b>, <b>attested by</b> somebody, <b>assumed</b>, or <b>not checked</b>.</p>\n");
    out
}

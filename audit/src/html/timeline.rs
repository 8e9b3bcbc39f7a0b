//! Coverage over the period as a bar for each venue: text stands beside it in HTML, so that it stays readable when the bar is narrow.

use super::text::{escape_text, utc};
use crate::coverage::Timeline;
use crate::report::Pack;

/// Width of the bar in its own units.
const WIDTH: u64 = 10_000;

pub(super) fn section(pack: &Pack) -> String {
    let mut out = String::from("<p class=\"key\">");
    let swatch = |inner: &str, name: &str| {
        format!("<span><svg viewBox=\"0 0 40 20\" aria-hidden=\"true\">{inner}</svg>{name}</span>")
    };
    out.push_str(&swatch("<rect class=\"c\" width=\"40\" height=\"20\"/>", "covered"));
    let gap = "<rect class=\"g\" width=\"40\" height=\"20\"/><path class=\"h\" d=\"M5 20L15 0M20 20L30 0\"/>";
    out.push_str(&swatch(gap, "gap"));
    out.push_str(&swatch("<path class=\"r\" d=\"M20 0V20\"/>", "bundle not accepted"));
    out.push_str("</p>\n");
    for line in &pack.timelines {
        out.push_str(&figure(line));
    }
    out
}

fn figure(line: &Timeline) -> String {
    let length = line.until.saturating_sub(line.from);
    let gaps = line.gaps.iter().map(|gap| gap.until.saturating_sub(gap.from)).fold(0u64, u64::saturating_add);
    let covered = length.saturating_sub(gaps);
    let ppm = (u128::from(covered) * 1_000_000).checked_div(u128::from(length));
    let share =
        ppm.map_or_else(|| String::from("a moment"), |ppm| format!("{}.{:04} %", ppm / 10_000, ppm % 10_000));
    let words = format!(
        "{}: {share} covered; gaps: {}; bundles not accepted: {}",
        line.name,
        line.gaps.len(),
        line.refused.len()
    );
    let mut out = format!(
        "<figure><figcaption><b>{}</b> · <span class=\"soft\">venue <code>{}</code> · liability book <code>{}</code> · account <code>{}</code></span></figcaption>\n",
        escape_text(&words),
        line.venue,
        line.liability_book,
        line.account
    );
    let at = |time: u64| {
        let since = u128::from(time.clamp(line.from, line.until).saturating_sub(line.from));
        (since * u128::from(WIDTH)).checked_div(u128::from(length)).unwrap_or_default()
    };
    out.push_str(&format!(
        "<svg viewBox=\"0 0 {WIDTH} 100\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\"><rect class=\"u\" width=\"{WIDTH}\" height=\"100\"/>",
        escape_text(&words)
    ));
    if length == 0 && !line.covered.is_empty() {
        out.push_str(&format!("<rect class=\"c\" width=\"{WIDTH}\" height=\"100\"/>"));
    }
    for span in &line.covered {
        let (from, until) = (at(span.from), at(span.until));
        out.push_str(&format!(
            "<rect class=\"c\" x=\"{from}\" width=\"{}\" height=\"100\"/>",
            until.saturating_sub(from)
        ));
    }
    for gap in &line.gaps {
        // A gap of a second in a year is still to be seen.
        let (from, until) = (at(gap.from), at(gap.until));
        let width = until.saturating_sub(from).max(20);
        out.push_str(&format!("<rect class=\"g\" x=\"{from}\" width=\"{width}\" height=\"100\"/>"));
        let mut x = from.saturating_add(40);
        while x.saturating_add(60) < from.saturating_add(width) {
            let end = x.saturating_add(60);
            out.push_str(&format!(
                "<path class=\"h\" vector-effect=\"non-scaling-stroke\" d=\"M{x} 100L{end} 0\"/>"
            ));
            x = x.saturating_add(200);
        }
    }
    for time in &line.refused {
        let x = at(*time);
        out.push_str(&format!("<path class=\"r\" vector-effect=\"non-scaling-stroke\" d=\"M{x} 0V100\"/>"));
    }
    out.push_str(&format!(
        "</svg><div class=\"ends\"><span>{}</span><span>{}</span></div></figure>\n",
        utc(line.from),
        utc(line.until)
    ));
    out
}

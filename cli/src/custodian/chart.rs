//! Headroom over time as an SVG, one line for each venue. The same records make the same bytes; text takes the reader's colours.

use std::fmt::Write;

use super::headroom::{HeadroomRecord, percent};

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 420.0;
/// Edges of the plot; right of it stand the venues' names.
const LEFT: f64 = 72.0;
const RIGHT: f64 = 740.0;
const TOP: f64 = 56.0;
const BOTTOM: f64 = 360.0;
/// Least distance of two names.
const LINE_HEIGHT: f64 = 16.0;
/// One for each venue, again from the start where there are more.
const COLOURS: [&str; 7] = ["#2a78b8", "#d2691e", "#3a8f4b", "#8a5fbf", "#b8860b", "#c2457a", "#5f6b73"];
/// Steps of the vertical axis, in ppm.
const STEPS: [i64; 9] = [10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000];

/// Something that happened at a time.
pub(crate) struct Mark {
    /// In Unix seconds.
    pub(crate) time: u64,
    pub(crate) text: String,
}

/// Draws records in the order of their times.
pub(crate) fn svg(title: &str, records: &[HeadroomRecord], marks: &[Mark]) -> String {
    let mut svg = String::new();
    // Writing to a string can't fail.
    let _ = write_svg(&mut svg, title, records, marks);
    svg
}

fn write_svg(svg: &mut String, title: &str, records: &[HeadroomRecord], marks: &[Mark]) -> std::fmt::Result {
    let axes = Axes::around(records);
    writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{0}\">\n\
         <style>text{{font:12px system-ui,sans-serif;fill:#222}}.a{{stroke:#8886;stroke-width:1}}\
         .z{{stroke:#c00;stroke-width:1.5}}.m{{stroke:#8888;stroke-dasharray:3 3}}\
         @media (prefers-color-scheme:dark){{text{{fill:#ddd}}}}</style>\n\
         <text x=\"{LEFT}\" y=\"24\" font-weight=\"600\">{0}</text>",
        escaped(title)
    )?;
    axes.write(svg)?;
    for mark in marks {
        let x = axes.x(mark.time);
        writeln!(svg, "<line class=\"m\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{BOTTOM}\"/>")?;
        writeln!(svg, "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>", x + 3.0, TOP - 8.0, escaped(&mark.text))?;
    }
    let mut ends = Vec::new();
    for (index, venue) in venues(records).into_iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        let points = points(records, venue);
        write!(svg, "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"")?;
        for (time, ppm) in &points {
            write!(svg, "{:.1},{:.1} ", axes.x(*time), axes.y(*ppm))?;
        }
        writeln!(svg, "\"/>")?;
        if let Some((_, ppm)) = points.last() {
            ends.push((axes.y(*ppm), venue, *ppm, colour));
        }
    }
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut next = f64::NEG_INFINITY;
    for (y, venue, ppm, colour) in ends {
        let y = y.max(next);
        next = y + LINE_HEIGHT;
        let text = format!("{} {}", escaped(venue), percent(ppm / 1_000 * 1_000));
        writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" style=\"fill:{colour}\">{text}</text>",
            RIGHT + 8.0,
            y + 4.0
        )?;
    }
    svg.write_str("</svg>\n")
}

/// The venues, in the order in which they come first.
fn venues(records: &[HeadroomRecord]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for venue in records.iter().flat_map(|record| &record.venues) {
        if !names.contains(&venue.venue.as_str()) {
            names.push(&venue.venue);
        }
    }
    names
}

fn points(records: &[HeadroomRecord], name: &str) -> Vec<(u64, i64)> {
    let point = |record: &HeadroomRecord| {
        let venue = record.venues.iter().find(|venue| venue.venue == name)?;
        Some((record.time, venue.headroom_ppm?))
    };
    records.iter().filter_map(point).collect()
}

/// What the edges of the plot stand for.
struct Axes {
    first: u64,
    last: u64,
    low: i64,
    high: i64,
    step: i64,
}

impl Axes {
    fn around(records: &[HeadroomRecord]) -> Self {
        let times = || records.iter().map(|record| record.time);
        // What is many times what is required is cut off: it would flatten what matters.
        let all = records.iter().flat_map(|record| &record.venues).filter_map(|venue| venue.headroom_ppm);
        let (mut low, mut high) = (0, 100_000);
        for ppm in all {
            low = low.min(ppm.max(-1_000_000));
            high = high.max(ppm.min(3_000_000));
        }
        let step = STEPS.into_iter().find(|step| (high - low) / step <= 8).unwrap_or(5_000_000);
        let first = times().min().unwrap_or(0);
        Axes {
            first,
            last: times().max().unwrap_or(0).max(first.saturating_add(1)),
            low: low.div_euclid(step) * step,
            high: -(-high).div_euclid(step) * step,
            step,
        }
    }

    fn x(&self, time: u64) -> f64 {
        let part = time.saturating_sub(self.first) as f64 / (self.last - self.first) as f64;
        LEFT + part.clamp(0.0, 1.0) * (RIGHT - LEFT)
    }

    fn y(&self, ppm: i64) -> f64 {
        let part = (ppm.clamp(self.low, self.high) - self.low) as f64 / (self.high - self.low) as f64;
        BOTTOM - part * (BOTTOM - TOP)
    }

    fn write(&self, svg: &mut String) -> std::fmt::Result {
        let mut ppm = self.low;
        while ppm <= self.high {
            let (y, class) = (self.y(ppm), if ppm == 0 { "z" } else { "a" });
            writeln!(
                svg,
                "<line class=\"{class}\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>"
            )?;
            let label = percent(ppm);
            writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
                LEFT - 8.0,
                y + 4.0
            )?;
            ppm += self.step;
        }
        let hours = (self.last - self.first).div_ceil(3_600);
        let every = [1, 2, 6, 12, 24, 48, 168].into_iter().find(|every| hours / every <= 12).unwrap_or(720);
        for hour in (0..=hours).step_by(every as usize) {
            let time = self.first.saturating_add(hour * 3_600);
            if time <= self.last {
                let x = self.x(time);
                writeln!(
                    svg,
                    "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{hour} h</text>",
                    BOTTOM + 18.0
                )?;
            }
        }
        let note = "above what is required after haircuts; below the red line the pledge does not cover. For the custodian's eyes.";
        writeln!(svg, "<text x=\"{LEFT}\" y=\"{:.1}\">{note}</text>", HEIGHT - 14.0)
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custodian::headroom::VenueHeadroom;

    fn record(time: u64, headroom: &[(&str, i64)]) -> HeadroomRecord {
        let venue = |(name, ppm): &(&str, i64)| VenueHeadroom {
            venue: (*name).into(),
            value: String::new(),
            required: String::new(),
            cushion: String::new(),
            headroom_ppm: Some(*ppm),
            fall_ppm: None,
        };
        HeadroomRecord { time, round: time, round_time: time, venues: headroom.iter().map(venue).collect() }
    }

    #[test]
    fn each_venue_has_a_line_and_what_is_short_lies_below_the_red_one() {
        let records =
            [record(0, &[("a", 50_000), ("b<", 500_000)]), record(7_200, &[("a", -20_000), ("b<", 250_000)])];
        let axes = Axes::around(&records);
        assert!(axes.y(-20_000) > axes.y(0) && axes.y(0) > axes.y(50_000));
        assert_eq!((axes.low, axes.high, axes.step), (-100_000, 500_000, 100_000));
        let svg = svg("headroom", &records, &[Mark { time: 3_600, text: "killed & resumed".into() }]);
        assert_eq!(svg.matches("<polyline").count(), 2);
        assert_eq!(svg.matches("class=\"z\"").count(), 1);
        assert!(svg.contains("killed &amp; resumed") && svg.contains("b&lt; 25 %") && svg.contains("a -2 %"));
        assert_eq!(
            svg,
            super::svg("headroom", &records, &[Mark { time: 3_600, text: "killed & resumed".into() }])
        );
    }

    #[test]
    fn no_record_and_one_record_draw_an_empty_plot() {
        for records in [vec![], vec![record(u64::MAX - 9, &[("a", i64::MAX)])]] {
            let svg = svg("headroom", &records, &[]);
            assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}

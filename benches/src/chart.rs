//! A comparison as an SVG: time by size, one line for each prover, both axes logarithmic.
//!
//! The same figures make the same bytes. Text takes the reader's colour scheme.

use core::fmt::Write;

use crate::comparison::Comparison;
use crate::contenders::Name;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 440.0;
/// Edges of the plot; right of it stand the provers' names.
const LEFT: f64 = 72.0;
const RIGHT: f64 = 600.0;
const TOP: f64 = 56.0;
const BOTTOM: f64 = 380.0;
/// Least distance of two names.
const LINE_HEIGHT: f64 = 17.0;

/// A chart of the times that passed. Provers without figures are not in it.
pub fn svg(comparison: &Comparison) -> String {
    let lines = lines(comparison);
    let axes = Axes::around(comparison, &lines);
    let mut svg = String::new();
    // Writing to a string can't fail.
    let _ = write_head(&mut svg, comparison);
    let _ = axes.write(&mut svg, comparison);
    for line in &lines {
        let _ = axes.write_line(&mut svg, line);
    }
    let _ = axes.write_names(&mut svg, &lines);
    svg.push_str("</svg>\n");
    svg
}

/// Where a prover's figures lie: exponents of sizes and milliseconds.
struct Line {
    prover: Name,
    points: Vec<(u32, f64)>,
}

fn lines(comparison: &Comparison) -> Vec<Line> {
    let points = |prover: Name| {
        let point = |size: &crate::comparison::SizeFigures| {
            Some((size.size.exponent(), size.figures(prover)?.wall_ms))
        };
        comparison.sizes.iter().filter_map(point).collect()
    };
    let provers = comparison.plan.provers.iter();
    let lines = provers.map(|prover| Line { prover: *prover, points: points(*prover) });
    lines.filter(|line| !line.points.is_empty()).collect()
}

fn write_head(svg: &mut String, comparison: &Comparison) -> core::fmt::Result {
    writeln!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title made-by">"##
    )?;
    writeln!(svg, r##"<title id="title">Time of one Groth16 proof by size and prover</title>"##)?;
    // A comment must not contain the command's two hyphens.
    writeln!(svg, r##"<desc id="made-by">Made by: {}</desc>"##, comparison.plan)?;
    svg.push_str(
        r##"<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.title { font-size: 16px; font-weight: 600; }
.grid { stroke: #8c959f; stroke-opacity: 0.35; }
.line { fill: none; stroke-width: 2; }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } }
</style>
"##,
    );
    writeln!(
        svg,
        r##"<text class="title" x="{LEFT}" y="28">One Groth16 proof over BN254, {} threads: lower is faster</text>"##,
        comparison.threads
    )
}

/// From exponents and milliseconds to places in the picture.
struct Axes {
    exponents: (f64, f64),
    /// Logarithms to base 10.
    times: (f64, f64),
}

impl Axes {
    /// Whole decades around all times; half a step beyond the sizes on both sides.
    fn around(comparison: &Comparison, lines: &[Line]) -> Self {
        let times = lines.iter().flat_map(|line| &line.points).map(|(_, time)| time.log10());
        let lowest = times.clone().fold(f64::INFINITY, f64::min).floor();
        let highest = times.fold(f64::NEG_INFINITY, f64::max).ceil();
        let exponents = comparison.plan.sizes.iter().map(|size| f64::from(size.exponent()));
        let smallest = exponents.clone().fold(f64::INFINITY, f64::min) - 0.5;
        let largest = exponents.fold(f64::NEG_INFINITY, f64::max) + 0.5;
        let times = if lowest < highest { (lowest, highest) } else { (0.0, 3.0) };
        Self { exponents: (smallest, largest), times }
    }

    fn x(&self, exponent: u32) -> f64 {
        let (low, high) = self.exponents;
        LEFT + (RIGHT - LEFT) * (f64::from(exponent) - low) / (high - low)
    }

    fn y(&self, milliseconds: f64) -> f64 {
        let (low, high) = self.times;
        BOTTOM - (BOTTOM - TOP) * (milliseconds.log10() - low) / (high - low)
    }

    fn write(&self, svg: &mut String, comparison: &Comparison) -> core::fmt::Result {
        let (low, high) = self.times;
        for decade in low as i32..=high as i32 {
            for step in 1..10 {
                let time = f64::from(step) * 10f64.powi(decade);
                let y = self.y(time);
                if y < TOP - 0.5 {
                    break;
                }
                writeln!(svg, r##"<path class="grid" d="M{LEFT} {y:.1}H{RIGHT}"/>"##)?;
                if matches!(step, 1 | 2 | 5) {
                    writeln!(
                        svg,
                        r##"<text x="{:.1}" y="{:.1}" text-anchor="end">{time}</text>"##,
                        LEFT - 8.0,
                        y + 4.5
                    )?;
                }
            }
        }
        for size in &comparison.sizes {
            let (x, exponent) = (self.x(size.size.exponent()), size.size.exponent());
            writeln!(svg, r##"<path class="grid" d="M{x:.1} {TOP}V{BOTTOM}"/>"##)?;
            writeln!(
                svg,
                r##"<text x="{x:.1}" y="{:.1}" text-anchor="middle">2<tspan dy="-5" font-size="10">{exponent}</tspan></text>"##,
                BOTTOM + 20.0
            )?;
        }
        let (middle_x, middle_y) = ((LEFT + RIGHT) / 2.0, (TOP + BOTTOM) / 2.0);
        writeln!(
            svg,
            r##"<text x="{middle_x}" y="{:.1}" text-anchor="middle">evaluation domain (rows of the constraint system, rounded up)</text>"##,
            BOTTOM + 46.0
        )?;
        writeln!(
            svg,
            r##"<text transform="translate(20 {middle_y}) rotate(-90)" text-anchor="middle">milliseconds, median of {}</text>"##,
            comparison.plan.repeat
        )
    }

    fn write_line(&self, svg: &mut String, line: &Line) -> core::fmt::Result {
        let colour = colour(line.prover);
        let places: Vec<String> = line
            .points
            .iter()
            .map(|(exponent, time)| format!("{:.1},{:.1}", self.x(*exponent), self.y(*time)))
            .collect();
        writeln!(svg, r##"<polyline class="line" stroke="{colour}" points="{}"/>"##, places.join(" "))?;
        for (exponent, time) in &line.points {
            let (x, y) = (self.x(*exponent), self.y(*time));
            writeln!(
                svg,
                r##"<circle cx="{x:.1}" cy="{y:.1}" r="3.5" fill="{colour}"><title>{} at 2^{exponent}: {time:.1} ms</title></circle>"##,
                line.prover
            )?;
        }
        Ok(())
    }

    /// Each prover's name beside the end of its line, or below the name that is there already.
    fn write_names(&self, svg: &mut String, lines: &[Line]) -> core::fmt::Result {
        let end = |line: &Line| line.points.last().map_or(BOTTOM, |(_, time)| self.y(*time));
        let mut ends: Vec<(f64, Name)> = lines.iter().map(|line| (end(line), line.prover)).collect();
        ends.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        let mut next = TOP;
        for (y, prover) in ends {
            let y = y.max(next);
            next = y + LINE_HEIGHT;
            let (x, text_y) = (RIGHT + 10.0, y + 4.5);
            writeln!(
                svg,
                r##"<circle cx="{x:.1}" cy="{y:.1}" r="4" fill="{}"/><text x="{:.1}" y="{text_y:.1}">{prover}</text>"##,
                colour(prover),
                x + 10.0
            )?;
        }
        Ok(())
    }
}

/// Colours that stand out on white and on black; the project's own are the warm ones.
fn colour(prover: Name) -> &'static str {
    match prover {
        Name::Ours => "#d9480f",
        Name::OursTables => "#b02a06",
        Name::OursPortable => "#e8890c",
        Name::Arkworks => "#2b7fd4",
        Name::ArkworksMatrices => "#6a9fd8",
        Name::Taceo => "#2f9e6e",
        Name::Snarkjs => "#9c6ade",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::example;

    #[test]
    fn the_same_figures_make_the_same_chart() {
        assert_eq!(svg(&example()), svg(&example()));
    }

    #[test]
    fn the_chart_has_a_point_for_each_figure_and_names_what_made_it() {
        let svg = svg(&example());
        assert_eq!(svg.matches("<polyline").count(), 3);
        assert_eq!(svg.matches(" ms</title>").count(), 6);
        assert!(svg.contains("ours at 2^12: 25.0 ms"), "{svg}");
        assert!(!svg.contains("ours-portable</text>"), "skipped");
        assert!(svg.contains("--bin compare -- --sizes 12,18 --repeat 5 --provers ours,"));
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }

    #[test]
    fn all_points_lie_inside_the_plot() {
        let comparison = example();
        let lines = lines(&comparison);
        let axes = Axes::around(&comparison, &lines);
        for (exponent, time) in lines.iter().flat_map(|line| &line.points) {
            assert!((LEFT..=RIGHT).contains(&axes.x(*exponent)));
            assert!((TOP..=BOTTOM).contains(&axes.y(*time)));
        }
        assert!(axes.y(200.0) < axes.y(100.0), "more time is higher up");
    }

    #[test]
    fn without_figures_there_are_axes_only() {
        let mut comparison = example();
        comparison.sizes.iter_mut().for_each(|size| size.provers.clear());
        let svg = svg(&comparison);
        assert!(!svg.contains("<polyline") && !svg.contains("NaN") && !svg.contains("inf"));
    }
}

//! A comparison as text.

use core::fmt::{self, Write};

use crate::comparison::{Comparison, Entry, Figures, Outcome, SizeFigures};
use crate::contenders::Name;

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, size) in self.sizes.iter().enumerate() {
            if index > 0 {
                f.write_char('\n')?;
            }
            writeln!(
                f,
                "{}: {} constraints, {} wires, {:.1} % of them 0 or 1; medians of {}, {} threads",
                size.size,
                size.constraints,
                size.wires,
                100.0 * size.share_of_bits,
                self.plan.repeat,
                self.threads
            )?;
            write_size(f, size)?;
        }
        if self.cores_were_taken() {
            writeln!(f, "\nCPU/wall is low: something else had the cores. Compare CPU ms, or run it again.")?;
        }
        Ok(())
    }
}

fn write_size(f: &mut fmt::Formatter<'_>, size: &SizeFigures) -> fmt::Result {
    let [wall, cpu, busy, ratio, loaded, peak] =
        ["wall ms", "CPU ms", "CPU/wall", "/ arkworks", "loaded MB", "peak MB"];
    writeln!(f, "{:<18} {wall:>9} {cpu:>9} {busy:>8} {ratio:>10} {loaded:>9} {peak:>8}", "prover")?;
    let reference = size.figures(Name::Arkworks).map(|figures| figures.wall_ms);
    for Entry { prover, outcome } in &size.provers {
        match outcome {
            Outcome::Measured(figures) => write_figures(f, *prover, figures, reference)?,
            Outcome::Skipped(reason) => writeln!(f, "{prover:<18} skipped: {reason}")?,
        }
    }
    Ok(())
}

fn write_figures(
    f: &mut fmt::Formatter<'_>,
    prover: Name,
    figures: &Figures,
    reference: Option<f64>,
) -> fmt::Result {
    let Figures { wall_ms, cpu_ms, memory } = figures;
    let cpu = known(cpu_ms.map(|cpu| format!("{cpu:.1}")));
    let busy = known(cpu_ms.map(|cpu| format!("{:.2}", cpu / wall_ms)));
    let ratio = reference.map_or("-".into(), |reference| format!("{:.3}", wall_ms / reference));
    let megabytes = |bytes: Option<u64>| known(bytes.map(|bytes| (bytes / 1_000_000).to_string()));
    let (loaded, peak) = (megabytes(memory.loaded_bytes), megabytes(memory.peak_bytes));
    writeln!(f, "{prover:<18} {wall_ms:>9.1} {cpu:>9} {busy:>8} {ratio:>10} {loaded:>9} {peak:>8}")
}

fn known(figure: Option<String>) -> String {
    figure.unwrap_or_else(|| "unknown".into())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::comparison::Plan;
    use crate::memory::Memory;
    use crate::workload::Size;

    /// Made-up figures: two sizes, a prover that is skipped, and one whose CPU time and memory are not known.
    pub(crate) fn example() -> Comparison {
        let sizes = [12, 18].map(|exponent| Size::new(exponent).unwrap()).to_vec();
        let provers = vec![Name::Ours, Name::OursPortable, Name::Arkworks, Name::Snarkjs];
        let measured = |prover, wall_ms, cpu_ms, memory| Entry {
            prover,
            outcome: Outcome::Measured(Figures { wall_ms, cpu_ms, memory }),
        };
        let skipped = Entry { prover: Name::OursPortable, outcome: Outcome::Skipped("no such path".into()) };
        let memory = Memory { loaded_bytes: Some(20_000_000), peak_bytes: Some(31_999_999) };
        let at = |size: &Size| {
            let scale = f64::from(1 << (size.exponent() - 12));
            SizeFigures {
                size: *size,
                constraints: size.constraints(),
                wires: size.constraints() + 8,
                share_of_bits: 0.7,
                provers: vec![
                    measured(Name::Ours, 25.0 * scale, Some(48.5 * scale), memory),
                    skipped.clone(),
                    measured(Name::Arkworks, 100.0 * scale, Some(160.0 * scale), memory),
                    measured(Name::Snarkjs, 361.5 * scale, None, Memory::default()),
                ],
            }
        };
        let sizes_figures = sizes.iter().map(at).collect();
        Comparison { plan: Plan { sizes, provers, repeat: 5 }, threads: 2, sizes: sizes_figures }
    }

    #[test]
    fn the_table_shows_figures_and_what_is_missing() {
        let text = example().to_string();
        let expected = "\
2^12: 4077 constraints, 4085 wires, 70.0 % of them 0 or 1; medians of 5, 2 threads
prover               wall ms    CPU ms CPU/wall / arkworks loaded MB  peak MB
ours                    25.0      48.5     1.94      0.250        20       31
ours-portable      skipped: no such path
arkworks               100.0     160.0     1.60      1.000        20       31
snarkjs                361.5   unknown  unknown      3.615   unknown  unknown
";
        assert_eq!(text.split("\n\n").next().unwrap().trim_end(), expected.trim_end());
        assert_eq!(text.matches("prover ").count(), 2);
    }

    #[test]
    fn a_busy_machine_is_told() {
        let mut comparison = example();
        assert!(!comparison.to_string().contains("CPU/wall is low"));
        comparison.threads = 4;
        assert!(comparison.to_string().ends_with("run it again.\n"));
    }

    #[test]
    fn without_arkworks_there_is_no_ratio() {
        let mut comparison = example();
        comparison.sizes[0].provers.remove(2);
        let text = comparison.to_string();
        assert!(text.contains("1.94          -        20"), "{text}");
    }
}

//! Contributions as people see them.

use solvency_ceremony::Contributed;

/// All contributions, a paragraph each.
pub(super) fn contributions_text(contributions: &[Contributed]) -> String {
    contributions.iter().map(contribution_text).collect()
}

/// A contribution with its hash, in groups as snarkjs shows it.
pub(super) fn contribution_text(contribution: &Contributed) -> String {
    let Contributed { number, name, hash, beacon } = contribution;
    let name = if name.is_empty() { String::new() } else { format!(" {name:?}") };
    let beacon = beacon.as_ref().map_or_else(String::new, |beacon| {
        format!("\n  beacon {} hashed 2^{} times", beacon.value, beacon.iterations_log2)
    });
    let digits: Vec<char> = hash.chars().collect();
    let lines: String = digits
        .chunks(32)
        .map(|line| {
            let groups: Vec<String> = line.chunks(8).map(|group| group.iter().collect()).collect();
            format!("\n  {}", groups.join(" "))
        })
        .collect();
    format!("contribution {number}{name}{beacon}{lines}\n")
}

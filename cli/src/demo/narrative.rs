//! What each party of the demo could and could not see.

use solvency_prover::files;

use super::inputs::Inputs;
use crate::error::CliResult;

/// The closing words, with figures from the files.
pub(crate) fn who_saw_what(inputs: &Inputs) -> CliResult<String> {
    let mut text = String::from("\nwho saw what\n");
    let mut line = |who: &str, what: &str| text.push_str(&format!("  {who:<11}{what}\n"));
    line(
        "custodian",
        "every vault, balance and blinding; each venue's requirement (the venue handed over the opening)",
    );
    line("attestors", "the custodian's book in full; no venue, pledge or requirement");
    line("oracles", "prices and the venues' public policies; nothing of anybody's collateral");
    for venue in inputs.venues {
        let path = inputs.out.join(format!("bundle-{}.json", venue.name));
        let bundle = crate::bundles::read(&path)?;
        let outputs = bundle.allocations.iter().map(|one| one.proven.statement.outputs.len()).sum::<usize>();
        let size = files::read_bytes(&path, files::MAX_JSON_BYTES)?.len();
        line(
            &format!("venue {}", venue.name),
            &format!(
                "{size} bytes: that its pledge covers θ × {} at signed prices; {outputs} outputs that all look alike, one of them its own; \
                 no amount, no vault, no other venue",
                venue.requirement
            ),
        );
    }
    line("everybody", "the account's tag: venues that compare notes learn that they share a client");
    line("nobody", "is shown that the balances exist: attestors signed that (spec/threats.md)");
    Ok(text)
}

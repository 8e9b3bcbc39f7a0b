//! `solvency verify`: a bundle against a trust file.

use solvency_prover::files;
use solvency_verifier::accept::{Verdict, accept};
use solvency_verifier::bundle::MAX_BUNDLE_BYTES;
use solvency_verifier::trust::{PreparedTrust, Trust};

use super::totals;
use crate::args::VerifyArgs;
use crate::clock;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(args: &VerifyArgs, output: &Output) -> CliResult {
    let mut trust = read_trust(&args.trust)?;
    let now = clock::now(args.at)?;
    if let Some(path) = &args.totals {
        totals::attach(&mut trust, path, now)?;
    }
    let bundle = match files::read_bytes(&args.bundle, MAX_BUNDLE_BYTES as u64) {
        Ok(bundle) => bundle,
        // A longer file is a malformed bundle, and refused as such.
        Err(files::FileError::TooLong { .. }) => vec![b' '; MAX_BUNDLE_BYTES + 1],
        Err(error) => return Err(error.into()),
    };
    let verdict = accept(&bundle, &trust, now);
    output.result(serde_json::to_value(&verdict)?, || to_text(&verdict));
    Ok(match verdict {
        Verdict::Accept(_) => Outcome::Done,
        Verdict::Reject(_) => Outcome::Rejected,
    })
}

/// Reads a trust file; it is the venue's own, so an unreadable one is bad usage, not a rejection.
pub(crate) fn read_trust(path: &std::path::Path) -> CliResult<PreparedTrust> {
    let document = files::read_bytes(path, files::MAX_JSON_BYTES)?;
    Trust::from_json(&document).map_err(|error| {
        CliError::new(format!("{}: {error}", path.display()))
            .hint("the trust file is yours: restore it from your own records, never from the custodian's")
    })
}

/// The verdict for a person.
pub(crate) fn to_text(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Accept(acceptance) => {
            let mut text = format!(
                "ACCEPT until {} (epoch {}, allocation {}, claim {}, price round {})\n",
                acceptance.until, acceptance.epoch, acceptance.sequence, acceptance.claim, acceptance.round
            );
            for key in &acceptance.development_keys {
                text.push_str(&format!("  development key {key}\n"));
            }
            if let Some(totals) = &acceptance.totals {
                text.push_str(&format!(
                    "  among {} shards of totals {}, certified by {}, reserves of {}\n",
                    totals.shards, totals.digest, totals.auditor, totals.reserves_as_of
                ));
            }
            text.push_str("this does not show\n");
            for item in &acceptance.not_shown {
                text.push_str(&format!("  - {}\n", item.explanation()));
            }
            text
        }
        Verdict::Reject(reason) => format!("REJECT [{}] {}\n  {reason}\n", reason.rule(), reason.code()),
    }
}

//! What an account adds to the custodian's totals: its book's proofs, with the openings of their sums (spec/totals.md).

use solvency_prover::files;
use solvency_prover::totals::{SHARE_FORMAT, Share, SharedShard};
use solvency_verifier::encoding::{Domain, TypedData};
use solvency_verifier::registry::Registry;

use super::config::Config;
use super::state::EpochState;
use super::unlock;
use crate::error::{CliError, CliResult};
use crate::output::Output;

const PROVE: &str = "have the attestors sign the epoch's book, then run `solvency prove --only holdings`";

/// The share of the epoch at a time, in Unix seconds.
pub(crate) fn share(config: &Config, now: u64, output: &Output) -> CliResult<Share> {
    let registry: Registry = files::read_json(&config.path(&config.registry))?;
    registry.validate()?;
    let epoch = registry
        .epoch
        .number_at(now)
        .ok_or_else(|| CliError::new(format!("the registry has no epoch at {now}")))?;
    let domain = Domain::of_registry(&registry.digest());
    let state = EpochState::new(unlock::open(config, &mut None, output)?, &config.path(&config.state), epoch);
    let signed = state
        .signed()?
        .ok_or_else(|| CliError::new(format!("epoch {epoch} has no attested book yet")).hint(PROVE))?;
    let held = state.holdings()?;
    let (got, expected) = (held.len(), signed.attestation.shards.len());
    if got != expected {
        return Err(CliError::new(format!(
            "epoch {epoch}: {got} of {expected} shards of the book are proven"
        ))
        .hint(PROVE));
    }
    let book = signed.attestation.digest(&domain);
    if held.iter().any(|held| held.proven.statement.book != book) {
        return Err(CliError::new("the store's holdings are of another book than its attestation")
            .hint("restore the store from your newest backup"));
    }
    let shard = |held: super::state::HeldShard| SharedShard { proven: held.proven, opening: held.opening };
    Ok(Share {
        format: SHARE_FORMAT.into(),
        attestation: signed.attestation,
        signatures: signed.signatures,
        shards: held.into_iter().map(shard).collect(),
    })
}

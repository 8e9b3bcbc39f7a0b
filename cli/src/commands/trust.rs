//! `solvency trust`: a venue writes down what it trusts.

use serde_json::json;
use solvency_prover::files::{self, Access};
use solvency_prover::keys::KeyStore;
use solvency_prover::signer::Signer;
use solvency_verifier::bundle::SignedClaim;
use solvency_verifier::encoding::{Domain, TypedData};
use solvency_verifier::groth16::{KeyId, Origin};
use solvency_verifier::policy::Policy;
use solvency_verifier::registry::Registry;
use solvency_verifier::trust::{
    Audience, Counterparty, HistoryRequirement, LatestClaim, Limits, PinnedKey, PreparedTrust, Revoked,
    TRUST_FORMAT, TotalsRequirement, Trust,
};
use solvency_verifier::{Address, Bytes32};

use crate::args::TrustArgs;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(args: &TrustArgs, output: &Output) -> CliResult {
    let registry: Registry = files::read_json(&args.registry)?;
    registry.validate()?;
    let policy: Policy = files::read_json(&args.policy)?;
    policy.validate(&registry)?;
    let claim: SignedClaim = files::read_json(&args.claim)?;
    let venue = Signer::load(&args.key)?;
    let domain = Domain::of_registry(&registry.digest());
    let custodian =
        Address::from_hex(&args.custodian).map_err(|error| CliError::new(format!("--custodian: {error}")))?;
    let (keys, development) = pinned_keys(args, registry.valid_until)?;
    let trust = Trust {
        format: TRUST_FORMAT.into(),
        audience: Audience {
            venue: claim.claim.venue,
            venue_signer: venue.address(),
            liability_book: claim.claim.liability_book,
            chain_id: claim.claim.chain_id,
            settlement: claim.claim.settlement,
        },
        counterparty: Counterparty {
            custodian,
            account: claim.claim.account,
            log_origin: args.log_origin.clone(),
        },
        latest_claim: LatestClaim { number: claim.claim.number, digest: claim.claim.digest(&domain) },
        registry,
        policy,
        keys,
        accepted_development_keys: development.clone(),
        revoked: Revoked::default(),
        seen: None,
        limits: Limits { max_round_lag: args.max_round_lag, max_clock_skew: args.max_clock_skew },
        history: args.history_max_age.map(|max_age| HistoryRequirement { max_age, log_key: None }),
        totals: totals(args)?,
    };
    let prepared = PreparedTrust::new(trust)?;
    files::write_json(&args.out, prepared.trust(), Access::Public)?;
    let pinned = prepared.trust().keys.len();
    if !development.is_empty() {
        output.note("this trust file takes development keys: whoever made them can forge");
    }
    let value = json!({ "trust": args.out, "keys": pinned, "developmentKeys": development });
    output.result(value, || format!("{}: {pinned} keys pinned", args.out.display()));
    Ok(Outcome::Done)
}

/// What is asked of the custodian's totals.
fn totals(args: &TrustArgs) -> CliResult<Option<TotalsRequirement>> {
    let Some((auditor, max_age)) = args.totals_auditor.as_ref().zip(args.totals_max_age) else {
        return Ok(None);
    };
    let auditor =
        Address::from_hex(auditor).map_err(|error| CliError::new(format!("--totals-auditor: {error}")))?;
    Ok(Some(TotalsRequirement { auditor, max_age }))
}

/// Every key of the folder; development keys only where the flag takes them.
fn pinned_keys(args: &TrustArgs, not_after: u64) -> CliResult<(Vec<PinnedKey>, Vec<KeyId>)> {
    let mut pinned = Vec::new();
    let mut development = Vec::new();
    for entry in KeyStore::new(&args.keys).list()? {
        if matches!(entry.origin(), Origin::Development) {
            if !args.accept_development_keys {
                continue;
            }
            development.push(entry.id);
        }
        pinned.push(PinnedKey { shape: entry.shape(), id: entry.id, not_after, key: entry.key });
    }
    if pinned.is_empty() {
        return Err(CliError::new(format!("{} has no key that may be pinned", args.keys.display()))
            .hint("development keys are pinned only with --accept-development-keys"));
    }
    Ok((pinned, development))
}

/// The account tag of a custodian: a digest over its address and a secret (spec/encodings.md).
pub(crate) fn account_tag(custodian: &Address, secret: &[u8; 32]) -> Bytes32 {
    let mut word = [0u8; 32];
    word[12..].copy_from_slice(&custodian.0);
    solvency_verifier::encoding::tagged_sha256("solvency.v1.account", &[&word, secret])
}

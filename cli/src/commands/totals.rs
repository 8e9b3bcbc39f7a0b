//! `solvency totals`: all accounts of a custodian together, for an auditor and for venues that ask for it (spec/totals.md).

use std::path::Path;

use serde_json::json;
use solvency_prover::files::{self, Access};
use solvency_prover::keys::KeyStoreError;
use solvency_prover::resident::Prover;
use solvency_prover::signer::Signer;
use solvency_prover::totals::{self, Share, TotalsTerms};
use solvency_verifier::Shape;
use solvency_verifier::encoding::Domain;
use solvency_verifier::registry::Registry;
use solvency_verifier::totals::{
    CheckedTotals, MAX_TOTALS_BYTES, OpeningError, Reserves, SignedCertificate, Totals, TotalsCertificate,
    TotalsOpening,
};
use solvency_verifier::trust::PreparedTrust;

use super::verify::read_trust;
use crate::args::{TotalsCertifyArgs, TotalsCommand, TotalsNewArgs, TotalsShareArgs};
use crate::clock;
use crate::custodian::config::Config;
use crate::custodian::share::share;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

const FORMS: &str = "spec/totals.md says what the files hold";

pub(crate) fn run(command: &TotalsCommand, output: &Output) -> CliResult {
    match command {
        TotalsCommand::Share(args) => write_share(args, output),
        TotalsCommand::New(args) => new(args, output),
        TotalsCommand::Certify(args) => certify(args, output),
    }
}

fn write_share(args: &TotalsShareArgs, output: &Output) -> CliResult {
    let config = Config::load(&args.config.config)?;
    let share = share(&config, clock::now(args.at)?, output)?;
    files::write_json(&args.out, &share, Access::Secret)?;
    let (epoch, shards) = (share.attestation.epoch, share.shards.len());
    output.result(json!({ "share": args.out, "epoch": epoch, "shards": shards }), || {
        format!(
            "{}: {shards} shards of epoch {epoch}; it opens their sums, for `solvency totals new` alone",
            args.out.display()
        )
    });
    Ok(Outcome::Done)
}

fn new(args: &TotalsNewArgs, output: &Output) -> CliResult {
    let config = Config::load(&args.config.config)?;
    let registry: Registry = files::read_json(&config.path(&config.registry))?;
    registry.validate()?;
    let domain = Domain::of_registry(&registry.digest());
    let made_at = clock::now(args.at)?;
    let epoch = registry
        .epoch
        .number_at(made_at)
        .ok_or_else(|| CliError::new(format!("the registry has no epoch at {made_at}")))?;
    let shares: Vec<Share> =
        args.shares.iter().map(|path| files::read_json(path)).collect::<Result<_, _>>()?;
    let custodian = Signer::load(&config.path(&config.signing_key))?;
    let prover = Prover::open(&config.path(&config.keys));
    let terms = TotalsTerms { epoch, made_at, leaves: leaves(&prover)? };
    let shards: usize = shares.iter().map(|share| share.shards.len()).sum();
    let working = output.working(&format!("the sum of {shards} shards"));
    let (totals, opening) =
        totals::prove_totals(&terms, &shares, &custodian, &domain, &prover, |made, all| {
            working.say(&format!("the sum of {shards} shards: node {made} of {all}"));
        })
        .map_err(|error| CliError::new(&error).hint(hint(&error, args)))?;
    drop(working);
    // The opening first: totals without one can't be certified.
    files::write_json(&args.opening, &opening, Access::Secret)?;
    files::write_json(&args.out, &totals, Access::Public)?;
    let value = json!({
        "totals": args.out, "opening": args.opening, "digest": opening.totals, "epoch": epoch,
        "accounts": shares.len(), "shards": shards, "nodes": totals.nodes.len(),
    });
    output.result(value, || {
        format!(
            "{}: {shards} shards of {} accounts, digest {}\n{}: for the auditor alone",
            args.out.display(),
            shares.len(),
            opening.totals,
            args.opening.display()
        )
    });
    Ok(Outcome::Done)
}

/// The wider leaves where there is a key for them: half as many proofs.
fn leaves(prover: &Prover) -> CliResult<Shape> {
    match prover.key(Shape::Allocation4x8) {
        Ok(_) => Ok(Shape::Allocation4x8),
        Err(KeyStoreError::NoneForShape { .. }) => Ok(Shape::Allocation2x4),
        Err(error) => Err(error.into()),
    }
}

fn hint(error: &totals::TotalsError, args: &TotalsNewArgs) -> String {
    use totals::TotalsError::{Shard, Share, Twice};
    match error {
        Share { index, .. } | Shard { index, .. } | Twice { index } => {
            let path = args.shares.get(*index).map(|path| path.display().to_string()).unwrap_or_default();
            format!("that is {path}: make it again with `solvency totals share`")
        }
        _ => FORMS.into(),
    }
}

fn certify(args: &TotalsCertifyArgs, output: &Output) -> CliResult {
    let now = clock::now(args.at)?;
    let mut trust = read_trust(&args.trust)?;
    let auditor = Signer::load(&args.key)?;
    let mut totals = read(&args.totals)?;
    totals.certificate = None;
    let opening = bytes(&args.opening)?;
    let opening = TotalsOpening::from_json(&opening).map_err(|error| unread(&args.opening, error))?;
    let reserves = bytes(&args.reserves)?;
    let reserves = Reserves::from_json(&reserves).map_err(|error| unread(&args.reserves, error))?;
    let working = output.working(&format!("{} shards", totals.sources.len()));
    let refused = match trust.attach_totals(&totals, now, None) {
        Err(error) => Some(error.to_string()),
        Ok(_) => opening.check(&totals, &reserves, trust.trust()).err().map(|error| error.to_string()),
    };
    drop(working);
    let refused = refused.or_else(|| {
        let late = reserves.as_of > now || totals.made_at > now;
        late.then(|| {
            format!("the reserves are of {}, the totals of {}, now is {now}", reserves.as_of, totals.made_at)
        })
    });
    if let Some(reason) = refused {
        output
            .result(json!({ "certified": false, "reason": reason }), || format!("NOT CERTIFIED\n  {reason}"));
        return Ok(Outcome::Rejected);
    }
    let none = || CliError::new("the totals have no node");
    let certificate = TotalsCertificate {
        totals: opening.totals,
        total: totals.total().ok_or_else(none)?,
        reserves_as_of: reserves.as_of,
        signed_at: now,
        auditor: auditor.address(),
    };
    let domain = Domain::of_registry(&trust.trust().registry.digest());
    let signature = auditor.sign(&certificate, &domain)?;
    totals.certificate = Some(SignedCertificate { certificate, signature });
    files::write_json(&args.out, &totals, Access::Public)?;
    let (shards, auditor) = (totals.sources.len(), auditor.address());
    let value = json!({
        "certified": true, "totals": args.out, "digest": opening.totals, "shards": shards, "auditor": auditor,
        "reservesAsOf": reserves.as_of,
    });
    output.result(value, || {
        format!(
            "{}: certified by {auditor}, {shards} shards, reserves of {}\nnecessary, not sufficient: an account \
             that is not in the totals is not seen",
            args.out.display(),
            reserves.as_of
        )
    });
    Ok(Outcome::Done)
}

fn bytes(path: &Path) -> CliResult<Vec<u8>> {
    Ok(files::read_bytes(path, MAX_TOTALS_BYTES as u64)?)
}

fn read(path: &Path) -> CliResult<Totals> {
    Totals::from_json(&bytes(path)?)
        .map_err(|error| CliError::new(format!("{}: {error}", path.display())).hint(FORMS))
}

fn unread(path: &Path, error: OpeningError) -> CliError {
    CliError::new(format!("{}: {error}", path.display())).hint(FORMS)
}

/// Reads totals and attaches them to a trust file; what it refuses is no reason to accept anything.
pub(super) fn attach<'a>(
    trust: &'a mut PreparedTrust,
    path: &Path,
    now: u64,
) -> CliResult<&'a CheckedTotals> {
    let totals = read(path)?;
    trust.attach_totals(&totals, now, None).map_err(|error| {
        CliError::new(format!("{}: {error}", path.display()))
            .hint("ask the custodian for the epoch's certified totals; without them the bundle is refused")
    })
}

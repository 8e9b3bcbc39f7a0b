//! `solvency audit`: contradictions between what two people were shown, as small files that anybody can check offline.

use std::path::{Path, PathBuf};

use serde_json::json;
use solvency_log::find_fork;
use solvency_prover::files::{self, Access};
use solvency_verifier::bundle::SignedWitnessKey;
use solvency_verifier::encoding::Domain;
use solvency_verifier::evidence::{Evidence, MAX_EVIDENCE_BYTES, Named, find};
use solvency_verifier::log::VerifierKey;
use solvency_verifier::registry::Registry;
use solvency_verifier::{Address, Bytes32};

use super::log::read_log_key;
use crate::args::{AuditCommand, EquivocationArgs, EvidenceArgs, ForkArgs};
use crate::bundles;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(command: &AuditCommand, output: &Output) -> CliResult {
    match command {
        AuditCommand::Pack(args) => super::audit_pack::run(args, output),
        AuditCommand::Open(args) => super::audit_open::run(args, output),
        AuditCommand::Equivocation(args) => equivocation(args, output),
        AuditCommand::Evidence(args) => evidence(args, output),
        AuditCommand::Fork(args) => fork(args, output),
    }
}

fn equivocation(args: &EquivocationArgs, output: &Output) -> CliResult {
    let registry: Registry = files::read_json(&args.registry)?;
    registry.validate()?;
    let (first, second) = (bundles::read(&args.first)?, bundles::read(&args.second)?);
    let written = write(&args.out, find(&first, &second, &registry))?;
    output.result(json!({ "found": written.len(), "evidence": written }), || {
        if written.is_empty() {
            "nothing that these two bundles say contradicts the other".into()
        } else {
            format!("{} contradictions\n{}", written.len(), check_them(&written))
        }
    });
    Ok(if written.is_empty() { Outcome::Done } else { Outcome::Rejected })
}

fn evidence(args: &EvidenceArgs, output: &Output) -> CliResult {
    let registry: Registry = files::read_json(&args.registry)?;
    registry.validate()?;
    let address = |flag: &str, text: &str| {
        Address::from_hex(text).map_err(|error| CliError::new(format!("{flag}: {error}")))
    };
    let custodians =
        args.custodians.iter().map(|text| address("--custodian", text)).collect::<CliResult<Vec<_>>>()?;
    let mut venues = Vec::new();
    for text in &args.venues {
        let (venue, signer) =
            text.split_once('=').ok_or_else(|| CliError::new("--venue: expected VENUE=ADDRESS"))?;
        let venue = Bytes32::from_hex(venue).map_err(|error| CliError::new(format!("--venue: {error}")))?;
        venues.push((venue, address("--venue", signer)?));
    }
    let bytes = files::read_bytes(&args.file, MAX_EVIDENCE_BYTES as u64)?;
    let read = Evidence::from_json(&bytes).map_err(|error| {
        CliError::new(format!("{}: {error}", args.file.display()))
            .hint("spec/evidence.md says what the file holds")
    })?;
    match read.check(&registry, &Named { custodians: &custodians, venues: &venues }) {
        Ok(finding) => {
            let words = finding.to_string();
            let value = json!({ "proves": true, "finding": finding, "words": words });
            output.result(value, || words.clone());
            Ok(Outcome::Done)
        }
        Err(error) => {
            let message = error.to_string();
            output.result(json!({ "proves": false, "reason": message }), || {
                format!("proves nothing: {message}")
            });
            Ok(Outcome::Rejected)
        }
    }
}

fn fork(args: &ForkArgs, output: &Output) -> CliResult {
    let registry: Registry = files::read_json(&args.registry)?;
    registry.validate()?;
    let digest = registry.digest();
    let log_key = read_log_key(&args.log_key, &Domain::of_registry(&digest))?;
    let mut witnesses = Vec::new();
    for path in &args.witness_keys {
        let signed: SignedWitnessKey = files::read_json(path)?;
        let key = VerifierKey::parse(&signed.statement.vkey)
            .map_err(|error| CliError::new(format!("{}: {error}", path.display())))?;
        witnesses.push((signed, key));
    }
    let key = log_key.statement.verifier_key(args.epoch)?;
    let explained = crate::custodian::history::explained;
    let found = find_fork(&args.first, &args.second, &key).map_err(explained)?;
    let Some(forked) = found else {
        output.result(json!({ "fork": false }), || {
            "one is the beginning of the other, or both are the same".into()
        });
        return Ok(Outcome::Done);
    };
    let of_log = forked.evidence(digest, &log_key).map_err(|error| CliError::new(error.to_string()))?;
    let of_witnesses =
        witnesses.iter().filter_map(|(signed, key)| forked.witness_evidence(digest, signed, key));
    let written = write(&args.out, [of_log].into_iter().chain(of_witnesses))?;
    let words = forked.fork.to_string();
    output.result(json!({ "fork": true, "evidence": written, "what": words }), || {
        format!("a fork: {words}\n{}", check_them(&written))
    });
    Ok(Outcome::Rejected)
}

/// Writes each piece to a file of its own.
fn write(out: &Path, found: impl IntoIterator<Item = Evidence>) -> CliResult<Vec<PathBuf>> {
    let mut written = Vec::new();
    for (index, evidence) in found.into_iter().enumerate() {
        let path = out.join(format!("evidence-{}.json", index + 1));
        files::write_json(&path, &evidence, Access::Public)?;
        written.push(path);
    }
    Ok(written)
}

fn check_them(written: &[PathBuf]) -> String {
    let names: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
    format!("{}\ncheck them with `solvency audit evidence`", names.join("\n"))
}

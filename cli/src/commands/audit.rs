//! `solvency audit`: contradictions between what two people were shown, as small files that anybody can check offline.

use serde_json::json;
use solvency_log::find_fork;
use solvency_prover::files::{self, Access};
use solvency_verifier::encoding::Domain;
use solvency_verifier::evidence::{Evidence, MAX_EVIDENCE_BYTES, Named, find};
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
    let found = find(&first, &second, &registry);
    let mut written = Vec::new();
    for (number, evidence) in found.iter().enumerate() {
        let path = args.out.join(format!("evidence-{}.json", number + 1));
        files::write_json(&path, evidence, Access::Public)?;
        written.push(path);
    }
    output.result(json!({ "found": found.len(), "evidence": written }), || {
        if written.is_empty() {
            "nothing that these two bundles say contradicts the other".into()
        } else {
            let names: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
            format!(
                "{} contradictions\n{}\ncheck them with `solvency audit evidence`",
                found.len(),
                names.join("\n")
            )
        }
    });
    Ok(if found.is_empty() { Outcome::Done } else { Outcome::Rejected })
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
    let key =
        read_log_key(&args.log_key, &Domain::of_registry(&registry.digest()))?.verifier_key(args.epoch)?;
    let found = find_fork(&args.first, &args.second, &key).map_err(crate::custodian::history::explained)?;
    let Some(evidence) = found else {
        output.result(json!({ "fork": false }), || {
            "one is the beginning of the other, or both are the same".into()
        });
        return Ok(Outcome::Done);
    };
    for (name, note) in ["smaller", "larger"].iter().zip(&evidence.notes) {
        files::write_atomically(&args.out.join(format!("{name}.note")), note.as_bytes(), Access::Public)?;
    }
    let words = format!("{:?}", evidence.fork);
    output.result(json!({ "fork": true, "notes": args.out, "what": words }), || {
        format!("a fork: {words}\n{}: the two signed checkpoints", args.out.display())
    });
    Ok(Outcome::Rejected)
}

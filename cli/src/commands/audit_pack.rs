//! `solvency audit pack`: everything that was published to a venue, verified again, as an evidence pack.

use std::path::{Path, PathBuf};

use serde_json::json;
use solvency_audit::{Audit, SignedReport};
use solvency_feeds::{MAX_FILE_BYTES, MAX_FILES, PriceFile};
use solvency_prover::files::{self, Access};
use solvency_prover::signer::{Signer, SignerError};
use solvency_verifier::encoding::Domain;
use solvency_verifier::trust::Trust;

use crate::args::{AuditPackArgs, Observed};
use crate::clock;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

/// The sources file of an observation's folder.
const SOURCES: &str = "sources.toml";

pub(super) fn run(args: &AuditPackArgs, output: &Output) -> CliResult {
    let out = &args.out;
    if out.symlink_metadata().is_ok() {
        return Err(
            CliError::new(format!("{} exists", out.display())).hint("name a new directory with --out")
        );
    }
    let now = clock::now(args.at)?;
    let (first, others) = args.trust.split_first().ok_or_else(|| CliError::new("no trust file"))?;
    let trust = read(first)?;
    let mut audit = Audit::new(&name(first), &trust, now)?;
    for path in others {
        audit.add_trust(&name(path), &read(path)?)?;
    }
    if let (Some(from), Some(until)) = (args.from, args.until) {
        audit.set_period(from, until)?;
    }
    for (path, received_at) in &args.bundles {
        audit.add_bundle(&name(path), *received_at, &read(path)?);
    }
    for path in &args.counterparts {
        audit.add_counterpart(&name(path), &read(path)?);
    }
    for path in &args.evidence {
        audit.add_evidence(&name(path), &read(path)?);
    }
    for path in &args.logs {
        audit.add_log(&name(path), path);
    }
    for path in &args.openings {
        audit.add_opening(&name(path), &read(path)?);
    }
    for path in &args.beacons {
        audit.add_beacon(&name(path), &read(path)?);
    }
    for path in &args.ceremonies {
        audit.add_ceremony(&name(path), &read(path)?);
    }
    transcripts(&mut audit, args, output)?;
    for path in &args.totals {
        audit.add_totals(&name(path), &read(path)?);
    }
    for path in &args.totals_openings {
        audit.add_totals_opening(&name(path), &read(path)?);
    }
    for path in &args.reserves {
        audit.add_reserves(&name(path), &read(path)?);
    }
    for observed in &args.observations {
        add_observation(&mut audit, observed)?;
    }
    for path in &args.witness_keys {
        audit.add_witness_key(&name(path), &read(path)?);
    }
    add_rounds(&mut audit, args)?;
    let working = output.working(&format!("{} bundles", args.bundles.len()));
    let report = audit.run();
    let page = report.to_html();
    drop(working);
    let mut written =
        vec![("audit.json", report.to_json().as_bytes().to_vec()), ("audit.html", page.into_bytes())];
    if let Some(key) = &args.key {
        let auditor = Signer::load(key)?;
        let registry = Trust::from_json(&trust)?.trust().registry.digest();
        let domain = Domain::of_registry(&registry);
        let signed = SignedReport::sign(registry, report.statement(auditor.address()), |statement, _| {
            auditor.sign(statement, &domain).map_err(|error: SignerError| error)
        })?;
        written.push(("audit.signature.json", signed.to_json().into_bytes()));
    }
    files::write_together(out, &written, Access::Public)?;
    let findings: Vec<_> = report.pack().findings.iter().collect();
    let value = json!({ "accepted": report.accepted(), "out": out, "findings": findings });
    output.result(value, || {
        let mut text = String::from(if report.accepted() { "accepted" } else { "NOT ACCEPTED" });
        for finding in &findings {
            let (severity, code) = (finding.severity.name(), finding.code.name());
            text.push_str(&format!("\n  {severity} {code}: {}: {}", finding.about, finding.what));
        }
        text + &format!(
            "\n{}: the pack, to be read by people (audit.html) and machines (audit.json)",
            out.display()
        )
    });
    Ok(if report.accepted() { Outcome::Done } else { Outcome::Rejected })
}

/// A folder's `sources.toml` and the other files in it, all of them, in the order of their names.
fn add_observation(audit: &mut Audit, observed: &Observed) -> CliResult<()> {
    let dir = &observed.dir;
    let error = |error: std::io::Error| CliError::new(format!("{}: {error}", dir.display()));
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(error)? {
        if paths.len() > MAX_FILES {
            return Err(CliError::new(format!("{}: more than {MAX_FILES} price files", dir.display()))
                .hint("a folder holds the files of one import and its sources.toml"));
        }
        paths.push(entry.map_err(error)?.path());
    }
    paths.sort();
    let sources = dir.join(SOURCES);
    let Some(place) = paths.iter().position(|path| *path == sources) else {
        return Err(CliError::new(format!("{}: no {SOURCES}", dir.display()))
            .hint("put the sources file with which the oracle imported beside its price files"));
    };
    paths.remove(place);
    // A byte more than is read, so that the audit says of a longer file that it is too long.
    let read = |path: &PathBuf| -> CliResult<(String, Vec<u8>)> {
        Ok((name(path), files::read_bytes(path, MAX_FILE_BYTES as u64 + 1)?))
    };
    let (sources_name, sources) = read(&sources)?;
    let read: Vec<(String, Vec<u8>)> = paths.iter().map(read).collect::<CliResult<_>>()?;
    let files: Vec<PriceFile<'_>> = read.iter().map(|(file, bytes)| PriceFile { file, bytes }).collect();
    let sources = PriceFile { file: &sources_name, bytes: &sources };
    audit.add_observation(&name(dir), observed.oracle, observed.at, sources, &files);
    Ok(())
}

/// Verifies each transcript whole: the manifest that comes of it is what the audit compares with the pinned key.
fn transcripts(audit: &mut Audit, args: &AuditPackArgs, output: &Output) -> CliResult<()> {
    for (shape, zkey) in &args.transcripts {
        let ptau = args.ptau.as_ref().ok_or_else(|| CliError::new("--transcript needs --ptau"))?;
        match super::ceremony::made(zkey, *shape, ptau, output)? {
            Ok(manifest) => audit.add_verified_transcript(&name(zkey), &serde_json::to_vec(&manifest)?),
            Err(refusal) => audit.add_refused_transcript(&name(zkey), &refusal.to_string()),
        }
    }
    Ok(())
}

/// Logs of rounds, and what belongs to them.
fn add_rounds(audit: &mut Audit, args: &AuditPackArgs) -> CliResult<()> {
    for path in &args.rounds_logs {
        audit.add_rounds_log(&name(path), path);
        // Each that a witness was asked to cosign; a folder has none before.
        let kept = std::fs::read_dir(path.join("checkpoints")).into_iter().flatten().flatten();
        let mut kept: Vec<_> = kept.map(|file| file.path()).collect();
        kept.retain(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')));
        kept.sort();
        for path in kept {
            audit.add_checkpoint(&name(&path), &read(&path)?);
        }
    }
    for path in &args.rounds_keys {
        audit.add_rounds_key(&name(path), &read(path)?);
    }
    for path in &args.checkpoints {
        audit.add_checkpoint(&name(path), &read(path)?);
    }
    for path in &args.round_openings {
        audit.add_round_opening(&name(path), &read(path)?);
    }
    if args.commitments {
        audit.require_commitments();
    }
    Ok(())
}

fn read(path: &Path) -> CliResult<Vec<u8>> {
    Ok(files::read_bytes(path, files::MAX_JSON_BYTES)?)
}

fn name(path: &Path) -> String {
    path.display().to_string()
}

//! `solvency book`: the custodian's vaults.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use solvency_prover::book::{AttestationTerms, Book, BookTerms};
use solvency_prover::files::{self, Access};
use solvency_prover::import::{VaultExport, vault_csv_text};
use solvency_verifier::SLOTS;
use solvency_verifier::encoding::TypedData;
use solvency_verifier::registry::Registry;
use zeroize::Zeroizing;

use crate::args::{BookCommand, BookImportArgs};
use crate::clock;
use crate::custodian::config::{BookConfig, Config};
use crate::custodian::daily::Daily;
use crate::custodian::export;
use crate::custodian::state::SignedAttestation;
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

pub(crate) fn run(command: &BookCommand, output: &Output) -> CliResult {
    let source = match command {
        BookCommand::Import(args) => match &args.from {
            Some(form) => return import_from(form, args, output),
            None => &args.source,
        },
        BookCommand::Reconcile(source) | BookCommand::Commit(source) => source,
    };
    let config = Config::load(&source.config)?;
    let daily = Daily::open(&config, clock::now(source.at)?, &mut None, output)?;
    match command {
        BookCommand::Import(args) => {
            report(&read_export(&config, &daily)?, args.out.as_deref(), &daily.registry, output)
        }
        BookCommand::Reconcile(_) => reconcile(&config, &daily, output),
        BookCommand::Commit(_) => commit(&config, &daily, output),
    }
}

/// Reads files of a form without a configuration.
fn import_from(form: &str, args: &BookImportArgs, output: &Output) -> CliResult {
    let registry = args.registry.as_deref().ok_or_else(|| CliError::new("--from needs --registry"))?;
    let registry: Registry = files::read_json(registry)?;
    registry.validate()?;
    let read = export::read(&args.files, form, args.mapping.as_deref(), &registry)?;
    report(&read, args.out.as_deref(), &registry, output)
}

/// Shows what of the export counts, what does not, and why, and writes what counts as a table.
fn report(read: &VaultExport, out: Option<&Path>, registry: &Registry, output: &Output) -> CliResult {
    if let Some(out) = out {
        let table = Zeroizing::new(vault_csv_text(read, registry)?);
        files::write_atomically(out, table.as_bytes(), Access::Secret)?;
    }
    let mut value = export::summary(read);
    value["table"] = json!(out);
    output.result(value, || export::summary_text(read));
    Ok(Outcome::Done)
}

/// Compares the export with the committed book.
fn reconcile(config: &Config, daily: &Daily<'_>, output: &Output) -> CliResult {
    let attestation = match daily.state.signed()? {
        Some(signed) => Some(signed),
        None => daily.state.committed()?,
    };
    let book = match attestation {
        Some(signed) => daily.state.book(&signed.attestation.digest(&daily.domain))?,
        None => None,
    };
    let book = book.ok_or_else(|| {
        CliError::new(format!("epoch {} has no book yet", daily.epoch)).hint("run `solvency book commit`")
    })?;
    book.validate()?;
    let read = read_export(config, daily)?;
    let differences = export::differences(&book, &read, &daily.registry);
    output.result(json!({ "epoch": daily.epoch, "differences": differences }), || {
        if differences.is_empty() { "the export and the book agree".into() } else { differences.join("\n") }
    });
    Ok(if differences.is_empty() { Outcome::Done } else { Outcome::Rejected })
}

/// Keeps the secret book, and hands it to attestors with the attestation to be signed. A book that attestors signed is not replaced.
fn commit(config: &Config, daily: &Daily<'_>, output: &Output) -> CliResult {
    let has_signatures = |signed: SignedAttestation| !signed.signatures.is_empty();
    if daily.state.signed()?.is_some() || daily.state.hand_over.attestation()?.is_some_and(has_signatures) {
        return Err(CliError::new(format!("epoch {} has a signed book already", daily.epoch))
            .hint("one book an epoch: allocations may stand on it; wait for the next epoch"));
    }
    let exports = config.exports();
    let read = read_export(config, daily)?;
    let evidence = export::evidence(&exports)?;
    let terms = BookTerms {
        custodian: daily.custodian.address(),
        account: config.account,
        epoch: daily.epoch,
        as_of: daily.now,
        shape: None,
    };
    let book = Book::commit(&read, &daily.registry, &terms)
        .map_err(|error| CliError::new(format!("{}: {error}", names(&exports))))?;
    let locked_until = daily.now.saturating_add(config.book.lock_seconds);
    let attestation = book.attestation(&AttestationTerms {
        locked_until,
        expiry: locked_until.min(daily.epoch_end()?),
        log_origin: config.log_origin.clone(),
        attestor_set_version: daily.registry.attestors.version,
        evidence,
    })?;
    let digest = attestation.digest(&daily.domain);
    let unsigned = SignedAttestation { attestation, signatures: Vec::new() };
    daily.state.commit_book(&book, &unsigned, &digest)?;
    let hand_over = &daily.state.hand_over;
    let (book_path, attestation_path) = (hand_over.book_path(), hand_over.attestation_path());
    let value = json!({
        "epoch": daily.epoch,
        "shape": book.shape,
        "shards": book.shards.len(),
        "vaults": read.vaults.len(),
        "totals": totals(&book, daily),
        "book": book_path,
        "attestation": attestation_path,
    });
    output.result(value, || {
        format!(
            "epoch {}: {} vaults in {} shards of {}\nattestors now run\n  \
             solvency attest --book {} --attestation {} --registry … --key …",
            daily.epoch,
            read.vaults.len(),
            book.shards.len(),
            book.shape,
            book_path.display(),
            attestation_path.display()
        )
    });
    Ok(Outcome::Done)
}

fn read_export(config: &Config, daily: &Daily<'_>) -> CliResult<VaultExport> {
    let BookConfig { format, mapping, .. } = &config.book;
    export::read(&config.exports(), format, Some(&config.path(mapping)), &daily.registry)
}

/// The files, for messages.
fn names(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    names.join(", ")
}

/// Sums per slot, in whole assets.
fn totals(book: &Book, daily: &Daily<'_>) -> Value {
    let totals = book.totals();
    let entries = (0..SLOTS).filter(|slot| totals[*slot] > 0).map(|slot| {
        let name = export::slot_name(&daily.registry, slot);
        (name, json!(export::slot_amount(&daily.registry, slot, totals[slot])))
    });
    Value::Object(entries.collect())
}

//! `solvency log`: the account's log as its custodian keeps it, as a witness cosigns it, and as anybody verifies it.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;
use solvency_log::{AddCheckpoint, Log, SaltKey, SecretKey, Witness, WitnessError, WitnessedLog, verify};
use solvency_prover::files::{self, Access};
use solvency_prover::signer::Signer;
use solvency_verifier::Bytes32;
use solvency_verifier::bundle::{Bundle, SignedLogKey, SignedWitnessKey};
use solvency_verifier::encoding::{Domain, TypedData};
use solvency_verifier::log::{Checkpoint, KeyKind, LogEntry, LogKey, VerifierKey, WitnessKey};
use solvency_verifier::registry::Registry;
use solvency_verifier::statement::check_signer;

use crate::args::{
    LogAppendArgs, LogCheckpointArgs, LogCommand, LogNewArgs, LogOpenArgs, LogVerifyArgs, LogWitnessArgs,
    WitnessKeyArgs,
};
use crate::bundles;
use crate::clock;
use crate::custodian::config::{Config, LogFiles, WhichLog};
use crate::custodian::daily::Daily;
use crate::custodian::history::explained;
use crate::custodian::rounds::{VenueOpening, not_configured};
use crate::error::{CliError, CliResult, Outcome};
use crate::output::Output;

/// Longest request or line, in bytes.
const MAX_BYTES: u64 = 1 << 17;

pub(crate) fn run(command: &LogCommand, output: &Output) -> CliResult {
    match command {
        LogCommand::New(args) => new(args, output),
        LogCommand::Append(args) => append(args, output),
        LogCommand::Checkpoint(args) => checkpoint(args, output),
        LogCommand::Open(args) => open(args, output),
        LogCommand::WitnessKey(args) => witness_key(args, output),
        LogCommand::Witness(args) => witness(args, output),
        LogCommand::Verify(args) => verify_files(args, output),
    }
}

fn which(rounds: bool) -> WhichLog {
    if rounds { WhichLog::Rounds } else { WhichLog::Chain }
}

fn files_of(config: &Config, which: WhichLog) -> CliResult<LogFiles> {
    config.log_files(which)?.ok_or_else(|| match which {
        WhichLog::Chain => CliError::new("the configuration has no [log]")
            .hint("name directory, key, salts and binding in [log]"),
        WhichLog::Rounds => not_configured(),
    })
}

fn new(args: &LogNewArgs, output: &Output) -> CliResult {
    let config = Config::load(&args.config.config)?;
    let log = files_of(&config, which(args.rounds))?;
    let registry: Registry = files::read_json(&config.path(&config.registry))?;
    registry.validate()?;
    let custodian = Signer::load(&config.path(&config.signing_key))?;
    if log.binding.symlink_metadata().is_ok() {
        return Err(CliError::new(format!("{} exists", log.binding.display()))
            .hint("a log has one key: witnesses and venues know it"));
    }
    let key = SecretKey::create(&log.key, &log.log_origin, KeyKind::Note).map_err(explained)?;
    SaltKey::create(&log.salts).map_err(explained)?;
    let not_before = clock::now(args.at)?;
    let statement = LogKey {
        custodian: custodian.address(),
        account: config.account,
        log_origin: log.log_origin,
        public_key: Bytes32(*key.verifier_key().public()),
        not_before,
        expiry: not_before.saturating_add(args.valid_for),
    };
    let signature = custodian.sign(&statement, &Domain::of_registry(&registry.digest()))?;
    files::write_json(&log.binding, &SignedLogKey { statement, signature }, Access::Public)?;
    let vkey = key.verifier_key().to_string();
    let whom = if args.rounds { "witnesses and auditors" } else { "witnesses and venues" };
    output.result(json!({ "key": vkey, "binding": log.binding }), || {
        format!("{vkey}\n{}: hand it to {whom}", log.binding.display())
    });
    Ok(Outcome::Done)
}

fn append(args: &LogAppendArgs, output: &Output) -> CliResult {
    let config = Config::load(&args.config.config)?;
    files_of(&config, which(args.rounds))?;
    let daily = Daily::open(&config, clock::now(None)?, &mut None, output)?;
    if args.rounds {
        match daily.log_rounds()? {
            None => shown(&daily.open_rounds(daily.epoch)?, output),
            Some(unwritten) => Err(unwritten),
        }
    } else {
        daily.logged(&daily.state.chain()?)?;
        shown(&open_log(&daily)?, output)
    }
}

/// The chain's log of this epoch.
fn open_log(daily: &Daily<'_>) -> CliResult<Log> {
    daily.config.log.as_ref().map(|log| daily.open_log(log)).transpose()?.ok_or_else(|| {
        CliError::new("the configuration has no [log]")
            .hint("name directory, key, salts and binding in [log]")
    })
}

fn shown(log: &Log, output: &Output) -> CliResult {
    let note = log.checkpoint().map_err(explained)?;
    let head = Checkpoint::parse(note.text())?;
    let cosignatures = note.signatures().len().saturating_sub(1);
    let value = json!({
        "origin": head.origin, "size": head.size, "root": Bytes32(head.root), "cosignatures": cosignatures, "directory": log.dir(),
    });
    output.result(value, || format!("{note}\n{} entries, {cosignatures} cosignatures", head.size));
    Ok(Outcome::Done)
}

fn checkpoint(args: &LogCheckpointArgs, output: &Output) -> CliResult {
    let config = Config::load(&args.config.config)?;
    files_of(&config, which(args.rounds))?;
    let daily = Daily::open(&config, clock::now(args.at)?, &mut None, output)?;
    let mut log =
        if args.rounds { daily.open_rounds(args.epoch.unwrap_or(daily.epoch))? } else { open_log(&daily)? };
    if let Some(path) = &args.request {
        let request = log.request(args.known).map_err(explained)?;
        files::write_atomically(path, request.to_string().as_bytes(), Access::Public)?;
    }
    if let (Some(line), Some(key)) = (&args.cosignature, &args.witness_key) {
        let line = files::read_text(line, MAX_BYTES)?;
        let signed: SignedWitnessKey = files::read_json(key)?;
        let key = VerifierKey::parse(&signed.statement.vkey)
            .map_err(|error| CliError::new(format!("{}: {error}", key.display())))?;
        log.add_cosignature(&line, &key).map_err(explained)?;
    }
    shown(&log, output)
}

/// Writes the openings of rounds, all or nothing: a file for each entry.
fn open(args: &LogOpenArgs, output: &Output) -> CliResult {
    let config = Config::load(&args.config.config)?;
    if args.out.symlink_metadata().is_ok() {
        return Err(
            CliError::new(format!("{} exists", args.out.display())).hint("name a new directory with --out")
        );
    }
    if let Some(unknown) =
        args.venues.iter().find(|name| config.venues.iter().all(|venue| venue.name != **name))
    {
        return Err(CliError::new(format!("{unknown:?} is no venue of the configuration"))
            .hint("name a venue as [[venue]] does, or leave --venue out"));
    }
    let daily = Daily::open(&config, clock::now(args.at)?, &mut None, output)?;
    let rounds: BTreeSet<u64> = args.rounds.iter().copied().collect();
    let mut written = Vec::new();
    for round in rounds {
        let openings = daily.round_openings(round)?;
        let wanted = |one: &VenueOpening| args.venues.is_empty() || args.venues.contains(&one.venue);
        let openings: Vec<_> = openings.into_iter().filter(wanted).collect();
        if openings.is_empty() {
            return Err(CliError::new(format!("the log of the rounds has nothing of round {round}")).hint(
                "a round without a coverage has no entry; one of an epoch that was forgotten can't be opened",
            ));
        }
        for VenueOpening { venue, opening } in openings {
            let name = format!("{}-{}-{venue}-{}.json", opening.epoch, round, opening.index);
            written.push((name, opening.to_json().into_bytes()));
        }
    }
    let names: Vec<String> = written.iter().map(|(name, _)| name.clone()).collect();
    let files: Vec<_> =
        names.iter().map(String::as_str).zip(written.into_iter().map(|(_, bytes)| bytes)).collect();
    files::write_together(&args.out, &files, Access::Secret)?;
    output.result(json!({ "out": args.out, "openings": names }), || {
        format!("{}: {} openings, for the auditor", args.out.display(), names.len())
    });
    Ok(Outcome::Done)
}

fn witness_key(args: &WitnessKeyArgs, output: &Output) -> CliResult {
    let registry: Registry = files::read_json(&args.registry)?;
    registry.validate()?;
    let signer = Signer::load(&args.signer)?;
    if !registry.witnesses.members.contains(&signer.address()) {
        return Err(CliError::new(format!("{} is no witness of the registry", signer.address()))
            .hint("use the key of a witness that the registry names"));
    }
    let key = SecretKey::create(&args.key, &args.name, KeyKind::Cosignature).map_err(explained)?;
    let not_before = clock::now(args.at)?;
    let statement = WitnessKey {
        witness: signer.address(),
        vkey: key.verifier_key().to_string(),
        not_before,
        expiry: not_before.saturating_add(args.valid_for),
    };
    let vkey = statement.vkey.clone();
    let signature = signer.sign(&statement, &Domain::of_registry(&registry.digest()))?;
    files::write_json(&args.out, &SignedWitnessKey { statement, signature }, Access::Public)?;
    output.result(json!({ "key": vkey, "binding": args.out }), || {
        format!("{vkey}\n{}: hand it to custodians", args.out.display())
    });
    Ok(Outcome::Done)
}

fn witness(args: &LogWitnessArgs, output: &Output) -> CliResult {
    let registry: Registry = files::read_json(&args.registry)?;
    registry.validate()?;
    let domain = Domain::of_registry(&registry.digest());
    let mut logs = Vec::new();
    for path in &args.logs {
        let LogKey { log_origin, public_key, .. } = read_log_key(path, &domain)?.statement;
        logs.push(WitnessedLog { log_origin, public_key: public_key.0, epochs: registry.epoch });
    }
    let key = SecretKey::load(&args.key).map_err(explained)?;
    let former = args.former_keys.iter().map(|text| {
        VerifierKey::parse(text).map_err(|error| CliError::new(format!("--former-key: {error}")))
    });
    let former = former.collect::<CliResult<Vec<_>>>()?;
    let witness = Witness::new(&args.state, key, logs).map_err(explained)?.with_former_keys(former);
    let request = AddCheckpoint::parse(&files::read_text(&args.request, MAX_BYTES)?)
        .map_err(|error| CliError::new(format!("{}: {error}", args.request.display())))?;
    match witness.add_checkpoint(&request, clock::now(args.at)?) {
        Ok(line) => {
            files::write_atomically(&args.out, line.as_bytes(), Access::Public)?;
            output.result(json!({ "cosigned": true, "line": line }), || line.clone());
            Ok(Outcome::Done)
        }
        Err(error @ WitnessError::State(_)) => Err(CliError::new(error)),
        Err(error) => {
            let (status, message) = (error.status(), error.to_string());
            output.result(json!({ "cosigned": false, "status": status, "reason": message }), || {
                format!("not cosigned ({status}): {message}")
            });
            Ok(Outcome::Rejected)
        }
    }
}

/// A log key that its custodian signed. Whether that is the account's custodian is for the reader to know.
pub(super) fn read_log_key(path: &Path, domain: &Domain) -> CliResult<SignedLogKey> {
    let signed: SignedLogKey = files::read_json(path)?;
    let statement = &signed.statement;
    check_signer(&statement.custodian, &signed.signature, &statement.digest(domain)).map_err(|error| {
        CliError::new(format!("{}: {error}", path.display())).hint("ask the custodian for the file again")
    })?;
    Ok(signed)
}

fn verify_files(args: &LogVerifyArgs, output: &Output) -> CliResult {
    let registry: Registry = files::read_json(&args.registry)?;
    registry.validate()?;
    let domain = Domain::of_registry(&registry.digest());
    let key = read_log_key(&args.log_key, &domain)?.statement.verifier_key(args.epoch)?;
    let statements = match &args.bundle {
        None => None,
        Some(path) => {
            let bundle = bundles::read(path)?;
            Some(logged(&bundle, &domain).ok_or_else(|| {
                CliError::new(format!(
                    "{}: the bundle has no history of each of its allocations",
                    path.display()
                ))
                .hint("the custodian shows one as soon as a witness has cosigned")
            })?)
        }
    };
    match verify(&args.log, &key, statements.as_deref()) {
        Ok(verified) => {
            let (size, root) = (verified.head.size, Bytes32(verified.head.root));
            let cosignatures = verified.note.signatures().len().saturating_sub(1);
            let compared = statements.is_some();
            let value = json!({
                "verified": true, "size": size, "root": root, "cosignatures": cosignatures, "comparedWithBundle": compared,
            });
            output.result(value, || {
                format!("{size} entries, root {root}, {cosignatures} cosignatures (not checked here)")
            });
            Ok(Outcome::Done)
        }
        Err(error) => {
            let message = error.to_string();
            output.result(json!({ "verified": false, "reason": message }), || {
                format!("not verified: {message}")
            });
            Ok(Outcome::Rejected)
        }
    }
}

/// The entries that a bundle's history says are in the log.
fn logged(bundle: &Bundle, domain: &Domain) -> Option<Vec<Bytes32>> {
    let history = bundle.history.as_ref()?;
    let entry = |(index, logged): (usize, &solvency_verifier::bundle::LoggedEntry)| {
        let statement = &bundle.allocations.get(index)?.proven.statement;
        Some(LogEntry::of(statement, statement.digest(domain), logged).digest(domain))
    };
    let same = history.entries.len() == bundle.allocations.len();
    same.then(|| history.entries.iter().enumerate().map(entry).collect())?
}

//! The account's log of the epoch: each allocation is appended as soon as it is made, and bundles carry the checkpoint that witnesses
//! cosigned (spec/log.md).

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use solvency_log::{Log, LogError, SaltKey, SecretKey};
use solvency_prover::files;
use solvency_verifier::Bytes32;
use solvency_verifier::bundle::{History, LoggedEntry, SignedLogKey, SignedWitnessKey};
use solvency_verifier::encoding::TypedData;
use solvency_verifier::log::{ClaimMark, LogEntry, Note, VerifierKey};
use solvency_verifier::statement::{AllocationStatement, SourceUse};

use super::config::LogConfig;
use super::daily::Daily;
use super::pledges::Pledge;
use super::state::ChainEntry;
use crate::error::{CliError, CliResult};

/// The claim for which a pledge was made: the log dates it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct LoggedClaim {
    pub(crate) claim: Bytes32,
    pub(crate) number: u64,
}

/// The epoch's log with its checkpoint, as bundles show it.
pub(crate) struct Logged {
    salts: SaltKey,
    origin: String,
    binding: SignedLogKey,
    /// Keys of witnesses that cosigned.
    witnesses: Vec<SignedWitnessKey>,
    /// The log's line and those of the witnesses.
    note: Note,
    entries: Vec<LoggedEntry>,
}

impl Daily<'_> {
    /// Appends what the chain has and the log has not, signs a checkpoint, and gathers what witnesses said of it. None where no log is
    /// configured.
    pub(crate) fn logged(&self, chain: &[ChainEntry]) -> CliResult<Option<Logged>> {
        let Some(config) = &self.config.log else { return Ok(None) };
        let salts = SaltKey::load(&self.config.path(&config.salts)).map_err(explained)?;
        let key = SecretKey::load(&self.config.path(&config.key)).map_err(explained)?;
        let binding: SignedLogKey = files::read_json(&self.config.path(&config.binding))?;
        let mut log = self.open_log(config)?;
        let entries: Vec<LoggedEntry> = chain
            .iter()
            .enumerate()
            .map(|(index, entry)| self.entry(&salts, log.origin(), index, entry))
            .collect();
        let digests: Vec<Bytes32> = chain
            .iter()
            .zip(&entries)
            .map(|(entry, logged)| {
                log_entry(&self.config.account, self.epoch, &entry.allocation.proven.statement, logged, self)
            })
            .collect();
        log.append_all(0, &digests).map_err(explained)?;
        let mut note = log.sign_checkpoint(&key).map_err(explained)?;
        let mut keys: Vec<(VerifierKey, SignedWitnessKey)> = Vec::new();
        for path in &config.witness_keys {
            let signed: SignedWitnessKey = files::read_json(&self.config.path(path))?;
            let key = VerifierKey::parse(&signed.statement.vkey)
                .map_err(|error| CliError::new(format!("{}: {error}", path.display())))?;
            keys.push((key, signed));
        }
        let own = key.in_epoch(self.epoch)?;
        note.remove(|line| !line.is_of(&own) && !keys.iter().any(|(key, _)| line.is_of(key)));
        keys.retain(|(key, _)| note.signature_of(key).is_ok());
        let witnesses = keys.into_iter().map(|(_, signed)| signed).collect();
        Ok(Some(Logged { salts, origin: log.origin().into(), binding, witnesses, note, entries }))
    }

    /// Refuses where the log has more than the store's chain (O3), before anything is signed.
    pub(super) fn check_log(&self) -> CliResult<()> {
        let Some(config) = &self.config.log else { return Ok(()) };
        let (logged, kept) = (self.open_log(config)?.size(), self.state.chain()?.len());
        if logged <= kept as u64 {
            return Ok(());
        }
        Err(CliError::new(format!(
            "the log of epoch {} has {logged} entries, the store's chain {kept}",
            self.epoch
        ))
        .hint("restore the newest copy of the store: signing another history of the epoch is equivocation"))
    }

    /// The log of this epoch.
    pub(crate) fn open_log(&self, config: &LogConfig) -> CliResult<Log> {
        Log::open(&self.config.path(&config.directory), &self.config.log_origin, self.epoch)
            .map_err(explained)
    }

    fn entry(&self, salts: &SaltKey, origin: &str, index: usize, entry: &ChainEntry) -> LoggedEntry {
        let index = index as u64;
        let outputs = 1..entry.allocation.proven.statement.outputs.len();
        let mark = |output: usize| match entry.claims.get(output).and_then(Option::as_ref) {
            Some(claim) => mark(salts, origin, index, output, claim).digest(&self.domain),
            None => salts.unused(origin, index, output as u32),
        };
        LoggedEntry { salt: salts.entry(origin, index), claims: outputs.map(mark).collect() }
    }
}

impl Logged {
    /// What a venue's bundle shows of it; nothing before a witness has cosigned.
    pub(super) fn history(&self, pledge: &Pledge, chain: &[ChainEntry]) -> Option<History> {
        let claim = chain.get(pledge.entry)?.claims.get(pledge.output)?.as_ref()?;
        (!self.witnesses.is_empty()).then(|| History {
            checkpoint: self.note.to_string(),
            log_key: self.binding.clone(),
            witness_keys: self.witnesses.clone(),
            entries: self.entries.clone(),
            claim: mark(&self.salts, &self.origin, pledge.entry as u64, pledge.output, claim),
        })
    }
}

fn mark(salts: &SaltKey, origin: &str, index: u64, output: usize, claim: &LoggedClaim) -> ClaimMark {
    ClaimMark { claim: claim.claim, number: claim.number, salt: salts.mark(origin, index, output as u32) }
}

fn log_entry(
    account: &Bytes32,
    epoch: u64,
    statement: &AllocationStatement,
    logged: &LoggedEntry,
    daily: &Daily<'_>,
) -> Bytes32 {
    let released = statement.sources.iter().filter(|source| source.kind == SourceUse::Released);
    let entry = LogEntry {
        account: *account,
        epoch,
        sequence: statement.sequence,
        allocation: statement.digest(&daily.domain),
        releases: released.map(|source| source.release).collect(),
        claims: logged.claims.clone(),
        salt: logged.salt,
    };
    entry.digest(&daily.domain)
}

/// Where the checkpoint of an epoch is, to see when a witness has cosigned.
pub(crate) fn checkpoint_path(directory: PathBuf, epoch: u64) -> PathBuf {
    directory.join(epoch.to_string()).join("checkpoint")
}

/// A log's error with what to do about it.
pub(crate) fn explained(error: LogError) -> CliError {
    let hint = match &error {
        LogError::Equivocation { .. } | LogError::Inconsistent { .. } => {
            "the store or the log is an old copy: restore the newest; signing another history is equivocation"
        }
        LogError::InUse { .. } => "wait until the other command has ended",
        LogError::NoCheckpoint => "run `solvency log append`",
        _ => "spec/log.md says what the files hold",
    };
    CliError::new(&error).hint(hint)
}

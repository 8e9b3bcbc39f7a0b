//! The log of the account's rounds: each coverage is an entry, which witnesses date (spec/log.md, "Rounds").
//!
//! What is recorded with a coverage, in the store's one transaction, is what the log gets: it is always a beginning of the store's records. It
//! does not show that a coverage was delivered.

use serde::{Deserialize, Serialize};
use solvency_audit::{ROUND_OPENING_FORMAT, RoundOpening};
use solvency_log::{Log, LogError, SaltKey, SecretKey};
use solvency_verifier::Bytes32;
use solvency_verifier::encoding::TypedData;
use solvency_verifier::log::RoundEntry;

use super::config::{LogFiles, WhichLog};
use super::daily::Daily;
use super::history::explained;
use crate::error::{CliError, CliResult};

/// What one run adds to the log: its new coverages, in the order of their leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct RoundRecord {
    /// Number of the price round.
    pub(crate) round: u64,
    /// Digests of the attested books, in the order of the bundles.
    pub(crate) books: Vec<Bytes32>,
    /// Digest of the chain's last allocation.
    pub(crate) head: Bytes32,
    pub(crate) coverages: Vec<RecordedCoverage>,
}

/// A coverage of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct RecordedCoverage {
    /// The venue's name in the configuration.
    pub(crate) venue: String,
    /// Digest of the coverage statement.
    pub(crate) coverage: Bytes32,
}

/// An opening, and whose coverage it is.
pub(crate) struct VenueOpening {
    pub(crate) venue: String,
    pub(crate) opening: RoundOpening,
}

/// The log of an epoch's rounds, as the store has it: the leaves, one after the other.
struct Rounds<'a> {
    records: &'a [RoundRecord],
    salts: SaltKey,
    /// With the epoch.
    origin: String,
    epoch: u64,
}

impl Rounds<'_> {
    /// Index, record and coverage of each leaf.
    fn leaves(&self) -> impl Iterator<Item = (u64, &RoundRecord, &RecordedCoverage)> {
        let coverages =
            self.records.iter().flat_map(|record| record.coverages.iter().map(move |one| (record, one)));
        (0u64..).zip(coverages).map(|(index, (record, one))| (index, record, one))
    }

    fn digests(&self, daily: &Daily<'_>) -> Vec<Bytes32> {
        let entry = |(index, record, one): (u64, &RoundRecord, &RecordedCoverage)| RoundEntry {
            account: daily.config.account,
            epoch: self.epoch,
            round: record.round,
            books: record.books.clone(),
            head: record.head,
            coverage: one.coverage,
            salt: self.salts.entry(&self.origin, index),
        };
        self.leaves().map(|leaf| entry(leaf).digest(&daily.domain)).collect()
    }
}

impl Daily<'_> {
    /// The configuration's log of the rounds.
    pub(crate) fn rounds_log(&self) -> CliResult<Option<LogFiles>> {
        self.config.log_files(WhichLog::Rounds)
    }

    /// Appends what the store has recorded and the log has not, in this epoch and in the one before, and signs a checkpoint.
    ///
    /// Fails where the log has more than the store, or other entries (O3), or can't be read. What only can't be *written* is answered: it
    /// holds up no venue, and the next run writes it.
    pub(crate) fn log_rounds(&self) -> CliResult<Option<CliError>> {
        let Some(files) = self.rounds_log()? else { return Ok(None) };
        let before = self.epoch.checked_sub(1);
        let mut unwritten = None;
        for epoch in before.into_iter().chain([self.epoch]) {
            let records = self.state.rounds(epoch)?;
            if records.is_empty() && epoch != self.epoch {
                // Nothing was covered, or it was forgotten.
                continue;
            }
            match self.log_epoch(&files, epoch, &records) {
                Ok(_) => {}
                Err(RoundsError::Log(error @ LogError::Io { .. })) => unwritten = Some(explained(error)),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(unwritten)
    }

    /// The log of an epoch's rounds with all that the store has of it, and a checkpoint of that.
    fn log_epoch<'r>(
        &self,
        files: &LogFiles,
        epoch: u64,
        records: &'r [RoundRecord],
    ) -> Result<(Log, Rounds<'r>), RoundsError> {
        let mut log = Log::open(&files.directory, &files.log_origin, epoch)?;
        let kept: usize = records.iter().map(|record| record.coverages.len()).sum();
        if log.size() > kept as u64 {
            return Err(RoundsError::Longer { epoch, logged: log.size(), kept });
        }
        let (salts, key) = (SaltKey::load(&files.salts)?, SecretKey::load(&files.key)?);
        let rounds = Rounds { records, salts, origin: log.origin().into(), epoch };
        log.append_all(0, &rounds.digests(self))?;
        log.sign_checkpoint(&key)?;
        Ok((log, rounds))
    }

    /// The log of an epoch's rounds, with all that the store has of it.
    pub(crate) fn open_rounds(&self, epoch: u64) -> CliResult<Log> {
        let files = self.rounds_log()?.ok_or_else(not_configured)?;
        let records = self.state.rounds(epoch)?;
        if records.is_empty() && epoch != self.epoch {
            return Err(CliError::new(format!("the store has no rounds of epoch {epoch}")).hint(
                "an epoch that was forgotten is not logged any more; its log's files stay as they are",
            ));
        }
        Ok(self.log_epoch(&files, epoch, &records)?.0)
    }

    /// The openings of a price round's entries: one for each coverage that was made of it, each of which stands in the log.
    pub(crate) fn round_openings(&self, round: u64) -> CliResult<Vec<VenueOpening>> {
        let files = self.rounds_log()?.ok_or_else(not_configured)?;
        let mut openings = Vec::new();
        for epoch in self.state.epochs()? {
            let records = self.state.rounds(epoch)?;
            if !records.iter().any(|record| record.round == round) {
                continue;
            }
            let (_, rounds) = self.log_epoch(&files, epoch, &records)?;
            let wanted = rounds.leaves().filter(|(_, record, _)| record.round == round);
            openings.extend(wanted.map(|(index, record, one)| VenueOpening {
                venue: one.venue.clone(),
                opening: RoundOpening {
                    format: ROUND_OPENING_FORMAT.into(),
                    account: self.config.account,
                    epoch,
                    round,
                    index,
                    head: record.head,
                    coverage: one.coverage,
                    salt: rounds.salts.entry(&rounds.origin, index),
                },
            }));
        }
        Ok(openings)
    }
}

/// What to say where no log of the rounds is configured.
pub(crate) fn not_configured() -> CliError {
    CliError::new("the configuration has no [log.rounds]")
        .hint("name directory, key, salts and binding in [log.rounds]")
}

/// Why the log is not what the store has.
enum RoundsError {
    Log(LogError),
    /// The store is an old copy.
    Longer {
        epoch: u64,
        logged: u64,
        kept: usize,
    },
}

impl From<LogError> for RoundsError {
    fn from(error: LogError) -> Self {
        RoundsError::Log(error)
    }
}

impl From<RoundsError> for CliError {
    fn from(error: RoundsError) -> Self {
        match error {
            RoundsError::Log(error) => explained(error),
            RoundsError::Longer { epoch, logged, kept } => CliError::new(format!(
                "the log of the rounds of epoch {epoch} has {logged} entries, the store {kept}"
            ))
            .hint(
                "restore the newest copy of the store: signing another history of the epoch is equivocation",
            ),
        }
    }
}

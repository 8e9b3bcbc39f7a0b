//! What a custodian keeps of an epoch: records of the store, and the two files that attestors are handed.
//!
//! The rules O1 … stand in `spec/operations.md`.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use solvency_prover::account::{PledgeOpening, TotalOpening};
use solvency_prover::book::Book;
use solvency_prover::files::{self, Access};
use solvency_store::{Delivery, Kind, Store, StoreError, Transaction, from_json, to_json};
use solvency_verifier::Bytes32;
use solvency_verifier::bundle::{Allocation, Bundle, Proven};
use solvency_verifier::statement::{BookAttestation, CoverageStatement, HoldingsStatement, Signed};
use zeroize::Zeroizing;

use super::archive::Archive;
use super::headroom::HeadroomRecord;
use super::history::LoggedClaim;
use super::rounds::RoundRecord;
use super::unlock::explained;
use crate::error::{CliError, CliResult};

/// Names of the two attestations of an epoch.
const COMMITTED: &str = "committed";
const SIGNED: &str = "signed";

/// A book's attestation with the signatures so far: public.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct SignedAttestation {
    pub(crate) attestation: BookAttestation,
    pub(crate) signatures: Vec<Signed>,
}

/// A shard's holdings proof and the opening of its total: secret.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct HeldShard {
    pub(crate) proven: Proven<HoldingsStatement>,
    pub(crate) opening: TotalOpening,
}

/// An allocation of the chain and the openings of its outputs: secret.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ChainEntry {
    pub(crate) allocation: Allocation,
    pub(crate) openings: Vec<PledgeOpening>,
    /// The venue of each output; null for what is kept or unused.
    pub(crate) venues: Vec<Option<String>>,
    /// The claim for which each output was made.
    pub(crate) claims: Vec<Option<LoggedClaim>>,
}

/// A bundle and where it goes.
pub(crate) struct Publishing<'a> {
    pub(crate) venue: &'a str,
    /// The coverage in it, where it is new.
    pub(crate) coverage: Option<&'a Proven<CoverageStatement>>,
    pub(crate) path: &'a Path,
    /// Number of its price round.
    pub(crate) round: u64,
    /// Its bytes.
    pub(crate) bytes: &'a [u8],
}

/// The bytes of a bundle, as they are published.
pub(crate) fn bundle_bytes(bundle: &Bundle) -> CliResult<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(bundle)?;
    text.push(b'\n');
    Ok(text)
}

/// What is handed to attestors: a directory for each epoch.
pub(crate) struct HandOver {
    directory: PathBuf,
}

impl HandOver {
    pub(crate) fn new(state: &Path, epoch: u64) -> Self {
        HandOver { directory: state.join(format!("epoch-{epoch}")) }
    }

    /// The openings of the book, in the clear until enough attestors have signed.
    pub(crate) fn book_path(&self) -> PathBuf {
        self.directory.join("book.json")
    }

    /// The attestation that attestors sign.
    pub(crate) fn attestation_path(&self) -> PathBuf {
        self.directory.join("attestation.json")
    }

    /// The attestation with the signatures so far.
    pub(crate) fn attestation(&self) -> CliResult<Option<SignedAttestation>> {
        let path = self.attestation_path();
        if path.exists() { Ok(Some(files::read_json(&path)?)) } else { Ok(None) }
    }

    /// Writes both files.
    pub(crate) fn write(&self, book: &Book, attestation: &SignedAttestation) -> CliResult<()> {
        files::write_json(&self.book_path(), book, Access::Secret)?;
        Ok(files::write_json(&self.attestation_path(), attestation, Access::Public)?)
    }

    /// Removes the openings of earlier epochs, which nobody will sign any more.
    fn remove_earlier_books(state: &Path, epoch: u64) -> CliResult<()> {
        for entry in fs::read_dir(state).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix("epoch-")?.parse::<u64>().ok());
            if let Some(earlier) = number.filter(|number| *number < epoch) {
                HandOver::new(state, earlier).remove_book()?;
            }
        }
        Ok(())
    }

    /// Takes the openings back.
    fn remove_book(&self) -> CliResult<()> {
        let path = self.book_path();
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(CliError::new(format!("{}: {error}", path.display()))
                    .hint("remove it by hand: it holds every balance in the clear"))
            }
            _ => Ok(()),
        }
    }
}

/// The records of one epoch.
pub(crate) struct EpochState {
    store: RefCell<Store>,
    directory: PathBuf,
    pub(crate) hand_over: HandOver,
    epoch: u64,
}

impl EpochState {
    /// The epoch's records in a store.
    pub(crate) fn new(store: Store, state: &Path, epoch: u64) -> Self {
        let hand_over = HandOver::new(state, epoch);
        EpochState { store: RefCell::new(store), directory: state.to_owned(), hand_over, epoch }
    }

    /// Refuses an epoch before the newest one of the store (O2).
    pub(crate) fn check_newest(&self) -> CliResult<()> {
        let epochs = self.epochs()?;
        match epochs.last().filter(|newest| **newest > self.epoch) {
            None => Ok(()),
            Some(newest) => Err(CliError::new(format!(
                "the clock stands in epoch {}, the store has records of epoch {newest}",
                self.epoch
            ))
            .hint("set the clock; an epoch that has begun is never left again")),
        }
    }

    /// The openings of the book with this attestation.
    pub(crate) fn book(&self, attestation: &Bytes32) -> CliResult<Option<Book>> {
        self.get(Kind::Book, &attestation.to_string())
    }

    /// The attestation that was committed last, unsigned.
    pub(crate) fn committed(&self) -> CliResult<Option<SignedAttestation>> {
        self.get(Kind::Attestation, COMMITTED)
    }

    /// The attestation of the epoch's one book, with its quorum.
    pub(crate) fn signed(&self) -> CliResult<Option<SignedAttestation>> {
        self.get(Kind::Attestation, SIGNED)
    }

    /// Keeps a book that attestors are to sign, by the digest of its attestation, and hands it over.
    pub(crate) fn commit_book(
        &self,
        book: &Book,
        attestation: &SignedAttestation,
        digest: &Bytes32,
    ) -> CliResult<()> {
        self.transaction(|tx| {
            let _ = tx.put_once(self.epoch, Kind::Book, &digest.to_string(), &to_json(book)?)?;
            let _ = tx.replace(self.epoch, Kind::Attestation, COMMITTED, &to_json(attestation)?)?;
            Ok(())
        })?;
        HandOver::remove_earlier_books(&self.directory, self.epoch)?;
        self.hand_over.write(book, attestation)
    }

    /// Makes a book the epoch's one (O1), and takes its openings back from where attestors read them.
    pub(crate) fn settle_book(&self, signed: &SignedAttestation) -> CliResult<()> {
        self.transaction(|tx| {
            if tx.get(self.epoch, Kind::Attestation, SIGNED)?.is_none() {
                let _ = tx.put_once(self.epoch, Kind::Attestation, SIGNED, &to_json(signed)?)?;
            }
            Ok(())
        })?;
        self.hand_over.remove_book()
    }

    pub(crate) fn holdings(&self) -> CliResult<Vec<HeldShard>> {
        self.sequence(Kind::Holdings)
    }

    pub(crate) fn append_holdings(&self, shard: usize, held: &HeldShard) -> CliResult<()> {
        self.append(Kind::Holdings, shard, held)
    }

    pub(crate) fn chain(&self) -> CliResult<Vec<ChainEntry>> {
        self.sequence(Kind::Allocation)
    }

    pub(crate) fn append_allocation(&self, number: usize, entry: &ChainEntry) -> CliResult<()> {
        self.append(Kind::Allocation, number, entry)
    }

    pub(crate) fn coverage(&self, venue: &str) -> CliResult<Option<Proven<CoverageStatement>>> {
        self.get(Kind::Coverage, venue)
    }

    /// Keeps what is about to be published where auditors' samples are taken from. Answers with the first failure, once the rest is done.
    pub(crate) fn keep_bundles(&self, all: &[Publishing<'_>]) -> CliResult<()> {
        let archive = Archive::new(&self.directory);
        let mut kept = Ok(());
        for one in all {
            kept = kept.and(archive.keep(self.epoch, one.round, one.venue, one.bytes));
        }
        kept
    }

    /// What the log of an epoch's rounds has to have.
    pub(crate) fn rounds(&self, epoch: u64) -> CliResult<Vec<RoundRecord>> {
        sequence(&self.store.borrow(), epoch, Kind::Round)
    }

    /// Epochs of which there is something.
    pub(crate) fn epochs(&self) -> CliResult<Vec<u64>> {
        self.store.borrow().epochs().map_err(explained)
    }

    /// Keeps new coverages, what the log of the rounds gets of them, and their bundles for delivery, in one step. A bundle that was
    /// published and is no longer there as it was is recorded once more.
    pub(crate) fn publish(&self, all: &[Publishing<'_>], round: Option<&RoundRecord>) -> CliResult<()> {
        let mut targets = Vec::new();
        for one in all {
            let path = std::path::absolute(one.path)?;
            let target = path.to_str().ok_or_else(|| {
                CliError::new(format!("{}: not the name of a bundle in UTF-8", one.path.display()))
            })?;
            let there = files::read_bytes(&path, files::MAX_JSON_BYTES).is_ok_and(|there| there == one.bytes);
            if let Some(folder) = path.parent() {
                // Delivery tells of what can't be made, and holds up no other venue.
                let _ = fs::create_dir_all(folder);
            }
            targets.push((target.to_owned(), there));
        }
        self.transaction(|tx| {
            for (one, (target, there)) in all.iter().zip(&targets) {
                if let Some(coverage) = one.coverage {
                    let _ = tx.replace(self.epoch, Kind::Coverage, one.venue, &to_json(coverage)?)?;
                }
                let _ = tx.publish(self.epoch, target, solvency_store::Access::Public, one.bytes)?;
                if !there {
                    tx.deliver_again(target)?;
                }
            }
            if let Some(round) = round {
                let number = tx.sequence(self.epoch, Kind::Round)?.len() as u64;
                let _ = tx.append(self.epoch, Kind::Round, number, &to_json(round)?)?;
            }
            Ok(())
        })
    }

    /// Writes what was published and is not yet where it belongs. Answers with the number of files; what can't be written is an
    /// error once the rest is done.
    pub(crate) fn deliver(&self) -> CliResult<usize> {
        let Delivery { written, failed, .. } = self.store.borrow_mut().deliver().map_err(explained)?;
        match failed.into_iter().next() {
            None => Ok(written.len()),
            Some((_, error)) => {
                let hint = format!(
                    "{}; the new bundle is kept, and written when `solvency prove` runs again",
                    error.hint().unwrap_or("see that it can be written")
                );
                Err(CliError::new(format!("not published: {error}")).hint(hint))
            }
        }
    }

    /// Keeps a headroom, unless it says what the last one of the epoch says.
    pub(crate) fn note_headroom(&self, record: &HeadroomRecord) -> CliResult<()> {
        self.transaction(|tx| {
            let all = tx.sequence(self.epoch, Kind::Headroom)?;
            let last = all.last().map(|last| from_json::<HeadroomRecord>(last)).transpose()?;
            if last.is_some_and(|last| last.says_the_same(record)) {
                return Ok(());
            }
            let _ = tx.append(self.epoch, Kind::Headroom, all.len() as u64, &to_json(record)?)?;
            Ok(())
        })
    }

    /// Forgets epochs that are more than so many behind this one.
    pub(crate) fn forget_before(&self, kept: u64) -> CliResult<Vec<u64>> {
        let Some(first) = self.epoch.checked_sub(kept) else { return Ok(Vec::new()) };
        forget_before(&mut self.store.borrow_mut(), &self.directory, first)
    }

    /// The number of the store's changes.
    pub(crate) fn generation(&self) -> u64 {
        self.store.borrow().generation()
    }

    fn get<T: DeserializeOwned>(&self, kind: Kind, name: &str) -> CliResult<Option<T>> {
        let content = self.store.borrow().get(self.epoch, kind, name).map_err(explained)?;
        content.map(|content| from_json(&content)).transpose().map_err(explained)
    }

    fn sequence<T: DeserializeOwned>(&self, kind: Kind) -> CliResult<Vec<T>> {
        sequence(&self.store.borrow(), self.epoch, kind)
    }

    fn append<T: Serialize>(&self, kind: Kind, number: usize, value: &T) -> CliResult<()> {
        let content: Zeroizing<Vec<u8>> = to_json(value).map_err(explained)?;
        self.transaction(|tx| tx.append(self.epoch, kind, number as u64, &content).map(|_| ()))
    }

    fn transaction(
        &self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<(), StoreError>,
    ) -> CliResult<()> {
        self.store.borrow_mut().transaction(work).map_err(explained)
    }
}

/// The entries of a sequence.
pub(crate) fn sequence<T: DeserializeOwned>(store: &Store, epoch: u64, kind: Kind) -> CliResult<Vec<T>> {
    let contents = store.sequence(epoch, kind).map_err(explained)?;
    contents.iter().map(|content| from_json(content).map_err(explained)).collect()
}

/// Forgets all epochs before one, and the bundles that were kept of them.
pub(crate) fn forget_before(store: &mut Store, state: &Path, first: u64) -> CliResult<Vec<u64>> {
    let old: Vec<u64> =
        store.epochs().map_err(explained)?.into_iter().filter(|epoch| *epoch < first).collect();
    store.transaction(|tx| old.iter().try_for_each(|epoch| tx.forget_epoch(*epoch))).map_err(explained)?;
    Archive::new(state).forget_before(first)?;
    Ok(old)
}

//! B1–B5, H0: the books, their attestations and the holdings proofs of their shards.

use alloc::{format, vec::Vec};

use super::proofs::Proofs;
use super::window::Window;
use super::{Judge, Reason, bounded, insert_new, place};
use crate::bundle::Book;
use crate::encoding::{Bytes32, FieldElement, TypedData, context};
use crate::public_inputs::HoldingsPublic;
use crate::shape::Statement;
use crate::statement::{BookAttestation, Quorum, check_quorum};

/// A shard with its holdings statement: what a source may spend.
pub(super) struct Holdings {
    /// Digest of the holdings statement: how a source names it.
    pub(super) digest: Bytes32,
    /// `C_T`.
    pub(super) total: FieldElement,
    /// Its attestation's end.
    pub(super) expiry: u64,
    /// Where it stands in the bundle.
    pub(super) place: alloc::string::String,
}

impl Judge<'_> {
    /// Checks every book; answers the holdings that the chain may spend.
    pub(super) fn check_books<'b>(
        &self,
        books: &'b [Book],
        window: &mut Window,
        proofs: &mut Proofs<'b>,
    ) -> Result<Vec<Holdings>, Reason> {
        let mut holdings = Vec::new();
        let mut roots = Vec::new();
        for (index, book) in books.iter().enumerate() {
            let at = place("books", index);
            bounded("holdings of a book", book.holdings.len())?;
            bounded("shards of a book", book.attestation.shards.len())?;
            self.check_attestation(&at, book)?;
            window.ends(&at, book.attestation.expiry);
            for shard in &book.attestation.shards {
                if !insert_new(&mut roots, shard.root) {
                    return Err(Reason::RootTwice { place: at, root: shard.root });
                }
            }
            self.check_holdings(&at, book, window, proofs, &mut holdings)?;
        }
        self.check_snapshots_together(books)?;
        Ok(holdings)
    }

    fn check_attestation(&self, at: &str, book: &Book) -> Result<(), Reason> {
        let attestation = &book.attestation;
        self.check_attestors(at, book)?;
        self.check_consumer(at, attestation)?;
        check_shards(at, attestation)?;
        self.check_times(at, attestation)
    }

    /// B1: k of n attestors.
    fn check_attestors(&self, at: &str, book: &Book) -> Result<(), Reason> {
        let set = &self.trust.registry.attestors;
        let (got, expected) = (book.attestation.attestor_set_version, set.version);
        if got != expected {
            return Err(Reason::AttestorSet { place: at.into(), got, expected });
        }
        let quorum =
            Quorum { members: &set.members, threshold: set.threshold(), revoked: self.revoked_signers() };
        check_quorum(quorum, &book.signatures, &book.attestation.digest(&self.domain))
            .map_err(|error| Reason::Attestors { place: at.into(), error })
    }

    /// B2: this account on this log in this epoch may consume the book, and no other.
    fn check_consumer(&self, at: &str, book: &BookAttestation) -> Result<(), Reason> {
        let counterparty = &self.trust.counterparty;
        if book.custodian != counterparty.custodian {
            return Err(Reason::BookCustodian { place: at.into(), got: book.custodian });
        }
        if book.account != counterparty.account {
            return Err(Reason::BookAccount { place: at.into(), got: book.account });
        }
        if book.log_origin != counterparty.log_origin {
            return Err(Reason::BookLogOrigin { place: at.into(), got: book.log_origin.clone() });
        }
        if book.epoch != self.epoch {
            return Err(Reason::BookEpoch { place: at.into(), got: book.epoch, current: self.epoch });
        }
        if !book.exclusive {
            return Err(Reason::BookNotExclusive { place: at.into() });
        }
        Ok(())
    }

    /// B4, B5: the snapshot is recent and the book ends with its lock and epoch.
    fn check_times(&self, at: &str, book: &BookAttestation) -> Result<(), Reason> {
        let (as_of, now) = (book.as_of, self.now);
        if as_of > self.latest_present() {
            return Err(Reason::SnapshotInFuture { place: at.into(), as_of, now });
        }
        let allowed = self.trust.registry.max_book_age;
        if now.saturating_sub(as_of) > allowed {
            return Err(Reason::SnapshotStale { place: at.into(), as_of, now, allowed });
        }
        let limit = book.locked_until.min(self.epoch_end()?);
        let expiry = book.expiry;
        if expiry > limit {
            return Err(Reason::BookOutlives { place: at.into(), expiry, limit });
        }
        if now >= expiry {
            return Err(Reason::BookExpired { place: at.into(), expiry, now });
        }
        Ok(())
    }

    /// B4: all books show one state of the world.
    fn check_snapshots_together(&self, books: &[Book]) -> Result<(), Reason> {
        let times = || books.iter().map(|book| book.attestation.as_of);
        let (Some(earliest), Some(latest)) = (times().min(), times().max()) else { return Ok(()) };
        let allowed = self.trust.registry.max_as_of_spread;
        if latest.saturating_sub(earliest) > allowed {
            return Err(Reason::SnapshotsApart { earliest, latest, allowed });
        }
        Ok(())
    }

    /// H0: each holdings statement is about one shard of this book; its proof's inputs are computed here.
    fn check_holdings<'b>(
        &self,
        at: &str,
        book: &'b Book,
        window: &mut Window,
        proofs: &mut Proofs<'b>,
        holdings: &mut Vec<Holdings>,
    ) -> Result<(), Reason> {
        let attestation = &book.attestation;
        let book_digest = attestation.digest(&self.domain);
        if book.holdings.is_empty() {
            return Err(Reason::HoldingsUnused { place: at.into() });
        }
        let mut shards = Vec::new();
        for (index, proven) in book.holdings.iter().enumerate() {
            let at = format!("{at}.holdings[{index}]");
            let statement = &proven.statement;
            if statement.book != book_digest {
                return Err(Reason::HoldingsBook { place: at, got: statement.book });
            }
            if statement.shape != attestation.shape {
                return Err(Reason::HoldingsShape {
                    place: at,
                    got: statement.shape,
                    expected: attestation.shape,
                });
            }
            let shard = usize::try_from(statement.shard).ok().and_then(|index| attestation.shards.get(index));
            let Some(shard) = shard else {
                return Err(Reason::HoldingsShard {
                    place: at,
                    shard: statement.shard,
                    shards: attestation.shards.len(),
                });
            };
            if !insert_new(&mut shards, statement.shard) {
                return Err(Reason::HoldingsTwice { place: at, shard: statement.shard });
            }
            let digest = statement.digest(&self.domain);
            let public = HoldingsPublic {
                book_root: shard.root,
                total: statement.total,
                id_low: shard.id_low,
                id_high: shard.id_high,
                context: context(statement.shape, &digest),
            };
            let end =
                proofs.add(at.clone(), statement.shape, &proven.key, &public, &proven.proof, self.now)?;
            window.ends("key", end);
            holdings.push(Holdings { digest, total: statement.total, expiry: attestation.expiry, place: at });
        }
        Ok(())
    }

    /// The exclusive end of the current epoch.
    pub(super) fn epoch_end(&self) -> Result<u64, Reason> {
        let interval = self.trust.registry.epoch.interval(self.epoch);
        interval.map(|(_, end)| end).ok_or(Reason::OutsideEpochs { now: self.now })
    }
}

/// B3: shards are counted, of a holdings shape, and their ranges are disjoint.
fn check_shards(at: &str, book: &BookAttestation) -> Result<(), Reason> {
    if book.shape.statement() != Statement::Holdings {
        return Err(Reason::BookShape { place: at.into(), shape: book.shape });
    }
    if usize::try_from(book.shard_count) != Ok(book.shards.len()) {
        return Err(Reason::ShardCount {
            place: at.into(),
            stated: book.shard_count,
            got: book.shards.len(),
        });
    }
    let mut lowest = 0;
    for (index, shard) in book.shards.iter().enumerate() {
        let (id_low, id_high) = (shard.id_low, shard.id_high);
        if id_low >= id_high || id_low < lowest {
            return Err(Reason::ShardRange { place: format!("{at}.shards[{index}]"), id_low, id_high });
        }
        lowest = id_high;
    }
    Ok(())
}

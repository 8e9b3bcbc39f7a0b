//! The auditor's side: books and amounts that were opened to it, and the reserves that it found.
//!
//! That the reserves are there, and nobody else's, is the auditor's work and not shown by anything here.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{MAX_SOURCES, MAX_TOTALS_BYTES, OpeningError, Totals, TotalsError};
use crate::SLOTS;
use crate::commitment::pledge_commitment;
use crate::encoding::{Address, Bytes32, Domain, FieldElement, TypedData, read_strict};
use crate::statement::{BookAttestation, Quorum, Signed, check_quorum};
use crate::trust::Trust;

/// The format of an opening that this version reads and writes.
pub const OPENING_FORMAT: &str = "solvency-totals-opening/1";
/// The format of reserves that this version reads.
pub const RESERVES_FORMAT: &str = "solvency-reserves/1";

/// A book whose shards are among the sources.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OpenedBook {
    /// What attestors signed.
    pub attestation: BookAttestation,
    /// Their signatures.
    pub signatures: Vec<Signed>,
}

/// The opening of totals: for an auditor alone.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TotalsOpening {
    /// [`OPENING_FORMAT`].
    pub format: String,
    /// Digest of the totals' statement.
    pub totals: Bytes32,
    /// Every book of every account.
    pub books: Vec<OpenedBook>,
    /// The sum of each slot, in ledger units.
    pub entries: Vec<u64>,
    /// Blinding of the total.
    pub blinding: FieldElement,
}

/// What an auditor found in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Reserve {
    /// `4·asset + class`.
    pub slot: u8,
    /// In the asset's ledger unit.
    pub amount: u64,
}

/// What an auditor found of a custodian's reserves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Reserves {
    /// [`RESERVES_FORMAT`].
    pub format: String,
    /// Whose.
    pub custodian: Address,
    /// When, in Unix seconds.
    pub as_of: u64,
    /// By slot, increasing; a slot that is not named has nothing.
    pub slots: Vec<Reserve>,
}

fn strict<T: serde::de::DeserializeOwned + Serialize>(document: &[u8]) -> Result<T, TotalsError> {
    if document.len() > MAX_TOTALS_BYTES {
        return Err(TotalsError::TooLong { got: document.len(), allowed: MAX_TOTALS_BYTES });
    }
    Ok(read_strict(document)?)
}

fn of_format(got: &str, expected: &'static str) -> Result<(), TotalsError> {
    if got == expected { Ok(()) } else { Err(TotalsError::Format { got: got.into(), expected }) }
}

impl Reserves {
    /// Reads the strict JSON form.
    ///
    /// # Errors
    /// [`OpeningError::Unread`], [`OpeningError::ReservesSlot`].
    pub fn from_json(document: &[u8]) -> Result<Self, OpeningError> {
        let reserves: Reserves = strict(document)?;
        of_format(&reserves.format, RESERVES_FORMAT)?;
        reserves.by_slot().map(|_| reserves)
    }

    /// The amount of each slot.
    fn by_slot(&self) -> Result<[u64; SLOTS], OpeningError> {
        let mut amounts = [0; SLOTS];
        let mut least = 0;
        for (index, Reserve { slot, amount }) in self.slots.iter().copied().enumerate() {
            let place = amounts.get_mut(usize::from(slot)).filter(|_| slot >= least);
            *place.ok_or(OpeningError::ReservesSlot { index, slot })? = amount;
            least = slot.saturating_add(1);
        }
        Ok(amounts)
    }
}

impl TotalsOpening {
    /// Reads the strict JSON form.
    ///
    /// # Errors
    /// [`OpeningError::Unread`].
    pub fn from_json(document: &[u8]) -> Result<Self, OpeningError> {
        let opening: TotalsOpening = strict(document)?;
        of_format(&opening.format, OPENING_FORMAT)?;
        Ok(opening)
    }

    /// Checks books, opening and reserves against totals that [`Totals::check`] accepted under the same trust file.
    ///
    /// # Errors
    /// [`OpeningError`] for the first difference.
    pub fn check(&self, totals: &Totals, reserves: &Reserves, trust: &Trust) -> Result<(), OpeningError> {
        let domain = Domain::of_registry(&trust.registry.digest());
        let none = TotalsError::Count { what: "nodes", got: 0, allowed: MAX_SOURCES };
        let statement = totals.statement(&domain).ok_or(none)?;
        let expected = statement.digest(&domain);
        if self.totals != expected {
            return Err(OpeningError::OpeningOf { got: self.totals, expected });
        }
        let (got, expected) = (reserves.custodian, totals.custodian);
        if got != expected {
            return Err(OpeningError::ReservesOf { got, expected });
        }
        self.check_books(totals, trust, &domain)?;
        self.check_amounts(statement.total, &reserves.by_slot()?)
    }

    /// Every source is a shard of an attested book, and every shard of these books is a source.
    fn check_books(&self, totals: &Totals, trust: &Trust, domain: &Domain) -> Result<(), OpeningError> {
        let mut books = BTreeMap::new();
        for (index, book) in self.books.iter().enumerate() {
            check_book(index, book, totals, trust, domain)?;
            if books.insert(book.attestation.digest(domain), (index, book)).is_some() {
                return Err(OpeningError::Book { index, field: "place: it stands twice" });
            }
        }
        let mut summed = BTreeMap::new();
        for (index, source) in totals.sources.iter().enumerate() {
            let statement = &source.holdings.statement;
            let shard = books.get(&statement.book).and_then(|(_, book)| {
                let attestation = &book.attestation;
                let shard = attestation.shards.get(usize::try_from(statement.shard).ok()?)?;
                let same =
                    (shard.root, shard.id_low, shard.id_high) == (source.root, source.id_low, source.id_high);
                (same && attestation.shape == statement.shape).then_some(shard)
            });
            if shard.is_none() {
                return Err(OpeningError::NoBook { index });
            }
            summed.insert((statement.book, statement.shard), index);
        }
        for (digest, (index, book)) in &books {
            for shard in 0..book.attestation.shards.len() {
                let is_summed =
                    u32::try_from(shard).is_ok_and(|shard| summed.contains_key(&(*digest, shard)));
                if !is_summed {
                    return Err(OpeningError::ShardLeft { index: *index, shard });
                }
            }
        }
        Ok(())
    }

    fn check_amounts(&self, total: FieldElement, reserves: &[u64; SLOTS]) -> Result<(), OpeningError> {
        let entries: &[u64; SLOTS] = self
            .entries
            .as_slice()
            .try_into()
            .map_err(|_| OpeningError::Entries { got: self.entries.len() })?;
        let got = FieldElement(pledge_commitment(entries, self.blinding.0).unwrap_or_default());
        if got != total {
            return Err(OpeningError::Opening { got, expected: total });
        }
        let short = entries.iter().zip(reserves).enumerate().find(|(_, (total, reserve))| total > reserve);
        match short {
            Some((slot, (total, reserve))) => {
                Err(OpeningError::Short { slot, total: *total, reserve: *reserve })
            }
            None => Ok(()),
        }
    }
}

fn check_book(
    index: usize,
    book: &OpenedBook,
    totals: &Totals,
    trust: &Trust,
    domain: &Domain,
) -> Result<(), OpeningError> {
    let attestation = &book.attestation;
    let set = &trust.registry.attestors;
    let field = match attestation {
        book if book.custodian != totals.custodian => Some("custodian"),
        book if book.epoch != totals.epoch => Some("epoch"),
        book if !book.exclusive => Some("exclusivity: attestors did not sign it"),
        book if book.attestor_set_version != set.version => Some("attestor set"),
        _ => None,
    };
    if let Some(field) = field {
        return Err(OpeningError::Book { index, field });
    }
    let quorum =
        Quorum { members: &set.members, threshold: set.threshold(), revoked: &trust.revoked.signers };
    check_quorum(quorum, &book.signatures, &attestation.digest(domain))
        .map_err(|error| OpeningError::Attestors { index, error })
}

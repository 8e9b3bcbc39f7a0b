//! The book: a custodian's vaults of one account in one epoch, padded, sharded and committed.
//!
//! A book's root shows nothing about what the vaults hold; the attestors' signatures say that somebody looked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use solvency_verifier::commitment::{Position, Vault, book_root};
use solvency_verifier::encoding::tagged_sha256;
use solvency_verifier::registry::Registry;
use solvency_verifier::statement::{BookAttestation, Shard};
use solvency_verifier::{Address, Bytes32, FieldElement, SLOTS, Shape};

use crate::import::VaultExport;
use crate::random::{self, RandomnessError};

/// Format of the secret file with a book's openings.
pub const BOOK_FORMAT: &str = "solvency-book/1";
/// Positions of a vault.
pub const POSITIONS: usize = 5;
/// Most shards of a book.
pub const MAX_SHARDS: usize = 64;

/// Everything that opens a book. Secret: attestors see it, venues never do.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Book {
    /// [`BOOK_FORMAT`].
    pub format: String,
    /// The custodian.
    pub custodian: Address,
    /// Tag of the account.
    pub account: Bytes32,
    /// Epoch of the registry.
    pub epoch: u64,
    /// When the balances were read, in Unix seconds.
    pub as_of: u64,
    /// Holdings shape of every shard.
    pub shape: Shape,
    /// The shards, ids increasing.
    pub shards: Vec<BookShard>,
}

/// One circuit's worth of vaults.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BookShard {
    /// Lowest id of the shard's range.
    pub id_low: u64,
    /// Exclusive upper end of the shard's range.
    pub id_high: u64,
    /// The vaults, ids increasing; padding included.
    pub vaults: Vec<BookVault>,
    /// One blinding for each leaf.
    pub blindings: Vec<FieldElement>,
}

/// A vault of a book.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BookVault {
    /// Truncated hash of custodian and reference; random for padding.
    pub id: u64,
    /// Canonical reference (address, ledger account); null for padding.
    pub reference: Option<String>,
    /// Slot and amount in ledger units.
    pub positions: Vec<BookPosition>,
}

/// A position of a vault.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BookPosition {
    /// `4·asset + class`.
    pub slot: u8,
    /// In the asset's ledger unit.
    pub amount: u64,
}

/// Why a book can't be made or is not what it says.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// No vault holds anything.
    #[error("the export has no vault with an amount that counts; a book needs at least one")]
    Empty,
    /// More vaults than a book holds.
    #[error("{got} vaults, a book of {shape} holds at most {allowed}")]
    OverCapacity {
        /// Vaults of the export.
        got: usize,
        /// Vaults allowed.
        allowed: usize,
        /// The shape.
        shape: Shape,
    },
    /// More positions than a vault holds.
    #[error(
        "vault {reference:?}: {got} positions, a vault holds at most {POSITIONS}; split it into references of their own"
    )]
    TooManyPositions {
        /// The vault.
        reference: String,
        /// Its positions.
        got: usize,
    },
    /// Asset or class that the registry does not have.
    #[error("vault {reference:?}: {asset}/{class} is not in the registry")]
    UnknownSlot {
        /// The vault.
        reference: String,
        /// The asset.
        asset: String,
        /// The class.
        class: String,
    },
    /// Two references with one id.
    #[error("vaults {first:?} and {second:?} have the same id")]
    SameId {
        /// One reference.
        first: String,
        /// The other.
        second: String,
    },
    /// A shape that is no holdings shape.
    #[error("{0} is not a holdings shape")]
    Shape(Shape),
    /// A file that contradicts itself.
    #[error("shard {shard}: {what}")]
    Inconsistent {
        /// The shard.
        shard: usize,
        /// What contradicts.
        what: String,
    },
    /// Another format.
    #[error("format is {0:?}, expected {BOOK_FORMAT:?}")]
    Format(String),
    /// No randomness.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

/// The id of a vault: 8 bytes of SHA-256 over custodian and canonical reference (spec/encodings.md).
pub fn vault_id(custodian: &Address, reference: &str) -> u64 {
    use sha2::{Digest, Sha256};
    let reference: [u8; 32] = Sha256::digest(reference.as_bytes()).into();
    let mut word = [0u8; 32];
    word[12..].copy_from_slice(&custodian.0);
    let digest = tagged_sha256("solvency.v1.vault-id", &[&word, &reference]);
    let mut id = [0u8; 8];
    id.copy_from_slice(&digest.0[..8]);
    u64::from_be_bytes(id)
}

/// For whom and when a book is made.
#[derive(Clone, Debug)]
pub struct BookTerms {
    /// The custodian.
    pub custodian: Address,
    /// Tag of the account.
    pub account: Bytes32,
    /// Epoch of the registry.
    pub epoch: u64,
    /// When the balances were read, in Unix seconds.
    pub as_of: u64,
    /// Holdings shape; the smallest that fits without it.
    pub shape: Option<Shape>,
}

impl Book {
    /// Makes a book from an export: ids, padding, shards and fresh blindings.
    ///
    /// # Errors
    /// [`BookError`] where the export is empty, over capacity, or names what the registry does not have.
    pub fn commit(export: &VaultExport, registry: &Registry, terms: &BookTerms) -> Result<Self, BookError> {
        let mut vaults = BTreeMap::new();
        for vault in &export.vaults {
            let positions = positions_of(vault, registry)?;
            if positions.iter().all(|position| position.amount == 0) {
                continue;
            }
            let id = vault_id(&terms.custodian, &vault.reference);
            let record = BookVault { id, reference: Some(vault.reference.clone()), positions };
            if let Some(other) = vaults.insert(id, record) {
                let first = other.reference.unwrap_or_default();
                return Err(BookError::SameId { first, second: vault.reference.clone() });
            }
        }
        if vaults.is_empty() {
            return Err(BookError::Empty);
        }
        let shape =
            terms.shape.unwrap_or(if vaults.len() <= 16 { Shape::Holdings16 } else { Shape::Holdings256 });
        let capacity = shape.vaults().ok_or(BookError::Shape(shape))?;
        let allowed = capacity * MAX_SHARDS;
        if vaults.len() > allowed {
            return Err(BookError::OverCapacity { got: vaults.len(), allowed, shape });
        }
        let padded = vaults.len().div_ceil(capacity) * capacity;
        while vaults.len() < padded {
            let id = random::u64()?;
            // The last id is the exclusive end of the last range.
            if id != u64::MAX {
                vaults.entry(id).or_insert(BookVault { id, reference: None, positions: Vec::new() });
            }
        }
        let vaults: Vec<BookVault> = vaults.into_values().collect();
        let shards = shards_of(vaults, capacity)?;
        let BookTerms { custodian, account, epoch, as_of, .. } = *terms;
        Ok(Book { format: BOOK_FORMAT.into(), custodian, account, epoch, as_of, shape, shards })
    }

    /// Checks a book that was read from a file: capacity, order, ids of references.
    ///
    /// # Errors
    /// [`BookError::Format`], [`BookError::Shape`], [`BookError::Inconsistent`].
    pub fn validate(&self) -> Result<(), BookError> {
        if self.format != BOOK_FORMAT {
            return Err(BookError::Format(self.format.clone()));
        }
        let capacity = self.shape.vaults().ok_or(BookError::Shape(self.shape))?;
        let mut lowest = 0;
        for (index, shard) in self.shards.iter().enumerate() {
            let wrong = |what: String| Err(BookError::Inconsistent { shard: index, what });
            if shard.vaults.len() != capacity {
                return wrong(format!("{} vaults, {} has {capacity}", shard.vaults.len(), self.shape));
            }
            if shard.id_low < lowest || shard.id_low >= shard.id_high {
                return wrong(format!("ids [{}, {}) are empty or overlap", shard.id_low, shard.id_high));
            }
            lowest = shard.id_high;
            let mut next = shard.id_low;
            for vault in &shard.vaults {
                if vault.id < next || vault.id >= shard.id_high {
                    return wrong(format!("vault id {} is out of order or range", vault.id));
                }
                next = vault.id.saturating_add(1);
                let derived = vault.reference.as_ref().map(|reference| vault_id(&self.custodian, reference));
                if derived.is_some_and(|derived| derived != vault.id) {
                    return wrong(format!("vault id {} is not that of its reference", vault.id));
                }
                if vault.reference.is_none() && vault.positions.iter().any(|position| position.amount > 0) {
                    return wrong(format!("vault {} has an amount and no reference", vault.id));
                }
                if vault.positions.len() > POSITIONS {
                    return wrong(format!("vault {} has {} positions", vault.id, vault.positions.len()));
                }
                if let Some(position) =
                    vault.positions.iter().find(|position| usize::from(position.slot) >= SLOTS)
                {
                    return wrong(format!("vault {} has a position in slot {}", vault.id, position.slot));
                }
            }
        }
        Ok(())
    }

    /// The root of each shard, recomputed from the openings.
    ///
    /// # Errors
    /// [`BookError::Inconsistent`] where a shard has the wrong number of vaults or blindings.
    pub fn roots(&self) -> Result<Vec<FieldElement>, BookError> {
        self.shards
            .iter()
            .enumerate()
            .map(|(index, shard)| {
                let vaults = shard.vaults.iter().map(BookVault::record).collect::<Vec<_>>();
                let blindings = shard.blindings.iter().map(|blinding| blinding.0).collect::<Vec<_>>();
                book_root(&vaults, &blindings)
                    .map(FieldElement)
                    .ok_or_else(|| BookError::Inconsistent { shard: index, what: "no such tree".into() })
            })
            .collect()
    }

    /// Sums per slot over all shards, in ledger units.
    pub fn totals(&self) -> [u128; SLOTS] {
        let mut totals = [0u128; SLOTS];
        for position in self.shards.iter().flat_map(|shard| &shard.vaults).flat_map(|vault| &vault.positions)
        {
            totals[usize::from(position.slot)] += u128::from(position.amount);
        }
        totals
    }

    /// The attestation that attestors are asked to sign.
    ///
    /// # Errors
    /// As [`Self::roots`]; [`RandomnessError`].
    pub fn attestation(&self, terms: &AttestationTerms) -> Result<BookAttestation, BookError> {
        let shards = self.shards.iter().zip(self.roots()?);
        let shards: Vec<Shard> = shards
            .map(|(shard, root)| Shard { root, id_low: shard.id_low, id_high: shard.id_high })
            .collect();
        Ok(BookAttestation {
            custodian: self.custodian,
            account: self.account,
            shape: self.shape,
            shard_count: shards.len() as u32,
            shards,
            epoch: self.epoch,
            as_of: self.as_of,
            locked_until: terms.locked_until,
            expiry: terms.expiry,
            log_origin: terms.log_origin.clone(),
            attestor_set_version: terms.attestor_set_version,
            evidence: terms.evidence,
            exclusive: true,
            nonce: random::nonce()?,
        })
    }

    /// Checks, as an attestor does, that an attestation says what the openings say.
    ///
    /// # Errors
    /// [`BookError::Inconsistent`] with the first difference.
    pub fn check_attestation(&self, attestation: &BookAttestation) -> Result<(), BookError> {
        self.validate()?;
        let differs = |shard: usize, what: &str| Err(BookError::Inconsistent { shard, what: what.into() });
        let same_terms = attestation.custodian == self.custodian
            && attestation.account == self.account
            && attestation.shape == self.shape
            && attestation.epoch == self.epoch
            && attestation.as_of == self.as_of;
        if !same_terms {
            return differs(0, "the attestation is about another custodian, account, shape, epoch or time");
        }
        if attestation.shards.len() != self.shards.len()
            || attestation.shard_count as usize != self.shards.len()
        {
            return differs(0, "the attestation has another number of shards");
        }
        for (index, (root, shard)) in self.roots()?.into_iter().zip(&self.shards).enumerate() {
            let attested = &attestation.shards[index];
            if attested.root != root || (attested.id_low, attested.id_high) != (shard.id_low, shard.id_high) {
                return differs(index, "root or range differ from the openings");
            }
        }
        Ok(())
    }
}

/// What an attestation says besides the book.
#[derive(Clone, Debug)]
pub struct AttestationTerms {
    /// The vaults are locked until this time, in Unix seconds.
    pub locked_until: u64,
    /// The attestation's end, in Unix seconds.
    pub expiry: u64,
    /// Origin of the account's log.
    pub log_origin: String,
    /// Version of the registry's attestor set.
    pub attestor_set_version: u32,
    /// Digest of what the attestors were shown.
    pub evidence: Bytes32,
}

impl BookVault {
    /// The record that the circuit opens.
    pub fn record(&self) -> Vault {
        let mut positions = [Position { amount: 0, slot: 0 }; POSITIONS];
        for (to, from) in positions.iter_mut().zip(&self.positions) {
            *to = Position { amount: from.amount, slot: from.slot };
        }
        Vault { id: self.id, positions }
    }
}

fn positions_of(
    vault: &crate::import::ImportedVault,
    registry: &Registry,
) -> Result<Vec<BookPosition>, BookError> {
    let reference = || vault.reference.clone();
    let mut positions = Vec::new();
    for (asset, amount) in &vault.positions {
        let slot = registry.slot(asset, &vault.class).ok_or_else(|| BookError::UnknownSlot {
            reference: reference(),
            asset: asset.clone(),
            class: vault.class.clone(),
        })?;
        if *amount > 0 {
            positions.push(BookPosition { slot: slot as u8, amount: *amount });
        }
    }
    if positions.len() > POSITIONS {
        return Err(BookError::TooManyPositions { reference: reference(), got: positions.len() });
    }
    Ok(positions)
}

/// Cuts the sorted vaults into shards whose ranges meet, so that a range says nothing about its vaults but one boundary.
fn shards_of(vaults: Vec<BookVault>, capacity: usize) -> Result<Vec<BookShard>, BookError> {
    let starts: Vec<u64> = vaults.chunks(capacity).filter_map(|chunk| Some(chunk.first()?.id)).collect();
    let mut shards = Vec::new();
    for (index, chunk) in vaults.chunks(capacity).enumerate() {
        let id_low = if index == 0 { 0 } else { starts[index] };
        let id_high = starts.get(index + 1).copied().unwrap_or(u64::MAX);
        let leaves = capacity.div_ceil(solvency_verifier::commitment::VAULTS_PER_LEAF);
        let blindings = (0..leaves).map(|_| random::field_element()).collect::<Result<_, _>>()?;
        shards.push(BookShard { id_low, id_high, vaults: chunk.to_vec(), blindings });
    }
    Ok(shards)
}

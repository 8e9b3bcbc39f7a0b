//! One leaf of an attested book, opened to an auditor (spec/audit.md, "Vault opening").
//!
//! An opening shows what the attested root says of these vaults. That the vaults hold it, it does not show. It holds balances: nothing of it
//! goes into the pack but whether it is right.

use serde::{Deserialize, Serialize};
use solvency_verifier::SLOTS;
use solvency_verifier::commitment::{
    POSITIONS, Position, Tag, VAULTS_PER_LEAF, Vault, tree_layout, vault_leaf,
};
use solvency_verifier::encoding::{Address, Bytes32, FieldElement, tagged_sha256};
use solvency_verifier::poseidon;
use solvency_verifier::statement::BookAttestation;

use crate::strict::{Unread, read, sha256};

/// The format that this version reads.
pub const OPENING_FORMAT: &str = "solvency-vault-opening/1";
/// Longest opening that is read, in bytes.
pub const MAX_OPENING_BYTES: usize = 64 << 10;
/// Longest reference of a vault, in bytes.
pub const MAX_REFERENCE: usize = 1024;

/// A leaf of a book with its path.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct VaultOpening {
    /// [`OPENING_FORMAT`].
    pub format: String,
    /// Digest of the book's attestation.
    pub book: Bytes32,
    /// Zero-based shard of the book.
    pub shard: u32,
    /// Zero-based leaf of the shard.
    pub leaf: u32,
    /// All vaults of the leaf.
    pub vaults: Vec<OpenedVault>,
    /// The leaf's blinding.
    pub blinding: FieldElement,
    /// For each hash above the leaf its other inputs, in order.
    pub path: Vec<Vec<FieldElement>>,
}

/// A vault of an opened leaf.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OpenedVault {
    /// Its id.
    pub id: u64,
    /// Its canonical reference; null for padding, and for a neighbour that is not named.
    pub reference: Option<String>,
    /// All five positions.
    pub positions: [OpenedPosition; POSITIONS],
}

/// A position of an opened vault.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OpenedPosition {
    /// `4·asset + class`.
    pub slot: u8,
    /// In the asset's ledger unit.
    pub amount: u64,
}

/// Why an opening is not one of the attested leaf. No amount, id or reference stands in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpeningError {
    /// No such shard.
    #[error("shard {got}, the book has {shards}")]
    Shard {
        /// The opening's.
        got: u32,
        /// The book's.
        shards: usize,
    },
    /// No such leaf.
    #[error("leaf {got}, a shard of this shape has {leaves}")]
    Leaf {
        /// The opening's.
        got: u32,
        /// The shard's.
        leaves: usize,
    },
    /// Another number of vaults than the leaf has.
    #[error("{got} vaults, this leaf has {expected}")]
    Vaults {
        /// Vaults opened.
        got: usize,
        /// Vaults of the leaf.
        expected: usize,
    },
    /// Ids that do not increase, or are outside the shard's range.
    #[error("vault {index} of the leaf: its id is not above the one before, or outside the shard's range")]
    Id {
        /// Zero-based place in the leaf.
        index: usize,
    },
    /// A slot above 63.
    #[error("vault {index} of the leaf: slot {slot}, at most 63")]
    Slot {
        /// Zero-based place in the leaf.
        index: usize,
        /// The slot.
        slot: u8,
    },
    /// A reference whose id is another one.
    #[error("vault {index} of the leaf: its id is not that of its reference")]
    Reference {
        /// Zero-based place in the leaf.
        index: usize,
    },
    /// A path of another form than the tree's.
    #[error("the path does not have the tree's form: lists of {expected:?} elements are expected")]
    Path {
        /// Elements of each list.
        expected: Vec<usize>,
    },
    /// The path leads elsewhere.
    #[error("the path leads to root {got}, attested is {expected}")]
    Root {
        /// Root computed.
        got: FieldElement,
        /// Root attested.
        expected: FieldElement,
    },
    /// The book is of a shape without vaults.
    #[error("the book's shape has no vaults")]
    Shape,
}

/// Leaves of a shard of a holdings shape.
pub fn leaf_count(attestation: &BookAttestation) -> Option<usize> {
    attestation.shape.vaults().map(|vaults| vaults.div_ceil(VAULTS_PER_LEAF))
}

/// Id of a vault: 8 bytes of SHA-256 over custodian and canonical reference (spec/encodings.md).
pub fn vault_id(custodian: &Address, reference: &str) -> u64 {
    let mut word = [0u8; 32];
    for (to, from) in word.iter_mut().skip(12).zip(custodian.0) {
        *to = from;
    }
    let digest = tagged_sha256("solvency.v1.vault-id", &[&word, &sha256(reference.as_bytes()).0]);
    digest.0.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// Where a leaf goes in: the place among the inputs of each hash above it, with their number.
fn places(leaf: usize, leaves: usize) -> Option<Vec<(usize, usize)>> {
    let nodes = tree_layout(leaves)?;
    let mut first = 0usize;
    for (node, size) in nodes.iter().enumerate() {
        let after = first.checked_add(*size)?;
        if leaf < after {
            let taken: usize = nodes.iter().sum();
            let inputs = nodes.len().checked_add(leaves.checked_sub(taken)?)?;
            return Some(vec![(leaf.checked_sub(first)?, *size), (node, inputs)]);
        }
        first = after;
    }
    let inputs = nodes.len().checked_add(leaves.checked_sub(first)?)?;
    Some(vec![(nodes.len().checked_add(leaf.checked_sub(first)?)?, inputs)])
}

impl VaultOpening {
    pub(crate) fn from_json(document: &[u8]) -> Result<Self, Unread> {
        let opening: VaultOpening = read(document, MAX_OPENING_BYTES)?;
        if opening.format != OPENING_FORMAT {
            let what = format!("format is {:?}, expected {OPENING_FORMAT:?}", opening.format);
            return Err(Unread::Form(what));
        }
        let long =
            |vault: &OpenedVault| vault.reference.as_ref().is_some_and(|text| text.len() > MAX_REFERENCE);
        if opening.vaults.iter().any(long) {
            return Err(Unread::Form(format!("a reference is longer than {MAX_REFERENCE} bytes")));
        }
        Ok(opening)
    }

    /// Checks the leaf against an attestation whose signatures were verified before.
    ///
    /// # Errors
    /// [`OpeningError`] for the first difference.
    pub fn check(&self, attestation: &BookAttestation) -> Result<(), OpeningError> {
        let capacity = attestation.shape.vaults().ok_or(OpeningError::Shape)?;
        let leaves = leaf_count(attestation).ok_or(OpeningError::Shape)?;
        let shards = attestation.shards.len();
        let shard = usize::try_from(self.shard).ok().and_then(|index| attestation.shards.get(index));
        let shard = shard.ok_or(OpeningError::Shard { got: self.shard, shards })?;
        let no_leaf = OpeningError::Leaf { got: self.leaf, leaves };
        let leaf = usize::try_from(self.leaf).ok().filter(|leaf| *leaf < leaves).ok_or(no_leaf)?;
        let before = leaf.saturating_mul(VAULTS_PER_LEAF);
        let (got, expected) = (self.vaults.len(), capacity.saturating_sub(before).min(VAULTS_PER_LEAF));
        if got != expected {
            return Err(OpeningError::Vaults { got, expected });
        }
        let mut least = shard.id_low;
        for (index, vault) in self.vaults.iter().enumerate() {
            if vault.id < least || vault.id >= shard.id_high {
                return Err(OpeningError::Id { index });
            }
            least = vault.id.saturating_add(1);
            if let Some(position) =
                vault.positions.iter().find(|position| usize::from(position.slot) >= SLOTS)
            {
                return Err(OpeningError::Slot { index, slot: position.slot });
            }
            let derived =
                vault.reference.as_ref().map(|reference| vault_id(&attestation.custodian, reference));
            if derived.is_some_and(|derived| derived != vault.id) {
                return Err(OpeningError::Reference { index });
            }
        }
        self.check_path(leaf, leaves, shard.root)
    }

    fn check_path(&self, leaf: usize, leaves: usize, root: FieldElement) -> Result<(), OpeningError> {
        let places = places(leaf, leaves).ok_or(OpeningError::Shape)?;
        let expected: Vec<usize> = places.iter().map(|(_, inputs)| inputs.saturating_sub(1)).collect();
        if self.path.len() != expected.len()
            || self.path.iter().zip(&expected).any(|(list, expected)| list.len() != *expected)
        {
            return Err(OpeningError::Path { expected });
        }
        let vaults: Vec<Vault> = self.vaults.iter().map(OpenedVault::record).collect();
        let top = places.len().saturating_sub(1);
        let mut hash = vault_leaf(&vaults, self.blinding.0).ok_or(OpeningError::Shape)?;
        for (level, ((place, _), others)) in places.iter().zip(&self.path).enumerate() {
            let (before, after) = others.split_at_checked(*place).ok_or(OpeningError::Shape)?;
            let mut inputs: Vec<_> = before.iter().map(|element| element.0).collect();
            inputs.push(hash);
            inputs.extend(after.iter().map(|element| element.0));
            let tag = if level == top { Tag::BOOK.root() } else { Tag::BOOK.node() };
            hash = poseidon::hash(tag, &inputs).ok_or(OpeningError::Shape)?;
        }
        let got = FieldElement(hash);
        if got == root { Ok(()) } else { Err(OpeningError::Root { got, expected: root }) }
    }
}

impl OpenedVault {
    /// The record that the leaf commits to.
    pub fn record(&self) -> Vault {
        let positions = self.positions.map(|OpenedPosition { slot, amount }| Position { amount, slot });
        Vault { id: self.id, positions }
    }
}

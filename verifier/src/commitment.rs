//! Commitments and their domain tags (spec/commitments.md).
//!
//! A commitment binds the committer to one vector; it says nothing about where the vector comes from.

use alloc::vec::Vec;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInt, PrimeField};

use crate::SLOTS;
use crate::encoding::FieldElement;
use crate::poseidon::{self, MAX_INPUTS};

/// Bits of a limb: below 2^252, so that no two bit strings meet in the field.
pub const LIMB_BITS: usize = 252;
/// Positions of a vault.
pub const POSITIONS: usize = 5;
/// Vaults of one leaf.
pub const VAULTS_PER_LEAF: usize = 9;
/// Bits of a vault's id.
pub const ID_BITS: usize = 64;
/// Bits of an amount.
pub const AMOUNT_BITS: usize = 64;
/// Bits of a slot.
pub const SLOT_BITS: usize = 6;

/// A domain tag: the big-endian integer of an ASCII string, and the tag of inner nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    root: &'static str,
    node: &'static str,
}

impl Tag {
    /// A leaf of vaults.
    pub const VAULTS: Tag = Tag { root: "solvency.v1.vaults", node: "solvency.v1.vaults.node" };
    /// The root of a book.
    pub const BOOK: Tag = Tag { root: "solvency.v1.book", node: "solvency.v1.book.node" };
    /// A holdings total.
    pub const TOTAL: Tag = Tag { root: "solvency.v1.total", node: "solvency.v1.total.node" };
    /// A pledge.
    pub const PLEDGE: Tag = Tag { root: "solvency.v1.pledge", node: "solvency.v1.pledge.node" };
    /// The challenge of the holdings identity.
    pub const GAMMA: Tag = Tag { root: "solvency.v1.gamma", node: "solvency.v1.gamma.node" };
    /// A margin requirement.
    pub const REQUIREMENT: Tag =
        Tag { root: "solvency.v1.requirement", node: "solvency.v1.requirement.node" };
    /// A flat valuation table.
    pub const VALUATION_FLAT: Tag =
        Tag { root: "solvency.v1.table.flat", node: "solvency.v1.table.flat.node" };
    /// A tiered valuation table.
    pub const VALUATION_TIERED: Tag =
        Tag { root: "solvency.v1.table.tiered", node: "solvency.v1.table.tiered.node" };

    /// Every tag in use.
    pub const ALL: [Tag; 8] = [
        Tag::VAULTS,
        Tag::BOOK,
        Tag::TOTAL,
        Tag::PLEDGE,
        Tag::GAMMA,
        Tag::REQUIREMENT,
        Tag::VALUATION_FLAT,
        Tag::VALUATION_TIERED,
    ];

    /// The capacity element of the last hash.
    pub fn root(self) -> Fr {
        Fr::from_be_bytes_mod_order(self.root.as_bytes())
    }

    /// The capacity element of inner nodes.
    pub fn node(self) -> Fr {
        Fr::from_be_bytes_mod_order(self.node.as_bytes())
    }
}

/// How a tree over this many elements is cut: the sizes of its inner nodes, then what is left for the root.
///
/// While nodes and elements not yet taken are more than 16, the next up to 16 elements become a node.
pub fn tree_layout(elements: usize) -> Option<Vec<usize>> {
    if elements == 0 {
        return None;
    }
    let mut nodes = Vec::new();
    let mut rest = elements;
    while rest.checked_add(nodes.len())? > MAX_INPUTS {
        if rest == 0 {
            return None;
        }
        let size = rest.min(MAX_INPUTS);
        nodes.push(size);
        rest = rest.checked_sub(size)?;
    }
    Some(nodes)
}

/// `tree(tag, x_1 … x_m)`; `None` where there are no elements or too many for one level of nodes.
pub fn tree(tag: Tag, elements: &[Fr]) -> Option<Fr> {
    let mut rest = elements;
    let mut inputs = Vec::with_capacity(MAX_INPUTS);
    for size in tree_layout(elements.len())? {
        let (node, after) = rest.split_at_checked(size)?;
        inputs.push(poseidon::hash(tag.node(), node)?);
        rest = after;
    }
    inputs.extend_from_slice(rest);
    poseidon::hash(tag.root(), &inputs)
}

/// Packs values of given widths (at most 128 bits) into limbs of 252 bits, least significant bit first.
///
/// `None` where a value does not fit its width: a packing of such values would not be injective.
pub fn limbs(values: impl IntoIterator<Item = (u128, usize)>) -> Option<Vec<Fr>> {
    let mut bits = Vec::new();
    for (value, width) in values {
        push_bits(&mut bits, value, width)?;
    }
    bits.chunks(LIMB_BITS).map(limb_of).collect()
}

/// Appends the bits of a value, lowest first; `None` where it does not fit.
fn push_bits(bits: &mut Vec<bool>, value: u128, width: usize) -> Option<()> {
    if width > 128 || (width < 128 && value >> width != 0) {
        return None;
    }
    bits.extend((0..width).map(|bit| (value >> bit) & 1 == 1));
    Some(())
}

/// The element with these bits, lowest first; `None` where it is not below the modulus.
fn limb_of(bits: &[bool]) -> Option<Fr> {
    let mut words = [0u64; 4];
    for (word, bits) in words.iter_mut().zip(bits.chunks(64)) {
        *word = bits.iter().rev().fold(0, |word, bit| (word << 1) | u64::from(*bit));
    }
    Fr::from_bigint(BigInt(words))
}

/// `C_T`: the commitment to a holdings total.
pub fn total_commitment(entries: &[Fr; SLOTS], blinding: Fr) -> Option<Fr> {
    let mut elements = Vec::with_capacity(SLOTS.saturating_add(1));
    elements.extend_from_slice(entries);
    elements.push(blinding);
    tree(Tag::TOTAL, &elements)
}

/// `C_Q`: the commitment to a pledge.
pub fn pledge_commitment(entries: &[u64; SLOTS], blinding: Fr) -> Option<Fr> {
    let mut elements = limbs(entries.iter().map(|entry| (u128::from(*entry), AMOUNT_BITS)))?;
    elements.push(blinding);
    tree(Tag::PLEDGE, &elements)
}

/// `C_R`: the commitment to a requirement in 10^-6 quote units.
pub fn requirement_commitment(requirement: u64, salt: Fr) -> Option<Fr> {
    tree(Tag::REQUIREMENT, &[Fr::from(requirement), salt])
}

/// The challenge of the holdings identity: from the root *and* `C_T`, so that neither can be chosen after it.
pub fn gamma(book_root: Fr, total: Fr) -> Option<Fr> {
    tree(Tag::GAMMA, &[book_root, total])
}

/// The unused total source: `C_T` of nothing with blinding zero, a constant.
pub fn zero_source() -> FieldElement {
    FieldElement(total_commitment(&[Fr::ZERO; SLOTS], Fr::ZERO).unwrap_or_default())
}

/// The unused pledge source: `C_Q` of nothing with blinding zero, a constant.
pub fn zero_pledge() -> FieldElement {
    FieldElement(pledge_commitment(&[0; SLOTS], Fr::ZERO).unwrap_or_default())
}

/// An amount in a slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// In the asset's ledger unit.
    pub amount: u64,
    /// `4·asset + class`, below 64.
    pub slot: u8,
}

/// A vault record as a book's leaf opens it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vault {
    /// Truncated hash of custodian and reference.
    pub id: u64,
    /// Positions; unused ones are zero.
    pub positions: [Position; POSITIONS],
}

/// Bits of positions beside an id in one of a leaf's first limbs.
pub const BITS_BESIDE_ID: usize = LIMB_BITS - ID_BITS;

/// The limbs of a leaf: limb `i` begins with the id of vault `i`, whole; the positions' bits fill what is left, in order.
///
/// An id is never cut, because the circuit knows the bits of the differences of ids and not those of the ids.
fn leaf_limbs(vaults: &[Vault]) -> Option<Vec<Fr>> {
    let mut bits = Vec::new();
    for position in vaults.iter().flat_map(|vault| &vault.positions) {
        push_bits(&mut bits, u128::from(position.amount), AMOUNT_BITS)?;
        push_bits(&mut bits, u128::from(position.slot), SLOT_BITS)?;
    }
    let mut rest = bits.as_slice();
    let mut limbs = Vec::new();
    for vault in vaults {
        let (beside, after) = rest.split_at_checked(BITS_BESIDE_ID).unwrap_or((rest, &[]));
        let mut limb = Vec::with_capacity(LIMB_BITS);
        push_bits(&mut limb, u128::from(vault.id), ID_BITS)?;
        limb.extend_from_slice(beside);
        limbs.push(limb_of(&limb)?);
        rest = after;
    }
    for limb in rest.chunks(LIMB_BITS) {
        limbs.push(limb_of(limb)?);
    }
    Some(limbs)
}

/// The leaf of up to nine consecutive vaults; `None` where there are none or too many, or a slot is above 63.
pub fn vault_leaf(vaults: &[Vault], blinding: Fr) -> Option<Fr> {
    if vaults.is_empty() || vaults.len() > VAULTS_PER_LEAF {
        return None;
    }
    let mut inputs = leaf_limbs(vaults)?;
    inputs.push(blinding);
    poseidon::hash(Tag::VAULTS.root(), &inputs)
}

/// The root of a book shard; `None` where there are no vaults, or not one blinding for each leaf.
pub fn book_root(vaults: &[Vault], blindings: &[Fr]) -> Option<Fr> {
    if vaults.len().div_ceil(VAULTS_PER_LEAF) != blindings.len() {
        return None;
    }
    let leaves = vaults.chunks(VAULTS_PER_LEAF).zip(blindings);
    let leaves: Option<Vec<Fr>> = leaves.map(|(vaults, blinding)| vault_leaf(vaults, *blinding)).collect();
    tree(Tag::BOOK, &leaves?)
}

#[cfg(test)]
mod tests;

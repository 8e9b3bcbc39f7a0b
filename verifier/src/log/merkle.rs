//! Merkle trees of RFC 6962, section 2.1: roots, inclusion and consistency.

use alloc::vec::Vec;

use sha2::{Digest, Sha256};

/// A node of a tree: a SHA-256.
pub type Hash = [u8; 32];

/// Most hashes of a proof.
pub const MAX_PROOF: usize = 63;

/// The root of the tree without leaves: the SHA-256 of nothing.
pub const EMPTY_ROOT: Hash = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27,
    0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// Why a proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// A leaf that the tree does not have, or a smaller tree that is larger.
    #[error("{got} is not within the tree of size {size}")]
    Range {
        /// Leaf or smaller size.
        got: u64,
        /// The tree's size.
        size: u64,
    },
    /// Too few or too many hashes.
    #[error("{got} hashes, not as many as the proof of these sizes has")]
    Length {
        /// Hashes found.
        got: usize,
    },
    /// The proof leads to another root of the smaller tree.
    #[error("the proof leads to another root of the smaller tree")]
    SmallerRoot,
    /// The proof leads to another root.
    #[error("the proof leads to another root")]
    Root,
}

/// `SHA-256(0x00 ‖ entry)`.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0x00]);
    hasher.update(entry);
    hasher.finalize().into()
}

/// `SHA-256(0x01 ‖ left ‖ right)`.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0x01]);
    hasher.update(left);
    hasher.update(right);
    hasher.finalize().into()
}

/// The root of a tree with these leaf hashes.
pub fn root_of(leaves: &[Hash]) -> Hash {
    // Complete subtrees of what was read, each larger than the next: one for each bit of the number of leaves.
    let mut subtrees: Vec<Hash> = Vec::new();
    for (index, leaf) in leaves.iter().enumerate() {
        let mut node = *leaf;
        for _ in 0..index.trailing_ones() {
            if let Some(left) = subtrees.pop() {
                node = node_hash(&left, &node);
            }
        }
        subtrees.push(node);
    }
    subtrees.into_iter().rev().reduce(|right, left| node_hash(&left, &right)).unwrap_or(EMPTY_ROOT)
}

/// Checks that a leaf has this hash in the tree of this size and root.
///
/// # Errors
/// [`ProofError`].
pub fn verify_inclusion(
    index: u64,
    size: u64,
    leaf: &Hash,
    root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Range { got: index, size });
    }
    let mut nodes = proof.iter();
    let (mut at, mut last, mut hash) = (index, size.saturating_sub(1), *leaf);
    while last > 0 {
        if at & 1 == 1 {
            hash = node_hash(nodes.next().ok_or(ProofError::Length { got: proof.len() })?, &hash);
        } else if at < last {
            hash = node_hash(&hash, nodes.next().ok_or(ProofError::Length { got: proof.len() })?);
        }
        // The last node of a row without a sibling moves up as it is.
        at >>= 1;
        last >>= 1;
    }
    if nodes.next().is_some() {
        return Err(ProofError::Length { got: proof.len() });
    }
    if hash == *root { Ok(()) } else { Err(ProofError::Root) }
}

/// The proof that the tree of these leaves begins with the tree of its first `old` ones (RFC 6962, section 2.1.2); none where there are
/// fewer leaves.
pub fn consistency_proof(old: usize, leaves: &[Hash]) -> Option<Vec<Hash>> {
    if old > leaves.len() {
        return None;
    }
    let mut proof = Vec::new();
    // The subtree in which the smaller tree ends, down to where it ends with a node.
    let (mut rest, mut end, mut whole) = (leaves, old, true);
    while end != 0 && end != rest.len() {
        // The largest power of two below the number of leaves, which is at least 2 here.
        let half = rest.len().next_power_of_two() / 2;
        let (left, right) = rest.split_at_checked(half)?;
        if end <= half {
            proof.push(root_of(right));
            rest = left;
        } else {
            proof.push(root_of(left));
            (rest, whole) = (right, false);
            end = end.checked_sub(half)?;
        }
    }
    // The smaller tree's root is known where it is a node of the larger tree.
    if !whole {
        proof.push(root_of(rest));
    }
    proof.reverse();
    Some(proof)
}

/// Checks that the tree of size `old` is what the first `old` leaves of the other tree make.
///
/// # Errors
/// [`ProofError`]. A proof that does not hold shows nothing, least of all that the trees are inconsistent; see [`super::fork`].
pub fn verify_consistency(
    old: u64,
    size: u64,
    old_root: &Hash,
    root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    let length = ProofError::Length { got: proof.len() };
    if old > size {
        return Err(ProofError::Range { got: old, size });
    }
    if old == size || old == 0 {
        // The same tree, or the empty one: nothing to prove, but the root of each must be right.
        let expected = if old == size { root } else { &EMPTY_ROOT };
        return match (proof.is_empty(), old_root == expected) {
            (false, _) => Err(length),
            (true, false) => Err(ProofError::SmallerRoot),
            (true, true) => Ok(()),
        };
    }
    let mut nodes = proof.iter();
    let (mut at, mut last) = (old.saturating_sub(1), size.saturating_sub(1));
    // Where the smaller tree ends with a complete subtree, both trees have it as a node.
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    // That node is the smaller tree itself where the smaller tree is complete.
    let shared = if at == 0 { old_root } else { nodes.next().ok_or(length)? };
    let (mut smaller, mut larger) = (*shared, *shared);
    while last > 0 {
        if at & 1 == 1 {
            let left = nodes.next().ok_or(length)?;
            smaller = node_hash(left, &smaller);
            larger = node_hash(left, &larger);
        } else if at < last {
            larger = node_hash(&larger, nodes.next().ok_or(length)?);
        }
        at >>= 1;
        last >>= 1;
    }
    if nodes.next().is_some() {
        return Err(length);
    }
    if smaller != *old_root {
        return Err(ProofError::SmallerRoot);
    }
    if larger == *root { Ok(()) } else { Err(ProofError::Root) }
}

//! Pyth's Merkle tree: Keccak-256 cut to 20 bytes, nodes over their children in order of size, leaves and nodes told apart by their
//! first byte.

use solvency_verifier::encoding::keccak256;

use crate::Problem;

/// A node.
pub(crate) type Hash = [u8; 20];

/// Longest path: a tree of 2^32 messages.
pub(crate) const MAX_NODES: usize = 32;

const LEAF: u8 = 0;
const NODE: u8 = 1;

fn hash(prefix: u8, parts: [&[u8]; 2]) -> Hash {
    let mut bytes = vec![prefix];
    for part in parts {
        bytes.extend_from_slice(part);
    }
    let whole = keccak256(&bytes).0;
    let mut cut = Hash::default();
    for (to, from) in cut.iter_mut().zip(whole) {
        *to = from;
    }
    cut
}

/// Checks that a message is a leaf under the root.
pub(crate) fn check(message: &[u8], nodes: &[Hash], root: &Hash) -> Result<(), Problem> {
    let leaf = hash(LEAF, [message, &[]]);
    let top = nodes.iter().fold(leaf, |below, beside| {
        let (smaller, larger) = if below <= *beside { (&below, beside) } else { (beside, &below) };
        hash(NODE, [smaller, larger])
    });
    if top == *root { Ok(()) } else { Err(Problem::MerkleProof) }
}

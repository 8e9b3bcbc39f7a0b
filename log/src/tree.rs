//! Roots and proofs of a tree whose hashes stand in tiles (RFC 6962, section 2.1).

use std::path::Path;

use solvency_verifier::log::{EMPTY_ROOT, Hash, ProofError, node_hash, root_of};

use crate::error::LogError;
use crate::tiles::{Row, Tile, WIDTH};

/// The tree of the first `size` leaves of a log's folder. Tiles are read as they are: a proof shows itself whether they were right.
pub(crate) struct Tree<'a> {
    pub(crate) dir: &'a Path,
    pub(crate) size: u64,
    /// Size of the tree whose tiles are there.
    pub(crate) stored: u64,
}

impl Tree<'_> {
    pub(crate) fn root(&self) -> Result<Hash, LogError> {
        self.node(0, self.size)
    }

    /// Hashes from which the root follows from a leaf.
    pub(crate) fn inclusion(&self, index: u64) -> Result<Vec<Hash>, LogError> {
        if index >= self.size {
            return Err(ProofError::Range { got: index, size: self.size }.into());
        }
        let (mut low, mut high, mut proof) = (0, self.size, Vec::new());
        while high - low > 1 {
            let middle = low + half(high - low);
            if index < middle {
                proof.push(self.node(middle, high)?);
                high = middle;
            } else {
                proof.push(self.node(low, middle)?);
                low = middle;
            }
        }
        proof.reverse();
        Ok(proof)
    }

    /// Hashes from which both roots follow: this tree's and that of its first `old` leaves.
    pub(crate) fn consistency(&self, old: u64) -> Result<Vec<Hash>, LogError> {
        if old > self.size {
            return Err(ProofError::Range { got: old, size: self.size }.into());
        }
        if old == 0 || old == self.size {
            return Ok(Vec::new());
        }
        let (mut low, mut high, mut proof) = (0, self.size, Vec::new());
        // Until the smaller tree ends where a node does.
        while old != high {
            let middle = low + half(high - low);
            if old <= middle {
                proof.push(self.node(middle, high)?);
                high = middle;
            } else {
                proof.push(self.node(low, middle)?);
                low = middle;
            }
        }
        if low != 0 {
            proof.push(self.node(low, high)?);
        }
        proof.reverse();
        Ok(proof)
    }

    /// The root of the leaves from `low` on below `high`: a node of the tree, or what stands at its right edge.
    fn node(&self, low: u64, high: u64) -> Result<Hash, LogError> {
        let count = high - low;
        if count == 0 {
            return Ok(EMPTY_ROOT);
        }
        if !count.is_power_of_two() {
            let middle = low + half(count);
            return Ok(node_hash(&self.node(low, middle)?, &self.node(middle, high)?));
        }
        let (level, height) = ((count.trailing_zeros() / 8) as u8, count.trailing_zeros() % 8);
        let first = low >> (8 * u32::from(level));
        let tile = Tile::at(Row::Hashes(level), first / WIDTH, self.stored);
        let range = ProofError::Range { got: high, size: self.size };
        let hashes = tile.ok_or(range)?.read_published(self.dir)?;
        let from = (first % WIDTH) as usize;
        let below = hashes.get(from..from + (1 << height)).ok_or(range)?;
        Ok(root_of(below))
    }
}

/// The largest power of two below a size of at least 2.
fn half(size: u64) -> u64 {
    1 << (63 - (size - 1).leading_zeros())
}

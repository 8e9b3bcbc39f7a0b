//! One leaf of a book, opened: its vaults, its blinding, and its path to the attested root (spec/audit.md, "Vault opening").
//!
//! Whoever is shown it sees what the root says of these vaults, all of the leaf; not that the vaults hold it. It is as secret as the
//! balances in it.

use ark_bn254::Fr;
use solvency_verifier::FieldElement;
use solvency_verifier::commitment::{Tag, VAULTS_PER_LEAF, Vault, tree_layout, vault_leaf};
use solvency_verifier::poseidon;

use crate::book::{Book, BookShard, BookVault};

/// Why a leaf can't be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// No such shard.
    #[error("shard {got}, the book has {shards}")]
    Shard {
        /// Zero-based, as asked for.
        got: usize,
        /// Shards of the book.
        shards: usize,
    },
    /// No such leaf.
    #[error("leaf {got}, the shard has {leaves}")]
    Leaf {
        /// Zero-based, as asked for.
        got: usize,
        /// Leaves of the shard.
        leaves: usize,
    },
    /// Not one blinding for each leaf, a slot above 63, or no vaults.
    #[error("shard {shard}: its vaults and blindings make no tree")]
    NoTree {
        /// Zero-based.
        shard: usize,
    },
}

/// A shard's tree, from which any of its leaves is opened.
pub struct ShardTree<'b> {
    shard: &'b BookShard,
    leaves: Vec<Fr>,
    /// Leaves of each inner node.
    sizes: Vec<usize>,
    /// Inputs of the root's hash: the inner nodes, then the leaves that are in none.
    top: Vec<Fr>,
    root: Fr,
}

/// An opened leaf.
pub struct LeafOpening<'b> {
    /// Its vaults, padding included.
    pub vaults: &'b [BookVault],
    /// Its blinding.
    pub blinding: FieldElement,
    /// For each hash above the leaf its other inputs, in order.
    pub path: Vec<Vec<FieldElement>>,
}

impl Book {
    /// The tree of a shard.
    ///
    /// # Errors
    /// [`LeafError::Shard`], [`LeafError::NoTree`].
    pub fn tree(&self, shard: usize) -> Result<ShardTree<'_>, LeafError> {
        let no_shard = LeafError::Shard { got: shard, shards: self.shards.len() };
        let vaults = self.shards.get(shard).ok_or(no_shard)?;
        ShardTree::new(vaults).ok_or(LeafError::NoTree { shard })
    }
}

impl<'b> ShardTree<'b> {
    fn new(shard: &'b BookShard) -> Option<Self> {
        let chunks = shard.vaults.chunks(VAULTS_PER_LEAF);
        if chunks.len() != shard.blindings.len() {
            return None;
        }
        let leaf = |(vaults, blinding): (&[BookVault], &FieldElement)| {
            let records: Vec<Vault> = vaults.iter().map(BookVault::record).collect();
            vault_leaf(&records, blinding.0)
        };
        let leaves: Vec<Fr> = chunks.zip(&shard.blindings).map(leaf).collect::<Option<_>>()?;
        let sizes = tree_layout(leaves.len())?;
        let (mut top, mut rest) = (Vec::new(), leaves.as_slice());
        for size in &sizes {
            let (node, after) = rest.split_at_checked(*size)?;
            top.push(poseidon::hash(Tag::BOOK.node(), node)?);
            rest = after;
        }
        top.extend_from_slice(rest);
        let root = poseidon::hash(Tag::BOOK.root(), &top)?;
        Some(ShardTree { shard, leaves, sizes, top, root })
    }

    /// The root, as it is attested.
    pub fn root(&self) -> FieldElement {
        FieldElement(self.root)
    }

    /// How many leaves the shard has.
    pub fn leaf_count(&self) -> usize {
        self.leaves.len()
    }

    /// Opens a leaf, by its zero-based number.
    ///
    /// # Errors
    /// [`LeafError::Leaf`].
    pub fn open(&self, leaf: usize) -> Result<LeafOpening<'b>, LeafError> {
        let no_leaf = LeafError::Leaf { got: leaf, leaves: self.leaves.len() };
        let vaults = self.shard.vaults.chunks(VAULTS_PER_LEAF).nth(leaf);
        let blinding = self.shard.blindings.get(leaf).copied();
        let (vaults, blinding) = vaults.zip(blinding).ok_or(no_leaf)?;
        Ok(LeafOpening { vaults, blinding, path: self.path(leaf) })
    }

    fn path(&self, leaf: usize) -> Vec<Vec<FieldElement>> {
        let mut first = 0;
        for (node, size) in self.sizes.iter().enumerate() {
            if leaf < first + size {
                let beside = others(&self.leaves[first..first + size], leaf - first);
                return vec![beside, others(&self.top, node)];
            }
            first += size;
        }
        vec![others(&self.top, self.sizes.len() + leaf - first)]
    }
}

/// All inputs of a hash but one.
fn others(inputs: &[Fr], place: usize) -> Vec<FieldElement> {
    let (before, after) = inputs.split_at(place);
    before.iter().chain(&after[1..]).copied().map(FieldElement).collect()
}

#[cfg(test)]
mod tests {
    use solvency_verifier::commitment::book_root;
    use solvency_verifier::{Address, Bytes32, Shape};

    use super::*;
    use crate::book::{BOOK_FORMAT, BookPosition, vault_id};
    use crate::random;

    /// A book of whole shards, each with a vault of padding at its end.
    fn book(shape: Shape, shards: usize) -> Book {
        let (custodian, capacity) = (Address([3; 20]), shape.vaults().unwrap());
        let mut vaults: Vec<BookVault> = (0..capacity * shards)
            .map(|number| {
                let reference = format!("vault {number}");
                let position = BookPosition { slot: (number % 64) as u8, amount: 1_000 + number as u64 };
                let id = vault_id(&custodian, &reference);
                BookVault { id, reference: Some(reference), positions: vec![position; number % 6] }
            })
            .collect();
        vaults.sort_by_key(|vault| vault.id);
        let mut from = 0;
        let shards = vaults.chunks(capacity).map(|vaults| {
            let mut vaults = vaults.to_vec();
            let last = vaults.last_mut().unwrap();
            (last.reference, last.positions) = (None, Vec::new());
            let (id_low, id_high) = (from, last.id + 1);
            from = id_high;
            let blindings = (0..capacity.div_ceil(VAULTS_PER_LEAF)).map(|_| random::field_element().unwrap());
            BookShard { id_low, id_high, vaults, blindings: blindings.collect() }
        });
        let shards = shards.collect();
        let account = Bytes32([5; 32]);
        let book = Book { format: BOOK_FORMAT.into(), custodian, account, epoch: 0, as_of: 0, shape, shards };
        book.validate().unwrap();
        book
    }

    /// Goes up by the numbers of spec/audit.md, written down here and not computed: where a leaf goes in for 2 and for 29 leaves.
    fn lead(leaves: usize, leaf: usize, opening: &LeafOpening<'_>) -> Fr {
        let places = match (leaves, leaf) {
            (2, leaf) => vec![(leaf, 1)],
            (29, leaf @ 0..16) => vec![(leaf, 15), (0, 13)],
            (29, leaf) => vec![(leaf - 15, 13)],
            other => panic!("{other:?}"),
        };
        assert_eq!(opening.path.len(), places.len());
        let records: Vec<Vault> = opening.vaults.iter().map(BookVault::record).collect();
        let mut hash = vault_leaf(&records, opening.blinding.0).unwrap();
        for (level, (list, (place, length))) in opening.path.iter().zip(&places).enumerate() {
            assert_eq!(list.len(), *length);
            let mut inputs: Vec<Fr> = list.iter().map(|element| element.0).collect();
            inputs.insert(*place, hash);
            let tag = if level + 1 == places.len() { Tag::BOOK.root() } else { Tag::BOOK.node() };
            hash = poseidon::hash(tag, &inputs).unwrap();
        }
        hash
    }

    #[test]
    fn each_leaf_of_a_small_and_a_large_book_leads_to_its_root_and_no_other() {
        for (shape, shards, leaves) in [(Shape::Holdings16, 3, 2), (Shape::Holdings256, 2, 29)] {
            let book = book(shape, shards);
            let roots = book.roots().unwrap();
            for (number, root) in roots.iter().enumerate() {
                let tree = book.tree(number).unwrap();
                assert_eq!((tree.root(), tree.leaf_count()), (*root, leaves));
                let mut opened = 0;
                for leaf in 0..leaves {
                    let opening = tree.open(leaf).unwrap();
                    assert_eq!(lead(leaves, leaf, &opening), root.0, "{shape}, shard {number}, leaf {leaf}");
                    let first = &book.shards[number].vaults[leaf * VAULTS_PER_LEAF];
                    assert!(opening.vaults[0] == *first && opening.vaults.len() <= VAULTS_PER_LEAF);
                    opened += opening.vaults.len();
                }
                assert_eq!(opened, shape.vaults().unwrap());
            }
            assert_ne!(roots[0], roots[1]);
        }
    }

    #[test]
    fn an_opening_of_another_leaf_or_with_another_vault_leads_elsewhere() {
        let book = book(Shape::Holdings256, 1);
        let tree = book.tree(0).unwrap();
        for leaf in [0, 15, 16, 28] {
            let mut opening = tree.open(leaf).unwrap();
            let other = if leaf < 16 { (leaf + 1) % 16 } else { 16 + (leaf + 1) % 13 };
            assert_ne!(lead(29, other, &opening), tree.root().0);
            let mut vaults = opening.vaults.to_vec();
            vaults[0].id += 1;
            opening.vaults = &vaults;
            assert_ne!(lead(29, leaf, &opening), tree.root().0);
            opening = tree.open(leaf).unwrap();
            opening.blinding = tree.open(other).unwrap().blinding;
            assert_ne!(lead(29, leaf, &opening), tree.root().0);
        }
    }

    #[test]
    fn what_is_not_there_is_not_opened() {
        let error = |result: Result<ShardTree<'_>, LeafError>| result.err().unwrap();
        for (shape, leaves) in [(Shape::Holdings16, 2), (Shape::Holdings256, 29)] {
            let whole = book(shape, 2);
            assert_eq!(error(whole.tree(2)), LeafError::Shard { got: 2, shards: 2 });
            assert_eq!(error(whole.tree(usize::MAX)), LeafError::Shard { got: usize::MAX, shards: 2 });
            let tree = whole.tree(1).unwrap();
            assert!(tree.open(leaves - 1).is_ok());
            assert_eq!(tree.open(leaves).err(), Some(LeafError::Leaf { got: leaves, leaves }));
            assert_eq!(tree.open(usize::MAX).err(), Some(LeafError::Leaf { got: usize::MAX, leaves }));
        }
        let mut short = book(Shape::Holdings16, 2);
        short.shards[1].blindings.pop();
        assert!(short.tree(0).is_ok());
        assert_eq!(error(short.tree(1)), LeafError::NoTree { shard: 1 });
        let mut slots = book(Shape::Holdings16, 1);
        slots.shards[0].vaults[0].positions = vec![BookPosition { slot: 64, amount: 1 }];
        assert_eq!(error(slots.tree(0)), LeafError::NoTree { shard: 0 });
        slots.shards[0].vaults.clear();
        slots.shards[0].blindings.clear();
        assert_eq!(error(slots.tree(0)), LeafError::NoTree { shard: 0 });
    }

    /// The tree is the one that roots are made of, for every number of leaves that a tree takes in one level.
    #[test]
    fn roots_are_those_of_the_commitment() {
        let large = book(Shape::Holdings256, 1);
        for leaves in [1, 2, 15, 16, 17, 28, 29] {
            let mut part = large.clone();
            part.shards[0].vaults.truncate(leaves * VAULTS_PER_LEAF);
            part.shards[0].blindings.truncate(leaves);
            let records: Vec<Vault> = part.shards[0].vaults.iter().map(BookVault::record).collect();
            let blindings: Vec<Fr> = part.shards[0].blindings.iter().map(|element| element.0).collect();
            assert_eq!(part.tree(0).unwrap().root().0, book_root(&records, &blindings).unwrap());
        }
    }
}

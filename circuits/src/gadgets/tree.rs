//! Trees of hashes; the native twin is [`solvency_verifier::commitment::tree`].

use solvency_verifier::commitment::{Tag, tree_layout};

use crate::builder::{Builder, Linear};
use crate::poseidon::{self, Output};

/// The tree over `elements`.
///
/// # Panics
/// Unless there are 1 to 256 elements; circuits have fixed numbers.
pub fn tree<const RECORD: bool>(
    builder: &mut Builder<RECORD>,
    tag: Tag,
    elements: &[Linear<RECORD>],
    output: Output,
) -> Linear<RECORD> {
    let mut rest = elements;
    let mut nodes = Vec::new();
    for size in tree_layout(elements.len()).expect("a circuit's trees have 1 to 256 elements") {
        let (node, after) = rest.split_at(size);
        nodes.push(node);
        rest = after;
    }
    let mut inputs =
        builder.parts(&nodes, |builder, node| poseidon::hash(builder, tag.node(), node, Output::Private));
    inputs.extend_from_slice(rest);
    poseidon::hash(builder, tag.root(), &inputs, output)
}

//! Openings of balance vectors; the native twins are `total_commitment` and `pledge_commitment` of
//! [`solvency_verifier::commitment`].

use ark_bn254::Fr;
use solvency_verifier::SLOTS;
use solvency_verifier::commitment::{AMOUNT_BITS, Tag};

use super::{Bounded, Packer, tree};
use crate::builder::{Builder, Linear};
use crate::poseidon::Output;

/// `C_T` of 64 entries, whatever they are: no range is shown.
pub fn open_total<const RECORD: bool>(
    builder: &mut Builder<RECORD>,
    entries: &[Linear<RECORD>],
    blinding: Fr,
    output: Output,
) -> Linear<RECORD> {
    assert_eq!(entries.len(), SLOTS, "a balance vector has one entry for each slot");
    let mut elements = entries.to_vec();
    elements.push(builder.private(blinding));
    tree(builder, Tag::TOTAL, &elements, output)
}

/// `C_Q` of 64 range-checked entries.
pub fn open_pledge<const RECORD: bool>(
    builder: &mut Builder<RECORD>,
    entries: &[Bounded<RECORD, AMOUNT_BITS>],
    blinding: Fr,
    output: Output,
) -> Linear<RECORD> {
    assert_eq!(entries.len(), SLOTS, "a balance vector has one entry for each slot");
    let mut packer = Packer::default();
    for entry in entries {
        packer.push(entry);
    }
    let mut elements = packer.finish();
    elements.push(builder.private(blinding));
    tree(builder, Tag::PLEDGE, &elements, output)
}

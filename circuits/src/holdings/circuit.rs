//! The holdings relation as rows, check by check as in spec/relations.md.

use ark_bn254::Fr;
use ark_ff::Field;
use solvency_verifier::commitment::{AMOUNT_BITS, ID_BITS, SLOT_BITS, Tag, VAULTS_PER_LEAF};

use super::witness::Opening;
use crate::builder::{Builder, Linear, power_of_two};
use crate::circuit::Circuit;
use crate::gadgets::{Bounded, Packer, open_total, tree};
use crate::poseidon::{self, Output};

const ROOT: usize = 1;
const TOTAL: usize = 2;
const ID_RANGE: usize = 3;
const CONTEXT: usize = 4;

/// Amount and slot, both range-checked.
struct Position<const RECORD: bool> {
    amount: Bounded<RECORD, AMOUNT_BITS>,
    slot: Bounded<RECORD, SLOT_BITS>,
}

impl Circuit for Opening {
    fn public_inputs(&self) -> usize {
        4
    }

    fn synthesize<const RECORD: bool>(&self, builder: &mut Builder<RECORD>, context: Fr) {
        // H1: ids increase strictly within [lo, hi). The ids themselves need no range check: what is added to lo < 2^64 are at
        // most 257 gaps below 2^64, so nothing wraps, and the last id is below hi.
        builder.check("H1");
        let id_range = builder.public_input(ID_RANGE, self.id_range);
        let high = Bounded::<RECORD, ID_BITS>::private(builder, self.id_high);
        let low = id_range.minus(&high.value().times(power_of_two(ID_BITS)));
        Bounded::<RECORD, ID_BITS>::enforce(builder, low.clone());
        let mut ids = Vec::with_capacity(self.vaults.len());
        let mut floor = low;
        for vault in &self.vaults {
            let id = builder.private(vault.id);
            Bounded::<RECORD, ID_BITS>::enforce(builder, id.minus(&floor));
            floor = id.plus_constant(Fr::ONE);
            ids.push(id);
        }
        Bounded::<RECORD, ID_BITS>::enforce(builder, high.value().minus(&floor));

        // H2: every amount is in [0, 2^64).
        builder.check("H2");
        let amounts = self.vaults.iter().flat_map(|vault| &vault.amounts);
        let amounts: Vec<_> = amounts.map(|amount| Bounded::private(builder, *amount)).collect();

        // H3: every slot is in [0, 64).
        builder.check("H3");
        let slots = self.vaults.iter().flat_map(|vault| &vault.slots);
        let slots: Vec<_> = slots.map(|slot| Bounded::private(builder, *slot)).collect();
        let positions = amounts.into_iter().zip(slots).map(|(amount, slot)| Position { amount, slot });
        let positions: Vec<_> = positions.collect();

        // H4: the root is the tree over the leaves of the packed vaults.
        builder.check("H4");
        let root = self.open_book(builder, &ids, &positions);

        // H5: C_T opens to T. T needs no range check: H8 forces each entry to be a sum of at most 1,280 amounts.
        builder.check("H5");
        let total: Vec<_> = self.total.iter().map(|entry| builder.private(*entry)).collect();
        let commitment = open_total(builder, &total, self.total_blinding, Output::Public(TOTAL));

        // H6: the challenge depends on the book and on T. From the root alone, T could be solved for after it is known.
        builder.check("H6");
        let gamma = poseidon::hash(builder, Tag::GAMMA.root(), &[root, commitment], Output::Private);

        // H7: γ is no slot's number, so that no denominator of H8 is zero.
        builder.check("H7");
        let slots = 0..self.total.len() as u64;
        let differences: Vec<_> = slots.map(|slot| gamma.plus_constant(-Fr::from(slot))).collect();
        let inverses = builder.inverses("inverse", &differences);

        // H8: Σ amount_i/(γ − slot_i) = Σ_k T_k/(γ − k).
        builder.check("H8");
        let mut difference = Linear::zero();
        let fractions =
            positions.iter().map(|Position { amount, slot }| (amount.value(), gamma.minus(slot.value())));
        for term in builder.quotients("quotient", &fractions.collect::<Vec<_>>()) {
            difference.add_scaled(&term, Fr::ONE);
        }
        for (entry, inverse) in total.iter().zip(&inverses) {
            let term = builder.product("product", entry, inverse);
            difference.add_scaled(&term, -Fr::ONE);
        }
        builder.enforce_zero("sum", &difference);

        // The context has no row: a proof is for one vector of public inputs only.
        builder.public_input(CONTEXT, context);
    }
}

impl Opening {
    fn open_book<const RECORD: bool>(
        &self,
        builder: &mut Builder<RECORD>,
        ids: &[Linear<RECORD>],
        positions: &[Position<RECORD>],
    ) -> Linear<RECORD> {
        let per_vault = positions.len() / ids.len();
        let leaves = ids.chunks(VAULTS_PER_LEAF).zip(positions.chunks(VAULTS_PER_LEAF * per_vault));
        let leaves: Vec<_> = leaves.zip(&self.leaf_blindings).collect();
        let hashes = builder.parts(&leaves, |builder, ((ids, positions), blinding)| {
            // Ids have no bits of their own, so they stand whole at the head of limbs; H1 bounds them.
            let mut packer = Packer::with_heads(ids.to_vec(), ID_BITS);
            for Position { amount, slot } in *positions {
                packer.push(amount);
                packer.push(slot);
            }
            let mut elements = packer.finish();
            elements.push(builder.private(**blinding));
            poseidon::hash(builder, Tag::VAULTS.root(), &elements, Output::Private)
        });
        tree(builder, Tag::BOOK, &hashes, Output::Public(ROOT))
    }
}

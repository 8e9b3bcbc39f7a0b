//! The allocation relation as rows, check by check as in spec/relations.md.

use ark_bn254::Fr;
use ark_ff::Field;
use solvency_verifier::commitment::AMOUNT_BITS;
use solvency_verifier::{SLOTS, SourceKind};

use super::witness::{BalanceOpening, Opening};
use crate::builder::{Builder, Linear};
use crate::circuit::Circuit;
use crate::gadgets::{Bounded, open_pledge, open_total};
use crate::poseidon::Output;

type Entries<const RECORD: bool> = Vec<Bounded<RECORD, AMOUNT_BITS>>;

impl Circuit for Opening {
    fn public_inputs(&self) -> usize {
        self.sources.len() + self.outputs.len() + 1
    }

    fn synthesize<const RECORD: bool>(&self, builder: &mut Builder<RECORD>, context: Fr) {
        let source_input = |index: usize| Output::Public(1 + index);
        let output_input = |index: usize| Output::Public(1 + self.sources.len() + index);

        // A1: every entry of every output is in [0, 2^64).
        builder.check("A1");
        let outputs: Vec<Entries<RECORD>> =
            self.outputs.iter().map(|output| bounded_entries(builder, output)).collect();

        // A2: every output's C_Q opens to its vector.
        builder.check("A2");
        let openings: Vec<_> = outputs.iter().zip(&self.outputs).enumerate().collect();
        builder.parts(&openings, |builder, (index, (entries, output))| {
            open_pledge(builder, entries, output.blinding, output_input(*index));
        });

        // A3: every entry of every pledge source is in [0, 2^64). It was when it was made, but the limbs determine the
        // entries only if they are in range here as well.
        builder.check("A3");
        let pledges: Vec<_> = self
            .sources_of(SourceKind::Pledge)
            .map(|(index, source)| (index, source, bounded_entries(builder, source)))
            .collect();

        // A4: every pledge source's commitment opens to its vector.
        builder.check("A4");
        builder.parts(&pledges, |builder, (index, source, entries)| {
            open_pledge(builder, entries, source.blinding, source_input(*index));
        });

        // A5: every total source's C_T opens to its vector. No range check: that its entries are below 2^75 is known through
        // its verified holdings proof, which acceptance demands (L3).
        builder.check("A5");
        let sources: Vec<_> = self.sources_of(SourceKind::Total).collect();
        let totals = builder.parts(&sources, |builder, (index, source)| {
            let entries: Vec<_> = source.entries.iter().map(|entry| builder.private(*entry)).collect();
            open_total(builder, &entries, source.blinding, source_input(*index));
            entries
        });

        // A6: for every slot, the sources' sum equals the outputs' sum: no unit is pledged twice.
        builder.check("A6");
        for slot in 0..SLOTS {
            let pledged = pledges.iter().map(|(_, _, entries)| entries[slot].value());
            let held = totals.iter().map(|entries| &entries[slot]);
            let mut difference = Linear::sum(pledged.chain(held));
            let distributed = Linear::sum(outputs.iter().map(|entries| entries[slot].value()));
            difference.add_scaled(&distributed, -Fr::ONE);
            builder.enforce_zero("sum", &difference);
        }

        // The context has no row: a proof is for one vector of public inputs only.
        builder.public_input(self.public_inputs(), context);
    }
}

impl Opening {
    fn sources_of(&self, wanted: SourceKind) -> impl Iterator<Item = (usize, &BalanceOpening)> {
        let sources = self.shape.sources.iter().zip(&self.sources).enumerate();
        sources.filter(move |(_, (kind, _))| **kind == wanted).map(|(index, (_, source))| (index, source))
    }
}

fn bounded_entries<const RECORD: bool>(
    builder: &mut Builder<RECORD>,
    balance: &BalanceOpening,
) -> Entries<RECORD> {
    balance.entries.iter().map(|entry| Bounded::private(builder, *entry)).collect()
}

//! The flat coverage relation as rows, check by check as in spec/relations.md.

use ark_bn254::Fr;
use ark_ff::Field;
use solvency_verifier::CLASSES;
use solvency_verifier::commitment::{LIMB_BITS, Tag};
use solvency_verifier::valuation::RATE_BITS;

use super::EXCESS_BITS;
use super::witness::Opening;
use crate::builder::{Builder, Linear};
use crate::circuit::Circuit;
use crate::coverage::requirement::{enforce_covered, open_balances, open_requirement};
use crate::coverage::{CONTEXT, VALUATION};
use crate::gadgets::{Bounded, Packer, tree};
use crate::poseidon::Output;

impl Circuit for Opening {
    fn public_inputs(&self) -> usize {
        4
    }

    fn synthesize<const RECORD: bool>(&self, builder: &mut Builder<RECORD>, context: Fr) {
        // C1, C2: C_Q opens to amounts below 2^64.
        let balances = open_balances(builder, &self.pledge);

        // C3: every keep rate is in [0, 2^20): wider ones could be packed in two ways.
        builder.check("C3");
        let keep: Vec<Bounded<RECORD, RATE_BITS>> =
            self.keep.iter().map(|rate| Bounded::private(builder, *rate)).collect();

        // C4: the digest is that of prices, keep rates, θ and units. What is in it is bounded by the verifier's own table.
        builder.check("C4");
        let prices: Vec<_> = self.prices.iter().map(|price| builder.private(*price)).collect();
        let theta = builder.private(self.theta);
        let mut elements = prices.clone();
        for rates in keep.chunks(LIMB_BITS / RATE_BITS) {
            let mut packer = Packer::default();
            rates.iter().for_each(|rate| packer.push(rate));
            elements.extend(packer.finish());
        }
        elements.extend([theta.clone(), builder.private(self.units)]);
        tree(builder, Tag::VALUATION_FLAT, &elements, Output::Public(VALUATION));

        // C5, C6: C_R opens to a requirement below 2^64.
        let requirement = open_requirement(builder, &self.requirement);

        // C7: value = Σ_a price_a · Σ_c k·b  <  16·2^64·4·2^84 = 2^154.
        builder.check("C7");
        let mut value = Linear::zero();
        for ((price, keep), balances) in prices.iter().zip(keep.chunks(CLASSES)).zip(balances.chunks(CLASSES))
        {
            let mut kept = Linear::zero();
            for (rate, balance) in keep.iter().zip(balances) {
                kept.add_scaled(&builder.product("product", rate.value(), balance.value()), Fr::ONE);
            }
            value.add_scaled(&builder.product("product", price, &kept), Fr::ONE);
        }

        // C8: value − θ·R·10^15 is not negative.
        builder.check("C8");
        enforce_covered::<RECORD, EXCESS_BITS>(builder, &value, &theta, &requirement);

        // The context has no row: a proof is for one vector of public inputs only.
        builder.public_input(CONTEXT, context);
    }
}

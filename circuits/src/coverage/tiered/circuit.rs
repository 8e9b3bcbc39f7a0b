//! The tiered coverage relation as rows, check by check as in spec/relations.md.

use ark_bn254::Fr;
use ark_ff::Field;
use solvency_verifier::commitment::Tag;
use solvency_verifier::valuation::{BOUND_BITS, RATE_BITS};
use solvency_verifier::{ASSETS, CLASSES};

use super::witness::{Opening, Selection};
use super::{CENT_SCALE, EXCESS_BITS, PPM, REMAINDER_BITS, offset};
use crate::builder::{Builder, Linear, power_of_two};
use crate::circuit::Circuit;
use crate::coverage::requirement::{enforce_covered, open_balances, open_requirement};
use crate::coverage::{CONTEXT, VALUATION};
use crate::gadgets::{Bounded, enforce_member, tree};
use crate::poseidon::Output;

/// The range-checked parts of an asset's row.
struct Tier<const RECORD: bool> {
    low: Bounded<RECORD, BOUND_BITS>,
    above_low: Bounded<RECORD, BOUND_BITS>,
    below_high: Bounded<RECORD, BOUND_BITS>,
    cumulative: Bounded<RECORD, BOUND_BITS>,
    rate: Bounded<RECORD, RATE_BITS>,
    haircuts: [Bounded<RECORD, RATE_BITS>; CLASSES],
}

impl Circuit for Opening {
    fn public_inputs(&self) -> usize {
        4
    }

    fn synthesize<const RECORD: bool>(&self, builder: &mut Builder<RECORD>, context: Fr) {
        // C1, C2: C_Q opens to amounts below 2^64.  C5, C6: C_R opens to a requirement below 2^64.
        let balances = open_balances(builder, &self.pledge);
        let requirement = open_requirement(builder, &self.requirement);

        // T1: the parts of each asset's selected row are in range, which makes the unpacking unique (x + y ≤ 2^48 − 2 fits the
        // field of the width) and puts the gross value between the row's bounds: one check does both.
        builder.check("T1");
        let tiers: Vec<Tier<RECORD>> =
            self.selections.iter().map(|tier| Tier::private(builder, tier)).collect();

        // T2: the packed row is one of the asset's twelve. No index, so that none can be out of range.
        builder.check("T2");
        let rows: Vec<Vec<Linear<RECORD>>> =
            self.rows.iter().map(|rows| rows.iter().map(|row| builder.private(*row)).collect()).collect();
        for (tier, rows) in tiers.iter().zip(&rows) {
            enforce_member(builder, &tier.packed(), rows);
        }

        // T3: the digest is that of all rows, prices, θ and units.
        builder.check("T3");
        let prices: Vec<_> = self.prices.iter().map(|price| builder.private(*price)).collect();
        let theta = builder.private(self.theta);
        let mut elements = rows.concat();
        elements.extend_from_slice(&prices);
        elements.extend([theta.clone(), builder.private(self.units)]);
        tree(builder, Tag::VALUATION_TIERED, &elements, Output::Public(VALUATION));

        // T4: low + x is the gross value in whole cents: the remainder is in [0, 2^64), a little more than one cent, so the
        // value may be stated up to one cent too low and never too high.
        builder.check("T4");
        let balances_of = |asset: usize| &balances[asset * CLASSES..(asset + 1) * CLASSES];
        for asset in 0..ASSETS {
            let total = Linear::sum(balances_of(asset).iter().map(Bounded::value));
            let mut remainder = builder.product("product", &prices[asset], &total);
            let cents = tiers[asset].low.value().plus(tiers[asset].above_low.value());
            remainder.add_scaled(&cents, -Fr::from(CENT_SCALE));
            Bounded::<RECORD, REMAINDER_BITS>::enforce(builder, remainder);
        }

        // T5: net_a = (cumulative·10^6 + rate·x)·10^19 − price_a·Σ_c h·b may be negative, |net_a| ≤ 2^150; value = Σ s_a·net_a.
        builder.check("T5");
        let mut value = Linear::zero();
        for (asset, (tier, selection)) in tiers.iter().zip(&self.selections).enumerate() {
            let mut tier_value = builder.product("product", tier.rate.value(), tier.above_low.value());
            tier_value.add_scaled(tier.cumulative.value(), Fr::from(PPM));
            let mut haircut = Linear::zero();
            for (rate, balance) in tier.haircuts.iter().zip(balances_of(asset)) {
                haircut.add_scaled(&builder.product("product", rate.value(), balance.value()), Fr::ONE);
            }
            let haircut = builder.product("product", &prices[asset], &haircut);
            let net = tier_value.times(Fr::from(CENT_SCALE)).minus(&haircut);
            let counted = builder.boolean_input("counted", selection.counted);
            value.add_scaled(&builder.product("product", &counted, &net), Fr::ONE);
        }

        // T6: value − θ·R·10^15 is not negative.
        builder.check("T6");
        enforce_covered::<RECORD, EXCESS_BITS>(builder, &value, &theta, &requirement);

        // The context has no row: a proof is for one vector of public inputs only.
        builder.public_input(CONTEXT, context);
    }
}

impl<const RECORD: bool> Tier<RECORD> {
    fn private(builder: &mut Builder<RECORD>, tier: &Selection) -> Self {
        Self {
            low: Bounded::private(builder, tier.low),
            above_low: Bounded::private(builder, tier.above_low),
            below_high: Bounded::private(builder, tier.below_high),
            cumulative: Bounded::private(builder, tier.cumulative),
            rate: Bounded::private(builder, tier.rate),
            haircuts: tier.haircuts.map(|haircut| Bounded::private(builder, haircut)),
        }
    }

    /// The row's element; it takes no rows.
    fn packed(&self) -> Linear<RECORD> {
        let mut row = self.low.value().clone();
        row.add_scaled(self.above_low.value(), power_of_two(offset::WIDTH));
        row.add_scaled(self.below_high.value(), power_of_two(offset::WIDTH));
        row.add_scaled(self.rate.value(), power_of_two(offset::RATE));
        row.add_scaled(self.cumulative.value(), power_of_two(offset::CUMULATIVE));
        for (class, haircut) in self.haircuts.iter().enumerate() {
            row.add_scaled(haircut.value(), power_of_two(offset::HAIRCUTS + RATE_BITS * class));
        }
        row
    }
}

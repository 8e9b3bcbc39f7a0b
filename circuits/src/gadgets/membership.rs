//! Membership by a product.

use ark_bn254::Fr;
use ark_ff::Field;

use crate::builder::{Builder, Linear};

/// `value` is one of `options`, of which there are at least two: `Π (value − option) = 0`, in one row less than there are options.
pub fn enforce_member<const RECORD: bool>(
    builder: &mut Builder<RECORD>,
    value: &Linear<RECORD>,
    options: &[Linear<RECORD>],
) {
    let (first, last) = (options.first(), options.last());
    let (Some(first), Some(last), true) = (first, last, options.len() >= 2) else {
        panic!("membership in a set of {} options", options.len());
    };
    let mut product = value.minus(first);
    for option in &options[1..options.len() - 1] {
        product = builder.product("membership", &product, &value.minus(option));
    }
    builder.enforce_product("membership", &product, &value.minus(last), &Linear::zero());
}

/// The native twin.
pub(crate) fn is_member(value: Fr, options: &[Fr]) -> bool {
    options.iter().fold(Fr::ONE, |product, option| product * (value - option)) == Fr::from(0u64)
}

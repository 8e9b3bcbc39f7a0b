//! The transform in words of 64 bits.
//!
//! Values are lazily reduced: below `2r` between the steps, below `4r` as factors; roots are below `r`. They stay where they were
//! given, in arkworks' type, whose arithmetic must not see them in between.

use ark_bn254::Fr;
use ark_ff::Field;
use rayon::prelude::*;

use super::{odd_coset_generator, powers};
use crate::words::{Scalar, minus_plus, plus, reduced_by, times};

/// Below so many elements a transform stays on one thread, and in the nearer caches.
const SERIAL: usize = 1 << 12;

pub(super) struct Transform {
    /// For each step, from the one over all values on: the powers of `ω^{-2^step}` and of `ω^{2^step}`, side by side, since
    /// every other one of a long table is a cache line apart.
    inverse: Vec<Vec<Fr>>,
    forward: Vec<Vec<Fr>>,
    /// `g^i/n`, where `i` is the bit-reversed place.
    scale: Vec<Fr>,
}

impl Transform {
    pub(super) fn new(bits: u32) -> Self {
        let n = 1usize << bits;
        let generator = odd_coset_generator(bits);
        let root = generator.square();
        let inverse = root.inverse().expect("a root of unity is not zero");
        let by = Fr::from(n as u64).inverse().expect("n is below the modulus");
        let in_order = powers(generator, n);
        let reversed =
            |place: usize| if bits == 0 { 0 } else { place.reverse_bits() >> (usize::BITS - bits) };
        Self {
            inverse: steps(inverse, n),
            forward: steps(root, n),
            scale: (0..n).into_par_iter().map(|place| in_order[reversed(place)] * by).collect(),
        }
    }

    pub(super) fn products(&self, a: &mut [Fr], b: &mut [Fr], products: &mut Vec<[u64; 4]>) {
        rayon::join(|| self.to_coset(a), || self.to_coset(b));
        products.resize(a.len(), [0; 4]);
        products.par_iter_mut().zip(a.par_iter().zip(b.par_iter())).with_min_len(SERIAL).for_each(
            |(product, (a, b))| {
                // Both below 2r: their product is below 1.8r, and by one below 1.4r.
                let of_both = times::<Scalar>(&a.0.0, &b.0.0);
                *product = reduced_by::<Scalar, 1>(&times::<Scalar>(&of_both, &[1, 0, 0, 0]));
            },
        );
    }

    fn to_coset(&self, values: &mut [Fr]) {
        assert_eq!(values.len(), self.scale.len(), "as many values as the domain has elements");
        in_frequency(values, &self.inverse);
        for (value, scale) in values.iter_mut().zip(&self.scale) {
            value.0.0 = times::<Scalar>(&value.0.0, &scale.0.0);
        }
        in_time(values, &self.forward);
    }
}

fn steps(root: Fr, size: usize) -> Vec<Vec<Fr>> {
    let mut steps = Vec::new();
    let (mut root, mut half) = (root, size / 2);
    while half > 0 {
        steps.push(powers(root, half));
        root.square_in_place();
        half /= 2;
    }
    steps
}

/// Natural order to bit-reversed order.
fn in_frequency(values: &mut [Fr], steps: &[Vec<Fr>]) {
    let Some((first, rest)) = steps.split_first() else { return };
    if values.len() <= SERIAL {
        for roots in steps {
            values.chunks_exact_mut(2 * roots.len()).for_each(|part| step_in_frequency(part, roots));
        }
        return;
    }
    step_in_frequency(values, first);
    let (low, high) = values.split_at_mut(values.len() / 2);
    rayon::join(|| in_frequency(low, rest), || in_frequency(high, rest));
}

/// Bit-reversed order to natural order.
fn in_time(values: &mut [Fr], steps: &[Vec<Fr>]) {
    let Some((first, rest)) = steps.split_first() else { return };
    if values.len() <= SERIAL {
        for roots in steps.iter().rev() {
            values.chunks_exact_mut(2 * roots.len()).for_each(|part| step_in_time(part, roots));
        }
        return;
    }
    let (low, high) = values.split_at_mut(values.len() / 2);
    rayon::join(|| in_time(low, rest), || in_time(high, rest));
    step_in_time(values, first);
}

#[inline(always)]
fn step_in_frequency(values: &mut [Fr], roots: &[Fr]) {
    let (low, high) = values.split_at_mut(roots.len());
    // The first root is 1, which is all of them in the last step.
    for (at, ((low, high), root)) in low.iter_mut().zip(high).zip(roots).enumerate() {
        let (a, b) = (low.0.0, high.0.0);
        low.0.0 = reduced_by::<Scalar, 2>(&plus(&a, &b));
        let difference = minus_plus::<Scalar, 2>(&a, &b);
        high.0.0 = if at == 0 {
            reduced_by::<Scalar, 2>(&difference)
        } else {
            times::<Scalar>(&difference, &root.0.0)
        };
    }
}

#[inline(always)]
fn step_in_time(values: &mut [Fr], roots: &[Fr]) {
    let (low, high) = values.split_at_mut(roots.len());
    for (at, ((low, high), root)) in low.iter_mut().zip(high).zip(roots).enumerate() {
        let (a, b) = (low.0.0, high.0.0);
        let product = if at == 0 { b } else { times::<Scalar>(&b, &root.0.0) };
        low.0.0 = reduced_by::<Scalar, 2>(&plus(&a, &product));
        high.0.0 = reduced_by::<Scalar, 2>(&minus_plus::<Scalar, 2>(&a, &product));
    }
}

//! The transform in arkworks' field arithmetic.

use ark_bn254::Fr;
use ark_ff::{Field, PrimeField};
use rayon::prelude::*;

use super::{odd_coset_generator, powers};

/// Below so many elements a transform stays on one thread, and in the nearer caches.
const SERIAL: usize = 1 << 12;

pub(super) struct Transform {
    /// `ω^{-i}` and `ω^i` for `i < n/2`.
    inverse: Vec<Fr>,
    forward: Vec<Fr>,
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
            inverse: powers(inverse, n / 2),
            forward: powers(root, n / 2),
            scale: (0..n).into_par_iter().map(|place| in_order[reversed(place)] * by).collect(),
        }
    }

    pub(super) fn products(&self, a: &mut [Fr], b: &mut [Fr], products: &mut Vec<[u64; 4]>) {
        rayon::join(|| self.to_coset(a), || self.to_coset(b));
        products.resize(a.len(), [0; 4]);
        products
            .par_iter_mut()
            .zip(a.par_iter().zip(b.par_iter()))
            .with_min_len(SERIAL)
            .for_each(|(product, (a, b))| *product = (*a * b).into_bigint().0);
    }

    fn to_coset(&self, values: &mut [Fr]) {
        assert_eq!(values.len(), self.scale.len(), "as many values as the domain has elements");
        in_frequency(values, &self.inverse, 1);
        for (value, scale) in values.iter_mut().zip(&self.scale) {
            *value *= scale;
        }
        in_time(values, &self.forward, 1);
    }
}

/// Natural order to bit-reversed order.
fn in_frequency(values: &mut [Fr], roots: &[Fr], stride: usize) {
    if values.len() < 2 {
        return;
    }
    let (low, high) = values.split_at_mut(values.len() / 2);
    for ((low, high), root) in low.iter_mut().zip(high.iter_mut()).zip(roots.iter().step_by(stride)) {
        let difference = *low - *high;
        *low += *high;
        *high = difference * root;
    }
    join(low, high, |half| in_frequency(half, roots, 2 * stride));
}

/// Bit-reversed order to natural order.
fn in_time(values: &mut [Fr], roots: &[Fr], stride: usize) {
    if values.len() < 2 {
        return;
    }
    let (low, high) = values.split_at_mut(values.len() / 2);
    join(low, high, |half| in_time(half, roots, 2 * stride));
    for ((low, high), root) in low.iter_mut().zip(high.iter_mut()).zip(roots.iter().step_by(stride)) {
        let product = *high * root;
        *high = *low - product;
        *low += product;
    }
}

fn join(low: &mut [Fr], high: &mut [Fr], each: impl Fn(&mut [Fr]) + Sync) {
    if low.len() < SERIAL {
        each(low);
        each(high);
    } else {
        rayon::join(|| each(low), || each(high));
    }
}

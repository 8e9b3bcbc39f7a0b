//! From evaluations on a domain to evaluations on its odd coset: the only transform that the prover needs.
//!
//! The domain has `n = 2^k` elements, the powers of `ω`; the odd coset is `g·ω^i` with `g² = ω`, which is where `X^n = −1`.
//! An inverse transform in decimation in frequency leaves coefficients in bit-reversed order; they are scaled there, and a
//! forward transform in decimation in time takes them from that order back to the natural one. Nothing is ever reordered.
//!
//! Source: Gentleman and Sande, "Fast Fourier Transforms: for fun and profit", AFIPS 1966; Cooley and Tukey, Math. Comp. 19
//! (1965).

#[cfg(target_arch = "x86_64")]
mod ifma;
mod portable;

use ark_bn254::Fr;
use ark_ff::{FftField, Field};
use zeroize::Zeroize;

use crate::path::{Implementation, Path};

/// Largest domain: `2^27`, of whose odd coset the field still has the generator.
pub const MAX_DOMAIN_BITS: u32 = 27;

/// A transform of one size, with its tables.
pub struct OddCoset(Transform);

enum Transform {
    #[cfg(target_arch = "x86_64")]
    Ifma(Box<ifma::Transform>),
    Portable(portable::Transform),
}

/// Buffers for products on the coset, erased when they are dropped.
#[derive(Default)]
pub struct CosetBuffers {
    /// `a(x)·b(x)` on the coset, as integers below the modulus.
    products: Vec<[u64; 4]>,
    #[cfg(target_arch = "x86_64")]
    vectors: [Vec<ifma::Element>; 2],
}

impl CosetBuffers {
    /// The products that the last call of [`OddCoset::products`] made.
    pub fn products(&self) -> &[[u64; 4]] {
        &self.products
    }
}

impl Drop for CosetBuffers {
    fn drop(&mut self) {
        self.products.zeroize();
        #[cfg(target_arch = "x86_64")]
        self.vectors.iter_mut().for_each(ifma::erase);
    }
}

impl OddCoset {
    /// For a domain of `2^bits` elements.
    ///
    /// # Panics
    /// Where `bits` exceeds [`MAX_DOMAIN_BITS`].
    pub fn new(path: Path, bits: u32) -> Self {
        assert!(bits <= MAX_DOMAIN_BITS, "a domain of 2^{bits}");
        Self(match path.implementation() {
            #[cfg(target_arch = "x86_64")]
            Implementation::Ifma(token) if bits >= ifma::SMALLEST_BITS => {
                Transform::Ifma(Box::new(ifma::Transform::new(token, bits)))
            }
            _ => Transform::Portable(portable::Transform::new(bits)),
        })
    }

    /// `a(x)·b(x)` at the elements of the odd coset, in natural order, for the polynomials of degree below `n` with these
    /// evaluations on the domain. Both are overwritten, with what means nothing outside. Uses the threads of the current pool.
    ///
    /// # Panics
    /// Where `a` or `b` has another length than the domain.
    pub fn products(&self, a: &mut [Fr], b: &mut [Fr], buffers: &mut CosetBuffers) {
        match &self.0 {
            #[cfg(target_arch = "x86_64")]
            Transform::Ifma(transform) => {
                transform.products(a, b, &mut buffers.vectors, &mut buffers.products);
            }
            Transform::Portable(transform) => transform.products(a, b, &mut buffers.products),
        }
    }
}

/// `g`, a generator of order `2^(bits + 1)` whose square generates the domain, as arkworks chooses it.
pub fn odd_coset_generator(bits: u32) -> Fr {
    let mut generator = Fr::TWO_ADIC_ROOT_OF_UNITY;
    for _ in bits + 1..Fr::TWO_ADICITY {
        generator.square_in_place();
    }
    generator
}

/// `1, base, base², …`.
pub(crate) fn powers(base: Fr, count: usize) -> Vec<Fr> {
    let mut powers = Vec::with_capacity(count);
    let mut power = Fr::ONE;
    for _ in 0..count {
        powers.push(power);
        power *= base;
    }
    powers
}

#[cfg(test)]
mod tests;

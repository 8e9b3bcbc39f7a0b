//! Keys from a trapdoor: for development and tests. Whoever knows the trapdoor can forge.

use ark_bn254::{Fr, G1Projective, G2Projective};
use ark_ec::scalar_mul::BatchMulPreprocessing;
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::{AdditiveGroup, Field, UniformRand, batch_inversion};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use ark_std::rand::RngCore;
use rayon::prelude::*;
use solvency_kernels::fft::odd_coset_generator;
use solvency_verifier::groth16::VerifyingKeyPoints;
use zeroize::ZeroizeOnDrop;

use super::columns::ByWire;
use super::rows::Rows;

/// The secrets of a set-up, and the generators that it starts from.
#[derive(ZeroizeOnDrop)]
pub(super) struct Trapdoor {
    alpha: Fr,
    beta: Fr,
    gamma: Fr,
    delta: Fr,
    tau: Fr,
    #[zeroize(skip)]
    first: G1Projective,
    #[zeroize(skip)]
    second: G2Projective,
}

impl Trapdoor {
    /// Samples in the order of ark-groth16 0.6, so that the same randomness gives the same verifying key.
    pub(super) fn sample(rng: &mut impl RngCore, domain: &Radix2EvaluationDomain<Fr>) -> Self {
        let [alpha, beta, gamma, delta] = core::array::from_fn(|_| Fr::rand(rng));
        let (first, second) = (G1Projective::rand(rng), G2Projective::rand(rng));
        let tau = domain.sample_element_outside_domain(rng);
        Self { alpha, beta, gamma, delta, tau, first, second }
    }

    /// All points of the key; none where a secret is one of the few values that make no key (zero, or on the odd coset).
    pub(super) fn points(
        &self,
        rows: &Rows,
        domain: &Radix2EvaluationDomain<Fr>,
    ) -> Option<(VerifyingKeyPoints, ByWire)> {
        let [a, b, c] = rows.columns(&domain.evaluate_all_lagrange_coefficients(self.tau));
        let (gamma_inverse, delta_inverse) = (self.gamma.inverse()?, self.delta.inverse()?);
        // (Z(τ) + 2)/2, the factor of C once the quotient's part of it is added; and that part alone.
        let half = Fr::from(2u64).inverse()?;
        let of_quotient = domain.evaluate_vanishing_polynomial(self.tau) * half;
        let public = rows.public_inputs + 1;
        let combination = |wire: usize| self.beta * a[wire] + self.alpha * b[wire];
        let inputs: Vec<Fr> = (0..public).map(|wire| (combination(wire) + c[wire]) * gamma_inverse).collect();
        let l: Vec<Fr> = (0..rows.wires)
            .map(|wire| {
                let own = if wire < public { Fr::ZERO } else { combination(wire) + c[wire] };
                (own + of_quotient * c[wire]) * delta_inverse
            })
            .collect();
        let quotient = self.coset_lagrange(domain, -of_quotient * delta_inverse)?;

        let count = a.len() + b.len() + l.len() + quotient.len();
        let first = BatchMulPreprocessing::new(self.first, count);
        let second = BatchMulPreprocessing::new(self.second, b.len());
        let points = ByWire {
            beta: (self.first * self.beta).into_affine(),
            delta: (self.first * self.delta).into_affine(),
            b_second: multiples(&second, &b),
            a: multiples(&first, &a),
            b_first: multiples(&first, &b),
            l: multiples(&first, &l),
            quotient: multiples(&first, &quotient),
        };
        let verifying = VerifyingKeyPoints {
            alpha: (self.first * self.alpha).into_affine(),
            beta: (self.second * self.beta).into_affine(),
            gamma: (self.second * self.gamma).into_affine(),
            delta: (self.second * self.delta).into_affine(),
            inputs: multiples(&first, &inputs),
        };
        Some((verifying, points))
    }

    /// `factor·ℓ_j(τ)` for the Lagrange basis of the odd coset: `ℓ_j(τ) = x_j·(τ^n + 1)/(n·(x_j − τ))`, where `x_j^n = −1`.
    fn coset_lagrange(&self, domain: &Radix2EvaluationDomain<Fr>, factor: Fr) -> Option<Vec<Fr>> {
        let n = domain.size() as u64;
        let numerator = (self.tau.pow([n]) + Fr::ONE) * Fr::from(n).inverse()? * factor;
        let mut element = odd_coset_generator(domain.size().trailing_zeros());
        let mut elements = Vec::with_capacity(domain.size());
        for _ in 0..domain.size() {
            elements.push(element);
            element *= domain.group_gen();
        }
        let mut inverses: Vec<Fr> = elements.iter().map(|x| *x - self.tau).collect();
        if inverses.contains(&Fr::ZERO) {
            return None;
        }
        batch_inversion(&mut inverses);
        Some(elements.iter().zip(&inverses).map(|(x, inverse)| numerator * x * inverse).collect())
    }
}

fn multiples<G: PrimeGroup<ScalarField = Fr> + CurveGroup>(
    table: &BatchMulPreprocessing<G>,
    scalars: &[Fr],
) -> Vec<G::Affine> {
    let parts: Vec<Vec<G::Affine>> =
        scalars.par_chunks(1 << 12).map(|scalars| table.batch_mul(scalars)).collect();
    parts.concat()
}

//! Fourier transforms of points.

use ark_ff::{FftField, Field};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use ark_std::test_rng;
use solvency_kernels::batch::{Direction, multiples, odd_coset_to_domain, transform};
use solvency_kernels::fft::odd_coset_generator;

use super::*;

/// Both ways, by the definition.
fn check<A: Point>(name: &str, points: &[A]) {
    let root = Fr::get_root_of_unity(points.len() as u64).unwrap();
    for (direction, root) in [(Direction::Forward, root), (Direction::Backward, root.inverse().unwrap())] {
        let expected: Vec<A::Group> = (0..points.len() as u64)
            .map(|j| {
                let base = root.pow([j]);
                points.iter().rev().fold(A::Group::ZERO, |sum, point| sum * base + point)
            })
            .collect();
        for path in paths() {
            let mut out = points.to_vec();
            transform(path, &mut out, direction);
            assert_same(name, path, &out, &expected);
        }
    }
}

fn small_sizes<A: Point + UniformRand>(largest: u32) {
    let mut rng = test_rng();
    for bits in 0..=largest {
        let n = 1usize << bits;
        let random = random_points::<A>(n, &mut rng);
        check("random", &random);
        check("equal", &vec![random[0]; n]);
        check("infinity", &vec![A::zero(); n]);
        check("a progression", &progression::<A>(n));
        let mut some = random.clone();
        some.iter_mut().step_by(3).for_each(|point| *point = A::zero());
        check("infinity here and there", &some);
        let mut one = vec![A::zero(); n];
        one[n - 1] = random[0];
        check("one point", &one);
    }
}

#[test]
fn small_transforms_in_g1() {
    small_sizes::<G1Affine>(5);
}

#[test]
fn small_transforms_in_g2() {
    small_sizes::<G2Affine>(4);
}

/// Of a size where steps differ in how their values are shared out.
#[test]
fn a_large_transform() {
    let mut rng = test_rng();
    let n = 1 << 12;
    let factors: Vec<Fr> = (0..n).map(|_| Fr::rand(&mut rng)).collect();
    let generators = vec![G1Affine::generator(); n];
    let points = multiples(paths()[0], &generators, &factors);
    let domain = Radix2EvaluationDomain::<Fr>::new(n).unwrap();
    for threads in [1, 2, 5] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        for path in paths() {
            let mut out = points.clone();
            pool.install(|| transform(path, &mut out, Direction::Forward));
            assert!(out == multiples(paths()[0], &generators, &domain.fft(&factors)), "{path}, {threads}");
            pool.install(|| transform(path, &mut out, Direction::Backward));
            let by = Fr::from(n as u64);
            let scaled: Vec<Fr> = factors.iter().map(|factor| *factor * by).collect();
            assert!(out == multiples(paths()[0], &generators, &scaled), "{path}, {threads}, and back");
        }
    }
}

/// `ℓ_j(x_m)` by the product over the other elements of the domain.
#[test]
fn from_the_odd_coset_to_the_domain() {
    let mut rng = test_rng();
    for bits in 0..=5 {
        let n = 1usize << bits;
        let domain = Radix2EvaluationDomain::<Fr>::new(n).unwrap();
        let elements: Vec<Fr> = domain.elements().collect();
        let shift = odd_coset_generator(bits);
        let mut points = random_points::<G1Affine>(n, &mut rng);
        for factor in [-Fr::ONE, Fr::rand(&mut rng), Fr::ZERO] {
            let expected: Vec<_> = (0..n)
                .map(|j| {
                    let lagrange = |x: Fr| {
                        let others = (0..n).filter(|other| *other != j);
                        let ratio = |other: usize| (x - elements[other]) / (elements[j] - elements[other]);
                        others.map(ratio).product::<Fr>()
                    };
                    let of = |m: usize| points[m] * (factor * lagrange(shift * elements[m]));
                    (0..n).map(of).sum()
                })
                .collect();
            for path in paths() {
                let out = odd_coset_to_domain(path, &points, &factor);
                assert_same("odd coset to domain", path, &out, &expected);
            }
            points[0] = G1Affine::zero();
        }
    }
}

/// `τ^i·Z(τ) = −2·Σ_j ω₂ₙ^((2j + 1)i)·L_(2j + 1)(τ)`, with the Lagrange basis of twice the size at the odd places.
#[test]
fn powers_from_the_odd_lagrange_basis() {
    let n = 16usize;
    let tau = Fr::rand(&mut test_rng());
    let twice = Radix2EvaluationDomain::<Fr>::new(2 * n).unwrap();
    let odd: Vec<Fr> = twice.evaluate_all_lagrange_coefficients(tau).into_iter().skip(1).step_by(2).collect();
    for path in paths() {
        let generators = vec![G1Affine::generator(); n];
        let mut points = multiples(path, &generators, &odd);
        transform(path, &mut points, Direction::Forward);
        let root = odd_coset_generator(n.trailing_zeros());
        let scale: Vec<Fr> = (0..n as u64).map(|i| -Fr::from(2u64) * root.pow([i])).collect();
        let vanishing = tau.pow([n as u64]) - Fr::ONE;
        let expected: Vec<Fr> = (0..n as u64).map(|i| tau.pow([i]) * vanishing).collect();
        assert_eq!(multiples(path, &points, &scale), multiples(path, &generators, &expected));
    }
}

#[test]
fn sizes_that_are_no_powers_of_two_are_refused() {
    for count in [0, 3, 12] {
        let points = progression::<G1Affine>(count);
        for path in paths() {
            let both = || {
                let _ = odd_coset_to_domain(path, &points, &Fr::ONE);
            };
            let one = || transform(path, &mut points.clone(), Direction::Forward);
            for panic in [std::panic::catch_unwind(both), std::panic::catch_unwind(one)] {
                let told = *panic.unwrap_err().downcast::<String>().unwrap();
                assert_eq!(told, format!("{count} points; transforms are of a power of two"));
            }
        }
    }
}

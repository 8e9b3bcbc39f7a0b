//! Multiples of each point.

use ark_bn254::{Fq, Fq2, g1, g2};
use ark_ec::CurveConfig;
use ark_ec::scalar_mul::glv::GLVConfig;
use ark_ff::Field;
use ark_std::test_rng;
use solvency_kernels::batch::{common_multiples, multiples};

use super::*;

fn check<A: Point>(name: &str, points: &[A], scalars: &[Fr]) {
    let expected: Vec<_> = points.iter().zip(scalars).map(|(point, scalar)| product(point, scalar)).collect();
    for path in paths() {
        assert_same(name, path, &multiples(path, points, scalars), &expected);
    }
}

fn check_common<A: Point>(name: &str, points: &[A], scalar: &Fr) {
    let expected: Vec<_> = points.iter().map(|point| product(point, scalar)).collect();
    for path in paths() {
        assert_same(name, path, &common_multiples(path, points, scalar), &expected);
        // As one scalar for each.
        assert_same(name, path, &multiples(path, points, &vec![*scalar; points.len()]), &expected);
    }
}

/// Scalars that are special by themselves, by their digits or by their halves.
fn special_scalars() -> Vec<Fr> {
    let lambda = g1::Config::LAMBDA;
    let half = Fr::from(2u64).inverse().unwrap();
    let mut scalars = vec![Fr::ZERO, Fr::ONE, lambda, lambda.square(), half];
    // The lattice's generators, whose multiples meet points that were added before.
    scalars.extend(g1::Config::SCALAR_DECOMP_COEFFS.map(|(_, size)| Fr::from(size)));
    for small in [2u64, 3, 7, 8, 9, 15, 16, 17, 31, 255] {
        scalars.extend([Fr::from(small), Fr::from(small) * lambda, lambda + Fr::from(small)]);
    }
    for bit in [1u64, 3, 4, 5, 63, 64, 75, 123, 124, 125, 126, 127, 128, 200, 252, 253] {
        let power = Fr::from(2u64).pow([bit]);
        scalars.extend([power, power - Fr::ONE, power + Fr::ONE, power * lambda]);
    }
    let opposite: Vec<Fr> = scalars.iter().map(|scalar| -*scalar).collect();
    scalars.extend(opposite);
    scalars
}

fn random_of_every_size<A: Point + UniformRand>(sizes: &[usize]) {
    let mut rng = test_rng();
    let most = *sizes.iter().max().unwrap();
    let points = random_points::<A>(most, &mut rng);
    let scalars: Vec<Fr> = (0..most).map(|_| Fr::rand(&mut rng)).collect();
    for &size in sizes {
        check("random", &points[..size], &scalars[..size]);
        check_common("random, one scalar", &points[..size], &scalars[size % most]);
    }
}

#[test]
fn random_multiples_of_every_size_in_g1() {
    random_of_every_size::<G1Affine>(&[0, 1, 2, 7, 8, 9, 63, 64, 65, 127, 128, 129, 1_024, 2_055, 2_200]);
}

#[test]
fn random_multiples_of_every_size_in_g2() {
    random_of_every_size::<G2Affine>(&[0, 1, 7, 8, 9, 64, 129, 1_025]);
}

/// Every special scalar with a point of its own, with one and the same point, with infinity, with small multiples of one point.
fn special_multiples<A: Point + UniformRand>() {
    let mut rng = test_rng();
    let scalars = special_scalars();
    let points = random_points::<A>(scalars.len(), &mut rng);
    check("special", &points, &scalars);
    check("one point", &vec![points[0]; scalars.len()], &scalars);
    check("a progression", &progression::<A>(scalars.len()), &scalars);
    check("infinity", &vec![A::zero(); scalars.len()], &scalars);
    let mut some = points.clone();
    some.iter_mut().step_by(3).for_each(|point| *point = A::zero());
    check("infinity here and there", &some, &scalars);
    let opposite: Vec<A> = (0..scalars.len())
        .map(|at| if at % 2 == 0 { points[0] } else { (-points[0].into_group()).into() })
        .collect();
    check("opposite points", &opposite, &scalars);

    for scalar in &scalars {
        check_common("special, one scalar", &some[..10], scalar);
    }
    check_common("opposite points, one scalar", &opposite, &scalars[2]);
    check_common("infinity, one scalar", &[A::zero(); 9], &scalars[2]);
}

#[test]
fn special_multiples_in_g1() {
    special_multiples::<G1Affine>();
}

#[test]
fn special_multiples_in_g2() {
    special_multiples::<G2Affine>();
}

/// Short scalars leave out most of the digits.
#[test]
fn multiples_by_scalars_of_every_length() {
    let mut rng = test_rng();
    let points = random_points::<G1Affine>(20, &mut rng);
    for bits in 1..254 {
        let top = Fr::from(2u64).pow([bits - 1]);
        let scalars: Vec<Fr> = (0..20)
            .map(|at| {
                let low = Fr::from(rng.r#gen::<u64>() >> (64 - bits.min(64)).min(63));
                let scalar = if bits > 64 { top + low } else { low };
                if at % 2 == 0 { scalar } else { -scalar }
            })
            .collect();
        check("lengths", &points, &scalars);
    }
}

/// A point of order 10,069: on the twist, but not in G2.
fn point_of_low_order() -> G2Affine {
    // Of all points there are r times the cofactor.
    let mut words = g2::Config::COFACTOR.to_vec();
    let mut rest = 0u128;
    for word in words.iter_mut().rev() {
        let dividend = rest << 64 | u128::from(*word);
        *word = (dividend / u128::from(LOW_ORDER)) as u64;
        rest = dividend % u128::from(LOW_ORDER);
    }
    assert_eq!(rest, 0, "the order divides the cofactor");
    let any = (1u64..).find_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::from(x), true)).unwrap();
    let point = bit_by_bit(&bit_by_bit(&any, &words).into_affine(), &Fr::MODULUS.0).into_affine();
    assert!(!point.is_zero() && bit_by_bit(&point, &[LOW_ORDER]).is_zero());
    point
}

const LOW_ORDER: u64 = 10_069;

/// Scalars below 2^125 have no high half and are right on the whole twist. Multiples of a point of low order come to infinity on
/// the way, and meet the points that are added to them.
#[test]
fn multiples_that_meet_each_other() {
    let point = point_of_low_order();
    let integers: Vec<u128> = (0..110)
        .flat_map(|shift| (0..17).map(move |small| (u128::from(LOW_ORDER) << shift) + small - 8))
        .collect();
    let scalars: Vec<Fr> = integers.iter().map(|scalar| Fr::from(*scalar)).collect();
    let expected: Vec<_> =
        integers.iter().map(|scalar| bit_by_bit(&point, &[*scalar as u64, (*scalar >> 64) as u64])).collect();
    assert!(expected.iter().any(|multiple| multiple.is_zero()));
    let points = vec![point; scalars.len()];
    for path in paths() {
        assert_same("of low order", path, &multiples(path, &points, &scalars), &expected);
        for at in (0..scalars.len()).step_by(31) {
            let all = common_multiples(path, &points[..9], &scalars[at]);
            assert_same("of low order, one scalar", path, &all, &[expected[at]; 9]);
        }
    }
}

/// Points that are on no curve of ours: an answer or a panic, but an end.
#[test]
fn multiples_of_damaged_points_come_to_an_end() {
    let mut rng = test_rng();
    let mut points = progression::<G1Affine>(100);
    for (at, point) in points.iter_mut().enumerate() {
        // Of order two, of order three, and anything.
        *point = match at % 3 {
            0 => G1Affine::new_unchecked(Fq::from(at as u64 + 1), Fq::ZERO),
            1 => G1Affine::new_unchecked(Fq::ZERO, Fq::from(at as u64)),
            _ => G1Affine::new_unchecked(Fq::rand(&mut rng), Fq::rand(&mut rng)),
        };
    }
    let scalars: Vec<Fr> = (0..100).map(|_| Fr::rand(&mut rng)).collect();
    for path in paths() {
        let _ = std::panic::catch_unwind(|| multiples(path, &points, &scalars));
        let _ = std::panic::catch_unwind(|| common_multiples(path, &points, &scalars[0]));
    }
}

/// Work is shared out by the number of threads; its results are not.
#[test]
fn pools_of_any_size_agree() {
    let mut rng = test_rng();
    let points = random_points::<G1Affine>(300, &mut rng);
    let scalars: Vec<Fr> = (0..300).map(|_| Fr::rand(&mut rng)).collect();
    for threads in [1, 3, 7] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            check("pools", &points, &scalars);
            check_common("pools, one scalar", &points, &scalars[0]);
        });
    }
}

#[test]
#[should_panic(expected = "as many scalars as points")]
fn scalars_without_points_are_refused() {
    let _ = multiples(paths()[0], &progression::<G1Affine>(3), &[Fr::ONE; 2]);
}

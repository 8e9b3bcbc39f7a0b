//! What multiples, combinations and transforms of many points take, against arkworks in the same run, on one thread.
//!
//! `cargo run --release -p solvency-kernels --example batch`, or with a number of points behind `--`.

use std::time::Instant;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::{Field, UniformRand};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use ark_std::rand::Rng;
use solvency_kernels::Path;
use solvency_kernels::batch::{
    Combinations, Direction, Point, Term, combinations, common_multiples, multiples, odd_coset_to_domain,
    transform,
};

fn main() {
    let count = std::env::args().nth(1).map_or(1 << 12, |count| count.parse().expect("a number of points"));
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    one_thread.install(|| {
        compare::<G1Affine>("G1", count);
        compare::<G2Affine>("G2", count);
    });
}

/// Microseconds a point, the best of three times.
fn microseconds<T>(count: usize, run: impl Fn() -> T) -> (f64, T) {
    let times = [0; 3].map(|_| {
        let begun = Instant::now();
        let out = run();
        (begun.elapsed().as_secs_f64() * 1e6 / count as f64, out)
    });
    times.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).expect("three times")
}

fn compare<A: Point>(group: &str, count: usize) {
    let mut rng = ark_std::test_rng();
    let scalars: Vec<Fr> = (0..count).map(|_| Fr::rand(&mut rng)).collect();
    // A progression: 1, 2, 3, …
    let mut point = A::Group::generator();
    let points: Vec<A::Group> = (0..count)
        .map(|_| {
            point += A::Group::generator();
            point
        })
        .collect();
    let points = A::Group::normalize_batch(&points);
    let (arkworks, expected) = microseconds(count, || {
        let products: Vec<A::Group> =
            points.iter().zip(&scalars).map(|(point, scalar)| *point * scalar).collect();
        A::Group::normalize_batch(&products)
    });
    println!("{group}, {count} points: arkworks {arkworks:.2} µs a point");
    for path in Path::all() {
        let (each, got) = microseconds(count, || multiples(path, &points, &scalars));
        assert!(got == expected, "{path}");
        let (common, _) = microseconds(count, || common_multiples(path, &points, &scalars[0]));
        println!(
            "  {path}: each its own scalar {each:.2} µs ({:.1} times), one for all {common:.2} µs ({:.1} times)",
            arkworks / each,
            arkworks / common
        );
    }
    compare_combinations::<A>(&points);
    compare_transforms::<A>(&points);
}

/// Rows of four terms: half of the coefficients ones, a quarter powers of two up to `2^74`, a quarter one of 64 of full size.
fn compare_combinations<A: Point>(points: &[A]) {
    let mut rng = ark_std::test_rng();
    let mut coefficients = vec![Fr::from(1u64), -Fr::from(1u64)];
    coefficients.extend((1..75u64).map(|bit| Fr::from(2u64).pow([bit])));
    coefficients.extend((0..64).map(|_| Fr::rand(&mut rng)));
    let terms: Vec<Term> = (0..points.len() as u32)
        .map(|at| Term {
            point: at,
            coefficient: match at % 4 {
                0 | 1 => rng.gen_range(0..2),
                2 => rng.gen_range(2..76),
                _ => rng.gen_range(76..140),
            },
        })
        .collect();
    let starts: Vec<u32> = (0..=points.len() as u32 / 4).map(|row| 4 * row).collect();
    let terms = &terms[..points.len() / 4 * 4];
    let matrix = Combinations::new(points.len(), &starts, terms, &coefficients).expect("a matrix");
    let (arkworks, expected) = microseconds(terms.len(), || {
        let sums: Vec<A::Group> = terms
            .chunks(4)
            .map(|row| {
                let product =
                    |term: &Term| points[term.point as usize] * coefficients[term.coefficient as usize];
                row.iter().map(product).sum()
            })
            .collect();
        A::Group::normalize_batch(&sums)
    });
    println!("  combinations, rows of four terms: arkworks {arkworks:.2} µs a term");
    for path in Path::all() {
        let (own, got) = microseconds(terms.len(), || combinations(path, points, &matrix));
        assert!(got == expected, "{path}");
        println!("  {path}: {own:.2} µs ({:.1} times)", arkworks / own);
    }
}

/// Of as many points as there is a power of two for.
fn compare_transforms<A: Point>(points: &[A]) {
    let points = &points[..1 << points.len().ilog2()];
    let domain = Radix2EvaluationDomain::<Fr>::new(points.len()).expect("a domain");
    let (arkworks, expected) = microseconds(points.len(), || {
        let mut values: Vec<A::Group> = points.iter().map(|point| point.into_group()).collect();
        domain.fft_in_place(&mut values);
        A::Group::normalize_batch(&values)
    });
    println!("  a transform of {} points: arkworks {arkworks:.2} µs a point", points.len());
    for path in Path::all() {
        let (own, got) = microseconds(points.len(), || {
            let mut values = points.to_vec();
            transform(path, &mut values, Direction::Forward);
            values
        });
        assert!(got == expected, "{path}");
        let (both, _) = microseconds(points.len(), || odd_coset_to_domain(path, points, &-Fr::from(1u64)));
        println!(
            "  {path}: {own:.2} µs ({:.1} times); from the odd coset to the domain {both:.2} µs",
            arkworks / own
        );
    }
}

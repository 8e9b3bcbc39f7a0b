//! What multiples of many points take, against arkworks in the same run, on one thread.
//!
//! `cargo run --release -p solvency-kernels --example batch`, or with a number of points behind `--`.

use std::time::Instant;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::UniformRand;
use solvency_kernels::Path;
use solvency_kernels::batch::{Point, common_multiples, multiples};

fn main() {
    let count = std::env::args().nth(1).map_or(1 << 13, |count| count.parse().expect("a number of points"));
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    one_thread.install(|| {
        compare::<G1Affine>("G1", count);
        compare::<G2Affine>("G2", count);
    });
}

/// Microseconds a point.
fn microseconds<T>(count: usize, run: impl Fn() -> T) -> (f64, T) {
    let begun = Instant::now();
    let out = run();
    (begun.elapsed().as_secs_f64() * 1e6 / count as f64, out)
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
}

//! Combinations of points, row by row.

use ark_ff::Field;
use ark_std::test_rng;
use solvency_kernels::batch::{Combinations, CombinationsError, Term, combinations};

use super::*;

/// A matrix by its rows, each of points and coefficients.
#[derive(Default)]
struct Matrix {
    starts: Vec<u32>,
    terms: Vec<Term>,
    coefficients: Vec<Fr>,
}

impl Matrix {
    fn new(rows: &[Vec<(usize, Fr)>]) -> Self {
        let mut matrix = Self { starts: vec![0], ..Self::default() };
        for row in rows {
            for (point, coefficient) in row {
                let known = matrix.coefficients.iter().position(|known| known == coefficient);
                let place = known.unwrap_or_else(|| {
                    matrix.coefficients.push(*coefficient);
                    matrix.coefficients.len() - 1
                });
                matrix.terms.push(Term { point: *point as u32, coefficient: place as u32 });
            }
            matrix.starts.push(matrix.terms.len() as u32);
        }
        matrix
    }
}

fn check<A: Point>(name: &str, points: &[A], rows: &[Vec<(usize, Fr)>]) {
    let expected: Vec<A::Group> =
        rows.iter().map(|row| row.iter().map(|(point, by)| points[*point] * by).sum()).collect();
    let matrix = Matrix::new(rows);
    let checked =
        Combinations::new(points.len(), &matrix.starts, &matrix.terms, &matrix.coefficients).unwrap();
    assert_eq!(checked.rows(), rows.len());
    for path in paths() {
        assert_same(name, path, &combinations(path, points, &checked), &expected);
    }
}

/// Coefficients as circuits have them: ones, powers of two, a few that come again and again, any.
fn coefficient(rng: &mut impl Rng) -> Fr {
    let power = Fr::from(2u64).pow([rng.gen_range(0..76u64)]);
    match rng.gen_range(0..8) {
        0 | 1 => Fr::ONE,
        2 => -Fr::ONE,
        3 => power,
        4 => -power,
        5 => Fr::from(3u64).pow([200 + rng.gen_range(0..3u64)]),
        6 => Fr::from(rng.gen_range(0..5u64)),
        _ => Fr::rand(rng),
    }
}

fn random_row(terms: usize, points: usize, rng: &mut impl Rng) -> Vec<(usize, Fr)> {
    (0..terms).map(|_| (rng.gen_range(0..points), coefficient(rng))).collect()
}

fn rows_of_every_length<A: Point + UniformRand>(count: usize, longest: usize) {
    let mut rng = test_rng();
    let mut points = random_points::<A>(50, &mut rng);
    points[7] = A::zero();
    points[8] = points[9];
    points[10] = (-points[9].into_group()).into();
    let mut rows: Vec<_> = (0..count)
        .map(|_| {
            let terms = rng.gen_range(0..6);
            random_row(terms, points.len(), &mut rng)
        })
        .collect();
    check("short rows", &points, &rows);
    // Longer than what a thread has at hand, between short ones and at the end.
    rows.insert(count / 2, random_row(longest, points.len(), &mut rng));
    rows.push(random_row(longest, points.len(), &mut rng));
    check("long rows", &points, &rows);
    check("a long row", &points, &rows[rows.len() - 1..]);
}

#[test]
fn rows_of_every_length_in_g1() {
    rows_of_every_length::<G1Affine>(600, 3_000);
}

#[test]
fn rows_of_every_length_in_g2() {
    rows_of_every_length::<G2Affine>(200, 1_100);
}

/// Rows without terms, without a sum, with a sum that is infinity only once the products are there.
fn rows_that_come_to_nothing<A: Point + UniformRand>() {
    let mut rng = test_rng();
    let mut points = random_points::<A>(8, &mut rng);
    points[0] = A::zero();
    points[2] = (-points[1].into_group()).into();
    points[4] = (points[3] * Fr::from(5u64)).into();
    let (one, any) = (Fr::ONE, Fr::rand(&mut rng));
    let empty = vec![vec![]; 3_000];
    check("no rows", &points, &[]);
    check("empty rows", &points, &empty);
    let mut rows = vec![
        vec![(0, one)],
        vec![(0, any), (0, -one)],
        vec![(1, Fr::ZERO)],
        vec![(1, one), (1, -one)],
        vec![(1, one), (2, one)],
        vec![(1, any), (2, any)],
        vec![(1, any), (1, -any)],
        vec![(1, one), (1, one), (1, -Fr::from(2u64))],
        vec![(3, any * Fr::from(5u64)), (4, -any)],
        vec![(3, Fr::from(5u64)), (4, -one)],
        // Something is left.
        vec![(5, one), (1, any), (2, any)],
        vec![(1, one), (1, one)],
        vec![(1, any), (1, any), (1, any)],
        vec![(3, any * Fr::from(5u64)), (4, any)],
    ];
    check("cancelled rows", &points, &rows);
    rows.extend(empty);
    rows.push(vec![(6, any)]);
    check("cancelled and empty rows", &points, &rows);
}

#[test]
fn rows_that_come_to_nothing_in_g1() {
    rows_that_come_to_nothing::<G1Affine>();
}

#[test]
fn rows_that_come_to_nothing_in_g2() {
    rows_that_come_to_nothing::<G2Affine>();
}

/// Many rows with the same coefficient, which is multiplied apart from the others.
#[test]
fn runs_of_one_coefficient() {
    let mut rng = test_rng();
    let points = random_points::<G1Affine>(40, &mut rng);
    let [often, seldom] = [Fr::rand(&mut rng), Fr::rand(&mut rng)];
    for length in [255, 256, 257, 1_025] {
        let rows: Vec<_> = (0..length + 30)
            .map(|row| {
                let by = if row % 30 == 7 && row < 900 { seldom } else { often };
                vec![(row % 40, by), ((row + 1) % 40, Fr::ONE)]
            })
            .collect();
        check("runs", &points, &rows);
    }
}

#[test]
fn pools_of_any_size_agree() {
    let mut rng = test_rng();
    let points = random_points::<G1Affine>(30, &mut rng);
    let mut rows: Vec<_> = (0..500).map(|row| random_row(row % 9, 30, &mut rng)).collect();
    rows.push(random_row(2_500, 30, &mut rng));
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| check("pools", &points, &rows));
    }
}

#[test]
fn matrices_that_cannot_be_are_refused() {
    let terms = [Term { point: 0, coefficient: 0 }, Term { point: 2, coefficient: 1 }];
    let coefficients = [Fr::ONE; 2];
    let new = |points, starts: &[u32], terms, coefficients| {
        Combinations::new(points, starts, terms, coefficients).map(|checked| checked.rows())
    };
    assert_eq!(new(3, &[0, 1, 1, 2], &terms, &coefficients), Ok(3));
    assert_eq!(new(0, &[0], &[], &[]), Ok(0));
    let refused = |starts: &[u32]| new(3, starts, &terms, &coefficients).unwrap_err();
    let start = |row, start| CombinationsError::Start { row, start, terms: 2 };
    assert_eq!(refused(&[]), CombinationsError::NoStart);
    assert_eq!(refused(&[1, 2]), start(0, 1));
    assert_eq!(refused(&[0, 2, 1, 2]), start(2, 1));
    assert_eq!(refused(&[0, 1]), start(1, 1));
    assert_eq!(refused(&[0, 3]), start(1, 3));
    assert_eq!(
        new(2, &[0, 2], &terms, &coefficients),
        Err(CombinationsError::Point { term: 1, point: 2, points: 2 })
    );
    assert_eq!(
        new(3, &[0, 2], &terms, &coefficients[..1]),
        Err(CombinationsError::Coefficient { term: 1, coefficient: 1, coefficients: 1 })
    );
}

#[test]
#[should_panic(expected = "as many points as the combinations are of")]
fn combinations_of_other_points_are_refused() {
    let checked = Combinations::new(3, &[0], &[], &[]).unwrap();
    let _ = combinations(paths()[0], &progression::<G1Affine>(2), &checked);
}

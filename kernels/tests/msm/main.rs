//! Sums of multiples against arkworks' `VariableBaseMSM`: every path, both groups, several windows and levels.

mod group;

use ark_bn254::Fr;
use ark_ec::CurveGroup;
use ark_ff::{AdditiveGroup, Field, PrimeField, UniformRand};
use ark_std::rand::Rng;
use ark_std::test_rng;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use solvency_kernels::msm::{Bases, BasesError, MAX_WINDOW, sets, with_levels};
use solvency_kernels::{Multiplier, PackedG1, PackedPoint};

use group::{G1, G2, Group, check, integers, pack, paths, progression, random_points};

/// From the smallest window to the largest; one level, several, one for each digit; digits that the levels do not divide.
const SHAPES: [(usize, usize); 10] =
    [(2, 1), (2, 128), (3, 5), (4, 1), (7, 3), (10, 1), (11, 24), (13, 2), (14, 19), (MAX_WINDOW, 16)];
const FEW_SHAPES: [(usize, usize); 4] = [(3, 1), (5, 7), (10, 1), (14, 19)];

fn random_scalars(count: usize, rng: &mut impl Rng) -> Vec<Fr> {
    (0..count).map(|_| Fr::rand(rng)).collect()
}

/// Scalars that are special by themselves or by their digits.
fn special_scalars() -> Vec<Fr> {
    let mut scalars = vec![Fr::ZERO, Fr::ONE, -Fr::ONE, -Fr::from(2u64)];
    for bit in 0..254u64 {
        let power = Fr::from(2u64).pow([bit]);
        scalars.extend([power, power - Fr::ONE, power + Fr::ONE, -power]);
    }
    scalars
}

fn random_of_every_size<G: Group>() {
    let mut rng = test_rng();
    let points = random_points::<G>(257, &mut rng);
    for count in [0, 1, 2, 7, 8, 9, 63, 64, 65, 127, 128, 129, 255, 256, 257] {
        let rows = [random_scalars(count, &mut rng)];
        let shapes = if count % 64 <= 1 { &SHAPES[..] } else { &FEW_SHAPES[..] };
        check("random", &points[..count], &rows, shapes);
    }
}

#[test]
fn random_sums_of_every_size_in_g1() {
    random_of_every_size::<G1>();
}

#[test]
fn random_sums_of_every_size_in_g2() {
    random_of_every_size::<G2>();
}

fn scalars_at_the_extremes<G: Group>() {
    let mut rng = test_rng();
    let special = special_scalars();
    let points = random_points::<G>(special.len(), &mut rng);
    check("special", &points, std::slice::from_ref(&special), &[(3, 1), (8, 4), (14, 19)]);

    let count = 100;
    let all = |scalar: Fr| vec![scalar; count];
    let mut rows = vec![
        all(Fr::ZERO),
        all(Fr::ONE),
        all(-Fr::ONE),
        all(Fr::from(2u64).pow([253u64])),
        (0..count as u64).map(Fr::from).collect(),
        (0..count as u64).map(|small| -Fr::from(small)).collect(),
        (0..count).map(|_| Fr::from(u64::from(rng.r#gen::<u8>()))).collect(),
        (0..count).map(|_| Fr::from(u64::from(rng.r#gen::<bool>()))).collect(),
        (0..count).map(|_| if rng.r#gen() { Fr::ONE } else { -Fr::ONE }).collect(),
        (0..count).map(|_| Fr::from(rng.r#gen::<u64>())).collect(),
    ];
    // One scalar that is not zero, at the ends.
    for place in [0, count - 1] {
        let mut row = all(Fr::ZERO);
        row[place] = -Fr::ONE;
        rows.push(row);
    }
    rows.extend(special.chunks_exact(count).map(<[Fr]>::to_vec));
    check("extremes", &points[..count], &rows, &FEW_SHAPES);
}

#[test]
fn scalars_at_the_extremes_in_g1() {
    scalars_at_the_extremes::<G1>();
}

#[test]
fn scalars_at_the_extremes_in_g2() {
    scalars_at_the_extremes::<G2>();
}

/// Scalars need not be below the order of the groups, only below `2^254`.
#[test]
fn scalars_between_the_order_and_the_bound() {
    let mut rng = test_rng();
    let r = Fr::MODULUS.0;
    let scalars: Vec<[u64; 4]> = vec![
        r,
        [r[0] + 1, r[1], r[2], r[3]],
        [u64::MAX, u64::MAX, u64::MAX, (1 << 62) - 1],
        [0, 0, 0, (1 << 62) - 1],
        [u64::MAX - 1, u64::MAX, u64::MAX, (1 << 62) - 1],
    ];
    let points = random_points::<G1>(scalars.len(), &mut rng);
    let reduced: Vec<Fr> = scalars
        .iter()
        .map(|words| {
            Fr::from_le_bytes_mod_order(&words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>())
        })
        .collect();
    let expected = group::expected(&points, &reduced);
    let packed = pack(&points);
    for path in paths() {
        for window in 2..=MAX_WINDOW {
            let bases = Bases::new(&packed, window, 1).unwrap();
            assert_eq!(Multiplier::new(path).multiply_g1(&bases, &scalars), expected, "{window} {path}");
        }
    }
}

/// Points that make the affine formula fail: equal ones, opposite ones, sums that meet each other or are infinity.
fn adversarial_points<G: Group>() {
    let mut rng = test_rng();
    let count = 150;
    let point = G::rand(&mut rng);
    let random = random_points::<G>(count, &mut rng);
    let equal = vec![point; count];
    let alternating: Vec<G> = (0..count).map(|at| if at % 2 == 0 { point } else { -point }).collect();
    let mirrored: Vec<G> = random[..count / 2].iter().flat_map(|point| [*point, -*point]).collect();
    let halves: Vec<G> = random[..count / 2].iter().chain(&random[..count / 2]).copied().collect();
    let progression = progression::<G>(count);
    let both_ways: Vec<G> =
        progression.iter().zip(&progression).flat_map(|(up, down)| [*up, -*down]).take(count).collect();
    // P, 2P, −3P, …: sums of three are infinity.
    let triples: Vec<G> = random[..count / 3]
        .iter()
        .flat_map(|point| [*point, point.double(), -(point.double() + point)])
        .collect();
    let one = vec![Fr::ONE; count];
    let rows = [
        random_scalars(count, &mut rng),
        one.clone(),
        vec![-Fr::ONE; count],
        vec![Fr::rand(&mut rng); count],
        (0..count as u64).map(Fr::from).collect(),
        (0..count).map(|at| if at % 2 == 0 { Fr::ONE } else { -Fr::ONE }).collect(),
        (0..count).map(|at| Fr::from(1 + (at / 2 % 3) as u64)).collect(),
        (0..count).map(|_| Fr::from(rng.gen_range(0..4u64))).collect(),
    ];
    let families = [
        ("equal", equal),
        ("alternating", alternating),
        ("mirrored", mirrored),
        ("halves", halves),
        ("progression", progression),
        ("both ways", both_ways),
        ("triples", triples),
    ];
    for (name, points) in &families {
        check(name, points, &rows, &FEW_SHAPES);
    }
    assert!(group::expected(&families[2].1, &one).is_zero(), "a sum that is infinity is among them");
}

#[test]
fn adversarial_points_in_g1() {
    adversarial_points::<G1>();
}

#[test]
fn adversarial_points_in_g2() {
    adversarial_points::<G2>();
}

/// Layers that are wider than the additions that share an inversion, and schedules of several groups of sets.
fn more_than_a_chunk<G: Group>() {
    let mut rng = test_rng();
    let mut points = progression::<G>(4_097);
    points.reverse();
    let rows = [random_scalars(points.len(), &mut rng)];
    check("wide", &points, &rows, &[(8, 1), (14, 1), (14, 4), (MAX_WINDOW, 1)]);
}

#[test]
fn more_than_a_chunk_in_g1() {
    more_than_a_chunk::<G1>();
}

#[test]
fn more_than_a_chunk_in_g2() {
    more_than_a_chunk::<G2>();
}

/// All scalars equal: each set has one bucket, with all points in it.
fn one_heavy_bucket<G: Group>() {
    let mut rng = test_rng();
    let count = 4_200;
    let rows = [vec![Fr::rand(&mut rng); count], vec![Fr::ONE; count]];
    check("heavy, progression", &progression::<G>(count), &rows, &[(10, 1), (13, 2)]);
    check("heavy, equal points", &vec![G::rand(&mut rng); count], &rows, &[(15, 1)]);
}

#[test]
fn one_heavy_bucket_in_g1() {
    one_heavy_bucket::<G1>();
}

#[test]
fn one_heavy_bucket_in_g2() {
    one_heavy_bucket::<G2>();
}

#[test]
fn a_thousand_copies_of_one_point() {
    let mut rng = test_rng();
    let rows = [random_scalars(1_000, &mut rng)];
    check("copies", &vec![G1::rand(&mut rng); 1_000], &rows, &FEW_SHAPES);
    check("copies", &vec![G2::rand(&mut rng); 1_000], &rows, &[(4, 1), (10, 1), (14, 4)]);
}

/// Few different points, few different scalars: collisions of every kind.
fn arbitrary_collisions<G: Group>() {
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let multiple = prop_oneof![-3i64..=-1, 1i64..=3, -40i64..=-1, 1i64..=40];
    let scalar = prop_oneof![
        (-3i64..=3).prop_map(Fr::from),
        any::<i64>().prop_map(Fr::from),
        any::<[u8; 32]>().prop_map(|bytes| Fr::from_le_bytes_mod_order(&bytes)),
        (0u64..254).prop_map(|bit| Fr::from(2u64).pow([bit])),
    ];
    let terms = prop::collection::vec((multiple, scalar), 0..150);
    runner
        .run(&(terms, 2..=MAX_WINDOW, 1..=128usize), |(terms, window, levels)| {
            let levels = levels.min(sets(window, 1));
            let points: Vec<G> = terms.iter().map(|(by, _)| G::generator() * Fr::from(*by)).collect();
            let scalars: Vec<Fr> = terms.iter().map(|(_, scalar)| *scalar).collect();
            check("arbitrary", &points, &[scalars], &[(window, levels)]);
            Ok(())
        })
        .unwrap();
}

#[test]
fn arbitrary_collisions_in_g1() {
    arbitrary_collisions::<G1>();
}

#[test]
fn arbitrary_collisions_in_g2() {
    arbitrary_collisions::<G2>();
}

fn plain_sums<G: Group>() {
    let mut rng = test_rng();
    let random = random_points::<G>(1_000, &mut rng);
    let sum = |points: &[G]| points.iter().copied().sum::<G>();
    for path in paths() {
        let mut multiplier = Multiplier::new(path);
        let mut check = |name: &str, points: &[G], indices: &[u32]| {
            let picked: Vec<G> = indices.iter().map(|index| points[*index as usize]).collect();
            let got = G::sum_of(&mut multiplier, &pack(points), indices);
            assert!(got == sum(&picked), "{name}, {} indices, {path}", indices.len());
        };
        check("nothing", &[], &[]);
        check("none of some", &random[..5], &[]);
        let in_order: Vec<u32> = (0..1_000).collect();
        for count in [1, 2, 3, 7, 8, 9, 15, 16, 17, 63, 64, 65, 127, 128, 129, 511, 513, 1_000] {
            check("random", &random, &in_order[..count]);
            check("one, again and again", &random, &vec![3; count]);
            let both: Vec<G> =
                (0..count).map(|at| if at % 2 == 0 { random[0] } else { -random[0] }).collect();
            check("alternating", &both, &in_order[..count]);
            let mirror: Vec<G> = random[..count]
                .iter()
                .copied()
                .chain(random[..count].iter().rev().map(|point| -*point))
                .collect();
            check("opposite pairs", &mirror, &(0..2 * count as u32).collect::<Vec<_>>());
            check("progression", &progression(count), &in_order[..count]);
        }
        // Wider than a chunk has rows: more than eight layers of 1024.
        let many: Vec<u32> = (0..20_000).map(|_| rng.gen_range(0..1_000)).collect();
        check("many", &random, &many);
        let few: Vec<u32> = (0..20_000).map(|_| rng.gen_range(0..3)).collect();
        check("few points, many times", &random, &few);
    }
}

#[test]
fn plain_sums_in_g1() {
    plain_sums::<G1>();
}

#[test]
fn plain_sums_in_g2() {
    plain_sums::<G2>();
}

#[test]
fn indices_out_of_range_are_refused() {
    let packed = pack(&progression::<G1>(3));
    for path in paths() {
        for index in [3, 1 << 31, u32::MAX] {
            let indices = [0, 1, index];
            let sum = std::panic::catch_unwind(|| Multiplier::new(path).sum_g1(&packed, &indices));
            assert!(sum.is_err(), "{index:#x} {path}");
        }
    }
}

/// Words that are no points at all: an answer or a panic, but an end.
#[test]
fn damaged_bases_come_to_an_end() {
    let mut rng = test_rng();
    let scalars = integers(&random_scalars(200, &mut rng));
    for path in paths() {
        for words in [[0u64; 8], [u64::MAX; 8]] {
            let damaged: PackedG1 = bytemuck::cast(words);
            let mut points = pack(&progression::<G1>(200));
            points[17] = damaged;
            points[150..].fill(damaged);
            let bases = Bases::new(&points, 8, 1).unwrap();
            let _ = std::panic::catch_unwind(|| Multiplier::new(path).multiply_g1(&bases, &scalars));
        }
        let mut points = pack(&progression::<G1>(200));
        for point in &mut points {
            *point = bytemuck::cast(core::array::from_fn::<u64, 8, _>(|_| rng.r#gen()));
        }
        let bases = Bases::new(&points, 8, 1).unwrap();
        let _ = std::panic::catch_unwind(|| Multiplier::new(path).multiply_g1(&bases, &scalars));
    }
}

#[test]
fn bases_that_cannot_be_are_refused() {
    let points = vec![PackedG1::default(); 6];
    let refused = |window, levels| Bases::new(&points, window, levels).unwrap_err();
    assert_eq!(refused(1, 1), BasesError::Window(1));
    assert_eq!(refused(MAX_WINDOW + 1, 1), BasesError::Window(MAX_WINDOW + 1));
    assert_eq!(refused(10, 0), BasesError::Levels { points: 6, levels: 0 });
    assert_eq!(refused(10, 4), BasesError::Levels { points: 6, levels: 4 });
    // A window of 64 bits would have 4 digits; one of 16 has 16, and no more levels than that.
    assert_eq!(refused(16, 18), BasesError::Levels { points: 6, levels: 18 });
    assert_eq!(Bases::new(&points, 10, 3).unwrap().len(), 2);
    assert!(Bases::<PackedG1>::new(&[], 10, 3).unwrap().is_empty());
}

#[test]
fn levels_are_multiples_by_powers_of_two() {
    let mut rng = test_rng();
    let points = random_points::<G1>(9, &mut rng);
    for (window, levels) in [(2, 128), (10, 3), (14, 19), (16, 1)] {
        let with = with_levels(&pack(&points), window, levels);
        assert_eq!(with.len(), 9 * levels);
        for level in 0..levels {
            let bits = level * sets(window, levels) * window;
            let by = Fr::from(2u64).pow([bits as u64]);
            for (point, packed) in points.iter().zip(&with[9 * level..]) {
                assert_eq!(packed.unpack(), (*point * by).into_affine(), "window {window}, level {level}");
            }
        }
    }
}

#[test]
#[should_panic(expected = "as many scalars as bases")]
fn scalars_without_bases_are_refused() {
    let packed = pack(&progression::<G1>(3));
    let bases = Bases::new(&packed, 4, 1).unwrap();
    let _ = Multiplier::new(paths()[0]).multiply_g1(&bases, &integers(&[Fr::ONE; 2]));
}

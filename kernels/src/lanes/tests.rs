use ark_bn254::{G1Affine, G2Affine};
use ark_ff::{Field, UniformRand};
use ark_std::rand::Rng;
use ark_std::test_rng;

use super::*;
use crate::points::{PackedG1, PackedG2};

fn random_points<L: Lanes>(count: usize) -> Vec<L::Point>
where
    <L::Point as PackedPoint>::Affine: UniformRand,
{
    let mut rng = test_rng();
    (0..count).map(|_| L::Point::pack(&UniformRand::rand(&mut rng)).unwrap()).collect()
}

/// Points come back from the lanes as they were, or negated, from any places to any number of places.
fn points_go_through_lanes<L: Lanes>(token: L::Token)
where
    <L::Point as PackedPoint>::Affine: UniformRand,
{
    let mut rng = test_rng();
    let points = random_points::<L>(50);
    for _ in 0..200 {
        let indices: Vec<u32> =
            (0..L::COUNT).map(|_| rng.gen_range(0..50) | if rng.r#gen() { NEGATIVE } else { 0 }).collect();
        let present = rng.gen_range(1..=L::COUNT);
        let mut out = vec![L::Point::default(); present];
        L::write(&L::gather(token, &points, &indices), &mut out);
        for (index, out) in indices.iter().zip(out) {
            let point = points[(index & !NEGATIVE) as usize];
            assert_eq!(out.unpack(), if index & NEGATIVE == 0 { point } else { point.negated() }.unpack());
        }
    }
}

fn masks_select_lanes<L: Lanes>(token: L::Token)
where
    <L::Point as PackedPoint>::Affine: UniformRand,
{
    let points = random_points::<L>(2 * L::COUNT);
    let indices: Vec<u32> = (0..2 * L::COUNT as u32).collect();
    let [own, other] = [0, 1].map(|half| L::gather(token, &points, &indices[half * L::COUNT..][..L::COUNT]));
    for mask in 0..1u16 << L::COUNT {
        let mixed = [own[0].select(mask as u8, &other[0]), own[1].select(mask as u8, &other[1])];
        let mut out = vec![L::Point::default(); L::COUNT];
        L::write(&mixed, &mut out);
        for (lane, out) in out.iter().enumerate() {
            let expected = points[if mask >> lane & 1 == 1 { lane } else { L::COUNT + lane }];
            assert_eq!(out.unpack(), expected.unpack());
        }
    }
}

fn inverses_are_inverses<L: Lanes>(token: L::Token)
where
    <L::Point as PackedPoint>::Affine: UniformRand,
{
    let points = random_points::<L>(L::COUNT);
    let indices: Vec<u32> = (0..L::COUNT as u32).collect();
    let [x, y] = L::gather(token, &points, &indices);
    let all = ((1u16 << L::COUNT) - 1) as u8;
    for value in [x, y, x.minus(&y), x.times(&y), L::one(token)] {
        assert_eq!(value.zero_lanes(), 0);
        let inverse = value.inverse(token).unwrap();
        assert_eq!(value.times(&inverse).minus(&L::one(token)).zero_lanes(), all);
        assert_eq!(value.minus(&value).zero_lanes(), all);
        // One lane that is zero is enough for there to be none.
        for lane in 0..L::COUNT {
            let zero = x.minus(&x).select(1 << lane, &value);
            assert_eq!(zero.zero_lanes(), 1 << lane);
            assert!(zero.inverse(token).is_none());
        }
    }
}

fn wrong_indices_are_refused<L: Lanes>(token: L::Token)
where
    <L::Point as PackedPoint>::Affine: UniformRand,
{
    let points = random_points::<L>(5);
    for (indices, wrong) in [
        (vec![4; L::COUNT], false),
        (vec![5; L::COUNT], true),
        (vec![NEGATIVE | 5; L::COUNT], true),
        (vec![!NEGATIVE; L::COUNT], true),
        (vec![0; L::COUNT + 1], true),
        (vec![0; L::COUNT - 1], true),
    ] {
        let gathered = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _ = L::gather(token, &points, &indices);
        }));
        assert_eq!(gathered.is_err(), wrong, "{indices:x?}");
    }
}

fn the_contract_is_kept<L: Lanes>(token: L::Token)
where
    <L::Point as PackedPoint>::Affine: UniformRand,
{
    points_go_through_lanes::<L>(token);
    masks_select_lanes::<L>(token);
    inverses_are_inverses::<L>(token);
    wrong_indices_are_refused::<L>(token);
}

#[test]
fn the_portable_lane_keeps_the_contract() {
    the_contract_is_kept::<PortableFq>(Portable);
    the_contract_is_kept::<PortableFq2>(Portable);
}

/// A slope, a point and a sum by the textbook, against `abscissa` and `ordinate`.
macro_rules! chord {
    ($lanes:ident, $affine:ident, $token:expr) => {{
        let token = $token;
        let mut rng = test_rng();
        let points: Vec<$affine> = (0..2 * $lanes::COUNT).map(|_| $affine::rand(&mut rng)).collect();
        let packed: Vec<_> = points.iter().map(|point| PackedPoint::pack(point).unwrap()).collect();
        let indices: Vec<u32> = (0..2 * $lanes::COUNT as u32).collect();
        let [a, b] = [0, 1]
            .map(|half| $lanes::gather(token, &packed, &indices[half * $lanes::COUNT..][..$lanes::COUNT]));
        let difference = a[0].minus(&b[0]);
        let slope = a[1].minus(&b[1]).times(&difference.inverse(token).unwrap());
        let x = $lanes::abscissa(&slope, &difference, &b[0]);
        let y = $lanes::ordinate(&slope, &b[0], &x, &b[1]);
        let mut sums = vec![Default::default(); $lanes::COUNT];
        $lanes::write(&[x, y], &mut sums);
        for (lane, sum) in sums.iter().enumerate() {
            assert_eq!(sum.unpack(), $affine::from(points[lane] + points[$lanes::COUNT + lane]));
        }
    }};
}

/// A tangent and a double by the textbook, against `squared`, `three_halves` and `abscissa_of_double`; and an abscissa times a
/// constant.
macro_rules! tangent {
    ($lanes:ident, $affine:ident, $token:expr) => {{
        let token = $token;
        let mut rng = test_rng();
        let points: Vec<$affine> = (0..$lanes::COUNT).map(|_| $affine::rand(&mut rng)).collect();
        let packed: Vec<_> = points.iter().map(|point| PackedPoint::pack(point).unwrap()).collect();
        let indices: Vec<u32> = (0..$lanes::COUNT as u32).collect();
        let [x, y] = $lanes::gather(token, &packed, &indices);
        let inverse = y.inverse(token).unwrap().times(&$lanes::three_halves(token));
        let slope = x.squared().times(&inverse);
        let double_x = $lanes::abscissa_of_double(&slope, &x);
        let double_y = $lanes::ordinate(&slope, &x, &double_x, &y);
        let mut doubles = vec![Default::default(); $lanes::COUNT];
        $lanes::write(&[double_x, double_y], &mut doubles);
        let factor = ark_bn254::Fq::rand(&mut rng);
        let mut stretched = doubles.clone();
        $lanes::write(&[x.times(&$lanes::splat(token, &factor)), y], &mut stretched);
        for ((point, double), stretched) in points.iter().zip(doubles).zip(stretched) {
            assert_eq!(double.unpack(), $affine::from(*point + point));
            let abscissa =
                point.x * <$affine as ark_ec::AffineRepr>::BaseField::from_base_prime_field(factor);
            assert_eq!(stretched.unpack(), $affine::new_unchecked(abscissa, point.y));
        }
    }};
}

#[test]
fn tangents_give_doubles() {
    tangent!(PortableFq, G1Affine, Portable);
    tangent!(PortableFq2, G2Affine, Portable);
    #[cfg(target_arch = "x86_64")]
    if let Some(token) = ifma::tests::token() {
        tangent!(IfmaFq, G1Affine, token);
        tangent!(IfmaFq2, G2Affine, token);
    }
}

#[test]
fn chords_give_sums() {
    chord!(PortableFq, G1Affine, Portable);
    chord!(PortableFq2, G2Affine, Portable);
    #[cfg(target_arch = "x86_64")]
    if let Some(token) = ifma::tests::token() {
        chord!(IfmaFq, G1Affine, token);
        chord!(IfmaFq2, G2Affine, token);
    }
}

#[cfg(target_arch = "x86_64")]
mod at_the_bounds {
    use ark_bn254::{Fq, Fq2};
    use ark_ff::{AdditiveGroup, PrimeField, Zero};

    use super::super::ifma::tests::{Integer, element, integer, minus, moduli, plus, token};
    use super::super::ifma::{Q, Vector};
    use super::*;

    #[test]
    fn the_lanes_keep_the_contract() {
        let Some(token) = token() else { return };
        the_contract_is_kept::<IfmaFq>(token);
        the_contract_is_kept::<IfmaFq2>(token);
    }

    /// A coordinate of either group, made of integers that need not be canonical: G1 has one of `q`, G2 two.
    trait Coordinate: Lanes<Token = Ifma> {
        type Field: Field;
        const PARTS: usize;

        fn of(token: Ifma, parts: &[[Integer; 2]; 8]) -> Self;
        fn integers(&self) -> [Vec<Integer>; 8];
        fn element(parts: &[Integer]) -> Self::Field;
    }

    impl Coordinate for IfmaFq {
        type Field = Fq;
        const PARTS: usize = 1;

        fn of(token: Ifma, parts: &[[Integer; 2]; 8]) -> Self {
            Self(Vector::of_integers(token, &parts.map(|[c0, _]| c0)))
        }

        fn integers(&self) -> [Vec<Integer>; 8] {
            self.0.integers().map(|value| vec![value])
        }

        fn element(parts: &[Integer]) -> Fq {
            of_montgomery(&parts[0])
        }
    }

    impl Coordinate for IfmaFq2 {
        type Field = Fq2;
        const PARTS: usize = 2;

        fn of(token: Ifma, parts: &[[Integer; 2]; 8]) -> Self {
            Self {
                c0: Vector::of_integers(token, &parts.map(|[c0, _]| c0)),
                c1: Vector::of_integers(token, &parts.map(|[_, c1]| c1)),
            }
        }

        fn integers(&self) -> [Vec<Integer>; 8] {
            let (c0, c1) = (self.c0.integers(), self.c1.integers());
            [0, 1, 2, 3, 4, 5, 6, 7].map(|lane| vec![c0[lane], c1[lane]])
        }

        fn element(parts: &[Integer]) -> Fq2 {
            Fq2::new(of_montgomery(&parts[0]), of_montgomery(&parts[1]))
        }
    }

    /// The `x` of `x·2^260`.
    fn of_montgomery(value: &Integer) -> Fq {
        const BY: Fq =
            ark_ff::MontFp!("21832010459544133087856181000206700869316524884066729329661834587253605260566");
        element::<Q>(value) * BY
    }

    /// Values from 0 to just below `bound·q`: the ends, the neighbours of multiples of `q`, and some between.
    fn values(bound: u64, highest: &Integer) -> Vec<Integer> {
        let one = Integer::from(1u64);
        let mut values = vec![*highest, Integer::zero(), one];
        for k in 1..bound {
            let multiple = moduli::<Q>(k);
            values.extend([minus(&multiple, &one), multiple, plus(&multiple, &one)]);
        }
        values.push(integer(&(-Fq::from(7u64) / Fq::from(3u64)).into_bigint().0));
        values.retain(|value| value <= highest);
        values
    }

    /// Just below so many moduli.
    fn under(bound: u64) -> Vec<Integer> {
        values(bound, &minus(&moduli::<Q>(bound), &Integer::from(1u64)))
    }

    /// At most one modulus, as a coordinate from a packed point.
    fn packed() -> Vec<Integer> {
        values(1, &moduli::<Q>(1))
    }

    /// Eights of coordinates: the extremes together first, then mixtures.
    fn draw(rng: &mut impl Rng, round: usize, from: &[Integer]) -> [[Integer; 2]; 8] {
        core::array::from_fn(|lane| {
            let mut any = |part: usize| match (round, (lane >> part) & 1) {
                (0, 0) => from[0],
                (0, _) => from[1],
                _ => from[rng.gen_range(0..from.len())],
            };
            [any(0), any(1)]
        })
    }

    fn assert_below<C: Coordinate>(value: &C, bound: u64) {
        for parts in value.integers() {
            assert!(parts.iter().all(|part| *part < moduli::<Q>(bound)), "not below {bound}q");
        }
    }

    fn elements<C: Coordinate>(parts: &[[Integer; 2]; 8]) -> [C::Field; 8] {
        parts.map(|parts| C::element(&parts[..C::PARTS]))
    }

    fn results<C: Coordinate>(value: &C) -> [C::Field; 8] {
        value.integers().map(|parts| C::element(&parts))
    }

    fn bounds_are_kept<C: Coordinate>() {
        let Some(token) = token() else { return };
        let mut rng = test_rng();
        let (factors, sums, points) = (under(8), under(3), packed());
        for round in 0..2_000 {
            // A product of factors below 8q.
            let [a, b] = [draw(&mut rng, round, &factors), draw(&mut rng, round, &factors)];
            let product = C::of(token, &a).times(&C::of(token, &b));
            assert_below(&product, 3);
            let [fa, fb] = [elements::<C>(&a), elements::<C>(&b)];
            assert_eq!(results(&product), core::array::from_fn(|lane| fa[lane] * fb[lane]));

            // A difference of coordinates: of a point and a sum, of two sums.
            let [x, other] = [draw(&mut rng, round, &sums), draw(&mut rng, round, &sums)];
            let difference = C::of(token, &x).minus(&C::of(token, &other));
            assert_below(&difference, 6);
            let [fx, fo] = [elements::<C>(&x), elements::<C>(&other)];
            assert_eq!(results(&difference), core::array::from_fn(|lane| fx[lane] - fo[lane]));

            // The addition of a packed point to a sum, with any slope.
            let slope = draw(&mut rng, round, &sums);
            let a = draw(&mut rng, round, &points);
            let b = draw(&mut rng, round, &sums);
            let [vs, va, vb] = [&slope, &a, &b].map(|parts| C::of(token, parts));
            let abscissa = C::abscissa(&vs, &va.minus(&vb), &vb);
            assert_below(&abscissa, 3);
            let [fs, fa, fb] = [elements::<C>(&slope), elements::<C>(&a), elements::<C>(&b)];
            assert_eq!(
                results(&abscissa),
                core::array::from_fn(|lane| fs[lane].square() - fa[lane] - fb[lane])
            );

            // The doubling of a sum.
            let square = C::of(token, &x).squared();
            assert_below(&square, 3);
            assert_eq!(results(&square), fx.map(|x| x.square()));
            let abscissa = C::abscissa_of_double(&vs, &C::of(token, &x));
            assert_below(&abscissa, 3);
            assert_eq!(
                results(&abscissa),
                core::array::from_fn(|lane| fs[lane].square() - fx[lane].double())
            );

            let y = draw(&mut rng, round, &sums);
            let ordinate = C::ordinate(&vs, &C::of(token, &x), &C::of(token, &other), &C::of(token, &y));
            assert_below(&ordinate, 3);
            let fy = elements::<C>(&y);
            assert_eq!(
                results(&ordinate),
                core::array::from_fn(|lane| fs[lane] * (fx[lane] - fo[lane]) - fy[lane])
            );

            // Zeros and inverses of values below 8q.
            let values = draw(&mut rng, round + 1, &factors);
            let value = C::of(token, &values);
            let expected = elements::<C>(&values);
            let zero = expected.iter().enumerate().map(|(lane, value)| u8::from(value.is_zero()) << lane);
            let zero = zero.sum::<u8>();
            assert_eq!(value.zero_lanes(), zero);
            let whole = C::one(token).select(zero, &value);
            let inverse = whole.inverse(token).unwrap();
            assert_below(&inverse, 1);
            let expected = expected.map(|value| value.inverse().unwrap_or(C::Field::ONE));
            assert_eq!(results(&inverse), expected);
            assert_eq!(value.inverse(token).is_some(), zero == 0);
        }
    }

    #[test]
    fn bounds_are_kept_in_g1() {
        bounds_are_kept::<IfmaFq>();
    }

    #[test]
    fn bounds_are_kept_in_g2() {
        bounds_are_kept::<IfmaFq2>();
    }

    /// Coordinates of sums, below `3q`, are written in canonical form.
    #[test]
    fn what_is_written_is_canonical() {
        let Some(token) = token() else { return };
        let mut rng = test_rng();
        let sums = under(3);
        for round in 0..200 {
            let [x, y] = [draw(&mut rng, round, &sums), draw(&mut rng, round, &sums)];
            let mut g1 = [Default::default(); 8];
            IfmaFq::write(&[IfmaFq::of(token, &x), IfmaFq::of(token, &y)], &mut g1);
            let mut g2 = [Default::default(); 8];
            IfmaFq2::write(&[IfmaFq2::of(token, &x), IfmaFq2::of(token, &y)], &mut g2);
            for lane in 0..8 {
                let canonical = |value: &Integer| element::<Q>(value).into_bigint().0;
                let [x, y] = [x[lane].each_ref().map(canonical), y[lane].each_ref().map(canonical)];
                assert_eq!(g1[lane], PackedG1([x[0], y[0]]));
                assert_eq!(g2[lane], PackedG2([x[0], x[1], y[0], y[1]]));
            }
        }
    }

    /// An ordinate of zero, negated, is `q`; it is written as zero.
    #[test]
    fn a_negated_zero_is_written_as_zero() {
        let Some(token) = token() else { return };
        let points = [PackedG1([[5, 0, 0, 0], [0; 4]])];
        let mut out = points;
        let gathered = IfmaFq::gather(token, &points, &[NEGATIVE; 8]);
        assert_eq!(gathered[1].0.integers(), [moduli::<Q>(1); 8]);
        IfmaFq::write(&gathered, &mut out);
        assert_eq!(out, points);
    }
}

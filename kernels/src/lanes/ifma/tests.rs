use ark_bn254::{Fq, Fr};
use ark_ff::{BigInteger, PrimeField};
use ark_std::rand::{Rng, RngCore};
use ark_std::test_rng;

use super::*;

/// Integers of the tests: room for products of two lanes.
pub(in crate::lanes) type Integer = BigInt<9>;

const TWO_TO_260: u32 = 260;

/// A modulus with its field, to compute in.
pub(in crate::lanes) trait WithField: Modulus {
    type Field: PrimeField;
}

impl WithField for Q {
    type Field = Fq;
}

impl WithField for R {
    type Field = Fr;
}

/// The token, or a word on why there is none.
pub(in crate::lanes) fn token() -> Option<Ifma> {
    let token = Ifma::detect();
    if token.is_none() {
        eprintln!("skipped: no AVX512-IFMA");
    }
    token
}

pub(in crate::lanes) fn integer(words: &[u64]) -> Integer {
    let mut out = Integer::zero();
    out.0[..words.len()].copy_from_slice(words);
    out
}

pub(in crate::lanes) fn plus(a: &Integer, b: &Integer) -> Integer {
    let mut sum = *a;
    assert!(!sum.add_with_carry(b), "an integer of the tests is too small");
    sum
}

/// `a − b`, which must not be negative.
pub(in crate::lanes) fn minus(a: &Integer, b: &Integer) -> Integer {
    let mut difference = *a;
    assert!(!difference.sub_with_borrow(b), "a difference is negative");
    difference
}

pub(in crate::lanes) fn product(a: &Integer, b: &Integer) -> Integer {
    let (low, high) = a.mul(b);
    assert!(high.is_zero(), "an integer of the tests is too small");
    low
}

/// `count·m`.
pub(in crate::lanes) fn moduli<M: Modulus>(count: u64) -> Integer {
    product(&integer(&M::WORDS), &Integer::from(count))
}

fn shifted(value: &Integer, bits: u32) -> Integer {
    *value << bits
}

pub(in crate::lanes) fn element<M: WithField>(value: &Integer) -> M::Field {
    M::Field::from_le_bytes_mod_order(&value.to_bytes_le())
}

fn limb(value: &Integer, index: u32) -> u64 {
    (*value >> (LIMB_BITS * index)).0[0] & LIMB
}

pub(in crate::lanes) fn largest() -> Integer {
    minus(&shifted(&Integer::from(1u64), TWO_TO_260), &Integer::from(1u64))
}

fn load(words: [u64; 8]) -> __m512i {
    // SAFETY: tests call this with a token at hand; 64 bytes are there to be read.
    unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
}

fn store(vector: __m512i) -> [i64; 8] {
    let mut words = [0; 8];
    // SAFETY: there is a vector; 64 bytes are there to be written.
    unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), vector) };
    words
}

impl<M: Modulus> Vector<M> {
    /// Eight integers below `2^260`.
    pub(in crate::lanes) fn of_integers(_: Ifma, values: &[Integer; 8]) -> Self {
        assert!(values.iter().all(|value| *value <= largest()));
        Self::of([0, 1, 2, 3, 4].map(|index| load(values.map(|value| limb(&value, index)))))
    }

    /// The integers, which must be below `2^260`, in limbs as the multiplier reads them.
    pub(in crate::lanes) fn integers(&self) -> [Integer; 8] {
        let limbs = self.limbs.map(store);
        [0, 1, 2, 3, 4, 5, 6, 7].map(|lane| {
            let mut value = Integer::zero();
            for limb in limbs.iter().rev() {
                let limb = limb[lane];
                assert!((0..1 << LIMB_BITS).contains(&limb), "limb {limb:#x} is not carried");
                value = plus(&shifted(&value, LIMB_BITS), &Integer::from(limb as u64));
            }
            value
        })
    }
}

/// The columns' value, as the sum of what is positive and the sum of what is negative.
fn parts(columns: &[[i64; 8]], lane: usize) -> [Integer; 2] {
    let mut parts = [Integer::zero(); 2];
    for (index, column) in columns.iter().enumerate() {
        let part = &mut parts[usize::from(column[lane] < 0)];
        let value = Integer::from(column[lane].unsigned_abs());
        *part = plus(part, &shifted(&value, LIMB_BITS * index as u32));
    }
    parts
}

/// What lanes hold at their edges: `k·m − 1`, `k·m`, `k·m + 1` for every `k` that fits, all limbs ones, each limb ones, powers of
/// two and what is just below them; and random values.
fn edges<M: Modulus>() -> Vec<Integer> {
    let one = Integer::from(1u64);
    let mut values = vec![Integer::zero(), one, largest(), minus(&largest(), &one)];
    for k in 1.. {
        let multiple = moduli::<M>(k);
        if multiple > largest() {
            assert_eq!(k, 85, "2^260 is 84 moduli and a bit");
            break;
        }
        values.extend([minus(&multiple, &one), multiple, plus(&multiple, &one)]);
    }
    for index in 0..5 {
        let of_one_limb = shifted(&Integer::from(LIMB), LIMB_BITS * index);
        let power = shifted(&one, LIMB_BITS * index);
        values.extend([of_one_limb, minus(&largest(), &of_one_limb), power, minus(&power, &one)]);
        values.push(shifted(&power, LIMB_BITS - 1));
    }
    let mut rng = test_rng();
    values.extend((0..40).map(|_| random(&mut rng)));
    values.retain(|value| *value <= largest());
    values
}

/// A random integer below `2^260`.
fn random(rng: &mut impl RngCore) -> Integer {
    integer(&[rng.next_u64(), rng.next_u64(), rng.next_u64(), rng.next_u64(), rng.next_u64() & 0xf])
}

pub(in crate::lanes) fn below(values: Vec<Integer>, bound: &Integer) -> Vec<Integer> {
    values.into_iter().filter(|value| value < bound).collect()
}

/// Eights of values, the last one filled up by going round.
fn eights(values: &[Integer]) -> impl Iterator<Item = [Integer; 8]> {
    values.chunks(8).map(|chunk| core::array::from_fn(|lane| chunk[lane % chunk.len()]))
}

/// Each value against every value, eight at a time.
fn pairs(values: &[Integer]) -> impl Iterator<Item = [[Integer; 8]; 2]> {
    values.iter().flat_map(|value| eights(values).map(|eight| [[*value; 8], eight]))
}

/// The value that Montgomery's reduction must give for `v = positive − negative`: the only one in `[v/2^260, v/2^260 + m)` of
/// its residue. Compared as `2^260·result + negative`, in `[positive, positive + 2^260·m)`.
fn assert_reduced<M: WithField>(result: &Integer, positive: &Integer, negative: &Integer) {
    let scaled = plus(&shifted(result, TWO_TO_260), negative);
    assert!(scaled >= *positive, "below v/2^260");
    assert!(scaled < plus(positive, &shifted(&moduli::<M>(1), TWO_TO_260)), "not below v/2^260 + m");
    assert_eq!(element::<M>(&scaled), element::<M>(positive), "another residue");
}

fn products_are_right<M: WithField>() {
    let Some(token) = token() else { return };
    for [a, b] in pairs(&edges::<M>()) {
        let wide: [Integer; 8] = core::array::from_fn(|lane| product(&a[lane], &b[lane]));
        let result = Vector::<M>::of_integers(token, &a).times_wide(&Vector::of_integers(token, &b));
        let columns = result.columns.map(store);
        for lane in 0..8 {
            assert!(columns.iter().all(|column| (0..1 << 56).contains(&column[lane])), "a column of 2^56");
            assert_eq!(parts(&columns, lane), [wide[lane], Integer::zero()]);
        }
        // A reduced product is below ab/2^260 + m, which must fit in the lanes.
        let bound = shifted(&minus(&largest(), &moduli::<M>(1)), TWO_TO_260);
        if wide.iter().all(|wide| *wide <= bound) {
            let reduced = result.reduced().carried().integers();
            let times = Vector::<M>::of_integers(token, &a).times(&Vector::of_integers(token, &b)).integers();
            assert_eq!(reduced, times);
            for (result, wide) in times.iter().zip(&wide) {
                assert_reduced::<M>(result, wide, &Integer::zero());
            }
        }
    }
}

#[test]
fn products_are_right_in_the_base_field() {
    products_are_right::<Q>();
}

#[test]
fn products_are_right_in_the_scalar_field() {
    products_are_right::<R>();
}

/// The table of [`crate::lanes`]: factors below `8q` have a product below `3q` (it is below `1.757q`); factors below `αm` and `βm`
/// one below `(αβ/84 + 1)·m`.
#[test]
fn products_stay_below_their_bounds() {
    let Some(token) = token() else { return };
    for alpha in 1..=84u64 {
        for beta in [1, 2, 3, 6, 8, 16, 84] {
            let [a, b] = [alpha, beta].map(|k| minus(&moduli::<Q>(k), &Integer::from(1u64)));
            if alpha * beta > 83 * 84 {
                continue;
            }
            let [a, b] = [a, b].map(|value| Vector::<Q>::of_integers(token, &[value; 8]));
            let result = product(&a.times(&b).integers()[0], &Integer::from(84u64));
            assert!(result < moduli::<Q>(alpha * beta + 84));
            if alpha == 8 && beta == 8 {
                assert!(product(&a.times(&b).integers()[0], &Integer::from(1000u64)) < moduli::<Q>(1757));
            }
        }
    }
}

#[test]
fn squares_are_products() {
    let Some(token) = token() else { return };
    for values in eights(&edges::<Q>()) {
        let columns = Vector::<Q>::of_integers(token, &values).squared_wide().columns.map(store);
        for (lane, value) in values.iter().enumerate() {
            assert!(columns.iter().all(|column| (0..1 << 56).contains(&column[lane])));
            assert_eq!(parts(&columns, lane), [product(value, value), Integer::zero()]);
        }
    }
}

fn negative_columns_are_reduced<M: WithField>() {
    let Some(token) = token() else { return };
    // As the widest use: sums below 16m, three products, doubled.
    let values = below(edges::<M>(), &moduli::<M>(16));
    let mut rng = test_rng();
    for a in eights(&values) {
        for b in eights(&values) {
            let turn = rng.gen_range(0..8);
            let c: [Integer; 8] = core::array::from_fn(|lane| a[(lane + turn) % 8]);
            let d: [Integer; 8] = core::array::from_fn(|lane| b[(lane + 1) % 8]);
            let [va, vb, vc, vd] = [&a, &b, &c, &d].map(|values| Vector::<M>::of_integers(token, values));
            let difference = va.times_wide(&vb).minus(&vc.times_wide(&vd)).doubled();
            let columns = difference.columns.map(store);
            assert!(columns.iter().flatten().all(|column| column.unsigned_abs() < 1 << 57));
            // The value is above −2·256/84·m.
            let results = difference.reduced().plus_moduli::<7>().carried().integers();
            for lane in 0..8 {
                let twice = |a: &Integer, b: &Integer| shifted(&product(a, b), 1);
                let negative = plus(&twice(&c[lane], &d[lane]), &shifted(&moduli::<M>(7), TWO_TO_260));
                let [positive, of_columns] = [twice(&a[lane], &b[lane]), twice(&c[lane], &d[lane])];
                let [above, under] = parts(&columns, lane);
                assert_eq!(plus(&positive, &under), plus(&above, &of_columns), "other columns");
                // (result − 7m)·2^260 + cd ∈ [ab, ab + 2^260·m)
                let result = shifted(&results[lane], TWO_TO_260);
                let low = plus(&positive, &shifted(&moduli::<M>(7), TWO_TO_260));
                let got = plus(&result, &of_columns);
                assert!(got >= low && got < plus(&low, &shifted(&moduli::<M>(1), TWO_TO_260)));
                assert_eq!(element::<M>(&plus(&result, &negative)), element::<M>(&low));
            }
        }
    }
}

#[test]
fn negative_columns_are_reduced_in_the_base_field() {
    negative_columns_are_reduced::<Q>();
}

#[test]
fn negative_columns_are_reduced_in_the_scalar_field() {
    negative_columns_are_reduced::<R>();
}

/// Every column at the stated bound of `2^62`, positive or negative, with every sign pattern.
#[test]
fn columns_at_their_bound_are_reduced() {
    let Some(_) = token() else { return };
    let mut rng = test_rng();
    for signs in 0..1u32 << 10 {
        let magnitude = if signs % 2 == 0 { (1i64 << 62) - 1 } else { rng.gen_range(1 << 61..1 << 62) };
        let mut columns = [[0i64; 8]; 10];
        for (index, column) in columns.iter_mut().enumerate() {
            // The highest column decides on the sign of the result, which is kept in range.
            let magnitude = if index == 9 { magnitude >> 15 } else { magnitude };
            *column = [if signs >> index & 1 == 1 { -magnitude } else { magnitude }; 8];
        }
        let wide =
            Wide::<Q> { columns: columns.map(|column| load(column.map(|c| c as u64))), modulus: PhantomData };
        let loose = wide.reduced();
        let [positive, negative] = parts(&columns, 0);
        let [above, under] = parts(&loose.limbs.map(store), 0);
        // above − under ∈ [v/2^260, v/2^260 + m), of its residue.
        let left = plus(&shifted(&above, TWO_TO_260), &negative);
        let right = plus(&shifted(&under, TWO_TO_260), &positive);
        assert!(left >= right, "signs {signs:#b}");
        assert!(left < plus(&right, &shifted(&moduli::<Q>(1), TWO_TO_260)), "signs {signs:#b}");
        assert_eq!(element::<Q>(&left), element::<Q>(&right), "signs {signs:#b}");
    }
}

/// As many products as the columns hold, of the largest factors, added and subtracted.
#[test]
fn a_hundred_and_two_products_fit_in_the_columns() {
    let Some(token) = token() else { return };
    let ones = Vector::<Q>::of_integers(token, &[largest(); 8]);
    let product = ones.times_wide(&ones);
    assert!(product.columns.map(store).iter().flatten().all(|column| column.abs() < 10 << LIMB_BITS));
    let mut sum = product;
    for _ in 1..102 {
        sum = sum.plus(&product);
    }
    assert!(sum.columns.map(store).iter().flatten().all(|column| column.abs() < 1 << 62));
    let mut back = sum;
    for _ in 1..102 {
        back = back.minus(&product);
    }
    assert_eq!(back.columns.map(store), product.columns.map(store));
    let nothing = back.minus(&product);
    assert_eq!(nothing.minus(&sum).plus(&sum).reduced().carried().integers(), [Integer::zero(); 8]);
}

fn settled_values_are_right<M: WithField>() {
    let Some(token) = token() else { return };
    let hundred_times = |value: &Integer| product(value, &Integer::from(100u64));
    for eight in eights(&edges::<M>()) {
        let settled = Vector::<M>::of_integers(token, &eight).settled().integers();
        for (settled, value) in settled.iter().zip(&eight) {
            assert_eq!(element::<M>(settled), element::<M>(value));
            assert!(hundred_times(settled) < moduli::<M>(102), "{settled} of {value}");
        }
    }
}

#[test]
fn settled_values_are_right_in_the_base_field() {
    settled_values_are_right::<Q>();
}

#[test]
fn settled_values_are_right_in_the_scalar_field() {
    settled_values_are_right::<R>();
}

fn sums_and_differences_are_right<M: WithField>() {
    let Some(token) = token() else { return };
    let values = edges::<M>();
    let (three, four) = (moduli::<M>(3), moduli::<M>(4));
    for [a, b] in pairs(&values) {
        let [va, vb] = [&a, &b].map(|values| Vector::<M>::of_integers(token, values));
        let sums: [Integer; 8] = core::array::from_fn(|lane| plus(&a[lane], &b[lane]));
        if sums.iter().all(|sum| *sum <= largest()) {
            assert_eq!(va.plus(&vb).integers(), sums);
        }
        let check = |by: &Integer, got: &dyn Fn() -> Vector<M>| {
            let raised = a.map(|a| plus(&a, by));
            let fits = |(raised, b): (&Integer, &Integer)| raised >= b && minus(raised, b) <= largest();
            if raised.iter().zip(&b).all(fits) {
                let expected: [Integer; 8] = core::array::from_fn(|lane| minus(&raised[lane], &b[lane]));
                assert_eq!(got().integers(), expected);
            }
        };
        check(&Integer::zero(), &|| va.minus_plus::<0>(&vb));
        check(&moduli::<M>(1), &|| va.minus_plus::<1>(&vb));
        check(&three, &|| va.minus_plus::<3>(&vb));
        check(&four, &|| va.minus_plus::<4>(&vb));
    }
}

#[test]
fn sums_and_differences_are_right_in_the_base_field() {
    sums_and_differences_are_right::<Q>();
}

#[test]
fn sums_and_differences_are_right_in_the_scalar_field() {
    sums_and_differences_are_right::<R>();
}

fn reductions_are_right<M: WithField>() {
    let Some(token) = token() else { return };
    let by = |values: &[Integer; 8], k: u64| {
        let multiple = moduli::<M>(k);
        values.map(|value| if value >= multiple { minus(&value, &multiple) } else { value })
    };
    let values = edges::<M>();
    for eight in eights(&values) {
        let vector = Vector::<M>::of_integers(token, &eight);
        assert_eq!(vector.reduced_by::<1>().integers(), by(&eight, 1));
        assert_eq!(vector.reduced_by::<2>().integers(), by(&eight, 2));
        assert_eq!(vector.reduced_by::<3>().integers(), by(&eight, 3));
        assert_eq!(vector.reduced_by::<4>().integers(), by(&eight, 4));
    }
    let small = below(values, &moduli::<M>(8));
    assert!(small.contains(&minus(&moduli::<M>(8), &Integer::from(1u64))), "the edge is among them");
    for eight in eights(&small) {
        let vector = Vector::<M>::of_integers(token, &eight);
        let canonical = eight.map(|value| by(&by(&by(&[value; 8], 4), 2), 1)[0]);
        assert!(canonical.iter().all(|value| *value < moduli::<M>(1)));
        assert_eq!(vector.canonical().integers(), canonical);
        let zero =
            canonical.iter().enumerate().map(|(lane, value)| u8::from(value.is_zero()) << lane).sum::<u8>();
        assert_eq!(vector.zero_lanes(), zero);
    }
}

#[test]
fn reductions_are_right_in_the_base_field() {
    reductions_are_right::<Q>();
}

#[test]
fn reductions_are_right_in_the_scalar_field() {
    reductions_are_right::<R>();
}

#[test]
fn every_pattern_of_zero_lanes_is_seen() {
    let Some(token) = token() else { return };
    for mask in 0..=255u8 {
        let values = core::array::from_fn(|lane| {
            let multiple = moduli::<Q>(lane as u64);
            // Off by one unit of one limb, another one for each lane.
            let unit = shifted(&Integer::from(1u64), LIMB_BITS * (lane as u32 % 5));
            if mask >> lane & 1 == 1 { multiple } else { plus(&multiple, &unit) }
        });
        assert_eq!(Vector::<Q>::of_integers(token, &values).zero_lanes(), mask);
    }
}

#[test]
fn pending_carries_are_carried() {
    let Some(token) = token() else { return };
    let mut rng = test_rng();
    for values in eights(&edges::<Q>()) {
        for round in 0..20 {
            let mut limbs = Vector::<Q>::of_integers(token, &values).limbs.map(store);
            // Moves multiples of 2^52 between neighbours: limbs up to 2^62 either way, the value as before.
            for index in (0..4).rev() {
                let (low, high) = limbs.split_at_mut(index + 1);
                for (own, next) in low[index].iter_mut().zip(&mut high[0]) {
                    let units = if round == 0 { (1 << 9) - 1 } else { rng.gen_range(-(1i64 << 9)..1 << 9) };
                    *own += units << LIMB_BITS;
                    *next -= units;
                }
            }
            let limbs = limbs.map(|limb| load(limb.map(|word| word as u64)));
            assert_eq!(Loose::<Q>::of(limbs).carried().integers(), values);
        }
    }
}

#[test]
fn the_sign_of_a_negative_value_is_in_its_top_limb() {
    let Some(token) = token() else { return };
    let one = Integer::from(1u64);
    for k in 0..=84 {
        for (value, negative) in [(moduli::<Q>(k), false), (plus(&moduli::<Q>(k), &one), true)] {
            let loose = Vector::<Q>::of_integers(token, &[moduli::<Q>(k); 8])
                .loose()
                .minus(&Vector::of_integers(token, &[value; 8]).loose());
            assert_eq!(store(loose.carried().limbs[4]), [if negative { -1 } else { 0 }; 8]);
        }
    }
}

#[test]
fn moduli_are_added_and_taken_off() {
    let Some(token) = token() else { return };
    let values: [Integer; 8] = core::array::from_fn(|lane| moduli::<R>(lane as u64));
    let vector = Vector::<R>::of_integers(token, &values);
    let raised = vector.loose().plus_moduli::<7>().carried();
    assert_eq!(raised.integers(), values.map(|value| plus(&value, &moduli::<R>(7))));
    assert_eq!(raised.loose().minus_moduli::<7>().carried().integers(), values);
    // The largest multiple that is admitted: limbs of up to 2^62.
    let back = vector.loose().plus_moduli::<1023>().minus_moduli::<1023>().carried();
    assert_eq!(back.integers(), values);
}

#[test]
fn words_and_lanes_come_back() {
    let Some(token) = token() else { return };
    let mut rng = test_rng();
    let mut rows: Vec<[[u64; 4]; 8]> = vec![[[0; 4]; 8], [[u64::MAX; 4]; 8], [Q::WORDS; 8]];
    // One bit in one lane: each of 256 ends where it belongs.
    rows.extend((0..256).map(|bit| {
        core::array::from_fn(|lane| {
            let bit = (bit + 37 * lane) % 256;
            core::array::from_fn(|word| if bit / 64 == word { 1 << (bit % 64) } else { 0 })
        })
    }));
    rows.extend((0..50).map(|_| core::array::from_fn(|_| core::array::from_fn(|_| rng.next_u64()))));
    for lanes in rows {
        let vector = Vector::<Q>::from_lanes(token, &lanes);
        assert_eq!(vector.integers(), lanes.map(|words| integer(&words)));
        assert_eq!(vector.to_lanes(), lanes);
        let words = [0, 1, 2, 3].map(|word| load(lanes.map(|lane| lane[word])));
        let vector = Vector::<Q>::from_words(token, words);
        assert_eq!(vector.to_lanes(), lanes);
        assert_eq!(vector.to_words().map(store), words.map(store));
        let split = Vector::<Q>::splat(token, split(lanes[3]));
        assert_eq!(split.to_lanes(), [lanes[3]; 8]);
    }
}

#[test]
fn vectors_are_transposed() {
    let Some(token) = token() else { return };
    let mut rng = test_rng();
    let rows: [[Integer; 8]; 8] = core::array::from_fn(|_| core::array::from_fn(|_| random(&mut rng)));
    let vectors = rows.map(|row| Vector::<R>::of_integers(token, &row));
    for (j, column) in Vector::transposed(&vectors).iter().enumerate() {
        assert_eq!(column.integers(), rows.map(|row| row[j]));
    }
}

#[test]
fn lanes_of_a_mask_are_replaced() {
    let Some(token) = token() else { return };
    let mut rng = test_rng();
    let mut eight = || -> [Integer; 8] { core::array::from_fn(|_| random(&mut rng)) };
    let (own, other) = (eight(), eight());
    let [a, b] = [&own, &other].map(|values| Vector::<Q>::of_integers(token, values));
    for mask in 0..=255u8 {
        let expected: [Integer; 8] =
            core::array::from_fn(|lane| if mask >> lane & 1 == 1 { other[lane] } else { own[lane] });
        assert_eq!(a.replaced(mask, &b).integers(), expected);
    }
}

#[test]
fn constants_of_the_moduli_are_right() {
    fn check<M: WithField>() {
        assert_eq!(integer(&M::WORDS), integer(M::Field::MODULUS.as_ref()));
        let limbs = M::LIMBS;
        assert_eq!(limbs, split(M::WORDS));
        let mut value = Integer::zero();
        for limb in limbs.iter().rev() {
            value = plus(&shifted(&value, LIMB_BITS), &Integer::from(*limb));
        }
        assert_eq!(value, moduli::<M>(1));
        assert_eq!(M::NEGATIVE_INVERSE.wrapping_mul(limbs[0]) & LIMB, LIMB, "−1 modulo 2^52");
        let mut one = Integer::zero();
        for limb in M::ONE.iter().rev() {
            one = plus(&shifted(&one, LIMB_BITS), &Integer::from(*limb));
        }
        assert!(one < moduli::<M>(1));
        assert_eq!(element::<M>(&one), element::<M>(&shifted(&Integer::from(1u64), TWO_TO_260)));
        // 84·m < 2^260 < 85·m, which is where the 84 of all bounds comes from.
        assert!(moduli::<M>(84) < largest() && largest() < moduli::<M>(85));
    }
    check::<Q>();
    check::<R>();
}

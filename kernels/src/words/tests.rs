use ark_bn254::Fq2;
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, PrimeField, UniformRand};
use ark_std::rand::RngCore;
use ark_std::test_rng;

use super::*;

type Integer = BigInt<9>;

trait WithField: Modulus {
    type Field: PrimeField;
}

impl WithField for Base {
    type Field = Fq;
}

impl WithField for Scalar {
    type Field = Fr;
}

fn integer(words: &[u64]) -> Integer {
    let mut out = Integer::zero();
    out.0[..words.len()].copy_from_slice(words);
    out
}

fn element<M: WithField>(words: &[u64]) -> M::Field {
    M::Field::from_le_bytes_mod_order(&integer(words).to_bytes_le())
}

fn sum(a: &Integer, b: &Integer) -> Integer {
    let mut sum = *a;
    assert!(!sum.add_with_carry(b));
    sum
}

fn product(a: &[u64], b: &[u64]) -> Integer {
    let (low, high) = integer(a).mul(&integer(b));
    assert!(high.is_zero());
    low
}

/// `k·m − 1`, `k·m` and `k·m + 1` for all `k` that fit, words of all ones, single bits, random values.
fn edges<M: Modulus>() -> Vec<Words> {
    let mut values = vec![[0; 4], [1, 0, 0, 0], [u64::MAX; 4]];
    for k in 1..=5 {
        let multiple = multiple_of::<M>(k);
        values.extend([difference(&multiple, &[1, 0, 0, 0]).0, multiple, plus(&multiple, &[1, 0, 0, 0])]);
    }
    for index in 0..4 {
        let mut ones = [0; 4];
        ones[index] = u64::MAX;
        values.extend([ones, ones.map(|word| !word)]);
        ones[index] = 1 << 63;
        values.push(ones);
    }
    let mut rng = test_rng();
    values.extend((0..20).map(|_| core::array::from_fn(|_| rng.next_u64())));
    values
}

fn multiple_of<M: Modulus>(k: u64) -> Words {
    let [w0, w1, w2, w3, w4, ..] = product(&M::WORDS, &[k]).0;
    assert_eq!(w4, 0);
    [w0, w1, w2, w3]
}

fn products_are_right<M: WithField>() {
    let four = integer(&multiple_of::<M>(4));
    for a in edges::<M>() {
        for b in edges::<M>() {
            let exact = product(&a, &b);
            let wide = times_wide(&a, &b);
            assert_eq!(integer(&wide), exact);
            // Both reductions give the one value in [ab/2^256, ab/2^256 + m) of its residue.
            let check = |result: &Words, by: u64| {
                let shifted = product(result, &[0, 0, 0, 0, 1]);
                let offset = product(&multiple_of::<M>(by), &[0, 0, 0, 0, 1]);
                let low = sum(&exact, &offset);
                assert!(shifted >= low);
                assert!(shifted < sum(&low, &product(&M::WORDS, &[0, 0, 0, 0, 1])));
                assert_eq!(element::<M>(&shifted.0), element::<M>(&exact.0));
            };
            if integer(&b) <= four {
                check(&times::<M>(&a, &b), 0);
            }
            // Of what stays below 2^256.
            if integer(&a) <= four && integer(&b) <= four {
                check(&reduced_plus::<M, 0>(&wide), 0);
            }
            let two = integer(&multiple_of::<M>(2));
            if integer(&a) <= two && integer(&b) <= two {
                check(&reduced_plus::<M, 1>(&wide), 1);
                // v = −ab: (result − m)·2^256 + ab in [0, 2^256·m).
                let result = reduced_plus::<M, 1>(&wide_minus(&[0; 8], &wide));
                let got = sum(&product(&result, &[0, 0, 0, 0, 1]), &exact);
                let one = product(&M::WORDS, &[0, 0, 0, 0, 1]);
                assert!(got >= one && got < sum(&one, &one));
                assert_eq!(element::<M>(&got.0), M::Field::ZERO);
            }
        }
    }
}

#[test]
fn products_are_right_in_both_fields() {
    products_are_right::<Base>();
    products_are_right::<Scalar>();
}

fn sums_and_reductions_are_right<M: WithField>() {
    let by = |a: &Words, k: u64| {
        let multiple = multiple_of::<M>(k);
        if integer(a) >= integer(&multiple) { difference(a, &multiple).0 } else { *a }
    };
    for a in edges::<M>() {
        assert_eq!(reduced_by::<M, 1>(&a), by(&a, 1));
        assert_eq!(reduced_by::<M, 2>(&a), by(&a, 2));
        assert_eq!(reduced_by::<M, 4>(&a), by(&a, 4));
        let canonical = canonical::<M>(&a);
        assert!(integer(&canonical) < integer(&M::WORDS));
        assert_eq!(element::<M>(&canonical), element::<M>(&a));
        for b in edges::<M>() {
            let exact = sum(&integer(&a), &integer(&b));
            if exact.0[4] == 0 {
                assert_eq!(integer(&plus(&a, &b)), exact);
            }
            let check = |k: u64, got: &dyn Fn() -> Words| {
                let raised = sum(&integer(&a), &integer(&multiple_of::<M>(k)));
                if raised.0[4] == 0 && raised >= integer(&b) {
                    assert_eq!(sum(&integer(&got()), &integer(&b)), raised);
                }
            };
            check(1, &|| minus_plus::<M, 1>(&a, &b));
            check(2, &|| minus_plus::<M, 2>(&a, &b));
            check(3, &|| minus_plus::<M, 3>(&a, &b));
        }
    }
}

#[test]
fn sums_and_reductions_are_right_in_both_fields() {
    sums_and_reductions_are_right::<Base>();
    sums_and_reductions_are_right::<Scalar>();
}

#[test]
fn constants_are_right() {
    fn check<M: WithField>() {
        assert_eq!(integer(&M::WORDS), integer(M::Field::MODULUS.as_ref()));
        assert_eq!(M::NEGATIVE_INVERSE.wrapping_mul(M::WORDS[0]), u64::MAX);
        assert_eq!(element::<M>(&M::SQUARED_FACTOR), M::Field::from(2u64).pow([512]));
    }
    check::<Base>();
    check::<Scalar>();
}

#[test]
fn inverses_agree_with_arkworks() {
    let mut rng = test_rng();
    let two = Fq::from(2u64);
    let mut values: Vec<Fq> = (0..20_000).map(|_| Fq::rand(&mut rng)).collect();
    values.extend((1..2_000).flat_map(|small| [Fq::from(small), -Fq::from(small)]));
    for bit in 0..254u64 {
        let power = two.pow([bit]);
        values.extend([power, power + Fq::ONE, power - Fq::ONE, -power, two.pow([bit]).inverse().unwrap()]);
    }
    // The same patterns as limbs, which is what the divisor sees.
    let patterns: Vec<Fq> =
        values[20_000..].iter().map(|value| Fq::new_unchecked(value.into_bigint())).collect();
    values.extend(patterns);
    for value in values {
        let expected = value.inverse().map(|inverse| inverse.0.0);
        assert_eq!(inverse::<Base>(&value.0.0), expected, "{value}");
    }
    for _ in 0..1_000 {
        let value = Fr::rand(&mut rng);
        assert_eq!(inverse::<Scalar>(&value.0.0), Some(value.inverse().unwrap().0.0));
    }
}

/// Numbers whose leading bits agree make comparisons of approximations wrong: the modulus and its neighbours, halves and thirds.
#[test]
fn inverses_of_what_is_close_to_fractions_of_the_modulus() {
    for divisor in 1..500u64 {
        let about = Fq::from(divisor).inverse().unwrap().into_bigint();
        for offset in [0u64, 1, 2, 1 << 20, 1 << 31, 1 << 33, u64::MAX] {
            for value in [Fq::from(about) + Fq::from(offset), Fq::from(about) - Fq::from(offset)] {
                let limbs = Fq::new_unchecked(value.into_bigint());
                assert_eq!(inverse::<Base>(&limbs.0.0), limbs.inverse().map(|inverse| inverse.0.0));
            }
        }
    }
}

/// Whatever the words, also those that are no canonical representation, an answer comes.
#[test]
fn what_has_no_inverse_has_none() {
    assert_eq!(inverse::<Base>(&[0; 4]), None);
    for k in 1..=5 {
        assert_eq!(inverse::<Base>(&multiple_of::<Base>(k)), None);
    }
    for words in edges::<Base>() {
        if let Some(inverse) = inverse::<Base>(&words) {
            assert_eq!(
                element::<Base>(&inverse) * element::<Base>(&words),
                element::<Base>(&Base::SQUARED_FACTOR)
            );
        }
    }
    assert_eq!(inverse_in_g2(&[[0; 4]; 2]), None);
}

#[test]
fn inverses_in_the_extension_agree_with_arkworks() {
    let mut rng = test_rng();
    let check = |value: Fq2| {
        let expected = value.inverse().map(|inverse| [inverse.c0.0.0, inverse.c1.0.0]);
        assert_eq!(inverse_in_g2(&[value.c0.0.0, value.c1.0.0]), expected);
    };
    (0..1_000).for_each(|_| check(Fq2::rand(&mut rng)));
    for part in [Fq::ZERO, Fq::ONE, -Fq::ONE, Fq::from(5u64)] {
        for other in [Fq::ZERO, Fq::ONE, -Fq::ONE, Fq::rand(&mut rng)] {
            check(Fq2::new(part, other));
        }
    }
}

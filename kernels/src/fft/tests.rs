use ark_ff::{PrimeField, UniformRand};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};

use super::*;

/// What arkworks makes of the same values.
fn expected(a: &[Fr], b: &[Fr]) -> Vec<[u64; 4]> {
    let domain = Radix2EvaluationDomain::<Fr>::new(a.len()).unwrap();
    let coset = domain.get_coset(odd_coset_generator(a.len().trailing_zeros())).unwrap();
    let on_coset = |values: &[Fr]| coset.fft(&domain.ifft(values));
    on_coset(a).iter().zip(on_coset(b)).map(|(a, b)| (*a * b).into_bigint().0).collect()
}

fn check(path: Path, a: Vec<Fr>, b: Vec<Fr>) {
    let transform = OddCoset::new(path, a.len().trailing_zeros());
    let mut buffers = CosetBuffers::default();
    let expected = expected(&a, &b);
    transform.products(&mut a.clone(), &mut b.clone(), &mut buffers);
    assert!(buffers.products() == expected, "{path}, {} values", a.len());
    // Once more with buffers that were used before.
    transform.products(&mut a.clone(), &mut b.clone(), &mut buffers);
    assert!(buffers.products() == expected, "{path}, {} values, used buffers", a.len());
}

#[test]
fn every_size_agrees_with_arkworks() {
    let mut rng = ark_std::test_rng();
    for path in Path::all() {
        for bits in 0..=14 {
            let mut random = || (0..1 << bits).map(|_| Fr::rand(&mut rng)).collect::<Vec<_>>();
            check(path, random(), random());
        }
    }
}

#[test]
fn extreme_values_agree_with_arkworks() {
    let mut rng = ark_std::test_rng();
    let largest = -Fr::ONE;
    for path in Path::all() {
        for bits in [3, 6, 7, 10, 13] {
            let n = 1usize << bits;
            let all = |value: Fr| vec![value; n];
            let one_at = |place: usize| {
                let mut values = all(Fr::from(0u64));
                values[place] = largest;
                values
            };
            let alternating = (0..n).map(|i| if i % 2 == 0 { largest } else { Fr::ONE }).collect::<Vec<_>>();
            let random = (0..n).map(|_| Fr::rand(&mut rng)).collect::<Vec<_>>();
            for a in [all(Fr::from(0u64)), all(largest), all(Fr::ONE), one_at(0), one_at(n - 1), alternating]
            {
                check(path, a, random.clone());
            }
        }
    }
}

#[test]
fn the_generator_is_that_of_the_odd_coset() {
    for bits in 0..=MAX_DOMAIN_BITS {
        let generator = odd_coset_generator(bits);
        assert_eq!(generator.pow([1u64 << bits]), -Fr::ONE);
        let domain = Radix2EvaluationDomain::<Fr>::new(1 << bits.min(10)).unwrap();
        if bits <= 10 {
            assert_eq!(generator.square(), domain.group_gen());
        }
    }
}

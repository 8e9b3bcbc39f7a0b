use ark_bn254::{Bn254, Fq12, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::pairing::{MillerLoopOutput, Pairing, PairingOutput};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Field, UniformRand};
use ark_std::rand::Rng;
use ark_std::test_rng;

use super::Pairings;
use crate::path::Path;

fn paths() -> Vec<Pairings> {
    if Path::ifma().is_none() {
        eprintln!("skipped: no AVX512-IFMA");
    }
    Path::all().into_iter().map(Pairings::new).collect()
}

fn pairs(count: usize) -> Vec<(G1Affine, G2Affine)> {
    let mut rng = test_rng();
    (0..count).map(|_| (G1Affine::rand(&mut rng), G2Affine::rand(&mut rng))).collect()
}

fn pairing(value: Fq12) -> PairingOutput<Bn254> {
    Bn254::final_exponentiation(MillerLoopOutput(value)).expect("a Miller loop is not zero")
}

fn expected(pairs: &[(G1Affine, G2Affine)]) -> PairingOutput<Bn254> {
    let (p, q): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
    Bn254::multi_pairing(p, q)
}

#[test]
fn products_of_pairings_are_those_of_arkworks() {
    for path in paths() {
        for count in [0, 1, 2, 7, 8, 9, 15, 16, 17, 33] {
            let pairs = pairs(count);
            assert_eq!(pairing(path.miller_loops(&pairs)), expected(&pairs), "{path:?}, {count} pairs");
        }
    }
}

#[test]
fn pairs_with_infinity_count_as_one() {
    for path in paths() {
        let mut pairs = pairs(10);
        let finite = [&pairs[..2], &pairs[3..8], &pairs[9..]].concat();
        pairs[2].0 = G1Affine::zero();
        pairs[8].1 = G2Affine::zero();
        assert_eq!(pairing(path.miller_loops(&pairs)), expected(&finite), "{path:?}");
        assert_eq!(path.miller_loops(&[(G1Affine::zero(), G2Affine::zero())]), Fq12::ONE);
    }
}

#[test]
fn pairings_are_bilinear_and_opposites_cancel() {
    let mut rng = test_rng();
    for path in paths() {
        let (p, q) = pairs(1)[0];
        let (a, b) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
        let (ap, bq) = ((p * a).into_affine(), (q * b).into_affine());
        let abp = (p * (a * b)).into_affine();
        assert_eq!(pairing(path.miller_loops(&[(ap, bq), (-abp, q)])), PairingOutput::ZERO, "{path:?}");
        let all = [(p, q), (-p, q), (p, -q), (-p, -q)];
        assert_eq!(pairing(path.miller_loops(&all)), PairingOutput::ZERO, "{path:?}");
        // The same pair in every lane, and generators, which stand in lanes without a pair.
        let generators = (G1Affine::generator(), G2Affine::generator());
        for pair in [(p, q), generators] {
            assert_eq!(pairing(path.miller_loops(&[pair; 16])), expected(&[pair; 16]), "{path:?}");
        }
    }
}

#[test]
fn coordinates_at_their_edges_pair_as_others() {
    // Small multiples of the generators, whose coordinates are short, and their negatives, whose are long.
    for path in paths() {
        let small = |k: u64| {
            let p = (G1Affine::generator() * Fr::from(k)).into_affine();
            let q = (G2Affine::generator() * Fr::from(k)).into_affine();
            (p, q)
        };
        let mut pairs: Vec<_> = (1..=12).map(small).collect();
        let negative: Vec<_> = pairs.iter().map(|(p, q)| (-*p, *q)).collect();
        pairs.extend(&negative[..5]);
        pairs.push((-pairs[0].0, -pairs[0].1));
        assert_eq!(pairing(path.miller_loops(&pairs)), expected(&pairs), "{path:?}");
    }
}

#[test]
fn multiples_are_those_of_arkworks() {
    let mut rng = test_rng();
    for path in paths() {
        let mut scalars: Vec<u128> =
            vec![0, 1, 2, 3, 4, 7, 8, u128::MAX, u128::MAX - 1, 1 << 127, (1 << 127) - 1];
        scalars.extend([u128::from(u64::MAX), 1 << 64, 0x5555_5555_5555_5555_5555_5555_5555_5555]);
        scalars.extend((0..50).map(|_| rng.r#gen::<u128>() >> rng.gen_range(0..128)));
        for count in [0, 1, 7, 8, 9, scalars.len()] {
            let mut terms: Vec<_> =
                scalars[..count].iter().map(|scalar| (G1Affine::rand(&mut rng), *scalar)).collect();
            terms.extend([(G1Affine::zero(), 5), (G1Affine::generator(), 77)]);
            let expected: Vec<G1Projective> =
                terms.iter().map(|(point, scalar)| *point * Fr::from(*scalar)).collect();
            let got: Vec<G1Projective> = path.multiples(&terms).iter().map(|point| (*point).into()).collect();
            assert_eq!(got, expected, "{path:?}, {count} terms");
        }
    }
}

use ark_bn254::*;
use ark_ec::*;
use ark_ff::*;
use solvency_kernels::msm::*;
use solvency_kernels::*;

#[test]
fn quick() {
    let mut rng = ark_std::test_rng();
    for path in Path::all() {
        let mut m = Multiplier::new(path);
        for n in [0usize, 1, 2, 7, 8, 9, 100, 1000, 3000] {
            let pts: Vec<G1Affine> = G1Projective::normalize_batch(
                &(0..n).map(|_| G1Projective::rand(&mut rng)).collect::<Vec<_>>(),
            );
            let p2: Vec<G2Affine> = G2Projective::normalize_batch(
                &(0..n).map(|_| G2Projective::rand(&mut rng)).collect::<Vec<_>>(),
            );
            let sc: Vec<Fr> = (0..n).map(|_| Fr::rand(&mut rng)).collect();
            let ints: Vec<[u64; 4]> = sc.iter().map(|s| s.into_bigint().0).collect();
            let exp = G1Projective::msm(&pts, &sc).unwrap();
            let exp2 = G2Projective::msm(&p2, &sc).unwrap();
            let pk: Vec<PackedG1> = pts.iter().map(|p| PackedG1::pack(p).unwrap()).collect();
            let pk2: Vec<PackedG2> = p2.iter().map(|p| PackedG2::pack(p).unwrap()).collect();
            let all: Vec<u32> = (0..n as u32).collect();
            assert_eq!(
                m.sum_g1(&pk, &all),
                pts.iter().map(|p| p.into_group()).sum::<G1Projective>(),
                "sum {n} {path}"
            );
            assert_eq!(m.sum_g2(&pk2, &all), p2.iter().map(|p| p.into_group()).sum::<G2Projective>());
            for (w, l) in [(4, 1), (7, 1), (8, 2), (10, 3), (11, 4), (13, 20), (16, 16)] {
                let t = with_levels(&pk, w, l);
                assert_eq!(m.multiply_g1(&Bases::new(&t, w, l).unwrap(), &ints), exp, "{n} {w} {l} {path}");
                let t = with_levels(&pk2, w, l);
                assert_eq!(m.multiply_g2(&Bases::new(&t, w, l).unwrap(), &ints), exp2, "{n} {w} {l} {path}");
            }
        }
    }
}

//! Products of pairings whose Miller loops share their squarings.
//!
//! Source: Granger and Smart, "On computing products of pairings", IACR ePrint 2006/172. Lines and their coefficients are
//! arkworks'.

use alloc::vec::Vec;

use ark_bn254::{Bn254, Config, Fq2, Fq12, G1Affine};
use ark_ec::{
    AffineRepr,
    bn::BnConfig,
    pairing::{MillerLoopOutput, Pairing, PairingOutput},
};
use ark_ff::Field;

pub(super) type G2Prepared = <Bn254 as Pairing>::G2Prepared;

/// A point of G1 with the lines that are still to be evaluated at it.
struct Pair<'a> {
    point: G1Affine,
    lines: core::slice::Iter<'a, (Fq2, Fq2, Fq2)>,
}

/// `Π e(P, Q)`. One more pair costs its lines, but no squaring; arkworks shares them among four at most.
///
/// Answers nothing where the product is none, or where lines are missing: callers take that for a rejection.
pub(super) fn product_of_pairings<'a>(
    pairs: impl IntoIterator<Item = (G1Affine, &'a G2Prepared)>,
) -> Option<PairingOutput<Bn254>> {
    const { assert!(!Config::X_IS_NEGATIVE) };
    // A pair with infinity has the pairing one.
    let pairs = pairs.into_iter().filter(|(p, q)| !p.is_zero() && !q.infinity);
    let mut pairs: Vec<Pair<'_>> =
        pairs.map(|(point, q)| Pair { point, lines: q.ell_coeffs.iter() }).collect();
    let mut f = Fq12::ONE;
    let digits = Config::ATE_LOOP_COUNT.iter().rev().skip(1);
    for (step, digit) in digits.enumerate() {
        if step > 0 {
            f.square_in_place();
        }
        evaluate_lines(&mut f, &mut pairs)?;
        if *digit != 0 {
            evaluate_lines(&mut f, &mut pairs)?;
        }
    }
    // Those through the images of Q under Frobenius.
    evaluate_lines(&mut f, &mut pairs)?;
    evaluate_lines(&mut f, &mut pairs)?;
    Bn254::final_exponentiation(MillerLoopOutput(f))
}

/// Multiplies by the next line of every pair, evaluated at its point.
fn evaluate_lines(f: &mut Fq12, pairs: &mut [Pair<'_>]) -> Option<()> {
    for Pair { point, lines } in pairs {
        let (mut c0, mut c3, c4) = *lines.next()?;
        c0.mul_assign_by_fp(&point.y);
        c3.mul_assign_by_fp(&point.x);
        f.mul_by_034(&c0, &c3, &c4);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use ark_bn254::G2Affine;
    use ark_ff::UniformRand;
    use ark_std::test_rng;

    use super::*;

    #[test]
    fn products_are_those_of_arkworks() {
        let mut rng = test_rng();
        for count in [0usize, 1, 2, 3, 4, 5, 9] {
            let mut p: Vec<G1Affine> = (0..count).map(|_| G1Affine::rand(&mut rng)).collect();
            let mut q: Vec<G2Affine> = (0..count).map(|_| G2Affine::rand(&mut rng)).collect();
            let expected = Bn254::multi_pairing(&p, &q);
            // Pairs with infinity change nothing.
            p.extend([G1Affine::zero(), G1Affine::rand(&mut rng)]);
            q.extend([G2Affine::rand(&mut rng), G2Affine::zero()]);
            let prepared: Vec<G2Prepared> = q.iter().map(|q| (*q).into()).collect();
            assert_eq!(product_of_pairings(p.into_iter().zip(&prepared)), Some(expected), "{count} pairs");
        }
    }

    #[test]
    fn missing_lines_have_no_product() {
        let mut rng = test_rng();
        let mut prepared: G2Prepared = G2Affine::rand(&mut rng).into();
        let p = G1Affine::rand(&mut rng);
        assert!(product_of_pairings([(p, &prepared)]).is_some());
        prepared.ell_coeffs.pop();
        assert!(product_of_pairings([(p, &prepared)]).is_none());
    }
}

//! Whether points of the curve are in the subgroup of order r: many at once.
//!
//! The curve of G2 has `h·r` points. A point outside of the subgroup has a part whose order is a prime factor of h, of which [`SMALLEST_FACTOR`] is the smallest. With scalars drawn from
//! `0..2^12`, which are different modulo each of these primes, the sum of multiples of points loses that part with a probability of at most 2^−12, whatever the other points
//! are; eleven independent sums all lose it with at most 2^−132. So eleven sums are checked instead of each point. Small scalars make a sum cheap: an addition a point.
//!
//! Source: Bellare, Garay, Rabin, "Fast batch verification for modular exponentiation and digital signatures", EUROCRYPT 1998, section 3 (random subsets), with larger scalars
//! for a group without small factors.

use ark_ec::CurveGroup;
use rayon::prelude::*;
use solvency_kernels::Path;

use crate::error::{CeremonyError, PointError, Refusal};
use crate::format::Encoded;
use crate::points::sum_of_multiples;
use crate::randomness::words;

/// Smallest prime factor of the number of points of the curve of G2 over r.
const SMALLEST_FACTOR: u64 = 10_069;
const SCALAR_BITS: u32 = 12;
const SUMS: usize = 11;
const _: () = assert!(1 << SCALAR_BITS <= SMALLEST_FACTOR);
/// So many points are checked one by one.
const FEW: usize = 64;

/// Points in the subgroup of order r; `place` and `first` name the first point in an error.
pub(crate) fn check_subgroup<P: Encoded>(
    points: &[P],
    place: &'static str,
    first: u64,
) -> Result<(), CeremonyError> {
    if P::HAS_COFACTOR && points.len() > FEW && all_together(points)? {
        return Ok(());
    }
    let outside = points.par_iter().position_first(|point| !point.is_in_subgroup());
    match outside {
        Some(index) => {
            let index = first + index as u64;
            Err(Refusal::Point { place, index, error: PointError::NotInSubgroup }.into())
        }
        None => Ok(()),
    }
}

/// A point in the subgroup of order r.
pub(crate) fn check_one<P: Encoded>(point: &P, place: &'static str, index: u64) -> Result<(), Refusal> {
    if point.is_in_subgroup() {
        Ok(())
    } else {
        Err(Refusal::Point { place, index, error: PointError::NotInSubgroup })
    }
}

fn all_together<P: Encoded>(points: &[P]) -> Result<bool, CeremonyError> {
    let path = Path::chosen()?;
    for _ in 0..SUMS {
        let scalars: Vec<[u64; 4]> =
            words(points.len())?.into_iter().map(|word| [word >> (64 - SCALAR_BITS), 0, 0, 0]).collect();
        if !sum_of_multiples(path, points, &scalars).into_affine().is_in_subgroup() {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::{Fq2, Fr, G2Affine, g2};
    use ark_ec::{AffineRepr, CurveConfig};
    use ark_ff::{AdditiveGroup, BitIteratorBE, Field, PrimeField};

    /// The cofactor over a small number: quotient and rest, the highest limb last.
    fn divided(divisor: u64) -> (Vec<u64>, u64) {
        let mut rest = 0u128;
        let mut quotient = g2::Config::COFACTOR.to_vec();
        for limb in quotient.iter_mut().rev() {
            let part = rest << 64 | u128::from(*limb);
            *limb = (part / u128::from(divisor)) as u64;
            rest = part % u128::from(divisor);
        }
        (quotient, rest as u64)
    }

    #[test]
    fn no_smaller_number_divides_the_cofactor() {
        assert_eq!(divided(SMALLEST_FACTOR).1, 0);
        assert!((2..SMALLEST_FACTOR).all(|divisor| divided(divisor).1 != 0));
    }

    fn inside(count: u64) -> Vec<G2Affine> {
        let points: Vec<_> = (1..=count).map(|factor| G2Affine::generator() * Fr::from(factor)).collect();
        CurveGroup::normalize_batch(&points)
    }

    /// A point whose order is the smallest factor: the one that is most easily missed.
    fn of_smallest_order() -> G2Affine {
        let (others, _) = divided(SMALLEST_FACTOR);
        let mut x = Fq2::ONE;
        loop {
            if let Some(point) = G2Affine::get_point_from_x_unchecked(x, false) {
                let small = multiple(&multiple(&point, &Fr::MODULUS.0), &others);
                if !small.is_zero() {
                    return small;
                }
            }
            x += Fq2::ONE;
        }
    }

    /// By doubling and adding.
    fn multiple(point: &G2Affine, factor: &[u64]) -> G2Affine {
        let mut sum = G2Affine::zero().into_group();
        for bit in BitIteratorBE::new(factor) {
            sum.double_in_place();
            if bit {
                sum += point;
            }
        }
        sum.into_affine()
    }

    #[test]
    fn one_point_outside_is_found_among_many_wherever_it_is() {
        let small = of_smallest_order();
        assert!(!small.is_in_correct_subgroup_assuming_on_curve());
        for count in [1, FEW as u64, FEW as u64 + 1, 300] {
            let honest = inside(count);
            assert!(check_subgroup(&honest, "here", 0).is_ok());
            for place in [0, count as usize / 2, count as usize - 1] {
                let mut points = honest.clone();
                points[place] = (points[place] + small).into_affine();
                match check_subgroup(&points, "here", 5) {
                    Err(CeremonyError::Refused(Refusal::Point { index, error, .. })) => {
                        assert_eq!((index, error), (5 + place as u64, PointError::NotInSubgroup));
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    /// Two points whose parts outside cancel each other in a sum without scalars.
    #[test]
    fn parts_that_cancel_are_found() {
        let small = of_smallest_order();
        let mut points = inside(200);
        points[3] = (points[3] + small).into_affine();
        points[77] = (points[77] - small).into_affine();
        assert!(check_subgroup(&points, "here", 0).is_err());
    }
}

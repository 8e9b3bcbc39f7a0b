//! The sums of a proof in arkworks' arithmetic.

use ark_bn254::Fr;
use ark_ec::VariableBaseMSM;
use ark_ff::AdditiveGroup;
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use solvency_kernels::PackedPoint;
use solvency_kernels::fft::odd_coset_generator;
use zeroize::Zeroizing;

use super::columns::{Columns, Points, Wires};
use super::engine::Results;
use super::rows::Evaluations;

pub(super) fn sums(columns: &Columns, wires: &[Fr], evaluations: Evaluations) -> Results {
    let products = products_on_coset(&evaluations);
    let count = columns.quotient.count();
    let quotient = sum(&columns.quotient.points[..count], &products[..count]);
    Results {
        a: over_wires(&columns.a_wires, &columns.a, wires),
        b_first: over_wires(&columns.b_wires, &columns.b_first, wires),
        b_second: over_wires(&columns.b_wires, &columns.b_second, wires),
        l_and_quotient: over_wires(&columns.l_wires, &columns.l, wires) + quotient,
    }
}

fn products_on_coset(evaluations: &Evaluations) -> Zeroizing<Vec<Fr>> {
    let size = evaluations.a.len();
    let generator = odd_coset_generator(size.trailing_zeros());
    let domain = Radix2EvaluationDomain::<Fr>::new(size).expect("a key's domain is one of the field's");
    let coset = domain.get_coset(generator).expect("the generator is not zero");
    let on_coset = |values: &[Fr]| Zeroizing::new(coset.fft(&Zeroizing::new(domain.ifft(values))));
    let mut products = on_coset(&evaluations.a);
    for (product, b) in products.iter_mut().zip(on_coset(&evaluations.b).iter()) {
        *product *= b;
    }
    products
}

fn over_wires<P: PackedPoint>(of: &Wires, points: &Points<P>, wires: &[Fr]) -> P::Projective
where
    P::Projective: VariableBaseMSM<MulBase = P::Affine>,
{
    let values = |of: &[u32]| -> Zeroizing<Vec<Fr>> {
        Zeroizing::new(of.iter().map(|wire| wires[*wire as usize]).collect())
    };
    let full = &points.full.points[..points.full.count()];
    sum(&points.boolean, &values(&of.boolean)) + sum(full, &values(&of.full))
}

fn sum<P: PackedPoint>(points: &[P], scalars: &[Fr]) -> P::Projective
where
    P::Projective: VariableBaseMSM<MulBase = P::Affine>,
{
    let points: Vec<P::Affine> = points.iter().map(P::unpack).collect();
    if points.is_empty() { P::Projective::ZERO } else { P::Projective::msm_unchecked(&points, scalars) }
}

//! Points as other tools keep them: by wire, with nothing of the quotient in L.
//!
//! This prover's L has `Z(τ)/(2δ)·C_i(τ)` in it ([`super::columns`]). It follows from the points of the quotient: on the odd coset, whose elements are `x_m = g·ω^m` and where `Z = −2`,
//! `Z(τ)/(2δ)·L_j(τ) = −Σ_m L_j(x_m)·H_m` for the Lagrange basis L_j of the domain and the points H_m of the quotient, since both sides are the one
//! polynomial of degree below 2n that vanishes on the domain and is `−L_j` on the coset. With `L_j(x_m) = 1/n·Σ_k ω^(−jk)·g^k·ω^(mk)` these
//! sums are a transform, a scaling and an inverse transform of points.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use rayon::prelude::*;
use solvency_kernels::batch::{Combinations, combinations, odd_coset_to_domain};
use solvency_kernels::{PackedPoint, Path};

use super::columns::{ByWire, Columns, Points, Wires};
use super::rows::Rows;

/// The points of a proving key by wire, infinities included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainPoints {
    /// β in the first group.
    pub beta: G1Affine,
    /// δ in the first group.
    pub delta: G1Affine,
    /// `A_i(τ)` of each wire.
    pub a: Vec<G1Affine>,
    /// `B_i(τ)` of each wire.
    pub b_first: Vec<G1Affine>,
    /// The same in the second group.
    pub b_second: Vec<G2Affine>,
    /// `(β·A_i + α·B_i + C_i)/δ` of each wire that is neither the one nor public.
    pub l: Vec<G1Affine>,
    /// The odd places of the Lagrange basis of twice the domain, over δ.
    pub quotient: Vec<G1Affine>,
}

impl PlainPoints {
    /// Whether there are as many points as rows ask for.
    pub(crate) fn fits(&self, rows: &Rows) -> bool {
        let by_wire = [self.a.len(), self.b_first.len(), self.b_second.len()];
        by_wire.iter().all(|count| *count == rows.wires())
            && self.l.len() + rows.public_inputs() + 1 == rows.wires()
            && self.quotient.len() == rows.domain()
    }

    /// Lays the points out for this prover. None where they don't fit the rows, or a point of the quotient is infinity.
    pub(crate) fn columns(
        self,
        path: Path,
        rows: &Rows,
        boolean_wires: &[usize],
        levels: usize,
    ) -> Option<Columns> {
        if !self.fits(rows) || self.quotient.iter().any(AffineRepr::is_zero) {
            return None;
        }
        let of_c = quotient_of_c(path, rows, &self.quotient)?;
        let public = std::iter::repeat_n(G1Affine::zero(), rows.public_inputs() + 1);
        let own = public.chain(self.l);
        let l: Vec<G1Projective> = own.zip(&of_c).map(|(own, of_c)| own + of_c).collect();
        let points = ByWire {
            beta: self.beta,
            delta: self.delta,
            a: self.a,
            b_first: self.b_first,
            b_second: self.b_second,
            l: G1Projective::normalize_batch(&l),
            quotient: self.quotient,
        };
        Some(Columns::of(&points, boolean_wires, levels))
    }

    /// The points of this prover's layout.
    pub(crate) fn of(path: Path, rows: &Rows, columns: &Columns) -> Option<Self> {
        let quotient = unpacked(&columns.quotient.points[..columns.quotient.count()]);
        let of_c = quotient_of_c(path, rows, &quotient)?;
        let l: Vec<G1Projective> = by_wire(&columns.l_wires, &columns.l, rows.wires())
            .iter()
            .zip(&of_c)
            .skip(rows.public_inputs() + 1)
            .map(|(both, of_c)| both.into_group() - of_c)
            .collect();
        Some(Self {
            beta: columns.beta,
            delta: columns.delta,
            a: by_wire(&columns.a_wires, &columns.a, rows.wires()),
            b_first: by_wire(&columns.b_wires, &columns.b_first, rows.wires()),
            b_second: by_wire(&columns.b_wires, &columns.b_second, rows.wires()),
            l: G1Projective::normalize_batch(&l),
            quotient,
        })
    }
}

/// `Z(τ)/(2δ)·C_i(τ)` for each wire.
fn quotient_of_c(path: Path, rows: &Rows, quotient: &[G1Affine]) -> Option<Vec<G1Affine>> {
    let basis = odd_coset_to_domain(path, quotient, &-Fr::ONE);
    let (starts, terms) = rows.columns_of_c();
    let of_wires = Combinations::new(basis.len(), &starts, &terms, rows.coefficients()).ok()?;
    Some(combinations(path, &basis, &of_wires))
}

fn unpacked<P: PackedPoint>(points: &[P]) -> Vec<P::Affine> {
    points.par_iter().with_min_len(1 << 10).map(P::unpack).collect()
}

/// The points of a sum, by wire.
fn by_wire<P: PackedPoint>(wires: &Wires, points: &Points<P>, count: usize) -> Vec<P::Affine> {
    let mut out = vec![P::Affine::zero(); count];
    let full = &points.full.points[..points.full.count()];
    for (wires, points) in [(&wires.boolean, &*points.boolean), (&wires.full, full)] {
        wires.iter().zip(unpacked(points)).for_each(|(wire, point)| out[*wire as usize] = point);
    }
    out
}

//! A proving key's points in the layout that the sums want.
//!
//! # Layout
//!
//! Wires whose point is infinity are left out. Wires that are 0 or 1 by construction (never by looking at a witness) are kept
//! apart: their points are added or not, never multiplied. The quotient's points are in the Lagrange basis of the odd coset.
//!
//! # The quotient with four transforms
//!
//! Groth16 needs `Q(τ)·Z(τ)/δ` for `A·B − C = Q·Z`, with `Z = X^n − 1`. On the odd coset, where `X^n = −1` and so `Z = −2`,
//! let `P` be the polynomial of degree below `n` with `P = A·B`. Modulo `X^n + 1`, `A·B = Q·Z + C` becomes `P = −2·Q + C`, and
//! since both sides have degrees below `n` they are equal. So `Q(τ)·Z(τ)/δ = −Z(τ)/(2δ)·P(τ) + Z(τ)/(2δ)·C(τ)`: the first term
//! is a sum over the coset with points `−Z(τ)/(2δ)·ℓ_j(τ)`, and the second is linear in the wires, so that `Z(τ)/(2δ)·C_i(τ)` is
//! added to the point of each wire in L. C is never transformed: two inverse transforms and two on the coset are left of seven.
//! The verifying key is the same, and so is the proof that comes out for the same blinding.

use ark_bn254::{Bn254, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use solvency_kernels::msm::{Bases, BasesError, best_window, sets, with_levels};
use solvency_kernels::{PackedG1, PackedG2, PackedPoint};

use super::storage::Array;

/// The wires of a sum: by construction 0 or 1, or any.
#[derive(Clone)]
pub(crate) struct Wires {
    pub(super) boolean: Array<u32>,
    pub(super) full: Array<u32>,
}

/// The points of a sum over wires: of those that are 0 or 1, and of the others with their levels.
#[derive(Clone)]
pub(crate) struct Points<P: PackedPoint> {
    pub(super) boolean: Array<P>,
    pub(super) full: Levels<P>,
}

/// Points with their multiples by powers of two ([`with_levels`]).
#[derive(Clone)]
pub(crate) struct Levels<P: PackedPoint> {
    pub(super) points: Array<P>,
    pub(super) window: usize,
    pub(super) levels: usize,
}

/// All points of a proving key but those of its verifying key.
#[derive(Clone)]
pub(crate) struct Columns {
    pub(super) beta: G1Affine,
    pub(super) delta: G1Affine,
    pub(super) a_wires: Wires,
    pub(super) a: Points<PackedG1>,
    /// Of B in both groups.
    pub(super) b_wires: Wires,
    pub(super) b_first: Points<PackedG1>,
    pub(super) b_second: Points<PackedG2>,
    pub(super) l_wires: Wires,
    pub(super) l: Points<PackedG1>,
    /// `−Z(τ)/(2δ)·ℓ_j(τ)` for each element of the odd coset.
    pub(super) quotient: Levels<PackedG1>,
}

/// More are not made.
const MAX_LEVELS: usize = 32;

impl<P: PackedPoint> Levels<P> {
    /// Levels of points: at most so many.
    pub(super) fn new(points: Vec<P>, levels: usize) -> Self {
        // More levels than there are digits to share them gain nothing, and would ask for small windows.
        let additions = |levels: usize| {
            let window = best_window(points.len(), levels);
            sets(window, 1) * points.len() + (sets(window, levels) << (window - 1))
        };
        let levels = (1..=levels.clamp(1, MAX_LEVELS)).min_by_key(|levels| additions(*levels)).unwrap_or(1);
        let window = best_window(points.len(), levels);
        let points = if levels == 1 { points } else { with_levels(&points, window, levels) };
        Self { points: points.into(), window, levels }
    }

    /// The bases of the sum.
    pub(super) fn bases(&self) -> Result<Bases<'_, P>, BasesError> {
        Bases::new(&self.points, self.window, self.levels)
    }

    /// Number of points, levels not counted.
    pub(super) fn count(&self) -> usize {
        self.points.len() / self.levels
    }
}

impl Wires {
    /// Those of the wires whose point is not infinity.
    fn of<A: AffineRepr>(points: &[A], is_boolean: &[bool]) -> Self {
        let (mut boolean, mut full) = (Vec::new(), Vec::new());
        for (wire, (point, is_boolean)) in points.iter().zip(is_boolean).enumerate() {
            if !point.is_zero() {
                if *is_boolean { &mut boolean } else { &mut full }.push(wire as u32);
            }
        }
        Self { boolean: boolean.into(), full: full.into() }
    }
}

impl<P: PackedPoint> Points<P> {
    fn of(wires: &Wires, points: &[P::Affine], levels: usize) -> Self {
        // None is infinity, or its wire would not be in the list.
        let pick = |wires: &[u32]| -> Vec<P> {
            wires.iter().filter_map(|wire| P::pack(&points[*wire as usize])).collect()
        };
        Self { boolean: pick(&wires.boolean).into(), full: Levels::new(pick(&wires.full), levels) }
    }
}

/// A proving key's points by wire, infinities included.
pub(super) struct ByWire {
    pub(super) beta: G1Affine,
    pub(super) delta: G1Affine,
    pub(super) a: Vec<G1Affine>,
    pub(super) b_first: Vec<G1Affine>,
    pub(super) b_second: Vec<G2Affine>,
    /// With `Z(τ)/(2δ)·C_i(τ)` added, and for the public wires that alone.
    pub(super) l: Vec<G1Affine>,
    pub(super) quotient: Vec<G1Affine>,
}

impl Columns {
    /// Lays points out. `boolean_wires` are 0 or 1 in every assignment that satisfies the rows.
    pub(super) fn of(points: &ByWire, boolean_wires: &[usize], levels: usize) -> Self {
        let mut is_boolean = vec![false; points.a.len()];
        boolean_wires.iter().for_each(|wire| is_boolean[*wire] = true);
        let a_wires = Wires::of(&points.a, &is_boolean);
        let b_wires = Wires::of(&points.b_second, &is_boolean);
        let l_wires = Wires::of(&points.l, &is_boolean);
        let quotient =
            points.quotient.iter().map(|point| PackedG1::pack(point).unwrap_or_default()).collect();
        Self {
            beta: points.beta,
            delta: points.delta,
            a: Points::of(&a_wires, &points.a, levels),
            b_first: Points::of(&b_wires, &points.b_first, levels),
            b_second: Points::of(&b_wires, &points.b_second, levels),
            l: Points::of(&l_wires, &points.l, levels),
            a_wires,
            b_wires,
            l_wires,
            quotient: Levels::new(quotient, levels),
        }
    }

    /// Bytes of all points, in memory or in a mapped file.
    pub(crate) fn point_bytes(&self) -> u64 {
        let first = [&self.a, &self.b_first, &self.l];
        let first: usize = first.iter().map(|points| points.boolean.len() + points.full.points.len()).sum();
        let second = self.b_second.boolean.len() + self.b_second.full.points.len();
        ((first + self.quotient.points.len()) * size_of::<PackedG1>() + second * size_of::<PackedG2>()) as u64
    }
}

/// What comes out of a proof's sums: a proof in arkworks' form.
pub(crate) type RawProof = ark_groth16::Proof<Bn254>;

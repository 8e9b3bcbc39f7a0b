//! The partial rounds in coordinates in which the lanes without an S-box stand still.
//!
//! Write the MDS matrix as `[[m, w], [v, N]]`, the lanes at the start of partial round `r`, after its constants, as
//! `(x_r, l_r)`, and `y_r = x_r^5`. Then
//!
//! ```text
//! x_{r+1} = m·y_r + w·l_r + constant        l_{r+1} = v·y_r + N·l_r + constants
//! ```
//!
//! With `l_r = N^r·u_r + f_r`, where `f_r` is what the constants alone come to,
//!
//! ```text
//! x_{r+1} = m·y_r + a_r·u_r + k_r           u_{r+1} = u_r + b_r·y_r
//! a_r = w·N^r        b_r = N^{-(r+1)}·v     k_r = constant + w·f_r
//! ```
//!
//! so that a round takes `2(t − 1) + 1` multiplications and not `t²`, and `u` is easily followed backwards too.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use solvency_verifier::poseidon::{FULL_ROUNDS, Parameters};

use super::matrix::{self, Matrix, dot};

/// Constants of one partial round.
pub(super) struct Round {
    pub(super) a: Vec<Fr>,
    pub(super) b: Vec<Fr>,
    pub(super) k: Fr,
}

/// Constants of the partial rounds of one width.
pub(super) struct PartialRounds {
    pub(super) rounds: Vec<Round>,
    /// `m`.
    pub(super) corner: Fr,
    /// `m − w·N^{-1}·v = m − a_r·b_r` for every r; not zero, since the MDS matrix is invertible.
    pub(super) schur: Fr,
    /// `N^R`: takes `u` at the end to the lanes, up to their constants.
    pub(super) exit: Matrix,
    /// `f_R`.
    pub(super) exit_constants: Vec<Fr>,
}

impl PartialRounds {
    pub(super) fn new(parameters: &Parameters) -> Self {
        let first = FULL_ROUNDS / 2;
        let corner = parameters.matrix[0][0];
        let w = parameters.matrix[0][1..].to_vec();
        let v: Vec<Fr> = parameters.matrix[1..].iter().map(|row| row[0]).collect();
        let n: Matrix = parameters.matrix[1..].iter().map(|row| row[1..].to_vec()).collect();
        let n_inverse = matrix::inverse(&n);

        let (mut a, mut b, mut f) = (w.clone(), v, vec![Fr::ZERO; w.len()]);
        let mut rounds = Vec::with_capacity(parameters.partial_rounds);
        for round in 0..parameters.partial_rounds {
            let next = &parameters.round_constants[first + round + 1];
            b = matrix::times_vector(&n_inverse, &b);
            rounds.push(Round { a: a.clone(), b: b.clone(), k: next[0] + dot(&w, &f) });
            a = matrix::vector_times(&a, &n);
            f = matrix::times_vector(&n, &f)
                .iter()
                .zip(&next[1..])
                .map(|(f, constant)| *f + constant)
                .collect();
        }
        let schur = corner - dot(&rounds[0].a, &rounds[0].b);
        Self { rounds, corner, schur, exit: matrix::power(&n, parameters.partial_rounds), exit_constants: f }
    }
}

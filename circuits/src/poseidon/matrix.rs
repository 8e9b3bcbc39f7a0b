//! Small dense matrices over the field, for constants of the permutation only.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

pub(super) type Matrix = Vec<Vec<Fr>>;

pub(super) fn dot(a: &[Fr], b: &[Fr]) -> Fr {
    // Three products are reduced at once: more of them would not fit below 2^256.
    let ((threes_of_a, rest_of_a), (threes_of_b, rest_of_b)) = (a.as_chunks::<3>(), b.as_chunks::<3>());
    let mut sum: Fr = rest_of_a.iter().zip(rest_of_b).map(|(a, b)| *a * b).sum();
    for (a, b) in threes_of_a.iter().zip(threes_of_b) {
        sum += Fr::sum_of_products(a, b);
    }
    sum
}

pub(super) fn times_vector(matrix: &[Vec<Fr>], vector: &[Fr]) -> Vec<Fr> {
    matrix.iter().map(|row| dot(row, vector)).collect()
}

pub(super) fn vector_times(vector: &[Fr], matrix: &[Vec<Fr>]) -> Vec<Fr> {
    let column =
        |index: usize| vector.iter().zip(matrix).fold(Fr::ZERO, |sum, (v, row)| sum + *v * row[index]);
    (0..vector.len()).map(column).collect()
}

pub(super) fn product(a: &[Vec<Fr>], b: &[Vec<Fr>]) -> Matrix {
    a.iter().map(|row| vector_times(row, b)).collect()
}

fn identity(size: usize) -> Matrix {
    (0..size).map(|row| (0..size).map(|column| Fr::from(row == column)).collect()).collect()
}

pub(super) fn power(matrix: &[Vec<Fr>], exponent: usize) -> Matrix {
    let mut result = identity(matrix.len());
    for bit in (0..usize::BITS - exponent.leading_zeros()).rev() {
        result = product(&result, &result);
        if exponent >> bit & 1 == 1 {
            result = product(&result, matrix);
        }
    }
    result
}

/// Gauss–Jordan elimination.
///
/// # Panics
/// Where the matrix is singular: minors of the permutation's MDS matrices never are, and all widths are tested.
pub(super) fn inverse(matrix: &[Vec<Fr>]) -> Matrix {
    let size = matrix.len();
    let mut left = matrix.to_vec();
    let mut right = identity(size);
    for column in 0..size {
        let pivot = (column..size).find(|row| left[*row][column] != Fr::ZERO).expect("an invertible matrix");
        left.swap(column, pivot);
        right.swap(column, pivot);
        let scale = left[column][column].inverse().expect("the pivot is not zero");
        left[column].iter_mut().chain(&mut right[column]).for_each(|entry| *entry *= scale);
        let (pivot_left, pivot_right) = (left[column].clone(), right[column].clone());
        for row in (0..size).filter(|row| *row != column) {
            let factor = left[row][column];
            subtract_scaled(&mut left[row], &pivot_left, factor);
            subtract_scaled(&mut right[row], &pivot_right, factor);
        }
    }
    right
}

fn subtract_scaled(row: &mut [Fr], other: &[Fr], factor: Fr) {
    for (entry, other) in row.iter_mut().zip(other) {
        *entry -= factor * other;
    }
}

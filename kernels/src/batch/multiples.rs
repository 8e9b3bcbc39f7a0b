//! Multiples of up to a thousand points in lock-step.

use ark_bn254::{Fq, Fr};
use ark_ec::AffineRepr;
use ark_ff::One;
use rayon::prelude::*;
use zeroize::Zeroize;

use super::halves::{DIGITS, LARGEST_DIGIT, SPARSE_DIGITS, WINDOW, digits, halves, sparse_digits};
use super::{PLACES, is_infinity, pack, places_together, unpack};
use crate::additions::{Adder, NONE, Row};
use crate::lanes::{Lanes, NEGATIVE};
use crate::points::PackedPoint;

/// What points are multiplied by.
#[derive(Clone, Copy)]
pub(super) enum Scalars<'a> {
    Each(&'a [Fr]),
    Common(&'a Fr),
}

/// Multiples of any number of points, thread by thread.
pub(super) fn batch_multiples<L: Lanes>(
    token: L::Token,
    beta: &Fq,
    points: &[<L::Point as PackedPoint>::Affine],
    scalars: Scalars<'_>,
) -> Vec<<L::Point as PackedPoint>::Affine> {
    let mut out = vec![AffineRepr::zero(); points.len()];
    let together = places_together(points.len());
    out.par_chunks_mut(together).zip(points.par_chunks(together)).enumerate().for_each_init(
        || (Workspace::<L>::new(token, *beta), Vec::new()),
        |(workspace, packed), (chunk, (out, points))| {
            packed.clear();
            packed.extend(points.iter().map(pack::<L>));
            match scalars {
                Scalars::Common(scalar) => workspace.multiply_all(packed, scalar),
                Scalars::Each(scalars) => {
                    workspace.multiply_each(packed, &scalars[chunk * together..][..points.len()]);
                }
            }
            for (out, packed) in out.iter_mut().zip(packed) {
                *out = unpack::<L>(packed);
            }
        },
    );
    out
}

/// Buffers of one thread for multiples in one group.
pub(super) struct Workspace<L: Lanes> {
    adder: Adder<L>,
    row: Row<L>,
    beta: Fq,
    /// Small multiples of all points, multiple after multiple; behind them, where there are high halves, `λ` times these.
    table: Vec<L::Point>,
    /// What the multiples of the table differ by.
    steps: Vec<L::Point>,
    /// Digit after digit, those of all points side by side, of the low halves and then of the high ones.
    digits: Vec<i8>,
    entries: Vec<u32>,
}

impl<L: Lanes> Drop for Workspace<L> {
    fn drop(&mut self) {
        self.digits.zeroize();
        self.entries.zeroize();
    }
}

impl<L: Lanes> Workspace<L> {
    pub(super) fn new(token: L::Token, beta: Fq) -> Self {
        Self {
            adder: Adder::new(token),
            row: Row::new(),
            beta,
            table: Vec::new(),
            steps: Vec::new(),
            // Never moved, which would leave copies behind.
            digits: Vec::with_capacity(2 * DIGITS * PLACES),
            entries: Vec::with_capacity(PLACES),
        }
    }

    /// Puts `scalar_i·point_i` in the place of each of at most [`PLACES`] points.
    pub(super) fn multiply_each(&mut self, points: &mut [L::Point], scalars: &[Fr]) {
        let Some((first, rest)) = scalars.split_first() else { return };
        if rest.iter().all(|scalar| scalar == first) {
            return self.multiply_all(points, first);
        }
        let count = points.len();
        assert!(count <= PLACES && scalars.len() == count);
        self.digits.clear();
        self.digits.resize(2 * DIGITS * count, 0);
        let (mut top, mut largest, mut high) = (0, 1, false);
        for (place, (point, scalar)) in points.iter().zip(scalars).enumerate() {
            if is_infinity::<L>(point) {
                continue;
            }
            let halves = halves(scalar);
            high |= halves[1] != 0;
            for (half, value) in halves.into_iter().enumerate() {
                for (position, digit) in digits(value).into_iter().enumerate() {
                    if digit != 0 {
                        self.digits[(half * DIGITS + position) * count + place] = digit;
                        top = top.max(position);
                        largest = largest.max(usize::from(digit.unsigned_abs()));
                    }
                }
            }
        }
        debug_assert!(largest <= LARGEST_DIGIT);
        self.tabulate(points, largest, 1, high);
        self.adder.clear(&mut self.row, count);
        for position in (0..=top).rev() {
            if position < top {
                (0..WINDOW).for_each(|_| self.adder.double_row(&mut self.row));
            }
            for half in 0..=usize::from(high) {
                let digits = &self.digits[(half * DIGITS + position) * count..][..count];
                let table = half * largest * count;
                self.entries.clear();
                self.entries.extend(digits.iter().enumerate().map(|(place, digit)| match digit {
                    0 => NONE,
                    digit => {
                        let multiple = usize::from(digit.unsigned_abs()) - 1;
                        let index = (table + multiple * count + place) as u32;
                        if *digit < 0 { index | NEGATIVE } else { index }
                    }
                }));
                self.adder.add_to_row(&mut self.row, &self.table, &self.entries);
            }
        }
        self.adder.write_row(&self.row, None, points);
    }

    /// Puts `scalar·point_i` in the place of each of at most [`PLACES`] points.
    pub(super) fn multiply_all(&mut self, points: &mut [L::Point], scalar: &Fr) {
        let count = points.len();
        assert!(count <= PLACES);
        if scalar.is_one() {
            return;
        }
        let halves = halves(scalar);
        let high = halves[1] != 0;
        let mut digits = halves.map(sparse_digits);
        let all = digits.iter().flatten();
        // Multiples 1, 3, 5, …
        let multiples = all.map(|digit| usize::from(digit.unsigned_abs()).div_ceil(2)).max().unwrap_or(0);
        self.tabulate(points, multiples, 2, high);
        let finite: Vec<bool> = points.iter().map(|point| !is_infinity::<L>(point)).collect();
        self.adder.clear(&mut self.row, count);
        let mut begun = false;
        for position in (0..SPARSE_DIGITS).rev() {
            if begun {
                self.adder.double_row(&mut self.row);
            }
            for (half, digits) in digits.iter().enumerate() {
                let digit = digits[position];
                if digit == 0 {
                    continue;
                }
                begun = true;
                let multiple = usize::from(digit.unsigned_abs()) / 2;
                let first = ((half * multiples + multiple) * count) as u32;
                let sign = if digit < 0 { NEGATIVE } else { 0 };
                self.entries.clear();
                self.entries.extend((first..).zip(&finite).map(
                    |(index, finite)| {
                        if *finite { index | sign } else { NONE }
                    },
                ));
                self.adder.add_to_row(&mut self.row, &self.table, &self.entries);
            }
        }
        digits.zeroize();
        self.adder.write_row(&self.row, None, points);
    }

    /// `low_i + high_i` and `low_i − high_i`, of at most [`PLACES`] each.
    pub(super) fn sums_and_differences(
        &mut self,
        low: &[L::Point],
        high: &[L::Point],
        sums: &mut [L::Point],
        differences: &mut [L::Point],
    ) {
        for (sign, out) in [(0, sums), (NEGATIVE, differences)] {
            self.adder.clear(&mut self.row, low.len());
            for (points, sign) in [(low, 0), (high, sign)] {
                finite_entries::<L>(points, sign, &mut self.entries);
                self.adder.add_to_row(&mut self.row, points, &self.entries);
            }
            self.adder.write_row(&self.row, None, out);
        }
    }

    /// Makes the table: of every point the multiples `1, 1 + step, 1 + 2·step, …`, for a step of 1 or 2. None of a finite
    /// point's is infinity, since no point of either curve has an order below 10,069.
    fn tabulate(&mut self, points: &[L::Point], multiples: usize, step: usize, high: bool) {
        let count = points.len();
        let (adder, row) = (&mut self.adder, &mut self.row);
        finite_entries::<L>(points, 0, &mut self.entries);
        self.table.resize(multiples * if high { 2 } else { 1 } * count, L::Point::default());
        self.steps.clear();
        self.steps.extend_from_slice(points);
        adder.clear(row, count);
        adder.add_to_row(row, points, &self.entries);
        if step == 2 && multiples > 1 {
            adder.double_row(row);
            adder.write_row(row, None, &mut self.steps);
            adder.clear(row, count);
            adder.add_to_row(row, points, &self.entries);
        }
        for multiple in 0..multiples {
            match multiple {
                0 => (),
                1 if step == 1 => adder.double_row(row),
                _ => adder.add_to_row(row, &self.steps, &self.entries),
            }
            adder.write_row(row, None, &mut self.table[multiple * count..][..count]);
            if high {
                let at = (multiples + multiple) * count;
                adder.write_row(row, Some(&self.beta), &mut self.table[at..][..count]);
            }
        }
    }
}

/// An entry for each point, with that sign, but [`NONE`] for infinity.
fn finite_entries<L: Lanes>(points: &[L::Point], sign: u32, entries: &mut Vec<u32>) {
    entries.clear();
    let entry = |(place, point)| if is_infinity::<L>(point) { NONE } else { place | sign };
    entries.extend((0u32..).zip(points).map(entry));
}

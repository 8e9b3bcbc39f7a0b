//! Linear combinations of points, row by row of a sparse matrix.
//!
//! Rows are taken some thousands of terms at a time. In each row the points of one coefficient are summed first, and multiplied
//! once; what is multiplied in lock-step is sorted by the length of the coefficients. Ones and their negatives are not multiplied.

use ark_bn254::{Fq, Fr};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{One, Zero};
use rayon::prelude::*;

use super::halves::halves;
use super::multiples::Workspace;
use super::{PLACES, is_infinity, pack, unpack};
use crate::additions::{Adder, Lists};
use crate::lanes::Lanes;
use crate::points::PackedPoint;

/// Terms that a thread has at hand, at most.
const TERMS: usize = 1 << 15;
/// So many multiples by the same coefficient are multiplied by themselves.
const WORTH_A_RUN: usize = 256;

/// A coefficient times a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// Which point.
    pub point: u32,
    /// The place of the coefficient among the coefficients.
    pub coefficient: u32,
}

/// A sparse matrix of coefficients, checked: row `i` has the terms from `starts[i]` to `starts[i + 1]`.
#[derive(Clone, Copy, Debug)]
pub struct Combinations<'a> {
    points: usize,
    starts: &'a [u32],
    terms: &'a [Term],
    coefficients: &'a [Fr],
}

/// A matrix that can't be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CombinationsError {
    /// Starts that do not go from zero to the number of terms without ever falling.
    #[error("row {row} starts at term {start} of {terms}, out of order")]
    Start {
        /// The first row that is wrong; the number of rows where the end is.
        row: usize,
        /// Its start, or the end of the last row; none where there is no start at all.
        start: u32,
        /// Number of terms.
        terms: usize,
    },
    /// No start, not even that of the end.
    #[error("no starts; the matrix of no rows has one, which is 0")]
    NoStart,
    /// A term of a point that there isn't.
    #[error("term {term} is of point {point} of {points}")]
    Point {
        /// Which term.
        term: usize,
        /// The point that is asked for.
        point: u32,
        /// Number of points.
        points: usize,
    },
    /// A term with a coefficient that there isn't.
    #[error("term {term} has coefficient {coefficient} of {coefficients}")]
    Coefficient {
        /// Which term.
        term: usize,
        /// The coefficient that is asked for.
        coefficient: u32,
        /// Number of coefficients.
        coefficients: usize,
    },
}

impl<'a> Combinations<'a> {
    /// Combinations of so many points. There is one more start than rows: the last one is the number of terms.
    ///
    /// # Errors
    /// [`CombinationsError`].
    pub fn new(
        points: usize,
        starts: &'a [u32],
        terms: &'a [Term],
        coefficients: &'a [Fr],
    ) -> Result<Self, CombinationsError> {
        let (Some(first), Some(last)) = (starts.first(), starts.last()) else {
            return Err(CombinationsError::NoStart);
        };
        let wrong = |row: usize| CombinationsError::Start { row, start: starts[row], terms: terms.len() };
        if *first != 0 {
            return Err(wrong(0));
        }
        if let Some(row) = starts.windows(2).position(|two| two[0] > two[1]) {
            return Err(wrong(row + 1));
        }
        if *last as usize != terms.len() {
            return Err(wrong(starts.len() - 1));
        }
        for (at, term) in terms.iter().enumerate() {
            if term.point as usize >= points {
                return Err(CombinationsError::Point { term: at, point: term.point, points });
            }
            if term.coefficient as usize >= coefficients.len() {
                let (coefficient, coefficients) = (term.coefficient, coefficients.len());
                return Err(CombinationsError::Coefficient { term: at, coefficient, coefficients });
            }
        }
        Ok(Self { points, starts, terms, coefficients })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    fn terms_of(&self, row: usize) -> &'a [Term] {
        &self.terms[self.starts[row] as usize..self.starts[row + 1] as usize]
    }
}

/// How to multiply by a coefficient.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Zero,
    One,
    MinusOne,
    /// The longer half has so many bits.
    Bits(u8),
}

impl Kind {
    fn of(coefficient: &Fr) -> Self {
        if coefficient.is_zero() {
            return Self::Zero;
        }
        if coefficient.is_one() {
            return Self::One;
        }
        if (-*coefficient).is_one() {
            return Self::MinusOne;
        }
        let [low, high] = halves(coefficient).map(i128::unsigned_abs);
        Self::Bits((128 - (low | high).leading_zeros()) as u8)
    }
}

/// The combination of each row.
pub(super) fn batch_combinations<L: Lanes>(
    token: L::Token,
    beta: &Fq,
    points: &[<L::Point as PackedPoint>::Affine],
    combinations: &Combinations<'_>,
) -> Vec<<L::Point as PackedPoint>::Affine> {
    assert_eq!(points.len(), combinations.points, "as many points as the combinations are of");
    let kinds: Vec<Kind> = combinations.coefficients.par_iter().map(Kind::of).collect();
    let source = Source { points, coefficients: combinations.coefficients, kinds: &kinds };
    let terms = share(combinations.terms.len());
    let mut out = vec![AffineRepr::zero(); combinations.rows()];
    let mut parts = Vec::new();
    let (mut rest, mut row) = (&mut out[..], 0);
    while !rest.is_empty() {
        let rows = rows_together(combinations.starts, row, terms);
        let (part, behind) = rest.split_at_mut(rows);
        parts.push((row, part));
        (rest, row) = (behind, row + rows);
    }
    let workspace = || Combiner::<L>::new(token, *beta);
    parts.into_par_iter().for_each_init(workspace, |combiner, (first, out)| {
        let long = combinations.terms_of(first);
        if long.len() > terms {
            let sum = long
                .par_chunks(terms)
                .map_init(workspace, |combiner, part| {
                    let mut sum = [AffineRepr::zero()];
                    combiner.combine(&source, |_| part, &mut sum);
                    sum[0].into_group()
                })
                .sum::<<L::Point as PackedPoint>::Projective>();
            out[0] = sum.into_affine();
        } else {
            combiner.combine(&source, |row| combinations.terms_of(first + row), out);
        }
    });
    out
}

/// Terms for each thread at a time.
fn share(terms: usize) -> usize {
    (terms / (2 * rayon::current_num_threads())).clamp(PLACES, TERMS)
}

/// How many rows from `first` on have no more terms than that together, and are no more themselves; one at least.
fn rows_together(starts: &[u32], first: usize, terms: usize) -> usize {
    let ends = &starts[first + 1..];
    let ends = &ends[..ends.len().min(terms)];
    ends.partition_point(|end| (end - starts[first]) as usize <= terms).max(1)
}

/// What terms refer to.
struct Source<'a, A> {
    points: &'a [A],
    coefficients: &'a [Fr],
    kinds: &'a [Kind],
}

/// The points of a row that have the same coefficient.
#[derive(Clone, Copy)]
struct Group {
    row: u32,
    coefficient: u32,
    kind: Kind,
}

/// The sum of a group at `place`, to be multiplied.
#[derive(Clone, Copy)]
struct Product {
    bits: u8,
    coefficient: u32,
    place: u32,
}

/// Buffers of one thread for combinations in one group.
struct Combiner<L: Lanes> {
    adder: Adder<L>,
    multiples: Workspace<L>,
    points: Vec<L::Point>,
    terms: Vec<Term>,
    groups: Vec<Group>,
    products: Vec<Product>,
    packed: Vec<L::Point>,
    scalars: Vec<Fr>,
}

impl<L: Lanes> Combiner<L> {
    fn new(token: L::Token, beta: Fq) -> Self {
        Self {
            adder: Adder::new(token),
            multiples: Workspace::new(token, beta),
            points: Vec::new(),
            terms: Vec::new(),
            groups: Vec::new(),
            products: Vec::new(),
            packed: Vec::new(),
            scalars: Vec::new(),
        }
    }

    /// The combinations of as many rows as `out` has places.
    fn combine<'a>(
        &mut self,
        source: &Source<'_, <L::Point as PackedPoint>::Affine>,
        terms_of: impl Fn(usize) -> &'a [Term],
        out: &mut [<L::Point as PackedPoint>::Affine],
    ) {
        self.points.clear();
        self.groups.clear();
        self.products.clear();
        let mut of_groups = Lists::default();
        for row in 0..out.len() {
            self.group(source, row as u32, terms_of(row), &mut of_groups);
        }
        let sums = of_groups.sum(&mut self.adder, &mut self.points);
        for (group, sum) in self.groups.iter().zip(&sums) {
            if let (Kind::Bits(bits), Some(place)) = (group.kind, *sum) {
                self.products.push(Product { bits, coefficient: group.coefficient, place });
            }
        }
        self.multiply(source.coefficients);
        let mut of_rows = Lists::default();
        let mut groups = self.groups.iter().zip(&sums).peekable();
        for row in 0..out.len() {
            of_rows.begin();
            while let Some((_, sum)) = groups.next_if(|(group, _)| group.row as usize == row) {
                if let Some(place) = sum.filter(|place| !is_infinity::<L>(&self.points[*place as usize])) {
                    of_rows.push(place);
                }
            }
        }
        let sums = of_rows.sum(&mut self.adder, &mut self.points);
        for (out, sum) in out.iter_mut().zip(sums) {
            *out = sum.map_or_else(AffineRepr::zero, |place| unpack::<L>(&self.points[place as usize]));
        }
    }

    /// Packs the points of a row, coefficient by coefficient.
    fn group(
        &mut self,
        source: &Source<'_, <L::Point as PackedPoint>::Affine>,
        row: u32,
        terms: &[Term],
        lists: &mut Lists,
    ) {
        self.terms.clear();
        self.terms.extend_from_slice(terms);
        // One and its negative are one coefficient, the first.
        let order = |term: &Term| match source.kinds[term.coefficient as usize] {
            Kind::Bits(_) => (1, term.coefficient),
            _ => (0, 0),
        };
        self.terms.sort_unstable_by_key(order);
        let mut last = None;
        for term in &self.terms {
            let kind = source.kinds[term.coefficient as usize];
            let point = pack::<L>(&source.points[term.point as usize]);
            if kind == Kind::Zero || is_infinity::<L>(&point) {
                continue;
            }
            if last != Some(order(term)) {
                last = Some(order(term));
                lists.begin();
                self.groups.push(Group { row, coefficient: term.coefficient, kind });
            }
            lists.push(self.points.len() as u32);
            self.points.push(if kind == Kind::MinusOne { point.negated() } else { point });
        }
    }

    /// Multiplies what is to be multiplied, in place: by one coefficient where many have it, then the others by their length.
    fn multiply(&mut self, coefficients: &[Fr]) {
        let mut products = core::mem::take(&mut self.products);
        products.sort_unstable_by_key(|product| (product.bits, product.coefficient));
        let runs = products.chunk_by(|a, b| a.coefficient == b.coefficient);
        let (long, short): (Vec<_>, Vec<_>) = runs.partition(|run| run.len() >= WORTH_A_RUN);
        for run in long.into_iter().flat_map(|run| run.chunks(PLACES)) {
            self.multiply_some(coefficients, run);
        }
        let short = short.concat();
        for some in short.chunks(PLACES) {
            self.multiply_some(coefficients, some);
        }
        self.products = products;
    }

    fn multiply_some(&mut self, coefficients: &[Fr], products: &[Product]) {
        self.packed.clear();
        self.packed.extend(products.iter().map(|product| self.points[product.place as usize]));
        self.scalars.clear();
        self.scalars.extend(products.iter().map(|product| coefficients[product.coefficient as usize]));
        self.multiples.multiply_each(&mut self.packed, &self.scalars);
        for (product, multiple) in products.iter().zip(&self.packed) {
            self.points[product.place as usize] = *multiple;
        }
    }
}

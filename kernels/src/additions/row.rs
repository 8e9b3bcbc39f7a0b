//! Rows of sums that are doubled and added to in lock-step, any of which may be infinity.

use ark_bn254::Fq;
use ark_ec::CurveGroup;

use super::{Adder, CHAINS, CHUNK, prefetch};
use crate::lanes::{Instructions, Lanes, NEGATIVE, Task};
use crate::points::PackedPoint;

/// In place of an index to points: there is nothing to add.
pub(crate) const NONE: u32 = u32::MAX;

/// Sums in lanes: the sum at place `i` is lane `i mod COUNT` of vector `i / COUNT`. At most [`CHUNK`].
pub(crate) struct Row<L> {
    sums: Vec<[L; 2]>,
    /// The lanes that are not infinity. What coordinates the others have means nothing.
    finite: Vec<u8>,
}

impl<L: Lanes> Row<L> {
    pub(crate) const fn new() -> Self {
        Self { sums: Vec::new(), finite: Vec::new() }
    }

    fn set_lane(&mut self, adder: &Adder<L>, place: usize, sum: Option<L::Point>) {
        let (vector, lane) = (place / L::COUNT, place % L::COUNT);
        match sum {
            None => self.finite[vector] &= !(1 << lane),
            Some(sum) => {
                let [x, y] = L::gather(adder.token, &[sum], &[0; 8][..L::COUNT]);
                let [old_x, old_y] = &self.sums[vector];
                self.sums[vector] = [x.select(1 << lane, old_x), y.select(1 << lane, old_y)];
                self.finite[vector] |= 1 << lane;
            }
        }
    }

    fn lane(&self, place: usize) -> L::Point {
        let mut points = [L::Point::default(); 8];
        L::write(&self.sums[place / L::COUNT], &mut points[..L::COUNT]);
        points[place % L::COUNT]
    }
}

impl<L: Lanes> Adder<L> {
    /// Makes a row of so many sums, all of them infinity.
    ///
    /// # Panics
    /// Where these are more than [`CHUNK`].
    pub(crate) fn clear(&self, row: &mut Row<L>, count: usize) {
        assert!(count <= CHUNK, "{count} sums in a row");
        let vectors = count.div_ceil(L::COUNT);
        row.sums.clear();
        row.sums.resize(vectors, [L::one(self.token); 2]);
        row.finite.clear();
        row.finite.resize(vectors, 0);
    }

    /// Doubles every sum of a row.
    pub(crate) fn double_row(&mut self, row: &mut Row<L>) {
        self.token.run(DoubleRow { adder: self, row });
    }

    /// Adds the point of entry `i`, which may be [`NONE`], to the sum at place `i`.
    pub(crate) fn add_to_row(&mut self, row: &mut Row<L>, points: &[L::Point], entries: &[u32]) {
        self.token.run(AddToRow { adder: self, row, points, entries });
    }

    /// Writes the sums of a row out, place by place, their abscissas times a factor where there is one; infinity as the
    /// default point.
    pub(crate) fn write_row(&self, row: &Row<L>, factor: Option<&Fq>, points: &mut [L::Point]) {
        let factor = factor.map(|factor| L::splat(self.token, factor));
        self.token.run(WriteRow { row, factor, points });
    }

    /// Takes a vector of the chunk into the product of its chain.
    #[inline(always)]
    fn multiply_in(&mut self, vector: usize, mask: u8, difference: L, rise: L, products: &mut [L; CHAINS]) {
        self.masks[vector] = mask;
        self.rises[vector] = rise;
        self.differences[vector] =
            if mask == Self::FULL { difference } else { difference.select(mask, &L::one(self.token)) };
        self.before[vector] = products[vector % CHAINS];
        products[vector % CHAINS] = products[vector % CHAINS].times(&self.differences[vector]);
    }

    /// Leaves a vector of the chunk as it is.
    #[inline(always)]
    fn pass_over(&mut self, vector: usize) {
        self.masks[vector] = 0;
        self.differences[vector] = L::one(self.token);
    }

    /// The slope is `(3/2)·x²/y`: the chains are inverted with that factor.
    #[inline(always)]
    fn do_double_row(&mut self, row: &mut Row<L>) {
        let vectors = row.sums.len();
        let mut products = [L::one(self.token); CHAINS];
        for vector in 0..vectors {
            let [x, y] = row.sums[vector];
            match row.finite[vector] {
                0 => self.pass_over(vector),
                mask => self.multiply_in(vector, mask, y, x.squared(), &mut products),
            }
        }
        let mut inverses = match self.inverses(&products) {
            Some(inverses) => inverses,
            None => {
                // Points of order two, which neither group has.
                self.take_out(vectors, |place| row.finite[place / L::COUNT] &= !(1 << (place % L::COUNT)));
                self.retaken(vectors)
            }
        };
        let three_halves = L::three_halves(self.token);
        for inverse in &mut inverses {
            *inverse = inverse.times(&three_halves);
        }
        for vector in (0..vectors).rev() {
            let mask = self.masks[vector];
            // All its differences are one: there is nothing to take off the inverse.
            if mask == 0 {
                continue;
            }
            let slope = self.slope(vector, &mut inverses);
            let [x, y] = &row.sums[vector];
            let double_x = L::abscissa_of_double(&slope, x);
            let double_y = L::ordinate(&slope, x, &double_x, y);
            row.sums[vector] = Self::masked(mask, [double_x, double_y], &row.sums[vector]);
        }
    }

    #[inline(always)]
    fn do_add_to_row(&mut self, row: &mut Row<L>, points: &[L::Point], entries: &[u32]) {
        let vectors = row.sums.len();
        assert_eq!(entries.len().div_ceil(L::COUNT), vectors, "an entry for each place of the row");
        let mut products = [L::one(self.token); CHAINS];
        for vector in 0..vectors {
            prefetch::<L>(points, entries, vector);
            let (lanes, present) = present_lanes::<L>(entries, vector);
            if present == 0 {
                self.pass_over(vector);
                continue;
            }
            let [x, y] = L::gather(self.token, points, &lanes[..L::COUNT]);
            let finite = row.finite[vector];
            let adding = present & finite;
            if adding != present {
                row.sums[vector] = Self::masked(present & !finite, [x, y], &row.sums[vector]);
                row.finite[vector] |= present;
            }
            if adding == 0 {
                self.pass_over(vector);
                continue;
            }
            let [sum_x, sum_y] = &row.sums[vector];
            self.multiply_in(vector, adding, x.minus(sum_x), y.minus(sum_y), &mut products);
        }
        let mut special = Vec::new();
        let mut inverses = match self.inverses(&products) {
            Some(inverses) => inverses,
            None => {
                self.take_out(vectors, |place| special.push(place));
                self.retaken(vectors)
            }
        };
        for vector in (0..vectors).rev() {
            let mask = self.masks[vector];
            if mask == 0 {
                continue;
            }
            let slope = self.slope(vector, &mut inverses);
            let [sum_x, sum_y] = &row.sums[vector];
            let x = L::abscissa(&slope, &self.differences[vector], sum_x);
            let y = L::ordinate(&slope, sum_x, &x, sum_y);
            row.sums[vector] = Self::masked(mask, [x, y], &row.sums[vector]);
        }
        for place in special {
            let point = points[(entries[place] & !NEGATIVE) as usize];
            let point = if entries[place] & NEGATIVE == 0 { point } else { point.negated() };
            let sum = (row.lane(place).unpack() + point.unpack()).into_affine();
            row.set_lane(self, place, L::Point::pack(&sum));
        }
    }

    #[inline(always)]
    fn do_write_row(row: &Row<L>, factor: Option<&L>, points: &mut [L::Point]) {
        for ((vector, finite), points) in row.sums.iter().zip(&row.finite).zip(points.chunks_mut(L::COUNT)) {
            let [x, y] = vector;
            L::write(&[factor.map_or(*x, |factor| factor.times(x)), *y], points);
            if *finite != Self::FULL {
                for (lane, point) in points.iter_mut().enumerate() {
                    if finite >> lane & 1 == 0 {
                        *point = L::Point::default();
                    }
                }
            }
        }
    }

    /// `chosen` in the lanes of the mask, in the others `other`.
    #[inline(always)]
    fn masked(mask: u8, chosen: [L; 2], other: &[L; 2]) -> [L; 2] {
        if mask == Self::FULL {
            return chosen;
        }
        [chosen[0].select(mask, &other[0]), chosen[1].select(mask, &other[1])]
    }
}

/// Entries for the lanes of one vector, and the mask of those that are not [`NONE`]; in place of these, another's point.
#[inline(always)]
fn present_lanes<L: Lanes>(entries: &[u32], vector: usize) -> ([u32; 8], u8) {
    let mut lanes = [NONE; 8];
    let (mut present, mut any) = (0u8, NONE);
    for (lane, entry) in entries[vector * L::COUNT..].iter().take(L::COUNT).enumerate() {
        if *entry != NONE {
            lanes[lane] = *entry;
            present |= 1 << lane;
            any = *entry;
        }
    }
    for lane in &mut lanes {
        if *lane == NONE {
            *lane = any;
        }
    }
    (lanes, present)
}

struct DoubleRow<'a, L: Lanes> {
    adder: &'a mut Adder<L>,
    row: &'a mut Row<L>,
}

impl<L: Lanes> Task for DoubleRow<'_, L> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.adder.do_double_row(self.row);
    }
}

struct AddToRow<'a, L: Lanes> {
    adder: &'a mut Adder<L>,
    row: &'a mut Row<L>,
    points: &'a [L::Point],
    entries: &'a [u32],
}

impl<L: Lanes> Task for AddToRow<'_, L> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.adder.do_add_to_row(self.row, self.points, self.entries);
    }
}

struct WriteRow<'a, L: Lanes> {
    row: &'a Row<L>,
    factor: Option<L>,
    points: &'a mut [L::Point],
}

impl<L: Lanes> Task for WriteRow<'_, L> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        Adder::do_write_row(self.row, self.factor.as_ref(), self.points);
    }
}

#[cfg(test)]
mod tests {
    use ark_bn254::Fr;
    use ark_ec::PrimeGroup;
    use ark_ff::Zero;
    use ark_std::rand::Rng;
    use ark_std::test_rng;

    use super::*;
    use crate::lanes::{Portable, PortableFq, PortableFq2};

    type Projective<L> = <<L as Lanes>::Point as PackedPoint>::Projective;

    /// The generator so many times, which may be no time at all.
    fn multiple<L: Lanes>(by: i64) -> Option<L::Point> {
        L::Point::pack(&(Projective::<L>::generator() * Fr::from(by)).into_affine())
    }

    /// Rows of small multiples of one point, against the integers that these stand for: equal points, opposite ones and
    /// infinity meet all the time.
    fn rows_are_right<L: Lanes>(token: L::Token) {
        let mut rng = test_rng();
        let mut adder = Adder::<L>::new(token);
        let mut row = Row::new();
        let mut met_infinity = 0;
        let points: Vec<_> = (1..=4).map(|by| multiple::<L>(by).unwrap()).collect();
        for count in [1, 2, 7, 8, 9, 16, 17, 63, 200] {
            adder.clear(&mut row, count);
            let mut integers = vec![0i64; count];
            for step in 0..40 {
                if step % 4 == 3 {
                    adder.double_row(&mut row);
                    integers.iter_mut().for_each(|integer| *integer *= 2);
                }
                let all_or_some = rng.gen_range(0..4);
                let entries: Vec<u32> = (0..count)
                    .map(|at| {
                        let few = integers[at].unsigned_abs().min(4) as u32;
                        match rng.gen_range(0..4) {
                            _ if all_or_some == 0 => NONE,
                            _ if all_or_some == 1 && at / 8 % 2 == 0 => NONE,
                            0 => NONE,
                            // What makes it infinity, or brings it towards that; what doubles it.
                            1 | 2 if few > 0 => (few - 1) | if integers[at] > 0 { NEGATIVE } else { 0 },
                            3 if few > 0 => (few - 1) | if integers[at] > 0 { 0 } else { NEGATIVE },
                            _ => rng.gen_range(0..4) | if rng.r#gen() { NEGATIVE } else { 0 },
                        }
                    })
                    .collect();
                adder.add_to_row(&mut row, &points, &entries);
                for (integer, entry) in integers.iter_mut().zip(entries).filter(|(_, entry)| *entry != NONE) {
                    let by = i64::from((entry & !NEGATIVE) + 1);
                    *integer += if entry & NEGATIVE == 0 { by } else { -by };
                }
                let mut out = vec![points[0]; count];
                adder.write_row(&row, None, &mut out);
                met_infinity += integers.iter().filter(|integer| **integer == 0 && step > 20).count();
                for (integer, out) in integers.iter().zip(out) {
                    assert!(out == multiple::<L>(*integer).unwrap_or_default(), "{integer}, {count} places");
                }
            }
        }
        assert!(met_infinity > 100, "infinity is among them");
    }

    #[test]
    fn rows_are_right_on_the_portable_path() {
        rows_are_right::<PortableFq>(Portable);
        rows_are_right::<PortableFq2>(Portable);
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn rows_are_right_in_lanes() {
        use crate::lanes::{Ifma, IfmaFq, IfmaFq2};
        let Some(token) = Ifma::detect() else {
            eprintln!("skipped: no AVX512-IFMA");
            return;
        };
        rows_are_right::<IfmaFq>(token);
        rows_are_right::<IfmaFq2>(token);
    }

    /// Points of order two are on neither curve, but on others that the formulas serve as well.
    #[test]
    fn the_double_of_a_point_of_order_two_is_infinity() {
        let mut adder = Adder::<PortableFq>::new(Portable);
        let mut row = Row::new();
        let of_order_two = ark_bn254::G1Affine::new_unchecked(Fq::from(2u64), Fq::zero());
        let points = [PackedPoint::pack(&of_order_two).unwrap(), multiple::<PortableFq>(1).unwrap()];
        adder.clear(&mut row, 2);
        adder.add_to_row(&mut row, &points, &[0, 1]);
        adder.double_row(&mut row);
        let mut out = points;
        adder.write_row(&row, None, &mut out);
        assert_eq!(out, [Default::default(), multiple::<PortableFq>(2).unwrap()]);
    }

    #[test]
    #[should_panic(expected = "an entry for each place of the row")]
    fn entries_for_other_places_are_refused() {
        let mut adder = Adder::<PortableFq>::new(Portable);
        let mut row = Row::new();
        adder.clear(&mut row, 2);
        adder.add_to_row(&mut row, &[multiple::<PortableFq>(1).unwrap()], &[0]);
    }
}

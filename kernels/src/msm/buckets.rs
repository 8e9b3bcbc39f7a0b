//! From buckets to the weighted sum `Σ (b + 1)·bucket_b`, for several sets of buckets at once.

use ark_ff::{AdditiveGroup, Zero};

use super::schedule::Schedule;
use crate::additions::{Adder, LeftOut, Lists, Pair, Sums};
use crate::lanes::{Lanes, NEGATIVE};
use crate::points::PackedPoint;

type Projective<L> = <<L as Lanes>::Point as PackedPoint>::Projective;

/// Buckets of several sets, each of `2^bits`, as packed points; set after set.
pub(super) struct Buckets<L: Lanes> {
    bits: usize,
    /// The buckets, and behind them further parts of some, until [`Self::merge`].
    points: Vec<L::Point>,
    filled: Vec<bool>,
    /// What the last schedule's places came to.
    written: Vec<L::Point>,
    /// Bucket and place of parts that still have to be added.
    parts: Vec<(u32, u32)>,
}

impl<L: Lanes> Buckets<L> {
    /// Takes what earlier buckets had in memory, and begins anew with empty buckets.
    pub(super) fn reset(&mut self, bits: usize, sets: usize) {
        self.bits = bits;
        self.filled.clear();
        self.filled.resize(sets << bits, false);
        self.points.resize(sets << bits, L::Point::default());
        self.parts.clear();
    }

    pub(super) const fn new() -> Self {
        Self { bits: 0, points: Vec::new(), filled: Vec::new(), written: Vec::new(), parts: Vec::new() }
    }

    /// Adds all entries of a schedule, whose first bucket is that at `first`.
    pub(super) fn accumulate(
        &mut self,
        first: usize,
        bases: &[L::Point],
        schedule: &Schedule,
        adder: &mut Adder<L>,
        sums: &mut Sums<L>,
    ) {
        let mut left_out: Vec<LeftOut> = Vec::new();
        for (layer, entries) in schedule.layers().enumerate() {
            if layer == 0 {
                adder.begin(sums, bases, entries);
            } else {
                adder.add_to_sums(sums, bases, entries, &mut left_out);
            }
        }
        let places = schedule.buckets();
        self.written.resize(places.len(), L::Point::default());
        adder.write(sums, &mut self.written);
        for (point, bucket) in self.written.iter().zip(places) {
            let bucket = first + *bucket as usize;
            if self.filled[bucket] {
                self.parts.push((bucket as u32, self.points.len() as u32));
                self.points.push(*point);
            } else {
                self.points[bucket] = *point;
                self.filled[bucket] = true;
            }
        }
        for LeftOut { place, entry } in left_out {
            let bucket = first + places[place as usize] as usize;
            let point = bases[(entry & !NEGATIVE) as usize];
            self.parts.push((bucket as u32, self.points.len() as u32));
            self.points.push(if entry & NEGATIVE == 0 { point } else { point.negated() });
        }
    }

    /// Adds the further parts of buckets to them.
    fn merge(&mut self, adder: &mut Adder<L>) {
        if self.parts.is_empty() {
            return;
        }
        self.parts.sort_unstable();
        let mut lists = Lists::default();
        let mut buckets = Vec::new();
        for (bucket, place) in &self.parts {
            if buckets.last() != Some(bucket) {
                buckets.push(*bucket);
                lists.begin();
                lists.push(*bucket);
            }
            lists.push(*place);
        }
        let places = lists.sum(adder, &mut self.points);
        for (bucket, place) in buckets.into_iter().zip(places) {
            match place {
                Some(place) => self.points[bucket as usize] = self.points[place as usize],
                None => self.filled[bucket as usize] = false,
            }
        }
        self.parts.clear();
    }

    /// `Σ (b + 1)·bucket_b` of each set.
    ///
    /// Halves the buckets once for each bit of their number: neighbours are added, and the odd ones of step `j`, whose numbers
    /// have bit `j` set, are summed apart, to be taken `2^j` times. Two additions a bucket, all but a handful of them in batches.
    pub(super) fn weighted_sums(&mut self, adder: &mut Adder<L>) -> Vec<Projective<L>> {
        self.merge(adder);
        let sets = self.filled.len() >> self.bits;
        let mut lists = Lists::default();
        let mut pairs = Vec::new();
        for bit in 0..self.bits {
            pairs.clear();
            for set in 0..sets {
                lists.begin();
                let first = set << self.bits;
                for even in (first..first + (1 << self.bits)).step_by(2 << bit) {
                    let odd = even + (1 << bit);
                    if !self.filled[odd] {
                        continue;
                    }
                    lists.push(odd as u32);
                    if self.filled[even] {
                        pairs.push(Pair { a: even as u32, b: odd as u32, sum: even as u32 });
                    } else {
                        self.points[even] = self.points[odd];
                        self.filled[even] = true;
                    }
                }
            }
            for place in adder.add_pairs(&mut self.points, &pairs) {
                self.filled[place as usize] = false;
            }
        }
        let of_bits = lists.sum(adder, &mut self.points);
        (0..sets)
            .map(|set| {
                let mut sum = Projective::<L>::zero();
                for bit in (0..self.bits).rev() {
                    sum.double_in_place();
                    if let Some(place) = of_bits[bit * sets + set] {
                        sum += self.points[place as usize].unpack();
                    }
                }
                let total = set << self.bits;
                if self.filled[total] {
                    sum += self.points[total].unpack();
                }
                sum
            })
            .collect()
    }
}

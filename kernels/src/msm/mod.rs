//! Multi-scalar multiplication with bases that are known beforehand.
//!
//! Pippenger's method: scalars in signed digits, a bucket for each magnitude of a digit, affine additions in batches. Bases may
//! come with *levels*: the multiples `2^(k·sets·window)·P` of each, made once. Digits of all levels then share buckets, which
//! leaves `sets` sets of buckets instead of one for each digit, and allows for larger windows.
//!
//! Time depends on the scalars. Sums with secret scalars are for machines whose timing nobody else observes.
//!
//! Sources: Pippenger, "On the evaluation of powers and related problems", FOCS 1976; Bernstein, Doumen, Lange, Oosterwijk,
//! "Faster batch forgery identification", INDOCRYPT 2012, section 4 (signed digits); Brickell, Gordon, McCurley, Wilson, "Fast
//! exponentiation with precomputation", EUROCRYPT 1992 (levels).

mod buckets;
mod digits;
mod levels;
mod schedule;
mod window;

use core::ops::Range;

use ark_ff::{AdditiveGroup, Zero};

use crate::additions::{Adder, LeftOut, Lists, Sums};
use crate::lanes::{Lanes, NEGATIVE};
use crate::points::PackedPoint;
use buckets::Buckets;
use digits::{Digits, Field, digit_count};
use schedule::Schedule;

pub use levels::with_levels;
pub use window::best_window;

/// Largest window: digits of 16 bits.
pub const MAX_WINDOW: usize = 16;
/// Most points of bases, all levels together: an index leaves a bit for the sign.
pub const MAX_POINTS: usize = 1 << 31;
/// Sets of few buckets are filled together until they come to so many: batches are then worth their inversion.
const BUCKETS_AT_ONCE: usize = 1 << 13;

/// Points to be multiplied, with their levels.
#[derive(Clone, Copy, Debug)]
pub struct Bases<'a, P> {
    points: &'a [P],
    /// Where the first base is in each level, and how far the levels are from each other.
    start: usize,
    stride: usize,
    count: usize,
    window: usize,
    levels: usize,
}

/// Bases that can't be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BasesError {
    /// A window that is too small or too large.
    #[error("a window of {0} bits; windows have from 2 to {MAX_WINDOW}")]
    Window(usize),
    /// No level, more than there are digits, or points that are no multiple of the levels.
    #[error("{points} points in {levels} levels")]
    Levels {
        /// Points given.
        points: usize,
        /// Levels claimed.
        levels: usize,
    },
    /// More points than indices.
    #[error("{0} points, at most {MAX_POINTS} are possible")]
    TooMany(usize),
}

impl<'a, P: PackedPoint> Bases<'a, P> {
    /// Bases whose level `k` is at `points[k·count..]`, where `count` is `points.len() / levels`: the bases times
    /// `2^(k·sets·window)` with `sets` of [`sets`].
    ///
    /// # Errors
    /// [`BasesError`].
    pub fn new(points: &'a [P], window: usize, levels: usize) -> Result<Self, BasesError> {
        if !(2..=MAX_WINDOW).contains(&window) {
            return Err(BasesError::Window(window));
        }
        if points.len() > MAX_POINTS {
            return Err(BasesError::TooMany(points.len()));
        }
        if levels == 0 || levels > digit_count(window) || !points.len().is_multiple_of(levels) {
            return Err(BasesError::Levels { points: points.len(), levels });
        }
        let count = points.len() / levels;
        Ok(Self { points, start: 0, stride: count, count, window, levels })
    }

    /// Some of the bases, by their indices.
    ///
    /// # Panics
    /// Where the range is not within `0..len()`.
    #[must_use]
    pub fn range(&self, range: Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.count, "{range:?} of {} bases", self.count);
        Self { start: self.start + range.start, count: range.len(), ..*self }
    }

    /// Number of bases.
    pub fn len(&self) -> usize {
        self.count
    }

    /// True where there is no base.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Sets of buckets for digits of `window` bits and so many levels: `⌈digits / levels⌉`.
pub const fn sets(window: usize, levels: usize) -> usize {
    digit_count(window).div_ceil(levels)
}

/// Buffers of one thread for sums in one group. Kept between sums, they are neither taken from the system nor zeroed again.
pub(crate) struct Workspace<L: Lanes> {
    adder: Adder<L>,
    sums: Sums<L>,
    buckets: Buckets<L>,
    schedule: Schedule,
}

impl<L: Lanes> Workspace<L> {
    pub(crate) fn new(token: L::Token) -> Self {
        Self {
            adder: Adder::new(token),
            sums: Sums::new(),
            buckets: Buckets::new(),
            schedule: Schedule::default(),
        }
    }

    /// `Σ scalar·base`, the scalars below `2^254`.
    ///
    /// # Panics
    /// Where there are not as many scalars as bases.
    pub(crate) fn multiply(
        &mut self,
        bases: &Bases<'_, L::Point>,
        scalars: &[[u64; 4]],
    ) -> <L::Point as PackedPoint>::Projective {
        assert_eq!(scalars.len(), bases.count, "as many scalars as bases");
        if scalars.is_empty() {
            return Zero::zero();
        }
        let bits = bases.window - 1;
        let sets = sets(bases.window, bases.levels);
        let together = (BUCKETS_AT_ONCE >> bits).clamp(1, sets);
        let digits = Digits::new(bases.window);
        self.buckets.reset(bits, sets);
        for first in (0..sets).step_by(together) {
            let last = (first + together).min(sets);
            let places = places(&digits, bases, first..last);
            self.schedule.clear((last - first) << bits);
            for (index, scalar) in (0u32..).zip(scalars) {
                let shifted = digits.shifted(scalar);
                for Place { field, bucket, base } in &places {
                    let digit = field.of(&shifted);
                    if digit != 0 {
                        self.schedule.push(bucket + digit.unsigned_abs() - 1, base + index, digit < 0);
                    }
                }
            }
            self.schedule.arrange();
            self.buckets.accumulate(
                first << bits,
                bases.points,
                &self.schedule,
                &mut self.adder,
                &mut self.sums,
            );
        }
        let of_sets = self.buckets.weighted_sums(&mut self.adder);
        let mut sum = <L::Point as PackedPoint>::Projective::zero();
        for of_set in of_sets.iter().rev() {
            for _ in 0..bases.window {
                sum.double_in_place();
            }
            sum += of_set;
        }
        sum
    }

    /// `Σ point` of the points at some indices.
    ///
    /// # Panics
    /// Where an index is out of range.
    pub(crate) fn sum(
        &mut self,
        points: &[L::Point],
        indices: &[u32],
    ) -> <L::Point as PackedPoint>::Projective {
        if indices.is_empty() {
            return Zero::zero();
        }
        // An index beyond all points could be taken for the negative of one.
        assert!(indices.iter().all(|index| index & NEGATIVE == 0), "an index is out of range");
        // Every addition but the last few of the tree shares its inversion with many.
        let width = (indices.len() / 8).next_multiple_of(8).clamp(8, 1024).min(indices.len());
        let mut left_out: Vec<LeftOut> = Vec::new();
        for (layer, entries) in indices.chunks(width).enumerate() {
            if layer == 0 {
                self.adder.begin(&mut self.sums, points, entries);
            } else {
                self.adder.add_to_sums(&mut self.sums, points, entries, &mut left_out);
            }
        }
        let mut parts = vec![L::Point::default(); width];
        self.adder.write(&self.sums, &mut parts);
        parts.extend(left_out.iter().map(|left| points[left.entry as usize]));
        let mut list = Lists::default();
        list.begin();
        (0..parts.len() as u32).for_each(|place| list.push(place));
        match list.sum(&mut self.adder, &mut parts)[..] {
            [Some(place)] => parts[place as usize].unpack().into(),
            _ => Zero::zero(),
        }
    }
}

/// A digit of every scalar: where it stands, the buckets that it chooses from, the level of bases that it multiplies.
struct Place {
    field: Field,
    bucket: u32,
    base: u32,
}

/// The digits that go to some sets of buckets.
fn places<P: PackedPoint>(digits: &Digits, bases: &Bases<'_, P>, of_sets: Range<usize>) -> Vec<Place> {
    let sets = sets(bases.window, bases.levels);
    let mut places = Vec::new();
    for (group, set) in of_sets.enumerate() {
        let positions = (set..digit_count(bases.window)).step_by(sets);
        places.extend(positions.enumerate().map(|(level, position)| Place {
            field: digits.field(position),
            bucket: (group << (bases.window - 1)) as u32,
            base: (bases.start + level * bases.stride) as u32,
        }));
    }
    places
}
